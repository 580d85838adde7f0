"""Finance: closed formulas of annuities, textbook rates, and what has no single rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.errors import InputError
from karvan.studies.appraise.finance import irr, npv, payback, residual


@given(rate=st.floats(0.001, 0.5), years=st.integers(1, 60), pay=st.floats(0.1, 1e4))
def test_an_annuity_has_its_closed_formula(rate: float, years: int, pay: float) -> None:
    flows = [0.0] + [pay] * years
    assert npv(flows, rate) == pytest.approx(pay * (1 - (1 + rate) ** -years) / rate, rel=1e-10)


@given(rate=st.floats(0.001, 0.5), years=st.integers(1, 40))
def test_the_rate_of_an_annuity_bought_at_its_worth_is_its_own(rate: float, years: int) -> None:
    worth = (1 - (1 + rate) ** -years) / rate
    assert irr([-worth] + [1.0] * years).value == pytest.approx(rate, rel=1e-8)


def test_textbook_rates() -> None:
    """R. A. Brealey, S. C. Myers, Principles of Corporate Finance, chapter 5: 28 %; and a perpetuity's first bond at par."""
    assert irr([-4000, 2000, 4000]).value == pytest.approx(0.2808, abs=1e-4)
    assert irr([-1000, 50, 50, 1050]).value == pytest.approx(0.05, rel=1e-10)
    assert irr([-100.0, 50.0]).value == pytest.approx(-0.5, rel=1e-10)


def test_several_changes_of_sign_are_said_and_give_no_number() -> None:
    """The oil pump (J. H. Lorie, L. J. Savage 1955): -1600, 10000, -10000 is worth nothing at 25 % and at 400 %."""
    pump = [-1600.0, 10000.0, -10000.0]
    assert npv(pump, 0.25) == pytest.approx(0.0, abs=1e-9) and npv(pump, 4.0) == pytest.approx(0.0, abs=1e-9)
    found = irr(pump)
    assert found.value is None and "2 times" in found.reason
    assert irr([1.0, 2.0]).value is None and "never change" in irr([1.0, 2.0]).reason
    assert irr([0.0, 0.0]).value is None


def test_a_rate_beyond_reason_is_no_number() -> None:
    assert irr([-1.0, 1000.0]).value is None and "beyond" in irr([-1.0, 1000.0]).reason


def test_payback_within_and_beyond() -> None:
    assert payback([-100.0, 50.0, 50.0]) == 2.0
    assert payback([-100.0, 10.0]) is None
    assert payback([5.0, 5.0]) == 0.0
    assert payback([-100.0, 110.0, 0.0], 0.1) == pytest.approx(1.0)
    flows = np.array([-100.0, 200.0, -150.0, 100.0])
    assert payback(flows) == pytest.approx(2.5)


@given(flows=st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30), rate=st.floats(0.0, 0.3))
def test_present_values_add_and_need_no_discount_at_nought(flows: list[float], rate: float) -> None:
    assert npv(flows, 0.0) == pytest.approx(sum(flows), abs=1e-8)
    twice = [2.0 * one for one in flows]
    assert npv(twice, rate) == pytest.approx(2.0 * npv(flows, rate), abs=1e-8)


def test_what_is_left_falls_to_nothing() -> None:
    assert residual(80.0, 20.0, 0.0) == 80.0
    assert residual(80.0, 20.0, 25.0) == 0.0


def test_a_rate_of_minus_one_is_refused() -> None:
    with pytest.raises(InputError, match="not above -1"):
        npv([1.0], -1.0)
