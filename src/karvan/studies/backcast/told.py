"""What a back-cast looks at: totals of the corridor, trains from a country, freight through its ports; and what was seen of it."""

from dataclasses import dataclass
from typing import Any

import polars as pl
from numpy.typing import NDArray

from karvan.corridor import Corridor
from karvan.shipment import Shipment
from karvan.studies.backcast.learn import totals
from karvan.studies.backcast.pivot import Pivot

UNITS = {"tonnes": "kt", "containers": "TEU"}
Figures = dict[tuple[str, str, str], float]


@dataclass(frozen=True)
class Asked:
    """``measure``: the corridor's tag; ``ports``: places whose freight is told; ``trains_from``: a country whose trains are
    counted; ``sent``: a shipment whose days are told."""

    measure: str
    ports: tuple[str, ...] = ()
    trains_from: str = ""
    sent: Shipment | None = None


def figures(one: Pivot, kt: NDArray[Any], teu: NDArray[Any], asked: Asked) -> Figures:
    """Quantities by name, place and unit, from what each flow sends over the corridor."""
    found: Figures = {(name, asked.measure, UNITS[name]): value for name, value in totals(one, kt, teu).items()}
    ways = [side.get(asked.measure) for side in one.base.ways]
    later = dict(
        zip(one.later.frame.select("origin", "destination", "commodity_id").iter_rows(), one.later.ways, strict=True)
    )
    flows = list(one.base.frame.select("origin", "destination", "commodity_id").iter_rows())
    now = [later.get(flow, {}).get(asked.measure) or way for flow, way in zip(flows, ways, strict=True)]
    if asked.trains_from:
        country = dict(one.base.corridor.nodes.select("node_id", "country").iter_rows())
        trains = sum(
            float(boxes) / way.train_teu
            for flow, boxes, way in zip(flows, teu, now, strict=True)
            if way and way.train_teu and country[flow[0]] == asked.trains_from
        )
        found["block_trains", f"from {asked.trains_from}", "trains"] = trains
    for port in asked.ports:
        found["throughput", port, "kt"] = sum(
            float(t) for t, way in zip(kt, now, strict=True) if way and port in way.places
        )
    return found


def observed(corridor: Corridor, quantity: object, place: object, year: int) -> dict[str, Any]:
    """The figure that the edition holds of a quantity, if any, and whether it was learnt from."""
    rows = corridor.observations.filter(
        (pl.col("quantity") == quantity) & (pl.col("place") == place) & (pl.col("period") == str(year))
    )
    return {"observed": rows["value"][0], "use": rows["use"][0]} if rows.height else {"observed": None, "use": None}
