"""The word fit: what it reads, what it refuses, what edition it makes, and that it goes on where it was stopped."""

import datetime as dt
import json
from dataclasses import asdict

import numpy as np
import polars as pl
import pytest

import karvan as kv
from karvan.errors import FaultsError, InputError, NameUnknown
from karvan.studies.fit.estimate import Kept
from karvan.studies.fit.fit import State, fit
from karvan.studies.fit.free import free, moved
from karvan.studies.fit.readers import Reader, border_times, journeys

TOY = kv.load("toy")
BORDER = {"quantity": "border_time", "place": "XB_BOR", "series": "rail; inbound", "period": "2022", "unit": "h"}


def observed(*rows, corridor=TOY):
    """The corridor with these observations, each filled up from one of the border's hours."""
    filled = [
        {"observation_id": f"o{i}", "value": 33.0, "use": "fit", "source_id": "made", "grade": "A", **BORDER, **row}
        for i, row in enumerate(rows)
    ]
    return corridor.replace(observations=pl.DataFrame(filled, infer_schema_length=None))


def freed(*rows, corridor=TOY):
    """The corridor with these rows of params alone free."""
    blank = {
        "value": 1.0,
        "low": 0.5,
        "high": 2.0,
        "unit": "ratio",
        "fit": True,
        "scope": "any",
        "source_id": "made",
        "grade": "D",
    }
    params = corridor.params.filter(pl.col("fit").is_null())
    more = pl.DataFrame([{**blank, **row} for row in rows], infer_schema_length=None)
    return corridor.replace(params=pl.concat([params, more], how="diagonal_relaxed"))


WAIT = {"name": "wait", "table": "procedures", "where": "procedure_id=bor-in; part=waiting", "column": "hours"}


def test_only_observations_marked_fit_are_read() -> None:
    before = fit(TOY, draws=0)
    rows = TOY.observations.with_columns(
        pl.when(pl.col("use") == "keep").then(1e6).otherwise(pl.col("value")).alias("value"),
        pl.when(pl.col("use") == "keep").then(pl.lit("parsecs")).otherwise(pl.col("unit")).alias("unit"),
    )
    without = TOY.replace(observations=TOY.observations.filter(pl.col("use") == "fit"))
    seen_by_readers = []

    def spy(corridor, asked):
        seen_by_readers.extend(corridor.observations["use"].to_list())
        return border_times(corridor, asked)

    for other in (TOY.replace(observations=rows), without):
        after = fit(other, draws=0, readers={"border_time": Reader(("h",), spy)})
        assert all(after.tables[name].equals(frame) for name, frame in before.tables.items())
    assert set(seen_by_readers) == {"fit"}


def test_the_edition_is_the_twin_that_was_fitted_and_its_changes_are_told() -> None:
    found = fit(TOY, draws=20)
    new = found.corridor
    rows = found.observations.filter(pl.col("quantity") == "border_time")
    assert border_times(new, rows.to_dicts()) == pytest.approx(rows["predicted"].to_list(), rel=1e-12)
    days = found.observations.filter(pl.col("quantity") == "time")
    assert journeys(new, days.to_dicts())[0] / 24 == pytest.approx(days["predicted"][0], rel=1e-12)
    value, low, high = (found.values.filter(pl.col("name") == "border_wait")[c][0] for c in ("value", "low", "high"))
    slot = new.procedures.filter((pl.col("procedure_id") == "bor-in") & (pl.col("order") == 2))
    assert slot.select("hours", "hours_p90", "hours_electronic").row(0) == pytest.approx(
        (20 * value, 60 * value, 8 * value)
    )
    assert new.params.filter(pl.col("name") == "border_wait").select("value", "low", "high", "fit").row(0) == (
        value, low, high, False,
    )  # fmt: skip
    assert low < value < high and new.edition == "1+fit"
    assert set(found.changes["key"]) == {"bor-in|2", "border_wait|any", "port_wait|any", "prt-wagon|2"} - (
        {"prt-wagon|2"} if found.values["value"][1] == 1.0 else set()
    )
    with pytest.raises(InputError, match="no parameter may be fitted"):
        fit(new)


def test_the_border_is_met_in_the_middle_of_prior_and_figure_as_the_books_say() -> None:
    base = freed(WAIT, corridor=observed({"value": 40.0}))
    found = fit(base, draws=0)
    wait = found.values["value"][0]
    rest = found.observations["before"][0] - 16.0 * 1  # the wait on paper is eight parts of ten of 20 h
    width, sd = np.log(4) / (2 * 1.6448536269514722), 0.05
    slope = 16 * wait / (rest + 16 * wait)
    off = np.log((rest + 16 * wait) / 40.0)
    assert slope * off / sd**2 + np.log(wait) / width**2 == pytest.approx(0, abs=2e-3)


