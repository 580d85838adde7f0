"""Asked: the target a fleet is to meet and how it is sought, checked at the door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from karvan.errors import InputError, nearest

RULES = ("own", "timetable", "full", "min_load", "demand")


@dataclass(frozen=True)
class Target:
    """What a line is to do in a year; a field left out is not asked for.

    ``kt``: thousand tonnes a year, both ways together, that are to come to the line: its demand is scaled to them.
    ``carried``: share of what comes that is carried. ``wait_h``, ``wait_p90_h``: hours for a ship, on average and of nine
    pieces in ten, on the worse leg. ``weather``: share made good of the rounds a year that weather takes from today's fleet.
    """

    kt: float | None = None
    carried: float = 0.95
    wait_h: float | None = None
    wait_p90_h: float | None = None
    weather: float | None = None


@dataclass(frozen=True)
class Sought:
    """How a fleet is sought: rules of departure tried, vessels at most, and what each simulation is."""

    rules: tuple[str, ...]
    most: int
    days: float
    warmup: float
    runs: int
    seed: int
    threads: int
    tags: tuple[str, ...]


def target_of(said: Mapping[str, float]) -> Target:
    """The target of a mapping. Raises InputError naming every key and value that is none, all at once.

    >>> target_of({"wait_p90_h": 72.0}).carried
    0.95
    """
    known = [field.name for field in fields(Target)]
    faults = [fault for name, value in said.items() for fault in _wrong(name, value, known)]
    if not said:
        faults.append(("a fleet has no target", f"give at least one of {', '.join(known)}"))
    _refused(faults)
    return Target(**said)


def _wrong(name: str, value: float, known: Sequence[str]) -> list[tuple[str, str]]:
    if name not in known:
        return [(f"a target has no {name!r}", f"one of {', '.join(nearest(name, known) or known)}")]
    share = name in ("carried", "weather")
    if 0 < value < float("inf") and (value <= 1 or not share):
        return []
    return [(f"target {name} is {value}", "a number above 0" + (" and at most 1" if share else ""))]


def sane(sought: Sought) -> None:
    """Raises InputError for numbers no search can have, all at once."""
    faults = [
        (f"{name} is {value}", f"give at least {least}")
        for name, value, least in (("most", sought.most, 1), ("runs", sought.runs, 2), ("days", sought.days, 28))
        if not value >= least
    ]
    lost = [rule for rule in sought.rules if rule not in RULES]
    faults += [(f"there is no rule of departure {rule!r}", f"one of {', '.join(RULES)}") for rule in lost]
    if not sought.rules:
        faults.append(("no rule of departure is given", f"one or more of {', '.join(RULES)}"))
    _refused(faults)


def _refused(faults: Sequence[tuple[str, str]]) -> None:
    if faults:
        raise InputError("; ".join(what for what, _ in faults), cure="; ".join(cure for _, cure in faults))
