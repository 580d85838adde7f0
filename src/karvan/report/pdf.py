"""The report as A4 through typst: the same findings and charts, fonts inside, the same bytes each time."""

from collections.abc import Sequence
from importlib.resources import as_file, files
from typing import Any

import polars as pl
import typst

from karvan.plot.maps import DISCLAIMER
from karvan.plot.svg import Chart
from karvan.report.columns import cell, heading
from karvan.report.html import Said, band_of, value_of
from karvan.report.sections import Section

MOST_CHARTS = 4
"""Charts a section shows here, so that the report stays within 20 pages; the page and the workbook have all."""
MOST_ROWS = 24
MOST_COLUMNS = 8
WRAPS = 16
"""Letters from which a column of text is wrapped rather than kept whole."""


def document(said: Said, chart: Chart | None, sections: Sequence[Section]) -> bytes:
    """The PDF."""
    drawings: dict[str, bytes] = {}
    body = [_front(said, chart, sections, drawings), *(_section(one, drawings) for one in sections), _stamp(said)]
    run = f"{said.stamp['Corridor']}; run {said.stamp['Run']}; Karvan {said.stamp['Karvan']}"
    start = f"#show: sheet.with({literal(said.title)}, {literal(said.subtitle)}, {literal(run)})"
    text = "\n".join(['#import "report.typ": *', start, *body])
    look = (files("karvan") / "report" / "templates" / "report.typ").read_bytes()
    with as_file(files("karvan") / "data" / "fonts") as fonts:
        parts: Any = {"main": text.encode(), "report.typ": look, **drawings}
        made = typst.compile(
            parts,
            format="pdf",
            font_paths=[fonts],
            ignore_system_fonts=True,
            timestamp=0,
        )
    return bytes(made)


def literal(text: str) -> str:
    r"""A text as a typst string.

    >>> print(literal('say "5 #m"'))
    "say \"5 #m\""
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ") + '"'


def _front(said: Said, chart: Chart | None, sections: Sequence[Section], drawings: dict[str, bytes]) -> str:
    rows = [
        f"#finding({literal(value_of(row))}, {literal(band_of(row))}, {literal(row['sentence'])})"
        for row in said.findings.iter_rows(named=True)
    ]
    if not rows:
        firsts = [one for section in sections for one in section.charts[:1]][:5]
        rows = [f'#finding("", "", {literal(one.title)})' for one in firsts]
    drawn = [_chart(chart, drawings)] if chart else []
    return "\n".join(["== Findings", *rows, *drawn])


def _section(section: Section, drawings: dict[str, bytes]) -> str:
    shown = section.charts[:MOST_CHARTS]
    more = len(section.charts) - len(shown)
    words = section.words + (f" {more} more in the page and the workbook." if more else "")
    parts = [f"== {_markup(section.heading)}", f"#intro({literal(words)})" if words.strip() else ""]
    parts += [_chart(chart, drawings) for chart in shown]
    parts += [_table(caption, frame) for caption, frame in section.tables.items()]
    return "\n".join(parts)


def _chart(chart: Chart, drawings: dict[str, bytes]) -> str:
    file = f"{chart.name}.svg"
    drawings[file] = chart.alone("print", bare=True).encode()
    said = (chart.title, chart.subtitle, file, chart.alt, chart.source)
    return f"#chart({', '.join(map(literal, said))})"


def _table(caption: str, frame: pl.DataFrame) -> str:
    """The first rows and columns of a table; columns that say nothing are left out."""
    shown = [
        name for name in frame.columns if name not in ("url", "source_id") and frame[name].null_count() < frame.height
    ]
    shown = shown[:MOST_COLUMNS]
    if not shown or not frame.height:
        return ""
    right = [str(at) for at, name in enumerate(shown) if frame[name].dtype.is_numeric()]
    widths = ["1fr" if longest(frame[name]) > WRAPS else "auto" for name in shown]
    cells = [literal(cell(name, row[name])) for row in frame.head(MOST_ROWS).iter_rows(named=True) for name in shown]
    more = frame.height - MOST_ROWS
    rest = f"\n#small[{more} more rows in the page and the workbook.]" if more > 0 else ""
    head = ", ".join(literal(heading(name)) for name in shown)
    return (
        f"#listing({literal(caption)}, ({', '.join(widths)},), ({''.join(f'{at}, ' for at in right)}), ({head},), "
        f"({', '.join(cells)},)){rest}"
    )


def longest(cells: pl.Series) -> int:
    """Letters of the longest text of a column; 0 where it holds no text."""
    return int(cells.str.len_chars().max() or 0) if cells.dtype == pl.String else 0  # type: ignore[arg-type]


def _stamp(said: Said) -> str:
    rows = ", ".join(f"{literal(name)}, {literal(value)}" for name, value in said.stamp.items())
    return (
        f'== The run\n#listing("To do it again", (auto, 1fr), (), ("", ""), ({rows},))\n#small({literal(DISCLAIMER)})'
    )


def _markup(text: str) -> str:
    return f"#{literal(text)}"
