"""Guards of guarantees: the rule, the amount, the limit."""

from collections.abc import Iterable
from datetime import datetime
from math import ceil

from karvan.ops.decide import state as st
from karvan.ops.decide.command import Code, Objection
from karvan.ops.decide.guards.case import BEFORE_RELEASE, Case, no
from karvan.ops.decide.guards.who import mandated
from karvan.ops.decide.state import Movement


def rule_of(movement: Movement, rules: Iterable[st.Rule], now: datetime) -> st.Rule:
    """The rule for a movement's guarantee: of the rows that fit today the one with most fields said, the first of equals.

    Without one: an individual guarantee for all the duty, which never says less than the law.
    """
    ends = {
        "regime": movement.regime,
        "origin": movement.departure.territory,
        "destination": movement.destination.territory,
        "mode": movement.mode,
        "carrier": movement.carrier,
    }
    fits = [
        rule
        for rule in rules
        if rule.since <= now.date() < rule.until and all(getattr(rule, key) in ("", ends[key]) for key in ends)
    ]
    strict = st.Rule("", "", "", "", "", now.date(), now.date(), "individual", 1.0, "no rule")
    return max(fits, key=lambda rule: sum(getattr(rule, key) != "" for key in ends), default=strict)


def needed_usd_cents(movement: Movement, rule: st.Rule) -> int:
    """What must be reserved: the rule's share of the duty at risk, rounded up."""
    return ceil(round(movement.duty_usd_cents * rule.share, 6))


def guarantee_met(case: Case) -> Objection | None:
    """The rule is met: a waiver that the rule still gives, or a reservation, large enough, of a guarantee in force."""
    rule, held = rule_of(case.movement, case.shared.rules, case.now), case.reservation
    if held.state == "waived":
        given = rule.kind == "waived"
        return None if given else no(Code.NO_GUARANTEE, "", "the rule no longer waives the guarantee: reserve one")
    if held.state != "reserved":
        ask = "record the waiver" if rule.kind == "waived" else f"reserve a guarantee ({rule.kind})"
        return no(Code.NO_GUARANTEE, "", ask)
    surety = case.shared.surety
    if surety is None or not surety.in_force(case.now.date()):
        return no(Code.GUARANTEE_INVALID, "", f"guarantee {held.guarantee} is not in force")
    need = 0 if rule.kind == "waived" else needed_usd_cents(case.movement, rule)
    return None if held.amount_usd_cents >= need else no(Code.GUARANTEE_SHORT, "", f"{need} US cents are needed")


def movement_before_release(case: Case) -> Objection | None:
    """The movement is lodged and not yet released."""
    if case.movement.state in BEFORE_RELEASE:
        return None
    return no(Code.SEQUENCE, "/body/movement", f"the movement is {case.movement.state}")


def movement_in_recovery(case: Case) -> Objection | None:
    """Duty is being asked back."""
    return None if case.movement.state == "recovery" else no(Code.SEQUENCE, "/body/movement", "open the recovery first")


def guarantee_party(case: Case) -> Objection | None:
    """The guarantee is there, serves the movement's holder, and the guarantor or the holder (or its mandate) acts."""
    surety = case.shared.surety
    if surety is None or surety.holder != case.movement.holder:
        return no(Code.GUARANTEE_INVALID, "/body/guarantee", "no such guarantee of the movement's holder")
    if case.actor.role == "guarantor":
        mine = surety.guarantor == case.actor.party
        return (
            None
            if mine
            else no(Code.GUARANTEE_INVALID, "/body/guarantee", "no such guarantee of the movement's holder")
        )
    return mandated(case)


def guarantee_valid(case: Case) -> Objection | None:
    """The guarantee is in force, and of the kind that the rule asks for."""
    surety, rule = case.shared.surety, rule_of(case.movement, case.shared.rules, case.now)
    if surety is None or not surety.in_force(case.now.date()):
        return no(Code.GUARANTEE_INVALID, "/body/guarantee", "it is expired, revoked or not yet in force")
    fits = rule.kind in ("waived", surety.kind) or (rule.kind, surety.kind) == ("individual", "comprehensive")
    return None if fits else no(Code.GUARANTEE_INVALID, "/body/guarantee", f"the rule asks for {rule.kind}")


def amount_enough(case: Case) -> Objection | None:
    """The amount is what the rule asks for at least."""
    rule = rule_of(case.movement, case.shared.rules, case.now)
    need = 0 if rule.kind == "waived" else needed_usd_cents(case.movement, rule)
    if case.body["amount_usd_cents"] >= need:
        return None
    return no(Code.GUARANTEE_SHORT, "/body/amount_usd_cents", f"{need} US cents are needed")


def limit_enough(case: Case) -> Objection | None:
    """The guarantee has as much that is not bound."""
    surety = case.shared.surety
    if surety and surety.bound_usd_cents + case.body["amount_usd_cents"] <= surety.limit_usd_cents:
        return None
    return no(Code.GUARANTEE_SHORT, "/body/amount_usd_cents", "the guarantee has not as much left")


def waiver_ruled(case: Case) -> Objection | None:
    """The rule waives the guarantee."""
    waived = rule_of(case.movement, case.shared.rules, case.now).kind == "waived"
    return None if waived else no(Code.NO_WAIVER, "", "no rule waives the guarantee for this movement")


def own_guarantee(case: Case) -> Objection | None:
    """The guarantor's own guarantee."""
    mine = case.shared.surety is not None and case.shared.surety.guarantor == case.actor.party
    return None if mine else no(Code.ABSENT, "", "there is no such guarantee")


def limit_covers(case: Case) -> Objection | None:
    """The new limit covers what is bound."""
    bound = case.shared.surety.bound_usd_cents if case.shared.surety else 0
    if case.body["limit_usd_cents"] >= bound:
        return None
    return no(Code.GUARANTEE_SHORT, "/body/limit_usd_cents", f"{bound} US cents are bound")
