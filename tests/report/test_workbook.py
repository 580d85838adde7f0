"""The workbook read back by another program: sheets, headings, and the very numbers."""

from pathlib import Path

import fastexcel
import openpyxl
import polars as pl
import pytest

from drawn import full
from karvan.report.columns import heading


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return full().save(tmp_path_factory.mktemp("book") / "tables.xlsx")


def test_every_frame_comes_back_as_it_was(file: Path) -> None:
    book = fastexcel.read_excel(file)
    frames = full().frames()
    assert book.sheet_names == ["report", *frames]
    for name, frame in frames.items():
        back = book.load_sheet(name).to_polars()
        assert back.columns == [heading(column) for column in frame.columns]
        assert back.height == frame.height
        for column, shown in zip(frame.columns, back.columns, strict=True):
            if frame[column].dtype.is_numeric():
                held = frame[column].cast(pl.Float64).is_not_null()
                shown_numbers = back[shown].cast(pl.Float64)
                assert shown_numbers.is_not_null().equals(held.alias(shown))
                assert shown_numbers.drop_nulls().to_list() == pytest.approx(
                    frame[column].drop_nulls().to_list(), rel=1e-12
                )
            elif frame[column].dtype == pl.String:
                assert back[shown].cast(pl.String).fill_null("").to_list() == frame[column].fill_null("").to_list()


def test_headings_stay_in_sight_and_the_first_sheet_says_what_it_is(file: Path) -> None:
    book = openpyxl.load_workbook(file)
    assert all(book[name].freeze_panes == "A2" for name in book.sheetnames[1:])
    cells = [str(cell.value) for row in book["report"].iter_rows() for cell in row if cell.value]
    assert cells[0] == "Toy & <ways>"
    assert full().tolds[0].run.id in cells
    assert set(full().findings["sentence"]) <= set(cells)
    prices = book["ways"]
    at = [cell.value for cell in prices[1]].index("Price, USD") + 1
    assert prices.cell(2, at).number_format == "#,##0"
