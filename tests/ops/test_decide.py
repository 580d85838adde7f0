"""Decisions: a whole journey, fields and their pointers, what follows from what, rules of guarantees."""

from dataclasses import replace
from datetime import date

import pytest

from karvan.ops.decide import Code, Command, Refusal, Rule, Shared, State, decide
from karvan.ops.decide.guards.surety import needed_usd_cents, rule_of
from karvan.ops.decide.state import Movement, Office
from ops import cast
from ops.story import UNIT, Story


def test_a_consignment_from_the_border_over_the_sea() -> None:
    story = Story().assessed().reserved()
    story.lodged("m2", order=2, territories=["AZ"], departure=cast.ALAT, destination=cast.BOYUK)
    story.do("SEAL_AFFIXED", cast.KZ, unit=UNIT, issuer="kz", number="s1")
    story.do("RELEASED", cast.KZ, movement="m1", basis="code 1")
    story.do("HANDED_OVER", cast.SHIPPER, unit=UNIT, to="rail-kz")
    story.do("TAKEN_OVER", cast.RAILWAY, unit=UNIT)
    story.do("LOADED", cast.RAILWAY, unit=UNIT, place="KZKGS", parent="94012345")
    story.do("DEPARTED", cast.RAILWAY, unit=UNIT, place="KZKGS")
    story.later(days=4).do("UNIT_ARRIVED", cast.RAILWAY, unit=UNIT, place="KZAAU")
    story.do("ARRIVED_AT_EXIT", cast.RAILWAY, movement="m1")
    assert story.refused("DISCHARGED", cast.KZ_OUT, movement="m1").code is Code.NEXT_REFUSED
    story.do("ACCEPTED", cast.AZ, movement="m2", mrn="27AZ00000000000001")
    told = story.do("DISCHARGED", cast.KZ_OUT, movement="m1")
    assert [(event.kind, event.seq) for event in told] == [
        ("DISCHARGED", story.state.version - 1),
        ("GUARANTEE_RELEASED", story.state.version),
    ]
    assert told[1].body["because"] == "DISCHARGED" and told[1].eid != told[0].eid
    assert story.service.sureties["g1"].bound_usd_cents == 0
    assert story.state.current(UNIT) == story.state.movements["m2"]


def test_all_faults_of_a_body_are_told_together_each_with_its_pointer() -> None:
    body = cast.movement(territories=["KZ", "Kazakhstan"], duty_usd_cents=-1, colour="red")
    body["departure"] = {**cast.AKTAU, "place": "AKTAU "}
    refusal = Story().refused("MOVEMENT_DRAFTED", cast.DECLARANT, **body)
    pointers = {each.pointer for each in refusal.objections}
    assert pointers == {"/body/territories/1", "/body/duty_usd_cents", "/body/colour", "/body/departure/place"}
    assert {each.code for each in refusal.objections} == {Code.FIELD}


def test_all_rules_that_are_broken_are_told_together() -> None:
    story = Story().assessed("yellow")
    story.do("DOC_REQUESTED", cast.KZ, movement="m1", document="invoice")
    story.do("HOLD_PLACED", cast.KZ, hold="h1", kind="other", basis="9", why="wait")
    refusal = story.refused("RELEASED", cast.KZ, movement="m1", basis="1")
    assert {each.code for each in refusal.objections} == {Code.HOLD_OPEN, Code.NO_GUARANTEE, Code.CONTROL_OPEN}


def test_an_unknown_kind_names_the_nearest() -> None:
    refusal = Story().refused("RELEASE", cast.KZ)
    assert refusal.code is Code.UNKNOWN_KIND and "RELEASED" in refusal.objections[0].message


def test_a_time_without_its_offset_is_refused() -> None:
    naive = cast.NOW.replace(tzinfo=None)
    answer = decide(State("c1"), Command("e1", "c1", "CONSIGNMENT_CREATED", naive), cast.NOW, cast.SHIPPER)
    assert isinstance(answer, Refusal) and answer.pointer == "/occurred"


def test_a_mandate_covers_its_regimes_and_its_days() -> None:
    story = Story()
    draft = cast.movement()
    assert story.refused("MOVEMENT_DRAFTED", cast.ONLY_TIR, **draft).code is Code.MANDATE
    assert story.refused("MOVEMENT_DRAFTED", cast.RETIRED, **draft).code is Code.ABSENT
    story.do("MOVEMENT_DRAFTED", cast.ONLY_TIR, **{**draft, "regime": "tir"})


