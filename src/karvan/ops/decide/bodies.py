"""The fields of each kind of command, checked at the door: unknown fields are refused, all faults are told together."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from karvan.ops.decide.command import Code, Objection

Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$")]
Territory = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Place = Annotated[str, Field(pattern=r"^[A-Z]{2}[A-Z2-9]{3}$", description="UN/LOCODE")]
Mode = Literal["rail", "road", "sea", "multimodal"]
Cents = Annotated[int, Field(ge=0, le=10**15)]
Line = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]*$")]
Text = Annotated[Line, Field(min_length=1, max_length=500)]
Many = Annotated[tuple[Id, ...], Field(min_length=1, max_length=500)]


class Form(BaseModel):
    """A form of fields; nothing beyond them is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)


class Created(Form):
    """``owner`` where the shipper is another than who tells; ``consignee`` may read."""

    owner: Id | None = None
    consignee: Id | None = None


class Announced(Form):
    """The party and its role."""

    party: Id
    role: Literal[
        "consignee", "forwarder", "declarant", "guarantor", "railway", "ferry", "haulier", "port", "terminal", "agency"
    ]


class OfficeForm(Form):
    """A customs office with its territory and its place."""

    office: Id
    territory: Territory
    place: Place


class Drafted(Form):
    """A movement: regime, offices, units, holder, the duty at risk in US cents, the last day to arrive."""

    movement: Id
    order: Annotated[int, Field(ge=1, le=99)]
    regime: Id
    territories: Annotated[tuple[Territory, ...], Field(min_length=1, max_length=20)]
    departure: OfficeForm
    destination: OfficeForm
    transit: Annotated[tuple[OfficeForm, ...], Field(max_length=20)] = ()
    units: Many
    holder: Id
    mode: Mode
    carrier: Id
    duty_usd_cents: Cents
    limit_date: date


class Amended(Form):
    """What changes of a movement; what is not named stays."""

    movement: Id
    units: Many | None = None
    destination: OfficeForm | None = None
    duty_usd_cents: Cents | None = None
    limit_date: date | None = None


class OfMovement(Form):
    """The movement, and no more."""

    movement: Id


class Accepted(Form):
    """The movement and its reference number."""

    movement: Id
    mrn: Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}[A-Z0-9]{14}$")]


class Rejected(Form):
    """The movement and what is wrong in its declaration, as pointers."""

    movement: Id
    pointers: Annotated[tuple[Text, ...], Field(min_length=1, max_length=100)]


class Assessed(Form):
    """The movement and its lane."""

    movement: Id
    lane: Literal["green", "yellow", "red"]


class Document(Form):
    """The movement and a document's name."""

    movement: Id
    document: Text


class Inspected(Form):
    """The movement and what the inspection found."""

    movement: Id
    finding: Literal["clean", "minor", "major"]


class Based(Form):
    """The movement and the legal basis."""

    movement: Id
    basis: Text


class AtOffice(Form):
    """The movement and an office."""

    movement: Id
    office: OfficeForm


class Remarked(Form):
    """The movement, and whether what was unloaded agrees with the declaration."""

    movement: Id
    result: Literal["conform", "differs"]


class Differing(Form):
    """The movement and how much the discrepancy matters."""

    movement: Id
    degree: Literal["minor", "major"]


class Reserved(Form):
    """The movement, the guarantee, and the amount in US cents."""

    movement: Id
    guarantee: Id
    amount_usd_cents: Annotated[int, Field(gt=0, le=10**15)]


class GuaranteeOf(Form):
    """The movement and a guarantee."""

    movement: Id
    guarantee: Id


class UnitAt(Form):
    """The unit and a place."""

    unit: Id
    place: Place


class LoadedOn(Form):
    """The unit, the place, and the parent that carries it: wagon, vessel or truck."""

    unit: Id
    place: Place
    parent: Id


class GatedOut(Form):
    """The unit, the place, and the carrier that picks it up."""

    unit: Id
    place: Place
    carrier: Id


