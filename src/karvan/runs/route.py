"""``karvan route``: the ways of one shipment, with the user's own prices and money."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from karvan.corridor import Corridor
from karvan.engines.route import Routes, route
from karvan.errors import InputError
from karvan.network.compile import base_day
from karvan.network.currency import Money, money, told
from karvan.network.quote import quote
from karvan.runs import open, save
from karvan.runs.answer import Answer
from karvan.runs.plain import ways
from karvan.runs.question import Route
from karvan.scenario import Scenario
from karvan.shipment import Shipment


@dataclass(frozen=True)
class Asked:
    """A question with its words read: the corridor with all cards applied, and what they say."""

    corridor: Corridor
    shipment: Shipment
    cards: tuple[Scenario, ...]
    money: Money
    day: dt.date


def answer(question: Route) -> Answer:
    """The ways of the shipment; exit code 1 where there is none."""
    asked = read(question)
    found = route(
        asked.corridor,
        asked.shipment,
        minimise=question.minimise,
        avoid=open.words(question.avoid),
        via=open.words(question.via),
        ways=question.ways,
        pareto=question.pareto,
    )
    return Answer(
        words=ways.words(asked.corridor, found, asked.money, asked.day, asked.cards),
        data=in_money(found, asked.money),
        frame=told(found.ways, asked.money),
        code=0 if found.ways.height else 1,
    )


def read(question: Route) -> Asked:
    """The question with corridor, cards, shipment and money read from its words."""
    shipment = Shipment(
        question.origin,
        question.destination,
        commodity=question.commodity,
        teu=question.teu,
        feu=question.feu,
        hc40=question.hc40,
        wagons=question.wagons,
        trucks=question.trucks,
        tonnes=question.tonnes,
        ready=open.day(question.depart),
    )
    corridor = open.corridor(question.corridor)
    cards = [open.card(name) for name in open.words(question.cards)]
    cards += [_tariffs(name) for name in open.words(question.tariff)]
    corridor = corridor.apply(*cards)
    day = shipment.ready or base_day(corridor)
    year = question.price_year or None
    for said in question.price:
        own = quote(corridor, said, currency=question.currency, price_year=year, day=day)
        corridor = corridor.apply(own)
        cards.append(own)
    return Asked(corridor, shipment, tuple(cards), money(corridor, question.currency, year, day), day)


def _tariffs(name: str) -> Scenario:
    card = open.card(name)
    others = sorted({change.table for change in card.changes} - {"tariffs"})
    if others:
        raise InputError(f"the tariff card {card.name!r} changes {', '.join(others)}", cure="apply it by --with")
    return card


def in_money(found: Routes, into: Money) -> dict[str, Any]:
    """The result as plain values, in the money asked for."""
    frames = {name: told(frame, into).to_dicts() for name, frame in found.tables.items()}
    spoken = {"currency": into.currency, "year": into.year, "per_usd": into.rate, "said": into.said}
    return {**save.said(found), **frames, "money": spoken}
