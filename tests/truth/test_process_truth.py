"""The machine held to a second simulator: the same events in the same order, the same times, on random models."""

import random

import numpy as np
import pytest
from process import World

from karvan.engines.simulate.model import Model, Step
from karvan.engines.simulate.plan import steps as s
from karvan.kernels import machine as m


def law(model: Model, rng: random.Random, mean: float) -> int:
    """A continuous law with about this mean."""
    kind = rng.choice(("exponential", "lognormal", "gamma", "uniform", "triangular", "erlang"))
    return {
        "exponential": lambda: model.law("exponential", mean),
        "lognormal": lambda: model.law("lognormal", mean, rng.uniform(0.2, 1.0)),
        "gamma": lambda: model.law("gamma", mean, rng.uniform(0.3, 1.5), rng.uniform(0, 1)),
        "uniform": lambda: model.law("uniform", 0.5 * mean, 1.5 * mean),
        "triangular": lambda: model.law("triangular", 0.5 * mean, mean, 2 * mean),
        "erlang": lambda: model.law("erlang", rng.randint(1, 4), mean),
    }[kind]()


def shared(model: Model, rng: random.Random, number: int) -> Step:
    """A step at a pool: with some servers, perhaps opening hours, perhaps few places."""
    gate = -1
    if rng.random() < 0.2:
        gate = model.gate((f"hours {number}", (rng.uniform(20, 60), rng.uniform(1, 8))))
    places = rng.choice((0, 0, 0, rng.randint(4, 9)))
    pool = model.pool(rng.randint(1, 4), places=places, gate=gate)
    work = law(model, rng, rng.uniform(0.2, 2.0))
    if rng.random() < 0.2:
        work = model.law("broken", work, rng.uniform(5, 50), rng.uniform(0.5, 5))
    return s.serve(pool, work, model.meter(f"pool {number}", "queue"), "refused")


def flow(
    model: Model, rng: random.Random, number: int, quay: int, store: tuple[int, int], yard: tuple[int, int]
) -> None:
    """A flow of trains: cranes, a way, perhaps a ferry, then unit by unit through some stations."""
    name = f"flow {number}"
    own = len(model.flows)
    model.flows.append(name)
    units = rng.randint(1, 12)
    body: list[Step] = []
    if rng.random() < 0.6:
        body.append(
            s.each(model.pool(rng.randint(1, 3)), law(model, rng, 0.3), model.meter(f"crane {number}", "queue"))
        )
    if rng.random() < 0.6:
        side = rng.randint(0, 2)
        body += [
            s.seize(store, priority=rng.randint(0, 2), direction=side),
            s.delay(law(model, rng, 1.0)),
            s.release(store),
        ]
    if rng.random() < 0.4:
        body.append(s.follow(model.pool(1), law(model, rng, 2.0), model.meter(f"headway {number}", "headway")))
    body.append(s.delay(law(model, rng, 10.0)))
    if rng.random() < 0.7:
        held = yard[0] if rng.random() < 0.5 else -1
        if rng.random() < 0.5:  # some turn back where too much waits
            body += [
                s.ahead(quay, held, rng.uniform(0, 20), str(len(body) + 3)),
                s.delay(law(model, rng, 2.0)),
                s.leave(),
            ]
        body += [s.seize(yard, by_unit=True)] if held >= 0 else []
        body.append(s.board(quay, model.meter(f"quay {number}", "vessel"), size=rng.choice((1.0, 2.0)), yard=held))
    body.append(s.scatter())
    for station in range(rng.randint(0, 2)):
        body.append(shared(model, rng, 10 * number + station))
    if rng.random() < 0.4:
        body += [s.branch(rng.random(), str(len(body) + 2)), s.delay(law(model, rng, 5.0))]
    body += [s.delay(law(model, rng, 3.0)), s.leave()]
    placed = [(*one[:4], str(len(body)), *one[5:]) if len(one) > 4 and one[4] == "refused" else one for one in body]
    program = model.program(name, *placed, s.refuse())
    gap = model.law("exponential", rng.uniform(2.0, 8.0) * units / 4)
    if rng.random() < 0.5:  # a share goes another way, and counts as another flow from then on
        model.flows.append(f"{name} elsewhere")
        other = model.program(f"{name} elsewhere", s.delay(law(model, rng, 4.0)), s.leave())
        share = s.branch(rng.random(), other, len(model.flows) - 1)
        program = model.program(f"{name} ways", share, s.branch(1.0, program))
    model.entity(model.program(f"source {number}", s.arrive(own, gap, program, units=units)), f"source {number}")


def made(seed: int) -> Model:
    """A random model: flows, a store they share, a ferry line with berths, weather and a rule of departure."""
    rng = random.Random(seed)
    model = Model(lines=["ferry"])
    quay, store, berth = model.quay(), model.store("track", rng.randint(1, 3)), model.store("berth", rng.randint(1, 2))
    yard = model.store("yard", rng.randint(12, 40), "blocking")
    for number in range(rng.randint(1, 4)):
        flow(model, rng, number, quay, store, yard)
    room = float(rng.randint(6, 30))
    patience = rng.uniform(5, 40) if rng.random() < 0.5 else 1e18
    gone = model.program("patience", s.timer(quay), s.leave())
    weather, wet = model.gate(("weather", (rng.uniform(30, 90), rng.uniform(2, 20)))), model.meter("weather", "weather")
    loading = s.load(quay, room, rng.choice((1.0, room / 2, room)), patience, timer=gone, line=0)
    ferry = model.program(
        "ferry", s.seize(berth), loading, s.delay(law(model, rng, 3.0)), s.gate(weather, wet), s.release(berth),
        s.delay(law(model, rng, 9.0)), s.unload(), s.delay(law(model, rng, 9.0)), s.jump("0"),
    )  # fmt: skip
    for ship in range(rng.randint(1, 4)):
        model.entity(ferry, f"ship {ship}", at=0.1 * ship)
    return model


@pytest.mark.parametrize("block", range(8))
def test_same_events_at_the_same_times_as_process_by_process(block: int) -> None:
    for seed in range(25 * block, 25 * block + 25):
        model = made(seed)
        horizon = 400.0
        kernel = model.run(horizon, seed=seed, run=1, log=200_000)
        other = World(model, horizon, seed, 1).go()
        timers = {row for row, cells in enumerate(model.rows) if cells[0] == m.TIMER}
        timers |= {row + 1 for row in timers}
        mine = [(int(pc), (int(high) << 32) + int(low), t) for pc, t, high, low in kernel.log if t <= horizon]
        mine = sorted(row for row in mine if row[0] not in timers)
        theirs = sorted((pc, key, t) for pc, t, key in other.log if t <= horizon)
        assert [row[:2] for row in mine] == [row[:2] for row in theirs], seed
        assert np.allclose([row[2] for row in mine], [row[2] for row in theirs], rtol=0, atol=1e-9)
        for column, theirs_by_flow in enumerate((other.entered, other.left, other.refused)):
            assert kernel.counts[:, column].tolist() == [theirs_by_flow[flow] for flow in range(len(model.flows))]
        assert len(mine) > 50
        for meter, waits in other.waits.items():
            assert kernel.meters[meter, 0] == len(waits)
            assert np.isclose(kernel.meters[meter, 1], sum(waits), rtol=1e-9, atol=1e-9)
