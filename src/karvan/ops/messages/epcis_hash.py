"""The hash that names an EPCIS 2.0 event by its content, whoever computes it.

The event is written as one text in a fixed order, its values in one canonical form (times in UTC to the millisecond, GS1
keys as Digital Links, words of the vocabulary as their addresses, numbers without idle zeros), and hashed by SHA-256.
What may differ between two records of one event stays out: its id, when it was recorded, an error declaration.

Source: GS1 Core Business Vocabulary 2.0, section 8.9 (event hash ids). EPC schemes without a rule here are refused rather
than hashed as written, since such a hash would agree with nobody's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from karvan.ops.messages.faults import Faults

OUT = frozenset({"type", "eventID", "recordTime", "errorDeclaration", "@context"})
TIMES = frozenset({"eventTime", "time", "startTime", "endTime"})
ORDER = (
    "eventTime", "eventTimeZoneOffset", "certificationInfo", "parentID", "epcList", "inputEPCList", "childEPCs",
    "quantityList", "childQuantityList", "inputQuantityList", "outputEPCList", "outputQuantityList", "action",
    "transformationID", "bizStep", "disposition", "persistentDisposition", "readPoint", "bizLocation",
    "sensorElementList",
)  # fmt: skip
LISTS = ("bizTransactionList", "destinationList", "sourceList")
"""Lists of typed values: they stand among users' own fields, by the alphabet, as in the published hashes."""
_QUANTITY = ("epcClass", "quantity", "uom")
_PARTS: dict[str, tuple[str, ...]] = {
    "quantityElement": _QUANTITY, "persistentDisposition": ("set", "unset"), "readPoint": ("id",), "bizLocation": ("id",),
    "bizTransactionList": ("type", "bizTransaction"), "sourceList": ("type", "source"),
    "destinationList": ("type", "destination"), "sensorElement": ("sensorMetadata", "sensorReport"),
    "sensorMetadata": (
        "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "bizRules",
    ),
    "sensorReport": (
        "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time", "microorganism",
        "chemicalSubstance", "value", "component", "stringValue", "booleanValue", "hexBinaryValue", "uriValue",
        "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem",
    ),
}  # fmt: skip
_ITEMS = {
    "epcList": "epc", "inputEPCList": "epc", "childEPCs": "epc", "outputEPCList": "epc", "quantityList": "quantityElement",
    "childQuantityList": "quantityElement", "inputQuantityList": "quantityElement",
    "outputQuantityList": "quantityElement", "sensorElementList": "sensorElement",
}  # fmt: skip
_CBV = "https://ref.gs1.org/cbv/"
_WORDS = {
    ("", "bizStep"): f"{_CBV}BizStep-", ("", "disposition"): f"{_CBV}Disp-", ("persistentDisposition", "set"): f"{_CBV}Disp-",
    ("persistentDisposition", "unset"): f"{_CBV}Disp-", ("bizTransactionList", "type"): f"{_CBV}BTT-",
    ("sourceList", "type"): f"{_CBV}SDT-", ("destinationList", "type"): f"{_CBV}SDT-",
    ("sensorReport", "type"): "https://gs1.org/voc/",
}  # fmt: skip
_URNS = {"bizstep": "BizStep-", "disp": "Disp-", "btt": "BTT-", "sdt": "SDT-", "er": "ER-"}
# EPC schemes: the digits of the key without its check digit, the address before it, and that before a serial.
_KEYS = {
    "sgtin": (13, "01", "/21/"), "lgtin": (13, "01", "/10/"), "sscc": (17, "00", None), "sgln": (12, "414", "/254/"),
    "pgln": (12, "417", None), "gdti": (12, "253", ""), "grai": (12, "8003", ""), "giai": (-1, "8004", None),
}  # fmt: skip
_SERIAL = {"!": "%21", "(": "%28", ")": "%29", "*": "%2A", "+": "%2B", ",": "%2C", ":": "%3A"}


def event_hash(event: Mapping[str, Any], prefixes: Mapping[str, str] | None = None) -> str:
    """The hash id of an event, as ``ni:///sha-256;...?ver=CBV2.0``; raises MessageError as ``pre_hash`` does."""
    return f"ni:///sha-256;{sha256(pre_hash(event, prefixes).encode()).hexdigest()}?ver=CBV2.0"


def pre_hash(event: Mapping[str, Any], prefixes: Mapping[str, str] | None = None) -> str:
    """The text that is hashed. ``prefixes`` are the addresses of the document's context, for fields of users' own.

    Raises MessageError with the field of: a field that EPCIS does not have and that has no known prefix, a time that is
    none, an EPC whose scheme or form has no rule.

    >>> pre_hash({"type": "ObjectEvent", "eventTime": "2020-03-04T11:00:30+01:00", "bizStep": "departing"})
    'eventType=ObjectEventeventTime=2020-03-04T10:00:30.000ZbizStep=https://ref.gs1.org/cbv/BizStep-departing'
    """
    writer = _Writer(dict(prefixes or {}), Faults("EPCIS event"))
    text = f"eventType={event.get('type', '')}" + writer.fields("", event, ORDER, "")
    writer.faults.close()
    return text


