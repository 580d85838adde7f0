"""Track: whose turn it is, since when, what is missing, and an arrival that is handed in."""

from datetime import timedelta
from typing import Any

import pytest

from karvan.ops.decide import Actor, Command, Refusal
from karvan.ops.decide.table import table
from karvan.ops.track import Arrival, Tracked, track
from karvan.ops.track.track import FLAGS
from karvan.ops.track.waits import NEXT_OF_MOVEMENT, NEXT_OF_UNIT
from ops import cast
from ops.service import Service

BOX = "CSQU3054383"
GREEN = "27KZ00000000000001"


class Journey:
    """A consignment of one box, told step by step; each step an hour after the last."""

    def __init__(self) -> None:
        self.service, self.now, self.count = Service(cast.RULES), cast.NOW, 0
        self.do(cast.SHIPPER, "CONSIGNMENT_CREATED")
        for party, role in (("deklar", "declarant"), ("rail-kz", "railway"), ("port-aktau", "port")):
            self.do(cast.SHIPPER, "ANNOUNCED", party=party, role=role)

    def do(self, actor: Actor, kind: str, /, reason: str = "", **body: Any) -> "Journey":
        self.count += 1
        self.now += timedelta(hours=1)
        command = Command(f"e{self.count}", "c1", kind, self.now, body, reason)
        answer = self.service.do(command, self.now, actor)
        assert not isinstance(answer, Refusal), answer
        return self

    def drafted(self) -> "Journey":
        self.do(cast.SHIPPER, "UNIT_ADDED", unit=BOX, place="KZKGS")
        rail = cast.movement(regime="rail-eaeu", units=[BOX])
        return self.do(cast.DECLARANT, "MOVEMENT_DRAFTED", **rail)

    def assessed(self, lane: str = "green") -> "Journey":
        self.drafted().do(cast.DECLARANT, "LODGED", movement="m1")
        self.do(cast.KZ, "ACCEPTED", movement="m1", mrn=GREEN)
        return self.do(cast.KZ, "ASSESSED", movement="m1", lane=lane)

    def released(self) -> "Journey":
        self.assessed().do(cast.KZ, "GUARANTEE_WAIVED", movement="m1", basis="test rule")
        return self.do(cast.KZ, "RELEASED", movement="m1", basis="law")

    def departed(self) -> "Journey":
        self.released().do(cast.SHIPPER, "HANDED_OVER", unit=BOX, to="rail-kz")
        self.do(cast.RAILWAY, "TAKEN_OVER", unit=BOX)
        self.do(cast.RAILWAY, "LOADED", unit=BOX, place="KZKGS", parent="95012340")
        return self.do(cast.RAILWAY, "DEPARTED", unit=BOX, place="KZKGS")

    def track(self, **given: Any) -> Tracked:
        return track(self.service.states["c1"], self.service.log, self.now, **given)

    def turn(self) -> tuple[str, tuple[str, ...]]:
        wait = self.track().units[0].wait
        assert wait is not None
        return wait.kind, wait.parties


def test_each_step_names_the_next_and_whose_turn_it_is() -> None:
    way = Journey().do(cast.SHIPPER, "UNIT_ADDED", unit=BOX, place="KZKGS")
    assert way.turn() == ("MOVEMENT_DRAFTED", ("acme", "deklar"))
    assert Journey().drafted().turn()[0] == "LODGED"
    assert Journey().assessed().turn()[0] == "GUARANTEE_RESERVED"
    way = Journey().assessed().do(cast.KZ, "GUARANTEE_WAIVED", movement="m1", basis="test rule")
    assert way.turn() == ("RELEASED", ("KZ10",))
    way.do(cast.KZ, "RELEASED", movement="m1", basis="law").do(cast.SHIPPER, "HANDED_OVER", unit=BOX, to="rail-kz")
    assert way.turn() == ("TAKEN_OVER", ("rail-kz",))
    way = Journey().departed()
    assert way.turn() == ("UNIT_ARRIVED", ("rail-kz", "port-aktau"))
    way.do(cast.RAILWAY, "UNIT_ARRIVED", unit=BOX, place="KZAAU")
    assert way.turn()[0] == "ARRIVED_AT_EXIT"
    assert way.do(cast.RAILWAY, "ARRIVED_AT_EXIT", movement="m1").turn() == ("DISCHARGED", ("KZ50",))
    assert way.do(cast.KZ_OUT, "DISCHARGED", movement="m1").turn() == ("DELIVERED", ("rail-kz",))
    way.do(cast.RAILWAY, "DELIVERED", unit=BOX, place="KZAAU")
    assert way.track().units[0].wait is None