def test_dated_cells_are_scaled_with_their_rows() -> None:
    profile = {"table": "procedures", "id": "bor-in|2", "column": "hours", "since": dt.date(2023, 1, 1),
               "value": 30.0, "source_id": "made", "grade": "D"}  # fmt: skip
    base = freed(WAIT).replace(profiles=pl.DataFrame([profile, {**profile, "id": "bor-in|1"}]))
    new = moved(base, free(base), np.array([1.5]))
    assert new.profiles["value"].to_list() == [45.0, 30.0]


def test_a_fit_that_was_stopped_goes_on_to_the_same_end() -> None:
    states = []
    whole = fit(TOY, draws=19, progress=lambda *told: states.append(told))
    assert [told[:2] for told in states if told[2]] == [(i, 19) for i in range(1, 20)]
    said = json.loads(json.dumps(asdict(next(told[2] for told in states if told[0] == 16))))
    state = State(said["of"], said["widened"], said["held"], Kept(**said["kept"]))
    again = fit(TOY, draws=19, state=state)
    assert all(again.tables[name].equals(frame) for name, frame in whole.tables.items())
    for other in ({"seed": 2}, {"use": ["2022"]}):
        with pytest.raises(InputError, match="of another fit"):
            fit(TOY, draws=19, state=state, **other)


def test_use_narrows_what_is_read() -> None:
    def ids(*use):
        return fit(TOY, use=use, draws=0).observations["observation_id"].to_list()

    assert ids("2022") == ["border-2022", "days-2022"]
    assert ids("border_time") == ["border-2021", "border-2022"]
    assert ids("2022", "XB_BOR") == ["border-2022"]
    assert ids("2021", "2022", "border_time") == ["border-2021", "border-2022"]
    with pytest.raises(NameUnknown, match="border_time"):
        fit(TOY, use=["border_tim"])
    with pytest.raises(NameUnknown, match="2023"):
        fit(TOY, use=["2023"])  # the figure of that year is kept to check with


def test_what_the_twin_does_not_give_is_left_with_its_reason() -> None:
    base = observed(
        {}, {"quantity": "toll"}, {"place": "XB_BRO"}, {"quantity": "time", "place": "XA_ORI-Destni"}, {"unit": "kt"},
        {"quantity": "time", "place": "XA_ORI-XC_DST-XA_ORI"}, {"quantity": "time", "place": "XA_ORI-XC_DST", "series": "sea"},
    )  # fmt: skip
    found = fit(base, draws=0)
    reasons = dict(found.left.select("observation_id", "reason").iter_rows())
    assert reasons["o1"] == "the twin has no figure of toll"
    assert "XB_BRO is no border of the corridor" in reasons["o2"]
    assert "no place is called 'Destni' (nearest: Destin" in reasons["o3"]
    assert reasons["o4"] == "its unit kt is not read as h"
    assert "is no pair of places" in reasons["o5"] and "no sea link" in reasons["o6"]
    assert found.balance.select("asked", "carried", "refused").row(0) == (7, 1, 6)
    with pytest.raises(InputError, match=r"too few observations: none can be used .*no figure of toll"):
        fit(observed({"quantity": "toll"}))
    with pytest.raises(InputError, match="no observation is marked fit"):
        fit(observed({"use": "keep"}))
    assert found.run.arguments["status"] == "converged; fewer observations (1) than parameters (2)"


def test_contradictions_and_figures_that_cannot_be_are_told_together() -> None:
    base = observed(
        {},
        {"value": 60.0},
        {"value": 2.0, "unit": "days"},
        {"period": "2021", "value": -3.0},
        {"value": 1.4, "unit": "days"},
    )
    with pytest.raises(FaultsError) as caught:
        fit(base)
    said = [str(fault) for fault in caught.value.faults]
    assert any("o0" in one and "contradicts o1 (60 h)" in one for one in said)
    assert any("o0" in one and "contradicts o2 (2 days)" in one for one in said)
    assert any("o3" in one and "must be above 0" in one for one in said)
    assert not any("o0" in one and "o4" in one for one in said)  # 33 h and 33.6 h agree
    fit(observed({"low": 30.0, "high": 60.0}, {"value": 60.0, "low": 40.0, "high": 70.0}), draws=0)


