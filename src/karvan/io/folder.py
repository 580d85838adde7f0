"""A corridor as a folder: a Frictionless data package of CSV or Parquet files, one a table."""

import hashlib
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import InputError
from karvan.io import faults, package
from karvan.io.package import ABOUT, ENDINGS, About
from karvan.schema import NEEDED, TABLES, describe
from karvan.schema.shape import KINDS, dtypes

Format = Literal["csv", "parquet"]


def read(path: Path | str, *, trusted: bool = False) -> Corridor:
    """The corridor that lies in a folder, checked.

    ``trusted`` leaves the check out where every file still has the hash that ``datapackage.json`` gives it (``seal``
    wrote it after a check), as the data shipped with Karvan do. Raises FaultsError with all faults, InputError where
    there is no such folder.
    """
    place = Path(path)
    tables = _sealed(place) if trusted else None
    if tables is not None:
        about, _, _ = package.read_about(place)
        return of(about, tables)
    raw = package.read(place)
    return of(raw.about, faults.sound(raw))


def of(about: About, tables: Mapping[str, pl.DataFrame]) -> Corridor:
    """The corridor of checked tables and what it says of itself."""
    return Corridor(about.name, about.edition, about.price_year, tables, about.scenarios, about.title)


def _sealed(place: Path) -> dict[str, pl.DataFrame] | None:
    """The tables read without a check, or None where a file is not as it was sealed."""
    package.require_folder(place)
    _, resources, told = package.read_about(place)
    files = {entry.name for entry in place.iterdir() if entry.suffix in ENDINGS}
    if told or not resources or files != {one.path for one in resources}:
        return None
    tables = {}
    for one in resources:
        data = (place / one.path).read_bytes()
        if one.hash != _hash(data) or one.path.endswith(".parquet"):
            return None
        kinds = dtypes(one.table) | {name: KINDS[kind] for name, kind in one.extra.items()}
        tables[one.table] = pl.read_csv(data, schema_overrides=kinds)
    return tables


