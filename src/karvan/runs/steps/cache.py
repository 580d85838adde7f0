"""Results kept on disk, by what they were asked and of which data and code: computed once, read again after.

A result lies in a folder named by the digest of its question. A folder is put in place whole, so that a run that was
stopped leaves only finished results, and the next one goes on from there.
"""

import datetime as dt
import hashlib
import json
import shutil
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import polars as pl

from karvan.result import Result, Run
from karvan.runs.save import run_folder
from karvan.version import VERSION

Kind = TypeVar("Kind", bound=Result)


@dataclass(frozen=True)
class Cache:
    """The results kept in one folder."""

    folder: Path

    def get(self, key: str, kind: type[Kind]) -> Kind | None:
        """The result of a question, or None where it is not kept or can no longer be read."""
        place = self.folder / key
        try:
            run = Run(**_lively(json.loads((place / "run.json").read_text())))
            frames = {file.stem: pl.read_parquet(file) for file in sorted(place.glob("*.parquet"))}
            balance = frames.pop("balance")
            order = json.loads((place / "order.json").read_text())
            return kind(run, {name: frames[name] for name in order}, balance)
        except (OSError, ValueError, KeyError, TypeError, pl.exceptions.PolarsError):
            return None

    def put(self, key: str, result: Result) -> None:
        """Keeps the result of a question."""
        if (self.folder / key).is_dir():
            shutil.rmtree(self.folder / key)
        with run_folder(self.folder / key) as place:
            for name, frame in {**result.tables, "balance": result.balance}.items():
                frame.write_parquet(place / f"{name}.parquet")
            (place / "order.json").write_text(json.dumps([*result.tables]))
            run = {field.name: getattr(result.run, field.name) for field in fields(Run)}
            (place / "run.json").write_text(json.dumps(_plain(run)))


def key(*asked: Any) -> str:
    """The digest of a question, Karvan's version and its code."""
    return hashlib.sha256(repr((asked, VERSION, code())).encode()).hexdigest()[:24]


@cache
def code() -> str:
    """The digest of Karvan's own files: other code may give other results."""
    total = hashlib.sha256()
    root = Path(__file__).parents[2]
    for file in sorted(root.rglob("*.py")):
        total.update(file.relative_to(root).as_posix().encode() + file.read_bytes())
    return total.hexdigest()


def _plain(value: Any) -> Any:
    """A value that JSON can hold, from which ``_lively`` makes it again: tuples are lists, days are marked."""
    if isinstance(value, dt.date):
        return {"day": value.isoformat()}
    if isinstance(value, (tuple, list)):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return value


def _lively(value: Any) -> Any:
    if isinstance(value, dict):
        if set(value) == {"day"}:
            return dt.date.fromisoformat(value["day"])
        return {name: _lively(one) for name, one in value.items()}
    return tuple(_lively(one) for one in value) if isinstance(value, list) else value
