"""Shipments: one quantity, its unit and count; what cannot be sent is refused."""

import datetime as dt

import pytest

from karvan.errors import QuoteError
from karvan.shipment import Shipment


@pytest.mark.parametrize(
    ("sizes", "unit", "count"),
    [
        ({"teu": 3}, "TEU", 3),
        ({"feu": 2}, "FEU", 2),
        ({"hc40": 1.5}, "40HC", 1.5),
        ({"wagons": 40}, "wagon", 40),
        ({"trucks": 1}, "truck", 1),
        ({"tonnes": 900}, "t", 900),
        ({"feu": 2, "tonnes": 36}, "FEU", 2),
    ],
)
def test_unit_and_count(sizes, unit, count):
    sent = Shipment("a", "b", **sizes)
    assert (sent.unit, sent.count) == (unit, count)


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ({}, "needs a quantity"),
        ({"feu": 1, "teu": 1}, "one kind of unit, not teu and feu"),
        ({"feu": -1}, "above zero"),
        ({"feu": float("nan")}, "above zero"),
        ({"tonnes": float("inf")}, "above zero"),
        ({"feu": 1, "tonnes": -5}, "above zero"),
        ({"feu": 1, "ready": dt.date(2026, 2, 1), "due": dt.date(2026, 1, 1)}, "due 2026-01-01 lies before ready"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_a_cure(sizes, words):
    with pytest.raises(QuoteError, match=words) as caught:
        Shipment("a", "b", **sizes)
    assert caught.value.cure


def test_a_shipment_is_frozen():
    with pytest.raises(AttributeError):
        Shipment("a", "b", feu=1).feu = 2  # type: ignore[misc]
