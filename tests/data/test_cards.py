"""The cards that ship: each applies to the reference corridor, changes it, and can be taken back exactly."""

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from karvan.apply import inverse
from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.errors import CardError
from karvan.io import cards
from karvan.network.compile.day import on
from karvan.scenario import Scenario

FOLDER = Path(cards.SHIPPED)
NAMES = tuple(cards.names())
FUTURES = (
    "base-2022", "now-2026", "plan-2027", "vision-2030", "e-clearance", "through-tariff", "caspian-low-water",
    "northern-closed", "suez-closed",
)  # fmt: skip
SAME = "base-2022"
"""The one card that names the base itself, and so changes nothing."""
NETWORK = ("nodes", "links", "services", "procedures", "resources", "tariffs")


@cache
def base() -> Corridor:
    return load("titr")


def needed(card: Scenario) -> list[Scenario]:
    """The cards that must come before, deepest first."""
    found: list[Scenario] = []
    for name in card.requires:
        part = cards.read(name)
        found += [one for one in (*needed(part), part) if one not in found]
    return found


def ready(name: str) -> tuple[Corridor, Scenario]:
    card = cards.read(name)
    return base().apply(*needed(card)), card


@pytest.mark.parametrize("name", [name for name in NAMES if name != SAME])
def test_card_changes_the_corridor_and_is_taken_back_exactly(name: str) -> None:
    before, card = ready(name)
    after = before.apply(card)
    assert after.digest != before.digest
    back = after.apply(inverse(name, before.tables, after.tables))
    assert back.digest == before.digest


def test_the_base_card_is_the_base() -> None:
    assert base().apply(cards.read(SAME)).digest == base().digest


@pytest.mark.parametrize("name", NAMES)
def test_every_change_of_a_card_changes_something(name: str) -> None:
    corridor, card = ready(name)
    corridor = corridor.apply(*card.includes) if card.includes else corridor
    for change in card.changes if name != SAME else ():
        after = corridor.apply(Scenario(name="one-change", changes=(change,)))
        assert after.digest != corridor.digest, change
        corridor = after


@pytest.mark.parametrize("name", NAMES)
def test_card_says_why_and_guards_what_it_touches(name: str) -> None:
    said = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    assert said["name"] == name
    assert len(said["why"]) > 40
    guards = [change.get("expect") for change in said.get("change", []) if "add" not in change]
    assert not guards or any(guards)


def test_a_moved_base_stops_a_card() -> None:
    links = base().links.with_columns(
        pl.when(pl.col("link_id") == "R15").then(2).otherwise(pl.col("tracks")).alias("tracks")
    )
    with pytest.raises(CardError, match="tracks"):
        base().replace(links=links).apply(cards.read("no-dostyk-second-track"))


@pytest.mark.parametrize("name", FUTURES)
def test_named_futures_apply(name: str) -> None:
    corridor, card = ready(name)
    assert name in corridor.apply(card).scenarios


@pytest.mark.parametrize(("name", "year"), [("now-2026", 2026), ("plan-2027", 2027), ("vision-2030", 2030)])
def test_futures_speak_of_their_year(name: str, year: int) -> None:
    params = base().apply(cards.read(name)).params
    assert params.filter(pl.col("name") == "as_of_year")["value"].to_list() == [year]


def test_clearance_touches_procedures_alone() -> None:
    after = base().apply(cards.read("e-clearance"))
    moved = [name for name, frame in after.tables.items() if not frame.equals(base().tables[name])]
    assert moved == ["procedures"]
    told = pl.col("hours_electronic").is_not_null()
    assert set(after.procedures.filter(told)["electronic_share"]) == {1.0}


@pytest.mark.parametrize(("table", "least"), [("projects", 25), ("shocks", 25)])
def test_each_project_and_shock_has_its_card_or_a_reason(table: str, least: int) -> None:
    frame = base().tables[table]
    named = frame["card"].drop_nulls()
    assert set(named) <= set(NAMES)
    assert named.is_unique().all()
    assert len(named) >= least
    assert (frame["card"].is_null() != frame["no_card"].is_null()).all()


def test_every_card_is_a_project_a_shock_or_a_named_future() -> None:
    told = {*base().projects["card"].drop_nulls(), *base().shocks["card"].drop_nulls(), *FUTURES}
    assert set(NAMES) == told


def test_agreements_name_cards() -> None:
    assert set(base().agreements["card"].drop_nulls()) <= set(NAMES)


def test_ships_are_never_counted_twice() -> None:
    for first, second in (("cims-ships", "six-container-ships"), ("six-container-ships", "cims-ships")):
        with pytest.raises(CardError, match=second if first == "cims-ships" else first):
            base().apply(cards.read(first), cards.read(second))


@pytest.mark.parametrize("name", ["aktau-hub-2", "tripp-meghri", "nakhchivan-railway", "kars-dilucu"])
def test_cards_that_build_on_others_refuse_to_stand_alone(name: str) -> None:
    with pytest.raises(CardError, match="requires"):
        base().apply(cards.read(name))


@pytest.mark.parametrize("table", ["projects", "shocks"])
def test_dated_cards_hold_from_the_day_the_table_names(table: str) -> None:
    key = "opens" if table == "projects" else "starts"
    for row in base().tables[table].filter(pl.col("card").is_not_null()).iter_rows(named=True):
        firsts = [change.since for change in cards.read(row["card"]).changes if change.since]
        assert firsts, row["card"]
        if row[key]:
            assert abs((min(firsts) - row[key]).days) <= 62, row["card"]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in FUTURES])
def test_dated_card_moves_the_network_on_its_first_day_and_not_before(name: str) -> None:
    before, card = ready(name)
    after = before.apply(card)
    first = min(change.since for change in card.changes if change.since)

    def moved(day: dt.date) -> list[str]:
        then, now = on(before, day), on(after, day)
        return [table for table in NETWORK if not now.tables[table].equals(then.tables[table])]

    assert moved(first)
    assert not moved(first - dt.timedelta(days=1))
