"""Numbers and tables as plain text of at most 80 columns."""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 80


def number(value: float | None, digits: int = 3) -> str:
    """A figure of so many significant digits, with thousands.

    >>> number(28.412), number(1843.2), number(0.0642), number(None)
    ('28.4', '1,840', '0.0642', '-')
    """
    if value is None or math.isnan(value):
        return "-"
    if not value or math.isinf(value):
        return f"{value:.0f}"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(0, places)}f}"


def price(value: float | None) -> str:
    """Money in whole units; below ten with two decimals.

    >>> price(5180.4), price(4.5)
    ('5,180', '4.50')
    """
    if value is None or math.isnan(value):
        return "-"
    return f"{value:,.0f}" if abs(value) >= 10 or not value else f"{value:.2f}"


def band(low: float, high: float, scale: float = 1.0) -> str:
    """A band of three significant digits.

    >>> band(4612, 5920)
    '4,610-5,920'
    """
    return f"{number(low / scale)}-{number(high / scale)}"


def percent(share: float) -> str:
    """A share in per cent.

    >>> percent(0.3421)
    '34 %'
    """
    return f"{100 * share:.0f} %"


def wrap(said: str, indent: str = "") -> str:
    """A paragraph broken at 80 columns, though not before a per cent sign; later lines are indented."""
    tied = said.replace(" %", "\u00a0%")
    lines = textwrap.wrap(tied, WIDTH, subsequent_indent=indent, break_long_words=True, break_on_hyphens=False)
    return "\n".join(lines).replace("\u00a0", " ")


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, its cells, and whether they are figures and stand to the right."""

    title: str
    cells: Sequence[str]
    right: bool = True


def table(columns: Sequence[Column], width: int = WIDTH) -> str:
    """A table in plain text; the widest texts are cut until it fits, and a cut is shown by two dots.

    >>> print(table([Column("place", ["Aktau", "Poti"], right=False), Column("km", ["405", "1,200"])]))
    place     km
    Aktau    405
    Poti   1,200
    """
    sizes = [max(len(cell) for cell in (column.title, *column.cells)) for column in columns]
    room = width - 2 * (len(columns) - 1)
    while sum(sizes) > room:
        texts = [place for place, column in enumerate(columns) if not column.right] or range(len(columns))
        sizes[max(texts, key=lambda place: sizes[place])] -= 1
    heads = [column.title for column in columns]
    rows = [heads, *zip(*(column.cells for column in columns), strict=True)]
    lines = []
    for cells in rows:
        pairs = zip(cells, sizes, columns, strict=True)
        set_in = [
            cut(cell, size).rjust(size) if column.right else cut(cell, size).ljust(size) for cell, size, column in pairs
        ]
        lines.append("  ".join(set_in).rstrip())
    return "\n".join(lines)


def cut(said: str, size: int) -> str:
    """A text of at most ``size`` letters.

    >>> cut("Constanta", 6)
    'Cons..'
    """
    return said if len(said) <= size else said[: max(0, size - 2)] + ".."[: max(0, size)]
