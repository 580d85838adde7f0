"""The law of a way's hours: P10, P50, P90 of a sum of independent steps and one common weather.

Each step with floor f, mean m and variance v is f plus a gamma law of mean m - f and variance v (a fixed time where
either is zero). The weather's part is one law for the whole way, since storms shut all ports of a sea together: nothing
with probability 1 - c, exponential otherwise, c and its mean set by the mean and standard deviation of the summed waits.
The characteristic function of the sum is the product of those of its parts (Feller, vol. 2, ch. XV); its distribution
function follows by one inverse Fourier transform on a grid.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma

Floats = NDArray[np.float64]
POINTS = 4096
GUARD = 8


def quantiles(
    floors: Floats, means: Floats, variances: Floats, weather: tuple[float, float], at: tuple[float, ...]
) -> tuple[float, ...]:
    """Quantiles in hours of the sum of steps.

    ``floors``, ``means``, ``variances``: arrays of one length, in h, h and h2; ``weather``: mean and standard deviation
    of the common wait in h; ``at``: probabilities in (0, 1).

    >>> one = np.array([10.0]), np.array([20.0]), np.array([100.0])  # 10 h plus an exponential of mean 10 h
    >>> [round(q, 1) for q in quantiles(*one, (0.0, 0.0), (0.5, 0.9))]
    [16.9, 33.0]
    """
    loose = (variances > 1e-12) & (means > floors + 1e-9)
    fixed = float(floors[loose].sum() + means[~loose].sum())
    mean = means[loose] - floors[loose]
    variance = variances[loose]
    sigma = float(np.sqrt(variance.sum() + weather[1] ** 2))
    if sigma < 1e-9:
        return tuple(fixed + weather[0] for _ in at)
    centre = float(mean.sum() + weather[0])
    span = (centre + 12 * sigma) * (1 + 4 * GUARD / POINTS)  # room for the guard also behind a law far from zero
    grid = np.arange(POINTS) * (span / POINTS)
    t = np.asarray(2 * np.pi * np.fft.fftfreq(POINTS, d=span / POINTS), dtype=np.float64)
    scale = np.divide(variance, mean)
    shape = np.divide(mean, scale)
    phi = np.exp(-(shape[:, None] * np.log1p(-1j * scale[:, None] * t[None, :])).sum(axis=0)) * _weather(t, *weather)
    # Smoothed over one cell, so that a jump leaves no ripple, and moved off zero, so that its smear does not wrap round.
    phi *= np.exp(-0.5 * (t * span / POINTS) ** 2 + 1j * t * grid[GUARD])
    density = np.maximum(np.fft.fft(phi).real, 0.0)
    cumulated = np.cumsum(density)
    cumulated /= cumulated[-1]
    hours = np.maximum(grid + 0.5 * span / POINTS - grid[GUARD], 0.0)
    return tuple(fixed + float(np.interp(p, cumulated, hours)) for p in at)


def _weather(t: Floats, mean: float, sd: float) -> NDArray[np.complex128]:
    if mean <= 0:
        return np.ones(t.size, dtype=np.complex128)
    chance = min(1.0, 2.0 / (1.0 + (sd / mean) ** 2))
    length = mean / chance
    return np.asarray((1 - chance) + chance / (1 - 1j * length * t), dtype=np.complex128)


PARTS = 500
"""Into how many parts of equal chance a law is cut where two are added."""


def remaining(
    floors: Floats, means: Floats, variances: Floats, elapsed: float, at: tuple[float, ...]
) -> tuple[float, ...]:
    """Quantiles in hours of what remains of the steps, the first of which has lasted ``elapsed`` hours and not ended.

    Arrays as of ``quantiles``, the first step first. What remains of it is its own law, given that it lasts longer; the
    other steps are as ever, since steps are independent.

    >>> waits = np.zeros(1), np.array([10.0]), np.array([100.0])  # an exponential law of mean 10 h has no memory
    >>> [round(each, 1) for each in (*remaining(*waits, 0.0, (0.5,)), *remaining(*waits, 50.0, (0.5,)))]
    [6.9, 6.9]
    """
    chances = (np.arange(PARTS) + 0.5) / PARTS
    first = _left(floors[0], means[0], variances[0], elapsed, chances)
    if floors.size == 1:
        return tuple(float(each) for each in _left(floors[0], means[0], variances[0], elapsed, np.asarray(at)))
    rest = np.asarray(quantiles(floors[1:], means[1:], variances[1:], (0.0, 0.0), tuple(chances)))
    return tuple(float(each) for each in np.quantile(first[:, None] + rest[None, :], at))


def _left(floor: float, mean: float, variance: float, elapsed: float, at: Floats) -> Floats:
    """Quantiles of a step's hours beyond those elapsed, given that it has not ended."""
    over = 1.0 - at
    if variance <= 1e-12 or mean <= floor + 1e-9:
        return np.full(over.size, max(mean - elapsed, 0.0))
    scale = variance / (mean - floor)
    law = gamma((mean - floor) / scale, scale=scale)
    alive = float(law.sf(elapsed - floor))
    if alive < 1e-200:  # so far out the tail is that of an exponential law
        return np.asarray(-scale * np.log(over), dtype=np.float64)
    return np.maximum(np.asarray(law.isf(alive * over), dtype=np.float64) + floor - elapsed, 0.0)
