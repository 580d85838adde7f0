"""Choice: multinomial and nested logit from records of what was chosen, by maximum likelihood, with standard errors.

Utility is linear in attributes. In a nested logit a nest m with the scale s of (0, 1] is chosen with weight exp(s I),
where I = log sum exp(V / s) over its alternatives, and an alternative within it by exp(V / s): the scale is one where the
nest's alternatives are no more alike than others, and then the model is the multinomial one (Ben-Akiva and Lerman,
Discrete Choice Analysis, 1985, chapters 4 and 10; Train, Discrete Choice Methods, 2009, chapters 3, 4 and 8). Before
anything is estimated the records are asked whether an estimate exists: attributes that do not vary or are collinear, and
attributes that part the choices without fault (Albert and Anderson 1984, Biometrika 71), have none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog, minimize

from karvan.errors import InputError
from karvan.studies.fit.estimate import Array

NARROW = 0.02
"""The least scale of a nest: below it one alternative of the nest takes all, and the likelihood is a cliff."""
ALIKE = 1e-7
"""A singular value of the attributes below this share of the largest: a direction that no record moves along."""
STEEP = 15.0
"""Differences of utility that make the records be asked whether the likelihood has a maximum at all."""
STEPS = 40
STARTS = (0.95, 0.5)
"""Scales from which nests are searched: the likelihood may have more than one hill."""


@dataclass(frozen=True)
class Logit:
    """An estimated model: k coefficients and the scales of the nests after them.

    ``names``, ``values`` (k), ``covariance`` and ``robust`` (k, k): by the Hessian, and the sandwich that holds for
    records that are not independent within ``who``; not a number where a scale lies at its bound or was given.
    ``loglikelihood``, ``equal_shares``: of the model, and of choices by chance. ``status``: ``converged``,
    ``out of steps``, or which nests lie at the bound of their scale.
    """

    alternatives: tuple[str, ...]
    constants: tuple[str, ...]
    names: tuple[str, ...]
    values: Array
    covariance: Array
    robust: Array
    loglikelihood: float
    equal_shares: float
    cases: int
    status: str
    nest: Array
    scale: Array

    @property
    def se(self) -> Array:
        """Standard errors by the Hessian, (k)."""
        return np.asarray(np.sqrt(np.diag(self.covariance)))

    @property
    def robust_se(self) -> Array:
        """Standard errors by the sandwich, (k)."""
        return np.asarray(np.sqrt(np.diag(self.robust)))

    def shares(self, attributes: Mapping[str, ArrayLike], available: ArrayLike | None = None) -> Array:
        """Probabilities (n, j) of the alternatives from attributes (n, j) and what is available, (n, j)."""
        x = _design(attributes, self.alternatives, self.constants)
        could = np.ones(x.shape[:2], bool) if available is None else np.asarray(available, bool)
        beta = self.values[: x.shape[2]]
        within, _, share, _ = _within(np.where(could, x @ beta, -np.inf), self.nest, self.scale)
        return within * share[:, self.nest]


@dataclass(frozen=True)
class _Data:
    """Records as arrays: ``x`` (n, j, k), ``open`` (n, j), ``chosen`` (n), ``nest`` (j), ``weight`` (n), ``scale`` (m):
    given scales, not a number where they are to be found."""

    x: Array
    open: Array
    chosen: Array
    nest: Array
    weight: Array
    scale: Array

    def split(self, theta: Array) -> tuple[Array, Array]:
        """Coefficients, and a scale for each nest, from the unknowns."""
        k = self.x.shape[2]
        scale = self.scale.copy()
        scale[np.isnan(scale)] = theta[k:]
        return theta[:k], scale


def logit(
    attributes: Mapping[str, ArrayLike],
    chosen: ArrayLike,
    alternatives: Sequence[str],
    *,
    available: ArrayLike | None = None,
    constants: Sequence[str] = (),
    nests: Mapping[str, Sequence[str]] | None = None,
    scales: Mapping[str, float] | None = None,
    weight: ArrayLike | None = None,
    who: ArrayLike | None = None,
) -> Logit:
    """The logit that makes n choices among j alternatives most likely.

    ``attributes``: each (n, j), one coefficient each. ``chosen`` (n): the alternative taken, counted from 0.
    ``available`` (n, j): what could be taken (none: all). ``constants``: alternatives with a constant of their own; leave
    one out. ``nests``: alternatives of each nest; ``scales``: scales that are given, all others are found. ``weight``
    (n), and ``who`` (n) made each choice, for the sandwich.

    Raises InputError, with all that is wrong: a choice that was not available, an attribute that does not vary, attributes
    that only count together, a scale out of range, choices that the attributes part without fault.

    >>> import numpy as np
    >>> random = np.random.default_rng(1)
    >>> hours = random.uniform(1, 5, (4000, 3))
    >>> taken = (-0.8 * hours + random.gumbel(size=hours.shape)).argmax(axis=1)
    >>> found = logit({"hours": hours}, taken, ["rail", "sea", "road"])
    >>> bool(abs(found.values[0] + 0.8) < 3 * found.se[0]), found.status
    (True, 'converged')
    """
    names = tuple(alternatives)
    nest, labels = _nests(names, dict(nests or {}), dict(scales or {}))
    x = _design(attributes, names, constants)
    given = np.array([(scales or {}).get(m, 1.0 if m in names else np.nan) for m in labels])
    data = _records(x, chosen, available, weight, nest, given)
    words = (*attributes, *(f"constant {name}" for name in constants))
    _identified(data, words)
    theta, settled = _search(data)
    _finite(data, theta, words)
    covariance, robust = _errors(data, theta, who)
    beta, scale = data.split(theta)
    most = len(words) + len(nests or {})
    return Logit(
        names, tuple(constants), (*words, *(f"scale {m}" for m in nests or {})), np.concatenate([beta, scale])[:most],
        covariance[:most, :most], robust[:most, :most], float(data.weight @ _terms(data, theta)[0]),
        -float(data.weight @ np.log(data.open.sum(axis=1))), len(data.chosen), _status(labels, data, scale, settled),
        nest, scale,
    )  # fmt: skip


def _nests(
    names: tuple[str, ...], nests: dict[str, Sequence[str]], scales: dict[str, float]
) -> tuple[Array, tuple[str, ...]]:
    """The nest of each alternative, those alone in nests of their own after the named, and the names of the nests."""
    bad = [f"nest {m}: no alternative is called {a!r}" for m, inside in nests.items() for a in inside if a not in names]
    inside = [a for members in nests.values() for a in members]
    bad += [f"alternative {a} stands in more than one nest" for a in sorted({a for a in inside if inside.count(a) > 1})]
    bad += [f"nest {m} holds one alternative: its scale moves nothing" for m, them in nests.items() if len(them) < 2]
    bad += [f"no nest is called {m!r}, but a scale is given for it" for m in scales if m not in nests]
    bad += [f"nest {m}: scale {s:g} is not in (0, 1]" for m, s in scales.items() if not 0 < s <= 1]
    bad += [f"alternative {a} is named twice" for a in sorted({a for a in names if names.count(a) > 1})]
    if bad:
        raise InputError(
            "; ".join(bad), cure="nests of two alternatives or more, each in one, scales above 0 and up to 1"
        )
    alone = [a for a in names if a not in inside]
    where = {a: i for i, members in enumerate(nests.values()) for a in members}
    where |= {a: len(nests) + i for i, a in enumerate(alone)}
    return np.array([where[a] for a in names]), (*nests, *alone)


def _design(attributes: Mapping[str, ArrayLike], names: tuple[str, ...], constants: Sequence[str]) -> Array:
    """Attributes as (n, j, k), constants last."""
    columns = {name: np.asarray(values, float) for name, values in attributes.items()}
    shapes = {column.shape for column in columns.values()}
    if len(shapes) != 1 or any(len(s) != 2 or s[1] != len(names) for s in shapes):
        seen = ", ".join(f"{name} {column.shape}" for name, column in columns.items()) or "none"
        raise InputError(f"attributes: {seen}", cure=f"give each as records by {len(names)} alternatives")
    unknown = [a for a in constants if a not in names]
    if unknown:
        raise InputError(f"constants of {', '.join(unknown)}: no alternatives", cure=f"of {', '.join(names)}")
    n = next(iter(shapes))[0]
    own = [np.broadcast_to(np.array([a == b for b in names], float), (n, len(names))) for a in constants]
    return np.stack([*columns.values(), *own], axis=2)


def _records(
    x: Array, chosen: ArrayLike, available: ArrayLike | None, weight: ArrayLike | None, nest: Array, scale: Array
) -> _Data:
    """Records that can be read; all that cannot is told at once, by number from 1."""
    n, j, _ = x.shape
    taken = np.asarray(chosen)
    could = np.ones((n, j), bool) if available is None else np.asarray(available, bool)
    heavy = np.ones(n) if weight is None else np.asarray(weight, float)
    if taken.shape != (n,) or could.shape != (n, j) or heavy.shape != (n,) or not n:
        raise InputError(
            f"attributes for {n} records, {taken.shape} choices, {could.shape} availabilities, {heavy.shape} weights",
            cure="one choice and one weight a record, one availability a record and alternative",
        )
    inside = (taken >= 0) & (taken < j) & (taken == np.floor(taken))
    index = np.where(inside, taken, 0).astype(int)
    faults = [
        ("the choice is no alternative", ~inside),
        ("what was chosen was not available", inside & ~could[np.arange(n), index]),
        ("an attribute of an available alternative is no number", (~np.isfinite(x).all(axis=2) & could).any(axis=1)),
        ("the weight is not above 0", ~(heavy > 0)),
    ]
    told = [_which(says, np.flatnonzero(bad) + 1) for says, bad in faults if bad.any()]
    if told:
        raise InputError("; ".join(told), cure="mend or leave out these records")
    return _Data(np.where(could[:, :, None], x, 0.0), could, index, nest, heavy, scale)


def _which(says: str, rows: Array) -> str:
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return f"record {', '.join(map(str, rows[:5]))}{more}: {says}"


def _identified(data: _Data, words: Sequence[str]) -> None:
    """Every coefficient must move some choice, and no mix of them may move none."""
    mean = (data.x * data.open[:, :, None]).sum(axis=1) / data.open.sum(axis=1)[:, None]
    apart = (data.x - mean[:, None, :])[data.open]
    size = np.sqrt((apart**2).mean(axis=0))
    still = [words[int(i)] for i in np.flatnonzero(size <= ALIKE * np.maximum(1e-300, np.abs(data.x).max(axis=(0, 1))))]
    if still:
        raise InputError(
            f"no record's alternatives differ in {', '.join(still)}: nothing can be told of it",
            cure="leave it out, or make it differ by alternative",
        )
    _, singular, basis = np.linalg.svd(apart / size, full_matrices=False)
    together = basis[singular < ALIKE * singular[0]]
    if len(together):
        mixed = [words[int(i)] for i in np.flatnonzero(np.abs(together).max(axis=0) > 1e-5)]
        raise InputError(
            f"{', '.join(mixed)} are collinear: only {len(mixed) - len(together)} of these {len(mixed)} can be told",
            cure=f"leave out {len(together)} of them",
        )


def _finite(data: _Data, theta: Array, words: Sequence[str]) -> None:
    """Refuse records whose likelihood has no maximum: some mix of attributes never speaks against what was chosen."""
    n, _, k = data.x.shape
    utility = data.x @ theta[:k]
    if np.abs(utility - utility[np.arange(n), data.chosen][:, None])[data.open].max() < STEEP:
        return
    better = (data.x[np.arange(n), data.chosen][:, None, :] - data.x)[data.open]
    better = better[np.abs(better).max(axis=1) > 0] / np.abs(better).max(axis=0)
    found = linprog(-better.sum(axis=0), A_ub=-better, b_ub=np.zeros(len(better)), bounds=[(-1, 1)] * k)
    if -found.fun > 1e-7:
        mixed = ", ".join(words[int(i)] for i in np.flatnonzero(np.abs(found.x) > 1e-9))
        raise InputError(
            f"{mixed} part the choices without fault: the likelihood grows without end",
            cure="leave out what foretells the choice, or an alternative that nobody took",
        )


def _terms(data: _Data, theta: Array) -> tuple[Array, Array]:
    """Of each record: the logarithm of its choice's probability, (n), and its slope by each unknown, (n, k + scales)."""
    beta, scale = data.split(theta)
    row, taken = np.arange(len(data.chosen)), data.nest[data.chosen]
    within, value, share, mean = _within(np.where(data.open, data.x @ beta, -np.inf), data.nest, scale)
    inside = np.arange(len(scale)) == taken[:, None]
    ratio = within * share[:, data.nest]
    own = np.where(inside[:, data.nest], within, 0.0)
    hit = np.zeros_like(ratio)
    hit[row, data.chosen] = 1.0
    by_utility = (hit - own) / scale[taken][:, None] + own - ratio
    slope = np.einsum("nj,njk->nk", by_utility, data.x)
    a = (data.x[row, data.chosen] @ beta) / scale[taken]
    free = np.isnan(data.scale)
    by_scale = (inside - share) * (value - mean) + inside * (mean - a[:, None]) / scale
    logarithm = a - value[row, taken] + np.log(np.maximum(share[row, taken], 1e-300))
    return logarithm, np.concatenate([slope, by_scale[:, free]], axis=1)


