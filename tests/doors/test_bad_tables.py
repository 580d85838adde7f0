"""Broken corridors at the door: each kind gives one clear error that names file, row, column and cure; the disk stays."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from karvan.errors import FaultsError, InputError
from karvan.io import excel, faults, folder
from support import tree

Break = Callable[[Path], None]


@dataclass(frozen=True)
class Bad:
    """One way to break a sound folder, and where and how the one error must say so."""

    kind: str
    spoil: Break
    file: str
    row: int
    column: str
    rule: str
    cure: str
    nearest: str = ""
    level: str = "error"


def cell(table: str, row: int, column: str, value: str | None) -> Break:
    """Writes one cell (row counts from 1), as text."""

    def spoil(place: Path) -> None:
        file = place / f"{table}.csv"
        frame = pl.read_csv(file, infer_schema=False)
        values = frame[column].to_list()
        values[row - 1] = value
        frame.with_columns(pl.Series(column, values, dtype=pl.String)).write_csv(file)

    return spoil


def text(table: str, old: str, new: str) -> Break:
    """Changes the text of a file, once."""

    def spoil(place: Path) -> None:
        file = place / f"{table}.csv"
        said = file.read_text(encoding="utf-8")
        assert old in said
        file.write_text(said.replace(old, new, 1), encoding="utf-8", newline="")

    return spoil


def data(table: str, change: Callable[[bytes], bytes]) -> Break:
    """Changes the bytes of a file."""

    def spoil(place: Path) -> None:
        file = place / f"{table}.csv"
        file.write_bytes(change(file.read_bytes()))

    return spoil


def frame(table: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Break:
    """Changes a file as a frame of text cells."""

    def spoil(place: Path) -> None:
        file = place / f"{table}.csv"
        change(pl.read_csv(file, infer_schema=False)).write_csv(file)

    return spoil


def parquet(table: str, change: Callable[[pl.DataFrame], pl.DataFrame], cut: int = 0) -> Break:
    """Turns a table into a Parquet file, changed or cut short."""

    def spoil(place: Path) -> None:
        read = folder.read(place).tables[table]
        (place / f"{table}.csv").unlink()
        file = place / f"{table}.parquet"
        change(read).write_parquet(file)
        if cut:
            file.write_bytes(file.read_bytes()[:-cut])
        about(lambda said: said.update(resources=[]))(place)

    return spoil


def about(change: Callable[[dict], None]) -> Break:
    """Changes what ``datapackage.json`` says."""

    def spoil(place: Path) -> None:
        file = place / "datapackage.json"
        said = json.loads(file.read_bytes())
        change(said)
        file.write_text(json.dumps(said), encoding="utf-8")

    return spoil


def renamed(old: str, new: str) -> Break:
    def spoil(place: Path) -> None:
        (place / old).rename(place / new)
        about(lambda said: said.update(resources=[]))(place)

    return spoil


def both(*steps: Break) -> Break:
    def spoil(place: Path) -> None:
        for step in steps:
            step(place)

    return spoil


BAD = [
    # references and keys
    Bad("reference", cell("links", 1, "from_node", "AA_ONF"), "links.csv", 1, "from_node", "is not in nodes.node_id", "Name a node_id of nodes", "AA_ONE"),
    Bad("reference to an operator", cell("tariffs", 2, "operator_id", "SC"), "tariffs.csv", 2, "operator_id", "is not in operators.operator_id", "Name a", ""),
    Bad("reference of a call", cell("calls", 2, "link_id", "S12"), "calls.csv", 2, "link_id", "is not in links.link_id", "add the row there", "S1"),
    Bad("reference in other letters", cell("calls", 1, "node_id", "aa_two"), "calls.csv", 1, "node_id", "is not in nodes.node_id", "Name a", "AA_TWO"),
    Bad("reference to a table that is not there", both(renamed("operators.csv", "operators.txt"), frame("services", lambda f: f.drop("operator_id")), frame("tariffs", lambda f: f.head(0))), "links.csv", 0, "operator_id", "names rows of operators, and the corridor has no such table", "Add operators.csv"),
    Bad("duplicate key", cell("tariffs", 2, "tariff_id", "haul"), "tariffs.csv", 2, "tariff_id", "the key is that of row 1 already", "Give the row another key"),
    Bad("duplicate key of two parts", cell("calls", 2, "order", "1"), "calls.csv", 2, "order", "the key is that of row 1", "take it out"),
    Bad("missing key", cell("tariffs", 2, "tariff_id", None), "tariffs.csv", 2, "tariff_id", "needed and empty", "Fill it: the price, such as"),
    Bad("blank after a key", cell("links", 1, "link_id", "R1 "), "links.csv", 1, "link_id", "blanks before or after", "Write 'R1'", "R1"),
    Bad("blank before a reference", cell("links", 2, "to_node", " BB_SEA"), "links.csv", 2, "to_node", "blanks before or after", "Write 'BB_SEA'"),
    Bad("a key with a bad sign", cell("shocks", 1, "shock_id", "K 1"), "shocks.csv", 1, "shock_id", "holds a sign that an id cannot", "Use letters, digits"),
    # numbers
    Bad("text for a number", cell("links", 1, "length_km", "long"), "links.csv", 1, "length_km", "must be a number in km", "Write a number, or leave"),
    Bad("the unit in the cell", cell("links", 1, "length_km", "190 km"), "links.csv", 1, "length_km", "holds its unit", "Write 190"),
    Bad("another unit in the cell", cell("links", 1, "length_km", "118 mi"), "links.csv", 1, "length_km", "the column is in km", "Turn it into km"),
    Bad("money in the cell", cell("tariffs", 1, "usd", "300 EUR"), "tariffs.csv", 1, "usd", "the column is in USD", "Turn it into USD"),
    Bad("decimal comma", cell("links", 1, "hours", "6,5"), "links.csv", 1, "hours", "has a decimal comma", "Write 6.5"),
    Bad("a comma that may part thousands", cell("links", 1, "length_km", "1,905"), "links.csv", 1, "length_km", "has a decimal comma", "Write 1.905 (or 1905"),
    Bad("separators of thousands", cell("links", 1, "length_km", "12 190"), "links.csv", 1, "length_km", "separators of thousands", "Write 12190"),
    Bad("not a number", cell("links", 1, "hours", "NaN"), "links.csv", 1, "hours", "must be a finite number in h", "Leave the cell empty"),
    Bad("infinite", cell("links", 1, "hours", "-inf"), "links.csv", 1, "hours", "must be a finite number", "Leave"),
    Bad("a broken formula", cell("links", 1, "hours", "#REF!"), "links.csv", 1, "hours", "is a formula's error", "Mend the formula"),
    Bad("half a track", cell("links", 1, "tracks", "1.5"), "links.csv", 1, "tracks", "must be a whole number", "Round it"),
    Bad("below the least", cell("links", 1, "length_km", "-1"), "links.csv", 1, "length_km", "must be at least 0 km", "Mend the number or its unit"),
    Bad("above the most", cell("nodes", 2, "lat", "141"), "nodes.csv", 2, "lat", "must be at most 90 deg", "Mend"),
    Bad("outside the usual", cell("classes", 1, "speed_kmh", "3000"), "classes.csv", 1, "speed_kmh", "outside the usual 5 to 120 km/h", "Check", level="warning"),
    # words, days, flags
    Bad("no choice", cell("links", 1, "mode", "rial"), "links.csv", 1, "mode", "is not one of rail, road", "Write one of them", "rail"),
    Bad("a choice in capitals", cell("links", 1, "mode", "RAIL"), "links.csv", 1, "mode", "is not one of", "Write one", "rail"),
    Bad("a country's name", cell("nodes", 1, "country", "Aland"), "nodes.csv", 1, "country", "two capital letters", "Write it like KZ"),
    Bad("a country in small letters", cell("nodes", 1, "country", "aa"), "nodes.csv", 1, "country", "two capital letters", "Write AA", "AA"),
    Bad("a list with commas", cell("tariffs", 3, "covers", "RA,SB"), "tariffs.csv", 3, "covers", "not a list joined by semicolons", "a;b"),
    Bad("a list with blanks", cell("classes", 1, "carries", "container; wagon"), "classes.csv", 1, "carries", "not a list joined", "without blanks"),
    Bad("a needed cell is empty", cell("nodes", 3, "name", None), "nodes.csv", 3, "name", "needed and empty", "Fill it: the place's name in English, such as Aktau port"),
    Bad("a day with dots", cell("links", 2, "valid_from", "01.05.2024"), "links.csv", 2, "valid_from", "must be a day, YYYY-MM-DD", "Write 2024-05-01"),
    Bad("a day that may be two", cell("links", 2, "valid_from", "01/05/2024"), "links.csv", 2, "valid_from", "must be a day", "Write 2024-05-01 or 2024-01-05"),
    Bad("no such day", cell("shocks", 1, "starts", "2026-02-30"), "shocks.csv", 1, "starts", "there is no such day", "Mend the month or the day"),
    Bad("a day with a clock", cell("shocks", 1, "ends", "2026-03-04 12:00"), "shocks.csv", 1, "ends", "a day without an hour", "Write 2026-03-04"),
    Bad("a spreadsheet's day number", cell("shocks", 1, "ends", "46085"), "shocks.csv", 1, "ends", "must be a day", "Write 2026-03-04 if it is"),
    Bad("yes for true", cell("links", 1, "one_way", "yes"), "links.csv", 1, "one_way", "must be true or false", "Write true", "true"),
    Bad("no word for true", cell("links", 1, "one_way", "perhaps"), "links.csv", 1, "one_way", "must be true or false", "Write true or false"),
    # columns and tables
    Bad("a misspelt column", text("links", "length_km", "lenght_km"), "links.csv", 0, "lenght_km", "no such column", "Call it length_km", "length_km"),
    Bad("a column of its own", text("links", "hours_p90", "hours_p91"), "links.csv", 0, "hours_p91", "no such column", "Call it hours_p90", "hours_p90"),
    Bad("a strange column", frame("nodes", lambda f: f.with_columns(colour=pl.lit("red"))), "nodes.csv", 0, "colour", "no such column", "begin its name with x_"),
    Bad("a needed column is missing", frame("links", lambda f: f.drop("length_km")), "links.csv", 0, "length_km", "needed and not there", "Add it: length along the line, such as 405"),
    Bad("a header twice", text("nodes", "gauges", "lat"), "nodes.csv", 0, "lat", "the header has it twice, in columns 5 and 8", "Take one of them out"),
    Bad("a header without a name", text("nodes", "gauges", ""), "nodes.csv", 0, "", "has no name", "Name it"),
    Bad("a needed table without rows", frame("params", lambda f: f.head(0)), "params.csv", 0, "", "needed and has no rows", "Give it rows"),
    Bad("a needed table that is not there", both(renamed("commodities.csv", "goods.txt"), renamed("demand.csv", "demand.txt")), "commodities.csv", 0, "", "needed and not there: A kind of goods", "Add commodities.csv"),
    Bad("a misspelt file", renamed("links.csv", "link.csv"), "link.csv", 0, "", "is no table", "Call it links.csv", "links"),
    Bad("a file of no table", lambda place: (place / "budget.csv").write_text("a,b\n1,2\n", encoding="utf-8"), "budget.csv", 0, "", "is no table", "Take it out of the folder", level="warning"),
    Bad("a spreadsheet among the tables", renamed("shocks.csv", "shocks.xlsx"), "shocks.xlsx", 0, "", "neither CSV nor Parquet", "Save it as CSV", "shocks"),
    Bad("two files of one table", lambda place: pl.DataFrame({"shock_id": ["A"]}).write_parquet(place / "shocks.parquet"), "shocks.parquet", 0, "", "is in shocks.csv already", "Keep one"),
    # files
    Bad("an empty file", data("shocks", lambda old: b""), "shocks.csv", 0, "", "the file is empty", "Write its header"),
    Bad("an empty needed file", data("nodes", lambda old: b"\n\n"), "nodes.csv", 0, "", "the file is empty", "Write its header"),
    Bad("UTF-16", data("nodes", lambda old: old.decode().encode("utf-16")), "nodes.csv", 0, "", "the file is UTF-16", "Save it as UTF-8"),
    Bad("UTF-16 without a mark", data("nodes", lambda old: old.decode().encode("utf-16-le")), "nodes.csv", 0, "", "is zero", "in UTF-8"),
    Bad("Windows-1251", data("nodes", lambda old: old.replace(b"Two", "Порт".encode("cp1251"))), "nodes.csv", 2, "", "is not UTF-8 (read as Windows-1251 the cell says 'Порт')", "Save the file as UTF-8"),
    Bad("semicolons", data("nodes", lambda old: old.replace(b";", b" ").replace(b",", b";")), "nodes.csv", 0, "", "parted by a semicolon", "Save it as CSV with commas"),
    Bad("tabs", data("links", lambda old: old.replace(b",", b"\t")), "links.csv", 0, "", "parted by a tab", "Save it as CSV"),
    Bad("a row too long", text("params", "2022.0,", "2022.0,5,"), "params.csv", 1, "", "cells, the header", "Give each column one cell"),
    Bad("a row too short", text("shocks", "K1,a storm,", "K1 a storm,"), "shocks.csv", 1, "", "cells, the header", "double quotes"),
    Bad("a quote that is not closed", text("nodes", "AA_TWO,Two", 'AA_TWO,"Two'), "nodes.csv", 2, "", "not closed", "Close it"),
    Bad("a quote within a cell", text("nodes", "AA_TWO,Two", 'AA_TWO,Two "B'), "nodes.csv", 2, "", "a quote", "twice"),
    Bad("a Parquet cut short", parquet("links", lambda f: f, cut=40), "links.parquet", 0, "", "cannot be read", "Write the file again"),
    Bad("a Parquet of text", parquet("params", lambda f: f.with_columns(pl.col("value").cast(pl.String))), "params.parquet", 0, "value", "holds String where numbers are needed", "Turn the column into Float64"),
    Bad("a Parquet of numbers", parquet("shocks", lambda f: f.with_columns(name=pl.lit(5))), "shocks.parquet", 0, "name", "where text is needed", "Turn the column into String"),
    Bad("a Parquet of not-a-numbers", parquet("params", lambda f: f.with_columns(value=pl.lit(float("nan")))), "params.parquet", 1, "value", "must be a finite number", "Leave the cell empty"),
    # the package file
    Bad("a package file that is no JSON", lambda place: (place / "datapackage.json").write_text('{"name": ', encoding="utf-8"), "datapackage.json", 0, "", "is not JSON: Expecting value, line 1", "Mend the file"),
    Bad("a package file in another coding", lambda place: (place / "datapackage.json").write_bytes(b'{"name": "\xcf"}'), "datapackage.json", 0, "", "cannot be read", "Save it as UTF-8"),
    Bad("a package file that is a list", lambda place: (place / "datapackage.json").write_text("[]", encoding="utf-8"), "datapackage.json", 0, "", "not a JSON object", "Begin it with {"),
    Bad("an edition that is a number", about(lambda said: said.update(version=2024.1)), "datapackage.json", 0, "version", "must be a text", 'Write "2024.1"'),
    Bad("a price year in quotes", about(lambda said: said.update(price_year="2022")), "datapackage.json", 0, "price_year", "must be a year", "without quotes"),
    Bad("a resource that is no table", about(lambda said: said["resources"][0].update(name="node")), "datapackage.json", 0, "resources 1", "is no table", "Name a table", "nodes"),
    Bad("a resource whose file is not there", about(lambda said: said["resources"].append({"name": "regimes", "path": "r.csv"})), "datapackage.json", 0, "regimes", "names r.csv, which is not there", "Add the file"),
    Bad("a resource outside the folder", about(lambda said: said["resources"].append({"name": "regimes", "path": "../r.csv"})), "datapackage.json", 0, "resources 16", "in the folder", "Mend the path"),
    Bad("no price year", about(lambda said: said.pop("price_year")), "datapackage.json", 0, "price_year", "is missing: 2022 is taken", "Write it", level="warning"),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.kind)
def test_one_clear_fault_names_the_place_and_the_cure(place, bad):
    bad.spoil(place)
    before = tree(place.parent)
    found = faults.find(place)
    assert [(one.file, one.row, one.column, one.level) for one in found] == [(bad.file, bad.row, bad.column, bad.level)]
    (fault,) = found
    assert bad.rule in fault.rule
    assert bad.cure in fault.cure
    assert not bad.nearest or bad.nearest in fault.nearest
    assert all(part in str(fault) for part in (bad.file, bad.column, bad.rule, bad.cure))
    if bad.level == "error":
        with pytest.raises(FaultsError) as caught:
            folder.read(place)
        assert caught.value.faults == (fault,)
    else:
        assert folder.read(place).name == "small"
    assert tree(place.parent) == before


def test_there_are_enough_kinds():
    assert len({bad.kind for bad in BAD}) == len(BAD) >= 60


def test_all_faults_of_all_files_come_in_one_go_in_order(place):
    chosen = [
        "reference",
        "duplicate key of two parts",
        "a needed cell is empty",
        "no choice",
        "yes for true",
        "below the least",
    ]
    mine = [bad for bad in BAD if bad.kind in chosen]
    for bad in mine:
        bad.spoil(place)
    found = faults.find(place)
    assert {(one.file, one.row, one.column) for one in found} == {(bad.file, bad.row, bad.column) for bad in mine}
    order = ["nodes.csv", "links.csv", "calls.csv"]
    assert [one.file for one in found] == sorted((one.file for one in found), key=order.index)
    rows = [one.row for one in found if one.file == "links.csv"]
    assert rows == sorted(rows)


def test_no_folder_a_file_and_an_empty_folder(tmp_path, place):
    (tmp_path / "void").mkdir()
    for path, words in (
        (tmp_path / "smal", r"there is no folder .*smal \(nearest: small\)"),
        (place / "nodes.csv", "is a file, not a folder"),
        (tmp_path / "void", "holds no tables"),
    ):
        before = tree(tmp_path)
        for door in (faults.find, folder.read):
            with pytest.raises(InputError, match=words) as caught:
                door(path)
            assert caught.value.cure
        assert tree(tmp_path) == before


def sheet(table: str, row: int, column: str, value: object) -> Callable[[openpyxl.Workbook], None]:
    def spoil(book: openpyxl.Workbook) -> None:
        names = {one.value: one.column for one in book[table][1]}
        book[table].cell(row + 1, names[column]).value = value

    return spoil


def merged(table: str, first: int, last: int, column: str) -> Callable[[openpyxl.Workbook], None]:
    def spoil(book: openpyxl.Workbook) -> None:
        place = next(one.column for one in book[table][1] if one.value == column)
        book[table].merge_cells(start_row=first + 1, end_row=last + 1, start_column=place, end_column=place)

    return spoil


def retitled(old: str, new: str) -> Callable[[openpyxl.Workbook], None]:
    def spoil(book: openpyxl.Workbook) -> None:
        book[old].title = new

    return spoil


def error(table: str, row: int, column: str, word: str) -> Callable[[openpyxl.Workbook], None]:
    def spoil(book: openpyxl.Workbook) -> None:
        place = next(one.column for one in book[table][1] if one.value == column)
        book[table].cell(row + 1, place).value = word
        book[table].cell(row + 1, place).data_type = "e"

    return spoil


BOOKS = [
    ("merged cells", merged("nodes", 1, 2, "kind"), "nodes", 1, "kind", "are merged", "Unmerge them"),
    ("merged keys", merged("links", 1, 2, "link_id"), "links", 1, "link_id", "are merged", "Unmerge them"),
    ("a formula's error", error("links", 2, "length_km", "#REF!"), "links", 2, "length_km", "formula's error", "Mend the formula"),
    ("a text for a number", sheet("links", 1, "hours", "6,5"), "links", 1, "hours", "decimal comma", "Write 6.5"),
    ("a unit", sheet("links", 1, "length_km", "190 km"), "links", 1, "length_km", "holds its unit", "Write 190"),
    ("a reference", sheet("calls", 2, "link_id", "S11"), "calls", 2, "link_id", "is not in links", "Name a link_id"),
    ("a day with an hour", sheet("shocks", 1, "starts", "2026-03-01 06:00"), "shocks", 1, "starts", "without an hour", "Write 2026-03-01"),
    ("a sheet misspelt", retitled("links", "Lynks"), "Lynks", 0, "", "the sheet is no table", "Call it links"),
    ("a header misspelt", sheet("nodes", 0, "country", "contry"), "nodes", 0, "contry", "no such column", "Call it country"),
    ("a header twice", sheet("nodes", 0, "gauges", "lat"), "nodes", 0, "lat", "twice, in columns 5 and 8", "Take one"),
    ("cells without a header", sheet("nodes", 0, "gauges", None), "nodes", 0, "", "column 8 has cells but no name", "Name it"),
    ("a price year in words", sheet("corridor", 3, "value", "last"), "corridor", 0, "price_year", "must be a year", "Write it as 2022"),
]  # fmt: skip


@pytest.mark.parametrize("bad", BOOKS, ids=[one[0] for one in BOOKS])
def test_a_broken_workbook_says_where(corridor, tmp_path, bad):
    _, spoil, name, row, column, rule, cure = bad
    file = excel.write(corridor, tmp_path / "b.xlsx")
    book = openpyxl.load_workbook(file)
    spoil(book)
    book.save(file)
    before = tree(tmp_path)
    (fault,) = faults.find(file)
    assert (fault.file, fault.row, fault.column) == (f"b.xlsx:{name}", row, column)
    assert rule in fault.rule
    assert cure in fault.cure
    with pytest.raises(FaultsError):
        excel.read(file)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda old: old[: len(old) // 2], "cannot be read as a workbook"),
        (lambda old: b"node_id,name\n", "cannot be read as a workbook"),
        (lambda old: b"", "cannot be read as a workbook"),
        (None, "there is no workbook"),
    ],
)
def test_a_file_that_is_no_workbook(corridor, tmp_path, change, words):
    file = excel.write(corridor, tmp_path / "b.xlsx")
    file.unlink() if change is None else file.write_bytes(change(file.read_bytes()))
    before = tree(tmp_path)
    with pytest.raises(InputError, match=words):
        excel.read(file)
    assert tree(tmp_path) == before


def test_a_workbook_without_tables(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "notes"
    book.save(tmp_path / "b.xlsx")
    with pytest.raises(InputError, match="holds no table"):
        faults.find(tmp_path / "b.xlsx")
