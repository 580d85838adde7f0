"""When a place is shut: an alternating renewal process whose means change with the season."""

from typing import Any

import numpy as np

from karvan.kernels.random import GOLDEN, Floats, jit, mix, unit


@jit
def renewals(seasons: Floats, key: Any, horizon: float) -> Any:
    """Closures from time 0 (open) until ``horizon``: shape (closures, 2), when it shuts and when it opens again, h.

    ``seasons``: rows (hours the row lasts, mean open time, mean closed time[, longest closure]); they follow one another
    and begin again. Both times are exponential, at the means of the season in which they begin; an open time that
    crosses into another season goes on there at that season's rate, as a memoryless one may.
    """
    out = np.empty((64, 2))
    count = 0
    t = 0.0
    row = 0
    season_ends = seasons[0, 0]
    s = key
    while t < horizon:
        s += GOLDEN
        hazard = -np.log(unit(mix(s)))
        while True:
            need = hazard * seasons[row, 1]
            if t + need <= season_ends:
                t += need
                break
            hazard -= (season_ends - t) / seasons[row, 1]
            t = season_ends
            row = row + 1 if row + 1 < seasons.shape[0] else 0
            season_ends += seasons[row, 0]
            if t >= horizon:
                break
        if t >= horizon:
            break
        s += GOLDEN
        length = -seasons[row, 2] * np.log(unit(mix(s)))
        if seasons.shape[1] > 3:
            length = min(length, seasons[row, 3])
        if count == out.shape[0]:
            wider = np.empty((2 * count, 2))
            for i in range(count):  # by hand: numba takes seconds to compile the assignment of a slice
                wider[i, 0], wider[i, 1] = out[i, 0], out[i, 1]
            out = wider
        out[count, 0] = t
        out[count, 1] = t + length
        count += 1
        t += length
        while t >= season_ends:
            row = row + 1 if row + 1 < seasons.shape[0] else 0
            season_ends += seasons[row, 0]
    return out[:count]
