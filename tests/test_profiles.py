"""Cells that change with time: read on a day, changed from a day on."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from karvan.errors import CardError
from karvan.profiles import key_of, on_date
from karvan.scenario import Scenario
from support import frame, small

DAY = dt.date


def on(corridor, day, table="links"):
    return on_date(table, corridor.tables[table], corridor.profiles, day)


def hours(corridor, day, link="R1"):
    return on(corridor, day).filter(pl.col("link_id") == link)["hours"].item()


def card(**change):
    return Scenario(name="c", changes=[{"table": "links", "where": {"link_id": "R1"}, **change}])


def test_rows_live_between_their_days(corridor):
    links = corridor.links.with_columns(valid_to=pl.Series([None, DAY(2025, 1, 1)]))
    found = {
        day: on(corridor.replace(links=links), day).height
        for day in (DAY(2024, 4, 30), DAY(2024, 5, 1), DAY(2024, 12, 31), DAY(2025, 1, 1))
    }
    assert list(found.values()) == [1, 2, 2, 1]


def test_the_last_profile_up_to_the_day_counts(corridor):
    told = frame("profiles", [
        {"table": "links", "id": "R1", "column": "hours", "since": DAY(2026, 1, 1), "value": 5.0},
        {"table": "links", "id": "R1", "column": "hours", "since": DAY(2025, 1, 1), "value": 6.0},
        {"table": "links", "id": "R1", "column": "status", "since": DAY(2025, 6, 1), "text": "closed"},
        {"table": "links", "id": "R1", "column": "status", "since": DAY(2025, 7, 1), "text": ""},
        {"table": "links", "id": "R1", "column": "tracks", "since": DAY(2025, 7, 1), "value": 3.0},
        {"table": "links", "id": "R1", "column": "one_way", "since": DAY(2025, 7, 1), "value": 1.0},
    ])  # fmt: skip
    timed = corridor.replace(profiles=told)
    days = [DAY(2024, 12, 31), DAY(2025, 1, 1), DAY(2025, 12, 31), DAY(2026, 1, 1)]
    assert [hours(timed, day) for day in days] == [6.5, 6.0, 6.0, 5.0]
    assert on(timed, DAY(2025, 6, 30))["status"].to_list() == ["closed", None]
    row = on(timed, DAY(2025, 7, 1)).row(0, named=True)
    assert (row["status"], row["tracks"], row["one_way"]) == (None, 3, True)
    assert on(timed, DAY(2025, 7, 1)).schema == corridor.links.schema


def test_keys_of_several_parts_are_joined():
    assert small().calls.select(key_of("calls"))["service_id"].to_list() == ["feeder|1", "feeder|2"]


@pytest.mark.parametrize(
    ("change", "values"),
    [
        ({"set": {"hours": 9.0}}, [6.5, 9.0, 9.0, 6.5]),
        ({"times": {"hours": 2.0}}, [6.5, 13.0, 13.0, 6.5]),
        ({"plus": {"hours": -0.5}}, [6.5, 6.0, 6.0, 6.5]),
    ],
)
def test_a_dated_change_holds_from_its_first_day_to_the_day_before_its_last(corridor, change, values):
    plan = corridor.apply(card(**change, **{"from": DAY(2025, 3, 1), "to": DAY(2025, 4, 1)}))
    days = [DAY(2025, 2, 28), DAY(2025, 3, 1), DAY(2025, 3, 31), DAY(2025, 4, 1)]
    assert [hours(plan, day) for day in days] == values
    assert plan.links.equals(corridor.links)


STEPS = st.lists(
    st.tuples(st.dates(DAY(2024, 1, 1), DAY(2026, 12, 31)), st.floats(1, 100)), max_size=5, unique_by=lambda s: s[0]
)


@settings(max_examples=80, deadline=None)
@given(
    STEPS,
    st.sampled_from(["set", "times", "plus"]),
    st.integers(0, 900),
    st.integers(1, 300) | st.none(),
    st.dates(DAY(2023, 6, 1), DAY(2027, 6, 1)),
)
def test_on_any_day_a_dated_change_is_the_plain_change_within_and_none_outside(steps, action, start, length, day):
    """The rows of a day, then the change, are the change, then the rows of the day."""
    base = small()
    told = [{"table": "links", "id": "R1", "column": "hours", "since": since, "value": value} for since, value in steps]
    base = base.replace(profiles=frame("profiles", told) if told else base.profiles.clear())
    since = DAY(2024, 1, 1) + dt.timedelta(start)
    until = None if length is None else since + dt.timedelta(length)
    plan = base.apply(card(**{action: {"hours": 2.5}, "from": since, "to": until}))
    before = hours(base, day)
    within = since <= day and (until is None or day < until)
    changed = {"set": 2.5, "times": before * 2.5, "plus": before + 2.5}[action]
    assert hours(plan, day) == pytest.approx(changed if within else before, rel=1e-15)


def test_a_change_without_dates_reaches_every_value_over_time(corridor):
    plan = corridor.apply(
        Scenario(name="c", changes=[{"table": "links", "where": {"link_id": "S1"}, "times": {"hours": 0.5}}])
    )
    assert [hours(plan, day, "S1") for day in (DAY(2025, 1, 1), DAY(2026, 1, 1))] == [10.0, 9.0]


def test_texts_may_change_over_time_and_be_empty_again(corridor):
    plan = corridor.apply(card(set={"status": "closed"}, **{"from": DAY(2025, 1, 1), "to": DAY(2025, 2, 1)}))
    found = [on(plan, day)["status"][0] for day in (DAY(2024, 12, 31), DAY(2025, 1, 1), DAY(2025, 2, 1))]
    assert found == [None, "closed", None]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"times": {"operator_id": 2.0}}, "operator_id is not a number"),
        ({"times": {"capacity": 2.0}}, "capacity is not a number"),
        ({"set": {"capacity": 2.0}, "to": DAY(2026, 1, 1)}, "capacity of R1 is empty outside the dates"),
        ({"set": {"valid_to": DAY(2028, 1, 1)}}, "valid_to cannot hold"),
        ({"set": {"hours": "long"}}, "hours cannot hold 'long'"),
        ({"set": {"status": 5}}, "status cannot hold 5"),
    ],
)
def test_what_cannot_change_over_time_is_said(corridor, change, words):
    with pytest.raises(CardError, match=words) as caught:
        corridor.apply(card(**change, **{"from": DAY(2025, 1, 1)}))
    assert caught.value.cure
