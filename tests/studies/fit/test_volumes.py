"""Volumes as a fit reads them are those of assign, whatever they were prepared with before."""

import polars as pl
import pytest

import karvan as kv
from karvan.studies.fit.volumes import Volumes, span

TOY = kv.load("toy")
ROW = {"series": "count", "period": "2022"}
ROWS = [
    {**ROW, "quantity": "tonnes", "place": "middle", "read_unit": "kt"},
    {**ROW, "quantity": "tonnes", "place": "north", "read_unit": "kt"},
    {**ROW, "quantity": "containers", "place": "middle", "read_unit": "TEU"},
    {**ROW, "quantity": "throughput", "place": "XB_PRT", "read_unit": "kt"},
]


def tasting(scale: float, constant: float) -> kv.Corridor:
    """The toy with another scale of choice, and a constant of the corridor."""
    row = {
        "name": "corridor_constant",
        "scope": "any:middle",
        "value": constant,
        "unit": "ratio",
        "source_id": "made",
        "grade": "D",
    }
    sharper = pl.when(pl.col("name") == "choice_scale").then(scale).otherwise(pl.col("value")).alias("value")
    return TOY.replace(
        params=pl.concat([TOY.params.with_columns(sharper), pl.DataFrame([row])], how="diagonal_relaxed")
    )


def test_tastes_laid_over_a_prepared_year_give_what_assign_gives() -> None:
    one = Volumes()
    one.read(tasting(8.0, 0.0), ROWS)
    for scale, constant in ((5.0, -0.1), (12.0, 0.15)):
        corridor = tasting(scale, constant)
        year = kv.assign(corridor, year=2022, gap=1e-9)
        sums = year.corridors.group_by("corridor").agg(pl.col("kt", "kteu").sum())
        of = {name: (kt, teu) for name, kt, teu in sums.iter_rows()}
        sea = year.flows.filter((pl.col("mode") == "sea") & ((pl.col("from") == "XB_PRT") | (pl.col("to") == "XB_PRT")))
        told = [of["middle"][0], of["north"][0], 1000 * of["middle"][1], sea["kt"].sum()]
        assert one.read(corridor, ROWS) == pytest.approx(told, rel=1e-5)
        assert Volumes().read(corridor, ROWS) == pytest.approx(told, rel=1e-5)


def test_a_part_of_a_year_is_its_share_and_what_is_not_known_has_a_reason() -> None:
    whole, part = Volumes().read(TOY, [ROWS[0], {**ROWS[0], "period": "2022-01/2022-09"}])
    assert part == pytest.approx(0.75 * whole)
    assert span({"period": "../2021"}) == (2021, 1.0) and span({"period": "2021/2022"}) == (2022, 1.0)
    cases = {"of grain alone": {"series": "grain"}, "demand of 2019 is not known": {"period": "2019"},
             "may take a corridor called 'muddle'": {"place": "muddle"},
             "passes XA_ORI by sea": {"quantity": "throughput", "place": "XA_ORI"}}  # fmt: skip
    for says, change in cases.items():
        assert says in Volumes().read(TOY, [{**ROWS[0], **change}])[0]
