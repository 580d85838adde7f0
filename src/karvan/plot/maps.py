"""The map: a quiet base, the network by mode, the ways of a result on top, and labels that never touch.

All is drawn in the pixels of the start frame; what lies beyond it is there too, for who zooms out. Classes and data
attributes are for the page's small script: ``pin`` marks keep their size, ``data-from`` says from which zoom a label
has room.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from karvan.plot.about import About, short
from karvan.plot.labels import Box, Wish, place
from karvan.plot.project import Albers, Points, framed, great_circle
from karvan.plot.svg import Chart, el, hint, number, text
from karvan.plot.theme import MODES, ink
from karvan.plot.words import days, figures, span, usd

Row = dict[str, Any]
FRAME = (25.0, 85.0, 36.0, 52.0)
"""West, east, south, north of the start frame: the corridor, never the world."""
ZOOMS = (1.0, 1.6, 2.5, 4.0, 6.5)
WORLD = {
    "land": ("land", "coast", 0.5, ""),
    "borders": ("", "frontier", 0.7, ""),
    "disputed": ("", "frontier", 0.7, "3 3"),
}
DISCLAIMER = "Borders are drawn for orientation and say nothing about anyone's claim; dashed lines are disputed."


@dataclass(frozen=True)
class Lines:
    """Where things are: nodes by id (longitude, latitude) and links by id, each a projected line."""

    at: Mapping[str, tuple[float, float]]
    links: Mapping[str, Points]


def view(size: tuple[float, float] = (800, 480), frame: tuple[float, float, float, float] = FRAME) -> Albers:
    """The projection of the start frame."""
    return framed(*frame, size)


def lines(nodes: pl.DataFrame, links: pl.DataFrame, shapes: pl.DataFrame, to: Albers) -> Lines:
    """Projected nodes and links: a link follows its ``shapes`` where it has them, else the great circle."""
    degrees = {row["node_id"]: (row["lon"], row["lat"]) for row in nodes.iter_rows(named=True)}
    ids = list(degrees)
    spots = to(np.array([degrees[node] for node in ids], dtype=float).reshape(-1, 2))
    drawn = {
        str(key[0]): part.sort("order").select("lon", "lat").to_numpy()
        for key, part in shapes.group_by("link_id", maintain_order=True)
    }
    found = {}
    for row in links.iter_rows(named=True):
        ends = degrees.get(row["from_node"]), degrees.get(row["to_node"])
        if ends[0] and ends[1]:
            found[row["link_id"]] = to(drawn.get(row["link_id"], great_circle(ends[0], ends[1])))
    return Lines({node: (float(x), float(y)) for node, (x, y) in zip(ids, spots, strict=True)}, found)


def ground(world: Mapping[str, Any], to: Albers, size: tuple[float, float]) -> str:
    """Water, land and borders; ``world`` holds lists of lines, each first point and steps in whole ``unit`` degrees."""
    wide = size[0] * 20, size[1] * 20
    drawn = [el("rect", x=-wide[0] / 2, y=-wide[1] / 2, width=wide[0], height=wide[1], fill=ink("water"))]
    for layer, (fill, stroke, width, dash) in WORLD.items():
        paths = [_path(to(unpack(packed, world["unit"])), close=bool(fill)) for packed in world.get(layer, ())]
        look: dict[str, str | float] = {"stroke_dasharray": dash} if dash else {}
        look |= {"fill": ink(fill) if fill else "none", "fill_rule": "evenodd", "stroke_linejoin": "round"}
        drawn.append(el("path", d="".join(paths), stroke=ink(stroke), stroke_width=width, **look, **FIXED))
    return "".join(drawn)


FIXED = {"vector_effect": "non-scaling-stroke"}


def unpack(packed: Sequence[int], unit: float) -> Points:
    """A packed line in degrees.

    >>> unpack([100, 200, 5, -5], 0.01).round(2).tolist()
    [[1.0, 2.0], [1.05, 1.95]]
    """
    return np.cumsum(np.array(packed, dtype=float).reshape(-1, 2), axis=0) * unit


def corridor_map(
    world: Mapping[str, Any],
    tables: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame],
    results: tuple[pl.DataFrame, pl.DataFrame],
    about: About,
    *,
    size: tuple[float, float] = (800, 480),
    frame: tuple[float, float, float, float] = FRAME,
) -> Chart:
    """The corridor with the ways of a result: measured ones thick, rivals thin, border posts outlined.

    ``tables`` are nodes, links and shapes of the corridor; ``results`` ways and legs with ``label`` and ``place``.
    """
    nodes, links, shapes = tables
    ways, legs = results
    to = view(size, frame)
    where = lines(nodes, links, shapes, to)
    mine = ways.filter(pl.col("measured"))
    main = mine.to_dicts()[0] if mine.height else ways.to_dicts()[0]
    first = _legs_of(legs, main)
    room = (4.0, 4.0, size[0] - 4, size[1] - 40)
    stages, taken = _stage_labels(first, where, about, room)
    rivals, also = _rival_labels(ways.filter(pl.col("label") != main["label"]), legs, where, (room, taken))
    edge, edges = _edge_labels(main, ways, legs, where, about, size)
    names = _names(nodes, legs, where, size, [*taken, *also, *edges])
    body = el("g", ground(world, to, size), _network(links, where), _ways(ways, legs, where), id="world")
    pins = el("g", _posts(legs, where, about), _dots(nodes, legs, where), names, stages, rivals, edge, id="pins")
    longest = f"{figures(main['km'])} km, {days(main['hours_p50'])} days, {usd(main['price_usd'])} USD per {about.unit}"
    return Chart(
        "map",
        f"{main['label']}, {about.origin} to {main['place']}: {longest}",
        f"The network and the best way of each corridor; {about.where('')}",
        f"Map of the corridor. {longest}. {DISCLAIMER}",
        *size,
        el("g", body, pins, id="view") + _legend(size),
        _told(ways),
        about.source,
    )


def _legs_of(legs: pl.DataFrame, way: Row) -> pl.DataFrame:
    return legs.filter((pl.col("label") == way["label"]) & (pl.col("place") == way["place"]))


def _told(ways: pl.DataFrame) -> pl.DataFrame:
    said = [pl.col("place").alias("to"), pl.col("label").alias("way"), pl.col("name").alias("by")]
    return ways.select(*said, "km", "price_usd", "hours_p10", "hours_p50", "hours_p90")


def _path(points: Points, *, close: bool = False) -> str:
    rounded = np.round(points, 1)
    keep = np.ones(len(rounded), dtype=bool)
    keep[1:] = (np.diff(rounded, axis=0) != 0).any(axis=1)
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in rounded[keep])
    return f"M{steps}{'Z' if close else ''}"


def _network(links: pl.DataFrame, where: Lines) -> str:
    """All links, thin and pale by mode; those not open dashed."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for row in links.iter_rows(named=True):
        if row["link_id"] in where.links and not row.get("x_connector"):
            is_open = (row["status"] or "open") == "open"
            groups.setdefault((MODES[row["mode"]], is_open), []).append(_path(where.links[row["link_id"]]))
    drawn = []
    for (mode, is_open), paths in sorted(groups.items()):
        dash: dict[str, str | float] = {} if is_open else {"stroke_dasharray": "4 4"}
        look = {"fill": "none", "stroke": ink(mode), "stroke_width": 1.1, "stroke_opacity": 0.55}
        drawn.append(el("path", d="".join(paths), **look, **FIXED, **dash))
    return "".join(drawn)


