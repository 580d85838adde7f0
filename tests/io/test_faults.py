"""The check: nearest names, many faults at once, no fault that only follows from another."""

import difflib
import random

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from karvan.io import faults, folder
from karvan.io.faults import Near
from karvan.io.package import About, Package, Sheet
from karvan.schema import TABLES
from support import ROWS, small


def test_a_sound_corridor_has_no_fault(place):
    assert faults.find(place) == []


def test_the_shipped_toy_has_no_fault():
    from karvan.data import load  # noqa: PLC0415

    assert [fault for fault in faults.find(load.HERE / "toy") if fault.level == "error"] == []


IDS = st.from_regex(r"[A-C]{2}_[A-D]{3}", fullmatch=True)


@given(st.lists(IDS, min_size=1, max_size=40, unique=True), st.data())
def test_near_finds_an_id_with_one_letter_changed_as_well_as_difflib_does(known, data):
    word = data.draw(st.sampled_from(known))
    place = data.draw(st.integers(0, len(word) - 1))
    typed = word[:place] + "z" + word[place + 1 :]
    found = Near(known)(typed)
    ratio = lambda one: difflib.SequenceMatcher(None, typed.casefold(), one.casefold()).ratio()  # noqa: E731
    if found:
        assert ratio(found) >= ratio(word) - 0.35
    else:
        assert place in (1, 2, 3, 4)


def test_near_in_any_case_and_none_where_nothing_is_near():
    near = Near(["KZ_AAU", "KZ_KUR", "AZ_ALA"])
    assert [near("kz_aau"), near("AZ_ALT"), near("zzz"), near("")] == ["KZ_AAU", "AZ_ALA", "", ""]
    assert Near([])("x") == ""


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32))
def test_every_fault_of_many_is_named_by_row_and_column(seed):
    """A thousand tariffs with faults strewn at random: exactly those cells are named, each once."""
    rng = random.Random(seed)
    rows = [{**ROWS["tariffs"][0], "tariff_id": f"T{row}", "source_id": "made", "grade": "D"} for row in range(1000)]
    frame = pl.DataFrame(rows).with_columns(pl.all().cast(pl.String))
    ways = {"usd": "{},5", "link_id": "R{}x", "unit": "feu{}", "per_km": "yes{}", "operator_id": "R{}", "grade": "E{}"}
    wanted = {(rng.randrange(1000), rng.choice(list(ways))) for _ in range(rng.randrange(200))}
    columns = {name: frame[name].to_list() for name in ways}
    for row, name in wanted:
        columns[name][row] = ways[name].format(row)
    frame = frame.with_columns(pl.Series(name, values) for name, values in columns.items())
    base = small()
    sheets = {name: Sheet(name, name, base.tables[name]) for name in TABLES if base.tables[name].height}
    sheets["tariffs"] = Sheet("tariffs", "tariffs.csv", frame)
    found = faults.check(Package(About("many"), sheets))[1]
    assert sorted((fault.row - 1, fault.column) for fault in found) == sorted(wanted)
    assert all(fault.key == f"T{fault.row - 1}" for fault in found)


def test_twice_counts_from_the_first_and_leaves_empty_keys_alone():
    frame = pl.DataFrame({"alias": ["a", "b", "a", None, None, "a"], "table": ["nodes"] * 6, "id": ["AA"] * 6})
    _, found = faults.check_one(Sheet("aliases", "aliases.csv", frame), {})
    told = [(fault.row, fault.rule) for fault in found if "key" in fault.rule]
    assert told == [(3, "the key is that of row 1 already"), (6, "the key is that of row 1 already")]
    assert [fault.row for fault in found if "empty" in fault.rule] == [4, 5]


def test_a_table_that_cannot_be_read_breaks_no_reference(place):
    (place / "nodes.csv").write_bytes((place / "nodes.csv").read_bytes().replace(b"One", b"\xd0"))
    assert [(fault.file, fault.row) for fault in faults.find(place)] == [("nodes.csv", 1)]


def test_blank_rows_are_left_out_and_count(place):
    file = place / "links.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    lines.insert(2, "," * lines[0].count(","))
    file.write_text("\n".join(lines).replace("sea", "see") + "\n\n", encoding="utf-8")
    (fault,) = faults.find(place)
    assert (fault.row, fault.key, fault.column, fault.nearest) == (3, "S1", "mode", "sea")
    file.write_text("\n".join(lines), encoding="utf-8")
    assert folder.read(place).links.equals(small().links)
