"""Equilibrium of the published networks against AequilibraE, and the year of titr: `python bench/assign.py [SiouxFalls] [Anaheim] [titr]`.

The networks (TNTP form) lie in the folder that KARVAN_CASES names. Karvan: median of 21 runs, warm, one core.
AequilibraE, its bi-conjugate Frank-Wolfe on two cores, is skipped with a word where it is not installed.
"""

import importlib.util
import logging
import os
import re
import statistics
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from karvan.data.load import load
from karvan.engines.assign.patches import Patch, settled
from karvan.engines.assign.prepared import market, prepare
from karvan.engines.assign.settle import settle
from karvan.kernels import paths
from karvan.kernels.flows import BPR, CONVERGED, Graph, bpr, solve_graph

CASES = Path(os.environ.get("KARVAN_CASES", Path(__file__).parents[2] / "shared" / "cases")) / "tntp"
Network = tuple[int, int, np.ndarray, np.ndarray]


def read(name: str) -> Network:
    """Nodes, the first that may be passed through, links sorted by tail, and trips (origin, destination, units)."""
    head, rows = (CASES / f"{name}_net.tntp").read_text().split("<END OF METADATA>")
    nodes, through = (int(head.split(f"<{key}>")[1].split()[0]) for key in ("NUMBER OF NODES", "FIRST THRU NODE"))
    lines = [row.replace(";", " ").split()[:7] for row in rows.splitlines() if row.strip() and row.strip()[0] != "~"]
    links = np.array(lines, float)
    trips = []
    for block in (CASES / f"{name}_trips.tntp").read_text().split("Origin")[1:]:
        origin = int(block.split()[0])
        for goal, units in re.findall(r"(\d+)\s*:\s*([\d.eE+-]+)", block):
            if int(goal) != origin and float(units) > 0:
                trips.append((origin, int(goal), float(units)))
    return nodes, through, links[np.argsort(links[:, 0], kind="stable")], np.array(trips)


def karvan(network: Network, gap: float) -> tuple[float, str]:
    """Median seconds, and what was reached."""
    nodes, through, links, trips = network
    ptr, _ = paths.csr(links[:, 0].astype(int) - 1, nodes)
    param = [bpr(row[4], row[5], row[2], max(row[6], 1.0)) for row in links]
    pairs = trips[:, 0] - 1, trips[:, 1] - 1, trips[:, 2]
    graph = Graph(ptr, links[:, 1] - 1, [BPR] * len(links), param, *pairs, np.arange(nodes) + 1 >= through)
    spent = []
    for _ in range(22):
        start = time.perf_counter()
        found = solve_graph(graph, gap=gap)
        spent.append(time.perf_counter() - start)
    assert found.status == CONVERGED
    return statistics.median(spent[1:]), f"gap {found.gap:.1e}, {found.rounds} rounds"


def aequilibrae(network: Network, gap: float) -> tuple[float, str]:
    """Seconds of one run, and what was reached."""
    import pandas as pd
    from aequilibrae.matrix import AequilibraeMatrix
    from aequilibrae.paths import Graph as TheirGraph
    from aequilibrae.paths import TrafficAssignment, TrafficClass

    _, through, links, trips = network
    zones = int(trips[:, :2].max())
    graph = TheirGraph()
    columns = ("a_node", "b_node", "capacity", "length", "free_flow_time", "b", "power")
    graph.network = pd.DataFrame(links, columns=columns).assign(link_id=np.arange(len(links)) + 1, direction=1)
    graph.network = graph.network.astype({"a_node": int, "b_node": int}).assign(
        power=lambda frame: frame["power"].clip(lower=1.0)
    )
    graph.network_ok, graph.status, graph.mode = True, "OK", "c"
    graph.prepare_graph(np.arange(zones) + 1)
    graph.set_graph("free_flow_time")
    graph.set_skimming(["free_flow_time"])
    graph.set_blocked_centroid_flows(through > 1)
    matrix = AequilibraeMatrix()
    matrix.create_empty(zones=zones, matrix_names=["all"], memory_only=True)
    matrix.index[:] = np.arange(zones) + 1
    matrix.matrix["all"][:, :] = 0.0
    matrix.matrix["all"][trips[:, 0].astype(int) - 1, trips[:, 1].astype(int) - 1] = trips[:, 2]
    matrix.computational_view(["all"])
    job = TrafficAssignment()
    job.set_classes([TrafficClass("all", graph, matrix)])
    job.set_vdf("BPR")
    job.set_vdf_parameters({"alpha": "b", "beta": "power"})
    job.set_capacity_field("capacity")
    job.set_time_field("free_flow_time")
    job.set_algorithm("bfw")
    job.max_iter, job.rgap_target = 5000, gap
    job.set_cores(2)
    start = time.perf_counter()
    job.execute()
    spent = time.perf_counter() - start
    return spent, f"gap {float(job.assignment.rgap):.1e}, {int(job.assignment.iter)} iterations"


