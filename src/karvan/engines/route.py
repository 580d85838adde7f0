"""Route: which ways one shipment has, what each costs, how long it takes and with what spread."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.engines import tell
from karvan.errors import InputError, QuoteError
from karvan.network import access, names
from karvan.network import ways as choice
from karvan.network.compile import Compiled, base_day, compile
from karvan.network.cost import Load, load
from karvan.result import Result, Run, balance_row
from karvan.shipment import Shipment
from karvan.version import VERSION


@dataclass(frozen=True)
class Routes(Result):
    """What ``route`` gives back.

    ``ways``: a row a way, the best first: price per unit and its band, hours with P10, P50, P90, CO2e, risk, generalised
    cost, and the share of price and hours that rests on estimates. ``legs``: every arc of every way. ``prices``: every
    tariff paid. ``shares``: hours moving, handling, at borders, waiting. ``closed``: where no way is left, the smallest
    set of restrictions that by itself closes it.
    """


def route(
    corridor: Corridor,
    shipment: Shipment,
    *,
    minimise: str = "cost",
    avoid: Sequence[str] = (),
    via: Sequence[str] = (),
    ways: int = 1,
    pareto: bool = False,
    eps: float = 0.005,
) -> Routes:
    """The ways of a shipment: the best ``ways`` by an objective, or the Pareto set on price, hours, spread and CO2e.

    ``minimise``: cost (generalised, USD), price (USD), hours, co2 (kg) or risk. ``avoid`` and ``via`` name countries,
    places, operators, modes or corridors; all of ``via`` are passed, in any order. ``pareto`` gives, instead of the
    best ones, for every way one that is at most (1 + ``eps``) times as large in every criterion. Where nothing is left the
    result has no way, and says which restrictions close it.

    Raises NameUnknown for a name that stands for nothing, QuoteError for a unit the goods do not travel in.
    The arithmetic of labels and spread: docs, maths.

    >>> import karvan as kv
    >>> found = kv.route(kv.load("toy"), kv.Shipment("orio", "destin", commodity="boxes", feu=1), minimise="price")
    >>> found.ways["corridor"].to_list()
    ['north']
    """
    if minimise not in choice.OBJECTIVES:
        raise InputError(f"route cannot minimise {minimise!r}", cure=f"one of {', '.join(choice.OBJECTIVES)}")
    if ways < 1 or not 0 <= eps < 1:
        raise InputError("ways is at least 1 and eps lies in [0, 1)", cure="mend the argument")
    ends = (names.place(corridor, shipment.origin), names.place(corridor, shipment.destination))
    if ends[0] == ends[1]:
        raise QuoteError(f"{shipment.origin} and {shipment.destination} are one place", cure="give two places")
    net = compile(corridor, names.commodity(corridor, shipment.commodity), shipment.ready)
    shipped = load(shipment, net.goods)
    asked = choice.query(net, shipped, ends, avoid=avoid, via=via, ready=shipment.ready)
    found = choice.pareto(asked, eps=eps) if pareto else choice.best(asked, minimise, ways)
    arguments = {
        "shipment": {key: value for key, value in asdict(shipment).items() if value},
        "minimise": minimise,
        "avoid": tuple(avoid),
        "via": tuple(via),
        "ways": ways,
        "pareto": pareto,
        "eps": eps if pareto else 0.0,
    }
    return _routes(corridor, asked, found, shipped, (net, ends, tuple(via)), arguments)


def _routes(
    corridor: Corridor,
    asked: choice.Query,
    found: choice.Found,
    shipped: Load,
    where: tuple[Compiled, tuple[str, str], tuple[str, ...]],
    arguments: dict[str, Any],
) -> Routes:
    net, ends, via = where
    tables = tell.tables(asked, found, shipped)
    reason = ""
    if not found.ways:
        cut = None
        if found.proven:
            cut = access.smallest_cut(asked.restrictions, lambda closed: choice.reaches(net, ends, via, closed))
        reason = _why_none(cut, found.proven, net.goods.commodity)
        tables["closed"] = pl.DataFrame({"restriction": list(cut or ())}, schema={"restriction": pl.String})
    carried = shipped.count if found.ways else 0.0
    row = balance_row(f"{ends[0]} to {ends[1]}", shipped.unit, shipped.count, carried, shipped.count - carried, reason)
    run = Run(
        word="route",
        arguments={**arguments, "proven": found.proven},
        corridor=corridor.name,
        edition=corridor.edition,
        digest=corridor.digest,
        price_year=corridor.price_year,
        version=VERSION,
        scenarios=corridor.scenarios,
    )
    return Routes(run, tables, pl.DataFrame([row]))


def _why_none(cut: tuple[str, ...] | None, proven: bool, commodity: str) -> str:
    if not proven:
        return f"no way found among the first {choice.MOST:,} partial ways: ask for less in via"
    return f"closed by: {'; '.join(cut)}" if cut else f"no way for {commodity} between these places"


def day_of(corridor: Corridor, shipment: Shipment) -> dt.date:
    """The day whose tables a shipment is routed on."""
    return shipment.ready or base_day(corridor)
