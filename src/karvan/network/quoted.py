"""What a word of a user's price means: the tariffs it speaks of, and for which class."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import QuoteError, nearest
from karvan.network.names import fold

KINDS = ("tariff", "link", "procedure", "service", "class", "operator", "item", "mode", "node")
TABLES_OF = {
    "tariff": ("tariffs", "tariff_id"),
    "link": ("links", "link_id"),
    "procedure": ("procedures", "procedure_id"),
    "service": ("services", "service_id"),
    "class": ("classes", "class_id"),
    "operator": ("operators", "operator_id"),
    "item": ("tariffs", "item"),
    "mode": ("links", "mode"),
    "node": ("nodes", "node_id"),
}
MAIN = {"sea": ("freight",), "pipe": ("pipeline_tariff", "freight"), "cable": ("pipeline_tariff", "freight")}
ON_LAND = ("haulage", "freight")
AT_PLACES = ("handling",)
Row = dict[str, Any]


@dataclass(frozen=True)
class Spot:
    """A tariff spoken of, and the class its new price is for (None: the classes it is for already).

    ``along``: whether it prices one section of a line on which a way rides several.
    """

    row: Row
    class_id: str | None
    along: bool = False


def find(corridor: Corridor, kind: str, word: str, item: str) -> tuple[list[Spot], str]:
    """The tariffs that a word speaks of, and what it was taken to mean, in words.

    ``kind`` and ``item`` narrow it down where they are given. Raises QuoteError where the word stands for nothing or for
    things of several kinds.
    """
    kind, names = meaning(corridor, kind, word)
    meant = f"{kind} {', '.join(names)}"
    modes = dict(corridor.links.select("link_id", "mode").iter_rows())
    rows = corridor.tariffs.sort("tariff_id").to_dicts()
    if kind == "tariff":
        return [Spot(row, row["class_id"]) for row in rows if row["tariff_id"] in names], meant
    arcs = [row for row in rows if row["scope"] == "arc"]
    if kind == "item":
        chosen = [row for row in rows if row["item"] in names]
        return [Spot(row, row["class_id"], _on_land(row, modes)) for row in chosen], meant
    if kind in ("class", "service"):
        return _carried(corridor, kind, names, [row for row in arcs if _named(row, item, modes)], modes), meant
    chosen = [row for row in _standing(corridor, kind, names, arcs) if _named(row, item, modes)]
    return [Spot(row, row["class_id"], kind != "link" and _on_land(row, modes)) for row in chosen], meant


def meaning(corridor: Corridor, kind: str, word: str) -> tuple[str, tuple[str, ...]]:
    """Kind and ids that a word stands for: its id to the letter; else id, name or alias in any case; else part of a name.

    Parts of names are looked for in classes, services and operators, in this order.
    """
    kinds = (kind,) if kind else KINDS
    wanted, parts = fold(word), set(_tokens(word))
    said = {one: _said(corridor, one) for one in kinds}
    found = _hits(said, lambda name: name == word)
    if len(found) != 1:
        found = _hits(said, lambda name: bool(wanted) and fold(name) == wanted)
    for one in ("class", "service", "operator"):
        if not found and one in said:
            ids = _ids(said[one], lambda name: bool(parts) and parts <= set(_tokens(name)))
            found = {one: ids} if ids else {}
    if "tariff" in found:  # a tariff is often called as what it prices
        return "tariff", found["tariff"]
    if len(found) > 1:
        ways = " or ".join(f"{one}:{ids[0]}" for one, ids in found.items())
        raise QuoteError(f"{word!r} may mean {' or '.join(found)}", cure=f"write {ways}")
    if not found:
        near = nearest(word, [name for pairs in said.values() for name, _ in pairs])
        hint = f"nearest: {', '.join(near)}" if near else "no name is near"
        cure = "name a tariff, link, procedure, service, class, operator, item, mode or place"
        raise QuoteError(f"nothing that has a price is called {word!r} ({hint})", cure=cure)
    return next(iter(found.items()))


def _hits(said: dict[str, list[tuple[str, str]]], hit: Callable[[str], bool]) -> dict[str, tuple[str, ...]]:
    found = {kind: _ids(pairs, hit) for kind, pairs in said.items()}
    return {kind: ids for kind, ids in found.items() if ids}


def _ids(pairs: list[tuple[str, str]], hit: Callable[[str], bool]) -> tuple[str, ...]:
    return tuple(sorted({ident for name, ident in pairs if hit(name)}))


def _tokens(name: str) -> list[str]:
    return [fold(part) for part in re.split(r"[\s_\-/.,()]+", name) if fold(part)]


def _said(corridor: Corridor, kind: str) -> list[tuple[str, str]]:
    """The words for all things of a kind, each with its id."""
    table, key = TABLES_OF[kind]
    frame = corridor.tables[table]
    pairs = [(ident, ident) for ident in frame[key].unique().sort()]
    if "name" in frame.columns:
        named = frame.select("name", key).drop_nulls().iter_rows()
        pairs += [(word, ident) for name, ident in named for word in (name, re.split(r"[(,]", name)[0].strip())]
    aliases = corridor.aliases.filter(pl.col("table") == table)
    return pairs + list(aliases.select("alias", "id").iter_rows())


def _standing(corridor: Corridor, kind: str, names: tuple[str, ...], arcs: list[Row]) -> list[Row]:
    """Arc tariffs of links, procedures, operators, modes or nodes; of an operator with lines those of its lines."""
    if kind == "operator":
        own = [row for row in arcs if row["operator_id"] in names]
        return [row for row in own if row["link_id"]] or own
    if kind in ("link", "procedure"):
        return [row for row in arcs if row[f"{kind}_id"] in names]
    if kind == "mode":
        links = set(corridor.links.filter(pl.col("mode").is_in(names))["link_id"])
        return [row for row in arcs if row["link_id"] in links]
    here = set(corridor.procedures.filter(pl.col("node_id").is_in(names))["procedure_id"])
    return [row for row in arcs if row["procedure_id"] in here]


def _carried(
    corridor: Corridor, kind: str, names: tuple[str, ...], arcs: list[Row], modes: dict[str, str]
) -> list[Spot]:
    """Tariffs on the links where classes or services run, for these classes."""
    services = corridor.services.filter(pl.col(f"{kind}_id").is_in(names))
    runs = {(link, row["class_id"]) for row in services.iter_rows(named=True) for link in _links(corridor, row)}
    along = {link for row in services.iter_rows(named=True) for link in _several(corridor, row, kind)}
    return [
        Spot(row, class_id, row["link_id"] in along or _on_land(row, modes))
        for row in arcs
        for link, class_id in sorted(runs)
        if row["link_id"] == link and row["class_id"] in (None, class_id)
    ]


def _links(corridor: Corridor, service: Row) -> set[str]:
    calls = corridor.calls.filter(pl.col("service_id") == service["service_id"])
    if calls.height:
        return set(calls["link_id"].drop_nulls())
    mode = dict(corridor.classes.select("class_id", "mode").iter_rows())[service["class_id"]]
    links = corridor.links.filter(pl.col("mode") == mode)
    if service["operator_id"]:
        links = links.filter(pl.col("operator_id") == service["operator_id"])
    return set(links["link_id"])


def _several(corridor: Corridor, service: Row, kind: str) -> set[str]:
    """The links of a service asked for by itself that calls at more than two places."""
    links = _links(corridor, service) if kind == "service" else set()
    return links if len(links) > 1 else set()


def _named(row: Row, item: str, modes: dict[str, str]) -> bool:
    """Whether a tariff is for the item named; where none is, for the main one of its place."""
    if item:
        return bool(row["item"] == item)
    if row["link_id"]:
        return row["item"] in MAIN.get(modes.get(row["link_id"], ""), ON_LAND)
    return row["item"] in AT_PLACES


def _on_land(row: Row, modes: dict[str, str]) -> bool:
    return bool(row["link_id"]) and modes.get(row["link_id"]) not in ("sea", None)
