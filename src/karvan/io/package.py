"""A corridor as it lies in a folder or a workbook, before its rows are checked: what it is called, and its raw tables."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from karvan.errors import Fault, InputError, nearest
from karvan.io import text
from karvan.schema import NEEDED, TABLES
from karvan.schema.describe import FRICTIONLESS

ABOUT = "datapackage.json"
ENDINGS = (".csv", ".parquet")
OTHER_TABLES = (".tsv", ".xlsx", ".xls", ".feather", ".arrow")
KIND_OF = {word: kind for kind, word in FRICTIONLESS.items() if kind != "key"}
DEFAULTS = {"edition": "0", "price_year": 2022}


@dataclass(frozen=True)
class Sheet:
    """One table as found: its cells as text or (``typed``) as its maker typed them; ``extra``: kinds of ``x_`` columns."""

    table: str
    file: str
    frame: pl.DataFrame
    extra: Mapping[str, str] = field(default_factory=dict)
    typed: bool = False


@dataclass(frozen=True)
class About:
    """What a corridor says of itself."""

    name: str
    edition: str = "0"
    price_year: int = 2022
    title: str = ""
    scenarios: tuple[str, ...] = ()


@dataclass(frozen=True)
class Package:
    """A corridor not yet checked.

    ``loose`` are tables that are there but could not be read whole; ``told`` are cells (file, row, column) whose fault
    is among ``faults`` already.
    """

    about: About
    sheets: Mapping[str, Sheet]
    faults: tuple[Fault, ...] = ()
    loose: frozenset[str] = frozenset()
    told: frozenset[tuple[str, int, str]] = frozenset()


@dataclass(frozen=True)
class Resource:
    """One file that ``datapackage.json`` names, with the kinds of its ``x_`` columns and its hash."""

    table: str
    path: str
    extra: Mapping[str, str] = field(default_factory=dict)
    hash: str = ""


def read(path: Path) -> Package:
    """The folder's tables, with the faults of its files. Raises InputError where there is no such folder."""
    require_folder(path)
    about, resources, faults = read_about(path)
    files, misplaced = _files(path, resources)
    faults += misplaced
    sheets: dict[str, Sheet] = {}
    loose = {name for fault in misplaced for name in (fault.nearest, fault.column)}
    for table, resource in files.items():
        frame, found = _frame(path / resource.path, table)
        faults += found
        if found:
            loose.add(table)
        if frame is not None:
            sheets[table] = Sheet(table, resource.path, frame, resource.extra, resource.path.endswith(".parquet"))
    if not sheets and not faults_beyond(faults):
        names = ", ".join(f"{name}.csv" for name in NEEDED)
        raise InputError(f"{path} holds no tables", cure=f"give it at least {names}")
    return Package(about, sheets, tuple(faults), frozenset(loose & set(TABLES)))


def faults_beyond(faults: Iterable[Fault]) -> bool:
    """Whether any fault is an error."""
    return any(fault.level == "error" for fault in faults)


def require_folder(path: Path) -> None:
    """Raises InputError, with the nearest name, where ``path`` is not a folder."""
    if path.is_file():
        raise InputError(f"{path} is a file, not a folder", cure="give the folder that holds the tables")
    if not path.is_dir():
        beside = [entry.name for entry in path.parent.iterdir() if entry.is_dir()] if path.parent.is_dir() else []
        near = nearest(path.name, beside)
        hint = f" (nearest: {', '.join(near)})" if near else ""
        raise InputError(f"there is no folder {path}{hint}", cure="give the folder that holds the tables")


def read_about(path: Path) -> tuple[About, list[Resource], list[Fault]]:
    """What ``datapackage.json`` says; without one, the folder's name and a warning."""
    file = path / ABOUT
    if not file.exists():
        rule = f"is missing: edition {DEFAULTS['edition']} and prices of {DEFAULTS['price_year']} are taken"
        cure = "Write it: name, version and price_year (karvan new makes one)"
        return About(path.resolve().name), [], [_fault("", rule, cure, level="warning")]
    try:
        said = json.loads(file.read_bytes())
    except json.JSONDecodeError as bad:
        rule = f"is not JSON: {bad.msg}, line {bad.lineno}, column {bad.colno}"
        return About(path.resolve().name), [], [_fault("", rule, "Mend the file")]
    except (UnicodeDecodeError, OSError) as bad:
        return About(path.resolve().name), [], [_fault("", f"cannot be read: {bad}", "Save it as UTF-8")]
    if not isinstance(said, dict):
        return About(path.resolve().name), [], [_fault("", "is not a JSON object", "Begin it with {")]
    about, faults = about_of(said, path.resolve().name)
    resources, more = _resources(said.get("resources", []))
    return about, resources, faults + more


