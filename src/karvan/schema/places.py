"""Places and the lines between them: nodes, aliases, links, shapes, operators, countries."""

from karvan.schema.base import COUNTRY, GRADES, Dated, Sourced, flag, key, num, text, whole, whole_key

NODE_KINDS = ("port", "oil_port", "station", "junction", "terminal", "dry_port", "border", "city", "plant")
MODES = ("rail", "road", "sea", "river", "pipe", "cable")
STATUSES = ("open", "building", "planned", "closed")


class Nodes(Dated):
    """A place where freight starts, ends, changes vehicle, crosses a border or meets another line."""

    node_id = key("the place's id: country and three letters", "KZ_AAU")
    name = text("the place's name in English", "Aktau port", needed=True)
    country = text("ISO 3166-1 alpha-2", "KZ", needed=True, regex=COUNTRY)
    kind = text("what the place is", needed=True, choices=NODE_KINDS)
    lat = num("latitude, WGS 84", "deg", 43.6, needed=True, low=-90, high=90)
    lon = num("longitude, WGS 84", "deg", 51.2, needed=True, low=-180, high=180)
    unlocode = text("UN/LOCODE", "KZAAU", regex=r"^[A-Z]{2}[A-Z0-9]{3}$")
    gauges = text("track gauges at the place, joined by semicolons", "1435;1520", many=True)
    draught_m = num("greatest draught of a ship that can call", "m", 4.9, low=0, usual=(3, 20))
    status = text("whether it can be used", choices=STATUSES)


class Aliases(Sourced):
    """Another name of a place or a commodity: a spelling, an old name, a name in another language."""

    alias = key("the other name, matched in any case", "Alyat", free=True)
    table = key("the table of the thing named: nodes or commodities", "nodes")
    id = text("the id it stands for", "AZ_ALA", needed=True)
    language = text("ISO 639-1 of the name", "az")


class Links(Dated):
    """One section of rail, road, sea, river, pipe or cable between two places, without places between."""

    link_id = key("the section's id", "R24")
    from_node = text("one end", "KZ_BEY", needed=True, ref="nodes.node_id")
    to_node = text("the other end", "KZ_MNG", needed=True, ref="nodes.node_id")
    mode = text("what runs on it", needed=True, choices=MODES)
    length_km = num("length along the line", "km", 405, needed=True, low=0, usual=(1, 30000))
    gauge_mm = num("track gauge", "mm", 1520, low=500, high=2000)
    tracks = whole("main tracks", "tracks", 1, low=1, high=8)
    electrified = flag("whether electric traction runs on all of it")
    one_way = flag("whether it can only be used from from_node to to_node")
    hours_min = num("least hours of a standard train, truck or ship", "h", 14, low=0)
    hours = num("mean hours of a standard train, truck or ship, stops included", "h", 20, low=0)
    hours_p90 = num("hours that nine journeys in ten keep", "h", 34, low=0)
    wait_h = num("the part of the mean hours spent standing", "h", 6, low=0)
    hours_grade = text("grade of the hours, where it is not that of the row", "D", choices=GRADES)
    gco2e_tkm = num("emissions of carriage, well to wheel", "gCO2e/tkm", 21, low=0, usual=(1, 200))
    loss_p = num("probability of loss, or of a delay beyond 30 days, per passage", "share", 0.0005, low=0, high=0.5)
    capacity = num("what it can carry", "capacity_unit", 6, low=0)
    capacity_unit = text(
        "unit of the capacity", choices=("Mt_year", "trains_day", "pairs_day", "TEU_year", "bcm_year", "GW")
    )
    operator_id = text("who runs it", "KTZ", ref="operators.operator_id")
    corridor = text("which corridor it belongs to", "middle")
    detail = text(
        "section: a real section; coarse: one arc stands for a chain; total: a sum to check sections against",
        choices=("section", "coarse", "total"),
    )
    detour_reason = text("why it is much longer than the straight line", "round the Cape of Good Hope")
    status = text("whether it can be used", choices=STATUSES)
    x_connector = flag("true for a made link from an origin or destination to the nearest section")


class Shapes(Sourced):
    """The line of a link on a map, for drawing alone."""

    link_id = key("the link drawn", "S01", ref="links.link_id")
    order = whole_key("order of the point along the line", 1)
    lat = num("latitude", "deg", 43.5, needed=True, low=-90, high=90)
    lon = num("longitude", "deg", 51.0, needed=True, low=-180, high=180)


class Operators(Sourced):
    """Who runs a line, a port, a ship, a terminal or a customs."""

    operator_id = key("short name", "KTZ")
    name = text("full name", "Kazakhstan Temir Zholy", needed=True)
    country = text("ISO 3166-1 alpha-2 of its seat", "KZ", regex=COUNTRY)
    kind = text(
        "what it is",
        choices=(
            "railway",
            "port",
            "shipping",
            "customs",
            "terminal",
            "pipeline",
            "haulier",
            "forwarder",
            "insurer",
            "state",
        ),
    )


class Countries(Sourced):
    """One figure of one country in one year: GDP, population, a risk index."""

    country = key("ISO 3166-1 alpha-2, or a group such as EU", "KZ")
    indicator = key("what is measured", "gdp_busd")
    year = whole_key("the year", 2022, low=1900)
    value = num("the figure, in the indicator's unit", "unit", 225.5, needed=True)
    unit = text("unit of the figure", "bn USD", needed=True)
