"""The corridor on one day, with the times that its service has recorded, and the parameters of the model."""

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.laws import Z90
from karvan.profiles import on_date

Row = Mapping[str, Any]
PAPER, ELECTRONIC = "paper", "electronic"


def param(corridor: Corridor, name: str, default: float, scope: str = "any") -> float:
    """The value of a model parameter, or the default where the corridor does not give it."""
    for row in corridor.params.select("name", "scope", "value").iter_rows():
        if row[0] == name and row[1] == scope:
            return float(row[2])
    return default


def base_day(corridor: Corridor) -> dt.date:
    """The day a corridor speaks of when none is asked for: the middle of the year in ``params`` ``as_of_year``."""
    return dt.date(int(param(corridor, "as_of_year", corridor.price_year)), 7, 1)


def on(corridor: Corridor, day: dt.date) -> Corridor:
    """The corridor with only the rows and cells that hold on a day; learned times in the place of those they stand for."""
    tables = {name: on_date(name, frame, corridor.profiles, day) for name, frame in corridor.tables.items()}
    return learned(replace(corridor, tables=tables))


def learned(today: Corridor) -> Corridor:
    """The corridor whose procedures have the mean and spread of their learned times.

    P90 is read as everywhere here, ``mean + 1.2816 sd``. Raises InputError where a step has times of two versions, shares
    that do not add up to one, a queue of its own, or does not exist.
    """
    if today.dwell_models.is_empty():
        return today
    steps = _steps(today.dwell_models)
    rows = today.procedures.to_dicts()
    unknown = sorted(set(steps) - {(row["procedure_id"], row["order"]) for row in rows})
    if unknown:
        raise InputError(f"dwell_models: there is no step {unknown[0]}", cure="name a step of procedures")
    told = [_told(row, steps[row["procedure_id"], row["order"]]) if (row["procedure_id"], row["order"]) in steps else row
            for row in rows]  # fmt: skip
    procedures = pl.DataFrame(told, schema=today.procedures.schema)
    return replace(today, tables={**today.tables, "procedures": procedures})


def _steps(models: pl.DataFrame) -> dict[tuple[str, int], list[Row]]:
    steps: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in models.sort("procedure_id", "order", "lodged", "lane").iter_rows(named=True):
        steps[row["procedure_id"], row["order"]].append(row)
    for name, rows in steps.items():
        versions = sorted({row["version"] for row in rows})
        if len(versions) > 1:
            raise InputError(
                f"dwell_models: step {name} has times of the versions {', '.join(versions)}",
                cure="drop all but one by a card",
            )
    return dict(steps)


def _told(row: Row, models: Sequence[Row]) -> Row:
    """A step of procedures with its learned mean and spread."""
    if row["resource_id"]:
        raise InputError(
            f"dwell_models: step {row['procedure_id']} {row['order']} queues at {row['resource_id']}",
            cure="give the resource its time_h: a learned time holds waiting too, which would count twice",
        )
    paper = moments(of(models, PAPER)) if of(models, PAPER) else moments(of(models, ELECTRONIC))
    new = {**row, "hours_min": 0.0, "wrong_share": None, "rework_h": None, "source_id": models[0]["source_id"],
           "grade": models[0]["grade"], "hours": paper[0], "hours_p90": paper[0] + Z90 * paper[1]}  # fmt: skip
    quick = of(models, ELECTRONIC)
    new["hours_electronic"] = moments(quick)[0] if quick else row["hours_electronic"]
    return new


def of(models: Sequence[Row], lodged: str) -> list[Row]:
    """The rows of a way of lodging."""
    return [row for row in models if row["lodged"] == lodged]


def moments(models: Sequence[Row]) -> tuple[float, float]:
    """Mean and standard deviation of a step's hours: those of lane ``all``, then those of one of the lanes.

    >>> row = {"lane": "all", "share": 1.0, "at_once": 0.5, "hours": 2.0, "hours_sd": 0.0, "procedure_id": "p", "order": 1}
    >>> moments([row])
    (1.0, 1.0)
    """
    mean = variance = 0.0
    for rows in ([row for row in models if row["lane"] == "all"], lanes(models)):
        shares = [row["share"] * (1 - row["at_once"]) for row in rows]
        first = sum(s * row["hours"] for s, row in zip(shares, rows, strict=True))
        second = sum(s * (row["hours"] ** 2 + row["hours_sd"] ** 2) for s, row in zip(shares, rows, strict=True))
        mean, variance = mean + first, variance + max(0.0, second - first**2)
    return mean, math.sqrt(variance)


def lanes(models: Sequence[Row]) -> list[Row]:
    """The rows of single lanes, whose shares must add up to one."""
    found = [row for row in models if row["lane"] != "all"]
    total = sum(row["share"] for row in found)
    if found and abs(total - 1) > 1e-6:
        raise InputError(
            f"dwell_models: the lanes of step {found[0]['procedure_id']} {found[0]['order']} have shares of {total:g}",
            cure="let the shares of lanes add up to 1",
        )
    return found
