"""The benchmark model corridor-bench-1 through ``kv.simulate``, from the tables in ``bench/corridor-bench-1``.

des_karvan.py [replications] [first seed] [threads] prints one line of JSON in the form of the peers' scripts (named by
KARVAN_PEERS, or beside the repository): means of each run, CPU and wall seconds a simulated year.
"""

import json
import os
import resource
import sys
import time
from pathlib import Path

import polars as pl

import karvan as kv

HERE = Path(__file__).parent
PLACES = {"crane_wait": "cranes", "yard_wait": "ferries@AA_EAST", "customs_wait": "customs"}


def rows(year: kv.Result) -> list[tuple[float, ...]]:
    """One row a run: delivered, lead, the three waits, events."""
    out = []
    for run in range(1, year.runs["run"].max() + 1):
        mine = year.runs.filter(pl.col("run") == run)
        totals = dict(mine.filter(pl.col("what") != "wait_h").select("what", "value").iter_rows())
        waits = dict(
            mine.filter((pl.col("what") == "wait_h") & ~pl.col("cause").is_in(["weather", "batch"]))
            .select("place", "value")
            .iter_rows()
        )
        out.append(
            (totals["delivered"], totals["hours"], *(waits[place] for place in PLACES.values()), totals["events"])
        )
    return out


def main(reps: int = 20, seed: int = 1, threads: int = 1) -> None:
    corridor = kv.read(HERE / "corridor-bench-1")
    begun = time.perf_counter()
    kv.simulate(corridor, days=1, runs=1)
    warm = time.perf_counter() - begun
    wall, cpu = time.perf_counter(), time.process_time()
    year = kv.simulate(corridor, start="2022-01-01", days=365, runs=reps, seed=seed, threads=threads)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    found = rows(year)
    engine = "karvan" + (f"-{threads}t" if threads > 1 else "")
    print(json.dumps({
        "engine": engine, "version": kv.__version__, "python": sys.version.split()[0], "reps": reps, "wall": wall,
        "cpu": cpu, "warm": warm, "entities_s": sum(r[0] for r in found) / wall, "events_s": sum(r[5] for r in found) / wall,
        "s_per_year": wall / reps, "cpu_per_year": cpu / reps,
        "rss_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "rows": found,
    }))  # fmt: skip


if __name__ == "__main__":
    if os.environ.get("CORRIDOR_HORIZON", "8760") not in ("8760", "8760.0"):
        sys.exit("this script runs whole years only")
    main(*map(int, sys.argv[1:]))
