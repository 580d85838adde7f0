"""Laws of dwell times against closed forms and against what a naive mean would say."""

import numpy as np
import pytest
from scipy import stats

from karvan.errors import InputError
from karvan.laws import dwell, survival

TRUE = {
    "exponential": stats.expon(scale=30.0),
    "lognormal": stats.lognorm(0.8, scale=24.0),
    "gamma": stats.gamma(2.5, scale=12.0),
    "weibull": stats.weibull_min(1.7, scale=40.0),
}


def test_an_exponential_law_has_the_closed_answer() -> None:
    random = np.random.default_rng(1)
    hours = random.exponential(30.0, 500)
    seen, ended = np.minimum(hours, 45.0), hours <= 45.0
    found = dwell(seen, ended, laws=["exponential"])
    mean = seen.sum() / ended.sum()
    assert found.hours == pytest.approx(mean, rel=1e-5)
    assert found.hours_se == pytest.approx(mean / np.sqrt(ended.sum()), rel=1e-3)
    assert found.hours_p90 == pytest.approx(mean * np.log(10), rel=1e-5)
    assert found.aic == pytest.approx(2 + 2 * ended.sum() * (np.log(mean) + 1), rel=1e-6)


@pytest.mark.parametrize("name", TRUE)
def test_each_law_agrees_with_scipys_own_fit_of_censored_data(name: str) -> None:
    hours = TRUE[name].rvs(400, random_state=2)
    limit = TRUE[name].ppf(0.75)
    found = dwell(np.minimum(hours, limit), hours <= limit, laws=[name])
    data = stats.CensoredData(uncensored=hours[hours <= limit], right=np.full((hours > limit).sum(), limit))
    kind = {"exponential": stats.expon, "lognormal": stats.lognorm, "gamma": stats.gamma, "weibull": stats.weibull_min}
    theirs = kind[name](*kind[name].fit(data, floc=0))
    assert found.hours == pytest.approx(theirs.mean(), rel=2e-3)
    assert found.hours_p90 == pytest.approx(theirs.ppf(0.9), rel=2e-3)


@pytest.mark.parametrize("name", TRUE)
def test_the_mean_is_met_within_its_error_where_a_naive_mean_is_not(name: str) -> None:
    law, window = TRUE[name], 60.0
    random = np.random.default_rng(3)
    begins = window - random.exponential(30.0, 20_000)  # arrivals grow, as in a jam; the data hold hours 0 to 60
    ends = begins + law.rvs(20_000, random_state=random)
    here = ends > 0
    seen = np.minimum(ends, window)[here] - begins[here]
    since = np.maximum(0.0, -begins[here])
    found = dwell(seen, ends[here] <= window, since, laws=[name])
    assert abs(found.hours - law.mean()) < 4 * found.hours_se
    naive = seen[ends[here] <= window].mean()
    assert law.mean() - naive > 4 * found.hours_se


def test_the_law_the_records_come_from_is_the_one_taken() -> None:
    for name in ("lognormal", "gamma", "weibull"):
        assert dwell(TRUE[name].rvs(5000, random_state=4), np.ones(5000, bool)).law == name


def test_survival_without_censoring_is_the_share_that_lasts_longer() -> None:
    hours = np.random.default_rng(5).exponential(10.0, 50)
    times, share = survival(hours, np.ones(50, bool))
    assert share == pytest.approx([(hours > t).mean() for t in times])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (([1.0] * 9, [True] * 9), "9 stops have ended"),
        (([1.0] * 12, [True] * 11), "11 endings"),
        (([1.0] * 11 + [-2.0], [True] * 12), "record 12"),
        (([1.0] * 12, [True] * 12, [2.0] * 12), "record 1: 1 h seen, 2 h"),
    ],
)
def test_records_that_cannot_be_are_refused(arguments, says: str) -> None:
    with pytest.raises(InputError, match=says):
        dwell(*arguments)
    with pytest.raises(InputError, match="no law is called"):
        dwell([1.0], [True], laws=["pareto"])


def test_dwells_of_which_only_bounds_are_known_agree_with_scipys_own_fit() -> None:
    hours = TRUE["lognormal"].rvs(600, random_state=6)
    low, high = np.floor(hours / 12) * 12, np.ceil(hours / 12) * 12
    low = np.maximum(low, 1e-3)
    found = dwell(low, np.ones(600, bool), most=high, laws=["lognormal"])
    theirs = stats.lognorm(*stats.lognorm.fit(stats.CensoredData(interval=np.column_stack([low, high])), floc=0))
    assert found.hours == pytest.approx(theirs.mean(), rel=2e-3)
    assert found.hours_sd == pytest.approx(theirs.std(), rel=1e-2)


def test_a_train_of_forty_wagons_counts_once_in_the_error_of_the_mean() -> None:
    trains = TRUE["gamma"].rvs(60, random_state=7)
    alone = dwell(trains, np.ones(60, bool), batch=np.arange(60), laws=["gamma"])
    wagons = dwell(np.repeat(trains, 40), np.ones(2400, bool), batch=np.repeat(np.arange(60), 40), laws=["gamma"])
    assert wagons.hours == pytest.approx(alone.hours, rel=1e-5)
    assert wagons.hours_se == pytest.approx(alone.hours_se, rel=1e-3)
    assert dwell(np.repeat(trains, 40), np.ones(2400, bool), laws=["gamma"]).hours_se < 0.2 * wagons.hours_se
