"""What one more would bring: against theory at one queue, and nothing where nothing waits."""

import polars as pl
import pytest
from queue_tables import ferry, queue

import karvan as kv
from karvan.engines.simulate.bottlenecks import screened
from karvan.errors import Cancelled, InputError

BUSY = {"time_kind": "exponential", "time_h": 1.0}


def test_a_second_server_takes_away_what_theory_says() -> None:
    """M/M/1 at 0.8 waits 4 h; M/M/2 with the same arrivals 0.19 h (Erlang C): 3.81 h less, on paired runs."""
    year = kv.simulate(queue({"a": 0.8}, BUSY), days=1000, warmup=20, runs=20, trials=3, threads=2)
    row = year.bottlenecks.row(0, named=True)
    assert (row["id"], row["what"], year.bottlenecks.height) == ("station", "lane", 1)
    assert abs(row["hours"] + 3.8095) < 1.5 * row["hours_ci95"]  # 1.5 x the 95 % half-width is more than 99 %
    assert row["hours_ci95"] < 0.4
    assert row["hours_p90"] + row["hours_p90_ci95"] < 0
    assert "one more lane at Two (station): -" in row["says"] and "on P90" in row["says"]


def test_where_hardly_anybody_waits_the_words_say_no_clear_change() -> None:
    year = kv.simulate(queue({"a": 0.02}, BUSY), days=300, runs=5, trials=3)
    assert year.bottlenecks["says"].to_list() == ["one more lane at Two (station): no clear change"]


def test_one_more_vessel_of_an_overloaded_line_brings_its_room_a_year() -> None:
    line = {"dispatch": "full", "longest_wait_h": 1.0}
    year = kv.simulate(ferry(100.0, line), days=200, runs=4, trials=1)
    row = year.bottlenecks.row(0, named=True)
    sailings = year.services["departures_year"][0]
    assert (row["table"], row["id"], row["what"]) == ("services", "line", "vessel")
    assert row["kt_year"] == pytest.approx(sailings * 50 / 1000, rel=0.05)


def test_who_is_busy_nearly_all_the_time_is_tried_before_a_longer_queue_elsewhere() -> None:
    """At 95 % use an even service keeps a short queue; one more of it is worth a trial before a queue of three at 40 %."""
    toy = kv.load("toy")
    year = kv.simulate(toy, days=20, runs=1)
    busy = {"bor-crane": (0.95, 2.0), "bor-slot": (None, 0.5), "prt-berth": (0.4, 3.0)}
    rows = year.resources.filter(pl.col("resource").is_in(list(busy))).with_columns(
        pl.col("resource")
        .replace_strict({name: use for name, (use, _) in busy.items()}, return_dtype=pl.Float64)
        .alias("busy"),
        pl.col("resource")
        .replace_strict({name: queue for name, (_, queue) in busy.items()}, return_dtype=pl.Float64)
        .alias("queue"),
    )
    tables = {**year.tables, "resources": rows, "waits": year.waits.clear()}
    assert [one.id for one in screened(toy, tables, 3)] == ["bor-crane", "prt-berth", "bor-slot"]


def test_none_are_tried_unless_asked_for_and_one_run_cannot_be_paired() -> None:
    assert kv.simulate(kv.load("toy"), days=30, runs=1).bottlenecks.is_empty()
    with pytest.raises(InputError, match="runs is 1"):
        kv.simulate(kv.load("toy"), days=30, runs=1, trials=2)


@pytest.mark.parametrize(("at", "kept"), [(2, 0), (5, 1), (6, 2)])
def test_cancelling_keeps_what_was_tried(at: int, kept: int) -> None:
    """Two runs of the base, then two of each trial: a trial counts when both its runs are done, and none begins after."""
    calls = []

    def enough(done: int, asked: int) -> None:
        calls.append(done)
        if len(calls) == at:
            raise Cancelled("enough")

    year = kv.simulate(kv.load("toy"), days=60, runs=2, trials=3, progress=enough)
    assert year.bottlenecks.height == kept
    assert len(calls) == at
