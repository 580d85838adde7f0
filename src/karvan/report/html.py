"""The report as one HTML file: style, script, fonts and drawings inside; it asks for nothing outside itself."""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from typing import Any
from urllib.parse import quote

import polars as pl

from karvan.plot.maps import DISCLAIMER
from karvan.plot.svg import Chart
from karvan.plot.theme import FONT, style
from karvan.plot.words import figures, percent, usd
from karvan.report.columns import cell, heading
from karvan.report.sections import Section

FACES = (
    ("Inter", 400, "inter-400", ""),
    ("Inter", 600, "inter-600", ""),
    ("Noto Sans Georgian", 400, "georgian-400", "U+10A0-10FF"),
    ("Noto Sans Georgian", 600, "georgian-600", "U+10A0-10FF"),
)
MOST_ROWS = 400
"""Rows a table shows on the page; the download has them all."""
PRINTED_ROWS = 30
"""Rows of a table that the page prints (the style sheet says the same)."""


@dataclass(frozen=True)
class Said:
    """What a report says beside its charts: title, subtitle, findings, and what it takes to repeat it."""

    title: str
    subtitle: str
    findings: pl.DataFrame
    stamp: Mapping[str, str]


def page(said: Said, chart: Chart | None, sections: Sequence[Section]) -> str:
    """The whole page."""
    here = files("karvan") / "report" / "templates"
    parts = {
        "title": escape(said.title),
        "subtitle": escape(said.subtitle),
        "run": escape(f"Corridor {said.stamp['Corridor']} · run {said.stamp['Run']} · Karvan {said.stamp['Karvan']}"),
        "style": _style() + (here / "page.css").read_text(encoding="utf-8"),
        "script": (here / "page.js").read_text(encoding="utf-8"),
        "map": _figure(chart, zooms=True) if chart else "",
        "findings": _findings(said.findings, [one for section in sections for one in section.charts[:1]]),
        "menu": "".join(f'<a href="#{one.name}">{escape(one.heading)}</a>' for one in sections)
        + '<a href="#run">The run</a>',
        "sections": "".join(_section(one) for one in sections),
        "stamp": "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in said.stamp.items()),
        "disclaimer": escape(DISCLAIMER),
    }
    text = (here / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], text)


def _style() -> str:
    faces = "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-display:swap;"
        f"{f'unicode-range:{letters};' if letters else ''}src:url(data:font/woff2;base64,{_font(file)}) format('woff2')}}"
        for family, weight, file, letters in FACES
    )
    dark = f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{style('dark')}}}}}"
    printed = f"@media print{{:root{{color-scheme:light;{style('print')}}}}}"
    return f"{faces}:root{{color-scheme:light;--font:{FONT};{style('light')}}}{dark}{printed}"


def _font(name: str) -> str:
    return base64.b64encode((files("karvan") / "data" / "fonts" / f"{name}.woff2").read_bytes()).decode()


def _section(section: Section) -> str:
    charts = "".join(_figure(chart) for chart in section.charts)
    tables = "".join(
        f"<h3>{escape(caption)}</h3>{_table(frame, caption)}{_links(frame, section.name + str(at))}"
        for at, (caption, frame) in enumerate(section.tables.items())
    )
    words = f"<p>{escape(section.words)}</p>" if section.words else ""
    return f'<section id="{section.name}"><h2>{escape(section.heading)}</h2>{words}{charts}{tables}</section>'


def _figure(chart: Chart, *, zooms: bool = False) -> str:
    """A chart with what it says above, its source and downloads below, and its table folded in."""
    drawing = chart.inline(f"draw-{chart.name}")
    if zooms:
        buttons = "".join(
            f'<button type="button" data-do="{do}" aria-label="{name}" title="{name}">{sign}</button>'
            for do, name, sign in (
                ("in", "Zoom in", "+"),
                ("out", "Zoom out", "−"),
                ("home", "Back to the corridor", "⌂"),
            )
        )
        drawing = f'<div class="map" tabindex="0" aria-label="Map: drag, wheel, arrow keys, plus and minus">{drawing}<div class="zoom">{buttons}</div></div>'
    return (
        f'<figure id="fig-{chart.name}"><figcaption><h3>{escape(chart.title)}</h3><p>{escape(chart.subtitle)}</p></figcaption>'
        f'{drawing}<p class="source"><span>{escape(chart.source)}</span>{_download(chart)}</p>'
        f"<details><summary>Data table</summary>{_table(chart.table, chart.title)}</details></figure>"
    )


