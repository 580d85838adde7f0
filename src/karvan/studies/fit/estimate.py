"""Estimate: unknowns with priors, targets with errors, a model between them; what the data say, and what they cannot.

The estimate is the maximum a posteriori: least squares over the targets' errors and the priors' (Tarantola, Inverse
Problem Theory, 2005, 3.2), by scipy's trust region. Bands come from randomised maximum likelihood (Oliver, He and
Reynolds 1996): targets and priors are drawn anew from their errors and the model is fitted to each; where the model is
linear these draws are the posterior itself. What the data say of an unknown is the share of its prior variance that
they take away, from the Jacobian at the estimate.
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeAlias

import numpy as np
from scipy.optimize import least_squares

from karvan.errors import InputError

Array: TypeAlias = np.ndarray[Any, Any]
Model: TypeAlias = Callable[[Array], Array]

Z95 = 1.6448536269514722
"""The normal quantile at 0.95: a band from low to high holds nine in ten."""
TOLD = 0.36
"""Share of the prior variance the data must take away for an unknown to be told: its band is then a fifth narrower."""
TOGETHER = 0.95
"""Correlation from which on two unknowns are only told together."""
CHORDS = 12
LEAST = 19
"""Draws below which the least and the most are within the band of nine in ten."""
STEP = 0.02
"""Slopes are taken over so many prior deviations to either side: far above the noise of a balance, near for its bends."""
NEAR = 1e-2
"""A step of this many prior deviations ends a draw's search: nothing beside what a draw itself scatters."""
KINDS: dict[str, tuple[Callable[[float], float], Callable[[Array], Array]]] = {
    "real": (float, lambda z: z),
    "positive": (math.log, np.exp),
    "share": (lambda v: math.log(v / (1 - v)), lambda z: 1 / (1 + np.exp(-z))),
}


@dataclass(frozen=True)
class Unknown:
    """A parameter to be found: where it starts, and the band that held nine in ten before the data were seen."""

    name: str
    value: float
    low: float
    high: float
    kind: str = "positive"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise InputError(f"{self.name}: kind {self.kind!r}", cure=f"one of {', '.join(KINDS)}")
        low = {"real": -math.inf, "positive": 0.0, "share": 0.0}[self.kind]
        high = 1.0 if self.kind == "share" else math.inf
        if not low < self.low <= self.value <= self.high < high or self.low == self.high:
            raise InputError(
                f"{self.name}: {self.value} between {self.low} and {self.high} is no {self.kind} unknown",
                cure="give low < high around the value, inside what it can be",
            )


@dataclass(frozen=True)
class Target:
    """A figure that the model is to meet, with the standard deviation of its error (``relative``: of its logarithm)."""

    name: str
    value: float
    sd: float
    relative: bool = False


@dataclass(frozen=True)
class Estimate:
    """What was found, n unknowns by m targets.

    ``values``, ``low``, ``high`` (n): the estimate and its band, nine in ten. ``told`` (n): share of the prior variance
    that the data took away. ``correlation`` (n, n) and ``together``: pairs told only together. ``predicted`` (m),
    ``residual`` (m): in standard deviations. ``draws`` (d, n). ``misfit``: sum of squares of the residuals.
    """

    values: Array
    low: Array
    high: Array
    told: Array
    correlation: Array
    together: tuple[tuple[int, int], ...]
    predicted: Array
    residual: Array
    draws: Array
    misfit: float
    status: str


@dataclass(frozen=True)
class Kept:
    """Where an estimate stands, to be taken up again: the point found, the slopes there, the draws made so far."""

    point: list[float]
    slopes: list[list[float]]
    settled: bool
    draws: list[list[float]]


@dataclass(frozen=True)
class _Scale:
    """Unknowns and targets in units of their own errors: prior N(0, 1), each residual N(0, 1)."""

    unknowns: tuple[Unknown, ...]
    targets: tuple[Target, ...]
    centre: Array
    width: Array
    seen: Array
    sd: Array
    relative: Array

    @classmethod
    def of(cls, unknowns: Sequence[Unknown], targets: Sequence[Target]) -> "_Scale":
        to = [KINDS[one.kind][0] for one in unknowns]
        centre = np.array([f(one.value) for f, one in zip(to, unknowns, strict=True)])
        width = np.array([(f(one.high) - f(one.low)) / (2 * Z95) for f, one in zip(to, unknowns, strict=True)])
        relative = np.array([one.relative for one in targets])
        seen = np.array([math.log(one.value) if one.relative else one.value for one in targets])
        return cls(tuple(unknowns), tuple(targets), centre, width, seen, np.array([t.sd for t in targets]), relative)

    def values(self, u: Array) -> Array:
        z = self.centre + self.width * u
        return np.array([KINDS[one.kind][1](x) for one, x in zip(self.unknowns, z, strict=True)])

    def inverse(self, values: Array) -> Array:
        z = np.array([KINDS[one.kind][0](float(v)) for one, v in zip(self.unknowns, values, strict=True)])
        return np.asarray((z - self.centre) / self.width)

    def told(self, predicted: Array) -> Array:
        """Predictions in units of the targets' errors."""
        bad = ~np.isfinite(predicted) | (self.relative & (predicted <= 0))
        if bad.any():
            names = ", ".join(self.targets[i].name for i in np.flatnonzero(bad)[:5])
            raise InputError(f"the model gives no figure for {names}", cure="keep these observations out of the fit")
        return np.where(self.relative, np.log(np.where(self.relative, predicted, 1.0)), predicted) / self.sd


