"""Queues held to exact theory: every queue row of the published cases as a program of the machine.

Each case runs ``RUNS`` independent runs, numbered from 1 by rule; the exact value must lie inside the interval of Student's t
at a family-wise 99 % (Bonferroni over all metrics of all cases).
"""

import math

import numpy as np
import pytest

from karvan.engines.simulate.model import Model, Ran
from karvan.engines.simulate.plan import steps as s

RUNS = 12
METRICS = 31
T_FAMILY = 5.6
"""Student's t of 11 degrees of freedom at 1 - 0.01 / (2 * 31) is 5.09; at 12 runs skewed means ask for a little more."""


def inside(sample: list[float], exact: float) -> None:
    """The exact value lies inside the interval of the sample's mean, and the interval is narrow enough to mean something."""
    mean, half = np.mean(sample), T_FAMILY * np.std(sample, ddof=1) / math.sqrt(len(sample))
    assert abs(mean - exact) <= half, f"{mean:.5f} +- {half:.5f} does not hold {exact:.5f}"
    assert half <= 0.2 * exact, f"interval too wide to tell: {half:.5f} about {exact:.5f}"


def ran(model: Model, horizon: float, warm: float = 0.0) -> list[Ran]:
    """The runs 1 to RUNS of a model; each closes its balance."""
    out = [model.run(horizon, seed=1, run=run, warm=warm) for run in range(1, RUNS + 1)]
    for one in out:
        assert one.status == 0
        assert (one.counts[:, 0] == one.counts[:, 1:].sum(axis=1)).all()
    return out


def station(rate: float, law: tuple[object, ...], servers: int = 1, **pool: object) -> tuple[Model, int]:
    """One queue with Poisson arrivals; gives the model and its meter."""
    model = Model(flows=["customers"])
    absence = pool.pop("absence", None)
    if absence is not None:
        pool["absence"] = model.law(*absence)  # type: ignore[misc]
    meter = model.meter("station", "queue")
    line = model.pool(servers, **pool)  # type: ignore[arg-type]
    served = model.law(*law)  # type: ignore[arg-type]
    kind = s.bulk(line, served, meter) if pool.get("bulk") else s.serve(line, served, meter, "2")
    program = model.program("customer", kind, s.leave(), s.refuse())
    model.entity(model.program("source", s.arrive(0, model.law("exponential", 1 / rate), program)), "source")
    return model, meter


def erlang_c(a: float, c: int) -> float:
    """Probability of a wait in M/M/c (Erlang 1917)."""
    top = a**c / math.factorial(c) * c / (c - a)
    return top / (sum(a**k / math.factorial(k) for k in range(c)) + top)


def erlang_b(a: float, c: int) -> float:
    """Share of calls lost in M/M/c/c (Erlang 1917)."""
    lost = 1.0
    for k in range(1, c + 1):
        lost = a * lost / (k + a * lost)
    return lost


@pytest.mark.parametrize(("rate", "mu", "servers"), [(0.9, 1.0, 1), (1.5, 1.0, 2), (2.5, 0.5, 6), (0.5, 1.0, 1)])
def test_mmc_waits_as_erlang_says(rate: float, mu: float, servers: int) -> None:
    model, meter = station(rate, ("exponential", 1 / mu), servers)
    runs = ran(model, 60_000.0, 2_000.0)
    wait = erlang_c(rate / mu, servers)
    inside([one.wait(meter) for one in runs], wait / (servers * mu - rate))
    inside([one.queue(meter) for one in runs], rate * wait / (servers * mu - rate))
    inside([float(one.meters[meter, 3] / one.meters[meter, 0]) for one in runs], wait)
    inside([one.queue(meter + 1) for one in runs], rate / mu)


@pytest.mark.parametrize(("law", "cv2"), [(("fixed", 1.0), 0.0), (("erlang", 4, 1.0), 0.25), (("gamma", 1.0, 0.7), 0.49),
                                          (("lognormal", 1.0, 0.8), 0.64), (("uniform", 0.5, 1.5), 1 / 12)])  # fmt: skip
