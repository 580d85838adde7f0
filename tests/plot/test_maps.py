"""The map: where things lie, which lines are strong, and words that never touch."""

import itertools
import json
from importlib.resources import files
from typing import Any
from xml.etree import ElementTree

import numpy as np
import polars as pl
import pytest

from drawn import SVG, parsed, scene, toy
from karvan.data import load
from karvan.plot.labels import inside, touch
from karvan.plot.maps import corridor_map, lines, unpack
from karvan.plot.project import framed
from karvan.plot.svg import Chart

FRAME = (55.0, 80.0, 35.0, 48.0)


def world() -> dict[str, Any]:
    return dict(json.loads((files("karvan") / "data" / "shapes" / "world.json").read_text()))


def drawn(size: tuple[float, float] = (784, 500)) -> Chart:
    told = scene()
    tables = (toy().nodes, toy().links, toy().shapes)
    return corridor_map(world(), tables, (told.frames["ways"], told.frames["legs"]), told.about, size=size, frame=FRAME)


def test_the_shipped_shapes_are_small_and_where_they_should_be() -> None:
    file = files("karvan") / "data" / "shapes" / "world.json"
    assert len(file.read_bytes()) <= 250_000
    said = world()
    assert "Natural Earth" in said["about"]
    assert "BSD-3" in said["about"]
    for place, wet in (
        ((51.0, 41.5), True),
        ((35.0, 43.3), True),
        ((67.0, 48.0), False),
        ((33.0, 39.0), False),
        ((109.0, 34.3), False),
        ((6.7, 51.4), False),
        ((20.0, -20.0), False),
        ((70.0, -10.0), True),
    ):
        assert on_land(said, place) is not wet, place
    assert len(said["borders"]) > 100
    assert said["disputed"]


def on_land(said: dict[str, Any], place: tuple[float, ...]) -> bool:
    """Even-odd rule over all rings: how often a line eastward from the place meets the shore."""
    crossings = 0
    for packed in said["land"]:
        ring = unpack(packed, said["unit"])
        x, y = ring.T
        x2, y2 = np.roll(x, -1), np.roll(y, -1)
        cuts = (y > place[1]) != (y2 > place[1])
        at = x[cuts] + (place[1] - y[cuts]) * (x2[cuts] - x[cuts]) / (y2[cuts] - y[cuts])
        crossings += int((at > place[0]).sum())
    return crossings % 2 == 1


def test_words_on_the_map_never_touch_and_stay_inside() -> None:
    for size in ((784.0, 500.0), (720.0, 420.0)):
        chart = drawn(size)
        assert len(chart.labels) >= 6
        assert not any(touch(a, b, gap=0) for a, b in itertools.combinations(chart.labels, 2))
        assert all(inside(box, (0, 0, *size)) for box in chart.labels)


def test_links_used_are_strong_and_the_measured_way_is_strongest() -> None:
    told = scene()
    root = parsed(drawn())
    strokes = [one.get("stroke-width") for one in root.iter(f"{SVG}path") if one.get("stroke-linecap") == "round"]
    used = told.frames["legs"].filter(pl.col("link") != "")
    mine = set(used.filter(pl.col("measured"))["link"])
    assert strokes.count("3.6") == len(mine)
    assert strokes.count("1.8") == len(set(used["link"]) - mine)
    posts = told.frames["legs"].filter(pl.col("kind") == "border")["to"].n_unique()
    squares = [one for one in root.iter(f"{SVG}rect") if one.get("rx") == "2" and one.get("x") == "-5"]
    assert len(squares) == posts


def test_nodes_and_ends_of_links_meet() -> None:
    to = framed(*FRAME, (784, 500))
    where = lines(toy().nodes, toy().links, toy().shapes, to)
    for row in toy().links.iter_rows(named=True):
        line = where.links[row["link_id"]]
        assert tuple(line[0]) == pytest.approx(where.at[row["from_node"]])
        assert tuple(line[-1]) == pytest.approx(where.at[row["to_node"]])


def test_a_link_follows_its_shape() -> None:
    link = toy().links["link_id"][0]
    bend = pl.DataFrame(
        {"link_id": [link] * 3, "order": [2, 1, 3], "lat": [45.0, 40.0, 41.0], "lon": [61.0, 60.0, 63.0]}
    )
    to = framed(*FRAME, (784, 500))
    where = lines(toy().nodes, toy().links, bend, to)
    assert where.links[link] == pytest.approx(to(np.array([[60.0, 40.0], [61.0, 45.0], [63.0, 41.0]])))


def test_ships_of_the_shipped_corridor_keep_off_the_land() -> None:
    corridor = load.load("titr")
    sea = corridor.links.filter(pl.col("mode") == "sea")["link_id"].to_list()
    said = world()
    shapes = corridor.shapes.filter(pl.col("link_id").is_in(sea))
    assert shapes.height > 100
    wrong: list[tuple[object, tuple[float, ...]]] = []
    for key, part in shapes.group_by("link_id", maintain_order=True):
        line = part.sort("order").select("lon", "lat").to_numpy()[1:-1]
        wrong += [(key[0], point) for point in map(tuple, line.tolist()) if on_land(said, point)]
    assert [one for one in wrong if one[0] not in BY_RIVER and one[1] not in MOUTHS] == []


BY_RIVER = {"C_KRW_NVS"}
MOUTHS = {(9.2, 53.85)}
"""The Elbe below Hamburg, which a map of this scale closes."""


def test_what_lies_beyond_the_frame_is_drawn_too() -> None:
    root = ElementTree.fromstring(drawn().alone(bare=True))
    land = max((one.get("d", "") for one in root.iter(f"{SVG}path")), key=len)
    xs = [float(pair.split()[0]) for pair in land.replace("Z", "").replace("M", "L").split("L") if pair]
    assert min(xs) < 0
    assert max(xs) > 784
