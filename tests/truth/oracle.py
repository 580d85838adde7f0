"""Brute force over the tables: every way of a small corridor, priced and timed by the book, in plain Python.

Shares nothing with the code it checks but the tables. It knows what the random corridors of ``corridors`` contain: rail
on two gauges, a ship with calls and departures, borders, transfers, gauge changes, arc, train, section and through prices.
"""

import math
from dataclasses import dataclass, field
from itertools import pairwise

Z90 = 1.2815515655446004


@dataclass
class Step:
    kind: str
    node: str
    ident: str
    hours: float = 0.0
    variance: float = 0.0
    items: list = field(default_factory=list)
    link: str = ""
    sign: tuple = ()


class Oracle:
    def __init__(self, tables, units):
        self.t = {name: frame.to_dicts() for name, frame in tables.items()}
        self.country = {row["node_id"]: row["country"] for row in self.t["nodes"]}
        self.units = units  # how many times a price in each unit is paid: FEU, t, train
        self.size = {row["class_id"]: row["capacity"] for row in self.t["classes"]}

    def ways(self, origin, destination):
        """All ways as lists of steps."""
        found = []
        for class_id, gauge in sorted(self._states(origin)):
            first = self._chain("start", origin, to_class=class_id)
            free = Step("start", origin, "", items=[(None, None, 0.0)])
            steps = [self._step("start", origin, first, class_id) if first else free]
            steps[0].sign = ("start", class_id)
            self._go(origin, destination, (class_id, gauge, None), steps, [origin], found)
        return found

    def _states(self, node):
        return {(move[2], move[3]) for move in self._moves() if move[0] == node and self._leaves(move)}

    def _leaves(self, move):
        return True

    def _moves(self):
        for service in self.t["services"]:
            vehicle = next(row for row in self.t["classes"] if row["class_id"] == service["class_id"])
            stops = sorted(
                (c for c in self.t["calls"] if c["service_id"] == service["service_id"]), key=lambda c: c["order"]
            )
            if stops:
                for a, b in pairwise(stops):
                    link = next(row for row in self.t["links"] if row["link_id"] == b["link_id"])
                    for u, v in ((a["node_id"], b["node_id"]), (b["node_id"], a["node_id"])):
                        yield u, v, vehicle["class_id"], 0, link, b["hours"], b["hours_p90"], service
            else:
                for link in self.t["links"]:
                    if link["mode"] == vehicle["mode"]:
                        factor = service["hours_factor"] or 1.0
                        for u, v in ((link["from_node"], link["to_node"]), (link["to_node"], link["from_node"])):
                            hours, p90 = link["hours"] * factor, link["hours_p90"] * factor
                            yield u, v, vehicle["class_id"], int(link["gauge_mm"] or 0), link, hours, p90, service

    def _go(self, node, destination, state, steps, seen, found):
        """Leave ``node`` by every move open to the state, go on from where it leads."""
        class_id, gauge, _ = state
        for u, v, c, g, link, hours, p90, service in self._moves():
            if u != node or c != class_id or g != gauge or v in seen:
                continue
            items = self._link_items(link, u, c)
            move = Step("move", u, link["link_id"], hours, self._var(hours, p90), items, link["link_id"])
            extra = []
            if service["departures_week"]:
                headway = 168 / service["departures_week"]
                sign = ("board", u, service["service_id"])
                free = [(None, None, 0.0)]
                extra = [Step("board", u, service["service_id"], headway / 2, headway**2 / 12, free, sign=sign)]
            after = []
            if self.country[u] != self.country[v]:
                border = self._chain("border", v, self.country[u], self.country[v])
                if not border:
                    continue
                after = [self._step("border", v, border, c)]
            self._land(v, destination, (c, g, service["service_id"]), [*steps, *extra, move, *after], [*seen, v], found)

    def _land(self, node, destination, state, steps, seen, found):
        class_id, gauge, _ = state
        if node == destination:
            last = self._chain("end", node, from_class=class_id)
            found.append([*steps, *([self._step("end", node, last, class_id)] if last else [])])
            return
        self._go(node, destination, state, steps, seen, found)
        for other, wide in sorted(self._states(node)):
            if other != class_id:
                chain = self._chain("transfer", node, from_class=class_id, to_class=other)
            elif wide != gauge:
                chain = self._chain("gauge", node, from_class=class_id)
            else:
                continue
            if chain:
                step = self._step("change", node, chain, class_id, (chain[0]["trigger"], node, other))
                self._go(node, destination, (other, wide, None), [*steps, step], seen, found)

    def _chain(self, trigger, node, from_country=None, to_country=None, from_class=None, to_class=None):
        """The rows of the one chain that fits, as the made corridors have at most one for a place and trigger."""
        fits = [
            row
            for row in self.t["procedures"]
            if row["trigger"] == trigger
            and row["node_id"] in (None, node)
            and row["from_country"] in (None, from_country)
            and row["to_country"] in (None, to_country)
            and row["from_class"] in (None, from_class)
            and row["to_class"] in (None, to_class)
        ]
        own = [row for row in fits if row["node_id"]] or fits
        return [row for row in own if row["procedure_id"] == own[0]["procedure_id"]] if own else []

    def _step(self, kind, node, chain, class_id, sign=None):
        name = chain[0]["procedure_id"]
        hours = variance = 0.0
        for row in chain:
            e = row["electronic_share"] or 0.0
            paper = row["hours"] + (row["wrong_share"] or 0.0) * (row["rework_h"] or 0.0)
            mean = paper if row["hours_electronic"] is None else (1 - e) * paper + e * row["hours_electronic"]
            scale = mean / row["hours"] if row["hours"] else 1.0
            hours += mean
            variance += self._var(mean, row["hours_p90"] * scale)
        items = self._items([t for t in self.t["tariffs"] if t["procedure_id"] == name], class_id, 1.0)
        signs = sign if sign else (("border", node) if kind == "border" else ())
        return Step(kind, node, name, hours, variance, items, sign=signs)

    def _var(self, mean, p90):
        return (max(0.0, p90 - mean) / Z90) ** 2

    def _link_items(self, link, entered, class_id):
        rows = [t for t in self.t["tariffs"] if t["link_id"] == link["link_id"] and t["from_node"] in (None, entered)]
        return self._items(rows, class_id, link["length_km"])

    def _items(self, rows, class_id, km):
        """(operator, covered by a through price?, USD) of each price, for the whole load."""
        told = []
        for row in rows:
            if row["class_id"] in (None, class_id):
                trains = math.ceil(self.units["pieces"] / self.size[class_id] - 1e-9)
                times = trains if row["unit"] == "train" else self.units[row["unit"]]
                told.append((row["operator_id"], row["part"], row["usd"] * (km if row["per_km"] else 1.0) * times))
        return told

    def usable(self, way):
        """Whether every step is priced, or lies under a price for all."""
        return self.price(way) < math.inf

    def price(self, way):
        """Least price of the way over every choice of through prices, which may not overlap."""
        paid = [sum(usd for _, part, usd in s.items if part in ("core", None)) if s.items else math.inf for s in way]
        at = self._nodes(way)
        best = [0.0] + [math.inf] * len(way)
        for j in range(1, len(way) + 1):
            best[j] = best[j - 1] + paid[j - 1]
            for tariff in self.t["tariffs"]:
                if tariff["scope"] == "arc":
                    continue
                for i in range(j):
                    price = self._under(tariff, way, at, i, j)
                    if price is not None and best[i] + price < best[j]:
                        best[j] = best[i] + price
        return best[-1]

    def _nodes(self, way):
        """For each gap between steps: the places where a way may be said to leave, and to have landed."""
        leaves, landed = {}, {}
        for number, step in enumerate(way):
            if step.kind in ("move", "board") and (number == 0 or way[number - 1].kind != "board"):
                leaves[number] = step.node
        for number, step in enumerate(way):
            after = way[number + 1].kind if number + 1 < len(way) else ""
            if (step.kind == "move" and after != "border") or step.kind == "border":
                landed[number + 1] = None
        return leaves, landed

    def _under(self, tariff, way, at, i, j):
        leaves, landed = at
        if leaves.get(i) != tariff["from_node"] or j not in landed or self._end(way, j) != tariff["to_node"]:
            return None
        passed = {step.node for step in way[i:j]} | {self._end(way, j)}
        if tariff["via_node"] and tariff["via_node"] not in passed:
            return None
        covers = set((tariff["covers"] or "").split(";")) - {""}
        if tariff["scope"] == "section" and not covers:
            covers = {tariff["operator_id"]}
        corridor = {row["link_id"]: row["corridor"] for row in self.t["links"]}
        total = tariff["usd"] * self.units[tariff["unit"]]
        for step in way[i:j]:
            if step.link and tariff["corridor"] and corridor[step.link] != tariff["corridor"]:
                return None
            if not step.items and "all" not in covers:
                return None
            total += sum(
                usd
                for op, part, usd in step.items
                if part in ("core", None) and "all" not in covers and op not in covers
            )
        return total

    def _end(self, way, j):
        step = way[j - 1]
        if step.kind == "border":
            return step.node
        link = next(row for row in self.t["links"] if row["link_id"] == step.link)
        return link["to_node"] if step.node == link["from_node"] else link["from_node"]

    def values(self, way):
        """Price, hours, variance."""
        return (self.price(way), sum(s.hours for s in way), sum(s.variance for s in way))

    def sign(self, way):
        """What makes the way another way."""
        return tuple(s.sign for s in way if s.sign)

    def arcs(self, way):
        return tuple((s.kind, s.node, s.ident) for s in way)
