"""Design against optima that others proved, and against the enumeration of every plan of small corridors."""

import csv
import os
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import linprog

from karvan.engines.design import CUT_SHORT, PROVEN, Limit, Problem, design

CASES = Path(os.environ.get("KARVAN_CASES", Path(__file__).parents[3] / "shared" / "cases"))
cases = pytest.mark.skipif(
    not CASES.is_dir(), reason="the published cases lie beside the repository, in ../shared/cases"
)


def expected(name: str) -> float:
    with (CASES / "expected.csv").open() as file:
        return float(next(row["expected"] for row in csv.DictReader(file) if row["id"] == name))


def fixed_charge(arcs: np.ndarray, supply: np.ndarray) -> Problem:
    """Arcs as rows (tail, head, unit cost, capacity, fixed cost), each open only when paid for."""
    paid = arcs[:, 4] > 0
    projects = np.flatnonzero(paid)
    return Problem(
        tail=arcs[:, 0].astype(int),
        head=arcs[:, 1].astype(int),
        capacity=np.where(paid, 0.0, arcs[:, 3]),
        cost=arcs[:, 2],
        supply=supply,
        price=arcs[projects, 4][:, None],
        adds=[(p, int(arc), float(arcs[arc, 3])) for p, arc in enumerate(projects)],
    )


def canad(name: str) -> Problem:
    lines = (CASES / "canad" / f"{name}.dow").read_text().splitlines()[1:]
    nodes, n_arcs, commodities = (int(word) for word in lines[0].split())
    arcs = np.array([[float(word) for word in line.split()[:5]] for line in lines[1 : 1 + n_arcs]])
    arcs[:, :2] -= 1
    supply = np.zeros((commodities, nodes))
    for row, line in zip(supply, lines[1 + n_arcs :], strict=False):
        origin, destination, quantity = (float(word) for word in line.split())
        row[int(origin) - 1], row[int(destination) - 1] = quantity, -quantity
    return fixed_charge(arcs, supply)


def fcnet(name: str) -> Problem:
    def rows(part: str) -> list[dict[str, str]]:
        with (CASES / "fcnet" / f"{name}_{part}.csv").open() as file:
            return list(csv.DictReader(file))

    nodes = {row["node"]: i for i, row in enumerate(rows("nodes"))}
    arcs = [[nodes[r["from"]], nodes[r["to"]], *map(float, (r["unit_cost"], r["capacity"], r["fixed_cost"]))]
            for r in rows("arcs")]  # fmt: skip
    return fixed_charge(np.array(arcs), -np.array([[float(row["net_inflow_required"]) for row in rows("nodes")]]))


def warehouses(name: str, capacitated: bool) -> Problem:
    words = iter((CASES / "orlib" / f"{name}.txt").read_text().split())
    sites, customers = int(next(words)), int(next(words))
    depots = [(float(next(words)), float(next(words))) for _ in range(sites)]
    arcs, supply = [], np.zeros((customers, 1 + sites + customers))
    for site, (capacity, fixed) in enumerate(depots):
        arcs.append((0, 1 + site, 0.0, capacity if capacitated else np.inf, fixed))
    for customer in range(customers):
        demand = float(next(words))
        supply[customer, 0], supply[customer, 1 + sites + customer] = demand, -demand
        arcs += [(1 + s, 1 + sites + customer, float(next(words)) / demand, np.inf, 0.0) for s in range(sites)]
    return fixed_charge(np.array(arcs), supply)


@cases
@pytest.mark.parametrize("name", ["r01.1", "r02.1", "r04.1", "c25_100_10_V_L_5"])
def test_fixed_charge_multicommodity_design_is_the_published_optimum(name: str) -> None:
    found = design(canad(name), seconds=120)
    assert (found.status, found.objective) == (PROVEN, pytest.approx(expected(f"ND-{name}"), abs=0.5))


@cases
@pytest.mark.parametrize("name", ["k10x90", "r20x100", "sp50x100"])
def test_fixed_charge_flow_is_the_published_optimum(name: str) -> None:
    found = design(fcnet(name), seconds=120)
    assert (found.status, found.objective) == (PROVEN, pytest.approx(expected(f"FC-{name}"), abs=0.5))


@cases
def test_a_search_cut_short_says_so_and_its_bound_holds() -> None:
    found = design(fcnet("r20x100"), seconds=0.05)
    assert found.status == CUT_SHORT
    assert found.bound <= expected("FC-r20x100") <= found.objective


@cases
@pytest.mark.parametrize(("name", "capacitated"), [("cap71", False), ("cap41", True)])
def test_warehouse_location_is_the_published_optimum(name: str, capacitated: bool) -> None:
    found = design(warehouses(name, capacitated), seconds=120)
    assert (found.status, found.objective) == (PROVEN, pytest.approx(expected(f"FL-{name}"), abs=0.01))


