"""An Excel workbook as raw tables: one sheet a table, and a sheet that says what the corridor is called."""

import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import fastexcel
import openpyxl
import polars as pl

from karvan.errors import Fault, InputError, nearest
from karvan.io.package import About, Package, Sheet, about_of
from karvan.schema import TABLES

ABOUT = "corridor"
"""The sheet of what the corridor says of itself: two columns, word and value."""
BROKEN = (fastexcel.FastExcelError, zipfile.BadZipFile, zlib.error, KeyError, NotImplementedError, OSError)
"""What the readers raise where a file is no sound workbook."""
COVER = ("readme", "about", "notes", "guide")
"""Names that a sheet which is no table may have without a remark."""


def read(path: Path) -> Package:
    """The workbook's tables as text cells, with the faults of its sheets.

    Raises InputError where the file is no workbook or holds no table.
    """
    if not path.is_file():
        raise InputError(f"there is no workbook {path}", cure="give the path of an .xlsx file")
    try:
        return _read(path)
    except BROKEN as bad:
        said = str(bad).splitlines()[0]
        raise InputError(f"{path.name} cannot be read as a workbook: {said}", cure="save it again as .xlsx") from bad


def _read(path: Path) -> Package:
    book = fastexcel.read_excel(path)
    spoilt = _spoilt(path) if _suspect(path) else {}
    about, kinds, faults = _about(path, book)
    sheets: dict[str, Sheet] = {}
    loose = {table for table, found in spoilt.items() if found}
    for name in book.sheet_names:
        if name in TABLES:
            sheet, found = _sheet(path, book, name, kinds)
            faults += [*spoilt.get(name, {}).values(), *found]
            sheets |= {name: sheet} if sheet is not None else {}
        elif name != ABOUT and name.casefold() not in COVER:
            faults.append(_stranger(path, name, book.sheet_names))
            loose.add(faults[-1].nearest)
    if not sheets and not any(fault.level == "error" for fault in faults):
        raise InputError(f"{path.name} holds no table", cure="call its sheets after the tables: nodes, links, ...")
    ordered = {table: sheets[table] for table in TABLES if table in sheets}
    told = frozenset((place(path, table), *cell) for table, cells in spoilt.items() for cell in cells)
    faults = list(dict.fromkeys(faults))  # all cells of a merged span share one fault
    return Package(about, ordered, tuple(faults), frozenset(loose & set(TABLES)), told)


def place(path: Path, sheet: str) -> str:
    """A sheet's name as faults give it."""
    return f"{path.name}:{sheet}"


def _stranger(path: Path, name: str, here: Iterable[str]) -> Fault:
    near = next(iter(nearest(name.strip(), TABLES)), "")
    meant = bool(near) and near not in here
    cure = f"Call it {near}" if meant else "Call it after a table, or notes"
    return Fault(place(path, name), 0, "", "", "", "the sheet is no table", cure, near, "error" if meant else "warning")


def _about(path: Path, book: fastexcel.ExcelReader) -> tuple[About, dict[str, dict[str, str]], list[Fault]]:
    """What the sheet ``corridor`` says, and the kinds of ``x_`` columns by table."""
    file = place(path, ABOUT)
    said: dict[str, str | int | list[str]] = {}
    kinds: dict[str, dict[str, str]] = {}
    if ABOUT in book.sheet_names:
        rows = pl.DataFrame(book.load_sheet(ABOUT, dtypes="string"))
        for word, value in rows.iter_rows() if rows.width == 2 else ():
            table, _, column = (word or "").partition(".")
            if column:
                kinds.setdefault(table, {})[column] = value
            elif word:
                said[word] = unquoted(value or "")
    if str(said.get("price_year", "")).isdigit():
        said["price_year"] = int(str(said["price_year"]))
    if "scenarios" in said:
        said["scenarios"] = [card for card in str(said["scenarios"]).split(";") if card]
    about, faults = about_of(said, path.stem, file)
    return about, kinds, faults


