"""The schema told to people and programs: Markdown, an empty template, JSON Schema, Frictionless data package.

All four come from the same facts (schema/base.py). Sources: Frictionless Data Package and Table Schema, version 1;
JSON Schema, draft 2020-12; RFC 4180 for CSV.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from karvan.schema import NEEDED, TABLES
from karvan.schema.base import Fact

PROFILE = "tabular-data-package"
FRICTIONLESS = {
    "key": "string",
    "text": "string",
    "number": "number",
    "whole": "integer",
    "day": "date",
    "flag": "boolean",
}
JSON = {**FRICTIONLESS, "day": "string"}


def markdown(table: str) -> str:
    """The page of one table: what a row is, its key, and a line for each column.

    >>> print(markdown("aliases").splitlines()[0])
    # aliases
    """
    schema = TABLES[table]
    need = "is needed" if table in NEEDED else "may be absent"
    head = "| column | kind | unit | meaning | rules | example |\n|---|---|---|---|---|---|"
    lines = "\n".join(_line(fact) for fact in schema.facts())
    about = " ".join((schema.__doc__ or "").split())
    keys = ", ".join(f"`{name}`" for name in schema.key_columns())
    more = "A column of your own is kept when its name begins with `x_`; any other is refused."
    return f"# {table}\n\n{about}\n\nThe table {need}. Key: {keys}.\n\n{head}\n{lines}\n\n{more}\n"


def _line(fact: Fact) -> str:
    cells = (f"`{fact.name}`", fact.kind, fact.unit, fact.meaning, "; ".join(rules(fact)), told(fact.example))
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def rules(fact: Fact) -> list[str]:
    """What a cell of the column must keep, in words; first whether it is needed.

    >>> from karvan.schema import TABLES
    >>> rules(TABLES["links"].fact("length_km"))
    ['needed', 'at least 0', 'usually 1 to 30000']
    """
    said = ["key"] if fact.key else ["needed"] if fact.needed else []
    said += [f"at least {told(fact.low)}"] if fact.low is not None else []
    said += [f"at most {told(fact.high)}"] if fact.high is not None else []
    said += [f"usually {told(fact.usual[0])} to {told(fact.usual[1])}"] if fact.usual else []
    said += [f"one of {', '.join(fact.choices)}"] if fact.choices else []
    said += [f"in {fact.ref}"] if fact.ref else []
    said += ["a list joined by semicolons"] if fact.many else []
    return said


def told(value: object) -> str:
    """A value as the files write it: days in ISO 8601, true and false in small letters, 120.0 as 120."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return "" if value is None else str(value)


def template(table: str) -> str:
    """The empty CSV of a table: its header. Units are in the names; titles with units are in ``datapackage.json``.

    >>> template("aliases")
    'alias,table,id,language,source_id,grade,note\\n'
    """
    return ",".join(fact.name for fact in TABLES[table].facts()) + "\n"


def guide(tables: Iterable[str] = TABLES) -> str:
    """The page that lies beside empty tables: each column with its unit, meaning and example."""
    parts = []
    for table in tables:
        about = " ".join((TABLES[table].__doc__ or "").split())
        lines = "\n".join(f"- {_said(fact)}" for fact in TABLES[table].facts())
        parts.append(f"## {table}\n\n{about}\n\n{lines}\n")
    return "# The tables of a corridor\n\nFill the files; leave out what you do not need.\n\n" + "\n".join(parts)


def _said(fact: Fact) -> str:
    unit = f" [{fact.unit}]" if fact.unit else ""
    need = ", needed" if fact.needed else ""
    example = f", such as {told(fact.example)}" if fact.example not in (None, "") else ""
    return f"`{fact.name}`{unit}: {fact.meaning}{need}{example}"


