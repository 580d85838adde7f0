"""Projects and shocks, each with the card that says its effect as cells, or the reason why it has none."""

import datetime as dt
from pathlib import Path

from tools.titr.context.rows import Row, cited, countries, day, facts, number

STATUS = {
    "P001": "open", "P002": "building", "P003": "building", "P004": "building", "P005": "building",
    "P006": "announced", "P007": "building", "P008": "building", "P009": "planned", "P010": "building",
    "P011": "building", "P012": "open", "P013": "building", "P014": "announced", "P015": "planned", "P016": "idea",
    "P017": "planned", "P018": "building", "P019": "building", "P020": "building", "P021": "planned",
    "P022": "building", "P023": "building", "P024": "open", "P025": "open", "P026": "building", "P027": "stalled",
    "P028": "building", "P029": "open", "P030": "open", "P031": "planned", "P032": "open", "P033": "building",
    "P034": "building", "P035": "building", "P036": "planned", "P037": "planned", "P038": "announced",
    "P039": "planned", "P040": "stalled", "P041": "idea", "P042": "announced", "P043": "announced", "P044": "planned",
}  # fmt: skip

OPENS = {
    "P001": "2025-09-30", "P002": "2026-01-01", "P008": "2025-12-15", "P011": "2025-12-01", "P012": "2024-11-01",
    "P014": "2027-04-01", "P013": "2027-12-01", "P024": "2024-05-20", "P025": "2025-12-24", "P029": "2023-10-26",
    "P030": "2024-08-13", "P032": "2024-02-28", "P035": "2026-09-01",
}  # fmt: skip
"""Days that the facts name; all others open in the middle of the year they name."""

CARDS = {
    "P001": "no-dostyk-second-track", "P002": "almaty-bypass", "P003": "darbaza-maktaaral",
    "P004": "bakhty-ayagoz", "P005": "moyynty-kyzylzhar", "P006": "ktz-renewal", "P008": "aktau-hub-1",
    "P009": "aktau-hub-2", "P010": "kuryk-sarzha", "P011": "aktau-dredging", "P012": "kuryk-dredging",
    "P013": "cims-ships", "P014": "six-container-ships", "P015": "kz-fleet-plan", "P016": "aktau-oil-mooring",
    "P017": "alat-phase-2", "P018": "alat-dry-bulk-terminals", "P019": "horadiz-agbend",
    "P020": "nakhchivan-railway", "P021": "tripp-meghri", "P022": "baku-boyuk-kesik-ac", "P023": "yalama-line",
    "P024": "btk-georgian-section", "P025": "georgia-mountain-pass", "P026": "anaklia-port", "P027": "poti-expansion",
    "P028": "kars-dilucu", "P029": "joint-operator",
    "P034": "cku-railway",
}  # fmt: skip

NO_CARD = {
    "P007": "a sum of P001 to P004, each of which has its own card",
    "P030": "an operating company; the line itself is the card of P024",
    "P031": "money, not works: a row of funds",
    "P032": "forms trains at Xi'an; the network begins with the train's departure and has no cell for it",
    "P033": "ends of ways at inland terminals cost and last nothing in this edition, so there is no cell to change",
    "P035": "carries data, no freight",
    "P036": "carries power; belongs to the energy system, which has no cells in this edition",
    "P037": "carries power; belongs to the energy system, which has no cells in this edition",
    "P038": "a plant whose output is not on offer before 2032; a demand of its own, not a change of the network",
    "P039": "gas; the network of this edition holds no gas pipelines",
    "P040": "gas; the network of this edition holds no gas pipelines",
    "P041": "gas; the network of this edition holds no gas pipelines",
    "P042": "a target, not works; what it promises are the cards of its projects",
    "P043": "vessels, papers and tariffs it names are the cards of P014, e-clearance and through-tariff",
    "P044": "outside the corridor",
}

NEEDS = {"P009": "P008", "P021": "P019", "P020": "P021", "P028": "P020"}
EXCLUDES = {"P013": "P014", "P014": "P013"}
BUILD = {
    "P001": 3, "P002": 2.5, "P003": 3, "P004": 4, "P005": 3, "P006": 4, "P008": 1.5, "P009": 1.5, "P010": 3,
    "P011": 1, "P012": 1, "P013": 2, "P014": 2, "P015": 4, "P016": 3, "P017": 4, "P018": 2, "P019": 5, "P020": 4,
    "P021": 3, "P022": 4, "P023": 4, "P024": 1, "P025": 10, "P026": 5, "P027": 3, "P028": 5, "P032": 1, "P033": 2,
    "P034": 6,
}  # fmt: skip
COST_BAND = {"P008": (28.9, 96.4), "P021": (200, 230), "P034": (4700, 8000), "P041": (400, 11500), "P027": (200, 250)}
OWN_COST = {"P004": 1100.0, "P005": 900.0, "P010": 250.0, "P012": 40.0, "P014": 150.0, "P013": 60.0, "P017": 350.0,
            "P019": 450.0, "P020": 400.0}  # fmt: skip
"""Own orders of magnitude where the facts print no cost: by length at 3 to 4 M USD/km, by ship, by berth."""


