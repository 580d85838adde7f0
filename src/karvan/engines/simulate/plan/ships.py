"""Ships: the vehicles of a service with calls over water, as entities that go round its ports."""

from dataclasses import dataclass
from itertools import pairwise

import polars as pl

from karvan.engines.simulate.model import NEVER, Step
from karvan.engines.simulate.plan import Leg, Plan, laws, steps
from karvan.errors import InputError
from karvan.network.compile import times
from karvan.network.compile.vehicles import Row
from karvan.network.compile.vehicles import berth as berth_of
from karvan.network.compile.vehicles import room as room_of

LONGEST_H = 168.0
"""A ship that sails when full and says no longest wait sails after this one: none waits for ever."""


def add_ships(plan: Plan) -> None:
    """The ships of all services for which freight waits."""
    for service in sorted({name for name, _, _ in plan.quays}):
        _add_service(plan, plan.row("services", service))


def _add_service(plan: Plan, service: Row) -> None:
    model, name = plan.model, service["service_id"]
    vehicle = plan.row("classes", service["class_id"])
    calls = plan.today.calls.filter(pl.col("service_id") == name).sort("order").to_dicts()
    room = room_of(plan, vehicle, [call["node_id"] for call in calls])
    if room <= 0:
        raise InputError(f"services {name}: its ships can load nothing", cure="give its class a capacity and a draught")
    legs = [(a["node_id"], b["node_id"], b) for a, b in pairwise(calls)]
    if service["one_way"]:
        back = (calls[-1]["node_id"], calls[0]["node_id"], None)
        cycle = [*legs, back]
    else:
        cycle = [*legs, *((head, tail, call) for tail, head, call in reversed(legs))]
    body: list[Step] = []
    seen: list[Leg] = []
    begins = []
    offsets = {call["node_id"]: call["offset_h"] for call in calls}
    if all(offset is None for offset in offsets.values()):
        offsets[calls[0]["node_id"]] = 0.0
    for number, (tail, head, call) in enumerate(cycle):
        begins.append(len(body))
        stops = [call] if call else [one for _, _, one in legs]
        timetable = offsets[tail] if service["dispatch"] == "timetable" and service["departures_week"] else None
        body += _leg(
            plan,
            service,
            (tail, head),
            _Port(stops, vehicle, room, timetable, (name, *cycle[number - 1][:2]) in plan.quays),
        )
        seen += [Leg(name, tail, doing="loading")] * (len(body) - len(seen) - 1)
        seen.append(Leg(name, tail, head, "sailing"))
    first = model.program(f"ship {name}", *laws.placed(body, 0), steps.jump("0"))
    plan.legs |= dict(enumerate(seen, start=first))
    if not any(step[0] in steps.TIMED for step in body):
        raise InputError(f"services {name}: its ships take no time at all", cure="give its calls hours")
    ports = [tail for tail, _, _ in cycle]
    if service["begins_at"] and service["begins_at"] not in ports:
        raise InputError(
            f"services {name}: its ships begin at {service['begins_at']}, where they do not call",
            cure=f"one of: {', '.join(sorted(set(ports)))}",
        )
    for number in range(service["vehicles"]):
        spread = number * len(cycle) // service["vehicles"]
        at = begins[ports.index(service["begins_at"]) if service["begins_at"] else spread]
        model.entity(first + at, f"{name} {number + 1}")


@dataclass(frozen=True)
class _Port:
    """What a ship does at a port and on the way to the next: stops passed, its class, its room, hours of its timetable,
    whether it brings freight.
    """

    stops: list[Row]
    vehicle: Row
    room: float
    timetable: float | None
    brings: bool


def _leg(plan: Plan, service: Row, ends: tuple[str, str], port: _Port) -> list[Step]:
    """At a port: berth, unload, load by the rule, wait for the weather, leave, sail to the next.

    A ship with a timetable leaves by it from the ports whose calls give an offset (or else from the first), from the
    others as soon as it is done.
    """
    model = plan.model
    tail, head = ends
    berth = berth_of(plan, service, tail)
    quay = plan.quays.get((service["service_id"], tail, head))
    handle: list[Step] = []
    out: list[Step] = []
    if berth:
        _, store, _ = plan.queue(berth["resource_id"])
        half = laws.of_resource(model, berth, (berth["time_h"] or 0.0) / 2)
        handle = [steps.delay(half)] if berth["time_h"] else []
        out.append(steps.seize(store))
    timed = port.timetable is not None
    out += [*(handle if port.brings else ()), steps.unload()]
    away = timed or (quay and service["waits_at"] != "berth")
    holding = berth["resource_id"] if berth and (timed or not away) else ""
    loading = [_loading(plan, service, quay, ends, port.room, holding)] if quay else []
    out += [steps.release(store)] if berth and away else []
    if timed:
        # Offsets count from Monday, the clock of a run from its first day.
        period = 168.0 / service["departures_week"]
        out.append(steps.until(period, ((port.timetable or 0.0) - 24.0 * plan.start.weekday()) % period))
    out += [] if timed else loading
    out += [steps.seize(store)] if berth and away else []
    out += [*(loading if timed else ()), *(handle if loading else ())]
    links = (stop["link_id"] for stop in port.stops if stop["link_id"])
    gate = plan.gate(tail, *links, holding=berth["resource_id"] if berth else "")
    if gate:
        out.append(steps.gate(*gate))
    out += [steps.release(store)] if berth else []
    return [*out, steps.delay(_sail(plan, port.vehicle, port.stops))]


def _loading(plan: Plan, service: Row, quay: tuple[int, int], ends: tuple[str, str], room: float, holding: str) -> Step:
    """The wait for a load by the service's rule, with the program that ends a ship's patience."""
    number, meter = quay
    wish = _wish(service, number, room)
    timer = 0
    if wish[3] < NEVER:
        timer = plan.model.program(f"patience {service['service_id']} {ends[0]}", steps.timer(number), steps.leave())
    own = plan.meter(f"{service['service_id']}@{ends[0]}", "batch", holding)
    return steps.load(*wish, timer=timer, line=_line(plan, service, ends, room, meter), meter=own)


def _wish(service: Row, quay: int, room: float) -> tuple[int, float, float, float]:
    """The quay, the room, the least load and the patience of a ship of the service."""
    if service["dispatch"] in (None, "timetable"):
        return quay, room, 0.0, NEVER
    if service["dispatch"] == "demand":
        return quay, room, 1.0, service["longest_wait_h"] or LONGEST_H
    share = service["min_load"] if service["min_load"] is not None else 1.0
    return quay, room, share * room, service["longest_wait_h"] or LONGEST_H


def _line(plan: Plan, service: Row, ends: tuple[str, str], room: float, meter: int) -> int:
    plan.lines.append((service["service_id"], *ends, room, service["vehicles"], meter))
    plan.model.lines.append(f"{service['service_id']} {ends[0]}-{ends[1]}")
    return len(plan.model.lines) - 1


def _sail(plan: Plan, vehicle: Row, stops: list[Row]) -> int:
    total = times.Time()
    for stop in stops:
        hours = stop["hours"]
        if hours is None:
            length = plan.today.links.filter(pl.col("link_id") == stop["link_id"])["length_km"][0]
            hours = length / (vehicle["speed_kmh"] or 20.0)
        total = total + times.step(stop["hours_min"], hours, stop["hours_p90"])
    return laws.of_moments(plan.model, total.floor, total.mean, total.variance)
