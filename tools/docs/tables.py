"""Pages and downloads of the tables, all from the schema: nothing is said twice."""

import json
from collections.abc import Iterator

from karvan.schema import NEEDED, TABLES
from karvan.schema.describe import json_schema, markdown, package, resource, table_schema, template
from karvan.version import VERSION

PARTS = {
    "places": "Places and lines",
    "services": "What runs",
    "borders": "Borders, papers, limits",
    "goods": "Goods and demand",
    "money": "Money",
    "plans": "Plans, shocks, parameters",
    "evidence": "Evidence",
}


def parts() -> dict[str, list[str]]:
    """The tables by the part of the schema that says them, in the order of the schema."""
    found: dict[str, list[str]] = {title: [] for title in PARTS.values()}
    for name, schema in TABLES.items():
        found[PARTS[schema.__module__.rpartition(".")[2]]].append(name)
    return found


def pages() -> Iterator[tuple[str, str]]:
    """Paths under ``docs`` and contents: a page, a JSON Schema and an empty CSV a table, and the data package of all."""
    yield "tables/index.md", index()
    for name in TABLES:
        yield f"tables/{name}.md", page(name)
        yield f"tables/{name}.schema.json", json.dumps(json_schema(name), indent=1)
        yield f"tables/{name}.template.csv", template(name)
    resources = [resource(name, f"{name}.csv", table_schema(name)) for name in TABLES]
    whole = package("my-corridor", VERSION, 2022, resources, title="An empty corridor")
    yield "tables/datapackage.json", json.dumps(whole, indent=1)


def page(name: str) -> str:
    """The page of one table: what the schema says of it, where it is referred to, and its downloads."""
    said = WIDE + markdown(name).replace("\n\nThe table ", f"\n\n{_downloads(name)}\n\nThe table ", 1)
    links = [ref for fact in TABLES[name].facts() if (ref := fact.ref)]
    out = sorted({ref.split(".")[0] for ref in links})
    into = sorted(
        {
            other
            for other, schema in TABLES.items()
            for fact in schema.facts()
            if (fact.ref or "").startswith(f"{name}.")
        }
    )
    told = [
        f"{word}: {', '.join(f'[{other}]({other}.md)' for other in others)}."
        for word, others in (("Refers to", out), ("Referred to by", into))
        if others
    ]
    return "\n\n".join([said.rstrip(), *told]) + "\n"


def _downloads(name: str) -> str:
    return (
        f"Downloads: [JSON Schema of a row]({name}.schema.json), [empty CSV]({name}.template.csv), "
        "[Frictionless data package of all tables](datapackage.json)."
    )


def index() -> str:
    """The page of all tables."""
    lines = []
    for title, names in parts().items():
        lines.append(f"\n## {title}\n\n| table | a row is | |\n|---|---|---|")
        for name in names:
            first = " ".join((TABLES[name].__doc__ or "").split()).split(". ")[0].rstrip(".")
            lines.append(f"| [{name}]({name}.md) | {first} | {'needed' if name in NEEDED else ''} |")
    return f"{HEAD}\n" + "\n".join(lines) + "\n"


WIDE = "---\nhide: [toc]\n---\n\n"

HEAD = """# The tables

A corridor is a folder of tables, one CSV or Parquet file each, and the folder is a
[Frictionless data package](datapackage.json) (Data Package version 1). These pages are made from the schema that checks
the files (`src/karvan/schema`), so they cannot say anything else.

- Units stand in the names of columns: `length_km`, `price_usd`, `hours`. Time is hours, distance km, mass tonnes, money US
  dollars of the corridor's price year, boxes TEU or FEU.
- An empty cell means "not known" or "does not apply"; each page says which columns are needed.
- A list in a cell is joined by semicolons: `KTZ;ADY;GR`.
- Days are ISO 8601. `valid_from` and `valid_to` say between which days a row holds; single cells change over time through
  the table [profiles](profiles.md).
- Every row of shipped data names a source and a grade; see [sources and grades](../data/index.md).
- A column of your own begins with `x_`; any other unknown column is refused.

`karvan new my-corridor` writes all of them, empty. Nodes and links also read and write
[GMNS](https://github.com/zephyr-data-specs/GMNS) node and link tables; nodes, links and shapes go to GeoJSON; the whole
corridor to one Excel workbook, a sheet a table, without loss.
"""
