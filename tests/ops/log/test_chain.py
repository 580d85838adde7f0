"""The canonical form is that of RFC 8785, by whichever encoder it is written."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from karvan.ops.event import Event
from karvan.ops.log.chain import canonical

AT = datetime(2027, 1, 1, tzinfo=UTC)
EVENT = Event("e1", "c1", 1, "GATE_IN", "port", "p", "", AT, AT, False, "", "", {})
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False)
)
BODIES = st.dictionaries(
    st.text(), st.recursive(LEAVES, lambda each: st.lists(each) | st.dictionaries(st.text(), each))
)


def slow(event: Event) -> bytes:
    names = [field.name for field in fields(event) if field.name != "hash"]
    value = {name: getattr(event, name) for name in names}
    at = {name: value[name].isoformat(timespec="microseconds") for name in ("occurred", "recorded")}
    return rfc8785.dumps({**value, **at})


@given(BODIES, st.text())
def test_both_encoders_write_the_same(body: dict[str, Any], reason: str) -> None:
    event = replace(EVENT, body=body, reason=reason)
    assert canonical(event) == slow(event)


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), "\ud800", {1: 2}])
def test_what_has_no_canonical_form_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        canonical(replace(EVENT, body={"a": value}))
