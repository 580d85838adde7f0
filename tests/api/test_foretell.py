"""Arrivals foretold by the shipped corridor: narrower the nearer, later the longer one waits, none where nothing is known."""

import pytest

from karvan.api.foretell import Foretold


@pytest.fixture(scope="module")
def foretold() -> Foretold:
    return Foretold("titr")


def test_a_band_from_aktau_to_poti_and_a_narrower_one_from_tbilisi(foretold: Foretold) -> None:
    far, near = foretold("KZAAU", "GEPTI", False, 0.0), foretold("GETBS", "GEPTI", False, 0.0)
    assert far is not None and near is not None
    assert 0 < far.p10_h < far.p50_h < far.p90_h
    assert near.p50_h < far.p50_h and near.p90_h - near.p10_h < far.p90_h - far.p10_h


def test_below_the_floor_of_a_step_hours_pass_as_told_and_beyond_it_the_arrival_never_comes_nearer(
    foretold: Foretold,
) -> None:
    now, soon, late = (foretold("GETBS", "GEPTI", True, hours) for hours in (0.0, 12.0, 40.0))
    assert now is not None and soon is not None and late is not None
    assert soon.p50_h + 12 == pytest.approx(now.p50_h)
    assert late.p50_h + 40 > now.p50_h and now.usual_h < 40


def test_places_that_the_corridor_does_not_know_have_no_arrival(foretold: Foretold) -> None:
    assert foretold("ZZZZZ", "GEPTI", False, 0.0) is None
    assert foretold("GEPTI", "GEPTI", False, 0.0) is None