def test_mg1_waits_as_pollaczek_and_khinchine_say(law: tuple[object, ...], cv2: float) -> None:
    model, meter = station(0.8, law)
    inside([one.wait(meter) for one in ran(model, 40_000.0, 1_000.0)], 0.8 * (1 + cv2) / 2 / 0.2)


@pytest.mark.parametrize(("load", "servers"), [(5.0, 10), (8.0, 6), (20.0, 25)])
def test_lost_calls_as_erlang_b(load: float, servers: int) -> None:
    model, _ = station(load, ("exponential", 1.0), servers, places=servers)
    inside([float(one.counts[0, 2] / one.counts[0, 0]) for one in ran(model, 10_000.0)], erlang_b(load, servers))


def test_mmck() -> None:
    model, meter = station(3.0, ("exponential", 0.5), 2, places=5)
    runs = ran(model, 20_000.0, 100.0)
    inside([float(one.counts[0, 2] / one.counts[0, 0]) for one in runs], 0.08511384)
    inside([one.queue(meter) for one in runs], 0.63362522)
    inside([one.wait(meter) for one in runs], 0.23085758)


def test_priority_without_preemption() -> None:
    model = Model(flows=["first", "second"])
    store = model.store("server", 1)
    served = model.law("exponential", 1.0)
    meters = []
    for flow, rate in enumerate((0.3, 0.5)):
        meters.append(model.meter(f"class {flow}", "queue"))
        program = model.program(f"c{flow}", s.seize(store, meters[-1], priority=flow), s.delay(served), s.release(store),
                                s.leave())  # fmt: skip
        source = model.program(f"s{flow}", s.arrive(flow, model.law("exponential", 1 / rate), program))
        model.entity(source, f"source {flow}")
    runs = ran(model, 40_000.0, 1_000.0)
    inside([one.wait(meters[0]) for one in runs], 1.14285714)
    inside([one.wait(meters[1]) for one in runs], 5.71428571)


@pytest.mark.parametrize("law", [("fixed", 2.0), ("exponential", 1.0)])
def test_absences(law: tuple[str, float]) -> None:
    """M/M/1 with multiple vacations: the wait of M/M/1 plus the residual of a vacation (Levy and Yechiali 1975)."""
    model, meter = station(0.6, ("exponential", 1.0), absence=law)
    residual = law[1] / 2 if law[0] == "fixed" else law[1]
    inside([one.wait(meter) for one in ran(model, 40_000.0, 1_000.0)], 0.6 / 0.4 + residual)


def test_bulk_service() -> None:
    """M/M[1,5]/1: up to five at once, with one alone if only one is there."""
    model, meter = station(4.0, ("exponential", 1.0), bulk=5)
    runs = ran(model, 40_000.0, 1_000.0)
    inside([one.wait(meter) for one in runs], 3.09539385)
    inside([one.queue(meter) for one in runs], 12.38157540)
    inside([1.0 - one.queue(meter + 1) for one in runs], 0.01803878)


def test_ferry_of_fifty_places() -> None:
    """Times in days: a departure every two days takes at most 50 of those who come at 20 a day."""
    model = Model(flows=["cars"], lines=["ferry"])
    quay, meter = model.quay(), model.meter("quay", "vessel")
    car = model.program("car", s.board(quay, meter), s.leave())
    ferry = model.program("ferry", s.until(2.0), s.load(quay, 50.0, line=0), s.unload(), s.jump("0"))
    model.entity(ferry, "ferry")
    model.entity(model.program("source", s.arrive(0, model.law("exponential", 1 / 20), car)), "source")
    runs = ran(model, 12_000.0, 200.0)
    inside([float(one.sailed[0, 4] / one.sailed[0, 0]) for one in runs], 0.21423852)
    inside([float(one.sailed[0, 3] / one.sailed[0, 0]) for one in runs], 40.21423852)
    inside([one.queue(meter) for one in runs], 20.21423852)
    inside([one.wait(meter) for one in runs], 1.01071193)


