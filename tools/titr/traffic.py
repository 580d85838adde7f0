"""What runs: classes, services with their calls, and what freight queues for: resources, closures."""

from pathlib import Path
from typing import Any

from tools.titr.book import Book, own
from tools.titr.context.rows import Row, assumed, cited, facts
from tools.titr.spans import of_arc

FLEETS = ("feeder-aau-ala", "ferry-kur-ala", "tanker-market")


def traffic(book: Book, folder: Path) -> None:
    """All rows of classes, services, calls, resources and closures."""
    for row in own("classes"):
        _numbers(book, "classes", row, ("capacity", "speed_kmh", "draught_m", "payload_t_m", "gco2e_tkm"))
    for row in own("services"):
        _numbers(
            book, "services", row, ("hours_factor", "departures_week", "min_load", "longest_wait_h"), ("vehicles",)
        )
    for row in own("calls"):
        _call(book, row)
    _resources(book, folder)
    _closures(book)
    _dated(book)


def _numbers(book: Book, name: str, row: Row, floats: tuple[str, ...], wholes: tuple[str, ...] = ()) -> None:
    cells: dict[str, Any] = {key: value or None for key, value in row.items() if key not in ("note", *floats, *wholes)}
    cells |= {key: float(row[key]) if row[key] else None for key in floats}
    cells |= {key: int(row[key]) if row[key] else None for key in wholes}
    if "one_way" in cells:
        cells["one_way"] = cells["one_way"] == "true"
    book.add(name, assumed(row["note"] or "own estimate"), **cells)


def _call(book: Book, row: Row) -> None:
    place = {
        "service_id": row["service_id"],
        "order": int(row["order"]),
        "node_id": row["node_id"],
        "link_id": row["link_id"] or None,
    }
    if row["arc"]:
        entry = book.stack[row["arc"]]
        book.add(
            "calls",
            entry.timed,
            **place,
            **of_arc(book.stack, row["arc"]).cells,
            gco2e_tkm=entry.gco2e_tkm,
        )
        return
    columns = ("hours_min", "hours", "hours_p90", "wait_h", "gco2e_tkm")
    book.add(
        "calls",
        assumed(row["note"] or "own estimate"),
        **place,
        **{name: float(row[name]) if row[name] else None for name in columns},
    )


def _resources(book: Book, folder: Path) -> None:
    known = {name: facts(folder, name) for name in ("ports", "borders", "rail_ops")}
    floats = ("time_h", "time_cv", "per_day", "open_h_day", "space")
    for row in own("resources"):
        source = _seen(row, known) if row["from_file"] else assumed(row["note"] or "own estimate")
        texts = ("resource_id", "node_id", "link_id", "kind", "time_kind", "unit", "shared_with")
        cells: dict[str, Any] = {name: row[name] or None for name in texts}
        cells |= {name: float(row[name]) if row[name] else None for name in floats}
        book.add("resources", source, **cells, servers=int(row["servers"]))


def _seen(row: Row, known: dict[str, list[Row]]) -> Row:
    """The source of the fact that a resource rests on, named by file, place or object, metric, and year."""
    file, place, metric, *_ = row["from_file"].split()
    for fact in known[file.removesuffix(".csv")]:
        if place in (fact.get("node_id"), fact.get("object")) and fact["metric"] == metric:
            return cited({**fact, "note": ""}, note=row["note"], grade=row["grade"])
    raise ValueError(f"no fact {row['from_file']}")


def _closures(book: Book) -> None:
    for row in own("closures"):
        for month in range(1, 13):
            share = float(row[f"m{month:02d}"])
            sourced = row["closure_id"] == "caspian-kuryk" and month in (11, 12)
            told = {"source_url": "https://evrimagaci.org/tpg/major-ferry-transport-disruptions-hit-cargo-and-passengers-99571",
                    "source_title": "Ferry disruptions: Kuryk director on weather closures - Evrim Agaci"}  # fmt: skip
            source = (
                cited(told, note="half of the time, says the port director", grade="B")
                if sourced
                else assumed("share of hours shut; to be fitted")
            )
            book.add(
                "closures", source, closure_id=row["closure_id"], month=month, node_id=row["node_id"], share=share,
                mean_h=float(row["mean_h"]), most_h=float(row["most_h"]), group=row["group"], reason=row["reason"],
            )  # fmt: skip


def _dated(book: Book) -> None:
    """What grew since 2022: slots, pairs of trains."""
    source = assumed("as the capacity of the section")
    for ident, column, since, value in (
        ("slot-khg-out", "per_day", "2025-03-01", 15.0), ("slot-dos-out", "per_day", "2025-07-01", 28.0),
        ("dostyk-line", "per_day", "2025-09-30", 60.0), ("dostyk-line", "servers", "2025-09-30", 2.0),
    ):  # fmt: skip
        book.change("resources", ident, column, since, value, source)
