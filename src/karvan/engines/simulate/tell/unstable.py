"""Unstable: places that are asked for more than they can do, in words."""

import polars as pl

from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.tell.measures import F, S

GROWS = 0.1
"""Share of what comes to a quay that stays behind, from which on its queue is said to grow."""
UNSTABLE = {"place": S, "load": F, "growth_day": F, "says": S}


def unstable(plan: Plan, resources: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    """Where more is asked for than can be done: the load, and what it adds to the queue every day."""
    resources = resources.filter(~pl.col("resource").is_in(_refusing(plan)))
    at = pl.format("{} at {}", "resource", "place")
    ships = pl.format("{} at {}", "service", "from")
    rows = []
    for place, frame in ((at, resources), (ships, services)):
        grows = pl.col("growth_day") > GROWS * (pl.col("loaded_year") / 365 + pl.col("growth_day"))
        over = (pl.col("load") >= 1.0) | grows if "loaded_year" in frame.columns else pl.col("load") >= 1.0
        for name, load, growth in frame.filter(over).select(place.alias("place"), "load", "growth_day").iter_rows():
            rows.append((name, load, growth, _says(name, load, growth)))
    return pl.DataFrame(rows, schema=UNSTABLE, orient="row")


def _refusing(plan: Plan) -> list[str]:
    """Resources that turn away whom they cannot take: their queue cannot grow."""
    return [name for name in plan.queues if plan.row("resources", name)["when_full"] == "refuse"]


def _says(name: str, load: float, growth: float) -> str:
    grows = f"{growth:.1f} more wait with every day"
    if load < 1:
        return f"{name}: {grows}, although {load:.2f} of what could be done is asked for: it waits for loads elsewhere"
    return f"{name} is asked for {load:.2f} times what it can do" + (f": {grows}" if growth > 0 else "")
