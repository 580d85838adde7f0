"""Demand as figures: the table against the official sums, what cannot choose, how flows grow and by which drivers."""

import polars as pl

from karvan.network.demand import CASES, demand_of
from tools.docs.lay import number, table, titr
from tools.titr.context.margins import margins

YEARS = (2022, 2026, 2030, 2040)
GROUPS = {
    "a_china_eu_rail": "China and the Union, all rail", "b_china_eu_sea": "China and the Union, sea",
    "c_china_central_asia": "China to Central Asia", "c_china_turkiye_caucasus": "China, Türkiye and the Caucasus",
    "d_kz_export": "exports of Kazakhstan", "e_central_asia": "exports of Central Asia", "f_eastbound": "imports of Central Asia",
    "g_trucks": "lorries",
}  # fmt: skip
RULES = ("demand_elasticity", "demand_rate", "open_elasticity", "open_rate")


def reconciled() -> str:
    """Official figures, the table's sums, and what is left."""
    rows = [
        [
            one.what,
            str(one.year),
            _figure(one.official),
            _figure(one.table),
            f"{one.residual:+.1%}",
            "made from" if one.made_from else "check",
        ]
        for one in margins(titr().demand, titr().observations)
    ]
    return table(["figure", "year", "official", "table", "residual", ""], rows, right=(1, 2, 3, 4))


def _figure(value: float) -> str:
    """A count in full; a share with its digits."""
    return f"{value:,.0f}" if value > 10 else f"{value:.2f}"


def captive() -> str:
    """The captive share of each group of flows in the last year, and what holds the most of it."""
    now = titr().demand.filter((pl.col("year") == pl.col("year").max()) & pl.col("x_group").is_in(list(GROUPS)))
    held = pl.col("kt") * pl.col("captive")
    sums = now.group_by("x_group").agg(
        pl.col("kt").sum(), held.sum().alias("held"), pl.col("captive_to").sort_by(held).last()
    )
    rows = [
        [GROUPS[row["x_group"]], number(row["kt"]), f"{row['held'] / row['kt']:.0%}", row["captive_to"] or ""]
        for row in sums.sort("x_group").iter_rows(named=True)
    ]
    return table(["flows", "kt", "captive", "most of it to"], rows, right=(1, 2))


def growing() -> str:
    """What may choose the corridor, by group, year and case, in kt."""
    told = {(year, case): demand_of(titr(), year, case) for year in YEARS for case in CASES}
    rows = []
    for group, name in GROUPS.items():
        sums = {key: _open(frame.filter(pl.col("x_group") == group)) for key, frame in told.items()}
        rows.append([name, *(_range([sums[year, case] for case in CASES]) for year in YEARS)])
    return table(["kt that may choose", *map(str, YEARS)], rows, right=range(1, 5))


def _open(frame: pl.DataFrame) -> float:
    return float((frame["kt"] * (1 - frame["captive"].fill_null(0.0))).sum())


def _range(sums: list[float]) -> str:
    low, central, high = (number(one) for one in sums)
    return central if low == high else f"{central} ({low} to {high})"


def moved_by() -> str:
    """The elasticities, one row each."""
    rows = [
        [
            f"`{row['name']}`",
            *row["scope"].split(":"),
            f"{row['value']:g}",
            f"{row['low']:g} to {row['high']:g}",
            row["note"],
        ]
        for row in titr().params.filter(pl.col("name").is_in(RULES)).iter_rows(named=True)
    ]
    return table(["name", "of", "from", "to", "driver", "value", "band", "why"], rows, right=(5, 6))


def outlook() -> str:
    """Each driver that moves demand: its values, and its band at the end."""
    named = titr().params.filter(pl.col("name").is_in(RULES))["scope"].str.split(":").list.last().unique().sort()
    rows = []
    for name in named:
        mine = titr().drivers.filter(pl.col("driver") == name)
        told = {row["year"]: row for row in mine.iter_rows(named=True)}
        last = told[YEARS[-1]]
        rows.append(
            [
                f"`{name}`",
                last["unit"],
                *(number(told[year]["value"]) for year in YEARS),
                f"{number(last['low'])} to {number(last['high'])}",
            ]
        )
    return table(["driver", "unit", *map(str, YEARS), f"band of {YEARS[-1]}"], rows, right=range(2, 7))
