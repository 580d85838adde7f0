"""Prices that players set apart, each for its own profit, or together.

A **lever** j is a number by which one player's prices move: q_j is what it brings that player for each unit, flows as they
are. An **account** r is a sum of money (or freight) that answers all levers: each player's profit, and what else counts.
With conduct theta (1: own profit; 0: nobody takes more than its cost) and weights w (which accounts who moves a lever looks
after) each lever that is not held by a floor or cap meets

    theta_j q_j + sum_r w_rj (dA_r/dx_j - [r owns j] q_j) = 0.

Weights that see only the own profit give Nash's balance, weights that see those of several players their joint profit; a
weight on freight is what a unit of it is worth beside profit, as the multiplier of a target of traffic is.

Sources: A. Cournot, Recherches sur les principes mathematiques de la theorie des richesses (1838), chapter IX, for
complements; T. F. Bresnahan, The oligopoly solution concept is identified, Economics Letters 10 (1982), and E. G. Weyl,
M. Fabinger, Pass-through as an economic tool, Journal of Political Economy 121 (2013), for conduct; C. G. Broyden, A class
of methods for solving nonlinear simultaneous equations, Mathematics of Computation 19 (1965); D. P. Bertsekas, Projected
Newton methods for optimization problems with simple constraints, SIAM Journal on Control and Optimization 20 (1982).
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from karvan.errors import InputError

Floats = NDArray[np.float64]
ROUNDS = 80
"""Steps that one balance may take."""
FRESH = 6
"""Steps after which slopes that are only carried on are measured again."""
CLOSE = 1e-7
"""How far a lever may still be moved, by its room, in a balance."""
STRIDE = 0.1
"""The part of its room that a lever moves at most in a step."""
NEXT = 1e-9
"""How near a bound, by its room, a lever is set on it."""
STEP = 1e-4
"""The part of its room by which a lever is moved to measure slopes."""


class Seen(NamedTuple):
    """What levers bring: each its quantity (n), the accounts (R), and how these answer the levers (R, n)."""

    quantity: Floats
    account: Floats
    push: Floats


class Game(NamedTuple):
    """Levers and who moves them.

    look: what is seen at given levers (n). owner: int (n), the account of each lever's player. low, high: float (n),
    floors and caps (finite: a game without them may have no end). slopes: of pushes and quantities at given levers;
    without it, central differences of `look`.
    """

    look: Callable[[Floats], Seen]
    owner: ArrayLike
    low: ArrayLike
    high: ArrayLike
    slopes: Callable[[Floats], "Slopes"] | None = None


class Slopes(NamedTuple):
    """How a game's pushes (R, n, n) and quantities (n, n) answer its levers (last): measured, then carried on."""

    push: Floats
    quantity: Floats


class Set(NamedTuple):
    """Levers that are set, float (n), and what is seen there.

    held: -1 at its floor, 1 at its cap, else 0. amiss: by how much a lever would still be moved, by its room. steps: how
    often the game was looked at. slopes: to begin another balance from.
    """

    lever: Floats
    seen: Seen
    held: NDArray[np.int8]
    amiss: float
    steps: int
    slopes: Slopes


def each(game: Game, accounts: int) -> Floats:
    """Weights under which each player looks after its own profit (R, n)."""
    return np.asarray(np.arange(accounts)[:, None] == np.asarray(game.owner)[None, :], np.float64)


def joined(game: Game, accounts: int, together: ArrayLike) -> Floats:
    """Weights under which some players (accounts) look after their joint profit, all others each after its own (R, n)."""
    inside = np.isin(np.arange(accounts), np.asarray(together, np.int64))
    both = inside[:, None] & inside[np.asarray(game.owner, np.int64)][None, :]
    return np.maximum(each(game, accounts), both)


