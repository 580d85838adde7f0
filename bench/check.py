"""Speed of ``check``: a made corridor of 200,000 rows with faults, each named by row and column.

Run: ``python bench/check.py [rows]``. The bar: at most 0.6 s for 200,000 rows on two cores, all faults found.
"""

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from karvan.io import faults, folder

NODES, LINKS, EVERY = 2_000, 4_000, 100


def made(rows: int) -> dict[str, pl.DataFrame]:
    """A sound corridor whose tables hold ``rows`` rows together, most of them demand and tariffs."""
    rng = np.random.default_rng(1)
    ids = [f"KZ_{place:04}" for place in range(NODES)]
    commodities = [f"goods_{place}" for place in range(10)]
    rest = rows - NODES - LINKS - len(commodities) - 4
    half = rest // 2
    pairs = rng.permutation(NODES * NODES)[:half]
    nodes = pl.DataFrame(
        {"node_id": ids, "name": ids, "lat": rng.uniform(40, 50, NODES), "lon": rng.uniform(50, 80, NODES)}
    )
    return {
        "nodes": nodes.with_columns(country=pl.lit("KZ"), kind=pl.lit("station"), **SOURCE),
        "links": pl.DataFrame(
            {
                "link_id": [f"L{place}" for place in range(LINKS)],
                "from_node": [ids[place] for place in rng.integers(0, NODES, LINKS)],
                "to_node": [ids[place] for place in rng.integers(0, NODES, LINKS)],
                "length_km": rng.uniform(10, 500, LINKS).round(1),
            }
        ).with_columns(mode=pl.lit("rail"), gauge_mm=pl.lit(1520.0), hours=pl.lit(12.0), **SOURCE),
        "classes": pl.DataFrame({"class_id": ["train"], "name": ["train"], "mode": ["rail"], "carries": ["container"]}),
        "services": pl.DataFrame({"service_id": ["trains"], "name": ["trains"], "class_id": ["train"]}),
        "commodities": pl.DataFrame({"commodity_id": commodities, "name": commodities}).with_columns(
            forms=pl.lit("container")
        ),
        "params": pl.DataFrame({"name": ["alpha"], "scope": ["any"], "value": [1.0], "unit": ["share"]}),
        **ONE_ROW,
        "demand": pl.DataFrame(
            {
                "origin": [ids[place // NODES] for place in pairs],
                "destination": [ids[place % NODES] for place in pairs],
                "commodity_id": [commodities[place] for place in rng.integers(0, 10, half)],
                "kt": rng.gamma(1, 50, half),
            }
        ).with_columns(year=pl.lit(2022), form=pl.lit("container"), captive=pl.lit(0.4), **SOURCE),
        "tariffs": pl.DataFrame(
            {
                "tariff_id": [f"T{place}" for place in range(rest - half)],
                "link_id": [f"L{place}" for place in rng.integers(0, LINKS, rest - half)],
                "usd": rng.gamma(2, 200, rest - half),
            }
        ).with_columns(
            operator_id=pl.lit("KTZ"),
            item=pl.lit("haulage"),
            scope=pl.lit("arc"),
            unit=pl.lit("FEU"),
            per_km=False,
            **SOURCE,
        ),
    }


ONE_ROW = {
    "sources": pl.DataFrame({"source_id": ["made"], "title": ["made"], "publisher": ["Karvan"], "grade": ["D"]}),
    "operators": pl.DataFrame({"operator_id": ["KTZ"], "name": ["KTZ"]}),
}
SOURCE = {"source_id": pl.lit("made"), "grade": pl.lit("D")}
BREAKS = {
    "demand": {"origin": "KZ_{}x", "kt": "{},5", "captive": "1.{}7", "form": None, "year": "in {}", "grade": "E"},
    "tariffs": {"link_id": "L9{:05}", "usd": "{} USD", "unit": "feu", "per_km": "yes", "item": "haulge"},
}
"""How the n-th faulty row of a table is broken, column by column in turn (None: left as it is)."""


def break_rows(path: Path) -> int:
    """Spoils one cell in every ``EVERY`` rows of demand and tariffs; how many were spoilt."""
    count = 0
    for table, ways in BREAKS.items():
        file = path / f"{table}.csv"
        frame = pl.read_csv(file, infer_schema=False)
        cells = {name: frame[name].to_list() for name in ways}
        names = list(ways)
        for turn, row in enumerate(range(0, frame.height, EVERY)):
            name = names[turn % len(names)]
            if ways[name] is not None:
                cells[name][row] = ways[name].format(row)
                count += 1
        frame.with_columns(pl.Series(name, values) for name, values in cells.items()).write_csv(file)
    return count


def main() -> None:
    """Make, spoil, check, tell."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "made"
        folder.write_tables(made(rows), path)
        spoilt = break_rows(path)
        seconds = []
        for _ in range(5):
            start = time.perf_counter()
            found = [fault for fault in faults.find(path) if fault.level == "error"]
            seconds.append(time.perf_counter() - start)
        named = len({(fault.file, fault.row, fault.column) for fault in found})
        print(f"{rows} rows, {spoilt} spoilt cells, {named} found; first {seconds[0]:.3f} s, best {min(seconds):.3f} s")


if __name__ == "__main__":
    main()
