"""SVG in small: elements as text; Chart, a drawing with what it says and the table behind it; About, what charts share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

import polars as pl

from karvan.plot.theme import FONT, HEAD, TEXT, dye, ink
from karvan.plot.words import wrap

Value = str | float | int
WIDER = 1.12
"""How much wider than Inter a reader's own font may run where Inter is not installed."""
HATCH = "hatched"
"""The id of the pattern that waiting is filled with."""
Look = dict[str, Value]
"""Attributes that several marks share."""


def el(tag: str, *inside: str, **attributes: Value) -> str:
    """One element; ``stroke_width=2`` becomes ``stroke-width="2"``, numbers keep two decimals at most.

    >>> el("rect", x=1.23456, y=2.0, fill="none")
    '<rect x="1.23" y="2" fill="none"/>'
    """
    said = "".join(f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items())
    return f"<{tag}{said}>{''.join(inside)}</{tag}>" if inside else f"<{tag}{said}/>"


def _value(value: Value) -> str:
    return escape(value, quote=True) if isinstance(value, str) else number(value)


def number(value: float) -> str:
    """A coordinate with two decimals at most.

    >>> number(3.0), number(-0.001), number(12.346)
    ('3', '0', '12.35')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def text(x: float, y: float, said: str, *, bold: bool = False, fill: str = "ink", **more: Value) -> str:
    """A line of text of the small size; ``fill`` is a token, ``anchor`` and the rest are attributes."""
    if "anchor" in more:
        more["text_anchor"] = more.pop("anchor")
    if bold:
        more["font_weight"] = 600
    return el("text", escape(said, quote=False), x=x, y=y, fill=ink(fill), **more)


def line(start: tuple[float, float], end: tuple[float, float], stroke: str, width: float = 1, **more: Value) -> str:
    """A straight line; ``stroke`` is a token."""
    (x1, y1), (x2, y2) = start, end
    return el("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=ink(stroke), stroke_width=width, **more)


def hint(said: str) -> str:
    """What a mark says when pointed at."""
    return el("title", escape(said, quote=False))


@dataclass(frozen=True)
class About:
    """The words around a picture.

    ``names``: a place's id to its short name. ``unit``: what a price is for. ``source``: the line under a picture.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""
    unit: str = "FEU"
    scenario: str = ""
    year: int = 0
    source: str = ""

    def name(self, node: str) -> str:
        """The short name of a place, or its id."""
        return self.names.get(node, node)

    def where(self, place: str) -> str:
        """From where to where, in which scenario and year's dollars."""
        said = f"{self.origin} to {place}" if place else f"from {self.origin}"
        return f"{said}; scenario {self.scenario or 'base'}, US dollars of {self.year}"


@dataclass(frozen=True)
class Chart:
    """A picture, what it says, and the table it is drawn from.

    ``title`` states the finding; ``subtitle`` names metric, unit, scenario and year; ``alt`` says the same to who cannot
    see it; ``source`` names where the numbers come from. ``body`` is SVG in tokens, ``width`` by ``height`` px.
    """

    name: str
    title: str
    subtitle: str
    alt: str
    width: float
    height: float
    body: str
    table: pl.DataFrame
    source: str = ""
    labels: tuple[tuple[float, float, float, float], ...] = field(default=(), repr=False)

    def inline(self, id_: str = "") -> str:
        """The drawing for a page whose style sheet has the tokens; without title and source, which the page says."""
        named = {"id": id_} if id_ else {}
        body = self.body.replace(HATCH, f"{HATCH}-{self.name}")  # a page holds many drawings and every id once
        box = f"0 0 {number(self.width)} {number(self.height)}"
        return el("svg", body, viewBox=box, role="img", aria_label=f"{self.title}. {self.alt}", **named, **_font())

    def alone(self, theme: str = "light", *, bare: bool = False) -> str:
        """The drawing as a file of its own, with title, subtitle and source (``bare``: without)."""
        top, foot = (0.0, 0.0) if bare else (self._head()[1], 28.0)
        height = self.height + top + foot
        said = "" if bare else self._head()[0] + text(16, height - 12, self.source, fill="faint")
        paper = el("rect", width=self.width, height=height, fill=ink("paper"))
        part = {"y": top, "width": self.width, "height": self.height}
        body = el(
            "svg", self.body, viewBox=f"0 0 {number(self.width)} {number(self.height)}", **part
        )  # cuts what juts out
        frame: Look = {"viewBox": f"0 0 {number(self.width)} {number(height)}", "width": self.width, "height": height}
        spoken = hint(self.title) + el("desc", escape(self.alt, quote=False))
        drawn = el("svg", spoken, paper, said, body, xmlns="http://www.w3.org/2000/svg", **frame, **_font())
        return dye(drawn, theme)

    def _head(self) -> tuple[str, float]:
        lines = wrap(self.title, self.width - 32, HEAD * WIDER)
        said = [text(16, 24 + 18 * at, row, bold=True, font_size=HEAD) for at, row in enumerate(lines)]
        under = wrap(self.subtitle, self.width - 32, TEXT * WIDER)
        start = 24 + 18 * len(lines)
        said += [text(16, start + 16 * at, row, fill="faint") for at, row in enumerate(under)]
        return "".join(said), start + 16 * len(under) + 8


def _font() -> Look:
    return {"font_family": FONT, "font_size": TEXT}
