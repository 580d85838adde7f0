"""Links: the sections of the facts, the coarse chains of the rivals, and connectors of places that no section touches."""

import datetime as dt
import math
from pathlib import Path
from typing import Any

from tools.titr import spans
from tools.titr.book import Book, Stack, note, own
from tools.titr.context.rows import Row, assumed, cited, facts

OPERATOR = {
    "CN": "CR", "KZ": "KTZ", "CN/KZ": "KTZ", "AZ": "ADY", "AZ/GE": "ADY", "GE": "GR", "GE/TR": "GR", "TR": "TCDD",
    "TM": "TRK", "UZ": "UTI",
}  # fmt: skip
CORRIDOR = {"CN": None, "TM": "turkmenbashi", "UZ": "turkmenbashi", "CN/KZ": None}
EMISSIONS = {"CN": 16, "KZ": 21, "CN/KZ": 20, "AZ": 13, "AZ/GE": 8, "GE": 4, "GE/TR": 20, "TR": 20, "TM": 24, "UZ": 16}
OWN_EMISSIONS = {"R24": 22, "R25": 22, "R26": 22, "R27": 22, "R40": 5, "R41": 5, "R44": 22}
GAUGE = {"R08": 1435, "R14": 1435}
KEPT_TOTALS = ("R47", "R48", "R50", "R51")
BESIDE = ("R17", "R19", "R29", "R30")
"""Sections of KTZ that the corridor's trains do not take: they belong to no corridor."""
SEA_EMISSIONS = {"S02": 74.5, "S03": 74.5}
CAPACITY = {"trains_per_day_to_CN": "trains_day", "train_pairs_per_day": "pairs_day", "Mt_per_year": "Mt_year"}
DETOURS = {
    "S04": "along the coast, round the capes of Mangystau",
    "S10": "by the Turkish Straits and round Anatolia",
}
NOTES = {
    "R08": "one track; gauge changes at Altynkol; trains a day towards China",
    "R10": "Almaty bypass: spares the trains the city and a day",
    "R14": "gauge changes at Dostyk; trains a day towards China",
    "R15": "share of the 836 km of Dostyk-Moyynty; one track before 30 September 2025",
    "R16": "share of the 836 km of Dostyk-Moyynty; one track before 30 September 2025",
    "R17": "third crossing to China, being built",
    "R19": "planned cut-off of the line to Zhezkazgan",
    "R25": "yards and shunting to the quays: half a day of standing",
    "R27": "approach to the ferry complex: trains stand for a berth",
    "R30": "by Kyzylorda",
    "R40": "what Gardabani-Akhalkalaki leaves after R41",
    "R45": "to be rebuilt; carries little today",
    "R47": "whole Turkish stretch, until sections replace it",
    "R48": "whole Turkish stretch with Marmaray, until sections replace it",
    "R50": "whole Turkmen stretch, until sections replace it",
    "R51": "whole Uzbek stretch, until sections replace it",
    "R52": "through the city of Almaty: trains change traction and stand",
    "R56": "from the old port and station of Baku",
}
_MAIN = ("R09", "R11", "R52", "R12", "R13", "R18", "R20", "R21", "R22", "R23", "R24", "R25", "R26", "R27")
HOURS_GRADE = {
    **dict.fromkeys(_MAIN, "C"),  # own split of Altynkol-Aktau, which is known
    **dict.fromkeys(("R31", "R32", "R33", "R40", "R41"), "C"),  # own split of contractual ceilings
    **dict.fromkeys(("R47", "R48", "S02", "S03", "S04"), "B"),
    "S01": "C",
}
STATUS = {"R17": "building", "R19": "planned"}


def great_circle_km(a: Row, b: Row) -> float:
    """Distance of two places on a sphere of radius 6,371 km."""
    lat1, lon1, lat2, lon2 = (math.radians(float(row[c])) for row in (a, b) for c in ("lat", "lon"))
    inner = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * math.asin(math.sqrt(inner))


def links(book: Book, folder: Path) -> None:
    """All links."""
    rows = facts(folder, "links")
    km = {row["link_id"]: float(row["distance_km"]) for row in rows}
    hours = spans.sections(book.stack, km.__getitem__)
    for row in rows:
        total = row["mode"].endswith("total")
        if total and row["link_id"] not in KEPT_TOTALS:
            reason = "a sum of sections: an observation to check them against, never a link"
            book.unused.append({"file": "links.csv", "row": row["link_id"], "reason": reason})
        else:
            _section(book, row, hours)
    for row in own("links"):
        _coarse(book, row)
    places = {row["node_id"]: row for name in ("nodes", "price_nodes") for row in facts(folder, name)}
    for row in own("connectors"):
        _connector(book, row, places)
    _dated(book)


def _section(book: Book, row: Row, hours: dict[str, spans.Span]) -> None:
    ident, country, length = row["link_id"], row["country"], float(row["distance_km"])
    sea = row["mode"] == "sea"
    span = hours[ident] if ident in hours else spans.kazakh(book.stack, ident, length)
    ship = SEA_EMISSIONS.get(ident, 44.8)
    cells: dict[str, Any] = {
        "mode": "sea" if sea else "rail",
        "gauge_mm": None if sea else GAUGE.get(ident) or int(row["gauge_mm"]),
        "tracks": int(row["tracks"][0]) if row["tracks"] else None,
        "electrified": None if sea else row["electrified"] not in ("no", "partly", "mixed", ""),
        "operator_id": None if sea else OPERATOR[country],
        "corridor": _corridor(ident, country, sea),
        "gco2e_tkm": ship if sea else OWN_EMISSIONS.get(ident, EMISSIONS[country]),
        "loss_p": 0.0005 if sea else 0.0001,
        "detail": "coarse" if ident in ("R47", "R48") else "section",
        "detour_reason": DETOURS.get(ident),
        "status": STATUS.get(ident, "open"),
        "hours_grade": HOURS_GRADE.get(ident, "D"),
        **_capacity(row),
    }
    ends = {"link_id": ident, "from_node": row["from_node"], "to_node": row["to_node"], "length_km": length}
    book.add("links", cited({**row, "note": ""}, note=NOTES.get(ident, "")), **ends, **span.cells, **cells)


