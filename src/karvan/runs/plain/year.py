"""A simulated year in a few sentences: what was carried, what cannot keep up, what one more would bring, what cards change."""

from collections.abc import Mapping

import polars as pl

from karvan.result import Result
from karvan.runs.plain import text
from karvan.studies.compare.years import change

SHOWN = 5
"""Lines of bottlenecks and of changes; the report holds all."""


def told(years: Mapping[str, Result]) -> list[str]:
    """Paragraphs, the first scenario first; none where no year was simulated."""
    if not years:
        return []
    (name, base), *others = years.items()
    said = [_year(name, base)]
    rows = base.tables["bottlenecks"]["says"].head(SHOWN).to_list()
    if rows:
        said.append("\n".join(["What one more would change:", *(text.wrap(f"- {row}.", "  ") for row in rows)]))
    for other, result in others:
        lines = change(base, result).head(SHOWN)["says"].to_list()
        said.append("\n".join([f"{other} against {name}:", *(text.wrap(f"- {line}.", "  ") for line in lines)]))
    return said


def _year(name: str, year: Result) -> str:
    rows = year.tables["runs"]
    per_run = [float(value) / 24 for value in rows.filter(pl.col("what") == "hours")["value"].to_list()]
    count = len(per_run)
    unit = ", ".join(
        f"{text.number(row['carried'] / count)} {_plural(row['unit'])}"
        for row in year.balance.group_by("unit")
        .agg(pl.col("carried").sum())
        .sort("carried", descending=True)
        .to_dicts()
        if row["carried"] > 0
    )
    worst = year.tables["waits"].filter(pl.col("hours") > 0).head(1).to_dicts()
    tail = (
        f" Most wait at {worst[0]['place']} for {worst[0]['cause']}: {text.number(worst[0]['hours'])} h."
        if worst
        else ""
    )
    band = f"{text.number(min(per_run))} to {text.number(max(per_run))}"
    head = f"{name}, {year.run.arguments['days']:g} days, {count} runs: {unit} delivered,"
    days = f"{text.number(sum(per_run) / count)} days on the way (means of runs: {band})."
    unstable = "".join(f" {row}." for row in year.tables["unstable"]["says"].to_list())
    return text.wrap(f"{head} {days}{tail}{unstable}")


def _plural(unit: str) -> str:
    return {"wagon": "wagons", "truck": "trucks", "t": "lots of 100 t"}.get(unit, unit)
