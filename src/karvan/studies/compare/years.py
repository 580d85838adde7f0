"""Years: two simulated years side by side, run by run on the same random numbers, with intervals.

Run r of one and of the other meet the same trains and storms, so that their difference is what the tables differ in. Years that
begin on other days share less, and the interval, which only needs pairs to be independent of pairs, grows by itself.
Source: A. M. Law, Simulation Modeling and Analysis (2015), 10.2 and 11.2.
"""

from typing import Any

import numpy as np
import polars as pl

from karvan.engines.simulate.run import student
from karvan.errors import InputError
from karvan.result import Result

S, F = pl.String(), pl.Float64()
CHANGE = {
    "what": S,
    "place": S,
    "cause": S,
    "unit": S,
    "base": F,
    "other": F,
    "change": F,
    "ci95": F,
    "clear": pl.Boolean(),
    "says": S,
}
SAME = ("days", "warmup", "tags")
PER = {"came": ("pieces that came", "pieces"), "delivered": ("pieces delivered", "pieces"), "hours": ("hours on the way", "h"),
       "wait_h": ("wait", "h")}  # fmt: skip


def change(base: Result, other: Result) -> pl.DataFrame:
    """What changes from one simulated year to another: a row a figure of ``runs``, the clearest and largest first.

    ``ci95``: half-width of the 95 % interval of the mean difference over paired runs; a change is ``clear`` where the interval
    does not hold zero. A place at which nobody waits in a run counts as a wait of nought. Raises InputError for years that are
    not of the same days, seed or number of runs.
    """
    for name in SAME:
        one, two = base.run.arguments.get(name), other.run.arguments.get(name)
        if one != two:
            raise InputError(
                f"one year has {name} {one}, the other {two}", cure="simulate both with the same arguments"
            )
    if base.run.seed != other.run.seed or _runs(base) != _runs(other):
        raise InputError("the years do not share their random numbers", cure="give both the same seed and runs")
    keys = ["run", "what", "place", "cause"]
    both = base.tables["runs"].join(other.tables["runs"], on=keys, how="full", coalesce=True, suffix="_other")
    both = both.filter(pl.col("what") != "events").fill_null(0.0)
    rows = [_row(key, part) for key, part in both.sort(keys).group_by(keys[1:], maintain_order=True)]
    frame = pl.DataFrame(rows, schema=CHANGE, orient="row")
    size = (pl.col("change") / pl.max_horizontal("base", "other")).abs().fill_nan(0.0)
    lead = pl.col("what").replace_strict({"delivered": 0, "hours": 1, "came": 2}, default=3, return_dtype=pl.Int64)
    return frame.sort(lead, ~pl.col("clear"), -size * pl.max_horizontal("base", "other"), "place", "cause")


def _runs(year: Result) -> int:
    return int(year.tables["runs"]["run"].n_unique())


def _row(key: tuple[Any, ...], part: pl.DataFrame) -> tuple[Any, ...]:
    what, place, cause = key
    gap = (part["value_other"] - part["value"]).to_numpy()
    mean, half = float(gap.mean()), float(student(gap.size) * gap.std(ddof=1) / np.sqrt(gap.size))
    told, unit = PER[what]
    clear = abs(mean) > half
    name = f"{told} at {place} for {cause}" if place else told
    before, after = float(part["value"].to_numpy().mean()), float(part["value_other"].to_numpy().mean())
    said = (
        f"{mean:+,.3g} {unit} ({mean - half:+,.3g} to {mean + half:+,.3g}), from {before:,.4g}"
        if clear
        else "no clear change"
    )
    return what, place, cause, unit, before, after, mean, half, clear, f"{name}: {said}"
