"""Prices that players set apart, each for its own profit, or together.

A **charge** j is what one player asks, over its avoidable cost, for a unit of q_j. Player i owns the charges of own(i),
and q answers all of them. With conduct theta (1: own profit; 0: nobody takes more than its cost) and regard kappa for
others' profits (0: none; 1: joint profit) each charge that is not held by a floor or cap meets

    theta q_j + sum_l in own(i) m_l dq_l/dm_j + kappa sum_l not in own(i) m_l dq_l/dm_j = 0.

Sources: A. Cournot, Recherches sur les principes mathematiques de la theorie des richesses (1838), chapter IX, for
complements; T. F. Bresnahan, The oligopoly solution concept is identified, Economics Letters 10 (1982), and E. G. Weyl,
M. Fabinger, Pass-through as an economic tool, Journal of Political Economy 121 (2013), for conduct; S. C. Dirkse, M. C.
Ferris, Optimization Methods and Software 5 (1995), for prices held between bounds.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares

from karvan.errors import InputError

Floats = NDArray[np.float64]
Answer = Callable[[Floats], Floats]
"""Quantities (n) at charges (n)."""


class Game(NamedTuple):
    """Charges and who sets them.

    answer: quantities at given charges. owner: int (n), the player of each charge. low, high: float (n), floors and caps
    of each charge (finite: a game without them may have no end). slope: the matrix dq_l/dm_j (l, j) at given charges;
    without it, central differences of `answer`.
    """

    answer: Answer
    owner: ArrayLike
    low: ArrayLike
    high: ArrayLike
    slope: Callable[[Floats], Floats] | None = None


class Set(NamedTuple):
    """Charges that are set, float (n), their quantities, each player's profit, and how far from a balance they are.

    held: -1 at its floor, 1 at its cap, else 0. amiss: by how much a charge would still be moved, by its room; a charge
    at a cap that nothing but the cap keeps is `held`, and says that the game has no end of its own.
    """

    charge: Floats
    quantity: Floats
    profit: Floats
    held: NDArray[np.int8]
    amiss: float


def profits(game: Game, charge: ArrayLike, quantity: ArrayLike | None = None) -> Floats:
    """What each player earns over its avoidable cost."""
    at = np.asarray(charge, np.float64)
    sold = game.answer(at) if quantity is None else np.asarray(quantity, np.float64)
    return np.asarray(np.bincount(np.asarray(game.owner), weights=at * sold), np.float64)


def slopes(game: Game, charge: Floats) -> Floats:
    """How quantities (rows) answer charges (columns)."""
    if game.slope is not None:
        return game.slope(charge)
    low, high = np.asarray(game.low, np.float64), np.asarray(game.high, np.float64)
    found = np.empty((charge.size, charge.size))
    for j, step in enumerate(1e-4 * (high - low)):
        above, below = charge.copy(), charge.copy()
        above[j] += step
        below[j] -= step
        found[:, j] = (game.answer(above) - game.answer(below)) / (2.0 * step)
    return found


def set_apart(
    game: Game,
    *,
    conduct: float = 1.0,
    regard: float = 0.0,
    start: ArrayLike | None = None,
) -> Set:
    """Charges from which no player would move; with `regard` 1 they are those of the greatest joint profit.

    conduct: theta, in [0, 1]; regard: kappa, in [0, 1]. start: charges to begin from (a tenth of the way to the caps).
    The answer is a point where first-order conditions hold; `strays` tests whether it is more than that. Raises
    InputError for bounds that are not finite or crossed, or weights out of range.
    """
    owner, low, high = _checked(game, conduct, regard)
    weight = np.where(owner[:, None] == owner[None, :], 1.0, regard)  # (l, j): how l's charge counts to j's setter
    room = high - low

    first = low + 0.1 * room if start is None else np.clip(np.asarray(start, np.float64), low, high)
    least = 1e-12 * max(float(np.abs(game.answer(first)).max()), 1e-300)

    def push(charge: Floats) -> Floats:
        # By quantity, so that a charge that has driven all away does not pass for one that nobody would move.
        quantity = game.answer(charge)
        lost = (charge[:, None] * slopes(game, charge) * weight).sum(0)
        return np.asarray(conduct + lost / np.maximum(quantity, least))

    def residual(charge: Floats) -> Floats:
        # Nought where the push is nought, or where it is against the bound at which the charge stands.
        return np.asarray((charge - np.clip(charge + 0.1 * room * push(charge), low, high)) / room)

    inside = np.clip(first, low + 1e-9 * room, high - 1e-9 * room)
    found = least_squares(residual, inside, bounds=(low, high), xtol=1e-15, ftol=1e-15, gtol=1e-15, x_scale=room)
    # The solver stays inside; a charge that it has brought next to a bound is set on it where that is no worse.
    near = 1e-4 * room
    onto = np.where(found.x - low <= near, low, np.where(high - found.x <= near, high, found.x))
    charge = onto if np.abs(residual(onto)).max() <= np.abs(residual(found.x)).max() else found.x
    quantity = game.answer(charge)
    held = np.where(charge <= low, -1, np.where(charge >= high, 1, 0)).astype(np.int8)
    return Set(charge, quantity, profits(game, charge, quantity), held, float(np.abs(residual(charge)).max()))


def _checked(game: Game, conduct: float, regard: float) -> tuple[NDArray[np.int64], Floats, Floats]:
    owner = np.asarray(game.owner, np.int64)
    low, high = np.asarray(game.low, np.float64), np.asarray(game.high, np.float64)
    if not (np.isfinite(low).all() and np.isfinite(high).all() and (low < high).all()):
        raise InputError(
            "a charge has no finite floor and cap, or they are crossed", cure="give each charge a floor below its cap"
        )
    if not (0.0 <= conduct <= 1.0 and 0.0 <= regard <= 1.0):
        raise InputError(f"conduct is {conduct:g} and regard {regard:g}", cure="give numbers between 0 and 1")
    return owner, low, high


def strays(game: Game, settled: Set, points: int = 201) -> tuple[float, int, float]:
    """The most that a player gains by moving one of its charges alone, over an even grid from floor to cap.

    Returns the gain, the charge's number and where it would be moved (0, -1, nan where none gains). Holds for conduct 1
    and regard 0: elsewhere players do not seek just their own profit.
    """
    owner = np.asarray(game.owner)
    best, where, to = 0.0, -1, float("nan")
    for j, (low, high) in enumerate(zip(np.asarray(game.low, float), np.asarray(game.high, float), strict=True)):
        for at in np.linspace(low, high, points):
            other = settled.charge.copy()
            other[j] = at
            gain = float(profits(game, other)[owner[j]] - settled.profit[owner[j]])
            if gain > best:
                best, where, to = gain, j, float(at)
    return best, where, to
