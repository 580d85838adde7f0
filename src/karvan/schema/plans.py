"""What may change: cards' changes, projects, funds, shocks, params, profiles."""

from karvan.schema.base import Sourced, day, day_key, flag, key, num, text, whole, whole_key


class Changes(Sourced):
    """One change of a card, or the cards it requires, excludes and includes (first; ``cells`` lists their names).

    A card's file form is TOML; in a table the mappings are JSON text.
    """

    card = key("the card", "aktau-dredging")
    order = whole_key("order within the card", 1)
    table = text("the table changed", "nodes")
    where = text("which rows, as JSON", '{"node_id": "KZ_AAU"}')
    expect = text("what must hold before, as JSON", '{"draught_m": 4.9}')
    action = text(
        "what is done",
        needed=True,
        choices=("set", "times", "plus", "add", "drop", "require", "exclude", "include"),
    )
    cells = text("columns and values, as JSON", '{"draught_m": 7.0}')
    date_from = day("first day of the change")
    date_to = day("first day after the change")


class Projects(Sourced):
    """An investment: what it costs, how long it takes, where it stands, and which card says its effect."""

    project_id = key("the project", "P011")
    name = text("its name", "Dredging Aktau", needed=True)
    country = text("countries, joined by semicolons", "KZ", many=True)
    kind = text("what it is", "dredging")
    cost_musd = num("capital cost", "M USD", 85, low=0)
    cost_low_musd = num("low", "M USD", 70, low=0)
    cost_high_musd = num("high", "M USD", 110, low=0)
    om_musd_year = num("operation and maintenance a year", "M USD/year", 2, low=0)
    build_years = num("years to build", "years", 2, low=0)
    opens = day("opening, done or planned", "2025-12-01")
    status = text(
        "where it stands", needed=True, choices=("open", "building", "announced", "planned", "idea", "stalled")
    )
    effect = text("its effect in words", "ships load in full again")
    card = text("scenario card with its effect as cells", "aktau-dredging")
    no_card = text("why it has no card", "outside the corridor")
    needs = text("projects it needs, joined by semicolons", "P008", many=True)
    excludes = text("projects it rules out, joined by semicolons", "P009", many=True)


class Funds(Sourced):
    """Money for projects, and its rules."""

    fund_id = key("the fund", "kz-az-joint")
    name = text("its name", "Kazakhstan-Azerbaijan joint investment fund", needed=True)
    size_musd = num("its size", "M USD", 300, needed=True, low=0)
    countries = text("where it may invest, joined by semicolons", "KZ;AZ", many=True)
    kinds = text("kinds of project it may take, joined by semicolons (empty: all)", "port;vessels", many=True)
    share_most = num("largest share of a project it may take", "share", 0.49, low=0, high=1)
    leverage = num("other money raised for each dollar", "ratio", 2, low=0)
    instrument = text("equity, loan or grant", "equity")


class Shocks(Sourced):
    """A dated disruption."""

    shock_id = key("the shock", "K020")
    name = text("its name", "Poland closes its border with Belarus", needed=True)
    kind = text("what it is", "border")
    starts = day("first day", "2025-09-12")
    ends = day("first day after (empty: goes on)", "2025-09-25")
    days = num("length", "days", 13, low=0)
    affected = text("what it hits", "Malaszewicze")
    effect = text("its measured effect in words", "130 trains held")
    frequency = text("how often", "repeatable")
    card = text("scenario card with its effect as cells", "poland-border-2025")
    no_card = text("why it has no card", "outside the model")


class Params(Sourced):
    """A parameter of the model."""

    name = key("the parameter", "price_correlation")
    scope = key("where it holds, or any", "any")
    value = num("value", "unit", 0.5, needed=True)
    low = num("low", "unit", 0.2)
    high = num("high", "unit", 0.8)
    unit = text("unit", "share", needed=True)
    meaning = text("what it does", "correlation between the prices of one way")
    fit = flag("whether fit may find another value between low and high")
    table = text("the table whose cells it scales (empty: an engine reads it)", "procedures")
    where = text("the rows it scales", "node_id=KZ_AAU|KZ_KUR; trigger=transfer")
    column = text("the columns it scales, of numbers", "hours;hours_p90")


class Profiles(Sourced):
    """A cell whose value changes with time: from this day on it holds this value."""

    table = key("the table", "tariffs")
    id = key("the row's key (parts joined by |)", "ktz-haul-R24", free=True)
    column = key("the column", "usd")
    since = day_key("first day of the value", "2026-01-01")
    value = num("the value from that day on, in the column's unit (true is 1)", "unit", 7.0)
    text = text("the value from that day on, where the column holds text", "closed")


class Ways(Sourced):
    """A leg of a way, and the share of a flow that takes the way: produced by assign, accepted as input by simulate.

    Shares are of the whole demand of the pair, on all corridors, and those of its ways add up to 1. What is handled
    between two legs follows from the tables.
    """

    origin = key("from", "CN_XIA", ref="nodes.node_id")
    destination = key("to", "GE_PTI", ref="nodes.node_id")
    commodity_id = key("of", "container_general", ref="commodities.commodity_id")
    way = whole_key("rank of the way", 1, low=1)
    order = whole_key("order of the leg", 1, low=1)
    link_id = text("the link", "R08", needed=True, ref="links.link_id")
    class_id = text("the class", "block_train", needed=True, ref="classes.class_id")
    service_id = text("the service (empty: any of the class there)", "trains-ktz", ref="services.service_id")
    share = num("share of the flow on this way", "share", 0.4, needed=True, low=0, high=1)
    decide_at = text(
        "a place passed before, where trains take another way when too much waits for this leg's ships",
        "KZ_BEI",
        ref="nodes.node_id",
    )
    queue_limit = num("what may wait there, in the unit of the class's capacity", "capacity_unit", 180, low=0)


class DwellModels(Sourced):
    """Learned times of a step of a chain without a queue of its own, written by ``karvan ops learn``; they stand in for the
    step's own hours, rework and all.

    A step takes the time of its rows of lane ``all``, and then that of one lane, drawn by its share. Rows ``paper`` hold
    for those who lodge on arrival, ``electronic`` for those who lodge before it: the step's ``electronic_share`` says how
    many they are. A step has rows of one version alone.
    """

    version = key("the model's version", "2026-06")
    procedure_id = key("the chain", "alt-in")
    order = whole_key("the step", 1, low=1)
    lodged = key("how it is lodged: paper or electronic", "electronic")
    lane = key("which lane of customs: all, green, yellow or red", "green")
    share = num("share of the lane", "share", 0.78, needed=True, low=0, high=1)
    at_once = num("share that takes no time", "share", 0.2, needed=True, low=0, high=1)
    time_kind = text("distribution", needed=True, choices=("fixed", "exponential", "gamma", "lognormal"))
    hours = num("mean of those that take time", "h", 24, needed=True, low=0)
    hours_sd = num("their standard deviation", "h", 20, needed=True, low=0)
    hours_p90 = num("P90", "h", 50, low=0)
    hours_low = num("least mean that the records allow (90 %)", "h", 21, low=0)
    hours_high = num("highest mean that the records allow (90 %)", "h", 27, low=0)
    cases = whole("observations behind it", "cases", 240, low=10)
    censored = num("share still open when the data end", "share", 0.1, low=0, high=1)
