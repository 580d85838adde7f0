"""Estimated choice models against published estimates, the derivatives of their own likelihood, and known truths."""

import gzip
import io

import numpy as np
import polars as pl
import pytest
from scipy.optimize import approx_fprime

from karvan.errors import InputError
from karvan.studies.fit.choice import _Data, _hessian, _terms, logit
from support import CASES

NAMES = ["train", "metro", "car"]


def swissmetro():
    """The survey as its published models read it: hours and francs over 100, an annual ticket makes two ways free."""
    path = CASES / "choice" / "swissmetro.csv.gz"
    if not path.is_file():
        pytest.skip("the published survey is not beside the project")
    rows = pl.read_csv(io.BytesIO(gzip.decompress(path.read_bytes())))
    rows = rows.filter(pl.col("PURPOSE").is_in([1, 3]) & (pl.col("CHOICE") != 0))
    of = {name: rows[name].to_numpy().astype(float) for name in rows.columns}
    paid = of["GA"] == 0
    attributes = {
        "time": np.stack([of["TRAIN_TT"], of["SM_TT"], of["CAR_TT"]], axis=1) / 100,
        "cost": np.stack([of["TRAIN_CO"] * paid, of["SM_CO"] * paid, of["CAR_CO"]], axis=1) / 100,
    }
    stated = of["SP"] != 0
    available = np.stack([of["TRAIN_AV"] * stated, of["SM_AV"], of["CAR_AV"] * stated], axis=1) > 0
    return attributes, of["CHOICE"] - 1, NAMES, {"available": available, "constants": ["train", "car"]}


def made(seed: int, n: int, scale: float = 0.5):
    """Choices drawn from a nested logit: two of four alternatives in a nest, some of them not available."""
    random = np.random.default_rng(seed)
    x = {"hours": random.uniform(0, 4, (n, 4)), "usd": random.uniform(0, 4, (n, 4))}
    available = random.uniform(size=(n, 4)) < 0.85
    available[np.arange(n), random.integers(0, 4, n)] = True
    utility = np.where(available, -0.7 * x["hours"] - 1.1 * x["usd"] + np.array([0.5, 0.0, 0.0, 0.0]), -np.inf)
    with np.errstate(divide="ignore"):
        inside = np.exp(utility[:, :2] / scale)
        logsum = scale * np.log(inside.sum(axis=1))
    weight = np.exp(np.column_stack([logsum, utility[:, 2:]]))
    share = weight / weight.sum(axis=1)[:, None]
    total = np.where(inside.sum(axis=1) > 0, inside.sum(axis=1), 1.0)
    whole = np.column_stack([share[:, :1] * inside / total[:, None], share[:, 1:]])
    taken = (random.uniform(size=n)[:, None] > whole.cumsum(axis=1)).sum(axis=1)
    return x, taken, list("abcd"), available, whole


def test_the_published_multinomial_logit_of_swissmetro() -> None:
    attributes, chosen, names, more = swissmetro()
    found = logit(attributes, chosen, names, **more)
    assert found.names == ("time", "cost", "constant train", "constant car")
    assert found.values == pytest.approx([-1.277859, -1.083790, -0.701187, -0.154633], abs=2e-4)
    assert found.loglikelihood == pytest.approx(-5331.252007, abs=1e-3)
    assert found.equal_shares == pytest.approx(-6964.662979, abs=1e-3)
    assert (found.status, found.cases) == ("converged", 6768)


def test_the_published_nested_logit_of_swissmetro() -> None:
    attributes, chosen, names, more = swissmetro()
    found = logit(attributes, chosen, names, nests={"existing": ["train", "car"]}, **more)
    assert found.loglikelihood == pytest.approx(-5236.90001357885, abs=1e-3)  # Biogeme's own test of this model
    assert found.values[:3] == pytest.approx([-0.89868, -0.85669, -0.51194], abs=2e-4)
    assert found.status == "converged"


def _data(x, taken, available, scale):
    stack = np.where(available[:, :, None], np.stack(list(x.values()), axis=2), 0.0)
    return _Data(stack, available, taken, np.array([0, 0, 1, 2]), np.ones(len(taken)), np.array([scale, 1.0, 1.0]))


@pytest.mark.parametrize("theta", [[-0.3, 0.4, 0.3], [1.0, -2.0, 0.9], [-5.0, -3.0, 0.07]])
def test_slopes_and_curvature_are_the_likelihoods_own(theta: list[float]) -> None:
    x, taken, _, available, _ = made(2, 60)
    data, at = _data(x, taken, available, np.nan), np.array(theta)
    whole = approx_fprime(at, lambda t: _terms(data, t)[0].sum(), 1e-7)
    assert _terms(data, at)[1].sum(axis=0) == pytest.approx(whole, rel=2e-4, abs=2e-4)
    rows = [approx_fprime(at, lambda t, i=i: _terms(data, t)[1].sum(axis=0)[i], 1e-7) for i in range(3)]
    assert _hessian(data, at) == pytest.approx(np.array(rows), rel=2e-3, abs=2e-2)


def test_a_nest_of_scale_one_is_no_nest() -> None:
    x, taken, names, available, _ = made(3, 500)
    plain = logit(x, taken, names, available=available)
    nested = logit(x, taken, names, available=available, nests={"n": "ab"}, scales={"n": 1.0})
    assert nested.values == pytest.approx([*plain.values, 1.0], abs=1e-7)
    assert nested.loglikelihood == pytest.approx(plain.loglikelihood, abs=1e-8)
    assert nested.se[:2] == pytest.approx(plain.se, rel=1e-5)
    assert np.isnan(nested.se[2])


