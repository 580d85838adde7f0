"""Places, their other names, and operators."""

from collections.abc import Iterable
from pathlib import Path

from karvan.network.names import fold
from tools.titr.book import Book, filled, note, own
from tools.titr.context.rows import Row, assumed, cited, facts

CUT_OFF = {"AZ_NAJ": "no line reaches it from the network until the planned one opens"}
KINDS = {
    "seaport": "port", "caspian_port": "port", "black_sea_port": "port", "oil_port": "oil_port", "oil_terminal": "oil_port",
    "rail_terminal": "terminal", "rail_station": "station", "rail_junction": "junction", "border_crossing": "border",
    "dry_port": "dry_port",
}  # fmt: skip
STATUS = {"operating": "open", "under_construction": "building", "planned": "planned", "disrupted": "open"}
PORT_TOO = {
    "TR_IST": "the rail terminal at Halkali together with the port of Ambarli beside it",
    "AZ_AST": "stands for the Iranian Caspian shore too: Astara and Anzali ports",
}
NAMES = {  # so that the bare names Baku and Khorgos stay free for the port at Alat and for Altynkol
    "AZ_BAK": "Old Baku port and station",
    "CN_KHG": "China Khorgos station",
}
PLANT = {"KZ_TGZ": "field, pipeline head and rail loading rack"}
DRAUGHTS = {
    "KZ_AAU": (5.2, "2022; falls with the sea by 0.24 m a year until it is dredged"),
    "KZ_KUR": (5.0, "2022; falls with the sea by 0.24 m a year until it is dredged"),
    "AZ_ALA": (6.0, "greatest draught after dredging of the approach"),
    "TM_KRW": (5.5, "dredged for the new port"),
    "GE_PTI": (9.5, "channel of 10.5 m less keel clearance"),
    "GE_BUS": (10.8, "berths of 11.5 m less keel clearance"),
    "RO_CND": (14.0, "container terminal"),
    "TR_MER": (14.0, "container terminal"),
    "TR_IST": (14.0, "Ambarli"),
    "GE_ANA": (15.0, "planned depth of 16 m"),
}
FALL_M = 0.24
YEARS = range(2019, 2027)


def used_nodes(links: Iterable[Row]) -> set[str]:
    """The places that some link touches."""
    return {link[end] for link in links for end in ("from_node", "to_node")}


def nodes(book: Book, folder: Path) -> None:
    """All places that some link touches; the others are listed as unused."""
    touched = used_nodes(book.rows["links"])
    for row in (*facts(folder, "nodes"), *facts(folder, "price_nodes")):
        if row["node_id"] in touched:
            _node(book, row)
        else:
            book.unused.append({"file": "nodes.csv", "row": row["node_id"], "reason": _why(row)})
    for row in own("nodes"):
        cells = filled((name, row[name]) for name in ("unlocode", "gauges"))
        where = {"lat": float(row["lat"]), "lon": float(row["lon"]), "status": "open"}
        names = {name: row[name] for name in ("node_id", "name", "country", "kind")}
        book.add("nodes", note(row), **names, **cells, **where)


def _why(row: Row) -> str:
    if row["node_id"] in ("KZ_KHG", "KZ_BES", "AZ_GAN", "GE_KHA", "TR_ERZ", "TR_KAY", "TR_ANK"):
        return "lies within a section whose ends are other places; no section ends here"
    if row["node_id"] == "UA_ODS":
        return "rail ferry suspended since February 2022; no section touches it"
    return "no section touches it and no demand begins or ends here"


def _node(book: Book, row: Row) -> None:
    ident = row["node_id"]
    extra = PORT_TOO.get(ident) or PLANT.get(ident) or CUT_OFF.get(ident) or ""
    kind = "port" if ident in PORT_TOO else "plant" if ident in PLANT else KINDS[row["type"]]
    draught = DRAUGHTS.get(ident)
    told = f"draught {draught[0]} m: {draught[1]}, own estimate" if draught else ""
    source = cited({**row, "note": ""}, note="; ".join(word for word in (extra, told) if word))
    gauges = ";".join(sorted(row["gauge_mm"].split("/"))) if row["gauge_mm"] else None
    book.add(
        "nodes", source, node_id=ident, name=NAMES.get(ident, row["name"]), country=row["country"], kind=kind,
        lat=float(row["lat"]), lon=float(row["lon"]), unlocode=row["unlocode"] or None, gauges=gauges,
        draught_m=draught[0] if draught else None, status="planned" if ident in CUT_OFF else STATUS[row["status"]],
    )  # fmt: skip
    if ident in ("KZ_AAU", "KZ_KUR"):
        fall = assumed(
            "the sea falls 0.24 m a year (planning value of Azerbaijan's water agency); dredging comes by cards"
        )
        for year in YEARS:
            if year != 2022 and draught:
                book.change(
                    "nodes", ident, "draught_m", _since(year), round(draught[0] - FALL_M * (year - 2022), 2), fall
                )
        if draught:
            book.change("nodes", ident, "draught_m", "2022-01-01", draught[0], fall)


def _since(year: int) -> str:
    return f"{year}-01-01"


def aliases(book: Book) -> None:
    """Other names of the places and commodities that the corridor holds, less those that their names give already."""
    given: dict[str, set[str]] = {}
    for name, key in (("nodes", "node_id"), ("commodities", "commodity_id")):
        for row in book.rows[name]:
            words = (row[key], row["name"], row["name"].split("(")[0].split(",")[0])
            given[row[key]] = {fold(word) for word in words}
    for row in own("aliases"):
        if row["id"] not in given:
            raise ValueError(f"alias {row['alias']!r} stands for the unknown {row['id']!r}")
        if fold(row["alias"]) not in given[row["id"]]:
            given[row["id"]].add(fold(row["alias"]))
            said = {name: row[name] for name in ("alias", "table", "id", "language")}
            book.add("aliases", assumed("spelling in use"), **said)


def operators(book: Book) -> None:
    """All operators that prices, links and services name."""
    for row in own("operators"):
        source = assumed(row["note"] or "own grouping of operators")
        names = {"operator_id": row["operator_id"], "name": row["name"], "kind": row["kind"]}
        book.add("operators", source, **names, country=row["country"] or None)
