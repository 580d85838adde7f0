"""Observations kept for checking alone, and the flows of demand, energy and the rivals."""

from pathlib import Path

from tools.titr.context.rows import Row, alpha2, cited, facts, number, slug
from tools.titr.context.seen import LAST_FIT, figures, numbered, observation, period, year_of

LINKS_KEPT = ("R47", "R48", "R50", "R51")
"""Totals that serve as links, because they are the only rows of their stretch."""

SPANS_OF_DEMAND = {"Jan-May": 5, "nine months": 9, "Jan-Sep 2025, +10.5%": 9}
ENERGY_FLOWS = ("Kazakh oil Aktau to Baku (BTC direction)", "oil loading", "throughput")
RIVAL_FLOWS = ("volume", "China-EU-China transit on 1520", "cargo 8 months", "volume, 11 months")
RIVAL_TIMES = ("transit time", "door-to-door transit time", "block-train time", "first convoy time")


def totals(folder: Path) -> list[Row]:
    """Lengths, contract times and capacities of whole stretches, against which the sections' sums are checked."""
    found = []
    for row in facts(folder, "links"):
        if not row["mode"].endswith("_total") or row["link_id"] in LINKS_KEPT:
            continue
        place, when = f"{row['from_node']}-{row['to_node']}", row["year"]
        told = (
            ("length", row["distance_km"], "km"),
            ("time", row["typical_time_h"], "h"),
            ("capacity", row["capacity"], row["capacity_unit"]),
        )
        for quantity, value, unit in told:
            if value:
                seen = {"value": float(value), "low": None, "high": None, "unit": unit, "series": row["link_id"]}
                found.append(observation(quantity, place, when, seen, "keep", row))
    return numbered(found, "total")


def anchors(folder: Path) -> list[Row]:
    """Published sums that the ways must meet; ``x_tolerance`` is how far beyond the band a way may lie."""
    found = []
    for row in facts(folder, "price_anchors"):
        seen = {
            "value": number(row["anchor"]),
            "low": number(row["anchor_low"]),
            "high": number(row["anchor_high"]),
            "unit": row["unit"],
            "series": f"{row['role']}; {row['scope']}",
        }
        line = observation(row["measure"], row["route_id"], period(row["year"]), seen, "keep", row)
        found.append({"observation_id": f"anchor-{row['anchor_id']}", **line, "x_tolerance": row["tolerance"]})
    return found


def prices(folder: Path) -> list[Row]:
    """Tariffs and rates as published: who asks how much for what, from where to where."""
    found = []
    for row in facts(folder, "costs"):
        place = slug(row["from"]) if row["from"] == row["to"] else f"{slug(row['from'])}-{slug(row['to'])}"
        seen = figures(row, series=f"{row['operator']}; {row['item']}")
        found.append(observation("price", place, row["year"], seen, "keep", row))
    return numbered(found, "price")


def rivals(folder: Path) -> list[Row]:
    """Time, cost, length and volume of the rival ways, shown beside the twin's own; conflicts are named in the note."""
    found = []
    for row in facts(folder, "routes"):
        flows = row["metric"] in RIVAL_FLOWS + RIVAL_TIMES
        learn = flows and year_of(row) <= LAST_FIT and row["confidence"] in ("A", "B")
        ends = "" if row["origin"] == row["destination"] else f"{row['origin']}-{row['destination']}"
        months = {"cargo 8 months": 8, "volume, 11 months": 11}.get(row["metric"], 12)
        seen = figures(row, series="; ".join(word for word in (ends, row["scope"]) if word))
        when = period(row["year"], months)
        found.append(observation(row["metric"], row["route_id"], when, seen, "fit" if learn else "keep", row))
    return numbered(found, "rival")


def demand_figures(folder: Path) -> list[Row]:
    """Single figures on flows, capacities and forecasts."""
    found = []
    for row in facts(folder, "demand"):
        observed = row["kind"] == "observed" and row["metric"] in ("volume", "rail exports", "shipments")
        learn = observed and year_of(row) <= LAST_FIT
        place = "middle" if row["geography"] == "TITR" else row["geography"]
        scope = row["period_or_scope"]
        series = "; ".join(word for word in (row["commodity"], row["kind"], scope) if word)
        when = period(row["year"], SPANS_OF_DEMAND.get(scope, 12))
        line = observation(row["metric"], place, when, figures(row, series=series), "fit" if learn else "keep", row)
        found.append({"observation_id": f"demand-{row['demand_id']}", **line})
    return found


def energy(folder: Path) -> list[Row]:
    """Oil, gas, power and data links; a fact without a number has no row."""
    found = []
    for row in facts(folder, "energy"):
        if not row["value"]:
            continue
        learn = row["metric"] in ENERGY_FLOWS and year_of(row) <= LAST_FIT and "plan" not in row["period_or_scope"]
        series = row["period_or_scope"] if row["period_or_scope"] != "year" else ""
        seen = figures(row, series=series)
        line = observation(row["metric"], row["system"], period(row["year"]), seen, "fit" if learn else "keep", row)
        found.append({"observation_id": f"energy-{row['energy_id']}", **line})
    return found


def equipment(folder: Path) -> list[Row]:
    """Trains, ships and factors that the network's own tables start from, and the distances of the countries file."""
    trains = [
        observation(row["metric"], row["object"], period(row["year"]), figures(row), "keep", row)
        for row in facts(folder, "rail_ops")
    ]
    ships = [
        observation(
            row["metric"], f"{row['owner']} {row['vessel_or_class']}", period(row["year"]),
            figures(row, series=row["type"]), "keep", row,
        )
        for row in facts(folder, "fleet")
    ]  # fmt: skip
    factors = [
        observation(
            "emission factor", f"{row['mode']}: {row['vehicle_or_class']}",
            row["year"], figures(row, series=row["basis"]), "keep", row,
        )
        for row in facts(folder, "emissions")
        if row["value"]
    ]  # fmt: skip
    spans = [
        observation(row["metric"], alpha2(row["iso3"]), row["year"], figures(row), "keep", row)
        for row in facts(folder, "countries")
        if row["metric"].startswith("distance")
    ]
    return numbered(trains, "rail") + numbered(ships, "fleet") + numbered(factors, "co2") + numbered(spans, "span")


def elasticities(folder: Path) -> list[Row]:
    """Elasticities and values of time as published, to hold the twin's own against."""
    found = []
    for row in facts(folder, "elasticities"):
        if row["value"]:
            seen = figures(row, series=row["category"])
            line = {"quantity": row["parameter"], "place": row["context"], "period": row["year"], **seen, "use": "keep"}
            found.append({"observation_id": f"elasticity-{row['parameter_id']}", **line, **cited(row)})
    return found
