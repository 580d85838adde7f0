"""GMNS: the published examples load or refuse row by row; our own nodes and links come back."""

import math

import polars as pl
import pytest

from karvan.errors import FaultsError, InputError
from karvan.io import gmns
from support import CASES, tree

EXAMPLES = ("Arlington_Signals", "Cambridge_Intersection")


def example(name):
    place = CASES / "gmns" / name
    if not place.is_dir():
        pytest.skip("the published GMNS examples are not here (KARVAN_CASES names their folder)")
    return place


@pytest.mark.parametrize("name", EXAMPLES)
def test_each_row_of_the_examples_is_loaded_or_refused_with_its_reason(name):
    place = example(name)
    found = gmns.read(place, country="US")
    for file, table in (("node.csv", "nodes"), ("link.csv", "links")):
        rows = pl.read_csv(place / file, infer_schema=False).height
        refused = {fault.row for fault in found.faults if fault.file == file and fault.level == "error"}
        assert found.tables[table].height + len(refused) == rows
        assert 0 not in refused
    assert all(fault.rule and fault.cure for fault in found.faults)
    ends = pl.concat([found.tables["links"]["from_node"], found.tables["links"]["to_node"]])
    assert ends.is_in(found.tables["nodes"]["node_id"].implode()).all()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_lie_where_their_cities_do_and_lengths_fit(name):
    found = gmns.read(example(name), country="US")
    nodes, links = found.tables["nodes"], found.tables["links"]
    assert nodes["lat"].is_between(42.3, 42.5).all()
    assert nodes["lon"].is_between(-71.2, -71.0).all()
    at = {
        name: (math.radians(lat), math.radians(lon)) for name, lat, lon in nodes.select("node_id", "lat", "lon").rows()
    }
    long = links.filter(pl.col("length_km") > 0.1)
    assert long.height
    for start, end, km in long.select("from_node", "to_node", "length_km").rows():
        (lat1, lon1), (lat2, lon2) = at[start], at[end]
        straight = 6371 * math.hypot(lat2 - lat1, (lon2 - lon1) * math.cos(lat1))
        assert 0.5 * straight <= km <= 3 * straight + 0.1


def test_a_length_in_the_wrong_unit_is_remarked():
    found = gmns.read(example("Cambridge_Intersection"))
    (remark,) = [fault for fault in found.faults if fault.row == 0]
    assert (remark.file, remark.column, remark.level) == ("link.csv", "length", "warning")
    row = found.tables["links"].filter(pl.col("link_id") == "311")
    assert row["length_km"].item() == pytest.approx(708 * 0.3048 / 1000)


def test_our_own_nodes_and_links_come_back(corridor, tmp_path):
    shapes = pl.DataFrame(
        {"link_id": ["R1"] * 3, "order": [1, 2, 3], "lat": [40.0, 40.4, 41.0], "lon": [60.0, 60.9, 61.5]}
    )
    told = corridor.replace(shapes=shapes, nodes=corridor.nodes.with_columns(x_own=pl.lit("a, b")))
    found = gmns.read(gmns.write(told.tables, tmp_path / "g"))
    assert [fault for fault in found.faults if fault.level == "error"] == []
    assert found.tables["nodes"].equals(told.nodes)
    assert found.tables["links"].equals(told.links.with_columns(pl.col("one_way").fill_null(False)))
    assert found.tables["shapes"].equals(shapes)


def network(tmp_path, nodes, links, **more):
    place = tmp_path / "net"
    place.mkdir()
    for name, text in {"node": nodes, "link": links, **more}.items():
        (place / f"{name}.csv").write_text(text, encoding="utf-8")
    return place


NODES = "node_id,name,x_coord,y_coord\n1,One,60,40\n2,,61,41\n"
LINKS = "link_id,from_node_id,to_node_id,directed,length\nA,1,2,1,150\n"


def test_defaults_and_arguments(tmp_path):
    found = gmns.read(network(tmp_path, NODES, LINKS), country="KZ", kind="station", length_unit="miles")
    nodes, links = found.tables["nodes"], found.tables["links"]
    assert nodes.select("node_id", "name", "country", "kind", "lat", "lon").rows() == [
        ("1", "One", "KZ", "station", 40.0, 60.0),
        ("2", "2", "KZ", "station", 41.0, 61.0),
    ]
    assert links.select("mode", "one_way", "length_km").row(0) == ("road", True, pytest.approx(241.4016))