def measured(game: Game, at: Floats) -> Slopes:
    """Slopes where levers stand: the game's own, or central differences."""
    if game.slopes is not None:
        return game.slopes(at)
    _, low, high = _checked(game)
    first = game.look(at)
    push, quantity = np.empty((*first.push.shape, at.size)), np.empty((at.size, at.size))
    for j, step in enumerate(STEP * (high - low)):
        above, below = at.copy(), at.copy()
        above[j], below[j] = min(at[j] + step, high[j]), max(at[j] - step, low[j])
        up, down = game.look(above), game.look(below)
        push[:, :, j] = (up.push - down.push) / (above[j] - below[j])
        quantity[:, j] = (up.quantity - down.quantity) / (above[j] - below[j])
    return Slopes(push, quantity)


def balance(
    game: Game,
    weight: Floats,
    *,
    conduct: ArrayLike = 1.0,
    start: ArrayLike | None = None,
    slopes: Slopes | None = None,
) -> Set:
    """Levers from which nobody would move, under weights (R, n).

    conduct: theta, in [0, 1], one or one for each lever. start: levers to begin from (a tenth of the way to the caps). slopes: of
    an earlier balance nearby. Newton's method on the conditions, each player's own part kept downhill so that it ends on a
    best answer and on no worst one; slopes are measured once and then carried on (Broyden). Where it ends further than
    CLOSE from a balance, `amiss` says so. Raises InputError for bounds that are not finite or crossed, conduct out of range.
    """
    owner, low, high = _checked(game)
    theta = np.broadcast_to(np.asarray(conduct, np.float64), owner.shape)
    if not ((theta >= 0.0) & (theta <= 1.0)).all():
        raise InputError("conduct is out of range", cure="give numbers between 0 and 1")
    at = low + 0.1 * (high - low) if start is None else np.clip(np.asarray(start, np.float64), low, high)
    problem = _Problem(weight, theta, owner, low, high)
    seen, steps = game.look(at), 1
    known, age = (slopes, 0) if slopes else (measured(game, at), 0)
    stride, far, best = STRIDE, problem.amiss(at, seen), (np.inf, at, seen)
    while steps < ROUNDS and far > CLOSE:
        # The second half measures slopes at every step: what is carried on may not see a bend.
        if age >= (FRESH if 2 * steps < ROUNDS else 1):
            known, age, stride = measured(game, at), 0, max(stride, 0.1 * STRIDE)
        to = problem.step(at, seen, known, stride)
        there, steps = game.look(to), steps + 1
        known, age = _carried(known, to - at, seen, there), age + 1
        off = problem.amiss(to, there)
        stride = min(2.0 * stride, STRIDE) if off < far else 0.5 * stride
        if off < 1.5 * far:
            at, seen, far = to, there, off
        best = min(best, (far, at, seen), key=lambda one: one[0])
    far, at, seen = best if best[0] < np.inf else (far, at, seen)
    held = np.where(at <= low, -1, np.where(at >= high, 1, 0)).astype(np.int8)
    return Set(at, seen, held, far, steps, known)