def _download(chart: Chart) -> str:
    drawing = quote(chart.alone(), safe="/:;=,() '")
    return (
        f'<span class="get"><a download="{chart.name}.svg" href="data:image/svg+xml;charset=utf-8,{escape(drawing)}">SVG</a>'
        f"{_csv(chart.table, chart.name)}</span>"
    )


def _links(frame: pl.DataFrame, name: str) -> str:
    return f'<p class="source"><span></span><span class="get">{_csv(frame, name)}</span></p>'


def _csv(frame: pl.DataFrame, name: str) -> str:
    return f'<a download="{name}.csv" href="data:text/csv;charset=utf-8,{quote(frame.write_csv())}">CSV</a>'


def _table(frame: pl.DataFrame, caption: str) -> str:
    shown = [name for name in frame.columns if name not in ("url", "source_id")]
    numbers = {name for name in shown if frame[name].dtype.is_numeric()}
    head = "".join(f'<th scope="col"{_side(name, numbers)}>{escape(heading(name))}</th>' for name in shown)
    rows = "".join(
        f"<tr>{''.join(f'<td{_side(name, numbers)}>{_cell(name, row)}</td>' for name in shown)}</tr>"
        for row in frame.head(MOST_ROWS).iter_rows(named=True)
    )
    more = frame.height - MOST_ROWS
    rest = f"<p>The first {MOST_ROWS} of {frame.height} rows; the CSV has all.</p>" if more > 0 else ""
    if frame.height > PRINTED_ROWS:
        rest += f'<p class="cut small">The first {PRINTED_ROWS} of {frame.height} rows; the page and the workbook have more.</p>'
    spoken = f'<caption class="spoken">{escape(caption)}</caption>'
    return f'<div class="wide"><table>{spoken}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{rest}'


def _side(name: str, numbers: set[str]) -> str:
    return ' class="n"' if name in numbers else ""


def _cell(name: str, row: Mapping[str, Any]) -> str:
    """A cell; a source's title links to its address, which is opened only when clicked."""
    said = escape(cell(name, row[name]))
    if name == "title" and row.get("url"):
        return f'<a href="{escape(row["url"], quote=True)}" rel="noopener noreferrer">{said}</a>'
    return said


def _findings(findings: pl.DataFrame, charts: Sequence[Chart]) -> str:
    """The findings with value and band; without any, what the charts find."""
    if not findings.height:
        return "".join(f'<li><p><a href="#fig-{one.name}">{escape(one.title)}</a></p></li>' for one in charts[:5])
    return "".join(
        f'<li><p class="value"><b>{escape(value_of(row))}</b> <span>{escape(band_of(row))}</span></p><p>{escape(row["sentence"])}</p></li>'
        for row in findings.iter_rows(named=True)
    )


def value_of(row: Mapping[str, Any]) -> str:
    """A finding's value as it is read: hours as days, shares in per cent, money as quoted."""
    return f"{amount(row['value'], row['unit'])} {UNITS.get(row['unit'], row['unit'])}".strip()


def band_of(row: Mapping[str, Any]) -> str:
    """The band of a finding, with its change against what it is compared with."""
    parts = []
    if row["low"] is not None and row["low"] != row["high"]:
        parts.append(f"{amount(row['low'], row['unit'])} to {amount(row['high'], row['unit'])}")
    if row.get("change") is not None and row["compared_with"]:
        arrow = "↑" if row["change"] > 0 else "↓"
        told = (
            "no clear difference from"
            if row.get("clear") is False
            else f"{arrow} {amount(abs(row['change']), row['unit'])} against"
        )
        parts.append(f"{told} {row['compared_with']}")
    return "; ".join(parts)


UNITS = {"h": "days", "share": ""}


def amount(value: float, unit: str) -> str:
    """A finding's number in its unit.

    >>> amount(5182.4, "USD/FEU"), amount(706, "h"), amount(0.66, "share")
    ('5,180', '29.4', '66 %')
    """
    if unit == "h":
        return f"{value / 24:.1f}"
    if unit == "share":
        return percent(value)
    return usd(value) if unit.startswith("USD") else figures(value)
