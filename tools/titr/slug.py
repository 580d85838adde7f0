"""Ids and rows of the sources table, the same for every part of the build."""

import hashlib
import re
from collections.abc import Iterable
from urllib.parse import urlsplit

ESTIMATE = "karvan-estimate"
KNOWLEDGE = "general-knowledge"
READ = 2026
"""The year in which the addresses were read."""
_COMMON = {"www", "en", "ru", "com", "org", "net", "az", "kz", "ge", "tr", "cn", "gov", "int", "eu", "co", "uk", "rus"}
_STATISTICS = ("statist", "world bank", "national accounts", "customs", "customs and exchange")
_COMPANIES = ("asco", "ktz", "ady", "railway", "port of", "msc", "shipping", "interrail", "prosper", "kuehne")
_REPORTS = ("cpmm", "carec", "oecd", "world bank", "unescap", "undp", "ebrd", "adb", "journal", "review", "report:")


def source_id(url: str, title: str) -> str:
    """The id of a source: the site, the last words of the address, and a check word; without address, the title.

    One address has one id, whatever title it was quoted under.

    >>> source_id("", "Karvan estimate"), source_id("", "general knowledge, to be verified")
    ('karvan-estimate', 'general-knowledge')
    >>> source_id("https://en.trend.az/business/transport/3723262.html", "Minister Nabiyev")
    'trend-3723262-b2c0'
    """
    if not url.strip():
        return _untitled(title)
    parts = urlsplit(url.strip() if "//" in url else f"//{url.strip()}")
    site = next((word for word in parts.netloc.split(".") if word and word not in _COMMON), "site")
    tail = re.sub(r"\.(html?|php|aspx?|txt|pdf)$", "", f"{parts.path}-{parts.query}".strip("-/"))
    words = _slug(tail.rsplit("/", 1)[-1])
    check = hashlib.sha256(url.strip().encode()).hexdigest()[:4]
    return "-".join(word for word in (_slug(site), words[:28].strip("-"), check) if word)


def source_row(url: str, title: str, publisher: str = "", year: str = "", grade: str = "D") -> dict[str, object]:
    """One row of the sources table: ``year`` is that of publication where known, else of the address or of reading.

    A source without address is an assumption, never better than C; one with an address never worse.
    """
    bare = not url.strip()
    ident = source_id(url, title)
    if ident == ESTIMATE:
        title, publisher, grade = "Karvan estimate", "Karvan", "D"
    elif ident == KNOWLEDGE:
        title, publisher, grade = "General knowledge, to be verified", "Karvan", "C"
    dated = re.search(r"(?<!\d)(20[012]\d)(?!\d)", url)
    return {
        "source_id": ident,
        "title": title.strip() or ident,
        "publisher": (publisher or title.rsplit(" - ", 1)[-1]).strip() or "unknown",
        "url": url.strip() or None,
        "year": float(year or (dated[1] if dated else READ)),
        "grade": max(grade, "C") if bare else min(grade, "C"),
        "kind": "assumption" if bare else _kind(f"{title} {publisher}".lower(), grade),
    }


def merged(rows: Iterable[dict[str, object]]) -> list[dict[str, object]]:
    """One row an id, in order of id: the best grade it was given, the latest year, the longest title."""
    found: dict[str, dict[str, object]] = {}
    for row in rows:
        kept = found.setdefault(str(row["source_id"]), dict(row))
        kept["grade"] = min(str(kept["grade"]), str(row["grade"]))
        kept["title"] = max(str(kept["title"]), str(row["title"]), key=lambda title: (len(title), title))
        kept["publisher"] = min(str(kept["publisher"]), str(row["publisher"]), key=lambda name: (len(name), name))
        kept["kind"] = min(str(kept["kind"]), str(row["kind"]))
        years = [year for year in (kept["year"], row["year"]) if isinstance(year, float)]
        kept["year"] = max(years) if years else None
    return [found[ident] for ident in sorted(found)]


def _untitled(title: str) -> str:
    words = _slug(title)
    if not words or words.startswith(("karvan-estimate", "own-estimate")):
        return ESTIMATE
    if words.startswith("general-knowledge"):
        return KNOWLEDGE
    if len(words) <= 40:
        return words
    return f"{words[:36].strip('-')}-{hashlib.sha256(words.encode()).hexdigest()[:4]}"


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _kind(words: str, grade: str) -> str:
    if grade == "A" and any(mark in words for mark in _STATISTICS):
        return "statistic"
    if any(mark in words for mark in _REPORTS):
        return "report"
    if any(mark in words for mark in _COMPANIES):
        return "company"
    return "report" if grade == "A" else "press"
