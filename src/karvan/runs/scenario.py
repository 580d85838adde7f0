"""``karvan scenario``: the cards there are, what one changes, and what differs between two.

``kv.scenario.list()``, ``kv.scenario.show(card)``, ``kv.scenario.diff(one, other, corridor)``.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from karvan import apply
from karvan.corridor import Corridor
from karvan.io import cards
from karvan.runs import open
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.runs.question import Card, Two
from karvan.scenario import Scenario

CHANGES = {name: pl.String() for name in ("card", "table", "where", "action", "cells", "from", "to")}
AS_IS = "-"


def list() -> pl.DataFrame:
    """The cards that ship with Karvan: name, why, how many changes, and what each includes, requires and excludes."""
    return cards.overview()


def show(card: str | Scenario) -> pl.DataFrame:
    """The changes of a card and of all it includes, in order: card, table, where, action, cells, from, to."""
    found = open.card(card) if isinstance(card, str) else card
    return pl.DataFrame([*_changes(found)], schema=CHANGES)


def diff(one: str | Scenario, other: str | Scenario, corridor: Corridor) -> pl.DataFrame:
    """Cell by cell what differs between two cards laid over a corridor: table, key, column, before, after.

    ``"-"`` stands for the corridor as it is.
    """
    sides = []
    for card in (one, other):
        read = open.card(card) if isinstance(card, str) and card != AS_IS else card
        sides.append(corridor.apply(read) if isinstance(read, Scenario) else corridor)
    return apply.difference(sides[0].tables, sides[1].tables)


def _changes(card: Scenario) -> Iterator[dict[str, Any]]:
    for part in card.includes:
        yield from _changes(part)
    for change in card.changes:
        action = change.action
        cells = getattr(change, action)
        said = (
            [_pairs(row) for row in cells] if action == "add" else [_pairs(cells) if action != "drop" else "the rows"]
        )
        where = {"card": card.name, "table": change.table, "where": _pairs(change.where), "action": action}
        days = {"from": change.since and str(change.since), "to": change.until and str(change.until)}
        for cell in said:
            yield {**where, "cells": cell, **days}


def _pairs(cells: object) -> str:
    return ", ".join(f"{name} = {value}" for name, value in dict(cells).items())  # type: ignore[call-overload]


def answer_list() -> Answer:
    """The cards in words."""
    frame = list()
    columns = [
        Column("card", frame["name"].to_list(), right=False),
        Column("changes", [str(count) for count in frame["changes"]]),
        Column("why", frame["why"].to_list(), right=False),
    ]
    words = text.table(columns) if frame.height else "No card ships with this version."
    return Answer(words, {"cards": frame.to_dicts()}, frame)


def answer_show(question: Card) -> Answer:
    """One card in words."""
    card = open.card(question.card)
    frame = show(card)
    lines = [text.wrap(f"{card.name}: {card.why}" if card.why else card.name)]
    for name, cards_named in (("requires", card.requires), ("excludes", card.excludes)):
        lines += [f"{name}: {', '.join(cards_named)}"] if cards_named else []
    for row in frame.rows(named=True):
        days = " ".join(f"{word} {row[word]}" for word in ("from", "to") if row[word])
        where = f" where {row['where']}" if row["where"] else ""
        own = "" if row["card"] == card.name else f"[{row['card']}] "
        said = f"- {own}{row['table']}{where}: {row['action']} {row['cells']}{' ' if days else ''}{days}"
        lines.append(text.wrap(said, "    "))
    return Answer("\n".join(lines), {"card": card.model_dump(mode="json"), "changes": frame.to_dicts()}, frame)


def answer_diff(question: Two) -> Answer:
    """The difference of two cards in words."""
    corridor = open.corridor(question.corridor)
    frame = diff(question.one, question.other, corridor)
    words = "\n".join(_differences(frame)) if frame.height else "Nothing differs."
    return Answer(words, {"cells": frame.to_dicts()}, frame)


def _differences(frame: pl.DataFrame) -> Iterator[str]:
    """A line for each cell; a row that only one side has is one line with all its cells."""
    for (table, key), cells in frame.group_by("table", "key", maintain_order=True):
        rows = cells.rows(named=True)
        whole = next((row for row in rows if row["column"] == "(row)"), None)
        if whole is None:
            said = [f"{row['column']}: {_shown(row['before'])} -> {_shown(row['after'])}" for row in rows]
        else:
            side = "after" if whole["after"] else "before"
            cell = ", ".join(f"{row['column']} = {row[side]}" for row in rows if row["column"] != "(row)")
            said = [f"{'added' if side == 'after' else 'gone'}: {cell}"]
        yield from (text.wrap(f"{table} {str(key).replace('|', ' ')}: {line}", "    ") for line in said)


def _shown(cell: str | None) -> str:
    return "(empty)" if cell in (None, "-") else str(cell)
