"""The fleets of all lines of titr for a target of waits: `python bench/fleet.py`. Held to two minutes on two cores."""

import time

from karvan.data.load import load
from karvan.studies.fleet.fleet import fleet


def main() -> None:
    """Prints the fleets found and the seconds, the kernels compiled before."""
    corridor = load("titr")
    fleet(corridor, target={"carried": 0.95}, lines=["feeder-aau-ala"], most=1, runs=2, days=60)
    start = time.perf_counter()
    found = fleet(corridor, target={"wait_p90_h": 72.0}, threads=2)
    spent = time.perf_counter() - start
    for row in found.fleets.iter_rows(named=True):
        print(
            f"{row['line']}: {row['vehicles']} by {row['rule']}, {row['simulated']} simulated, proven: {row['proven']}"
        )
    print(f"{spent:.0f} s, held to 120 s")


if __name__ == "__main__":
    main()
