"""What moves, what it is worth, how much of it and when: commodities, values, demand, seasonality, consignments, drivers."""

from karvan.schema.base import Sourced, day, key, num, text, whole, whole_key

FORMS = ("container", "wagon", "tank", "bulk", "truck", "pipe")


class Commodities(Sourced):
    """A kind of goods, with the forms in which it travels and its fill."""

    commodity_id = key("the commodity", "container_general")
    name = text("its name", "general goods in containers", needed=True)
    parent = text("the commodity whose prices it takes where it has none", "general_rail")
    forms = text(
        "forms in which it travels, joined by semicolons, the usual one first", "container", needed=True, many=True
    )
    t_per_teu = num("net tonnes in a TEU", "t", 5, low=0, high=30)
    t_per_wagon = num("net tonnes in a wagon", "t", 60, low=0, high=120)
    t_per_truck = num("net tonnes in a truck", "t", 15, low=0, high=60)
    usd_t = num("value of a tonne", "USD/t", 6000, low=0)
    dangerous = text("dangerous-goods class, ADR/RID", "7")
    tags = text("lists it may fall under, joined by semicolons", "dual_use", many=True)


class Values(Sourced):
    """One economic parameter of a commodity, with its range."""

    commodity_id = key("the commodity, or any", "container_general")
    parameter = key("what is measured", "value_of_time")
    corridor = key("corridor it holds on, or any", "any")
    year = whole_key("price year", 2022, low=1990)
    value = num("central value", "unit", 13.8, needed=True)
    low = num("low value", "unit", 4.2)
    high = num("high value", "unit", 54.0)
    unit = text("unit", "USD/t-day", needed=True)


class Demand(Sourced):
    """Freight of one year from an origin to a destination: the whole market of the pair, over all ways."""

    origin = key("from", "CN_XIA", ref="nodes.node_id")
    destination = key("to", "GE_PTI", ref="nodes.node_id")
    commodity_id = key("of", "container_general", ref="commodities.commodity_id")
    year = whole_key("year", 2022, low=1990)
    form = text("how it travels", "container")
    kt = num("thousand tonnes, net", "kt", 120, needed=True, low=0)
    kt_low = num("low", "kt", 90, low=0)
    kt_high = num("high", "kt", 150, low=0)
    teu = num("boxes", "TEU", 15000, low=0)
    captive = num("share that cannot choose this corridor", "share", 0.4, low=0, high=1)
    captive_to = text("why it cannot", "pipeline contracts")
    arrivals = text(
        "how it comes: at random, evenly, or by a timetable (empty: at random)", choices=("random", "even", "timetable")
    )
    batch = num("units that come together (empty: a train, at least one a week)", "unit", 45, low=1)
    priority = whole("served before those of a higher number, 0 to 3 (empty: 0)", "class", 0, low=0, high=3)
    seen_kt = num("of it seen on the middle corridor", "kt", 12, low=0)
    seen_teu = num("of it seen on the middle corridor", "TEU", 1500, low=0)
    departures_week = num("departures a week, where it comes by a timetable", "1/week", 3, low=0, usual=(0.1, 200))
    offset_h = num("hours of the first of them after the week's start (empty: 0)", "h", 30, low=0, high=168)


class Seasonality(Sourced):
    """The share of a year's freight of a commodity that is ready in a month."""

    commodity_id = key("the commodity", "grain", ref="commodities.commodity_id")
    month = whole_key("month of the year, 1 to 12", 11, low=1)
    share = num(
        "share of the year's freight; the twelve of a commodity sum to 1", "share", 0.12, needed=True, low=0, high=1
    )
    low = num("low", "share", 0.1, low=0, high=1)
    high = num("high", "share", 0.14, low=0, high=1)


class Consignments(Sourced):
    """One lot of freight that is ready at a known time, sent beside the flows of demand."""

    consignment_id = key("the consignment", "steel-0412")
    origin = text("from", "KZ_ALA", needed=True, ref="nodes.node_id")
    destination = text("to", "GE_PTI", needed=True, ref="nodes.node_id")
    commodity_id = text("of", "container_general", needed=True, ref="commodities.commodity_id")
    form = text("how it travels (empty: the commodity's usual form)", "container")
    ready = day("the day it is ready", "2027-04-12", needed=True)
    ready_h = num("hour of that day (empty: 0)", "h", 9.5, low=0, high=24)
    pieces = whole("boxes of 40 feet, wagons or trucks (empty: from kt)", "pieces", 41, low=1)
    kt = num("thousand tonnes, net (empty: from pieces)", "kt", 0.4, low=0)
    priority = whole("served before those of a higher number, 0 to 3 (empty: 0)", "class", 0, low=0, high=3)


class Drivers(Sourced):
    """An outside series that moves demand or prices, with the day from which it was known."""

    driver = key("the series", "sea_freight_shanghai_rotterdam")
    year = whole_key("year", 2022, low=1990)
    value = num("value", "unit", 8450, needed=True)
    low = num("low", "unit", 8000)
    high = num("high", "unit", 8900)
    unit = text("unit", "USD/FEU", needed=True)
    known_from = day("a forecast made before this day may not read the row", "2023-01-15")
