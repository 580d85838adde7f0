"""Shared: what ways wait for together (cranes, lanes, slots, ships), found in the rows that simulate queues at.

Where a way meets a resource or a ship, the hours that the tables state for the step are taken out and the element's service
and delay put in. All loads are of a year of 8,760 hours; see docs/maths/assign.md.
"""

from dataclasses import dataclass, field
from itertools import pairwise

from karvan.engines.assign.choices import Class
from karvan.network.compile import times
from karvan.network.compile.arrays import BOARD, MOVE, Label
from karvan.network.compile.goods import size_in
from karvan.network.compile.vehicles import Labels, Row, Rows, afloat
from karvan.network.compile.vehicles import berth as berth_of
from karvan.network.compile.vehicles import room as room_of

YEAR_H = 8760.0
BY_PIECE = ("unit", "FEU", "TEU", "wagon", "truck", "t")
SPREADS = {"fixed": 0.0, "exponential": 1.0}
SLOT, QUEUE, SHIP = "slot", "queue", "ship"


@dataclass
class Element:
    """What is shared. Its load is in trains a year for a slot, in server-hours for a queue, in the ship's unit for ships.

    ``capacity``: the load that fills it. ``servers`` side by side, and the coefficient of variation of a service.
    ``departures`` a year and ``room`` of ships; ``fills``: the load for which they wait, and how long at most.
    """

    name: str
    kind: str
    capacity: float
    servers: int = 1
    variation: float = 0.0
    departures: float = 0.0
    room: float = 0.0
    fills: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Use:
    """A use of an element by a piece: what it takes of it, and how many customers it is (part of a train)."""

    element: int
    load: float
    customers: float


@dataclass
class Book(Rows):
    """The elements of a corridor on a day, made when a way first meets them."""

    elements: list[Element] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, element: Element) -> int:
        """The number of an element, which is taken up where it is new."""
        if element.name not in self.numbers:
            self.numbers[element.name] = len(self.elements)
            self.elements.append(element)
        return self.numbers[element.name]


def followed(book: Book, of: Class, labels: Labels) -> tuple[float, list[Use]]:
    """Hours of a way where nobody waits for another, and what it shares."""
    net, hours, uses = of.net, 0.0, list[Use]()
    by_ship = [label.kind == MOVE and afloat(book, label) for label, _ in labels]
    for at, (label, arc) in enumerate(labels):
        near = any(by_ship[max(0, at - 3) : at + 4])
        if by_ship[at]:
            hours += float(net.hours[arc]) + _quayside(book, label)
            uses.append(_aboard(book, of, label))
        elif label.procedure:
            for row in book.chain(label.procedure):
                more, use = _step(book, of, row, near)
                hours += more
                uses += use
        elif not (label.kind == BOARD and near and afloat(book, label)):
            hours += float(net.hours[arc])
            uses += _slots(book, of, label) if label.link else []
    return hours, uses


def _slots(book: Book, of: Class, label: Label) -> list[Use]:
    """Slots of a link that no chain names."""
    rows = [row for row in book.rows("resources", label.link, "link_id") if row["per_day"]]
    free = [row for row in rows if not book.rows("procedures", row["resource_id"], "resource_id")]
    return [_slot(book, of, row) for row in free]


def _slot(book: Book, of: Class, row: Row) -> Use:
    part = min(1.0, of.batch / of.train) / of.batch
    element = Element(row["resource_id"], SLOT, row["per_day"] * YEAR_H / 24.0, max(1, round(row["per_day"])))
    return Use(book.number(element), part, part)


def _step(book: Book, of: Class, row: Row, near_ship: bool) -> tuple[float, list[Use]]:
    """Hours and uses of one step of a chain; what the ship itself does there is counted with the ship."""
    resource = book.row("resources", row["resource_id"]) if row["resource_id"] else {}
    if near_ship and (resource.get("kind") == "berth" or row["step"] == "departure"):
        return 0.0, []
    if not resource:
        shares = (row[name] or 0.0 for name in ("electronic_share", "wrong_share", "rework_h"))
        return times.papers(row["hours"], row["hours_electronic"], *shares), []
    if resource["per_day"] and resource["kind"] in ("slot", "track", "lane"):
        return 0.0, [_slot(book, of, resource)]
    mean = resource["time_h"] if resource["time_h"] is not None else row["hours"]
    by_piece = resource["unit"] in BY_PIECE
    mean *= {"TEU": 2.0 if of.unit == "FEU" else 1.0, "t": of.tonnes}.get(resource["unit"] or "", 1.0)
    servers = max(1, resource["servers"] or 1)
    variation = resource["time_cv"] or SPREADS.get(resource["time_kind"] or "fixed", 0.0)
    mean, variation = times.broken(mean, variation, resource)
    capacity = servers * YEAR_H * (resource["open_h_day"] or 24.0) / 24.0
    if by_piece:
        # A train's pieces share the servers: to the next train they are one service by all of them together.
        element = Element(resource["resource_id"], QUEUE, capacity, 1, variation / of.batch**0.5)
        return mean * of.batch / servers, [Use(book.number(element), mean, 1.0 / of.batch)]
    mean *= min(1.0, of.batch / of.train)
    element = Element(resource["resource_id"], QUEUE, capacity, servers, variation)
    return mean, [Use(book.number(element), mean / of.batch, 1.0 / of.batch)]


