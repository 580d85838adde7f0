"""The folder of a study: report, workbook, tables, and the run that made them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.report import report
from karvan.result import Result
from karvan.runs.save import run_folder, run_said
from karvan.runs.steps.asked import Asked
from karvan.version import VERSION

FILES = ("report.html", "report.pdf", "tables.xlsx", "run.json")


def finished(folder: Path, key: str) -> bool:
    """Whether a folder holds all files of the very same study."""
    try:
        about = json.loads((folder / "run.json").read_text())
        return bool(about["key"] == key) and all((folder / name).is_file() for name in (*FILES, *about["files"]))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write(
    folder: Path,
    asked: Asked,
    base: Corridor,
    laid: Mapping[str, Corridor],
    results: Mapping[tuple[str, str], Result],
    about: Mapping[str, Any],
) -> None:
    """Writes all files of a study into ``folder``, whole or not at all."""
    frames = tables(results)
    with run_folder(folder) as place:
        (place / "tables").mkdir()
        for name, frame in frames.items():
            frame.write_parquet(place / "tables" / f"{name}.parquet")
        _reports(place, asked, laid, results)
        files = sorted(file.relative_to(place).as_posix() for file in place.rglob("*") if file.is_file())
        said = _run(base, laid, results, about)
        (place / "run.json").write_text(json.dumps({**said, "files": files}, indent=1, default=str) + "\n")


def _reports(
    place: Path, asked: Asked, laid: Mapping[str, Corridor], results: Mapping[tuple[str, str], Result]
) -> None:
    scenarios = {name: result for (name, word), result in results.items() if word == "rivals"}
    found = [result for (_, word), result in results.items() if word == "findings"]
    if not any(result.tables["ways"].height for result in scenarios.values()):
        raise InputError("no scenario of the study has a way", cure="name other destinations, or avoid less")
    years = {name: result for (name, word), result in results.items() if word == "year"}
    freight = {name: result for (name, word), result in results.items() if word == "assign"}
    later = next((result for (_, word), result in results.items() if word == "backcast"), None)
    page = report(
        laid[asked.scenario[0].name],
        *found,
        backcast=later,
        title=asked.title or asked.name,
        scenarios=scenarios,
        years=years,
        freight=freight,
        measure=asked.measure,
    )
    for name in ("report.html", "report.pdf", "tables.xlsx"):
        page.save(place / name)


def tables(results: Mapping[tuple[str, str], Result]) -> dict[str, pl.DataFrame]:
    """All frames of a study by name, those of all scenarios in one with the column ``scenario`` first.

    The ways of Pareto sets are in ``pareto`` and ``pareto_legs``, by destination.
    """
    found: dict[str, list[pl.DataFrame]] = {"findings": []}
    for (scenario, word), result in results.items():
        word, _, destination = word.partition(" ")
        for name, frame in {**result.tables, "balance": result.balance}.items():
            if word == "findings" and name == "balance":
                continue
            if word in ("year", "assign", "backcast"):
                name = f"{word}_{name}"
            if word == "pareto":
                if name not in ("ways", "legs"):
                    continue
                name = "pareto" if name == "ways" else "pareto_legs"
                frame = frame.select(pl.lit(destination).alias("destination"), pl.all())
            if word not in ("findings", "backcast"):
                frame = frame.select(pl.lit(scenario).alias("scenario"), pl.all())
            found.setdefault(name, []).append(frame)
    return {name: pl.concat(parts) if parts else pl.DataFrame() for name, parts in found.items()}


def _run(
    base: Corridor, laid: Mapping[str, Corridor], results: Mapping[tuple[str, str], Result], about: Mapping[str, Any]
) -> dict[str, Any]:
    """Enough to do the study again."""
    runs = [{"scenario": name, "step": word, **run_said(result.run)} for (name, word), result in results.items()]
    return {
        "version": VERSION,
        **about,
        "corridor": {"name": base.name, "edition": base.edition, "price_year": base.price_year, "digest": base.digest},
        "scenarios": [
            {"name": name, "cards": corridor.scenarios, "digest": corridor.digest} for name, corridor in laid.items()
        ],
        "seeds": [],
        "runs": runs,
    }
