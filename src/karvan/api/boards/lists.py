"""Declaring a wagon list: one form, one file, and the consignment is told with all its units."""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import RedirectResponse

from karvan.api.boards.entry import Acting, Person, Sitting
from karvan.api.boards.page import page
from karvan.api.who import Memory
from karvan.errors import MessageError
from karvan.ops.decide import Actor, Command, Refusal
from karvan.ops.decide.bodies import read
from karvan.ops.messages.lists import Line, read_csv, read_excel
from karvan.ops.store import Store

router = APIRouter(prefix="/boards", include_in_schema=False)
OFFICE = ("office", "territory", "place")
FIELDS = ("regime", "holder", "mode", "carrier", "duty_usd_cents", "limit_date", "announce")
MODES = ("rail", "road", "sea", "multimodal")
DECLARERS = ("shipper", "forwarder")
ANNOUNCED = ("railway", "ferry", "haulier", "port", "terminal", "declarant", "guarantor", "consignee", "forwarder")


@router.get("/new")
def new(request: Request, sitting: Sitting) -> Response:
    """The form."""
    return _form(request, sitting, {"id": str(uuid4()), "mode": "rail"})


def _form(
    request: Request,
    sitting: Person,
    given: dict[str, str],
    faults: tuple[Any, ...] = (),
    refusal: Refusal | None = None,
) -> Response:
    told = {"given": given, "faults": faults, "refusal": refusal, "modes": MODES, "roles": ANNOUNCED}
    status = 422 if faults or refusal else 200
    return page(request, "new.html", status, who=sitting.actor, csrf=sitting.csrf, **told)


@router.post("/new")
async def declare(request: Request, sitting: Acting, store: Memory, file: Annotated[UploadFile, File()]) -> Response:
    """Tells the consignment, its units and its movement, and lodges it where the role may; the same form sent again does
    nothing anew, and goes on where it stopped."""
    given = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    data = await file.read()
    try:
        lines = (read_excel if (file.filename or "").lower().endswith((".xlsx", ".xlsm")) else read_csv)(data)
    except MessageError as error:
        return _form(request, sitting, given, tuple(error.faults))
    now = store.now()
    commands = list(declared(given, lines, sitting.actor, now))
    for each in commands:
        wrong = read(each.kind, each.body)[1]
        if wrong:
            return _form(request, sitting, given, refusal=Refusal(tuple(wrong)))
    refusal = told(store, commands, sitting.actor)
    return (
        _form(request, sitting, given, refusal=refusal)
        if refusal
        else RedirectResponse(f"/boards/c/{given.get('id', '')}", 303)
    )


def told(store: Store, commands: list[Command], actor: Actor) -> Refusal | None:
    """Does the commands in their order; the first refusal, at which it stops."""
    for each in commands:
        outcome = store.do(each, actor)
        if outcome.refusal is not None:
            return outcome.refusal
    return None


def declared(given: dict[str, str], lines: tuple[Line, ...], actor: Actor, now: datetime) -> Iterator[Command]:
    """The commands that a form and its list are. Their ids follow from the consignment's, so that a repeat is known."""
    subject = given.get("id", "")

    def made(kind: str, part: str, **body: Any) -> Command:
        eid = str(uuid5(NAMESPACE_URL, f"{subject}/{kind}/{part}"))
        return Command(eid, subject, kind, now, body)

    def office(name: str) -> dict[str, str]:
        return {part: given.get(f"{name}.{part}", "").strip() for part in OFFICE}

    units = {line.box or line.wagon: line for line in lines}
    owner = given.get("owner", "").strip()
    yield made("CONSIGNMENT_CREATED", "", **({"owner": owner} if owner else {}))
    for role in ANNOUNCED:
        for party in given.get(f"announce.{role}", "").split():
            yield made("ANNOUNCED", f"{role}/{party}", party=party, role=role)
    for unit in units:
        yield made("UNIT_ADDED", unit, unit=unit, place=office("departure")["place"])
    duty = given.get("duty_usd", "").strip()
    yield made(
        "MOVEMENT_DRAFTED",
        "m1",
        movement="m1",
        order=1,
        regime=given.get("regime", "").strip(),
        territories=given.get("territories", "").split(),
        departure=office("departure"),
        destination=office("destination"),
        units=list(units),
        holder=given.get("holder", "").strip(),
        mode=given.get("mode", ""),
        carrier=given.get("carrier", "").strip(),
        duty_usd_cents=int(duty) * 100 if duty.isdecimal() else duty,
        limit_date=given.get("limit_date", ""),
    )
    if actor.role != "forwarder":
        yield made("LODGED", "m1", movement="m1")
    if actor.role == "shipper":
        for unit, line in units.items():
            if line.seal:
                yield made("SEAL_AFFIXED", unit, unit=unit, issuer=actor.party, number=line.seal)
