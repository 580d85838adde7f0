"""Avoidable costs of the shipped corridor: none below nought, low below mid below high, a train's kilometres as they are."""

import numpy as np
import pytest

from karvan.data.load import load
from karvan.engines.assign.avoidable import avoidable, every
from karvan.engines.assign.prepared import Prepared, prepare
from karvan.errors import InputError
from karvan.network.compile.arrays import MOVE


@pytest.fixture(scope="module")
def ready() -> Prepared:
    return prepare(load("titr"), 2025, ways=1)


def test_costs_are_in_order(ready: Prepared) -> None:
    found = every(load("titr"), ready)
    for name, mid in found["mid"].items():
        assert (found["low"][name] <= mid).all() and (mid <= found["high"][name]).all() and (mid >= 0.0).all()


def test_a_pipe_has_its_cost_by_the_tonne_and_china_its_train_km(ready: Prepared) -> None:
    """CR bears 14 USD a train-km, a fiftieth of it for a box of a block train, on the kilometres that it is paid for."""
    corridor, costs = load("titr"), avoidable(load("titr"), ready)
    of = dict(corridor.links.select("link_id", "operator_id").iter_rows())
    checked = 0
    for k, one in enumerate(ready.classes):
        for at, labels in enumerate(one.labels):
            mine = [(label, one.net.km[arc]) for label, arc in labels if label.kind == MOVE and of[label.link] == "CR"]
            if mine and one.unit == "FEU" and {label.class_id for label, _ in mine} == {"block_train"}:
                told = float(costs["CR"][ready.first[k] + at])
                assert told == pytest.approx(14.0 / 50.0 * sum(km for _, km in mine), rel=1e-9)
                checked += 1
    assert checked > 0


def test_an_unknown_case_is_refused(ready: Prepared) -> None:
    with pytest.raises(InputError, match="low"):
        avoidable(load("titr"), ready, case="middling")
    assert not np.isnan(sum(avoidable(load("titr"), ready, case="high").values())).any()
