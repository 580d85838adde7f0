"""Did the reference corridor move? Headline figures of the best way of each corridor, held within one part in a hundred.

A failure here is no fault by itself: it says that a change moved what users have read. Where the move is meant, write the
new figures with ``python tests/numbers/test_titr.py`` and say so in a news entry of kind ``numbers``.
"""

from pathlib import Path

import polars as pl
import pytest

import karvan as kv
from karvan.studies.rivals import rivals

KEPT = Path(__file__).with_name("titr.csv")
DESTINATIONS = ("poti", "istanbul", "constanta", "duisburg")
WITHIN = 0.01


def headlines() -> pl.DataFrame:
    base = kv.load("titr")
    frames = []
    for name, corridor in (("base-2022", base), ("now-2026", base.apply(kv.Scenario.read("now-2026")))):
        found = rivals(corridor, kv.Shipment("xian", "poti", feu=1), DESTINATIONS, seasons=False)
        told = found.ways.select("destination", "corridor", "price_usd", "hours", "hours_p90", "co2_kg", "cost_usd")
        frames.append(told.select(pl.lit(name).alias("scenario"), pl.all()))
    return pl.concat(frames).sort("scenario", "destination", "corridor")


@pytest.fixture(scope="module")
def both() -> pl.DataFrame:
    keys = ["scenario", "destination", "corridor"]
    return pl.read_csv(KEPT).join(headlines(), on=keys, how="full", coalesce=True, suffix="_now")


def test_the_same_corridors_lead_to_the_same_places(both: pl.DataFrame) -> None:
    lone = both.filter(pl.col("price_usd").is_null() | pl.col("price_usd_now").is_null())
    assert lone.is_empty(), lone.select("scenario", "destination", "corridor").rows()


@pytest.mark.parametrize("figure", ["price_usd", "hours", "hours_p90", "co2_kg", "cost_usd"])
def test_headlines_have_not_moved(both: pl.DataFrame, figure: str) -> None:
    moved = both.filter((pl.col(f"{figure}_now") / pl.col(figure) - 1).abs() > WITHIN)
    assert moved.is_empty(), moved.select("scenario", "destination", "corridor", figure, f"{figure}_now").rows()


if __name__ == "__main__":
    headlines().with_columns(pl.col(pl.Float64).round(1)).write_csv(KEPT)
