"""corridor-bench-1 from its folder, through ``kv.simulate``, against SimPy 4.1.2 (``simpy_corridor.csv``: seeds 1 to 20)."""

import csv
from pathlib import Path

import numpy as np
from bench.des_karvan import rows

import karvan as kv

HERE = Path(__file__).parent
KEYS = ("delivered", "lead", "crane_wait", "yard_wait", "customs_wait", "events")


def test_all_six_means_agree_with_simpy() -> None:
    with (HERE / "simpy_corridor.csv").open(encoding="utf-8") as file:
        theirs = np.array([[float(row[key]) for key in KEYS] for row in csv.DictReader(file)])
    corridor = kv.read(HERE.parents[1] / "bench" / "corridor-bench-1")
    mine = np.array(rows(kv.simulate(corridor, start="2022-01-01", days=365, runs=60, seed=1)))
    error = np.sqrt(theirs.var(axis=0, ddof=1) / len(theirs) + mine.var(axis=0, ddof=1) / len(mine))
    apart = np.abs(theirs.mean(axis=0) - mine.mean(axis=0)) / error
    assert dict(zip(KEYS, apart.round(2), strict=True)) == {
        key: z for key, z in zip(KEYS, apart.round(2), strict=True) if z < 3
    }
    assert (error < 0.08 * theirs.mean(axis=0)).all()
