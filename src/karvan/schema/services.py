"""What runs and where it waits: classes, services, calls, resources, closures."""

from karvan.schema.base import GRADES, Dated, Sourced, day, flag, key, num, text, whole, whole_key
from karvan.schema.places import MODES

DISTRIBUTIONS = ("fixed", "exponential", "erlang", "gamma", "lognormal", "triangular", "uniform", "empirical")


class Classes(Sourced):
    """A kind of train, ship, truck or pipe."""

    class_id = key("the class", "block_train")
    name = text("its name", "container block train", needed=True)
    mode = text("what it runs on", needed=True, choices=MODES)
    carries = text("forms of goods it takes, joined by semicolons", "container", needed=True, many=True)
    capacity = num("what one vehicle or train takes", "capacity_unit", 45, low=0)
    capacity_unit = text("unit of the capacity", choices=("FEU", "TEU", "wagon", "truck", "t"))
    speed_kmh = num("running speed where a link gives no hours", "km/h", 30, low=0.1, usual=(5, 120))
    gauge_mm = num("track gauge it needs (empty: changes bogies or boxes at a break)", "mm", 1520, low=500, high=2000)
    draught_m = num("loaded draught", "m", 4.5, low=0, usual=(2, 20))
    payload_t_m = num("payload lost for each metre of draught short", "t/m", 800, low=0)
    gco2e_tkm = num("emissions of carriage, well to wheel, where the link gives none", "gCO2e/tkm", 44.8, low=0)


class Services(Dated):
    """A class run by an operator: on the line its calls give, or, without calls, on all links of its mode and operator."""

    service_id = key("the service", "feeder-aau-ala")
    name = text("its name", "Aktau-Alat feeder", needed=True)
    class_id = text("what runs", "feeder", needed=True, ref="classes.class_id")
    operator_id = text(
        "who runs it (a service without calls: only on this operator's links)", "KTZ", ref="operators.operator_id"
    )
    goods = text(
        "commodities or forms it takes, joined by semicolons (empty: all its class carries)", "grain", many=True
    )
    hours_factor = num("its hours over those of the link, for a service without calls", "ratio", 1.4, low=0.1, high=20)
    departures_week = num("departures a week (empty: no wait for a departure)", "1/week", 3, low=0, usual=(0.1, 200))
    dispatch = text("when it leaves", choices=("timetable", "full", "min_load", "demand"))
    min_load = num("least load to leave", "share", 0.8, low=0, high=1)
    waits_at = text(
        "where its ships wait for their load (empty: in the roads, off the berth)", choices=("roads", "berth")
    )
    longest_wait_h = num("leaves after this wait whatever its load", "h", 72, low=0)
    vehicles = whole("vehicles in the fleet", "vehicles", 4, low=0)
    begins_at = text(
        "where its ships lie when a simulation begins (empty: spread over their round)", "KZ_KUR", ref="nodes.node_id"
    )
    one_way = flag("whether it carries only in the order of its calls")
    corridor = text("which corridor it belongs to", "middle")


class Calls(Sourced):
    """A stop of a service, with the link and the hours that lead to it from the stop before."""

    service_id = key("the service", "feeder-aau-ala", ref="services.service_id")
    order = whole_key("order of the stop, from 1", 1, low=1)
    node_id = text("the place", "KZ_AAU", needed=True, ref="nodes.node_id")
    link_id = text("the link taken from the stop before (empty at the first)", "S01", ref="links.link_id")
    hours_min = num("least hours from the stop before", "h", 22, low=0)
    hours = num("mean hours from the stop before", "h", 26, low=0)
    hours_p90 = num("hours that nine journeys in ten keep", "h", 36, low=0)
    wait_h = num("the part of the mean hours spent standing", "h", 4, low=0)
    hours_grade = text("grade of the hours, where it is not that of the row", "D", choices=GRADES)
    offset_h = num("timetable: hours after the week's start", "h", 30, low=0, high=168)
    gco2e_tkm = num("emissions of carriage on this leg", "gCO2e/tkm", 44.8, low=0)


class Resources(Dated):
    """What freight queues for: cranes, berths, lanes, yards, slots, crews."""

    resource_id = key("the resource", "aau-berth-ferry")
    node_id = text("where it is", "KZ_AAU", ref="nodes.node_id")
    link_id = text("the section it limits, for slots and headways", "R08", ref="links.link_id")
    kind = text(
        "what it is",
        needed=True,
        choices=("berth", "crane", "yard", "slot", "lane", "gauge_change", "crew", "pilot", "track", "storage"),
    )
    servers = whole("how many work side by side", "servers", 2, needed=True, low=0)
    time_kind = text("distribution of the service time", choices=DISTRIBUTIONS)
    time_h = num("mean service time", "h", 7, low=0)
    time_cv = num("its coefficient of variation", "ratio", 0.4, low=0, high=5)
    unit = text("what one service is for", choices=("unit", "FEU", "TEU", "wagon", "truck", "train", "vessel", "t"))
    per_day = num("slots a day", "1/day", 14, low=0)
    open_h_day = num("hours open a day", "h/day", 24, low=0, high=24)
    space = num("places, where space is finite", "unit", 400, low=0)
    when_full = text(
        "what happens to one who finds no place: waits before it and blocks what it holds, or is refused"
        " (empty: space informs, and before ships trains wait outside)",
        choices=("wait", "refuse"),
    )
    bulk = whole("how many one service takes at most (empty: one)", "unit", 5, low=1)
    absence_kind = text("law of the time it is away whenever idle (empty: never)", choices=DISTRIBUTIONS)
    absence_h = num("mean of that time", "h", 2, low=0)
    fails_h = num("mean hours of work of one server between breakdowns (empty: none)", "h", 200, low=0.1)
    repair_h = num("mean hours of a repair, after which the service goes on", "h", 8, low=0)
    shared_with = text("corridors that share it, joined by semicolons", "middle;north", many=True)


class Closures(Sourced):
    """How much of a month a place or link is shut by weather, or the days from which and until which it is shut."""

    closure_id = key("the closure", "kuryk-wind")
    month = whole_key("month of the year, 1 to 12; 0 for every month, and for a closure by date", 11)
    node_id = text("the place", "KZ_KUR", ref="nodes.node_id")
    link_id = text("the link", "S02", ref="links.link_id")
    share = num("share of the month's hours shut (empty: shut by date)", "share", 0.5, low=0, high=0.98)
    mean_h = num("mean length of one closure", "h", 36, low=0.1)
    most_h = num("longest closure", "h", 168, low=0.1)
    date_from = day("first day shut, of a closure by date", "2026-03-01")
    date_to = day("day on which it opens again", "2026-03-15")
    yearly = flag("whether it comes back every year on these days", True)
    group = text("places of one group shut together", "caspian")
    reason = text("why", "wind")
