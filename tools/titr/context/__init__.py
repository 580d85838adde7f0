"""The tables around the network: states, papers, goods, money, plans, what was seen; and the list of cards."""

from collections.abc import Callable
from pathlib import Path

import polars as pl

from tools.titr.context import goods, kept, law, money, outlook, plans, seen, states
from tools.titr.context.rows import Row, sources, table

PARTS: dict[str, tuple[Callable[[Path], list[Row]], ...]] = {
    "countries": (states.indicators,),
    "documents": (law.documents,),
    "regimes": (law.regimes,),
    "conditions": (law.conditions,),
    "values": (goods.values,),
    "demand": (goods.demand,),
    "seasonality": (goods.seasonality,),
    "drivers": (goods.drivers, outlook.outlook),
    "costs": (money.costs,),
    "agreements": (law.agreements,),
    "memberships": (states.memberships,),
    "projects": (plans.projects,),
    "funds": (money.funds,),
    "shocks": (plans.shocks,),
    "observations": (
        seen.volumes, seen.transit_times, seen.ports, seen.borders, seen.trade, kept.totals, kept.anchors, kept.prices,
        kept.rivals, kept.demand_figures, kept.energy, kept.equipment, kept.elasticities,
    ),
}  # fmt: skip


def build(facts_dir: Path) -> dict[str, pl.DataFrame]:
    """All context tables in the shape of their schemas, ordered by key, and ``sources``: what they cite."""
    rows = {name: [row for part in parts for row in part(facts_dir)] for name, parts in PARTS.items()}
    tables = {name: table(name, found) for name, found in rows.items()}
    return {**tables, "sources": sources(row for found in rows.values() for row in found)}
