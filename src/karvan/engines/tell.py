"""Ways as frames: totals, legs, prices paid, and where the hours go."""

from typing import Any

import numpy as np
import polars as pl

from karvan.network.compile import param
from karvan.network.compile.arrays import ALIGHT, GAUGE, KIND_NAMES, STAY, TRANSFER, Compiled, Floats, Ints
from karvan.network.compile.prices import PAID, UNITS, Item, units_of
from karvan.network.cost import Load, price_band, trains_of
from karvan.network.spread import quantiles
from karvan.network.ways import Found, Query, deviation, general_cost

Row = dict[str, Any]
Tags = tuple[dict[str, str], dict[str, int]]

WAYS: dict[str, pl.DataType] = {
    "way": pl.Int64(), "name": pl.String(), "corridor": pl.String(), "km": pl.Float64(), "unit": pl.String(),
    "price_usd": pl.Float64(), "price_p10_usd": pl.Float64(), "price_p90_usd": pl.Float64(), "total_usd": pl.Float64(),
    "owner_usd": pl.Float64(), "hours": pl.Float64(), "sd_h": pl.Float64(), "hours_p10": pl.Float64(),
    "hours_p25": pl.Float64(), "hours_p50": pl.Float64(), "hours_p75": pl.Float64(), "hours_p90": pl.Float64(),
    "co2_kg": pl.Float64(), "loss_p": pl.Float64(),
    "cost_usd": pl.Float64(), "estimated_price": pl.Float64(), "estimated_hours": pl.Float64(),
}  # fmt: skip
LEGS: dict[str, pl.DataType] = {
    "way": pl.Int64(), "order": pl.Int64(), "kind": pl.String(), "from": pl.String(), "to": pl.String(),
    "mode": pl.String(), "link": pl.String(), "procedure": pl.String(), "class": pl.String(), "service": pl.String(),
    "km": pl.Float64(), "price_usd": pl.Float64(), "hours": pl.Float64(), "hours_min": pl.Float64(),
    "waiting_h": pl.Float64(), "sd_h": pl.Float64(), "co2_kg": pl.Float64(), "estimated_hours": pl.Float64(),
    "through": pl.String(),
}  # fmt: skip
PRICES: dict[str, pl.DataType] = {
    "way": pl.Int64(), "order": pl.Int64(), "tariff": pl.String(), "operator": pl.String(), "item": pl.String(),
    "part": pl.String(), "usd": pl.Float64(), "usd_low": pl.Float64(), "usd_high": pl.Float64(), "grade": pl.String(),
}  # fmt: skip
SHARES: dict[str, pl.DataType] = {
    "way": pl.Int64(), "part": pl.String(), "hours": pl.Float64(), "share": pl.Float64(),
}  # fmt: skip
OWN_SHARE = 0.1
PARTS = ("moving", "handling", "border", "waiting")


def tables(asked: Query, found: Found, shipped: Load) -> dict[str, pl.DataFrame]:
    """The frames ``ways``, ``legs``, ``prices`` and ``shares`` of the ways found; all money is per unit of the load."""
    rows: dict[str, list[Row]] = {"ways": [], "legs": [], "prices": [], "shares": []}
    for number, way in enumerate(found.ways, start=1):
        rows["ways"].append({"way": number, **_total(asked, way, shipped)})
        rows["legs"] += [{"way": number, **row} for row in _legs(asked, way, shipped)]
        rows["prices"] += [{"way": number, **row} for row in _prices(asked, way, shipped)]
        rows["shares"] += [{"way": number, **row} for row in _shares(asked, way)]
    shapes = {"ways": WAYS, "legs": LEGS, "prices": PRICES, "shares": SHARES}
    return {name: pl.DataFrame(rows[name], schema=shape) for name, shape in shapes.items()}


def _total(asked: Query, way: Ints, shipped: Load) -> Row:
    money, net = asked.costs, asked.graph.net
    real = asked.graph.arc[way]
    real = real[real >= 0]
    price = float(money.price[way].sum())
    correlation = param(net.today, "price_correlation", 0.5)
    paid_items = [row for row in _prices(asked, way, shipped) if row["part"] in PAID]
    low, high = price_band(price / shipped.count, *_swings(paid_items), correlation)
    hours = float(money.hours[way].sum())
    weather_mean, weather_sd = float(money.weather_mean[way].sum()), float(money.weather[way].sum())
    means = money.hours[way] - money.weather_mean[way]
    floors = np.minimum(money.floor[way], means)
    weather = (weather_mean, weather_sd)
    p10, p25, p50, p75, p90 = quantiles(floors, means, money.variance[way], weather, (0.1, 0.25, 0.5, 0.75, 0.9))
    paid = float(sum(abs(row["usd"]) for row in paid_items))
    return {
        "name": _name(net, real),
        "corridor": corridor_of(net, real),
        "km": float(net.km[real].sum()),
        "unit": shipped.unit,
        "price_usd": price / shipped.count,
        "price_p10_usd": low,
        "price_p90_usd": high,
        "total_usd": price,
        "owner_usd": float(money.owner[way].sum()) / shipped.count,
        "hours": hours,
        "sd_h": deviation(money, way),
        "hours_p10": p10,
        "hours_p25": p25,
        "hours_p50": p50,
        "hours_p75": p75,
        "hours_p90": p90,
        "co2_kg": float(money.co2[way].sum()) / shipped.count,
        "loss_p": 1 - float(np.exp(-money.loss[way].sum())),
        "cost_usd": general_cost(asked, way) / shipped.count,
        "estimated_price": float(money.price_d[way].sum()) / shipped.count / paid if paid else 0.0,
        "estimated_hours": float(net.hours_d[real].sum()) / hours if hours else 0.0,
    }


