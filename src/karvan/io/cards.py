"""Scenario cards: TOML files, and rows of the table ``changes``, to and from Scenario.

A card file holds name, why, requires, excludes, includes (names of other cards) and a list of ``[[change]]``.
Source of the form: TOML 1.0.
"""

import datetime as dt
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from pydantic import ValidationError

from karvan.errors import CardError, NameUnknown, nearest
from karvan.io.folder import replace
from karvan.scenario import Change, Scenario
from karvan.schema import TABLES
from karvan.schema.shape import conform, dtypes, empty

SHIPPED = Path(__file__).parent.parent / "data" / "scenarios"
KEYS = ("name", "why", "requires", "excludes", "includes", "change")
CHANGE_KEYS = ("table", "where", "expect", "set", "times", "plus", "add", "drop", "from", "to")
LINKS = {"require": "requires", "exclude": "excludes", "include": "includes"}
"""Actions of the table ``changes`` that name other cards, and the card's key for each."""

Card = Mapping[str, Any]
Find = Callable[[str], tuple[str, Card]]
"""From a card's name to what it is called in messages (its file) and what it says."""


def read(card: str | Path, folder: Path | None = None) -> Scenario:
    """A card by path, or by name in ``folder`` (none: the cards that ship with Karvan), with all it includes.

    Included cards lie beside the card, or among the shipped ones. Raises CardError, naming file, change, key and the
    nearest name, where a card cannot be read, and NameUnknown where there is no such card.
    """
    path = Path(card)
    if path.suffix == ".toml" or len(path.parts) > 1:
        if not path.is_file():
            near = nearest(path.name, (entry.name for entry in path.parent.glob("*.toml")))
            hint = f" (nearest: {', '.join(near)})" if near else ""
            raise CardError(f"there is no card {path}{hint}", cure="give the path of a card, or a shipped card's name")
        said = _load(path)
        return _build(path.name, said, _finder(path.parent), (str(said.get("name", path.stem)),))
    file, said = _finder(folder or SHIPPED)(str(card))
    return _build(file, said, _finder(folder or SHIPPED), (str(card),))


def names(folder: Path | None = None) -> list[str]:
    """Names of the cards in a folder (none: the shipped ones), in order of the alphabet."""
    return sorted(entry.stem for entry in (folder or SHIPPED).glob("*.toml"))


def overview(folder: Path | None = None) -> pl.DataFrame:
    """The cards of a folder: name, why, how many changes, and the cards each includes, requires and excludes."""
    rows = []
    for name in names(folder):
        card = read(name, folder)
        linked = {
            key: ";".join(one if isinstance(one, str) else one.name for one in getattr(card, key))
            for key in LINKS.values()
        }
        rows.append({"name": card.name, "why": card.why, "changes": len(card.changes), **linked})
    kinds = {
        "name": pl.String(),
        "why": pl.String(),
        "changes": pl.Int64(),
        **dict.fromkeys(LINKS.values(), pl.String()),
    }
    return pl.DataFrame(rows, schema=kinds)


def _finder(folder: Path) -> Find:
    def find(name: str) -> tuple[str, Card]:
        for place in (folder, SHIPPED):
            file = place / f"{name}.toml"
            if file.is_file():
                said = _load(file)
                if said.get("name", name) != name:
                    cure = "give the card the name of its file"
                    raise CardError(f"{file.name}: the card in it is called {said['name']!r}", cure=cure)
                return file.name, said
        known = dict.fromkeys([*names(folder), *names()])
        raise NameUnknown("card", name, known, cure="give a card's name, or the path of its file")

    return find


def _load(file: Path) -> Card:
    try:
        return tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except tomllib.TOMLDecodeError as bad:
        raise CardError(f"{file.name} is not TOML: {bad}", cure="mend the line") from bad
    except UnicodeDecodeError as bad:
        raise CardError(f"{file.name} is not UTF-8 (byte {bad.start})", cure="save it as UTF-8") from bad
    except OSError as bad:
        raise CardError(f"{file.name} cannot be read: {bad.strerror}", cure="make it readable") from bad


