"""Tell: regimes as frames."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.engines.assign.settle import Settled
from karvan.network.compile.arrays import Floats
from karvan.studies.tariff.board import at
from karvan.studies.tariff.coalition import bargain, core, leaving, members, shapley
from karvan.studies.tariff.conduct import today as shown
from karvan.studies.tariff.regimes import Regime
from karvan.studies.tariff.scene import Scene
from karvan.studies.tariff.unions import Unions

F, N, S, B = pl.Float64(), pl.Int64(), pl.String(), pl.Boolean()
REGIMES = {
    "regime": S, "kt": F, "kteu": F, "profit_musd": F, "gain_musd": F, "shippers_musd": F, "others_musd": F,
    "all_musd": F, "through_usd_teu": F, "through_usd_t": F, "status": S,
}  # fmt: skip
PRICES = {
    "regime": S, "player": S, "unit": S, "times": F, "usd": F, "avoidable_usd": F, "markup": F, "held": S, "conduct_today": F,
}  # fmt: skip
PLAYERS = {
    "regime": S, "player": S, "country": S, "profit_musd": F, "gain_musd": F, "gain_low_musd": F, "gain_high_musd": F, "sign": S,
}  # fmt: skip
DIVISION = {
    "player": S, "today_musd": F, "apart_musd": F, "together_musd": F, "shapley_musd": F, "bargain_musd": F, "core_musd": F,
    "usd_teu": F, "usd_t": F,
}  # fmt: skip
UNIONS = {
    "union": S, "players": N, "worth_musd": F, "apart_musd": F, "gain_musd": F, "leaves_shapley": B, "leaves_bargain": B,
    "status": S,
}  # fmt: skip
GAINS = {"regime": S, "kind": S, "name": S, "musd": F, "kt": F, "kteu": F}
HELD = {-1.0: "floor", 0.0: "", 1.0: "cap"}
MUSD = 1e-6


def tables(
    corridor: Corridor, of: Scene, found: Sequence[Regime], avoidable: Mapping[str, Floats],
    by_cost: Mapping[str, Sequence[Regime]], every: Unions | None,
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """The frames of ``Tariffs``. Where a regime has a fault its numbers are empty."""
    settled = [None if one.fault else at(one.board, one.lever) for one in found]
    gains = [
        row for one, now in zip(found, settled, strict=True) if now for row in _gains(corridor, of, avoidable, one, now)
    ]
    sums = pl.DataFrame(gains, schema=GAINS, orient="row")
    return {
        "regimes": _frame(
            [_regime(of, one, now, found[0], sums) for one, now in zip(found, settled, strict=True)], REGIMES
        ),
        "prices": _frame(
            [row for one, now in zip(found, settled, strict=True) for row in _prices(of, one, now, avoidable)], PRICES
        ),
        "players": _frame([row for one in found for row in _players(of, one, found, by_cost)], PLAYERS),
        "division": _frame(_division(of, found, settled, every), DIVISION),
        "unions": _frame(_unions(of, every), UNIONS),
        "gains": sums,
    }


def _frame(rows: Sequence[Mapping[str, Any]], schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict(schema), orient="row")


def carried(of: Scene, now: Settled) -> tuple[float, float]:
    """Tonnes and TEU on the corridor."""
    return float(now.flow @ (of.tonnes * of.here)), float(now.flow @ (of.teu * of.here))


def through(of: Scene, one: Regime, now: Settled) -> dict[str, float | None]:
    """What all players together are paid for a TEU, and for a tonne of other goods, that goes by the corridor."""
    income = (now.flow @ one.board.ask) * one.lever
    size = {unit: _size(of, now, unit) for unit in ("TEU", "t")}
    return {
        unit: float(sum(usd for usd, own in zip(income, of.unit, strict=True) if own == unit)) / size[unit] if size[unit] else None
        for unit in size
    }  # fmt: skip


def _size(of: Scene, now: Settled, unit: str) -> float:
    boxes = of.teu > 0.0
    return float(now.flow @ (of.teu * of.here)) if unit == "TEU" else float(now.flow @ (of.tonnes * of.here * ~boxes))


def _regime(of: Scene, one: Regime, now: Settled | None, first: Regime, gains: pl.DataFrame) -> dict[str, Any]:
    if now is None:
        return {"regime": one.name, "status": one.status}
    tonnes, teu = carried(of, now)
    mine = gains.filter(pl.col("regime") == one.name)
    players = [operator for player in of.players for operator in player.operators]
    shippers = float(mine.filter(pl.col("kind") == "shippers")["musd"].sum())
    others = float(mine.filter((pl.col("kind") == "operator") & ~pl.col("name").is_in(players))["musd"].sum())
    profit, rate = float(one.profit.sum()) * MUSD, through(of, one, now)
    gain = profit - float(first.profit.sum()) * MUSD
    return {
        "regime": one.name, "kt": tonnes / 1e3, "kteu": teu / 1e3, "profit_musd": profit, "gain_musd": gain,
        "shippers_musd": shippers, "others_musd": others, "all_musd": gain + shippers + others, "through_usd_teu": rate["TEU"],
        "through_usd_t": rate["t"], "status": one.status,
    }  # fmt: skip


def _prices(of: Scene, one: Regime, now: Settled | None, avoidable: Mapping[str, Floats]) -> list[dict[str, Any]]:
    """By lever: what is paid for a TEU or tonne that the player carries on the corridor, and what of it it would not spend."""
    if now is None:
        return []
    cost = of.owned(avoidable)
    theta = shown(one.board.game(), np.ones(one.lever.size), len(of.players) + 1) if one.name == "today" else None
    rows = []
    for j, times in enumerate(one.lever):
        ask, player = one.board.ask[:, j], int(one.board.owner[j])
        each = (of.teu if of.unit[j] == "TEU" else of.tonnes) * (ask != 0.0)
        size = max(float(now.flow @ each), 1e-300)
        usd = float(now.flow @ ask) * float(times) / size
        bears = float(now.flow @ (cost[:, player] * (ask != 0.0))) / size
        rows.append({
            "regime": one.name, "player": of.players[player].name, "unit": of.unit[j], "times": float(times), "usd": usd,
            "avoidable_usd": bears, "markup": usd / bears - 1.0 if bears > 0.0 else None, "held": HELD[float(one.held[j])],
            "conduct_today": None if theta is None else float(theta[j]),
        })  # fmt: skip
    return rows


def shared(said: Sequence[Regime], name: str) -> Floats | None:
    """Each player's profit in a regime, USD a year; where all are together as Nash's bargain divides it, apart being the threat."""
    one = next(two for two in said if two.name == name)
    apart = next(two for two in said if two.name == "apart")
    if one.fault or (name == "together" and apart.fault):
        return None
    if name != "together":
        return one.profit
    return bargain(float(one.profit.sum()), apart.profit) if one.profit.sum() >= apart.profit.sum() else None


def _players(
    of: Scene, one: Regime, found: Sequence[Regime], by_cost: Mapping[str, Sequence[Regime]]
) -> list[dict[str, Any]]:
    """Each player's profit and gain on today; where low or high costs turn its sign, that is said."""
    profit = shared(found, one.name)
    if profit is None or one.name in ("target", "regulated"):
        return []
    gain = {"mid": profit - found[0].profit}
    for name, said in by_cost.items():
        other = shared(said, one.name)
        if other is not None:
            gain[name] = other - said[0].profit
    rows = []
    for i, player in enumerate(of.players):
        each = {name: float(usd[i]) * MUSD for name, usd in gain.items()}
        signs = {float(np.sign(usd)) for usd in each.values()}
        told = len(each) == 1 + len(by_cost) and one.name != "today"
        rows.append({
            "regime": one.name, "player": player.name, "country": player.country, "profit_musd": float(profit[i]) * MUSD,
            "gain_musd": each["mid"], "gain_low_musd": each.get("low"), "gain_high_musd": each.get("high"),
            "sign": ("holds" if len(signs) == 1 else "changes with costs") if told else "",
        })  # fmt: skip
    return rows


