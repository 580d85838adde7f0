"""Colours and sizes of every picture and report, as tokens; a drawing names tokens and gets its colours last.

A drawing's colours are written ``var(--rail)``: a page's style sheet fills them in (light, dark or print), and
``dye`` does so for a drawing that stands alone.
"""

import re
from typing import Final

LIGHT: Final = {
    "paper": "#ffffff", "panel": "#f6f7f7", "ink": "#22303a", "faint": "#5f6b73", "rule": "#dfe3e5",
    "land": "#f6f4ef", "water": "#dce7ee", "coast": "#c9c3b6", "frontier": "#c9c3b6",
    "rail": "#1b5e84", "sea": "#0096a0", "road": "#be7828", "pipe": "#7a5c99", "post": "#c0392b",
    "base": "#8a949b", "accent": "#e65a1e", "moving": "#3d5363", "handling": "#7b8d9a", "waiting": "#5f6b73",
}  # fmt: skip
DARK: Final = LIGHT | {
    "paper": "#12191e", "panel": "#1a2329", "ink": "#e6ebee", "faint": "#a3afb7", "rule": "#2c383f",
    "land": "#20292e", "water": "#151d23", "coast": "#4a565d", "frontier": "#4a565d",
    "rail": "#5aa7d6", "sea": "#35bcc8", "road": "#dda15a", "pipe": "#aa8fcb", "post": "#f08373",
    "base": "#8f9aa1", "accent": "#ff8a50", "moving": "#a9bcc9", "handling": "#70838f", "waiting": "#a3afb7",
}  # fmt: skip
PRINT: Final = LIGHT | {
    "panel": "#ffffff", "land": "#fbfaf8", "water": "#ffffff", "coast": "#a8a8a8", "frontier": "#b8b4aa",
}  # fmt: skip
THEMES: Final = {"light": LIGHT, "dark": DARK, "print": PRINT}

FONT: Final = "Inter, 'Noto Sans Georgian', system-ui, sans-serif"
TEXT: Final = 12
"""The size of labels and axes, px."""
HEAD: Final = 14
"""The size of what a picture says about itself, px."""
MODES: Final = {"rail": "rail", "road": "road", "sea": "sea", "river": "sea", "pipe": "pipe", "cable": "pipe"}
"""The token of each mode's colour; used for nothing else."""
PARTS: Final = {"moving": "moving", "handling": "handling", "border": "post", "waiting": "waiting"}
"""The token of each part of a journey's hours."""


def ink(token: str) -> str:
    """The way a drawing names a colour.

    >>> ink("rail")
    'var(--rail)'
    """
    if token not in LIGHT:
        raise KeyError(f"no colour token {token!r}")
    return f"var(--{token})"


def dye(drawing: str, theme: str = "light") -> str:
    """The drawing with colours in the place of tokens.

    >>> dye('<line stroke="var(--sea)"/>', "dark")
    '<line stroke="#35bcc8"/>'
    """
    colours = THEMES[theme]
    return re.sub(r"var\(--([a-z]+)\)", lambda found: colours[found[1]], drawing)


def style(theme: str) -> str:
    """The tokens of a theme as CSS custom properties."""
    return "".join(f"--{token}:{colour};" for token, colour in THEMES[theme].items())


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21 (WCAG 2.2, relative luminance).

    >>> round(contrast("#000000", "#ffffff"))
    21
    """
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
