"""Residuals: what the demand table adds up to beside the official figures, those it was made from and those it was not."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import polars as pl

MINISTRY = pl.col("x_perimeter") == "ministry"
EXPORT = pl.col("x_trade") == "kz_export"
AKHALKALAKI = pl.col("x_gateway") == "GE_AKH"
OIL = (pl.col("commodity_id") == "crude_oil") & (pl.col("origin") == "KZ_AAU")
NEAR = 0.01
"""How far a sum may lie from a figure it was made from."""

Sum = Callable[[pl.DataFrame], float]


@dataclass(frozen=True)
class Margin:
    """An official figure and the table's: ``made_from`` where the table was reconciled with it, else a check."""

    what: str
    year: int
    unit: str
    official: float
    table: float
    made_from: bool

    @property
    def residual(self) -> float:
        """The table's less the official, as a share of the official."""
        return self.table / self.official - 1


def _sum(column: str, where: pl.Expr) -> Sum:
    return lambda frame: float(frame.filter(where)[column].sum())


def _exports(frame: pl.DataFrame) -> float:
    return _sum("seen_kt", MINISTRY & EXPORT)(frame) / _sum("seen_kt", MINISTRY)(frame)


def _georgian_boxes(frame: pl.DataFrame) -> float:
    other = float(frame.filter(AKHALKALAKI)["x_turkmenbashi_teu"].cast(pl.Float64).sum())
    return _sum("seen_teu", AKHALKALAKI)(frame) + other


FIGURES: tuple[tuple[str, str, Sum, bool], ...] = (
    ("tonnes, the ministry's series", "vol-middle-tonnes-{}-MoT_KZ", _sum("seen_kt", MINISTRY), True),
    (
        "boxes, the association's count",
        "vol-middle-containers-{}-TITR_assoc-container",
        _sum("seen_teu", MINISTRY),
        True,
    ),
    ("share of Kazakh exports", "vol-middle-share-{}-MoT_KZ-export-of-Kazakhstan-westbound", _exports, True),
    ("oil by tanker to Baku", "vol-KZ_AAU-AZ_SAN-tonnes-{}-KTO-oil-westbound", _sum("seen_kt", OIL), True),
    (
        "boxes over Akhalkalaki, both branches",
        "vol-middle_btk-containers-{}-ADY-Container-container",
        _georgian_boxes,
        False,
    ),
)


def margins(demand: pl.DataFrame, observations: pl.DataFrame) -> Iterator[Margin]:
    """Each official figure of a whole year with the sum of the table beside it.

    Raises ValueError where a sum leaves a figure that the table was made from by more than 1 %.
    """
    seen = {row["observation_id"]: row for row in observations.iter_rows(named=True)}
    for what, pattern, total, made_from in FIGURES:
        for year in demand["year"].unique().sort().to_list():
            row = seen.get(pattern.format(year))
            if row is None:
                continue
            found = Margin(
                what, year, row["unit"], row["value"], total(demand.filter(pl.col("year") == year)), made_from
            )
            if made_from and abs(found.residual) > NEAR:
                raise ValueError(f"{what}, {year}: the table gives {found.table:g}, not {found.official:g}")
            yield found
