"""Quote: a price of the user's own, laid over the tariffs of a corridor as a card, so that the run records it.

Written ``WORD=AMOUNT/UNIT``, such as ``ferry=1150/FEU``, ``KTZ=0.55 EUR/FEU-km`` or ``Aktau port:dues=90/TEU``.
"""

import datetime as dt
import math
import re
from dataclasses import dataclass
from typing import Any

from karvan.corridor import Corridor
from karvan.errors import QuoteError, nearest
from karvan.network.compile.day import base_day
from karvan.network.currency import money
from karvan.network.quoted import KINDS, Spot, find
from karvan.scenario import Change, Scenario
from karvan.schema import TABLES

UNITS = {"feu": "FEU", "40hc": "FEU", "hc40": "FEU", "teu": "TEU", "wagon": "wagon", "truck": "truck", "t": "t"}
UNITS |= {"tonne": "t", "train": "train"}
FAMILY = {"FEU": "container", "TEU": "container"}
ITEMS: tuple[str, ...] = TABLES["tariffs"].fact("item").choices
FORM = re.compile(
    r"(?P<word>[^=]+)=\s*(?P<amount>[^/\sA-Za-z]+)\s*(?P<currency>[A-Za-z]*)\s*/\s*(?P<unit>\w+)(?P<km>\s*[-/]\s*km)?\s*"
)
HOW = 'write WORD=AMOUNT/UNIT, such as "ferry=1150/FEU" or "KTZ=0.55 EUR/FEU-km"'
Row = dict[str, Any]


@dataclass(frozen=True)
class Quoted:
    """A price as it was written: for what (``kind`` and ``item`` where named), how much, in which money, per what."""

    said: str
    kind: str
    word: str
    item: str
    amount: float
    currency: str
    unit: str
    per_km: bool


def read(said: str, currency: str = "USD") -> Quoted:
    """A price from its words; ``currency`` is meant where none is written.

    >>> read("ferry=1150/FEU").amount, read("KTZ = 0.55 EUR/FEU-km").currency
    (1150.0, 'EUR')
    >>> read("ferry=1,150/FEU")
    Traceback (most recent call last):
    karvan.errors.QuoteError: '1,150' in the price 'ferry=1,150/FEU' is no amount
      cure: write it without commas or blanks and with a decimal point, such as 1150.50
    """
    parts = FORM.fullmatch(said)
    if not parts or not _named(parts["word"])[1]:
        raise QuoteError(f"the price {said!r} cannot be read", cure=HOW)
    kind, word, item = _named(parts["word"])
    unit = parts["unit"].lower()
    for name, known, what in ((kind, KINDS, "kind of thing"), (item, ITEMS, "item")):
        if name and name not in known:
            near = ", ".join(nearest(name, known) or known)
            raise QuoteError(f"the price {said!r} names no {what} by {name!r}", cure=f"one of {near}")
    if unit not in UNITS:
        cure = "price it per FEU, TEU, 40HC, wagon, truck, t or train, and -km where it is for a kilometre"
        raise QuoteError(f"{parts['unit']!r} in the price {said!r} is no unit", cure=cure)
    amount = _amount(said, parts["amount"])
    money_word = parts["currency"] or currency
    return Quoted(said.strip(), kind, word, item, amount, money_word, UNITS[unit], bool(parts["km"]))


def _named(said: str) -> tuple[str, str, str]:
    """Kind, word and item of ``word``, ``kind:word``, ``word:item`` or ``kind:word:item``."""
    parts = [part.strip() for part in said.split(":")]
    if len(parts) == 2:
        return (parts[0], parts[1], "") if parts[0] in KINDS else ("", parts[0], parts[1])
    if len(parts) == 3:
        return parts[0], parts[1], parts[2]
    return "", said.strip(), ""


def _amount(said: str, written: str) -> float:
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)", written):
        cure = "write it without commas or blanks and with a decimal point, such as 1150.50"
        raise QuoteError(f"{written!r} in the price {said!r} is no amount", cure=cure)
    amount = float(written)
    if amount < 0 or not math.isfinite(amount) or amount > 1e9:
        raise QuoteError(f"the price {said!r} is below zero or beyond reason", cure="give a price of 0 or more")
    return amount


