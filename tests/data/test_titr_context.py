"""The context tables of the reference corridor: whole, sourced, in line with the official sums, and as built."""

import os
from pathlib import Path

import polars as pl
import pytest

from karvan.schema import TABLES
from karvan.schema.shape import conform, dtypes

ROOT = Path(__file__).parents[2]
TITR = ROOT / "src" / "karvan" / "data" / "titr"
FACTS = Path(os.environ.get("KARVAN_FACTS", ROOT.parent / "shared" / "facts"))
CONTEXT = (
    "countries", "documents", "regimes", "conditions", "values", "demand", "drivers", "costs", "agreements",
    "memberships", "projects", "funds", "shocks", "observations",
)  # fmt: skip

with_facts = pytest.mark.skipif(not FACTS.is_dir(), reason="the gathered facts are not beside the repository")


def read(name: str) -> pl.DataFrame:
    path = TITR / f"{name}.csv"
    extra = [column for column in pl.read_csv(path, n_rows=0).columns if column.startswith("x_")]
    kinds = {**dtypes(name), **dict.fromkeys(extra, pl.String())}
    return conform(name, pl.read_csv(path, schema_overrides=kinds))


def facts(name: str) -> pl.DataFrame:
    return pl.read_csv(FACTS / f"{name}.csv", infer_schema=False)


@pytest.mark.parametrize("name", CONTEXT)
def test_rows_keep_their_schema(name: str) -> None:
    frame, keys = read(name), list(TABLES[name].key_columns())
    assert frame.height > 0
    assert frame.select(keys).is_unique().all()
    assert frame.equals(frame.sort(keys))
    for fact in TABLES[name].facts():
        column = frame[fact.name]
        told = column.drop_nulls()
        if fact.needed:
            assert column.null_count() == 0, fact.name
        if fact.choices:
            assert set(told) <= set(fact.choices), fact.name
        if fact.regex:
            assert told.str.contains(fact.regex).all(), fact.name
        if fact.low is not None:
            assert told.is_empty() or told.min() >= fact.low, fact.name  # type: ignore[operator]
        if fact.high is not None:
            assert told.is_empty() or told.max() <= fact.high, fact.name  # type: ignore[operator]


@pytest.mark.parametrize("name", CONTEXT)
def test_every_row_names_a_source_and_a_grade(name: str) -> None:
    frame = read(name)
    assert frame["source_id"].null_count() == frame["grade"].null_count() == 0
    known = read("sources")
    assert set(frame["source_id"]) <= set(known["source_id"])
    assumed = known.filter(pl.col("kind") == "assumption")["source_id"]
    graded = frame.filter(pl.col("source_id").is_in(assumed.to_list()))["grade"]
    assert set(graded) <= {"C", "D"}


def test_no_observation_after_2022_is_learned_from() -> None:
    seen = read("observations")
    learned = seen.filter(pl.col("use") == "fit")
    last = learned["period"].str.extract_all(r"\d{4}").list.last().cast(pl.Int64)
    assert last.max() == 2022
    assert learned.height > 100
    assert set(learned["grade"]) <= {"A", "B", "C"}
    assert not learned["observation_id"].str.starts_with("anchor-").any()
    assert not learned["observation_id"].str.starts_with("total-").any()


def test_periods_are_years_months_or_spans() -> None:
    moment = r"\d{4}(-\d\d(-\d\d)?)?"
    assert read("observations")["period"].str.contains(rf"^({moment}|\.\.)(/{moment})?$").all()


def test_both_sides_books_are_kept() -> None:
    pair = read("observations").filter(
        (pl.col("place") == "KZ-AZ") & (pl.col("quantity") == "turnover") & (pl.col("period") == "2022")
    )
    assert pair["series"].n_unique() >= 3
    assert pair["value"].max() > 1.4 * pair["value"].min()  # type: ignore[operator]


@pytest.mark.parametrize(
    ("year", "kt", "teu"), [(2019, 759, 16_500), (2020, 783, 21_000), (2021, 586, 25_200), (2022, 1485, 33_000)]
)
def test_flows_of_the_ministry_perimeter_sum_to_the_official_series(year: int, kt: float, teu: float) -> None:
    flows = read("demand").filter((pl.col("x_perimeter") == "ministry") & (pl.col("year") == year))
    assert flows["seen_kt"].sum() == pytest.approx(kt, rel=0.01)
    assert flows["seen_teu"].sum() == pytest.approx(teu, rel=0.01)


def test_bands_hold_their_centres() -> None:
    demand, values = read("demand"), read("values")
    assert (demand["kt_low"] <= demand["kt"]).all()
    assert (demand["kt"] <= demand["kt_high"]).all()
    assert (values["low"] <= values["value"]).all()
    assert (values["value"] <= values["high"]).all()
    costs = read("costs")
    assert ((costs["usd_low"] < costs["usd"]) & (costs["usd"] < costs["usd_high"])).all()


def test_seasons_of_a_year_are_one_year() -> None:
    season = read("seasonality")
    sums = season.group_by("commodity_id").agg(pl.col("share").sum(), pl.len())
    assert sums.height == 16
    assert set(sums["len"]) == {12}
    assert sums["share"].to_list() == pytest.approx([1.0] * 16, abs=0.002)


def test_a_driver_of_a_closed_year_is_known_after_it() -> None:
    late = read("drivers").filter(pl.col("known_from").dt.year() > pl.col("year"))
    assert late.height > 150


@pytest.mark.parametrize(("name", "cards"), [("projects", 25), ("shocks", 25)])
def test_each_plan_and_shock_has_a_card_or_a_reason(name: str, cards: int) -> None:
    frame = read(name)
    assert (frame["card"].is_null() != frame["no_card"].is_null()).all()
    assert frame["card"].drop_nulls().is_unique().all()
    assert len(frame["card"].drop_nulls()) >= cards


@pytest.mark.parametrize("column", ["needs", "excludes"])
def test_projects_name_projects(column: str) -> None:
    frame = read("projects")
    named = frame[column].drop_nulls().str.split(";").explode()
    assert set(named) <= set(frame["project_id"])


@with_facts
def test_every_fact_is_used() -> None:
    assert read("demand").height == facts("demand_od").height == 548
    assert (
        facts("drivers")
        .select("driver", pl.col("year").cast(pl.Int64))
        .join(read("drivers"), on=["driver", "year"], how="anti")
        .is_empty()
    )
    assert read("projects").height == facts("projects").height == 44
    assert read("memberships").height == facts("memberships").height
    assert read("documents").height == facts("documents").height
    assert read("shocks").height == facts("shocks").height + facts("incidents").height
    assert read("values").height == facts("values").height
    assert read("seasonality").height == facts("demand_seasonality").height
    seen = read("observations")["observation_id"].str.extract(r"^([a-z0-9]+)-").value_counts()
    counted = dict(seen.iter_rows())
    files = {"trade": "trade_bilateral", "vol": "volumes", "time": "transit_times", "port": "ports", "border": "borders",
             "rival": "routes", "anchor": "price_anchors", "price": "costs", "demand": "demand", "rail": "rail_ops",
             "fleet": "fleet"}  # fmt: skip
    assert {part: counted[part] for part in files} == {part: facts(file).height for part, file in files.items()}


@with_facts
def test_shipped_files_are_what_the_tool_builds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    context = pytest.importorskip("tools.titr.context")
    for name, frame in context.build(FACTS).items():
        if name != "sources":
            assert read(name).equals(frame.select(read(name).columns)), name
