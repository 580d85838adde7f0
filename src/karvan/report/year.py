"""The sections of a simulated year: its figures, where it queues, when, ships and trains on one axis, what cards change."""

from collections.abc import Mapping, Sequence

import polars as pl

from karvan.corridor import Corridor
from karvan.plot import year
from karvan.plot.svg import About
from karvan.plot.words import shorts
from karvan.report.sections import Section
from karvan.report.told import Told
from karvan.result import Result
from karvan.studies.compare.years import change

_YEAR = (
    "The corridor hour by hour, with freight of the year's demand: trains, ships, berths, cranes, papers and storms. All figures "
    "are means over the runs; +- is the half-width of the 95 % interval."
)
_TRIALS = "Each addition ran on the same random numbers as the year itself; where the interval holds zero there is no clear change."
_SPACE = "One run as it happened. Where slopes break off into a red line, something waits."
SHOWN = 20


def yeared(years: Mapping[str, Result], corridor: Corridor, first: Told | None, width: float) -> list[Section]:
    """The sections of the years by scenario, the first one the base; none where there are none."""
    if not years:
        return []
    names = shorts(dict(corridor.nodes.select("node_id", "name").iter_rows()))
    (name, base), *others = years.items()
    about = _about(base, corridor, name, names)
    made = [Section("year", "The year hour by hour", _YEAR, tables=_figures(base, names))]
    if base.tables["bottlenecks"].height:
        made.append(
            Section("bottlenecks", "What one more would bring", _TRIALS, tables={"One more of each": _trials(base)})
        )
    made.append(
        Section("strip", "The corridor strip", "", [year.strip(base.tables, corridor.nodes, about, wide=width)])
    )
    calendar = year.calendar(base.tables["waits_by_month"], about, names=names, wide=width)
    made.append(Section("calendar", "The calendar of waits", "", [calendar]))
    axis = _axis(first)
    if base.tables["trace"].height and len(axis) > 1:
        drawn = year.marey(base.tables["trace"], axis, about, names=names, wide=width)
        made.append(Section("space-time", "Trains and ships on one axis", _SPACE, [drawn]))
    changed = [
        year.changes(change(base, other), _about(other, corridor, told, names), (name, told), wide=width)
        for told, other in others
    ]
    if changed:
        made.append(Section("year-changes", "What scenarios change in the year", "", changed))
    return made


def _about(result: Result, corridor: Corridor, scenario: str, names: Mapping[str, str]) -> About:
    source = f"Karvan {result.run.version}, corridor {corridor.name} {corridor.edition}, run {result.run.id}"
    return About(names, "", "", scenario, corridor.price_year, source)


def _figures(base: Result, names: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """Flows, waits, ships and what cannot keep up, as tables."""
    days = [(pl.col(name) / 24).round(1).alias(told) for name, told in (
        ("hours", "mean days"), ("hours_ci95", "+- days"), ("hours_p10", "P10"), ("hours_p50", "P50"), ("hours_p90", "P90"))]  # fmt: skip
    flows = base.tables["shipments"].sort("delivered", descending=True).head(SHOWN)
    flows = flows.select(
        pl.col("origin").replace(names).alias("from"), pl.col("destination").replace(names).alias("to"), "commodity",
        pl.col("delivered").round(0).alias("pieces a year"), "unit", *days,
    )  # fmt: skip
    waits = base.tables["waits"].filter(pl.col("hours") > 0).head(SHOWN).select(
        "place", "cause", pl.col("waits_year").round(0).alias("waits a year"), pl.col("hours").round(1).alias("mean h"),
        pl.col("hours_ci95").round(2).alias("+- h"), (pl.col("share_waiting") * 100).round(0).alias("% who wait"),
        pl.col("queue").round(2).alias("mean queue"),
    )  # fmt: skip
    ships = base.tables["services"].select(
        "service", pl.col("from").replace(names), pl.col("to").replace(names), pl.col("departures_year").round(0).alias("sailings a year"),
        (pl.col("load_factor") * 100).round(0).alias("% full"), pl.col("idle_h").round(1).alias("waits for load, h"),
    )  # fmt: skip
    found = {"The largest flows": flows, "Where most waits": waits, "Ships": ships}
    if base.tables["unstable"].height:
        found["Asked for more than it can do"] = base.tables["unstable"]
    return {title: frame for title, frame in found.items() if frame.height}


def _trials(base: Result) -> pl.DataFrame:
    return base.tables["bottlenecks"].select(
        pl.col("what").alias("one more"), pl.col("place").alias("at"), "id", pl.col("queue").round(2).alias("queue before"),
        pl.col("says").alias("what it changes (95 % interval)"),
    )  # fmt: skip


def _axis(first: Told | None) -> Sequence[tuple[str, float]]:
    """The places of the measured way to the first destination, with km from its start."""
    if first is None or not first.frames["ways"].height:
        return []
    legs = first.frames["legs"].filter(pl.col("measured") & (pl.col("place") == first.places[0]))
    out: list[tuple[str, float]] = []
    km = 0.0
    for row in legs.sort("order").iter_rows(named=True):
        if not out:
            out.append((row["from"], 0.0))
        if row["to"] != row["from"]:
            km += row["km"]
            out.append((row["to"], km))
    return out
