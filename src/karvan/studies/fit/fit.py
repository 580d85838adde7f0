"""Fit: the parameters that make the twin agree with what was observed, as a new edition of the corridor.

Only observations marked ``fit`` are read; the twin that is moved does not even hold the others. A figure's error is that
of its band or grade. Where a series strays from the twin by more than its errors allow (at 1 %), they are widened by the
ratio that makes them fit (Birge 1932, Physical Review 40), so that a series which the twin cannot follow neither rules the
parameters nor makes their bands too narrow; the ratio is shown.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from types import MappingProxyType

import numpy as np
import polars as pl
from scipy.stats import chi2

from karvan.apply import difference
from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.result import Result, Run, balance_row
from karvan.schema import TABLES
from karvan.studies.fit.estimate import TOLD, Array, Estimate, Kept, Target, estimate
from karvan.studies.fit.free import Free, free, moved
from karvan.studies.fit.readers import ALL, CELLS, CHOICE, Reader, Row, figures, own
from karvan.studies.fit.seen import Seen, learnable, seen
from karvan.version import VERSION

STRAYS = 0.99
"""A series whose squared residuals lie beyond this quantile of what its errors give is widened."""
ROUNDS = 6
KEPT = 64
"""Looks at the twin that are kept."""
STAYS = 0.01
"""Cells that move by less than this share between two rounds stay."""
NO_READERS: Mapping[str, Reader] = MappingProxyType({})


@dataclass(frozen=True)
class State:
    """Where a fit stands: of what it is, how much each error is widened, the values at which dear readers hold the scaled
    cells, and the estimate's own state."""

    of: str
    widened: list[float]
    held: list[float]
    kept: Kept


@dataclass(frozen=True)
class Fit(Result):
    """What ``fit`` gives back; ``corridor`` is the new edition.

    ``values``: each parameter before and after, the band of nine in ten, what was held before, and whether it is told.
    ``observations``: predicted before and after beside observed, residual in standard deviations. ``correlations``: of
    every two parameters. ``changes``: every cell that the edition changes. ``left``: observations not used, and why.
    ``draws``: the parameters of each draw.
    """

    corridor: Corridor = field(kw_only=True)


def fit(
    corridor: Corridor,
    *,
    use: Sequence[str] = (),
    readers: Mapping[str, Reader] = NO_READERS,
    seed: int = 1,
    draws: int = 100,
    threads: int = 1,
    state: State | None = None,
    progress: Callable[[int, int, State | None], None] | None = None,
) -> Fit:
    """Finds the free parameters of a corridor (rows of ``params`` with ``fit``) from its observations marked ``fit``.

    ``use`` narrows the observations: quantities, places, years or ids. ``readers`` say how the twin gives a quantity,
    beside those of its own. ``draws`` make the bands. ``progress`` is told draws done and asked for, and the state, which
    given back as ``state`` is gone on with. Maths: docs, fit and choice.

    Raises FaultsError with all parameters that cannot be free, or all observations that contradict each other; InputError
    where none is left to fit with, or ``state`` is of another fit.

    >>> import karvan as kv
    >>> toy = kv.load("toy")
    >>> found = fit(toy, draws=0)
    >>> found.values.select("name", "status").rows()
    [('border_wait', 'told'), ('port_wait', 'not told')]
    """
    frees = free(corridor)
    rows = learnable(corridor, use)
    known = {**own(), **readers}
    base = corridor.replace(observations=rows)
    what = seen(base, rows, known)
    if not what.rows:
        reasons = sorted({one["reason"] for one in what.left})
        raise InputError(
            f"too few observations: none can be used ({'; '.join(reasons[:3])})", cure="observe what it gives"
        )
    of = repr((base.digest, tuple(use), seed, VERSION))
    if state is not None and state.of != of:
        raise InputError(
            "the state is of another fit", cure="begin anew, or give the corridor and seed it was made with"
        )
    twin = _Twin(base, frees, known, what)
    widened, held = (state.widened, np.array(state.held)) if state else _settled(twin, frees, what, progress)
    found = estimate(
        partial(twin.figures, held), [one.unknown for one in frees], _wider(what.targets, widened), seed=seed, draws=draws,
        threads=threads, start=held, kept=state.kept if state else None,
        progress=partial(_tell, progress, of, widened, held) if progress else None,
    )  # fmt: skip
    found = _at_the_end(found, twin.figures(found.values, found.values), what, widened)
    run = Run(
        "fit", {"use": tuple(use), "draws": draws, "status": _status(found, len(what.rows), len(frees))}, corridor.name,
        corridor.edition, corridor.digest, corridor.price_year, VERSION, corridor.scenarios, seed,
    )  # fmt: skip
    edition = _edition(corridor, frees, found)
    reason = f"the twin has no figure of {len(what.left)}: see left" if what.left else ""
    balance = balance_row(
        "observations to fit with", "rows", float(rows.height), float(len(what.rows)), float(len(what.left)), reason
    )
    return Fit(
        run, _tables(corridor, edition, frees, what, (found, widened)), pl.DataFrame([balance]), corridor=edition
    )


