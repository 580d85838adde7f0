"""Finance: what flows of money by year are worth today, and how soon they pay.

Flows are real money at ends of years 0, 1, 2, ... Source: European Commission, Guide to Cost-Benefit Analysis of Investment
Projects (2014), 2.7 and 2.8.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from karvan.errors import InputError
from karvan.network.compile.arrays import Floats

MOST_RATE = 100.0
"""The rate (10,000 % a year) beyond which none is looked for."""


@dataclass(frozen=True)
class Rate:
    """An internal rate of return, share a year; none where there is none or several, for ``reason``."""

    value: float | None
    reason: str = ""


def npv(flows: Sequence[float] | Floats, rate: float) -> float:
    """The present value, at year 0, of flows by year. Raises InputError for a rate at or below -1.

    >>> round(npv([-100.0, 60.0, 60.0], 0.1), 4)
    4.1322
    """
    if not rate > -1.0:
        raise InputError(f"the discount rate {rate} is not above -1", cure="write 6 % as 0.06")
    of = np.asarray(flows, dtype=np.float64)
    return float(of @ (1.0 + rate) ** -np.arange(of.size))


def irr(flows: Sequence[float] | Floats) -> Rate:
    """The rate at which flows are worth nothing; where their sign changes more than once there may be several: no number.

    >>> irr([-100.0, 60.0, 60.0]).value
    0.13066...
    >>> irr([-100.0, 230.0, -132.0])
    Rate(value=None, reason='the flows change their sign 2 times: several rates may fit')
    """
    of = np.asarray(flows, dtype=np.float64)
    signs = np.sign(of[of != 0.0])
    changes = int((signs[1:] != signs[:-1]).sum())
    if changes != 1:
        if changes == 0:
            return Rate(None, "the flows never change their sign: no rate fits")
        return Rate(None, f"the flows change their sign {changes} times: several rates may fit")
    low, high = -0.99, 0.1
    while npv(of, high) * npv(of, low) > 0 and high < MOST_RATE:
        high = min(2.0 * high + 1.0, MOST_RATE)
    if npv(of, high) * npv(of, low) > 0:
        return Rate(None, f"the rate is below {low:.0%} or beyond {MOST_RATE:.0%} a year")
    return Rate(float(brentq(lambda rate: npv(of, rate), low, high, xtol=1e-14, rtol=1e-14)))


def payback(flows: Sequence[float] | Floats, rate: float = 0.0) -> float | None:
    """Years until the discounted flows so far have paid what was laid out, within a year by part of it; none: never within them.

    >>> payback([-100.0, 40.0, 40.0, 40.0])
    2.5
    """
    of = np.asarray(flows, dtype=np.float64) * (1.0 + rate) ** -np.arange(len(flows))
    so_far = np.cumsum(of)
    under = np.flatnonzero(so_far < -1e-12 * np.abs(of).sum())  # sums of rounded numbers
    if under.size == 0:
        return 0.0
    last = int(under[-1])
    if last + 1 >= of.size:
        return None
    return float(last + -so_far[last] / of[last + 1])


def residual(cost: float, life: float, used: float) -> float:
    """What is left of a cost at the horizon, in a straight line over its life.

    >>> residual(100.0, 40.0, 10.0)
    75.0
    """
    return cost * max(0.0, 1.0 - used / life)
