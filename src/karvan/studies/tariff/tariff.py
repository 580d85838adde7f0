"""Tariff: what prices would be set apart, and together; who gains and who loses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from karvan.corridor import Corridor
from karvan.engines.assign.avoidable import every
from karvan.engines.assign.patches import Patched
from karvan.engines.assign.prepared import balance as assigned
from karvan.engines.assign.prepared import prepare
from karvan.engines.assign.tell import balance as freight
from karvan.errors import InputError
from karvan.network.compile import param
from karvan.network.compile.arrays import Floats
from karvan.result import Result, Run
from karvan.studies.tariff import regimes, tell
from karvan.studies.tariff.conduct import today as conduct_today
from karvan.studies.tariff.regimes import Regime
from karvan.studies.tariff.scene import Scene, scene
from karvan.studies.tariff.staying import spread
from karvan.studies.tariff.unions import Unions, unions
from karvan.version import VERSION

TODAY = "today"
COSTS = ("mid", "low", "high")
Costs = Mapping[str, Mapping[str, Floats]]


@dataclass(frozen=True)
class Tariffs(Result):
    """What ``tariff`` gives back; its run's arguments hold the ``status``.

    ``regimes``: a row a regime (today, apart, together, target, regulated): traffic, the players' joint profit, what shippers
    and other operators gain on today, the through rate. ``prices``: each player's price by regime, over its avoidable cost.
    ``players``: each player's profit by regime, at low, mid and high costs. ``division``: the joint profit divided by Shapley,
    Nash's bargain and the core. ``unions``: what every union of players earns. ``gains``: shippers, operators, countries and
    corridors against today.
    """


def tariff(
    corridor: Corridor,
    *,
    players: Sequence[str] = (),
    conduct: float | str = 1.0,
    year: int | None = None,
    on: str = "middle",
    floor: Mapping[str, float] | None = None,
    cap: Mapping[str, float] | None = None,
    target_kt: float | None = None,
    markup: float | None = None,
    ended: Sequence[str] = (),
    case: str = "central",
    ways: int = 3,
    divide: bool = True,
) -> Tariffs:
    """The prices that players set on a corridor, each for itself and together, while freight chooses its way anew.

    ``players``: operators, or groups as ``KZ=KTZ+AAU_PORT``; none: the eight railways, ports and lines that earn the most there.
    ``conduct``: from 0 (nobody takes more than its cost) to 1 (Nash: all that suits it), or ``today``, the conduct that today's
    prices show, lever by lever. ``on``: the corridor whose prices are set, or ``any``. ``floor``, ``cap``: by player, times today's price.
    ``target_kt``: traffic that the joint prices are to keep (none: that of today). ``markup``: of the regulated prices over
    avoidable cost (none: the players' own of today). ``ended``: payers of subsidies that pay no more. ``divide``: whether all
    unions of players are looked at, for the division.

    A game without an end, as that of a player that some freight cannot do without, is a status without numbers. Raises NameUnknown
    for players, corridors or payers that are not there, InputError for numbers out of range. The maths: docs/maths/tariff.md.

    >>> import karvan as kv
    >>> kv.tariff(kv.load("toy"), players=["RA", "SEA"], on="middle", cap={"RA": 2.0, "SEA": 2.0}).regimes["regime"].to_list()
    ['today', 'apart', 'together', 'target', 'regulated']
    """
    _check(conduct, target_kt, markup, ways)
    when = year or int(param(corridor, "as_of_year", corridor.price_year))
    of = Patched(prepare(corridor, when, case=case, ways=ways))
    if not of.ready.classes:
        raise InputError(f"no freight may choose in {when}", cure="name a year of the demand table, or later")
    game = scene(corridor, of, on=on, players=players, floor=floor or {}, cap=cap or {}, ended=ended)
    costs = {
        case: {name: spread(usd, game.source) for name, usd in said.items()} for case, said in every(corridor, of.ready).items()
    }  # fmt: skip
    board = game.bearing(costs["mid"])
    theta = _conduct(game, conduct)
    found, more = _regimes(game, costs, theta, target_kt, markup)
    bad = [one for one in found if one.fault]
    all_ = unions(board.game(), len(game.players), len(game.players) + 1, np.ones(board.owner.size), theta) if (
        divide and not bad) else None  # fmt: skip
    arguments = {
        "year": when, "on": on, "players": [one.name for one in game.players], "conduct": conduct, "case": case, "ways": ways,
        "floor": dict(floor or {}), "cap": dict(cap or {}), "ended": list(ended), "status": _status(bad, all_), **more,
    }  # fmt: skip
    run = Run(
        "tariff", arguments, corridor.name, corridor.edition, corridor.digest, corridor.price_year, VERSION, corridor.scenarios
    )  # fmt: skip
    by_cost = _at_other_costs(game, costs, theta)
    frames = tell.tables(corridor, game, found, costs["mid"], by_cost, all_)
    return Tariffs(run, frames, freight(of.ready, assigned(of.ready).solved))


def _check(conduct: float | str, target_kt: float | None, markup: float | None, ways: int) -> None:
    if (isinstance(conduct, str) and conduct != TODAY) or (not isinstance(conduct, str) and not 0.0 <= conduct <= 1.0):
        raise InputError(f"conduct is {conduct}", cure=f"give a number between 0 and 1, or {TODAY}")
    if target_kt is not None and not target_kt > 0.0:
        raise InputError(f"the target is {target_kt:g} kt", cure="give thousand tonnes above 0")
    if markup is not None and not markup >= 0.0:
        raise InputError(f"the markup is {markup:g}", cure="give a share of cost, 0 or more")
    if ways < 1:
        raise InputError("ways is at least 1", cure="mend the argument")


def _conduct(game: Scene, conduct: float | str) -> Any:
    return np.clip(shown(game, game.board), 0.0, 1.0) if isinstance(conduct, str) else conduct


def shown(game: Scene, board: Any) -> Floats:
    """The conduct that today's prices show, by lever."""
    return conduct_today(board.game(), np.ones(board.owner.size), len(game.players) + 1)


def _regimes(
    game: Scene, costs: Costs, theta: Any, target_kt: float | None, markup: float | None
) -> tuple[list[Regime], dict[str, float]]:
    """Today, apart, together, with a target of traffic, regulated; and what target and regulation came to."""
    board = game.bearing(costs["mid"])
    now = regimes.today(game, board)
    kt = target_kt or float(board.game().look(now.lever).account[-1])
    best, worth = regimes.targeted(game, board, theta, kt)
    ruled, allowed = regimes.regulated(game, board, costs["mid"], markup)
    found = [
        now,
        regimes.settled(game, "apart", board, regimes.apart(game, board, theta)),
        regimes.settled(game, "together", board, regimes.together(game, board, theta)),
        regimes.settled(game, "target", board, best),
        ruled,
    ]
    return found, {"target_kt": kt, "target_usd_t": worth / 1000.0, "markup": allowed}


def _at_other_costs(game: Scene, costs: Costs, theta: Any) -> dict[str, list[Regime]]:
    """Today, apart and together at low and at high costs."""
    out = {}
    for name in COSTS[1:]:
        board = game.bearing(costs[name])
        out[name] = [
            regimes.today(game, board),
            regimes.settled(game, "apart", board, regimes.apart(game, board, theta)),
            regimes.settled(game, "together", board, regimes.together(game, board, theta)),
        ]
    return out


def _status(bad: Sequence[Regime], all_: Unions | None) -> str:
    if bad:
        return "; ".join(dict.fromkeys(one.fault for one in bad))
    lost = len(all_.amiss) if all_ else 0
    return f"in balance, but for {lost} unions of players" if lost else "in balance"
