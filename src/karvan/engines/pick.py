"""Pick: which projects to begin, and when, where what they are worth is known for sets of them, year by year.

A berth is worth little without the ferry, and two ferries less than twice one: the worth of a year is a sum over *terms*, each
paid while all projects of its set are in use (any function of sets is such a sum: Hammer and Rudeanu 1968, *Boolean Methods
in Operations Research*). Whoever asks gives the terms; here is the choice: a mixed-integer programme of when each project is
begun, what each purse puts in, and which terms hold, solved by HiGHS with a bound that proves how good the plan is. Worths
may differ between futures: then the mean of all is sought, or the least regret in the worst. See docs/maths/invest.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from karvan.engines.programme import (
    CUT_SHORT,
    IMPOSSIBLE,
    PROVEN,
    Array,
    Columns,
    Limit,
    Rows,
    acyclic,
    begin_from,
    begun,
    outcome,
    solver,
)
from karvan.errors import InputError

NONE = 1e-12
"""A worth that is none."""


@dataclass(frozen=True)
class Term:
    """``worth`` (S, T): paid in each of S futures and T years in which all the projects ``of`` are in use."""

    of: tuple[int, ...]
    worth: Array


@dataclass(frozen=True)
class Purse:
    """Money for projects: ``size`` in all, ``yearly`` (T) at most in a year (None: as it comes), ``share`` (P) of a project at most
    (0: not eligible); for each dollar of it ``leverage`` others come.
    """

    size: float
    share: Array
    leverage: float = 0.0
    yearly: Array | None = None


@dataclass(frozen=True)
class Choice:
    """P projects, T years, S futures.

    ``cost`` (P, T): of a project begun in a year, all told, in the money of the terms (inf: cannot be). ``builds`` (P): years from
    beginning to use. ``capital`` (P): to be paid by the purses, in equal parts over the years of building; without purses
    nobody asks who pays. ``chance`` (S): of each future (none: all alike). ``best`` (S): given, the worst regret against these is made
    least, instead of the mean worth greatest. ``needs``, ``excludes``, ``limits``: as in ``design``.
    """

    terms: Sequence[Term]
    cost: Array
    builds: Array
    capital: Array
    purses: Sequence[Purse] = ()
    chance: Array | None = None
    best: Array | None = None
    needs: Sequence[tuple[int, int]] = ()
    excludes: Sequence[tuple[int, int]] = ()
    limits: Sequence[Limit] = field(default=())


@dataclass(frozen=True)
class Picked:
    """The plan: ``begin`` (P), -1 for never; ``money`` (F, P) of each purse. ``worth``: what it is worth, costs taken off (of regret: less
    the regret); ``bound``: what no plan is worth more than; ``gap``: their distance as a share of the worth; ``status``: proven (to the gap
    asked for), cut short, or impossible.
    """

    begin: Array
    money: Array
    worth: float
    bound: float
    gap: float
    status: str


def pick(
    choice: Choice, *, gap: float = 1e-6, seconds: float = 60.0, start: Array | None = None, threads: int = 1
) -> Picked:
    """The plan of the greatest worth, proven to within ``gap`` unless ``seconds`` end first. ``start`` (P): a plan to begin from.

    Raises InputError for arrays that do not fit each other, for cyclic needs, and for a purse that is less than nothing.

    >>> import numpy as np
    >>> berth_and_ferry = [Term((0,), np.array([[1.0]])), Term((1,), np.array([[2.0]])), Term((0, 1), np.array([[9.0]]))]
    >>> both = Choice(berth_and_ferry, np.array([[5.0], [5.0]]), np.array([0, 0]), np.array([5.0, 5.0]))
    >>> found = pick(both)
    >>> found.begin.tolist(), found.worth, found.status
    ([0, 0], 2.0, 'proven')
    """
    build = _Build(choice)
    highs = _solver(build, gap, seconds, threads)
    if start is not None:
        begin_from(highs, build.begin, start)
    highs.run()
    return _told(highs, build, gap)


def in_use(begin: Array, builds: Array, years: int) -> Array:
    """Which projects of a plan are in use in each year (P, T).

    >>> import numpy as np
    >>> in_use(np.array([0, -1]), np.array([1, 0]), 3).astype(int).tolist()
    [[0, 1, 1], [0, 0, 0]]
    """
    opens = np.where(begin >= 0, begin + builds, years)
    return np.asarray(np.arange(years)[None, :] >= opens[:, None])


def worth(choice: Choice, begin: Array) -> Array:
    """What a plan is worth in each future (S), costs taken off; money is not looked at."""
    use = in_use(begin, choice.builds, choice.cost.shape[1])
    begun = np.flatnonzero(begin >= 0)
    paid = float(choice.cost[begun, begin[begun]].sum())
    found = np.zeros(_futures(choice))
    for term in choice.terms:
        found += term.worth @ use[list(term.of)].all(axis=0)
    return np.asarray(found - paid)


def _futures(choice: Choice) -> int:
    return len(choice.terms[0].worth) if choice.terms else 1


class _Build:
    """Columns begin (P, T), holds (J, T) for terms of several, money (F, P, T), regret; and the rows as coordinates."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.p, self.t = _checked(choice)
        self.several = [term for term in choice.terms if len(term.of) > 1 and np.abs(term.worth).max() > NONE]
        self.f, j = len(choice.purses), len(self.several)
        size = self.p * self.t
        self.begin = np.arange(size).reshape(self.p, self.t)
        self.holds = size + np.arange(j * self.t).reshape(j, self.t)
        self.money = size + self.holds.size + np.arange(self.f * size).reshape(self.f, self.p, self.t)
        self.columns = size + self.holds.size + self.money.size + 1
        self.cells: list[tuple[Array, Array, Array]] = []
        self.low: list[float] = []
        self.high: list[float] = []
        self.high_column = np.full(self.columns, np.inf)
        self.high_column[:size] = np.isfinite(choice.cost).ravel()
        self.high_column[size : size + self.holds.size] = 1.0
        self._relate()
        self._hold()
        self._pay()
        self.objective = self._worth()

    def add(self, columns: Iterable[Any], values: Iterable[float], low: float, high: float) -> None:
        """A row."""
        at = np.fromiter(columns, dtype=np.int64)
        self.cells.append((np.full(at.size, len(self.low)), at, np.fromiter(values, dtype=np.float64)))
        self.low.append(low)
        self.high.append(high)

    def used(self, project: int, year: int) -> Array:
        """The columns of which one is 1 where a project is in use in a year."""
        return np.asarray(self.begin[project, : max(0, year - int(self.choice.builds[project]) + 1)])

    def _relate(self) -> None:
        """Each once; needs (in use only while the other is), exclusions and limits."""
        for p in range(self.p):
            self.add(self.begin[p], np.ones(self.t), -np.inf, 1.0)
        for one, other in self.choice.needs:
            for year in range(self.t):
                mine, its = self.used(one, year), self.used(other, year)
                if mine.size:
                    signs = np.concatenate([np.ones(mine.size), -np.ones(its.size)])
                    self.add(np.concatenate([mine, its]), signs, -np.inf, 0.0)
        for one, other in self.choice.excludes:
            self.add(self.begin[[one, other]].ravel(), np.ones(2 * self.t), -np.inf, 1.0)
        for limit in self.choice.limits:
            self.add(self.begin.ravel(), np.asarray(limit.draws, float).ravel(), -np.inf, limit.most)

    def _hold(self) -> None:
        """A term holds where each of its projects is in use, and only there."""
        for j, term in enumerate(self.several):
            for year in np.flatnonzero(np.abs(term.worth).max(axis=0) > NONE):
                uses = [self.used(p, int(year)) for p in term.of]
                hold = self.holds[j, year]
                if (term.worth[:, year] > 0).any() or self.choice.best is not None:
                    for use in uses:
                        self.add([hold, *use], [1.0, *-np.ones(use.size)], -np.inf, 0.0)
                if (term.worth[:, year] < 0).any() or self.choice.best is not None:
                    whole = np.concatenate(uses)
                    self.add([hold, *whole], [1.0, *-np.ones(whole.size)], 1.0 - len(uses), np.inf)

    def _pay(self) -> None:
        """Purses pay the capital of what is begun, each within its share, its size and its years."""
        of = self.choice
        for p in range(self.p if self.f else 0):
            for t in range(self.t):
                lifts = [1.0 + purse.leverage for purse in of.purses]
                self.add([*self.money[:, p, t], self.begin[p, t]], [*lifts, -of.capital[p]], 0.0, np.inf)
                for f, purse in enumerate(of.purses):
                    most = purse.share[p] * of.capital[p]
                    self.add([self.money[f, p, t], self.begin[p, t]], [1.0, -most], -np.inf, 0.0)
        for f, purse in enumerate(of.purses):
            self.add(self.money[f].ravel(), np.ones(self.p * self.t), -np.inf, purse.size)
            for year, most in enumerate(purse.yearly if purse.yearly is not None else ()):
                parts = np.array([[self._part(p, t, year) for t in range(self.t)] for p in range(self.p)])
                self.add(self.money[f].ravel(), parts.ravel(), -np.inf, float(most))

    def _part(self, project: int, begun: int, year: int) -> float:
        """The part of a project's capital that falls in a year."""
        long = max(1, int(self.choice.builds[project]))
        return 1.0 / long if begun <= year < begun + long else 0.0

    def _worth(self) -> Array:
        """What is made least: costs less worths, or the regret."""
        futures = _futures(self.choice)
        gains = np.zeros((futures, self.columns))
        gains[:, self.begin.ravel()] -= np.where(np.isfinite(self.choice.cost), self.choice.cost, 0.0).ravel()
        for j, term in enumerate(self.several):
            gains[:, self.holds[j]] += term.worth
        for term in self.choice.terms:
            if len(term.of) == 1:
                for year in range(self.t):
                    gains[:, self.used(term.of[0], year)] += term.worth[:, year : year + 1]
        if self.choice.best is None:
            chance = np.full(futures, 1.0 / futures) if self.choice.chance is None else self.choice.chance
            return np.asarray(-(chance @ gains))
        for gain, best in zip(gains, self.choice.best, strict=True):
            at = np.flatnonzero(gain)
            self.add([*at, self.columns - 1], [*gain[at], 1.0], float(best), np.inf)
        out = np.zeros(self.columns)
        out[-1] = 1.0
        return out


