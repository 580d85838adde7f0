"""Draws the sea links of the shipped corridor over water: ``python tools/lanes.py`` (needs shapely).

A link whose great circle keeps to the water needs no shape. The others follow the lanes below, by the shortest way
that their corridor allows (Suez or the Cape). Written to data/titr/shapes.csv; for drawing alone, no length is taken
from here.
"""

import heapq
import itertools
import json
import math
from collections.abc import Iterable
from pathlib import Path

import polars as pl
from shapely import LineString, MultiPolygon, Polygon
from shapely.prepared import PreparedGeometry, prep

from karvan.plot.maps import unpack
from karvan.plot.project import great_circle

DATA = Path(__file__).parent.parent / "src/karvan/data"
Point = tuple[float, float]
SUEZ, CAPE = (32.55, 29.9), (18.0, -35.4)
CLOSED = {"suez": CAPE, "cape": SUEZ}
"""What a corridor's ships do not pass."""
LANES: tuple[tuple[Point, ...], ...] = (
    # China to Singapore and Malacca
    (
        (119.6, 34.8),
        (122.3, 33.2),
        (122.9, 31.0),
        (122.0, 27.5),
        (119.6, 24.4),
        (114.5, 20.5),
        (110.5, 12.0),
        (105.0, 2.0),
    ),
    ((105.0, 2.0), (103.6, 1.15), (100.9, 2.9), (97.5, 5.6), (95.0, 6.3), (80.5, 5.5), (76.0, 7.0), (52.5, 13.4)),
    # Red Sea, Suez, Levant, Aegean, Straits, Black Sea
    (
        (52.5, 13.4),
        (45.0, 12.1),
        (43.3, 12.6),
        (41.0, 16.0),
        (37.8, 21.5),
        (34.5, 26.8),
        (33.0, 28.7),
        SUEZ,
        (32.4, 31.6),
    ),
    ((32.4, 31.6), (28.2, 35.0), (26.9, 35.9), (25.4, 37.7), (25.2, 39.3), (26.0, 40.0), (26.7, 40.4), (27.6, 40.7)),
    ((27.6, 40.7), (28.85, 40.9), (29.0, 41.02), (29.12, 41.25), (29.4, 41.6), (35.1, 42.5), (41.3, 42.1)),
    ((29.4, 41.6), (28.9, 43.2), (29.2, 44.1), (31.0, 46.0)),
    ((35.1, 42.5), (37.5, 44.5)),
    # South coast of Anatolia
    ((26.9, 35.9), (28.2, 36.1), (30.4, 35.9), (33.6, 35.9), (34.6, 36.5), (35.8, 36.5)),
    ((32.4, 31.6), (31.6, 34.2), (31.8, 35.3), (33.6, 35.9)),
    # West through the Mediterranean, Gibraltar, Biscay, Channel, Baltic
    ((32.4, 31.6), (25.0, 34.2), (22.4, 35.7), (15.2, 36.2), (11.0, 37.5), (3.0, 37.6), (-2.0, 36.2), (-5.6, 35.95)),
    ((25.4, 37.7), (24.2, 37.3), (23.3, 36.3), (22.4, 35.7)),
    ((24.2, 37.3), (23.6, 37.8)),
    ((22.4, 35.7), (20.8, 36.6), (19.4, 39.0), (18.7, 40.4), (16.0, 42.8), (13.3, 45.2)),
    ((-5.6, 35.95), (-9.5, 36.8), (-9.9, 43.2), (-5.9, 48.8), (-2.0, 50.0), (1.4, 50.95), (3.4, 51.95), (6.5, 54.0)),
    ((6.5, 54.0), (8.3, 54.0), (9.2, 53.85)),
    ((6.5, 54.0), (7.6, 57.3), (10.7, 57.9), (11.4, 56.7), (10.9, 55.5), (11.3, 54.5), (14.5, 55.0), (19.5, 57.0)),
    ((19.5, 57.0), (22.5, 59.4), (26.5, 59.9), (28.9, 59.95)),
    # Round the Cape
    (
        (103.6, 1.15),
        (104.8, 1.3),
        (106.5, 0.9),
        (108.5, -1.8),
        (107.0, -5.1),
        (105.3, -6.3),
        (90.0, -15.0),
        (60.0, -27.0),
        (33.0, -34.5),
        CAPE,
    ),
    (CAPE, (5.0, -20.0), (-12.0, 0.0), (-18.5, 14.8), (-14.5, 28.8), (-9.5, 36.8)),
    # Gulf
    ((76.0, 7.0), (66.0, 18.5), (60.5, 24.6), (57.0, 25.7), (56.5, 26.5), (56.45, 26.95)),
    # Caspian and the Volga-Don
    ((51.0, 43.5), (50.7, 43.0), (50.7, 41.5), (50.85, 40.4), (50.2, 40.0), (49.6, 39.9)),
    ((51.4, 43.0), (50.7, 41.5)),
    ((52.7, 39.9), (51.5, 39.9), (50.2, 40.0), (49.4, 38.5)),
    ((50.2, 40.0), (49.65, 40.1)),
    ((52.7, 39.9), (52.2, 40.6), (51.9, 41.8), (50.7, 43.0), (48.6, 45.0), (47.9, 46.4), (44.7, 48.5), (43.4, 48.3)),
    ((43.4, 48.3), (41.5, 47.5), (39.3, 47.1), (37.3, 46.4), (36.55, 45.2), (36.8, 44.8), (37.5, 44.5)),
)