def quote(
    corridor: Corridor, said: str, *, currency: str = "USD", price_year: int | None = None, day: dt.date | None = None
) -> Scenario:
    """The card that lays one price of the user's own over the tariffs.

    The word is a tariff, link, procedure, service, class (or part of its name), operator, item, mode or place; where it
    may mean several, ``kind:word`` tells which. On every arc it matches, the price takes the stead of the item named
    (``word:item``), else of freight on ships, haulage on land and handling at places, in all its units of the same
    family. Other goods and other items of the arc keep their prices. An amount in another currency is turned into dollars at the
    rate of ``day``, one of another price year by ``us_deflator``.

    Raises QuoteError, with the nearest names, for a price that cannot be read, matches nothing, or matches too much.

    >>> import karvan as kv
    >>> kv.quote(kv.load("toy"), "ferry=500/FEU").why
    'ferry=500/FEU: 500 USD/FEU for class rail_ferry in the stead of sea-S1-f'
    """
    asked = read(said, currency)
    into = money(corridor, asked.currency, price_year, day or base_day(corridor))
    spots, meant = find(corridor, asked.kind, asked.word, asked.item)
    if not spots:
        raise QuoteError(f"no tariff prices {asked.item or 'anything'} of {meant}", cure="name another item or thing")
    if asked.per_km and not any(spot.row["link_id"] for spot in spots):
        raise QuoteError(f"{meant} has no length to price by the kilometre", cure=f"price it per {asked.unit}")
    fitting = [spot for spot in spots if _fits(spot.row["unit"], spot.row["goods"], asked.unit)]
    fitting = [spot for spot in fitting if spot.row["link_id"] or not asked.per_km]
    if not fitting:
        units = ", ".join(sorted({spot.row["unit"] for spot in spots}))
        raise QuoteError(f"{meant} has no price per {asked.unit}", cure=f"price it per one of: {units}")
    _check_once(asked, meant, fitting)
    return _card(asked, asked.amount / into.rate, meant, fitting)


def _fits(unit: str, goods: str | None, asked: str) -> bool:
    """Units of one family fit; a price per tonne of any goods also yields to one per box, wagon or truck."""
    return FAMILY.get(unit, unit) == FAMILY.get(asked, asked) or (unit == "t" and not goods and asked != "train")


def _check_once(asked: Quoted, meant: str, spots: list[Spot]) -> None:
    """A price for one passage must not be paid again on every section of a line."""
    lines = {spot.row["link_id"] for spot in spots if spot.along}
    if len(lines) > 1 and not asked.per_km:
        what = f"{meant} is priced on {len(lines)} sections in a row, and {asked.said!r} would be paid on each"
        cure = f"price one section, or the kilometre ({asked.word}=0.5/{asked.unit}-km)"
        raise QuoteError(what, cure=cure)


def _card(asked: Quoted, usd: float, meant: str, spots: list[Spot]) -> Scenario:
    groups: dict[tuple[Any, ...], list[Spot]] = {}
    for spot in spots:
        form = FAMILY.get(asked.unit, asked.unit) if spot.row["unit"] == "t" != asked.unit else spot.row["goods"]
        place = (spot.row["scope"], spot.row["link_id"], spot.row["procedure_id"], spot.row["from_node"])
        groups.setdefault((*place, spot.row["to_node"], spot.class_id, form), []).append(spot)
    slug = re.sub(r"[^A-Za-z0-9.]+", "-", asked.said).strip("-.")
    gone: set[str] = set()
    new: list[Row] = []
    for (*_, class_id, form), group in groups.items():
        own = {spot.row["tariff_id"] for spot in group if _replaced(spot, form)}
        gone |= own
        for operator, row in {spot.row["operator_id"]: spot.row for spot in reversed(group)}.items():
            first = operator == group[0].row["operator_id"]
            if first or any(s.row["operator_id"] == operator and s.row["tariff_id"] not in own for s in group):
                cells = {"class_id": class_id, "goods": form, "unit": asked.unit, "per_km": asked.per_km and first}
                new.append({**_copied(row), **cells, **_price(usd if first else 0.0, asked.said)})
    for number, row in enumerate(new, start=1):
        row["tariff_id"] = f"own-{slug}-{number}"
    changes = [Change(table="tariffs", where={"tariff_id": tuple(sorted(gone))}, drop=True)] if gone else []
    changes.append(Change(table="tariffs", add=tuple({k: v for k, v in row.items() if v is not None} for row in new)))
    return Scenario(name=f"own-{slug}", why=_why(asked, usd, meant, spots), changes=tuple(changes))


def _replaced(spot: Spot, form: str | None) -> bool:
    """Whether the new row takes the very place of the old; otherwise it only goes before it, for one class or form."""
    return bool(spot.row["class_id"] == spot.class_id and spot.row["goods"] == form)


def _copied(row: Row) -> Row:
    left = ("valid_from", "valid_to", "source_id", "agreement_id")
    return {name: value for name, value in row.items() if name not in left and not name.startswith("x_")}


def _price(usd: float, said: str) -> Row:
    """The user's own price is firm: no band. As a company's word it has grade B."""
    return {"usd": usd, "usd_low": usd, "usd_high": usd, "grade": "B", "note": f"the user's own: {said}"}


def _why(asked: Quoted, usd: float, meant: str, spots: list[Spot]) -> str:
    ids = sorted({spot.row["tariff_id"] for spot in spots})
    shown = ", ".join(ids[:3]) + (f" and {len(ids) - 3} more" if len(ids) > 3 else "")
    unit = asked.unit + ("-km" if asked.per_km else "")
    return f"{asked.said}: {usd:,.6g} USD/{unit} for {meant} in the stead of {shown}"