class _Problem(NamedTuple):
    """Whose conditions are to be met, between which bounds."""

    weight: Floats
    theta: Floats
    owner: NDArray[np.int64]
    low: Floats
    high: Floats

    def force(self, seen: Seen) -> Floats:
        """Which way, and how much, each lever would be moved."""
        return np.asarray((self.weight * seen.push).sum(0) - (1.0 - self.theta) * seen.quantity)

    def amiss(self, at: Floats, seen: Seen) -> float:
        """By quantity, so that a lever that has driven all away does not pass for one that nobody would move."""
        room = self.high - self.low
        force = self.force(seen) / np.abs(self._some(seen))
        return float(np.abs((at - np.clip(at + STRIDE * room * force, self.low, self.high)) / room).max())

    def step(self, at: Floats, seen: Seen, known: Slopes, stride: float) -> Floats:
        """Newton's step of the levers that no bound holds, no longer than a part of their room."""
        force, room = self.force(seen), self.high - self.low
        free = ~((at <= self.low) & (force <= 0.0) | (at >= self.high) & (force >= 0.0))
        matrix = np.einsum("rj,rjk->jk", self.weight, known.push) - (1.0 - self.theta)[:, None] * known.quantity
        # The force by quantity is nearly straight where demand falls ever more slowly, the force itself is not.
        matrix = (matrix - (force / self._some(seen))[:, None] * known.quantity) * room[None, :]
        for unit in self._units():
            mine = np.flatnonzero(unit & free)
            if mine.size:
                block = matrix[np.ix_(mine, mine)] * room[mine, None]
                most = float(np.linalg.eigvalsh(0.5 * (block + block.T)).max())
                least = 1e-6 * max(float(np.abs(np.diag(block)).max()), 1e-300)
                matrix[mine, mine] -= max(most + least, 0.0) / room[mine]
        # No lever alone goes further than the stride, so that one without an end does not lead the others.
        steep = np.minimum(np.diag(matrix), -np.abs(force) / stride)
        np.fill_diagonal(matrix, steep)
        move = np.zeros(at.size)
        here = np.flatnonzero(free)
        move[here] = np.linalg.solve(matrix[np.ix_(here, here)], -force[here])
        move *= min(1.0, 2.0 * stride / max(float(np.abs(move).max()), 1e-300))
        to = np.clip(at + move * room, self.low, self.high)
        to = np.where(to - self.low <= NEXT * room, self.low, to)
        return np.asarray(np.where(self.high - to <= NEXT * room, self.high, to))

    def _some(self, seen: Seen) -> Floats:
        """Quantities, none of them nought."""
        least = 1e-12 * max(float(np.abs(seen.quantity).max()), 1e-100)
        return np.where(np.abs(seen.quantity) < least, least, seen.quantity)

    def _units(self) -> list[NDArray[np.bool_]]:
        """Levers that are moved for the same accounts."""
        rows = np.unique(self.weight.T, axis=0)
        return [(row == self.weight.T).all(1) for row in rows]


def _carried(known: Slopes, move: Floats, was: Seen, now: Seen) -> Slopes:
    """Slopes that tell the last step as it was, and change the least (Broyden)."""
    size = float(move @ move)
    if size == 0.0:
        return known
    push = known.push + ((now.push - was.push) - known.push @ move)[:, :, None] * (move / size)
    missed = (now.quantity - was.quantity) - known.quantity @ move
    return Slopes(push, known.quantity + missed[:, None] * (move / size))


def _checked(game: Game) -> tuple[NDArray[np.int64], Floats, Floats]:
    owner = np.asarray(game.owner, np.int64)
    low, high = np.asarray(game.low, np.float64), np.asarray(game.high, np.float64)
    if not (np.isfinite(low).all() and np.isfinite(high).all() and (low < high).all()):
        raise InputError(
            "a lever has no finite floor and cap, or they are crossed", cure="give each lever a floor below its cap"
        )
    return owner, low, high


def today(game: Game, at: Floats, accounts: int) -> Floats:
    """The conduct under which nobody would move its lever from where it stands (n): what prices say of who sets them.

    Below 0 a player asks less than its own cost of the freight that would move; above 1 more than suits itself. No number where a lever
    brings nothing.
    """
    seen = game.look(at)
    own = (each(game, accounts) * seen.push).sum(0)
    return np.asarray(1.0 - np.divide(own, seen.quantity, np.full(own.size, np.nan), where=seen.quantity != 0.0))


def strays(game: Game, settled: Set, points: int = 201) -> tuple[float, int, float]:
    """The most that a player gains by moving one of its levers alone, over an even grid from floor to cap.

    Returns the gain, the lever's number and where it would be moved (0, -1, nan where none gains). Holds for conduct 1
    and weights that see the own profit: elsewhere players do not seek just that.
    """
    owner = np.asarray(game.owner)
    best, where, to = 0.0, -1, float("nan")
    for j, (low, high) in enumerate(zip(np.asarray(game.low, float), np.asarray(game.high, float), strict=True)):
        for at in np.linspace(low, high, points):
            other = settled.lever.copy()
            other[j] = at
            gain = float(game.look(other).account[owner[j]] - settled.seen.account[owner[j]])
            if gain > best:
                best, where, to = gain, j, float(at)
    return best, where, to