def test_control_asks_for_what_is_open() -> None:
    way = Journey().assessed("yellow").do(cast.KZ, "DOC_REQUESTED", movement="m1", document="invoice")
    assert way.turn()[0] == "DOC_RECEIVED"
    way = Journey().assessed("red")
    assert way.turn() == ("INSPECTION_START", ("KZ10",))
    assert way.do(cast.KZ, "INSPECTION_START", movement="m1").turn()[0] == "INSPECTION_END"
    way = Journey().assessed("red").do(cast.KZ, "OVERRIDE_PROPOSED", reason="known trader", movement="m1")
    assert way.turn()[0] == "OVERRIDE_CONFIRMED"


def test_a_hold_comes_before_all_else() -> None:
    way = Journey().assessed().do(cast.KZ, "HOLD_PLACED", reason="seen", hold="h1", kind="red", basis="law")
    assert way.turn() == ("HOLD_LIFTED", ("customs-kz",))
    assert way.track().units[0].flags == ("hold",)


def test_since_is_the_time_of_the_unit_and_the_wait_begins_with_what_it_waits_for() -> None:
    told = Journey().assessed().track().units[0]
    assert told.since == cast.NOW + timedelta(hours=5)
    assert told.waiting_since == cast.NOW + timedelta(hours=9)


def test_the_predictor_is_asked_for_what_remains_and_flags_what_is_overdue() -> None:
    asked: list[tuple[str, str, bool, float]] = []

    def predict(place: str, destination: str, moving: bool, elapsed_h: float) -> Arrival | None:
        asked.append((place, destination, moving, elapsed_h))
        return Arrival(10, 20, 30, usual_h=40)

    way = Journey().departed()
    way.now += timedelta(hours=36)
    told = way.track(predict=predict).units[0]
    assert asked == [("KZKGS", "KZAAU", True, 36.0)]
    assert told.arrival == tuple(way.now + timedelta(hours=each) for each in (10, 20, 30)) and told.flags == ()
    way.now += timedelta(hours=5)
    assert way.track(predict=predict).units[0].flags == ("overdue",)
    assert way.track().units[0].arrival is None


def test_what_is_late_or_missing_is_flagged() -> None:
    way = Journey().departed()
    way.now += timedelta(days=30)
    assert way.track().units[0].flags == ("past_limit",)
    way = Journey().departed().do(cast.RAILWAY, "ARRIVED_AT_EXIT", movement="m1")
    assert way.track().units[0].flags == ("missing_arrival",)
    way = Journey().departed().do(cast.RAILWAY, "UNIT_ARRIVED", unit=BOX, place="KZAAU")
    way.now += timedelta(hours=25)
    assert way.track().units[0].flags == ("missing_exit",)
    way = Journey()
    way.now += timedelta(hours=30)
    command = Command(
        "late", "c1", "UNIT_ADDED", way.now - timedelta(hours=25), {"unit": BOX, "place": "KZKGS"}, "line"
    )
    assert not isinstance(way.service.do(command, way.now, cast.SHIPPER), Refusal)
    assert way.track().late == ("UNIT_ADDED",)


@pytest.mark.parametrize("region, following", [("movement", NEXT_OF_MOVEMENT), ("unit", NEXT_OF_UNIT)])
def test_what_comes_next_is_a_step_of_the_table_from_every_state(region: str, following: dict[str, str]) -> None:
    states = {row.src for row in table().transitions if row.region == region} - {"none"}
    assert set(following) == states
    for state, kind in following.items():
        assert any(row.kind == kind for row in table().leaving(region, state)), state


def test_every_flag_says_what_it_means() -> None:
    assert all(FLAGS.values())