def test_parameters_that_cannot_be_free_are_told_together() -> None:
    rows = [
        {"name": "a", "low": None}, {"name": "b", "value": 3.0}, {"name": "c", "table": "procedure", "where": "x=1", "column": "hours"},
        {"name": "d", **{k: v for k, v in WAIT.items() if k != "name"}, "column": "hour"},
        {"name": "e", "table": "procedures", "where": "procedure_id=bor-on", "column": "hours"},
        {"name": "f", "table": "procedures", "where": "proc=1", "column": "hours"}, {"name": "g", "table": "links"},
        {"name": "h", "table": "procedures", "where": "bor-in", "column": "hours"},
    ]  # fmt: skip
    with pytest.raises(FaultsError) as caught:
        fit(freed(*rows))
    said = {fault.key[0]: str(fault) for fault in caught.value.faults}
    for name, words in {
        "a": "low below high", "b": "3.0 between", "c": "Nearest: procedures", "d": "Nearest: hours", "e": "matches no row",
        "f": "no such column", "g": "go together", "h": "no rows can be read",
    }.items():  # fmt: skip
        assert words in said[name], said[name]


def test_what_only_acts_as_a_product_is_told_together_and_what_acts_on_nothing_seen_is_not_told() -> None:
    idle = {"name": "idle", "table": "procedures", "where": "procedure_id=prt-wagon", "column": "hours"}
    base = freed(WAIT, {**WAIT, "name": "same"}, idle, corridor=observed({}, {"period": "2021"}))
    found = fit(base, draws=0)
    status = dict(found.values.select("name", "status").iter_rows())
    assert status == {"wait": "only together with same", "same": "only together with wait", "idle": "not told"}
    row = found.correlations.filter((pl.col("name") == "wait") & (pl.col("other") == "same"))
    assert row["correlation"][0] < -0.95


def test_a_series_that_the_twin_cannot_follow_does_not_rule() -> None:
    strays = [{"period": str(year), "value": 33.0 * by} for year, by in ((2019, 0.4), (2020, 2.5), (2021, 1.0))]
    base = freed(WAIT, corridor=observed(*strays, {"series": "rail", "value": 30.0}))
    found = fit(base, draws=0)
    assert (found.observations["widened"][:3] > 5).all() and found.observations["widened"][3] == 1
    assert found.observations["predicted"][3] == pytest.approx(30.0, rel=0.03)


def test_a_cell_that_would_leave_its_range_is_refused() -> None:
    share = {"name": "wrong", "table": "procedures", "where": "procedure_id=bor-in; part=border", "column": "wrong_share",
             "low": 0.01, "high": 100.0}  # fmt: skip
    base = freed(share, corridor=observed({"value": 60.0, "low": 59.0, "high": 61.0}))
    with pytest.raises(
        InputError, match="wrong: the value found takes a cell of procedures, wrong_share out of 0 to 1"
    ):
        fit(base, draws=0)


def test_readers_of_the_users_own_take_part() -> None:
    boxes = Reader(
        "TEU", lambda corridor, rows: [float(corridor.params.filter(name="taste")["value"][0]) * 1000] * len(rows)
    )
    base = freed(
        {"name": "taste", "low": 0.1, "high": 10.0},
        corridor=observed({"quantity": "boxes", "value": 3.0, "unit": "thousand TEU"}),
    )
    found = fit(base, readers={"boxes": boxes}, draws=0)
    assert found.values["value"][0] == pytest.approx(3.0, rel=0.01)
    assert found.corridor.params.filter(name="taste")["value"][0] == found.values["value"][0]


def test_hours_at_a_border_are_those_of_its_chains_each_pair_of_countries_once() -> None:
    chain = TOY.procedures.filter(pl.col("procedure_id") == "bor-in")
    twice = chain.with_columns(
        pl.lit("bor-in-2").alias("procedure_id"), pl.lit("wagon_train").alias("from_class"), pl.col("hours") * 2
    )
    both = TOY.replace(procedures=pl.concat([TOY.procedures, twice]))

    def read(corridor, place, series="rail; inbound"):
        return border_times(corridor, [{**BORDER, "place": place, "series": series}])[0]

    papers = 0.8 * (4 + 0.05 * 20) + 0.2 * 1  # on paper with what is written wrong, and electronic
    one = papers + 0.8 * 20 + 0.2 * 8 + 6  # and the gauge
    assert read(TOY, "XB_BOR", "rail; both") == read(TOY, "XB_BOR") == pytest.approx(one)
    assert read(both, "XB_BOR") == pytest.approx((one + one + 0.8 * 24) / 2)  # twice the wait and papers for wagons
    assert read(TOY, "XB_BOR", "rail; outbound") == "no border of XB_BOR has procedures for rail; outbound"
    assert "is no border of the corridor" in read(TOY, "XB_AVG")
