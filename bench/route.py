"""Speed of ``route`` on a shipped corridor: ``python bench/route.py [corridor] [most pairs a commodity]``.

All pairs of places that demand names, all commodities: the Pareto set on four criteria, eps 0.5 %, and the k best ways.
Bar: a whole Pareto query p50 at most 1 ms and p99 at most 10 ms, warm; compiling a commodity about 0.15 s. Times are of
the wall clock, and of the thread's own CPU, which a busy machine does not blur.
"""

import sys
import time
from collections import defaultdict
from itertools import permutations

import numpy as np

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.network import ways
from karvan.network.compile import Compiled, compile
from karvan.network.cost import Load
from karvan.network.cost import load as loaded
from karvan.shipment import Shipment

EPS, K = 0.005, 4
Spent = dict[str, list[np.ndarray]]
SIZES = {"container": {"feu": 1}, "wagon": {"wagons": 1}, "tank": {"wagons": 1}, "truck": {"trucks": 1}}


def one(net: Compiled) -> Load:
    """One box, wagon, truck or 1,000 t: in the form in which the commodity usually travels."""
    size = SIZES.get(net.goods.forms[0], {"tonnes": 1000})
    return loaded(Shipment("", "", net.goods.commodity, **size), net.goods)


def clock() -> np.ndarray:
    """Milliseconds on the wall and of this thread's CPU."""
    return np.array([time.perf_counter(), time.thread_time()]) * 1e3


def commodity(net: Compiled, pairs: list[tuple[str, str]], spent: Spent) -> tuple[int, int, int]:
    """Asks all pairs of one commodity: (pairs with a way, searches cut short, ways in all sets)."""
    shipped = one(net)
    reached = cut = size = 0
    for ends in pairs:
        start = clock()
        asked = ways.query(net, shipped, ends)
        middle = clock()
        found = ways.pareto(asked, eps=EPS)
        end = clock()
        if not found.ways:
            continue
        for name, since, until in (("query", start, middle), ("pareto", middle, end), ("query + pareto", start, end)):
            spent[name].append(until - since)
        reached, cut, size = reached + 1, cut + (not found.proven), size + len(found.ways)
        for objective, k in (("price", 1), ("price", K), ("cost", 1), ("cost", K)):
            start = clock()
            cut += not ways.best(asked, objective, k).proven
            spent[f"{k} best by {objective}"].append(clock() - start)
    return reached, cut, size


def tell(spent: Spent) -> None:
    for name, rows in spent.items():
        (wall, wall99), (cpu, cpu99) = np.percentile(np.array(rows), (50, 99), axis=0).T
        print(f"  {name:<16} p50 {wall:7.3f}   p99 {wall99:7.3f}   of CPU: p50 {cpu:7.3f}   p99 {cpu99:7.3f}   ms")


def bench(corridor: Corridor, most: int) -> None:
    places = sorted({*corridor.demand["origin"], *corridor.demand["destination"]})
    pairs = list(permutations(places, 2))
    if len(pairs) > most:
        pairs = [pairs[at] for at in np.random.default_rng(1).permutation(len(pairs))[:most]]
    print(
        f"{corridor.name}: {len(places)} places of demand, {len(pairs):,} pairs, {corridor.commodities.height} commodities"
    )
    spent: Spent = defaultdict(list)
    compiled: Spent = defaultdict(list)
    reached = cut = size = 0
    for name in corridor.commodities["commodity_id"].to_list():
        start = clock()
        net = compile(corridor, name)
        compiled["compile"].append(clock() - start)
        commodity(net, pairs[:3], defaultdict(list))  # warm
        more = commodity(net, pairs, spent)
        reached, cut, size = reached + more[0], cut + more[1], size + more[2]
    tell(compiled)
    tell(spent)
    print(f"  {reached:,} pairs have a way, {size / reached:.1f} in a set; searches cut short: {cut}")


if __name__ == "__main__":
    bench(load(sys.argv[1] if len(sys.argv) > 1 else "titr"), int(sys.argv[2]) if len(sys.argv) > 2 else 10**9)
