"""Result: the named frames a word gives back, with the run that made them and a balance that closes."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar

import polars as pl

from karvan.errors import BalanceError, InputError

BALANCE = {
    "what": pl.String(),
    "asked": pl.Float64(),
    "carried": pl.Float64(),
    "waiting": pl.Float64(),
    "refused": pl.Float64(),
    "unit": pl.String(),
    "reason": pl.String(),
}


@dataclass(frozen=True)
class Run:
    """What it takes to do a run again: the word, its arguments, the corridor's digest and scenarios, seed and version."""

    word: str
    arguments: Mapping[str, Any]
    corridor: str
    edition: str
    digest: str
    price_year: int
    version: str
    scenarios: tuple[str, ...] = ()
    seed: int | None = None
    seconds: float = 0.0

    @property
    def id(self) -> str:
        """Twelve letters that name the run in reports: the same run on the same data has the same id."""
        said = repr((self.word, sorted(self.arguments.items()), self.digest, self.seed, self.version))
        return hashlib.sha256(said.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Result:
    """Frames by name, the run, and the balance ``asked = carried + waiting + refused``, verified here.

    Raises BalanceError when a row of the balance does not close, or a refusal has no reason.
    """

    run: Run
    tables: Mapping[str, pl.DataFrame]
    balance: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=BALANCE))

    writer: ClassVar[Callable[["Result", Path, str], Path] | None] = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "tables", MappingProxyType(dict(self.tables)))
        verify(self.balance)

    def save(self, path: str | Path, table: str = "") -> Path:
        """Writes the result; what is written depends on the ending of ``path``, which is given back.

        A folder (no ending): each frame as Parquet, and ``run.json``. ``.json``: all frames and the run in one file.
        ``.csv``, ``.parquet``: one frame, ``table`` or the first. Nothing is written half. Raises InputError for an
        ending or a frame that is not known.
        """
        write = type(self).writer
        if write is None:
            raise InputError("nothing writes results here", cure="reach the words through: import karvan as kv")
        return write(self, Path(path), table)

    def __getattr__(self, name: str) -> pl.DataFrame:
        tables: Mapping[str, pl.DataFrame] = self.__dict__.get("tables", {})
        if name in tables:
            return tables[name]
        raise AttributeError(f"a {type(self).__name__} has no table or attribute {name!r}")


def verify(balance: pl.DataFrame) -> None:
    """Raises BalanceError unless every row closes to one part in a thousand million and every refusal has a reason."""
    gap = pl.col("asked") - pl.col("carried") - pl.col("waiting") - pl.col("refused")
    slack = 1e-9 * pl.max_horizontal(pl.col("asked").abs(), pl.lit(1.0))
    open_rows = balance.filter((gap.abs() > slack) | gap.is_null() | ~gap.is_finite())
    if open_rows.height:
        raise BalanceError(f"the balance does not close: {open_rows.to_dicts()}")
    mute = balance.filter((pl.col("refused") > 0) & (pl.col("reason").fill_null("") == ""))
    if mute.height:
        raise BalanceError(f"a refusal without a reason: {mute.to_dicts()}")


def balance_row(what: str, unit: str, asked: float, carried: float, refused: float, reason: str = "") -> dict[str, Any]:
    """One row of a balance in which nothing waits."""
    row = {"what": what, "asked": asked, "carried": carried, "waiting": 0.0, "refused": refused}
    return {**row, "unit": unit, "reason": reason}
