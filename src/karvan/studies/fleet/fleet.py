"""The word: fleets of all lines and years, searched, checked together, and told."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.simulate import Simulated, simulate
from karvan.engines.simulate.plan.flows import Flow
from karvan.engines.simulate.plan.flows import flows as flows_of
from karvan.errors import InputError, NameUnknown
from karvan.network.compile import on
from karvan.result import Result, Run
from karvan.studies.fleet import tell
from karvan.studies.fleet.asked import Sought, Target, sane, target_of
from karvan.studies.fleet.lines import Line, lines_of
from karvan.studies.fleet.search import Found, search
from karvan.studies.fleet.stock import stock
from karvan.studies.fleet.trial import Candidate, Seen, overall, patched, pinned, scaled, seen, verdicts
from karvan.version import VERSION

PASSES = 2
"""Lines share berths: each is sought beside the fleets found for the others, and again where together one fails."""


@dataclass(frozen=True)
class Fleet(Result):
    """What ``fleet`` gives back.

    ``fleets``: a row a line and year: the cheapest fleet that surely meets the target, what it costs and does, whether every
    cheaper one is refuted (``proven``), whether all fleets together still meet it (``together``), or what binds. ``curve``:
    fleets of one ship fewer to two more. ``rules``: the same fleet by each rule of departure. ``tried``: every candidate with
    what refuted it: a bound, a simulation, or its cost. ``sea``: what a sea lower by so many metres leaves. ``stock``:
    locomotives, wagons and ships not known one by one, by Little's law. The balance is that of all fleets together.
    """


def fleet(
    corridor: Corridor,
    *,
    target: Mapping[str, float],
    lines: Sequence[str] = (),
    years: Sequence[int] = (),
    rules: Sequence[str] = ("own", "timetable"),
    most: int = 12,
    ship_day_usd: Mapping[str, float] | None = None,
    days: float = 365,
    warmup: float = 30,
    runs: int = 4,
    seed: int = 1,
    threads: int = 1,
    tags: Sequence[str] = ("middle",),
    progress: Callable[[int, int], None] | None = None,
) -> Fleet:
    """The cheapest ships of each line that meet a target, and what refutes every cheaper fleet.

    ``target``: one or more of ``kt`` (thousand tonnes a year on the one line asked for), ``carried`` (share, 0.95 where it is
    not given), ``wait_h`` and ``wait_p90_h`` (hours for a ship), ``weather`` (share made good of what it takes from today's
    fleet). ``lines``: ids of services; left out, all for which freight comes. ``years``: left out, the corridor's own.
    ``rules`` of departure tried: ``own`` is that of the tables. Fleets have up to ``most`` ships. ``ship_day_usd``: by class,
    in the stead of the rows ``ship_day`` of ``costs``. The rest says how each fleet is simulated.

    Raises InputError for a target, line or number that cannot be, with its cure. A target no fleet meets is no error: the
    line's ``status`` is ``none`` and its ``cause`` names what binds.

    >>> import karvan as kv
    >>> found = kv.fleet(kv.load("toy"), target={"carried": 0.9}, ship_day_usd={"feeder": 4000, "rail_ferry": 8000}, runs=2)
    >>> found.fleets.columns[:4]
    ['year', 'line', 'name', 'class']
    """
    sought = Sought(tuple(rules), most, float(days), float(warmup), runs, seed, threads, tuple(tags))
    sane(sought)
    aim = target_of(target)
    if aim.kt is not None and len(lines) != 1:
        raise InputError("kt is asked of one line at a time", cure="name one line, as lines=['ferry-kur-ala']")
    told = tell.Rows()
    whole: list[Simulated] = []
    for year in years or (_year(corridor),):
        world = _World(corridor, dt.date(int(year), 1, 1), aim, sought, dict(ship_day_usd or {}))
        whole.append(_one_year(world, lines, told, progress))
    arguments = {"target": asdict(aim), "lines": tuple(lines), "years": tuple(years), **asdict(sought)}
    run = Run("fleet", arguments, corridor.name, corridor.edition, corridor.digest, corridor.price_year, VERSION,
              corridor.scenarios, seed)  # fmt: skip
    return Fleet(run, told.frames(), pl.concat([one.balance for one in whole]))


@dataclass
class _World:
    """A corridor on a day with the fleets found so far, and how it is asked."""

    corridor: Corridor
    day: dt.date
    target: Target
    sought: Sought
    ship_day_usd: dict[str, float]

    def flows(self) -> list[Flow]:
        """What is sent in the year."""
        return list(flows_of(self.corridor, self.day, self.sought.tags))

    def lines(self) -> dict[str, Line]:
        """The lines for which freight comes."""
        return lines_of(on(self.corridor, self.day), self.flows(), self.ship_day_usd)

    def simulated(self, corridor: Corridor) -> Simulated:
        """A corridor on the day, on the same random numbers each time."""
        how = self.sought
        return simulate(corridor, start=self.day, days=how.days, warmup=how.warmup, runs=how.runs, seed=how.seed,
                        threads=how.threads, tags=how.tags)  # fmt: skip

    def trials(self, line: Line) -> Callable[[Candidate], Seen]:
        """The trial of a line, each fleet simulated once as long as the others' fleets are these."""
        known: dict[Candidate, Seen] = {}
        corridor = self.corridor

        def trial(one: Candidate) -> Seen:
            if one not in known:
                known[one] = seen(line, one.vehicles, self.simulated(patched(corridor, line, one)))
            return known[one]

        return trial

    def asked_offer(self, line: Line) -> float | None:
        """Rounds a year that make good the asked share of what weather takes from today's fleet; None if not asked."""
        if self.target.weather is None:
            return None
        today = Candidate(line.row["vehicles"], "own")
        calm = patched(self.corridor, line, today)
        calm = calm.replace(closures=calm.closures.clear())
        storm = self.trials(line)(today).offered
        return storm + self.target.weather * (seen(line, today.vehicles, self.simulated(calm)).offered - storm)


