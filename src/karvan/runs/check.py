"""``karvan check``: every fault of a folder of tables, of its rows and of the model they make."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import polars as pl

from karvan.data import load
from karvan.engines.simulate.plan.faults import faults as simulated
from karvan.errors import Fault
from karvan.io import excel, faults, folder
from karvan.network.audit import audit
from karvan.network.compile import base_day
from karvan.runs.answer import Answer
from karvan.runs.plain import text
from karvan.runs.question import Check

KINDS = {field.name: pl.Int64() if field.name == "row" else pl.String() for field in fields(Fault)}


def check(path: str | Path) -> pl.DataFrame:
    """All faults of a corridor in a folder or workbook, a row each: file, row, key, column, value, rule, cure, nearest, level.

    The model (lengths, speeds, traps, prices, reach) is audited once the rows are sound, and what ``simulate`` would refuse is
    told once the model is. Level ``warning`` may stand.
    Raises InputError where there is no such folder.
    """
    return pl.DataFrame([asdict(fault) for fault in _found(Path(path))], schema=KINDS)


def _found(path: Path) -> list[Fault]:
    found = faults.find(path)
    if any(fault.level == "error" for fault in found):
        return found
    corridor = excel.read(path) if path.is_file() else folder.read(path)
    found += audit(corridor)
    if any(fault.level == "error" for fault in found):
        return found
    return [*found, *simulated(corridor, base_day(corridor))]


def answer(question: Check) -> Answer:
    """The faults in words; exit code 1 where one is an error."""
    path = load.HERE / question.path if question.path in load.names() else Path(question.path)
    found = check(path)
    errors = found.filter(pl.col("level") == "error").height
    words = _words(question.path, found.rows(named=True))
    return Answer(
        words, {"path": question.path, "errors": errors, "faults": found.to_dicts()}, found, 1 if errors else 0
    )


def _words(name: str, rows: Sequence[dict[str, object]]) -> str:
    if not rows:
        return f"{name} is sound: no fault."
    said = [text.wrap(f"{row['level']}: {Fault(**row)}", "  ") for row in rows]  # type: ignore[arg-type]
    levels = Counter(str(row["level"]) for row in rows)
    sums = " and ".join(f"{count:,} {level}{'' if count == 1 else 's'}" for level, count in levels.items())
    verdict = "" if levels["error"] else " It can be used."
    return "\n".join([*said, "", text.wrap(f"{name}: {sums}.{verdict}")])
