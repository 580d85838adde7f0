"""Scales, round ticks, and the plain axes that all charts share."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from karvan.plot.svg import line, text


@dataclass(frozen=True)
class Scale:
    """Straight from values ``low`` to ``high`` onto pixels ``start`` to ``end``.

    >>> Scale(0, 10, 100, 200)(5)
    150.0
    """

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        wide = self.high - self.low
        return self.start + (self.end - self.start) * ((value - self.low) / wide if wide else 0.5)

    def back(self, pixel: float) -> float:
        """The value of a pixel."""
        return self.low + (self.high - self.low) * (pixel - self.start) / (self.end - self.start)


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round values from ``low`` to ``high``, about so many.

    >>> ticks(0, 31, 4)
    [0.0, 10.0, 20.0, 30.0]
    """
    if not high > low:
        return [low]
    raw = (high - low) / max(about, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if raw <= power * times * 1.0001)
    first = math.ceil(low / step - 1e-9)
    return [step * at for at in range(first, math.floor(high / step + 1e-9) + 1)]


def stretch(values: Sequence[float], start: float, end: float, *, zero: bool = True, room: float = 0.04) -> Scale:
    """A scale that holds all values, from zero if asked, with a little room at the far end."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    if zero:
        low, high = min(low, 0.0), max(high, 0.0)
    wide = (high - low) or abs(high) or 1.0
    return Scale(low if zero and low == 0 else low - room * wide, high + room * wide, start, end)


def plain(value: float) -> str:
    """A tick as it is: thousands apart, decimals only where it has any.

    >>> plain(7500.0), plain(2.5), plain(-5000.0), plain(0.0)
    ('7,500', '2.5', '−5,000', '0')
    """
    said = f"{abs(value):,.2f}".rstrip("0").rstrip(".")
    return f"−{said}" if value < 0 and said != "0" else said


def across(scale: Scale, top: float, foot: float, say: Callable[[float], str] = plain, *, about: int = 5) -> str:
    """Hairlines and labels of a horizontal axis, labels below ``foot``."""
    marks = []
    for value in ticks(scale.low, scale.high, about):
        x = scale(value)
        marks.append(line((x, top), (x, foot), "rule"))
        marks.append(text(x, foot + 16, say(value), fill="faint", anchor="middle"))
    return "".join(marks)


def upward(scale: Scale, left: float, right: float, say: Callable[[float], str] = plain, *, about: int = 5) -> str:
    """Hairlines and labels of a vertical axis, labels left of ``left``."""
    marks = []
    for value in ticks(scale.low, scale.high, about):
        y = scale(value)
        marks.append(line((left, y), (right, y), "rule"))
        marks.append(text(left - 8, y + 4, say(value), fill="faint", anchor="end"))
    return "".join(marks)


def grouped(
    rows: Sequence[dict[str, Any]], places: Sequence[str], top: float, tall: float
) -> tuple[list[tuple[float, dict[str, Any]]], list[tuple[float, str]], float]:
    """Rows below one another under the name of their ``place``: middles of the rows, of the names, and the foot.

    One place alone has no name. Rows keep their order.
    """
    spots: list[tuple[float, dict[str, Any]]] = []
    heads: list[tuple[float, str]] = []
    y = top
    for place in places:
        if len(places) > 1:
            heads.append((y + 12, place))
            y += 24
        for row in rows:
            if row["place"] == place:
                spots.append((y + tall / 2, row))
                y += tall
    return spots, heads, y
