"""Numbers of boxes, wagons, places, goods and movements: published vectors, and the laws of their digits."""

import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.errors import MessageError
from karvan.ops.messages import identify
from support import CASES

DIGITS = st.text("0123456789", min_size=1)


def vectors(case: str) -> list[str]:
    path = CASES / "expected.csv"
    if not path.exists():
        pytest.skip(f"published cases are not at {CASES}")
    with path.open() as file:
        row = next(row for row in csv.DictReader(file) if row["id"] == case)
    return re.findall(r"[A-Z]{4}[0-9Z]{6,7}", row["expected"])


def test_published_boxes_are_taken() -> None:
    found = vectors("ST-ISO6346-ok")
    assert len(found) == 6
    assert [identify.box(one) for one in found] == found


def test_published_wrong_boxes_are_refused_each_for_its_reason() -> None:
    said = []
    for one in vectors("ST-ISO6346-bad"):
        with pytest.raises(MessageError) as error:
            identify.box(one, "/units/3/box")
        (fault,) = error.value.faults
        assert fault.column == "/units/3/box" and fault.value == one and fault.cure
        said.append(fault.rule)
    assert [rule.split()[0] + rule.split()[-1] for rule in said] == ["the4", "a10", "adigits"]


@given(st.from_regex(r"[A-Z]{3}[UJZ][0-9]{6}", fullmatch=True), st.data())
def test_of_ten_digits_a_box_takes_one(head: str, data: st.DataObject) -> None:
    taken = [digit for digit in range(10) if not refused(identify.box, f"{head}{digit}")]
    assert taken == [identify.modulus_11(head)]
    place = data.draw(st.integers(4, 9))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != head[place]]))
    twin = head[:place] + other + head[place + 1 :]
    weighed = [sum(identify.VALUES[s] * 2**i for i, s in enumerate(text)) % 11 for text in (head, twin)]
    assert weighed[0] != weighed[1]  # one wrong digit always moves the remainder
    hidden = {0, 10} == set(weighed)
    assert refused(identify.box, f"{twin}{taken[0]}") is not hidden


@pytest.mark.parametrize(("size", "example"), [(7, "9501234"), (11, "21812471217")])
@given(st.data())
def test_one_wrong_digit_or_two_swapped_are_found_in_a_wagon_number(
    size: int, example: str, data: st.DataObject
) -> None:
    head = data.draw(st.text("0123456789", min_size=size, max_size=size))
    number = head + str(identify.luhn(head))
    assert identify.wagon(number) == number
    place = data.draw(st.integers(0, size))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert refused(identify.wagon, number[:place] + other + number[place + 1 :])
    first, second = number[place - 1 : place + 1] if place else number[:2]
    if first != second and {first, second} != {"0", "9"}:  # the one pair that Luhn's digit cannot tell
        at = max(place, 1)
        assert refused(identify.wagon, number[: at - 1] + second + first + number[at + 1 :])


def test_a_published_wagon_number() -> None:
    assert identify.wagon("21 81 2471 217-3") == "218124712173"
    assert refused(identify.wagon, "21 81 2471 217-4")


@given(st.from_regex(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{13}", fullmatch=True))
def test_of_ten_digits_a_movement_takes_one(head: str) -> None:
    taken = [digit for digit in "0123456789" if not refused(identify.movement, head + digit)]
    assert len(taken) == 1


@pytest.mark.parametrize("text", ["KZAAU", "AZALT", "cn xmn", "GB4AR"])
def test_places_are_taken(text: str) -> None:
    assert identify.place(text) == text.replace(" ", "").upper()


@pytest.mark.parametrize("text", ["KZAA", "KZAA1", "K2AAU", "", None, 5, "KZАAU", "KZAAU "[:4] + "\n"])
def test_places_are_refused(text: object) -> None:
    assert refused(identify.place, text)


def test_an_unknown_place_names_the_nearest() -> None:
    with pytest.raises(MessageError, match="Nearest: KZAAU") as error:
        identify.place("KZAAV", "/steps/0/place", ["KZAAU", "AZALT"])
    assert error.value.faults[0].column == "/steps/0/place"


def test_headings_are_those_of_2022() -> None:
    assert len(identify.HEADINGS) == 1228 and len(identify.CHAPTERS) == 96
    assert identify.heading("8524") == "8524" and identify.heading("2710.19") == "271019"
    for wrong in ("77", "7701", "2848", "1", "123", "270", "8469", "27101943", "2a"):
        assert refused(identify.heading, wrong), wrong


@pytest.mark.parametrize(
    "check", [identify.box, identify.wagon, identify.unit, identify.place, identify.heading, identify.movement]
)
@given(st.one_of(st.text(), st.integers(), st.none(), st.floats(), st.binary(), st.lists(st.text())))
def test_whatever_is_written_is_taken_in_ascii_or_refused_with_its_field(check, value: object) -> None:  # type: ignore[no-untyped-def]
    try:
        found = check(value, "/here")
        assert found.isascii() and found == found.upper() and check(found) == found
    except MessageError as error:
        assert error.faults[0].column == "/here" and error.faults[0].cure and len(error.faults[0].value) <= 60


def test_letters_that_become_others_in_upper_case_do_not_pass() -> None:
    assert refused(identify.box, "CßU3054383") and refused(identify.place, "kzaaſ")


def refused(check, value: object) -> bool:  # type: ignore[no-untyped-def]
    try:
        check(value, "/x")
    except MessageError:
        return True
    return False
