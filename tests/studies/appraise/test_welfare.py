"""Welfare: log-sum against the rule of half, nothing for no change, and parts that add up to the whole."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import karvan as kv
from karvan.engines.assign.patches import Patch, Patched
from karvan.engines.assign.prepared import Prepared, market, prepare
from karvan.engines.assign.settle import Settled, settle
from karvan.errors import InputError
from karvan.network.compile.arrays import Floats
from karvan.studies.appraise.welfare import CO2E, SHIPPERS, Ledger, alike, half, ledger, surplus, welfare

GAP = 1e-12
Side = tuple[Ledger, Settled]


@pytest.fixture(scope="module")
def toy() -> kv.Corridor:
    return kv.load("toy")


def year(of: kv.Corridor, like: Prepared | None = None) -> Prepared:
    return prepare(of, 2022, like=like)


def side(of: kv.Corridor, ready: Prepared) -> Side:
    paid = Patched(ready).paid
    return ledger(of, ready, paid, {name: 0.5 * value for name, value in paid.items()}), settle(market(ready), gap=GAP)


def dearer(of: kv.Corridor, usd: float) -> kv.Corridor:
    change = kv.Change(
        table="tariffs", where={"tariff_id": "rc-C1"}, plus={"usd": usd, "usd_low": usd, "usd_high": usd}
    )
    return of.apply(kv.Scenario(name="dearer", changes=[change]))


def test_a_year_against_itself_brings_exactly_nothing(toy: kv.Corridor) -> None:
    one = side(toy, year(toy))
    found = welfare(one, one, carbon_usd_t=100.0)
    assert not found.usd.any() and found.total() == 0.0 and not found.left


def test_who_gains_adds_up_to_the_whole(toy: kv.Corridor) -> None:
    base = year(toy)
    plan = alike(base, year(dearer(toy, -0.2), base))
    found = welfare(side(toy, base), side(toy, plan), carbon_usd_t=100.0)
    countries = sorted({country for _, _, country in found.parties})
    climate = sum(usd for party, usd in zip(found.parties, found.usd, strict=True) if party[0] == CO2E)
    alone = sum(found.total([country]) - climate for country in countries if country)
    assert found.total() == pytest.approx(alone + climate, rel=1e-12)
    assert found.total(countries) == pytest.approx(found.total(), rel=1e-12)


def test_a_cheaper_price_moves_money_and_saves_no_more_than_it_gives(toy: kv.Corridor) -> None:
    """All pay C1's railway less: shippers' gain is at least what the railway's old freight no longer pays."""
    base = year(toy)
    plan = alike(base, year(dearer(toy, -0.1), base))
    before, after = side(toy, base), side(toy, plan)
    found = welfare(before, after)
    gain = sum(usd for party, usd in zip(found.parties, found.usd, strict=True) if party[0] == SHIPPERS)
    fall = before[1].market.fixed - after[1].market.fixed
    assert gain > 0.0 and fall.max() > 0.0
    # The log-sum is convex in costs: the gain is no less than old flows times falls, delays held, and no more than new flows'.
    costs = before[1].cost - after[1].cost
    assert float(before[1].flow @ costs) <= gain * (1 + 1e-9) <= float(after[1].flow @ costs) * (1 + 1e-6)


def test_log_sum_and_rule_of_half_agree_to_the_second_order(toy: kv.Corridor) -> None:
    """Halving a small change makes their difference eight times less (third order): at least four times here."""
    base = year(toy)
    of = Patched(base, gap=1e-13)
    before = of.settle(Patch())
    every = np.arange(len(base.classes))
    off = []
    for push in (0.08, 0.04, 0.02):
        changed = replace(of.market, fixed=of.market.fixed - push * of.paid["SEA"])
        after = settle(changed, gap=1e-13)
        logsum = surplus(before, after, every, every)
        off.append(np.abs(logsum - half((base, before), (base, after))).sum() / np.abs(logsum).sum())
    assert off[0] < 0.02
    assert off[1] < 0.4 * off[0] and off[2] < 0.4 * off[1]


def test_demand_that_answers_gains_the_area_under_it(toy: kv.Corridor) -> None:
    ready = year(toy)
    of = market(ready)
    plain = settle(of, gap=GAP)
    for power in (-0.7, -1.0, -1.6):
        some = replace(of, power=np.full(of.demand.size, power), base=plain.level)
        before = settle(some, gap=GAP)
        after = settle(replace(some, fixed=some.fixed * 0.9), gap=GAP)
        every = np.arange(of.demand.size)
        told = surplus(before, after, every, every)
        for k in every:
            costs = np.linspace(after.level[k], before.level[k], 20001)
            drawn: Floats = of.demand[k] * (costs / plain.level[k]) ** power
            assert told[k] == pytest.approx(float(np.trapezoid(drawn, costs)), rel=1e-7)


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(0.8, 1.25))
def test_a_swap_of_sides_turns_the_sign(factor: float) -> None:
    toy = kv.load("toy")
    ready = year(toy)
    of = market(ready)
    book = side(toy, ready)[0]
    one, two = settle(of, gap=GAP), settle(replace(of, fixed=of.fixed * factor), gap=GAP)
    there, back = welfare((book, one), (book, two)), welfare((book, two), (book, one))
    assert np.allclose(there.usd, -back.usd, rtol=1e-9, atol=1e-6)


def test_tastes_of_the_base_are_kept(toy: kv.Corridor) -> None:
    base = year(toy)
    plan = year(dearer(toy, -0.5), base)
    kept = alike(base, plan)
    assert np.array_equal(kept.plain, base.plain) and np.array_equal(kept.scale(), base.scale())
    assert np.array_equal(alike(base, base).fixed, base.fixed)


def test_other_demand_is_refused(toy: kv.Corridor) -> None:
    base = year(toy)
    book, now = side(toy, base)
    with pytest.raises(InputError, match="ask for other demand"):
        welfare((book, now), (replace(book, demand=book.demand * 2), now))


def test_what_only_one_year_can_carry_is_left_out_and_told(toy: kv.Corridor) -> None:
    base = year(toy)
    book, now = side(toy, base)
    gone = replace(book, pairs=(("X", "Y", "Z"), *book.pairs[1:]))
    found = welfare((book, now), (gone, now))
    assert set(found.left) == {("X", "Y", "Z"), book.pairs[0]} and found.total() == 0.0