def test_headway() -> None:
    model = Model(flows=["riders"], lines=["line"])
    quay, meter = model.quay(), model.meter("stop", "vessel")
    rider = model.program("rider", s.board(quay, meter), s.leave())
    bus = model.program("bus", s.delay(model.law("uniform", 6.0, 18.0)), s.load(quay, 1e9, line=0), s.unload(),
                        s.jump("0"))  # fmt: skip
    model.entity(bus, "bus")
    model.entity(model.program("source", s.arrive(0, model.law("exponential", 1.0), rider)), "source")
    inside([one.wait(meter) for one in ran(model, 40_000.0, 100.0)], 6.5)


def test_closed_network() -> None:
    """Ten units go round three stations (mean value analysis, Reiser and Lavenberg 1980)."""
    model = Model(flows=["units"])
    steps, meters = [], []
    for name, mean in (("a", 0.5), ("b", 0.3), ("c", 0.2)):
        meters.append(model.meter(name, "queue"))
        steps.append(s.serve(model.pool(1), model.law("exponential", mean), meters[-1]))
    loop = model.program("unit", *steps, s.jump("0"))
    for unit in range(10):
        model.entity(loop, f"unit {unit}", units=1)
    runs = ran(model, 20_000.0, 200.0)
    span = runs[0].horizon - runs[0].warm
    inside([float(one.meters[meters[0], 0]) / span for one in runs], 1.99133725)
    inside([10.0 * span / float(one.meters[meters[0], 0]) for one in runs], 5.02175108)
    for meter, length in zip(meters, (7.90093401, 1.44069056, 0.65837543), strict=True):
        inside([one.queue(meter) + one.queue(meter + 1) for one in runs], length)


@pytest.mark.parametrize(("places", "exact"), [(0, 2 / 3), (3, 5 / 6)])
def test_line_that_blocks(places: int, exact: float) -> None:
    """Two saturated stations, blocking after service, with places between: (b + 2) / (b + 3)."""
    model = Model(flows=["jobs"])
    one, two = model.store("one", 1), model.store("two", 1)
    work = model.law("exponential", 1.0)
    if places:
        yard = model.store("yard", places)
        steps = [s.seize(one), s.delay(work), s.seize(yard), s.release(one), s.seize(two), s.release(yard)]
    else:
        steps = [s.seize(one), s.delay(work), s.seize(two), s.release(one)]
    loop = model.program("job", *steps, s.delay(work), s.release(two), s.jump("0"))
    for job in range(places + 3):
        model.entity(loop, f"job {job}", units=1)
    runs = ran(model, 20_000.0, 100.0)
    span = runs[0].horizon - runs[0].warm
    inside([float(run.meters[two[1], 0]) / span for run in runs], exact)


def mmc_by_events(rate: float, servers: int) -> Model:
    """The same queue by seize and release, so by events: its customers must fare exactly as those resolved on arrival."""
    model = Model(flows=["customers"])
    store = model.store("station", servers)
    served = model.law("exponential", 1.0)
    program = model.program("customer", s.seize(store), s.delay(served), s.release(store), s.leave())
    model.entity(model.program("source", s.arrive(0, model.law("exponential", 1 / rate), program)), "source")
    model.salts[program + 1] = model.salts[program]
    return model


@pytest.mark.parametrize("servers", [1, 2, 5])
def test_resolved_on_arrival_is_the_queue_by_events(servers: int) -> None:
    resolved, meter = station(0.9 * servers, ("exponential", 1.0), servers)
    evented = mmc_by_events(0.9 * servers, servers)
    one, other = resolved.run(5_000.0), evented.run(5_000.0)
    assert np.allclose(one.meters[meter], other.meters[0], rtol=1e-9)
    assert np.allclose(one.leads, other.leads, rtol=1e-9)
