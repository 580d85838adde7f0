"""Random small corridors for brute force: rail on two gauges, ships, borders, prices of every scope."""

from dataclasses import dataclass, field
from typing import Any

import polars as pl
from hypothesis import strategies as st

from karvan.corridor import Corridor

COUNTRIES = ("XA", "XB", "XC")


@st.composite
def corridors(draw):
    """A corridor of 4 to 6 places with one commodity in boxes, and the ends of a shipment."""
    made = _Made(draw, draw(st.integers(4, 6)))
    made.add_links()
    made.add_lines()
    made.add_borders()
    made.add_handling()
    made.add_through_prices()
    tables = {
        "nodes": made.nodes, "links": made.links, "classes": CLASSES, "services": made.services, "calls": made.calls,
        "procedures": made.procedures, "tariffs": made.tariffs, "commodities": BOXES, "values": VALUES,
    }  # fmt: skip
    frames = {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in tables.items() if rows}
    return Corridor("random", "1", 2022, frames), "N0", f"N{made.size - 1}"


CLASSES = [
    {
        "class_id": "train",
        "name": "train",
        "mode": "rail",
        "carries": "container",
        "capacity": 4.0,
        "capacity_unit": "FEU",
    },
    {
        "class_id": "ship",
        "name": "ship",
        "mode": "sea",
        "carries": "container",
        "capacity": 9.0,
        "capacity_unit": "FEU",
    },
]
BOXES = [{"commodity_id": "boxes", "name": "boxes", "forms": "container", "t_per_teu": 5.0}]
VALUES = [
    {"commodity_id": "boxes", "parameter": name, "corridor": "any", "year": 2022, "value": value, "unit": unit}
    for name, value, unit in (("value_of_time", 2.4, "USD/t-day"), ("reliability_ratio", 0.5, "ratio"))
]
SMALL = st.integers(0, 9)
HOURS = st.integers(1, 9)


@dataclass
class _Made:
    """The tables while they are drawn."""

    draw: Any
    size: int
    links: list = field(default_factory=list)
    services: list = field(default_factory=list)
    calls: list = field(default_factory=list)
    procedures: list = field(default_factory=list)
    tariffs: list = field(default_factory=list)

    def __post_init__(self):
        self.nodes = [
            {
                "node_id": f"N{i}", "name": f"Place {i}", "country": self.draw(st.sampled_from(COUNTRIES)),
                "kind": "port", "lat": 40.0, "lon": 50.0 + i,
            }
            for i in range(self.size)
        ]  # fmt: skip

    def chance(self, one_in):
        return not self.draw(st.integers(0, one_in - 1))

    def spell(self):
        hours = float(self.draw(HOURS))
        return {"hours": hours, "hours_p90": hours + self.draw(SMALL)}

    def tariff(self, item, **cells):
        row = {
            "tariff_id": f"T{len(self.tariffs):03d}", "operator_id": self.draw(st.sampled_from("OPQ")), "item": item,
            "scope": "arc", "unit": "FEU", "usd": float(self.draw(SMALL)), "part": "core",
        }  # fmt: skip
        self.tariffs.append({**row, **cells})

    def add_links(self):
        places = st.integers(0, self.size - 1)
        pairs = self.draw(st.lists(st.tuples(places, places), min_size=self.size - 1, max_size=8))
        for number, (a, b) in enumerate([(a, b) for a, b in pairs if a != b] or [(0, self.size - 1)]):
            link, mode = f"L{number}", self.draw(st.sampled_from(("rail", "rail", "sea")))
            self.links.append(
                {
                    "link_id": link, "from_node": f"N{a}", "to_node": f"N{b}", "mode": mode,
                    "length_km": 100.0 * self.draw(st.integers(1, 5)),
                    "gauge_mm": self.draw(st.sampled_from((1435.0, 1520.0))) if mode == "rail" else None,
                    "corridor": self.draw(st.sampled_from(("c", "d", None))), **self.spell(),
                }
            )  # fmt: skip
            if not self.chance(10):  # now and then a link that nothing prices
                unit = self.draw(st.sampled_from(("FEU", "t", "FEU")))
                price = {"unit": unit, "per_km": self.draw(st.booleans()), "usd": self.draw(SMALL) / 4}
                self.tariff("haulage", link_id=link, **price)
            if self.chance(4):
                self.tariff("toll", link_id=link, unit="train", usd=float(self.draw(st.integers(0, 40))))
            if self.chance(4):
                self.tariff("surcharge", link_id=link, from_node=f"N{a}")

    def add_lines(self):
        def service(name, class_id, factor, departures):
            cells = {"service_id": name, "name": name, "class_id": class_id}
            self.services.append({**cells, "hours_factor": factor, "departures_week": departures})

        service("trains", "train", self.draw(st.sampled_from((None, 2.0))), None)
        for link in [link for link in self.links if link["mode"] == "sea"]:
            if self.draw(st.booleans()):
                name = f"line-{link['link_id']}"
                service(name, "ship", None, self.draw(st.sampled_from((None, 7.0))))
                first = {"order": 1, "node_id": link["from_node"], "link_id": None, "hours": None, "hours_p90": None}
                last = {"order": 2, "node_id": link["to_node"], "link_id": link["link_id"], **self.spell()}
                self.calls += [{"service_id": name, **first}, {"service_id": name, **last}]

    def procedure(self, trigger, node=None, **cells):
        name = f"{trigger}-{node}-{len(self.procedures)}"
        blank = dict.fromkeys(("from_country", "to_country", "from_class", "to_class"))
        paper = {"electronic_share": 0.5, "wrong_share": 0.25, "rework_h": 2.0}
        for order in range(1, self.draw(st.integers(1, 2)) + 1):
            step = {"procedure_id": name, "order": order, "node_id": node, "trigger": trigger}
            told = {"step": "papers", "part": "border", "hours_electronic": self.draw(st.sampled_from((None, 1.0)))}
            self.procedures.append({**step, **told, **blank, **cells, **self.spell(), **paper})
        if not self.chance(10):
            self.tariff("customs", procedure_id=name)

    def add_borders(self):
        for a in COUNTRIES:
            for b in COUNTRIES:
                if a != b and not self.chance(5):
                    self.procedure("border", None, from_country=a, to_country=b)

    def add_handling(self):
        for node in self.nodes:
            for trigger in ("transfer", "gauge"):
                if self.draw(st.booleans()):
                    self.procedure(trigger, node["node_id"])
            if self.chance(4):
                self.procedure(self.draw(st.sampled_from(("start", "end"))), node["node_id"])

    def add_through_prices(self):
        places = st.integers(0, self.size - 1)
        for _ in range(self.draw(st.integers(0, 2))):
            a, b, scope = self.draw(places), self.draw(places), self.draw(st.sampled_from(("through", "section")))
            if a != b:
                covers = self.draw(st.sampled_from(("O", "O;P", "all"))) if scope == "through" else None
                ends = {"from_node": f"N{a}", "to_node": f"N{b}", "corridor": self.draw(st.sampled_from((None, "c")))}
                ends["via_node"] = self.draw(st.sampled_from((None, "N1", "N2")))
                self.tariff("through_rate", scope=scope, covers=covers, **ends)
