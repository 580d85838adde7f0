"""DCSA Track and Trace 2.2: events of carriers, in and out.

In: a list of events, each checked for what the standard asks of its kind; all faults are told together, each with its
pointer, and nothing of a message with a fault is taken. Fields beyond those checked are kept as they came, so that what is
read and written again is the same. Out: the steps of units that the log knows; a step that DCSA has no word for has none.

Source: DCSA Track and Trace 2.2.0 and its information model 3.3 (code lists and fields asked for). Only what stands here is
checked: no conformity is claimed beyond the published cases.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from karvan.errors import MessageError
from karvan.ops.event import Event
from karvan.ops.messages.faults import Faults

CLASSIFIERS = {"SHIPMENT": ("ACT",), "TRANSPORT": ("PLN", "EST", "ACT"), "EQUIPMENT": ("PLN", "EST", "ACT")}
TYPES = {
    "SHIPMENT": (
        "RECE", "DRFT", "PENA", "PENU", "REJE", "APPR", "ISSU", "SURR", "SUBM", "VOID", "CONF", "REQS", "CMPL", "HOLD",
        "RELS",
    ),
    "TRANSPORT": ("ARRI", "DEPA"),
    "EQUIPMENT": (
        "LOAD", "DISC", "GTIN", "GTOT", "STUF", "STRP", "PICK", "DROP", "INSP", "RSEA", "RMVD",
    ),
}  # fmt: skip
"""Types of event by kind."""
NEEDED: dict[str, tuple[str, ...]] = {
    "SHIPMENT": ("shipmentEventTypeCode", "documentID", "documentTypeCode"),
    "TRANSPORT": ("transportEventTypeCode", "transportCall"),
    "EQUIPMENT": ("equipmentEventTypeCode", "emptyIndicatorCode"),
}
COMMON = ("eventType", "eventCreatedDateTime", "eventClassifierCode", "eventDateTime")
DOCUMENTS = ("CBR", "BKG", "SHI", "SRM", "TRD", "ARN", "VGM", "CAS", "CUS", "DGD", "OOG")
MODES = {"rail": "RAIL", "road": "TRUCK", "sea": "VESSEL"}
STEPS = {"GATE_IN": "GTIN", "GATE_OUT": "GTOT", "LOADED": "LOAD", "UNLOADED": "DISC"}
"""Steps of the log that DCSA has an equipment event for."""
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def read(message: object) -> tuple[dict[str, Any], ...]:
    """The events of a message, as they came, once all are sound.

    Raises MessageError with every fault and its pointer: a message that is no list, an event of no kind, a missing or a
    wrong field, an event id that stands twice.

    >>> read([{"eventType": "TRANSPORT"}])
    Traceback (most recent call last):
    karvan.errors.MessageError: 5 faults in the message:
    ...
    """
    faults = Faults("DCSA events")
    if not isinstance(message, list):
        faults.add("", type(message).__name__, "a message is a list of events", "Send a JSON array")
        raise MessageError(faults.found)
    seen: dict[str, int] = {}
    for at, event in enumerate(message):
        if not isinstance(event, dict):
            faults.add(f"/{at}", event, "an event is an object", "Send each event as an object of the array")
            continue
        _event(event, f"/{at}", faults)
        eid = event.get("eventID")
        if isinstance(eid, str) and seen.setdefault(eid, at) != at:
            faults.add(f"/{at}/eventID", eid, f"event {seen[eid]} has this id", "Give each event an id of its own")
    faults.close()
    return tuple(message)


def _event(event: Mapping[str, Any], pointer: str, faults: Faults) -> None:
    kind = event.get("eventType")
    if not isinstance(kind, str) or kind not in TYPES:
        faults.add(f"{pointer}/eventType", kind, "an event is of a kind", f"Use {', '.join(TYPES)}", known=TYPES)
        return
    for name in (*COMMON, *NEEDED[kind]):
        if event.get(name) in (None, ""):
            faults.add(f"{pointer}/{name}", None, f"{kind} events need {name}", "Add it", known=event)
    _code(event, "eventClassifierCode", CLASSIFIERS[kind], pointer, faults)
    _code(event, f"{kind.lower()}EventTypeCode", TYPES[kind], pointer, faults)
    _code(event, "documentTypeCode", DOCUMENTS, pointer, faults)
    _code(event, "emptyIndicatorCode", ("EMPTY", "LADEN"), pointer, faults)
    for name in ("eventCreatedDateTime", "eventDateTime"):
        _time(event, name, pointer, faults)
    for name in ("transportCall", "eventLocation"):
        _place(event, name, pointer, faults)
    _references(event, pointer, faults)


def _code(event: Mapping[str, Any], name: str, known: Sequence[str], pointer: str, faults: Faults) -> None:
    value = event.get(name)
    if value not in (None, "") and value not in known:
        faults.add(
            f"{pointer}/{name}", value, f"{name} has no such code", f"Use one of {', '.join(known)}", known=known
        )


def _time(event: Mapping[str, Any], name: str, pointer: str, faults: Faults) -> None:
    value = event.get(name)
    if value in (None, ""):
        return
    try:
        sound = isinstance(value, str) and _TIME.fullmatch(value) and datetime.fromisoformat(value)
    except ValueError:
        sound = None
    if not sound:
        cure = "Write it as 2027-01-31T08:00:00+05:00"
        faults.add(f"{pointer}/{name}", value, "this is no time with an offset", cure)


def _place(event: Mapping[str, Any], name: str, pointer: str, faults: Faults) -> None:
    value = event.get(name)
    if value is None or value == "":
        return
    if not isinstance(value, Mapping):
        faults.add(f"{pointer}/{name}", value, f"{name} is an object", "Send its fields")
        return
    code = value.get("UNLocationCode")
    if code is not None and not (isinstance(code, str) and re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", code)):
        rule = "a UN/LOCODE is two letters of a country and three letters or digits from 2"
        faults.add(f"{pointer}/{name}/UNLocationCode", code, rule, "Write it as KZAAU")


def _references(event: Mapping[str, Any], pointer: str, faults: Faults) -> None:
    for name, needed in (("references", ("referenceType", "referenceValue")), ("documentReferences", ())):
        listed = event.get(name)
        if listed is not None and not isinstance(listed, list):
            faults.add(f"{pointer}/{name}", listed, f"{name} is a list", "Send a JSON array")
            continue
        for at, one in enumerate(listed or ()):
            if not isinstance(one, Mapping):
                faults.add(f"{pointer}/{name}/{at}", one, "a reference is an object", "Send its fields")
                continue
            for part in needed:
                if not isinstance(one.get(part), str):
                    faults.add(
                        f"{pointer}/{name}/{at}/{part}", one.get(part), f"a reference needs {part}", "Add it as text"
                    )


def written(event: Event) -> dict[str, Any] | None:
    """A step of the log as an equipment event, or None where DCSA has no word for it or it names no unit.

    The body may tell ``unit``, ``place`` (UN/LOCODE), ``mode`` and ``parent`` (the voyage, train or truck).
    """
    unit, code = event.body.get("unit"), STEPS.get(event.kind)
    if code is None or not isinstance(unit, str):
        return None
    place = {"UNLocationCode": event.body["place"]} if event.body.get("place") else {}
    call = {"modeOfTransport": MODES[event.body["mode"]]} if event.body.get("mode") in MODES else {}
    if event.body.get("parent"):
        call["transportCallID"] = event.body["parent"]
    found: dict[str, Any] = {
        "eventID": event.eid, "eventType": "EQUIPMENT", "eventClassifierCode": "ACT",
        "eventCreatedDateTime": _stamp(event.recorded), "eventDateTime": _stamp(event.occurred),
        "equipmentEventTypeCode": code, "equipmentReference": unit, "emptyIndicatorCode": "LADEN",
        "references": [{"referenceType": "EQ", "referenceValue": unit}],
    }  # fmt: skip
    return found | ({"eventLocation": place} if place else {}) | ({"transportCall": call | place} if call else {})


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
