"""Figures: which numbers of a word's frames are set side by side, by which key, and how sure their difference is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from karvan.result import Result

S, F, B = pl.String(), pl.Float64(), pl.Boolean()
FIGURES = {"result": S, "frame": S, "key": S, "figure": S, "base": F, "other": F, "change": F, "change_share": F, "ci95": F,
           "clear": B, "says": S}  # fmt: skip
NO_CHANGE = "no clear change"


@dataclass(frozen=True)
class Side:
    """A frame that may be set beside that of another result.

    ``keys``: what makes a row the same row. ``figures``: columns, each with the column of its half-width of 95 % (independent
    runs), the columns of its P10 and P90, or nothing: a number that the word gives without a band. ``adds``: rows of one key are
    added up.
    """

    keys: tuple[str, ...]
    figures: Mapping[str, tuple[str, ...]]
    adds: bool = False


PAIR = ("origin", "destination", "commodity")
BANDS = {
    "price_usd": ("price_p10_usd", "price_p90_usd"),
    "hours": ("hours_p10", "hours_p90"),
    "co2_kg": (),
    "cost_usd": (),
}
SIDES: Mapping[str, Mapping[str, Side]] = {
    "route": {"ways": Side(("name", "corridor"), BANDS)},
    "rivals": {"ways": Side(("destination", "corridor"), BANDS)},
    "assign": {
        "corridors": Side(("corridor", "commodity"), {"kt": (), "kteu": (), "share": ()}),
        "operators": Side(("operator",), {"kt": (), "revenue_musd": ()}),
        "shared": Side(("element",), {"used": (), "delay_h": ()}),
        "ways": Side((*PAIR, "corridor", "name"), {"share": (), "kt": ()}, adds=True),
    },
    "simulate": {
        "shipments": Side((*PAIR, "way"), {name: (f"{name}_ci95",) for name in ("hours", "hours_p50", "hours_p90")}),
        "resources": Side(("resource",), {"busy": (), "queue": (), "wait_h": (), "blocked": ()}),
        "services": Side(("service", "from", "to"), {"departures_year": (), "load_factor": ()}),
    },
    "fit": {"values": Side(("name", "scope"), {"after": ("low", "high")})},
}  # fmt: skip


def figures(name: str, base: Result, other: Result) -> Iterator[dict[str, Any]]:
    """The rows of one result against the base: all figures that the word has, by frame and key."""
    for frame, side in SIDES.get(base.run.word, {}).items():
        if frame in base.tables and frame in other.tables:
            yield from _frame(name, frame, _held(side, base, frame), base.tables[frame], other.tables[frame])


def _held(side: Side, base: Result, frame: str) -> Side:
    """What of a side this version of the frame has."""
    there = set(base.tables[frame].columns)
    figures = {one: band for one, band in side.figures.items() if one in there and there.issuperset(band)}
    return Side(tuple(key for key in side.keys if key in there), figures, side.adds)


def _frame(name: str, frame: str, side: Side, base: pl.DataFrame, other: pl.DataFrame) -> Iterator[dict[str, Any]]:
    keys = list(side.keys)
    sides = [_once(table, keys, side) for table in (base, other)]
    both = sides[0].join(sides[1], on=keys, how="full", coalesce=True, suffix="_other")
    for row in both.sort(keys).iter_rows(named=True):
        told = " | ".join(str(row[key]) for key in keys if row[key] not in (None, ""))
        for figure, band in side.figures.items():
            before, after = row[figure], row[f"{figure}_other"]
            if before is None and after is None:
                continue
            yield {"result": name, "frame": frame, "key": told, "figure": figure, **_gap(row, figure, band)}


def _once(table: pl.DataFrame, keys: list[str], side: Side) -> pl.DataFrame:
    """One row a key."""
    if side.adds:
        return table.group_by(keys).agg(pl.col(*side.figures).sum())
    return table.unique(keys, keep="first", maintain_order=True)


def _gap(row: Mapping[str, Any], figure: str, band: tuple[str, ...]) -> dict[str, Any]:
    """Change of one figure, its share of the base, its half-width, and whether it is clear."""
    before, after = row[figure], row[f"{figure}_other"]
    if before is None or after is None:
        said = "only in the base" if after is None else "only here"
        return dict(base=before, other=after, change=None, change_share=None, ci95=None, clear=True, says=said)
    change = float(after) - float(before)
    half, clear = _sure(row, band, change)
    share = change / abs(before) if before else None
    said = f"{change:+.3g}" + (f" ({change - half:+.3g} to {change + half:+.3g})" if half is not None else "")
    return dict(base=before, other=after, change=change, change_share=share, ci95=half, clear=clear,
                says=said if clear else NO_CHANGE)  # fmt: skip


def _sure(row: Mapping[str, Any], band: tuple[str, ...], change: float) -> tuple[float | None, bool]:
    """The half-width of a change, where there is one, and whether the change is clear of it; bands are clear where they lie apart."""
    cells = [row[f"{name}{end}"] for end in ("", "_other") for name in band]
    if not band or any(cell is None for cell in cells):
        return None, change != 0.0
    if len(band) == 1:
        half = float(cells[0] ** 2 + cells[1] ** 2) ** 0.5
        return half, abs(change) > half
    return None, cells[1] < cells[2] or cells[3] < cells[0]
