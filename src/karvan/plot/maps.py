"""The map: a quiet base, the network by mode, the ways of a result on top, and labels that never touch.

All is drawn in the pixels of the start frame; what lies beyond it is there too, for who zooms out. Classes and data
attributes are for the page's small script: ``pin`` marks keep their size, ``data-from`` says from which zoom a label
has room.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from karvan.plot.labels import Box, Wish, place
from karvan.plot.project import Albers, Points, framed, great_circle
from karvan.plot.signs import Lines, pin, signs
from karvan.plot.svg import About, Chart, Look, el, hint, number, text
from karvan.plot.theme import MODES, ink
from karvan.plot.words import days, figures, span, usd

Row = dict[str, Any]
FRAME = (25.0, 85.0, 36.0, 52.0)
"""West, east, south, north of the start frame: the corridor, never the world."""
WORLD = {
    "land": ("land", "coast", 0.5, ""),
    "borders": ("", "frontier", 0.7, ""),
    "disputed": ("", "frontier", 0.7, "3 3"),
}
FOOT = 30.0
"""Height of the legend."""
DISCLAIMER = "Borders are drawn for orientation and say nothing about anyone's claim; dashed lines are disputed."


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
    size: tuple[float, float] = (784, 500),
    frame: tuple[float, float, float, float] = FRAME,
) -> Chart:
    """The corridor with the ways of a result: measured ones thick, rivals thin, border posts outlined.

    ``tables`` are nodes, links and shapes of the corridor; ``results`` ways and legs with ``label`` and ``place``.
    """
    nodes, links, shapes = tables
    ways, legs = results
    to = framed(*frame, size)
    where = lines(nodes, links, shapes, to)
    main = (ways.filter(pl.col("measured")).to_dicts() or ways.to_dicts())[0]
    drawn, boxes = signs(ways, legs, where, about, (size[0], size[1] - FOOT))
    body = [
        ground(world, to, size),
        _network(links, where, set(legs["link"].to_list())),
        _ways(ways, legs, where),
        _posts(legs, where, about),
    ]
    said = f"{figures(main['km'])} km, {days(main['hours_p50'])} days, {usd(main['price_usd'])} USD per {about.unit}"
    return Chart(
        "map",
        f"{main['label']}, {about.origin} to {main['place']}: {said}",
        f"The network and the best ways; {about.where('')}",
        f"Map of the corridor. {said}. {DISCLAIMER}",
        *size,
        el("g", *body, _dots(nodes, legs, where), drawn, id="view") + _legend(size),
        _told(ways),
        about.source,
        boxes,
    )


def _told(ways: pl.DataFrame) -> pl.DataFrame:
    said = [pl.col("place").alias("to"), pl.col("label").alias("way"), pl.col("name").alias("by")]
    return ways.select(*said, "km", "price_usd", "hours_p10", "hours_p50", "hours_p90")


def _path(points: Points, *, close: bool = False) -> str:
    rounded = np.round(points, 1)
    keep = np.ones(len(rounded), dtype=bool)
    keep[1:] = (np.diff(rounded, axis=0) != 0).any(axis=1)
    steps = "L".join(f"{number(x)} {number(y)}" for x, y in rounded[keep])
    return f"M{steps}{'Z' if close else ''}"


def _network(links: pl.DataFrame, where: Lines, used: set[str]) -> str:
    """All links, thin and pale by mode; those not open dashed. A coarse chain that no way uses is left out."""
    groups: dict[tuple[str, bool], list[str]] = {}
    for row in links.iter_rows(named=True):
        schematic = row.get("x_connector") or (row["detail"] in ("coarse", "total") and row["link_id"] not in used)
        if row["link_id"] in where.links and not schematic:
            is_open = (row["status"] or "open") == "open"
            groups.setdefault((MODES[row["mode"]], is_open), []).append(_path(where.links[row["link_id"]]))
    drawn = []
    for (mode, is_open), paths in sorted(groups.items()):
        dash: Look = {} if is_open else {"stroke_dasharray": "4 4"}
        look: Look = {"fill": "none", "stroke": ink(mode), "stroke_width": 1, "stroke_opacity": 0.5}
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
            look: Look = {"d": d, "fill": "none", "stroke_linecap": "round", **FIXED}
            under.append(el("path", stroke=ink("paper"), stroke_width=width + 2.2, stroke_opacity=0.9, **look))
            over.append(el("path", hint(", ".join(by)), stroke=ink(mode), stroke_width=width, **look))
    return "".join(under + over)


def _posts(legs: pl.DataFrame, where: Lines, about: About) -> str:
    """Border posts that a way passes, outlined."""
    posts = legs.filter(pl.col("kind") == "border").group_by("to", maintain_order=True).agg(pl.col("hours").mean())
    box: Look = {
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
        pin(*where.at[row["to"]], el("rect", hint(f"{about.name(row['to'])}: border, {span(row['hours'])}"), **box))
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
            look: Look = {"r": 3, "fill": ink("paper"), "stroke": ink("ink"), "stroke_width": 1.5}
            dots.append(pin(*where.at[row["node_id"]], el("circle", hint(row["name"]), **look)))
    return "".join(dots)


def _modes(size: tuple[float, float], modes: Sequence[str]) -> tuple[list[str], float, float]:
    """The foot of a map with the colours of modes, and where what follows them begins."""
    x, y = 12.0, size[1] - FOOT / 2
    drawn = [el("rect", x=0, y=size[1] - FOOT, width=size[0], height=FOOT, fill=ink("paper"))]
    for mode in modes:
        drawn.append(el("path", d=f"M{number(x)} {number(y)}h20", stroke=ink(mode), stroke_width=4))
        drawn.append(text(x + 26, y + 4, mode))
        x += 66
    return drawn, x, y


def _legend(size: tuple[float, float]) -> str:
    """The only legend there is: colours of modes, the border post, and what line widths say."""
    drawn, x, y = _modes(size, ("rail", "sea", "road"))
    box: Look = {"width": 10, "height": 10, "rx": 2, "fill": ink("paper"), "stroke": ink("post"), "stroke_width": 2}
    drawn += [el("rect", x=x, y=y - 5, **box), text(x + 16, y + 4, "border post")]
    drawn.append(
        text(size[0] - 8, y + 4, "thick: measured; thin: rivals; dashed: not open", fill="faint", anchor="end")
    )
    return el("g", *drawn, id="legend")


THICK = 14.0
"""Width of the line that carries the most, px."""
NAMED = 14
"""Places of the largest flows that look for a name."""


def freight(
    world: Mapping[str, Any],
    tables: tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame],
    flows: pl.DataFrame,
    title: str,
    about: About,
    *,
    size: tuple[float, float] = (784, 500),
    frame: tuple[float, float, float, float] = FRAME,
) -> Chart:
    """Freight on every link, both directions together: a line is as wide as its tonnes, and as the legend says.

    ``tables`` are nodes, links and shapes of the corridor; ``flows`` those of assign.
    """
    nodes, links, shapes = tables
    to = framed(*frame, size)
    where = lines(nodes, links, shapes, to)
    sums = flows.group_by("link", "mode").agg(pl.col("kt").sum(), pl.col("from", "to").first()).sort("kt", "link")
    rows = [row for row in sums.to_dicts() if row["link"] in where.links and row["kt"] > 0]
    most = max((row["kt"] for row in rows), default=1.0)
    body = [ground(world, to, size), _network(links, where, set())]
    for row in rows:
        wide = max(0.4, THICK * row["kt"] / most)
        said = f"{about.name(row['from'])} - {about.name(row['to'])}: {figures(row['kt'])} kt"
        look: Look = {
            "fill": "none",
            "stroke_linecap": "round",
            "stroke_linejoin": "round",
            "stroke_opacity": 0.85,
            **FIXED,
        }
        shown = ink(MODES.get(row["mode"], "rail"))
        body.append(el("path", hint(said), d=_path(where.links[row["link"]]), stroke=shown, stroke_width=wide, **look))
    names, boxes = _busiest(rows, where, about, (4.0, 4.0, size[0] - 4, size[1] - FOOT - 4))
    table = pl.DataFrame(
        [(about.name(row["from"]), about.name(row["to"]), row["mode"], row["kt"]) for row in reversed(rows)],
        schema={"from": pl.String(), "to": pl.String(), "mode": pl.String(), "kt": pl.Float64()}, orient="row",
    )  # fmt: skip
    return Chart(
        "freight", title, f"Line width: thousand tonnes a year, both directions; scenario {about.scenario}, freight that may choose",
        f"Map of freight by link. {title}. {DISCLAIMER}", *size,
        el("g", *body, names) + _widths(most, size), table, about.source, boxes,
    )  # fmt: skip


def _busiest(rows: Sequence[Row], where: Lines, about: About, room: Box) -> tuple[str, tuple[Box, ...]]:
    """The names of the ends of the largest flows, where they have room."""
    ends = dict.fromkeys(end for row in reversed(rows) for end in (row["from"], row["to"]) if end in where.at)
    wishes = [Wish(about.name(end), *where.at[end], rank=at) for at, end in enumerate([*ends][: NAMED * 3])]
    halo: dict[str, Any] = {
        "stroke": ink("paper"),
        "stroke_width": 3,
        "paint_order": "stroke",
        "stroke_linejoin": "round",
    }
    spots = place(wishes, room)[:NAMED]
    drawn = [text(one.wish.x + one.dx, one.wish.y + one.dy, one.wish.said, anchor=one.anchor, **halo) for one in spots]
    return "".join(drawn), tuple(one.box for one in spots)


def _widths(most: float, size: tuple[float, float]) -> str:
    """What widths say, beside the colours of the modes."""
    drawn, x, y = _modes(size, ("rail", "sea", "road", "pipe"))
    for part in (0.1, 0.5, 1.0):
        drawn.append(el("path", d=f"M{number(x)} {number(y)}h24", stroke=ink("base"), stroke_width=THICK * part))
        drawn.append(text(x + 30, y + 4, f"{figures(most * part)} kt"))
        x += 110
    return el("g", *drawn)