def _within(utility: Array, nest: Array, scale: Array) -> tuple[Array, Array, Array, Array]:
    """From utilities (n, j), minus infinity where not available: shares within nests (n, j); and of nests the logsum, the
    share and the mean of utility over scale, each (n, m) and 0 where none of the nest is available."""
    a = utility / scale[nest]
    top = np.full((len(a), len(scale)), -np.inf)
    for j, m in enumerate(nest):
        top[:, m] = np.maximum(top[:, m], a[:, j])
    shut = np.isneginf(top)
    top = np.where(shut, 0.0, top)
    weight = np.exp(a - top[:, nest])
    member = (nest[:, None] == np.arange(len(scale))).astype(float)
    total = np.where(shut, 1.0, weight @ member)
    within = weight / total[:, nest]
    value = np.log(total) + top
    mean = (within * np.where(np.isneginf(a), 0.0, a)) @ member
    of_nest = np.where(shut, -np.inf, scale * value)
    of_nest = np.exp(of_nest - of_nest.max(axis=1)[:, None])
    return within, value, of_nest / of_nest.sum(axis=1)[:, None], mean


def _search(data: _Data) -> tuple[Array, bool]:
    """The best of the searches from STARTS, and whether it settled: a quasi-Newton search within the bounds of the
    scales, then Newton's own steps among the unknowns that are free."""
    k, scales = data.x.shape[2], int(np.isnan(data.scale).sum())
    unit = np.concatenate([1 / np.sqrt((data.x[data.open] ** 2).mean(axis=0)), np.ones(scales)])
    total = data.weight.sum()

    def loss(z: Array) -> tuple[float, Array]:
        value, slope = _terms(data, unit * z)
        return -float(data.weight @ value) / total, -(data.weight @ slope) * unit / total

    bounds = [(None, None)] * k + [(NARROW, 1.0)] * scales
    starts = [np.concatenate([np.zeros(k), np.full(scales, s)]) for s in (STARTS if scales else STARTS[:1])]
    found = [
        minimize(
            loss, z, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 5000}
        )
        for z in starts
    ]
    best = min(found, key=lambda one: float(one.fun))
    return _polished(data, unit * np.asarray(best.x))


