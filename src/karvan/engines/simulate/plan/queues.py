"""Queues: the steps of a train at a resource: the wait for a place where space is finite, the wait for a server, the service.

One who has been served where the next place is full stays where it is and blocks it (blocking after service); so does one who
has run over a section into a full place.
"""

from karvan.engines.simulate.model import Step
from karvan.engines.simulate.plan import Plan, laws, steps
from karvan.engines.simulate.plan.flows import Flow
from karvan.errors import InputError
from karvan.kernels import machine as m
from karvan.network.compile import times
from karvan.network.compile.vehicles import Row

PIECES = ("unit", "FEU", "TEU", "wagon", "truck", "t")
HOURS_YEAR = 8760.0


def offer(plan: Plan, name: str, flow: Flow, hours: float) -> None:
    """Adds to the load offered to a resource: server-hours an hour."""
    plan.load[name] = plan.load.get(name, 0.0) + flow.pieces_year / flow.batch * hours / HOURS_YEAR


def served(plan: Plan, flow: Flow, row: Row, resource: Row, pieces: int) -> list[Step]:
    """The queue at a resource and the service there, for a train of at most so many pieces."""
    name = resource["resource_id"]
    plan.ranks.setdefault(name, set()).add(flow.priority)
    kind, number, meter = plan.queue(name)
    part = min(1.0, flow.batch / flow.train)
    if kind == "slot":
        offer(plan, name, flow, 24.0 / resource["per_day"] * part)
        return [steps.slot(number, meter, part)]
    by_piece = resource["unit"] in PIECES
    mean = resource["time_h"] if resource["time_h"] is not None else row["hours"]
    if resource["unit"] == "TEU" and flow.unit == "FEU":
        mean *= 2
    if resource["unit"] == "t":
        mean *= flow.tonnes
    if not by_piece:
        mean *= part
    law = laws.of_resource(plan.model, resource, mean)
    offer(plan, name, flow, times.broken(mean, 0.0, resource)[0] * (flow.batch if by_piece else 1))
    if by_piece and pieces > 1 and (kind in ("store", "bulk") or resource["when_full"] == "refuse"):
        raise InputError(
            f"resources {name}: it serves piece by piece, and {flow.name} comes in trains of {pieces}: "
            f"{_why(plan, name, kind)}",
            cure="let the pieces go on one by one before it (apart), or serve whole trains (unit train)",
        )
    if kind == "store":
        shut = plan.hours(resource)
        closed = [steps.gate(shut, plan.meter(name, "closed", name))] if shut >= 0 else []
        work = [steps.seize(number, priority=flow.priority), *closed, steps.delay(law), steps.release(number)]
    elif kind == "bulk":
        work = [steps.bulk(number, law, meter)]
    elif by_piece and resource["when_full"] != "refuse":
        work = [steps.each(number, law, meter)]
    else:
        work = [steps.serve(number, law, meter, "refused")]
    return _placed(plan, flow, resource, work, pieces if by_piece else 1)


def _why(plan: Plan, name: str, kind: str) -> str:
    if kind == "bulk":
        return "a service for several takes pieces, not trains"
    if kind == "store":
        held = "what comes after it is finite" if name in plan.held else "its customers have different priorities"
        return f"that is not simulated where {held}"
    return "a part of a train cannot be refused"


def _placed(plan: Plan, flow: Flow, resource: Row, work: list[Step], places: int) -> list[Step]:
    """The work at a resource, within one of its places where they are finite and those who find none wait."""
    if not plan.finite(resource):
        return work
    name, space = resource["resource_id"], int(resource["space"])
    if space < max(places, resource["servers"] if resource["kind"] != "yard" else 1):
        raise InputError(
            f"resources {name}: {space} places for {resource['servers']} servers and trains of {places} ({flow.name})",
            cure="space counts those served too: give it more, or the demand a smaller batch",
        )
    if name not in plan.places:
        plan.places[name] = plan.model.store(name, space, "blocking")
    place, by_unit = plan.places[name], resource["unit"] in PIECES
    return [steps.seize(place, by_unit=by_unit), *work, steps.release(place, by_unit=by_unit)]


def track(plan: Plan, flow: Flow, resource: Row, forth: bool, run: list[Step], hours: float) -> list[Step]:
    """A section run over by at most ``servers`` trains at once, on a single track all in one direction, at a headway."""
    name = resource["resource_id"]
    single = plan.row("links", resource["link_id"])["tracks"] == 1
    direction = (1 if forth else 2) if single else 0
    if name not in plan.queues:
        store = plan.model.store(name, resource["servers"], "track")
        plan.queues[name] = ("store", store, store[1])
        plan.places[name] = store
    store = plan.places[name]
    out = [steps.seize(store, priority=flow.priority, direction=direction)]
    if resource["time_h"]:
        if (name, forth) not in plan.heads:
            plan.heads[name, forth] = plan.model.pool(1)
        law = laws.of_kind(plan.model, name, resource["time_kind"] or "fixed", resource["time_h"], resource["time_cv"])
        out.append(steps.follow(plan.heads[name, forth], law, plan.meter(name, "headway", name)))
    offer(plan, name, flow, hours)
    return [*out, *run, steps.release(store)]


def blocked(plan: Plan, body: list[Step], fixed: set[int]) -> None:
    """Lets what is held be given back only once the next place, where it is finite, is taken; the program keeps its length.

    Notes in ``plan.holders`` the queues resolved on arrival that stand before such a place: these must go by events.
    ``fixed``: steps that others come to, whose order is kept.
    """
    finite = {store[0]: name for name, store in plan.places.items()}
    for at, step in enumerate(body):
        if step[0] != m.SEIZE or step[1] not in finite or at in fixed:
            continue
        first = at
        while first and body[first - 1][0] in (m.RELEASE, m.SCATTER) and first - 1 not in fixed:
            first -= 1
        before = body[first - 1] if first else ()
        if before and before[0] in (m.SERVE, m.EACH, m.BULK):
            plan.holders |= {name for name, (kind, number, _) in plan.queues.items() if (kind, number) == _of(before)}
        freed = [one for one in body[first:at] if one[0] == m.RELEASE]
        if not freed:
            continue
        apart = [one for one in body[first:at] if one[0] == m.SCATTER]
        if apart and not all(one[5] for one in freed):
            raise InputError(
                f"resources {finite[step[1]]}: trains come apart between the place before it and its finite space",
                cure="let them go on one by one (apart) a step before, or behind it",
            )
        holder = next(name for name, (_, store, _) in _stores(plan) if store[0] == freed[-1][1])
        held = (*step[:3], plan.meter(finite[step[1]], "blocking", holder), *step[4:])
        body[first : at + 1] = [*apart, held, *freed]


def _of(step: Step) -> tuple[str, int]:
    return ("bulk" if step[0] == m.BULK else "pool"), step[1]


def _stores(plan: Plan) -> list[tuple[str, tuple[str, tuple[int, int], int]]]:
    """All that is held, by the name of its resource."""
    held = [(name, queue) for name, queue in plan.queues.items() if queue[0] == "store"]
    return [*held, *((name, ("store", place, place[1])) for name, place in plan.places.items())]
