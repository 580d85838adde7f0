"""Simulate: the corridor hour by hour, with its queues, ships and weather."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate import bottlenecks, tell
from karvan.engines.simulate.left import left_out
from karvan.engines.simulate.model import Ran
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.plan.arrivals import consignments
from karvan.engines.simulate.plan.faults import shaped, sound
from karvan.engines.simulate.plan.flows import Flow
from karvan.engines.simulate.plan.flows import flows as flows_of
from karvan.engines.simulate.plan.ships import add_ships
from karvan.engines.simulate.plan.way import add_flow
from karvan.engines.simulate.run import Watch, replicate
from karvan.engines.simulate.tell.days import waiting
from karvan.engines.simulate.tell.shipments import balance
from karvan.engines.simulate.tell.trace import trace as traced
from karvan.engines.simulate.warmup import found_days
from karvan.errors import InputError
from karvan.kernels import entities
from karvan.network.compile import on
from karvan.result import Result, Run
from karvan.version import VERSION


@dataclass(frozen=True)
class Simulated(Result):
    """What ``simulate`` gives back: means over the runs.

    ``shipments``: hours from arrival to delivery by flow and way, mean and P10 to P95, each with its 95 % interval over runs.
    ``waits``: by place and cause, the longest queue first. ``resources``: load offered, share of time busy, queue, growth
    of the queue, share of time blocked; ``waits_by_month``, ``resources_by_month`` the same by month. ``services``: departures, load factor,
    idle hours. ``timeline``: by day. ``unstable``: places asked for more than they can do. ``bottlenecks``: what one more
    berth, server, slot or vessel changes, where ``trials`` were asked for: kilotonnes a year, mean and P90 hours of a tonne,
    each with the half-width of its 95 % interval over paired runs. ``trace``: a row a change of state of all ships, trains
    and pieces (of more than 20,000 about so many, drawn by their keys): which mover (a number), its kind and service or flow, the hour since ``start`` from which on it is
    in a state at a place or on its way to the next, its units, and for what it waits. ``left_out``: what the tables hold for other days, or
    change in these, that the run does not follow. ``runs``: each run by itself. The balance, summed over runs: entered =
    delivered + in the system + refused.
    """


def simulate(
    corridor: Corridor,
    *,
    ways: pl.DataFrame | None = None,
    start: str | dt.date | None = None,
    days: float = 365,
    runs: int = 10,
    seed: int = 1,
    warmup: float | str = 0,
    threads: int = 1,
    precision: float | None = None,
    trials: int = 0,
    trace: float = 0,
    tags: Sequence[str] = ("middle",),
    progress: Callable[[int, int], None] | None = None,
) -> Simulated:
    """The corridor from a day on, for ``days`` after a ``warmup``, ``runs`` times with other random numbers.

    The ``warmup`` is a number of days, or ``"found"`` by MSER-5 from a pilot of as many runs.
    Each demand row is sent at random (or evenly, or by its timetable) through the year's seasons, each dated consignment at
    its time, in trains along its best way on the corridors of ``tags``, through the queues at the resources its chains
    name, and on ships that sail by their service's rule when the weather lets them.
    A flow with rows in the table ``ways`` (the corridor's own, or that given) is its whole market, and each of its trains
    takes one of them, drawn by their shares; those that use nothing of the corridor take their time and no queue.
    With ``trials`` so many of the places and lines for which most waits are run again with one more berth, server, slot a
    day or vessel, on the same random numbers (frame ``bottlenecks``; needs two runs). With ``trace`` the first run's first
    so many days after the warm-up are told mover by mover. With ``precision`` runs are added
    until the 95 % half-width of the mean lead time is at most that share of it. The same seed gives the same tables
    whatever the ``threads``; ``progress`` is told the runs done and asked for; when it raises Cancelled, what is done is
    kept.

    Raises InputError for arguments or rows that cannot be simulated, each with its cure.

    >>> import karvan as kv
    >>> year = kv.simulate(kv.load("toy"), start="2022-01-01", days=60, runs=2)
    >>> year.shipments.columns[:3]
    ['origin', 'destination', 'commodity']
    """
    day = _day(corridor, start)
    _sane(days, runs, warmup, threads, precision, trials, trace)
    corridor = sound(corridor if ways is None else corridor.replace(ways=shaped(ways)), day)
    today = on(corridor, day)
    demand = list(flows_of(corridor, day, tags))
    watch = Watch(progress)

    def sent(warm: float) -> list[Flow]:
        return [*demand, *consignments(corridor, day, warm + days, tags)]

    def again(
        more: Corridor, flows: Sequence[Flow], warm: float, runs: int, precision: float | None = None
    ) -> tuple[Plan, list[Ran]]:
        plan = _built(Plan(more, day, warm + days, tuple(tags)), flows)
        ran = replicate(
            plan.model, 24.0 * (warm + days), runs=runs, seed=seed, warm=24.0 * warm, threads=threads,
            precision=precision, progress=watch,
        )  # fmt: skip
        return plan, _sound(ran)

    warm = _settled(*again(today, sent(0.0), 0.0, runs)) if isinstance(warmup, str) else float(warmup)
    flows = sent(warm)
    plan, ran = again(today, flows, warm, runs, precision)
    tables = tell.tables(plan, ran)
    worst = bottlenecks.screened(today, tables, trials)
    tables["bottlenecks"] = bottlenecks.tried(
        today, worst, plan.parts, ran, lambda more: [] if watch.cancelled else again(more, flows, warm, len(ran))[1]
    )
    tables |= {"trace": traced(plan, seed, 24.0 * warm, trace), "left_out": left_out(corridor, day, warm + days)}
    arguments = {
        "start": day.isoformat(), "days": float(days), "runs": runs, "warmup": warm, "precision": precision,
        "trials": trials, "trace": float(trace), "tags": plan.tags,
    }  # fmt: skip
    return Simulated(_run(corridor, arguments, seed), tables, pl.DataFrame(balance(plan.parts, ran)))


def _settled(plan: Plan, ran: Sequence[Ran]) -> float:
    """The days after which what waits no longer shows that it began empty; InputError where it never settles."""
    days, settled = found_days([waiting(plan, one) for one in ran])
    if not settled:
        raise InputError(
            f"no warm-up is found: after {days} days what waits still grows or falls",
            cure="more days, or a warmup in days; see the frame unstable of a run without one",
        )
    return float(days)


def _run(corridor: Corridor, arguments: dict[str, Any], seed: int) -> Run:
    return Run(
        word="simulate",
        arguments=arguments,
        corridor=corridor.name,
        edition=corridor.edition,
        digest=corridor.digest,
        price_year=corridor.price_year,
        version=VERSION,
        scenarios=corridor.scenarios,
        seed=seed,
    )


def _built(plan: Plan, flows: Sequence[Flow]) -> Plan:
    """The plan with its flows and ships; a first draft shows which queues must go by events."""
    rows = plan.today.resources.iter_rows(named=True)
    if len({flow.priority for flow in flows}) > 1 or any(plan.finite(row) or row["kind"] == "track" for row in rows):
        draft = Plan(plan.today, plan.start, plan.days, plan.tags)
        for flow in flows:
            add_flow(draft, flow)
        plan.held = frozenset(draft.holders)
        plan.ranked = frozenset(name for name, ranks in draft.ranks.items() if len(ranks) > 1)
    for flow in flows:
        add_flow(plan, flow)
    add_ships(plan)
    return plan


def _sound(ran: list[Ran]) -> list[Ran]:
    """The runs; InputError where a run could not go on."""
    for one in ran:
        if one.status == entities.FULL:
            raise InputError(
                "more is under way at once than memory allows", cure="fewer days: a place may be overloaded"
            )
        if one.status == entities.STUCK:
            raise InputError("ships go round without time passing", cure="give calls and berths hours above 0")
    return ran


def _day(corridor: Corridor, start: str | dt.date | None) -> dt.date:
    if isinstance(start, dt.date):
        return start
    if start is None:
        rows = corridor.params.filter((pl.col("name") == "as_of_year") & (pl.col("scope") == "any"))
        return dt.date(int(rows["value"][0]) if rows.height else corridor.price_year, 1, 1)
    try:
        return dt.date.fromisoformat(start)
    except ValueError:
        raise InputError(f"start {start!r} is no day", cure="write it as 2027-01-01") from None


def _sane(
    days: float, runs: int, warmup: float | str, threads: int, precision: float | None, trials: int, trace: float
) -> None:
    if isinstance(warmup, str):
        if warmup != "found":
            raise InputError(f"warmup is {warmup!r}", cure="give days, or found")
        warmup = 0.0
    least_of = (
        ("days", days, 1), ("runs", runs, 2 if trials else 1), ("warmup", warmup, 0), ("threads", threads, 1), ("trials", trials, 0),
        ("trace", trace, 0),
    )  # fmt: skip
    for name, value, least in least_of:
        if not value >= least:
            raise InputError(f"{name} is {value}", cure=f"give at least {least}")
    if trace > days:
        raise InputError(f"trace is {trace} days of {days}", cure="give at most the days counted")
    if days + warmup > 40_000:
        raise InputError(f"{days + warmup:.0f} days are more than a century", cure="simulate a year or some")
    if precision is not None and not 0 < precision < 1:
        raise InputError(f"precision is {precision}", cure="give a share between 0 and 1, as 0.02")
