"""For every row of the table: who is not at the right office, has no part, or no mandate, is refused."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from karvan.ops.decide import Actor, Code, Command, Refusal, Shared, State, Surety, decide
from karvan.ops.decide.state import Hold, Movement, Office, Reservation, Seal, Unit
from karvan.ops.decide.table import Transition, table
from ops import cast, drawing
from ops.story import UNIT

ROWS = [
    row
    for row in table().transitions
    if (row.region != "surety" and row.src != "none") or row.kind == "MOVEMENT_DRAFTED"
]
OFFICERS = {"at_departure": cast.KZ, "at_transit": cast.KZ_OUT, "at_destination": cast.AZ, "in_territory": cast.AZ}
ELSEWHERE = cast.officer("elsewhere", {"office": "KZ99", "territory": "KZ", "place": "KZALA"})
SHARED = Shared(
    cast.RULES, Surety("g1", 1, "valid", "comprehensive", "surety", "holding", 10**9, 0, cast.SINCE, cast.UNTIL)
)


def at(row: Transition) -> State:
    """A state from which the row can be done: everything is ready for it."""
    departure, transit, destination = Office(**cast.ALTYNKOL), Office(**cast.AKTAU), Office(**cast.ALAT)
    moved = row.src if row.region == "movement" else MOVED.get(row.kind, "released")
    ends = ("cancelled", "discharged", "invalidated")
    move = Movement(
        *(
            "m1",
            moved,
            1,
            "rail-eaeu",
            ("KZ", "AZ"),
            departure,
            destination,
            (transit,),
            (UNIT,),
            "holding",
            "rail",
            "rail-kz",
        ),
        *(0, date(2027, 2, 1), "", "", ("note",), () if row.kind == "DOC_RECEIVED" else ("note",)),
        *("" if row.kind == "INSPECTION_END" else "clean", "" if row.kind == "OVERRIDE_PROPOSED" else "zed"),
    )
    held = row.src if row.region == "guarantee" else "reserved"
    unit = row.src if row.region == "unit" else "gated_in"
    sealed = Seal(row.src if row.region == "seal" else "intact", "kz", "s1")
    place = "" if row.src == "departed" else "KZKGS"
    made = Unit(UNIT, unit, place, "", "rail-kz", "rail-kz" if row.src == "offered" else "", "acme", sealed)
    hold = Hold("h1", "open", "other", "customs-az", ("AZ",), "9", "zed")
    parties = {
        actor.party: (actor.role,) for actor in cast.OTHERS if actor.role not in ("shipper",) and actor.party != "past"
    }
    return (
        State(
            *(
                "c1",
                9,
                "open",
                "acme",
                {**parties, "acme": ("shipper",), "vets": ("agency",), "dry-port": ("terminal",)},
            ),
            *(("KZ", "AZ"), {} if row.kind == "MOVEMENT_DRAFTED" else {"m1": move}),
            *({"m1": Reservation(held, "g1", "surety", 5)}, {UNIT: made}, {"h1": hold} if row.region == "hold" else {}),
        )
        if moved not in ends or row.region == "movement"
        else State("c1")
    )


MOVED = {
    **dict.fromkeys(("GUARANTEE_RESERVED", "GUARANTEE_WAIVED", "GUARANTEE_REFUSED"), "accepted"),
    "GUARANTEE_CALLED": "recovery",
}


def body(row: Transition) -> dict[str, Any]:
    seal = {"unit": UNIT, "issuer": "kz", "number": "s1"}
    given: dict[str, Any] = {
        "MOVEMENT_DRAFTED": cast.movement(),
        "ANNOUNCED": {"party": "buyer", "role": "consignee"},
        "AMENDED": {"movement": "m1"},
        "ACCEPTED": {"movement": "m1", "mrn": "27KZ00000000000001"},
        "REJECTED": {"movement": "m1", "pointers": ["/x"]},
        "DOC_REQUESTED": {"movement": "m1", "document": "new"},
        "DOC_RECEIVED": {"movement": "m1", "document": "note"},
        "INSPECTION_END": {"movement": "m1", "finding": "clean"},
        "LEG_STARTED": {"movement": "m1", "office": cast.AKTAU},
        "DIVERTED": {"movement": "m1", "office": cast.AKTAU},
        "RELEASED": {"movement": "m1", "basis": "1"},
        "GUARANTEE_WAIVED": {"movement": "m1", "basis": "1"},
        "DISCREPANCY_FOUND": {"movement": "m1", "degree": "minor"},
        "GUARANTEE_RESERVED": {"movement": "m1", "guarantee": "g1", "amount_usd_cents": 1},
        "GUARANTEE_REFUSED": {"movement": "m1", "guarantee": "g1"},
        "LOADED": {"unit": UNIT, "place": "KZKGS", "parent": "w"},
        "UNIT_TRANSFERRED": {"unit": UNIT, "place": "KZKGS", "parent": "w"},
        "GATE_OUT": {"unit": UNIT, "place": "KZKGS", "carrier": "acme"},
        "HANDED_OVER": {"unit": UNIT, "to": "ferry"},
        "PICKUP_PASSED": {"unit": UNIT, "to": "ferry"},
        **drawing._each(("TAKEN_OVER", "OFFER_WITHDRAWN"), {"unit": UNIT}),
        **drawing._each(("SEAL_AFFIXED", "SEAL_REMOVED", "SEAL_CHECKED"), seal),
        "HOLD_LIFTED": {"hold": "h1"},
    }
    plain = {"movement": {"movement": "m1"}, "guarantee": {"movement": "m1"}, "unit": {"unit": UNIT, "place": "KZKGS"}}
    return {**given.get(row.kind, plain.get(row.region, {})), **(dict([row.when]) if row.when else {})}


def tried(row: Transition, actor: Actor, **changes: Any) -> set[Code]:
    """The codes of the objections to an actor's doing it: none where it is done."""
    state = replace(at(row), **changes)
    command = Command("e1", "c1", row.kind, cast.NOW, body(row), "because")
    answer = decide(state, command, cast.NOW, actor, SHARED)
    return {each.code for each in answer.objections} if isinstance(answer, Refusal) else set()


