"""The words of the boards in English, Russian, Kazakh and Azerbaijani: one table, a row a word."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from fastapi import Request

LANGUAGES = {"en": "English", "ru": "Русский", "kk": "Қазақша", "az": "Azərbaycanca"}
COOKIE = "karvan_language"


@cache
def words() -> Mapping[str, Mapping[str, str]]:
    """By language, each key's word.

    >>> words()["az"]["RELEASED"]
    'Buraxılış'
    """
    text = files("karvan.api.boards").joinpath("words.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return {language: {row["key"]: row[language] for row in rows} for language in LANGUAGES}


def language(request: Request) -> str:
    """The language of a request: the one that was clicked, or the first of the browser's that the boards speak.

    The weights of Accept-Language (RFC 9110, 12.5.4) order what the browser takes; English where it takes none of ours.
    """
    chosen = request.cookies.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    wished: list[tuple[float, str]] = []
    for part in request.headers.get("Accept-Language", "")[:200].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            wished.append((-float(weight or 1), name.partition("-")[0].lower()))
        except ValueError:
            continue
    ours = [name for weight, name in sorted(wished, key=lambda each: each[0]) if weight < 0 and name in LANGUAGES]
    return ours[0] if ours else "en"
