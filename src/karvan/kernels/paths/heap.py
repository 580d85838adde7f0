"""The priority queue shared by the path kernels: a 4-ary heap of (key, item) pairs in two arrays, with lazy deletion.

Keys lie next to each other, so that the four children of a slot share a cache line, and the least of the four is
chosen without a branch. Indices are unsigned: numba then leaves out the test for negative ones. Both together make a
shortest-path tree nearly twice as fast as the textbook loop. An array must have at least `SPARE` slots beyond the
entries it may hold.

Source: D. B. Johnson, Priority queues with update and finding minimum spanning trees, Information Processing Letters
4 (1975).
"""

from typing import Any, TypeVar

import numpy as np
from numba import types
from numpy.typing import NDArray

from karvan.kernels import njit

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bools = NDArray[np.bool_]
Words = NDArray[np.uint64]
_Item = TypeVar("_Item", bound=np.generic)

FAST: dict[str, Any] = {
    "cache": True,
    "nogil": True,
    "boundscheck": False,
    "error_model": "numpy",
    "no_cfunc_wrapper": True,
}
INNER: dict[str, Any] = {**FAST, "no_cpython_wrapper": True}  # for what only kernels call: half the time to compile
SPARE = 5


def _readonly(dtype: Any, ndim: int) -> Any:
    return types.Array(dtype, ndim, "C", readonly=True)


# Inputs are declared read-only: such a signature takes frozen and writable arrays alike, so one compilation serves both.
INT32 = _readonly(types.int32, 1)
INT64 = _readonly(types.int64, 1)
BOOL = _readonly(types.boolean, 1)
FLOAT = _readonly(types.float64, 1)
FLOAT2 = _readonly(types.float64, 2)

WAYS: Any = types.Tuple(  # type: ignore[no-untyped-call]
    (types.float64[:, ::1], types.int64[::1], types.int32[::1], types.int64)
)

ZERO, ONE, TWO, THREE = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3)


@njit(**INNER)
def push(keys: Floats, items: Ints, size: int, key: float, item: int) -> None:
    """Add `item` under `key` to a heap of `size` entries; the caller counts."""
    i = np.uint64(size)
    while i > ZERO:
        above = (i - ONE) >> TWO
        if keys[above] <= key:
            break
        keys[i] = keys[above]
        items[i] = items[above]
        i = above
    keys[i] = key
    items[i] = item


@njit(**INNER)
def pop(keys: Floats, items: Ints, size: int) -> None:
    """Drop the least entry, which the caller has read at slot 0, from a heap of `size` entries; the caller counts."""
    end = np.uint64(size) - ONE
    key = keys[end]
    item = items[end]
    # Whoever looks for the least of four children must find something beyond the last entry.
    keys[end] = np.inf
    keys[end + ONE] = np.inf
    keys[end + TWO] = np.inf
    keys[end + THREE] = np.inf
    i = ZERO
    while True:
        child = (i << TWO) + ONE
        if child >= end:
            break
        a, b, c, d = keys[child], keys[child + ONE], keys[child + TWO], keys[child + THREE]
        left = ONE if b < a else ZERO
        right = THREE if d < c else TWO
        lesser, other = min(a, b), min(c, d)
        least = child + (right if other < lesser else left)
        lesser = min(lesser, other)
        if lesser >= key:
            break
        keys[i] = lesser
        items[i] = items[least]
        i = least
    keys[i] = key
    items[i] = item


@njit(**INNER)
def longer(old: NDArray[_Item], size: int) -> NDArray[_Item]:
    """A copy of a one-dimensional array with room for `size` entries."""
    # Plain loops, here and wherever a row is copied: an array assignment costs two seconds of compilation.
    new = np.empty(size, old.dtype)
    for i in range(old.size):
        new[i] = old[i]
    return new


@njit(**INNER)
def taller(old: NDArray[_Item], rows: int) -> NDArray[_Item]:
    """A copy of a two-dimensional array with room for more rows."""
    new = np.empty((rows, old.shape[1]), old.dtype)
    for i in range(old.shape[0]):
        for j in range(old.shape[1]):
            new[i, j] = old[i, j]
    return new