def _ways(ways: pl.DataFrame, legs: pl.DataFrame, where: Lines) -> str:
    """Links used by any way: rivals' 2 px, the measured ways' 4 px, each cased in the paper's colour."""
    strong = set(ways.filter(pl.col("measured"))["label"].to_list())
    used: dict[str, tuple[str, bool, list[str]]] = {}
    for leg in legs.filter(pl.col("link") != "").iter_rows(named=True):
        mode, thick, by = used.get(leg["link"], (MODES.get(leg["mode"], "rail"), False, []))
        if leg["label"] not in by:
            by = [*by, leg["label"]]
        used[leg["link"]] = (mode, thick or leg["label"] in strong, by)
    under, over = [], []
    for link, (mode, thick, by) in sorted(used.items(), key=lambda one: one[1][1]):
        if link in where.links:
            d, width = _path(where.links[link]), 3.6 if thick else 1.8
            look = {"d": d, "fill": "none", "stroke_linecap": "round", **FIXED}
            under.append(el("path", stroke=ink("paper"), stroke_width=width + 2.2, stroke_opacity=0.9, **look))
            over.append(el("path", hint(", ".join(by)), stroke=ink(mode), stroke_width=width, **look))
    return "".join(under + over)


def _pin(x: float, y: float, *inside: str, **more: str | float) -> str:
    return el("g", el("g", *inside, class_="pin"), transform=f"translate({number(x)} {number(y)})", **more)


def _posts(legs: pl.DataFrame, where: Lines, about: About) -> str:
    """Border posts that a way passes, outlined."""
    posts = legs.filter(pl.col("kind") == "border").group_by("to", maintain_order=True).agg(pl.col("hours").mean())
    box = {
        "x": -5,
        "y": -5,
        "width": 10,
        "height": 10,
        "rx": 2,
        "fill": ink("paper"),
        "stroke": ink("post"),
        "stroke_width": 2,
    }
    return "".join(
        _pin(*where.at[row["to"]], el("rect", hint(f"{about.name(row['to'])}: border, {span(row['hours'])}"), **box))
        for row in posts.iter_rows(named=True)
        if row["to"] in where.at
    )


