"""One command against one state: events, or a refusal that carries all objections."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from karvan.errors import nearest
from karvan.ops.decide import bodies
from karvan.ops.decide.access import sees
from karvan.ops.decide.command import Actor, Code, Command, Objection, Refusal
from karvan.ops.decide.evolve import source
from karvan.ops.decide.guards import GUARDS, Case
from karvan.ops.decide.state import Shared, State
from karvan.ops.decide.table import BIRTH, Kind, Transition, table
from karvan.ops.event import Event

AHEAD = timedelta(minutes=2)  # how far a party's clock may run before the service's
NOTHING = Shared()
ABSENT = Refusal((Objection(Code.ABSENT, "/subject", "there is no such subject"),))


@dataclass(frozen=True, slots=True)
class Needs:
    """What a decision must know from beyond the consignment; empty where it needs nothing."""

    guarantee: str = ""
    seal: tuple[str, str] | None = None
    unit: str = ""
    mrn: str = ""


def needs(state: State, command: Command) -> Needs:
    """What ``Shared`` must hold for a command, even for one whose body is wrong."""
    body = {key: value for key, value in command.body.items() if isinstance(value, str)}
    kind = table().kinds.get(command.kind)
    if kind is not None and kind.region == "surety":
        return Needs(guarantee=command.subject)
    held = state.reservations.get(body.get("movement", ""))
    seal = (
        (body["issuer"], body["number"])
        if command.kind == "SEAL_AFFIXED" and {"issuer", "number"} <= set(body)
        else None
    )
    return Needs(
        guarantee=body.get("guarantee") or (held.guarantee if held else ""),
        seal=seal,
        unit=body.get("unit", "") if command.kind == "UNIT_ADDED" else "",
        mrn=body.get("mrn", ""),
    )


def decide(
    state: State, command: Command, now: datetime, actor: Actor, shared: Shared = NOTHING
) -> tuple[Event, ...] | Refusal:
    """The events of a command, the first its own and the rest what follows from it; or a refusal.

    ``now`` is the clock of the service, with its offset. Nothing is read but the arguments, so that the same arguments
    give the same answer, in a replay too.

    >>> from datetime import UTC
    >>> now = datetime(2027, 1, 1, 12, tzinfo=UTC)
    >>> told = decide(State("c1"), Command("e1", "c1", "CONSIGNMENT_CREATED", now), now, Actor("acme", "ann", "shipper"))
    >>> told[0].kind, told[0].seq
    ('CONSIGNMENT_CREATED', 1)
    """
    kind = table().kinds.get(command.kind)
    if kind is None:
        near = ", ".join(nearest(command.kind, table().kinds)) or "none"
        return Refusal((Objection(Code.UNKNOWN_KIND, "/kind", f"no such kind; nearest: {near}"),))
    if not _known(state, kind, actor, now, shared):
        return ABSENT
    body, objections = bodies.read(command.kind, command.body)
    late, wrong = _times(command, kind, now)
    if objections or wrong:
        return Refusal((*objections, *wrong))
    src = _source(state, kind, body, shared)
    row = table().next(kind.region, src, command.kind, body)
    if row is None:
        return _out_of_sequence(kind, src, body, actor)
    if actor.role not in row.roles:
        who = ", ".join(sorted(row.roles - {"effect"})) or "nobody: it follows from other steps"
        return Refusal(
            (Objection(Code.ROLE, "/kind", f"may be done by: {who}"),), allowed(kind.region, src, actor.role)
        )
    case = Case(state, command, body, actor, now, shared)
    against = tuple(found for name in row.guards if (found := GUARDS[name](case)))
    if against:
        return Refusal(against, allowed(kind.region, src, actor.role))
    return tuple(_events(case, row, late))


def _known(state: State, kind: Kind, actor: Actor, now: datetime, shared: Shared) -> bool:
    """Whether the actor may know of the subject; what is to be made need not be there."""
    if kind.region == "surety":
        mine = shared.surety is not None and shared.surety.guarantor == actor.party
        return mine or kind.kind == "GUARANTEE_REGISTERED"
    return kind.kind == "CONSIGNMENT_CREATED" or sees(state, actor, now)


def _times(command: Command, kind: Kind, now: datetime) -> tuple[bool, list[Objection]]:
    """Whether the command is told late, and what is wrong with its times and words."""
    if command.occurred.tzinfo is None:
        return False, [Objection(Code.FIELD, "/occurred", "give the time with its offset from UTC")]
    if command.occurred > now + AHEAD:
        return False, [Objection(Code.FUTURE, "/occurred", f"it is now {now.isoformat()}: mend the clock")]
    late = now - command.occurred > timedelta(hours=kind.tolerance_h)
    if late and not command.reason.strip():
        told = f"more than {kind.tolerance_h:g} hours late: say why"
        return late, [Objection(Code.REASON_MISSING, "/reason", told)]
    return late, []


def _source(state: State, kind: Kind, body: Mapping[str, Any], shared: Shared) -> str:
    if kind.region == "surety":
        return shared.surety.state if shared.surety else BIRTH
    return source(state, kind.region, body)


def _out_of_sequence(kind: Kind, src: str, body: Mapping[str, Any], actor: Actor) -> Refusal:
    pointer = f"/body/{key}" if (key := NAMED_BY.get(kind.region)) in body else "/kind"
    makes = any(row.kind == kind.kind and row.src == BIRTH for row in table().transitions)
    code = Code.EXISTS if makes and src != BIRTH and kind.region != "guarantee" else Code.SEQUENCE
    told = (
        f"the {kind.region} is {src.replace('_', ' ')}: {kind.kind} does not follow"
        if src != BIRTH
        else "it is not there"
    )
    return Refusal((Objection(code, pointer, told),), allowed(kind.region, src, actor.role))


NAMED_BY = {
    **dict.fromkeys(("movement", "guarantee"), "movement"),
    **dict.fromkeys(("unit", "custody", "pickup", "seal"), "unit"),
    "hold": "hold",
}
"""The field of a body that names the part of the consignment, by region."""


def allowed(region: str, src: str, role: str) -> tuple[str, ...]:
    """The kinds that a role may try from a state of a region.

    >>> allowed("movement", "draft", "declarant")
    ('AMENDED', 'CANCELLED', 'LODGED')
    """
    return tuple(sorted({row.kind for row in table().leaving(region, src) if role in row.roles}))


def open_to(state: State, role: str) -> dict[str, tuple[str, ...]]:
    """By part of a consignment (``movement/m1``), the kinds that a role may try next; parts without one are left out."""
    named: dict[str, list[dict[str, str]]] = {
        "consignment": [{}],
        "movement": [{"movement": name} for name in state.movements],
        "guarantee": [{"movement": name} for name in state.movements],
        **{region: [{"unit": name} for name in state.units] for region in ("unit", "custody", "pickup", "seal")},
        "hold": [{"hold": name} for name in state.holds],
    }
    found = {
        "/".join((region, *body.values())): allowed(region, source(state, region, body), role)
        for region, bodies_ in named.items()
        for body in bodies_
    }
    born = {region: allowed(region, BIRTH, role) for region in ("movement", "unit", "hold")}
    return {part: kinds for part, kinds in {**found, **born}.items() if kinds}


def _events(case: Case, row: Transition, late: bool) -> Iterator[Event]:
    body = {**case.body, **_added(case)}
    seq = _version(case) + 1
    yield _event(case, case.command.eid, seq, case.command.kind, body, late)
    for effect in row.effects:
        follows = EFFECTS[effect](case, seq)
        if follows is not None:
            seq += 1
            eid = str(uuid5(NAMESPACE_URL, f"{case.command.eid}/{effect}"))
            yield _event(case, eid, seq, effect, follows, late)


def _version(case: Case) -> int:
    if table().kinds[case.command.kind].region == "surety":
        return case.shared.surety.version if case.shared.surety else 0
    return case.state.version


def _event(case: Case, eid: str, seq: int, kind: str, body: dict[str, Any], late: bool) -> Event:
    return Event(
        eid=eid,
        consignment=case.command.subject,
        seq=seq,
        kind=kind,
        party=case.actor.party,
        person=case.actor.person,
        posting=case.actor.posting.posting if case.actor.posting else "",
        occurred=case.command.occurred,
        recorded=case.now,
        late=late,
        reason=case.command.reason,
        corrects="",
        body=body,
    )


def _added(case: Case) -> dict[str, Any]:
    """What the service adds to a body, so that a replay needs nothing but the log."""
    if case.command.kind == "GUARANTEE_RESERVED" and case.shared.surety:
        return {"guarantor": case.shared.surety.guarantor}
    if case.command.kind == "HOLD_PLACED":
        post = case.actor.posting if case.actor.role == "customs" else None
        return {"authority": case.actor.party, "territories": [post.territory] if post else []}
    return {}


def _freed(case: Case, seq: int) -> dict[str, Any] | None:
    held = case.reservation
    if held.state != "reserved" or (case.command.kind == "AMENDED" and "duty_usd_cents" not in case.body):
        return None
    return {
        "movement": case.body["movement"],
        "guarantee": held.guarantee,
        "amount_usd_cents": held.amount_usd_cents,
        "because": case.command.kind,
    }


def _stopped(case: Case, seq: int) -> dict[str, Any]:
    unit = case.body["unit"]
    return {
        "hold": f"seal:{seq}",
        "kind": "seal",
        "basis": f"the seal of {unit} was found broken",
        "authority": "",
        "territories": [],
        "because": case.command.kind,
    }


EFFECTS = {"GUARANTEE_RELEASED": _freed, "HOLD_PLACED": _stopped}
"""What follows from a command in the same transaction: its body, or none where nothing follows."""
