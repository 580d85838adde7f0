"""Intervals: the log of one consignment as stops with a beginning and an end, without party, person or number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from karvan.ops.event import Event

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Stage:
    """A kind of stop: the region whose subject stops, what begins it, what ends it, what calls it off (it then tells no
    more than that it lasted so long), and whether it is ``wait`` or ``service``."""

    region: str
    begins: frozenset[str]
    ends: frozenset[str]
    off: frozenset[str]
    what: str


def _stage(region: str, begins: str, ends: str, off: str, what: str) -> Stage:
    return Stage(region, frozenset(begins.split()), frozenset(ends.split()), frozenset(off.split()), what)


VOID = "REJECTED REFUSED CANCELLED INVALIDATED"
STAGES: Mapping[str, Stage] = {
    "acceptance": _stage("movement", "LODGED", "ACCEPTED", VOID, "wait"),
    "guarantee": _stage("movement", "ACCEPTED", "GUARANTEE_RESERVED GUARANTEE_WAIVED", VOID, "wait"),
    "formalities": _stage("movement", "", "ASSESSED", VOID, "wait"),
    "control": _stage("movement", "ASSESSED", "RELEASED", VOID, "wait"),
    "documents": _stage("movement", "DOC_REQUESTED", "DOC_RECEIVED", VOID, "wait"),
    "inspection_wait": _stage("movement", "", "INSPECTION_START", VOID, "wait"),
    "inspection": _stage("movement", "INSPECTION_START", "INSPECTION_END", VOID, "service"),
    "discharge": _stage("movement", "ARRIVED_AT_EXIT", "DISCHARGED", "RECOVERY_OPENED", "wait"),
    "loading": _stage("unit", "GATE_IN", "LOADED", "GATE_OUT", "wait"),
    "departure": _stage("unit", "LOADED", "DEPARTED", "UNLOADED", "wait"),
    "gauge": _stage("unit", "GAUGE_START", "GAUGE_END UNIT_TRANSFERRED", "", "service"),
    "hand_over": _stage("unit", "HANDED_OVER", "TAKEN_OVER", "OFFER_WITHDRAWN", "wait"),
}
"""Stages by name. ``formalities`` run from the arrival at the office of departure to the lane, ``control`` from then, or from
the lane if that is later, to the release; ``inspection_wait`` counts for the red lane alone."""


@dataclass(frozen=True, slots=True)
class Closed:
    """A place that was shut, such as a port by wind: waiting there meanwhile is weather, and no dwell."""

    place: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """One stop: stage, place (UN/LOCODE), territory, lane, whether lodged before arrival, mode, the number of what moved
    together, hours seen, whether ended, hours before the data, the most it can have been (0: known)."""

    stage: str
    place: str
    territory: str
    lane: str
    electronic: bool
    mode: str
    batch: int
    hours: float
    ended: bool
    begun: float = 0.0
    most: float = 0.0


def intervals(
    events: Sequence[Event], since: datetime, until: datetime, *, batch: int = 0, closed: Sequence[Closed] = ()
) -> list[Interval]:
    """The stops of one consignment, from its events in their order, as far as they lie between ``since`` and ``until``.

    What was recorded after ``until`` is not known yet. A stop that ended before ``since`` is left out, one that had begun
    by then is told with its hours before; one that has not ended by ``until`` is told as it stands. An end that was told
    late lies between the step before and its recording. Waits are told less the hours for which their place was shut.
    """
    known = [event for event in events if event.recorded <= until]
    found: list[Interval] = []
    for stop in (*_of_movements(known), *_of_units(known)):
        told = _seen(stop, since, until, closed)
        if told is not None:
            found.append(replace(told, batch=batch))
    return found


@dataclass(frozen=True, slots=True)
class _Stop:
    """A stop in time: ``end`` is none while it lasts; ``least`` is the earliest end of one told late."""

    like: Interval
    begin: datetime
    end: datetime | None
    ended: bool
    least: datetime | None = None


def _seen(stop: _Stop, since: datetime, until: datetime, closed: Sequence[Closed]) -> Interval | None:
    last = min(stop.end or until, until)
    if stop.begin > until or last < since or (stop.end is None and stop.begin == until):
        return None
    shut = [each for each in closed if each.place == stop.like.place] if STAGES[stop.like.stage].what == "wait" else []
    ended = stop.ended and stop.end is not None and stop.end <= until
    hours = _hours(stop.begin, last, shut)
    begun = _hours(stop.begin, since, shut) if stop.begin < since else 0.0
    if stop.least is not None and ended:
        low = max(_hours(stop.begin, stop.least, shut), begun)
        return replace(stop.like, hours=low, ended=True, begun=begun, most=hours)
    return replace(stop.like, hours=hours, ended=ended, begun=begun)


def _hours(begin: datetime, end: datetime, shut: Sequence[Closed]) -> float:
    lost = sum((max(timedelta(0), min(end, each.until) - max(begin, each.since)) for each in shut), timedelta(0))
    return max(0.0, (end - begin - lost) / HOUR)


def _of_movements(events: Sequence[Event]) -> Iterator[_Stop]:
    for event in events:
        if event.kind == "MOVEMENT_DRAFTED":
            body = event.body
            own = [each for each in events if each.body.get("movement") == body["movement"]]
            yield from _movement(events, own, body)


def _movement(events: Sequence[Event], own: Sequence[Event], body: Mapping[str, Any]) -> Iterator[_Stop]:
    office = body["departure"]
    lodged = next((event for event in own if event.kind == "LODGED"), None)
    if lodged is None:
        return
    arrived = _arrival(events, set(body["units"]), office["place"], lodged)
    ahead = arrived is None or lodged.occurred < arrived
    assessed = next((event for event in own if event.kind == "ASSESSED"), None)
    lane = str(assessed.body["lane"]) if assessed else ""
    like = Interval("", office["place"], office["territory"], "all", ahead, body["mode"], 0, 0.0, False)
    for name, stage in STAGES.items():
        if stage.region != "movement":
            continue
        now = replace(like, stage=name, lane=lane if name in ("control", "inspection_wait") else "all")
        if name == "formalities":
            yield from _ending(now, own, stage, arrived)
        elif name == "control":
            both = max(arrived, assessed.occurred) if arrived and assessed else None
            yield from _ending(now, own, stage, both)
        elif name == "inspection_wait":
            yield from _ending(now, own, stage, assessed.occurred if assessed and lane == "red" else None)
        elif name == "discharge":
            to = body["destination"]
            yield from _pairs(replace(now, place=to["place"], territory=to["territory"]), own, stage)
        else:
            yield from _pairs(now, own, stage)


def _arrival(events: Sequence[Event], units: set[str], place: str, lodged: Event) -> datetime | None:
    """When the last unit came to the office; when it was lodged, where a unit was there from the start; none so far."""
    there: dict[str, datetime] = {}
    for event in events:
        unit = event.body.get("unit")
        if unit in units and event.body.get("place") == place:
            if event.kind in ("UNIT_ARRIVED", "GATE_IN"):
                there.setdefault(unit, event.occurred)
            elif event.kind == "UNIT_ADDED":
                there[unit] = lodged.occurred
    return max(there.values()) if set(there) == units else None


def _ending(like: Interval, own: Sequence[Event], stage: Stage, begin: datetime | None) -> Iterator[_Stop]:
    """The stop that begins at ``begin``; one that had ended before takes no time."""
    if begin is None:
        return
    for before, event in zip([None, *own], own, strict=False):
        if event.kind in stage.ends | stage.off:
            yield _stop(like, begin, before, event, event.kind in stage.ends)
            return
    yield _Stop(like, begin, None, False)


def _pairs(like: Interval, own: Sequence[Event], stage: Stage) -> Iterator[_Stop]:
    """The stops between what begins and what ends them."""
    begun: Event | None = None
    for before, event in zip([None, *own], own, strict=False):
        if begun is not None and event.kind in stage.ends | stage.off:
            yield _stop(like, begun.occurred, before, event, event.kind in stage.ends)
            begun = None
        if event.kind in stage.begins:
            begun = begun or event
    if begun is not None:
        yield _Stop(like, begun.occurred, None, False)


def _stop(like: Interval, begin: datetime, before: Event | None, event: Event, ended: bool) -> _Stop:
    if event.late:
        least = max(begin, before.occurred) if before else begin
        return _Stop(like, begin, max(begin, event.recorded), ended, least)
    return _Stop(like, begin, max(begin, event.occurred), ended)


def _of_units(events: Sequence[Event]) -> Iterator[_Stop]:
    drafts = [event.body for event in events if event.kind == "MOVEMENT_DRAFTED"]
    for added in (event for event in events if event.kind == "UNIT_ADDED"):
        unit = added.body["unit"]
        mode = next((body["mode"] for body in drafts if unit in body["units"]), "")
        own = [event for event in events if event.body.get("unit") == unit]
        for name, stage in STAGES.items():
            if stage.region == "unit":
                for stop in _pairs(Interval(name, "", "", "all", False, mode, 0, 0.0, False), own, stage):
                    place = _place(own, stop.begin)
                    yield replace(stop, like=replace(stop.like, place=place, territory=place[:2]))


def _place(own: Sequence[Event], when: datetime) -> str:
    told = [event.body["place"] for event in own if event.occurred <= when and "place" in event.body]
    return str(told[-1]) if told else ""
