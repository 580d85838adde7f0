"""Back-cast: what a corridor would have carried after its last counted year, from outside drivers and dated tables alone.

The choice of corridor is fitted to the years that were counted; later years are computed from the last of them with drivers,
prices, links and services as the tables date them. Bands come from worlds drawn of drivers, elasticities, parameters and of
what no year before explained. Each counted year but the first is left out in turn, to see whether bands would have held it.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.engines.route import route
from karvan.errors import InputError
from karvan.network.demand.terms import Terms, terms
from karvan.result import Result, Run, balance_row
from karvan.shipment import Shipment
from karvan.studies.backcast.draws import KINDS, World, carried, worlds
from karvan.studies.backcast.learn import Learnt, learn, pivots
from karvan.studies.backcast.pivot import ACCEPTED, Pivot, Year, pivot, year_of
from karvan.studies.backcast.score import scores
from karvan.studies.backcast.told import Asked, figures, observed
from karvan.version import VERSION

FAN = {"scenario": pl.String(), "year": pl.Int64(), "quantity": pl.String(), "place": pl.String(), "unit": pl.String(),
       "p10": pl.Float64(), "p50": pl.Float64(), "p90": pl.Float64(), "observed": pl.Float64(), "use": pl.String()}  # fmt: skip
HELD = {"driver": pl.String(), "year": pl.Int64(), "quantity": pl.String(), "unit": pl.String(), "central": pl.Float64(),
        "held": pl.Float64(), "change_share": pl.Float64()}  # fmt: skip
SPREAD = {"of": pl.String(), "year": pl.Int64(), "quantity": pl.String(), "p90_over_p10": pl.Float64()}


@dataclass(frozen=True)
class Backcast(Result):
    """What ``backcast`` gives back.

    ``fan``: P10, P50 and P90 of each quantity by scenario and year, beside what was observed. ``held``: the middle of the first
    scenario with one driver left at the last counted year. ``spread``: P90 by P10 where one kind of doubt alone is drawn.
    ``scores``: each counted year left out: its band, the interval score, and that of a band about no change. ``values``,
    ``observations``: of the fit.
    """


@dataclass(frozen=True)
class Plan:
    """A scenario of a back-cast: its name, its corridor, and the years asked of it."""

    name: str
    corridor: Corridor
    years: tuple[int, ...]


def drivers_digest(corridor: Corridor) -> str:
    """SHA-256 of the table of drivers, whatever the order of its rows."""
    return hashlib.sha256(corridor.drivers.sort("driver", "year").write_csv().encode()).hexdigest()


def backcast(
    base: Corridor,
    plans: Sequence[Plan],
    asked: Asked,
    *,
    draws: int = 200,
    seed: int = 1,
    progress: Callable[[int, int, str], None] | None = None,
) -> Backcast:
    """Computes later years of a corridor from its counted ones. ``asked``: what is looked at, and the corridor's tag.

    Raises InputError where fewer than three years were counted, or a plan asks for one of them.
    """
    counted = base.demand["year"].unique().sort().to_list()
    if len(counted) < 3:
        raise InputError(f"{base.name} counts {len(counted)} years, and a back-cast learns from three or more",
                         cure="fill the table demand")  # fmt: skip
    early = [year for plan in plans for year in plan.years if year <= counted[-1]]
    if early:
        raise InputError(
            f"{early[0]} was counted: a back-cast computes years after {counted[-1]}", cure="ask for later years"
        )
    tell = progress or _quiet
    steps = 2 + sum(len(plan.years) for plan in plans)
    tell(0, steps, "ways of the counted years")
    years = {year: year_of(base, year, asked.measure) for year in counted}
    known = pivots(years)
    tell(1, steps, "fit, and each year left out")
    learnt = learn(base, known, asked.measure, counted, draws, seed)
    judged = scores(base, known, asked.measure, draws, seed)
    fan, held, spread = [], [], []
    done = 2
    for number, plan in enumerate(plans):
        for year in plan.years:
            tell(done, steps, f"{plan.name} {year}")
            one = pivot(years[counted[-1]], year_of(plan.corridor, year, asked.measure))
            grown = terms(plan.corridor, years[counted[-1]].frame, year)
            fan += _fan(plan, one, grown, learnt, asked, draws=draws, seed=seed)
            if not number:
                held += _held(one, grown, learnt, asked)
                spread += _spread(one, grown, learnt, asked, seed)
            done += 1
    tell(done, steps, "")
    tables = {
        "fan": pl.DataFrame(fan, schema=FAN), "held": pl.DataFrame(held, schema=HELD),
        "spread": pl.DataFrame(spread, schema=SPREAD), "scores": judged, "values": learnt.values,
        "observations": learnt.fit.observations,
    }  # fmt: skip
    return Backcast(_run(base, plans, asked, learnt, draws, seed), tables, _balance(tables, plans))


def _quiet(done: int, of: int, what: str) -> None:
    pass


def _run(base: Corridor, plans: Sequence[Plan], asked: Asked, learnt: Learnt, draws: int, seed: int) -> Run:
    arguments = {
        "measure": asked.measure, "plans": {plan.name: plan.years for plan in plans}, "draws": draws,
        "drivers": drivers_digest(base), "edition": learnt.fit.corridor.digest, "unexplained": round(learnt.sd, 4),
    }  # fmt: skip
    return Run(
        "backcast", arguments, base.name, base.edition, base.digest, base.price_year, VERSION, base.scenarios, seed
    )


def _balance(tables: Mapping[str, pl.DataFrame], plans: Sequence[Plan]) -> pl.DataFrame:
    asked = float(sum(len(plan.years) for plan in plans))
    told = float(tables["fan"].select("scenario", "year").unique().height)
    return pl.DataFrame(
        [balance_row("years to back-cast", "years", asked, told, asked - told, "no way" if told < asked else "")]
    )


def _drawn(
    one: Pivot, grown: Terms | None, made: Sequence[World], sd: float, asked: Asked
) -> dict[tuple[str, str, str], list[float]]:
    found: dict[tuple[str, str, str], list[float]] = {}
    for world in made:
        for key, value in figures(one, *carried(one, grown, world, sd), asked).items():
            found.setdefault(key, []).append(value)
    return found


def _fan(
    plan: Plan, one: Pivot, grown: Terms | None, learnt: Learnt, asked: Asked, *, draws: int, seed: int
) -> list[dict[str, object]]:
    ahead = one.later.year - one.base.year
    made = worlds(grown, learnt.posterior, learnt.middle, ahead, seed=seed)
    rows = []
    for (quantity, place, unit), values in _drawn(one, grown, made, learnt.sd, asked).items():
        low, middle, high = (float(q) for q in np.quantile(values, (0.1, 0.5, 0.9)))
        rows.append({"quantity": quantity, "place": place, "unit": unit, "p10": low, "p50": middle, "p90": high})
    rows += _days(plan.corridor, one.later, asked.sent) if asked.sent else []
    return [
        {
            "scenario": plan.name,
            "year": one.later.year,
            **row,
            **observed(plan.corridor, row["quantity"], row["place"], one.later.year),
        }
        for row in rows
    ]


def _days(corridor: Corridor, year: Year, sent: Shipment) -> list[dict[str, object]]:
    """Days of a trip in the middle of the year: its own spread, not the doubt about its mean."""
    found = route(
        corridor, replace(sent, ready=sent.ready.replace(year=year.year) if sent.ready else None), via=[year.measure]
    )
    if not found.ways.height:
        return []
    way = found.ways.row(0, named=True)
    days = {name: way[f"hours_{name}"] / 24 for name in ("p10", "p50", "p90")}
    return [{"quantity": "days", "place": f"{sent.origin}-{sent.destination}", "unit": "days", **days}]


def _held(one: Pivot, grown: Terms | None, learnt: Learnt, asked: Asked) -> list[dict[str, object]]:
    """The middle, and the middle with one driver after another left at the last counted year."""
    still = World({}, {}, learnt.middle, {"kt": (), "TEU": ()})
    central = figures(one, *carried(one, grown, still, 0.0), asked)
    names = sorted({rule.driver for rule in grown.rules} if grown else {ACCEPTED})
    rows: list[dict[str, object]] = []
    for driver in names:
        same = replace(one.later, accepted=one.base.accepted) if driver == ACCEPTED else one.later
        left = replace(one, later=same)
        held = figures(left, *carried(left, grown.held(driver) if grown else None, still, 0.0), asked)
        for (quantity, place, unit), value in central.items():
            if place == asked.measure and value > 0:
                now = held[quantity, place, unit]
                rows.append({"driver": driver, "year": one.later.year, "quantity": quantity, "unit": unit, "central": value,
                             "held": now, "change_share": now / value - 1})  # fmt: skip
    return rows


def _spread(one: Pivot, grown: Terms | None, learnt: Learnt, asked: Asked, seed: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for kind in KINDS:
        made = worlds(grown, learnt.posterior, learnt.middle, one.later.year - one.base.year, seed=seed, only=kind)
        for (quantity, place, _), values in _drawn(one, grown, made, learnt.sd, asked).items():
            low, high = (float(q) for q in np.quantile(values, (0.1, 0.9)))
            if place == asked.measure and low > 0:
                rows.append({"of": kind, "year": one.later.year, "quantity": quantity, "p90_over_p10": high / low})
    return rows
