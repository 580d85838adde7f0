"""Nodes, links and their shapes as GeoJSON, read and written without loss.

A node is a Point, a link a LineString: its shape where it has one, else the straight line. Positions live in the
geometry alone, all other columns in the properties, with ``table`` saying which table the feature is a row of; a line
moved in a map program is so taken up. Source: RFC 7946 (WGS 84, longitude first).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from karvan.errors import Fault, FaultsError, InputError
from karvan.io import faults
from karvan.io.folder import own_kinds, replace
from karvan.io.package import Sheet, faults_beyond
from karvan.schema.describe import told
from karvan.schema.shape import dtypes, empty

POINT, LINE = "Point", "LineString"
TABLES = {POINT: "nodes", LINE: "links"}
Features = list[tuple[int, Mapping[str, Any]]]


def write(tables: Mapping[str, pl.DataFrame], path: Path | str) -> Path:
    """Writes nodes, links and shapes (of a corridor's ``tables``) to one file, whole or not at all."""
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    replace(file, (dumps(tables) + "\n").encode())
    return file


def dumps(tables: Mapping[str, pl.DataFrame]) -> str:
    """The GeoJSON text of nodes, links and shapes; one feature a line."""
    nodes, links, shapes = (tables.get(name, empty(name)) for name in ("nodes", "links", "shapes"))
    at = {row["node_id"]: [row["lon"], row["lat"]] for row in nodes.iter_rows(named=True)}
    lines: dict[str, list[dict[str, Any]]] = {}
    for point in shapes.sort("link_id", "order").iter_rows(named=True):
        lines.setdefault(point["link_id"], []).append(point)
    features = [_feature("nodes", POINT, at[row["node_id"]], row) for row in nodes.iter_rows(named=True)]
    features += [_link(row, lines.get(row["link_id"], []), at) for row in links.iter_rows(named=True)]
    kinds = {name: own_kinds(frame) for name, frame in (("nodes", nodes), ("links", links), ("shapes", shapes))}
    body = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
    return f'{{"type": "FeatureCollection", "x_kinds": {json.dumps(kinds)}, "features": [\n{body}\n]}}'


def _feature(table: str, kind: str, place: Any, row: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    said = {name: told(value) if hasattr(value, "isoformat") else value for name, value in row.items()}
    kept = {name: value for name, value in said.items() if value is not None and name not in ("lat", "lon")}
    geometry = {"type": kind, "coordinates": place} if place else None
    return {"type": "Feature", "geometry": geometry, "properties": {"table": table, **kept, **more}}


def _link(row: Mapping[str, Any], shape: Sequence[Mapping[str, Any]], at: Mapping[str, list[float]]) -> dict[str, Any]:
    if not shape:
        ends = [at[row[end]] for end in ("from_node", "to_node") if row[end] in at]
        return _feature("links", LINE, ends if len(ends) == 2 else None, row)
    places = [[point["lon"], point["lat"]] for point in shape]
    own = [
        {
            name: told(value) if hasattr(value, "isoformat") else value
            for name, value in point.items()
            if name not in ("link_id", "lat", "lon") and value is not None
        }
        for point in shape
    ]
    return _feature("links", LINE, places if len(places) > 1 else places * 2, row, shape=own)


def read(path: Path | str) -> dict[str, pl.DataFrame]:
    """The tables nodes, links and shapes of a file, checked by themselves: lay them over a corridor with ``replace``.

    Raises FaultsError with all faults (file is ``map.geojson:links``, row counts the features of that table from 1),
    InputError where the file is not GeoJSON.
    """
    file = Path(path)
    said = _load(file)
    features, found = _sorted_out(file.name, said["features"])
    kinds = said.get("x_kinds") if isinstance(said.get("x_kinds"), dict) else {}
    rows = {
        "nodes": [_point(feature) for feature in features["nodes"]],
        "links": [_properties(feature) for feature in features["links"]],
        "shapes": [row for feature in features["links"] for row in _shape(feature)],
    }
    tables: dict[str, pl.DataFrame] = {}
    for table, own in rows.items():
        extra = (kinds or {}).get(table, {})
        sheet = Sheet(table, f"{file.name}:{table}", _texts(own, table, extra), extra)
        tables[table], more = faults.check_one(sheet, tables)
        found += more
    if faults_beyond(found):
        raise FaultsError(found)
    return tables


def _load(file: Path) -> Mapping[str, Any]:
    cure = "give a GeoJSON file with nodes as points and links as lines"
    try:
        said = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as bad:
        raise InputError(f"there is no file {file}", cure=cure) from bad
    except (UnicodeDecodeError, OSError) as bad:
        raise InputError(f"{file.name} cannot be read: {bad}", cure="save it as UTF-8") from bad
    except json.JSONDecodeError as bad:
        raise InputError(
            f"{file.name} is not JSON: {bad.msg}, line {bad.lineno}, column {bad.colno}", cure=cure
        ) from bad
    if (
        not isinstance(said, dict)
        or said.get("type") != "FeatureCollection"
        or not isinstance(said.get("features"), list)
    ):
        raise InputError(f"{file.name} is no FeatureCollection", cure=cure)
    crs = json.dumps(said.get("crs", "CRS84"))
    if not any(word in crs for word in ("CRS84", "4326")):
        raise InputError(f"{file.name} is not in WGS 84 but in {crs}", cure="save it in EPSG:4326")
    return said


def _sorted_out(file: str, features: Sequence[Any]) -> tuple[dict[str, list[Mapping[str, Any]]], list[Fault]]:
    """The features by table, and a fault for each that is none of ours; lines of no link are left out so."""
    found: dict[str, list[Mapping[str, Any]]] = {"nodes": [], "links": []}
    wrong = []
    for row, feature in enumerate(features, start=1):
        sound = isinstance(feature, dict) and isinstance(feature.get("properties"), dict)
        geometry = feature.get("geometry") if sound else None
        kind = geometry.get("type", "") if isinstance(geometry, dict) else ""
        table = (feature["properties"].get("table") or TABLES.get(kind)) if sound else None
        if table not in found or (kind and TABLES.get(kind) != table) or (kind and not _placed(geometry)):
            rule = f"feature {row} is no node (a Point) and no link (a LineString), or has no position"
            wrong.append(Fault(file, row, "", "geometry", str(kind), rule, "Mend the feature, or take it out"))
        else:
            found[table].append(feature)
    return found, wrong


def _placed(geometry: Any) -> bool:
    places = geometry.get("coordinates")
    points = [places] if geometry.get("type") == POINT else places
    if not isinstance(points, list) or (geometry.get("type") == LINE and len(points) < 2):
        return False
    return all(
        isinstance(point, list) and len(point) >= 2 and all(isinstance(one, (int, float)) for one in point[:2])
        for point in points
    )


def _properties(feature: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in feature["properties"].items() if name not in ("table", "shape")}


def _point(feature: Mapping[str, Any]) -> dict[str, Any]:
    geometry = feature.get("geometry")
    lon, lat = geometry["coordinates"][:2] if geometry else (None, None)
    return {**_properties(feature), "lat": lat, "lon": lon}


def _shape(feature: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of ``shapes`` of one link: as they were written, or numbered anew where the line was drawn again."""
    own = feature["properties"].get("shape") or []
    places = feature["geometry"]["coordinates"] if feature.get("geometry") else []
    if len(own) == 1 and len(places) == 2 and places[0] == places[1]:
        places = places[:1]
    if not own and len(places) == 2:
        return []
    link = feature["properties"].get("link_id")
    if len(own) != len(places):
        first = own[0] if own else {}
        own = [{**first, "order": order} for order in range(1, len(places) + 1)]
    return [{**row, "link_id": link, "lat": place[1], "lon": place[0]} for row, place in zip(own, places, strict=True)]


def _texts(rows: Iterable[Mapping[str, Any]], table: str, extra: Iterable[str]) -> pl.DataFrame:
    """Rows as text cells, for the one check that reads them all; ``x_`` columns that are empty throughout are kept."""
    written = [{name: _text(value) for name, value in row.items()} for row in rows]
    names = dict.fromkeys([*extra, *(name for row in written for name in row)]) if written else [*dtypes(table), *extra]
    return pl.DataFrame(written, schema={name: pl.String() for name in names})


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return told(value)
    return repr(value) if isinstance(value, (int, float)) else json.dumps(value, ensure_ascii=False)
