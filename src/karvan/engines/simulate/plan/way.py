"""Way: the program of a flow, step by step along its arcs, with the queues that they name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

from karvan.engines.simulate.model import Step
from karvan.engines.simulate.plan import Leg, Plan, laws, steps
from karvan.engines.simulate.plan.arrivals import add_source
from karvan.engines.simulate.plan.decide import Look, Marks, fill, looks, marks
from karvan.engines.simulate.plan.flows import Flow
from karvan.engines.simulate.plan.learned import learned_step
from karvan.engines.simulate.plan.queues import blocked, offer, served, track
from karvan.errors import InputError
from karvan.kernels import machine as m
from karvan.network.compile.arrays import BOARD, MOVE, Label
from karvan.network.compile.goods import size_in
from karvan.network.compile.vehicles import Row, afloat


@dataclass
class Program:
    """The program of a way without its end: its steps, what each is to whoever looks on, and the step after each mark."""

    body: list[Step]
    legs: list[Leg]
    points: dict[int, int]


def way(plan: Plan, flow: Flow, marks: Marks = MappingProxyType({})) -> Program:
    """The program of a flow's first way; after the labels of ``marks`` as many steps as they say are left free."""
    first = [steps.refuse()] * marks.get(-1, 0)
    made = Program(first, [Leg(flow.name, flow.origin, doing="waiting")] * len(first), {-1: len(first)})
    for at in (_along if flow.ways[0].on_corridor else _elsewhere)(plan, flow, made):
        free = marks.get(at, 0)
        made.body += [steps.refuse()] * free
        made.legs += [Leg(flow.name, flow.labels[at][0].head, doing="waiting")] * free
        made.points[at] = len(made.body)
    blocked(plan, made.body, {made.points[at] for at in marks if at in made.points})
    return made


def _along(plan: Plan, flow: Flow, made: Program) -> Iterator[int]:
    """The steps of a way, label by label; gives the number of each when its steps are there."""
    out, legs = made.body, made.legs
    by_ship = [label.kind == MOVE and afloat(plan, label) for label, _ in flow.labels]
    for at, (label, arc) in enumerate(flow.labels):
        near_ship = any(by_ship[max(0, at - 3) : at + 4])
        if by_ship[at]:
            service = plan.row("services", label.service)
            vehicle = plan.row("classes", service["class_id"])
            quay, meter = plan.quay(label.service, label.tail, label.head)
            size = size_in(vehicle["capacity_unit"], flow.unit, flow.tonnes)
            yard = _yard(plan, flow, label.tail)
            if yard:
                out.append(steps.seize(yard, by_unit=True))
            out.append(steps.board(quay, meter, size=size, yard=yard[0] if yard else -1))
            asked = plan.load.get(f"{label.service}@{label.tail}-{label.head}", 0.0)
            plan.load[f"{label.service}@{label.tail}-{label.head}"] = asked + flow.pieces_year * size
        elif label.procedure:
            for row in plan.chain(label.procedure):
                out += [steps.scatter()] if row["apart"] else []
                pieces = 1 if any(step[0] == m.SCATTER for step in out) else flow.largest
                out += _step(plan, flow, row, near_ship, len(out), pieces)
                doing = "waiting" if row["step"] == "queue" else "served"
                legs += [Leg(flow.name, label.tail, doing=doing)] * (len(out) - len(legs))
        elif label.kind != BOARD or not near_ship or not afloat(plan, label):
            out += _passage(plan, flow, label, arc)
        doing = "moving" if label.link else "waiting"
        legs += [Leg(flow.name, label.tail, label.head, doing)] * (len(out) - len(legs))
        yield at


def _elsewhere(plan: Plan, flow: Flow, made: Program) -> Iterator[int]:
    """The steps of a way that uses nothing of the corridor: it takes its time, and no queue."""
    net = flow.net
    for at, (label, arc) in enumerate(flow.labels):
        if net.hours[arc] > 0:
            law = laws.of_moments(plan.model, float(net.floor[arc]), float(net.hours[arc]), float(net.variance[arc]))
            made.body.append(steps.delay(law))
            made.legs.append(Leg(flow.name, label.tail, label.head, "moving" if label.link else "waiting"))
        yield at


