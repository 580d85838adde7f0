"""Trial: one fleet of one line, simulated, and how far it is from the target."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate import Simulated
from karvan.engines.simulate.plan.faults import shaped
from karvan.engines.simulate.plan.flows import Flow
from karvan.network.demand import demand_of
from karvan.network.legs import Told, legs, rows, told
from karvan.studies.fleet.asked import Target
from karvan.studies.fleet.lines import HOURS_YEAR, Line

KEYS = ("origin", "destination", "commodity_id")
MET, UNCLEAR, FAILS = "met", "unclear", "fails"


@dataclass(frozen=True, order=True)
class Candidate:
    """So many ships of a line, leaving by a rule."""

    vehicles: int
    rule: str


@dataclass(frozen=True)
class Seen:
    """What a simulated fleet does: the worse leg where legs differ, in a year.

    ``offered``: rounds it could make if it never waited for freight. ``idle_h``: hours a ship waits for its load.
    ``kt_most``: thousand tonnes it could carry at the mix of both ways, the busier full. ``busy``: the busiest of its berths, with its share of time.
    """

    rounds: float
    offered: float
    load_factor: float
    kt: float
    kt_most: float
    carried: float
    wait_h: float
    wait_h_ci95: float
    wait_p90_h: float
    wait_p90_h_ci95: float
    idle_h: float
    usd: float
    usd_piece: float
    busy: tuple[float, str]


def patched(corridor: Corridor, line: Line, one: Candidate) -> Corridor:
    """The corridor with this fleet on the line, whatever its profiles say of it."""
    cells: dict[str, Any] = {"vehicles": one.vehicles}
    if one.rule != "own":
        cells["dispatch"] = one.rule
    if one.rule == "timetable":
        cells["departures_week"] = line.departures_week(one.vehicles)
    here = pl.col("service_id") == line.name
    services = corridor.services.with_columns(
        pl.when(here).then(pl.lit(value, dtype=corridor.services.schema[name])).otherwise(pl.col(name)).alias(name)
        for name, value in cells.items()
    )
    stale = (pl.col("table") == "services") & (pl.col("id") == line.name) & pl.col("column").is_in(list(cells))
    return corridor.replace(services=services, profiles=corridor.profiles.filter(~stale))


def pinned(corridor: Corridor, flows: Sequence[Flow], year: int) -> Corridor:
    """The corridor with each flow of the year on the ways it takes now, whatever fleets offer: the question is of ships."""
    here = {(flow.origin, flow.destination, flow.commodity): flow for flow in flows if flow.ways}
    fixed = set(told(corridor))
    more = [
        row
        for pair, flow in here.items()
        if pair not in fixed
        for row in rows(pair, [Told(1, 1.0, legs(flow.net, [arc for _, arc in flow.ways[0].labels]))])
    ]
    demand = demand_of(corridor, year)
    seen = pl.col("seen_kt").is_not_null() & pl.struct(KEYS).is_in(
        [dict(zip(KEYS, pair, strict=True)) for pair in here]
    )
    demand = demand.with_columns(
        pl.when(seen).then(pl.col(f"seen_{name}")).otherwise(pl.col(name)).alias(name) for name in ("kt", "teu")
    )
    ways = pl.concat([corridor.ways, shaped(pl.DataFrame(more))], how="diagonal_relaxed") if more else corridor.ways
    return corridor.replace(ways=ways, demand=demand)


def scaled(corridor: Corridor, line: Line, times: float) -> Corridor:
    """The corridor with the line's own freight so many times as much."""
    own = pl.struct(KEYS).is_in([dict(zip(KEYS, pair, strict=True)) for pair in sorted(line.pairs)])
    sized = ("kt", "kt_low", "kt_high", "teu", "seen_kt", "seen_teu")
    more = [pl.when(own).then(pl.col(name) * times).otherwise(pl.col(name)).alias(name) for name in sized]
    return corridor.replace(demand=corridor.demand.with_columns(more))


