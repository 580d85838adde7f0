"""Numbers and names in words, and how wide words are: what labels are written and placed with."""

import math
import unicodedata
from collections import Counter
from collections.abc import Mapping
from typing import Final

from karvan.plot.theme import TEXT

# Advance widths of Inter's printable ASCII letters in thousandths of the size, printed by tools/fonts.py.
_REGULAR: Final = (
    281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 407, 610, 618, 646, 593, 620,
    566, 619, 620, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903,
    753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612,
    583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426,
    333, 426, 662,
)  # fmt: skip
_OTHER: Final = 0.64
_BOLD: Final = 1.04


def width(text: str, size: float = TEXT, *, bold: bool = False) -> float:
    """Width of a text in Inter, px. Letters beyond ASCII count as the letter they are built on, or as a wide one.

    >>> round(width("Aktau", 10), 1)
    27.2
    """
    plain = unicodedata.normalize("NFKD", text)
    units = sum(
        _REGULAR[ord(letter) - 32] / 1000 if " " <= letter <= "~" else _OTHER
        for letter in plain
        if not unicodedata.combining(letter)
    )
    return units * size * (_BOLD if bold else 1)


def wrap(text: str, room: float, size: float = TEXT) -> list[str]:
    """The text broken at spaces into lines no wider than ``room`` px (a longer word keeps a line of its own).

    >>> wrap("the Middle Corridor", 80)
    ['the Middle', 'Corridor']
    """
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def shorten(text: str, room: float, size: float = TEXT) -> str:
    """The text, cut with an ellipsis where it is wider than ``room`` px.

    >>> shorten("Altynkol", 40)
    'Altyn...'
    """
    if width(text, size) <= room:
        return text
    while text and width(text + "...", size) > room:
        text = text[:-1]
    return text.rstrip() + "..."


def usd(value: float) -> str:
    """Dollars to the nearest ten from a hundred up, as prices are quoted.

    >>> usd(5182.4), usd(-84.6)
    ('5,180', '−85')
    """
    return _minus(f"{round(value, -1):,.0f}" if abs(value) >= 100 else f"{value:,.0f}")


def figures(value: float) -> str:
    """Three significant figures, thousands apart.

    >>> figures(1268.4), figures(0.04567), figures(21.86), figures(0.0)
    ('1,270', '0.0457', '21.9', '0')
    """
    if value == 0 or value != value:
        return "0" if value == 0 else ""
    rounded = float(f"{value:.3g}")
    places = max(0, 2 - math.floor(math.log10(abs(rounded))))
    said = f"{rounded:,.{places}f}"
    return _minus(said.rstrip("0").rstrip(".") if "." in said else said)


def days(hours: float) -> str:
    """Days with one decimal, from hours.

    >>> days(706)
    '29.4'
    """
    return _minus(f"{hours / 24:.1f}")


def span(hours: float) -> str:
    """Hours as hours below two days and as days from there.

    >>> span(21.8), span(60)
    ('22 h', '2.5 d')
    """
    return f"{hours:.0f} h" if abs(hours) < 48 else f"{hours / 24:.1f} d"


def signed(text: str) -> str:
    """A number's text with its sign in front, a plus too.

    >>> signed("320"), signed("−5"), signed("0")
    ('+320', '−5', '0')
    """
    return text if text.startswith("−") or not text.strip("0.,") else f"+{text}"


def percent(share: float) -> str:
    """A share in whole per cents.

    >>> percent(0.447)
    '45 %'
    """
    return _minus(f"{share * 100:.0f} %")


def _minus(text: str) -> str:
    bare = text.lstrip("-")
    return f"−{bare}" if text.startswith("-") and bare.strip("0.,") else bare


DESCRIBED = {
    "middle": "Middle Corridor", "north": "Northern route", "south": "Southern route", "suez": "Sea by Suez",
    "cape": "Sea by the Cape", "turkmenbashi": "Turkmenbashi route", "iran": "Through Iran", "russia": "Russian ports",
    "trans_siberian": "Trans-Siberian", "cku": "China-Kyrgyzstan-Uzbekistan", "zangezur": "Zangezur / TRIPP",
    "anaklia": "Anaklia", "btc": "BTC pipeline", "cpc": "CPC pipeline", "road_north": "Road through Russia",
}  # fmt: skip


def called(corridor: str) -> str:
    """A corridor tag as a reader knows it.

    >>> called("north"), called("ring_line")
    ('Northern route', 'Ring line')
    """
    return DESCRIBED.get(corridor) or corridor.replace("_", " ").capitalize() or "Other"


GENERIC = frozenset(
    [
        "port",
        "station",
        "terminal",
        "junction",
        "international",
        "land",
        "dry",
        "seaport",
        "logistics",
        "centre",
        "gateway",
        "crossing",
        "and",
    ]
)


def short(name: str) -> str:
    """A place's name without brackets and without the words at its end that only say what it is.

    >>> short("Aktau port"), short("Xi'an International Port station"), short("Istanbul (Halkali)")
    ('Aktau', "Xi'an", 'Istanbul')
    """
    words = name.split("(")[0].split(",")[0].split("/")[0].split()
    while len(words) > 1 and words[-1].casefold() in GENERIC:
        words.pop()
    return " ".join(words) or name


def shorts(names: Mapping[str, str]) -> dict[str, str]:
    """Short names by id; where two places would be called the same, both keep their whole names.

    >>> shorts({"A": "Aktau port", "B": "Aktau station", "C": "Poti port"})
    {'A': 'Aktau port', 'B': 'Aktau station', 'C': 'Poti'}
    """
    cut = {node: short(name) for node, name in names.items()}
    count = Counter(cut.values())
    return {node: said if count[said] == 1 else names[node] for node, said in cut.items()}
