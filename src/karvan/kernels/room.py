"""Room: the arrays of a run of the machine, made outside its kernel, which would be compiled for seconds longer by making them."""

from typing import Any

import numpy as np

from karvan.kernels import events as ev
from karvan.kernels.entities import HOURS, PC, WAITED


def blank(flows: int, meters: int, services: int, bins: int, horizon: float) -> tuple[Any, ...]:
    """What a run adds up, all zero: counts and sums by flow, histogram of lead times and deliveries by day by flow, meters,
    meters by day (``queues.CAME``), services.
    """
    days = int(np.ceil(horizon / 24.0)) + 1
    return (
        np.zeros((flows, 4), np.int64), np.zeros((flows, 3)), np.zeros((flows, bins), np.int32),
        np.zeros((flows, days), np.int32), np.zeros((meters, 5)), np.zeros((meters, days, 5)),
        np.zeros((services, WAITED + HOURS)),
    )  # fmt: skip


def empty(most: int) -> tuple[Any, ...]:
    """Room for ``most`` entities at once, all free: their columns, lists, registers and an empty event list."""
    ei = np.zeros((most, 8), np.int32)
    ei[:, PC] = -1
    link = np.arange(1, most + 1, dtype=np.int32)
    link[most - 1] = -1
    things = ei, np.zeros((most, 3)), np.zeros(most, np.uint64), np.zeros(most), link, np.empty(most, np.int32)
    return *things, np.zeros(4, np.int64), *ev.calendar(most)
