"""Free: the parameters that a corridor lets be fitted, and the edition that other values of them make.

A row of ``params`` with ``fit`` is free between its low and its high, which are read as the band that holds nine in ten.
Where it names a table, rows and columns, it is the factor by which those cells stand over the corridor's first edition:
another value multiplies them. Otherwise it is a parameter that an engine reads, and only its own row changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import polars as pl

from karvan.corridor import Corridor
from karvan.errors import Fault, FaultsError, InputError, nearest
from karvan.schema import TABLES
from karvan.studies.fit.estimate import Array, Unknown

Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Free:
    """A free parameter, the unknown it is, and the cells it scales (none: only its own row)."""

    name: str
    scope: str
    unit: str
    unknown: Unknown
    table: str = ""
    where: Where = ()
    columns: tuple[str, ...] = ()


def free(corridor: Corridor) -> tuple[Free, ...]:
    """The free parameters of a corridor, in the order of its table. Raises FaultsError with every row that cannot be
    one, InputError where there is none."""
    found: list[Free] = []
    faults: list[Fault] = []
    for number, row in enumerate(corridor.params.iter_rows(named=True), start=1):
        if row["fit"]:
            wrong = _wrong(corridor, row)
            key = f"{row['name']}|{row['scope']}"
            faults += [Fault("params.csv", number, key, *told) for told in wrong]
            if not wrong:
                found.append(_free(row))
    if faults:
        raise FaultsError(faults)
    if not found:
        raise InputError(
            "no parameter may be fitted: no row of params has fit",
            cure="set fit on the rows that may change, each with low and high",
        )
    return tuple(found)


def moved(corridor: Corridor, frees: Sequence[Free], values: Array) -> Corridor:
    """The corridor with other values of its free parameters, in their rows and in all cells they scale, dated ones too."""
    tables = dict(corridor.tables)
    params = tables["params"]
    for one, value in zip(frees, values, strict=True):
        mine = (pl.col("name") == one.name) & (pl.col("scope") == one.scope)
        params = params.with_columns(pl.when(mine).then(float(value)).otherwise(pl.col("value")).alias("value"))
        if one.table:
            by = float(value) / one.unknown.value
            frame, hit = tables[one.table], _hit(tables[one.table], one.where)
            keys = frame.filter(hit).select(_key(one.table)).to_series()
            tables[one.table] = frame.with_columns(
                pl.when(hit).then(pl.col(name) * by).otherwise(pl.col(name)).alias(name) for name in one.columns
            )
            dated = (
                (pl.col("table") == one.table)
                & pl.col("column").is_in(one.columns)
                & pl.col("id").is_in(keys.implode())
            )
            value_cell = pl.when(dated).then(pl.col("value") * by).otherwise(pl.col("value")).alias("value")
            tables["profiles"] = tables["profiles"].with_columns(value_cell)
    return replace(corridor, tables={**tables, "params": params})


def _key(table: str) -> pl.Expr:
    parts = [pl.col(name).cast(pl.String) for name in TABLES[table].key_columns()]
    return pl.concat_str(parts, separator="|")


def _hit(frame: pl.DataFrame, where: Where) -> pl.Expr:
    hit = pl.lit(True)
    for name, wanted in where:
        hit = hit & pl.col(name).cast(pl.String).is_in(wanted).fill_null(False)
    return hit


def _where(cell: str) -> Where:
    """Rows meant by a cell like ``node_id=KZ_AAU|KZ_KUR; trigger=transfer``; ValueError where it cannot be read."""
    parts = [part.split("=", 1) for part in cell.split(";") if part.strip()]
    return tuple((name.strip(), tuple(one.strip() for one in wanted.split("|"))) for name, wanted in parts)


def _free(row: dict[str, object]) -> Free:
    name, scope = row["name"], row["scope"]
    unknown = _unknown(str(name) if scope == "any" else f"{name} of {scope}", row)
    if not row["table"]:
        return Free(str(name), str(scope), str(row["unit"]), unknown)
    columns = tuple(one.strip() for one in str(row["column"]).split(";"))
    return Free(str(name), str(scope), str(row["unit"]), unknown, str(row["table"]), _where(str(row["where"])), columns)


def _unknown(label: str, row: dict[str, object]) -> Unknown:
    value, low, high = (float(str(row[cell])) for cell in ("value", "low", "high"))
    return Unknown(label, value, low, high, _kind(row))


def _kind(row: dict[str, object]) -> str:
    if row["table"]:
        return "positive"
    return "share" if row["unit"] == "share" else "positive" if float(str(row["low"])) > 0 else "real"


def _wrong(corridor: Corridor, row: dict[str, object]) -> list[tuple[str, str, str, str, str]]:
    """What keeps a row from being free: column, value, rule, cure, nearest name each."""
    told = []
    if row["low"] is None or row["high"] is None or not float(str(row["low"])) < float(str(row["high"])):
        told.append(("low", "", "a parameter to fit needs low below high", "give the band that holds nine in ten", ""))
    else:
        try:
            _unknown("it", row)
        except InputError as error:
            told.append(("value", str(row["value"]), error.message, error.cure, ""))
    given = [cell for cell in ("table", "where", "column") if row[cell]]
    if given and len(given) < 3:
        told.append((given[0], str(row[given[0]]), "table, where and column go together", "give all three or none", ""))
    return told + (_cells(corridor, row) if len(given) == 3 else [])


def _cells(corridor: Corridor, row: dict[str, object]) -> list[tuple[str, str, str, str, str]]:
    """What is wrong with the cells that a parameter is to scale."""
    table = str(row["table"])
    if table not in TABLES:
        return [("table", table, "no such table", "name a table", ", ".join(nearest(table, TABLES)))]
    frame = corridor.tables[table]
    told = []
    for name in (one.strip() for one in str(row["column"]).split(";")):
        if name not in frame.columns or not frame.schema[name].is_numeric():
            told.append(("column", name, "no column of numbers", "name one", ", ".join(nearest(name, frame.columns))))
    try:
        where = _where(str(row["where"]))
    except ValueError:
        return [
            *told,
            ("where", str(row["where"]), "no rows can be read from it", "write column=value; column=a|b", ""),
        ]
    strange = [name for name, _ in where if name not in frame.columns]
    told += [("where", name, "no such column", "name one", ", ".join(nearest(name, frame.columns))) for name in strange]
    if not strange and frame.filter(_hit(frame, where)).is_empty():
        told.append(("where", str(row["where"]), f"matches no row of {table}", "match rows that are there", ""))
    return told
