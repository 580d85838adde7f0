"""Wagon lists as people keep them: CSV and Excel, one line a box or wagon, all faults told at once by row and column.

A list is taken whole or not at all. Cells that a spreadsheet would run as a formula are refused, not mended: whoever
opens the list later must not run what another wrote (OWASP, CSV injection).
"""

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import openpyxl

from karvan.errors import MessageError
from karvan.ops.messages import identify
from karvan.ops.messages.faults import Faults

COLUMNS = ("wagon", "box", "hs", "mass_kg", "seal")
MOST_LINES, MOST_BYTES, MOST_UNPACKED = 500, 1_000_000, 20_000_000
"""Lines of a list, bytes of a file, and bytes that an Excel file may unpack to."""
_FORMULA = re.compile(r"^\s*[=+@\t\r]|^\s*-(?![0-9.]+$)")


@dataclass(frozen=True)
class Line:
    """One line: the wagon, the box on it, the goods' HS code, their gross mass, the seal; empty where not told."""

    wagon: str
    box: str
    hs: str
    mass_kg: float
    seal: str


def read_csv(data: bytes) -> tuple[Line, ...]:
    """The lines of a CSV file (UTF-8; comma or semicolon), its first row the names of COLUMNS in any order.

    Raises MessageError with every fault of the list.

    >>> read_csv(b"wagon,box,hs,mass_kg,seal\\n95012340,CSQU3054383,1001,21500,AZ1\\n")[0].mass_kg
    21500.0
    """
    faults = Faults("wagon list")
    if len(data) > MOST_BYTES:
        faults.add("", f"{len(data)} bytes", "the file is too large", f"Send at most {MOST_BYTES} bytes")
        raise MessageError(faults.found)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        faults.add("", "", "the file is not UTF-8", "Save it as CSV UTF-8")
        raise MessageError(faults.found) from None
    delimiter = ";" if ";" in text.partition("\n")[0] else ","
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        faults.add("", "", f"the file is no CSV: {error}", "Save it as CSV again")
        raise MessageError(faults.found) from None
    return _lines(rows, faults)


def read_excel(data: bytes) -> tuple[Line, ...]:
    """The lines of the first sheet of an Excel file, as of ``read_csv``; formulas are refused, whatever they give."""
    faults = Faults("wagon list")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except Exception:  # what a foreign file's reader trips over is a fault of the file
        size = -1
    if len(data) > MOST_BYTES or size > MOST_UNPACKED:
        faults.add("", f"{size} bytes", "the file is too large", f"Send at most {MOST_BYTES} bytes")
        raise MessageError(faults.found)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
        sheet = book.worksheets[0].iter_rows(values_only=True, max_row=MOST_LINES + 2)
        rows = [[_text(cell) for cell in row] for row in sheet]
        book.close()
    except Exception:  # the same
        faults.add("", "", "the file is no Excel workbook", "Save it as .xlsx, or send CSV")
        raise MessageError(faults.found) from None
    return _lines(rows, faults)


def _text(cell: object) -> str:
    """A cell as written: Excel keeps wagon numbers and codes as numbers."""
    whole = isinstance(cell, float) and cell.is_integer()
    return "" if cell is None else str(int(cell)) if whole and isinstance(cell, float) else str(cell)


def _lines(rows: Sequence[Sequence[str]], faults: Faults) -> tuple[Line, ...]:
    head = [name.strip().lower() for name in rows[0]] if rows else []
    for name in head:
        if name not in COLUMNS:
            faults.add(name, name, "a wagon list has no such column", f"Use {', '.join(COLUMNS)}", known=COLUMNS)
    for name in COLUMNS:
        if head.count(name) != 1:
            faults.add(name, "", f"the column stands {head.count(name)} times", "Give it once, empty where not known")
    body = [(at, row) for at, row in enumerate(rows[1:], 1) if any(cell.strip() for cell in row)]
    if not 1 <= len(body) <= MOST_LINES:
        faults.add("", str(len(body)), "the list has no lines or too many", f"Send 1 to {MOST_LINES} lines")
    faults.close()
    found = [_line(at, row, head, faults) for at, row in body]
    seen: dict[str, int] = {}
    for (at, _), line in zip(body, found, strict=True):
        if line.box and seen.setdefault(line.box, at) != at:
            faults.add("box", line.box, f"row {seen[line.box]} has this box", "Name each box once", row=at)
    faults.close()
    return tuple(found)


def _line(at: int, row: Sequence[str], head: Sequence[str], faults: Faults) -> Line:
    if len(row) > len(head) and any(cell.strip() for cell in row[len(head) :]):
        faults.add("", "", f"the row has {len(row)} cells, the head {len(head)}", "Quote cells with commas", row=at)
    told = dict(zip(head, [*row, *[""] * len(head)], strict=False))
    for name, cell in told.items():
        if _FORMULA.match(cell):
            faults.add(name, cell, "the cell is a formula", "Write its value, without = + - @ before it", row=at)
            told[name] = ""
    told = {name: cell.strip() for name, cell in told.items()}
    checks = {"wagon": identify.wagon, "box": identify.box, "hs": identify.heading}
    sound = {name: faults.take(checks[name], told[name], name, row=at) or "" for name in checks if told[name]}
    if not any(row[head.index(name)].strip() for name in ("wagon", "box") if head.index(name) < len(row)):
        faults.add("box", "", "the row names neither wagon nor box", "Give one of them", row=at)
    if told["seal"] and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", told["seal"]):
        faults.add("seal", told["seal"], "this is no seal number", "Use letters, digits and . _ : -", row=at)
    mass = told["mass_kg"]
    if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,3})?", mass) or not float(mass):
        faults.add("mass_kg", mass, "a mass is a number of kg above 0", "Write it as 21500 or 21500.5", row=at)
        mass = "0"
    return Line(sound.get("wagon", ""), sound.get("box", ""), sound.get("hs", ""), float(mass), told["seal"])