def small(seed: int) -> Problem:
    """A drawn corridor: a line of nodes with side arcs, up to five projects, four periods, a budget, needs, exclusions."""
    random = np.random.default_rng(seed)
    nodes, t, n, k = 5, 4, int(random.integers(2, 6)), int(random.integers(1, 4))
    pairs = [
        (i, j) for i in range(nodes) for j in range(nodes) if i != j and (abs(i - j) == 1 or random.random() < 0.3)
    ]
    a = len(pairs)
    supply = np.zeros((k, nodes))
    for row in supply:
        origin, destination = random.choice(nodes, 2, replace=False)
        row[origin] = random.uniform(2, 10)
        row[destination] = -row[origin]
    price = random.uniform(5, 60, (n, t))
    return Problem(
        tail=np.array([i for i, _ in pairs]), head=np.array([j for _, j in pairs]),
        capacity=np.where(random.random(a) < 0.3, 0.0, random.uniform(2, 12, a)), cost=random.uniform(1, 9, (k, a)),
        supply=supply, price=price, grows=np.cumprod(random.uniform(0.9, 1.3, (t, k)), axis=0),
        weight=0.94 ** np.arange(t), unmet=random.uniform(15, 40, k), builds=random.integers(0, 3, n),
        adds=[(p, int(random.integers(a)), float(random.uniform(3, 12))) for p in range(n) for _ in range(2)],
        needs=[(0, 1)] if random.random() < 0.5 else [], excludes=[(n - 1, 0)] if random.random() < 0.4 else [],
        limits=[Limit(price, float(price.mean() * n / 2))],
    )  # fmt: skip


def flow_cost(p: Problem, period: int, opened: tuple[int, ...]) -> float:
    """Cost of a period with some projects in use: a linear programme of its own, written out row by row."""
    k, nodes = p.supply.shape
    a = len(p.tail)
    capacity = p.capacity.copy()
    for project, arc, more in p.adds:
        capacity[arc] += more * (project in opened)
    supply = p.supply * p.grows[period][:, None]
    rows, right = [], []
    for c in range(k):
        for node in range(nodes):
            row = np.zeros(k * a + k)
            row[c * a : (c + 1) * a] = (p.tail == node).astype(float) - (p.head == node)
            row[k * a + c] = supply[c, node]
            rows.append(row)
            right.append(supply[c, node])
    shared = np.hstack([np.tile(np.eye(a), k), np.zeros((a, k))])
    cost = np.concatenate([p.cost.ravel(), p.unmet * np.maximum(supply, 0).sum(axis=1)])
    bounds = [(0, None)] * (k * a) + [(0, 1)] * k
    found = linprog(cost, A_ub=shared, b_ub=capacity, A_eq=np.array(rows), b_eq=right, bounds=bounds)
    assert found.status == 0
    return float(p.weight[period] * found.fun)


def enumerated(p: Problem) -> float:
    """The cheapest of all plans."""
    n, t = p.price.shape
    known: dict[tuple[int, tuple[int, ...]], float] = {}
    best = np.inf
    for begin in product(range(-1, t), repeat=n):
        spent = sum(p.price[i, when] for i, when in enumerate(begin) if when >= 0)
        late = any(begin[i] >= 0 and not 0 <= begin[j] <= begin[i] for i, j in p.needs)
        both = any(begin[i] >= 0 and begin[j] >= 0 for i, j in p.excludes)
        if late or both or spent > p.limits[0].most or spent >= best:
            continue
        total = spent
        for period in range(t):
            use = tuple(i for i, when in enumerate(begin) if when >= 0 and when + p.builds[i] <= period)
            if (period, use) not in known:
                known[period, use] = flow_cost(p, period, use)
            total += known[period, use]
        best = min(best, total)
    return best


@pytest.mark.parametrize("seed", range(1, 41))
def test_the_plan_of_a_small_corridor_is_the_best_of_all_plans(seed: int) -> None:
    problem = small(seed)
    found = design(problem, gap=1e-9)
    assert (found.status, found.objective) == (PROVEN, pytest.approx(enumerated(problem), rel=1e-7))


def test_a_larger_budget_never_lowers_what_the_best_plan_is_worth() -> None:
    falls = []
    for seed in range(1, 11):
        problem = small(seed)
        limits = [[Limit(problem.price, most)] for most in (0.0, 20.0, 60.0, 120.0, 1000.0)]
        costs = [design(replace(problem, limits=one), gap=1e-9).objective for one in limits]
        assert np.diff(costs).max() <= 1e-6
        falls.append(costs[0] - costs[-1])
    assert max(falls) > 1  # in some of these corridors money helps
