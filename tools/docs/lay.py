"""Tables and numbers as Markdown, and the corridor they speak of."""

from collections.abc import Collection, Sequence
from functools import cache

import karvan as kv
from karvan.runs.plain import text


@cache
def titr() -> kv.Corridor:
    """The reference corridor."""
    return kv.load("titr")


def table(heads: Sequence[str], rows: Sequence[Sequence[str]], right: Collection[int] = ()) -> str:
    """A Markdown table; columns in ``right`` hold figures and stand to the right."""
    rule = ["---:" if place in right else "---" for place in range(len(heads))]
    lines = [heads, rule, *([cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float | None) -> str:
    """Three significant digits with thousands; nothing for an unknown."""
    return "" if value is None else text.number(value)


def span(low: float | None, high: float | None, value: float | None) -> str:
    """A published figure: its band where it has one."""
    if low is None or high is None or low == high:
        return number(value if low is None or high is None else low)
    return f"{number(low)} to {number(high)}"