def water() -> PreparedGeometry:
    """The land, a little smaller than drawn, so that a port on the coast lies in the water."""
    world = json.loads((DATA / "shapes/world.json").read_text())
    rings = [unpack(ring, world["unit"]) for ring in world["land"]]
    land: Polygon | MultiPolygon = Polygon()
    for ring in rings:
        land = land.symmetric_difference(Polygon(ring).buffer(0))
    return prep(land.buffer(-0.12))


def lane(start: Point, end: Point, closed: Point | None) -> list[Point]:
    """The shortest chain of lane points from near ``start`` to near ``end``."""
    steps: dict[Point, list[Point]] = {}
    for points in LANES:
        for one, other in itertools.pairwise(points):
            if closed not in (one, other):
                steps.setdefault(one, []).append(other)
                steps.setdefault(other, []).append(one)
    first, last = (min(steps, key=lambda point: far(point, place)) for place in (start, end))
    queue: list[tuple[float, Point, tuple[Point, ...]]] = [(0.0, first, (first,))]
    done: set[Point] = set()
    while queue:
        length, here, chain = heapq.heappop(queue)
        if here == last:
            return list(chain)
        if here not in done:
            done.add(here)
            for there in steps[here]:
                heapq.heappush(queue, (length + far(here, there), there, (*chain, there)))
    raise ValueError(f"no lane from {start} to {end}")


def far(one: Point, other: Point) -> float:
    """Distance of two points, in degrees of latitude, near enough."""
    east = (one[0] - other[0]) * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(east, one[1] - other[1])


def shapes(links: pl.DataFrame, nodes: pl.DataFrame) -> Iterable[dict[str, object]]:
    """Rows of the table ``shapes``."""
    at = {node: (lon, lat) for node, lon, lat in nodes.select("node_id", "lon", "lat").iter_rows()}
    land = water()
    for link in links.filter(pl.col("mode").is_in(["sea", "river"])).sort("link_id").iter_rows(named=True):
        start, end = at[link["from_node"]], at[link["to_node"]]
        if not land.intersects(LineString(great_circle(start, end, 0.5))):
            continue
        chain = [start, *lane(start, end, CLOSED.get(link["corridor"] or "")), end]
        for order, (lon, lat) in enumerate(chain, start=1):
            cells = {"link_id": link["link_id"], "order": order, "lat": lat, "lon": lon}
            yield {**cells, "source_id": "karvan-estimate", "grade": "D", "note": "sea lane drawn for the map alone"}


def main() -> None:
    """Writes the shapes."""
    folder = DATA / "titr"
    rows = list(shapes(pl.read_csv(folder / "links.csv"), pl.read_csv(folder / "nodes.csv")))
    pl.DataFrame(rows).write_csv(folder / "shapes.csv")
    print(f"{len({row['link_id'] for row in rows})} links, {len(rows)} points")


if __name__ == "__main__":
    main()