def _swings(items: list[Row]) -> tuple[Floats, Floats]:
    """How far each price may fall and rise: what one operator asks for one thing is one price, on however many links."""
    groups: dict[tuple[str, str], list[float]] = {}
    for row in items:
        cell = groups.setdefault((row["operator"], row["item"]), [0.0, 0.0])
        cell[0] += row["usd"] - row["usd_low"]
        cell[1] += row["usd_high"] - row["usd"]
    both = np.array(list(groups.values()), dtype=np.float64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _name(net: Compiled, real: Ints) -> str:
    """The places where a way changes vehicle or track, or crosses a border: what a forwarder calls it by."""
    names = dict(net.today.nodes.select("node_id", "name").iter_rows())
    stops: list[str] = []
    for arc in real:
        label = net.labels[arc]
        if label.kind in (TRANSFER, GAUGE):
            short = names[label.head].split("(")[0].split(",")[0].strip()
            if short not in stops:
                stops.append(short)
    return ", ".join(stops) or "direct"


def corridor_of(net: Compiled, real: Ints, known: Tags | None = None) -> str:
    """The corridor a way belongs to: the most particular one, by the number of its places, of those that make up at
    least a tenth of the way's tagged kilometres (a branch shares most of its way with the trunk)."""
    tags, places = known or tags_of(net)
    km: dict[str, float] = {}
    for arc in real:
        tag = tags.get(net.labels[arc].link)
        if tag:
            km[tag] = km.get(tag, 0.0) + float(net.km[arc])
    least = OWN_SHARE * sum(km.values())
    return min((tag for tag in sorted(km) if km[tag] >= least), key=lambda tag: places[tag], default="")


def tags_of(net: Compiled) -> Tags:
    """The corridor of each link that has one, and how many places each corridor touches."""
    tags: dict[str, str] = {}
    touched: dict[str, set[str]] = {}
    rows = net.today.links.filter(pl.col("corridor").is_not_null())
    for link, tag, start, end in rows.select("link_id", "corridor", "from_node", "to_node").iter_rows():
        tags[link] = tag
        touched.setdefault(tag, set()).update((start, end))
    return tags, {tag: len(nodes) for tag, nodes in touched.items()}


def _legs(asked: Query, way: Ints, shipped: Load) -> list[Row]:
    money, graph = asked.costs, asked.graph
    net = graph.net
    modes = dict(net.today.links.select("link_id", "mode").iter_rows())
    rows: list[Row] = []
    for at in way:
        arc, through = int(graph.arc[at]), int(graph.through[at])
        if arc < 0:
            continue
        label = net.labels[arc]
        if label.kind in (ALIGHT, STAY) or not (money.hours[at] or money.price[at] or label.link or label.procedure):
            continue
        rows.append(
            {
                "order": len(rows) + 1,
                "kind": KIND_NAMES[label.kind],
                "from": label.tail,
                "to": label.head,
                "mode": modes.get(label.link, ""),
                "link": label.link,
                "procedure": label.procedure,
                "class": label.class_id,
                "service": label.service,
                "km": float(net.km[arc]),
                "price_usd": float(money.price[at]) / shipped.count,
                "hours": float(money.hours[at]),
                "hours_min": float(min(money.floor[at], money.hours[at])),
                "waiting_h": float(net.waiting[arc]),
                "sd_h": float(np.sqrt(money.variance[at] + money.weather[at] ** 2)),
                "co2_kg": float(money.co2[at]) / shipped.count,
                "estimated_hours": float(net.hours_d[arc]),
                "through": net.through[through].tariff if through >= 0 else "",
            }
        )
    return rows


def _prices(asked: Query, way: Ints, shipped: Load) -> list[Row]:
    """Every tariff paid on the way, per unit of the load, in the order of travel."""
    graph = asked.graph
    net = graph.net
    rows: list[Row] = []
    items: tuple[Item, ...]
    for order, at in enumerate(way, start=1):
        arc, through = int(graph.arc[at]), int(graph.through[at])
        if arc < 0:
            items = (net.through[through].item,) if graph.enters[at] else ()
        else:
            items = tuple(one for one in net.items[arc] if through < 0 or not net.through[through].covers_item(one))
        trains = trains_of(shipped, net.decks.train_size[at if graph.deck is None else graph.deck[at]])
        sizes = dict(zip(UNITS, (*shipped.vector[:-1], trains), strict=True))
        for one, units in zip(items, units_of(items, net.teu_over_feu), strict=True):
            if one.tariff:
                times = sum(sizes[unit] * ratio for unit, ratio in units.items())
                rows.append({"order": order, **_item(one, float(times) / shipped.count)})
    return rows


def _item(item: Item, amount: float) -> Row:
    return {
        "tariff": item.tariff,
        "operator": item.operator,
        "item": item.item,
        "part": item.part,
        "usd": item.usd * amount,
        "usd_low": item.low * amount,
        "usd_high": item.high * amount,
        "grade": item.grade,
    }


def _shares(asked: Query, way: Ints) -> list[Row]:
    """Hours moving, handling, at borders and waiting; what the season adds counts as waiting."""
    graph = asked.graph
    net = graph.net
    real = graph.arc[way]
    real = real[real >= 0]
    whole = float(asked.costs.hours[way].sum())
    hours = {part: float(getattr(net, part)[real].sum()) for part in PARTS}
    hours["waiting"] = whole - sum(hours[part] for part in PARTS[:-1])
    return [{"part": part, "hours": hours[part], "share": hours[part] / whole if whole else 0.0} for part in PARTS]
