"""What goods are worth, how much of them moves, when, and what drives it: values, demand, drivers."""

from pathlib import Path

from tools.titr.context.rows import Row, assumed, cited, day, facts, number

FORMS = {
    "container": "container", "wagon": "wagon", "tank_wagon": "tank", "tanker": "tank", "bulk_ship": "bulk",
    "truck": "truck", "pipeline_pool": "pipe",
}  # fmt: skip


def values(folder: Path) -> list[Row]:
    """Economics of each commodity, by corridor and price year."""
    found = []
    for row in facts(folder, "values"):
        line = {
            "commodity_id": "any" if row["commodity"] == "all" else row["commodity"],
            "parameter": row["parameter"],
            "corridor": "any" if row["route"] == "all" else row["route"],
            "year": int(row["year"]),
            "value": number(row["central"]),
            "low": number(row["low"]),
            "high": number(row["high"]),
            "unit": row["unit"],
        }
        found.append({**line, **cited(row, row["derivation"])})
    return found


def seasonality(folder: Path) -> list[Row]:
    """The share of a year's demand that is ready in each month."""
    found = []
    for row in facts(folder, "demand_seasonality"):
        line = {
            "commodity_id": row["commodity"],
            "month": int(row["month"]),
            "share": number(row["share"]),
            "low": number(row["low"]),
            "high": number(row["high"]),
        }
        reason = f"{row['reason']}; seen: {row['evidence']}" if row["evidence"] not in ("", "own") else row["reason"]
        found.append({**line, **assumed(reason)})
    return found


def demand(folder: Path) -> list[Row]:
    """Every flow of every year; what the schema has no column for is kept behind, marked ``x_``."""
    found = []
    for row in facts(folder, "demand_od"):
        line = {
            "origin": row["origin"],
            "destination": row["destination"],
            "commodity_id": row["commodity"],
            "year": int(row["year"]),
            "form": FORMS[row["form"]],
            "kt": number(row["tonnes_kt"]),
            "kt_low": number(row["tonnes_low_kt"]),
            "kt_high": number(row["tonnes_high_kt"]),
            "teu": number(row["teu"]),
            "captive": number(row["captive_share"]),
            "captive_to": row["captive_to"],
            "seen_kt": number(row["observed_middle_corridor_kt"]),
            "seen_teu": number(row["observed_middle_corridor_teu"]),
        }
        found.append({**line, **_behind(row), **cited(row)})
    return found


def _behind(row: Row) -> Row:
    """Columns beyond the schema: bands, perimeter of the official series, the other branch of the corridor."""
    kept = {
        "x_flow": row["flow_id"].rsplit("-", 1)[0],
        "x_group": row["group"],
        "x_form": row["form"],
        "x_direction": row["direction"],
        "x_trade": row["trade"],
        "x_perimeter": row["mc_perimeter"],
        "x_gateway": row["mc_gateway"],
        "x_teu_low": row["teu_low"],
        "x_teu_high": row["teu_high"],
        "x_seen_kt_low": row["observed_mc_low_kt"],
        "x_seen_kt_high": row["observed_mc_high_kt"],
        "x_seen_teu_low": row["observed_mc_low_teu"],
        "x_seen_teu_high": row["observed_mc_high_teu"],
        "x_turkmenbashi_kt": row["observed_turkmenbashi_kt"],
        "x_turkmenbashi_teu": row["observed_turkmenbashi_teu"],
        "x_seen_grade": row["observed_confidence"],
    }
    return kept


def drivers(folder: Path) -> list[Row]:
    """Outside series by year, each with the day from which a forecast may read it."""
    return [
        {
            "driver": row["driver"],
            "year": int(row["year"]),
            "value": number(row["value"]),
            "low": number(row["low"]),
            "high": number(row["high"]),
            "unit": row["unit"],
            "known_from": day(row["known_from"]),
            **cited(row),
        }
        for row in facts(folder, "drivers")
    ]
