"""What a user calls a place or a commodity, turned into its id."""

import unicodedata
from collections.abc import Iterator

from karvan.corridor import Corridor
from karvan.errors import InputError, NameUnknown

KINDS = {"nodes": ("place", "node_id"), "commodities": ("commodity", "commodity_id")}


def fold(name: str) -> str:
    """A name without case, accents, blanks and marks: how names are compared.

    >>> fold("Xi'an") == fold("xian"), fold("Constanţa")
    (True, 'constanta')
    """
    bare = unicodedata.normalize("NFKD", name.casefold())
    bare = unicodedata.normalize("NFKD", bare.casefold())  # taking a letter apart may leave a capital: script N gives N
    return "".join(letter for letter in bare if letter.isalnum())


def place(corridor: Corridor, name: str) -> str:
    """The id of a place given by id, name or alias in any case. NameUnknown names the nearest otherwise."""
    return _find(corridor, "nodes", name)


def commodity(corridor: Corridor, name: str) -> str:
    """The id of a commodity given by id, name or alias in any case."""
    return _find(corridor, "commodities", name)


def _find(corridor: Corridor, table: str, name: str) -> str:
    said = list(_said(corridor, table))
    idents = dict.fromkeys(ident for _, ident in said)
    wanted = fold(name)
    hits = [ident for ident in idents if ident == name] or [
        ident for ident in idents if ident.casefold() == name.strip().casefold()
    ]
    hits = hits or sorted({ident for word, ident in said if wanted and fold(word) == wanted})
    if len(hits) == 1:
        return hits[0]
    kind, _ = KINDS[table]
    if hits:
        raise InputError(f"{name!r} may be {' or '.join(hits)}", cure=f"give the {kind}'s id")
    raise NameUnknown(kind, name, [word for word, _ in said])


def _said(corridor: Corridor, table: str) -> Iterator[tuple[str, str]]:
    """All words for the rows of a table: id, name, name up to a bracket or comma, aliases."""
    _, key = KINDS[table]
    for ident, name in corridor.tables[table].select(key, "name").iter_rows():
        yield ident, ident
        yield name, ident
        yield name.split("(")[0].split(",")[0].strip(), ident
    known = set(corridor.tables[table][key].to_list())
    for alias, of, ident in corridor.aliases.select("alias", "table", "id").iter_rows():
        if of == table and ident in known:
            yield alias, ident
