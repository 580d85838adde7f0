"""The simulation: `python bench/simulate.py [bench] [variant] [pending] [titr] [compile]` (all, where none is named).

bench: corridor-bench-1, CPU seconds a simulated year beside the peers whose scripts lie in the folder that KARVAN_PEERS
names (SimPy and cimba, where installed), each in a process of its own, and 1,000 years on two threads. variant: another
model of the same kind, per event. pending: cost per event as ever more is under way. titr: the reference corridor, its
hundred runs, and ten times its demand. compile: the first simulation of a process, without and with the cache.
"""

import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl

import karvan as kv

HERE = Path(__file__).parent
PEERS = Path(os.environ.get("KARVAN_PEERS", HERE.parents[1] / "shared" / "bench"))
ROUNDS = 5


def spent(run: Callable[[], kv.Result], times: int = ROUNDS) -> tuple[float, kv.Result]:
    """Median CPU seconds, after one that does not count."""
    result, taken = run(), []
    for _ in range(times):
        begun = time.process_time()
        run()
        taken.append(time.process_time() - begun)
    return statistics.median(taken), result


def events(result: kv.Result) -> float:
    return float(result.runs.filter(pl.col("what") == "events")["value"].sum())


def script(path: Path, *words: str, **more: str) -> dict[str, float]:
    """The line of JSON that a script prints, on one core."""
    core = ["taskset", "-c", "0"] if words[-1:] != ("2",) else []
    done = subprocess.run(
        [*core, sys.executable, str(path), *words], capture_output=True, text=True, env={**os.environ, **more}
    )
    if done.returncode:
        raise SystemExit(f"{path.name} failed:\n{done.stderr[-500:]}")
    line: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return line


def bench() -> None:
    """The benchmark model, each engine in processes of its own."""
    lines = [script(HERE / "des_karvan.py", "20", str(1 + 1000 * i), "1") for i in range(ROUNDS)]
    mine = statistics.median(line["cpu_per_year"] for line in lines)
    print(
        f"corridor-bench-1: {mine * 1e3:.1f} ms CPU a year, peak {max(line['rss_mib'] for line in lines):.0f} MiB in all"
    )
    for name, package, file, reps in (
        ("SimPy", "simpy", "des_simpy.py", "1"),
        ("cimba, servers as processes", "cimba", "des_cimba_servers.py", "10"),
    ):
        if importlib.util.find_spec(package) is None or not (PEERS / file).is_file():
            print(f"  {name}: not installed, or no {file} beside; skipped")
            continue
        theirs = statistics.median(script(PEERS / file, reps, str(1 + i))["cpu_per_year"] for i in range(3))
        print(f"  {name}: {theirs * 1e3:.0f} ms, {theirs / mine:.0f} times")
    wall = script(HERE / "des_karvan.py", "1000", "1", "2")["wall"]
    print(f"  1,000 years on two threads: {wall:.1f} s")


def varied(corridor: kv.Corridor) -> kv.Corridor:
    """Other counts, other distributions, and one more stage: an inspection after customs."""
    resources = corridor.resources
    lanes = resources.filter(pl.col("resource_id") == "customs")
    other = resources.with_columns(
        servers=pl.when(pl.col("resource_id") == "cranes").then(7).otherwise(pl.col("servers")).cast(pl.Int64),
        time_kind=pl.when(pl.col("resource_id") == "cranes").then(pl.lit("gamma")).otherwise(pl.col("time_kind")),
    )
    more = lanes.with_columns(resource_id=pl.lit("inspection"), time_kind=pl.lit("erlang"), time_cv=pl.lit(0.5))
    steps = corridor.procedures
    customs = steps.filter(pl.col("resource_id") == "customs")
    after = customs.with_columns(order=pl.col("order") + 1, resource_id=pl.lit("inspection"))
    return corridor.replace(resources=pl.concat([other, more]), procedures=pl.concat([steps, after]))


def variant() -> None:
    """Cost per event of the benchmark model and of another."""
    base = kv.read(HERE / "corridor-bench-1")
    per = []
    for name, corridor in (("corridor-bench-1", base), ("its variant", varied(base))):
        seconds, result = spent(lambda c=corridor: kv.simulate(c, start="2022-01-01", days=365, runs=5))
        per.append(seconds / events(result))
        print(f"{name}: {per[-1] * 1e9:.0f} ns CPU an event, {events(result) / 5:,.0f} events a year")
    print(f"  the variant costs {per[1] / per[0] - 1:+.0%} an event")


def pending() -> None:
    """Cost per event as ever more wagons are on their last stretch, each by itself."""
    base, costs = kv.read(HERE / "corridor-bench-1"), []
    for hours in (8.0, 80.0, 800.0, 8000.0):
        last = pl.col("link_id") == "R2"
        times = hours / pl.col("hours")
        links = base.links.with_columns(
            pl.when(last).then(pl.col(name) * times).otherwise(pl.col(name)).alias(name)
            for name in ("hours", "hours_p90")
        )
        slow = base.replace(links=links)
        seconds, result = spent(lambda c=slow: kv.simulate(c, start="2022-01-01", days=730, runs=1), 3)
        inside = float(result.balance["waiting"].sum())
        costs.append(seconds / events(result))
        print(f"last stretch of {hours:,.0f} h, {inside:,.0f} wagons under way: {costs[-1] * 1e9:.0f} ns CPU an event")
    print(f"  dearest by cheapest: {max(costs) / min(costs):.2f}")


def titr() -> None:
    """The reference corridor: a base year, a hundred runs, ten times the demand."""
    base = kv.load("titr")
    one, _ = spent(lambda: kv.simulate(base, days=365, runs=1), 3)
    print(f"titr, one base year: {one:.3f} s CPU")
    begun = time.perf_counter()
    kv.simulate(base, start="2026-01-01", days=365, runs=100, threads=2)
    print(f"  100 runs of 2026 on two threads: {time.perf_counter() - begun:.1f} s")
    ten = base.replace(demand=base.demand.with_columns(pl.col("^(kt|seen_kt|kteu|seen_kteu)$") * 10))
    more, _ = spent(lambda: kv.simulate(ten, days=365, runs=1), 1)
    print(f"  ten times the demand: {more:.2f} s CPU, {more / one:.1f} times")


def compiled() -> None:
    """Seconds from `import karvan` to the first simulated day of toy, in a process of its own."""
    words = [sys.executable, "-c", "import karvan as kv; kv.simulate(kv.load('toy'), days=1, runs=1)"]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("without the cache", "with it"):
            begun = time.perf_counter()
            subprocess.run(words, check=True, env={**os.environ, "NUMBA_CACHE_DIR": folder})
            print(f"first simulation {name}: {time.perf_counter() - begun:.1f} s")


PARTS = {"bench": bench, "variant": variant, "pending": pending, "titr": titr, "compile": compiled}


if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