def test_own_columns_are_kept_and_speed_gives_hours(tmp_path):
    links = "link_id,from_node_id,to_node_id,directed,length,free_speed,lanes,grade,geometry\n"
    links += 'A,1,2,0,150,50,2,-3,"LINESTRING (60 40, 60.5 40.6, 61 41)"\n'
    config = "dataset_name,short_length,long_length,speed,crs\nx,m,km,kph,4326\n"
    found = gmns.read(network(tmp_path, NODES, links, config=config))
    row = found.tables["links"].row(0, named=True)
    assert (row["x_lanes"], row["x_grade"], row["grade"], row["hours_min"]) == ("2", "-3", None, 3.0)
    assert found.tables["shapes"]["lon"].to_list() == [60.0, 60.5, 61.0]


def test_a_missing_length_is_measured_and_remarked(tmp_path):
    found = gmns.read(network(tmp_path, NODES, LINKS.replace("150", "")))
    (remark,) = [fault for fault in found.faults if fault.row == 1]
    assert "has no length" in remark.rule
    assert remark.level == "warning"
    assert found.tables["links"]["length_km"].item() == pytest.approx(139.7, abs=0.2)


REFUSED = [
    ("2,,61,41", "2,,61,95", "node.csv", 2, "y_coord", "at most 90"),
    ("2,,61,41", "2,,6l,41", "node.csv", 2, "x_coord", "words beside the number"),
    ("2,,61,41", "2,,,41", "node.csv", 2, "x_coord", "needed and empty"),
    ("2,,61,41", "1,,61,41", "node.csv", 2, "node_id", "the key is that of row 1"),
    ("A,1,2", "A,1,22", "link.csv", 1, "to_node_id", "is not in nodes.node_id"),
    ("A,1,2,1,150", "A,1,2,1,far", "link.csv", 1, "length", "must be a number"),
    ("A,1,2,1,150", "A,1,2,1,-5", "link.csv", 1, "length", "must be at least 0"),
    ("A,1,2,1", "A,1,2,maybe", "link.csv", 1, "directed", "must be true or false"),
    ("length\nA,1,2,1,150", "length,allowed_uses\nA,1,2,1,150,\"WALK, BIKE\"", "link.csv", 1, "allowed_uses", "walking or cycling"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "file", "row", "column", "words"), REFUSED)
def test_a_row_is_refused_with_its_reason(tmp_path, old, new, file, row, column, words):
    found = gmns.read(network(tmp_path, NODES.replace(old, new), LINKS.replace(old, new)))
    mine = [fault for fault in found.faults if (fault.file, fault.row, fault.column) == (file, row, column)]
    assert len(mine) == 1
    assert words in mine[0].rule
    assert mine[0].level == "error"
    table = found.tables["nodes" if file == "node.csv" else "links"]
    assert table.height == (1 if file == "node.csv" else 0)


BROKEN = [
    ({"link": None}, {}, InputError, "has no link.csv"),
    ({"node": "node_id;x_coord;y_coord\n1;2;3\n"}, {}, FaultsError, "node.csv.*semicolon"),
    ({"config": "crs\n28992\n"}, {}, InputError, "coordinate system '28992' is not known"),
    ({}, {"crs": "EPSG:32661"}, InputError, "coordinate system 'EPSG:32661'"),
    ({}, {"length_unit": "furlong"}, InputError, "unit of length 'furlong'"),
    ({"config": "speed\nknots\n"}, {}, InputError, "unit of speed 'knots'"),
]


@pytest.mark.parametrize(("files", "arguments", "error", "words"), BROKEN)
def test_folders_that_cannot_be_read_say_why(tmp_path, files, arguments, error, words):
    place = network(tmp_path, **({"nodes": NODES, "links": LINKS}))
    for name, text in files.items():
        file = place / f"{name}.csv"
        file.unlink() if text is None else file.write_text(text, encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(error, match=words):
        gmns.read(place, **arguments)
    assert tree(tmp_path) == before


def test_a_line_that_is_none_is_remarked_and_the_link_loaded(tmp_path):
    links = LINKS.replace("length", "length,geometry").replace("150", "150,POINT (1 2)")
    found = gmns.read(network(tmp_path, NODES, links))
    assert found.tables["links"].height == 1
    assert found.tables["shapes"].height == 0
    assert [(fault.column, fault.level) for fault in found.faults] == [("geometry", "warning")]


def test_an_existing_folder_is_not_written_over(corridor, tmp_path):
    place = network(tmp_path, NODES, LINKS)
    before = tree(tmp_path)
    with pytest.raises(InputError, match="is there already"):
        gmns.write(corridor.tables, place)
    assert tree(tmp_path) == before
