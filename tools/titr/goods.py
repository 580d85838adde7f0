"""Commodities, parameters, currencies, and the through prices."""

from pathlib import Path

from tools.titr.book import Book, Six, own
from tools.titr.context.rows import Row, assumed, cited, facts
from tools.titr.years import DEFLATOR

FILLS = {"t_per_teu": "fill_teu", "t_per_wagon": "fill_wagon"}


def goods(book: Book, folder: Path) -> None:
    """All commodities, with the fills and values of the facts."""
    rows = [row for row in facts(folder, "values") if row["year"] == "2022"]
    known = {(row["commodity"], row["parameter"]): row for row in rows}
    for row in own("commodities"):
        name = row["commodity_id"]
        value = known.get((name, "value"))
        source = (
            cited({**value, "note": ""}, note=row["note"], grade=value["grade"])
            if value
            else assumed(row["note"] or "own estimate")
        )
        fills = {cell: float(row[cell]) if row[cell] else _fill(known, name, what) for cell, what in FILLS.items()}
        book.add(
            "commodities", source, commodity_id=name, name=row["name"], parent=row["parent"] or None, forms=row["forms"],
            usd_t=float(value["central"]) if value else None, t_per_truck=float(row["t_per_truck"]) if row["t_per_truck"] else None,
            dangerous=row["dangerous"] or None, tags=row["tags"] or None, **fills,
        )  # fmt: skip


def _fill(known: dict[tuple[str, str], Row], name: str, what: str) -> float | None:
    row = known.get((name, what))
    return float(row["central"]) if row else None


def params(book: Book) -> None:
    """Parameters of the network, and the deflator by year."""
    for row in own("params"):
        numbers = {cell: float(row[cell]) if row[cell] else None for cell in ("value", "low", "high")}
        texts = {cell: row[cell] or None for cell in ("name", "scope", "unit", "meaning", "table", "where", "column")}
        book.add("params", assumed(row["note"]), **texts, **numbers, fit=True if row["fit"] else None)
    for row in own("elasticities"):
        told = f"how demand moves with {row['scope'].rpartition(':')[2]}" + (
            ", its open part alone" if "open" in row["name"] else ""
        )
        unit = "elasticity" if "elasticity" in row["name"] else "1/unit of the driver"
        numbers = {cell: float(row[cell]) for cell in ("value", "low", "high")}
        book.add(
            "params", assumed(row["note"]), name=row["name"], scope=row["scope"], unit=unit, meaning=told, **numbers
        )
    meaning = (
        "what a US dollar of the year is worth in the nominal dollars of that year, 2022 = 1: nominal = real x deflator"
    )
    for year, value in DEFLATOR.items():
        source = assumed("US GDP deflator, own reading; 2025 and 2026 extrapolated")
        book.add(
            "params",
            source,
            name="us_deflator",
            scope=str(year),
            value=value,
            low=None,
            high=None,
            unit="ratio",
            meaning=meaning,
        )


def currencies(book: Book) -> None:
    """What a unit of a currency was worth in US dollars, a mean of each year."""
    for row in own("currencies"):
        for year in range(2019, 2027):
            source = assumed("mean of the year, rounded; own reading of market rates, 2026 its spring")
            book.add("currencies", source, currency=row["currency"], since=f"{year}-01-01", usd=float(row[f"y{year}"]))


THROUGH = (
    ("turkmenbashi-tas-ist", "UZ_TAS", "TR_IST", "", "krw_rebate",
     ("uti_tas_far", "trk_far_krw", "trk_plat", "fry_krw_feu", "ady_ala_bkk", "gr_grd_akh", "btk_plat", "tcdd_ist"),
     "UTI;TRK;LESSOR;TMLINE;ADY;GR;TCDD"),
    ("turkmenbashi-sar-ala", "KZ_SAR", "AZ_ALA", "turkmenbashi", "krw_rebate_half",
     ("uti_sar_far", "trk_far_krw", "trk_plat", "fry_krw_feu"), "UTI;TRK;LESSOR;TMLINE"),
    ("turkmenbashi-and-ala", "UZ_AND", "AZ_ALA", "turkmenbashi", "krw_rebate_half",
     ("uti_and_tas", "uti_tas_far", "trk_far_krw", "trk_plat", "fry_krw_feu"), "UTI;TRK;LESSOR;TMLINE"),
)  # fmt: skip
"""Name, from, to, corridor, the rebate, the arcs whose prices it replaces, whom it covers."""


def through(book: Book) -> None:
    """The rebates of the Turkmenbashi branch, as through prices: the stack's prices of the covered after the rebate."""
    for name, first, last, corridor, rebate, arcs, covers in THROUGH:
        six = Six(0, 0, 0, 0, 0, 0)
        for arc in (*arcs, rebate):
            six = six + book.stack[arc].price
        source = book.stack[rebate].source
        book.price(
            f"through-{name}", six, source, "line", scope="through", operator_id="TMLINE", item="through_rate", from_node=first,
            to_node=last, corridor=corridor or None, covers=covers, goods="container", unit="FEU",
        )  # fmt: skip
