"""scenario: list, show, diff."""

from pathlib import Path

import pytest

import karvan as kv
from karvan.errors import NameUnknown
from karvan.runs import scenario
from karvan.runs.question import Two

CARD = """
name = "card"
why = "to see"
[[change]]
table = "links"
where = {link_id = "N1"}
set = {hours = 20.0}
from = 2026-01-01
[[change]]
table = "aliases"
add = [{alias = "Nord", table = "nodes", id = "XD_NOR"}]
"""


@pytest.fixture
def card(tmp_path: Path) -> str:
    (tmp_path / "card.toml").write_text(CARD)
    return str(tmp_path / "card.toml")


def test_shipped_cards_are_listed_and_can_be_shown() -> None:
    listed = kv.scenario.list()
    assert listed.height >= 25 and listed["name"].is_unique().all()
    for name in listed["name"].head(5):
        assert kv.scenario.show(name).height >= 1


def test_show_says_every_change(card: str) -> None:
    rows = kv.scenario.show(card).to_dicts()
    assert rows[0] == {"card": "card", "table": "links", "where": "link_id = N1", "action": "set", "cells": "hours = 20.0",
                       "from": "2026-01-01", "to": None}  # fmt: skip
    assert rows[1]["action"] == "add" and "alias = Nord" in rows[1]["cells"]


def test_diff_is_cell_by_cell(card: str) -> None:
    toy = kv.load("toy")
    found = kv.scenario.diff("-", card, toy)
    assert found.filter(found["table"] == "aliases").height and found.filter(found["table"] == "profiles").height
    assert not kv.scenario.diff(card, card, toy).height
    back = kv.scenario.diff(card, "-", toy)
    assert back.select("key", "column").equals(found.select("key", "column"))
    assert back["before"].equals(found["after"].rename("before"))


def test_diff_in_words(card: str) -> None:
    words = scenario.answer_diff(Two(one="-", other=card, corridor="toy")).words.splitlines()
    assert "aliases Nord nodes: added: id = XD_NOR" in words
    assert "profiles links N1 hours 2026-01-01: added: grade = D, value = 20.0" in words
    back = scenario.answer_diff(Two(one=card, other="-", corridor="toy")).words
    assert "aliases Nord nodes: gone: id = XD_NOR" in back


def test_a_cell_that_changes_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "one.toml"
    file.write_text(
        'name = "one"\n[[change]]\ntable = "links"\nwhere = {link_id = "N1"}\nset = {hours = 20.0, note = "x"}\n'
    )
    words = scenario.answer_diff(Two(one="-", other=str(file), corridor="toy")).words.splitlines()
    assert words == ["links N1: hours: 18.0 -> 20.0", "links N1: note: (empty) -> x"]


def test_an_unknown_card_names_the_nearest() -> None:
    with pytest.raises(NameUnknown) as unknown:
        kv.scenario.show("aktau-dredgin")
    assert unknown.value.nearest[0] == "aktau-dredging"
