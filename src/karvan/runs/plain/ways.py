"""The ways of a shipment in words: a table, where the time goes, what is in the price, and what it all rests on."""

import datetime as dt
from collections.abc import Sequence

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.route import Routes
from karvan.network.currency import Money
from karvan.runs import open
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.scenario import Scenario

IN_PRICE = {
    "haulage and freight": ("haulage", "freight", "pipeline_tariff", "through_rate", "toll", "margin", "subsidy"),
    "terminal handling": ("handling", "gauge_change", "storage"),
    "port and other dues": ("dues", "surcharge", "security"),
    "customs": ("customs",),
    "container or wagon hire": ("wagon_hire", "empty_return"),
}
"""What a forwarder asks about, and the items of the tariffs that it is made of."""


def words(corridor: Corridor, found: Routes, into: Money, day: dt.date, cards: Sequence[Scenario]) -> str:
    """The whole answer, at most 80 columns wide."""
    parts = [_head(corridor, found, into, day, cards)]
    if not found.ways.height:
        parts.append(text.wrap(f"No way: {found.balance['reason'][0]}."))
        return "\n\n".join([*parts, _foot(corridor, found)])
    parts.append(_ways(found.ways, into))
    if found.ways.height == 1:
        parts.append(_legs(corridor, found.legs, into))
    parts += [_time(found.shares), _in_price(found.prices, found.ways["owner_usd"][0], into), _rests(found.ways)]
    return "\n\n".join([*parts, _foot(corridor, found)])


def _head(corridor: Corridor, found: Routes, into: Money, day: dt.date, cards: Sequence[Scenario]) -> str:
    shipment = found.run.arguments["shipment"]
    names = open.called(corridor)
    origin, destination = found.balance["what"][0].split(" to ")
    unit, count = found.balance["unit"][0], found.balance["asked"][0]
    left = f"leaving {day}" if "ready" in shipment else f"on the tables of {day}, whatever the month"
    load = f"{count:g} {unit} of {shipment['commodity']}"
    lines = [
        text.wrap(f"{names[origin]} to {names[destination]}: {load}, {left}"),
        text.wrap(f"Prices per {unit} in {into.said}; band P10-P90; times mean and P10-P90"),
    ]
    lines += [text.wrap(f"- {card.name if not card.why else card.why}", "  ") for card in cards]
    return "\n".join(lines)


def _ways(ways: pl.DataFrame, into: Money) -> str:
    rows = ways.to_dicts()
    bands = [(row["price_p10_usd"] * into.rate, row["price_p90_usd"] * into.rate) for row in rows]
    columns = [
        Column("way", [str(row["way"]) for row in rows]),
        Column("corridor", [row["corridor"] for row in rows], right=False),
        Column(into.currency, [text.price(row["price_usd"] * into.rate) for row in rows]),
        Column("band", [text.band(*pair) for pair in bands]),
        Column("days", [text.number(row["hours"] / 24) for row in rows]),
        Column("band", [text.band(row["hours_p10"], row["hours_p90"], 24) for row in rows]),
        Column("kgCO2e", [text.number(row["co2_kg"]) for row in rows]),
        Column("estimated", [text.percent(row["estimated_price"]) for row in rows]),
    ]
    called = [text.wrap(f"Way {row['way']}: by {row['name']}", "  ") for row in rows]
    return text.table(columns) + "\n\n" + "\n".join(called)


def _legs(corridor: Corridor, legs: pl.DataFrame, into: Money) -> str:
    names = open.called(corridor)
    rows = [row for row in legs.to_dicts() if row["km"] or row["hours"] or row["price_usd"]]
    columns = [
        Column("from", [names[row["from"]] for row in rows], right=False),
        Column("to", [names[row["to"]] if row["to"] != row["from"] else "" for row in rows], right=False),
        Column("by", [row["class"] if row["kind"] == "move" else row["kind"] for row in rows], right=False),
        Column("km", [text.number(row["km"]) if row["km"] else "" for row in rows]),
        Column("hours", [text.number(row["hours"]) for row in rows]),
        Column(into.currency, [text.price(row["price_usd"] * into.rate) for row in rows]),
    ]
    through = [name for name in legs["through"].unique(maintain_order=True) if name]
    said = f"\nUnder a through price: {', '.join(through)}" if through else ""
    return text.table(columns) + said


def _time(shares: pl.DataFrame) -> str:
    first = shares.filter(pl.col("way") == shares["way"].min())
    parts = [f"{part} {text.percent(share)}" for part, share in first.select("part", "share").iter_rows()]
    return text.wrap(f"Where the time of way 1 goes: {', '.join(parts)}.", "  ")


def _in_price(prices: pl.DataFrame, owner_usd: float, into: Money) -> str:
    """What the price of the first way holds, and what it does not."""
    paid = prices.filter(pl.col("way") == 1)
    core = paid.filter(pl.col("part") == "core")
    held, lacking = [], []
    for what, items in IN_PRICE.items():
        rows = core.filter(pl.col("item").is_in(items))
        if rows.height:
            held.append(f"{what} {_paid(rows, into)}")
        else:
            lacking.append(what)
    access = paid.filter(pl.col("part") == "access")
    if access.height:
        held.append(f"access legs {_paid(access, into)}")
    else:
        lacking.append("access legs (to the first and from the last place)")
    apart = f"{text.price(owner_usd * into.rate)} {into.currency} paid apart" if owner_usd else "not counted"
    insurance = core.filter(pl.col("item") == "insurance")
    if insurance.height:
        held.append(f"insurance {_paid(insurance, into)}")
    else:
        lacking.append(f"insurance ({apart})")
    without = f" Not in it: {', '.join(lacking)}." if lacking else ""
    return text.wrap(f"In the price of way 1: {', '.join(held)}.{without}", "  ")


def _paid(rows: pl.DataFrame, into: Money) -> str:
    return text.price(float(rows["usd"].sum()) * into.rate)


def _rests(ways: pl.DataFrame) -> str:
    price, hours = text.percent(ways["estimated_price"][0]), text.percent(ways["estimated_hours"][0])
    return text.wrap(
        f"Estimates of the editors (grade D): {price} of the price and {hours} of the hours of way 1.", "  "
    )


def _foot(corridor: Corridor, found: Routes) -> str:
    run = found.run
    with_cards = f" with {', '.join(run.scenarios)}" if run.scenarios else ""
    return text.wrap(
        f"Corridor {run.corridor}, edition {run.edition}{with_cards}; run {run.id}, data {run.digest[:12]}, "
        f"Karvan {run.version}.",
        "  ",
    )
