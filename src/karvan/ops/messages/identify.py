"""Numbers that name things: boxes, wagons, places, goods, movements, and the digits that guard them.

Each check takes what was written and the pointer to its field, and returns the number in its normal form: no blanks, no
hyphens, upper case. A number that cannot be raises MessageError with the field, the rule and a cure. A check digit finds
every single wrong digit of a wagon number; that of a box misses what makes its remainder 10 of 0 and back, as ISO 6346
itself does.

Sources: ISO 6346:2022, annex A (boxes); UIC leaflet 438-2 and the eight-digit numbering of 1520 mm wagons (wagons, both by
Luhn's digit, ISO/IEC 7812-1, annex B); UNECE Recommendation 16 (places); Harmonized System 2022 (headings); Regulation (EU)
2015/2447, annex B, data element 2/1 (movements).
"""

import re
from collections.abc import Collection
from typing import NoReturn

from karvan.errors import MessageError
from karvan.ops.messages.faults import fault

LETTERS = {letter: value for letter, value in zip(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True
)}  # fmt: skip
"""Values of letters in the digit of ISO 6346: from 10, without the multiples of 11."""
VALUES = LETTERS | {str(n): n for n in range(10)}

# Headings of HS 2022 by chapter; 77 is reserved, 98 and 99 are left to each country.
_HEADINGS = """
01:01-06 02:01-10 03:01-09 04:01-10 05:01-02,04-08,10-11 06:01-04 07:01-14 08:01-14 09:01-10 10:01-08 11:01-09 12:01-14
13:01-02 14:01,04 15:01-18,20-22 16:01-05 17:01-04 18:01-06 19:01-05 20:01-09 21:01-06 22:01-09 23:01-09 24:01-04
25:01-26,28-30 26:01-21 27:01-16 28:01-37,39-47,49-50,52-53 29:01-42 30:01-06 31:01-05 32:01-15 33:01-07 34:01-07 35:01-07
36:01-06 37:01-07 38:01-27 39:01-26 40:01-17 41:01-07,12-15 42:01-03,05-06 43:01-04 44:01-21 45:01-04 46:01-02 47:01-07
48:01-14,16-23 49:01-11 50:01-07 51:01-13 52:01-12 53:01-03,05-11 54:01-08 55:01-16 56:01-09 57:01-05 58:01-11 59:01-11
60:01-06 61:01-17 62:01-17 63:01-10 64:01-06 65:01-02,04-07 66:01-03 67:01-04 68:01-15 69:01-07,09-14 70:01-11,13-20
71:01-18 72:01-29 73:01-26 74:01-13,15,18-19 75:01-08 76:01-16 78:01-02,04,06 79:01-05,07 80:01-03,07 81:01-06,08-13
82:01-15 83:01-11 84:01-68,70-87 85:01-19,21-49 86:01-09 87:01-16 88:01-02,04-07 89:01-08 90:01-08,10-33 91:01-14
92:01-02,05-09 93:01-07 94:01-06 95:03-08 96:01-20 97:01-06
"""


def _headings() -> frozenset[str]:
    found = set()
    for line in _HEADINGS.split():
        chapter, runs = line.split(":")
        for run in runs.split(","):
            first, _, last = run.partition("-")
            found |= {f"{chapter}{n:02}" for n in range(int(first), int(last or first) + 1)}
    return frozenset(found)


HEADINGS = _headings()
"""The 1,228 four-digit headings of HS 2022."""
CHAPTERS = frozenset(code[:2] for code in HEADINGS)


def modulus_11(text: str) -> int:
    """The digit of ISO 6346 over letters and digits: each times a power of two, modulo 11, and 10 read as 0.

    >>> modulus_11("CSQU305438"), modulus_11("GYOU404799")  # the second leaves a remainder of 10
    (3, 0)
    """
    return sum(VALUES[sign] << place for place, sign in enumerate(text)) % 11 % 10