def seen(line: Line, vehicles: int, year: Simulated) -> Seen:
    """What the line's ships did in a simulation."""
    lines = year.services.filter(pl.col("service") == line.name).to_dicts()
    rounds = max(row["departures_year"] for row in lines)
    idle = sum(row["idle_h"] * row["departures_year"] for row in lines)
    offered = rounds / max(1e-9, 1.0 - idle / (vehicles * HOURS_YEAR))
    legs = {(leg.tail, leg.head): leg for leg in line.legs}
    kt, pieces, carried = 0.0, 0.0, 1.0
    for row in lines:
        leg = legs[row["from"], row["to"]]
        kt += row["loaded_year"] * leg.kt / leg.pieces
        pieces += row["loaded_year"]
        left = 365.0 * max(0.0, row["growth_day"])
        carried = min(carried, row["loaded_year"] / max(1e-9, row["loaded_year"] + left))
    worst = max(lines, key=lambda row: row["wait_p90_h"] or 0.0)
    waits = year.waits.filter(
        (pl.col("cause") == "vessel") & pl.col("place").is_in([f"{line.name}@{row['from']}" for row in lines])
    ).sort("hours")
    mean = waits.row(-1, named=True) if waits.height else {"hours": 0.0, "hours_ci95": 0.0}
    usd = 365.0 * line.ship_day_usd * vehicles + rounds * line.calls * line.voyage_usd
    at = year.resources.filter(pl.col("resource").is_in(list(line.berth_h))).sort("busy")
    return Seen(
        rounds, offered, max(row["load_factor"] for row in lines), kt, offered / line.rounds_asked * line.kt, carried,
        mean["hours"], mean["hours_ci95"] or 0.0, worst["wait_p90_h"] or 0.0, worst["wait_p90_h_ci95"] or 0.0,
        max(row["idle_h"] for row in lines), usd, usd / pieces if pieces else 0.0,
        (float(at["busy"][-1]), str(at["resource"][-1])) if at.height else (0.0, ""),
    )  # fmt: skip


def verdicts(target: Target, one: Seen, offered: float | None) -> dict[str, str]:
    """Each part of the target, and whether the fleet meets it: surely, perhaps (its interval holds it) or surely not.

    ``offered``: rounds a year that make good the share of the weather's asked for.
    """
    out = {"carried": MET if one.carried >= target.carried else FAILS}
    for name, asked in (("wait_h", target.wait_h), ("wait_p90_h", target.wait_p90_h)):
        if asked is not None:
            hours, half = getattr(one, name), getattr(one, f"{name}_ci95")
            out[name] = MET if hours + half <= asked else FAILS if hours - half > asked else UNCLEAR
    if offered is not None:
        out["weather"] = MET if one.offered >= offered else FAILS
    return out


def overall(found: Mapping[str, str]) -> str:
    """Met where all is, fails where anything does."""
    return FAILS if FAILS in found.values() else UNCLEAR if UNCLEAR in found.values() else MET


def says(target: Target, one: Seen, found: Mapping[str, str], offered: float | None) -> str:
    """What keeps a fleet from the target, in words."""
    said = {
        "carried": f"carries {one.carried:.0%} of what comes, {target.carried:.0%} asked",
        "wait_h": f"mean wait {one.wait_h:.1f} h (+-{one.wait_h_ci95:.1f}), {target.wait_h or 0:g} asked",
        "wait_p90_h": f"P90 wait {one.wait_p90_h:.0f} h (+-{one.wait_p90_h_ci95:.0f}), {target.wait_p90_h or 0:g} asked",
        "weather": f"offers {one.offered:.0f} rounds a year, {offered or 0:.0f} asked",
    }
    return "; ".join(said[name] for name, verdict in found.items() if verdict != MET)


def cause(line: Line, one: Seen, found: Mapping[str, str]) -> str:
    """What binds where no fleet met the target: berth, rule of departure or ships."""
    if one.busy[0] >= 0.8:
        return f"berths, not ships: {one.busy[1]} is busy {one.busy[0]:.0%} of the time"
    if {"wait_h", "wait_p90_h"} & {name for name, verdict in found.items() if verdict != MET} and one.idle_h > 1.0:
        return f"the rule of departure, not ships: a ship waits {one.idle_h:.0f} h for its load"
    return f"ships: more than were allowed are needed (the berths of {line.name} have room)"
