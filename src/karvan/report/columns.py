"""How a column is headed and its cells are written: words, unit, number format. One place for page, PDF and workbook."""

import datetime as dt
from typing import Any

from karvan.plot.words import figures, usd

WORDS = {
    "co2_kg": "CO2e", "loss_p": "Loss or long delay", "cost_usd": "Generalised cost", "km": "Distance",
    "total_km": "Distance so far", "total_h": "Time so far", "hours": "Time, mean", "hours_h": "Time, mean",
    "hours_p10": "Time P10", "hours_p50": "Time P50", "hours_p90": "Time P90", "sd_h": "Standard deviation",
    "price_usd": "Price", "price_p10_usd": "Price P10", "price_p90_usd": "Price P90", "usd": "Amount",
    "usd_low": "Low", "usd_high": "High", "estimated_price": "Estimated part of price",
    "estimated_hours": "Estimated part of time", "estimated_share": "Estimated part",
    "hours_to_match": "Quicker by, to match", "usd_to_match": "Cheaper by, to match", "hours_gap": "Time gap",
    "price_gap_usd": "Price gap", "cost_gap_usd": "Gap in generalised cost", "hour_usd": "Value of an hour",
    "turns_at": "Turns if estimates are off by", "sign_holds": "Sign holds at 30 %",
}  # fmt: skip
SHARES = ("share", "loss_p", "estimated_price", "estimated_share", "turns_at")
PLAIN = ("year", "order", "number", "way", "rows", "month")


def unit(column: str) -> str:
    """The unit of a column, from its name; empty where it has none.

    >>> unit("price_p10_usd"), unit("hours_p50"), unit("co2_kg"), unit("mode")
    ('USD', 'h', 'kg', '')
    """
    if column in SHARES:
        return "%"
    stem = column.removesuffix("_new")
    if stem.startswith("hours") or stem == "estimated_hours":
        return "%" if stem == "estimated_hours" else "h"
    endings = {"_usd": "USD", "usd": "USD", "_h": "h", "km": "km", "_kg": "kg", "usd_low": "USD", "usd_high": "USD"}
    found = next((word for ending, word in endings.items() if stem.endswith(ending)), "")
    return "USD" if stem in ("usd_to_match",) else "" if column in PLAIN else found


def heading(column: str) -> str:
    """Words and unit of a column.

    >>> heading("price_usd"), heading("hours_p90"), heading("from")
    ('Price, USD', 'Time P90, h', 'From')
    """
    stem = column.removesuffix("_new")
    words = WORDS.get(stem) or stem.removesuffix("_usd").removesuffix("_h").replace("_", " ")
    words = words[:1].upper() + words[1:]
    said = unit(column)
    return f"{words}{' (scenario)' if stem != column else ''}{f', {said}' if said else ''}"


def cell(column: str, value: Any) -> str:
    """A cell as a reader sees it: prices as quoted, shares in per cent, three significant figures else.

    >>> cell("price_usd", 5182.4), cell("share", 0.334), cell("hours_p50", 131.6), cell("sign_holds", True)
    ('5,180', '33.4', '132', 'yes')
    """
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.date):
        return value.isoformat()
    if not isinstance(value, (int, float)):
        return str(value)
    if column in PLAIN:
        return f"{value:.0f}"
    if unit(column) == "USD":
        return usd(value)
    return figures(value * 100 if unit(column) == "%" else value)


def excel(column: str, whole: bool) -> str:
    """The number format of a column in a workbook."""
    if column in PLAIN:
        return "0"
    kinds = {"USD": "#,##0", "%": "0.0 %", "h": "#,##0.0", "km": "#,##0", "kg": "#,##0"}
    return kinds.get(unit(column), "#,##0" if whole else "#,##0.###")
