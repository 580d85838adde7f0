"""Corridors, cards, days and numbers as a user writes them."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from karvan.corridor import Corridor
from karvan.data import load
from karvan.errors import NameUnknown, QuoteError
from karvan.io import cards, folder
from karvan.scenario import Scenario


def corridor(said: str) -> Corridor:
    """A shipped corridor by its name, or one in a folder (or workbook) of the user's, checked."""
    if said in load.names():
        return load.load(said)
    if Path(said).exists():
        return folder.read(said)
    raise NameUnknown(
        "shipped corridor", said, load.names(), cure=f"name one of {', '.join(load.names())}, or a folder"
    )


def called(corridor: Corridor) -> dict[str, str]:
    """What places are called by their ids: their names up to a bracket or comma."""
    pairs = corridor.nodes.select("node_id", "name").iter_rows()
    return {ident: name.split("(")[0].split(",")[0].strip() for ident, name in pairs}


def card(said: str) -> Scenario:
    """A card of a TOML file, or one that ships with Karvan by its name."""
    return cards.read(said)


def words(said: Iterable[str]) -> tuple[str, ...]:
    """The words of an option that may be given several times, and each time several with commas.

    >>> words(["RU,IR", " BY"])
    ('RU', 'IR', 'BY')
    """
    return tuple(word.strip() for part in said for word in part.split(",") if word.strip())


def day(said: str) -> dt.date | None:
    """A calendar day in ISO 8601; None where nothing is said."""
    if not said:
        return None
    try:
        return dt.date.fromisoformat(said)
    except ValueError as fault:
        raise QuoteError(f"{said!r} is no day", cure="write it as year-month-day, such as 2026-03-01") from fault
