"""Compile as a whole: the cache, threads, numbers and signs."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields

import numpy as np
import pytest

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.network import compile as package
from karvan.network.compile import Compiled, compile
from network.worlds import add, edit, step, tariff, world


def equal(one: Compiled, other: Compiled) -> bool:
    """Whether two networks are the same in every array."""
    return all(
        np.array_equal(getattr(one, field.name), getattr(other, field.name))
        for field in fields(Compiled)
        if isinstance(getattr(one, field.name), np.ndarray)
    )


def test_one_question_is_compiled_once_and_another_cell_anew() -> None:
    assert compile(world(), "boxes") is compile(world(), "boxes", dt.date(2022, 7, 1))
    assert compile(world(), "boxes") is not compile(world(), "ore")
    assert compile(world(), "boxes") is not compile(edit(world(), "links", "AB", hours=11.0), "boxes")
    assert compile(world(), "boxes") is not compile(world(), "boxes", dt.date(2022, 7, 2))


def test_commodities_of_one_day_share_its_tables() -> None:
    assert compile(world(), "boxes").today is compile(world(), "ore").today


def test_the_cache_is_bounded_and_forgets_the_least_recently_used() -> None:
    first = compile(world(), "boxes")
    for number in range(package._KEPT - 1):
        compile(edit(world(), "links", "AB", hours=20.0 + number), "boxes")
    assert compile(world(), "boxes") is first
    for number in range(package._KEPT):
        compile(edit(world(), "links", "AB", hours=200.0 + number), "boxes")
    assert len(package._cache) == package._KEPT
    assert compile(world(), "boxes") is not first


def test_threads_get_what_one_alone_gets() -> None:
    toy = load("toy")
    wanted = [(name, day) for name in toy.commodities["commodity_id"] for day in (None, dt.date(2024, 2, 1))]
    alone = {ask: compile(load("toy"), *ask) for ask in wanted}
    package._cache.clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda ask: (ask, compile(toy, *ask)), wanted * 8))
    assert all(equal(net, alone[ask]) for ask, net in found)


def test_arcs_lie_in_the_order_of_their_tails() -> None:
    net = compile(load("toy"), "boxes")
    assert (np.diff(net.tail) >= 0).all()
    assert net.size == (net.ptr.size - 1, net.ptr[-1])
    for number in range(net.size[0]):
        assert (net.tail[net.ptr[number] : net.ptr[number + 1]] == number).all()


def test_hours_are_moving_handling_border_and_waiting() -> None:
    net = compile(load("toy"), "boxes")
    assert net.moving + net.handling + net.border + net.waiting == pytest.approx(net.hours)
    assert (net.floor <= net.hours + 1e-12).all() and (net.waiting >= -1e-12).all()


def signs(corridor: Corridor) -> dict[str, int]:
    net = compile(corridor, "boxes")
    return {f"{label.link}{label.procedure}": int(sign) for label, sign in zip(net.labels, net.sign, strict=True)}


def test_borders_are_signs_and_the_links_between_are_not() -> None:
    made = edit(world(), "nodes", "C", country="XB")
    made = add(made, "procedures", step("cross", "border", from_country="XA"))
    told = signs(add(made, "tariffs", tariff("free", 0.0, procedure_id="cross")))
    assert told["cross"] > 0 and told["AB"] == told["BC"] == 0


def test_ends_are_where_the_commodity_begins_and_ends() -> None:
    net = compile(edit(world(), "links", "BC", status="closed"), "boxes")
    assert (net.start >= 0).tolist() == (net.end >= 0).tolist() == [True, True, False]
    assert all(net.vertices[at].role == "start" for at in net.start[:2])
    assert net.labels and not compile(edit(world(), "classes", "train", carries="tank"), "boxes").labels
