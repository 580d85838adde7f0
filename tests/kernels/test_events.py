"""The calendar queue against a heap: the same order, equal times in the order they came."""

import heapq

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from karvan.kernels import events as ev

GAPS = st.sampled_from([0.0, 0.0, 1e-9, 0.001, 0.5, 1.0, 1.0, 7.5, 40.0, 3000.0])


class Both:
    """A calendar queue and a heap, given the same events."""

    def __init__(self, most: int) -> None:
        self.ends, self.ctl, self.rate = ev.calendar(most)
        self.when, self.link = np.zeros(most), np.full(most, -1, np.int32)
        self.heap: list[tuple[float, int, int]] = []
        self.number = 0

    def push(self, e: int, t: float) -> None:
        ev.push(self.ends, self.ctl, self.rate, self.when, self.link, e, t)
        self.number += 1
        heapq.heappush(self.heap, (t, self.number, e))

    def pop(self) -> tuple[int, float]:
        e = int(ev.pop(self.ends, self.ctl, self.rate, self.when, self.link))
        t, _, other = heapq.heappop(self.heap)
        assert (e, self.when[e]) == (other, t)
        return e, t


@settings(max_examples=60, deadline=None)
@given(st.lists(GAPS, min_size=1, max_size=300), st.lists(GAPS, max_size=600))
def test_same_order_as_a_heap(first: list[float], later: list[float]) -> None:
    both = Both(len(first))
    for e, t in enumerate(first):
        both.push(e, t)
    for gap in later:
        e, t = both.pop()
        both.push(e, t + gap)
    for _ in first:
        both.pop()
    assert ev.pop(both.ends, both.ctl, both.rate, both.when, both.link) == -1


def test_order_holds_when_the_scale_changes_and_days_are_dealt_anew() -> None:
    rng = np.random.default_rng(1)
    both = Both(3000)
    for e in range(3000):
        both.push(e, float(rng.exponential(1e4)))
    for scale in (1e-3, 50.0, 1e4):
        for _ in range(8000):
            e, t = both.pop()
            both.push(e, t + float(rng.exponential(scale)) if rng.random() < 0.9 else t)
    assert both.ctl[ev.REBUILT] >= 2


def test_a_hundred_thousand_at_one_time_come_out_as_they_went_in() -> None:
    both = Both(100_000)
    for e in range(100_000):
        both.push(e, 5.0)
    assert [both.pop()[0] for _ in range(1000)] == list(range(1000))


def test_a_start_all_at_once_finds_its_width() -> None:
    """Twenty thousand at time 0 that then spread out: the days are dealt anew before long lists are walked for long."""
    rng = np.random.default_rng(2)
    both = Both(20_000)
    for e in range(20_000):
        both.push(e, 0.0)
    for _ in range(30_000):
        e, t = both.pop()
        both.push(e, t + float(rng.exponential(1.0)))
    assert both.ctl[ev.REBUILT] >= 2
    assert both.rate[ev.RATE] > 1000
