"""A corridor from and to frames: polars, pandas where it is installed, and Arrow."""

import importlib
from collections.abc import Mapping
from types import ModuleType
from typing import Any

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import Fault, InputError, nearest
from karvan.io import faults
from karvan.io.package import About, Package, Sheet
from karvan.schema import TABLES


def corridor(
    name: str,
    tables: Mapping[str, Any],
    *,
    edition: str = "0",
    price_year: int = 2022,
    title: str = "",
) -> Corridor:
    """A checked corridor of frames by table: polars or pandas frames, or Arrow tables.

    Columns must have the types of the schema (whole numbers serve as numbers). Raises FaultsError with all faults; a
    fault's file is the table's name, its row counts from 1.
    """
    sheets: dict[str, Sheet] = {}
    found: list[Fault] = []
    for table, given in tables.items():
        if table not in TABLES:
            near = ", ".join(nearest(table, TABLES))
            found.append(Fault(table, 0, "", "", "", "is no table", f"Name one of {', '.join(TABLES)}", near))
        else:
            sheets[table] = Sheet(table, table, from_any(given), typed=True)
    loose = frozenset(word for fault in found for word in fault.nearest.split(", "))
    ordered = {table: sheets[table] for table in TABLES if table in sheets}
    raw = Package(About(name, edition, price_year, title), ordered, tuple(found), loose)
    return Corridor(name, edition, price_year, faults.sound(raw), (), title)


def from_any(given: Any) -> pl.DataFrame:
    """A polars frame of a polars, pandas or Arrow one; a pandas index is left out.

    Raises InputError for anything else.
    """
    if isinstance(given, pl.DataFrame):
        return given
    if isinstance(given, pl.LazyFrame):
        return given.collect()
    if type(given).__module__.startswith("pandas."):
        return pl.from_pandas(given)
    if hasattr(given, "__arrow_c_stream__"):
        return pl.DataFrame(given)
    raise InputError(f"a {type(given).__name__} is no frame", cure="give a polars or pandas frame, or an Arrow table")


def to_pandas(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """The tables that hold rows as pandas frames. Raises InputError where pandas is not installed."""
    pandas = _installed("pandas")
    return {name: pandas.DataFrame(frame.to_dict(as_series=False)) for name, frame in tables.items() if frame.height}


def to_arrow(tables: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """The tables that hold rows as Arrow tables. Raises InputError where pyarrow is not installed."""
    _installed("pyarrow")
    return {name: frame.to_arrow() for name, frame in tables.items() if frame.height}


def _installed(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as missing:
        raise InputError(f"{name} is not installed", cure=f"pip install {name}, or use the polars frames") from missing
