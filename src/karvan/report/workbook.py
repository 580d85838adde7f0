"""The report as a workbook: a first sheet with run, findings and sources, then one sheet a frame."""

import io
from collections.abc import Mapping
from typing import Any

import polars as pl
import xlsxwriter

from karvan.plot.words import width
from karvan.report.columns import excel, heading
from karvan.report.html import Said

WIDEST, NARROWEST = 60, 9
LONGEST_NAME = 31
"""Excel's own bound on the name of a sheet."""


def book(said: Said, frames: Mapping[str, pl.DataFrame]) -> bytes:
    """The workbook's bytes. Headers hold units and stay in sight; numbers are whole, only shown shorter."""
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True, "remove_timezone": True, "nan_inf_to_errors": True}) as made:
        looks = {
            "title": made.add_format({"bold": True, "font_size": 15}),
            "head": made.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}),
            "wrap": made.add_format({"text_wrap": True, "valign": "top"}),
        }
        _front(made, said, looks)
        names: set[str] = {"report"}
        for name, frame in frames.items():
            _sheet(made, _name(name, names), frame, looks)
    return held.getvalue()


def _name(name: str, taken: set[str]) -> str:
    """A sheet name within Excel's rules, that no other sheet has."""
    plain = "".join("_" if letter in "[]:*?/\\'" else letter for letter in name)[:LONGEST_NAME]
    at = 1
    while plain.lower() in taken:
        at += 1
        plain = f"{plain[: LONGEST_NAME - len(str(at)) - 1]} {at}"
    taken.add(plain.lower())
    return plain


def _front(made: Any, said: Said, looks: Mapping[str, Any]) -> None:
    sheet = made.add_worksheet("report")
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 110, looks["wrap"])
    sheet.write_string(0, 0, said.title, looks["title"])
    sheet.write_string(1, 0, said.subtitle)
    row = 3
    for at, finding in enumerate(said.findings.iter_rows(named=True), start=1):
        sheet.write_string(row, 0, f"Finding {at}")
        sheet.write_string(row, 1, finding["sentence"])
        row += 1
    row += 1
    for name, value in said.stamp.items():
        sheet.write_string(row, 0, name)
        sheet.write_string(row, 1, value)
        row += 1


def _sheet(made: Any, name: str, frame: pl.DataFrame, looks: Mapping[str, Any]) -> None:
    sheet = made.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    sheet.set_row(0, 32)
    for at, column in enumerate(frame.columns):
        series = frame[column]
        whole = series.dtype.is_integer()
        look = made.add_format({"num_format": excel(column, whole)}) if series.dtype.is_numeric() else None
        sheet.write_string(0, at, heading(column), looks["head"])
        sheet.set_column(at, at, _width(heading(column), series), look)
        for row, value in enumerate(series.to_list(), start=1):
            _cell(sheet, row, at, value, look)
    if frame.height:
        sheet.autofilter(0, 0, frame.height, len(frame.columns) - 1)


def _cell(sheet: Any, row: int, at: int, value: Any, look: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, at, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, at, value, look)
    else:
        sheet.write_string(row, at, str(value))


def _width(head: str, series: pl.Series) -> float:
    said = [str(value) for value in series.head(200).to_list() if value is not None]
    longest = max((width(one, 11) / 6.2 for one in said), default=0) if series.dtype == pl.String else 0
    return float(min(WIDEST, max(NARROWEST, longest + 2, max(len(word) for word in head.split()) + 3)))
