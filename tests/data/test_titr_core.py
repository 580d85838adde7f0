"""The shipped corridor's network against the facts it was authored from: each way of the price stack, summed by hand."""

import csv
import math
import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from tests.data.titr_ways import WAYS

ROOT = Path(__file__).parents[2]
TITR = ROOT / "src" / "karvan" / "data" / "titr"
FACTS = Path(os.environ.get("KARVAN_FACTS", ROOT.parent / "shared" / "facts"))
needs_facts = pytest.mark.skipif(not FACTS.is_dir(), reason="the folder of facts is not at hand")
Row = dict[str, str]
UNITS = {
    "container_general": {"FEU": 1.0, "t": 10.0}, "general_rail": {"wagon": 1.0, "t": 60.0}, "grain": {"t": 1.0, "wagon": 1 / 68},
    "nonferrous_metals": {"t": 1.0, "wagon": 1 / 64}, "crude_oil": {"t": 1.0, "wagon": 1 / 60}, "truck_general": {"truck": 1.0, "t": 15.0},
}  # fmt: skip
FORMS = {"container_general": ["container"], "crude_oil": ["tank", "pipe"], "truck_general": ["truck"]}
DAYS = {2022: "2022-07-01", 2023: "2023-03-01", 2026: "2026-01-01"}


@cache
def rows(table: str, folder: Path = TITR) -> tuple[Row, ...]:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def by(table: str, key: str) -> dict[str, Row]:
    return {row[key]: row for row in rows(table)}


@cache
def told(day: str) -> dict[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] = {}
    for row in sorted(rows("profiles"), key=lambda row: row["since"]):
        if row["since"] <= day:
            found[row["table"], row["id"], row["column"]] = row["value"]
    return found


def usd(tariff: Row, day: str) -> float:
    return float(told(day).get(("tariffs", tariff["tariff_id"], "usd"), tariff["usd"]))


@dataclass(frozen=True)
class Paid:
    word: str
    operator: str
    item: str
    part: str
    usd: float


def rank(goods: str, commodity: str) -> int | None:
    """0 the commodity itself, 50 one of its forms, 99 any; no commodity of the stack has a parent."""
    named = goods.split(";") if goods else []
    forms = FORMS.get(commodity, ["wagon", "bulk"])
    if not named:
        return 99
    return 0 if commodity in named else min((50 + forms.index(n) for n in named if n in forms), default=None)


