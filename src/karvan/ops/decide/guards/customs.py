"""Guards of customs movements."""

from karvan.ops.decide.command import Code, Objection
from karvan.ops.decide.guards.case import Case, no
from karvan.ops.decide.state import CALLED_OFF


def units_known(case: Case) -> Objection | None:
    """The units of the movement are units of the consignment."""
    lacking = [unit for unit in case.body.get("units") or () if unit not in case.state.units]
    return no(Code.UNIT_UNKNOWN, "/body/units", f"add them first: {', '.join(lacking)}") if lacking else None


def order_free(case: Case) -> Objection | None:
    """No other movement has this turn on the way of these units."""
    was = case.state.movements.get(case.body["movement"])
    order = case.body["order"] if was is None else was.order
    units = set(case.body.get("units") or (was.units if was else ()))
    taken = any(
        each.order == order and each is not was and each.state not in CALLED_OFF and units & set(each.units)
        for each in case.state.movements.values()
    )
    return (
        no(Code.EXISTS, "/body/order", "another movement has this turn; cancel it or take another") if taken else None
    )


def offices_within(case: Case) -> Objection | None:
    """The offices that the command names lie in the territories of the movement."""
    was = case.state.movements.get(case.body["movement"])
    territories = case.body["territories"] if was is None else was.territories
    named = [case.body[key] for key in ("departure", "destination", "office") if key in case.body]
    outside = [
        each["office"] for each in [*named, *case.body.get("transit", ())] if each["territory"] not in territories
    ]
    return (
        no(Code.NOT_ROUTED, "/body", f"not in a territory of the movement: {', '.join(outside)}") if outside else None
    )


def mrn_free(case: Case) -> Objection | None:
    """The reference number is not that of another movement."""
    return no(Code.MRN_IN_USE, "/body/mrn", "this number is given already") if case.shared.mrn_of else None


def document_new(case: Case) -> Objection | None:
    """The document is not asked for yet."""
    asked = case.body["document"] in case.movement.asked
    return no(Code.DOCUMENT, "/body/document", "it is asked for already") if asked else None


def document_asked(case: Case) -> Objection | None:
    """The document was asked for and has not come yet."""
    open_ = set(case.movement.asked) - set(case.movement.received)
    if case.body["document"] in open_:
        return None
    return no(Code.DOCUMENT, "/body/document", f"documents asked for: {', '.join(sorted(open_)) or 'none'}")


def documents_in(case: Case) -> Objection | None:
    """All documents that were asked for have come."""
    open_ = sorted(set(case.movement.asked) - set(case.movement.received))
    return no(Code.CONTROL_OPEN, "", f"documents still open: {', '.join(open_)}") if open_ else None


def inspection_open(case: Case) -> Objection | None:
    """The inspection has no finding yet."""
    return no(Code.SEQUENCE, "", "the inspection has ended already") if case.movement.finding else None


def inspection_clean(case: Case) -> Objection | None:
    """An inspection that was begun has ended without a major finding."""
    if case.movement.state != "under_control" or case.movement.finding in ("clean", "minor"):
        return None
    open_ = not case.movement.finding
    return no(
        Code.CONTROL_OPEN, "", "end the inspection first" if open_ else "the inspection found a major fault: refuse"
    )


def no_holds(case: Case) -> Objection | None:
    """No hold is open."""
    count = len(case.state.open_holds())
    return no(Code.HOLD_OPEN, "", f"{count} hold{'s are' if count > 1 else ' is'} open") if count else None


def not_passed(case: Case) -> Objection | None:
    """The office of transit was not passed before."""
    passed = case.body["office"]["office"] in case.movement.passed
    return no(Code.SEQUENCE, "/body/office", "the movement has passed this office already") if passed else None


def next_takes(case: Case) -> Objection | None:
    """The movement that follows is accepted at least: goods never stand between two customs."""
    for following in case.state.after(case.movement):
        if following.state in ("draft", "lodged", "rejected", "refused"):
            return no(Code.NEXT_REFUSED, "", f"movement {following.movement} that follows is {following.state}")
    return None


def limit_passed(case: Case) -> Objection | None:
    """The limit date has passed."""
    due = case.movement.limit_date
    return None if case.now.date() > due else no(Code.NOT_DUE, "", f"the limit date is {due.isoformat()}")
