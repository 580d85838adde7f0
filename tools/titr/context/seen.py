"""Observations of flows and times: what the twin may learn from up to 2022, and what is kept to check it."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tools.titr.context.rows import Row, alpha2, cited, facts, number, slug

LAST_FIT = 2022
MONTHS = {name: count for count, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), start=1)}  # fmt: skip
SPANS = {"4M": 4, "7M": 7, "9M": 9, "H1": 6}
CORRIDORS = {"TITR": "middle", "BTK": "middle_btk", "GR": "GE", "Marmaray": "TR", "Aktau-BTC": "KZ_AAU-AZ_SAN"}
PORT_FLOWS = ("throughput", "throughput_10M", "ferry_calls", "ferry_handling_time")
BORDER_TIMES = (
    "border_time", "speed_with_delay", "speed_without_delay", "train_processing", "gauge_change_crane_time",
)  # fmt: skip


def period(year: str, months: int = 12) -> str:
    """The year, month or span of a fact, ISO 8601; ``months`` are the first months of the year it covers.

    >>> period("2022"), period("2022", 9), period("2016-17"), period("2025-H1"), period("before 2022")
    ('2022', '2022-01/2022-09', '2016/2017', '2025-01/2025-06', '../2021')
    """
    year = year.strip()
    if months < 12:
        return f"{year[:4]}-01/{year[:4]}-{months:02d}"
    if half := re.fullmatch(r"(\d{4})-?H1", year):
        return f"{half[1]}-01/{half[1]}-06"
    if span := re.fullmatch(r"(\d{4})-(\d{4})", year):
        return f"{span[1]}/{span[2]}"
    if (span := re.fullmatch(r"(\d{4})-(\d\d)", year)) and int(span[2]) > 12:
        return f"{span[1]}/{span[1][:2]}{span[2]}"
    if year.startswith("before"):
        return f"../{LAST_FIT - 1}"
    if year == "medium term":
        return "2027/2030"
    return year


def observation(quantity: str, place: str, when: str, figures: Row, use: str, row: Row) -> Row:
    """One observation; ``figures`` holds value, low, high, unit and series."""
    return {"quantity": quantity, "place": place, "period": when, **figures, "use": use, **cited(row)}


def figures(row: Row, value: str = "value", unit: str = "", series: str = "", scale: float = 1) -> Row:
    """Value, band and unit of a fact; where only a band is printed its middle stands as the value."""
    low, high = (number(row.get(f"value_{side}", "") or row.get(side, "")) for side in ("low", "high"))
    mid = number(row.get(value, ""))
    if mid is None:
        known = [side for side in (low, high) if side is not None]
        mid = sum(known) / len(known)
    low, high = (None if side is None else side * scale for side in (low, high))
    return {"value": mid * scale, "low": low, "high": high, "unit": unit or row["unit"], "series": series or None}


def numbered(rows: Iterable[Row], prefix: str) -> list[Row]:
    """Rows with an id made of what they say; equal ids are told apart by a count."""
    found: list[Row] = []
    seen: Counter[str] = Counter()
    for row in rows:
        words = (prefix, row["place"], row["quantity"], row["period"], row["series"] or "")
        ident = "-".join(slug(str(word)) for word in words if word)[:90].strip("-")
        seen[ident] += 1
        found.append({"observation_id": ident if seen[ident] == 1 else f"{ident}.{seen[ident]}", **row})
    return found


def year_of(row: Row) -> int:
    """The last year a fact speaks of; a time without a year lies before the reforms of 2022."""
    years = re.findall(r"(?:19|20)\d\d", row["year"])
    return int(years[-1]) if years else LAST_FIT - 1


def volumes(folder: Path) -> list[Row]:
    """Tonnes and boxes of the corridor; the perimeter of each count stays in ``series``."""
    found = []
    for row in facts(folder, "volumes"):
        months = SPANS.get(row["period"], 12)
        both_railways = row["period"] == "4M"  # mostly the land way by Yalama, so not the corridor's own count
        learn = row["period"] not in ("target", "estimate") and year_of(row) <= LAST_FIT and not both_railways
        learn = learn and "Plan" not in row["note"]
        quantity = row["metric"] if row["period"] not in ("target", "estimate") else f"{row['metric']} {row['period']}"
        series = "; ".join(word for word in (row["series"], row["commodity"], row["direction"]) if word != "all")
        when = period(row["year"][:4], months)
        place = CORRIDORS[row["flow"]]
        found.append(observation(quantity, place, when, figures(row, series=series), "fit" if learn else "keep", row))
    return numbered(found, "vol")


def transit_times(folder: Path) -> list[Row]:
    """Times by section and end to end, in hours; contracts, claims, plans and estimates are never learned from."""
    found = []
    for row in facts(folder, "transit_times"):
        scale = 24.0 if row["unit"] == "days" else 1.0
        unit = "h" if row["unit"] in ("days", "h") else row["unit"]
        place = f"{slug(row['from'])}-{slug(row['to'])}" if row["from"] != row["to"] else row["from"]
        learn = row["kind"] == "actual" and year_of(row) <= LAST_FIT and row["scope"] != "benchmark"
        seen = figures(row, value="none", unit=unit, series=f"{row['mode']}; {row['kind']}", scale=scale)
        if row["kind"] == "contract":  # the contract gives a ceiling, not a mean
            seen |= {"value": float(row["value_high"]) * scale, "low": None, "high": None}
        when = period(f"before {LAST_FIT}" if row["year"].startswith("before") else row["year"])
        quantity = "ratio of time" if unit == "x" else "time"
        found.append(observation(quantity, place, when, seen, "fit" if learn else "keep", row))
    return numbered(found, "time")


def ports(folder: Path) -> list[Row]:
    """Port figures: throughput up to 2022 may be learned from; capacities, depths and plans are kept."""
    found = []
    for row in facts(folder, "ports"):
        months = 10 if row["metric"] == "throughput_10M" else 12
        learn = row["metric"] in PORT_FLOWS and year_of(row) <= LAST_FIT
        seen = figures(row, series="" if row["cargo"] in ("all", "total") else row["cargo"])
        when = period(row["year"], months)
        quantity = row["metric"].removesuffix("_10M")
        found.append(observation(quantity, row["node_id"], when, seen, "fit" if learn else "keep", row))
    return numbered(found, "port")


def borders(folder: Path) -> list[Row]:
    """Border times, costs, queues and limits; measured times up to 2022 may be learned from."""
    found = []
    for row in facts(folder, "borders"):
        measured = row["metric"] in BORDER_TIMES and row["confidence"] in ("A", "B")
        learn = measured and year_of(row) <= LAST_FIT
        seen = figures(row, series=f"{row['mode']}; {row['direction']}")
        when = period(row["year"])
        found.append(observation(row["metric"], row["node_id"], when, seen, "fit" if learn else "keep", row))
    return numbered(found, "border")


def trade(folder: Path) -> list[Row]:
    """Trade of pairs of countries, each figure with the side that reports it: the books of two sides differ."""
    found = []
    for row in facts(folder, "trade_bilateral"):
        full = row["period"] in ("year", "year, revised")
        flow = "exports" if row["flow"] == "A exports to B" else str(row["flow"])
        learn = full and flow in ("exports", "turnover") and year_of(row) <= LAST_FIT and row["confidence"] != "D"
        span = re.match(r"Jan-([A-Z][a-z]{2})", row["period"])
        when = period(row["year"], MONTHS[span[1]] if span else 12)
        qualified = not span and not full
        series = f"{row['reporting_side']}; {row['period']}" if qualified else row["reporting_side"]
        pair = f"{alpha2(row['country_a'])}-{alpha2(row['country_b'])}"
        line = observation(flow, pair, when, figures(row, series=series), "fit" if learn else "keep", row)
        found.append({"observation_id": f"trade-{row['trade_id']}", **line})
    return found