def luhn(digits: str) -> int:
    """Luhn's digit: from the right, every second digit doubled from the last on, digit sums taken, to the next ten.

    >>> luhn("21812471217")  # 21 81 2471 217-3
    3
    """
    doubled = (int(sign) * (2 - place % 2) for place, sign in enumerate(reversed(digits)))
    return -sum(value // 10 + value % 10 for value in doubled) % 10


def box(value: object, pointer: str = "/box") -> str:
    """A freight container by ISO 6346: four letters, of which the last U, J or Z, six digits and a check digit.

    >>> box("csqu 305438-3")
    'CSQU3054383'
    """
    text = _plain(value)
    if len(text) != 11:
        rule = f"a box number has 11 signs, this has {len(text)}"
        _refuse(pointer, value, rule, "Give owner, category, serial number and check digit, as CSQU3054383")
    if not re.fullmatch(r"[A-Z]{3}[UJZ][0-9]{7}", text):
        rule = "a box number is three letters, one of U, J and Z, and seven digits"
        _refuse(pointer, value, rule, "Write it as CSQU3054383")
    return _guarded(text, modulus_11(text[:-1]), pointer, "Read the number off the box again")


def wagon(value: object, pointer: str = "/wagon") -> str:
    """A wagon: 12 digits (UIC) or 8 digits (1520 mm), each with Luhn's digit last.

    >>> wagon("21 81 2471 217-3"), wagon("9501 2340")
    ('218124712173', '95012340')
    """
    text = _plain(value)
    if not re.fullmatch(r"[0-9]{8}|[0-9]{12}", text):
        rule = "a wagon number has 12 digits (UIC) or 8 (1520 mm)"
        _refuse(pointer, value, rule, "Write it as 21 81 2471 217-3 or 95012340")
    return _guarded(text, luhn(text[:-1]), pointer, "Read the number off the wagon again")


def unit(value: object, pointer: str = "/unit") -> str:
    """A box or a wagon, told apart by its first sign.

    >>> unit("CSQU3054383"), unit("95012340")
    ('CSQU3054383', '95012340')
    """
    return wagon(value, pointer) if _plain(value)[:1].isdigit() else box(value, pointer)


def place(value: object, pointer: str = "/place", known: Collection[str] = ()) -> str:
    """A UN/LOCODE: a country's two letters and three letters or digits 2 to 9; one of ``known`` where they are given.

    >>> place("kz aau")
    'KZAAU'
    """
    text = _plain(value)
    if not re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", text):
        rule = "a UN/LOCODE is two letters of a country and three letters or digits from 2"
        _refuse(pointer, value, rule, "Write it as KZAAU", known)
    if known and text not in known:
        _refuse(pointer, value, "no place of this corridor has this UN/LOCODE", "Use one of its places", known)
    return text


def heading(value: object, pointer: str = "/hs") -> str:
    """Goods by the Harmonized System: a chapter (2 digits), a heading (4) or a subheading (6), of HS 2022.

    >>> heading("2844.10"), heading("10")
    ('284410', '10')
    """
    text = _plain(value).replace(".", "")
    if not re.fullmatch(r"[0-9]{2}|[0-9]{4}|[0-9]{6}", text):
        rule = "an HS code has 2, 4 or 6 digits"
        _refuse(pointer, value, rule, "Cut a national code to its first six digits, and keep the leading zero")
    if text[:2] not in CHAPTERS:
        _refuse(pointer, value, f"HS 2022 has no chapter {text[:2]}", "Chapters are 01 to 97, without 77")
    if len(text) > 2 and text[:4] not in HEADINGS:
        known = [code for code in HEADINGS if code[:2] == text[:2]]
        _refuse(pointer, text[:4], f"HS 2022 has no heading {text[:4]}", "Use a heading of its chapter", known)
    return text


def movement(value: object, pointer: str = "/mrn") -> str:
    """A movement reference number (MRN): year, country, 13 letters or digits and a check digit, 18 signs in all.

    >>> movement("23KZ00012345678902")
    '23KZ00012345678902'
    """
    text = _plain(value)
    if not re.fullmatch(r"[0-9]{2}[A-Z]{2}[A-Z0-9]{13}[0-9]", text):
        rule = "an MRN is two digits of the year, two letters of a country, 13 letters or digits and a check digit"
        _refuse(pointer, value, rule, "Copy all 18 signs of the MRN")
    return _guarded(text, modulus_11(text[:-1]), pointer, "Copy the MRN again")


def _plain(value: object) -> str:
    """What was written, without blanks, hyphens and case: signs of other alphabets and digits stay, and are refused."""
    if not isinstance(value, str) or not value.isascii():  # "ß".upper() is "SS", and would pass
        return str(value or "")
    return re.sub(r"[ \t-]", "", value).upper()


def _guarded(text: str, digit: int, pointer: str, cure: str) -> str:
    if text[-1] != str(digit):
        _refuse(pointer, text, f"the check digit of {text[:-1]} is {digit}, not {text[-1]}", cure)
    return text


def _refuse(pointer: str, value: object, rule: str, cure: str, known: Collection[str] = ()) -> NoReturn:
    raise MessageError([fault(pointer, value, rule, cure, known=known)])
