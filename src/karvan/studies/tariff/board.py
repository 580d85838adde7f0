"""A market of freight as a game: levers move what some ways cost, and all flows and delays settle anew.

Lever j adds x_j a_jw to the price of way w, so flows follow from fixed + A x; player i keeps l_iw of a piece besides what its
levers bring. Its profit is f (l_i + sum of its own a_j x_j). Derivatives of flows in balance, first and second, are those of
the balance itself (docs/maths/tariff.md): nothing is differenced over levers.
"""

from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from karvan.engines.assign.settle import Choice, Market, Settled, moved, newton, settle
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


def at(board: Board, lever: Floats) -> tuple[Market, Settled]:
    """The market at levers, and its balance: the one near that of the board, or where none is met, the one told by assign."""
    market = replace(board.market, fixed=board.market.fixed + board.ask @ lever)
    now = newton(Choice(market), board.delay, GAP, 30)
    return market, now if now.gap <= GAP else settle(market, gap=GAP)


def margins(board: Board, lever: Floats) -> Floats:
    """What each player keeps of a piece on each way, and, last, what the piece counts as traffic (W, P + 1)."""
    own = board.owner[:, None] == np.arange(board.left.shape[1])
    return np.column_stack([board.left + board.ask @ (own * lever[:, None]), board.freight])


def look(board: Board, lever: Floats) -> Seen:
    """What levers bring, and how profits and traffic answer them."""
    market, now = at(board, lever)
    keep = margins(board, lever)
    income = now.flow @ board.ask
    push = keep.T @ moved(market, now, board.ask)
    push[board.owner, np.arange(income.size)] += income
    return Seen(income, now.flow @ keep, push)


def slopes(board: Board, lever: Floats) -> Slopes:
    """How the pushes and the income answer levers: the second derivatives of the balance, contracted."""
    market, now = at(board, lever)
    choice, keep = Choice(market), margins(board, lever)
    flow = moved(market, now, board.ask)
    load, count = market.load @ flow, market.count @ flow
    delay = np.linalg.solve(now.matrix, _answered(now, market, choice.change(now.flow, board.ask)))
    cost = board.ask + now.felt @ delay
    # What a push of flows or of delays does to the accounts, once all has settled (adjoint).
    onto = np.linalg.solve(now.matrix.T, (keep.T @ choice.change(now.flow, now.felt)).T)
    worth = keep + market.load.T @ (now.slopes[:, :1] * onto) + market.count.T @ (now.slopes[:, 1:] * onto)
    push = np.empty((keep.shape[1], lever.size, lever.size))
    for k in range(lever.size):
        push[:, :, k] = worth.T @ _bent(choice, now.cost, cost, cost[:, k]) + onto.T @ _curved(
            now, market, load, count, k
        )
    own = board.ask.T @ flow
    for j in range(lever.size):
        push[board.owner[j], j, :] += own[j]
        push[board.owner[j], :, j] += own[j]
    return Slopes(push, own)


def _answered(now: Settled, market: Market, flow: Floats) -> Floats:
    return np.asarray(now.slopes[:, :1] * (market.load @ flow) + now.slopes[:, 1:] * (market.count @ flow))


def _bent(choice: Choice, cost: Floats, push: Floats, along: Floats) -> Floats:
    """How the answers of flows to pushes of cost change along another (W, n), delays held."""
    up, down = cost + NUDGE * along, cost - NUDGE * along
    more, less = choice.change(choice.flows(up)[0], push), choice.change(choice.flows(down)[0], push)
    return np.asarray((more - less) / (2.0 * NUDGE))


def _curved(now: Settled, market: Market, load: Floats, count: Floats, k: int) -> Floats:
    """How the slopes of the delays change along lever k, times how loads answer all levers (E, n)."""
    waits = market.waits
    _, load_up, count_up = waits.at(now.load + NUDGE * load[:, k], now.customers + NUDGE * count[:, k])
    _, load_down, count_down = waits.at(now.load - NUDGE * load[:, k], now.customers - NUDGE * count[:, k])
    by_load, by_count = (load_up - load_down) / (2.0 * NUDGE), (count_up - count_down) / (2.0 * NUDGE)
    return np.asarray(by_load[:, None] * load + by_count[:, None] * count)
