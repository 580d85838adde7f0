"""Who may use what: the user's own restrictions and those of nature and law, each as the arcs it closes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from karvan.errors import InputError, NameUnknown
from karvan.network import names
from karvan.network.compile.arrays import Compiled

Bools = NDArray[np.bool_]
SPOTS = ("country", "node")


@dataclass(frozen=True, eq=False)
class Restriction:
    """One reason why some arcs are closed; ``closed`` (m)."""

    name: str
    closed: Bools


def restrictions(net: Compiled, avoid: Sequence[str], month: int | None = None) -> tuple[Restriction, ...]:
    """All restrictions on a shipment: conditions of the tables that bar its goods, then what the user avoids.

    ``month`` (1 to 12) is that of departure; conditions of other months do not hold; without one, every month's do.
    """
    found = [
        Restriction(one.name, one.closed) for one in net.limits if not (month and one.months) or month in one.months
    ]
    found += [Restriction(f"avoid {word}", mask(net, word)) for word in avoid]
    return tuple(one for one in found if one.closed.any())


def mask(net: Compiled, word: str) -> Bools:
    """The arcs (m) that touch a country, place, operator, mode or corridor, by its id, name or alias."""
    return touching(net, *meaning(net, word))


def meaning(net: Compiled, word: str) -> tuple[str, frozenset[str]]:
    """What a word stands for: country, node, mode, corridor or operator, and its id.

    Raises NameUnknown with the nearest names where the word is none of them.
    """
    upper, links = word.strip().upper(), net.today.links
    known = {
        "country": set(net.today.nodes["country"].to_list()),
        "mode": set(links["mode"].to_list()),
        "corridor": set(links["corridor"].drop_nulls().to_list()),
        "operator": set(net.today.operators["operator_id"].to_list()),
    }
    for kind, words in known.items():
        hits = frozenset(name for name in words if name.upper() == upper)
        if hits:
            return kind, hits
    try:
        return "node", frozenset({names.place(net.today, word)})
    except NameUnknown as unknown:
        said = [name for words in known.values() for name in words]
        said += [*net.today.nodes["name"], *net.today.nodes["node_id"], *net.today.aliases["alias"]]
        raise NameUnknown("country, place, operator, mode or corridor", unknown.name, said) from None


def spots(net: Compiled, kind: str, wanted: frozenset[str]) -> Bools:
    """The vertices (n) at places that are wanted, or lie in a country that is."""
    country = dict(net.today.nodes.select("node_id", "country").iter_rows())
    hit = np.array([(country[node] if kind == "country" else node) in wanted for node in net.nodes], dtype=np.bool_)
    return np.asarray(hit[net.place])


def touching(net: Compiled, kind: str, wanted: frozenset[str]) -> Bools:
    """Arcs (m) on a thing: for a country or place those that begin or end in it, else the links or prices of it."""
    if kind in SPOTS:
        inside = spots(net, kind, wanted)
        return np.asarray(inside[net.head] | inside[net.tail])
    if kind == "operator":
        return np.array([any(one.operator in wanted for one in items) for items in net.items], dtype=np.bool_)
    of_link = {name: name for name in wanted} if kind == "link" else _column(net, kind)
    return np.array([of_link.get(label.link) in wanted for label in net.labels], dtype=np.bool_)


def _column(net: Compiled, kind: str) -> dict[str, str]:
    return dict(net.today.links.select("link_id", kind).iter_rows())


def smallest_cut(
    restrictions: Sequence[Restriction], reaches: Callable[[Bools], bool], most: int = 12
) -> tuple[str, ...] | None:
    """The smallest set of restrictions that by itself leaves no way; None where there is no way without any.

    ``reaches(closed)`` says whether a way is left when these arcs are closed. Sets are tried from the smallest up;
    with more than ``most`` restrictions InputError asks for fewer.
    """
    if len(restrictions) > most:
        raise InputError(f"{len(restrictions)} restrictions at once", cure=f"give at most {most}")
    if not restrictions or not reaches(np.zeros_like(restrictions[0].closed)):
        return None
    sets = sorted(range(1, 1 << len(restrictions)), key=lambda bits: (bits.bit_count(), bits))
    for bits in sets:
        chosen = [one for number, one in enumerate(restrictions) if bits >> number & 1]
        if not reaches(np.logical_or.reduce([one.closed for one in chosen])):
            return tuple(one.name for one in chosen)
    return None