def _settled(
    twin: "_Twin", frees: Sequence[Free], what: Seen, progress: Callable[[int, int, State | None], None] | None
) -> tuple[list[float], Array]:
    """By how much errors are widened, and the values of what scales cells at which dear readers are held: those that the
    other readers tell, found again until they stay."""
    held = np.array([one.unknown.value for one in frees])
    scales = np.array([bool(one.table) for one in frees])
    tell = (lambda done, asked, kept: progress(0, 0, None)) if progress else None
    widened, targets = [1.0] * len(what.rows), list(what.targets)
    for number in range(ROUNDS):
        found = estimate(
            partial(twin.figures, held), [one.unknown for one in frees], targets, draws=0, progress=tell,
            start=held if number else None,
        )  # fmt: skip
        stays = not twin.dear or np.abs(np.log(found.values[scales] / held[scales])).max(initial=0.0) < STAYS
        held = found.values
        if number == 0:
            widened = _widened(what, found.residual)
            targets = _wider(what.targets, widened)
        if stays and (number > 0 or not twin.dear or max(widened) == 1.0):
            break
    return widened, held


def _tell(
    progress: Callable[[int, int, State | None], None], of: str, widened: list[float], held: Array, done: int, asked: int,
    kept: Kept | None,
) -> None:  # fmt: skip
    progress(done, asked, None if kept is None else State(of, widened, held.tolist(), kept))


class _Twin:
    """What the twin says of each observation, from values of its parameters; kept by what moves each reader, so that a
    look along one parameter asks only the readers that it moves."""

    def __init__(self, base: Corridor, frees: Sequence[Free], readers: Mapping[str, Reader], what: Seen) -> None:
        self._base, self._frees, self._readers, self._what = base, frees, readers, what
        self._scales = np.array([bool(one.table) for one in frees])
        self._kept: dict[tuple[str, bytes], Array] = {}
        self._held: dict[bytes, Corridor] = {}

    @property
    def dear(self) -> bool:
        """Whether any reader is held at the cells of the last round."""
        return any(self._readers[row["quantity"]].by == CHOICE for row in self._what.rows)

    def _moved(self, by: str, point: Array) -> Corridor:
        """The corridor at a point; for readers of choice the very tables stay as long as the cells do."""
        if by != CHOICE:
            return moved(self._base, self._frees, point)
        cells = [one for one in self._frees if one.table]
        key = point[self._scales].tobytes()
        if key not in self._held:
            self._held = {key: moved(self._base, cells, point[self._scales])}
        return moved(self._held[key], [one for one in self._frees if not one.table], point[~self._scales])

    def figures(self, held: Array, values: Array) -> Array:
        """Figures (m) at ``values`` (n), readers of choice with what scales cells as it is ``held``; not a number where the
        twin says nothing."""
        start = np.array([one.unknown.value for one in self._frees])
        out = np.full(len(self._what.rows), math.nan)
        at = {ALL: values, CELLS: np.where(self._scales, values, start), CHOICE: np.where(self._scales, held, values)}
        for by, point in at.items():
            index = [i for i, row in enumerate(self._what.rows) if self._readers[row["quantity"]].by == by]
            if index:
                out[index] = self._look(by, point, [self._what.rows[i] for i in index])
        return out

    def _look(self, by: str, point: Array, rows: Sequence[Row]) -> Array:
        """Figures of what is moved alike, kept for the looks to come; several threads may look at once."""
        key = (by, point.tobytes())
        found = self._kept.get(key)
        if found is None:
            told = figures(self._moved(by, point), self._readers, rows)
            found = np.array([one if isinstance(one, float) else math.nan for one in told])
            for old in list(self._kept)[: max(0, len(self._kept) - KEPT)]:
                self._kept.pop(old, None)
            self._kept[key] = found
        return found


def _at_the_end(found: Estimate, predicted: Array, what: Seen, widened: Sequence[float]) -> Estimate:
    """The estimate with what the new edition itself says, dear readers too."""
    sd = np.array([one.sd for one in what.targets]) * np.array(widened)
    residual = np.log(predicted / np.array([one.value for one in what.targets])) / sd
    return replace(found, predicted=predicted, residual=residual, misfit=float((residual**2).sum()))


def _widened(what: Seen, residual: Array) -> list[float]:
    """By how much the errors of each observation are widened: one ratio a series."""
    series: dict[tuple[object, ...], list[int]] = {}
    for i, row in enumerate(what.rows):
        series.setdefault(what.group(row), []).append(i)
    out = np.ones(len(residual))
    for index in series.values():
        total = float((residual[index] ** 2).sum())
        if total > chi2.ppf(STRAYS, len(index)):
            out[index] = math.sqrt(total / len(index))
    return [float(one) for one in out]


