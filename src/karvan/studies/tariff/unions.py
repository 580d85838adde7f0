"""What every union of players earns by itself: its members together, all others each for itself.

Others do not stand still and are not foes: they set their own prices anew, each apart, so that worths hold what outsiders
win when rivals of theirs become one. Source: P. Chander, H. Tulkens, The core of an economy with multilateral environmental
externalities, International Journal of Game Theory 26 (1997).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from karvan.errors import InputError
from karvan.studies.tariff.coalition import members
from karvan.studies.tariff.conduct import CLOSE, Floats, Game, Set, balance, each, joined

MOST = 10
"""Players whose unions are all looked at: their number doubles with each."""


class Unions(NamedTuple):
    """Balances by union (bit i is player i), the empty one's being that of all apart; ``worth`` (2^n); which were not met."""

    found: tuple[Set, ...]
    worth: Floats
    amiss: tuple[int, ...]


def unions(game: Game, players: int, accounts: int, start: Floats, conduct: ArrayLike = 1.0) -> Unions:
    """All unions of ``players`` (the first accounts), each begun from that of all its members but one.

    start: levers of today, from where a balance is sought again that is not met from there. Raises InputError for more
    players than MOST.
    """
    if players > MOST:
        raise InputError(
            f"{players} players have {2**players:,} unions", cure=f"put players in groups: at most {MOST} of them"
        )
    apart = balance(game, each(game, accounts), conduct=conduct, start=start)
    found = [apart] * (1 << players)
    worth = np.zeros(1 << players)
    inside = members(players)
    for union in sorted(range(1, 1 << players), key=lambda union: (union.bit_count(), union)):
        mine = np.flatnonzero(inside[union])
        if mine.size > 1:
            found[union] = _joined(game, accounts, mine, found[union & (union - 1)], start, conduct)
        worth[union] = found[union].seen.account[mine].sum()
    return Unions(tuple(found), worth, tuple(k for k, one in enumerate(found) if one.amiss > CLOSE))


def _joined(game: Game, accounts: int, mine: ArrayLike, near: Set, start: Floats, conduct: ArrayLike) -> Set:
    """The balance of a union; where none is met from nearby, it is begun again from today's levers."""
    weight = joined(game, accounts, mine)
    found = balance(game, weight, conduct=conduct, start=near.lever)
    if found.amiss <= CLOSE:
        return found
    again = balance(game, weight, conduct=conduct, start=start)
    return min(found, again, key=lambda one: one.amiss)
