"""The sections of a report: which charts, in which order, with which words above them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.plot import bars, maps, points, staircase
from karvan.plot.svg import Chart
from karvan.report.told import Told


@dataclass(frozen=True)
class Section:
    """A heading, a paragraph, charts and plain tables (by their captions)."""

    name: str
    heading: str
    words: str = ""
    charts: Sequence[Chart] = ()
    tables: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def charted(tolds: Sequence[Told], width: float) -> list[Section]:
    """The sections that draw the first scenario, and the others against it; empty ones are left out."""
    first = tolds[0]
    if not first.frames["ways"].height:
        return []
    made = [
        Section("staircase", "Door to door", _STAIRCASE, _staircases(first, width)),
        Section(
            "ways",
            "Ways side by side",
            _WAYS,
            _by_places(first, lambda *frames: bars.bands(frames[0], first.about, wide=width)),
        ),
        Section(
            "shares",
            "Where the time goes",
            "",
            _by_places(first, lambda *frames: bars.shares(frames[0], frames[1], first.about, wide=width), _most(width)),
        ),
        Section(
            "pareto",
            "Price, time and CO2e",
            "",
            _by_places(first, lambda *frames: points.pareto(frames[0], first.about, wide=width)),
        ),
        Section("scenarios", "Scenarios", _CHANGE, [_change(first, other, width) for other in tolds[1:]]),
        Section("match", "What would match the rivals", _MATCH, _match(first, width)),
        Section("seasons", "Through the year", "", _seasons(first, width)),
    ]
    return [replace(one, charts=_unique(one)) for one in made if one.charts]


MOST, MOST_SMALL = (4, 28), (2, 14)
"""Destinations and ways in one chart; in a tall one on a narrow page."""
_STAIRCASE = (
    "Each slope is a stage under way, each step a stop. Red steps are borders, dotted ones waiting. What a train or ship "
    "waits on a stage is drawn as a step at its end."
)
_WAYS = (
    "The price is what a shipper pays from terminal to terminal; what it holds is listed under Prices paid. The bars say "
    "where 80 of 100 journeys (days) or quotes (price) lie."
)
_CHANGE = "The first scenario against each other one, for the same ways."
_MATCH = (
    "Price, value of time, spread and risk added up to one generalised cost. To match a rival, the corridor would have to "
    "be that much cheaper at today's days, or that much quicker at today's price."
)


def mapped(first: Told, corridor: Corridor, world: Mapping[str, Any], size: tuple[float, float]) -> Chart | None:
    """The map of the first scenario; None where there is no way to draw."""
    if not first.frames["ways"].height:
        return None
    tables = (corridor.nodes, corridor.links, corridor.shapes)
    frame = frame_of(first, corridor)
    return maps.corridor_map(
        world, tables, (first.frames["ways"], first.frames["legs"]), first.about, size=size, frame=frame
    )


def frame_of(first: Told, corridor: Corridor) -> tuple[float, float, float, float]:
    """The start frame: the house's, where the corridor crosses it; else the box round the places passed."""
    passed = set(first.frames["legs"]["from"].to_list()) | set(first.frames["legs"]["to"].to_list())
    spots = corridor.nodes.filter(pl.col("node_id").is_in(passed)).select("lon", "lat")
    west, east, south, north = maps.FRAME
    inside = spots.filter(pl.col("lon").is_between(west, east) & pl.col("lat").is_between(south, north))
    box = [*inside["lon"].to_list(), *spots["lon"].to_list()]
    if inside.height >= 4 and max(inside["lon"].to_list()) - min(inside["lon"].to_list()) > 20:
        return maps.FRAME
    lats = spots["lat"].to_list()
    wide, tall = max(max(box) - min(box), 4.0), max(max(lats) - min(lats), 3.0)
    return min(box) - wide / 8, max(box) + wide / 8, min(lats) - tall / 4, max(lats) + tall / 4