def _dots(nodes: pl.DataFrame, legs: pl.DataFrame, where: Lines) -> str:
    """A small dot on each place where a way stops that is no border post."""
    posts = set(legs.filter(pl.col("kind") == "border")["to"].to_list())
    stops = set(legs["from"].to_list()) | set(legs["to"].to_list())
    dots = []
    for row in nodes.iter_rows(named=True):
        if row["node_id"] in stops - posts:
            look = {"r": 3, "fill": ink("paper"), "stroke": ink("ink"), "stroke_width": 1.5}
            dots.append(_pin(*where.at[row["node_id"]], el("circle", hint(row["name"]), **look)))
    return "".join(dots)


def _names(nodes: pl.DataFrame, legs: pl.DataFrame, where: Lines, size: tuple[float, float], taken: list[Box]) -> str:
    """Names of the places that ways pass, those where most time is spent first; each from the zoom that has room."""
    spent = dict(legs.filter(pl.col("kind") != "move").group_by("to").agg(pl.col("hours").sum()).iter_rows())
    passed = set(legs["from"].to_list()) | set(legs["to"].to_list())
    wanted = [row for row in nodes.iter_rows(named=True) if row["node_id"] in passed]
    shown: dict[str, str] = {}
    for zoom in ZOOMS:
        blocked = [box for box in taken] if zoom == 1 else []
        wishes = []
        for row in wanted:
            x, y = where.at[row["node_id"]]
            blocked.append((x * zoom - 4, y * zoom - 4, x * zoom + 4, y * zoom + 4))
            rank = (-1e9 if row["node_id"] in shown else 0) - spent.get(row["node_id"], 0.0)
            wishes.append(Wish(short(row["name"]), x * zoom, y * zoom, rank, reach=8))
        room = (4.0, 4.0, size[0] - 4, size[1] - 40) if zoom == 1 else (-1e6, -1e6, 1e6, 1e6)
        by_name = {(short(row["name"]), *where.at[row["node_id"]]): row["node_id"] for row in wanted}
        for spot in place(wishes, room, taken=blocked):
            node = (
                by_name[spot.wish.said, spot.wish.x / zoom, spot.wish.y / zoom]
                if zoom == 1
                else _same(by_name, spot.wish, zoom)
            )
            if node not in shown:
                label = _halo(spot.dx, spot.dy, spot.wish.said, spot.anchor)
                hide: dict[str, str | float] = {"data_from": zoom} | ({"display": "none"} if zoom > 1 else {})
                shown[node] = _pin(*where.at[node], label, **hide)
    return "".join(shown.values())


def _same(by_name: Mapping[tuple[str, float, float], str], wish: Wish, zoom: float) -> str:
    near = [
        (abs(x * zoom - wish.x) + abs(y * zoom - wish.y), node)
        for (said, x, y), node in by_name.items()
        if said == wish.said
    ]
    return min(near)[1]


def _halo(x: float, y: float, said: str, anchor: str, **more: Any) -> str:
    halo = {
        "stroke": ink("paper"),
        "stroke_width": 3,
        "stroke_opacity": 0.85,
        "paint_order": "stroke",
        "stroke_linejoin": "round",
    }
    return text(x, y, said, anchor=anchor, **halo, **more)


def _stages(legs: pl.DataFrame) -> list[dict[str, Any]]:
    """Legs of one way put together by mode: links, km and hours under way."""
    found: list[dict[str, Any]] = []
    for leg in legs.filter(pl.col("kind") == "move").iter_rows(named=True):
        if not found or found[-1]["mode"] != leg["mode"]:
            found.append({"mode": leg["mode"], "links": [], "km": 0.0, "hours": 0.0})
        found[-1]["links"].append(leg["link"])
        found[-1]["km"] += leg["km"]
        found[-1]["hours"] += leg["hours"]
    return found


def _stage_labels(legs: pl.DataFrame, where: Lines, about: About, room: Box) -> tuple[str, list[Box]]:
    """Kilometres and days of each stage of the measured way, on the stage."""
    drawn, taken = [], []
    for stage in _stages(legs):
        points = _along(stage["links"], where)
        said = f"{stage['mode']} {figures(stage['km'])} km, {span(stage['hours'])}"
        for share in (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8):
            x, y = points[int(share * (len(points) - 1))]
            spots = place(
                [Wish(said, float(x), float(y), reach=9, bold=True)], room, taken=taken, sides=((0, 1), (0, -1))
            )
            if spots:
                taken.append(spots[0].box)
                label = _halo(spots[0].dx, spots[0].dy, said, spots[0].anchor, bold=True, fill=MODES[stage["mode"]])
                drawn.append(_pin(float(x), float(y), label, class_="stage"))
                break
    return "".join(drawn), taken


