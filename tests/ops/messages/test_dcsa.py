"""DCSA events: the published cases exactly, every field that is asked for, and whatever JSON never crashes."""

import copy
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.errors import MessageError
from karvan.ops.event import Event
from karvan.ops.messages import dcsa
from support import CASES

AT = datetime(2027, 1, 31, 8, tzinfo=UTC)
GOOD: dict[str, Any] = {
    "eventID": "1", "eventType": "TRANSPORT", "eventCreatedDateTime": "2027-01-31T08:00:00Z", "eventClassifierCode": "EST",
    "eventDateTime": "2027-02-01T08:00:00+05:00", "transportEventTypeCode": "ARRI",
    "transportCall": {"UNLocationCode": "KZAAU"}, "references": [{"referenceType": "EQ", "referenceValue": "X"}],
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "x"]), inner, max_size=4),
    max_leaves=12,
)


def published(name: str) -> Any:
    path = CASES / "dcsa" / name
    if not path.exists():
        pytest.skip(f"published cases are not at {CASES}")
    return json.loads(path.read_text())


def test_the_published_answer_is_taken_whole() -> None:
    message = published("tnt-220-response.json")
    events = dcsa.read(copy.deepcopy(message))
    assert Counter(event["eventType"] for event in events) == {"TRANSPORT": 2, "SHIPMENT": 3, "EQUIPMENT": 2}
    assert list(events) == message


def test_the_published_wrong_answer_is_refused_with_its_fields() -> None:
    with pytest.raises(MessageError) as error:
        dcsa.read(published("tnt-220-response-wrong-structure.json"))
    assert {fault.column for fault in error.value.faults} >= {"/0/eventType", "/1/eventType"}


def test_each_published_field_that_is_asked_for_is_missed() -> None:
    for at, event in enumerate(published("tnt-220-response.json")):
        for name in (*dcsa.COMMON, *dcsa.NEEDED[event["eventType"]]):
            with pytest.raises(MessageError) as error:
                dcsa.read([{key: value for key, value in event.items() if key != name}])
            assert error.value.faults[0].column == f"/0/{name}", at


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"eventType": "TRANSPROT"}, "eventType"),
        ({"eventClassifierCode": "REQ"}, "eventClassifierCode"),
        ({"transportEventTypeCode": "LOAD"}, "transportEventTypeCode"),
        ({"eventDateTime": "2027-02-01T08:00:00"}, "eventDateTime"),
        ({"eventDateTime": "2027-02-30T08:00:00Z"}, "eventDateTime"),
        ({"eventCreatedDateTime": 5}, "eventCreatedDateTime"),
        ({"transportCall": "KZAAU"}, "transportCall"),
        ({"transportCall": {"UNLocationCode": "Aktau"}}, "transportCall/UNLocationCode"),
        ({"references": {}}, "references"),
        ({"references": [{"referenceType": "EQ"}]}, "references/0/referenceValue"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, Any], pointer: str) -> None:
    assert dcsa.read([GOOD])
    with pytest.raises(MessageError) as error:
        dcsa.read([GOOD | change])
    (fault,) = error.value.faults
    assert fault.column == f"/0/{pointer}" and fault.cure


def test_an_id_that_stands_twice_is_refused_and_the_nearest_kind_named() -> None:
    with pytest.raises(MessageError) as error:
        dcsa.read([GOOD, GOOD, GOOD | {"eventID": "2", "eventType": "TRANSPROT"}])
    assert [fault.column for fault in error.value.faults] == ["/1/eventID", "/2/eventType"]
    assert error.value.faults[1].nearest == "TRANSPORT"


@given(JSON, st.sampled_from([*GOOD, "eventLocation"]))
def test_whatever_comes_is_taken_or_refused_never_crashed_on(value: Any, name: str) -> None:
    for message in (value, [value], [GOOD | {name: value}]):
        try:
            assert list(dcsa.read(message)) == message
        except MessageError as error:
            assert all(fault.cure for fault in error.faults)


@given(st.sampled_from(sorted(dcsa.STEPS)), st.sampled_from(["rail", "road", "sea", "multimodal", ""]), st.booleans())
def test_what_is_written_is_read(kind: str, mode: str, at_place: bool) -> None:
    body = {"unit": "CSQU3054383", "mode": mode, "parent": "T1"} | ({"place": "KZAAU"} if at_place else {})
    event = Event("E1", "C1", 1, kind, "port", "p", "", AT, AT + timedelta(hours=1), False, "", "", body)
    found = dcsa.written(event)
    assert found is not None and dcsa.read([found]) == (found,)
    assert found["equipmentReference"] == "CSQU3054383" and datetime.fromisoformat(found["eventDateTime"]) == AT
    assert found.get("eventLocation") == ({"UNLocationCode": "KZAAU"} if at_place else None)


def test_a_step_without_a_word_or_a_unit_is_not_written() -> None:
    event = Event("E1", "C1", 1, "LODGED", "p", "p", "", AT, AT, False, "", "", {"unit": "CSQU3054383"})
    assert dcsa.written(event) is None
    assert dcsa.written(Event("E1", "C1", 1, "LOADED", "p", "p", "", AT, AT, False, "", "", {})) is None