def test_a_changed_duty_frees_the_reservation_and_nothing_else_does() -> None:
    story = Story().lodged().reserved()
    assert len(story.do("AMENDED", cast.DECLARANT, movement="m1", limit_date="2027-03-25")) == 1
    assert len(story.do("AMENDED", cast.DECLARANT, movement="m1", duty_usd_cents=200_000)) == 2
    assert story.state.reservations["m1"].state == "released"
    assert story.state.movements["m1"].limit_date == date(2027, 3, 25)


@pytest.mark.parametrize("finding", ["clean", "minor", "major"])
def test_an_inspection_must_end_without_a_major_fault(finding: str) -> None:
    story = Story().assessed("red").reserved()
    assert story.refused("RELEASED", cast.KZ, movement="m1", basis="1").code is Code.SEQUENCE
    story.do("INSPECTION_START", cast.KZ, movement="m1")
    assert story.refused("RELEASED", cast.KZ, movement="m1", basis="1").code is Code.CONTROL_OPEN
    story.do("INSPECTION_END", cast.KZ, movement="m1", finding=finding)
    answer = story.ask("RELEASED", cast.KZ, movement="m1", basis="1")
    assert isinstance(answer, Refusal) == (finding == "major")


def test_goods_that_do_not_arrive_are_asked_for_and_their_duty_called() -> None:
    story = Story().released()
    assert story.refused("ENQUIRY_OPENED", cast.SYSTEM, movement="m1").code is Code.NOT_DUE
    story.later(days=20).do("ENQUIRY_OPENED", cast.SYSTEM, movement="m1")
    assert story.refused("GUARANTEE_CALLED", cast.KZ, movement="m1", why="gone").code is Code.SEQUENCE
    story.do("RECOVERY_OPENED", cast.KZ, movement="m1", why="gone")
    story.do("GUARANTEE_CALLED", cast.KZ, movement="m1", why="gone")
    assert story.service.sureties["g1"].bound_usd_cents == 100_000  # what is called in is not free again


def test_the_rule_with_most_fields_wins_and_none_means_all_the_duty() -> None:
    office = Office("KZ10", "KZ", "KZKGS")
    move = Movement("m1", "lodged", 1, "eaeu", ("KZ",), office, office, (), (), "h", "rail", "r", 1001, date.max)
    base = Rule("eaeu", "", "", "", "", cast.SINCE, cast.UNTIL, "comprehensive", 0.5, "a")
    rail = replace(base, mode="rail", kind="waived", basis="b")
    over = replace(rail, carrier="r", until=date(2027, 2, 1), basis="c")
    assert rule_of(move, (base, rail, over), cast.NOW).basis == "b"
    assert rule_of(replace(move, mode="road"), (base, rail), cast.NOW).basis == "a"
    assert needed_usd_cents(move, base) == 501
    strict = rule_of(replace(move, regime="tir"), (base, rail), cast.NOW)
    assert (strict.kind, needed_usd_cents(move, strict)) == ("individual", 1001)


def test_without_anything_shared_a_reservation_finds_no_guarantee() -> None:
    story = Story().assessed()
    command = Command(
        "x", "c1", "GUARANTEE_RESERVED", story.now, {"movement": "m1", "guarantee": "g1", "amount_usd_cents": 1}
    )
    answer = decide(story.state, command, story.now, cast.GUARANTOR, Shared())
    assert isinstance(answer, Refusal) and Code.GUARANTEE_INVALID in {each.code for each in answer.objections}


def test_goods_that_go_on_in_two_movements_are_taken_by_both_before_discharge() -> None:
    story = Story()
    story.do("UNIT_ADDED", cast.SHIPPER, unit="TEXU1", place="KZKGS")
    story.assessed(units=[UNIT, "TEXU1"]).reserved().do("RELEASED", cast.KZ, movement="m1", basis="1")
    onward = {"order": 2, "territories": ["AZ"], "departure": cast.ALAT, "destination": cast.BOYUK}
    story.lodged("m2", units=[UNIT], **onward).do("ACCEPTED", cast.AZ, movement="m2", mrn="27AZ00000000000001")
    story.lodged("m3", units=["TEXU1"], **onward)
    story.do("ARRIVED_AT_EXIT", cast.HOLDER, movement="m1")
    refusal = story.refused("DISCHARGED", cast.KZ_OUT, movement="m1")
    assert refusal.code is Code.NEXT_REFUSED and "m3" in refusal.objections[0].message
    story.do("ACCEPTED", cast.AZ, movement="m3", mrn="27AZ00000000000002")
    story.do("DISCHARGED", cast.KZ_OUT, movement="m1")
