"""Names on the map have room at every zoom at which they are shown."""

import itertools
import json
from importlib.resources import files

import polars as pl
import pytest

from drawn import SVG, parsed, scene, toy
from karvan.data import load
from karvan.plot.labels import Box, touch
from karvan.plot.maps import corridor_map
from karvan.plot.signs import ZOOMS
from karvan.plot.svg import Chart
from karvan.plot.words import width
from karvan.report.told import Told


def crowd() -> Chart:
    """Ways that pass every place of the shipped corridor: as crowded as a map gets."""
    corridor = load.load("titr")
    rows = [
        {
            "place": "Poti",
            "label": "Middle Corridor",
            "measured": True,
            "kind": "border",
            "from": link["from_node"],
            "to": link["to_node"],
            "mode": link["mode"],
            "link": link["link_id"],
            "km": link["length_km"],
            "hours": 5.0,
        }
        for link in corridor.links.filter(pl.col("detail") == "section").iter_rows(named=True)
    ]
    way = {
        "place": "Poti",
        "label": "Middle Corridor",
        "measured": True,
        "km": 1.0,
        "hours_p50": 1.0,
        "price_usd": 1.0,
        "name": "",
        "hours_p10": 1.0,
        "hours_p90": 1.0,
    }
    world = json.loads((files("karvan") / "data" / "shapes" / "world.json").read_text())
    tables = (corridor.nodes, corridor.links, corridor.shapes)
    return corridor_map(world, tables, (pl.DataFrame([way]), pl.DataFrame(rows)), scene().about)


def small() -> Chart:
    told: Told = scene()
    world = json.loads((files("karvan") / "data" / "shapes" / "world.json").read_text())
    tables = (toy().nodes, toy().links, toy().shapes)
    return corridor_map(world, tables, (told.frames["ways"], told.frames["legs"]), told.about, frame=(55, 80, 35, 48))


def boxes(chart: Chart, zoom: float) -> list[Box]:
    """Boxes of the names shown at a zoom, read back from the drawing as the page's script shows them."""
    found = []
    for group in parsed(chart).iter(f"{SVG}g"):
        since, until = float(group.get("data-from", "99")), float(group.get("data-to", "99"))
        said = group.find(f".//{SVG}text")
        if said is None or not since <= zoom < until:
            continue
        x, y = (float(one) for one in group.get("transform", "")[10:-1].split())
        wide = width(said.text or "")
        left = (
            x * zoom
            + float(said.get("x", 0))
            - {"start": 0, "middle": wide / 2, "end": wide}[said.get("text-anchor", "start")]
        )
        base = y * zoom + float(said.get("y", 0))
        found.append((left, base - 10, left + wide, base + 2))
    return found


@pytest.mark.parametrize("zoom", [*ZOOMS, 0.5, 2.0, 10.0])
@pytest.mark.parametrize("draw", [small, crowd])
def test_names_shown_at_a_zoom_never_touch(draw: object, zoom: float) -> None:
    shown = boxes(draw(), zoom)  # type: ignore[operator]
    assert shown
    assert not any(touch(a, b, gap=0) for a, b in itertools.combinations(shown, 2))


def test_more_zoom_shows_more_names() -> None:
    many = [len(boxes(crowd(), zoom)) for zoom in ZOOMS if zoom >= 1]
    assert many == sorted(many)
    assert many[0] < many[-1]
