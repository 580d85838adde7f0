"""Where labels go: by priority, never on one another."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from karvan.plot.theme import TEXT
from karvan.plot.words import width

Box = tuple[float, float, float, float]
GAP = 3.0
# Right, left, above, below, then the corners: where a name is looked for beside its dot.
SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1))


@dataclass(frozen=True)
class Wish:
    """A label that wants a place near a point. The lower ``rank`` is, the earlier it chooses; ``key`` is the caller's."""

    said: str
    x: float
    y: float
    rank: float = 0.0
    reach: float = 7.0
    bold: bool = False
    key: str = ""


@dataclass(frozen=True)
class Placed:
    """A label's place beside its point: offset and anchor of the text, and its box (left, top, right, bottom)."""

    wish: Wish
    dx: float
    dy: float
    anchor: str
    box: Box


def place(
    wishes: Sequence[Wish], room: Box, *, taken: Iterable[Box] = (), sides: Sequence[tuple[int, int]] = SIDES
) -> list[Placed]:
    """The labels that fit inside ``room`` without touching one another or what is ``taken``; the others are left out.

    >>> spots = place([Wish("Aktau", 50, 50), Wish("Kuryk", 51, 52, rank=1)], (0, 0, 200, 100))
    >>> [one.anchor for one in spots]
    ['start', 'end']
    """
    held = list(taken)
    found = []
    for wish in sorted(wishes, key=lambda one: one.rank):
        for side in sides:
            spot = _beside(wish, side)
            if inside(spot.box, room) and not any(touch(spot.box, box) for box in held):
                held.append(spot.box)
                found.append(spot)
                break
    return found


def _beside(wish: Wish, side: tuple[int, int]) -> Placed:
    across, down = side
    long, high = width(wish.said, bold=wish.bold), TEXT
    dx = across * wish.reach * (0.8 if down else 1)
    middle = down * (wish.reach + high / 2 - 1) if not across else down * (high * 0.75)
    left = {1: dx, 0: dx - long / 2, -1: dx - long}[across]
    box = (wish.x + left, wish.y + middle - high / 2, wish.x + left + long, wish.y + middle + high / 2)
    return Placed(wish, dx, middle + high * 0.36, {1: "start", 0: "middle", -1: "end"}[across], box)


def inside(box: Box, room: Box) -> bool:
    """Whether a box lies within another."""
    return room[0] <= box[0] and room[1] <= box[1] and box[2] <= room[2] and box[3] <= room[3]


def touch(one: Box, other: Box, gap: float = GAP) -> bool:
    """Whether two boxes come closer than ``gap`` px.

    >>> touch((0, 0, 10, 10), (20, 0, 30, 10)), touch((0, 0, 10, 10), (9, 0, 30, 10))
    (False, True)
    """
    apart = one[2] + gap <= other[0] or other[2] + gap <= one[0] or one[3] + gap / 2 <= other[1]
    return not (apart or other[3] + gap / 2 <= one[1])


def moved(spot: Placed, zoom: float) -> Box:
    """The box of a placed label when the picture under it is ``zoom`` times as large and the label is not."""
    x, y = spot.wish.x * (zoom - 1), spot.wish.y * (zoom - 1)
    return spot.box[0] + x, spot.box[1] + y, spot.box[2] + x, spot.box[3] + y
