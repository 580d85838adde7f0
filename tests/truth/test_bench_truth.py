"""corridor-bench-1 from its folder, through ``kv.simulate``, against SimPy 4.1.2 (``simpy_corridor.csv``: seeds 1 to 120).

The number of trains that came in a year moves all six means; its own mean is known, so it serves as a control variate: what
it explains is taken out of both engines' runs, and what is left is compared (S. S. Lavenberg, P. D. Welch, Management
Science 27, 1981).
"""

import csv
from pathlib import Path

import numpy as np
import polars as pl
from bench.des_karvan import rows

import karvan as kv

HERE = Path(__file__).parent
KEYS = ("delivered", "lead", "crane_wait", "yard_wait", "customs_wait", "events")
TRAINS = 0.25 * 8760
"""Trains a year, on average."""


def controlled(metric: np.ndarray, trains: np.ndarray) -> tuple[float, float]:
    """The mean a year of average traffic has, and its standard error: a line and a bend through the runs."""
    off = (trains - TRAINS) / TRAINS
    rows = np.column_stack([np.ones(off.size), off, off**2 - 1.0 / TRAINS])
    found, *_ = np.linalg.lstsq(rows, metric, rcond=None)
    left = metric - rows @ found
    variance = left @ left / (metric.size - rows.shape[1])
    return float(found[0]), float(np.sqrt(variance * np.linalg.inv(rows.T @ rows)[0, 0]))


def test_all_six_means_agree_with_simpy() -> None:
    with (HERE / "simpy_corridor.csv").open(encoding="utf-8") as file:
        theirs = [{key: float(value) for key, value in row.items()} for row in csv.DictReader(file)]
    corridor = kv.read(HERE.parents[1] / "bench" / "corridor-bench-1")
    year = kv.simulate(corridor, start="2022-01-01", days=365, runs=100, seed=1)
    mine = np.array(rows(year))
    trains = year.runs.filter(pl.col("what") == "came").sort("run")["value"].to_numpy() / 50.0
    apart = {}
    for at, key in enumerate(KEYS):
        one, error = controlled(mine[:, at], trains)
        other, their_error = controlled(
            np.array([row[key] for row in theirs]), np.array([row["trains"] for row in theirs])
        )
        both = float(np.hypot(error, their_error))
        assert both < 0.04 * other, key  # sharp enough to see a difference of an eighth
        apart[key] = round((one - other) / both, 2)
    assert {key: z for key, z in apart.items() if abs(z) >= 3} == {}, apart
