"""Workbooks: every cell comes back as it was; what a sheet cannot hold is said before anything is written."""

import datetime as dt
import re
import zipfile

import openpyxl
import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from karvan.errors import InputError
from karvan.io import excel, faults
from support import DAY, NUMBER, TEXT, WHOLE, same, small


def test_a_corridor_comes_back_as_it_was(corridor, tmp_path):
    found = excel.read(excel.write(corridor, tmp_path / "c.xlsx"))
    assert same(found, corridor)
    assert found.digest == corridor.digest


def test_all_tables_may_be_written_to_fill(corridor, tmp_path):
    assert same(excel.read(excel.write(corridor, tmp_path / "c.xlsx", empty=True)), corridor)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_cell_comes_back_as_it_was(tmp_path_factory, data):
    base = small()
    rows = base.tariffs.height
    cells = {
        "note": (st.none() | TEXT, pl.String),
        "usd": (NUMBER, pl.Float64),
        "valid_from": (st.none() | DAY, pl.Date),
        "x_text": (st.none() | TEXT, pl.String),
        "x_number": (st.none() | NUMBER, pl.Float64),
        "x_whole": (st.none() | WHOLE, pl.Int64),
        "x_day": (st.none() | DAY, pl.Date),
        "x_flag": (st.none() | st.booleans(), pl.Boolean),
    }
    drawn = {
        name: pl.Series(name, data.draw(st.lists(values, min_size=rows, max_size=rows)), dtype=kind)
        for name, (values, kind) in cells.items()
    }
    corridor = base.replace(tariffs=base.tariffs.with_columns(**drawn))
    assert same(excel.read(excel.write(corridor, tmp_path_factory.mktemp("any") / "c.xlsx")), corridor)


@pytest.mark.parametrize(
    "text", ["", '"', '""', '"""', "=1+1", "_x0041_", "#N/A", "a\r\nb", "\t x ", "00123", "1e5", "TRUE"]
)
def test_texts_that_a_spreadsheet_likes_to_change(corridor, tmp_path, text):
    told = corridor.replace(shocks=corridor.shocks.with_columns(note=pl.lit(text)))
    assert excel.read(excel.write(told, tmp_path / "c.xlsx")).shocks["note"].to_list() == [text]


def test_a_text_as_long_as_a_cell_comes_back_and_a_longer_one_is_refused(corridor, tmp_path):
    fits = corridor.replace(shocks=corridor.shocks.with_columns(note=pl.lit("é" * 32_765)))
    assert same(excel.read(excel.write(fits, tmp_path / "fits.xlsx")), fits)
    longer = corridor.replace(shocks=corridor.shocks.with_columns(note=pl.lit("é" * 32_766)))
    with pytest.raises(InputError, match="shocks, row 1, note: 32766 characters"):
        excel.write(longer, tmp_path / "long.xlsx")
    assert [entry.name for entry in tmp_path.iterdir()] == ["fits.xlsx"]


def test_headers_carry_unit_and_meaning(corridor, tmp_path):
    book = openpyxl.load_workbook(excel.write(corridor, tmp_path / "c.xlsx"))
    header = {cell.value: cell.comment.text for cell in book["links"][1]}
    assert header["length_km"].startswith("length_km [km]: length along the line")
    assert "at least 0" in header["length_km"]


def test_what_a_spreadsheet_made_reads_the_same(corridor, tmp_path):
    """Whole numbers for numbers, days with a clock, and blank rows below, as a hand-made workbook has them."""
    file = excel.write(corridor, tmp_path / "c.xlsx")
    book = openpyxl.load_workbook(file)
    sheet = book["links"]
    names = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, names["length_km"]).value = 190
    sheet.cell(3, names["valid_from"]).value = dt.datetime(2024, 5, 1)
    sheet.cell(9, 1).value = " "
    sheet.cell(9, 1).value = None
    book.save(tmp_path / "hand.xlsx")
    found = excel.read(tmp_path / "hand.xlsx")
    assert found.links["length_km"].to_list() == [190.0, 230.0]
    assert found.links["valid_from"].to_list() == [None, dt.date(2024, 5, 1)]


def test_faults_name_the_sheet(corridor, tmp_path):
    file = excel.write(corridor, tmp_path / "c.xlsx")
    book = openpyxl.load_workbook(file)
    names = {cell.value: cell.column for cell in book["links"][1]}
    book["links"].cell(3, names["from_node"]).value = "AA_TWQ"
    book.save(file)
    (fault,) = faults.find(file)
    assert (fault.file, fault.row, fault.key, fault.column, fault.nearest) == (
        "c.xlsx:links", 2, "S1", "from_node", "AA_TWO",
    )  # fmt: skip


def test_numbers_are_written_in_full(corridor, tmp_path):
    exact = corridor.replace(params=corridor.params.with_columns(value=pl.lit(0.1 + 0.2)))
    with zipfile.ZipFile(excel.write(exact, tmp_path / "c.xlsx")) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    assert any(re.search("<v>0.30000000000000004</v>", sheet) for sheet in sheets)