def _corridor(ident: str, country: str, sea: bool) -> str | None:
    if sea:
        return "turkmenbashi" if ident in ("S03", "S04") else "middle"
    return None if ident in BESIDE else CORRIDOR.get(country, "middle")


def _capacity(row: Row) -> dict[str, Any]:
    if not row["capacity"]:
        return {}
    return {"capacity": float(row["capacity"]), "capacity_unit": CAPACITY[row["capacity_unit"]]}


def _coarse(book: Book, row: Row) -> None:
    entry = book.stack[row["arc"]] if row["arc"] else None
    source = entry.timed if entry else note(row)
    if entry and row["note"]:
        source = {**source, "note": f"{source['note']}: {row['note']}"}
    own_hours = {name: float(row[name]) for name in ("hours_min", "hours", "hours_p90", "wait_h") if row[name]}
    times = own_hours or (spans.of_arc(book.stack, row["arc"]).cells if entry else {})
    emissions = float(row["gco2e_tkm"]) if row["gco2e_tkm"] else entry.gco2e_tkm if entry else None
    book.add(
        "links", source, link_id=row["link_id"], from_node=row["from_node"], to_node=row["to_node"], mode=row["mode"],
        length_km=float(row["length_km"]) if row["length_km"] else entry.km if entry else None,
        gauge_mm=int(row["gauge_mm"]) if row["gauge_mm"] else None, operator_id=row["operator_id"] or None,
        corridor=row["corridor"] or None, detail=row["detail"], status=row["status"], loss_p=float(row["loss_p"]),
        detour_reason=row["detour_reason"] or None, gco2e_tkm=emissions, one_way=row["mode"] == "pipe" or None, **times,
    )  # fmt: skip


def _connector(book: Book, row: Row, places: dict[str, Row]) -> None:
    length = round(1.2 * great_circle_km(places[row["from_node"]], places[row["to_node"]]))
    chinese = row["operator_id"] == "CR"
    span = spans.chinese(book.stack, length) if chinese else spans.kazakh(book.stack, row["link_id"], length)
    told = "connector: 1.2 times the great circle to the nearest place of its network"
    source = assumed("; ".join(word for word in (told, row["note"]) if word))
    country = row["from_node"][:2]
    book.add(
        "links", source, link_id=row["link_id"], from_node=row["from_node"], to_node=row["to_node"], mode="rail",
        length_km=float(length), gauge_mm=int(row["gauge_mm"]), operator_id=row["operator_id"], detail="coarse",
        status="open", loss_p=0.0001, gco2e_tkm=EMISSIONS[country],
        x_connector=True, **span.cells,
    )  # fmt: skip


def _dated(book: Book) -> None:
    """What opened, closed or grew since 2022: base cells hold 2022, profiles the rest."""
    cells = {row["link_id"]: row for row in book.rows["links"]}
    cells["R10"]["valid_from"] = dt.date(2026, 1, 1)
    _grow(book, "R08", "capacity", 8.0, (("2025-03-01", 15.0),))
    _grow(book, "R14", "capacity", 14.0, (("2025-07-01", 28.0),))
    for ident in ("R15", "R16"):
        _grow(book, ident, "capacity", 12.0, (("2025-09-30", 60.0),))
        _grow(book, ident, "tracks", 1, (("2025-09-30", 2),))
        for column in ("hours_min", "hours", "hours_p90"):
            _grow(book, ident, column, cells[ident][column], (("2025-09-30", round(0.6 * cells[ident][column], 2)),))
    for ident in ("R41", "R43", "R44"):
        _grow(book, ident, "capacity", 1.0, (("2024-05-20", 5.0),))
        cells[ident]["capacity_unit"] = "Mt_year"
    for ident in ("R36", "R53", "R54"):
        _grow(book, ident, "capacity", 27.0, (("2025-09-01", 48.0),))
        cells[ident]["capacity_unit"] = "Mt_year"
    shut = assumed("carriers went round the Cape from mid-December 2023")
    war = assumed("traffic by Iran stopped with the war of 28 February 2026")
    for ident, row in cells.items():
        if row.get("corridor") == "suez":
            book.change("links", ident, "status", "2023-12-15", "closed", shut)
        elif {"IR"} & {row["from_node"][:2], row["to_node"][:2]}:
            book.change("links", ident, "status", "2026-02-28", "closed", war)


def _grow(book: Book, ident: str, column: str, base: float, steps: tuple[tuple[str, float], ...]) -> None:
    row = next(row for row in book.rows["links"] if row["link_id"] == ident)
    row[column] = base
    source = {name: row[name] for name in row if name in ("__source", "grade")}
    for since, value in steps:
        book.change("links", ident, column, since, value, source)


__all__ = ["Stack", "great_circle_km", "links"]
