"""Guards: who may do it."""

from collections.abc import Iterable

from karvan.ops.decide import state as st
from karvan.ops.decide.command import Code, Objection
from karvan.ops.decide.guards.case import TRADERS, Case, no
from karvan.ops.decide.state import Movement


def owner_mandated(case: Case) -> Objection | None:
    """Who creates a consignment for another has its mandate."""
    return _mandate(case, {case.body.get("owner") or case.actor.party}, "", "/body/owner")


def mandated(case: Case) -> Objection | None:
    """A trader acts for itself, or by mandate of the owner or, for a movement, of its holder, for the movement's regime."""
    if case.actor.role not in TRADERS:
        return None
    movement = case.state.movements.get(case.body.get("movement", ""))
    givers = {case.state.owner} | ({movement.holder} if movement else set())
    return _mandate(case, givers, movement.regime if movement else case.body.get("regime", ""), "")


def _mandate(case: Case, givers: Iterable[str], regime: str, pointer: str) -> Objection | None:
    day = case.now.date()
    given = {each.giver for each in case.actor.mandates if each.holds(day, regime)}
    if set(givers) & (given | {case.actor.party}):
        return None
    return no(Code.MANDATE, pointer, "ask the owner or the holder for a mandate that covers this regime today")


def announced(case: Case) -> Objection | None:
    """A carrier, yard or agency was announced to the consignment in this role."""
    if case.actor.role in ("customs", "system") or case.actor.role in case.state.parties.get(case.actor.party, ()):
        return None
    return no(Code.NOT_PARTY, "", f"ask the owner to announce the party as {case.actor.role}")


def concerned(case: Case) -> Objection | None:
    """Who tells of the arrival has a part in it: holder or declarant by mandate, carrier announced, customs posted."""
    return mandated(case) if case.actor.role in TRADERS else announced(case) or at_destination(case)


def _posted(case: Case, offices: Iterable[st.Office], which: str) -> Objection | None:
    if case.actor.role != "customs":
        return None
    post = case.actor.posting
    days = (case.now.date(), case.command.occurred.date())
    if post is None or not all(post.holds(day) for day in days):
        return no(Code.POSTING, "/occurred", "the officer has no posting in force, then and now")
    if (post.territory, post.office) not in {(each.territory, each.office) for each in offices}:
        return no(Code.POSTING, "", f"an officer posted at {which} must do this")
    return None


def at_departure(case: Case) -> Objection | None:
    """The officer is posted at the movement's office of departure."""
    return _posted(case, [case.movement.departure], "the office of departure")


def at_destination(case: Case) -> Objection | None:
    """The officer is posted at the movement's office of destination."""
    return _posted(case, [case.movement.destination], "the office of destination")


def at_transit(case: Case) -> Objection | None:
    """The officer is posted at the office of transit that the command names, which is on the movement's way."""
    named = st.Office(**case.body["office"])
    if named not in case.movement.transit:
        return no(Code.NOT_ROUTED, "/body/office", "the movement does not pass this office of transit")
    return _posted(case, [named], "the office of transit")


def in_territory(case: Case) -> Objection | None:
    """The officer is posted at an office of the movements that the command touches."""
    if "movement" in case.body:
        touched = [case.movement]
    else:
        unit = case.body.get("unit")
        touched = [each for each in case.state.movements.values() if unit is None or unit in each.units]
    return _posted(case, [office for each in touched for office in offices(each)], "an office on the way")


def offices(movement: Movement) -> list[st.Office]:
    """All offices of a movement."""
    return [movement.departure, *movement.transit, movement.destination]


def same_authority(case: Case) -> Objection | None:
    """A hold is lifted by the authority that placed it: customs of its territory, or the same agency.

    A hold that no authority placed (a broken seal) is lifted by customs of any territory on the way.
    """
    hold = case.state.holds[case.body["hold"]]
    if case.actor.role == "agency":
        same = hold.authority == case.actor.party and not hold.territories
        return None if same else no(Code.NOT_PARTY, "/body/hold", "the agency that placed the hold must lift it")
    if refused := in_territory(case):
        return refused
    same = not hold.authority or (case.actor.posting is not None and case.actor.posting.territory in hold.territories)
    return (
        None if same else no(Code.POSTING, "/body/hold", "customs of the territory that placed the hold must lift it")
    )


def four_eyes(case: Case) -> Objection | None:
    """A red hold is not lifted by who placed it."""
    hold = case.state.holds[case.body["hold"]]
    if hold.kind != "red" or hold.placed_by != case.actor.person:
        return None
    return no(Code.FOUR_EYES, "/body/hold", "another officer must lift a red hold than placed it")


def other_person(case: Case) -> Objection | None:
    """A red lane is passed by two officers: one proposes, another confirms."""
    if case.movement.override_by and case.movement.override_by != case.actor.person:
        return None
    return no(Code.FOUR_EYES, "", "another officer must have proposed it first")


def override_new(case: Case) -> Objection | None:
    """Nobody has proposed it yet."""
    return (
        no(Code.SEQUENCE, "", "it is proposed already; another officer must confirm")
        if case.movement.override_by
        else None
    )


def reasoned(case: Case) -> Objection | None:
    """There is a reason."""
    return None if case.command.reason.strip() else no(Code.REASON_MISSING, "/reason", "say why")
