"""Seen: the observations that a corridor lets be learnt from, each with its error; what contradicts, what says nothing."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import Fault, FaultsError, InputError, NameUnknown
from karvan.studies.fit.estimate import Z95, Target
from karvan.studies.fit.readers import Reader, Row, figures

UNITS: Mapping[str, tuple[str, float]] = {
    "h": ("h", 1.0), "days": ("h", 24.0), "kt": ("kt", 1.0), "thousand t": ("kt", 1.0), "Mt": ("kt", 1000.0),
    "t": ("kt", 0.001), "TEU": ("TEU", 1.0), "thousand TEU": ("TEU", 1e3), "million TEU": ("TEU", 1e6),
    "km/h": ("km/h", 1.0), "share": ("share", 1.0), "calls": ("calls", 1.0), "USD/FEU": ("USD/FEU", 1.0),
}  # fmt: skip
"""Units of observations, each as so many of a unit that readers speak."""
ERRORS = {"A": 0.05, "B": 0.10, "C": 0.25, "D": 0.40}
"""Standard deviation of the logarithm of a figure that comes without a band, by the grade of its source."""


@dataclass(frozen=True)
class Seen:
    """Observations to fit with: ``rows``, and a target each; ``left``: those that are not used, with the reason."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    left: list[dict[str, str]] = field(default_factory=list)

    def leave(self, row: Row, reason: str) -> None:
        """Puts an observation aside."""
        self.left.append({"observation_id": row["observation_id"], "quantity": row["quantity"], "reason": reason})

    def group(self, row: Row) -> tuple[object, ...]:
        """What tells one series from another."""
        return (row["quantity"], row["place"], row["series"])


def learnable(corridor: Corridor, use: Sequence[str]) -> pl.DataFrame:
    """The observations marked ``fit``, and of these only what ``use`` names: quantities, places, years or ids; words of
    one kind add up, kinds narrow each other. Raises NameUnknown for a word that names none."""
    rows = corridor.observations.filter(pl.col("use") == "fit")
    kinds = {
        "quantity": rows["quantity"],
        "place": rows["place"],
        "year": rows["period"].str.split("/").list.last().str.slice(0, 4),
        "observation_id": rows["observation_id"],
    }
    wanted: dict[str, list[str]] = {}
    for word in use:
        kind = next((name for name, column in kinds.items() if (column == word).any()), None)
        if kind is None:
            known = {str(one) for column in kinds.values() for one in column.drop_nulls()}
            raise NameUnknown("quantity, place, year or id of an observation to fit with", word, known)
        wanted.setdefault(kind, []).append(word)
    for kind, words in wanted.items():
        rows = rows.filter(kinds[kind].is_in(words))
        kinds = {name: column.filter(kinds[kind].is_in(words)) for name, column in kinds.items()}
    if rows.is_empty():
        raise InputError("no observation is marked fit", cure="mark those to learn from by use = fit")
    return rows


def seen(corridor: Corridor, rows: pl.DataFrame, readers: Mapping[str, Reader]) -> Seen:
    """Targets of the observations of which the twin gives a figure. Raises FaultsError with every observation that is
    not above 0 or contradicts another."""
    whole = Seen()
    asked: list[dict[str, Any]] = []
    for row in rows.to_dicts():
        reader, (unit, by) = readers.get(row["quantity"]), UNITS.get(str(row["unit"]), ("", 1.0))
        if reader is None:
            whole.leave(row, f"the twin has no figure of {row['quantity']}")
        elif unit not in reader.units:
            whole.leave(row, f"its unit {row['unit']} is not read as {' or '.join(reader.units)}")
        else:
            asked.append({**row, "by": by, "read_unit": unit})
    for row, figure in zip(asked, figures(corridor, readers, asked), strict=True):
        if isinstance(figure, str):
            whole.leave(row, figure)
        else:
            whole.rows.append({**row, "first": figure})
    faults = [*_not_positive(whole.rows), *_contradictions(whole.rows)]
    if faults:
        raise FaultsError(faults)
    whole.targets.extend(
        Target(str(row["observation_id"]), row["value"] * row["by"], error(row), relative=True) for row in whole.rows
    )
    return whole


def error(row: Row) -> float:
    """Standard deviation of the logarithm: from the band, which holds nine in ten, or else from the grade."""
    low, high = row["low"], row["high"]
    if low is not None and high is not None and 0 < low < high:
        return math.log(high / low) / (2 * Z95)
    return ERRORS[row["grade"] or "D"]


def _not_positive(rows: Sequence[Row]) -> Iterator[Fault]:
    for row in rows:
        if not row["value"] > 0:
            yield Fault("observations.csv", 0, row["observation_id"], "value", f"{row['value']:g}",
                        "a figure to fit with must be above 0", "mend it, or set use = keep")  # fmt: skip


def _contradictions(rows: Sequence[Row]) -> Iterator[Fault]:
    """Two figures of one thing whose bands do not meet."""
    alike: dict[tuple[object, ...], list[Row]] = {}
    for row in rows:
        alike.setdefault((row["quantity"], row["place"], row["series"], row["period"], row["read_unit"]), []).append(
            row
        )
    for one, other in (pair for group in alike.values() for pair in combinations(group, 2)):
        apart = (
            abs(math.log(one["value"] * one["by"] / (other["value"] * other["by"]))) if _positive(one, other) else 0.0
        )
        if apart > Z95 * (error(one) + error(other)):
            yield Fault("observations.csv", 0, one["observation_id"], "value", f"{one['value']:g}",
                        f"contradicts {other['observation_id']} ({other['value']:g} {other['unit']}): their bands do not meet",
                        "widen low and high, or set use = keep on one")  # fmt: skip


def _positive(*rows: Row) -> bool:
    return all(row["value"] > 0 for row in rows)
