"""Random numbers by key, not by turn: every draw is a hash of who draws it and at which step.

An entity carries a 64-bit key (made from seed, run, flow and its number in the flow) and every step of a program a
salt (made from the step's name). A draw is a short SplitMix64 stream begun at ``key + salt``. So the order in which
entities happen to draw never matters, and two scenarios share the numbers of everything they have in common.

Sources: Steele, Lea, Flood (2014), SplitMix64, with the finaliser of Stafford's mix 13; Marsaglia and Tsang (2000), the
ziggurat (256 layers) and the gamma by transformation with rejection.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from karvan.kernels import njit

Whole = int | np.integer[Any]
Floats = NDArray[np.float64]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Code = NDArray[np.int64]
Keys = NDArray[np.uint64]

_FAST: Any = {"cache": True, "nogil": True, "boundscheck": False, "error_model": "numpy"}

jit = njit(**_FAST, fastmath={"contract", "nsz"})

bare = njit(**_FAST, fastmath={"contract", "nsz"}, _nrt=False)
"""For kernels that make no arrays: those they are given are then not counted in and out at every call, by atomic steps."""

inner = njit(**_FAST, fastmath={"contract", "nsz"}, _nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)
"""``bare``, for what only kernels call: nothing is compiled that would let Python call it."""

inlined = njit(**_FAST, inline="always")

FIXED, EXPONENTIAL, ERLANG, GAMMA, LOGNORMAL, TRIANGULAR, UNIFORM, EMPIRICAL, BROKEN = range(9)
"""Kinds of distribution; their three parameters are listed at ``draw``."""

LAYERS = 256
TAIL = 3.6541528853610088


def _ziggurat() -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Edges of the layers of the half normal, and the density at them."""
    area = TAIL * math.exp(-0.5 * TAIL * TAIL) + math.sqrt(math.pi / 2) * math.erfc(TAIL / math.sqrt(2))
    edge = np.zeros(LAYERS + 1)
    edge[0], edge[1] = area / math.exp(-0.5 * TAIL * TAIL), TAIL
    for i in range(2, LAYERS):
        edge[i] = math.sqrt(-2 * math.log(area / edge[i - 1] + math.exp(-0.5 * edge[i - 1] ** 2)))
    return edge, np.exp(-0.5 * edge * edge)


EDGE, DENSITY = _ziggurat()
U = np.uint64
GOLDEN = U(0x9E3779B97F4A7C15)


@inner
def mix(z: Any) -> Any:
    """A 64-bit hash of a 64-bit number (bijective)."""
    z = (z ^ (z >> U(30))) * U(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> U(27))) * U(0x94D049BB133111EB)
    return z ^ (z >> U(31))


@inner
def child(key: Any, number: Whole) -> Any:
    """The key of the ``number``-th child of a key: a unit of a train, an arrival of a source."""
    return mix(key + (U(number) + U(1)) * U(0xD1342543DE82EF95))


@bare
def unit(z: Any) -> Any:
    """A number in (0, 1) from 64 random bits; never 0, never 1."""
    return (np.float64(np.int64(z >> U(12))) + 0.5) * 2.220446049250313e-16


@inner
def rarely(s: Any, r: Any) -> Any:
    """The rest of ``normal`` where the first try, the bits ``r``, fell outside its layer's core."""
    while True:
        i = np.int64(r & U(255))
        x = (np.float64(np.int64(r >> U(11))) * 2.220446049250313e-16 - 1.0) * EDGE[i]
        if abs(x) < EDGE[i + 1]:
            return x, s
        if i == 0:
            while True:
                a = -math.log(unit(mix(s + GOLDEN))) / TAIL
                b = -math.log(unit(mix(s + GOLDEN + GOLDEN)))
                s += GOLDEN + GOLDEN
                if b + b > a * a:
                    return (TAIL + a if x > 0 else -TAIL - a), s
        s += GOLDEN
        if DENSITY[i + 1] + unit(mix(s)) * (DENSITY[i] - DENSITY[i + 1]) < math.exp(-0.5 * x * x):
            return x, s
        s += GOLDEN
        r = mix(s)


