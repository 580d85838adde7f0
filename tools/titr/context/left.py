"""The docs page of what the context tables leave out of the facts, with the reason."""

from pathlib import Path

from tools.titr.context.rows import facts
from tools.titr.context.states import INDICATORS

HEAD = """# Facts that the context tables leave out

Everything else of the gathered facts on states, papers, goods, money, plans and observations is a row of a table.

| file | row | reason |
| --- | --- | --- |
"""


def page(folder: Path) -> str:
    """The page as Markdown."""
    found = [("claims.csv", "all rows", "claims of articles, each answered by a feature, not by a number")]
    for row in facts(folder, "countries"):
        if row["metric"] not in INDICATORS and not row["metric"].startswith("distance"):
            found.append(
                (
                    "countries.csv",
                    f"{row['iso3']} {row['metric']}",
                    "words on import tariffs and regulators, which no table holds",
                )
            )
    for file, key in (("energy", "energy_id"), ("elasticities", "parameter_id"), ("emissions", "emission_id")):
        for row in facts(folder, file):
            if not row["value"]:
                found.append((f"{file}.csv", row[key], "a statement without a number"))
    return HEAD + "".join(f"| {file} | {row} | {why} |\n" for file, row, why in found)
