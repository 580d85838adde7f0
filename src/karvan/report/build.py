"""Report: the corridor and its results put together, and saved by ending."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.io.folder import replace
from karvan.plot.svg import Chart
from karvan.report import sections, used
from karvan.report.freight import freighted
from karvan.report.html import Said, page
from karvan.report.later import backcasted
from karvan.report.pdf import document
from karvan.report.sections import Section
from karvan.report.told import Told, told
from karvan.report.workbook import book
from karvan.report.year import yeared
from karvan.result import Result

PAGE, PRINTED = 960.0, 720.0
"""Widths that charts are drawn at, px: on the page, and in the PDF, where a millimetre is fewer pixels."""


@dataclass(frozen=True)
class Report:
    """What ``report`` gives back: write it with ``save``.

    ``tolds``: the scenarios, the first one the base; ``findings``: sentences with values and bands, if there are any;
    ``sources``, ``assumed`` and ``graded``: what the numbers rest on.
    """

    title: str
    corridor: Corridor
    tolds: tuple[Told, ...]
    findings: pl.DataFrame
    sources: pl.DataFrame
    assumed: pl.DataFrame
    graded: pl.DataFrame
    world: Mapping[str, Any]
    years: Mapping[str, Result]
    backcast: Result | None = None
    freight: Mapping[str, Result] = field(default_factory=dict)
    measure: str = "middle"

    def html(self) -> str:
        """One page that asks for nothing outside itself."""
        return page(self._said(), self.map((784, 520)), self.sections(PAGE))

    def pdf(self) -> bytes:
        """The same findings and charts on A4, fonts inside; the same report gives the same bytes."""
        return document(self._said(), self.map((PRINTED, 420)), self.sections(PRINTED))

    def save(self, path: str | Path) -> Path:
        """Writes ``.html``, ``.pdf`` or ``.xlsx``, by the ending; whole or not at all.

        Raises InputError for another ending, and where the file cannot be written.
        """
        path = Path(path)
        makers: dict[str, Callable[[], bytes]] = {
            ".html": lambda: self.html().encode(),
            ".pdf": self.pdf,
            ".xlsx": lambda: book(self._said(), self.frames()),
        }
        if path.suffix not in makers:
            raise InputError(
                f"a report cannot be saved as {path.suffix or path.name!r}", cure=f"end it in {', '.join(makers)}"
            )
        try:
            replace(path, makers[path.suffix]())
        except OSError as wrong:
            raise InputError(
                f"cannot write {path}: {wrong.strerror}", cure="name a file in a folder you may write in"
            ) from wrong
        return path

    def map(self, size: tuple[float, float]) -> Chart | None:
        """The map of the first scenario; None where it has no way."""
        return sections.mapped(self.tolds[0], self.corridor, self.world, size)

    def sections(self, width: float) -> list[Section]:
        """All sections in order."""
        first = self.tolds[0]
        closed = [] if first.frames["ways"].height else [self._closed()]
        years = yeared(self.years, self.corridor, first, width)
        later = backcasted(self.backcast, self.corridor, width)
        return [
            *closed,
            *sections.charted(self.tolds, width),
            *years,
            *freighted(self.freight, self.corridor, self.world, self.measure, (min(width, 784.0), 460.0)),
            *later,
            sections.prices(first),
            *self._rests_on(),
        ]

    def frames(self) -> dict[str, pl.DataFrame]:
        """All frames by name, for the workbook; those of later scenarios under ``name (scenario)``."""
        found: dict[str, pl.DataFrame] = {}
        for at, one in enumerate(self.tolds):
            for name, frame in one.frames.items():
                found[name if at == 0 else f"{name} {one.scenario}"] = frame.drop("measured", strict=False)
        for at, (name, result) in enumerate(self.years.items()):
            for told_name, frame in result.tables.items():
                if told_name != "trace":  # for playback: in the folder's tables
                    found[f"year {told_name}" if at == 0 else f"year {told_name} {name}"] = frame
        for at, (name, result) in enumerate(self.freight.items()):
            for told_name, frame in result.tables.items():
                found[f"assign {told_name}" if at == 0 else f"assign {told_name} {name}"] = frame
        if self.backcast:
            found |= {f"backcast {name}": frame for name, frame in self.backcast.tables.items()}
        return found | {"assumptions": self.assumed, "sources": self.sources}

    def _closed(self) -> Section:
        return Section("closed", "No way", "No way is left. " + "; ".join(self.tolds[0].balance["reason"].to_list()))

    def _rests_on(self) -> list[Section]:
        words = (
            "Every number names a source and a grade. A: official statistic or report; B: press quoting an official or a "
            "company; C: secondary or calculated back; D: the editors' own estimate, an assumption and no source."
        )
        many = f"{self.assumed.height} rows that these ways use are estimates (grade D). Each can be replaced by your own number."
        return [
            Section(
                "sources",
                "Sources and grades",
                words,
                tables={"Rows used, by grade": self.graded, "Sources of the rows used": self.sources},
            ),
            Section("assumptions", "Assumptions", many, tables={"Estimates used, the most used first": self.assumed}),
        ]

    def _said(self) -> Said:
        first = self.tolds[0]
        about = first.about
        stamp = {
            "Corridor": f"{self.corridor.title or self.corridor.name}, edition {self.corridor.edition}",
            "Data": self.corridor.digest,
            "Scenarios": ", ".join(one.scenario for one in self.tolds),
            "Run": first.run.id,
            "Karvan": first.run.version,
            "Money": f"US dollars of {about.year}",
            "To repeat": "karvan study run.json (the file beside this report), or the word and arguments below",
            "Arguments": f"{first.run.word} {json.dumps(dict(first.run.arguments), default=str, sort_keys=True)}",
        }
        return Said(
            self.title,
            f"{about.origin} to {', '.join(first.places)}" if first.places else about.origin,
            self.findings,
            stamp,
        )


def report(
    corridor: Corridor,
    *results: Result,
    title: str = "",
    scenarios: Mapping[str, Result] | None = None,
    years: Mapping[str, Result] | None = None,
    backcast: Result | None = None,
    freight: Mapping[str, Result] | None = None,
    measure: str = "middle",
    sources: pl.DataFrame | None = None,
    boundaries: str | Path | None = None,
) -> Report:
    """A report of one or more results of ``route`` or ``rivals``, and of ``findings``.

    Results come in order, the first being the base; ``scenarios`` names them instead: name to result; ``years`` does so for
    results of ``simulate`` and ``freight`` for those of ``assign``, which may be among the results too; ``measure`` is the corridor
    whose elasticities are told; ``backcast`` is a result of that word. ``sources`` is the
    table of sources where it is not the corridor's; ``boundaries`` a file of coasts and borders in place of the shipped
    one (the form of data/shapes/world.json). Raises InputError where no result has ways.

    >>> import karvan as kv
    >>> base = kv.load("toy")
    >>> found = kv.route(base, kv.Shipment("orio", "destin", commodity="boxes", feu=1), ways=2)
    >>> report(base, found, title="Toy").html()[:15]
    '<!doctype html>'
    """
    named = {**{_name(result): result for result in results if "legs" in result.tables}, **(scenarios or {})}
    tolds = tuple(told(result, corridor, name) for name, result in named.items())
    if not tolds:
        raise InputError("a report needs at least one result with ways", cure="give it what route or rivals gave back")
    rows = used.used(corridor, tolds[0])
    found = next((result.tables["findings"] for result in results if "findings" in result.tables), pl.DataFrame())
    return Report(
        title or corridor.title or f"Ways on {corridor.name}",
        corridor,
        tolds,
        found,
        used.sources(rows, corridor.sources if sources is None else sources),
        used.assumptions(rows),
        used.grades(rows),
        _world(boundaries),
        {**{_name(result): result for result in results if result.run.word == "simulate"}, **(years or {})},
        backcast,
        {**{_name(result): result for result in results if result.run.word == "assign"}, **(freight or {})},
        measure,
    )


def _world(boundaries: str | Path | None) -> dict[str, Any]:
    """Coasts and borders: the shipped ones, or another file of the same form."""
    file = Path(boundaries) if boundaries else files("karvan") / "data" / "shapes" / "world.json"
    cure = "give a file like data/shapes/world.json, as tools/shapes.py writes it"
    try:
        world = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as wrong:
        raise InputError(f"no boundaries can be read from {file}: {wrong}", cure=cure) from wrong
    missing = {"unit", "land", "borders", "disputed"} - set(world if isinstance(world, dict) else ())
    if missing:
        raise InputError(f"the boundaries in {file} lack {', '.join(sorted(missing))}", cure=cure)
    return dict(world)


def _name(result: Result) -> str:
    return " + ".join(result.run.scenarios) or "base"
