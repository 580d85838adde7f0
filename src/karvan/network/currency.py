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
    """What answers are told in: dollars of ``base`` year become dollars of ``year`` by ``level``, then ``currency`` by ``exchange``.

    ``exchange`` is in units of the currency for a US dollar, quoted on ``day`` (None for dollars).
    """

    currency: str
    year: int
    base: int
    level: float = 1.0
    exchange: float = 1.0
    day: dt.date | None = None

    @property
    def rate(self) -> float:
        """Units of the money for a US dollar of the corridor's price year."""
        return self.level * self.exchange

    @property
    def said(self) -> str:
        """The money in words.

        >>> Money("EUR", 2026, 2022, 1.13, 0.85, dt.date(2026, 1, 1)).said
        'EUR of 2026 (a USD of 2022 is 1.13 USD of 2026; 0.85 EUR/USD on 2026-01-01)'
        """
        parts = [f"a USD of {self.base} is {self.level:.4g} USD of {self.year}"] if self.year != self.base else []
        parts += [f"{self.exchange:.4g} {self.currency}/USD on {self.day}"] if self.day else []
        return f"{self.currency} of {self.year}" + (f" ({'; '.join(parts)})" if parts else "")


def money(corridor: Corridor, currency: str, year: int | None, day: dt.date) -> Money:
    """The money of a currency and price year; by default of the corridor's own price year.

    The rate is that of ``day``; where another price year is asked for, that of its first of July, or the last before.
    Raises QuoteError for a currency or year that the corridor's tables do not have on that day.
    """
    of_year, base = year or corridor.price_year, corridor.price_year
    level = _level(corridor, of_year) / _level(corridor, base)
    code = currency.strip().upper()
    if code == "USD":
        return Money(code, of_year, base, level)
    when = day if year in (None, day.year) else dt.date(of_year, 7, 1)
    usd, since = _worth(corridor, currency, code, when)
    return Money(code, of_year, base, level, 1 / usd, since)


def _worth(corridor: Corridor, said: str, code: str, day: dt.date) -> tuple[float, dt.date]:
    """US dollars for a unit of the currency, and since when."""
    rates = corridor.currencies.filter(pl.col("currency") == code).sort("since")
    if not rates.height:
        known = ["USD", *sorted(set(corridor.currencies["currency"]))]
        near = nearest(code, known) or tuple(known)
        raise QuoteError(f"no rate of a currency {said!r}", cure=f"one of {', '.join(near)}")
    past = rates.filter(pl.col("since") <= day.isoformat())
    if not past.height:
        first = rates["since"][0]
        raise QuoteError(f"no rate of {code} on {day}: the first is of {first}", cure="ask for a later day, or USD")
    last = past.row(-1, named=True)
    return float(last["usd"]), dt.date.fromisoformat(last["since"])


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