def _along(links: Sequence[str], where: Lines) -> Points:
    """Points spread along a chain of links, whichever way round each is drawn."""
    chain: list[Points] = []
    for link in links:
        if link in where.links:
            line = where.links[link]
            if chain and np.hypot(*(line[-1] - chain[-1][-1])) < np.hypot(*(line[0] - chain[-1][-1])):
                line = line[::-1]
            chain.append(line)
    points = np.concatenate(chain) if chain else np.zeros((1, 2))
    lengths = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, lengths[-1], 101)
    return np.column_stack([np.interp(at, lengths, points[:, axis]) for axis in (0, 1)])


def _rival_labels(
    ways: pl.DataFrame, legs: pl.DataFrame, where: Lines, held: tuple[Box, list[Box]]
) -> tuple[str, list[Box]]:
    """The name, price and days of each rival, once, on a stretch that it has for itself."""
    room, taken = held
    users: dict[str, set[str]] = {}
    for link, label in legs.filter(pl.col("link") != "").select("link", "label").iter_rows():
        users.setdefault(link, set()).add(label)
    drawn, boxes = [], list(taken)
    for way in ways.unique("label", maintain_order=True).iter_rows(named=True):
        own = [link for link in _legs_of(legs, way)["link"].to_list() if link and users[link] == {way["label"]}]
        said = f"{way['label']}: {usd(way['price_usd'])} USD, {days(way['hours_p50'])} d to {way['place']}"
        for x, y in _along(own, where)[5:-5:6] if own else ():
            spots = place([Wish(said, float(x), float(y), reach=6)], room, taken=boxes, sides=((0, -1), (0, 1), (1, 0)))
            if spots:
                boxes.append(spots[0].box)
                drawn.append(
                    _pin(float(x), float(y), _halo(spots[0].dx, spots[0].dy, said, spots[0].anchor), class_="rival")
                )
                break
    return "".join(drawn), boxes[len(taken) :]


def _edge_labels(
    main: Row, ways: pl.DataFrame, legs: pl.DataFrame, where: Lines, about: About, size: tuple[float, float]
) -> tuple[str, list[Box]]:
    """Names of the ends that lie outside the start frame, at the point where their way leaves it."""
    asked = {about.origin: (_legs_of(legs, main), -1)}
    for way in ways.filter(pl.col("label") == main["label"]).iter_rows(named=True):
        asked[way["place"]] = (_legs_of(legs, way), 1)
    drawn: list[str] = []
    boxes: list[Box] = []
    for name, (own, side) in asked.items():
        points = _along([link for link in own["link"].to_list() if link], where)[::side]
        within = (points > 2).all(axis=1) & (points < np.array(size) - 2).all(axis=1)
        if within[-1] or not within.any():
            continue
        x, y = points[int(np.flatnonzero(within)[-1])]
        right = x > size[0] / 2
        said = (
            f"to {name} →"
            if right and side > 0
            else f"← to {name}"
            if side > 0
            else f"from {name} →"
            if right
            else f"← from {name}"
        )
        wish = Wish(said, float(np.clip(x, 8, size[0] - 8)), float(y), reach=7)
        for spot in place([wish], (2, 2, size[0] - 2, size[1] - 2), taken=boxes):
            boxes.append(spot.box)
            drawn.append(_pin(wish.x, wish.y, _halo(spot.dx, spot.dy, said, spot.anchor), class_="edge"))
    return "".join(drawn), boxes


def _legend(size: tuple[float, float]) -> str:
    """The only legend there is: colours of modes, and the border post."""
    x, y = 12.0, size[1] - 14
    drawn = [el("rect", x=0, y=size[1] - 30, width=size[0], height=30, fill=ink("paper"), fill_opacity=0.86)]
    for mode in ("rail", "sea", "road"):
        drawn.append(el("path", d=f"M{number(x)} {number(y)}h22", stroke=ink(mode), stroke_width=4))
        drawn.append(text(x + 28, y + 4, mode))
        x += 76
    box = {"width": 10, "height": 10, "rx": 2, "fill": ink("paper"), "stroke": ink("post"), "stroke_width": 2}
    drawn += [el("rect", x=x, y=y - 5, **box), text(x + 18, y + 4, "border post")]
    drawn.append(
        text(
            x + 108, y + 4, "thick: corridor measured; thin: rivals; pale: other lines; dashed: not open", fill="faint"
        )
    )
    return el("g", *drawn, id="legend")
