"""The steps of a program, one function each: (operation, a, b, meter, x, y, *numbers).

``x`` names a step to go on at: a number of a row, or text for a step counted from the program's own first.
"""

from karvan.engines.simulate.model import NEVER, Step
from karvan.kernels import machine as m

TIMED = (m.DELAY, m.UNTIL)
"""Operations in which time passes."""


def leave() -> Step:
    """Delivered: the entity is gone."""
    return (m.EXIT,)


def refuse() -> Step:
    """Refused: the entity is gone and counted as refused."""
    return (m.REFUSE,)


def delay(law: int, meter: int = -1) -> Step:
    """Time passes; counted as a wait where a meter is given."""
    return (m.DELAY, law, meter + 1)


def serve(pool: int, law: int, meter: int, lost: int | str = 0) -> Step:
    """One service for the whole entity; where the pool is full, on at ``lost``."""
    return (m.SERVE, pool, law, meter, lost)


def each(pool: int, law: int, meter: int) -> Step:
    """A service for each unit; the entity goes on when the last is done."""
    return (m.EACH, pool, law, meter)


def bulk(pool: int, law: int, meter: int) -> Step:
    """A service shared by up to so many who wait."""
    return (m.BULK, pool, law, meter)


def scatter() -> Step:
    """The units go on one by one."""
    return (m.SCATTER,)


def seize(
    store: tuple[int, int], meter: int = -1, *, priority: int = 0, by_unit: bool = False, direction: int = 0
) -> Step:
    """Waits for a place of a store (for as many as it has units, ``by_unit``) and holds it.

    All who hold it at once have one ``direction``, where one is given (1 or 2).
    """
    return (m.SEIZE, store[0], direction, store[1] if meter < 0 else meter, priority, int(by_unit))


def follow(pool: int, law: int, meter: int) -> Step:
    """Waits until the headway behind the one before is over; its own begins then."""
    return (m.FOLLOW, pool, law, meter)


def release(store: tuple[int, int], *, by_unit: bool = False) -> Step:
    """Gives back what was held."""
    return (m.RELEASE, store[0], 0, 0, 0, int(by_unit))


def gate(number: int, meter: int) -> Step:
    """Waits until the gate is open."""
    return (m.GATE, number, 0, meter)


def slot(number: int, meter: int, weight: float = 1.0) -> Step:
    """Waits for a slot of a day, or a part of one."""
    return (m.SLOT, number, 0, meter, 0, 0, weight)


def board(quay: int, meter: int, timer: int = 0, *, size: float = 1.0, yard: int = -1) -> Step:
    """Waits at a quay until loaded (a unit takes ``size`` of the room), and goes on at the next step when unloaded.

    ``yard``: a store whose places, seized unit by unit before, are given back by those loaded.
    """
    return (m.BOARD, quay, yard + 1, meter, timer, 0, size)


def load(
    quay: int, room: float, least: float = 0.0, patience: float = NEVER, *, timer: int = 0, line: int = -1,
    meter: int = -1,
) -> Step:  # fmt: skip
    """A vessel waits until ``least`` is there, or ``patience`` is over, and takes what there is, up to ``room``."""
    return (m.LOAD, quay, meter + 1, 0, timer, line, room, least, patience)


def unload() -> Step:
    """All that is aboard goes on with its own program."""
    return (m.UNLOAD,)


def jump(to: int | str) -> Step:
    """On at another step, with fresh random numbers."""
    return (m.JUMP, 0, 0, 0, to)


def branch(share: float, to: int | str, flow: int = -1) -> Step:
    """This share goes on elsewhere, from then on as of ``flow`` where one is given."""
    return (m.BRANCH, flow + 1, 0, 0, to, 0, share)


def ahead(quay: int, yard: int, limit: float, to: int | str, flow: int = -1) -> Step:
    """On elsewhere if at most ``limit`` waits at a quay, and before the yard (-1: none) for a place there to wait at it.

    From then on as of ``flow``, where one is given.
    """
    return (m.AHEAD, quay, yard + 1, 0, to, flow + 1, limit)


def until(period_h: float, offset_h: float = 0.0) -> Step:
    """Waits for the next departure of a timetable."""
    return (m.UNTIL, 0, 0, 0, 0, 0, period_h, offset_h)


def arrive(flow: int, law: int, program: int, *, units: float = 1, sizes: int = -1, season: int = -1) -> Step:
    """A source: arrivals of a flow with these times between them, each with so many units (or drawn by ``sizes``)."""
    return (m.ARRIVE, flow, law, 0, program, sizes, units, season, 1.0)


def listed(flow: int, first: int, count: int, program: int) -> Step:
    """A source: ``count`` arrivals of a flow whose times and units stand in the model's values from ``first`` on."""
    return (m.LISTED, flow, first, count, program, -1, 1, -1, 1.0)


def timer(quay: int) -> Step:
    """Ends someone's patience at a quay (a program of this and ``leave``)."""
    return (m.TIMER, quay)
