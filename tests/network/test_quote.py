"""Prices of the user's own: what they change, what they leave alone, and what is refused."""

import datetime as dt

import polars as pl
import pytest

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.engines.route import route
from karvan.errors import QuoteError
from karvan.network.quote import quote, read
from karvan.schema.shape import conform
from karvan.shipment import Shipment

BOX = Shipment("orio", "destin", commodity="boxes", feu=1)


@pytest.fixture(scope="module")
def toy() -> Corridor:
    return load("toy")


def with_money(base: Corridor) -> Corridor:
    """The corridor with two rates of the euro and two price levels."""
    rates = conform(
        "currencies",
        pl.DataFrame({"currency": ["EUR", "EUR"], "since": ["2021-01-01", "2022-06-01"], "usd": [1.20, 1.05]}),
    )
    rows = pl.DataFrame(
        {"name": ["us_deflator"] * 2, "scope": ["2022", "2026"], "value": [1.0, 1.25], "unit": ["ratio"] * 2}
    )
    return base.replace(currencies=rates, params=pl.concat([base.params, conform("params", rows)]))


def paid(corridor: Corridor, shipment: Shipment, **how: object) -> pl.DataFrame:
    return route(corridor, shipment, minimise="price", ways=6, **how).prices  # type: ignore[arg-type]


def on_ferry(corridor: Corridor, shipment: Shipment = BOX) -> set[float]:
    """What ways that use the ferry pay for its freight, where no through price takes its stead."""
    frame = paid(corridor, shipment, via=["sea"])
    rows = frame.filter((pl.col("item") == "freight") & ~pl.col("tariff").str.starts_with("sea-S1-w"))
    return {round(usd, 6) for usd in rows["usd"]}


def without_through(corridor: Corridor) -> Corridor:
    return corridor.replace(tariffs=corridor.tariffs.filter(pl.col("scope") == "arc"))


def test_a_price_is_what_is_paid_and_nothing_else_changes(toy: Corridor) -> None:
    base = without_through(toy)
    after = base.apply(quote(base, "ferry=777/FEU"))
    one, other = paid(base, BOX, via=["sea"]), paid(after, BOX, via=["sea"])
    ferry = other.filter(pl.col("tariff").str.starts_with("own-"))
    assert set(ferry["usd"]) == {777.0} and set(ferry["operator"]) == {"SEA"} and set(ferry["item"]) == {"freight"}
    gone = set(one["tariff"]) - set(other["tariff"])
    assert gone == {"sea-S1-f"}
    left = {row["tariff"]: row["usd"] for row in one.iter_rows(named=True) if row["tariff"] != "sea-S1-f"}
    for row in other.iter_rows(named=True):
        if not row["tariff"].startswith("own-"):
            assert row["usd"] == pytest.approx(left[row["tariff"]])


def test_units_of_one_family_give_way_together(toy: Corridor) -> None:
    """The feeder is priced per TEU; a price per FEU takes its stead, and is not added to it."""
    base = without_through(toy)
    after = base.apply(quote(base, "feeder=300/FEU"))
    assert 300.0 in on_ferry(after) and max(on_ferry(after)) == 420.0
    teu = Shipment("orio", "destin", commodity="boxes", teu=1)
    assert round(300 * 0.63, 6) in on_ferry(after, teu)


def test_other_goods_keep_their_prices(toy: Corridor) -> None:
    after = toy.apply(quote(toy, "ferry=1/FEU"))
    ore = Shipment("orio", "destin", commodity="ore", wagons=1)
    assert paid(toy, ore).equals(paid(after, ore))


def test_a_price_for_one_class_leaves_the_others(toy: Corridor) -> None:
    """The row for any class stays for the other classes; the new one goes before it for its own."""
    rows = toy.tariffs.filter(pl.col("tariff_id") != "sea-S1")
    both = rows.with_columns(pl.when(pl.col("tariff_id") != "sea-S1-f").then(pl.col("class_id")).alias("class_id"))
    base = without_through(toy.replace(tariffs=both))
    assert on_ferry(base) == {420.0}
    assert on_ferry(base.apply(quote(base, "feeder=100/FEU"))) == {100.0, 420.0}


def test_a_kilometre_price(toy: Corridor) -> None:
    card = quote(toy, "B1=2/FEU-km")
    rows = paid(toy.apply(card), BOX).filter(pl.col("tariff").str.starts_with("own-B1"))
    assert set(rows["usd"]) == {2.0 * 260}


def test_a_price_is_firm_and_no_estimate(toy: Corridor) -> None:
    rows = paid(toy.apply(quote(toy, "C1=90/FEU")), BOX).filter(pl.col("tariff").str.starts_with("own-C1"))
    assert rows.select("usd_low", "usd", "usd_high").unique().rows() == [(90.0, 90.0, 90.0)]
    assert set(rows["grade"]) == {"B"}


def test_later_prices_win(toy: Corridor) -> None:
    base = without_through(toy)
    first = base.apply(quote(base, "ferry=500/FEU"))
    second = first.apply(quote(first, "ferry=600/FEU"))
    assert 600.0 in on_ferry(second) and 500.0 not in on_ferry(second)


