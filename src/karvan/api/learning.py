"""Learning: from the log of the service to a card that a corridor can be given."""

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl
import psycopg

from karvan import runs
from karvan.api.database import database
from karvan.errors import InputError
from karvan.ops.learn import Worth, cells, worth
from karvan.ops.store.intervals import extract


def learn(corridor: str, version: str, since: date, until: date, out: Path) -> str:
    """Learns from the log between two days (the second is not in it), and writes a card and its cells; what came of it."""
    if since >= until:
        raise InputError(f"no day lies between {since} and {until}", cure="give --since before --until")
    with database() as url, psycopg.connect(url) as connection:
        found = extract(connection, _start(since), _start(until))
    told = cells(found)
    frame = pl.DataFrame([asdict(cell) for cell in told], infer_schema_length=None)
    if frame.is_empty():
        raise InputError(f"{len(found)} stops: no stage has ten that ended", cure="learn from more days")
    card = runs.learned.write(corridor, version, frame, out, day=(until - timedelta(days=1)).isoformat())
    return "\n".join((*_said(worth(told)), f"{len(found)} stops in {len(told)} cells: {card}"))


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _said(saved: list[Worth]) -> list[str]:
    """What lodging before arrival is worth, place by place."""
    out = []
    for one in saved:
        clear = "" if one.low > 0 or one.high < 0 else ", no clear difference"
        out.append(
            f"{one.place or one.territory or 'all'}: clearance takes {one.paper_h:.1f} h lodged on arrival, "
            f"{one.electronic_h:.1f} h before it: saves {one.saved_h:.1f} h ({one.low:.1f} to {one.high:.1f}){clear}"
        )
    return out
