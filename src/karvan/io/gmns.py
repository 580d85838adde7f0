"""Nodes and links from and to the node and link tables of the General Modeling Network Specification (GMNS).

Every row is loaded or refused with its reason. Columns that GMNS has and Karvan has not are kept as ``x_`` columns; those
that Karvan alone has are written as ``kv_`` columns, and read back. Source: GMNS 0.96 (Zephyr Foundation).
"""

import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import polars as pl

from karvan.errors import Fault, FaultsError, InputError
from karvan.io import cells, faults, text
from karvan.io.folder import whole_folder
from karvan.io.package import Sheet, require_folder
from karvan.io.sphere import Project, projection, straight
from karvan.schema.base import Fact
from karvan.schema.shape import dtypes

KM = {
    "km": 1.0, "kilometer": 1.0, "kilometre": 1.0, "m": 0.001, "meter": 0.001, "metre": 0.001, "mi": 1.609344,
    "mile": 1.609344, "ft": 0.0003048, "foot": 0.0003048, "feet": 0.0003048, "yard": 0.0009144,
}  # fmt: skip
"""Kilometres in a unit of length; a plural is the same."""
KMH = {"mph": 1.609344, "kph": 1.0, "kmh": 1.0, "km/h": 1.0, "km/hr": 1.0, "m/s": 3.6}
FOOT = {"walk", "bike", "bicycle", "pedestrian", "ped", "foot"}
NODE = {"node_id": "node_id", "name": "name", "y_coord": "lat", "x_coord": "lon"}
LINK = {
    "link_id": "link_id",
    "from_node_id": "from_node",
    "to_node_id": "to_node",
    "directed": "one_way",
    "length": "length_km",
}
BOTH_UNITS = 50.0
"""A length this many times the straight line, in the long unit, is looked at in the short one."""

Line = list[tuple[float, float]]


class Read(NamedTuple):
    """The tables ``nodes``, ``links`` and ``shapes``, and a fault for each row refused (error) or remarked (warning)."""

    tables: dict[str, pl.DataFrame]
    faults: list[Fault]


@dataclass(frozen=True)
class _Units:
    """What ``config.csv`` says, with the arguments laid over it."""

    crs: str
    long: float
    short: float
    speed: float


def read(
    path: Path | str, *, crs: str = "", country: str = "ZZ", kind: str = "junction", length_unit: str = ""
) -> Read:
    """The nodes and links of a GMNS folder (``node.csv``, ``link.csv``; ``config.csv`` and ``geometry.csv`` if there).

    ``crs`` is the coordinate system (empty: that of ``config.csv``, else EPSG:4326): EPSG:4326, EPSG:3857, or a UTM zone
    of WGS 84 (EPSG:326zz, 327zz). ``country`` and ``kind`` are given to every node, ``length_unit`` to every length
    (empty: the long unit of ``config.csv``, else km). Free speed gives ``hours_min``. Raises InputError where there is
    no such folder, a file cannot be read, or a unit or coordinate system is not known.
    """
    place = Path(path)
    require_folder(place)
    node, link = (_file(place, name, columns) for name, columns in (("node.csv", NODE), ("link.csv", LINK)))
    units = _units(place, crs, length_unit)
    nodes, refused = _nodes(node, projection(units.crs), {"country": country, "kind": kind})
    drawn, remarks = _drawn(place, link, projection(units.crs))
    links, more = _links(link, nodes, drawn, units)
    shapes = _shapes(link, links, drawn)
    return Read({"nodes": nodes, "links": links, "shapes": shapes}, [*refused, *remarks, *more])


def _file(place: Path, name: str, columns: Mapping[str, str]) -> pl.DataFrame:
    if not (place / name).is_file():
        raise InputError(f"{place} has no {name}", cure="give a folder with GMNS's node.csv and link.csv")
    frame, found = text.read(place / name, columns)
    if frame is None or found:
        raise FaultsError(found)
    return frame


def _units(place: Path, crs: str, length_unit: str) -> _Units:
    said: dict[str, str] = {}
    if (place / "config.csv").is_file():
        frame = _file(place, "config.csv", {"short_length": "", "long_length": "", "crs": "", "speed": ""})
        said = {name: value or "" for name, value in frame.row(0, named=True).items()} if frame.height else {}
    long = length_unit or said.get("long_length") or "km"
    return _Units(
        crs or said.get("crs") or "EPSG:4326",
        _factor(long, KM, "length"),
        _factor(length_unit or said.get("short_length") or long, KM, "length"),
        _factor(said.get("speed") or "km/h", KMH, "speed"),
    )


