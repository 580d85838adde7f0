"""Who plays in the tests of the service: parties, officers, offices, a guarantee, and bodies to begin with."""

from datetime import UTC, date, datetime
from typing import Any

from karvan.ops.decide import Actor, Mandate, Posting, Rule

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
SINCE, UNTIL = date(2027, 1, 1), date(2028, 1, 1)
AKTAU = {"office": "KZ50", "territory": "KZ", "place": "KZAAU"}
ALTYNKOL = {"office": "KZ10", "territory": "KZ", "place": "KZKGS"}
ALAT = {"office": "AZ70", "territory": "AZ", "place": "AZALA"}
BOYUK = {"office": "AZ30", "territory": "AZ", "place": "AZBYK"}
TBILISI = {"office": "GE20", "territory": "GE", "place": "GETBS"}


def officer(name: str, office: dict[str, str], until: date = UNTIL) -> Actor:
    territory = office["territory"]
    post = Posting(f"{name}-post", territory, office["office"], SINCE, until)
    return Actor(f"customs-{territory.lower()}", name, "customs", post)


def mandate(giver: str, scope: tuple[str, ...] = ("*",), until: date = UNTIL) -> Mandate:
    return Mandate(giver, scope, SINCE, until)


SHIPPER = Actor("acme", "ann", "shipper")
RIVAL = Actor("rival", "rex", "shipper")
FORWARDER = Actor("fast", "fay", "forwarder", mandates=(mandate("acme"),))
DECLARANT = Actor("deklar", "dan", "declarant", mandates=(mandate("acme"),))
ONLY_TIR = Actor("narrow", "ned", "declarant", mandates=(mandate("acme", ("tir",)),))
RETIRED = Actor("past", "pat", "declarant", mandates=(mandate("acme", until=date(2027, 2, 1)),))
HOLDER = Actor("holding", "hal", "holder")
GUARANTOR = Actor("surety", "sue", "guarantor")
RAILWAY = Actor("rail-kz", "rita", "railway")
FERRY = Actor("ferry", "finn", "ferry")
HAULIER = Actor("haul", "hugo", "haulier")
PORT = Actor("port-aktau", "pia", "port")
TERMINAL = Actor("dry-port", "theo", "terminal")
AGENCY = Actor("vets", "vera", "agency")
SYSTEM = Actor("karvan", "", "system")
KZ = officer("kira", ALTYNKOL)
KZ2 = officer("karl", ALTYNKOL)
KZ_OUT = officer("kemal", AKTAU)
AZ = officer("aysel", ALAT)
AZ_OUT = officer("anar", BOYUK)
GE = officer("gia", TBILISI)
OLD = officer("olga", ALTYNKOL, until=date(2027, 2, 1))
OFFICERS = (KZ, KZ2, KZ_OUT, AZ, AZ_OUT, GE, OLD)
OTHERS = (SHIPPER, RIVAL, FORWARDER, DECLARANT, ONLY_TIR, RETIRED, HOLDER, GUARANTOR, RAILWAY, FERRY, HAULIER, PORT)
ALL = (*OFFICERS, *OTHERS, TERMINAL, AGENCY, SYSTEM)

RULES = (Rule("rail-eaeu", "", "", "rail", "", SINCE, date(2029, 1, 1), "waived", 0.0, "test rule"),)


def movement(name: str = "m1", **changes: Any) -> dict[str, Any]:
    """The body of a draft: Kazakhstan from its eastern border to Aktau."""
    body = {
        "movement": name,
        "order": 1,
        "regime": "eaeu",
        "territories": ["KZ"],
        "departure": ALTYNKOL,
        "destination": AKTAU,
        "units": ["CSQU3054383"],
        "holder": "holding",
        "mode": "rail",
        "carrier": "rail-kz",
        "duty_usd_cents": 100_000,
        "limit_date": "2027-03-20",
    }
    return {**body, **changes}


def registered(limit: int = 1_000_000, until: str = "2028-01-01") -> dict[str, Any]:
    return {
        "kind": "comprehensive",
        "holder": "holding",
        "limit_usd_cents": limit,
        "since": "2027-01-01",
        "until": until,
    }
