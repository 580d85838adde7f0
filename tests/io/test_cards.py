"""Cards: files and rows come back as they were; what is wrong is said with file, change, key and nearest name."""

import datetime as dt
import json

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from karvan.errors import CardError, NameUnknown
from karvan.io import cards
from karvan.scenario import Scenario
from support import NUMBER, TEXT, tree

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,8}", fullmatch=True)
CELL = TEXT | st.booleans() | st.integers(-(2**53), 2**53) | NUMBER | st.dates()
CELLS = st.dictionaries(TEXT.filter(bool), CELL, min_size=1, max_size=3)


@st.composite
def changes(draw):
    action = draw(st.sampled_from(["set", "times", "plus", "add", "drop"]))
    values = {
        "set": CELLS,
        "times": st.dictionaries(TEXT.filter(bool), NUMBER, min_size=1, max_size=2),
        "plus": st.dictionaries(TEXT.filter(bool), NUMBER, min_size=1, max_size=2),
        "add": st.lists(CELLS, min_size=1, max_size=2),
        "drop": st.just(True),
    }[action]
    said = {"table": draw(st.sampled_from(["links", "nodes", "no such"])), action: draw(values)}
    if action != "add":
        said["where"] = draw(
            st.dictionaries(TEXT.filter(bool), CELL | st.lists(CELL, min_size=1, max_size=2), min_size=1)
        )
        said["expect"] = draw(st.dictionaries(TEXT.filter(bool), CELL, max_size=2))
    if draw(st.booleans()):
        said |= {
            "from": draw(st.dates(max_value=dt.date(2030, 1, 1))),
            "to": draw(st.dates(min_value=dt.date(2030, 1, 2))),
        }
    return said


@st.composite
def scenarios(draw):
    names = st.lists(NAMES, max_size=2).map(tuple)
    made = st.lists(changes(), min_size=1, max_size=3)
    name = draw(NAMES)
    inner = [Scenario(name=f"{name}.{n}", changes=draw(made)) for n in range(draw(st.integers(0, 2)))]
    return Scenario(
        name=name, why=draw(TEXT), requires=draw(names), excludes=draw(names), includes=inner, changes=draw(made)
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenarios())
def test_any_card_comes_back_as_it_was(tmp_path_factory, card):
    folder = tmp_path_factory.mktemp("cards")
    assert cards.read(cards.write(card, folder / f"{card.name}.toml")) == card
    assert cards.read(card.name, folder) == card


def test_the_shipped_cards_come_back_from_rows_and_from_files(tmp_path):
    shipped = [cards.read(name) for name in cards.names()]
    assert shipped
    rows = cards.to_table(shipped)
    found = cards.from_table(rows)
    assert {card.name: card for card in shipped} == {name: found[name] for name in cards.names()}
    for card in shipped:
        cards.write(card, tmp_path / f"{card.name}.toml")
    assert [cards.read(name, tmp_path) for name in cards.names()] == shipped
    assert cards.overview()["name"].to_list() == cards.names()


def test_rows_carry_days_links_and_why():
    inner = Scenario(name="inner", changes=[{"table": "nodes", "where": {"node_id": ["A", "B"]}, "drop": True}])
    card = Scenario(
        name="outer",
        why="because",
        requires=("r",),
        excludes=("x", "y"),
        includes=(inner,),
        changes=[
            {"table": "shocks", "add": [{"shock_id": "K", "starts": dt.date(2026, 1, 2), "note": "2026-01-02"}]},
            {"table": "links", "where": {"link_id": "L"}, "expect": {"rows": 1}, "set": {"valid_to": dt.date(2027, 1, 1)},
             "from": dt.date(2025, 1, 1)},
        ],
    )  # fmt: skip
    rows = cards.to_table([card])
    assert rows.select("card", "order", "action").rows() == [
        ("outer", 1, "require"), ("outer", 2, "exclude"), ("outer", 3, "include"), ("outer", 4, "add"), ("outer", 5, "set"),
        ("inner", 1, "drop"),
    ]  # fmt: skip
    assert rows["note"].to_list() == ["because", None, None, None, None, None]
    assert cards.from_table(rows) == {"outer": card, "inner": inner}


def test_rows_and_a_corridor_s_folder_carry_cards_together(corridor, tmp_path):
    from karvan.io import folder  # noqa: PLC0415

    told = corridor.replace(changes=cards.to_table([cards.read(name) for name in cards.names()]).head(3))
    assert folder.read(folder.write(told, tmp_path / "c")).changes.equals(told.changes)


def test_included_cards_lie_beside_or_ship_with_karvan(tmp_path):
    shipped = cards.names()[0]
    (tmp_path / "mine.toml").write_text(f'name = "mine"\nincludes = ["{shipped}", "own"]\n', encoding="utf-8")
    (tmp_path / "own.toml").write_text(CARD.replace('"base"', '"own"'), encoding="utf-8")
    found = cards.read(tmp_path / "mine.toml")
    assert [part.name for part in found.includes] == [shipped, "own"]


CARD = """name = "base"
why = "so"

[[change]]
table = "links"
where = {link_id = "R1"}
set = {hours = 5}
"""