@cache
def offers_at(column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows("tariffs"):
        if row["scope"] == "arc" and row[column]:
            found[row[column]].append(row)
    return found


def prices(word: str, column: str, entered: str, class_id: str, commodity: str, day: str) -> list[Paid]:
    """The items of one link or procedure: for each operator and item the row nearest in class and goods."""
    groups: dict[tuple[str, str], list[tuple[tuple[int, int], Row]]] = defaultdict(list)
    for row in offers_at(column)[word]:
        near = rank(row["goods"], commodity)
        fits = row["from_node"] in ("", entered) and row["class_id"] in ("", class_id)
        if fits and near is not None and row["unit"] in UNITS[commodity]:
            groups[row["operator_id"], row["item"]].append(((0 if row["class_id"] else 1, near), row))
    found = []
    for offers in groups.values():
        best = min(order for order, _ in offers)
        for order, row in offers:
            if order == best:
                money = usd(row, day) * UNITS[commodity][row["unit"]]
                found.append(Paid(word, row["operator_id"], row["item"], row["part"], money))
    return found


@dataclass(frozen=True)
class Time:
    least: float
    mean: float
    variance: float


def step(least: str, mean: str, p90: str, scale: float = 1.0) -> Time:
    sd = max(0.0, float(p90 or mean) - float(mean)) / 1.2815515655446004
    return Time(float(least or mean) * scale, float(mean) * scale, (sd * scale) ** 2)


def link_time(link: Row, class_id: str, service: str, commodity: str) -> list[Time]:
    if service:
        call = next(row for row in rows("calls") if row["service_id"] == service and row["link_id"] == link["link_id"])
        found = [step(call["hours_min"], call["hours"], call["hours_p90"])]
        if by("services", "service_id")[service]["departures_week"]:
            headway = 168 / float(by("services", "service_id")[service]["departures_week"])
            found.append(Time(0.0, headway / 2, headway**2 / 12))
        return found
    mine = [
        row for row in rows("services")
        if row["class_id"] == class_id and row["operator_id"] == link["operator_id"] and row["hours_factor"]
        and (not row["goods"] or commodity in row["goods"].split(";"))
    ]  # fmt: skip
    if not mine:  # a class that crosses by calls of its own, as the northern trains at the border
        calls = [row for row in rows("calls") if row["link_id"] == link["link_id"]]
        call = next(row for row in calls if by("services", "service_id")[row["service_id"]]["class_id"] == class_id)
        return [step(call["hours_min"], call["hours"], call["hours_p90"])]
    return [step(link["hours_min"], link["hours"], link["hours_p90"], float(mine[0]["hours_factor"]))]


def chain_time(name: str) -> list[Time]:
    found = []
    for row in rows("procedures"):
        if row["procedure_id"] == name:
            share, wrong = float(row["electronic_share"] or 0), float(row["wrong_share"] or 0)
            paper = float(row["hours"]) + wrong * float(row["rework_h"] or 0)
            mean = (
                paper if not row["hours_electronic"] else (1 - share) * paper + share * float(row["hours_electronic"])
            )
            scale = mean / float(row["hours"]) if float(row["hours"]) else 1.0
            found.append(step(row["hours_min"], row["hours"], row["hours_p90"], scale))
    assert found, f"no procedure {name}"
    return found


@cache
def way(route: str, year: int) -> tuple[tuple[Paid, ...], tuple[Time, ...]]:
    """All that is paid on a way, in dollars of 2022, and the hours of all its steps."""
    here, commodity, words = WAYS[route]
    day, class_id, service, through = DAYS[year], "", "", None
    paid: list[Paid] = []
    times: list[Time] = []
    for word in words.split():
        if word in by("links", "link_id"):
            link = by("links", "link_id")[word]
            assert here in (link["from_node"], link["to_node"]), f"{route}: {word} does not touch {here}"
            found = prices(word, "link_id", here, class_id, commodity, day)
            here = link["to_node"] if here == link["from_node"] else link["from_node"]
            times += link_time(link, class_id, service, commodity)
        elif word in by("procedures", "procedure_id"):
            head = by("procedures", "procedure_id")[word]
            assert head["node_id"] in ("", here), f"{route}: {word} is not at {here}"
            found = prices(word, "procedure_id", "", class_id or head["to_class"], commodity, day)
            times += chain_time(word)
        elif word.startswith("<"):
            through = by("tariffs", "tariff_id")[word[1:]]
            assert through["from_node"] == here
            paid.append(Paid(word, through["operator_id"], through["item"], "core", usd(through, day)))
            continue
        elif word == ">":
            assert through and through["to_node"] == here
            through = None
            continue
        else:
            class_id, _, service = word.partition(":")
            assert class_id in by("classes", "class_id"), word
            continue
        assert any(one.part in ("core", "access") for one in found), f"{route}: nothing prices {word}"
        covered = set(through["covers"].split(";")) if through else set()
        paid += [one for one in found if one.operator not in covered or one.part not in ("core", "access")]
    return tuple(paid), tuple(times)


def total(paid: Iterable[Paid], keep: Callable[[Paid], bool] = lambda one: True) -> float:
    return sum(one.usd for one in paid if one.part == "core" and keep(one))


def deflator(year: int) -> float:
    return next(
        float(row["value"]) for row in rows("params") if row["name"] == "us_deflator" and row["scope"] == str(year)
    )


def stack(route: str) -> list[Row]:
    return [row for row in rows("price_stack", FACTS) if row["route_id"] == route]


@needs_facts
def test_every_way_of_the_stack_is_there() -> None:
    assert set(WAYS) == {row["route_id"] for row in rows("price_stack", FACTS)}
    assert len(WAYS) == 39


@needs_facts
@pytest.mark.parametrize("route", sorted(WAYS))
@pytest.mark.parametrize("part", ["core", "access", "owner"])
def test_price_of_2022_is_the_stacks(route: str, part: str) -> None:
    """Arc by arc sums: what is left is rounding to cents, and sections a little longer than the stack's span."""
    wanted = sum(float(row["usd_2022"]) for row in stack(route) if row["scope"] == part)
    paid = sum(one.usd for one in way(route, 2022)[0] if one.part == part)
    if part == "owner" and not wanted:
        return  # the stack insures only some of the ways; the corridor all that pass the gate
    assert paid == pytest.approx(wanted, rel=0.0005)


@needs_facts
@pytest.mark.parametrize("route", sorted(WAYS))
def test_price_of_2026_is_the_stacks(route: str) -> None:
    """Stored in dollars of 2022; times the deflator they are the stack's nominal dollars."""
    wanted = sum(float(row["usd_2026"]) for row in stack(route) if row["scope"] == "core")
    assert total(way(route, 2026)[0]) * deflator(2026) == pytest.approx(wanted, rel=0.0005)


@needs_facts
@pytest.mark.parametrize("route", sorted(WAYS))
def test_hours_are_the_stacks(route: str) -> None:
    mine = stack(route)
    tech, mean, p90 = (sum(float(row[name] or 0) for row in mine) for name in ("hours_tech", "hours_mean", "hours_p90"))
    hours = sum(time.mean for time in way(route, 2022)[1])
    assert tech <= hours <= p90
    assert hours == pytest.approx(mean, rel=0.01)


def _gone(*operators: str) -> Callable[[Paid], bool]:
    return lambda one: one.operator not in operators


BORDER_TO_POTI = _gone("CR", "PLATFORM", "PTI_PORT")
N_1520 = {"R14", "b-ala-dos-north", "g-dos-north", "C_DOS_ILE", "C_ILE_KRA", "C_KRA_BRE", "g-bre", "C_BRE_MAL"}
RAIL_AZ_GE = {"R31", "R32", "R33", "R35", "b-bkk", "R36", "R53", "R54"}
RAIL_BTK = {"R31", "R32", "R33", "R35", "b-bkk", "R40", "R41", "g-akh", "R43", "b-can", "R44", "R47"}
ANCHORS: dict[str, tuple[int, Callable[[Paid], bool]]] = {
    "K01": (2022, BORDER_TO_POTI), "K02": (2023, BORDER_TO_POTI), "K03": (2026, BORDER_TO_POTI), "K04": (2026, BORDER_TO_POTI),
    "K05": (2023, BORDER_TO_POTI), "K06": (2022, lambda one: one.word in RAIL_AZ_GE),
    "K07": (2022, lambda one: one.word in ("b-khg-alt", "g-alt")), "K08": (2022, lambda one: one.word in RAIL_BTK),
    "K09": (2022, lambda one: True), "K10": (2022, lambda one: True),
    "K11": (2022, lambda one: one.word in N_1520 and one.item != "surcharge"),
    "K12": (2026, lambda one: one.word in N_1520 and one.item != "surcharge"),
    "K13": (2026, lambda one: True), "K14": (2022, lambda one: one.item != "surcharge"),
    "K17": (2022, lambda one: True), "K18": (2022, lambda one: True), "K19": (2026, lambda one: True), "K20": (2026, lambda one: True),
    "K21": (2022, lambda one: one.operator == "BTC"), "K22": (2022, lambda one: True),
    "K23": (2022, lambda one: one.word == "t-aau-dry"),
    "K24": (2022, lambda one: one.operator in ("KTZ", "LESSOR") and one.word in ("C_KOS_BEY", "R24", "R25")),
    "K25": (2022, lambda one: True), "K26": (2022, lambda one: True),
    "K27": (2022, lambda one: one.word == "S02" and one.item == "freight"),
}  # fmt: skip


@needs_facts
@pytest.mark.parametrize("anchor", sorted(ANCHORS))
def test_published_prices_are_met(anchor: str) -> None:
    """Each published sum within its own tolerance on its own band; nominal dollars of the year."""
    row = next(row for row in rows("price_anchors", FACTS) if row["anchor_id"] == anchor)
    year, keep = ANCHORS[anchor]
    paid = total(way(row["route_id"], year)[0], keep) * deflator(year)
    slack = float(row["tolerance"])
    assert float(row["anchor_low"]) * (1 - slack) <= paid <= float(row["anchor_high"]) * (1 + slack)


@needs_facts
@pytest.mark.parametrize(("anchor", "year"), [("K15", 2022), ("K16", 2026)])
def test_middle_against_north_at_duisburg(anchor: str, year: int) -> None:
    row = next(row for row in rows("price_anchors", FACTS) if row["anchor_id"] == anchor)
    whole = {
        route: sum(one.usd for one in way(route, year)[0] if one.part in ("core", "access"))
        for route in ("mc_constanta", "north_duisburg")
    }
    ratio, slack = whole["mc_constanta"] / whole["north_duisburg"], float(row["tolerance"])
    assert float(row["anchor_low"]) * (1 - slack) <= ratio <= float(row["anchor_high"]) * (1 + slack)


@needs_facts
@pytest.mark.parametrize("anchor", ["K28", "K29", "K30", "K31", "K32", "K33"])
def test_published_days_are_met(anchor: str) -> None:
    row = next(row for row in rows("price_anchors", FACTS) if row["anchor_id"] == anchor)
    times = way(row["route_id"], 2022)[1]
    mean = sum(time.mean for time in times)
    bad = mean + 1.2815515655446004 * math.sqrt(sum(time.variance for time in times))
    days = {"days_mean": mean, "days_p90": bad, "days_tech": sum(time.least for time in times)}[row["measure"]] / 24
    slack = float(row["tolerance"])
    assert float(row["anchor_low"]) * (1 - slack) <= days <= float(row["anchor_high"]) * (1 + slack)


def test_rail_is_no_shorter_than_the_great_circle() -> None:
    places = by("nodes", "node_id")
    for link in rows("links"):
        a, b = (places[link[end]] for end in ("from_node", "to_node"))
        lat1, lon1, lat2, lon2 = (math.radians(float(place[name])) for place in (a, b) for name in ("lat", "lon"))
        inner = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
        straight = 2 * 6371 * math.asin(math.sqrt(inner))
        least = straight - 6 if link["mode"] == "rail" else 0.96 * straight  # ports are points, and known to 5 km
        assert float(link["length_km"]) >= least, link["link_id"]
        assert float(link["length_km"]) <= 2.5 * max(straight, 6) or link["detour_reason"], link["link_id"]


def test_published_distances_are_sums_of_sections() -> None:
    """Baku to Boyuk Kesik 503 km (1 %), Tbilisi to Poti 312 km (2 %), published; Altynkol to Aktau 3,393 km (4 %)."""
    km = {row["link_id"]: float(row["length_km"]) for row in rows("links")}
    assert sum(km[name] for name in ("R56", "R31", "R32", "R33")) == pytest.approx(503, rel=0.01)
    assert sum(km[name] for name in ("R53", "R54")) == pytest.approx(312, rel=0.02)
    main = ("R09", "R11", "R52", "R12", "R13", "R18", "R20", "R21", "R22", "R23", "R24", "R25")
    assert sum(km[name] for name in main) == pytest.approx(3393, rel=0.04)


def test_every_row_says_its_source_and_grade() -> None:
    known = set(by("sources", "source_id"))
    for path in TITR.glob("*.csv"):
        if path.stem == "sources":
            continue
        for row in rows(path.stem):
            assert row["source_id"] in known, (path.stem, row)
            assert row["grade"] in ("A", "B", "C", "D"), (path.stem, row)


@needs_facts
def test_every_section_is_a_link_or_is_listed() -> None:
    listed = {row["row"] for row in rows("unused", ROOT / "tools" / "titr")}
    links = set(by("links", "link_id"))
    for row in rows("links", FACTS):
        assert (row["link_id"] in links) != (row["link_id"] in listed), row["link_id"]


def test_no_arc_pays_the_shipper() -> None:
    """Subsidies never exceed the prices of their own link, on any day, in either direction."""
    sums: Counter[tuple[str, str, str, str, str]] = Counter()
    for day in ("2019-07-01", "2022-07-01", "2023-03-01", "2024-10-01", "2025-07-01", "2026-07-01"):
        for commodity in ("container_general", "grain"):
            for link in rows("links"):
                for class_id in ("block_train", "north_train", "wagon_train", "dry_cargo"):
                    for entered in (link["from_node"], link["to_node"]):
                        found = prices(link["link_id"], "link_id", entered, class_id, commodity, day)
                        sums[day, commodity, link["link_id"], class_id, entered] = total(found)
    assert min(sums.values()) >= -0.01


@needs_facts
@pytest.mark.parametrize(("anchor", "link"), [("K34", "C_SHA_RTM_S"), ("K35", "C_SHA_RTM_C")])
def test_published_days_at_sea_are_met(anchor: str, link: str) -> None:
    row = next(row for row in rows("price_anchors", FACTS) if row["anchor_id"] == anchor)
    days, slack = float(by("links", "link_id")[link]["hours"]) / 24, float(row["tolerance"])
    assert float(row["anchor_low"]) * (1 - slack) <= days <= float(row["anchor_high"]) * (1 + slack)


def test_distances_at_sea_follow_water() -> None:
    """Sea lanes of an independent package: Aktau-Baku 467.8 km (2 %), Turkmenbashi-Baku 134.7 nm (6 %), Shanghai-Rotterdam 10,546 nm (2 %)."""
    km = {row["link_id"]: float(row["length_km"]) for row in rows("links")}
    assert km["C_AAU_BAK"] == pytest.approx(467.8, rel=0.02)
    assert km["C_KRW_BAK"] == pytest.approx(134.7 * 1.852, rel=0.06)
    assert km["C_SHA_RTM_S"] == pytest.approx(10546 * 1.852, rel=0.02)