def json_schema(table: str) -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of one row; an empty cell is null or left out."""
    facts = TABLES[table].facts()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": table,
        "description": " ".join((TABLES[table].__doc__ or "").split()),
        "type": "object",
        "properties": {fact.name: _property(fact) for fact in facts},
        "required": [fact.name for fact in facts if fact.needed],
        "patternProperties": {"^x_": {}},
        "additionalProperties": False,
    }


def _property(fact: Fact) -> dict[str, Any]:
    kind = JSON[fact.kind]
    found: dict[str, Any] = {"type": kind if fact.needed else [kind, "null"], "description": fact.meaning}
    found |= {"format": "date"} if fact.kind == "day" else {}
    found |= {"enum": [*fact.choices, *([] if fact.needed else [None])]} if fact.choices else {}
    found |= {"pattern": fact.regex} if fact.regex else {}
    found |= {"minimum": fact.low} if fact.low is not None else {}
    found |= {"maximum": fact.high} if fact.high is not None else {}
    found |= {"examples": [_plain(fact)]} if fact.example is not None else {}
    return found | ({"unit": fact.unit} if fact.unit else {})


def _plain(fact: Fact) -> Any:
    return told(fact.example) if fact.kind == "day" else fact.example


def table_schema(table: str, columns: Sequence[str] = (), extra: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Frictionless Table Schema of one table.

    ``columns`` are the columns of the file, in order (none: all of the table); ``extra`` gives the kinds of ``x_``
    columns (text where nothing is said). References to lists are told in the field, not as foreign keys, which the
    standard keeps for single values.
    """
    facts = {fact.name: fact for fact in TABLES[table].facts()}
    kinds = extra or {}
    names = columns or tuple(facts)
    fields = [_field(facts[name]) if name in facts else _own_field(name, kinds.get(name, "text")) for name in names]
    links = [
        {"fields": name, "reference": {"resource": table_, "fields": column}}
        for name in names
        if name in facts and (ref := facts[name].ref) and not facts[name].many
        for table_, column in [ref.split(".")]
    ]
    found: dict[str, Any] = {"fields": fields, "primaryKey": list(TABLES[table].key_columns()), "missingValues": [""]}
    return found | ({"foreignKeys": links} if links else {})


def _field(fact: Fact) -> dict[str, Any]:
    limits: dict[str, Any] = {"required": True} if fact.needed else {}
    limits |= {"enum": list(fact.choices)} if fact.choices else {}
    limits |= {"pattern": fact.regex} if fact.regex else {}
    limits |= {"minimum": fact.low} if fact.low is not None else {}
    limits |= {"maximum": fact.high} if fact.high is not None else {}
    found: dict[str, Any] = {"name": fact.name, "type": FRICTIONLESS[fact.kind]}
    found["title"] = f"{fact.meaning} [{fact.unit}]" if fact.unit else fact.meaning
    found |= {"description": "; ".join(rules(fact))} if rules(fact) else {}
    found |= {"unit": fact.unit} if fact.unit else {}
    found |= {"example": _plain(fact)} if fact.example is not None else {}
    found |= {"usual": list(fact.usual)} if fact.usual else {}
    found |= {"trueValues": ["true"], "falseValues": ["false"]} if fact.kind == "flag" else {}
    return found | ({"constraints": limits} if limits else {})


def _own_field(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "type": FRICTIONLESS[kind], "title": "a column of the corridor's own"}


def resource(table: str, path: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Frictionless resource of one file; Parquet is named by its media type."""
    kind = {"profile": "tabular-data-resource", "encoding": "utf-8", "format": "csv", "mediatype": "text/csv"}
    if path.endswith(".parquet"):
        kind = {"profile": "data-resource", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}
    about = " ".join((TABLES[table].__doc__ or "").split())
    return {"name": table, "path": path, "description": about, **kind, "schema": dict(schema)}


def package(
    name: str,
    edition: str,
    price_year: int,
    resources: Sequence[Mapping[str, Any]],
    *,
    title: str = "",
    scenarios: Sequence[str] = (),
) -> dict[str, Any]:
    """Frictionless data package of a corridor: ``version`` is the edition, ``price_year`` the year of its US dollars.

    >>> package("tiny", "1", 2022, [])["version"]
    '1'
    """
    here = {found["name"] for found in resources}
    kept = [{**found, "schema": _within(found["schema"], here)} for found in resources]
    about: dict[str, Any] = {"profile": PROFILE, "name": name, **({"title": title} if title else {})}
    about |= {"version": edition, "price_year": price_year, **({"scenarios": list(scenarios)} if scenarios else {})}
    return {**about, "resources": kept}


def _within(schema: Mapping[str, Any], here: set[str]) -> dict[str, Any]:
    """The schema without foreign keys into tables that the package does not hold."""
    links = [link for link in schema.get("foreignKeys", ()) if link["reference"]["resource"] in here]
    rest = {name: value for name, value in schema.items() if name != "foreignKeys"}
    return rest | ({"foreignKeys": links} if links else {})
