"""Regimes: who sets prices with whom, under what rule, and the balance that each leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from karvan.network.compile.arrays import Floats
from karvan.studies.tariff.board import Board, at
from karvan.studies.tariff.conduct import CLOSE, Set, balance, each, joined
from karvan.studies.tariff.scene import Scene

ROUNDS = 200
DOUBLINGS = 40


@dataclass(frozen=True, eq=False)
class Regime:
    """Levers that a regime leads to; ``fault``: why there is no number, or ``""``."""

    name: str
    board: Board
    lever: Floats
    held: Floats
    fault: str
    status: str

    @property
    def profit(self) -> Floats:
        """Each player's, USD a year."""
        return self.board.game().look(self.lever).account[:-1]


def ends(of: Scene, found: Set) -> tuple[str, str]:
    """What is wrong with a balance (no number is told then), and its status in words.

    A lever at a cap that nobody gave has no end where freight of some class can neither go by a way that it is not asked on,
    nor stay at home.
    """
    if found.amiss > CLOSE:
        return f"not in balance: prices would still move by {found.amiss:.1e} of their room", "not in balance"
    said = []
    for j in np.flatnonzero((found.held > 0) & ~of.capped):
        name, least = (
            of.players[of.board.owner[j]].name,
            np.minimum.reduceat(of.board.ask[:, j], of.board.market.first[:-1]),
        )
        if (least > 0.0).any():
            pair = of.ready.classes[int(np.argmax(least > 0.0))].pair
            what = (
                f"unbounded: {pair[2]} from {pair[0]} to {pair[1]} has no way without {name}, and may not stay at home"
            )
            return what, what
        said.append(f"{name} at {of.board.high[j]:g} times today's price for a {of.unit[j]}, where the search ends")
    return "", "; ".join(["in balance", *said])


def settled(of: Scene, name: str, board: Board, found: Set) -> Regime:
    """A balance as a regime."""
    fault, status = ends(of, found)
    return Regime(name, board, found.lever, found.held.astype(np.float64), fault, status)


def today(of: Scene, board: Board) -> Regime:
    """Prices as they are."""
    one = np.ones(of.board.owner.size)
    return Regime("today", board, one, np.zeros(one.size), "", "as it is")


def apart(of: Scene, board: Board, conduct: Any) -> Set:
    """Each for itself."""
    return balance(
        board.game(), each(board.game(), len(of.players) + 1), conduct=conduct, start=np.ones(board.owner.size)
    )


def together(of: Scene, board: Board, conduct: Any, *, worth: float = 0.0, start: Floats | None = None) -> Set:
    """All for their joint profit, a thousand tonnes of traffic being worth some USD besides."""
    count = len(of.players)
    weight = joined(board.game(), count + 1, range(count))
    weight[-1] = worth
    return balance(board.game(), weight, conduct=conduct, start=np.ones(board.owner.size) if start is None else start)


def targeted(of: Scene, board: Board, conduct: Any, kt: float) -> tuple[Set, float]:
    """The greatest joint profit with at least so much traffic on the corridor, and what a thousand tonnes more would cost.

    By bisection of the worth of traffic. A target that no prices meet ends with the most that is met: look at its traffic.
    """
    best, low, high = together(of, board, conduct), 0.0, 0.0
    if best.seen.account[-1] >= kt:
        return best, 0.0
    high = 1e3
    for _ in range(DOUBLINGS):
        best = together(of, board, conduct, worth=high, start=best.lever)
        if best.seen.account[-1] >= kt or (best.held == -1).all():
            break
        low, high = high, 2.0 * high
    if best.seen.account[-1] < kt:
        return best, high
    for _ in range(DOUBLINGS):
        middle = 0.5 * (low + high)
        tried = together(of, board, conduct, worth=middle, start=best.lever)
        if tried.seen.account[-1] >= kt:
            best, high = tried, middle
        else:
            low = middle
        if best.seen.account[-1] - kt <= 1e-4 * kt:
            break
    return best, high


def regulated(
    of: Scene, board: Board, avoidable: Mapping[str, Floats], markup: float | None = None
) -> tuple[Regime, float]:
    """Each asks its avoidable costs and the same markup on them, lever by lever; none given: what all have on average today."""
    cost = of.owned(avoidable)[:, board.owner] * (board.ask != 0.0)
    now = at(board, np.ones(board.owner.size))
    allowed = markup
    if allowed is None:
        whole = float((now.flow @ cost).sum())
        allowed = float((now.flow @ board.ask).sum()) / whole - 1.0 if whole > 0.0 else 0.0
    lever, moved = np.ones(board.owner.size), np.inf
    for _ in range(ROUNDS):
        income = now.flow @ board.ask
        to = np.divide((1.0 + allowed) * (now.flow @ cost), income, lever.copy(), where=income > 0.0)
        to = np.clip(to, board.low, board.high)
        moved = float(np.abs(to - lever).max())
        lever = to
        if moved <= 1e-8:
            break
        now = at(board, lever)
    held = np.where(lever <= board.low, -1.0, np.where(lever >= board.high, 1.0, 0.0))
    fault = "" if moved <= 1e-6 else "not in balance: prices and costs still chase each other"
    return Regime("regulated", board, lever, held, fault, fault or "in balance"), allowed
