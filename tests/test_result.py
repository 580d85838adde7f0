"""Results: the balance is verified when one is built; a run has one id."""

import pickle
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.errors import BalanceError
from karvan.result import BALANCE, Result, Run, balance_row, verify

RUN = Run("route", {"a": 1, "b": "x"}, "small", "1", "d" * 64, 2022, "0.1", ("card",), 7)


def balance(**cells):
    row = {
        "what": "boxes",
        "asked": 10.0,
        "carried": 6.0,
        "waiting": 1.0,
        "refused": 3.0,
        "unit": "FEU",
        "reason": "no way",
    }
    return pl.DataFrame([{**row, **cells}], schema=BALANCE)


def test_tables_are_attributes():
    found = Result(RUN, {"ways": pl.DataFrame({"a": [1]})}, balance())
    assert found.ways["a"].to_list() == [1]
    with pytest.raises(AttributeError, match="no table or attribute 'legs'"):
        _ = found.legs
    with pytest.raises(TypeError):
        found.tables["ways"] = pl.DataFrame()


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"carried": 7.0}, "does not close"),
        ({"carried": None}, "does not close"),
        ({"carried": float("nan")}, "does not close"),
        ({"asked": float("inf")}, "does not close"),
        ({"reason": ""}, "without a reason"),
        ({"reason": None}, "without a reason"),
    ],
)
def test_a_balance_that_does_not_close_is_refused(cells, words):
    with pytest.raises(BalanceError, match=words):
        Result(RUN, {}, balance(**cells))


@given(st.floats(0, 1e12), st.floats(0, 1), st.floats(0, 1))
def test_any_split_closes_and_a_lost_thousandth_does_not(asked, first, second):
    carried = asked * first
    refused = (asked - carried) * second
    waiting = asked - carried - refused
    told = balance(asked=asked, carried=carried, waiting=waiting, refused=refused)
    verify(told)
    if asked >= 1:
        with pytest.raises(BalanceError):
            verify(told.with_columns(carried=pl.col("carried") + asked / 1000))


def test_a_row_in_which_nothing_waits():
    verify(pl.DataFrame([balance_row("boxes", "FEU", 5, 3, 2, "closed")], schema=BALANCE))


def test_an_id_names_what_was_asked_and_not_how_long_it_took():
    assert RUN.id == replace(RUN, arguments={"b": "x", "a": 1}, seconds=9.0).id
    others = [{"word": "assign"}, {"arguments": {"a": 2}}, {"digest": "e" * 64}, {"seed": 8}, {"version": "0.2"}]
    assert len({RUN.id, *(replace(RUN, **other).id for other in others)}) == 6
    assert len(RUN.id) == 12


def test_a_run_goes_through_pickle():
    assert pickle.loads(pickle.dumps(RUN)) == RUN