def projects(folder: Path) -> list[Row]:
    """The investments gathered, with costs in millions of US dollars as quoted."""
    found = []
    for row in facts(folder, "projects"):
        ident = row["project_id"]
        cost = number(row["cost_musd_approx"])
        low, high = COST_BAND.get(ident, (cost and cost * 0.8, cost and cost * 1.4))
        own = cost is None and ident in OWN_COST
        if own:
            cost, low, high = OWN_COST[ident], OWN_COST[ident] * 0.6, OWN_COST[ident] * 1.6
        told = f"as of {row['status_as_of']}: {row['status']}"
        told += "; cost is an own order of magnitude (D)" if own else ""
        found.append(
            {
                "project_id": ident,
                "name": row["name"],
                "country": countries(row["country"]),
                "kind": row["type"],
                "cost_musd": cost,
                "cost_low_musd": low,
                "cost_high_musd": high,
                "build_years": BUILD.get(ident),
                "opens": day(
                    OPENS.get(ident, f"{row['year_commissioning']}-07-01" if row["year_commissioning"] else "")
                ),
                "status": STATUS[ident],
                "effect": row["effect"],
                "card": CARDS.get(ident),
                "no_card": NO_CARD.get(ident),
                "needs": NEEDS.get(ident),
                "excludes": EXCLUDES.get(ident),
                **cited(row, told),
            }
        )
    return found


SHOCK_CARDS = {
    "K002": "congestion-2022", "K003": "kazakh-unrest-2022", "K004": "cpc-storm-2022", "K005": "cpc-mines-2022",
    "K007": "cpc-inspection-2025", "K008": "cpc-pumping-2025", "K009": "cpc-mooring-2025", "K010": "cpc-tankers-2026",
    "K011": "btc-chlorides-2025", "K012": "suez-ever-given", "K017": "iran-war-surge-2026",
    "K019": "iran-war-2025", "K020": "poland-border-2025", "K021": "russian-inspections", "K022": "china-covid-slots",
    "K023": "dostyk-stop-2021", "K024": "alashankou-stop-2021", "K025": "dostyk-embargo-2024",
    "K026": "altynkol-embargo-2024", "K027": "dostyk-wind-2025", "K029": "caspian-storm-2022",
    "K030": "aktau-queue-2022", "K031": "caspian-soft-market-2025", "K034": "kazakh-floods-2024",
    "K036": "black-sea-war-risk-2025", "K038": "kulevi-listing", "K040": "ktz-tariffs-2026",
    "K041": "sea-rate-spike-2021", "K044": "hormuz-bunker-2026",
    "I01": "poti-silting-2016", "I04": "btk-closure-2023", "I05": "dostyk-queue-2023", "I06": "red-bridge-queue-2023",
}  # fmt: skip

NO_SHOCK_CARD = {
    "K001": "the base is 2022 and holds it: risk premium, insurance and scarcity of the Northern route",
    "K006": "the order was lifted before it stopped the flow",
    "K013": "in the base: the Suez arcs close from 15 December 2023; suez-closed says it for any year",
    "K014": "the same event as K013, seen as time; the Cape arcs carry the longer way",
    "K015": "in the base: the Suez arcs stay closed",
    "K016": "in the base: the arcs through Iran close from 28 February 2026",
    "K018": "alleged; an airport, no freight cells",
    "K028": "in the base: closures of Kuryk by month",
    "K032": "in the base: draughts fall year by year; caspian-low-water says what if faster",
    "K033": "in the base: draughts at Aktau and Kuryk; the cure is the card of P011",
    "K035": "freight was exempt",
    "K037": "Olya is not on the network",
    "K039": "a proposal on goods of Kyrgyz trade that the network does not tell apart",
    "K042": "a swing of demand; the demand table holds the years, the grain price gap belongs to trade",
    "K043": "the Strait of Hormuz is not on the network; arcs to Bandar Abbas close with those of Iran",
    "I02": "the same storm as K029",
    "I03": "the same surge as K002",
}

INCIDENTS = ("I01", "I02", "I03", "I04", "I05", "I06")
STARTS = {"I01": "2016-12-05", "I04": "2023-05-15", "I05": "2023-08-28", "I06": "2023-12-05"}


def shocks(folder: Path) -> list[Row]:
    """Dated disruptions; those of the incidents file carry ids I01 to I06."""
    found = []
    for row in facts(folder, "shocks"):
        ident = row["shock_id"]
        effect = " ".join(word for word in (row["effect_metric"], row["effect_value"], row["unit"]) if word)
        found.append(
            {
                "shock_id": ident,
                "name": row["name"],
                "kind": row["class"],
                "starts": day(row["start"]),
                "ends": day(row["end"]),
                "days": number(row["duration_days"]),
                "affected": row["affected"],
                "effect": effect,
                "frequency": row["frequency_hint"],
                **_told(ident),
                **cited(row),
            }
        )
    for ident, row in zip(INCIDENTS, facts(folder, "incidents"), strict=True):
        start = day(STARTS.get(ident) or row["year"])
        long = number(row["duration_days_guess"])
        found.append(
            {
                "shock_id": ident,
                "name": row["event"],
                "kind": "incident",
                "starts": start,
                "ends": start + dt.timedelta(days=long) if start and long else None,
                "days": long,
                "affected": row["node_id"],
                "effect": f"{row['value']} {row['unit']}",
                "frequency": "once",
                **_told(ident),
                **cited(row),
            }
        )
    return found


def _told(ident: str) -> Row:
    return {"card": SHOCK_CARDS.get(ident), "no_card": NO_SHOCK_CARD.get(ident)}