class UnitTo(Form):
    """The unit and the party that it, or its pick-up right, passes to."""

    unit: Id
    to: Id


class OfUnit(Form):
    """The unit, and no more."""

    unit: Id


class Sealed(Form):
    """The unit and its seal: the issuer and the number."""

    unit: Id
    issuer: Id
    number: Id


class SealChecked(Sealed):
    """The seal and what was found."""

    result: Literal["intact", "broken"]


class HoldPlaced(Form):
    """A hold: its class and its legal basis. Whoever places a red hold may not lift it."""

    hold: Id
    kind: Literal["red", "seal", "security", "sanitary", "documents", "other"]
    basis: Text


class OfHold(Form):
    """The hold, and no more."""

    hold: Id


class Registered(Form):
    """A guarantee for a holder: kind, limit in US cents, and the days from which and up to which it holds."""

    kind: Literal["individual", "comprehensive", "tir"]
    holder: Id
    limit_usd_cents: Annotated[int, Field(gt=0, le=10**15)]
    since: date
    until: date


class Limited(Form):
    """The new limit in US cents."""

    limit_usd_cents: Annotated[int, Field(gt=0, le=10**15)]


class Empty(Form):
    """No fields."""


FORMS: Mapping[str, type[Form]] = {
    "CONSIGNMENT_CREATED": Created,
    "ANNOUNCED": Announced,
    "MOVEMENT_DRAFTED": Drafted,
    "AMENDED": Amended,
    "ACCEPTED": Accepted,
    "REJECTED": Rejected,
    "ASSESSED": Assessed,
    "DOC_REQUESTED": Document,
    "DOC_RECEIVED": Document,
    "INSPECTION_END": Inspected,
    "RELEASED": Based,
    "LEG_STARTED": AtOffice,
    "DIVERTED": AtOffice,
    "UNLOADING_REMARKED": Remarked,
    "DISCREPANCY_FOUND": Differing,
    "GUARANTEE_RESERVED": Reserved,
    "GUARANTEE_WAIVED": Based,
    "GUARANTEE_REFUSED": GuaranteeOf,
    "UNIT_ADDED": UnitAt,
    "GATE_IN": UnitAt,
    "LOADED": LoadedOn,
    "DEPARTED": UnitAt,
    "UNIT_ARRIVED": UnitAt,
    "UNLOADED": UnitAt,
    "GAUGE_START": UnitAt,
    "GAUGE_END": UnitAt,
    "UNIT_TRANSFERRED": LoadedOn,
    "GATE_OUT": GatedOut,
    "DELIVERED": UnitAt,
    "HANDED_OVER": UnitTo,
    "TAKEN_OVER": OfUnit,
    "OFFER_WITHDRAWN": OfUnit,
    "PICKUP_PASSED": UnitTo,
    "SEAL_AFFIXED": Sealed,
    "SEAL_CHECKED": SealChecked,
    "SEAL_REMOVED": Sealed,
    "HOLD_PLACED": HoldPlaced,
    "HOLD_LIFTED": OfHold,
    "GUARANTEE_REGISTERED": Registered,
    "GUARANTEE_LIMITED": Limited,
    "GUARANTEE_REVOKED": Empty,
}
"""Kinds that are not here have the movement as their one field."""


def form(kind: str) -> type[Form]:
    """The form of a kind's body."""
    return FORMS.get(kind, OfMovement)


def read(kind: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], list[Objection]]:
    """The checked body as plain JSON values, and what is wrong with it (then the body is empty).

    >>> read("ASSESSED", {"movement": "m1", "lane": "blue"})[1][0].pointer
    '/body/lane'
    """
    try:
        return form(kind).model_validate(body).model_dump(mode="json", exclude_none=True), []
    except ValidationError as error:
        return {}, [_objection(kind, each) for each in error.errors(include_url=False)]


def _objection(kind: str, error: Any) -> Objection:
    pointer = "/body" + "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return Objection(Code.FIELD, pointer, f"no such field; {kind} has: {', '.join(form(kind).model_fields)}")
    return Objection(Code.FIELD, pointer, error["msg"])
