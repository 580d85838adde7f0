"""GeoJSON: nodes, links and shapes come back as they were; a line drawn again in a map program is taken up."""

import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from karvan.errors import FaultsError, InputError
from karvan.io import geojson
from support import NUMBER, TEXT, small, tree

LAT, LON = st.floats(-90, 90), st.floats(-180, 180)


def shaped(corridor, points=((40.0, 60.0), (40.4, 60.9), (41.0, 61.5))):
    rows = [
        {"link_id": "R1", "order": 3 * n, "lat": lat, "lon": lon, "note": f"p{n}"}
        for n, (lat, lon) in enumerate(points)
    ]
    return corridor.replace(shapes=pl.DataFrame(rows))


def back(tables):
    return {name: tables[name] for name in ("nodes", "links", "shapes")}


def test_nodes_links_and_shapes_come_back_as_they_were(corridor, tmp_path):
    told = shaped(corridor)
    found = geojson.read(geojson.write(told.tables, tmp_path / "map.geojson"))
    assert all(found[name].equals(frame) for name, frame in back(told.tables).items())
    assert told.replace(**found).digest == told.digest


def test_a_shape_of_one_point_comes_back(corridor, tmp_path):
    told = shaped(corridor, [(40.2, 60.5)])
    assert geojson.read(geojson.write(told.tables, tmp_path / "m.geojson"))["shapes"].equals(told.shapes)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_cell_comes_back_as_it_was(tmp_path_factory, data):
    base = small()
    draw = lambda values, size: data.draw(st.lists(values, min_size=size, max_size=size))  # noqa: E731
    corridor = base.replace(
        nodes=base.nodes.with_columns(
            lat=pl.Series(draw(LAT, 3)),
            lon=pl.Series(draw(LON, 3)),
            x_n=pl.Series(draw(NUMBER, 3)),
            note=pl.Series(draw(TEXT, 3)),
        ),
        links=base.links.with_columns(x_t=pl.Series(draw(st.none() | TEXT, 2), dtype=pl.String)),
    )
    corridor = shaped(corridor, data.draw(st.lists(st.tuples(LAT, LON), min_size=1, max_size=4)))
    found = geojson.read(geojson.write(corridor.tables, tmp_path_factory.mktemp("g") / "m.geojson"))
    assert all(found[name].equals(frame) for name, frame in back(corridor.tables).items())


def test_it_is_geojson_with_longitude_first(corridor, tmp_path):
    said = json.loads(geojson.write(shaped(corridor).tables, tmp_path / "m.geojson").read_bytes())
    assert said["type"] == "FeatureCollection"
    by_id = {one["properties"].get("node_id") or one["properties"]["link_id"]: one for one in said["features"]}
    assert by_id["AA_TWO"]["geometry"] == {"type": "Point", "coordinates": [61.5, 41.0]}
    assert by_id["R1"]["geometry"]["coordinates"] == [[60.0, 40.0], [60.9, 40.4], [61.5, 41.0]]
    assert by_id["S1"]["geometry"] == {"type": "LineString", "coordinates": [[61.5, 41.0], [63.0, 42.25]]}
    assert by_id["S1"]["properties"]["valid_from"] == "2024-05-01"


def test_a_point_moved_and_a_line_drawn_again_are_taken_up(corridor, tmp_path):
    file = geojson.write(shaped(corridor).tables, tmp_path / "m.geojson")
    said = json.loads(file.read_bytes())
    for feature in said["features"]:
        if feature["properties"].get("node_id") == "AA_ONE":
            feature["geometry"]["coordinates"] = [60.25, 40.125]
        if feature["properties"].get("link_id") == "R1":
            feature["geometry"]["coordinates"] = [[60.25, 40.125], [61.5, 41.0]] * 2
    file.write_text(json.dumps(said), encoding="utf-8")
    found = geojson.read(file)
    assert found["nodes"].filter(pl.col("node_id") == "AA_ONE").select("lat", "lon").row(0) == (40.125, 60.25)
    assert found["shapes"].select("order", "lon").rows() == [(1, 60.25), (2, 61.5), (3, 60.25), (4, 61.5)]


def broken(change):
    def breaking(said):
        change(said["features"])
        return said

    return breaking


BROKEN = [
    (lambda said: {**said, "type": "Feature"}, InputError, "no FeatureCollection"),
    (lambda said: {**said, "crs": {"type": "name", "properties": {"name": "EPSG:3857"}}}, InputError, "not in WGS 84"),
    (broken(lambda f: f[0]["geometry"].update(type="Polygon")), FaultsError, "feature 1 is no node"),
    (broken(lambda f: f[1]["geometry"].update(coordinates=["x", 4])), FaultsError, "feature 2 is no node"),
    (
        broken(lambda f: f[0]["geometry"].update(coordinates=[60, 140])),
        FaultsError,
        "row 1 .AA_ONE., lat = '140': must be at most 90",
    ),
    (
        broken(lambda f: f[3]["properties"].update(from_node="AA_OME")),
        FaultsError,
        "from_node = 'AA_OME'.*Nearest: AA_ONE",
    ),
    (
        broken(lambda f: f[3]["properties"].update(lenght_km=4)),
        FaultsError,
        "lenght_km: the table has no such column.*length_km",
    ),
    (
        broken(lambda f: f[4]["properties"].update(link_id="R1")),
        FaultsError,
        "row 2 .R1., link_id = 'R1': the key is that of row 1",
    ),
]


@pytest.mark.parametrize(("change", "error", "words"), BROKEN)
def test_broken_files_say_where(corridor, tmp_path, change, error, words):
    file = geojson.write(corridor.tables, tmp_path / "m.geojson")
    file.write_text(json.dumps(change(json.loads(file.read_bytes()))), encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(error, match=words):
        geojson.read(file)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("data", "words"), [(b"{", "not JSON.*line 1"), (b"\xff\xfe{", "cannot be read"), (None, "no file")]
)
def test_files_that_are_no_geojson(tmp_path, data, words):
    file = tmp_path / "m.geojson"
    if data is not None:
        file.write_bytes(data)
    with pytest.raises(InputError, match=words):
        geojson.read(file)
