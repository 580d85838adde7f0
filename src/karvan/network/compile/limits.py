"""Limits set by nature, law and security: the arcs that conditions of the tables close to a commodity."""

import numpy as np

from karvan.corridor import Corridor
from karvan.network.compile.arrays import Label, Limit
from karvan.network.compile.goods import Goods, split


def limits(today: Corridor, of: Goods, labels: tuple[Label, ...]) -> tuple[Limit, ...]:
    """Conditions whose goods name the commodity, a parent or a list it is on; one that names no goods only informs."""
    country = dict(today.nodes.select("node_id", "country").iter_rows())
    told = {*of.line, *of.tags}
    found = []
    for row in today.conditions.iter_rows(named=True):
        if told.isdisjoint(split(row["goods"])):
            continue
        spots = {row["node_id"], row["country"]} - {None}
        closed = [
            label.link == row["link_id"]
            or not spots.isdisjoint((label.tail, label.head, country[label.tail], country[label.head]))
            for label in labels
        ]
        basis = f" ({row['legal_basis']})" if row["legal_basis"] else ""
        months = frozenset(int(month) for month in split(row["months"]))
        found.append(Limit(f"{row['kind']} {row['condition_id']}{basis}", months, np.array(closed, dtype=np.bool_)))
    return tuple(found)