BROKEN = [
    ("set = {hours = 5}", "set = {hours = 5", r"card.toml is not TOML: .*line 7"),
    ("table = ", "tabel = ", "card.toml: change 1: no key 'tabel' in a change .nearest: table"),
    ('table = "links"\n', "", "change 1, table is missing"),
    ('why = "so"', 'wy = "so"', "no key 'wy' in a card .nearest: why"),
    ('name = "base"\n', "", "name is missing"),
    ('name = "base"', 'name = "the base"', "name = 'the base'"),
    ("set = {hours = 5}", "", "change 1.*exactly one of set, times, plus, add, drop; it has none"),
    ("set = {hours = 5}", "set = {hours = 5}\ntimes = {hours = 2}", r"exactly one of .*\['set', 'times'\]"),
    ('where = {link_id = "R1"}\n', "", "change 1.*needs where"),
    ("set = {hours = 5}", 'times = {hours = "double"}', "change 1, times.hours = 'double'"),
    ("set = {hours = 5}", "set = {hours = 5}\nfrom = 2027-01-01\nto = 2026-01-01", "change 1.*must lie after"),
    ("set = {hours = 5}", 'set = {hours = 5}\nfrom = "spring"', "change 1, from = 'spring'"),
    ("[[change]]", "[change]", "change.* list|changes = "),
    (CARD, 'name = "base"\n', "changes nothing"),
    (CARD, 'name = "base"\nincludes = ["othr"]\n', "card.toml, includes: no card is called 'othr' .nearest: other"),
    (CARD, 'name = "base"\nincludes = "other"\n', "includes must be a list"),
    (CARD, 'name = "base"\nincludes = ["one"]\n', "cards include each other in a circle: base > one > two > one"),
    (CARD, 'name = "base"\nincludes = ["other"]\n', "other.toml: the card in it is called 'base'"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "words"), BROKEN)
def test_a_broken_card_says_where(tmp_path, old, new, words):
    (tmp_path / "card.toml").write_text(CARD.replace(old, new), encoding="utf-8")
    (tmp_path / "one.toml").write_text('name = "one"\nincludes = ["two"]\n', encoding="utf-8")
    (tmp_path / "two.toml").write_text('name = "two"\nincludes = ["one"]\n', encoding="utf-8")
    (tmp_path / "other.toml").write_text(CARD, encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(CardError, match=words) as caught:
        cards.read(tmp_path / "card.toml")
    assert caught.value.cure
    assert tree(tmp_path) == before


def test_bytes_that_are_no_utf_8(tmp_path):
    (tmp_path / "card.toml").write_bytes(CARD.replace("so", "так").encode("cp1251"))
    with pytest.raises(CardError, match=r"card.toml is not UTF-8 .byte 21"):
        cards.read(tmp_path / "card.toml")


def test_unknown_names_and_paths_name_the_nearest(tmp_path):
    name = cards.names()[0]
    with pytest.raises(NameUnknown, match=f"nearest: {name}"):
        cards.read(name[:-1])
    (tmp_path / "dredging.toml").write_text(CARD, encoding="utf-8")
    with pytest.raises(CardError, match=r"no card .*dredgin.toml .nearest: dredging.toml"):
        cards.read(tmp_path / "dredgin.toml")


def test_what_toml_cannot_say_is_refused_and_nothing_written(tmp_path):
    card = Scenario(name="c", changes=[{"table": "links", "where": {"link_id": "R1"}, "set": {"valid_to": None}}])
    with pytest.raises(CardError, match="None has no form in TOML"):
        cards.write(card, tmp_path / "c.toml")
    assert list(tmp_path.iterdir()) == []
    assert cards.from_table(cards.to_table([card]))["c"] == card


def test_a_card_beside_is_not_written_over(tmp_path):
    inner = Scenario(name="inner", changes=[{"table": "nodes", "where": {"node_id": "A"}, "drop": True}])
    (tmp_path / "inner.toml").write_text(CARD.replace('"base"', '"inner"'), encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(CardError, match=r"inner.toml is there already"):
        cards.write(Scenario(name="outer", includes=(inner,)), tmp_path / "outer.toml")
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("cells", "{hours: 5}", "card 'c', order 1, cells.*is not JSON"),
        ("where", '["R1"]', "change 1, where"),
        ("where", None, "change 1.*needs where"),
    ],
)
def test_rows_that_are_no_card(column, value, words):
    card = Scenario(name="c", changes=[{"table": "links", "where": {"link_id": "R1"}, "set": {"hours": 5}}])
    rows = cards.to_table([card]).with_columns(pl.lit(value, dtype=pl.String).alias(column))
    with pytest.raises(CardError, match=words):
        cards.from_table(rows)


def test_two_cards_of_one_name_must_say_the_same():
    one = Scenario(name="c", changes=[{"table": "links", "where": {"link_id": "R1"}, "set": {"hours": 5}}])
    other = Scenario(name="c", changes=[{"table": "links", "where": {"link_id": "R1"}, "set": {"hours": 6}}])
    with pytest.raises(CardError, match="two cards are called 'c'"):
        cards.to_table([one, other])
    assert json.loads(cards.to_table([one, one])["cells"].item()) == {"hours": 5}