def _one_year(
    world: _World, names: Sequence[str], told: tell.Rows, progress: Callable[[int, int], None] | None
) -> Simulated:
    world.corridor = pinned(world.corridor, world.flows(), world.day.year)
    lines = _chosen(world.lines(), names)
    if world.target.kt is not None:
        line = next(iter(lines.values()))
        world.corridor = scaled(world.corridor, line, world.target.kt / line.kt)
        lines = _chosen(world.lines(), names)
    offers = {name: world.asked_offer(line) for name, line in lines.items()}
    found: dict[str, Found] = {}
    failing = list(lines)
    for _ in range(PASSES):
        for name in failing:
            line = lines[name]
            found[name] = search(line, world.target, world.sought, world.trials(line), offers[name])
            world.corridor = _laid(world.corridor, line, found[name])
            if progress:
                progress(len(found), len(lines))
        year = world.simulated(world.corridor)
        views = {name: _view(line, found[name], year) for name, line in lines.items()}
        good = {name: overall(verdicts(world.target, views[name], offers[name])) == "met" for name in lines}
        failing = [name for name in lines if found[name].pick and not good[name]]
        if not failing:
            break
    for name, line in lines.items():
        pick = found[name].pick or Candidate(line.row["vehicles"], "own")
        told.fleet(world.day.year, line, found[name], views[name], good[name])
        trial = world.trials(line)
        told.curve(world.day.year, line, pick, trial)
        told.rules(world.day.year, line, pick, world.sought.rules, trial)
        told.tried(world.day.year, line, found[name])
        told.sea(world.day.year, world.target.carried, pick, _lower(world, name), world.sought.days)
    told.rows["stock"] += stock(on(world.corridor, world.day), world.flows(), world.day.year)
    return year


def _chosen(lines: dict[str, Line], names: Sequence[str]) -> dict[str, Line]:
    for name in names:
        if name not in lines:
            raise NameUnknown("line of ships for which freight comes", name, lines)
    if not lines:
        raise InputError("no freight comes for any line of ships", cure="other tags, or a year with demand by sea")
    return {name: lines[name] for name in (names or lines)}


def _laid(corridor: Corridor, line: Line, found: Found) -> Corridor:
    return patched(corridor, line, found.pick) if found.pick else corridor


def _view(line: Line, found: Found, year: Simulated) -> Seen:
    return seen(line, found.pick.vehicles if found.pick else line.row["vehicles"], year)


def _lower(world: _World, name: str) -> dict[float, Line]:
    """The line with every port so many metres shallower; left out where its ships could load nothing."""
    today, flows = on(world.corridor, world.day), world.flows()
    out = {}
    for fall in tell.FALLS_M:
        lower = today.replace(nodes=today.nodes.with_columns(pl.col("draught_m") - fall))
        line = lines_of(lower, flows, world.ship_day_usd)[name]
        if line.room > 0:
            out[fall] = line
    return out


def _year(corridor: Corridor) -> int:
    rows = corridor.params.filter((pl.col("name") == "as_of_year") & (pl.col("scope") == "any"))
    return int(rows["value"][0]) if rows.height else corridor.price_year