def _hash(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def write(corridor: Corridor, path: Path | str, format: Format = "csv") -> Path:
    """Writes the corridor to a folder, whole or not at all: tables that hold rows, and ``datapackage.json``.

    A folder that is a corridor already is replaced, files beside its tables kept. Raises InputError where the path is a
    file or a folder of something else, and where a column has a type that no table can hold.
    """
    about = About(corridor.name, corridor.edition, corridor.price_year, corridor.title, corridor.scenarios)
    return write_tables({name: frame for name, frame in corridor.tables.items() if frame.height}, path, format, about)


def write_tables(
    tables: Mapping[str, pl.DataFrame], path: Path | str, format: Format = "csv", about: About | None = None
) -> Path:
    """Writes tables, checked or not, to a folder as ``write`` does."""
    place = Path(path)
    _require_ours(place)
    if format not in ("csv", "parquet"):
        raise InputError(f"there is no format {format!r}", cure="write csv or parquet")
    extra = {name: own_kinds(frame) for name, frame in tables.items()}
    with whole_folder(place) as fresh:
        files = {name: f"{name}.{format}" for name in tables}
        for name, frame in tables.items():
            _write_table(frame, fresh / files[name])
        named = [
            describe.resource(name, file, describe.table_schema(name, tables[name].columns, extra[name]))
            for name, file in files.items()
        ]
        _write_about(fresh, about or About(place.name), named)
        _keep_others(place, fresh)
    return place


def new(path: Path | str, tables: tuple[str, ...] = tuple(TABLES)) -> Path:
    """Writes a folder of empty tables to fill: headers, ``datapackage.json`` with units, and a README that says them.

    Raises InputError where the folder is there already and not empty.
    """
    place = Path(path)
    if place.is_file() or (place.is_dir() and any(place.iterdir())):
        raise InputError(f"{place} is there already", cure="give a new folder")
    with whole_folder(place) as fresh:
        for name in tables:
            (fresh / f"{name}.csv").write_text(describe.template(name), encoding="utf-8")
        named = [describe.resource(name, f"{name}.csv", describe.table_schema(name)) for name in tables]
        _write_about(fresh, About(place.name, "1"), named)
        needed = f"\nNeeded: {', '.join(NEEDED)}. Check the folder with `karvan check {place.name}`.\n"
        (fresh / "README.md").write_text(describe.guide(tables) + needed, encoding="utf-8")
    return place


def seal(path: Path | str) -> Path:
    """Checks a folder of CSV files and writes their hashes to ``datapackage.json``, so that it can be read trusted.

    Raises FaultsError where the folder has faults, and InputError where reading it without a check gives other tables
    (a number written as text, say): write the folder again then.
    """
    place = Path(path)
    raw = package.read(place)
    checked = of(raw.about, faults.sound(raw))
    named = []
    for name, sheet in raw.sheets.items():
        data = (place / sheet.file).read_bytes()
        schema = describe.table_schema(name, sheet.frame.columns, sheet.extra)
        named.append({**describe.resource(name, sheet.file, schema), "bytes": len(data), "hash": _hash(data)})
    before = (place / ABOUT).read_bytes() if (place / ABOUT).exists() else None
    _write_about(place, raw.about, named)
    try:
        unlike = read(place, trusted=True).digest != checked.digest
    except pl.exceptions.PolarsError:
        unlike = True
    if unlike:
        (place / ABOUT).unlink() if before is None else replace(place / ABOUT, before)
        raise InputError(f"{place} reads otherwise without its check", cure="write it again with io.folder.write")
    return place


def own_kinds(frame: pl.DataFrame) -> dict[str, str]:
    """The kinds of a frame's ``x_`` columns; InputError where a type has no place in a table."""
    found = {}
    for name, dtype in frame.schema.items():
        if name.startswith("x_"):
            found[name] = next((kind for kind, own in KINDS.items() if kind != "key" and dtype == own), "")
            if not found[name]:
                raise InputError(f"column {name} holds {dtype}, which no table can", cure="make it text or numbers")
    return found


def _write_table(frame: pl.DataFrame, file: Path) -> None:
    if file.suffix == ".parquet":
        frame.write_parquet(file)
    else:
        frame.write_csv(file)


def _write_about(place: Path, about: About, resources: list[dict[str, Any]]) -> None:
    said = describe.package(
        about.name, about.edition, about.price_year, resources, title=about.title, scenarios=about.scenarios
    )
    replace(place / ABOUT, (json.dumps(said, indent=1, ensure_ascii=False) + "\n").encode())


def replace(file: Path, data: bytes) -> None:
    """Writes a file whole or not at all."""
    with whole_file(file) as fresh:
        fresh.write_bytes(data)


@contextmanager
def whole_file(file: Path) -> Iterator[Path]:
    """A name beside a file; what is written there takes the file's place when the block ends well, else it goes."""
    fresh = _beside(file)
    try:
        yield fresh
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)


@contextmanager
def whole_folder(place: Path) -> Iterator[Path]:
    """A new folder beside a place, which takes the place when the block ends well, else it goes.

    What was at the place is only removed when the new folder stands.
    """
    fresh = _beside(place)
    fresh.mkdir()
    try:
        yield fresh
        _swap(fresh, place)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _beside(place: Path) -> Path:
    """A name in the same folder, made where it is missing, that nothing has. InputError where a file is in the way."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as fault:
        raise InputError(f"{place.parent} is no folder", cure="name a folder that is one") from fault
    return place.with_name(f".{place.name}-{secrets.token_hex(6)}")


def _require_ours(place: Path) -> None:
    """Nothing but a corridor, or an empty folder, is ever replaced."""
    if place.exists() and not place.is_dir():
        raise InputError(f"{place} is a file", cure="give another folder")
    if place.is_dir() and any(place.iterdir()) and not (place / ABOUT).exists():
        raise InputError(f"{place} is no corridor and not empty", cure="give a new folder, so that nothing is lost")


def _is_ours(entry: Path) -> bool:
    return entry.name == ABOUT or (entry.suffix in ENDINGS and entry.stem in TABLES)


def _keep_others(place: Path, fresh: Path) -> None:
    """Copies what lies beside the tables of an old corridor into the new one."""
    for entry in place.iterdir() if place.is_dir() else ():
        if not _is_ours(entry):
            copy = shutil.copytree if entry.is_dir() else shutil.copy2
            copy(entry, fresh / entry.name)


def _swap(fresh: Path, place: Path) -> None:
    """Puts ``fresh`` in the place of ``place``; what was there is kept until the new folder stands."""
    if not place.exists():
        fresh.rename(place)
        return
    old = _beside(place)
    place.rename(old)
    try:
        fresh.rename(place)
    except BaseException:
        old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)
