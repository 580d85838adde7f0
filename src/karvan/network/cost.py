"""What a shipment costs on each arc: money, hours and their spread, emissions, risk, and generalised cost.

Along a way five things add: price, hours, variance of hours, CO2e and -ln(1 - p), p the probability of loss or of a delay
beyond 30 days; and the standard deviations of the weather's waits, since one weather shuts all ports of a sea. Generalised
cost = price + aversion + value of time x hours + reliability ratio x value of time x standard deviation of the hours,
taken on the whole way (Small 1982; de Jong and others 2014 for freight).
"""

import datetime as dt
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from karvan.corridor import Corridor
from karvan.errors import InputError, QuoteError
from karvan.network import names
from karvan.network.compile import compile
from karvan.network.compile.arrays import Compiled, Floats
from karvan.network.compile.goods import Goods
from karvan.network.compile.prices import UNITS
from karvan.shipment import TEU_OF, Shipment


@dataclass(frozen=True)
class Load:
    """A shipment in the units that prices are in.

    ``vector`` (6) by ``prices.UNITS``; ``pieces``: FEU, wagons, trucks or tonnes, to count trains with; ``count`` of
    ``unit``: what answers are per.
    """

    vector: Floats
    pieces: float
    unit: str
    count: float
    tonnes: float


def load(shipment: Shipment, goods: Goods) -> Load:
    """The load of a shipment. Raises QuoteError where the goods do not travel in the unit asked for."""
    sizes = shipment.sizes
    teu = sum(sizes[name] * ratio for name, ratio in TEU_OF.items())
    rail = bool({"wagon", "tank"} & set(goods.forms))
    for asked, fits, word in (
        (teu, "container" in goods.forms, "boxes"),
        (sizes["wagons"], rail, "wagons"),
        (sizes["trucks"], "truck" in goods.forms, "trucks"),
    ):
        if asked and not fits:
            raise QuoteError(f"{goods.commodity} does not travel in {word}", cure=f"it travels as: {_forms(goods)}")
    vector = np.zeros(len(UNITS))
    if "container" in goods.forms:
        teu, tonnes = _filled(teu, shipment.tonnes, goods.t_per_teu, goods, "TEU")
        by_teu = bool(sizes["teu"]) or not (sizes["feu"] or sizes["hc40"])
        vector[UNITS.index("TEU" if by_teu else "FEU")] = teu if by_teu else teu / 2
        pieces = teu / 2
    elif rail:
        wagons, tonnes = _filled(sizes["wagons"], shipment.tonnes, goods.t_per_wagon, goods, "wagon")
        vector[UNITS.index("wagon")] = pieces = wagons
    elif "truck" in goods.forms:
        trucks, tonnes = _filled(sizes["trucks"], shipment.tonnes, goods.t_per_truck or 15.0, goods, "truck")
        vector[UNITS.index("truck")] = pieces = trucks
    else:
        tonnes = pieces = shipment.tonnes
    vector[UNITS.index("t")] = tonnes
    return Load(vector, pieces, shipment.unit, shipment.count, tonnes)


def _filled(count: float, tonnes: float, each: float, goods: Goods, unit: str) -> tuple[float, float]:
    if count and tonnes:
        return count, tonnes
    if count:
        return count, count * each
    if not each:
        raise QuoteError(f"{goods.commodity} has no tonnes per {unit}", cure="give the number of units, not tonnes")
    return tonnes / each, tonnes


def _forms(goods: Goods) -> str:
    return ", ".join(goods.forms)


@dataclass(frozen=True)
class Tastes:
    """What the shipper gives for an hour, in USD for the whole load: of mean, and of standard deviation."""

    hour: float
    spread_hour: float


def tastes(of: Goods, shipped: Load) -> Tastes:
    """Value of time and of reliability of the load; QuoteError where the tables give the commodity none."""
    if of.usd_t_day is None:
        raise QuoteError(
            f"{of.commodity} has no value_of_time", cure="give it (or its parent) a row in the table values"
        )
    hour = of.usd_t_day / 24 * shipped.tonnes
    return Tastes(hour, of.reliability * hour)


