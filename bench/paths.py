"""Path kernels against their peers, in one process: `python bench/paths.py [tree] [pareto] [k_best] [harsh]`.

Peers (scipy, igraph, networkx, scgraph) are skipped with a word where they are not installed. Times are medians, warm.
"""

import importlib
import importlib.metadata
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import ModuleType

import numpy as np

from karvan.kernels import paths

CRITERIA, EPS, THREADS = 4, 0.005, 2


def peer(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"  {name:<22} not installed, skipped")
        return None


def median_ms(run: Callable[[], object], times: int) -> float:
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        spent.append((time.perf_counter() - start) * 1e3)
    return statistics.median(spent)


def plain(side: int = 500, arcs: int = 650_000, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A thinned grid of side * side vertices: (tail, head, cost), sorted by tail."""
    rng = np.random.default_rng(seed)
    at = np.arange(side * side, dtype=np.int32)
    east = at[at % side < side - 1]
    a = np.concatenate([east, at[:-side]])
    b = np.concatenate([east + 1, at[:-side] + side])
    kept = rng.permutation(a.size)[: arcs // 2]
    a, b, cost = a[kept], b[kept], rng.uniform(1, 10, kept.size)
    tail, head, cost = np.concatenate([a, b]), np.concatenate([b, a]), np.concatenate([cost, cost])
    order = np.argsort(tail, kind="stable")
    return tail[order], head[order], cost[order]


def bench_tree() -> None:
    tail, head, cost = plain()
    n = 250_000
    ptr, _ = paths.csr(tail, n)
    every = np.ones(head.size, bool)
    source = n // 2 + 250
    print(f"tree: {n:,} vertices, {head.size:,} arcs, one source to all")
    dist, _ = paths.tree(ptr, head, cost, every, source)
    ours = median_ms(lambda: paths.tree(ptr, head, cost, every, source), 15)

    def tell(name: str, ms: float) -> None:
        version = "" if name == "karvan" else importlib.metadata.version(name)
        print(f"  {name:<10} {version:<11} {ms:9.1f} ms   {ms / ours:6.2f} times karvan", flush=True)

    tell("karvan", ours)
    if peer("scipy"):
        sparse, graph = importlib.import_module("scipy.sparse"), importlib.import_module("scipy.sparse.csgraph")
        matrix = sparse.csr_matrix((cost, head, ptr.astype(np.int32)), shape=(n, n))
        assert np.allclose(graph.dijkstra(matrix, indices=source), dist)
        tell("scipy", median_ms(lambda: graph.dijkstra(matrix, indices=source, return_predecessors=True), 15))
    if igraph := peer("igraph"):
        net = igraph.Graph(n=n, edges=np.column_stack([tail, head]), directed=True)
        weights = cost.tolist()
        assert np.allclose(net.distances(source, weights=weights)[0], dist)
        tell("igraph", median_ms(lambda: net.distances(source, weights=weights), 5))
    if networkx := peer("networkx"):
        net = networkx.DiGraph()
        net.add_weighted_edges_from(zip(tail.tolist(), head.tolist(), cost.tolist(), strict=True))
        tell("networkx", median_ms(lambda: networkx.single_source_dijkstra_path_length(net, source), 5))
    if scgraph := peer("scgraph"):
        rows: list[dict[int, float]] = [{} for _ in range(n)]
        for a, b, c in zip(tail.tolist(), head.tolist(), cost.tolist(), strict=True):
            rows[a][b] = c
        net = scgraph.Graph(rows, validate=False)
        tell("scgraph", median_ms(lambda: net.get_shortest_path_tree(source), 5))


@dataclass(frozen=True)
class Made:
    """A made corridor: places in a band, three vehicle classes at each (rail, road, water)."""

    places: int
    place: np.ndarray
    ptr: np.ndarray
    head: np.ndarray
    cost: np.ndarray
    rptr: np.ndarray
    rtail: np.ndarray
    rarc: np.ndarray
    sig: np.ndarray


def made(harsh: bool = False, places: int = 200, links: int = 600, seed: int = 7) -> Made:
    """Links (places in a band: least spanning tree, then nearest neighbours) for one or two classes; transfers.

    Criteria: price, hours, CO2e, risk, by the kilometre and class. An operator (a class in one of ten countries) has
    its own price and speed, a link departs from them by up to a tenth. `harsh`: every criterion of every link scatters
    on its own by -30 to +50 %, which no tariff does: sets grow by the hundred.
    """
    rng = np.random.default_rng(seed)
    x, y = rng.uniform(0, 6000, places), rng.uniform(0, 1200, places)
    km = np.hypot(x[:, None] - x, y[:, None] - y)
    near = np.argsort(km, axis=1)[:, 1:]
    pairs: set[tuple[int, int]] = set()
    joined, rest = [0], set(range(1, places))
    while rest:  # the least spanning tree, so that all places are joined
        out = sorted(rest)
        among = km[np.ix_(joined, out)]
        i, j = np.unravel_index(int(among.argmin()), among.shape)
        pairs.add((min(joined[i], out[j]), max(joined[i], out[j])))
        joined.append(out[j])
        rest.remove(out[j])
    rank = 0
    while len(pairs) < links // 2:
        for p in rng.permutation(places).tolist():
            if len(pairs) < links // 2:
                pairs.add((min(p, int(near[p, rank])), max(p, int(near[p, rank]))))
        rank += 1
    rate = np.array([[0.05, 1 / 35, 0.02, 1e-5], [0.11, 1 / 60, 0.07, 3e-5], [0.03, 1 / 18, 0.03, 2e-5]])
    loose = np.array([1.0, 1.0, harsh, harsh])
    low, high = (-0.3, 0.5) if harsh else (-0.1, 0.1)
    operator = np.ones((10, 3, CRITERIA))
    if not harsh:
        operator[:, :, :2] = rng.uniform(0.7, 1.5, (10, 3, 2))
    tail, head, cost, sig = [], [], [], []
    for a, b in sorted(pairs):
        for mode in rng.choice(3, rng.integers(1, 3), replace=False, p=[0.5, 0.35, 0.15]).tolist():
            for u, v in ((a, b), (b, a)):
                tail.append(3 * u + mode)
                head.append(3 * v + mode)
                own = rate[mode] * operator[int(x[min(u, v)] // 600), mode]
                cost.append(km[a, b] * own * (1 + loose * rng.uniform(low, high, CRITERIA)))
                sig.append(0)
    for p in range(places):
        for m in range(3):
            for w in range(3):
                if m != w:
                    tail.append(3 * p + m)
                    head.append(3 * p + w)
                    cost.append(np.array([60, 18, 2, 1e-3]) * (1 + loose * rng.uniform(-0.5, 1, CRITERIA)))
                    sig.append(len(sig) + 1)
    n = 3 * places
    ptr, order = paths.csr(tail, n)
    tails, heads = np.array(tail, np.int32)[order], np.array(head, np.int32)[order]
    rptr, rarc = paths.csr(heads, n)
    place = np.repeat(np.arange(places, dtype=np.int32), 3)
    costs, sigs = np.array(cost)[order], np.array(sig, np.int64)[order]
    return Made(places, place, ptr, heads, costs, rptr, tails[rarc], rarc, sigs)


def to_target(net: Made, target: int) -> tuple[list[float], list[int], int]:
    """All queries to one target, its bounds shared: (ms of each, ways of each, queries cut short)."""
    every = np.ones(net.head.size, bool)
    ms, sizes, cut = [], [], 0
    start = time.perf_counter()
    lb = paths.bounds(net.rptr, net.rtail, net.rarc, net.cost, every, 3 * target)
    shared = (time.perf_counter() - start) * 1e3 / (net.places - 1)
    for source in range(net.places):
        if source != target:
            start = time.perf_counter()
            found = paths.pareto(net.ptr, net.head, net.cost, every, net.place, lb, 3 * source, 3 * target, EPS)
            ms.append((time.perf_counter() - start) * 1e3 + shared)
            sizes.append(len(found.values))
            cut += found.status
    return ms, sizes, cut


def bench_pareto(harsh: bool = False) -> None:
    net = made(harsh)
    to_target(net, 0)
    print(
        f"pareto: {net.places} places, {net.place.size} vertices, {net.head.size:,} arcs, {CRITERIA} criteria, eps {EPS}"
    )
    start, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda t: to_target(net, t), range(net.places)))
    total, cpu = time.perf_counter() - start, time.process_time() - cpu
    ms = np.concatenate([a[0] for a in answers])
    sizes = np.concatenate([a[1] for a in answers])
    print(f"  all {ms.size:,} pairs one by one, {THREADS} threads: {total:.2f} s, of CPU {cpu:.2f} s; ", end="")
    print(f"cut short: {sum(a[2] for a in answers)}")
    print(f"  a query, its share of the bounds included: p50 {np.percentile(ms, 50):.3f} ms, ", end="")
    print(f"p99 {np.percentile(ms, 99):.3f} ms, worst {ms.max():.1f} ms")
    print(f"  ways in a set: median {np.median(sizes):.0f}, most {sizes.max()}")
    all_pairs(net)


def all_pairs(net: Made) -> None:
    """All pairs again, the sets from one place to all others in one call."""
    every, ends = np.ones(net.head.size, bool), np.arange(0, net.place.size, 3, dtype=np.int32)

    def bounds(target: int) -> np.ndarray:
        return paths.bounds(net.rptr, net.rtail, net.rarc, net.cost, every, target)

    def sets(source: int, lb: np.ndarray) -> tuple[int, int]:
        found = paths.pareto_sets(net.ptr, net.head, net.cost, every, net.place, lb, source, ends, EPS)
        return sum(len(ways.values) for ways in found), sum(ways.status for ways in found)

    wall, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(THREADS) as pool:
        lb = np.stack([*pool.map(bounds, ends.tolist())])
        answers = list(pool.map(lambda source: sets(source, lb), ends.tolist()))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    ways, cut = np.array(answers).sum(axis=0)
    print(
        f"  all pairs, a place to all others in one call, {THREADS} threads: {wall:.2f} s, of CPU {cpu:.2f} s; ", end=""
    )
    print(f"{ways:,} ways; cut short: {cut}")


def bench_k_best(k: int = 10) -> None:
    net = made()
    every = np.ones(net.head.size, bool)
    price = np.ascontiguousarray(net.cost[:, 0])
    ms, cut = [], 0
    for source, target in np.random.default_rng(5).integers(0, net.places, (300, 2)).tolist():
        lb = paths.bounds(net.rptr, net.rtail, net.rarc, net.cost[:, :1], every, 3 * target)[:, 0]
        start = time.perf_counter()
        found = paths.k_best(net.ptr, net.head, price, every, net.place, lb, 3 * source, 3 * target, k, net.sig)
        ms.append((time.perf_counter() - start) * 1e3)
        cut += found.status
    print(f"k_best: the same corridor, {k} best ways that differ by their transfers, 300 pairs")
    print(
        f"  p50 {np.percentile(ms, 50):.3f} ms, p99 {np.percentile(ms, 99):.3f} ms, worst {max(ms):.1f} ms; cut short: {cut}"
    )


if __name__ == "__main__":
    for name in sys.argv[1:] or ["tree", "pareto", "k_best"]:
        {"tree": bench_tree, "pareto": bench_pareto, "harsh": lambda: bench_pareto(True), "k_best": bench_k_best}[
            name
        ]()
