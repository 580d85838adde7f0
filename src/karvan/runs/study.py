"""``karvan study``: a file that names scenarios and words, run step by step to a folder of results.

Each step is kept on disk as soon as it is finished, so a run that was stopped goes on where it was, and a run that was
done before is read again.
"""

import datetime as dt
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.engines.assign import Assigned
from karvan.engines.route import Routes, route
from karvan.engines.simulate import Simulated, simulate
from karvan.errors import Cancelled, StudyError, interrupted
from karvan.network import names
from karvan.result import Result
from karvan.runs import open
from karvan.runs.answer import Answer
from karvan.runs.plain import later, text, year
from karvan.runs.question import Study
from karvan.runs.steps import asked as asking
from karvan.runs.steps import backcast, freight, write
from karvan.runs.steps.asked import Asked
from karvan.runs.steps.cache import Cache, key
from karvan.runs.steps.progress import Progress, bar
from karvan.studies.backcast import Backcast
from karvan.studies.findings import Findings, findings
from karvan.studies.rivals import Rivals, rivals

KINDS: Mapping[str, type[Result]] = {
    "rivals": Rivals,
    "pareto": Routes,
    "year": Simulated,
    "assign": Assigned,
    "backcast": Backcast,
}


@dataclass(frozen=True)
class Studied:
    """What a study gives back: ``findings`` (a frame), the results by scenario and word, and the folder with its files."""

    findings: pl.DataFrame
    results: Mapping[tuple[str, str], Result]
    folder: Path
    measure: str


@dataclass(frozen=True)
class Step:
    """One piece of a study: a word for one scenario, and for ``pareto`` one destination."""

    scenario: str
    word: str
    destination: str = ""


def study(
    path: str | Path = "titr", *, out: str | Path = "out", fresh: bool = False, progress: Progress | None = None
) -> Studied:
    """Runs a study: a file (TOML), a shipped name, or the ``run.json`` of an earlier run, which it repeats.

    Writes ``out/NAME/`` whole: report.html, report.pdf, tables.xlsx, tables/*.parquet and run.json. ``fresh`` computes
    again what is kept in ``out/.cache``. ``progress(done, of, what)`` is told of each step.

    Raises StudyError for a file that cannot be read, asks for what is not there, or repeats a run whose corridor has
    changed since; Cancelled where it is stopped, after the finished steps are kept.
    """
    begun, started = time.perf_counter(), dt.datetime.now(dt.UTC)
    asked, start, repeats = asking.read(path)
    base, laid = corridors(asked, start)
    _check_same(base, repeats)
    digests = {name: corridor.digest for name, corridor in laid.items()}
    whole = key(asked.model_dump_json(), base.digest, digests)
    folder = Path(out) / asked.name
    results = _run(asked, laid, Cache(Path(out) / ".cache"), fresh, progress or _quiet)
    found = results["", "findings"].tables["findings"] if ("", "findings") in results else pl.DataFrame()
    if not fresh and write.finished(folder, whole):
        return Studied(found, results, folder, asked.measure)
    about = {
        "study": asked.model_dump(mode="json"),
        "folder": str(start.resolve()),
        "key": whole,
        "started": started.isoformat(timespec="seconds"),
        "seconds": round(time.perf_counter() - begun, 2),
    }
    (progress or _quiet)(0, 1, "writing the report")
    write.write(folder, asked, base, laid, results, about)
    (progress or _quiet)(1, 1, "")
    return Studied(found, results, folder, asked.measure)


def corridors(asked: Asked, start: Path) -> tuple[Corridor, dict[str, Corridor]]:
    """The corridor of a study, and it with the cards of each scenario. Names of places and cards are checked here."""
    near = start / asked.corridor
    base = open.corridor(str(near) if near.is_dir() else asked.corridor)
    for place in (asked.origin, *asked.destinations):
        names.place(base, place)
    names.commodity(base, asked.commodity)
    asked.shipment(asked.destinations[0])
    laid = {}
    for one in asked.scenario:
        cards = [open.card(str(start / card) if card.endswith(".toml") else card) for card in one.cards]
        laid[one.name] = base.apply(*cards)
    return base, laid


def _check_same(base: Corridor, repeats: Mapping[str, Any]) -> None:
    """A run is only repeated on the tables that it was made on."""
    was = repeats.get("corridor", {}).get("digest", base.digest) if repeats else base.digest
    if was != base.digest:
        what = f"the run was made on {repeats['corridor'].get('name')} {was[:12]}, which is now {base.digest[:12]}"
        raise StudyError(what, cure=f"install Karvan {repeats.get('version')}, or run the study file itself")


