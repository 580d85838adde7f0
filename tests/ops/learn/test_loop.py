"""The closed loop: what is simulated becomes a log, the log teaches, and what it taught is simulated again."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

import karvan as kv
from karvan.network.compile import on
from karvan.ops.learn import Interval, cells, intervals, worth
from karvan.studies.learned import learned
from ops import cast
from ops.story import UNIT, Story

TRUE = {
    (lodged, lane): (share, kind, hours, sd)
    for lodged, lane, share, kind, hours, sd in (
        ("paper", "all", 1.0, "gamma", 9.0, 5.0),
        ("paper", "green", 0.70, "lognormal", 6.0, 5.0),
        ("paper", "yellow", 0.22, "gamma", 24.0, 14.0),
        ("paper", "red", 0.08, "exponential", 50.0, 50.0),
        ("electronic", "all", 1.0, "exponential", 2.0, 2.0),
        ("electronic", "green", 0.80, "gamma", 3.0, 2.0),
        ("electronic", "yellow", 0.15, "lognormal", 12.0, 8.0),
        ("electronic", "red", 0.05, "gamma", 40.0, 25.0),
    )
}
STEP = {"procedure_id": "bor-in", "order": 1}
UNITS = 1000  # of each way of lodging
DAY = "2027-03-31"


def _rows(only: str = "", lane: str = "") -> list[dict[str, Any]]:
    return [
        {"version": "true", **STEP, "lodged": lodged, "lane": each, "share": 1.0 if lane and each != "all" else share,
         "at_once": 0.0, "time_kind": kind, "hours": hours, "hours_sd": sd, "cases": 10}
        for (lodged, each), (share, kind, hours, sd) in TRUE.items()
        if lodged.startswith(only) and (not lane or each in ("all", lane))
    ]  # fmt: skip


def _with(rows: list[dict[str, Any]], electronic: float) -> Any:
    toy = kv.load("toy")
    at = (pl.col("procedure_id") == "bor-in") & (pl.col("order") == 1)
    share = pl.when(at).then(electronic).otherwise(pl.col("electronic_share")).alias("electronic_share")
    here = pl.when(pl.col("node_id") == "XB_BOR").then(pl.lit("KZKGS")).otherwise(pl.col("unlocode"))
    return toy.replace(
        dwell_models=pl.DataFrame(rows, schema=toy.dwell_models.schema) if rows else toy.dwell_models,
        procedures=toy.procedures.with_columns(share), nodes=toy.nodes.with_columns(here.alias("unlocode")),
    )  # fmt: skip


def _papers(corridor: Any, least: int, seed: int = 1) -> list[list[float]]:
    """What each train waits for papers at the border, delay by delay, of as many trains as are asked for."""
    found: list[list[float]] = []
    while len(found) < least:
        trace = kv.simulate(corridor, days=365, runs=1, seed=seed, trace=365).trace
        for mover in trace.filter(pl.col("kind") == "train").partition_by("mover"):
            hour, place, cause, to = (mover[name].to_list() for name in ("hour", "place", "cause", "to"))
            here = [
                b - a
                for a, b, p, c in zip(hour, hour[1:], place, cause, strict=False)
                if (p, c) == ("XB_BOR", "papers")
            ]
            if here and to:
                found.append(here)
        seed += 1
    return found[:least]


@pytest.fixture(scope="module")
def simulated() -> list[tuple[str, str, float, float]]:
    """Lodged how, lane, hours of formalities and of control, as simulate draws them; lanes by their shares."""
    out = []
    for (lodged, lane), (share, *_) in TRUE.items():
        if lane != "all":
            corridor = _with(_rows(lodged, lane), float(lodged == "electronic"))
            pairs = [each for each in _papers(corridor, round(share * UNITS) + 50) if len(each) == 2]
            out += [(lodged, lane, *pair) for pair in pairs[: round(share * UNITS)]]
    return out


def _told(story: Story, lodged: str, lane: str, before: float, control: float) -> None:
    """One train through customs, by the hours that were simulated."""
    place = "KZALA" if lodged == "electronic" else "KZKGS"
    if lodged == "electronic":
        story.do("UNIT_ADDED", cast.SHIPPER, unit="TEXU1", place=place)
        story.do("HANDED_OVER", cast.SHIPPER, unit="TEXU1", to=cast.RAILWAY.party)
        story.do("TAKEN_OVER", cast.RAILWAY, unit="TEXU1")
    unit = "TEXU1" if lodged == "electronic" else UNIT
    story.lodged(units=[unit])
    if lodged == "electronic":
        story.later(hours=12)
        for kind, more in (("LOADED", {"parent": "w1"}), ("DEPARTED", {}), ("UNIT_ARRIVED", {})):
            to = "KZKGS" if kind == "UNIT_ARRIVED" else place
            story.do(kind, cast.RAILWAY, unit=unit, place=to, **more)
    story.do("ACCEPTED", cast.KZ, movement="m1", mrn="27KZ00000000000001")
    story.later(hours=before).do("ASSESSED", cast.KZ, movement="m1", lane=lane)
    story.reserved()
    if lane == "red":
        story.later(hours=control / 2).do("INSPECTION_START", cast.KZ, movement="m1")
        story.do("INSPECTION_END", cast.KZ, movement="m1", finding="clean")
        control /= 2
    story.later(hours=control).do("RELEASED", cast.KZ, movement="m1", basis="code 1")


def _log(units: list[tuple[str, str, float, float]], censored: float = 0.2) -> list[Interval]:
    """The stops of all units, who come evenly; the data end while about a fifth of them is in customs."""
    random = np.random.default_rng(7)
    found = []
    for number, unit in enumerate(units):
        story = Story()
        _told(story, *unit)
        window = np.mean([b + c for *_, b, c in units]) / censored
        begin = cast.NOW + timedelta(hours=12 if unit[0] == "electronic" else 0)
        until = begin + timedelta(hours=float(random.uniform(0, window)))
        log = [event for event in story.service.log if event.consignment == "c1"]
        found += intervals(log, cast.NOW - timedelta(days=1), until, batch=number)
    return found


@pytest.fixture(scope="module")
def extract(simulated: list[tuple[str, str, float, float]]) -> list[Interval]:
    return _log(simulated)


def _stages(extract: list[Interval]) -> Iterator[tuple[str, str, Any, list[Interval]]]:
    told = {(one.stage, one.lane, one.electronic): one for one in cells(extract) if one.place == "KZKGS"}
    for (lodged, lane), true in TRUE.items():
        stage = "formalities" if lane == "all" else "control"
        key = (stage, lane, lodged == "electronic")
        yield lodged, lane, (told[key], true), [o for o in extract if (o.stage, o.lane, o.electronic) == key]


def test_a_fifth_is_censored_and_a_naive_mean_fails(extract: list[Interval]) -> None:
    open_ones = {one.batch for one in extract if one.stage in ("formalities", "control") and not one.ended}
    assert 0.15 < len(open_ones) / (2 * UNITS) < 0.25
    naive = {}
    for lodged, lane, (_, true), seen in _stages(extract):
        naive[lodged, lane] = np.mean([one.hours for one in seen if one.ended]) / true[2] - 1
    assert naive["paper", "yellow"] < -0.05 and naive["paper", "red"] < -0.05


def test_what_was_learned_simulates_as_what_taught_it(
    extract: list[Interval], simulated: list[tuple[str, str, float, float]]
) -> None:
    frame = pl.DataFrame([asdict(cell) for cell in cells(extract)], infer_schema_length=None)
    card = learned(_with([], 0.5), "t", frame, day=DAY)
    again = _with([], 0.5).apply(card)
    rows = again.dwell_models.filter(pl.col("procedure_id") == "bor-in")
    early = again.procedures.filter((pl.col("procedure_id") == "bor-in") & (pl.col("order") == 1))[
        "electronic_share"
    ].item()
    weight = {"paper": 1 - early, "electronic": early}
    for lane in ("green", "yellow", "red"):
        got = rows.filter(pl.col("lane") == lane)
        share = sum(weight[how] * part for how, part in got.select("lodged", "share").iter_rows())
        assert share == pytest.approx((TRUE["paper", lane][0] + TRUE["electronic", lane][0]) / 2, abs=0.01)
    for lodged in ("paper", "electronic"):
        share = float(lodged == "electronic")
        only = again.replace(procedures=_with([], share).procedures)
        new = [sum(each) for each in _papers(only, 2000, seed=11)]
        old = [before + control for how, _, before, control in simulated if how == lodged]
        assert np.mean(new) == pytest.approx(np.mean(old), rel=0.05)
        assert np.quantile(new, 0.9) == pytest.approx(np.quantile(old, 0.9), rel=0.10)


def test_lodging_before_arrival_is_worth_what_it_is(extract: list[Interval]) -> None:
    saved = next(one for one in worth(cells(extract)) if one.place == "KZKGS")
    means = {
        lodged: TRUE[lodged, "all"][2] + sum(s * h for (how, lane), (s, _, h, _) in TRUE.items()
                                             if how == lodged and lane != "all")
        for lodged in ("paper", "electronic")
    }  # fmt: skip
    assert saved.low < means["paper"] - means["electronic"] < saved.high
    assert saved.low > 0


def test_route_and_fit_read_the_same_hours() -> None:
    today = on(_with(_rows(), 0.5), dt.date(2022, 7, 1))
    row = today.procedures.filter((pl.col("procedure_id") == "bor-in") & (pl.col("order") == 1)).row(0, named=True)
    assert row["hours"] == pytest.approx(9 + 0.70 * 6 + 0.22 * 24 + 0.08 * 50)
    assert row["hours_electronic"] == pytest.approx(2 + 0.8 * 3 + 0.15 * 12 + 0.05 * 40)