def about_of(said: Mapping[str, Any], folder: str, file: str = ABOUT) -> tuple[About, list[Fault]]:
    """The corridor's name, edition, price year, title and scenarios, with a fault for each that is not sound."""
    year, scenarios = said.get("price_year", DEFAULTS["price_year"]), said.get("scenarios", [])
    faults = []
    for name in ("name", "version", "title"):
        value = said.get(name, "")
        if not isinstance(value, str):
            faults.append(_fault(name, "must be a text", f'Write "{value}" in double quotes', value, file=file))
    if isinstance(year, bool) or not isinstance(year, int) or not 1900 <= year <= 2100:
        faults.append(_fault("price_year", "must be a year", "Write it as 2022, without quotes", year, file=file))
    for name in {"version", "price_year"} - set(said):
        rule = f"is missing: {DEFAULTS['edition' if name == 'version' else name]} is taken"
        faults.append(_fault(name, rule, "Write it", level="warning", file=file))
    if not isinstance(scenarios, list) or not all(isinstance(card, str) for card in scenarios):
        faults.append(_fault("scenarios", "must be a list of card names", 'Write ["a-card"]', scenarios, file=file))
    if faults_beyond(faults):
        return About(folder), faults
    edition = said.get("version", DEFAULTS["edition"])
    return About(said.get("name") or folder, edition, year, said.get("title", ""), tuple(scenarios)), faults


def _fault(column: str, rule: str, cure: str, value: object = "", *, near: str = "", **rest: str) -> Fault:
    return Fault(
        rest.get("file", ABOUT), 0, "", column, str(value), rule, cure, nearest=near, level=rest.get("level", "error")
    )


def _resources(said: Any) -> tuple[list[Resource], list[Fault]]:
    found, faults = [], []
    for count, one in enumerate(said if isinstance(said, list) else [None], start=1):
        where = f"resources {count}"
        if not isinstance(one, dict) or not all(isinstance(one.get(word), str) for word in ("name", "path")):
            faults.append(_fault(where, "must have a name and a path", 'Write {"name": "nodes", "path": "nodes.csv"}'))
        elif one["name"] not in TABLES:
            near = ", ".join(nearest(one["name"], TABLES))
            faults.append(_fault(where, "is no table", "Name a table", one["name"], near=near))
        elif not one["path"].endswith(ENDINGS) or Path(one["path"]).is_absolute() or ".." in Path(one["path"]).parts:
            faults.append(_fault(where, "must be a CSV or Parquet file in the folder", "Mend the path", one["path"]))
        else:
            found.append(Resource(one["name"], one["path"], _extra(one), str(one.get("hash", ""))))
    return found, faults


def _extra(resource: Mapping[str, Any]) -> dict[str, str]:
    schema = resource.get("schema")
    fields = schema.get("fields", []) if isinstance(schema, dict) else []
    own = [one for one in fields if isinstance(one, dict) and str(one.get("name", "")).startswith("x_")]
    return {one["name"]: KIND_OF.get(str(one.get("type")), "text") for one in own}


def _files(path: Path, resources: Iterable[Resource]) -> tuple[dict[str, Resource], list[Fault]]:
    """Which file holds which table: what ``datapackage.json`` names, and every other file called after a table."""
    files: dict[str, Resource] = {}
    faults = []
    for one in resources:
        if one.table in files:
            faults.append(_fault(one.table, f"is named twice: {files[one.table].path}, {one.path}", "Keep one of them"))
        elif not (path / one.path).is_file():
            faults.append(_fault(one.table, f"names {one.path}, which is not there", "Add the file, or take it out"))
        else:
            files[one.table] = one
    named = {one.path for one in resources}
    loose = sorted(entry for entry in path.iterdir() if entry.is_file() and entry.name not in named)
    for entry in (entry for entry in loose if entry.suffix in (*ENDINGS, *OTHER_TABLES) and entry.name[0] not in ".~"):
        if entry.stem not in TABLES or entry.suffix not in ENDINGS:
            faults.append(_stranger(entry, set(files) | {other.stem for other in loose}))
        elif entry.stem in files:
            rule = f"the table {entry.stem} is in {files[entry.stem].path} already"
            faults.append(Fault(entry.name, 0, "", "", "", rule, "Keep one of the two files"))
        else:
            files[entry.stem] = Resource(entry.stem, entry.name)
    return {table: files[table] for table in TABLES if table in files}, faults


def _stranger(entry: Path, here: set[str]) -> Fault:
    """A file with cells that is no table: an error where it looks like a table that is missing, else a warning."""
    if entry.stem in TABLES:
        return Fault(entry.name, 0, "", "", "", "is neither CSV nor Parquet", "Save it as CSV in UTF-8", entry.stem)
    near = next((name for name in nearest(entry.stem, TABLES)), "")
    meant = bool(near) and near not in here
    cure = f"Call it {near}.csv" if meant else "Take it out of the folder, or call it after a table"
    return Fault(entry.name, 0, "", "", "", "is no table", cure, near, "error" if meant else "warning")


def _frame(file: Path, table: str) -> tuple[pl.DataFrame | None, list[Fault]]:
    try:
        if file.suffix == ".parquet":
            return pl.read_parquet(file), []
        return text.read(file, (fact.name for fact in TABLES[table].facts()))
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError) as bad:
        said = str(bad).splitlines()[0]
        cure = (
            "Write the file again: it is cut short or is no Parquet"
            if file.suffix == ".parquet"
            else "Make it readable"
        )
        return None, [Fault(file.name, 0, "", "", "", f"cannot be read: {said}", cure)]
