"""CSV to text cells, or to the faults that keep it from being read.

The quick way is polars; a file that is ragged or whose quotes do not close goes through the standard library's strict
parser, which can say where. Source: RFC 4180, UTF-8 with or without a byte-order mark.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from karvan.errors import Fault

DELIMITERS = {";": "a semicolon", "\t": "a tab", "|": "a bar"}
MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}
COMMA, QUOTE, NEWLINE = 44, 34, 10


def read(path: Path, columns: Iterable[str]) -> tuple[pl.DataFrame | None, list[Fault]]:
    """The cells of a CSV file as text (an empty cell is null), with the faults of its structure.

    The frame is None where the file cannot be read as a table; ``columns`` are the names to expect in its header.
    Blank lines stay as empty rows, so that the place of a row in the frame is its number in the file less one.
    """
    data = path.read_bytes()
    faults = _encoding(path.name, data)
    if faults:
        return None, faults
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        return None, [_whole(path.name, "the file is empty", "Write its header and rows, or take the file out")]
    header, faults = _header(path.name, data, set(columns))
    if faults and not header:
        return None, faults
    frame = _quick(data, header) if _even(data, len(header)) else None
    if frame is None:
        frame, ragged = _strict(path.name, data, header)
        faults += ragged
    return (None if frame is None else frame.select(_first_names(header))), faults


def _whole(file: str, rule: str, cure: str, *, row: int = 0, value: str = "", column: str = "") -> Fault:
    return Fault(file, row, "", column, value, rule, cure)


def _encoding(file: str, data: bytes) -> list[Fault]:
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return [_whole(file, f"the file is {name}, from its first byte on", "Save it as UTF-8")]
    if b"\0" in data:
        row, place = data.count(b"\n", 0, data.index(b"\0")), data.index(b"\0")
        return [_whole(file, f"byte {place} is zero: not a text in UTF-8", "Save it as CSV in UTF-8", row=row)]
    try:
        data.decode()
    except UnicodeDecodeError:
        return _bad_bytes(file, data)
    return []


def _bad_bytes(file: str, data: bytes) -> list[Fault]:
    """One fault for each line that is not UTF-8, with the byte and the word it stands in, read as Windows-1251."""
    faults, start = [], 0
    for row, line in enumerate(data.split(b"\n")):
        try:
            line.decode()
        except UnicodeDecodeError as bad:
            before, after = line[: bad.start].rsplit(b",", 1)[-1], line[bad.start :].split(b",", 1)[0]
            cell = (before + after).decode("cp1251", errors="replace").strip()
            rule = f"byte {start + bad.start} is not UTF-8 (read as Windows-1251 the cell says {cell!r})"
            faults.append(_whole(file, rule, "Save the file as UTF-8", row=row))
        start += len(line) + 1
    return faults


def _header(file: str, data: bytes, known: set[str]) -> tuple[list[str], list[Fault]]:
    """The column names; no names and a fault where the delimiter is wrong or the header's quotes do not close."""
    first = data.split(b"\n", 1)[0].decode().rstrip("\r")
    for mark, word in DELIMITERS.items():
        cells = [cell.strip('" ') for cell in first.split(mark)]
        if len(cells) > 1 and 2 * len(known & set(cells)) >= len(cells):
            return [], [
                _whole(file, f"its cells are parted by {word}", "Save it as CSV with commas and decimal points")
            ]
    try:
        header = next(csv.reader(io.StringIO(data[:1_000_000].decode(errors="ignore"), newline=""), strict=True))
    except csv.Error:
        return [], [_whole(file, "a quote in the header is not closed", "Close the quote")]
    faults = []
    for place, name in enumerate(header, start=1):
        if not name.strip():
            rule = f"column {place} has no name"
            faults.append(_whole(file, rule, "Name it, or take the column (or the comma) out"))
        elif name in header[: place - 1]:
            rule = f"the header has it twice, in columns {header.index(name) + 1} and {place}"
            faults.append(_whole(file, rule, "Take one of them out", column=name))
    return header, faults


def _first_names(header: Sequence[str]) -> list[pl.Expr]:
    """The named columns, each once, under their own names."""
    wanted = [(place, name) for place, name in enumerate(header) if name.strip() and name not in header[:place]]
    return [pl.nth(place).alias(name) for place, name in wanted]


def _even(data: bytes, width: int) -> bool:
    """Whether every line has ``width`` cells, by counting the commas and line ends that stand outside quotes."""
    raw = np.frombuffer(data if data.endswith(b"\n") else data + b"\n", dtype=np.uint8)
    commas, ends = raw == COMMA, raw == NEWLINE
    if b'"' in data:
        inside = (np.cumsum(raw == QUOTE, dtype=np.uint8) & 1).view(bool)
        if inside[-1]:
            return False
        commas, ends = commas & ~inside, ends & ~inside
    where = np.flatnonzero(ends)
    counts = np.diff(np.searchsorted(np.flatnonzero(commas), where), prepend=0)
    length = np.diff(where, prepend=-1) - 1
    blank = (length == 0) | ((length == 1) & (raw[where - 1] == 13))
    return bool(((counts == width - 1) | blank).all())


def _quick(data: bytes, header: Sequence[str]) -> pl.DataFrame | None:
    try:
        frame = pl.read_csv(data, infer_schema=False)
    except pl.exceptions.PolarsError:
        return None
    return frame if frame.width == len(header) else None


def _strict(file: str, data: bytes, header: Sequence[str]) -> tuple[pl.DataFrame | None, list[Fault]]:
    """The rows that have the right number of cells (others are left empty), and a fault for each that has not."""
    faults: list[Fault] = []
    rows: list[list[str | None]] = []
    raw: list[str] = []  # the lines of the row being read
    lines = csv.reader(_remembered(io.StringIO(data.decode(), newline=""), raw), strict=True)
    next(lines)
    blank: list[str | None] = [None] * len(header)
    try:
        raw.clear()
        for row, cells in enumerate(lines, start=1):
            said = _uneven("".join(raw), cells, len(header))
            if said:
                faults.append(_whole(file, *said, row=row, value=",".join(cells)[:80]))
            rows.append(blank if said or not cells else [cell or None for cell in cells])
            raw.clear()
    except csv.Error:
        rule = "a quote that is opened in this row is not closed"
        faults.append(_whole(file, rule, 'Close it; write a quote within a quoted text twice ("")', row=len(rows) + 1))
        return None, faults
    names = [str(place) for place in range(len(header))]
    return pl.DataFrame(rows, schema={name: pl.String() for name in names}, orient="row"), faults


def _remembered(lines: Iterable[str], raw: list[str]) -> Iterable[str]:
    for line in lines:
        raw.append(line)
        yield line


def _uneven(raw: str, cells: Sequence[str], width: int) -> tuple[str, str] | None:
    """Rule and cure of a row that the standard does not allow."""
    if cells and len(cells) != width:
        cure = "Give each column one cell; put a text that holds a comma in double quotes"
        return f"the row has {len(cells)} cells, the header {width}", cure
    if raw.count('"') % 2:
        return (
            "a quote stands inside a cell that is not quoted",
            'Put the cell in double quotes and its quote twice ("")',
        )
    return None