def _free(data: _Data, theta: Array) -> Array:
    """Which unknowns are not at a bound."""
    k = data.x.shape[2]
    return np.concatenate([np.ones(k, bool), (theta[k:] > NARROW) & (theta[k:] < 1)])


def _polished(data: _Data, theta: Array) -> tuple[Array, bool]:
    """Newton's steps until the gradient is nothing beside its own scatter; never out of bounds, never downhill."""
    free, at = _free(data, theta), theta.copy()
    value = float(data.weight @ _terms(data, at)[0])
    for _ in range(STEPS):
        slope = _terms(data, at)[1][:, free]
        pull = data.weight @ slope
        hessian = _hessian(data, at)[np.ix_(free, free)]
        step = np.zeros_like(at)
        step[free] = np.linalg.lstsq(-hessian, pull, rcond=None)[0]
        if np.abs(pull @ step[free]) < 1e-12 * len(slope):
            return at, True
        after = at + step
        k = data.x.shape[2]
        after[k:] = np.clip(after[k:], NARROW, 1.0)
        new = float(data.weight @ _terms(data, after)[0])
        if not new > value:
            break
        at, value = after, new
    return at, bool(np.abs(pull @ step[free]) < 1e-6)


def _hessian(data: _Data, theta: Array) -> Array:
    """Second derivatives of the likelihood: central differences of its exact gradient."""
    size = 1e-5 * np.maximum(1e-3, np.abs(theta))
    rows = [
        data.weight @ (_terms(data, theta + h)[1] - _terms(data, theta - h)[1]) / (2 * h.max()) for h in np.diag(size)
    ]
    return np.asarray(np.array(rows) + np.array(rows).T) / 2