@dataclass(frozen=True, eq=False)
class Costs:
    """Arrays over the arcs of the decks, for the whole load: USD, h, h2, kgCO2e, and -ln(1 - p); ``weather`` is a standard deviation."""

    price: Floats
    low: Floats
    high: Floats
    price_d: Floats
    owner: Floats
    risk: Floats
    hours: Floats
    floor: Floats
    variance: Floats
    weather: Floats
    weather_mean: Floats
    co2: Floats
    loss: Floats


def money(shipped: Load, prices: Floats, train_size: Floats) -> Floats:
    """USD of the load from prices by unit (..., arcs, 6); a train's price is paid for every train begun."""
    return np.asarray(prices[..., :-1] @ shipped.vector[:-1] + prices[..., -1] * trains_of(shipped, train_size))


def trains_of(shipped: Load, train_size: Floats) -> Floats:
    """Trains begun by the load, of trains that take so many pieces each."""
    return np.asarray(np.maximum(np.ceil(shipped.pieces / train_size - 1e-9), 1.0))


def costs(net: Compiled, shipped: Load, months: NDArray[np.int64] | None = None) -> Costs:
    """The costs of the load on every arc of the decks.

    ``months`` (m): the month, 0 to 11, in which each arc is passed; None takes the year's mean, which the stated hours
    contain. In a month the hours move by the difference of its mean weather wait from the year's. Raises InputError
    where the load would be paid for passing an arc.
    """
    year = net.shut[:, -1]
    now = year if months is None else net.shut[np.arange(months.size), months]
    hours = np.maximum(net.hours + now[:, 0] - year[:, 0], net.floor)
    pieces = shipped.vector[:2] @ np.array([1.0, 0.5]) or shipped.pieces
    own = np.zeros((9, len(net.labels) + 1))  # the last column stands for arcs that are not the network's
    for row, column in enumerate(
        (
            money(shipped, net.owner, net.train_size),
            money(shipped, net.risk, net.train_size),
            hours,
            net.floor,
            net.variance,
            now[:, 1],
            np.minimum(now[:, 0], hours - net.floor),
            net.co2_t * shipped.tonnes + net.co2_unit * pieces,
            net.loss,
        )
    ):
        own[row, :-1] = column
    price, low, high, price_d = money(shipped, net.decks.price, net.decks.train_size)
    told = Costs(price, low, high, price_d, *own[:, net.decks.arc])
    _check(net, told)
    return told


def _check(net: Compiled, told: Costs) -> None:
    if told.price.size and told.price.min() < -1e-9:
        at = int(np.argmin(told.price))
        under, label = net.decks.through[at], net.labels[net.decks.arc[at]]
        by = f" under the through price {net.through[under].tariff!r}" if under >= 0 else ""
        raise InputError(
            f"the load is paid {-told.price[at]:.2f} USD for {label.link or label.procedure!r}{by}",
            cure="a subsidy may not exceed the prices of its own arc; a through price should cover its payer too",
        )


def month_after(ready: dt.date, hours: Floats) -> NDArray[np.int64]:
    """The month (0 to 11) in which a time of so many hours after a day falls; hours beyond all time count as none."""
    days = np.where(np.isfinite(hours), hours, 0.0) / 24
    when = np.datetime64(ready) + days.astype("timedelta64[D]")
    return np.asarray(when.astype("datetime64[M]").astype(np.int64) % 12)


def price_band(price: float, down: Floats, up: Floats, correlation: float) -> tuple[float, float]:
    """P10 and P90 of a sum of prices that may each fall by ``down`` (to its P10) and rise by ``up`` (to its P90).

    A sum of lows is no P10: with one correlation r between any two the deviation of the sum is
    sqrt((1 - r) sum s2 + r (sum s)2).

    >>> price_band(100.0, np.array([3.0, 4.0]), np.array([6.0, 8.0]), 0.0)
    (95.0, 110.0)
    """

    def side(deviation: Floats) -> float:
        independent, together = float((deviation**2).sum()), float(deviation.sum()) ** 2
        return math.sqrt((1 - correlation) * independent + correlation * together)

    return price - side(down), price + side(up)


def hour_value(corridor: Corridor, shipment: Shipment) -> float:
    """What the shipper gives for an hour of mean transit, USD per unit of the shipment."""
    net = compile(corridor, names.commodity(corridor, shipment.commodity), shipment.ready)
    shipped = load(shipment, net.goods)
    return tastes(net.goods, shipped).hour / shipped.count
