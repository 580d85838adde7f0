"""Markdown of the docs: formulas, and the examples of docstrings.

Formulas become MathML, so that they render in any browser without a script or a request: $`x`$ in a line, ```math blocks. Both
are also how GitHub writes them. The conversion from LaTeX is latex2mathml's, at build.
"""

import re
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from latex2mathml.converter import convert
from markdown import Extension, Markdown
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor

INLINE = r"\$`([^`]+)`\$"
ABOVE_CODE = 195
BEFORE_FENCES = 29


def mathml(latex: str, display: str = "inline") -> str:
    """The MathML of a formula, without the namespace that HTML knows by itself."""
    return convert(latex.strip(), display=display).replace(' xmlns="http://www.w3.org/1998/Math/MathML"', "")


def block(source: str, language: str, css_class: str, options: Any, md: Markdown, **rest: Any) -> str:
    """A block of formulas, one a paragraph; the signature is that of a custom fence of pymdownx."""
    formulas = [part for part in re.split(r"\n\s*\n", source.strip()) if part]
    return "".join(f'<div class="formula">{mathml(part, "block")}</div>' for part in formulas)


class Inline(InlineProcessor):
    """$`x`$ within a line."""

    def handleMatch(self, m: "re.Match[str]", data: str) -> tuple[Element, int, int]:  # type: ignore[override]
        """The formula as an element, and the text that it takes the stead of."""
        return fromstring(mathml(m[1])), m.start(0), m.end(0)


class Doctests(Preprocessor):
    """Paragraphs that begin with ``>>>`` are examples, not quotations."""

    def run(self, lines: list[str]) -> list[str]:
        """Puts a fence round each."""
        found: list[str] = []
        inside = False
        for line in [*lines, ""]:
            if not inside and line.startswith(">>> "):
                found += ["", "```pycon"]
                inside = True
            elif inside and not line.strip():
                found += ["```"]
                inside = False
            found.append(line)
        return found


class Ours(Extension):
    """The Markdown extension that knows formulas within a line, and doctests."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Adds both, before code and fences."""
        md.inlinePatterns.register(Inline(INLINE, md), "formula", ABOVE_CODE)
        md.preprocessors.register(Doctests(md), "doctests", BEFORE_FENCES)