def _checked(choice: Choice) -> tuple[int, int]:
    shape = np.shape(choice.cost)
    wrong = len(shape) != 2 or len(choice.builds) != shape[0] or len(choice.capital) != shape[0]
    wrong = wrong or any(np.shape(term.worth) != (_futures(choice), shape[1]) for term in choice.terms)
    wrong = wrong or any(len(purse.share) != shape[0] for purse in choice.purses)
    if wrong:
        raise InputError(
            f"a choice with costs of shape {shape}, {len(choice.builds)} times to build and {len(choice.capital)} capitals",
            cure="give one of each a project, and worths a future and year",
        )
    for number, purse in enumerate(choice.purses):
        if not purse.size >= 0:
            raise InputError(
                f"purse {number} holds {purse.size:g}: less than nothing", cure="give a budget of 0 or more"
            )
    acyclic(choice.needs, shape[0])
    return shape[0], shape[1]


def _solver(build: _Build, gap: float, seconds: float, threads: int) -> Any:
    row, column, value = (np.concatenate([cell[i] for cell in build.cells]) for i in range(3))
    whole, low = np.zeros(build.columns, np.int32), np.zeros(build.columns)
    whole[: build.begin.size] = 1
    low[-1] = -np.inf if build.choice.best is not None else 0.0
    columns = Columns(build.objective, low, build.high_column, whole)
    rows = Rows((row, column, value), np.array(build.low), np.array(build.high))
    return solver(columns, rows, gap=gap, seconds=seconds, threads=threads)


def _told(highs: Any, build: _Build, gap: float) -> Picked:
    told = outcome(highs)
    if told.value is None:
        bound = -np.inf if told.none else -told.bound
        never, nothing = np.full(build.p, -1), np.zeros((build.f, build.p))
        return Picked(never, nothing, -np.inf, bound, np.inf, IMPOSSIBLE if told.none else CUT_SHORT)
    begin = begun(told.value[build.begin] > 0.5)
    found = worth(build.choice, begin)
    if build.choice.best is None:
        total = float(found.mean() if build.choice.chance is None else build.choice.chance @ found)
    else:
        total = -float((build.choice.best - found).max())
    bound = max(total, -told.bound)
    apart = (bound - total) / max(NONE, abs(total)) if bound - total > 1e-9 * max(1.0, abs(bound)) else 0.0
    proven = told.ended and apart <= max(gap, 1e-6)
    return Picked(begin, told.value[build.money].sum(axis=2), total, bound, apart, PROVEN if proven else CUT_SHORT)