def _sheet(
    path: Path, book: fastexcel.ExcelReader, name: str, kinds: dict[str, dict[str, str]]
) -> tuple[Sheet | None, list[Fault]]:
    file = place(path, name)
    frame = pl.DataFrame(book.load_sheet(name, dtypes="string", header_row=None))
    if not frame.height:
        return None, [Fault(file, 0, "", "", "", "the sheet is empty", "Give it a header and rows, or take it out")]
    header = [(cell or "").strip() for cell in frame.row(0)]
    faults, keep = [], []
    for count, word in enumerate(header):
        if word and word in header[:count]:
            rule = f"the header has it twice, in columns {header.index(word) + 1} and {count + 1}"
            faults.append(Fault(file, 0, "", word, "", rule, "Take one of them out"))
        elif word:
            keep.append(count)
        elif frame.to_series(count)[1:].null_count() < frame.height - 1:
            cure = "Name it, or take the column out"
            faults.append(Fault(file, 0, "", "", "", f"column {count + 1} has cells but no name", cure))
    extra = kinds.get(name, {})
    facts = {fact.name: fact.kind for fact in TABLES[name].facts()} | extra
    numbers = [header[count] for count in keep if facts.get(header[count]) == "number"]
    exact = _exact(book, name, [count for count in keep if header[count] in numbers])
    rows = frame[1:]
    columns = [_column(rows.to_series(count), facts.get(header[count], "text"), exact.get(count)) for count in keep]
    named = [column.alias(header[count]) for column, count in zip(columns, keep, strict=True)]
    return Sheet(name, file, pl.DataFrame(named), extra), faults


def _exact(book: fastexcel.ExcelReader, name: str, places: list[int]) -> dict[int, pl.Series]:
    """Number cells in full precision: as text the reader rounds them."""
    if not places:
        return {}
    sheet = book.load_sheet(
        name, header_row=None, skip_rows=1, use_columns=places, dtypes={count: "float" for count in places}
    )
    frame = pl.DataFrame(sheet)
    return {count: frame.to_series(order) for order, count in enumerate(places)}


def _column(texts: pl.Series, kind: str, exact: pl.Series | None) -> pl.Series:
    """One column as text: numbers in full, days without their midnight, empty texts unmarked."""
    if exact is not None:
        boolean = texts.is_in(["true", "false"]).fill_null(False)
        return texts.zip_with(exact.is_null() | boolean, exact.cast(pl.String))
    if kind == "day":
        return texts.str.replace(r"[ T]00:00:00(\.0+)?$", "")
    if kind == "text" and texts.str.contains('^"*$').any():
        return texts.map_elements(unquoted, return_dtype=pl.String)
    return texts


def unquoted(text: str) -> str:
    """Undoes ``quoted``.

    >>> unquoted(quoted("")), unquoted('"'), unquoted('say "so"')
    ('', '"', 'say "so"')
    """
    return text[2:] if len(text) >= 2 and not text.strip('"') else text


def quoted(text: str) -> str:
    '''An empty text as a workbook can tell it from an empty cell: ``""``, as in CSV.

    >>> quoted(""), quoted('"'), quoted("a")
    ('""', '"""', 'a')
    '''
    return text if text.strip('"') else f'""{text}'


def _suspect(path: Path) -> bool:
    """Whether any sheet holds merged cells or formula errors: a quick look, without a parser."""
    with zipfile.ZipFile(path) as archive:
        parts = [name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)]
        return any(re.search(rb'<mergeCell |\bt="e"', archive.read(name)) for name in parts)


def _spoilt(path: Path) -> dict[str, dict[tuple[int, str], Fault]]:
    """Merged cells and formula errors by table, row and column."""
    book = openpyxl.load_workbook(path, data_only=True)
    return {table: _spoilt_cells(book[table], place(path, table)) for table in book.sheetnames if table in TABLES}


def _spoilt_cells(sheet: Any, file: str) -> dict[tuple[int, str], Fault]:
    names = {cell.column: str(cell.value or "") for cell in sheet[1]}
    found: dict[tuple[int, str], Fault] = {}
    for span in sheet.merged_cells.ranges:
        rule = f"the cells {span.coord} are merged, so that all but the first are empty"
        column = names.get(span.min_col, "")
        fault = Fault(file, span.min_row - 1, "", column, "", rule, "Unmerge them and fill each cell")
        found |= {(row - 1, names.get(place, "")): fault for row, place in span.cells}
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if cell.data_type == "e":
                column, value = names.get(cell.column, ""), str(cell.value)
                rule, cure = "is a formula's error", "Mend the formula, or write its value"
                found[cell.row - 1, column] = Fault(file, cell.row - 1, "", column, value, rule, cure)
    return dict(sorted(found.items()))
