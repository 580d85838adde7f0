"""The scene of a game: a year in balance, who is paid what of each way, and the levers of the players."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from karvan.corridor import Corridor
from karvan.engines.assign.patches import Patched
from karvan.engines.assign.prepared import Prepared
from karvan.engines.assign.settle import Market, Settled, settle
from karvan.errors import InputError, NameUnknown
from karvan.network.compile.arrays import Bools, Floats, Longs
from karvan.studies.tariff.board import GAP, Board
from karvan.studies.tariff.players import Player, chosen
from karvan.studies.tariff.staying import opened, spread, staying

ANY = "any"
FREE_CAP = 10.0
"""Times today's price that a player may ask where no cap is given: further than any would go that is not alone."""
LEAST = 1e-6
"""A lever whose income is less than this part of all players' is none."""


@dataclass(frozen=True, eq=False)
class Scene:
    """A year whose freight may stay at home, with W ways of it, and n levers of P players.

    ``source`` (W): the way of ``ready``, -1 for staying; ``here`` (W): the corridor's ways; ``box`` (W): whether pieces are boxes;
    ``tonnes``, ``teu`` (W): of a piece. ``paid`` by operator (W): USD a piece today, and ``today``: the balance at these prices.
    The board's traffic is thousand tonnes on the corridor. ``unit`` (n): TEU or t; ``capped`` (n): whether the cap is one that was given.
    """

    ready: Prepared
    players: tuple[Player, ...]
    board: Board
    source: Longs
    here: Bools
    tonnes: Floats
    teu: Floats
    paid: Mapping[str, Floats]
    today: Settled
    unit: tuple[str, ...]
    capped: Bools

    def owned(self, of: Mapping[str, Floats]) -> Floats:
        """What is said by operator, by player (W, P)."""
        none = np.zeros(self.source.size)
        sums = [sum((of.get(one, none) for one in player.operators), none) for player in self.players]
        return np.column_stack(sums)

    def bearing(self, avoidable: Mapping[str, Floats]) -> Board:
        """The board where operators bear these costs (by operator, USD a piece of each of the W ways)."""
        asked = self.board.ask @ (self.board.owner[:, None] == np.arange(len(self.players)))
        return replace(self.board, left=self.owned(self.paid) - asked - self.owned(avoidable))


def scene(
    corridor: Corridor,
    of: Patched,
    *,
    on: str,
    players: Sequence[str],
    floor: Mapping[str, float],
    cap: Mapping[str, float],
    ended: Sequence[str] = (),
) -> Scene:
    """The scene of a prepared year; ``on``: the corridor whose prices are set, or any; ``floor``, ``cap``: times today's price, by
    player; ``ended``: payers of subsidies that pay no more.

    Raises NameUnknown for a corridor, player or payer that is not there, InputError for bounds that are crossed.
    """
    ready = of.ready
    if on not in (ANY, *ready.corridors):
        raise NameUnknown("corridor with freight", on, (ANY, *ready.corridors))
    first = settle(of.market, gap=GAP)
    every = np.ones(ready.nest.size, np.bool_)
    here = every if on == ANY else ready.nest == ready.corridors.index(on)
    share = staying(corridor, ready, first, np.asarray(sum(of.paid.values(), np.zeros(here.size))), here)
    market, source = opened(of.market, share, first.level)
    paid = {name: spread(column, source) for name, column in of.paid.items()}
    for name in ended:
        if name not in paid:
            raise NameUnknown("operator that is paid or pays", name, paid)
        market = replace(market, fixed=market.fixed - paid.pop(name))
    today, counts = settle(market, gap=GAP), np.diff(ready.first)
    own = spread(here.astype(float), source) > 0.0
    tonnes, teu = (spread(np.repeat(said, counts), source) for said in (
        [one.tonnes for one in ready.classes], [one.teu for one in ready.classes]))  # fmt: skip
    income = {name: float(today.flow @ (column * own)) for name, column in paid.items()}
    who = chosen(corridor, {name: usd for name, usd in income.items() if usd != 0.0}, players)
    board, unit, capped = _levers(market, today, who, paid, (own, tonnes, teu), (floor, cap))
    return Scene(ready, who, board, source, own, tonnes, teu, paid, today, unit, capped)


def _levers(
    market: Market, today: Settled, who: Sequence[Player], paid: Mapping[str, Floats], ways: tuple[Bools, Floats, Floats],
    bounds: tuple[Mapping[str, float], Mapping[str, float]],
) -> tuple[Board, tuple[str, ...], Bools]:  # fmt: skip
    """One lever a player for boxes and one for other goods: a multiple of what it asks today. With the unit of each, and
    whether its cap is one that was given."""
    here, tonnes, teu = ways
    boxes = teu > 0.0
    names = [player.name for player in who]
    for name in [name for said in bounds for name in said if name not in names]:
        raise NameUnknown("player", name, names)
    asked, owner, unit = [], [], []
    for number, player in enumerate(who):
        whole = sum((paid[one] for one in player.operators), np.zeros(here.size)) * here
        for kind, chosen_ways in (("TEU", boxes), ("t", ~boxes)):
            asked.append(whole * chosen_ways)
            owner.append(number)
            unit.append(kind)
    ask = np.column_stack(asked)
    income = today.flow @ ask
    keep = np.flatnonzero(income > LEAST * float(income.sum()))
    of = np.array(owner)[keep]
    low = np.array([bounds[0].get(names[i], 0.0) for i in of])
    high = np.array([bounds[1].get(names[i], FREE_CAP) for i in of])
    if not (low < high).all():
        raise InputError("a floor is not below its cap", cure="give floors and caps as multiples of today's price")
    ask = np.ascontiguousarray(ask[:, keep])
    board = Board(
        replace(market, fixed=market.fixed - ask.sum(1)), of, ask, np.zeros((here.size, len(who))), tonnes * here / 1000.0,
        low, high, today.delay,
    )  # fmt: skip
    return board, tuple(unit[j] for j in keep), np.array([names[i] in bounds[1] for i in of])