def names(rows: list[Transition]) -> list[str]:
    return [f"{row.src}-{row.kind}" for row in rows]


POSTED = [row for row in ROWS if "customs" in row.roles]


@pytest.mark.parametrize("row", POSTED, ids=names(POSTED))
def test_an_officer_of_another_office_or_without_a_posting_in_force_is_refused(row: Transition) -> None:
    assert Code.POSTING in tried(row, ELSEWHERE)
    assert ELSEWHERE.posting is not None
    right = next(OFFICERS[name] for name in (*row.guards, "in_territory") if name in OFFICERS)
    right = cast.AZ if "concerned" in row.guards else right
    assert Code.POSTING not in tried(row, right)
    assert right.posting is not None
    past = replace(right, posting=replace(right.posting, until=cast.NOW.date()))
    future = replace(right, posting=replace(right.posting, since=cast.NOW.date() + timedelta(days=1)))
    for wrong in (past, future, replace(right, posting=None)):
        assert tried(row, wrong) & {Code.POSTING, Code.ABSENT}


PARTED = [row for row in ROWS if row.roles & {"railway", "ferry", "haulier", "port", "terminal", "agency"}]


@pytest.mark.parametrize("row", PARTED, ids=names(PARTED))
def test_a_party_that_was_announced_in_another_role_is_refused(row: Transition) -> None:
    for role in sorted(row.roles & {"railway", "ferry", "haulier", "port", "terminal", "agency"}):
        stranger = Actor("stranger", "sam", role)
        refused = {Code.NOT_PARTY, Code.CUSTODY, Code.NO_PICKUP_RIGHT}
        parties = {**at(row).parties, "stranger": ("consignee",)}
        assert tried(row, stranger, parties=parties) & refused, role


MANDATED = [
    row for row in ROWS if row.roles & {"shipper", "forwarder", "declarant", "holder"} and row.region != "pickup"
]


@pytest.mark.parametrize("row", MANDATED, ids=names(MANDATED))
def test_a_trader_without_a_mandate_of_the_owner_or_holder_is_refused(row: Transition) -> None:
    for role in sorted(row.roles & {"shipper", "forwarder", "declarant", "holder"}):
        stranger = Actor("stranger", "sam", role)
        parties = {**at(row).parties, "stranger": (role,)}
        assert tried(row, stranger, parties=parties) & {Code.MANDATE, Code.CUSTODY}, role


PLACED = [row for row in ROWS if "same_place" in row.guards]


@pytest.mark.parametrize("row", PLACED, ids=names(PLACED))
def test_a_unit_that_is_elsewhere_is_refused(row: Transition) -> None:
    actor = next(each for each in cast.ALL if each.role in row.roles)
    units = {UNIT: replace(at(row).units[UNIT], place="AZALA")}
    assert Code.ELSEWHERE in tried(row, actor, units=units)


REASONED = [row for row in ROWS if "reasoned" in row.guards]


@pytest.mark.parametrize("row", REASONED, ids=names(REASONED))
def test_what_needs_a_reason_is_refused_without(row: Transition) -> None:
    command = Command("e1", "c1", row.kind, cast.NOW, body(row), "  ")
    answer = decide(at(row), command, cast.NOW, cast.KZ, SHARED)
    assert isinstance(answer, Refusal) and Code.REASON_MISSING in {each.code for each in answer.objections}


OFFICED = [row for row in ROWS if "offices_within" in row.guards]


@pytest.mark.parametrize("row", OFFICED, ids=names(OFFICED))
def test_an_office_beyond_the_movement_is_refused(row: Transition) -> None:
    named = {"MOVEMENT_DRAFTED": {"transit": [cast.TBILISI]}, "AMENDED": {"destination": cast.TBILISI}}
    given = {**body(row), **named.get(row.kind, {"office": cast.TBILISI})}
    actor = cast.KZ if row.kind == "DIVERTED" else cast.SHIPPER
    answer = decide(at(row), Command("e1", "c1", row.kind, cast.NOW, given, "because"), cast.NOW, actor, SHARED)
    assert isinstance(answer, Refusal) and Code.NOT_ROUTED in {each.code for each in answer.objections}


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind == "AMENDED"], ids=lambda row: row.src)
def test_an_amendment_takes_neither_unknown_units_nor_the_turn_of_another(row: Transition) -> None:
    state = at(row)
    other = replace(state.movements["m1"], movement="m2", units=("TEXU1",))
    state = replace(
        state, movements={**state.movements, "m2": other}, units={**state.units, "TEXU1": state.units[UNIT]}
    )
    for units, code in ((["NONE1"], Code.UNIT_UNKNOWN), (["TEXU1"], Code.EXISTS)):
        command = Command("e1", "c1", "AMENDED", cast.NOW, {"movement": "m1", "units": units})
        answer = decide(state, command, cast.NOW, cast.SHIPPER, SHARED)
        assert isinstance(answer, Refusal) and {each.code for each in answer.objections} == {code}
