"""What a report draws, and in which order."""

import polars as pl

from drawn import full, scene, toy
from karvan.report import sections


def test_all_sections_are_there_in_order_with_names_of_their_own() -> None:
    made = full().sections(960)
    names = [one.name for one in made]
    assert names == [
        "staircase", "ways", "shares", "pareto", "scenarios", "match", "seasons", "prices", "sources", "assumptions",
    ]  # fmt: skip
    charts = [chart.name for one in made for chart in one.charts]
    assert len(charts) == len(set(charts))


def test_many_destinations_are_drawn_a_few_at_a_time() -> None:
    one = scene()
    many = []
    for at in range(10):
        many.append(one.frames["ways"].filter(pl.col("place") == "Havn").with_columns(pl.lit(f"P{at}").alias("place")))
    told = type(one)(one.scenario, {**one.frames, "ways": pl.concat(many)}, one.about, one.run, one.balance)
    drawn = sections._by_places(told, lambda ways, *_: ways["place"].unique(maintain_order=True).to_list())  # type: ignore[arg-type]
    assert drawn == [[f"P{at}" for at in group] for group in (range(4), range(4, 8), range(8, 10))]


def test_prices_paid_add_up_to_the_price_and_say_what_is_in_it() -> None:
    section = sections.prices(scene())
    rows = next(iter(section.tables.values()))
    paid = rows.filter(pl.col("counts_as").str.starts_with("price")).group_by("to", "way").agg(pl.col("usd").sum())
    ways = scene().frames["ways"].select(pl.col("place").alias("to"), pl.col("label").alias("way"), "price_usd")
    both = paid.join(ways, on=["to", "way"])
    assert both.height == ways.height
    assert (both["usd"] - both["price_usd"]).abs().max() < 1e-6  # type: ignore[operator]
    assert "haulage" in section.words
    assert "insurance" in section.words.split("apart")[1]


def test_the_house_frame_is_used_where_the_corridor_is() -> None:
    west, east, *_ = sections.frame_of(scene(), toy())
    assert east - west < 60
