"""The sections of an assigned year: who carries what, the map of flows, who earns, what is scarce, how freight answers."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.plot import maps
from karvan.plot.svg import About
from karvan.plot.words import figures, percent, shorts
from karvan.report.sections import Section
from karvan.result import Result

_FREIGHT = (
    "The year's demand that may choose, spread over all ways so that no freight would choose otherwise: price, hours, their spread, "
    "risk, and what many want is waited for. What is captive to a pipe or a gauge is not in these figures."
)
_SCARCE = "What one more of each capacity, once a week all year, would be worth to all freight together, choices settled anew. Small changes only."
_ANSWERS = "By how many per cent freight on the corridor moves when its own price, or its own hours, rise by one per cent on all its ways."
SHOWN = 15


def freighted(
    years: Mapping[str, Result], corridor: Corridor, world: Mapping[str, Any], measure: str, size: tuple[float, float]
) -> list[Section]:
    """The sections of assigned years by scenario, the first one the base; none where there are none.

    ``measure``: the corridor whose elasticities are told.
    """
    if not years:
        return []
    (name, base), *_ = years.items()
    names = shorts(dict(corridor.nodes.select("node_id", "name").iter_rows()))
    source = f"Karvan {base.run.version}, corridor {corridor.name} {corridor.edition}, run {base.run.id}"
    about = About(names, "", "", name, corridor.price_year, source)
    tables = (corridor.nodes, corridor.links, corridor.shapes)
    drawn = maps.freight(world, tables, base.tables["flows"], finding(base, measure), about, size=size)
    said = [status for one in years.values() if (status := str(one.run.arguments["status"])) != "in balance"]
    words = " ".join([_FREIGHT, *dict.fromkeys(f"Beware: {one}." for one in said)])
    made = [
        Section("freight", f"Who carries the freight of {base.run.arguments['year']}", words, [drawn], _shares(years)),
        Section("earnings", "Who earns", "", tables={"Revenue, M USD a year": _earned(years)}),
        Section("scarce", "What is scarce", _SCARCE, tables={"The dearest": _scarce(base)}),
        Section("answers", "How freight answers", _ANSWERS, tables={f"On {measure}": _answers(base, measure)}),
    ]
    return [one for one in made if one.charts or any(frame.height for frame in one.tables.values())]


def finding(base: Result, measure: str) -> str:
    """What a year's freight says of one corridor, in a sentence."""
    sums = dict(base.tables["corridors"].group_by("corridor").agg(pl.col("kt").sum()).iter_rows())
    whole, mine = sum(sums.values()), sums.get(measure, 0.0)
    year = base.run.arguments["year"]
    if not whole:
        return f"No freight may choose in {year}"
    return f"Of {figures(whole)} kt that may choose in {year}, {measure} carries {figures(mine)} kt ({percent(mine / whole)})"


def _shares(years: Mapping[str, Result]) -> dict[str, pl.DataFrame]:
    """kt, thousand TEU and share by corridor, scenarios side by side."""
    kt = pl.col("kt")
    frames = []
    for name, result in years.items():
        sums = result.tables["corridors"].group_by("corridor").agg(pl.col("kt", "kteu").sum())
        frames.append(sums.select(
            "corridor", kt.round(0).alias(f"kt, {name}"), (kt / kt.sum() * 100).round(1).alias(f"%, {name}"),
            pl.col("kteu").round(1).alias(f"thousand TEU, {name}"),
        ))  # fmt: skip
    return {"By corridor": _joined(frames, "corridor")}


def _earned(years: Mapping[str, Result]) -> pl.DataFrame:
    frames = [
        result.tables["operators"].select("operator", "country", pl.col("revenue_musd").round(1).alias(name))
        for name, result in years.items()
    ]
    return _joined(frames, "operator", "country").head(SHOWN)


def _joined(frames: Sequence[pl.DataFrame], *keys: str) -> pl.DataFrame:
    out = frames[0]
    for more in frames[1:]:
        out = out.join(more, on=list(keys), how="full", coalesce=True, nulls_equal=True)
    return out.sort(out.columns[len(keys)], descending=True, nulls_last=True)


def _scarce(base: Result) -> pl.DataFrame:
    return base.tables["prices"].filter(pl.col("usd_week") > 1.0).head(SHOWN).select(
        pl.col("element").alias("one more a week of"), "unit", (pl.col("used") * 100).round(0).alias("% used"),
        pl.col("usd_week").round(0).alias("USD a year"),
    )  # fmt: skip


def _answers(base: Result, measure: str) -> pl.DataFrame:
    own = base.tables["elasticities"].filter((pl.col("corridor") == measure) & (pl.col("of") == measure))
    wide = own.with_columns(pl.col("elasticity").round(2)).pivot("by", index="commodity", values="elasticity")
    kt = base.tables["corridors"].filter(pl.col("corridor") == measure).select("commodity", pl.col("kt").round(0))
    told = wide.join(kt, on="commodity").filter(pl.col("kt") > 0).sort("kt", descending=True).head(SHOWN)
    return told.rename({name: f"by {name}" for name in ("price", "hours") if name in told.columns})
