"""How what players gain together may be divided: Shapley's value, Nash's bargain, the core.

A game of n players is an array of 2^n worths: entry s is what the coalition of the bits of s earns by itself (bit i is
player i). The worth of nobody is nought.

Sources: L. S. Shapley, A value for n-person games, Contributions to the Theory of Games II (1953); J. F. Nash, The
bargaining problem, Econometrica 18 (1950); J. C. Harsanyi, R. Selten, Management Science 18 (1972), for unequal power;
L. S. Shapley, M. Shubik, Quasi-cores in a monetary economy, Econometrica 34 (1966), and M. Maschler, B. Peleg, Shapley,
Mathematics of Operations Research 4 (1979), for the least core.
"""

from math import factorial
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import linprog

from karvan.errors import InputError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Core(NamedTuple):
    """What keeps all together.

    holds: whether some division leaves no coalition better off alone (the core is not empty). excess: the least by which
    the keenest coalition gains by leaving, under the division that makes this least (below nought: by how much all
    coalitions lose). division: that division (n). blocking: the coalitions that bind there, as bits.
    """

    holds: bool
    excess: float
    division: Floats
    blocking: tuple[int, ...]


def members(players: int) -> Bools:
    """Who is in which coalition: bool (2^n, n)."""
    return np.asarray((np.arange(1 << players)[:, None] >> np.arange(players)) & 1, np.bool_)


def _worths(worth: ArrayLike) -> tuple[Floats, int]:
    value = np.asarray(worth, np.float64)
    players = value.size.bit_length() - 1
    if value.ndim != 1 or value.size != 1 << players or players == 0:
        raise InputError(f"a game of n players has 2^n worths in a row, not {value.shape}", cure="give one a coalition")
    if value[0] != 0.0 or not np.isfinite(value).all():
        raise InputError(
            "a worth is no number, or that of nobody not 0", cure="the worth of nobody is 0, all others numbers"
        )
    return value, players


def shapley(worth: ArrayLike) -> Floats:
    """What each player adds, on average over all orders in which they may join (n). Sums to the worth of all.

    >>> shapley([0, 0, 0, 1, 0, 1, 0, 1]).round(4).tolist()  # one left glove (player 0), two right ones
    [0.6667, 0.1667, 0.1667]
    """
    value, n = _worths(worth)
    every = np.arange(value.size)
    size = members(n).sum(1)
    weight = np.array([factorial(s) * factorial(n - 1 - s) / factorial(n) for s in range(n)])
    share = np.empty(n)
    for i in range(n):
        without = every[every >> i & 1 == 0]
        share[i] = weight[size[without]] @ (value[without | 1 << i] - value[without])
    return share


def bargain(worth: float, threat: ArrayLike, power: ArrayLike | None = None) -> Floats:
    """Nash's bargain where money can be handed over: each its threat, and its part of what all gain besides (n).

    threat: what each has where they do not agree. power: bargaining powers, above 0 (equal). Raises InputError where all
    together have no more than they have apart: nobody would agree.

    >>> bargain(10.0, [2.0, 4.0]).tolist()
    [4.0, 6.0]
    """
    least = np.asarray(threat, np.float64)
    weight = np.ones(least.size) if power is None else np.asarray(power, np.float64)
    if weight.shape != least.shape or not (weight > 0.0).all():
        raise InputError("bargaining powers do not fit the players", cure="give each player one above 0")
    gain = worth - least.sum()
    if gain < 0.0:
        raise InputError(
            f"together they have {worth:g}, apart {least.sum():g}: there is nothing to agree on",
            cure="look at what costs them more together",
        )
    return np.asarray(least + gain * weight / weight.sum())


def leaving(worth: ArrayLike, division: ArrayLike, tolerance: float = 1e-9) -> list[tuple[int, float]]:
    """The coalitions that would have more alone than a division gives them, and how much more, the keenest first.

    tolerance: by the worth of all. A coalition is told as bits: bit i is player i.
    """
    value, n = _worths(worth)
    given = members(n) @ np.asarray(division, np.float64)
    more = value - given
    more[[0, -1]] = -np.inf
    keen = np.flatnonzero(more > tolerance * max(abs(value[-1]), 1e-300))
    return [(int(s), float(more[s])) for s in keen[np.argsort(-more[keen], kind="stable")]]


def core(worth: ArrayLike, tolerance: float = 1e-9) -> Core:
    """Whether all would stay together, and the division under which the keenest coalition gains least by leaving.

    >>> core([0, 0, 0, 1, 0, 1, 1, 1]).holds  # any two of three share 1: some two would always leave
    False
    """
    value, n = _worths(worth)
    if n == 1:
        return Core(True, 0.0, value[1:].copy(), ())
    inside = members(n)[1:-1]
    rows = np.hstack([-inside.astype(float), -np.ones((inside.shape[0], 1))])
    cost = np.append(np.zeros(n), 1.0)
    found = linprog(
        cost,
        A_ub=rows,
        b_ub=-value[1:-1],
        A_eq=[[1.0] * n + [0.0]],
        b_eq=[value[-1]],
        bounds=[(None, None)] * (n + 1),
        method="highs",
    )
    division, excess = found.x[:n], float(found.x[n])
    near = tolerance * max(float(np.abs(value).max()), 1e-300)
    slack = excess - (value[1:-1] - inside @ division)
    blocking = tuple(int(s) + 1 for s in np.flatnonzero(slack <= near))
    return Core(excess <= near, excess, division, blocking)
