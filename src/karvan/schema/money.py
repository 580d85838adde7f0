"""Prices, costs and who agreed them: tariffs, costs, agreements, memberships."""

from karvan.schema.base import Dated, Sourced, day, flag, key, num, text

UNITS = ("FEU", "TEU", "wagon", "truck", "t", "train")
PRICE_PARTS = ("core", "access", "owner", "risk")


class Tariffs(Dated):
    """One price.

    Scope ``arc`` prices a passage of one link (``link_id``; times its length where ``per_km``) or of one procedure
    (``procedure_id``). Scope ``section`` is one operator's price from place to place that takes the stead of its arc
    prices on the stretch; scope ``through`` does so for the operators in ``covers`` (``all``: everyone's). The shipper
    takes the cheapest that applies. Unit ``train`` is a price for a train however many units it carries. An arc price
    may be negative (a subsidy) as long as all prices of the arc together are not; of several rows for one operator and
    item the one whose ``goods`` is nearest to the commodity counts (itself, its parents, its form, any).
    """

    tariff_id = key("the price", "ktz-haul-R24")
    operator_id = text("who is paid", "KTZ", needed=True, ref="operators.operator_id")
    item = text(
        "what for",
        needed=True,
        choices=(
            "haulage",
            "freight",
            "handling",
            "dues",
            "gauge_change",
            "customs",
            "wagon_hire",
            "security",
            "storage",
            "subsidy",
            "surcharge",
            "margin",
            "toll",
            "insurance",
            "empty_return",
            "through_rate",
            "pipeline_tariff",
            "risk_premium",
        ),
    )
    scope = text("what it covers", needed=True, choices=("arc", "section", "through"))
    link_id = text("arc: the link", "R24", ref="links.link_id")
    procedure_id = text("arc: the procedure", "aau-rail-feeder")
    from_node = text("section, through: from; arc on a link: only when entered here", "KZ_ALT", ref="nodes.node_id")
    to_node = text("section, through: to", "GE_PTI", ref="nodes.node_id")
    corridor = text("section, through: only on links of these corridors, joined by semicolons", "middle", many=True)
    via_node = text("section, through: only by way of this place", "TM_KRW", ref="nodes.node_id")
    covers = text("through: operators whose prices it replaces, or all", "KTZ;ASCO;ADY;GR", many=True)
    class_id = text("only for this class (empty: any)", "block_train", ref="classes.class_id")
    goods = text("commodities or forms, joined by semicolons (empty: all priced in this unit)", "container", many=True)
    unit = text("price of what", needed=True, choices=UNITS)
    per_km = flag("whether the price is for a kilometre of the link")
    usd = num("price", "USD", 1018, needed=True)
    usd_low = num("low", "USD", 900)
    usd_high = num("high", "USD", 1200)
    part = text(
        "core: in the published price; access: pre- and on-carriage; owner: paid by the cargo owner apart; risk: no "
        "payment, the shipper's aversion",
        choices=PRICE_PARTS,
    )
    agreement_id = text("the agreement it rests on", "through-2023", ref="agreements.agreement_id")


class Costs(Dated):
    """What an operator would not spend without the traffic."""

    cost_id = key("the cost", "ktz-train-km")
    operator_id = text("who bears it", "KTZ", needed=True, ref="operators.operator_id")
    per = text(
        "per what",
        needed=True,
        choices=("train_km", "wagon_day", "berth_h", "voyage", "ship_day", "lift", "t", "tkm", "truck_km", "box_day"),
    )
    usd = num("mid", "USD", 14, needed=True, low=0)
    usd_low = num("low", "USD", 10, low=0)
    usd_high = num("high", "USD", 20, low=0)
    class_id = text("only for this class", "block_train", ref="classes.class_id")


class Agreements(Sourced):
    """Who agreed what, and since when it holds."""

    agreement_id = key("the agreement", "through-2023")
    name = text("its name", "Through container rate of March 2023", needed=True)
    parties = text("countries or operators, joined by semicolons", "KZ;AZ;GE", needed=True, many=True)
    status = text("where it stands", needed=True, choices=("in_force", "signed", "planned", "lapsed"))
    signed = day("signed on", "2023-03-01")
    in_force = day("in force from", "2023-03-01")
    ends = day("ends on", "2026-03-01")
    card = text("scenario card that says its effect as cells", "through-tariff")


class Memberships(Sourced):
    """Who is in which body or convention."""

    country = key("ISO 3166-1 alpha-2", "KZ")
    body = key("union, convention or organisation", "EAEU")
    status = text("yes, no, observer, candidate", "yes", needed=True)
    since = num("year of entry or signature", "year", 2015, low=1800, high=2100)
