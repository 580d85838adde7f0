"""Compare: two or more results side by side, with what differed in their inputs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from karvan.apply import difference
from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.result import Result, Run
from karvan.studies.compare.figures import FIGURES, SIDES, figures
from karvan.studies.compare.years import change
from karvan.version import VERSION

S, F = pl.String(), pl.Float64()
INPUTS = {"result": S, "what": S, "base": S, "other": S}
CELLS = {"result": S, "table": S, "key": S, "column": S, "before": S, "after": S}
RANKING = {"rank": pl.Int64(), "result": S, "figure": S, "value": F, "first_in": F, "says": S}
ALIKE = {"word": "the word", "corridor": "the corridor", "edition": "the edition", "price_year": "the price year"}
LEAD = {"simulate": ("hours", "mean hours on the way"), "route": ("cost_usd", "generalised cost of the best way, USD"),
        "rivals": ("cost_usd", "generalised cost of the best way, USD")}  # fmt: skip


@dataclass(frozen=True)
class Compared(Result):
    """What ``compare`` gives back; the first result is the base of all others.

    ``inputs``: arguments, scenarios, seed and version that differ. ``cells``: cells of the corridors that differ, where these
    were given. ``figures``: every figure of each result beside the base's, with its change, half-width and whether it is clear.
    ``years``: for simulations that share random numbers, changes paired run by run. ``ranking``: results by the word's leading
    figure, and in what share of runs each comes first.
    """


def compare(corridors: Mapping[str, Corridor] | None = None, /, **results: Result) -> Compared:
    """Two or more results of one word side by side, aligned by key: ``compare(base=..., plan=...)``.

    ``corridors``: those of the results by the same names, to tell which cells differ. Simulations with the same seed and runs are
    set against each other run by run, on common random numbers. A change whose interval holds zero, or whose bands overlap, reads
    "no clear change".

    Raises InputError for fewer than two results, for results of different words, corridors, editions or price years, which would
    not mean the same, and for corridors that are not those of the results.

    >>> import karvan as kv
    >>> toy = kv.load("toy")
    >>> sent = kv.Shipment("orio", "destin", commodity="boxes", feu=1)
    >>> both = kv.compare(cost=kv.route(toy, sent), price=kv.route(toy, sent, minimise="price"))
    >>> both.inputs.row(0)
    ('price', 'minimise', 'cost', 'price')
    """
    _alike(results, corridors or {})
    (name, base), *others = results.items()
    told = [row for other, result in others for row in figures(other, base, result)]
    tables = {
        "inputs": pl.DataFrame([*_inputs(base, others)], schema=INPUTS, orient="row"),
        "cells": _cells(name, corridors or {}),
        "figures": pl.DataFrame(told, schema=FIGURES),
        "years": _years(base, others),
        "ranking": _ranking(results),
    }
    runs = {one: result.run.id for one, result in results.items()}
    run = Run(
        "compare", {"results": runs}, base.run.corridor, base.run.edition, base.run.digest, base.run.price_year, VERSION
    )
    return Compared(run, tables)


def _alike(results: Mapping[str, Result], corridors: Mapping[str, Corridor]) -> None:
    if len(results) < 2:
        raise InputError(f"{len(results)} result to compare", cure="give two or more, each under a name of its own")
    (name, base), *others = results.items()
    if base.run.word not in SIDES:
        raise InputError(f"results of {base.run.word} are not compared", cure=f"results of {', '.join(SIDES)} are")
    for other, result in others:
        for field, what in ALIKE.items():
            one, two = getattr(base.run, field), getattr(result.run, field)
            if one != two:
                raise InputError(
                    f"{what} of {other} is {two}, that of {name} {one}",
                    cure="compare results that mean the same: run them anew alike",
                )
    for one, corridor in corridors.items():
        if one not in results:
            raise InputError(
                f"the corridor {one!r} is of no result", cure=f"name it as its result: {', '.join(results)}"
            )
        if corridor.digest != results[one].run.digest:
            raise InputError(
                f"the corridor given for {one} is not the one its result was made on", cure="give that corridor"
            )


def _inputs(base: Result, others: list[tuple[str, Result]]) -> Iterator[tuple[str, str, str, str]]:
    for name, result in others:
        sides = [{**_flat(one.run.arguments), "scenarios": ", ".join(one.run.scenarios), "seed": str(one.run.seed or ""),
                  "version": one.run.version} for one in (base, result)]  # fmt: skip
        for what in dict.fromkeys([*sides[0], *sides[1]]):
            one, two = (side.get(what, "") for side in sides)
            if one != two:
                yield name, what, one, two


def _flat(arguments: Mapping[str, Any], inside: str = "") -> dict[str, str]:
    """Arguments as text, those within arguments under ``outer.inner``; what a run reached is no input."""
    out: dict[str, str] = {}
    for name, value in arguments.items():
        if isinstance(value, Mapping):
            out |= _flat(value, f"{inside}{name}.")
        elif name not in ("gap", "status", "proven"):
            out[f"{inside}{name}"] = "" if value is None else str(value)
    return out


def _cells(base: str, corridors: Mapping[str, Corridor]) -> pl.DataFrame:
    if base not in corridors:
        return pl.DataFrame(schema=CELLS)
    parts = [
        difference(corridors[base].tables, corridor.tables).select(pl.lit(name).alias("result"), pl.all())
        for name, corridor in corridors.items() if name != base
    ]  # fmt: skip
    return pl.concat([pl.DataFrame(schema=CELLS), *parts])


def _years(base: Result, others: list[tuple[str, Result]]) -> pl.DataFrame:
    """Paired changes of simulated years; those that share no random numbers are left out."""
    parts = []
    for name, result in others:
        if base.run.word == "simulate" and _paired(base, result):
            parts.append(change(base, result).select(pl.lit(name).alias("result"), pl.all()))
    return pl.concat(parts) if parts else pl.DataFrame()


def _paired(one: Result, other: Result) -> bool:
    same = all(one.run.arguments.get(name) == other.run.arguments.get(name) for name in ("days", "warmup", "tags"))
    runs = [result.tables["runs"]["run"].n_unique() for result in (one, other)]
    return same and one.run.seed == other.run.seed and runs[0] == runs[1]


def _ranking(results: Mapping[str, Result]) -> pl.DataFrame:
    """Results from the least leading figure to the largest; of simulations, in which share of runs each is the least."""
    word = next(iter(results.values())).run.word
    if word not in LEAD:
        return pl.DataFrame(schema=RANKING)
    figure, meaning = LEAD[word]
    by_run = {name: _leading(result, figure) for name, result in results.items()}
    alike = len({len(values) for values in by_run.values()}) == 1 and all(by_run.values())
    means = {name: sum(values) / len(values) if values else float("nan") for name, values in by_run.items()}
    order = sorted(means, key=lambda name: (means[name] != means[name], means[name]))
    rows = []
    for rank, name in enumerate(order, start=1):
        first = None
        if alike and len(by_run[name]) > 1:
            least = [min(values[at] for values in by_run.values()) for at in range(len(by_run[name]))]
            first = sum(value <= low for value, low in zip(by_run[name], least, strict=True)) / len(least)
        said = f"{meaning}: {means[name]:,.4g}" + (f"; first in {first:.0%} of runs" if first is not None else "")
        rows.append((rank, name, meaning, means[name], first, said))
    return pl.DataFrame(rows, schema=RANKING, orient="row")


def _leading(result: Result, figure: str) -> list[float]:
    if result.run.word == "simulate":
        runs = result.tables["runs"].filter(pl.col("what") == figure).sort("run")
        return [float(value) for value in runs["value"].to_list()]
    values = result.tables["ways"][figure].to_list()
    return [float(min(values))] if values else []
