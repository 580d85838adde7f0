"""A back-cast in a few sentences: each year's totals, what drives them, what the bands were worth."""

import polars as pl

from karvan.result import Result
from karvan.runs.plain import text

WORDS = {"tonnes": "kt", "containers": "TEU"}
DRIVERS = 4


def told(found: Result | None) -> list[str]:
    """Paragraphs; none where nothing was back-cast."""
    if found is None:
        return []
    fan = found.tables["fan"]
    rows = [
        text.wrap(f"- {row['scenario']} {row['year']}: " + _totals(fan, row["scenario"], row["year"]) + ".", "  ")
        for row in fan.select("scenario", "year").unique(maintain_order=True).to_dicts()
    ]
    return ["\n".join(["Computed, P50 (P10 to P90):", *rows]), _driven(found), _worth(found)]


def _totals(fan: pl.DataFrame, scenario: str, year: int) -> str:
    mine = fan.filter(
        (pl.col("scenario") == scenario) & (pl.col("year") == year) & pl.col("quantity").is_in(list(WORDS))
    )
    return ", ".join(
        f"{text.number(row['p50'])} {WORDS[row['quantity']]} ({text.number(row['p10'])} to {text.number(row['p90'])})"
        for row in mine.to_dicts()
    )


def _driven(found: Result) -> str:
    held = found.tables["held"]
    last = held.filter((pl.col("year") == held["year"].max()) & (pl.col("quantity") == "tonnes"))
    most = last.sort(pl.col("change_share").abs(), descending=True).head(DRIVERS)
    said = "; ".join(f"{row['driver']} {row['change_share']:+.0%}" for row in most.to_dicts())
    return text.wrap(f"Left at its last counted value, a driver would change the tonnes of {last['year'][0]}: {said}.")


def _worth(found: Result) -> str:
    scores = found.tables["scores"]
    inside = int(scores["inside"].sum())
    mean = float(scores["score_share"].mean() or 0.0)  # type: ignore[arg-type]
    return text.wrap(
        f"Of {scores.height} figures of years left out, {inside} lay within P10 and P90; mean interval score {mean:.2f} of the figure."
    )