def _wider(targets: Sequence[Target], by: Sequence[float]) -> list[Target]:
    return [replace(one, sd=one.sd * ratio) for one, ratio in zip(targets, by, strict=True)]


def _status(found: Estimate, seen: int, asked: int) -> str:
    few = f"; fewer observations ({seen}) than parameters ({asked})" if seen < asked else ""
    return found.status + few


def _edition(corridor: Corridor, frees: Sequence[Free], found: Estimate) -> Corridor:
    """The corridor with the values found, their bands in the rows of ``params``, which are no longer free."""
    new = moved(corridor, frees, found.values)
    params = new.params
    for one, low, high in zip(frees, found.low, found.high, strict=True):
        mine = (pl.col("name") == one.name) & (pl.col("scope") == one.scope)
        cells = {"low": float(low), "high": float(high), "fit": False}
        params = params.with_columns(
            pl.when(mine).then(pl.lit(cell)).otherwise(pl.col(name)).alias(name) for name, cell in cells.items()
        )
    _in_range(new, frees)
    return replace(new.replace(params=params), edition=f"{corridor.edition}+fit")


def _in_range(corridor: Corridor, frees: Sequence[Free]) -> None:
    """A scaled cell must be one that its table may hold."""
    for one, name in ((each, name) for each in frees for name in each.columns):
        fact = TABLES[one.table].fact(name)
        cells = corridor.tables[one.table][name].drop_nulls().to_numpy()
        low, high = (-math.inf if fact.low is None else fact.low), (math.inf if fact.high is None else fact.high)
        if ((cells < low) | (cells > high)).any():
            raise InputError(
                f"{one.unknown.name}: the value found takes a cell of {one.table}, {name} out of {low:g} to {high:g}",
                cure="narrow low and high of the parameter, or the rows it scales",
            )


def _tables(
    before: Corridor, after: Corridor, frees: Sequence[Free], what: Seen, outcome: tuple[Estimate, list[float]]
) -> dict[str, pl.DataFrame]:
    found, widened = outcome
    names = [one.unknown.name for one in frees]
    values = pl.DataFrame({
        "name": [one.name for one in frees], "scope": [one.scope for one in frees], "unit": [one.unit for one in frees],
        "before": [one.unknown.value for one in frees], "value": found.values, "low": found.low, "high": found.high,
        "before_low": [one.unknown.low for one in frees], "before_high": [one.unknown.high for one in frees],
        "told_share": found.told, "status": [_told(i, names, found) for i in range(len(frees))],
        "table": [one.table for one in frees], "column": [";".join(one.columns) for one in frees],
    })  # fmt: skip
    columns = ("observation_id", "quantity", "place", "series", "period")
    observations = pl.DataFrame({
        **{name: pl.Series([row[name] for row in what.rows], dtype=pl.String) for name in columns},
        "observed": [row["value"] for row in what.rows], "unit": [row["unit"] for row in what.rows],
        "before": [row["first"] / row["by"] for row in what.rows],
        "predicted": [one / row["by"] for one, row in zip(found.predicted, what.rows, strict=True)],
        "sd_share": [one.sd * ratio for one, ratio in zip(what.targets, widened, strict=True)],
        "widened": widened, "residual": found.residual, "grade": [row["grade"] for row in what.rows],
    })  # fmt: skip
    pairs = [(i, j) for i in range(len(names)) for j in range(i + 1, len(names))]
    correlations = {"name": [names[i] for i, _ in pairs], "other": [names[j] for _, j in pairs],
                    "correlation": [float(found.correlation[pair]) for pair in pairs]}  # fmt: skip
    texts = {"name": pl.String, "other": pl.String, "correlation": pl.Float64}
    draws = {"draw": np.repeat(np.arange(1, len(found.draws) + 1), len(names)), "name": names * len(found.draws),
             "value": found.draws.reshape(-1)}  # fmt: skip
    return {
        "values": values,
        "observations": observations,
        "correlations": pl.DataFrame(correlations, schema=texts),
        "changes": difference(before.tables, after.tables),
        "left": pl.DataFrame(what.left, schema=dict.fromkeys(("observation_id", "quantity", "reason"), pl.String)),
        "draws": pl.DataFrame(draws, schema={"draw": pl.Int64, "name": pl.String, "value": pl.Float64}),
    }


def _told(i: int, names: Sequence[str], found: Estimate) -> str:
    """Whether the observations tell a parameter, or only with others."""
    others = [names[a + b - i] for a, b in found.together if i in (a, b)]
    if others:
        return f"only together with {', '.join(others)}"
    return "told" if found.told[i] >= TOLD else "not told"