@inlined
def normal(s: Any) -> Any:
    """A standard normal number from the stream at ``s``, and where the stream then stands."""
    s += GOLDEN
    r = mix(s)
    i = r & U(255)
    x = (np.float64(np.int64(r >> U(11))) * 2.220446049250313e-16 - 1.0) * EDGE[i]
    if abs(x) < EDGE[i + U(1)]:
        return x, s
    return rarely(s, r)


@inner
def gamma(s: Any, shape: float) -> Any:
    """A gamma number of this shape and scale 1."""
    boost = 1.0
    if shape < 1.0:
        s += GOLDEN
        boost = unit(mix(s)) ** (1.0 / shape)
        shape += 1.0
    d = shape - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x, s = normal(s)
        v = 1.0 + c * x
        s += GOLDEN
        if v > 0.0:
            v = v * v * v
            if math.log(unit(mix(s))) < 0.5 * x * x + d - d * v + d * math.log(v):
                return boost * d * v


@inner
def unbroken(laws: Floats, values: Floats, law: int, s: Any) -> Any:
    """``draw`` for the laws that stand on no other, but for the lognormal."""
    kind = np.int64(laws[law, 0])
    a = laws[law, 1]
    if kind == FIXED:
        return a
    if kind == GAMMA:
        return gamma(s, a) * laws[law, 2] + laws[law, 3]
    u = unit(mix(s + GOLDEN))
    if kind == EXPONENTIAL:
        return -a * math.log(u)
    if kind == UNIFORM:
        return a + (laws[law, 2] - a) * u
    if kind == TRIANGULAR:
        mode, most = laws[law, 2], laws[law, 3]
        if u * (most - a) < mode - a:
            return a + math.sqrt(u * (most - a) * (mode - a))
        return most - math.sqrt((1.0 - u) * (most - a) * (most - mode))
    if kind == ERLANG:
        total = 0.0
        for _ in range(np.int64(a)):
            s += GOLDEN
            total -= math.log(unit(mix(s)))
        return total * laws[law, 2]
    return values[np.int64(a) + np.int64(u * laws[law, 2])]


@inner
def broken(laws: Floats, values: Floats, law: int, s: Any) -> Any:
    """A time of work that breaks off at random, is repaired and goes on: its length with all repairs."""
    of = np.int64(laws[law, 1])
    if laws[of, 0] == LOGNORMAL:
        x, _ = normal(s)
        total = math.exp(laws[of, 1] + laws[of, 2] * x)
    else:
        total = unbroken(laws, values, of, s)
    s = mix(s)  # a stream of its own: the work is the same with and without breakdowns
    left = total
    while True:
        s += GOLDEN
        left += laws[law, 2] * math.log(unit(mix(s)))
        if left <= 0.0:
            return total
        s += GOLDEN
        total -= laws[law, 3] * math.log(unit(mix(s)))


@inner
def other(laws: Floats, values: Floats, law: int, s: Any) -> Any:
    """``draw`` for the laws other than the lognormal, which is asked for most."""
    if laws[law, 0] == BROKEN:
        return broken(laws, values, law, s)
    return unbroken(laws, values, law, s)


@inlined
def draw(laws: Floats, values: Floats, law: int, s: Any) -> Any:
    """One number of the law in row ``law`` of ``laws`` (kind and three parameters), from the stream begun at ``s``.

    Parameters: fixed (value); exponential (mean); erlang (stages, mean of one stage); gamma (shape, scale, least); lognormal
    (mu, sigma of the normal); triangular (least, mode, most); uniform (low, high); empirical (first row in ``values``,
    how many: one of them, all alike); broken (row of the law of the work, mean work between breakdowns, mean repair).
    """
    if laws[law, 0] == LOGNORMAL:
        x, s = normal(s)
        return math.exp(laws[law, 1] + laws[law, 2] * x)
    return other(laws, values, law, s)


@bare
def drawn(laws: Floats, values: Floats, law: int, s: Any) -> Any:
    """``draw``, called and not written out: for where it is rare, so that the kernels stay small."""
    return draw(laws, values, law, s)


@jit
def sample(laws: Floats, values: Floats, law: int, key: Any, count: int) -> Any:
    """``count`` draws of one law, by the children of a key: for tests and tables."""
    out = np.empty(count)
    for i in range(count):
        out[i] = draw(laws, values, law, child(key, i))
    return out
