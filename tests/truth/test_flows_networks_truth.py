"""Sioux Falls and Anaheim to their published flows, over all paths, and over ways that are grown from outside."""

import os
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from karvan.kernels import paths
from karvan.kernels.flows import BPR, CONVERGED, Graph, Problem, bpr, solve, solve_graph

CASES = Path(os.environ.get("KARVAN_CASES", Path(__file__).parents[3] / "shared" / "cases")) / "tntp"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the published networks are not beside the project")

Loads = Callable[[str], tuple[np.ndarray, np.ndarray]]


def body(name: str) -> tuple[str, str]:
    head, rows = (CASES / f"{name}.tntp").read_text().split("<END OF METADATA>")
    return head, rows


def read(name: str) -> tuple[int, int, np.ndarray, list[tuple[int, int, float]]]:
    """Nodes, the first that may be passed through, links sorted by tail, and trips between different zones."""
    head, rows = body(f"{name}_net")
    nodes, through = (int(head.split(f"<{key}>")[1].split()[0]) for key in ("NUMBER OF NODES", "FIRST THRU NODE"))
    lines = [row.replace(";", " ").split()[:7] for row in rows.splitlines() if row.strip() and row.strip()[0] != "~"]
    links = np.array(lines, float)
    trips = []
    for block in body(f"{name}_trips")[1].split("Origin")[1:]:
        origin = int(block.split()[0])
        for d, units in re.findall(r"(\d+)\s*:\s*([\d.eE+-]+)", block):
            if int(d) != origin and float(units) > 0:
                trips.append((origin - 1, int(d) - 1, float(units)))
    return nodes, through, links[np.argsort(links[:, 0], kind="stable")], trips


def whole(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The links of a network and their loads in balance over all paths."""
    nodes, through, links, trips = read(name)
    ptr, _ = paths.csr(links[:, 0].astype(int) - 1, nodes)
    param = [bpr(row[4], row[5], row[2], max(row[6], 1.0)) for row in links]
    pairs = zip(*trips, strict=True)
    graph = Graph(ptr, links[:, 1] - 1, [BPR] * len(links), param, *pairs, np.arange(nodes) + 1 >= through)
    found = solve_graph(graph, gap=1e-10)
    assert found.status == CONVERGED and abs(found.gap) <= 1e-10
    return links, found.load


def grown(name: str) -> tuple[np.ndarray, np.ndarray]:
    """The same over ways that are added, by a tree an origin a round, until none is shorter."""
    nodes, through, links, trips = read(name)
    tail, to = links[:, 0].astype(int) - 1, links[:, 1].astype(int) - 1
    ptr, _ = paths.csr(tail, nodes)
    param = [bpr(row[4], row[5], row[2], max(row[6], 1.0)) for row in links]
    ways: list[dict[tuple[int, ...], float]] = [{} for _ in trips]
    delay, level, found = links[:, 4], np.full(len(trips), np.inf), None
    for _ in range(60):
        added = 0
        for origin in sorted({trip[0] for trip in trips}):
            open_ = (tail + 1 >= through) | (tail == origin)
            dist, via = paths.tree(ptr, to, delay, open_, origin)
            for k, (o, d, _) in enumerate(trips):
                if o == origin and dist[d] < level[k] * (1 - 1e-9):
                    way, at = [], d
                    while at != origin:
                        way.append(int(via[at]))
                        at = tail[via[at]]
                    added += tuple(way) not in ways[k]
                    ways[k].setdefault(tuple(way), 0.0)
        if not added:
            break
        every = [way for of in ways for way in of]
        problem = Problem(
            np.cumsum([0, *map(len, ways)]),
            np.cumsum([0, *map(len, every)]),
            np.concatenate(every),
            np.zeros(len(every)),
            np.ones(len(trips)),
            [trip[2] for trip in trips],
            [BPR] * len(links),
            param,
        )
        found = solve(problem, gap=1e-9, flow0=[flow for of in ways for flow in of.values()])
        assert found.status == 0
        delay, level = found.delay, found.level
        for of, i in zip(ways, problem.first, strict=False):
            for j, way in enumerate(of):
                of[way] = found.flow[i + j]
    assert found is not None and not added
    return links, found.load


@pytest.mark.parametrize("loads", [whole, grown])
@pytest.mark.parametrize(
    ("name", "objective", "total"),
    [("SiouxFalls", 4231335.28710744, 7480225.344921), ("Anaheim", 1286032.17109603, 1419913.851059)],
)
def test_published_networks(loads: Loads, name: str, objective: float, total: float) -> None:
    links, load = loads(name)
    power = np.maximum(links[:, 6], 1.0)
    delay = links[:, 4] * (1 + links[:, 5] * (load / links[:, 2]) ** power)
    beckmann = links[:, 4] * load * (1 + links[:, 5] / (power + 1) * (load / links[:, 2]) ** power)
    assert beckmann.sum() == pytest.approx(objective, rel=1e-6)
    assert load @ delay == pytest.approx(total, rel=1e-6)
    known = {}
    for row in (CASES / f"{name}_flow.tntp").read_text().splitlines():
        part = row.replace(":", " ").replace(";", " ").split()
        if len(part) >= 4 and part[0].isdigit():
            known[int(part[0]), int(part[1])] = float(part[2])
    flow = np.array([known[int(row[0]), int(row[1])] for row in links])
    felt = links[:, 5] > 0  # a link of constant cost may share its flow with another in any way
    assert np.abs(load - flow)[felt].max() < 0.005 * flow.max()
    assert np.sqrt(np.mean((load - flow)[felt] ** 2)) < 0.001 * flow.mean()
