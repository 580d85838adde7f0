"""What must never happen, by its number: here by the decisions alone; the store repeats it with Python out of the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from karvan.ops.decide import Actor, Code, Command, Refusal, fold
from ops import cast
from ops.service import Service
from ops.story import UNIT, Story


def test_n1_a_movement_is_not_released_twice() -> None:
    refusal = Story().released().refused("RELEASED", cast.KZ, movement="m1", basis="code 1")
    assert refusal.code is Code.SEQUENCE and "LEG_STARTED" in refusal.allowed and "RELEASED" not in refusal.allowed


def test_n2_no_release_without_a_reservation() -> None:
    refusal = Story().assessed().refused("RELEASED", cast.KZ, movement="m1", basis="code 1")
    assert refusal.code is Code.NO_GUARANTEE


def test_n2_nor_on_a_guarantee_that_is_revoked_or_expired_or_too_small_since() -> None:
    revoked = Story().assessed().reserved()
    revoked.do("GUARANTEE_REVOKED", cast.GUARANTOR, subject="g1", why="unpaid")
    assert revoked.refused("RELEASED", cast.KZ, movement="m1", basis="1").code is Code.GUARANTEE_INVALID
    expired = Story()
    expired.do("GUARANTEE_REGISTERED", cast.GUARANTOR, subject="g2", **cast.registered(until="2027-03-03"))
    expired.assessed().do("GUARANTEE_RESERVED", cast.HOLDER, movement="m1", guarantee="g2", amount_usd_cents=100_000)
    expired.later(days=2)
    assert expired.refused("RELEASED", cast.KZ, movement="m1", basis="1").code is Code.GUARANTEE_INVALID
    short = Story().assessed()
    little = dict(movement="m1", guarantee="g1", amount_usd_cents=99_999)
    assert short.refused("GUARANTEE_RESERVED", cast.GUARANTOR, **little).code is Code.GUARANTEE_SHORT


def test_n2_a_waiver_holds_only_while_the_rule_gives_it() -> None:
    waived = Story().assessed(regime="rail-eaeu")
    waived.do("GUARANTEE_WAIVED", cast.KZ, movement="m1", basis="code 143")
    waived.service.rules = ()
    assert waived.refused("RELEASED", cast.KZ, movement="m1", basis="1").code is Code.NO_GUARANTEE
    waived.service.rules = cast.RULES
    waived.do("RELEASED", cast.KZ, movement="m1", basis="1")
    asked = Story().assessed().refused("GUARANTEE_WAIVED", cast.KZ, movement="m1", basis="1")
    assert asked.code is Code.NO_WAIVER


def test_n3_no_release_discharge_or_exit_with_a_hold_open() -> None:
    story = Story().assessed().reserved()
    story.do("HOLD_PLACED", cast.AGENCY, hold="h1", kind="sanitary", basis="code 9", why="pests")
    assert story.refused("RELEASED", cast.KZ, movement="m1", basis="1").code is Code.HOLD_OPEN
    story.do("HOLD_LIFTED", cast.AGENCY, hold="h1", why="clean")
    story.do("RELEASED", cast.KZ, movement="m1", basis="1")
    story.do("ARRIVED_AT_EXIT", cast.HOLDER, movement="m1")
    story.do("HOLD_PLACED", cast.KZ_OUT, hold="h2", kind="security", basis="code 9", why="tip")
    assert story.refused("DISCHARGED", cast.KZ_OUT, movement="m1").code is Code.HOLD_OPEN


def test_n3_a_broken_seal_stops_the_consignment_at_once() -> None:
    story = Story().released()
    story.do("SEAL_AFFIXED", cast.KZ, unit=UNIT, issuer="kz", number="s1")
    told = story.do("SEAL_CHECKED", cast.RAILWAY, unit=UNIT, issuer="kz", number="s1", result="broken")
    assert [event.kind for event in told] == ["SEAL_CHECKED", "HOLD_PLACED"]
    story.do("GATE_IN", cast.PORT, unit=UNIT, place="KZKGS")
    out = story.refused("GATE_OUT", cast.PORT, unit=UNIT, place="KZKGS", carrier="acme")
    assert out.code is Code.HOLD_OPEN
    assert story.refused("HOLD_LIFTED", cast.AGENCY, hold=told[1].body["hold"], why="fine").code is Code.NOT_PARTY
    story.do("HOLD_LIFTED", cast.KZ_OUT, hold=told[1].body["hold"], why="checked")


def test_n4_no_gate_out_before_release() -> None:
    story = Story().assessed()
    story.do("GATE_IN", cast.PORT, unit=UNIT, place="KZKGS")
    out = dict(unit=UNIT, place="KZKGS", carrier="acme")
    assert story.refused("GATE_OUT", cast.PORT, **out).code is Code.NOT_RELEASED
    story.do("CANCELLED", cast.DECLARANT, movement="m1")
    assert story.refused("GATE_OUT", cast.PORT, **out).code is Code.NOT_RELEASED


def test_n4_nor_by_a_carrier_without_the_right_which_is_gone_once_passed_on() -> None:
    story = Story().released()
    story.do("GATE_IN", cast.PORT, unit=UNIT, place="KZKGS")
    out = dict(unit=UNIT, place="KZKGS", carrier="haul")
    assert story.refused("GATE_OUT", cast.PORT, **out).code is Code.NO_PICKUP_RIGHT
    assert story.refused("PICKUP_PASSED", cast.HAULIER, unit=UNIT, to="haul").code is Code.NO_PICKUP_RIGHT
    story.do("PICKUP_PASSED", cast.SHIPPER, unit=UNIT, to="haul")
    assert story.refused("PICKUP_PASSED", cast.SHIPPER, unit=UNIT, to="rail-kz").code is Code.NO_PICKUP_RIGHT
    story.do("GATE_OUT", cast.PORT, **out)


def test_n6_a_repeat_changes_nothing_and_gives_the_same_answer() -> None:
    service, create = Service(), Command("e1", "c9", "CONSIGNMENT_CREATED", cast.NOW)
    first = service.do(create, cast.NOW, cast.SHIPPER)
    assert service.do(create, cast.NOW + timedelta(days=3), cast.SHIPPER) == first and len(service.log) == 1


def test_n8_the_service_gives_the_recorded_time_and_no_client_may() -> None:
    story = Story()
    told = story.do("ANNOUNCED", cast.SHIPPER, party="buyer", role="consignee", at=story.now - timedelta(hours=3))
    assert told[0].recorded == story.now and told[0].occurred == story.now - timedelta(hours=3) and not told[0].late
    body = dict(party="buyer", role="consignee", recorded="2020-01-01T00:00:00Z")
    assert story.refused("ANNOUNCED", cast.SHIPPER, **body).pointer == "/body/recorded"


@pytest.mark.parametrize(("hours", "code"), [(-0.05, Code.FUTURE), (24.1, Code.REASON_MISSING)])
def test_n8_neither_from_the_future_nor_back_dated_without_a_reason(hours: float, code: Code) -> None:
    story = Story()
    at = story.now - timedelta(hours=hours)
    assert story.refused("ANNOUNCED", cast.SHIPPER, party="buyer", role="consignee", at=at).code is code


def test_n8_what_is_told_late_with_a_reason_is_marked() -> None:
    story = Story()
    at = story.now - timedelta(hours=24.1)
    assert story.do("ANNOUNCED", cast.SHIPPER, party="b", role="consignee", at=at, why="no line")[0].late


@pytest.mark.parametrize(
    "actor", [cast.RIVAL, cast.RETIRED, cast.AZ, cast.GE, cast.OLD, replace(cast.PORT, party="other")]
)
def test_n9_a_foreign_consignment_looks_like_none(actor: Actor) -> None:
    story = Story().released()
    kind, body = (
        ("RELEASED", {"movement": "m1", "basis": "1"}) if actor.role == "customs" else ("LODGED", {"movement": "m1"})
    )
    foreign = story.refused(kind, actor, **body)
    assert foreign == story.refused(kind, actor, subject="absent", **body) and foreign.code is Code.ABSENT


def test_n10_an_officer_acts_at_the_own_office_within_the_posting() -> None:
    story = Story().assessed().reserved()
    release = dict(movement="m1", basis="1")
    assert story.refused("RELEASED", cast.KZ_OUT, **release).code is Code.POSTING  # another office of the territory
    assert story.refused("RELEASED", cast.OLD, **release).code is Code.ABSENT  # whose posting has ended
    assert story.refused("RELEASED", replace(cast.KZ, posting=None), **release).code is Code.ABSENT
    before = cast.officer("nina", cast.ALTYNKOL)
    assert before.posting is not None
    fresh = replace(before, posting=replace(before.posting, since=story.now.date()))
    yesterday = story.now - timedelta(hours=30)
    assert story.refused("RELEASED", fresh, at=yesterday, why="late", **release).code is Code.POSTING
    story.do("RELEASED", fresh, **release)


def test_n11_a_red_lane_is_passed_by_two() -> None:
    story = Story().assessed("red").reserved()
    passing = dict(movement="m1", why="known shipper")
    assert story.refused("OVERRIDE_CONFIRMED", cast.KZ, **passing).code is Code.FOUR_EYES
    story.do("OVERRIDE_PROPOSED", cast.KZ, **passing)
    assert story.refused("OVERRIDE_CONFIRMED", cast.KZ, **passing).code is Code.FOUR_EYES
    story.do("OVERRIDE_CONFIRMED", cast.KZ2, **passing)
    story.do("RELEASED", cast.KZ, movement="m1", basis="1")


def test_n11_a_red_hold_is_not_lifted_by_who_placed_it() -> None:
    story = Story().assessed()
    story.do("HOLD_PLACED", cast.KZ, hold="h1", kind="red", basis="9", why="profile")
    assert story.refused("HOLD_LIFTED", cast.KZ, hold="h1", why="fine").code is Code.FOUR_EYES
    assert story.refused("HOLD_LIFTED", cast.AGENCY, hold="h1", why="fine").code is Code.NOT_PARTY
    story.do("HOLD_LIFTED", cast.KZ2, hold="h1", why="fine")


def test_n12_a_guarantee_is_bound_once_up_to_its_limit_and_freed_once() -> None:
    story = Story().assessed()
    story.do("GUARANTEE_REGISTERED", cast.GUARANTOR, subject="g2", **cast.registered(150_000))
    half = dict(guarantee="g2", amount_usd_cents=100_000)
    story.do("GUARANTEE_RESERVED", cast.GUARANTOR, movement="m1", **half)
    assert story.refused("GUARANTEE_RESERVED", cast.GUARANTOR, movement="m1", **half).code is Code.SEQUENCE
    story.lodged("m2", order=2)
    assert story.refused("GUARANTEE_RESERVED", cast.GUARANTOR, movement="m2", **half).code is Code.GUARANTEE_SHORT
    lower = story.refused("GUARANTEE_LIMITED", cast.GUARANTOR, subject="g2", limit_usd_cents=99_999)
    assert lower.code is Code.GUARANTEE_SHORT
    story.do("CANCELLED", cast.DECLARANT, movement="m1")
    assert story.service.sureties["g2"].bound_usd_cents == 0
    assert story.refused("GUARANTEE_RELEASED", cast.SYSTEM, movement="m1").code is Code.SEQUENCE
    story.do("GUARANTEE_RESERVED", cast.GUARANTOR, movement="m2", **half)
    assert story.refused("GUARANTEE_RELEASED", cast.SYSTEM, movement="m2").code is Code.ROLE


def test_n13_a_trader_amends_nothing_after_assessment() -> None:
    for story in (Story().assessed(), Story().released()):
        refusal = story.refused("AMENDED", cast.DECLARANT, movement="m1", duty_usd_cents=1)
        assert refusal.code is Code.SEQUENCE and refusal.pointer == "/body/movement"
    assert story.refused("CANCELLED", cast.DECLARANT, movement="m1").code is Code.SEQUENCE


def test_n14_a_seal_is_on_one_unit() -> None:
    story = Story().assessed()
    story.do("UNIT_ADDED", cast.SHIPPER, unit="TEXU1", place="KZKGS")
    story.do("SEAL_AFFIXED", cast.KZ, unit=UNIT, issuer="kz", number="s1")
    again = dict(issuer="kz", number="s1")
    assert story.refused("SEAL_AFFIXED", cast.SHIPPER, unit="TEXU1", **again).code is Code.SEAL_IN_USE
    story.do("SEAL_AFFIXED", cast.SHIPPER, unit="TEXU1", issuer="acme", number="s1")


def test_n15_a_unit_is_in_one_place_one_custody_and_one_consignment() -> None:
    story = Story().released()
    assert story.refused("GATE_IN", cast.PORT, unit=UNIT, place="AZALA").code is Code.ELSEWHERE
    assert story.refused("TAKEN_OVER", cast.RAILWAY, unit=UNIT).code is Code.SEQUENCE
    story.do("HANDED_OVER", cast.SHIPPER, unit=UNIT, to="rail-kz")
    assert story.refused("TAKEN_OVER", cast.FERRY, unit=UNIT).code is Code.CUSTODY
    story.do("TAKEN_OVER", cast.RAILWAY, unit=UNIT)
    assert story.refused("HANDED_OVER", cast.SHIPPER, unit=UNIT, to="ferry").code is Code.CUSTODY
    story.do("CONSIGNMENT_CREATED", cast.RIVAL, subject="c2")
    taken = story.refused("UNIT_ADDED", cast.RIVAL, subject="c2", unit=UNIT, place="KZKGS")
    assert taken.code is Code.UNIT_IN_USE


def test_n17_the_log_alone_gives_the_state_back() -> None:
    story = Story().arrived()
    story.do("DISCHARGED", cast.KZ_OUT, movement="m1")
    before, sureties = story.state, dict(story.service.sureties)
    story.service.restart()
    assert story.state == before and story.service.sureties == sureties
    assert fold("c1", [event for event in story.service.log if event.consignment == "c1"]) == before


def test_n18_a_refused_command_leaves_nothing_and_its_refusal_is_kept_for_the_key() -> None:
    story = Story().assessed()
    command = Command("k1", "c1", "RELEASED", story.now, {"movement": "m1", "basis": "1"})
    first = story.service.do(command, story.now, cast.KZ)
    assert isinstance(first, Refusal)
    story.reserved()
    assert story.service.do(command, story.now, cast.KZ) is first
    story.do("RELEASED", cast.KZ, movement="m1", basis="1")
