"""Laws of the machine on random models: nothing is lost, queues keep their order, nobody does more than they can."""

from collections import defaultdict

import numpy as np
import pytest
from test_process_truth import made

from karvan.engines.simulate.model import Model, Ran, intervals, key_of
from karvan.engines.simulate.plan import steps as s
from karvan.kernels import machine as m

HORIZON = 600.0
SEEDS = range(300, 330)


def events(model: Model, ran: Ran, op: int) -> dict[int, list[tuple[float, int]]]:
    """When, and by whom, the steps of an operation were completed, by row; in time."""
    out = defaultdict(list)
    for pc, t, high, low in ran.log:
        if model.rows[int(pc)][0] == op and t <= HORIZON:
            out[int(pc)].append((t, (int(high) << 32) + int(low)))
    return {pc: sorted(rows) for pc, rows in out.items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_what_enters_leaves_is_refused_or_is_inside(seed: int) -> None:
    for warm in (0.0, 100.0):
        ran = made(seed).run(HORIZON, seed=seed, warm=warm)
        assert (ran.counts[:, 0] == ran.counts[:, 1:].sum(axis=1)).all()
        assert ran.counts[:, 0].sum() > 0
        assert ran.by_day.sum() == ran.counts[:, 1].sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_littles_law_at_every_queue(seed: int) -> None:
    """The time integral of a queue is the sum of the waits ended, and what those who still wait have waited so far."""
    model = made(seed)
    ran = model.run(HORIZON, seed=seed)
    for meter in range(0, len(model.meters), 2):
        left = np.cumsum(ran.daily[meter, 0].astype(int) - ran.daily[meter, 1])[-1]
        extra = ran.meters[meter, 4] - ran.meters[meter, 1]
        assert left >= 0
        assert -1e-6 * HORIZON <= extra <= left * HORIZON + 1e-6
        if left == 0:
            assert extra == pytest.approx(0.0, abs=1e-6 * HORIZON)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_more_is_at_work_than_there_are_servers(seed: int) -> None:
    model = made(seed)
    ran = model.run(HORIZON, seed=seed)
    by_meter = {row[3]: model.pools[row[1]][0] for row in model.rows if row[0] in (m.SERVE, m.EACH)}
    for meter, servers in by_meter.items():
        assert ran.queue(meter + 1) <= servers + 1e-9
    for _, most, *_, busy, _ in model.stores:
        assert -1e-9 <= ran.queue(busy) <= most + 1e-9


@pytest.mark.parametrize("seed", SEEDS)
def test_ships_leave_in_the_open_and_take_no_more_than_they_can(seed: int) -> None:
    model = made(seed)
    ran = model.run(HORIZON, seed=seed, log=100_000)
    name, spec = next(one for gate in model.gates for one in gate if one[0] == "weather")
    shut = intervals(spec, key_of(seed, 1, "gate", name), HORIZON)
    left = [t for rows in events(model, ran, m.GATE).values() for t, _ in rows]
    assert left or not ran.sailed[0, 0]
    for closes, opens in shut:
        assert not any(closes <= t < opens for t in left)
    room = max(num[0] for row, num in zip(model.rows, model.nums, strict=True) if row[0] == m.LOAD)
    assert ran.sailed[0, 1] <= ran.sailed[0, 0] * room + 1e-9


def station(servers: int) -> Model:
    model = Model(flows=["all"])
    program = model.program(
        "one", s.serve(model.pool(servers), model.law("lognormal", 1.0, 0.9), model.meter("q", "queue")), s.leave()
    )
    model.entity(model.program("source", s.arrive(0, model.law("exponential", 0.55), program)), "source")
    return model


@pytest.mark.parametrize("seed", range(10))
def test_one_more_server_makes_nobody_wait_longer(seed: int) -> None:
    """At one first-come-first-served station, on common random numbers, customer by customer."""
    done = []
    for servers in (2, 3):
        model = station(servers)
        ran = model.run(2000.0, seed=seed, log=50_000)
        rows = {(int(high) << 32) + int(low): t for pc, t, high, low in ran.log if model.rows[int(pc)][0] == m.SERVE}
        done.append(rows)
    assert len(done[0]) > 2000
    assert done[1].keys() >= done[0].keys()
    assert all(done[1][key] <= t + 1e-9 for key, t in done[0].items())


@pytest.mark.parametrize("seed", range(10))
def test_first_come_first_served(seed: int) -> None:
    """With one server and a fixed time the order of leaving is the order of coming."""
    model = Model(flows=["all"])
    program = model.program(
        "one", s.delay(model.law("fixed", 0.0)), s.serve(model.pool(1), model.law("fixed", 0.9), model.meter("q", "queue")),
        s.leave(),
    )  # fmt: skip
    model.entity(model.program("source", s.arrive(0, model.law("exponential", 1.0), program)), "source")
    ran = model.run(500.0, seed=seed, log=5000)
    came, left = (next(iter(events(model, ran, op).values())) for op in (m.DELAY, m.EXIT))
    assert [who for _, who in left] == [who for _, who in came][: len(left)]
    assert len(left) > 300


def test_another_flow_changes_no_draw_of_this_one() -> None:
    """Flows that share nothing are the same whoever else is there, in whatever order."""

    def lone(model: Model, name: str) -> int:
        flow = len(model.flows)
        model.flows.append(name)
        program = model.program(name, s.delay(model.law("gamma", 5.0, 0.5)), s.leave())
        model.entity(
            model.program(f"source {name}", s.arrive(flow, model.law("exponential", 1.0), program)), f"source {name}"
        )
        return flow

    alone, crowd = Model(), Model()
    lone(alone, "mine")
    for name in ("before", "mine", "after"):
        lone(crowd, name)
    assert (alone.run(300.0).leads[0] == crowd.run(300.0).leads[1]).all()


def test_ships_that_need_no_time_are_stopped() -> None:
    model = Model(flows=["none"])
    quay = model.quay()
    model.entity(model.program("ship", s.load(quay, 1.0), s.unload(), s.jump("0")), "ship")
    ran = model.run(10.0)
    assert ran.status == 2


def test_trains_are_formed_when_full_or_after_a_while() -> None:
    """Pieces that come every hour: a train of four each four hours, or of two when patience is an hour and a half."""
    for patience, size in ((1e18, 4.0), (1.5, 2.0)):
        model = Model(flows=["pieces"])
        meter, quay = model.meter("yard", "batch"), model.quay(least=4.0, room=4.0, patience=patience)
        timer = model.program("timer", s.timer(quay), s.leave())
        model.quays[quay] = (
            model.program("train", s.delay(model.law("fixed", 10.0)), s.unload(), s.leave()),
            4.0,
            4.0,
            patience,
        )
        piece = model.program("piece", s.board(quay, meter, timer), s.leave())
        model.entity(model.program("source", s.arrive(0, model.law("fixed", 1.0), piece)), "source")
        ran = model.run(1000.0)
        assert (ran.counts[:, 0] == ran.counts[:, 1:].sum(axis=1)).all()
        waits = (size - 1) / 2 if size == 4.0 else (1.5 + 0.5) / 2
        assert ran.wait(meter) == pytest.approx(waits, rel=0.01)
        assert ran.leads[0, 1] / ran.leads[0, 0] == pytest.approx(10 + waits, rel=0.01)
