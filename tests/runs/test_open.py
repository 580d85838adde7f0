"""Corridors, cards and days as a user writes them."""

import datetime as dt
from pathlib import Path

import pytest

import karvan as kv
from karvan.errors import NameUnknown, QuoteError
from karvan.runs import open


def test_a_corridor_by_name_or_folder(place: Path) -> None:
    assert open.corridor("toy").digest == kv.load("toy").digest
    assert open.corridor(str(place)).nodes.height == 3
    with pytest.raises(NameUnknown) as unknown:
        open.corridor("toyy")
    assert unknown.value.nearest == ("toy",) and "folder" in unknown.value.cure


def test_days() -> None:
    assert open.day("") is None and open.day("2026-03-01") == dt.date(2026, 3, 1)
    with pytest.raises(QuoteError, match="is no day"):
        open.day("1 March")
