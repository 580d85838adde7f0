"""Drivers made of others, and drivers carried to 2040: the editors' outlook, every row of it an assumption.

Levels of output are made of yearly growth (2022 = 100), boxes by direction of a count and a share, calendar years of wheat of the
two seasons that touch them. From the last year known, ``own/outlook.csv`` says growth a year to 2030 and to 2040, or the level in both.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from tools.titr.context.rows import Row, assumed, cited, day, facts, number

BASE, MIDDLE, LAST = 2022, 2030, 2040
KNOWN = dt.date(2026, 4, 1)
SIDES = ("low", "value", "high")
GDP = {"CN": "CHN", "EU": "EA20", "KZ": "KAZ", "TR": "TUR", "AZ": "AZE", "GE": "GEO", "UZ": "UZB", "WORLD": "WORLD"}
OWN = Path(__file__).parents[1] / "own"

Levels = dict[int, tuple[float, ...]]


def outlook(folder: Path) -> list[Row]:
    """All rows that the facts do not hold themselves."""
    given = _given(folder)
    made = list(_output(folder)) + list(_boxes(given)) + list(_wheat(given))
    levels = {**given}
    for row in made:
        levels.setdefault(row["driver"], {})[row["year"]] = tuple(row[side] for side in SIDES)
    units = {row["driver"]: row["unit"] for row in (*facts(folder, "drivers"), *made)}
    for row in facts(OWN, "outlook"):
        made += _carried(row, levels[row["driver"]], units[row["driver"]])
    return made


def _given(folder: Path) -> dict[str, Levels]:
    found: dict[str, Levels] = {}
    for row in facts(folder, "drivers"):
        value = float(row["value"])
        band = (number(row["low"]), value, number(row["high"]))
        found.setdefault(row["driver"], {})[int(row["year"])] = tuple(value if one is None else one for one in band)
    return found


def _row(driver: str, year: int, band: tuple[float, ...], unit: str, known: dt.date | None, told: Row) -> Row:
    low, value, high = (round(one, 6) for one in band)
    return {"driver": driver, "year": year, "value": value, "low": min(low, value), "high": max(high, value),
            "unit": unit, "known_from": known, **told}  # fmt: skip


def _known(year: int) -> dt.date:
    """When a yearly count is out: in February after; an estimate of this year is of this spring."""
    return min(dt.date(year + 1, 2, 1), KNOWN)


def _output(folder: Path) -> Iterator[Row]:
    """Output of a country as a level, from its growth; the band opens from 2022 to both sides."""
    rows = facts(folder, "drivers")
    for country, code in GDP.items():
        growth = {int(row["year"]): row for row in rows if row["driver"] == f"gdp_real_growth_{code}"}
        level: tuple[float, ...] = (100.0, 100.0, 100.0)
        levels = {BASE: level}
        for year in range(BASE + 1, max(growth) + 1):
            level = tuple(one * (1 + float(growth[year][side]) / 100) for one, side in zip(level, SIDES, strict=True))
            levels[year] = level
        level = levels[BASE]
        for year in range(BASE, min(growth), -1):
            level = tuple(one / (1 + float(growth[year]["value"]) / 100) for one in level)
            levels[year - 1] = level
        for year, band in sorted(levels.items()):
            told = growth[max(year, min(growth))]
            known = day(told["known_from"])
            yield _row(
                f"gdp_{country}", year, band, "index, 2022 = 100", known, cited(told, "level made of yearly growth")
            )


def _boxes(given: dict[str, Levels]) -> Iterator[Row]:
    """Boxes between China and the Union by rail and direction; a share that was not counted lies between its neighbours."""
    total, share = given["china_eu_rail_teu_1520"], given["china_eu_rail_westbound_share"]
    for year, band in total.items():
        west = _between({at: row[1] for at, row in share.items()}, year)
        for name, part in (("west", west), ("east", 1 - west)):
            note = "the count times the share of its direction" + (
                "" if year in share else ", the share between its neighbours"
            )
            levels = tuple(one * part for one in band)
            unit = "thousand TEU/year"
            yield _row(f"china_eu_rail_teu_{name}", year, levels, unit, _known(year), assumed(note))


def _between(known: dict[int, float], year: int) -> float:
    """The value of a year, straight between its neighbours, and that of the last year after it."""
    before = max(one for one in known if one <= year)
    after = min((one for one in known if one >= year), default=before)
    share = (year - before) / (after - before) if after > before else 0.0
    return known[before] + share * (known[after] - known[before])


def _wheat(given: dict[str, Levels]) -> Iterator[Row]:
    """Wheat sold in a calendar year: half of the season that ends in it, half of the one that begins."""
    season, harvest = dict(given["kz_wheat_export_season"]), given["kz_grain_harvest"]
    last = max(season)
    ratio = harvest[last + 1][1] / harvest[last][1]
    season[last + 1] = tuple(one * ratio for one in (0.85 * season[last][0], season[last][1], 1.15 * season[last][2]))
    for year in sorted(season)[1:]:
        band = tuple((old + new) / 2 for old, new in zip(season[year - 1], season[year], strict=True))
        note = "mean of the two seasons" + (", the later one by the harvest" if year > last else "")
        yield _row("kz_wheat_export_calendar", year, band, "Mt/year", _known(year), assumed(note))


def _carried(row: Row, levels: Levels, unit: str) -> Iterator[Row]:
    """Rows from the last year known to 2040."""
    last = max(levels)
    start = levels[last]
    ends = {end: tuple(float(row[f"{side}_{end}"]) for side in SIDES) for end in (MIDDLE, LAST)}
    for year in range(last + 1, LAST + 1):
        if row["kind"] == "growth":
            years = (min(year, MIDDLE) - last, max(0, year - MIDDLE))
            band = tuple(
                one * (1 + a / 100) ** years[0] * (1 + b / 100) ** years[1]
                for one, a, b in zip(start, ends[MIDDLE], ends[LAST], strict=True)
            )
        else:
            line = {last: start, **ends}
            band = tuple(_between({at: told[side] for at, told in line.items()}, year) for side in range(3))
        yield _row(row["driver"], year, band, unit, KNOWN, assumed(f"outlook: {row['note']}"))
