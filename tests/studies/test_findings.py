"""Findings in words: what the sentences say is what the frames say."""

import re

import pytest

from karvan.corridor import Corridor
from karvan.data.load import load
from karvan.errors import InputError
from karvan.shipment import Shipment
from karvan.studies.findings import Findings, days, findings, usd
from karvan.studies.rivals import Rivals, rivals
from network.worlds import edit

TOY = load("toy")
NAMES = {"XC_DST": "Destin", "XC_PRT": "Havn", "XB_BOR": "Bord West"}


def asked(corridor: Corridor = TOY, *destinations: str, **how: object) -> Rivals:
    box = Shipment("orio", "destin", commodity="boxes", feu=1)
    return rivals(corridor, box, destinations or ("destin", "havn"), seasons=False, **how)  # type: ignore[arg-type]


def told(**results: Rivals) -> Findings:
    return findings(results, NAMES)


def way(found: Rivals, corridor: str, destination: str = "XC_DST") -> dict[str, float]:
    return found.ways.filter(corridor=corridor, destination=destination).row(0, named=True)


def test_five_findings_in_order_of_two_scenarios_and_four_of_one() -> None:
    base = asked()
    one, two = told(base=base).findings, told(base=base, again=base).findings
    assert one["headline"].to_list() == ["price", "hours", "standing", "to match"]
    assert two["headline"].to_list() == ["price", "hours", "standing", "to match", "change"]
    assert two["number"].to_list() == [1, 2, 3, 4, 5]


def test_every_finding_says_its_value_band_comparison_and_what_is_estimated() -> None:
    for row in told(base=asked(), again=asked()).findings.iter_rows(named=True):
        assert row["compared_with"] in ("north", "base")
        assert re.search(r"\d+ ?% of it rests on estimates", row["sentence"]), row["sentence"]
        assert row["estimated_share"] == pytest.approx(1.0)
        if row["low"] is not None:
            assert row["low"] <= row["value"] <= row["high"]


def test_price_and_hours_are_those_of_the_measured_way_against_the_best_rival() -> None:
    base = asked()
    price, hours, *_ = told(base=base).findings.iter_rows(named=True)
    mine, other = way(base, "middle"), way(base, "north")
    assert (price["value"], price["low"], price["high"]) == (
        mine["price_usd"], mine["price_p10_usd"], mine["price_p90_usd"],
    )  # fmt: skip
    assert price["change"] == pytest.approx(mine["price_usd"] - other["price_usd"])
    assert hours["value"] == mine["hours_p50"] and hours["change"] == pytest.approx(
        mine["hours_p50"] - other["hours_p50"]
    )
    assert f"costs {usd(mine['price_usd'])} USD" in price["sentence"] and "to Destin" in price["sentence"]
    assert f"It takes {days(mine['hours_p50'])} days" in hours["sentence"] and "more than" in hours["sentence"]


def test_bands_that_overlap_are_no_clear_difference_and_bands_apart_are() -> None:
    near = told(base=asked()).findings
    assert not near["clear"][0] and "The bands overlap: no clear difference." in near["sentence"][0]
    dear = edit(TOY, "tariffs", "rd-N1", usd=9.0, usd_low=None, usd_high=None)
    far = told(base=asked(dear)).findings
    assert far["clear"][0] and "overlap" not in far["sentence"][0] and "less than" in far["sentence"][0]


def test_standing_still_is_what_is_not_moving() -> None:
    base = asked()
    row = told(base=base).findings.row(2, named=True)
    moving = {
        tag: base.shares.filter(destination="XC_DST", corridor=tag, part="moving")["share"][0]
        for tag in ("middle", "north")
    }
    assert row["value"] == pytest.approx(1 - moving["middle"])
    assert row["change"] == pytest.approx(moving["north"] - moving["middle"])
    stops = base.legs.filter(destination="XC_DST", corridor="middle")
    longest = max((leg for leg in stops.iter_rows(named=True) if leg["kind"] != "move"), key=lambda leg: leg["hours"])
    assert f"the longest stop is {NAMES[longest['to']]}" in row["sentence"]


def test_the_match_is_told_where_the_corridor_is_farthest_behind() -> None:
    base = asked()
    row = told(base=base).findings.row(3, named=True)
    gap = base.match.sort("cost_gap_usd").row(-1, named=True)
    assert (row["destination"], row["value"], row["compared_with"]) == (
        gap["destination"], gap["usd_to_match"], gap["against"],
    )  # fmt: skip
    assert f"{usd(gap['usd_to_match'])} USD cheaper or {days(gap['hours_to_match'])} days quicker" in row["sentence"]
    assert "The order is not sure" in row["sentence"] and not row["sign_holds"]


def test_where_it_is_ahead_everywhere_there_is_nothing_to_match() -> None:
    assert "to match" not in told(base=asked(TOY, "havn")).findings["headline"].to_list()


def test_the_change_is_from_the_base_to_the_second_scenario() -> None:
    dearer = edit(TOY, "tariffs", "rc-C1", usd=2.2, usd_high=None)
    base, after = asked(), asked(dearer)
    row = told(base=base, dear=after).findings.row(-1, named=True)
    assert row["change"] == pytest.approx(way(after, "middle")["price_usd"] - way(base, "middle")["price_usd"])
    assert row["change"] > 0 and "In dear" in row["sentence"] and "more than in base" in row["sentence"]


def test_without_a_rival_it_says_so() -> None:
    found = told(base=asked(TOY, avoid=["XD"])).findings
    assert found["compared_with"][0] == "no rival" and "no other corridor leads there" in found["sentence"][0]
    assert "no other corridor leads there" in found["sentence"][1]


def test_no_results_and_a_corridor_that_leads_nowhere_are_refused() -> None:
    with pytest.raises(InputError, match=r"at least one result\n.*run rivals first"):
        findings({}, {})
    with pytest.raises(InputError, match="the corridor 'middle' reaches none of the destinations"):
        told(base=asked(TOY, avoid=["sea"]))


def test_the_run_names_its_scenarios() -> None:
    run = told(base=asked(), again=asked()).run
    assert (run.word, run.scenarios, run.digest) == ("findings", ("base", "again"), TOY.digest)
