"""Whose turn it is, and what a person may try next: what the boards show, from the states of consignments alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from karvan.ops.decide import Actor, State
from karvan.ops.decide.decide import open_to
from karvan.ops.decide.table import table
from karvan.ops.track import Wait, waits

ALL = "*"  # a step for all units that may
TOGETHER = ("unit", "custody", "pickup")  # regions in which the units of a train do a step together


@dataclass(frozen=True, slots=True)
class Turn:
    """A step that somebody waits for: of a consignment, by how many of its units, and whether it is mine."""

    consignment: str
    owner: str
    wait: Wait
    units: tuple[str, ...]
    mine: bool


def turns(state: State, actor: Actor) -> list[Turn]:
    """The steps that the units of a consignment wait for, each once: a train is one row, not fifty-five."""
    found: dict[Wait, list[str]] = {}
    for unit in state.units.values():
        if (wait := waits(state, unit)) is not None:
            whole = replace(wait, part=ALL) if wait.region in TOGETHER else wait
            found.setdefault(whole, []).append(unit.unit)
    return [
        Turn(state.consignment, state.owner, wait, tuple(units), _mine(wait, actor)) for wait, units in found.items()
    ]


def _mine(wait: Wait, actor: Actor) -> bool:
    """Whether it is this person's turn: the role may, and the party or the officer's office is among those named."""
    givers = {each.giver for each in actor.mandates}
    names = {actor.party, actor.posting.office if actor.posting else "", *givers}
    return actor.role in wait.roles and (not wait.parties or bool(names & set(wait.parties)))


def steps(state: State, actor: Actor) -> dict[str, list[tuple[str, str, int]]]:
    """What the role may try next, by region: a kind, the part it is for, and how many such there are."""
    found: dict[str, dict[str, list[str]]] = {}
    for part, kinds in open_to(state, actor.role).items():
        region, _, name = part.partition("/")
        for kind in kinds:
            found.setdefault(region, {}).setdefault(kind, []).append(name)
    return {region: list(_buttons(region, kinds)) for region, kinds in found.items()}


def _buttons(region: str, kinds: dict[str, list[str]]) -> Iterator[tuple[str, str, int]]:
    for kind, names in kinds.items():
        if region in TOGETHER and len(names) > 1:
            yield kind, ALL, len(names)
        elif region == "seal" and len(names) > 1:
            yield kind, "", len(names)  # each seal has a number of its own: the form asks for it
        else:
            yield from ((kind, name, 1) for name in names)


def parts(state: State, kind: str, part: str, actor: Actor) -> list[str]:
    """The parts that a step is for: one; or all units that may, that are the actor's to do it with, and that stand where
    the first of them stands."""
    if part != ALL:
        return [part]
    region = table().kinds[kind].region
    open_ = open_to(state, actor.role)
    units = [each for name, each in state.units.items() if kind in open_.get(f"{region}/{name}", ())]
    guards = {guard for row in table().transitions if row.kind == kind for guard in row.guards}
    if "offered_to" in guards:
        units = [each for each in units if each.offered == actor.party]
    if "custody" in guards:
        units = [each for each in units if each.custodian == actor.party]
    return [each.unit for each in units if each.place == units[0].place]


def known(kind: str) -> bool:
    """Whether there is such a step of a consignment; what concerns a guarantee itself is not done at a board."""
    found = table().kinds.get(kind)
    return found is not None and found.region != "surety"
