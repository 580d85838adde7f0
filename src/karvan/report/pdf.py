"""The report as A4 through typst."""

from karvan.plot.svg import Chart
from collections.abc import Sequence
from karvan.report.html import Said
from karvan.report.sections import Section


def document(said: Said, chart: Chart | None, sections: Sequence[Section]) -> bytes:
    return b""
