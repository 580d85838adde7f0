"""Results to files. Nothing is written half: all goes to a temporary name beside, which then takes the place."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from karvan.errors import InputError, nearest
from karvan.io.folder import whole_file, whole_folder
from karvan.result import Result, Run

ENDINGS = {".json": "all frames and the run", ".csv": "one frame", ".parquet": "one frame", "": "a folder of Parquet"}


def save(result: Result, path: Path, table: str = "") -> Path:
    """Writes a result as its path's ending says: see ``Result.save``."""
    if path.suffix not in ENDINGS:
        cure = "end it in .json, .csv or .parquet, or name a folder; pages and workbooks are made by kv.report(result)"
        raise InputError(f"no result can be written as {path.suffix!r}", cure=cure)
    if path.suffix in (".csv", ".parquet"):
        frame = _frame(result, table)
        with whole_file(path) as spare:
            frame.write_csv(spare) if path.suffix == ".csv" else frame.write_parquet(spare)
    elif path.suffix == ".json":
        with whole_file(path) as spare:
            spare.write_text(text(result))
    else:
        with run_folder(path) as spare:
            folder(result, spare)
    return path


def read(path: Path) -> Result:
    """A result that was saved as a folder; InputError where it is none."""
    try:
        told = json.loads((path / "run.json").read_text())
        run = Run(
            **{**{name: value for name, value in told.items() if name != "id"}, "scenarios": tuple(told["scenarios"])}
        )
        frames = {file.stem: pl.read_parquet(file) for file in sorted(path.glob("*.parquet"))}
        return Result(run, frames, frames.pop("balance"))
    except (OSError, ValueError, KeyError, TypeError) as wrong:
        raise InputError(
            f"{path} holds no saved result", cure="name a folder that result.save(folder) wrote"
        ) from wrong


def folder(result: Result, path: Path) -> None:
    """Each frame as Parquet, the balance, and ``run.json`` into a folder that is there."""
    for name, frame in {**result.tables, "balance": result.balance}.items():
        frame.write_parquet(path / f"{name}.parquet")
    (path / "run.json").write_text(json.dumps(run_said(result.run), indent=1, default=str) + "\n")


def text(result: Result) -> str:
    """A result as one JSON object: its run, and each frame as a list of rows."""
    return json.dumps(said(result), indent=1, default=str) + "\n"


def said(result: Result) -> dict[str, Any]:
    """A result as plain values: ``run``, then each frame, then ``balance``, as lists of rows."""
    frames = {**result.tables, "balance": result.balance}
    return {"run": run_said(result.run), **{name: frame.to_dicts() for name, frame in frames.items()}}


def run_said(run: Run) -> dict[str, Any]:
    """A run as plain values, its id first."""
    return {"id": run.id, **asdict(run)}


def _frame(result: Result, table: str) -> pl.DataFrame:
    frames = {**result.tables, "balance": result.balance}
    name = table or next(iter(frames))
    if name not in frames:
        near = nearest(name, frames) or tuple(frames)
        raise InputError(f"the result has no table {name!r}", cure=f"name one of {', '.join(near)}")
    return frames[name]


@contextmanager
def run_folder(path: Path) -> Iterator[Path]:
    """A new folder that takes the place of ``path`` when the block ends well.

    A file of that name is refused; a folder of that name is only replaced where it is empty or holds an earlier run.
    """
    if path.is_file() or (path.is_dir() and any(path.iterdir()) and not (path / "run.json").is_file()):
        raise InputError(f"{path} is there and is no earlier result", cure="name another folder, or move it away")
    with whole_folder(path) as fresh:
        yield fresh
