"""Welfare: what one assigned year brings against another, to shippers, operators, states and the climate.

Shippers' gain is the area under demand between the two log-sum costs of a class; with demand that does not answer, the pieces
times the fall of the log-sum. Operators' gain is what they are paid less what they would not spend without the freight; of
customs and states it counts as taxes (a subsidy is a tax below zero). Half of a shipper's gain falls to the country of origin and
half to that of destination; an operator's to its own country; CO2e to no country, so that it counts whoever has standing.
Source: H. C. W. L. Williams, Environment and Planning A 9 (1977); K. A. Small, H. S. Rosen, Econometrica 49 (1981).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np

from karvan.corridor import Corridor
from karvan.engines.assign.choices import Class
from karvan.engines.assign.prepared import Prepared
from karvan.engines.assign.settle import Settled
from karvan.errors import InputError
from karvan.network.compile.arrays import Floats, Longs
from karvan.network.legs import Pair

SHIPPERS, OPERATORS, TAXES, CO2E = "shippers", "operators", "taxes", "co2e"
PUBLIC = ("customs", "state")
"""Kinds of operator whose takings are taxes."""
Party = tuple[str, str, str]
"""A part of the welfare, who has it (an operator, or nobody by name), and the country (empty: none)."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """What the flows of a prepared year leave with whom: all that depends on the network and not on the flows.

    ``pairs`` (K); ``first`` (K + 1); ``demand`` (K): pieces a year; ``ends`` (K): countries of origin and destination; ``parties`` (P):
    operators, as parts of the welfare; ``margin`` (P, W): USD a piece, paid less avoidable; ``co2e_t`` (W): tonnes a piece.
    """

    pairs: tuple[Pair, ...]
    first: Longs
    demand: Floats
    ends: tuple[tuple[str, str], ...]
    parties: tuple[Party, ...]
    margin: Floats
    co2e_t: Floats


@dataclass(frozen=True, eq=False)
class Welfare:
    """USD a year (``usd``) that each of the parties gains by the plan; ``left``: pairs that only one of the two years can carry.

    What these gain has no price (their log-sum is without end on one side), so they are left out on both sides, and told.
    """

    parties: tuple[Party, ...]
    usd: Floats
    left: tuple[Pair, ...] = ()

    def total(self, standing: Collection[str] | None = None) -> float:
        """USD a year for those who have standing (countries; none: everybody). CO2e counts for all."""
        counts = [
            standing is None or part == CO2E or country in standing for part, _, country in self.parties
        ]  # fmt: skip
        return float(self.usd[np.array(counts, dtype=np.bool_)].sum())


def ledger(corridor: Corridor, ready: Prepared, paid: Mapping[str, Floats], avoidable: Mapping[str, Floats]) -> Ledger:
    """The ledger of a prepared year, from what each operator is paid and would not spend by way (W, USD a piece)."""
    names = sorted({*paid, *avoidable})
    rows = {row["operator_id"]: row for row in corridor.operators.iter_rows(named=True)}
    country = dict(corridor.nodes.select("node_id", "country").iter_rows())
    none = np.zeros(ready.fixed.size)
    parties = tuple(
        (
            TAXES if rows.get(name, {}).get("kind") in PUBLIC else OPERATORS,
            name,
            rows.get(name, {}).get("country") or "",
        )
        for name in names
    )
    margin = [paid.get(name, none) - avoidable.get(name, none) for name in names]
    return Ledger(
        tuple(one.pair for one in ready.classes), ready.first, ready.demand(),
        tuple((country[one.pair[0]] or "", country[one.pair[1]] or "") for one in ready.classes), parties,
        np.array(margin, dtype=np.float64).reshape(len(names), none.size),
        np.concatenate([_co2e(one) for one in ready.classes]) if ready.classes else none,
    )  # fmt: skip


def alike(base: Prepared, plan: Prepared) -> Prepared:
    """The plan's year with the tastes of the base, so that their log-sums are of one scale.

    The scale of choice and corridors' constants are shares of the cheapest way's cost; a plan that makes that way cheaper must
    not thereby change what shippers want.
    """
    plain = {one.pair: value for one, value in zip(base.classes, base.plain, strict=True)}
    told = np.array([plain.get(one.pair, own) for one, own in zip(plan.classes, plan.plain, strict=True)])
    constant = [plan.taste.constant(one.pair[2], tag) for one in plan.classes for tag in one.corridors]
    shift = np.repeat(told - plan.plain, np.diff(plan.first)) * np.array(constant, dtype=np.float64)
    return replace(plan, plain=told, fixed=plan.fixed + shift)


def welfare(base: tuple[Ledger, Settled], plan: tuple[Ledger, Settled], *, carbon_usd_t: float = 0.0) -> Welfare:
    """What a year of the plan brings against the same year of the base, USD a year by party.

    Each side is the ledger of its prepared year (made once) and a balance of its flows (as many as wanted; of the plan, of its year
    made ``alike``). ``carbon_usd_t``: what a tonne of CO2e costs. Raises InputError where the two years ask for other demand.
    """
    mine, theirs = _shared(base[0], plan[0]), _shared(plan[0], base[0])
    left = tuple(sorted({*base[0].pairs, *plan[0].pairs} - {base[0].pairs[k] for k in mine}))
    asked, other = base[0].demand[mine], plan[0].demand[theirs]
    if not np.allclose(asked, other, rtol=1e-9):
        raise InputError("the two years ask for other demand", cure="prepare both with the same year and case")
    out: dict[Party, float] = {}
    gain = surplus(base[1], plan[1], mine, theirs)
    for k, usd in zip(mine, gain, strict=True):
        for country in base[0].ends[k]:
            _add(out, (SHIPPERS, "", country), 0.5 * float(usd))
    for sign, (of, now), kept in ((-1.0, base, mine), (1.0, plan, theirs)):
        flow = sign * _flow(of, now, kept)
        for party, usd in zip(of.parties, of.margin @ flow, strict=True):
            _add(out, party, float(usd))
        _add(out, (CO2E, "", ""), -carbon_usd_t * float(of.co2e_t @ flow))
    parties = tuple(sorted(out))
    return Welfare(parties, np.array([out[one] for one in parties]), left)


def surplus(base: Settled, plan: Settled, mine: Longs, theirs: Longs) -> Floats:
    """USD a year that the shippers of each class gain: pieces times the fall of the log-sum, or the area under their demand.

    ``mine``, ``theirs``: numbers of the same classes in either year.
    """
    before, after = base.level[mine], plan.level[theirs]
    of = base.market
    demand = of.demand[mine]
    if of.power is None or of.base is None:
        return np.asarray(demand * (before - after))
    power, anchor = of.power[mine], of.base[mine]
    one = np.isclose(power, -1.0)
    safe = np.where(one, 1.0, power + 1.0)
    area = np.where(one, np.log(before / after), ((before / anchor) ** safe - (after / anchor) ** safe) / safe)
    return np.asarray(demand * anchor * area)


def half(base: tuple[Prepared, Settled], plan: tuple[Prepared, Settled]) -> Floats:
    """The rule of half by class of the base (K), USD a year: mean flow of each way that is in both, times the fall of its cost.

    A check on the log-sum: for small changes the two agree to the second order, where no way is new or gone.
    """
    theirs = {
        (one.pair, legs): int(plan[0].first[k]) + at
        for k, one in enumerate(plan[0].classes)
        for at, legs in enumerate(one.legs)
    }
    out = np.zeros(len(base[0].classes))
    for k, one in enumerate(base[0].classes):
        for at, legs in enumerate(one.legs):
            if (other := theirs.get((one.pair, legs))) is not None:
                own = int(base[0].first[k]) + at
                flow = 0.5 * (base[1].flow[own] + plan[1].flow[other])
                out[k] += flow * (base[1].cost[own] - plan[1].cost[other])
    return out


def _shared(of: Ledger, other: Ledger) -> Longs:
    """The classes that the other has too, in the order of their pairs."""
    there = set(other.pairs)
    kept = sorted((pair, k) for k, pair in enumerate(of.pairs) if pair in there)
    return np.array([k for _, k in kept], dtype=np.int64)


def _flow(of: Ledger, now: Settled, kept: Longs) -> Floats:
    """Pieces a year on each way; none of classes that are left out."""
    stays = np.zeros(len(of.pairs), dtype=np.bool_)
    stays[kept] = True
    return np.asarray(np.where(np.repeat(stays, np.diff(of.first)), now.flow, 0.0))


def _co2e(of: Class) -> Floats:
    """Tonnes of CO2e that a piece makes by each way."""
    per = of.hour / of.asked.tastes.hour if of.asked.tastes.hour else of.tonnes / of.shipped.tonnes
    return np.array([float(of.asked.costs.co2[way].sum()) * per / 1000.0 for way in of.ways])


def _add(out: dict[Party, float], party: Party, usd: float) -> None:
    out[party] = out.get(party, 0.0) + usd
