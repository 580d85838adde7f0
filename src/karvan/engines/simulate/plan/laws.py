"""Times of the tables as laws of the model."""

import math

from karvan.engines.simulate.model import Model, Step
from karvan.errors import InputError
from karvan.network.compile import times
from karvan.network.compile.vehicles import Row


def of_moments(model: Model, floor: float, mean: float, variance: float) -> int:
    """Fixed, or with this mean and variance: a gamma above its floor, or, where it has none, a lognormal."""
    if variance <= 1e-12 * mean * mean or mean <= 0:
        return model.law("fixed", mean)
    room = mean - floor
    if floor <= 0 or room <= 1e-9:  # the tables give no least time, or only the mean
        return model.law("lognormal", mean, math.sqrt(variance) / mean)
    return model.law("gamma", room, math.sqrt(variance) / room, mean - room)


def of_step(model: Model, least: float | None, mean: float, p90: float | None) -> int:
    """The law of a step by its least, mean and P90 hours."""
    told = times.step(least, mean, p90)
    return of_moments(model, told.floor, told.mean, told.variance)


def of_kind(model: Model, name: str, kind: str, mean: float | None, cv: float | None) -> int:
    """The law of a resource by its kind, mean and coefficient of variation; InputError where they do not go together."""
    if mean is None:
        raise InputError(f"{name}: a time of kind {kind} without a mean", cure="give time_h")
    spread = cv if cv is not None else {"exponential": 1.0, "fixed": 0.0}.get(kind, 0.3)
    if mean == 0 or kind == "fixed" or spread == 0:
        return model.law("fixed", mean)
    if kind in ("triangular", "uniform"):
        half = mean * spread * math.sqrt(6.0 if kind == "triangular" else 3.0)
        if half > mean:
            raise InputError(
                f"{name}: a {kind} time of mean {mean} h and variation {spread} would be negative",
                cure=f"a variation of at most {mean / half * spread:.2f}, or a gamma time",
            )
        return model.law(
            kind, *((mean - half, mean, mean + half) if kind == "triangular" else (mean - half, mean + half))
        )
    if kind == "erlang":
        return model.law("erlang", max(1, round(1 / spread**2)), mean)
    if kind == "empirical":
        raise InputError(f"{name}: an empirical time has no observations in the tables", cure="choose another kind")
    return model.law("exponential", mean) if kind == "exponential" else model.law(kind, mean, spread)


def of_resource(model: Model, row: Row, mean: float) -> int:
    """The law of a service of this mean at a resource, with its breakdowns."""
    law = of_kind(model, row["resource_id"], row["time_kind"] or "fixed", mean, row["time_cv"])
    return model.law("broken", law, row["fails_h"], row["repair_h"]) if row["fails_h"] and row["repair_h"] else law


def placed(steps: list[Step], at: int) -> list[Step]:
    """Steps whose branches say ``+n`` (n steps on within the list) with these counted from the program's first."""
    out = []
    for number, step in enumerate(steps):
        if len(step) > 4 and isinstance(step[4], str) and step[4].startswith("+"):
            step = (*step[:4], str(at + number + int(step[4][1:])), *step[5:])
        out.append(step)
    return out
