"""The tariff game of titr with eight players, all 255 unions of them: `python bench/tariff.py`. The aim is 30 s."""

import time

from karvan.data.load import load
from karvan.studies.tariff.tariff import tariff

PLAYERS = ("KTZ", "AAU_PORT", "KMTF", "ASCO", "POB", "ADY", "GR", "PTI_PORT")


def main() -> None:
    """Says the seconds, the status, and the profits by regime."""
    corridor, begun = load("titr"), time.perf_counter()
    found = tariff(corridor, players=PLAYERS, year=2027)
    print(f"titr, {len(PLAYERS)} players: {time.perf_counter() - begun:.1f} s, {found.run.arguments['status']}")
    print(found.regimes.select("regime", "kt", "profit_musd", "status"))
    print(found.division)


if __name__ == "__main__":
    main()
