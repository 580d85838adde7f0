"""What the seeded world draws: who acts, and what the body says."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from karvan.ops.decide import Actor, State
from karvan.ops.decide.table import table
from ops import cast

UNITS = ("CSQU3054383", "TEXU1234560")
MOVES = ("m1", "m2")
BY_ROLE: dict[str, list[Actor]] = {}
for _one in cast.ALL:
    BY_ROLE.setdefault(_one.role, []).append(_one)
PLACES = ("KZKGS", "KZAAU", "AZALA")
WAYS = (
    {
        "departure": cast.ALTYNKOL,
        "transit": [cast.AKTAU],
        "destination": cast.ALAT,
        "territories": ["KZ", "AZ"],
        "order": 1,
    },
    {"departure": cast.ALAT, "destination": cast.BOYUK, "territories": ["AZ"], "order": 2},
)
LAST = ("UNLOADING_PERMITTED", "UNLOADING_REMARKED", "DISCREPANCY_FOUND", "DISCREPANCY_RESOLVED", "DISCHARGED")


def officer(random: Random, state: State, name: str, kind: str) -> Actor:
    move = state.movements.get(name)
    if move is None:
        return random.choice(cast.OFFICERS)
    if kind == "LEG_STARTED":
        return cast.KZ_OUT
    last = kind in LAST
    office = (move.destination if last else move.departure).office
    return random.choice([each for each in cast.OFFICERS if each.posting and each.posting.office == office])


def trader(state: State, unit: str, actor: Actor) -> Actor:
    """The owner for a shipper, the custodian for a carrier: who most likely may."""
    if actor.role == "shipper":
        return next((each for each in BY_ROLE["shipper"] if each.party == state.owner), actor)
    keeper = state.units[unit].custodian if unit in state.units else ""
    return next((each for each in cast.ALL if each.party == keeper), actor)


def body(random: Random, now: datetime, state: State, kind: str, named: dict[str, str]) -> dict[str, Any]:
    move, name = {"movement": named["movement"]}, named["unit"]
    unit = {"unit": name}
    held = state.units.get(name)
    here = held.place if held and held.place and random.random() < 0.9 else random.choice(PLACES)
    there = {**unit, "place": here}
    seal = {**unit, "issuer": "kz", "number": f"s{random.randrange(4)}"}
    if held and held.seal.number and kind != "SEAL_AFFIXED" and random.random() < 0.9:
        seal |= {"issuer": held.seal.issuer, "number": held.seal.number}
    party = random.choice((cast.RAILWAY,) * 4 + (cast.FERRY, cast.PORT, cast.HAULIER, cast.AGENCY))
    way = WAYS[MOVES.index(named["movement"])] | {"units": random.choice((UNITS[:1], UNITS[1:], UNITS))}
    way["regime"] = random.choice(("eaeu", "eaeu", "rail-eaeu", "tir"))
    duty = random.choice((0, 40_000, 100_000))
    forms: dict[str, dict[str, Any]] = {
        "CONSIGNMENT_CREATED": random.choice(({}, {"owner": "acme"}, {"consignee": "buyer"})),
        "ANNOUNCED": {"party": party.party, "role": party.role},
        "MOVEMENT_DRAFTED": cast.movement(**move, **way, duty_usd_cents=duty, limit_date=day(random, now)),
        "AMENDED": {
            **move,
            **random.choice(({"duty_usd_cents": duty}, {"destination": cast.ALAT}, {"units": UNITS})),
        },
        "ACCEPTED": {**move, "mrn": f"27KZ{random.randrange(12):014d}"},
        "REJECTED": {**move, "pointers": ["/goods/0"]},
        **_each(("DOC_REQUESTED", "DOC_RECEIVED"), {**move, "document": random.choice(("note", "note", "list"))}),
        "INSPECTION_END": {**move, "finding": random.choice(("clean", "minor", "major"))},
        **_each(("RELEASED", "GUARANTEE_WAIVED"), {**move, "basis": "code 1"}),
        "LEG_STARTED": {**move, "office": random.choice((cast.ALAT, cast.AKTAU))},
        "DIVERTED": {**move, "office": random.choice((cast.ALTYNKOL, cast.ALAT))},
        "DISCREPANCY_FOUND": {**move, "degree": "minor"},
        "GUARANTEE_RESERVED": {
            **move,
            "guarantee": random.choice(("g1", "g1", "g2")),
            "amount_usd_cents": duty + 1,
        },
        "GUARANTEE_REFUSED": {**move, "guarantee": "g1"},
        **_each(("LOADED", "UNIT_TRANSFERRED"), {**there, "parent": "wagon1"}),
        "GATE_OUT": {**there, "carrier": held.pickup if held and random.random() < 0.8 else "haul"},
        "UNIT_ARRIVED": {**unit, "place": random.choice((*PLACES, "AZBYK"))},
        **_each(("HANDED_OVER", "PICKUP_PASSED"), {**unit, "to": party.party}),
        **_each(("TAKEN_OVER", "OFFER_WITHDRAWN"), unit),
        **_each(("SEAL_AFFIXED", "SEAL_REMOVED"), seal),
        "SEAL_CHECKED": {**seal, "result": "intact"},
        "HOLD_PLACED": {"hold": named["hold"], "kind": random.choice(("red", "other")), "basis": "code 2"},
        "HOLD_LIFTED": {"hold": named["hold"]},
    }
    region = table().kinds[kind].region
    return forms.get(kind, there if region == "unit" else move)


def _each(kinds: tuple[str, ...], body: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {kind: body for kind in kinds}


def day(random: Random, now: datetime) -> str:
    return (now + timedelta(days=random.choice((1, 5)))).date().isoformat()
