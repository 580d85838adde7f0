"""The words on the map: ends beyond the frame, stages, rivals and places, each only where it has room."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from karvan.plot.labels import Box, Placed, Wish, moved, place
from karvan.plot.project import Points
from karvan.plot.svg import About, el, number, text
from karvan.plot.theme import MODES, ink
from karvan.plot.words import days, figures, span, usd

Row = dict[str, Any]
ZOOMS = (0.15, 1.0, 1.6, 2.5, 4.0, 6.5)
"""Zooms at which names are given room anew; below 1 only the ends of ways have names, of their own."""


@dataclass(frozen=True)
class Lines:
    """Where things are: nodes by id (longitude, latitude) and links by id, each a projected line."""

    at: Mapping[str, tuple[float, float]]
    links: Mapping[str, Points]


def signs(
    ways: pl.DataFrame, legs: pl.DataFrame, where: Lines, about: About, size: tuple[float, float]
) -> tuple[str, tuple[Box, ...]]:
    """All words, and the boxes of those seen in the start frame of ``size`` px."""
    room = (4.0, 4.0, size[0] - 4, size[1] - 4)
    main = (ways.filter(pl.col("measured")).to_dicts() or ways.to_dicts())[0]
    nodes = [node for node in dict.fromkeys([*legs["from"].to_list(), *legs["to"].to_list()]) if node in where.at]
    held = [_dot(*where.at[node]) for node in nodes]
    spots: list[tuple[Placed, str]] = []
    for kind, wishes in (
        ("edge", _ends(main, ways, legs, where, (about, size))),
        ("stage", _stages(_of(legs, main), where)),
        ("rival", _rivals(ways, legs, main, where)),
    ):
        for choices in wishes:
            spot = next(
                (found[0] for wish in choices if (found := place([wish], room, taken=held, sides=SIDES[kind]))), None
            )
            if spot:
                held.append(spot.box)
                spots.append((spot, kind))
    names, seen = _names(ways, legs, where, about, (room, nodes, [spot for spot, _ in spots]))
    drawn = [_sign(spot, class_=kind) for spot, kind in spots]
    return "".join(drawn) + names, (*(spot.box for spot, _ in spots), *seen)


SIDES = {
    "edge": ((1, 0), (-1, 0), (0, 1), (0, -1)),
    "stage": ((0, 1), (0, -1)),
    "rival": ((0, -1), (0, 1), (1, 0), (-1, 0)),
}


def pin(x: float, y: float, *inside: str, **more: Any) -> str:
    """Marks that keep their size when the map is zoomed, at a point of the map."""
    return el("g", el("g", *inside, class_="pin"), transform=f"translate({number(x)} {number(y)})", **more)


def _sign(spot: Placed, **more: Any) -> str:
    wish = spot.wish
    halo: dict[str, Any] = {
        "stroke": ink("paper"),
        "stroke_width": 3,
        "paint_order": "stroke",
        "stroke_linejoin": "round",
    }
    fill = wish.key if wish.key in MODES.values() else "ink"
    return pin(
        wish.x, wish.y, text(spot.dx, spot.dy, wish.said, anchor=spot.anchor, bold=wish.bold, fill=fill, **halo), **more
    )


def _dot(x: float, y: float) -> Box:
    return x - 5, y - 5, x + 5, y + 5


def _of(legs: pl.DataFrame, way: Row) -> pl.DataFrame:
    return legs.filter((pl.col("label") == way["label"]) & (pl.col("place") == way["place"]))


def _links(legs: pl.DataFrame) -> list[str]:
    return [link for link in legs["link"].to_list() if link]


def _along(links: Sequence[str], where: Lines) -> Points:
    """A hundred points spread along a chain of links, whichever way round each is drawn."""
    chain: list[Points] = []
    known = [where.links[link] for link in links if link in where.links]
    for at, line in enumerate(known):
        ahead = known[at + 1] if at == 0 and len(known) > 1 else None
        back = chain[-1][-1] if chain else None
        if back is not None and _far(line[-1], back) < _far(line[0], back):
            line = line[::-1]
        if ahead is not None and min(_far(line[0], ahead[0]), _far(line[0], ahead[-1])) < min(
            _far(line[-1], ahead[0]), _far(line[-1], ahead[-1])
        ):
            line = line[::-1]
        chain.append(line)
    points = np.concatenate(chain) if chain else np.zeros((1, 2))
    steps = np.hypot(np.diff(points[:, 0]), np.diff(points[:, 1]))
    lengths = np.concatenate([[0.0], np.cumsum(steps)])
    at_ = np.linspace(0, lengths[-1], 101)
    return np.column_stack([np.interp(at_, lengths, points[:, axis]) for axis in (0, 1)])


def _far(one: Points, other: Points) -> float:
    return float(np.hypot(one[0] - other[0], one[1] - other[1]))


def _stages(legs: pl.DataFrame, where: Lines) -> list[list[Wish]]:
    """Kilometres and time under way of each stage of one way, by mode: wishes along the stage, its middle first."""
    found: list[dict[str, Any]] = []
    for leg in legs.filter(pl.col("kind") == "move").iter_rows(named=True):
        if not found or found[-1]["mode"] != leg["mode"]:
            found.append({"mode": leg["mode"], "links": [], "km": 0.0, "hours": 0.0})
        found[-1]["links"].append(leg["link"])
        found[-1]["km"] += leg["km"]
        found[-1]["hours"] += leg["hours"]
    wishes = []
    for stage in found:
        said = f"{stage['mode']} {figures(stage['km'])} km, {span(stage['hours'])}"
        points = _along(stage["links"], where)[[50, 42, 58, 34, 66, 26, 74, 18, 82]]
        key = MODES.get(stage["mode"], "rail")
        spots = [(float(x), float(y), reach) for reach in (9, 18, 27) for x, y in points]
        wishes.append([Wish(said, x, y, reach=reach, bold=True, key=key) for x, y, reach in spots])
    return wishes


def _rivals(ways: pl.DataFrame, legs: pl.DataFrame, main: Row, where: Lines) -> list[list[Wish]]:
    """Name, price and days of each rival, once, along a stretch that it has for itself."""
    users: dict[str, set[str]] = {}
    for link, label in legs.filter(pl.col("link") != "").select("link", "label").iter_rows():
        users.setdefault(link, set()).add(label)
    wishes = []
    for way in ways.filter(pl.col("label") != main["label"]).unique("label", maintain_order=True).to_dicts():
        own = [link for link in _links(_of(legs, way)) if users[link] == {way["label"]}]
        to = f" to {way['place']}" if way["place"] != main["place"] else ""
        said = f"{way['label']}{to}: {usd(way['price_usd'])} USD, {days(way['hours_p50'])} d"
        if own:
            wishes.append([Wish(said, float(x), float(y), reach=6) for x, y in _along(own, where)[6:-6:4]])
    return wishes


def _ends(
    main: Row, ways: pl.DataFrame, legs: pl.DataFrame, where: Lines, told: tuple[About, tuple[float, float]]
) -> list[list[Wish]]:
    """Names of the ends beyond the start frame, where their way leaves it."""
    about, size = told
    asked = {f"from {about.origin}": (_of(legs, main), -1)}
    for way in (
        ways.sort("measured", descending=True, maintain_order=True).unique("place", maintain_order=True).to_dicts()
    ):
        asked[f"to {way['place']}"] = (_of(legs, way), 1)
    wishes = []
    for said, (own, side) in asked.items():
        points = _along(_links(own), where)[::side]
        within = np.asarray((points > 2).all(axis=1) & (points < np.array(size) - 2).all(axis=1))
        if within[-1] or not within.any():
            continue
        x, y = (float(value) for value in points[np.flatnonzero(within)[-1]])
        arrow = f"{said} →" if x > size[0] / 2 else f"← {said}"
        wishes.append([Wish(arrow, min(max(x, 8), size[0] - 8), y + down, reach=7) for down in (0, -16, 16, -32, 32)])
    return wishes


def _names(
    ways: pl.DataFrame,
    legs: pl.DataFrame,
    where: Lines,
    about: About,
    told: tuple[Box, Sequence[str], Sequence[Placed]],
) -> tuple[str, list[Box]]:
    """Names of places: ends of ways first, then where most time is spent; each from the zoom that has room for it."""
    room, nodes, others = told
    spent = dict(legs.filter(pl.col("kind") != "move").group_by("to").agg(pl.col("hours").sum()).iter_rows())
    every = legs.group_by("place", "label", maintain_order=True).agg(pl.col("from").first(), pl.col("to").last())
    ends = {*every["from"].to_list(), *every["to"].to_list()}
    rank = {node: (0.0 if node in ends else 1e6) - spent.get(node, 0.0) for node in nodes}
    far: list[str] = []
    shown: dict[str, Placed] = {}
    drawn: list[str] = []
    seen: list[Box] = []
    for zoom in ZOOMS:
        wanted = [node for node in nodes if node not in shown and (zoom >= 1 or node in ends)]
        held = [_dot(x * zoom, y * zoom) for x, y in (where.at[node] for node in nodes)]
        held += [moved(spot, zoom) for spot in (*others, *shown.values()) if zoom >= 1]
        wishes = [_wish(node, where, about, (zoom, rank[node])) for node in wanted]
        for spot in place(wishes, room if zoom == 1 else EVERYWHERE, taken=held):
            at = _back(spot, zoom)
            if zoom < 1:
                far.append(_sign(at, data_from=zoom, data_to=1, display="none"))
            else:
                shown[spot.wish.key] = at
                hidden: Mapping[str, Any] = {"display": "none"} if zoom > 1 else {}
                drawn.append(_sign(at, data_from=zoom, **hidden))
                seen += [at.box] if zoom == 1 else []
    return "".join([*far, *drawn]), seen


def _back(spot: Placed, zoom: float) -> Placed:
    """A label placed on the picture ``zoom`` times as large, on the picture as it is: same offset, same size."""
    wish = replace(spot.wish, x=spot.wish.x / zoom, y=spot.wish.y / zoom)
    x, y = wish.x - spot.wish.x, wish.y - spot.wish.y
    box = (spot.box[0] + x, spot.box[1] + y, spot.box[2] + x, spot.box[3] + y)
    return Placed(wish, spot.dx, spot.dy, spot.anchor, box)


EVERYWHERE = (-1e6, -1e6, 1e6, 1e6)


def _wish(node: str, where: Lines, about: About, told: tuple[float, float]) -> Wish:
    zoom, rank = told
    x, y = where.at[node]
    return Wish(about.name(node), x * zoom, y * zoom, rank, reach=8, key=node)
