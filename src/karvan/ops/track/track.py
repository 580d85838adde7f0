"""A consignment as who waits for it wants to know it, from its state and its log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from karvan.ops.decide.state import CALLED_OFF, State, Unit
from karvan.ops.decide.table import table
from karvan.ops.event import Event
from karvan.ops.track.predict import Predictor
from karvan.ops.track.waits import STOPPED, Wait, waits

Band = tuple[datetime, datetime, datetime]


@dataclass(frozen=True, slots=True)
class Standing:
    """One unit: its state and where it is (``left`` is the place that it left, where it is under way), on what, and since
    when it has been so; since when the step is due that it waits for; where it goes, and when it may be there.

    ``arrival`` are the times by which 1, 5 and 9 of 10 such journeys have arrived; none where nothing foretells it.
    ``flags`` are the reasons to look: see ``FLAGS``.
    """

    unit: str
    state: str
    place: str
    left: str
    parent: str
    since: datetime
    wait: Wait | None
    waiting_since: datetime
    destination: str
    arrival: Band | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tracked:
    """A consignment at a time: its units in the order in which they were added, and the events that were told late."""

    consignment: str
    version: int
    at: datetime
    units: tuple[Standing, ...]
    late: tuple[str, ...]


FLAGS = {
    "hold": "an authority stops the consignment",
    "overdue": "the present step lasts longer than 9 of 10 such steps",
    "past_limit": "the movement's limit date has passed",
    "missing_arrival": "the movement has arrived, and nobody told of the unit's arrival",
    "missing_exit": "the unit has long been at the last office, and nobody told that office",
    "seal_broken": "the seal was found broken",
}
"""What a unit may be flagged for, and what it means."""


def track(state: State, events: Sequence[Event], now: datetime, predict: Predictor | None = None) -> Tracked:
    """The consignment at a time, from its state and its whole log.

    >>> from datetime import UTC
    >>> now = datetime(2027, 3, 1, tzinfo=UTC)
    >>> track(State("c1"), (), now).units
    ()
    """
    times = _times(events)
    units = tuple(_standing(state, unit, times, now, predict) for unit in state.units.values())
    return Tracked(state.consignment, state.version, now, units, tuple(each.kind for each in events if each.late))


Times = dict[tuple[str, str], Event]


def _times(events: Sequence[Event]) -> Times:
    """The last event of each part, and of each unit the last departure."""
    found: Times = {}
    for event in events:
        region = table().kinds[event.kind].region
        region = "movement" if region == "guarantee" else region
        part = event.body.get(region if region in ("movement", "hold") else "unit", "")
        found[region, part] = event
        if event.kind == "DEPARTED":
            found["left", part] = event
    return found


def _standing(state: State, unit: Unit, times: Times, now: datetime, predict: Predictor | None) -> Standing:
    since = times["unit", unit.unit].occurred
    wait = waits(state, unit)
    due = max(since, times[wait.region, wait.part].occurred) if wait and (wait.region, wait.part) in times else since
    if wait is not None and wait.region == "guarantee":
        due = max(since, times["movement", wait.part].occurred)
    moving = unit.state == "departed"
    left = times["left", unit.unit].body["place"] if moving else ""
    destination = _destination(state, unit)
    elapsed = max(0.0, (now - since) / timedelta(hours=1))
    arrival = usual = None
    here = left or unit.place
    if predict is not None and destination and unit.state != "delivered" and here != destination:
        told = predict(here, destination, moving, elapsed)
        if told is not None:
            p10, p50, p90 = (now + timedelta(hours=each) for each in (told.p10_h, told.p50_h, told.p90_h))
            arrival, usual = (p10, p50, p90), told.usual_h
    flags = tuple(_flags(state, unit, elapsed, usual, now))
    return Standing(
        unit=unit.unit,
        state=unit.state,
        place=unit.place,
        left=left,
        parent=unit.parent,
        since=since,
        wait=wait,
        waiting_since=due,
        destination=destination,
        arrival=arrival,
        flags=flags,
    )


def _destination(state: State, unit: Unit) -> str:
    """The place of the last office on the unit's way; empty where no movement covers it yet."""
    own = [each for each in state.movements.values() if unit.unit in each.units and each.state not in CALLED_OFF]
    return max(own, key=lambda each: each.order).destination.place if own else ""


def _flags(state: State, unit: Unit, elapsed_h: float, usual_h: float | None, now: datetime) -> list[str]:
    if unit.state == "delivered":
        return []
    move = state.current(unit.unit)
    released = move is not None and move.state == "released"
    at_exit = move is not None and unit.place == move.destination.place
    checks = {
        "hold": bool(state.open_holds()),
        "overdue": usual_h is not None and elapsed_h > usual_h,
        "past_limit": move is not None and move.state in ("released", "enquiry") and now.date() > move.limit_date,
        "missing_arrival": move is not None and move.state in STOPPED - {"refused", "enquiry"} and not unit.place,
        "missing_exit": released and at_exit and elapsed_h > table().kinds["ARRIVED_AT_EXIT"].tolerance_h,
        "seal_broken": unit.seal.state == "broken",
    }
    return [name for name, so in checks.items() if so]