def _yard(plan: Plan, flow: Flow, port: str) -> tuple[int, int] | None:
    """The finite yard in which a flow's pieces wait for a ship; a train for which it has no room waits outside."""
    for row in plan.rows("resources", port, "node_id"):
        if row["kind"] != "yard" or row["unit"] != flow.unit or not (row["space"] or 0) > 0:
            continue
        name = row["resource_id"]
        if row["space"] < flow.largest:
            raise InputError(
                f"resources {name}: space for {row['space']:g} {flow.unit}, but {flow.largest} come together for {flow.name}",
                cure="give it more space, or the demand a smaller batch",
            )
        if name not in plan.queues:
            store = plan.model.store(name, int(row["space"]), "blocking")
            plan.queues[name] = ("store", store, store[1])
            if plan.finite(row):
                plan.places[name] = store
        yard: tuple[int, int] = plan.queues[name][1]
        return yard
    return None


def _passage(plan: Plan, flow: Flow, label: Label, arc: int) -> list[Step]:
    """A link run over, or a wait that only has a mean: until the link is open, a slot where there is one, then time."""
    net = flow.net
    at_sea = label.link and plan.row("links", label.link)["mode"] in ("sea", "river")
    gate = plan.gate(*([label.tail, label.link] if at_sea else [label.link])) if label.link else None
    out = [steps.gate(*gate)] if gate else []
    tracks: list[Row] = []
    if label.link:
        for row in plan.rows("resources", label.link, "link_id"):
            if plan.rows("procedures", row["resource_id"], "resource_id"):
                continue
            if row["per_day"]:
                _, number, meter = plan.queue(row["resource_id"])
                out.append(steps.slot(number, meter, min(1.0, flow.batch / flow.train)))
                offer(plan, row["resource_id"], flow, 24.0 / row["per_day"] * flow.batch / flow.train)
            elif row["kind"] == "track":
                tracks.append(row)
    hours = float(net.hours[arc])
    run = []
    if hours > 0:
        law = laws.of_moments(plan.model, float(net.floor[arc]), hours, float(net.variance[arc]))
        run = [steps.delay(law)]
    for row in tracks:
        run = track(plan, flow, row, label.tail == plan.row("links", label.link)["from_node"], run, hours)
    return out + run


def _step(plan: Plan, flow: Flow, row: Row, near_ship: bool, at: int, pieces: int) -> list[Step]:
    """One step of a chain: papers by their shares, the queue at its resource, or time alone."""
    resource = plan.row("resources", row["resource_id"]) if row["resource_id"] else {}
    if near_ship and (resource.get("kind") == "berth" or row["step"] == "departure"):
        return []  # the ship does it
    if resource:
        return served(plan, flow, row, resource, pieces)
    models = [
        one for one in plan.rows("dwell_models", row["procedure_id"], "procedure_id") if one["order"] == row["order"]
    ]
    if models:
        return laws.placed(learned_step(plan, row, models), at)
    model = plan.model
    on_paper = laws.of_step(model, row["hours_min"], row["hours"], row["hours_p90"])
    meter = plan.meter(row["node_id"] or row["procedure_id"], "papers") if row["step"] == "papers" else -1
    out = [steps.delay(on_paper, meter)] if row["hours"] > 0 else []
    wrong = row["wrong_share"] or 0.0
    if wrong and row["rework_h"]:
        rework = laws.of_kind(model, "rework", "exponential", row["rework_h"], 1.0)
        out += [steps.branch(1.0 - wrong, "+2"), steps.delay(rework, meter)]
    share = row["electronic_share"] or 0.0
    if share and row["hours_electronic"] is not None:
        scale = row["hours_electronic"] / row["hours"] if row["hours"] else 1.0
        p90 = row["hours_p90"] and row["hours_p90"] * scale
        quick = laws.of_step(model, (row["hours_min"] or 0.0) * scale, row["hours_electronic"], p90)
        out = [steps.branch(share, f"+{len(out) + 2}"), *out, steps.branch(1.0, "+2"), steps.delay(quick, meter)]
    return laws.placed(out, at)


