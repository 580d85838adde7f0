"""``karvan fit``: the parameters found, predicted beside observed, and the new edition on disk; stopped work goes on."""

import hashlib
import json
import os
from dataclasses import asdict
from pathlib import Path

import polars as pl

from karvan.corridor import Corridor
from karvan.io import folder
from karvan.runs import open, save
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.plain.text import Column
from karvan.runs.question import Fit as Question
from karvan.runs.steps.progress import bar
from karvan.studies.fit.estimate import Kept
from karvan.studies.fit.fit import Fit, State, fit
from karvan.version import VERSION

SHOWN = 20
"""Rows of each table in words; all of them by --json."""
EDITION = "edition"


def answer(question: Question) -> Answer:
    """The fit of a corridor. With ``out`` its tables and the new edition are written there, and where it is stopped the
    work is kept beside, so that the same question goes on from there."""
    corridor = open.corridor(question.corridor)
    corridor = corridor.apply(*(open.card(name) for name in open.words(question.cards)))
    use = open.words(question.use)
    out = Path(question.out) if question.out else None
    beside = _beside(out, corridor, use, question.seed) if out else None

    def tell(done: int, of: int, state: State | None) -> None:
        if beside and state:
            with folder.whole_file(beside) as spare:
                spare.write_text(json.dumps(asdict(state)))
        bar(done, of, "draws" if state else "the best values")

    found = fit(
        corridor, use=use, seed=question.seed, draws=question.draws, threads=question.threads or os.cpu_count() or 1,
        state=_state(beside), progress=tell,
    )  # fmt: skip
    bar(0, 0, "")
    if out and beside:
        with save.run_folder(out) as fresh:
            save.folder(found, fresh)
            folder.write(found.corridor, fresh / EDITION)
        beside.unlink(missing_ok=True)
    where = f"Written to {out}, the new edition to {out / EDITION}." if out else ""
    return Answer(words(corridor, found, where), save.said(found), found.values)


def _beside(out: Path, corridor: Corridor, use: tuple[str, ...], seed: int) -> Path:
    """Where unfinished work is kept: a name of its own for each question, so that none goes on with another's."""
    asked = hashlib.sha256(repr((corridor.digest, use, seed, VERSION)).encode()).hexdigest()[:12]
    return out.with_name(f"{out.name}.fit-{asked}.json")


def _state(beside: Path | None) -> State | None:
    """The work that was left unfinished, if any can be read."""
    try:
        said = json.loads(beside.read_text()) if beside else None
        return State(said["of"], said["widened"], said["held"], Kept(**said["kept"])) if said else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def words(corridor: Corridor, found: Fit, where: str = "") -> str:
    """The whole answer, at most 80 columns wide."""
    said = found.run.arguments
    head = (
        f"{corridor.title or corridor.name}: {found.values.height} parameters from {found.observations.height} "
        f"observations, {said['draws']} draws, seed {found.run.seed}: {said['status']}"
    )
    parts = [text.wrap(head), _values(found.values), _observations(found.observations), _left(found.left)]
    cells = found.changes.filter(pl.col("table") != "params").height
    parts.append(text.wrap(f"The new edition {found.corridor.edition} changes {cells} cells beside its parameters."))
    return "\n\n".join(part for part in (*parts, text.wrap(where)) if part)


def _values(frame: pl.DataFrame) -> str:
    rows = frame.to_dicts()
    columns = [
        Column("parameter", [row["name"] for row in rows], right=False),
        Column("of", [row["scope"] for row in rows], right=False),
        Column("was", [text.number(row["before"]) for row in rows]),
        Column("is", [text.number(row["value"]) for row in rows]),
        Column("P5-P95", [text.band(row["low"], row["high"]) for row in rows]),
        Column("data", [text.percent(row["told_share"]) for row in rows]),
        Column("", [row["status"] for row in rows], right=False),
    ]
    return text.table(columns)


def _observations(frame: pl.DataFrame) -> str:
    rows = frame.sort(pl.col("residual").abs(), descending=True).head(SHOWN).to_dicts()
    columns = [
        Column("observed", [f"{row['quantity']} {row['place']}" for row in rows], right=False),
        Column("", [row["series"] or "" for row in rows], right=False),
        Column("in", [row["period"] for row in rows], right=False),
        Column("seen", [text.number(row["observed"]) for row in rows]),
        Column("was", [text.number(row["before"]) for row in rows]),
        Column("is", [text.number(row["predicted"]) for row in rows]),
        Column("unit", [row["unit"] for row in rows], right=False),
        Column("off, sd", [f"{row['residual']:+.1f}" for row in rows]),
        Column("sd", [text.percent(row["sd_share"]) for row in rows]),
    ]
    more = f"\n{frame.height - SHOWN} more: --json" if frame.height > SHOWN else ""
    strays = frame.filter(pl.col("widened") > 1).height
    wide = f"\n{text.wrap(f'{strays} stray by more than their errors, which were widened.')}" if strays else ""
    return text.table(columns) + more + wide


def _left(frame: pl.DataFrame) -> str:
    counted = frame.group_by("reason", maintain_order=True).len().sort("len", descending=True, maintain_order=True)
    lines = [text.wrap(f"Not used: {count}, as {reason}.", "  ") for reason, count in counted.head(SHOWN).iter_rows()]
    more = f"\n{counted.height - SHOWN} more reasons: --json" if counted.height > SHOWN else ""
    return "\n".join(lines) + more