def _factor(unit: str, known: Mapping[str, float], what: str) -> float:
    word = unit.strip().lower()
    for name in (word, word.removesuffix("s"), word.removesuffix("es")):
        if name in known:
            return known[name]
    raise InputError(f"the unit of {what} {unit!r} is not known", cure=f"use one of {', '.join(known)}")


def _nodes(raw: pl.DataFrame, project: Project, every: Mapping[str, str]) -> tuple[pl.DataFrame, list[Fault]]:
    coordinates, wrong = {}, []
    for name in ("x_coord", "y_coord"):
        values = raw[name] if name in raw.columns else pl.Series(name, [None] * raw.height, dtype=pl.String)
        fact = Fact(name, "number", "coordinate", "", 0.0, True, False)
        coordinates[name], found = cells.read(fact, values)
        wrong += [one for one in found if one.rows is not None]
    places = [
        (None, None) if x is None or y is None else project(x, y)
        for x, y in zip(coordinates["x_coord"], coordinates["y_coord"], strict=True)
    ]
    named = _mine(raw, NODE, "nodes")
    own: dict[str, pl.Expr | pl.Series] = {
        "name": pl.coalesce("name", "node_id") if "name" in named.columns else pl.col("node_id"),
        "lon": pl.Series([None if x is None else repr(x) for x, _ in places], dtype=pl.String),
        "lat": pl.Series([None if y is None else repr(y) for _, y in places], dtype=pl.String),
        **{
            name: (pl.col(name).fill_null(word) if name in named.columns else pl.lit(word))
            for name, word in every.items()
        },
    }
    frame, found_faults = faults.check_one(Sheet("nodes", "node.csv", _need(named, "node_id").with_columns(**own)), {})
    spoilt = [_cell(raw, one, row) for one in wrong for row in (one.rows.to_list() if one.rows is not None else ())]
    bad = {fault.row for fault in spoilt}
    rest = [
        _renamed(fault, NODE) for fault in found_faults if not (fault.row in bad and fault.column in ("lat", "lon"))
    ]
    return _kept(frame, raw, [*spoilt, *rest])


def _cell(raw: pl.DataFrame, found: cells.Finding, row: int) -> Fault:
    value = raw[found.column][row] or ""
    key = str(raw["node_id"][row]) if "node_id" in raw.columns else ""
    return Fault("node.csv", row + 1, key, found.column, value, *found.tell(value))


