"""The shipped corridor as the network reads it: names, dates, and a way for every flow of demand."""

import datetime as dt

import numpy as np
import pytest

from karvan.data.load import load
from karvan.network import names
from karvan.network.compile import compile, on
from karvan.network.ways import reaches


@pytest.mark.parametrize(
    ("said", "node"),
    [
        ("xian", "CN_XIA"), ("Xi'an", "CN_XIA"), ("poti", "GE_PTI"), ("ფოთი", "GE_PTI"), ("Istanbul", "TR_IST"), ("İstanbul", "TR_IST"),
        ("constanta", "RO_CND"), ("Constanţa", "RO_CND"), ("duisburg", "DE_DUI"), ("Aktau", "KZ_AAU"), ("Ақтау", "KZ_AAU"),
        ("kuryk", "KZ_KUR"), ("alat", "AZ_ALA"), ("Ələt", "AZ_ALA"), ("baku", "AZ_ALA"), ("Bakı", "AZ_ALA"), ("khorgos", "KZ_ALT"),
        ("Tashkent", "UZ_TAS"), ("almaty", "KZ_ALA"), ("batumi", "GE_BUS"), ("mersin", "TR_MER"), ("budapest", "HU_BUD"),
        ("rotterdam", "NL_RTM"), ("Aktau port", "KZ_AAU"), ("kz_aau", "KZ_AAU"),
    ],
)  # fmt: skip
def test_places_go_by_their_names(said: str, node: str) -> None:
    assert names.place(load("titr"), said) == node


@pytest.mark.parametrize(
    ("said", "commodity"),
    [("container", "container_general"), ("Boxes", "container_general"), ("wheat", "grain"), ("oil", "crude_oil")],
)
def test_commodities_go_by_their_names(said: str, commodity: str) -> None:
    assert names.commodity(load("titr"), said) == commodity


def test_what_opened_and_closed_is_dated() -> None:
    """Suez as the usual way ends in December 2023, Iran in February 2026, Dostyk-Moyynty doubles in September 2025."""
    titr = load("titr")
    status = {
        day: dict(on(titr, dt.date.fromisoformat(day)).links.select("link_id", "status").iter_rows())
        for day in ("2022-07-01", "2026-07-01")
    }
    assert (status["2022-07-01"]["C_SHA_RTM_S"], status["2026-07-01"]["C_SHA_RTM_S"]) == ("open", "closed")
    assert (status["2022-07-01"]["C_SRK_RAZ"], status["2026-07-01"]["C_SRK_RAZ"]) == ("open", "closed")
    assert "R10" not in status["2022-07-01"] and status["2026-07-01"]["R10"] == "open"
    tracks = {
        day: dict(on(titr, dt.date.fromisoformat(day)).links.select("link_id", "tracks").iter_rows())
        for day in ("2025-09-29", "2025-09-30")
    }
    assert (tracks["2025-09-29"]["R16"], tracks["2025-09-30"]["R16"]) == (1, 2)


@pytest.mark.parametrize("day", [dt.date(2019, 7, 1), dt.date(2024, 7, 1), dt.date(2026, 7, 1)])
def test_every_commodity_compiles_on_every_day(day: dt.date) -> None:
    """No arc pays its shipper and every chain is found, whatever the day."""
    titr = load("titr")
    for commodity in ("container_general", "container_empty", "grain", "general_rail", "crude_oil", "truck_general"):
        assert compile(titr, commodity, day).priced.any()


def test_every_flow_of_demand_has_a_way() -> None:
    titr = load("titr")
    flows = titr.demand.select("origin", "destination", "commodity_id").unique(maintain_order=True)
    for origin, destination, commodity in flows.iter_rows():
        net = compile(titr, commodity)
        assert reaches(net, (origin, destination), (), np.zeros(len(net.labels), dtype=np.bool_)), (
            origin,
            destination,
            commodity,
        )
