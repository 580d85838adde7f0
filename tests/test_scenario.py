"""Scenario cards as data: one action a change, where always said, dates in order."""

import datetime as dt

import pytest
from pydantic import ValidationError

from karvan.scenario import Change, Scenario

BASE = {"table": "links", "where": {"link_id": "R1"}}


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("set", {"hours": 5}),
        ("times", {"hours": 0.0}),
        ("plus", {"hours": -1}),
        ("drop", True),
        ("add", [{"link_id": "R2"}]),
    ],
)
def test_an_action_is_known_by_its_name(action, value):
    said = {"table": "links", action: value} if action == "add" else {**BASE, action: value}
    assert Change.model_validate(said).action == action


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (BASE, "it has none"),
        ({**BASE, "set": {}}, "it has none"),
        ({**BASE, "drop": False}, "it has none"),
        ({**BASE, "set": {"hours": 1}, "drop": True}, r"\['set', 'drop'\]"),
        ({"table": "links", "set": {"hours": 1}}, "needs where"),
        ({**BASE, "add": [{"link_id": "R2"}]}, "takes no where"),
        ({**BASE, "drop": True, "from": "2026-01-01", "to": "2026-01-01"}, "must lie after"),
        ({**BASE, "drop": True, "until": "never"}, "date"),
        ({**BASE, "drop": True, "when": "now"}, "Extra inputs"),
        ({"where": {}, "drop": True}, "Field required"),
    ],
)
def test_what_is_no_change_is_refused(said, words):
    with pytest.raises(ValidationError, match=words):
        Change.model_validate(said)


def test_dates_by_their_words_in_a_file():
    change = Change.model_validate({**BASE, "drop": True, "from": "2026-01-01", "to": "2026-02-01"})
    assert (change.since, change.until) == (dt.date(2026, 1, 1), dt.date(2026, 2, 1))


@pytest.mark.parametrize("name", ["", "a b", "-a", "a/b", "ä"])
def test_names_serve_as_file_names(name):
    with pytest.raises(ValidationError, match="name"):
        Scenario(name=name, changes=[{**BASE, "drop": True}])


def test_a_card_that_changes_nothing_is_refused_and_one_that_includes_is_not():
    with pytest.raises(ValidationError, match="changes nothing"):
        Scenario(name="a")
    part = Scenario(name="part", changes=[{**BASE, "drop": True}])
    assert Scenario(name="whole", includes=(part,)).includes == (part,)


def test_cards_are_frozen():
    card = Scenario(name="a", changes=[{**BASE, "drop": True}])
    with pytest.raises(ValidationError, match="frozen"):
        card.name = "b"
    with pytest.raises(ValidationError, match="frozen"):
        card.changes[0].table = "nodes"
