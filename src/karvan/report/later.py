"""The sections of a back-cast: fans beside what was counted, what drives them, and what the bands were worth."""

import polars as pl

from karvan.corridor import Corridor
from karvan.plot.bars import fan
from karvan.plot.svg import About
from karvan.plot.words import figures
from karvan.report.sections import Section
from karvan.result import Result

_FANS = (
    "Years after the last counted one, computed from outside drivers and from links, services and prices as they are dated. Nothing "
    "counted on the corridor after that year is read. Queues are not in these figures. A new branch with a name of its own is a rival: what it takes, the corridor loses."
)
_HELD = "How the middle of the last year moves where one driver is left at the last counted year."
_SPREAD = "P90 by P10 where one kind of doubt alone is drawn, in the last year of the first scenario."
_SCORES = (
    "Each counted year but the first left out in turn. The score is the band's width plus ten times what a figure lies outside, as a "
    "share of the figure: small is good. Beside it that of a band about the year before, as wide as the changes of the other years."
)
SHOWN = 12
TOTALS = ("tonnes", "containers")


def backcasted(found: Result | None, corridor: Corridor, width: float) -> list[Section]:
    """The sections of a back-cast; none where there is none."""
    if found is None:
        return []
    about = About(
        {},
        "",
        "",
        "",
        corridor.price_year,
        f"Karvan {found.run.version}, corridor {corridor.name} {corridor.edition}, run {found.run.id}",
    )
    seen = found.tables["observations"].with_columns(pl.col("period").cast(pl.Int64).alias("year"))
    charts = [
        fan(
            rows,
            seen.filter(pl.col("quantity") == name).select("year", pl.col("observed").alias("value")),
            about,
            wide=width,
        )
        for name in TOTALS
        if (rows := found.tables["fan"].filter(pl.col("quantity") == name)).height
    ]
    last = int(found.tables["held"]["year"].max() or 0)  # type: ignore[arg-type]
    tables = {
        "All figures": _fans(found.tables["fan"]), "Parameters fitted": _values(found.tables["values"]),
        "Counted and fitted, each year from the one before": _fitted(found.tables["observations"]),
    }  # fmt: skip
    return [
        Section("backcast", "Back-cast and outlook", f"{_FANS} {_sealed(found)}", charts, tables),
        Section(
            "held",
            "What each driver moves",
            _HELD,
            tables={f"Left at its last counted value, {last}": _held(found, last)},
        ),
        Section("spread", "What the bands are made of", _SPREAD, tables={f"P90 by P10, {last}": _spread(found, last)}),
        Section(
            "scores", "What the bands are worth", _SCORES, tables={"Years left out": _scores(found.tables["scores"])}
        ),
    ]


def _sealed(found: Result) -> str:
    said = found.run.arguments
    moved = said.get("sealed") not in (None, "", said["edition"])
    since = f" It was sealed with edition {said['sealed'][:12]}: tables or method have changed since." if moved else ""
    return f"Drivers {said['drivers'][:12]}, fitted edition {said['edition'][:12]}; a year leaves {said['unexplained']:.0%} unexplained.{since}"


def _fans(frame: pl.DataFrame) -> pl.DataFrame:
    numbers = [
        pl.col(name).map_elements(figures, return_dtype=pl.String).alias(name.upper()) for name in ("p10", "p50", "p90")
    ]
    return frame.select("scenario", "year", "quantity", "place", "unit", *numbers)


def _held(found: Result, last: int) -> pl.DataFrame:
    mine = found.tables["held"].filter(pl.col("year") == last)
    wide = mine.pivot(on="quantity", index="driver", values="change_share")
    names = [name for name in wide.columns if name != "driver"]
    most = wide.with_columns(pl.max_horizontal(pl.col(name).abs() for name in names).alias("most")).sort(
        "most", descending=True
    )
    return most.head(SHOWN).select("driver", *((pl.col(name) * 100).round(1).alias(f"{name}, %") for name in names))


def _spread(found: Result, last: int) -> pl.DataFrame:
    mine = found.tables["spread"].filter(pl.col("year") == last)
    wide = mine.pivot(on="quantity", index="of", values="p90_over_p10")
    return wide.select(
        pl.col("of").alias("doubt of"), *(pl.col(name).round(2) for name in wide.columns if name != "of")
    )


def _scores(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "year", "quantity", *(pl.col(name).round(0) for name in ("observed", "p10", "p50", "p90")), "inside",
        pl.col("score_share").round(2).alias("score"), pl.col("still_share").round(2).alias("score of no change"),
    )  # fmt: skip


def _values(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(
        "name", "scope", *(pl.col(name).round(2) for name in ("before", "value", "low", "high")), "status"
    )


def _fitted(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select("quantity", "period", pl.col("observed").round(0), pl.col("predicted").round(0), "unit")
