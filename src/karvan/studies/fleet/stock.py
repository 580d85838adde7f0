"""Stock: the locomotives, wagons and ships that are not known one by one, by Little's law.

Who is under way at once are arrivals times hours: L = lambda W, whatever the spread of either (J. D. C. Little, Operations
Research 9 (1961) 383-387). A fleet out for W hours there and as many back, and fit for work a share of its time, is at least
2 lambda W / share: no fleet below it can hold the flow.
"""

import math
from collections import defaultdict
from collections.abc import Sequence

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate.plan.flows import Flow
from karvan.network.compile.arrays import MOVE
from karvan.network.compile.goods import size_in
from karvan.network.compile.vehicles import Rows, afloat

FIT = 0.85
"""Share of its time a locomotive, wagon or ship is fit for work: own assumption, as the usual 15 % under repair or spare."""
STOCK = {"year": pl.Int64(), "service": pl.String(), "class": pl.String(), "operator": pl.String(), "mode": pl.String(),
         "trips_year": pl.Float64(), "hours": pl.Float64(), "vehicles": pl.Int64(), "wagons": pl.Int64(),
         "usd_year": pl.Float64()}  # fmt: skip
TRACTION = {"rail": "train_km", "sea": "voyage", "river": "voyage"}


def stock(today: Corridor, flows: Sequence[Flow], year: int) -> list[tuple[object, ...]]:
    """A row a service of trains, or of ships without a fleet of their own, in the columns of ``STOCK``.

    ``vehicles``: locomotives (one a train) or ships; ``wagons``: one a wagon or box of 40 feet. ``usd_year``: train-km or
    voyages both ways and wagon-days, at the avoidable costs of the operator; null where the tables give none.
    """
    rows = Rows(today)
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
    for flow in flows:
        for part in flow.parts(today):
            for label, arc in part.labels:
                vehicle = rows.row("classes", label.class_id)
                if label.kind != MOVE or afloat(rows, label) or vehicle.get("mode") not in TRACTION:
                    continue
                if not label.service or not vehicle["capacity"]:
                    continue
                trips = (
                    part.pieces_year * size_in(vehicle["capacity_unit"], part.unit, part.tonnes) / vehicle["capacity"]
                )
                hours = float(part.net.hours[arc])
                for at, more in enumerate(
                    (trips, trips * hours, part.pieces_year * hours, trips * float(part.net.km[arc]))
                ):
                    sums[label.service][at] += more
    return [_row(rows, year, service, *sums[service]) for service in sorted(sums)]


def _row(
    rows: Rows, year: int, service: str, trips: float, hours: float, piece_hours: float, km: float
) -> tuple[object, ...]:
    row = rows.row("services", service)
    vehicle = rows.row("classes", row["class_id"])
    rail = vehicle["mode"] == "rail"
    out = [math.ceil(2.0 * held / 8760.0 / FIT - 1e-9) for held in (hours, piece_hours if rail else 0.0)]
    costs = {
        cost["per"]: cost["usd"]
        for cost in rows.rows("costs", row["operator_id"] or "", "operator_id")
        if cost["class_id"] in (None, row["class_id"])
    }
    each = costs.get(TRACTION[vehicle["mode"]])
    usd = None
    if each is not None:
        usd = 2.0 * each * (km if rail else trips) + 365.0 * costs.get("wagon_day", 0.0) * out[1]
    return (
        year,
        service,
        row["class_id"],
        row["operator_id"],
        vehicle["mode"],
        trips,
        hours / max(trips, 1e-9),
        *out,
        usd,
    )
