"""Decide: where a train may take another of its flow's ways, because more waits ahead of it than it is ready to join.

A leg of a way with ``queue_limit`` is looked at from ``decide_at``, a place that the way passes before it: where more than the
limit waits for the leg's ships, the train goes on by the first other way that comes to the place in the same class and whose
own queue, where it has a limit there, is within it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from karvan.engines.simulate.model import Step
from karvan.engines.simulate.plan import steps
from karvan.engines.simulate.plan.flows import Flow
from karvan.network.compile.arrays import MOVE, Label
from karvan.network.compile.vehicles import Labels
from karvan.network.legs import Leg

Marks = Mapping[int, int]
"""By the label after which it stands: a number of steps left free for a look, or the step after them."""
Bodies = list[list[Step]]


@dataclass(frozen=True)
class Look:
    """What a train looks at: from which place, after which label (-1: at the origin), at which leg, the limit of its queue.

    ``others``: the other ways it may take (by their place in the flow), and the label after which it goes on there.
    """

    place: str
    after: int
    leg: Label
    limit: float
    others: tuple[tuple[int, int], ...]


def arrival(labels: Labels, place: str) -> tuple[int, str] | None:
    """After which label a way stands at a place (-1: at its origin), and in which class it comes there."""
    if labels[0][0].tail == place:
        return -1, ""
    for at, (label, _) in enumerate(labels):
        if label.kind == MOVE and label.head == place:
            return at, label.class_id
    return None


def looks(parts: Sequence[Flow]) -> list[list[Look]]:
    """What the trains of each way of a flow look at."""
    return [
        [look for leg, label in _legs(part) if leg.decide_at for look in _look(parts, part, leg, label)]
        for part in parts
    ]


def _legs(part: Flow) -> list[tuple[Leg, Label]]:
    moves = [label for label, _ in part.labels if label.kind == MOVE]
    return list(zip(part.ways[0].legs, moves, strict=False))


def _look(parts: Sequence[Flow], part: Flow, leg: Leg, label: Label) -> list[Look]:
    mine = arrival(part.labels, leg.decide_at)
    if mine is None or leg.queue_limit is None:
        return []
    there = [arrival(one.labels, leg.decide_at) for one in parts]
    others = [(at, one[0]) for at, one in enumerate(there) if parts[at] is not part and one and one[1] == mine[1]]
    return [Look(leg.decide_at, mine[0], label, leg.queue_limit, tuple(others))]


def marks(parts: Sequence[Flow], found: Sequence[Sequence[Look]]) -> list[dict[int, int]]:
    """By way: after which labels it is looked, or those come who change to it, and how many steps to leave free there."""
    out: list[dict[int, int]] = [{} for _ in parts]
    for at, mine in enumerate(found):
        for look in mine:
            out[at][look.after] = 1 + len(look.others)
            for other, after in look.others:
                out[other].setdefault(after, 0)
    return out


def fill(
    bodies: Bodies,
    found: Sequence[Sequence[Look]],
    points: Sequence[Marks],
    begins: Sequence[int],
    turned: Sequence[int],
    queue: Callable[[int, Look], tuple[int, int]],
) -> None:
    """Puts the looks into the programs of the ways, where steps were left free for them.

    ``points``: by way, the step after each look. ``begins``: the row of each way's first step. ``turned``: the flow that one
    who changes to a way counts as. ``queue``: the quay that a look of a way is at, and the yard before it (-1: none).
    """
    for mine, looked in enumerate(found):
        for look in looked:
            after = points[mine][look.after]
            block = [steps.ahead(*queue(mine, look), look.limit, begins[mine] + after)]
            for other, there in look.others:
                row = begins[other] + points[other][there]
                own = next((one for one in found[other] if one.place == look.place), None)
                block.append(
                    steps.ahead(*queue(other, own), own.limit, row, turned[other])
                    if own
                    else steps.branch(1.0, row, turned[other])
                )
            bodies[mine][after - len(block) : after] = block
