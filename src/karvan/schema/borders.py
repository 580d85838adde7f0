"""Steps and papers at borders, ports and terminals: procedures, documents, regimes, conditions."""

from karvan.schema.base import Dated, Sourced, flag, key, num, text, whole_key

PARTS = ("handling", "border", "waiting")


class Procedures(Dated):
    """One step of the chain that freight passes at a place: crossing a border, changing vehicle, starting or ending.

    A chain is picked by its trigger: ``border`` from country to country at the node entered; ``transfer`` between two
    classes; ``gauge`` where a train passes from one track gauge to another; ``start`` and ``end`` of a way. An empty
    node, class or goods cell means any; the chain with more cells filled wins. A crossing, transfer or gauge break
    without a chain is not possible; a start or an end without one takes no time. Steps of one procedure repeat the
    trigger cells and differ in ``order``.
    """

    procedure_id = key("the chain", "aau-rail-feeder")
    order = whole_key("order of the step, from 1", 1, low=1)
    node_id = text("where (empty: anywhere)", "KZ_AAU", ref="nodes.node_id")
    trigger = text("when the chain applies", needed=True, choices=("border", "transfer", "gauge", "start", "end"))
    from_country = text("border: country left", "CN")
    to_country = text("border: country entered", "KZ")
    from_class = text(
        "transfer and end: class left; border and gauge: class that passes", "block_train", ref="classes.class_id"
    )
    to_class = text("transfer and start: class boarded", "feeder", ref="classes.class_id")
    goods = text("commodities or forms, joined by semicolons", "container", many=True)
    step = text(
        "what is done",
        needed=True,
        choices=(
            "papers",
            "inspection",
            "slot",
            "queue",
            "gauge_change",
            "load",
            "unload",
            "transload",
            "storage",
            "departure",
            "crossing",
            "release",
        ),
    )
    part = text("whether the hours are work, border formality or waiting", needed=True, choices=PARTS)
    apart = flag("whether pieces go on one by one from this step")
    resource_id = text("what is queued for", "aau-crane", ref="resources.resource_id")
    hours_min = num("least hours, on paper", "h", 4, low=0)
    hours = num("mean hours, on paper", "h", 12, needed=True, low=0)
    hours_p90 = num("hours that nine in ten keep, on paper", "h", 24, low=0)
    hours_electronic = num("mean hours when done electronically (empty: no difference)", "h", 1, low=0)
    electronic_share = num("share of consignments done electronically", "share", 0.2, low=0, high=1)
    wrong_share = num("share of paper consignments with wrong papers", "share", 0.05, low=0, high=1)
    rework_h = num("hours added by wrong papers", "h", 24, low=0)
    kgco2e_unit = num("emissions of handling one FEU, wagon or truck, or one tonne of bulk", "kgCO2e/unit", 18, low=0)


class Documents(Sourced):
    """A paper that goes with the freight: who issues it, in which form, and how long before."""

    document_id = key("the paper", "smgs-note")
    name = text("its name", "SMGS consignment note", needed=True)
    segment = text("where it is asked for", "KZ-AZ-GE rail", needed=True)
    issuer = text("who issues it", "consignor")
    receiver = text("who asks for it", "railways")
    form_today = text("its form today", "paper")
    digital = text("its electronic form", "e-SMGS")
    lead_time = text("when it must be there", "at acceptance")
    procedure_id = text("the chain it belongs to", "alt-in")


class Regimes(Dated):
    """Which customs regime holds for a pair of countries, goods and mode, and its guarantee rule."""

    regime_id = key("the rule", "eaeu-transit")
    name = text("the regime", "EAEU customs transit", needed=True)
    from_country = text("country of departure (empty: any party)", "KZ")
    to_country = text("country of destination (empty: any party)", "RU")
    goods = text("commodities or forms, joined by semicolons (empty: all)", "container", many=True)
    mode = text("mode (empty: all)", "rail")
    guarantee = text(
        "what guarantee it asks", needed=True, choices=("individual", "comprehensive", "waived", "tir", "none")
    )
    legal_basis = text("law or convention", "EAEU Customs Code, chapter 22")


class Conditions(Dated):
    """A limit set by nature, law or security on a place, a link or a country's territory."""

    condition_id = key("the condition", "ru-dual-use")
    kind = text(
        "what it limits",
        needed=True,
        choices=("draught", "spill", "dredging", "dangerous_goods", "dual_use", "sanction", "season", "environment"),
    )
    node_id = text("place", "KZ_AAU", ref="nodes.node_id")
    link_id = text("link", "S01", ref="links.link_id")
    country = text("whole territory of", "RU")
    goods = text("commodities or tags it bars, joined by semicolons (empty: bars none, informs)", "dual_use", many=True)
    limit = num("the limit", "unit", 4.9)
    unit = text("unit of the limit", "m")
    months = text("months in which it holds, joined by semicolons (empty: all)", "4;5", many=True)
    legal_basis = text("law, decree or convention", "RU decree 1374 of 2024")