def add_flow(plan: Plan, flow: Flow) -> None:
    """Puts the programs of a flow's ways and its source into the model; each way counts as a flow of the model."""
    model = plan.model
    first = len(model.flows)
    parts = flow.parts(plan.today)
    plan.parts += parts
    model.flows += [_name(flow, part) for part in parts]
    if not flow.ways:
        model.entity(model.program(f"refused {flow.name}", steps.refuse()), f"refused {flow.name}", flow=first)
        return
    found = looks(parts)
    made = [way(plan, part, mark) for part, mark in zip(parts, marks(parts, found), strict=True)]
    begins = [len(model.rows) + sum(len(one.body) + 2 for one in made[:at]) for at in range(len(made))]
    changed = _changed(plan, parts) if any(found) else []
    fill([one.body for one in made], found, [one.points for one in made], begins, changed, partial(_ahead, plan, parts))
    for part, one in zip(parts, made, strict=True):
        _add_way(plan, part, _name(flow, part), one)
    add_source(plan, flow, first, _drawn(plan, flow, first, begins) if len(parts) > 1 else begins[0])


def _changed(plan: Plan, parts: Sequence[Flow]) -> list[int]:
    """By way, the flow of the model as which those count who changed to it."""
    first = len(plan.model.flows)
    plan.parts += [replace(part, changed=True) for part in parts]
    plan.model.flows += [f"{part.name}|{part.ways[0].number}|changed" for part in parts]
    return list(range(first, first + len(parts)))


def _ahead(plan: Plan, parts: Sequence[Flow], at: int, look: Look) -> tuple[int, int]:
    """The quay of the leg that one on a way looks at, and the yard before it; InputError where there is no other way."""
    if not look.others:
        told = f"{parts[at].name}|{parts[at].ways[0].number}"
        raise InputError(
            f"ways {told}: no other way of the flow comes to {look.place} in the same class",
            cure="add one, or name a place that another way passes too",
        )
    yard = _yard(plan, parts[at], look.leg.tail)
    return plan.quay(look.leg.service, look.leg.tail, look.leg.head)[0], yard[0] if yard else -1


def _name(flow: Flow, part: Flow) -> str:
    """What the steps of a way are keyed by: the flow, and the way's number where it is one of several."""
    return f"{flow.name}|{part.ways[0].number}" if len(flow.ways) > 1 else flow.name


def _add_way(plan: Plan, part: Flow, name: str, made: Program) -> None:
    """Puts the program of a way into the model."""
    end = str(len(made.body) + 1)
    placed = [(*step[:4], end, *step[5:]) if len(step) > 4 and step[4] == "refused" else step for step in made.body]
    program = plan.model.program(name, *placed, steps.leave(), steps.refuse())
    ends = Leg(part.name, part.labels[-1][0].head), Leg(part.name, "")
    plan.legs |= dict(enumerate([*made.legs, *ends], start=program))


def _drawn(plan: Plan, flow: Flow, first: int, begins: list[int]) -> int:
    """The first row of a program that sends each train by one of the ways, drawn by their shares on its own numbers."""
    left = sum(one.share for one in flow.ways)
    taken = [at for at, one in enumerate(flow.ways) if one.share > 0]
    body = []
    for at in taken:
        share = 1.0 if at == taken[-1] else flow.ways[at].share / left
        body.append(steps.branch(share, begins[at], first + at))
        left -= flow.ways[at].share
    program = plan.model.program(f"{flow.name}|ways", *body)
    plan.legs |= dict.fromkeys(range(program, program + len(body)), Leg(flow.name, flow.origin, doing="waiting"))
    return program
