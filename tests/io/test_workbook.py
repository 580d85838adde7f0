"""A workbook before its check: its cells as text, in full, and what lies beside the tables."""

import random

import openpyxl

from karvan.errors import InputError
from karvan.io import excel, faults, workbook
from support import same, small


def test_cells_are_text_in_full(corridor, tmp_path):
    found = workbook.read(excel.write(corridor, tmp_path / "c.xlsx"))
    links = found.sheets["links"].frame
    assert set(links.dtypes) == {links["link_id"].dtype}
    assert links.select("link_id", "length_km", "valid_from", "electrified").rows() == [
        ("R1", "190.5", None, "true"),
        ("S1", "230.0", "2024-05-01", None),
    ]
    assert (found.about.name, found.about.edition, found.about.price_year) == ("small", "2024.1", 2022)


def test_a_workbook_made_by_hand_has_defaults_and_says_so(corridor, tmp_path):
    file = excel.write(corridor, tmp_path / "mine.xlsx")
    book = openpyxl.load_workbook(file)
    del book["corridor"]
    book.create_sheet("Notes")["A1"] = "as told by the port"
    book.create_sheet("Budget of 2024")["A1"] = "x"
    book.save(file)
    found = excel.read(file)
    assert (found.name, found.edition, found.price_year) == ("mine", "0", 2022)
    told = faults.find(file)
    assert {fault.level for fault in told} == {"warning"}
    assert sorted((fault.file, fault.column) for fault in told) == [
        ("mine.xlsx:Budget of 2024", ""),
        ("mine.xlsx:corridor", "price_year"),
        ("mine.xlsx:corridor", "version"),
    ]


def test_blank_rows_count_and_are_left_out(corridor, tmp_path):
    file = excel.write(corridor, tmp_path / "c.xlsx")
    book = openpyxl.load_workbook(file)
    book["links"].insert_rows(3)
    book.save(file)
    assert same(excel.read(file), corridor)
    place = next(cell.column for cell in book["links"][1] if cell.value == "mode")
    book["links"].cell(4, place).value = "see"
    book.save(file)
    (fault,) = faults.find(file)
    assert (fault.row, fault.key, fault.nearest) == (3, "S1", "sea")


def test_any_spoilt_bytes_are_read_or_refused(tmp_path):
    """Seeded: whatever is wrong with the file, the reader's own errors do not come through."""
    rng = random.Random(7)
    file = excel.write(small(), tmp_path / "c.xlsx")
    good = file.read_bytes()
    refused = 0
    for _ in range(60):
        data = bytearray(good)
        for _ in range(rng.randrange(1, 30)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        file.write_bytes(data)
        try:
            faults.find(file)
        except InputError:
            refused += 1
    assert refused > 30