def _build(file: str, said: Card, find: Find, trail: tuple[str, ...]) -> Scenario:
    """The card and all it includes; ``trail`` are the cards on the way here, so that a circle is seen."""
    for key in said:
        if key not in KEYS:
            raise CardError(f"{file}: no key {key!r} in a card{_near(key, KEYS)}", cure=f"use {', '.join(KEYS)}")
    parts = said.get("includes", [])
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise CardError(f"{file}: includes must be a list of card names", cure='write includes = ["a-card"]')
    inner = []
    for name in parts:
        if name in trail:
            way = " > ".join((*trail, name))
            raise CardError(f"{file}: cards include each other in a circle: {way}", cure="take one of the includes out")
        try:
            inner.append(_build(*find(name), find, (*trail, name)))
        except NameUnknown as lost:
            raise CardError(f"{file}, includes: {lost.message}", cure="name a card of the folder") from lost
    body = {("changes" if key == "change" else key): value for key, value in said.items()} | {"includes": inner}
    try:
        return Scenario(**body)
    except ValidationError as bad:
        lines = "; ".join(dict.fromkeys(_told(one) for one in _first(bad.errors())))
        raise CardError(f"{file}: {lines}", cure="mend the card") from bad


def _first(errors: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Without the keys that are missing only because they are misspelt."""
    misspelt = {error["loc"][:-1] for error in errors if error["type"] == "extra_forbidden"}
    return [error for error in errors if error["type"] != "missing" or error["loc"][:-1] not in misspelt]


def _told(error: Mapping[str, Any]) -> str:
    """One of pydantic's complaints in our words."""
    place = list(error["loc"])
    where = f"change {place[1] + 1}" if len(place) > 1 and place[0] == "changes" else ""
    key = ".".join(str(part) for part in place[2 if where else 0 :])
    spot = ", ".join(filter(None, (where, key)))
    if error["type"] == "extra_forbidden":
        return f"{where}: no key {key!r} in a change{_near(key, CHANGE_KEYS)}"
    if error["type"] == "missing":
        return f"{spot} is missing"
    said = str(error["msg"]).removeprefix("Value error, ")
    shown = f" = {error['input']!r}" if key else ""
    return f"{spot}{shown}: {said}" if spot else said


def _near(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f" (nearest: {', '.join(near)})" if near else ""


def write(scenario: Scenario, path: Path | str) -> Path:
    """Writes a card as TOML, and the cards it includes beside it where they are not there yet.

    Raises CardError where a value has no form in TOML (an empty one), or where another card of an included one's name
    lies there already.
    """
    file = Path(path)
    text = dumps(scenario)
    for part in scenario.includes:
        beside = file.parent / f"{part.name}.toml"
        if not beside.exists():
            write(part, beside)
        elif read(beside) != part:
            raise CardError(f"{beside.name} is there already and says other things", cure="write to another folder")
    file.parent.mkdir(parents=True, exist_ok=True)
    replace(file, text.encode())
    return file


def dumps(scenario: Scenario) -> str:
    """The card as TOML text; included cards by name.

    >>> print(dumps(Scenario(name="ferry", changes=[{"table": "services", "where": {"service_id": "S"},
    ...     "plus": {"vehicles": 1}}])))
    name = "ferry"
    <BLANKLINE>
    [[change]]
    table = "services"
    where = {service_id = "S"}
    plus = {vehicles = 1.0}
    <BLANKLINE>
    """
    head: dict[str, Any] = {"name": scenario.name, "why": scenario.why}
    head |= {"requires": scenario.requires, "excludes": scenario.excludes}
    head["includes"] = [part.name for part in scenario.includes]
    blocks = [_lines(head, scenario.name)]
    blocks += ["[[change]]\n" + _lines(_plain(change), scenario.name) for change in scenario.changes]
    return "\n".join(blocks)


def _plain(change: Change) -> dict[str, Any]:
    """What a change says, by its keys in a file, without what it leaves out."""
    said = {key: getattr(change, {"from": "since", "to": "until"}.get(key, key)) for key in CHANGE_KEYS}
    return {key: value for key, value in said.items() if value is not None and value is not False}


def _lines(said: Mapping[str, Any], card: str) -> str:
    kept = {
        key: value for key, value in said.items() if not (isinstance(value, (str, list, tuple, Mapping)) and not value)
    }
    return "".join(f"{key} = {_toml(value, f'card {card!r}, {key}')}\n" for key, value in kept.items())


def _toml(value: Any, who: str) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_toml(one, who)}" for key, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_toml(one, who) for one in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        return _string(value)
    raise CardError(f"{who}: {value!r} has no form in TOML", cure="write a text, a number, a day, true or false")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _string(name)


def _string(text: str) -> str:
    """A basic string: JSON's, but for the one sign that only TOML forbids."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def to_table(cards: Iterable[Scenario]) -> pl.DataFrame:
    """Cards, and those they include, as rows of the table ``changes``; a card's why is the note of its first row."""
    known: dict[str, Scenario] = {}
    for card in cards:
        _gather(card, known)
    rows = [row for card in known.values() for row in _rows(card)]
    return conform("changes", pl.DataFrame(rows, infer_schema_length=None)) if rows else empty("changes")


def _gather(card: Scenario, known: dict[str, Scenario]) -> None:
    if known.setdefault(card.name, card) != card:
        raise CardError(f"two cards are called {card.name!r} and differ", cure="give one of them another name")
    for part in card.includes:
        _gather(part, known)


def _rows(card: Scenario) -> list[dict[str, Any]]:
    linked = {"require": card.requires, "exclude": card.excludes, "include": [part.name for part in card.includes]}
    rows: list[dict[str, Any]] = [
        {"action": action, "cells": json.dumps(list(others))} for action, others in linked.items() if others
    ]
    for change in card.changes:
        said = {key: _json(getattr(change, key)) for key in ("where", "expect") if getattr(change, key)}
        row: dict[str, Any] = {
            "table": change.table,
            "action": change.action,
            "cells": _json(getattr(change, change.action)),
        }
        rows.append({**row, **said, "date_from": change.since, "date_to": change.until})
    for order, row in enumerate(rows, start=1):
        row |= {"card": card.name, "order": order, "note": (card.why or None) if order == 1 else None}
    return rows


def _json(value: Any) -> str:
    plain = dict(value) if isinstance(value, Mapping) else value
    return json.dumps(
        plain, ensure_ascii=False, default=lambda one: one.isoformat() if isinstance(one, dt.date) else dict(one)
    )


def from_table(changes: pl.DataFrame) -> dict[str, Scenario]:
    """The cards that the table ``changes`` holds, by name.

    Raises CardError, naming the row's card and order, where a cell is not JSON or a card does not fit its schema.
    """
    cards: dict[str, Card] = {}
    for (name,), rows in changes.sort("card", "order").group_by("card", maintain_order=True):
        cards[str(name)] = _card_of(str(name), rows.to_dicts())

    def find(name: str) -> tuple[str, Card]:
        if name not in cards:
            raise NameUnknown("card", name, cards)
        return f"changes, card {name!r}", cards[name]

    return {name: _build(*find(name), find, (name,)) for name in cards}


def _card_of(name: str, rows: Sequence[Mapping[str, Any]]) -> Card:
    card: dict[str, Any] = {"name": name, "why": rows[0].get("note") or "", "change": []}
    for row in rows:
        said = {key: _parsed(row, key) for key in ("where", "expect", "cells") if row[key]}
        if row["action"] in LINKS:
            card[LINKS[row["action"]]] = said.get("cells", [])
            continue
        change: dict[str, Any] = {key: value for key, value in said.items() if key != "cells"}
        change |= {"table": row["table"], row["action"]: said.get("cells", {})}
        change |= {key: row[column] for key, column in (("from", "date_from"), ("to", "date_to")) if row[column]}
        card["change"].append(change)
    return card


def _parsed(row: Mapping[str, Any], key: str) -> Any:
    """A JSON cell, its days turned back into days where the table's column holds days."""
    try:
        said = json.loads(row[key])
    except json.JSONDecodeError as bad:
        where = f"changes, card {row['card']!r}, order {row['order']}, {key}"
        raise CardError(f"{where}: {row[key]!r} is not JSON ({bad.msg})", cure='write it like {"usd": 900}') from bad
    days = {name for name, kind in dtypes(row["table"]).items() if kind == pl.Date} if row["table"] in TABLES else set()
    if isinstance(said, list) and row["action"] == "add":
        return [_with_days(one, days) for one in said]
    return _with_days(said, days)


def _with_days(said: Any, days: set[str]) -> Any:
    if not isinstance(said, dict):
        return said
    return {key: _as_day(value) if key in days else value for key, value in said.items()}


def _as_day(value: Any) -> Any:
    if isinstance(value, list):
        return [_as_day(one) for one in value]
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return value