def _bargained(every: Unions, apart: Floats) -> Floats | None:
    return bargain(float(every.worth[-1]), apart) if every.worth[-1] >= apart.sum() else None


def _division(
    of: Scene, found: Sequence[Regime], settled: Sequence[Settled | None], every: Unions | None
) -> list[dict[str, Any]]:
    """The joint profit divided; ``usd_teu`` and ``usd_t``: what each then has of the through rate, its other profits held."""
    if every is None:
        return []
    by = {one.name: one.profit for one in found if not one.fault}
    apart = np.array([every.worth[1 << i] for i in range(len(of.players))])
    value, stays, agreed = shapley(every.worth), core(every.worth), _bargained(every, apart)
    joint, now = next((one, now) for one, now in zip(found, settled, strict=True) if one.name == "together")
    income = (now.flow @ joint.board.ask) * joint.lever if now else np.zeros(joint.lever.size)
    rows = []
    for i, player in enumerate(of.players):
        # What is handed over so that it has its part of the joint profit, spread over its boxes and tonnes as its income is.
        own, paid = income * (joint.board.owner == i), max(float(income.sum()), 1e-300)
        part = {}
        for unit in ("TEU", "t"):
            mine = np.array([said == unit for said in of.unit])
            size = _size(of, now, unit) if now else 0.0
            over = (value[i] - by["together"][i]) * float(income[mine].sum()) / paid
            part[unit] = (float(own[mine].sum()) + over) / size if size else None
        rows.append({
            "player": player.name, "today_musd": float(by["today"][i]) * MUSD, "apart_musd": float(apart[i]) * MUSD,
            "together_musd": float(by["together"][i]) * MUSD, "shapley_musd": float(value[i]) * MUSD,
            "bargain_musd": None if agreed is None else float(agreed[i]) * MUSD,
            "core_musd": float(stays.division[i]) * MUSD if stays.holds else None, "usd_teu": part["TEU"], "usd_t": part["t"],
        })  # fmt: skip
    return rows


