"""Audit: faults of the model that no single row shows."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from karvan.corridor import Corridor
from karvan.errors import Fault, InputError
from karvan.kernels import paths
from karvan.network import legs
from karvan.network.compile import Compiled, base_day, compile, on
from karvan.network.compile.arrays import MOVE
from karvan.network.compile.moves import moves
from karvan.network.demand import rules
from karvan.network.geodesy import great_circle

Row = dict[str, Any]
Nets = dict[str, Compiled]

SLACK_KM = 6.0
DETOUR = 2.5
FASTEST = {"rail": 120.0, "road": 100.0, "sea": 60.0, "river": 40.0, "pipe": 15.0}
PORTS = ("port", "oil_port")
SAME = 0.10


def audit(corridor: Corridor) -> list[Fault]:
    """All modelling faults of a corridor whose rows are sound, errors before warnings.

    Looks at the tables of the corridor's own day. Every fault names table, row, key and cure, as those of rows do.
    """
    today = on(corridor, base_day(corridor))
    faults = [fault for check in (_lengths, _speeds, _inland_sea, _totals, _calls, _gauges) for fault in check(today)]
    nets, broken = _networks(corridor)
    faults += broken
    if not broken:
        faults += [fault for check in (_borders, _unpriced, _idle_tariffs) for fault in check(today, nets)]
        faults += [fault for check in (_reach, _demand, _ways) for fault in check(today, nets)]
    at = {name: _rows(corridor.tables[name], name) for name in {fault.file for fault in faults}}
    placed = [*(_placed(fault, at[fault.file]) for fault in faults), *rules.read(corridor)[1]]
    return sorted(placed, key=lambda fault: (fault.level != "error", fault.file, fault.row, fault.column))


def _rows(frame: pl.DataFrame, table: str) -> dict[str, int]:
    """Row numbers, from 1, by the key as faults write it."""
    keys = frame.select(pl.concat_str(pl.nth(*range(_WIDTH.get(table, 1))).cast(pl.String), separator="|"))
    return {key: number for number, key in reversed(list(enumerate(keys.to_series().to_list(), start=1)))}


_WIDTH = {"calls": 2, "demand": 3, "ways": 4}


def _placed(fault: Fault, rows: dict[str, int]) -> Fault:
    return Fault(
        f"{fault.file}.csv", rows.get(fault.key, 0), fault.key, fault.column, fault.value, fault.rule, fault.cure,
        fault.nearest, fault.level,
    )  # fmt: skip


def _fault(table: str, key: str, column: str, value: object, rule: str, cure: str, level: str = "error") -> Fault:
    return Fault(table, 0, key, column, str(value), rule, cure, level=level)


def _ends(today: Corridor) -> Iterator[tuple[Row, Row, Row]]:
    nodes = {row["node_id"]: row for row in today.nodes.iter_rows(named=True)}
    for link in today.links.iter_rows(named=True):
        if link["from_node"] in nodes and link["to_node"] in nodes and link["detail"] != "total":
            yield link, nodes[link["from_node"]], nodes[link["to_node"]]


def _lengths(today: Corridor) -> Iterator[Fault]:
    for link, start, end in _ends(today):
        if link["mode"] not in ("rail", "road"):
            continue
        straight, length = great_circle(start["lat"], start["lon"], end["lat"], end["lon"]), link["length_km"]
        if length < straight - SLACK_KM:
            rule = f"shorter than the straight line of {straight:.0f} km"
            yield _fault(
                "links", link["link_id"], "length_km", length, rule, "Mend the length or a place's coordinates"
            )
        elif length > DETOUR * max(straight, SLACK_KM) and not link["detour_reason"]:
            rule = f"more than {DETOUR} times the straight line of {straight:.0f} km"
            yield _fault("links", link["link_id"], "length_km", length, rule, "Give a detour_reason", "warning")


def _speeds(today: Corridor) -> Iterator[Fault]:
    lengths = {row["link_id"]: row for row in today.links.iter_rows(named=True)}
    told = [("links", row["link_id"], row["link_id"], row) for row in lengths.values()]
    told += [
        ("calls", f"{row['service_id']}|{row['order']}", row["link_id"], row)
        for row in today.calls.iter_rows(named=True)
        if row["link_id"]
    ]
    for table, key, link_id, row in told:
        link = lengths.get(link_id)
        quickest = row["hours_min"] if row["hours_min"] is not None else row["hours"]
        if link is None or quickest is None or link["mode"] not in FASTEST or not link["length_km"]:
            continue
        speed = link["length_km"] / quickest if quickest else float("inf")
        if speed > FASTEST[link["mode"]]:
            rule = f"{speed:.0f} km/h on {link['length_km']:.0f} km of {link['mode']} is too fast to be true"
            yield _fault(table, key, "hours", row["hours"], rule, "Give hours, not days or minutes")
        elif row["hours"] and link["length_km"] / row["hours"] < 1 and link["length_km"] > 20:
            yield _fault(table, key, "hours", row["hours"], "slower than 1 km/h", "Check the hours", "warning")


def _inland_sea(today: Corridor) -> Iterator[Fault]:
    for link, start, end in _ends(today):
        for place in (start, end):
            if link["mode"] == "sea" and place["kind"] not in PORTS:
                rule = f"a sea link ends at {place['node_id']}, which is a {place['kind']}"
                yield _fault(
                    "links", link["link_id"], "mode", "sea", rule, "End it at a port, or mend the place's kind"
                )


def _totals(today: Corridor) -> Iterator[Fault]:
    """A link as long as a chain of sections between the same ends is their sum, not a line beside them."""
    for mode in today.links["mode"].unique().sort().to_list():
        rows = [(link, start, end) for link, start, end in _ends(today) if link["mode"] == mode]
        places = {
            name: number for number, name in enumerate(sorted({row[e]["node_id"] for row in rows for e in (1, 2)}))
        }
        tail = [places[start["node_id"]] for _, start, _ in rows] + [places[end["node_id"]] for _, _, end in rows]
        head = tail[len(rows) :] + tail[: len(rows)]
        km = np.array([link["length_km"] for link, _, _ in rows] * 2)
        ptr, order = paths.csr(tail, len(places))
        for number, (link, start, end) in enumerate(rows):
            open_ = np.array([row["detail"] != "coarse" for row, _, _ in rows] * 2)  # a sum is one of real sections
            open_[[number, number + len(rows)]] = False
            dist, _ = paths.tree(
                ptr, np.array(head, dtype=np.int32)[order], km[order], open_[order], places[start["node_id"]]
            )
            chain = float(dist[places[end["node_id"]]])
            beside = any(
                {start["node_id"], end["node_id"]} == {other["from_node"], other["to_node"]}
                for other, _, _ in rows
                if other["link_id"] != link["link_id"]
            )
            if (
                not beside
                and abs(chain - link["length_km"]) <= SAME * link["length_km"]
                and link["detail"] != "section"
            ):
                rule = f"as long as the chain of its own sections ({chain:.0f} km)"
                yield _fault("links", link["link_id"], "length_km", link["length_km"], rule, "Set detail to total")


def _calls(today: Corridor) -> Iterator[Fault]:
    links = {row["link_id"]: {row["from_node"], row["to_node"]} for row in today.links.iter_rows(named=True)}
    stops: dict[str, list[Row]] = defaultdict(list)
    for row in today.calls.sort("service_id", "order").iter_rows(named=True):
        stops[row["service_id"]].append(row)
    for service, calls in stops.items():
        for before, after in pairwise(calls):
            if links.get(after["link_id"]) != {before["node_id"], after["node_id"]}:
                rule = f"does not join {before['node_id']} and {after['node_id']}"
                key = f"{service}|{after['order']}"
                yield _fault("calls", key, "link_id", after["link_id"], rule, "Name the link between the two stops")


def _gauges(today: Corridor) -> Iterator[Fault]:
    at: dict[str, set[float]] = defaultdict(set)
    for link, start, end in _ends(today):
        if link["mode"] == "rail" and link["gauge_mm"] and link["status"] in (None, "open"):
            for place in (start, end):
                at[place["node_id"]].add(link["gauge_mm"])
    equipped = set(today.resources.filter(pl.col("kind") == "gauge_change")["node_id"].to_list())
    chains = set(today.procedures.filter(pl.col("trigger").is_in(["gauge", "transfer"]))["node_id"].to_list())
    for node, gauges in sorted(at.items()):
        if len(gauges) > 1 and not (node in equipped and chains & {node, None}):
            told = " and ".join(f"{gauge:.0f}" for gauge in sorted(gauges))
            rule = f"tracks of {told} mm meet without a gauge-change resource and procedure"
            yield _fault(
                "nodes", node, "gauges", told, rule, "Add a resource of kind gauge_change and a gauge procedure"
            )


def _networks(corridor: Corridor) -> tuple[Nets, list[Fault]]:
    nets: Nets = {}
    faults = []
    for commodity in corridor.commodities["commodity_id"].to_list():
        try:
            nets[commodity] = compile(corridor, commodity)
        except InputError as wrong:
            faults.append(_fault("commodities", commodity, "commodity_id", commodity, wrong.message, wrong.cure))
    return nets, faults


def _borders(today: Corridor, nets: Nets) -> Iterator[Fault]:
    """A link across a border that no commodity crosses for want of a procedure."""
    crossed = {(label.link, label.head) for net in nets.values() for label in net.labels if label.kind == MOVE}
    run = {move.link for net in nets.values() for move in moves(today, net.goods)}
    for link, start, end in _ends(today):
        if start["country"] == end["country"] or link["status"] not in (None, "open"):
            continue
        for left, entered in ((start, end), (end, start)):
            wanted = entered is end or not link["one_way"]
            if wanted and link["link_id"] in run and (link["link_id"], entered["node_id"]) not in crossed:
                rule = f"crosses from {left['country']} to {entered['country']} at {entered['node_id']} without a procedure"
                yield _fault("links", link["link_id"], "to_node", entered["node_id"], rule, "Add a border procedure")


def _unpriced(today: Corridor, nets: Nets) -> Iterator[Fault]:
    """Links and procedures that are used by some commodity and priced for none."""
    for table, column, name in (("links", "link_id", "link"), ("procedures", "procedure_id", "procedure")):
        used = {getattr(label, name) for net in nets.values() for label in net.labels} - {""}
        priced = {
            getattr(label, name)
            for net in nets.values()
            for label, items in zip(net.labels, net.items, strict=True)
            if items
        }
        bare = [
            key for key in today.tables[table][column].unique(maintain_order=True).to_list() if key in used - priced
        ]
        for key in bare:
            yield _fault(
                table, key, column, key, "has no price for any commodity", "Add a tariff; an explicit 0 is a price"
            )


def _idle_tariffs(today: Corridor, nets: Nets) -> Iterator[Fault]:
    """Tariffs that no arc uses, even where all that is planned or closed is open."""
    idle = today.tariffs.filter(~pl.col("tariff_id").is_in(_tariffs(nets)))
    shut = any(not today.tables[name]["status"].drop_nulls().eq("open").all() for name in ("links", "nodes"))
    if idle.height and shut:
        opened = {name: today.tables[name].with_columns(status=pl.lit(None, pl.String)) for name in ("links", "nodes")}
        idle = idle.filter(~pl.col("tariff_id").is_in(_tariffs(_networks(today.replace(**opened))[0])))
    for key in idle["tariff_id"].to_list():
        cure = "Mend its place, class, goods or unit, or take it out"
        yield _fault("tariffs", key, "tariff_id", key, "no arc of any commodity uses it", cure, "warning")


def _tariffs(nets: Nets) -> list[str]:
    """All tariffs that some network prices an arc or a stretch with."""
    used = {one.tariff for net in nets.values() for items in net.items for one in items}
    return sorted(used | {one.tariff for net in nets.values() for one in net.through})


def _reach(today: Corridor, nets: Nets) -> Iterator[Fault]:
    """Places that no commodity reaches, and places that freight can enter but never leave."""
    entered: set[str] = set()
    left: set[str] = set()
    for net in nets.values():
        for number, label in enumerate(net.labels):
            if label.kind == MOVE and net.priced[number]:
                left.add(label.tail)
                entered.add(label.head)
    for row in today.nodes.iter_rows(named=True):
        node = row["node_id"]
        if row["status"] not in (None, "open"):
            continue
        if node not in entered and node not in left:
            yield _fault("nodes", node, "node_id", node, "no commodity can reach it", "Link it, or take it out")
        elif node in entered and node not in left:
            yield _fault(
                "nodes", node, "node_id", node, "can be entered but never left", "Add a link or a price for the way out"
            )


def _demand(today: Corridor, nets: Nets) -> Iterator[Fault]:
    """Flows that no way is left for: none is priced, or the law closes all of them all year."""
    pairs = today.demand.select("origin", "destination", "commodity_id").unique(maintain_order=True)
    for (origin, commodity), rows in pairs.group_by("origin", "commodity_id", maintain_order=True):
        net = nets[str(commodity)]
        place = {node: number for number, node in enumerate(net.nodes)}
        start = int(net.start[place[str(origin)]])
        dist = np.full(len(net.vertices), np.inf)
        if start >= 0:
            barred = [one.closed for one in net.limits if not one.months]
            usable = net.priced & ~np.logical_or.reduce([np.zeros_like(net.priced), *barred])
            dist, _ = paths.tree(net.ptr, net.head, np.zeros(len(net.labels)), usable, start)
        for destination in rows["destination"].to_list():
            end = int(net.end[place[destination]])
            if end < 0 or not np.isfinite(dist[end]):
                key = f"{origin}|{destination}|{commodity}"
                yield _fault(
                    "demand",
                    key,
                    "destination",
                    destination,
                    "the flow has no way",
                    "Link, price or serve the pair for this commodity",
                )


def _ways(today: Corridor, nets: Nets) -> Iterator[Fault]:
    """Ways of the table that nothing can take, and shares that do not make a whole."""
    for pair, way, rule, cure in (*legs.uneven(today.ways), *legs.impossible(today, nets)):
        yield _fault("ways", f"{'|'.join(pair)}|{way}", "share", "", rule, cure)
