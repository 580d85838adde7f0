"""Programme: a mixed-integer programme handed to HiGHS, the plans of projects in it, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

import highspy
import numpy as np
from scipy.sparse import coo_array

from karvan.errors import InputError

Array: TypeAlias = np.ndarray[Any, Any]
PROVEN, CUT_SHORT, IMPOSSIBLE = "proven", "cut short", "impossible"


@dataclass(frozen=True)
class Limit:
    """A limit on what is built: the sum of ``draws[p, t]`` over the projects p begun in the periods t is at most ``most``."""

    draws: Array
    most: float


class Columns(NamedTuple):
    """Cost, least and most of each column, and whether it is whole (1) or not (0)."""

    cost: Array
    low: Array
    high: Array
    whole: Array


class Rows(NamedTuple):
    """Cells as row, column and value, and the least and most of each row."""

    cells: tuple[Array, Array, Array]
    low: Array
    high: Array


class Outcome(NamedTuple):
    """Values of the columns (none where no plan was found), the bound, whether the search ended, and whether there is no plan at all."""

    value: Array | None
    bound: float
    ended: bool
    none: bool


def acyclic(needs: Sequence[tuple[int, int]], projects: int) -> None:
    """InputError where projects need each other in a ring, so that none could ever be the first."""
    left = set(range(projects))
    while True:
        free = {p for p in left if not any(first == p and second in left for first, second in needs)}
        if not free:
            break
        left -= free
    if left:
        raise InputError(f"projects {sorted(left)} need each other in a ring", cure="drop one of these needs")


def solver(columns: Columns, rows: Rows, *, gap: float, seconds: float, threads: int) -> Any:
    """HiGHS with the programme that makes the cost least, ready to run."""
    row, column, value = rows.cells
    matrix = coo_array((value, (row, column)), shape=(len(rows.low), len(columns.cost))).tocsr()
    highs: Any = highspy.Highs()  # type: ignore[no-untyped-call]
    options = {
        "output_flag": False, "mip_rel_gap": gap, "mip_abs_gap": 1e-9, "time_limit": float(seconds), "threads": threads,
    }  # fmt: skip
    for name, given in options.items():
        highs.setOptionValue(name, given)
    highs.passModel(
        len(columns.cost), len(rows.low), matrix.nnz, int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0,
        columns.cost, columns.low, columns.high, rows.low, rows.high, matrix.indptr.astype(np.int32),
        matrix.indices.astype(np.int32), matrix.data, columns.whole,
    )  # fmt: skip
    return highs


def begin_from(highs: Any, columns: Array, start: Array) -> None:
    """Lets the search begin from a plan: ``columns`` (P, T) of which one is 1, ``start`` (P), -1 for never."""
    chosen = np.zeros(columns.shape)
    chosen[np.flatnonzero(start >= 0), start[start >= 0]] = 1.0
    highs.setSolution(chosen.size, columns.ravel().astype(np.int32), chosen.ravel())


def outcome(highs: Any) -> Outcome:
    """What a search came to."""
    info, model, states = highs.getInfo(), highs.getModelStatus(), highspy.HighsModelStatus
    bound, ended = float(info.mip_dual_bound), model == states.kOptimal
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Outcome(None, bound, ended, model in (states.kInfeasible, states.kUnboundedOrInfeasible))
    return Outcome(np.array(highs.getSolution().col_value), bound, ended, False)


def begun(chosen: Array) -> Array:
    """The period of each project (P) of what was chosen (P, T), -1 for never.

    >>> begun(np.array([[False, True], [False, False]])).tolist()
    [1, -1]
    """
    if not chosen.size:
        return np.full(len(chosen), -1)
    return np.asarray(np.where(chosen.any(axis=1), chosen.argmax(axis=1), -1))
