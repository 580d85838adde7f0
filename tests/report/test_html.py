"""The page: whole, alone, small, readable without script or sight."""

import base64
import csv
import io
import re
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree import ElementTree

import polars as pl
import pytest

from drawn import full, routes, toy
from karvan.report import report
from karvan.report.html import amount, band_of, value_of

VOID = {"meta", "link", "br", "hr", "img", "input"}


class Page(HTMLParser):
    """The page's elements in order, and whether each was closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.all: list[tuple[str, dict[str, str]]] = []
        self.wrong: list[str] = []
        self.text: dict[str, list[str]] = {}
        self.feed(text)
        self.wrong += [f"open: {tag}" for tag in self.stack]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.all.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if not self.stack or self.stack.pop() != tag:
            self.wrong.append(f"closed: {tag}")

    def handle_data(self, data: str) -> None:
        if self.stack:
            self.text.setdefault(self.stack[-1], []).append(data)

    def having(self, name: str) -> list[dict[str, str]]:
        return [attrs for _, attrs in self.all if name in attrs]

    def of(self, tag: str) -> list[dict[str, str]]:
        return [attrs for one, attrs in self.all if one == tag]


@pytest.fixture(scope="module")
def text() -> str:
    return full().html()


@pytest.fixture(scope="module")
def page(text: str) -> Page:
    return Page(text)


def test_every_element_is_closed_and_every_id_is_its_own(page: Page) -> None:
    assert page.wrong == []
    ids = [attrs["id"] for attrs in page.having("id")]
    assert {one for one in ids if ids.count(one) > 1} == set()
    links = [attrs["href"][1:] for attrs in page.of("a") if attrs["href"].startswith("#")]
    assert links
    assert set(links) <= set(ids)


def test_it_asks_for_nothing_outside_itself(text: str, page: Page) -> None:
    assert len(text.encode()) < 3_000_000
    assert page.of("link") == page.of("img") == page.of("iframe") == []
    assert page.having("src") == []
    assert all(attrs["href"].startswith(("#", "data:")) for attrs in page.of("a") if "rel" not in attrs)
    css = "".join(page.text["style"])
    assert set(re.findall(r"url\((.{5})", css)) == {"data:"}
    assert "@import" not in css
    assert not re.search(r"fetch|XMLHttp|import\(|https?:", "".join(page.text["script"]))


def test_a_source_links_only_when_clicked() -> None:
    told = full().corridor.sources.with_columns(pl.lit("https://example.org/a?b=1&c=2").alias("url"))
    found = Page(report(toy(), routes(), sources=told).html())
    out = [attrs for attrs in found.of("a") if attrs["href"].startswith("http")]
    assert {attrs["href"] for attrs in out} == {"https://example.org/a?b=1&c=2"}
    assert all("noreferrer" in attrs["rel"] for attrs in out)


def test_every_chart_has_its_table_its_words_and_its_downloads(page: Page) -> None:
    figures = [attrs for attrs in page.of("figure")]
    charts = [chart for one in full().sections(960) for chart in one.charts]
    assert len(figures) == len(charts) + 1
    assert len(page.of("details")) == len(figures)
    drawn = [attrs for attrs in page.of("svg")]
    assert len(drawn) == len(figures)
    assert all(attrs["role"] == "img" and len(attrs["aria-label"]) > 40 for attrs in drawn)
    downloads = [attrs for attrs in page.of("a") if "download" in attrs]
    assert len([one for one in downloads if one["download"].endswith(".svg")]) == len(figures)
    assert len(page.of("table")) == len([one for one in downloads if one["download"].endswith(".csv")])


def test_downloads_hold_the_drawing_and_the_very_numbers(page: Page) -> None:
    for attrs in page.of("a"):
        kind, _, rest = attrs["href"].partition(",")
        if kind.startswith("data:image/svg"):
            root = ElementTree.fromstring(unquote(rest))
            assert root.tag.endswith("svg")
            assert "var(" not in unquote(rest)
        if attrs.get("download") == "ways.csv":
            rows = list(csv.DictReader(io.StringIO(unquote(rest))))
            chart = next(chart for one in full().sections(960) for chart in one.charts if chart.name == "ways")
            assert [float(row["price_usd"]) for row in rows] == chart.table["price_usd"].to_list()


def test_findings_come_first_with_value_and_band(text: str, page: Page) -> None:
    sentences = full().findings["sentence"].to_list()
    said = " ".join("".join(parts) for parts in page.text.values())
    assert all(one in said for one in sentences)
    assert text.index("Findings</h2>") < text.index('id="staircase"')
    assert len(page.of("li")) == len(sentences)


def test_user_words_are_escaped(text: str, page: Page) -> None:
    assert "Toy & <ways>" in "".join(page.text["h1"])
    assert "<ways>" not in text


def test_fonts_are_inside_and_cover_the_corridor(text: str) -> None:
    fonts = re.findall(r"base64,([A-Za-z0-9+/=]+)\) format\('woff2'\)", text)
    assert len(fonts) == 4
    assert all(base64.b64decode(font)[:4] == b"wOF2" for font in fonts)


def test_three_sizes_two_weights(page: Page) -> None:
    css = "".join(page.text["style"])
    screen = css.split("@media print{*")[0].split("@page")[0]
    sizes = set(re.findall(r"font-size:(\d+)px", screen)) | set(re.findall(r"font:\d+ (\d+)px", screen))
    assert sizes == {"20", "14", "12"}
    assert set(re.findall(r"font-weight:(\d+)", screen)) == {"400", "600"}


def test_a_page_of_routes_without_findings_says_what_its_charts_find() -> None:
    one = report(toy(), routes(), title="Ways")
    found = Page(one.html())
    assert found.wrong == []
    titles = [chart.title for section in one.sections(960) for chart in section.charts[:1]][:5]
    assert len(found.of("li")) == len(titles)


def test_values_and_bands_in_words() -> None:
    row = {
        "value": 706.0,
        "low": 540.0,
        "high": 900.0,
        "unit": "h",
        "compared_with": "north",
        "change": -48.0,
        "clear": True,
    }
    assert (value_of(row), band_of(row)) == ("29.4 days", "22.5 to 37.5; ↓ 2.0 against north")
    assert "no clear difference" in band_of({**row, "clear": False})
    assert band_of({**row, "low": None, "compared_with": ""}) == ""
    assert amount(1234.0, "USD/FEU") == "1,230"