def _by_places(first: Told, draw: Callable[..., Chart], most: tuple[int, int] = MOST) -> list[Chart]:
    """A chart for every few destinations, so that none grows past a page."""
    groups: list[list[str]] = []
    many = dict(first.frames["ways"].group_by("place").len().iter_rows())
    for place in first.places:
        full = groups and (len(groups[-1]) == most[0] or sum(many[one] for one in groups[-1]) + many[place] > most[1])
        if not groups or full:
            groups.append([])
        groups[-1].append(place)
    here = pl.col("place")
    return [
        draw(*(first.frames[name].filter(here.is_in(group)) for name in ("ways", "shares", "legs"))) for group in groups
    ]


def _most(width: float) -> tuple[int, int]:
    """Destinations and ways in one tall chart: fewer where the page is narrow, and so short."""
    return MOST if width > 800 else MOST_SMALL


def _staircases(first: Told, width: float) -> list[Chart]:
    ways = first.frames["ways"]
    main = (ways.filter(pl.col("measured")).to_dicts() or ways.to_dicts())[0]
    legs = first.to(main["place"], "legs").filter(pl.col("label") == main["label"])
    charts = [staircase.staircase(main, legs, first.about, size=(width, 420))]
    if ways.height > 1:
        charts += _by_places(
            first, lambda *frames: staircase.staircases(frames[0], frames[2], first.about, wide=width), _most(width)
        )
    return charts


def _change(first: Told, other: Told, width: float) -> Chart:
    names = (first.scenario, other.scenario)
    return points.change(first.frames["ways"], other.frames["ways"], first.about, names, wide=width)


def _match(first: Told, width: float) -> list[Chart]:
    gaps = first.frames.get("match")
    return [bars.match(gaps, first.about, wide=width)] if gaps is not None and gaps.height else []


def _seasons(first: Told, width: float) -> list[Chart]:
    frame = first.frames.get("seasons")
    if frame is None or not frame.height:
        return []
    label = first.frames["ways"].filter(pl.col("measured"))["label"].to_list()[0]
    return [points.seasons(frame, first.about, label, wide=width)]


def _unique(section: Section) -> list[Chart]:
    """Names that no two charts of a report share."""
    count: dict[str, int] = {}
    named = []
    for chart in section.charts:
        count[chart.name] = count.get(chart.name, 0) + 1
        named.append(chart if count[chart.name] == 1 else replace(chart, name=f"{chart.name}-{count[chart.name]}"))
    return named


def prices(first: Told) -> Section:
    """What is in the price: every tariff paid, put together by item and operator, per way."""
    paid = first.frames["prices"].sort("measured", descending=True, maintain_order=True)
    if not paid.height:
        return Section("prices", "Prices paid", "No price was paid: there is no way.")
    part = pl.col("part").replace_strict(PARTS, default="")
    rows = (
        paid.with_columns(pl.col("item").str.replace_all("_", " "))
        .group_by("place", "label", "item", "operator", "part", maintain_order=True)
        .agg(pl.col("usd", "usd_low", "usd_high").sum(), pl.col("grade").max().alias("weakest_grade"))
        .select(
            pl.col("place").alias("to"),
            pl.col("label").alias("way"),
            "item",
            "operator",
            part.alias("counts_as"),
            "usd",
            "usd_low",
            "usd_high",
            "weakest_grade",
        )
    )
    inside = sorted(
        {
            row["item"].replace("_", " ")
            for row in paid.filter(pl.col("part").is_in(["core", "access"])).iter_rows(named=True)
        }
    )
    apart = sorted(
        {row["item"].replace("_", " ") for row in paid.filter(pl.col("part") == "owner").iter_rows(named=True)}
    )
    words = f"In every price: {', '.join(inside)}. "
    words += f"Paid by the cargo owner apart, not in the price: {', '.join(apart)}. " if apart else ""
    words += f"US dollars of {first.about.year} per {first.about.unit}."
    return Section("prices", "Prices paid", words, tables={"Tariffs paid, by way, item and operator": rows})


PARTS = {
    "core": "price", "access": "price (pre- and on-carriage, terminals)", "owner": "cargo owner, apart",
    "risk": "no payment: aversion to risk",
}  # fmt: skip