def _aboard(book: Book, of: Class, label: Label) -> Use:
    """A place on the ships of a leg."""
    service = book.row("services", label.service)
    vehicle = book.row("classes", service["class_id"])
    size = size_in(vehicle["capacity_unit"], of.unit, of.tonnes)
    name = f"{label.service}@{label.tail}-{label.head}"
    if name not in book.numbers:
        departures, room = _departures(book, service), _room(book, service)
        full = service["dispatch"] in ("full", "min_load")
        least = (service["min_load"] if service["min_load"] is not None else 1.0) * room if full else 0.0
        fills = (least, service["longest_wait_h"] or 168.0)
        book.number(Element(name, SHIP, departures * room, 1, 0.0, departures, room, fills))
    return Use(book.numbers[name], size, 1.0 / of.batch)


def _room(book: Book, service: Row) -> float:
    """What a ship of a service takes on its line."""
    ports = [call["node_id"] for call in book.rows("calls", service["service_id"])]
    return room_of(book, book.row("classes", service["class_id"]), ports)


def _departures(book: Book, service: Row) -> float:
    """Departures a year from each port: of its ships, going round without a pause, or of its timetable where that is less.

    Berths that all who call there would fill let each have its part.
    """
    own = _rounds(book, service)
    for call in book.rows("calls", service["service_id"]):
        berth = berth_of(book, service, call["node_id"])
        if berth and berth["time_h"]:
            asked = sum(_rounds(book, other) for other in _callers(book, berth["resource_id"], call["node_id"]))
            most = berth["servers"] * YEAR_H / berth["time_h"]
            own = min(own, _rounds(book, service) * most / asked)
    if service["dispatch"] == "timetable" and service["departures_week"]:
        own = min(own, service["departures_week"] * YEAR_H / 168.0)
    return own


def _rounds(book: Book, service: Row) -> float:
    """Rounds a year of all ships of a service: sailing, at berths, and waiting for the weather."""
    calls = sorted(book.rows("calls", service["service_id"]), key=lambda one: one["order"])
    vehicle = book.row("classes", service["class_id"])
    sail = 0.0
    for _, call in pairwise(calls):
        length = book.row("links", call["link_id"]).get("length_km") or 0.0
        sail += call["hours"] if call["hours"] is not None else length / (vehicle["speed_kmh"] or 20.0)
    ports = len(calls) if service["one_way"] else 2 * len(calls) - 2
    stays = sum(
        (berth_of(book, service, call["node_id"]).get("time_h") or 0.0) + _shut_h(book, call["node_id"])
        for call in calls
    )
    round_h = (1 if service["one_way"] else 2) * sail + stays / max(1, len(calls)) * ports
    return float(service["vehicles"] * YEAR_H / round_h) if round_h > 0 else 0.0


def _shut_h(book: Book, place: str) -> float:
    """Mean wait for the weather of one who comes at random, over the year's months."""
    rows = [row for row in book.rows("closures", place, "node_id") if row["date_from"] is None]
    waits = [times.closure(row["share"] or 0.0, row["mean_h"] or 0.0)[0] for row in rows]
    return sum(waits) / len(waits) if waits else 0.0


def _quayside(book: Book, label: Label) -> float:
    """Half a stay at the berth at either end: loading at one, unloading at the other."""
    service = book.row("services", label.service)
    return sum(0.5 * (berth_of(book, service, port).get("time_h") or 0.0) for port in (label.tail, label.head))


def _callers(book: Book, berth: str, port: str) -> list[Row]:
    """The services with ships of their own that use a berth."""
    names = {call["service_id"] for call in book.rows("calls", port, "node_id")}
    services = (book.row("services", name) for name in sorted(names))
    return [one for one in services if one["vehicles"] and berth_of(book, one, port).get("resource_id") == berth]
