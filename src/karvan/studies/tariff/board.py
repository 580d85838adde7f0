"""A market of freight as a game: levers move what some ways cost, and all flows and delays settle anew.

Lever j adds x_j a_jw to the price of way w, so flows follow from fixed + A x; player i keeps l_iw of a piece besides what its
levers bring. Its profit is f (l_i + sum of its own a_j x_j). Derivatives of flows in balance, first and second, are those of
the balance itself (docs/maths/tariff.md): nothing is differenced over levers.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from karvan.engines.assign.settle import Market, Settled, answer, chosen, follow, moved, newton, settle
from karvan.network.compile.arrays import Floats, Longs
from karvan.studies.tariff.conduct import Game, Seen, Slopes

GAP = 1e-9
NUDGE = 1e-4
"""The part of a unit of a lever by which costs are moved to see how choices bend."""


@dataclass(frozen=True, eq=False)
class Board:
    """A market (its ``fixed`` without what levers ask) and its levers.

    ``owner`` (n): the player of each lever; ``ask`` (W, n): USD a piece for a unit of a lever; ``left`` (W, P): what each player
    keeps of a piece besides; ``freight`` (W): what a piece counts as traffic; ``low``, ``high`` (n); ``delay`` (E): of a balance
    nearby, to begin from.
    """

    market: Market
    owner: Longs
    ask: Floats
    left: Floats
    freight: Floats
    low: Floats
    high: Floats
    delay: Floats

    def game(self) -> Game:
        """The game of it; its accounts are the players' profits and, last, the traffic."""
        return Game(partial(look, self), self.owner, self.low, self.high, partial(slopes, self))


def at(board: Board, lever: Floats) -> Settled:
    """The balance at levers: the one near that of the board, or where none is met, the one told by assign."""
    market = replace(board.market, fixed=board.market.fixed + board.ask @ lever)
    now = newton(market, board.delay, GAP, 30)
    return now if now.gap <= GAP else settle(market, gap=GAP)


def margins(board: Board, lever: Floats) -> Floats:
    """What each player keeps of a piece on each way, and, last, what the piece counts as traffic (W, P + 1)."""
    own = board.owner[:, None] == np.arange(board.left.shape[1])
    return np.column_stack([board.left + board.ask @ (own * lever[:, None]), board.freight])


def look(board: Board, lever: Floats) -> Seen:
    """What levers bring, and how profits and traffic answer them."""
    now = at(board, lever)
    keep = margins(board, lever)
    income = now.flow @ board.ask
    push = keep.T @ moved(now, board.ask)
    push[board.owner, np.arange(income.size)] += income
    return Seen(income, now.flow @ keep, push)


def slopes(board: Board, lever: Floats) -> Slopes:
    """How the pushes and the income answer levers: the second derivatives of the balance, contracted."""
    now = at(board, lever)
    market = now.market
    keep, flow = margins(board, lever), moved(now, board.ask)
    load, count = market.loads @ flow, market.counts @ flow
    delay = np.linalg.solve(now.matrix, follow(now, answer(market, now.flow, now.level, board.ask)))
    cost, felt = board.ask + market.felt @ delay, market.felt.toarray()
    # What a push of flows or of delays does to the accounts, once all has settled (adjoint).
    onto = np.linalg.solve(now.matrix.T, (keep.T @ answer(market, now.flow, now.level, felt)).T)
    worth = keep + market.loads.T @ (now.slopes[:, :1] * onto) + market.counts.T @ (now.slopes[:, 1:] * onto)
    push = np.empty((keep.shape[1], lever.size, lever.size))
    for k in range(lever.size):
        push[:, :, k] = worth.T @ _bent(market, now.cost, cost, cost[:, k]) + onto.T @ _curved(now, load, count, k)
    own = board.ask.T @ flow
    for j in range(lever.size):
        push[board.owner[j], j, :] += own[j]
        push[board.owner[j], :, j] += own[j]
    return Slopes(push, own)


def _bent(market: Market, cost: Floats, push: Floats, along: Floats) -> Floats:
    """How the answers of flows to pushes of cost change along another (W, n), delays held."""
    more, less = (
        answer(market, *chosen(market, cost + step * along), push) for step in (NUDGE, -NUDGE)
    )  # fmt: skip
    return np.asarray((more - less) / (2.0 * NUDGE))


def _curved(now: Settled, load: Floats, count: Floats, k: int) -> Floats:
    """How the slopes of the delays change along lever k, times how loads answer all levers (E, n)."""
    up, down = (
        now.market.waits.at(now.load + step * load[:, k], now.customers + step * count[:, k])[1] for step in (NUDGE, -NUDGE)
    )  # fmt: skip
    by = (up - down) / (2.0 * NUDGE)
    return np.asarray(by[:, :1] * load + by[:, 1:] * count)
