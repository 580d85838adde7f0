"""Learned: cells of the service's log to files: a card for a corridor, and the cells themselves."""

from pathlib import Path

import polars as pl

from karvan.io import cards
from karvan.io.folder import whole_file
from karvan.runs import open as opened
from karvan.studies.learned import learned


def write(corridor: str, version: str, cells: pl.DataFrame, out: Path, *, day: str) -> Path:
    """Writes ``learned-VERSION.toml``, to be used by ``--with``, and ``learned-VERSION.csv`` with every cell; gives the card."""
    card = learned(opened.corridor(corridor), version, cells, day=day)
    out.mkdir(parents=True, exist_ok=True)
    with whole_file(out / f"{card.name}.csv") as spare:
        cells.sort("stage", "territory", "place", "electronic", "lane").write_csv(spare)
    return cards.write(card, out / f"{card.name}.toml")