def titr() -> None:
    """The shipped corridor with all commodities: from nothing, from delays 5 % off, and draws of seven parameters."""
    start = time.perf_counter()
    ready = prepare(load("titr"), 2022)
    print(
        f"titr: {len(ready.classes)} pairs and goods, {ready.fixed.size} ways, prepared in {time.perf_counter() - start:.1f} s"
    )
    of = market(ready)
    now = settle(of, gap=1e-6)
    print(f"  from nothing to 1e-06 {_median(lambda: settle(of, gap=1e-6)):10.2f} ms   {now.steps} steps")
    print(f"  from 5 % off to 1e-06 {_median(lambda: settle(of, gap=1e-6, delay0=now.delay * 1.05)):10.2f} ms")
    draw, count = np.random.default_rng(1), 2000
    patches = [_drawn(draw) for _ in range(count)]
    start = time.perf_counter()
    worst = max(one.gap for one in settled(ready, patches, threads=2))
    spent = time.perf_counter() - start
    assert worst <= 1e-9
    print(f"  {count:,} draws to 1e-09    {spent:10.1f} s    10,000 in {spent * 1e4 / count:.0f} s on two threads")


def _drawn(draw: np.random.Generator) -> Patch:
    factors = [float(one) for one in draw.uniform(0.8, 1.25, 5)]
    return Patch(
        factors[0], nest=float(draw.uniform(0.3, 1.0)), time=factors[1], demand=factors[2],
        prices={"KTZ": factors[3], "ADY": factors[4]}, constants={"middle": float(draw.uniform(-0.1, 0.1))},
    )  # fmt: skip


def _median(work: Callable[[], object]) -> float:
    """Median milliseconds of 21 runs."""
    spent = []
    for _ in range(21):
        start = time.perf_counter()
        work()
        spent.append(time.perf_counter() - start)
    return statistics.median(spent) * 1e3


def main(names: list[str]) -> None:
    if not names or "titr" in names:
        titr()
    if not CASES.is_dir():
        print(f"assign: the published networks are not there ({CASES}): name their folder by KARVAN_CASES")
        return
    peer = importlib.util.find_spec("aequilibrae") is not None
    if not peer:
        print("aequilibrae: not installed, skipped")
    os.environ["AEQ_SHOW_PROGRESS"] = "FALSE"
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    for name in [name for name in names if name != "titr"] or ([] if names else ["SiouxFalls", "Anaheim"]):
        network = read(name)
        print(f"{name}: {len(network[2])} links, {len(network[3])} pairs")
        for gap in (1e-6, 1e-10):
            seconds, said = karvan(network, gap)
            print(f"  Karvan       to {gap:.0e} {seconds * 1e3:10.2f} ms   {said}")
            if peer and gap == 1e-6:
                theirs, said = aequilibrae(network, gap)
                print(f"  AequilibraE  to {gap:.0e} {theirs * 1e3:10.2f} ms   {said}: {theirs / seconds:.0f} times")


if __name__ == "__main__":
    main(sys.argv[1:])