def estimate(
    model: Model,
    unknowns: Sequence[Unknown],
    targets: Sequence[Target],
    *,
    seed: int = 1,
    draws: int = 100,
    threads: int = 1,
    start: Array | None = None,
    kept: Kept | None = None,
    progress: Callable[[int, int, Kept | None], None] | None = None,
) -> Estimate:
    """The unknowns that meet the targets best, given the priors, with bands from so many draws (0: from the slopes alone).

    ``model`` takes the values of the unknowns (n) and gives a figure for each target (m); it is called from several
    ``threads``. ``progress`` is told the draws done and asked for, and where the estimate stands (nothing while the best is
    sought): given back as ``kept``, it is gone on with. ``start``: values from which the best is
    sought. Raises InputError for an unknown, a target or a figure that cannot
    be.

    >>> import numpy as np
    >>> found = estimate(lambda v: np.array([v[0], 2 * v[0]]), [Unknown("speed", 1.0, 0.5, 2.0)],
    ...                  [Target("a day", 1.2, 0.05), Target("two days", 2.4, 0.05)])
    >>> found.values.round(2).tolist(), bool(found.told[0] > 0.9)
    ([1.2], True)
    """
    scale = _checked(unknowns, targets, draws)
    if kept is None:
        begin = np.zeros(len(unknowns)) if start is None else scale.inverse(start)
        best = _search(model, scale, np.zeros(len(scale.seen)), np.zeros(len(unknowns)), begin, progress)
        slopes = np.asarray(best.jac)[: len(scale.seen)]
        kept = Kept(best.x.tolist(), slopes.tolist(), bool(best.success), [])
    u, jacobian = np.array(kept.point), np.array(kept.slopes)
    inverse = np.linalg.inv(jacobian.T @ jacobian + np.eye(len(u)))
    deviation = np.sqrt(np.diag(inverse))
    correlation = inverse / np.outer(deviation, deviation)
    sample = _draws(partial(_draw, model, scale, u, jacobian, inverse, seed), draws, threads, progress, kept)
    if draws:
        low, high = np.quantile(sample, (0.05, 0.95), axis=0, method="weibull")
    else:
        low, high = scale.values(u - Z95 * deviation), scale.values(u + Z95 * deviation)
    predicted = np.asarray(model(scale.values(u)), float)
    residual = scale.told(predicted) - scale.seen / scale.sd
    alike = np.argwhere(np.triu(np.abs(correlation) > TOGETHER, 1))
    return Estimate(
        scale.values(u), low, high, 1 - deviation**2, correlation, tuple((int(i), int(j)) for i, j in alike), predicted,
        residual, sample, float((residual**2).sum()), "converged" if kept.settled else "out of steps",
    )  # fmt: skip


def _checked(unknowns: Sequence[Unknown], targets: Sequence[Target], draws: int) -> _Scale:
    if 0 < draws < LEAST:
        raise InputError(
            f"{draws} draws make no band of nine in ten", cure=f"at least {LEAST}, or 0: by the slopes alone"
        )
    if not unknowns or not targets:
        raise InputError("nothing to fit", cure="give at least one unknown and one observation")
    bad = [one.name for one in targets if not one.sd > 0 or (one.relative and not one.value > 0)]
    if bad:
        raise InputError(f"no error is known of {', '.join(bad[:5])}", cure="give low and high, or a grade")
    return _Scale.of(unknowns, targets)


def _search(
    model: Model, scale: _Scale, noise: Array, shift: Array, begin: Array, progress: Callable[..., None] | None
) -> Any:
    """Least squares of targets moved by ``noise`` and priors by ``shift``, both in their deviations."""
    target = scale.seen / scale.sd + noise

    def residuals(u: Array) -> Array:
        return np.concatenate([scale.told(np.asarray(model(scale.values(u)), float)) - target, u - shift])

    def tell(intermediate_result: Any) -> None:  # the name is scipy's
        if progress:
            progress(0, 0, None)

    def slopes(u: Array) -> Array:
        steps = STEP * np.eye(len(u))
        columns = [(residuals(u + step) - residuals(u - step)) / (2 * STEP) for step in steps]
        return np.array(columns).T

    return least_squares(residuals, begin, jac=slopes, x_scale=1.0, xtol=1e-6, ftol=1e-8, callback=tell)


def _draw(
    model: Model, scale: _Scale, u: Array, jacobian: Array, inverse: Array, seed: int, number: int
) -> Array:  # fmt: skip
    """One draw: chord steps with the estimate's Jacobian, and a whole search where these do not settle."""
    random = np.random.default_rng([seed, number])
    noise, shift = random.standard_normal(len(scale.seen)), random.standard_normal(len(u))
    target = scale.seen / scale.sd + noise
    at, before = u.copy(), math.inf
    for _ in range(CHORDS):
        off = scale.told(np.asarray(model(scale.values(at)), float)) - target
        cost = float(off @ off + (at - shift) @ (at - shift))
        if not cost < before * (1 + 1e-9):
            break
        step = -inverse @ (jacobian.T @ off + at - shift)
        at, before = at + step, cost
        if np.abs(step).max() < NEAR:
            return scale.values(at)
    return scale.values(np.asarray(_search(model, scale, noise, shift, u, None).x))


def _draws(
    one: Callable[[int], Array], draws: int, threads: int, progress: Callable[..., None] | None, kept: Kept
) -> Array:
    out = [np.array(each) for each in kept.draws[:draws]]
    pool = ThreadPoolExecutor(max(1, threads))
    try:
        for drawn in pool.map(one, range(len(out), draws)):
            out.append(drawn)
            if progress:
                progress(len(out), draws, replace(kept, draws=[each.tolist() for each in out]))
    finally:  # whoever stops the work waits for the draws under way, not for all that were asked for
        pool.shutdown(cancel_futures=True)
    return np.array(out).reshape(draws, len(kept.point))
