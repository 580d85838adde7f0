"""What was observed of the rival ways, beside what the corridor computes, with each conflict named."""

from functools import cache

import polars as pl

import karvan as kv
from karvan.studies.rivals import Rivals, rivals
from tools.docs.lay import number, span, table, titr

TAGS = {
    "northern": "north", "sea_suez": "suez", "sea_cape": "cape", "southern_iran": "iran", "trans_siberian": "trans_siberian",
    "trans_turkmen": "turkmenbashi", "middle": "middle", "cku": "cku", "zangezur_tripp": "zangezur",
}  # fmt: skip
DAYS = ("transit time", "door-to-door transit time", "service time", "service time with calls")
USD = ("through rail freight cost", "all-in rail freight cost")
KM = ("length of rail route",)
ENDS = ("poti", "istanbul", "constanta", "duisburg")


@cache
def _rivals() -> Rivals:
    sent = kv.Shipment("xian", ENDS[0], commodity="container", feu=1)
    return rivals(titr(), sent, ENDS, seasons=False)


def ways() -> str:
    """The best way of each corridor to each destination, computed."""
    names = dict(titr().nodes.select("node_id", "name").iter_rows())
    rows = [
        [
            names[row["destination"]].split(",")[0],
            row["corridor"],
            row["name"],
            number(row["km"]),
            number(row["price_usd"]),
            span(row["price_p10_usd"], row["price_p90_usd"], None),
            number(row["hours"] / 24),
            span(row["hours_p10"] / 24, row["hours_p90"] / 24, None),
            number(row["co2_kg"]),
            f"{row['estimated_price']:.0%}",
        ]
        for row in _rivals().ways.sort("destination", "cost_usd", descending=[True, False]).iter_rows(named=True)
    ]
    heads = ["to", "corridor", "by", "km", "USD/FEU", "P10-P90", "days", "P10-P90", "kg CO2e", "estimated"]
    return table(heads, rows, right=range(3, 10))


def rivals_seen() -> str:
    """Each observation of a rival, and what the corridor computes where the two speak of one thing."""
    mine = titr().observations.filter(pl.col("observation_id").str.starts_with("rival-"))
    told = {row["corridor"]: row for row in _rivals().ways.filter(pl.col("destination") == "DE_DUI").to_dicts()}
    rows = []
    for row in mine.sort("place", "quantity", "period").iter_rows(named=True):
        way = told.get(TAGS.get(row["place"], ""))
        computed = _computed(row["quantity"], way) if way else ""
        seen = span(row["low"], row["high"], row["value"])
        what = f"{row['quantity']}; {row['series']}" if row["series"] else row["quantity"]
        rows.append(
            [row["place"], what, row["period"], f"{seen} {row['unit']}", row["grade"], computed, row["note"] or ""]
        )
    return table(["way", "what", "when", "seen", "grade", "computed, to Duisburg", "note"], rows)


def _computed(quantity: str, way: dict[str, float]) -> str:
    if quantity in DAYS:
        return f"{span(way['hours_p10'] / 24, way['hours_p90'] / 24, None)} days"
    if quantity in USD:
        return f"{span(way['price_p10_usd'], way['price_p90_usd'], None)} USD/FEU"
    return f"{number(way['km'])} km" if quantity in KM else ""


def conflicts() -> str:
    """Every observation whose note names a conflict."""
    mine = titr().observations.filter(pl.col("note").str.contains("(?i)conflict|misread|suspicious"))
    rows = [
        [row["place"], row["quantity"], row["period"], f"{span(row['low'], row['high'], row['value'])} {row['unit']}",
         row["grade"], row["note"]]
        for row in mine.iter_rows(named=True)
    ]  # fmt: skip
    return table(["of", "what", "when", "seen", "grade", "conflict"], rows)