def _need(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    return frame if name in frame.columns else frame.with_columns(pl.lit(None, dtype=pl.String).alias(name))


def _mine(raw: pl.DataFrame, names: Mapping[str, str], table: str) -> pl.DataFrame:
    """The columns under Karvan's names: those mapped, ``kv_`` columns as they were, all others as ``x_``."""
    own = dtypes(table)
    found: dict[str, str] = {}
    for name in raw.columns:
        bare = name.removeprefix("kv_")
        new = names.get(name) or (bare if bare != name and (bare in own or bare.startswith("x_")) else f"x_{name}")
        found[name] = new if new not in found.values() else f"x_{name}_gmns"
    coordinates = [name for name in ("x_coord", "y_coord") if name in raw.columns]
    return raw.rename(found).drop(*(found[name] for name in coordinates))


def _renamed(fault: Fault, names: Mapping[str, str]) -> Fault:
    """The fault under GMNS's name of the column."""
    back = {ours: theirs for theirs, ours in names.items()}
    column = back.get(fault.column, fault.column.removeprefix("x_"))
    return Fault(
        fault.file, fault.row, fault.key, column, fault.value, fault.rule, fault.cure, fault.nearest, fault.level
    )


def _kept(frame: pl.DataFrame, raw: pl.DataFrame, found: Sequence[Fault]) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows without errors; faults of empty rows are not told."""
    blank = raw.select(pl.all_horizontal(pl.all().is_null()).alias("blank"))["blank"]
    empty = {row + 1 for row in blank.arg_true().to_list()}
    told = sorted((fault for fault in found if fault.row not in empty), key=lambda fault: fault.row)
    refused = {fault.row for fault in told if fault.level == "error"} | empty
    keep = pl.Series([row not in refused for row in range(1, frame.height + 1)], dtype=pl.Boolean)
    return frame.filter(keep), told


def _links(
    raw: pl.DataFrame, nodes: pl.DataFrame, drawn: Mapping[int, Line], units: _Units
) -> tuple[pl.DataFrame, list[Fault]]:
    mode = _modes(raw)
    lengths, remarks = _lengths(raw, nodes, drawn, units)
    named = _need(_mine(raw, LINK, "links"), "link_id").with_columns(mode=mode, length_km=lengths)
    named = named.drop("x_geometry", "x_geometry_id", strict=False)
    frame, found = faults.check_one(Sheet("links", "link.csv", named), {"nodes": nodes})
    foot = {row + 1 for row in mode.is_null().arg_true().to_list()}
    told = [_renamed(fault, LINK) for fault in [*remarks, *found] if fault.row not in foot]
    rule, cure = "is for walking or cycling alone", "Leave it out: no freight goes that way"
    told += [
        Fault("link.csv", row, str(frame["link_id"][row - 1]), "allowed_uses", "", rule, cure) for row in sorted(foot)
    ]
    links, told = _kept(frame, raw, told)
    if "x_free_speed" in links.columns:
        speed = links["x_free_speed"].cast(pl.Float64, strict=False) * units.speed
        hours = pl.when(speed > 0).then(pl.col("length_km") / speed)
        links = links.with_columns(pl.coalesce("hours_min", hours).alias("hours_min"))
    return links, told


def _modes(raw: pl.DataFrame) -> pl.Series:
    """Road, unless the row speaks of rails or ships; nothing where only people on foot or on bicycles may go."""
    if "kv_mode" in raw.columns:
        return raw["kv_mode"].alias("mode")
    columns = [name for name in ("allowed_uses", "facility_type") if name in raw.columns]
    found: list[str | None] = []
    for row in raw.select(columns).iter_rows(named=True) if columns else [{}] * raw.height:
        words = set(re.split(r"[^a-z]+", " ".join(value or "" for value in row.values()).lower()))
        uses = set(re.split(r"[^a-z]+", (row.get("allowed_uses") or "").lower())) - {""}
        rail, sea = words & {"rail", "railway", "train", "freightrail"}, words & {"ferry", "ship", "sea"}
        found.append("rail" if rail else "sea" if sea else None if uses and uses <= FOOT else "road")
    return pl.Series("mode", found, dtype=pl.String)


def _lengths(
    raw: pl.DataFrame, nodes: pl.DataFrame, drawn: Mapping[int, Line], units: _Units
) -> tuple[pl.Series, list[Fault]]:
    """Lengths in km as text. One that is missing is measured along the link's line, or straight, and remarked.

    The unit is the long one, unless only the short one fits the straight lines: that is remarked once.
    """
    given = raw["length"] if "length" in raw.columns else pl.Series([None] * raw.height, dtype=pl.String)
    values, _ = cells.read(Fact("length", "number", "length", "", 0.0, False, False), given)
    measured = _measured(raw, nodes, drawn)
    ratios = [value / km for value, km in zip(values, measured, strict=True) if value and km and km > 0.01]
    typical = statistics.median(ratios) if ratios else 0.0
    short = typical * units.long > BOTH_UNITS > typical * units.short
    remarks = []
    if short:
        rule = f"lengths are {typical * units.long:.0f} times the links' lines in the long unit of config.csv"
        cure = "They are read in its short unit; give length_unit to say which it is"
        remarks.append(Fault("link.csv", 0, "", "length", "", rule, cure, level="warning"))
    texts: list[str | None] = []
    for row, (text_, value, km) in enumerate(zip(given, values, measured, strict=True), start=1):
        if value is not None:
            texts.append(repr(value * (units.short if short else units.long)))
        elif (text_ or "").strip() or km is None:
            texts.append(text_)
        else:
            texts.append(repr(km))
            rule, cure = f"has no length: {km:.3f} km is measured along its line", "Fill it where that is not right"
            remarks.append(
                Fault("link.csv", row, str(raw["link_id"][row - 1]), "length", "", rule, cure, level="warning")
            )
    return pl.Series(texts, dtype=pl.String), remarks


def _measured(raw: pl.DataFrame, nodes: pl.DataFrame, drawn: Mapping[int, Line]) -> list[float | None]:
    """Kilometres along each link's line, or straight between its nodes; nothing where neither is known."""
    at = {name: (lon, lat) for name, lat, lon in nodes.select("node_id", "lat", "lon").iter_rows()}
    ends = raw.select(_column(raw, name) for name in ("from_node_id", "to_node_id")).iter_rows()
    found: list[float | None] = []
    for row, (start, end) in enumerate(ends, start=1):
        line = drawn.get(row) or ([at[start], at[end]] if start in at and end in at else [])
        found.append(sum(map(straight, line, line[1:])) if line else None)
    return found


def _column(raw: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in raw.columns else pl.lit(None, dtype=pl.String).alias(name)


def _drawn(place: Path, raw: pl.DataFrame, project: Project) -> tuple[dict[int, Line], list[Fault]]:
    """The lines of the links by row, from their own geometry or from ``geometry.csv``, in the links' direction."""
    lines: dict[str, str] = {}
    if (place / "geometry.csv").is_file():
        known = _file(place, "geometry.csv", {"geometry_id": "", "geometry": ""})
        lines = dict(
            known.select(_column(known, name) for name in ("geometry_id", "geometry")).drop_nulls().iter_rows()
        )
    found: dict[int, Line] = {}
    remarks = []
    for row, link in enumerate(raw.iter_rows(named=True), start=1):
        line = link.get("geometry") or lines.get(link.get("geometry_id") or "")
        points = [project(x, y) for x, y in _points(line or "")]
        if points:
            found[row] = points[::-1] if (link.get("dir_flag") or "").strip() in ("-1", "-1.0") else points
        elif line:
            rule, cure = "is no LINESTRING in well-known text", "The link is loaded without its line"
            told = ("link.csv", row, str(link.get("link_id")), "geometry", line[:60], rule, cure)
            remarks.append(Fault(*told, level="warning"))
    return found, remarks


def _shapes(raw: pl.DataFrame, links: pl.DataFrame, drawn: Mapping[int, Line]) -> pl.DataFrame:
    """The lines of the links that were loaded."""
    here = set(links["link_id"].to_list())
    rows = [
        {"link_id": raw["link_id"][row - 1], "order": order, "lat": lat, "lon": lon}
        for row, line in drawn.items()
        if raw["link_id"][row - 1] in here
        for order, (lon, lat) in enumerate(line, start=1)
    ]
    kinds = {name: kind for name, kind in dtypes("shapes").items() if name in ("link_id", "order", "lat", "lon")}
    return pl.DataFrame(rows, schema=kinds)


def _points(line: str) -> Line:
    inside = re.fullmatch(r"\s*LINESTRING\s*Z?\s*\((.*)\)\s*", line, re.IGNORECASE | re.DOTALL)
    try:
        return [(float(x), float(y)) for x, y, *_ in (pair.split() for pair in inside[1].split(","))] if inside else []
    except ValueError:
        return []


def write(tables: Mapping[str, pl.DataFrame], path: Path | str) -> Path:
    """Writes nodes and links (of a corridor's ``tables``) as a new GMNS folder: node.csv, link.csv, config.csv.

    Lengths are in km, coordinates in EPSG:4326, shapes in the links' geometry. Raises InputError where the folder is
    there already and not empty.
    """
    place = Path(path)
    if place.is_file() or (place.is_dir() and any(place.iterdir())):
        raise InputError(f"{place} is there already", cure="give a new folder")
    with whole_folder(place) as fresh:
        _theirs(tables["nodes"], NODE, {}).write_csv(fresh / "node.csv")
        line = _lines(tables["links"], tables["shapes"])
        more: dict[str, pl.Expr | pl.Series] = {"directed": pl.col("one_way").fill_null(False), "geometry": line}
        _theirs(tables["links"], LINK, more).write_csv(fresh / "link.csv")
        said = {
            "dataset_name": place.name,
            "short_length": "m",
            "long_length": "km",
            "speed": "kph",
            "crs": "EPSG:4326",
        }
        pl.DataFrame(
            [{**said, "geometry_field_format": "wkt", "version_number": "0.96", "id_type": "string"}]
        ).write_csv(fresh / "config.csv")
    return place


def _theirs(frame: pl.DataFrame, names: Mapping[str, str], more: Mapping[str, pl.Expr | pl.Series]) -> pl.DataFrame:
    mapped = [pl.col(ours).alias(theirs) for theirs, ours in names.items() if theirs not in more]
    rest = [name for name in frame.columns if name not in names.values() and frame[name].null_count() < frame.height]
    kept = [pl.col(name).alias(f"kv_{name}") for name in rest]
    return frame.select(*mapped, *(value.alias(name) for name, value in more.items()), *kept)


def _lines(links: pl.DataFrame, shapes: pl.DataFrame) -> pl.Series:
    point = pl.concat_str(pl.col("lon").cast(pl.String), pl.col("lat").cast(pl.String), separator=" ")
    lines = (
        shapes.sort("link_id", "order").group_by("link_id", maintain_order=True).agg(point.str.join(", ").alias("line"))
    )
    text_of = pl.format("LINESTRING ({})", "line").alias("geometry")
    return links.select("link_id").join(
        lines.select("link_id", text_of), on="link_id", how="left", maintain_order="left"
    )["geometry"]
