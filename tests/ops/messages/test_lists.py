"""Wagon lists: 55 lines by CSV and Excel, all faults at once, nothing run, nothing crashed on."""

import io
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.errors import MessageError
from karvan.ops.messages import identify, lists

HEAD = ["wagon", "box", "hs", "mass_kg", "seal"]


def rows(count: int) -> list[list[str]]:
    made = []
    for n in range(count):
        box, wagon = f"CSQU{n:06}", f"9{n:06}"
        made.append(
            [wagon + str(identify.luhn(wagon)), box + str(identify.modulus_11(box)), "1001", f"{20000 + n}", f"AZ{n}"]
        )
    return made


def as_csv(body: list[list[str]], mark: str = ",") -> bytes:
    return "\n".join(mark.join(row) for row in [HEAD, *body]).encode()


def as_excel(body: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in [HEAD, *body]:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def test_55_wagons_by_csv_with_comma_and_semicolon_and_by_excel_with_numbers_are_the_same() -> None:
    body = rows(55)
    found = lists.read_csv(as_csv(body))
    assert len(found) == 55 and [[x.wagon, x.box, x.hs, f"{x.mass_kg:.0f}", x.seal] for x in found] == body
    assert lists.read_csv(b"\xef\xbb\xbf" + as_csv(body, ";").replace(b"\n", b"\r\n")) == found
    assert lists.read_excel(as_excel([[int(w), b, int(h), float(m), s] for w, b, h, m, s in body])) == found


def test_all_faults_are_told_at_once_by_row_and_column() -> None:
    body = rows(6)
    body[0][1] = "CSQU3054384"
    body[1][2], body[1][3] = "7701", "heavy"
    body[2][0] = body[2][1] = ""
    body[3][4] = "=HYPERLINK(1)"
    body[5][1] = body[4][1]
    with pytest.raises(MessageError) as error:
        lists.read_csv(as_csv(body))
    found = [(fault.row, fault.column) for fault in error.value.faults]
    assert found == [(1, "box"), (2, "hs"), (2, "mass_kg"), (3, "box"), (4, "seal"), (6, "box")]
    assert all(fault.cure for fault in error.value.faults)


@pytest.mark.parametrize("cell", ["=1+1", " =1", "+1", "@SUM(A1)", "-1+1", "=cmd|' /C calc'!A0"])
@pytest.mark.parametrize("column", range(5))
def test_a_formula_is_refused_in_every_column(cell: str, column: int) -> None:
    body = rows(1)
    body[0][column] = cell
    for read, data in ((lists.read_csv, as_csv(body)), (lists.read_excel, as_excel([list(body[0])]))):
        with pytest.raises(MessageError) as error:
            read(data)
        assert any(
            fault.rule == "the cell is a formula" and fault.column == HEAD[column] for fault in error.value.faults
        )


def test_a_wrong_head_names_the_nearest() -> None:
    with pytest.raises(MessageError) as error:
        lists.read_csv(b"wagn,box,hs,mass_kg,seal\n,CSQU3054383,,1,\n")
    assert [fault.column for fault in error.value.faults] == ["wagn", "wagon"]
    assert error.value.faults[0].nearest == "wagon"


def test_too_much_is_refused_before_it_is_read() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (lists.MOST_UNPACKED + 1))
    cases = ((lists.read_excel, bomb.getvalue()), (lists.read_csv, b"x" * (lists.MOST_BYTES + 1)))
    for read, data in cases:
        with pytest.raises(MessageError, match="too large"):
            read(data)
    with pytest.raises(MessageError, match="too many"):
        lists.read_csv(as_csv(rows(501)))


@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(lambda text: b"wagon,box,hs,mass_kg,seal\n" + text.encode("utf-8", "replace"))
)
def test_whatever_comes_is_taken_or_refused_never_crashed_on(data: bytes) -> None:
    for read in (lists.read_csv, lists.read_excel):
        try:
            assert read(data)
        except MessageError as error:
            assert all(fault.cure for fault in error.faults)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("text", ["", "<", "<a/>", '<!DOCTYPE a [<!ENTITY b "cc">]><a>&b;</a>'])
def test_a_workbook_with_a_broken_part_is_refused(part: str, text: str) -> None:
    broken = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(as_excel(list(rows(2))))) as whole, zipfile.ZipFile(broken, "w") as packed:
        for name in whole.namelist():
            packed.writestr(name, text if name == part else whole.read(name))
    with pytest.raises(MessageError):
        lists.read_excel(broken.getvalue())