def test_what_choices_were_drawn_from_is_found_within_its_errors() -> None:
    truth, off = np.array([-0.7, -1.1, 0.5, 0.5]), []
    for seed in range(40):
        x, taken, names, available, _ = made(seed, 800)
        found = logit(x, taken, names, available=available, constants=["a"], nests={"n": "ab"})
        off.append((found.values - truth) / found.se)
        assert found.robust_se == pytest.approx(found.se, rel=0.35)  # of independent records both say the same
    z = np.array(off)
    assert np.abs(z.mean(axis=0)).max() < 4 / np.sqrt(40)
    held = (np.abs(z) < 1.6448536).mean()
    assert abs(held - 0.9) < 4 * np.sqrt(0.09 / z.size)


def test_shares_are_those_the_choices_were_drawn_from() -> None:
    x, taken, names, available, whole = made(5, 40_000)
    found = logit(x, taken, names, available=available, constants=["a"], nests={"n": "ab"})
    shares = found.shares(x, available)
    assert np.abs(shares - whole).max() < 0.02
    assert shares.sum(axis=1) == pytest.approx(np.ones(40_000))
    assert (shares[~available] == 0).all()
    chance = np.log(shares[np.arange(40_000), taken]).sum()
    assert chance == pytest.approx(found.loglikelihood, rel=1e-12)


def test_weights_count_records_and_people_who_choose_twice_the_same_count_once() -> None:
    x, taken, names, available, _ = made(6, 300)
    twice = [np.concatenate([each, each]) for each in (*x.values(), available, taken)]
    once = logit(x, taken, names, available=available)
    heavy = logit(x, taken, names, available=available, weight=np.full(300, 2.0))
    both = logit(
        {"hours": twice[0], "usd": twice[1]}, twice[3], names, available=twice[2], who=np.tile(np.arange(300), 2)
    )
    assert both.values == pytest.approx(once.values, abs=1e-6)
    assert heavy.values == pytest.approx(once.values, abs=1e-6)
    assert both.se == pytest.approx(once.se / np.sqrt(2), rel=1e-5)
    assert both.robust_se == pytest.approx(once.robust_se, rel=1e-5)


def test_units_order_and_what_is_the_same_for_all_alternatives_change_nothing() -> None:
    x, taken, names, available, _ = made(7, 400)
    one = logit(x, taken, names, available=available, nests={"n": "ab"})
    shuffle = np.random.default_rng(1).permutation(400)
    other = logit(
        {"hours": (60 * x["hours"] + np.arange(400)[:, None])[shuffle], "usd": x["usd"][shuffle]},
        taken[shuffle], names, available=available[shuffle], nests={"n": "ab"},
    )  # fmt: skip
    assert other.values == pytest.approx(one.values / [60, 1, 1], rel=1e-4)
    assert other.loglikelihood == pytest.approx(one.loglikelihood, abs=1e-6)


def test_a_nest_that_the_records_speak_against_stays_at_one_and_is_said() -> None:
    x, taken, names, available, _ = made(8, 3000, scale=1.6)
    found = logit(x, taken, names, available=available, constants=["a"], nests={"n": "ab"})
    assert found.values[-1] == 1.0
    assert found.status.startswith("at the bound of its scale: n")
    assert np.isnan(found.se[-1])
    assert np.isfinite(found.se[:-1]).all()


def _case(**change):
    x, taken, names, available, _ = made(9, 50)
    whole = {"attributes": x, "chosen": taken, "alternatives": names, "available": available}
    return whole | {name: value(whole) if callable(value) else value for name, value in change.items()}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"attributes": lambda w: w["attributes"] | {"year": np.full((50, 4), 2022.0)}}, "differ in year"),
        ({"attributes": lambda w: w["attributes"] | {"days": w["attributes"]["hours"] / 24 + 1}},
         "hours, days are collinear: only 1 of these 2"),
        ({"constants": list("abcd")}, "constant a, constant b, constant c, constant d are collinear: only 3 of these 4"),
        ({"available": lambda w: w["available"] & (np.arange(4) != w["chosen"][0])},
         "record 1, .*: what was chosen was not available"),
        ({"chosen": lambda w: np.where(np.arange(50) < 2, 4, w["chosen"])}, "record 1, 2: the choice is no alternative"),
        ({"nests": {"n": "ab"}, "scales": {"n": 1.2}}, r"nest n: scale 1.2 is not in \(0, 1\]"),
        ({"nests": {"n": "ab", "m": "bx"}}, "no alternative is called 'x'; alternative b stands in more than one"),
        ({"nests": {"n": "a"}}, "nest n holds one alternative"),
        ({"scales": {"m": 0.5}}, "no nest is called 'm'"),
        ({"attributes": {"hours": np.ones((50, 3))}}, r"hours \(50, 3\)"),
        ({"weight": np.zeros(50)}, "and 45 more: the weight is not above 0"),
        ({"attributes": lambda w: {"wish": np.eye(4)[w["chosen"]] + 0.1 * w["attributes"]["usd"]}}, "wish part the choices"),
        ({"constants": "c", "chosen": lambda w: np.where(w["chosen"] == 2, w["available"].argmax(axis=1), w["chosen"]),
          "available": np.ones((50, 4))}, "constant c part the choices"),
    ],
)  # fmt: skip
def test_records_that_tell_nothing_are_refused_with_the_reason(change, says: str) -> None:
    arguments = _case(**change)
    with pytest.raises(InputError, match=says):
        logit(arguments.pop("attributes"), arguments.pop("chosen"), arguments.pop("alternatives"), **arguments)