@dataclass(frozen=True)
class _Writer:
    prefixes: dict[str, str]
    faults: Faults

    def fields(self, inside: str, value: Mapping[str, Any], order: Sequence[str], pointer: str) -> str:
        """The fields of a part, those of EPCIS in their order, then those of users by the alphabet."""
        known = "".join(self.field(inside, name, value[name], f"{pointer}/{name}") for name in order if name in value)
        others = [name for name in value if name not in order and name not in (() if inside else OUT | {*LISTS})]
        own = [text for name in others for text in self.own(name, value[name], f"{pointer}/{name}")]
        if not inside:
            own += [self.field("", name, value[name], f"/{name}") for name in LISTS if name in value]
        return known + "".join(sorted(own))

    def field(self, inside: str, name: str, value: Any, pointer: str) -> str:
        if name in _ITEMS:
            inner = sorted(self.part(_ITEMS[name], one, f"{pointer}/{n}") for n, one in enumerate(_listed(value)))
            return name + "".join(inner) if any(inner) else ""
        if isinstance(value, Mapping):
            return self.part(name, value, pointer)
        if isinstance(value, Sequence) and not isinstance(value, str):
            repeated = name == "sensorReport"
            parts = [self.element(inside, name, one, f"{pointer}/{n}") for n, one in enumerate(value)]
            parts = [name + part if repeated else part for part in parts]
            return ("" if repeated or not name.endswith("List") else name) + "".join(sorted(parts))
        text = self.canonical(inside, name, value, pointer)
        return f"{name}={text}" if text else ""

    def element(self, inside: str, name: str, value: Any, pointer: str) -> str:
        if isinstance(value, Mapping):
            return self.fields(name, value, _PARTS.get(name, ()), pointer)
        return f"{name}={self.canonical(inside, name, value, pointer)}"

    def part(self, name: str, value: Any, pointer: str) -> str:
        if not isinstance(value, Mapping):
            return f"{name}={self.canonical('', name, value, pointer)}"
        text = self.fields(name, value, _PARTS.get(name, ()), pointer)
        return name + text if text else ""

    def own(self, name: str, value: Any, pointer: str) -> list[str]:
        """A field of a user's own, with its address for its prefix; one text for each of several values."""
        prefix, _, rest = name.partition(":")
        if name != "ilmd" and (not rest or prefix not in self.prefixes):
            cure = "Give it a prefix, and the prefix an address in @context"
            self.faults.add(pointer, name, "EPCIS has no such field here", cure, known=[*ORDER, *self.prefixes])
            return []
        key = name if name == "ilmd" else f"{{{self.prefixes[prefix]}}}{rest}"
        made = []
        for one in _listed(value):
            if isinstance(one, Mapping):
                inner = [text for sub, told in one.items() for text in self.own(sub, told, f"{pointer}/{sub}")]
                made.append(key + "".join(sorted(inner)))
            else:
                made.append(f"{key}={self.canonical('', name, one, pointer)}")
        return made

    def canonical(self, inside: str, name: str, value: Any, pointer: str) -> str:
        """A value in its one form."""
        text = str(value).lower() if isinstance(value, bool) else str(value).strip()
        if name in TIMES:
            return self.instant(text, pointer)
        if (inside, name) in _WORDS and re.fullmatch(r"[A-Za-z_]+", text):
            return _WORDS[inside, name] + text
        if word := re.fullmatch(r"urn:epcglobal:cbv:(\w+):(.+)", text):
            return _CBV + _URNS[word[1]] + word[2] if word[1] in _URNS else text
        if text.startswith("urn:epc:"):
            return self.link(text, pointer)
        if isinstance(value, float) or re.fullmatch(r"[+-]?[0-9]+(\.[0-9]+)?", text):
            number = Decimal(text)
            return "0" if not number else f"{number.normalize():f}"
        return text

    def instant(self, text: str, pointer: str) -> str:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            at = None
        if at is None or at.tzinfo is None:
            self.faults.add(pointer, text, "this is no time with an offset", "Write it as 2027-01-31T08:00:00+05:00")
            return text
        at = at.astimezone(UTC)
        rounded = at + timedelta(microseconds=round(at.microsecond, -3) - at.microsecond)
        return rounded.isoformat(timespec="milliseconds")[:-6] + "Z"

    def link(self, text: str, pointer: str) -> str:
        """An EPC's URN as its GS1 Digital Link."""
        form = re.fullmatch(r"urn:epc:(?:id|class):(\w+):([0-9]{6,12})\.([^.]*)(?:\.(.+))?", text)
        size, address, serial = _KEYS.get(form[1], (-1, "", None)) if form else (-1, "", None)
        if form and form[1] == "giai" and form[3] and not form[4]:
            return f"https://id.gs1.org/{address}/{form[2]}{_encoded(form[3])}"
        key = _digits(form[1], form[2], form[3]) if form else ""
        if not form or len(key) != size or not key.isdigit() or (form[4] is None) != (serial is None):
            self.faults.add(
                pointer, text, "this EPC has no rule for its hash", "Write it as a GS1 Digital Link", known=_KEYS
            )
            return text
        zero = "0" if form[1] == "grai" else ""
        tail = "" if serial is None or (form[1] == "sgln" and form[4] == "0") else serial + _encoded(form[4])
        return f"https://id.gs1.org/{address}/{zero}{key}{_check(key)}{tail}"


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def _digits(scheme: str, company: str, item: str) -> str:
    """The digits of a key: the first of a trade item or a shipping unit stands before the company's."""
    return item[:1] + company + item[1:] if scheme in ("sgtin", "lgtin", "sscc") else company + item


def _check(digits: str) -> int:
    """The check digit of GS1 keys: from the right, digits times 3 and 1 in turn, to the next ten."""
    return -sum(int(sign) * (3 - place % 2 * 2) for place, sign in enumerate(reversed(digits))) % 10


def _encoded(serial: str) -> str:
    return "".join(_SERIAL.get(sign, sign) for sign in serial)
