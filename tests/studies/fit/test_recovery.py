"""Fit against twins whose parameters are known: the toy, assigned and routed, gives the observations, and they are found.

A few repetitions here; ``make soak-fit`` does two hundred (KARVAN_SOAK).
"""

import math
import os

import numpy as np
import polars as pl
from scipy.stats import binom

import karvan as kv
from karvan.studies.fit.estimate import Z95
from karvan.studies.fit.fit import fit
from karvan.studies.fit.free import free, moved
from karvan.studies.fit.readers import figures, own

SOAK = bool(os.environ.get("KARVAN_SOAK"))
REPETITIONS = 200 if SOAK else 3
DRAWS = 39 if SOAK else 19
SD = 0.05
IDLE = "port_wait"  # wagons wait there, and nothing that is seen here goes by wagon


def twin() -> kv.Corridor:
    """The toy with its parameters of choice free, and a constant of the corridor."""
    toy = kv.load("toy")
    blank = {"unit": "ratio", "source_id": "made", "grade": "D"}
    more = [
        {"name": "choice_scale", "scope": "any", "value": 8.0, "low": 4.0, "high": 16.0, "fit": True, **blank},
        {
            "name": "corridor_constant",
            "scope": "any:middle",
            "value": 0.0,
            "low": -0.2,
            "high": 0.2,
            "fit": True,
            **blank,
        },
    ]
    rest = toy.params.filter(~pl.col("name").is_in(["choice_scale", "corridor_constant"]))
    return toy.replace(params=pl.concat([rest, pl.DataFrame(more)], how="diagonal_relaxed"))


SEEN = [
    ("border_time", "XB_BOR", "rail; inbound", "h", "h"), *([("time", "XA_ORI-XC_DST", "any", "h", "h")] if SOAK else []),
    ("containers", "middle", "count", "TEU", "TEU"), ("tonnes", "middle", "count", "kt", "kt"), ("tonnes", "north", "count", "kt", "kt"),
]  # fmt: skip


def one(number: int) -> tuple[np.ndarray, pl.DataFrame]:
    """True values from the priors, what is then seen with errors, and the values found."""
    base, random = twin(), np.random.default_rng(number)
    frees = free(base)
    truth = []
    for each in frees:
        low, high = each.unknown.low, each.unknown.high
        real = each.unknown.kind == "real"
        width = (high - low if real else math.log(high / low)) / (2 * Z95) * random.standard_normal()
        truth.append(each.unknown.value + width if real else each.unknown.value * math.exp(width))
    rows = [
        {"observation_id": f"o{i}", "quantity": q, "place": place, "series": series, "period": "2022", "unit": unit, "read_unit": read}
        for i, (q, place, series, unit, read) in enumerate(SEEN)
    ]  # fmt: skip
    told = figures(moved(base, frees, np.array(truth)), own(), rows)
    noise = np.exp(SD * random.standard_normal(len(rows)))
    cells = {"use": "fit", "source_id": "made", "grade": "A"}
    frame = pl.DataFrame([
        {**{k: v for k, v in row.items() if k != "read_unit"}, "value": float(x * e), **cells}
        for row, x, e in zip(rows, told, noise, strict=True)
    ])  # fmt: skip
    found = fit(base.replace(observations=frame), draws=DRAWS, seed=number, threads=2)
    return np.array(truth), found.values


def test_what_the_twin_was_made_with_is_found_within_its_bands() -> None:
    held, status, width = [], [], []
    for number in range(1, REPETITIONS + 1):
        truth, values = one(number)
        held.append((values["low"].to_numpy() <= truth) & (truth <= values["high"].to_numpy()))
        status.append(dict(values.select("name", "status").iter_rows()))
        width.append(values["told_share"].to_numpy())
    share, names = np.array(held), list(status[0])
    print({name: float(part) for name, part in zip(names, share.mean(axis=0), strict=True)}, np.mean(width, axis=0))
    assert all(each[IDLE] == "not told" for each in status)
    assert all(each["border_wait"] == "told" for each in status)
    told = np.mean(width, axis=0)
    assert told[names.index("border_wait")] > 0.9 and told[names.index("corridor_constant")] > 0.5
    low, high = binom.ppf([0.0005, 0.9995], share.size, 0.9) / share.size
    assert low <= share.mean() <= high
    if SOAK:
        assert 0.85 <= share.mean() <= 0.95
        least, most = binom.ppf([0.0005, 0.9995], REPETITIONS, 0.9) / REPETITIONS
        assert ((share.mean(axis=0) >= least) & (share.mean(axis=0) <= most)).all(), share.mean(axis=0)