def _quiet(done: int, of: int, what: str) -> None:
    pass


def _steps(asked: Asked) -> Iterator[Step]:
    for one in asked.scenario:
        if "rivals" in asked.words:
            yield Step(one.name, "rivals")
    if "year" in asked.words:
        names = asked.year.scenarios or tuple(one.name for one in asked.scenario)
        yield from (Step(name, "year") for name in names)
    if "assign" in asked.words:
        yield from (Step(name, "assign") for name in freight.scenarios(asked))
    if "pareto" in asked.words:
        yield from (Step(asked.scenario[0].name, "pareto", place) for place in asked.destinations)
    if "backcast" in asked.words:
        yield Step(asked.scenario[0].name, "backcast")


def _run(
    asked: Asked, laid: Mapping[str, Corridor], kept: Cache, fresh: bool, progress: Progress
) -> dict[tuple[str, str], Result]:
    steps = [*_steps(asked)]
    results: dict[tuple[str, str], Result] = {}
    for done, step in enumerate(steps):
        progress(done, len(steps), f"{step.word} {step.scenario} {step.destination}".rstrip())
        try:
            results[step.scenario, f"{step.word} {step.destination}".rstrip()] = _step(
                asked, step, laid, kept, fresh, progress
            )
        except (KeyboardInterrupt, SystemError) as error:
            if not interrupted(error):
                raise
            raise Cancelled(
                f"stopped; {done} of {len(steps)} steps are kept, and the next run goes on from them"
            ) from None
    if "findings" in asked.words:
        told = {
            name: result for (name, word), result in results.items() if word == "rivals" and isinstance(result, Rivals)
        }
        results["", "findings"] = _findings(told, laid[asked.scenario[0].name])
    return results


def _step(
    asked: Asked, step: Step, laid: Mapping[str, Corridor], kept: Cache, fresh: bool, progress: Progress
) -> Result:
    corridor = laid[step.scenario]
    kind = KINDS[step.word]
    name = key(
        step.word,
        step.destination,
        asked.model_dump_json(exclude={"name", "title", "scenario", "words"}),
        step.scenario if step.word in ("year", "assign") else "",
        corridor.digest,
        *([one.digest for one in laid.values()] if step.word in ("assign", "backcast") else []),
    )
    found = None if fresh else kept.get(name, kind)
    if found is None:
        found = _compute(asked, step, laid, progress)
        kept.put(name, found)
    return found


def _compute(asked: Asked, step: Step, laid: Mapping[str, Corridor], progress: Progress) -> Result:
    corridor = laid[step.scenario]
    if step.word == "backcast":
        return backcast.computed(asked, corridor, laid, progress)
    if step.word == "assign":
        return freight.computed(asked, corridor, step.scenario, laid)
    if step.word == "rivals":
        sent = asked.shipment(asked.destinations[0])
        return rivals(corridor, sent, asked.destinations, measure=asked.measure, avoid=asked.avoid)
    if step.word == "year":
        first = (asked.year.scenarios or (asked.scenario[0].name,))[0]
        more = (asked.year.trials, asked.year.trace) if step.scenario == first else (0, 0.0)
        return simulate(
            corridor, start=asked.year.start, days=asked.year.days, warmup=asked.year.warmup, runs=asked.year.runs,
            seed=asked.year.seed, threads=os.cpu_count() or 1, trials=more[0], trace=more[1], tags=asked.year.tags,
        )  # fmt: skip
    return route(corridor, asked.shipment(step.destination), avoid=asked.avoid, pareto=True)


def _findings(told: Mapping[str, Rivals], base: Corridor) -> Findings:
    return findings(told, open.called(base))


def answer(question: Study) -> Answer:
    """The findings in words, and where the files are."""
    try:
        done = study(question.study, out=question.out, fresh=question.fresh, progress=bar)
    finally:
        bar(0, 1, "")
    said = [text.wrap(f"{row['number']}. {row['sentence']}", "   ") for row in done.findings.iter_rows(named=True)]
    said += year.told({name: result for (name, word), result in done.results.items() if word == "year"})
    said += freight.told({name: one for (name, word), one in done.results.items() if word == "assign"}, done.measure)
    said += later.told(next((result for (_, word), result in done.results.items() if word == "backcast"), None))
    files = text.wrap(f"Report, workbook, tables and run: {done.folder / 'report.html'} and beside it.")
    return Answer("\n\n".join([*said, files]))
