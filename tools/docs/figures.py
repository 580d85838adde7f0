"""Figures put into pages at build: what the code and the shipped data of the moment say."""

import tomllib
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path

import polars as pl

from karvan import errors
from karvan.engines import tell
from karvan.schema import TABLES
from karvan.studies.rivals import MATCH
from tools.docs import anchors, columns, flows, seen
from tools.docs.lay import number, table, titr

ROOT = Path(__file__).parents[2]


@cache
def settings() -> dict[str, object]:
    """What pyproject.toml says."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def edition() -> str:
    """The reference corridor in one line."""
    corridor = titr()
    rows = sum(frame.height for frame in corridor.tables.values())
    held = sum(1 for frame in corridor.tables.values() if frame.height)
    return (
        f"**{corridor.title}**, edition {corridor.edition}, US dollars of {corridor.price_year}: "
        f"{corridor.nodes.height} places, {corridor.links.height} links, {corridor.tariffs.height:,} prices, "
        f"{corridor.commodities.height} commodities, {corridor.sources.height} sources; {rows:,} rows in {held} tables; "
        f"data `{corridor.digest[:12]}`."
    )


def grades() -> str:
    """Rows of each table by grade."""
    rows = []
    for name, frame in titr().tables.items():
        if frame.height and "grade" in frame.columns:
            counts = {str(grade): count for grade, count in frame["grade"].value_counts().iter_rows()}
            told = [str(counts.get(grade, "")) for grade in "ABCD"]
            rows.append([f"[{name}](../tables/{name}.md)", f"{frame.height:,}", *told])
    return table(["table", "rows", "A", "B", "C", "D"], rows, right=range(1, 6))


def publishers() -> str:
    """The sources that most rows rest on."""
    named = [
        frame.select("source_id") for frame in titr().tables.values() if {"source_id", "grade"} <= {*frame.columns}
    ]
    counts = pl.concat(named).group_by("source_id").len().sort("len", "source_id", descending=[True, False])
    top = counts.join(titr().sources, on="source_id", how="inner", maintain_order="left").head(15)
    rows = [
        [f"[{row['title']}]({row['url']})" if row["url"] else row["title"], row["publisher"] or "", str(row["len"])]
        for row in top.iter_rows(named=True)
    ]
    return table(["source", "publisher", "rows"], rows, right=[2])


def estimates() -> str:
    """Rows of grade D by table, with what they say of themselves most often."""
    rows = []
    for name, frame in titr().tables.items():
        if frame.height and "grade" in frame.columns and "note" in frame.columns:
            mine = frame.filter(pl.col("grade") == "D")
            notes = mine["note"].drop_nulls().value_counts(sort=True).head(2)["note"].to_list()
            if mine.height:
                rows.append([name, f"{mine.height} of {frame.height}", "; ".join(notes)])
    return table(["table", "grade D", "most frequent notes"], rows, right=[1])


def words() -> str:
    """The words that exist, and those to come."""
    told = tomllib.loads((ROOT / "words.toml").read_text(encoding="utf-8"))
    there = {word: row for word, row in told.items() if row["function"] != "not yet"}
    rows = [
        [word, *(_place(word, row[key]) for key in ("function", "command", "file", "test"))]
        for word, row in there.items()
    ]
    later = ", ".join(word for word in told if word not in there)
    return table(["word", "in Python", "in the shell", "file", "test"], rows) + f"\n\nStill to come: {later}.\n"


def _place(word: str, said: str) -> str:
    return said if said.startswith("none") else f"`{said}`"


def layers() -> str:
    """The floors of the house, from the contract that the build checks."""
    contracts = settings()["tool"]["importlinter"]["contracts"]  # type: ignore[index]
    floors = next(one["layers"] for one in contracts if one["id"] == "layers")
    names = [floor.replace("karvan.", "").strip("()") for floor in floors if not floor.startswith("(")]
    wide = max(len(name) for name in names) + 4
    lines = [f"|{name.center(wide)}|" for name in names]
    rule = "+" + "-" * wide + "+"
    drawn = [rule, *[part for line in lines for part in (line, rule)]]
    users = {at for at, name in enumerate(names) if name in ("studies", "engines", "network")}
    for at in users:
        drawn[2 * at + 1] += "  <--  kernels" if at == max(users) - 1 else "  <--"
    return "```text\n" + "\n".join(drawn) + "\n```"


def limits() -> str:
    """The limits of the house."""
    told = settings()["tool"]["karvan"]["limits"]  # type: ignore[index]
    said = {
        "file": "lines of a file", "function": "lines of a function", "command": "lines of a command",
        "positional": "positional parameters", "methods": "methods of a class", "package": "files of a package",
    }  # fmt: skip
    return table(["what", "at most"], [[words, str(told[key])] for key, words in said.items()], right=[1])


def contributing() -> str:
    """CONTRIBUTING.md, for the site."""
    return (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def error_tree() -> str:
    """The tree of errors, as the code draws it."""
    return f"```text\n{(errors.__doc__ or '').partition(chr(10) * 2)[2].rstrip()}\n```"


def frames(name: str) -> Callable[[], str]:
    """The columns of one frame of an answer, with what each means."""

    def told() -> str:
        shapes: dict[str, Iterable[str]] = {
            "ways": tell.WAYS, "legs": tell.LEGS, "prices": tell.PRICES, "shares": tell.SHARES, "match": MATCH,
            "closed": ["restriction"],
            "balance": ["what", "asked", "carried", "waiting", "refused", "unit", "reason"],
        }  # fmt: skip
        return table(["column", "meaning"], [[f"`{one}`", columns.MEANING[name, one]] for one in shapes[name]])

    return told


def commodities() -> str:
    """The commodities of the reference corridor."""
    rows = [
        [f"`{row['commodity_id']}`", row["name"], (row["forms"] or "").replace(";", ", "), number(row["t_per_teu"])]
        for row in titr().commodities.iter_rows(named=True)
    ]
    return table(["commodity", "name", "travels as", "t/TEU"], rows, right=[3])


def parameters() -> str:
    """The parameters of the reference corridor's model, other than those of demand and of price levels."""
    rows = [
        [f"`{row['name']}`", row["scope"], f"{row['value']:g}", row["unit"] or "", row["meaning"] or "", row["grade"]]
        for row in titr().params.filter(~pl.col("name").is_in(["us_deflator", *flows.RULES])).iter_rows(named=True)
    ]
    return table(["name", "scope", "value", "unit", "meaning", "grade"], rows, right=[2])


def column_count() -> str:
    """How much the schema says."""
    return f"{len(TABLES)} tables, {sum(len(schema.facts()) for schema in TABLES.values())} columns"


FIGURES: dict[str, Callable[[], str]] = {
    "edition": edition,
    "grades": grades,
    "publishers": publishers,
    "estimates": estimates,
    "words": words,
    "layers": layers,
    "limits": limits,
    "contributing": contributing,
    "error-tree": error_tree,
    "commodities": commodities,
    "parameters": parameters,
    "demand-margins": flows.reconciled,
    "demand-captive": flows.captive,
    "demand-growth": flows.growing,
    "demand-drivers": flows.outlook,
    "demand-elasticities": flows.moved_by,
    "column-count": column_count,
    "anchors": anchors.prices,
    "anchors-days": anchors.days,
    "anchors-ratios": anchors.ratios,
    "rival-ways": seen.ways,
    "rivals-seen": seen.rivals_seen,
    "conflicts": seen.conflicts,
    **{f"frame-{name}": frames(name) for name in ("ways", "legs", "prices", "shares", "match", "closed", "balance")},
}

__all__: Sequence[str] = ["FIGURES"]