def _unions(of: Scene, every: Unions | None) -> list[dict[str, Any]]:
    if every is None:
        return []
    inside = members(len(of.players))
    apart = np.array([every.worth[1 << i] for i in range(len(of.players))])
    agreed = _bargained(every, apart)
    goes = [
        {union for union, _ in leaving(every.worth, said, 1e-6)}
        for said in (shapley(every.worth), agreed)
        if said is not None
    ]
    rows = []
    for union in range(1, every.worth.size):
        alone = float(apart[inside[union]].sum())
        rows.append({
            "union": " + ".join(player.name for player, there in zip(of.players, inside[union], strict=True) if there),
            "players": int(inside[union].sum()), "worth_musd": float(every.worth[union]) * MUSD, "apart_musd": alone * MUSD,
            "gain_musd": (float(every.worth[union]) - alone) * MUSD, "leaves_shapley": union in goes[0],
            "leaves_bargain": union in goes[1] if len(goes) > 1 else None,
            "status": "not in balance" if union in every.amiss else "in balance",
        })  # fmt: skip
    return rows


def _gains(
    corridor: Corridor, of: Scene, avoidable: Mapping[str, Floats], one: Regime, now: Settled
) -> list[tuple[str, str, str, float, float | None, float | None]]:
    """Against today: shippers by goods, operators, countries (of operators, half of a shipper's at each end), corridors."""
    rows: list[tuple[str, str, str, float, float | None, float | None]] = []
    country = dict(corridor.operators.select("operator_id", "country").iter_rows())
    land = dict(corridor.nodes.select("node_id", "country").iter_rows())
    nations: dict[str, float] = {}
    sums: dict[str, float] = {}
    for k, usd in enumerate(of.board.market.demand * (of.today.level - now.level) * MUSD):
        origin, destination, goods = of.ready.classes[k].pair
        sums[goods] = sums.get(goods, 0.0) + float(usd)
        for place in (origin, destination):
            nations[land[place]] = nations.get(land[place], 0.0) + 0.5 * float(usd)
    rows += [(one.name, "shippers", goods, usd, None, None) for goods, usd in sorted(sums.items())]
    none, owners = np.zeros(of.source.size), {name: player for player in of.players for name in player.operators}
    numbers = [player.name for player in of.players]
    for name in sorted({*of.paid, *avoidable}):
        paid, cost = of.paid.get(name, none), avoidable.get(name, none)
        usd = float(now.flow @ (paid - cost) - of.today.flow @ (paid - cost))
        if name in owners:
            mine = one.board.owner == numbers.index(owners[name].name)
            usd += float(now.flow @ ((paid[:, None] * (one.board.ask != 0.0)) @ ((one.lever - 1.0) * mine)))
        rows.append((one.name, "operator", name, usd * MUSD, None, None))
        nations[country.get(name) or ""] = nations.get(country.get(name) or "", 0.0) + usd * MUSD
    rows += [(one.name, "country", name, usd, None, None) for name, usd in sorted(nations.items())]
    change = np.where(of.source >= 0, now.flow - of.today.flow, 0.0)
    tags = np.where(of.source >= 0, of.ready.nest[of.source], -1)
    for number, tag in enumerate(of.ready.corridors):
        kt, kteu = (float(change @ (size * (tags == number))) / 1e3 for size in (of.tonnes, of.teu))
        rows.append((one.name, "corridor", tag, 0.0, kt, kteu))
    return rows
