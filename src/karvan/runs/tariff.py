"""``karvan tariff``: prices apart and together, the division and who gains, in words."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.runs import open, save
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.runs.question import Tariff
from karvan.studies.tariff.tariff import TODAY, Tariffs, tariff

SHOWN = 12
"""Rows of gains in words; all of them by --json."""


def answer(question: Tariff) -> Answer:
    """Regimes, prices, division, gains; exit code 1 where the game has no end or no balance was met."""
    corridor = open.corridor(question.corridor)
    corridor = corridor.apply(*(open.card(name) for name in open.words(question.cards)))
    found = tariff(
        corridor, players=open.words(question.players), conduct=_conduct(question.conduct), year=question.year or None,
        on=question.on, floor=_times(open.words(question.floor)), cap=_times(open.words(question.cap)),
        target_kt=question.target or None, ended=open.words(question.ended), divide=not question.quick,
    )  # fmt: skip
    met = str(found.run.arguments["status"]).startswith("in balance")
    return Answer(words(corridor, found), save.said(found), found.regimes, 0 if met else 1)


def _conduct(said: str) -> float | str:
    try:
        return said if said == TODAY else float(said)
    except ValueError:
        raise InputError(f"conduct is {said!r}", cure=f"give a number between 0 and 1, or {TODAY}") from None


def _times(said: Sequence[str]) -> Mapping[str, float]:
    """``KTZ=1.5`` as a mapping."""
    out = {}
    for one in said:
        name, _, number = one.partition("=")
        try:
            out[name.strip()] = float(number)
        except ValueError:
            raise InputError(f"{one!r} is no bound", cure="write a player and times today's price: KTZ=1.5") from None
    return out


def words(corridor: Corridor, found: Tariffs) -> str:
    """The whole answer, at most 80 columns wide."""
    said = found.run.arguments
    head = f"{corridor.title or corridor.name}: prices on {said['on']} in {said['year']}, conduct {said['conduct']}: {said['status']}"
    parts = [
        text.wrap(head),
        _regimes(found.regimes),
        _prices(found.prices),
        _division(found.division),
        _gains(found.gains),
    ]
    return "\n\n".join(part for part in parts if part)


def _cell(value: Any) -> str:
    return "-" if value is None else text.number(value)


def _regimes(frame: pl.DataFrame) -> str:
    rows = frame.to_dicts()
    names = {
        "kt": "kt", "profit_musd": "profit M USD", "gain_musd": "gain", "shippers_musd": "shippers", "others_musd": "others",
        "through_usd_teu": "USD/TEU", "through_usd_t": "USD/t",
    }  # fmt: skip
    columns = [Column("regime", [row["regime"] for row in rows], right=False)]
    return text.table(columns + [Column(title, [_cell(row[name]) for row in rows]) for name, title in names.items()])


def _prices(frame: pl.DataFrame) -> str:
    """Times today's price, by regime."""
    keys = frame.select("player", "unit").unique(maintain_order=True).rows()
    times = {(row["player"], row["unit"], row["regime"]): row for row in frame.to_dicts()}
    regimes = frame["regime"].unique(maintain_order=True).to_list()[1:]
    columns = [
        Column("player", [player for player, _ in keys], right=False), Column("per", [unit for _, unit in keys], right=False),
        Column("USD today", [_cell(times[*key, "today"]["usd"]) for key in keys]),
        Column("cost", [_cell(times[*key, "today"]["avoidable_usd"]) for key in keys]),
    ]  # fmt: skip
    return text.table(columns + [Column(one, [_cell(times[*key, one]["times"]) for key in keys]) for one in regimes])


def _division(frame: pl.DataFrame) -> str:
    rows = frame.to_dicts()
    names = {
        "today_musd": "today", "apart_musd": "apart", "shapley_musd": "Shapley", "bargain_musd": "bargain", "core_musd": "core",
        "usd_teu": "USD/TEU", "usd_t": "USD/t",
    }  # fmt: skip
    columns = [Column("player", [row["player"] for row in rows], right=False)]
    columns += [Column(title, [_cell(row[name]) for row in rows]) for name, title in names.items()]
    return text.table(columns) if rows else ""


def _gains(frame: pl.DataFrame) -> str:
    """Who gains and loses the most where all set prices together."""
    mine = frame.filter((pl.col("regime") == "together") & (pl.col("kind") != "corridor"))
    rows = mine.sort(pl.col("musd").abs(), descending=True).head(SHOWN).to_dicts()
    columns = [
        Column("together", [row["kind"] for row in rows], right=False),
        Column("who", [row["name"] or "-" for row in rows], right=False),
        Column("M USD on today", [text.number(row["musd"]) for row in rows]),
    ]
    return text.table(columns) if rows else ""
