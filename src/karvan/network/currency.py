"""Money of other countries and years: rates by day, and price levels by year.

A corridor states all prices in US dollars of its price year. Rates come from the table ``currencies`` (the last one up to
a day), price levels from the parameter ``us_deflator`` (scope: the year).
"""

import datetime as dt
from dataclasses import dataclass

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import QuoteError, nearest


@dataclass(frozen=True)
class Money:
    """What answers are told in: ``rate`` units of ``currency`` of ``year`` for a US dollar of the corridor's year."""

    currency: str
    year: int
    rate: float
    day: dt.date | None = None

    @property
    def said(self) -> str:
        """The money in words.

        >>> Money("EUR", 2022, 0.96, dt.date(2022, 7, 1)).said
        'EUR of 2022, at 0.96 EUR/USD of 2022-07-01'
        """
        at = f", at {self.rate:.4g} {self.currency}/USD of {self.day}" if self.day else ""
        return f"{self.currency} of {self.year}{at}"


def money(corridor: Corridor, currency: str, year: int | None, day: dt.date) -> Money:
    """The money of a currency and price year on a day; by default of the corridor's own price year.

    Raises QuoteError for a currency or year that the corridor's tables do not have on that day.
    """
    of_year = year or corridor.price_year
    level = _level(corridor, of_year) / _level(corridor, corridor.price_year)
    code = currency.strip().upper()
    if code == "USD":
        return Money(code, of_year, level)
    rates = corridor.currencies.filter(pl.col("currency") == code).sort("since")
    if not rates.height:
        known = ["USD", *sorted(set(corridor.currencies["currency"]))]
        near = nearest(code, known) or tuple(known)
        raise QuoteError(f"no rate of a currency {currency!r}", cure=f"one of {', '.join(near)}")
    past = rates.filter(pl.col("since") <= day.isoformat())
    if not past.height:
        first = rates["since"][0]
        raise QuoteError(f"no rate of {code} on {day}: the first is of {first}", cure="ask for a later day, or USD")
    last = past.row(-1, named=True)
    return Money(code, of_year, level / last["usd"], dt.date.fromisoformat(last["since"]))


def _level(corridor: Corridor, year: int) -> float:
    """The price level of a year, 1 in the corridor's own where the table does not say."""
    rows = corridor.params.filter(pl.col("name") == "us_deflator")
    levels = dict(rows.select("scope", "value").iter_rows())
    if str(year) in levels:
        return float(levels[str(year)])
    if year == corridor.price_year:
        return 1.0
    known = ", ".join(sorted({*levels, str(corridor.price_year)}))
    raise QuoteError(f"no price level of the year {year}", cure=f"one of {known}")


def told(frame: pl.DataFrame, into: Money) -> pl.DataFrame:
    """A frame with its columns in US dollars (``usd``, ``..._usd``, ``usd_...``) turned into other money, and renamed."""
    spoken = [name for name in frame.columns if "usd" in name.split("_")]
    word = into.currency.lower()
    names = {name: "_".join(word if part == "usd" else part for part in name.split("_")) for name in spoken}
    return frame.with_columns(pl.col(name) * into.rate for name in spoken).rename(names)