def _errors(data: _Data, theta: Array, who: ArrayLike | None) -> tuple[Array, Array]:
    """Covariances by the Hessian and by the sandwich, over coefficients and all scales; not a number where not found."""
    free, k = _free(data, theta), data.x.shape[2]
    bread = np.linalg.inv(-_hessian(data, theta)[np.ix_(free, free)])
    score = data.weight[:, None] * _terms(data, theta)[1][:, free]
    if who is not None:
        _, group = np.unique(np.asarray(who), return_inverse=True)
        summed = np.zeros((group.max() + 1, score.shape[1]))
        np.add.at(summed, group, score)
        score = summed
    place = np.concatenate([np.arange(k), k + np.flatnonzero(np.isnan(data.scale))])[free]
    out = []
    for matrix in (bread, bread @ (score.T @ score) @ bread):
        whole = np.full(2 * [k + len(data.scale)], np.nan)
        whole[np.ix_(place, place)] = matrix
        out.append(whole)
    return out[0], out[1]


def _status(labels: Sequence[str], data: _Data, scale: Array, settled: bool) -> str:
    """What became of the search, in words."""
    found = np.isnan(data.scale)
    bound = [m for m, s, asked in zip(labels, scale, found, strict=True) if asked and not NARROW < s < 1]
    if bound:
        return f"at the bound of its scale: {', '.join(bound)}; the nest is not told by these records"
    return "converged" if settled else "out of steps"