def test_the_run_records_it(toy: Corridor) -> None:
    card = quote(toy, "ferry=500/FEU")
    after = toy.apply(card)
    assert route(after, BOX).run.scenarios == ("own-ferry-500-FEU",) and after.digest != toy.digest
    assert "500 USD/FEU" in card.why and "sea-S1-f" in card.why


@pytest.mark.parametrize(
    ("said", "gone"),
    [
        ("sea-S1-f=1/FEU", {"sea-S1-f"}),
        ("link:S1=1/FEU", {"sea-S1", "sea-S1-f"}),
        ("S1 = 1 / teu", {"sea-S1", "sea-S1-f"}),
        ("feeder-1=1/FEU", {"sea-S1"}),
        ("rail ferry=1/wagon", {"sea-S1-w"}),
        ("Rail_Ferry=1/40HC", {"sea-S1-f"}),
        ("SEA=1/FEU", {"sea-S1", "sea-S1-f"}),
        ("sea=1/wagon", {"sea-S1-w"}),
        ("operator:sea=1/FEU", {"sea-S1", "sea-S1-f"}),
        ("mode:sea=1/wagon", {"sea-S1-w"}),
        ("Havn=1/FEU", {"havn-feeder", "havn-box-back"}),
        ("Havn:dues=1/FEU", {"havn-ferry-c"}),
        ("gauge_change=1/FEU", {"bor-gauge-c"}),
        ("procedure:bor-in:customs=1/wagon", {"bor-in-w"}),
        ("thr-sea=800/FEU", {"thr-sea"}),
        ("A1=0.5/wagon-km", {"ra-A1-w"}),
    ],
)
def test_what_a_word_means(toy: Corridor, said: str, gone: set[str]) -> None:
    change = next(change for change in quote(toy, said).changes if change.drop)
    assert set(change.where["tariff_id"]) == gone


def test_currency_and_year(toy: Corridor) -> None:
    base = with_money(toy)
    summer, spring = dt.date(2022, 7, 1), dt.date(2022, 3, 1)
    for card, usd in (
        (quote(base, "C1=100 EUR/FEU", day=summer), 105.0),
        (quote(base, "C1=100/FEU", currency="eur", day=spring), 120.0),
        (quote(base, "C1=100/FEU", price_year=2026), 80.0),
        (quote(base, "C1=100/FEU", currency="EUR", price_year=2026, day=spring), 84.0),
    ):
        assert card.changes[-1].add[0]["usd"] == pytest.approx(usd)


BAD = [
    ("ferry", "cannot be read", "WORD=AMOUNT/UNIT"),
    ("ferry=1150", "cannot be read", "WORD=AMOUNT/UNIT"),
    ("=1150/FEU", "cannot be read", "WORD=AMOUNT/UNIT"),
    ("ferry=/FEU", "cannot be read", "WORD=AMOUNT/UNIT"),
    ("", "cannot be read", "WORD=AMOUNT/UNIT"),
    ("ferry=$1150/FEU", "no amount", "decimal point"),
    ("ferry=1,150/FEU", "no amount", "without commas"),
    ("ferry=1150,50/FEU", "no amount", "decimal point"),
    ("ferry=1e3/FEU", "cannot be read", "WORD=AMOUNT/UNIT"),
    ("ferry=-5/FEU", "below zero", "0 or more"),
    ("ferry=99999999999/FEU", "beyond reason", "0 or more"),
    ("ferry=1150/box", "no unit", "FEU, TEU"),
    ("ferry=1150/FEU/day", "cannot be read", "WORD=AMOUNT/UNIT"),
    ("ferri=1150/FEU", "ferry-1", "name a tariff"),
    ("zzzzzz=1/FEU", "no name is near", "name a tariff"),
    ("boat:ferry:freight=1/FEU", "no kind of thing", "tariff, link"),
    ("ferry:fright=1/FEU", "no item", "freight"),
    ("Sea=5/FEU", "operator or mode", "operator:SEA or mode:sea"),
    ("rail=5/FEU", "paid on each", "rail=0.5/FEU-km"),
    ("ferry=5/truck", "no price per truck", "FEU, wagon"),
    ("Havn:customs=5/FEU-km", "no length", "per FEU"),
    ("Norrby=5/FEU", "no tariff prices", "name another"),
    ("ferry=5 GBP/FEU", "'GBP'", "USD, EUR"),
]


@pytest.mark.parametrize(("said", "message", "cure"), BAD, ids=[row[0] or "empty" for row in BAD])
def test_bad_prices(toy: Corridor, said: str, message: str, cure: str) -> None:
    with pytest.raises(QuoteError) as raised:
        quote(with_money(toy), said)
    assert message in raised.value.message and cure in raised.value.cure


def test_a_day_before_the_first_rate_and_a_year_without_level(toy: Corridor) -> None:
    base = with_money(toy)
    with pytest.raises(QuoteError, match="the first is of 2021-01-01"):
        quote(base, "C1=1 EUR/FEU", day=dt.date(2020, 1, 1))
    with pytest.raises(QuoteError, match="no price level of the year 1999"):
        quote(base, "C1=1/FEU", price_year=1999)


def test_read() -> None:
    said = read(" Aktau port : dues = 90.5 eur / teu ")
    assert (said.word, said.item, said.amount, said.currency, said.unit, said.per_km) == (
        "Aktau port",
        "dues",
        90.5,
        "eur",
        "TEU",
        False,
    )
