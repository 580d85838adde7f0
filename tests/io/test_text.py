"""CSV to text cells: as the standard library reads it, faults of structure with their rows."""

import csv
import io

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from karvan.io import text

CELL = st.text(st.sampled_from('ab ,"\n;1é'), max_size=5)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(1, 4), st.data(), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_the_standard_library_writes_is_read_as_it_reads_it(tmp_path_factory, width, data, end, mark):
    header = [f"c{place}" for place in range(width)]
    rows = data.draw(st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=4))
    out = io.StringIO()
    writer = csv.writer(out, lineterminator=end, quoting=data.draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])))
    writer.writerows([header, *rows])
    file = tmp_path_factory.mktemp("t") / "t.csv"
    file.write_bytes((b"\xef\xbb\xbf" if mark else b"") + out.getvalue().encode())
    frame, faults = text.read(file, header)
    assert faults == []
    assert frame.columns == header
    assert [[cell or "" for cell in row] for row in frame.rows()] == rows


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=60) | st.text(st.sampled_from('ab,"\n\r;'), max_size=40).map(str.encode))
def test_any_bytes_give_a_frame_or_a_fault(tmp_path_factory, data):
    file = tmp_path_factory.mktemp("t") / "t.csv"
    file.write_bytes(data)
    frame, faults = text.read(file, ["a", "b"])
    assert frame is not None or faults
    assert all(fault.file == "t.csv" and fault.rule and fault.cure for fault in faults)


def read(tmp_path, said):
    file = tmp_path / "t.csv"
    file.write_bytes(said.encode())
    return text.read(file, ["a", "b"])


@pytest.mark.parametrize(
    ("said", "rows"),
    [
        ("a,b\n1\n2,3\n4,5,6\n", [(1, "the row has 1 cells, the header 2"), (3, "the row has 3 cells, the header 2")]),
        ('a,b\n"x\ny",2\n1\n', [(2, "the row has 1 cells")]),
        ("a,b\n\n1\n", [(2, "the row has 1 cells")]),
        ('a,b\n1,2\n3,"4\n5,6\n', [(2, "is not closed")]),
        ('a,b\n1,2" x\n', [(1, "inside a cell that is not quoted")]),
        ('a,b\n"1"2,3\n', [(1, "not closed")]),
    ],
)
def test_rows_count_records_below_the_header(tmp_path, said, rows):
    _, faults = read(tmp_path, said)
    assert [fault.row for fault in faults] == [row for row, _ in rows]
    assert all(words in fault.rule for fault, (_, words) in zip(faults, rows, strict=True))


def test_each_line_with_bad_bytes_is_told(tmp_path):
    (tmp_path / "t.csv").write_bytes("a,b\nок,1\nok,2\nда,3\n".encode("cp1251"))
    frame, faults = text.read(tmp_path / "t.csv", ["a", "b"])
    assert frame is None
    assert [fault.row for fault in faults] == [1, 3]
    assert "'да'" in faults[1].rule


def test_blank_lines_hold_their_place(tmp_path):
    frame, faults = read(tmp_path, "a,b\n1,2\n\n3,4\n")
    assert faults == []
    assert frame.rows() == [("1", "2"), (None, None), ("3", "4")]
    assert frame.schema == {"a": pl.String, "b": pl.String}


def test_a_header_alone_is_a_table_without_rows(tmp_path):
    for said in ("a,b", "a,b\n", "a,b\r\n"):
        frame, faults = read(tmp_path, said)
        assert (frame.columns, frame.height, faults) == (["a", "b"], 0, [])
