"""Builds the reference corridor from the facts: ``python -m tools.titr FACTS_DIR``.

Every table is written to ``src/karvan/data/titr``, sorted by its key; what of the facts is not used stands, with the
reason, in ``tools/titr/unused.csv`` and ``docs/data/unused.md``.
"""

import csv
import json
import os
import sys
from pathlib import Path

import polars as pl

from karvan.io import folder
from tools.titr import context
from tools.titr.book import Book, Stack, pick
from tools.titr.box import boxes
from tools.titr.bulk import bulk
from tools.titr.chains import chains
from tools.titr.context.margins import margins
from tools.titr.goods import currencies, goods, params, through
from tools.titr.lines import links
from tools.titr.places import aliases, nodes, operators
from tools.titr.rates import Rates, own_prices
from tools.titr.traffic import traffic
from tools.titr.years import NORTH, SEA

ROOT = Path(__file__).parents[2]
OUT = ROOT / "src" / "karvan" / "data" / "titr"
TITLE = "Trans-Caspian International Transport Route and its rivals"


def core(folder: Path) -> Book:
    """The network's tables."""
    book = Book(Stack(folder), {name: pick(folder, name) for name in (SEA, NORTH)})
    links(book, folder)
    nodes(book, folder)
    operators(book)
    goods(book, folder)
    aliases(book)
    traffic(book, folder)
    rates = Rates(book)
    boxes(rates)
    bulk(rates)
    own_prices(rates)
    chains(book)
    through(book)
    params(book)
    currencies(book)
    return book


def build(folder: Path, out: Path = OUT) -> None:
    """Writes all tables."""
    book = core(folder)
    tables = book.frames()
    told = dict(context.build(folder))
    ours = pl.DataFrame(book.sources(), schema=told["sources"].schema)
    told["sources"] = _best(pl.concat([ours, told["sources"]]))
    for name, frame in {**tables, **{name: frame for name, frame in told.items() if name not in tables}}.items():
        _write(frame, out / f"{name}.csv")
    for one in margins(told["demand"], told["observations"]):
        print(
            f"{one.what}, {one.year}: official {one.official:g} {one.unit}, table {one.table:g}, residual {one.residual:+.1%}"
        )
    names = sorted(path.stem for path in out.glob("*.csv"))
    _package(out / "datapackage.json", names)
    _unused(book.unused)


def _best(frame: pl.DataFrame) -> pl.DataFrame:
    """One row an id: the best grade, then the longest title."""
    order = frame.with_columns(pl.col("title").str.len_chars().alias("__size"))
    order = order.sort("source_id", "grade", "__size", "title", descending=[False, False, True, False])
    return order.unique("source_id", keep="first", maintain_order=True).drop("__size")


def _write(frame: pl.DataFrame, path: Path) -> None:
    """The table's columns that hold anything, as CSV; written beside and then moved into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    held = [name for name in frame.columns if frame[name].null_count() < frame.height]
    beside = path.with_suffix(".tmp")
    frame.select(held).write_csv(beside)
    beside.replace(path)


def _package(path: Path, names: list[str]) -> None:
    told = {
        "name": "titr", "title": TITLE, "version": "2022.1", "price_year": 2022,
        "resources": [{"name": name, "path": f"{name}.csv"} for name in names],
    }  # fmt: skip
    beside = path.with_suffix(".tmp")
    beside.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    beside.replace(path)
    folder.seal(path.parent)


def _unused(rows: list[dict[str, str]]) -> None:
    rows = sorted(rows, key=lambda row: (row["file"], row["row"]))
    with (ROOT / "tools" / "titr" / "unused.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ("file", "row", "reason"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    lines = ["# Rows of the facts that the corridor does not use", "", "| file | row | reason |", "|---|---|---|"]
    lines += [f"| {row['file']} | {row['row']} | {row['reason']} |" for row in rows]
    page = ROOT / "docs" / "data" / "unused.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    build(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("KARVAN_FACTS", ROOT.parent / "shared" / "facts")))
