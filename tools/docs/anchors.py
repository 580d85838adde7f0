"""Published sums against the ways that ``kv.route`` finds: computed at build, nothing fitted here."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

import karvan as kv
from karvan.network.currency import money
from tools.docs.lay import number, span, table, titr

Row = dict[str, Any]
EVERY = "every core price of the way"


@dataclass(frozen=True)
class Way:
    """A way of the price stack as a question to route: ends, goods, unit and size, and what it passes."""

    origin: str
    destination: str
    commodity: str
    unit: str
    size: float
    via: tuple[str, ...]


def _box(destination: str, *via: str, origin: str = "CN_XIA") -> Way:
    return Way(origin, destination, "container_general", "feu", 1, via)


MIDDLE = ("KZ_ALT", "KZ_ZHZ", "KZ_AAU")
WAYS: dict[str, Way] = {
    "mc_poti": _box("GE_PTI", *MIDDLE),
    "mc_constanta": _box("DE_DUI", *MIDDLE, "GE_PTI", "RO_CND"),
    "mc_btk_mersin": _box("TR_MER", *MIDDLE, "GE_AKH"),
    "mc_btk_istanbul": _box("TR_IST", *MIDDLE, "GE_AKH"),
    "tas_ist_aktau": _box("TR_IST", "KZ_AAU", "GE_AKH", origin="UZ_TAS"),
    "tas_ist_krw": _box("TR_IST", "TM_KRW", "GE_AKH", origin="UZ_TAS"),
    "north_duisburg": _box("DE_DUI", "KZ_DOS", "BY_BRE"),
    "tsr_duisburg": _box("DE_DUI", "trans_siberian"),
    "sea_suez_rotterdam": _box("DE_DUI", "suez", "NL_RTM"),
    "sea_suez_piraeus": _box("HU_BUD", "suez", "GR_PIR"),
    "sea_cape_rotterdam": _box("DE_DUI", "cape", "NL_RTM"),
    "sea_cape_piraeus": _box("HU_BUD", "cape", "GR_PIR"),
    "oil_btc": Way("KZ_TGZ", "IT_TRS", "crude_oil", "tonnes", 1000, ("KZ_AAU", "TR_CEY")),
    "oil_cpc": Way("KZ_TGZ", "IT_TRS", "crude_oil", "tonnes", 1000, ("RU_NVS",)),
    "grain_baku": Way("KZ_KOS", "AZ_ALA", "grain", "tonnes", 68, ("KZ_AAU",)),
    "truck_kuryk": Way("KZ_ALA", "TR_IST", "truck_general", "trucks", 1, ("KZ_KUR",)),
    "truck_krw": Way("UZ_TAS", "TR_IST", "truck_general", "trucks", 1, ("TM_KRW",)),
    "kuryk_wagon": Way("KZ_KGF", "GE_PTI", "general_rail", "wagons", 1, ("KZ_KUR",)),
}


def _of(*words: str) -> pl.Expr:
    return pl.col("link_id").is_in(words) | pl.col("procedure_id").is_in(words)


BORDER_TO_POTI = ("Kazakh border to Poti quay", ~pl.col("operator").is_in(["CR", "PLATFORM", "PTI_PORT"]))
AZ_GE = ("R31", "R32", "R33", "R35", "b-bkk", "R36")
ON_1520 = (
    _of("R14", "b-ala-dos-north", "g-dos-north", "C_DOS_ILE", "C_ILE_KRA", "C_KRA_BRE", "g-bre", "C_BRE_MAL")
    & (pl.col("item") != "surcharge")
)  # fmt: skip
WHOLE = (EVERY, pl.lit(True))
PARTS: dict[str, tuple[str, tuple[str, pl.Expr]]] = {
    "K01": ("2022-07-01", BORDER_TO_POTI),
    "K02": ("2023-03-01", BORDER_TO_POTI),
    "K03": ("2026-01-01", BORDER_TO_POTI),
    "K04": ("2026-01-01", BORDER_TO_POTI),
    "K05": ("2023-03-01", BORDER_TO_POTI),
    "K06": ("2022-07-01", ("rail from Alat to Poti", _of(*AZ_GE, "R53", "R54"))),
    "K07": ("2022-07-01", ("the border at Khorgos and Altynkol", _of("b-khg-alt", "g-alt"))),
    "K08": (
        "2022-07-01",
        ("rail from Alat to Mersin", _of(*AZ_GE[:-1], "R40", "R41", "g-akh", "R43", "b-can", "R44", "R47")),
    ),
    "K09": ("2022-07-01", WHOLE),
    "K10": ("2022-07-01", WHOLE),
    "K11": ("2022-07-01", ("the 1520 mm leg, without the surcharge", ON_1520)),
    "K12": ("2026-01-01", ("the 1520 mm leg, without the surcharge", ON_1520)),
    "K13": ("2026-01-01", WHOLE),
    "K14": ("2022-07-01", ("without the scarcity surcharge", pl.col("item") != "surcharge")),
    "K17": ("2022-07-01", WHOLE),
    "K18": ("2022-07-01", WHOLE),
    "K19": ("2026-01-01", WHOLE),
    "K20": ("2026-01-01", WHOLE),
    "K21": ("2022-07-01", ("the BTC tariff", pl.col("operator") == "BTC")),
    "K22": ("2022-07-01", WHOLE),
    "K23": ("2022-07-01", ("the grain terminal at Aktau", _of("t-aau-dry"))),
    "K24": (
        "2022-07-01",
        ("rail and wagon to Aktau", _of("C_KOS_BEY", "R24", "R25") & pl.col("operator").is_in(["KTZ", "LESSOR"])),
    ),
    "K25": ("2022-07-01", WHOLE),
    "K26": ("2022-07-01", WHOLE),
    "K27": ("2022-07-01", ("the ferry", _of("S02") & (pl.col("item") == "freight"))),
}
TIMES: dict[str, Callable[[Row, pl.DataFrame], float]] = {
    "K28": lambda way, legs: way["hours"],
    "K29": lambda way, legs: way["hours_p90"],
    "K30": lambda way, legs: float(legs["hours_min"].sum()),
    "K31": lambda way, legs: float(legs["hours_min"].sum()),
    "K32": lambda way, legs: way["hours"],
    "K33": lambda way, legs: way["hours"],
    "K34": lambda way, legs: float(legs.filter(pl.col("link") == "C_SHA_RTM_S")["hours"].sum()),
    "K35": lambda way, legs: float(legs.filter(pl.col("link") == "C_SHA_RTM_C")["hours"].sum()),
}
RATIOS = {"K15": "2022-07-01", "K16": "2026-01-01"}


@cache
def _routes(name: str, day: str) -> kv.Result | None:
    way = WAYS[name]
    ready = dt.date.fromisoformat(day) if day else None
    size = {way.unit: way.size}
    sent = kv.Shipment(way.origin, way.destination, commodity=way.commodity, ready=ready, **size)  # type: ignore[arg-type]
    found = kv.route(titr(), sent, minimise="price", via=way.via)
    return found if found.ways.height else None


def _nominal(day: str) -> float:
    when = dt.date.fromisoformat(day)
    return money(titr(), "USD", when.year, when).rate


def _observed(name: str) -> Row:
    return titr().observations.row(by_predicate=pl.col("observation_id") == f"anchor-{name}", named=True)


def _line(row: Row, what: str, computed: float | None) -> list[str]:
    basis, _, scope = row["series"].partition("; ")
    slack = float(row["x_tolerance"] or 0.0)
    low, high = (row["low"] or row["value"]) * (1 - slack), (row["high"] or row["value"]) * (1 + slack)
    told = "no way" if computed is None else number(computed)
    holds = "" if computed is None else "yes" if low <= computed <= high else "**no**"
    published = f"{span(row['low'], row['high'], row['value'])} {row['unit']}"
    return [
        row["observation_id"][7:],
        row["place"],
        scope,
        what,
        published,
        f"{slack:.0%}",
        told,
        holds,
        basis,
        row["grade"],
    ]


HEADS = ["", "way", "published for", "computed over", "published", "give", "computed", "within", "how", "grade"]


def prices() -> str:
    """Published prices, and the same sums over the prices that route says are paid, in dollars of the day's year."""
    places = titr().tariffs.select(pl.col("tariff_id").alias("tariff"), "link_id", "procedure_id")
    rows = []
    for name, (day, (what, keep)) in PARTS.items():
        row = _observed(name)
        found = _routes(row["place"], day)
        paid = None
        if found:
            core = found.prices.filter(pl.col("part") == "core").join(places, on="tariff", how="left")
            paid = float(core.filter(keep)["usd"].sum()) * _nominal(day)
        rows.append(_line(row, what, paid))
    return table(HEADS, rows, right=[5, 6])


def days() -> str:
    """Published days, and those of the way."""
    rows = []
    for name, told in TIMES.items():
        row = _observed(name)
        found = _routes(row["place"], "")
        hours = told(found.ways.row(0, named=True), found.legs) / 24 if found else None
        what = {"days_mean": "mean", "days_p90": "P90", "days_tech": "sum of the least hours"}[row["quantity"]]
        rows.append(_line(row, what, hours))
    return table(HEADS, rows, right=[5, 6])


def ratios() -> str:
    """The price to Duisburg by the Middle Corridor over that by the Northern route."""
    rows = []
    for name, day in RATIOS.items():
        sides = [_routes(way, day) for way in ("mc_constanta", "north_duisburg")]
        prices = [float(side.ways["price_usd"][0]) for side in sides if side]
        ratio = prices[0] / prices[1] if len(prices) == 2 else None
        rows.append(_line(_observed(name), "core and access prices", ratio))
    return table(HEADS, rows, right=[5, 6])
