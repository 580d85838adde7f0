"""Applying scenario cards to tables, and telling two sets of tables apart."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from karvan.errors import CardError, nearest
from karvan.profiles import change_over_time
from karvan.scenario import Change, Scenario
from karvan.schema import TABLES
from karvan.schema.shape import conform, dtypes

Tables = Mapping[str, pl.DataFrame]


def apply(tables: Tables, applied: Sequence[str], cards: Iterable[Scenario]) -> tuple[Tables, tuple[str, ...]]:
    """The tables with the cards applied in order, and the names of all cards applied so far.

    Raises CardError, naming card, change, and the nearest name, when a card does not fit.
    """
    names = list(applied)
    for card in cards:
        tables = _apply_card(tables, names, card)
    return tables, tuple(names)


def _apply_card(tables: Tables, names: list[str], card: Scenario) -> Tables:
    for part in card.includes:
        if part.name not in names:
            tables = _apply_card(tables, names, part)
    missing = [need for need in card.requires if need not in names]
    if missing:
        raise CardError(
            f"card {card.name!r} requires {', '.join(map(repr, missing))}", cure="apply the required cards before it"
        )
    barred = [other for other in card.excludes if other in names]
    if barred:
        raise CardError(f"card {card.name!r} excludes {', '.join(map(repr, barred))}", cure="leave one of them out")
    for count, change in enumerate(card.changes, start=1):
        tables = _apply_change(tables, change, f"card {card.name!r}, change {count}")
    names.append(card.name)
    return tables


def _apply_change(tables: Tables, change: Change, who: str) -> Tables:
    if change.table not in TABLES:
        raise CardError(f"{who}: no table {change.table!r}{_near(change.table, TABLES)}", cure="name a table")
    frame = tables[change.table]
    _check_columns(frame, change, who)
    if change.add:
        return {**tables, change.table: _add(frame, change, who)}
    hit = _match(frame, change, who)
    _check_expected(frame.filter(hit), change, who)
    if change.drop:
        return {**tables, change.table: _drop(frame, hit, change, who)}
    if change.since or change.until or _has_profile(tables["profiles"], change):
        changed = change_over_time(change.table, frame.filter(hit), tables["profiles"], change, who)
        tables = {**tables, "profiles": changed}
        if change.since or change.until:
            return tables
    return {**tables, change.table: frame.with_columns(_cells(frame, hit, change, who))}


def _check_columns(frame: pl.DataFrame, change: Change, who: str) -> None:
    spoken = [*change.where, *change.set, *change.times, *change.plus, *(name for row in change.add for name in row)]
    spoken += [name for name in change.expect if name != "rows"]
    for name in spoken:
        if name not in frame.columns:
            raise CardError(
                f"{who}: table {change.table!r} has no column {name!r}{_near(name, frame.columns)}",
                cure="name a column of the table",
            )


def _match(frame: pl.DataFrame, change: Change, who: str) -> pl.Series:
    hit = pl.Series("hit", [True]).new_from_index(0, frame.height)
    for name, wanted in change.where.items():
        asked = list(wanted) if isinstance(wanted, (list, tuple)) else [wanted]
        found = frame[name].is_in(_series(name, asked, frame.schema[name], who), nulls_equal=True)
        if not (hit & found).any():
            known = [str(value) for value in frame[name].unique().drop_nulls().to_list()]
            raise CardError(
                f"{who}: no row of {change.table!r} has {name} = {asked[0]!r}{_near(str(asked[0]), known)}",
                cure="match a row that is there",
            )
        lost = [value for value in asked if value not in frame[name].to_list()]
        if lost:
            raise CardError(f"{who}: {name} = {lost[0]!r} matches no row of {change.table!r}", cure="take it out")
        hit &= found
    return hit


def _check_expected(rows: pl.DataFrame, change: Change, who: str) -> None:
    for name, wanted in change.expect.items():
        seen: object = rows.height
        if name == "rows":
            holds = rows.height == wanted
        else:
            seen = rows[name].unique().to_list()
            holds = rows[name].eq_missing(_series(name, [wanted], rows.schema[name], who)[0]).all()
        if not holds:
            raise CardError(
                f"{who} expects {name} = {wanted!r} in {change.table!r}, but finds {seen!r}",
                cure="the base has moved: read the rows again and mend the card",
            )


def _add(frame: pl.DataFrame, change: Change, who: str) -> pl.DataFrame:
    rows = [dict(row) for row in change.add]
    for row in rows:
        for name, moment in (("valid_from", change.since), ("valid_to", change.until)):
            if moment is not None:
                if name not in frame.columns:
                    raise CardError(f"{who}: rows of {change.table!r} carry no dates", cure="leave from and to out")
                row[name] = moment
    kinds = {name: kind for name, kind in dtypes(change.table).items() if any(name in row for row in rows)}
    try:
        new = conform(change.table, pl.DataFrame(rows, schema_overrides=kinds, infer_schema_length=None))
    except (pl.exceptions.PolarsError, TypeError) as fault:
        raise CardError(f"{who}: a row to add has a cell of the wrong type: {fault}", cure="mend the cell") from fault
    keys = list(TABLES[change.table].key_columns())
    both = pl.concat([frame, new], how="diagonal_relaxed")
    twice = both.filter(pl.struct(keys).is_duplicated())
    if twice.height:
        raise CardError(f"{who}: {change.table!r} already has {twice[keys].row(0)}", cure="give the row another key")
    bare = [name for name in keys if new[name].null_count()]
    if bare:
        raise CardError(f"{who}: a row to add has no {bare[0]}", cure="give it its key")
    return both


def _drop(frame: pl.DataFrame, hit: pl.Series, change: Change, who: str) -> pl.DataFrame:
    if not (change.since or change.until):
        return frame.filter(~hit)
    if change.until or "valid_to" not in frame.columns:
        raise CardError(f"{who}: a dated drop needs a table with dates and no to", cure="set status = 'closed' instead")
    return frame.with_columns(pl.when(hit).then(pl.lit(change.since)).otherwise(pl.col("valid_to")).alias("valid_to"))


def _cells(frame: pl.DataFrame, hit: pl.Series, change: Change, who: str) -> list[pl.Expr]:
    cells = []
    for name, value in change.set.items():
        new = pl.lit(_series(name, [value], frame.schema[name], who)[0], dtype=frame.schema[name])
        cells.append(pl.when(hit).then(new).otherwise(pl.col(name)).alias(name))
    for name, by in {**change.times, **change.plus}.items():
        if not frame.schema[name].is_numeric() or frame.filter(hit)[name].null_count():
            raise CardError(f"{who}: {name} is not a number in every matched row", cure="use set")
        new = pl.col(name) * by if name in change.times else pl.col(name) + by
        cells.append(pl.when(hit).then(new).otherwise(pl.col(name)).cast(frame.schema[name]).alias(name))
    return cells


def _series(name: str, values: list[Any], kind: pl.DataType, who: str) -> pl.Series:
    whole = (
        [int(value) if kind.is_integer() and value == int(value) else value for value in values]
        if _all_numbers(values)
        else values
    )
    try:
        return pl.Series(name, whole, dtype=kind)
    except (pl.exceptions.PolarsError, TypeError) as fault:
        raise CardError(f"{who}: {name} cannot hold {values[0]!r}", cure=f"write a {kind}") from fault


def _all_numbers(values: list[Any]) -> bool:
    return all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)


def _has_profile(profiles: pl.DataFrame, change: Change) -> bool:
    touched = [*change.set, *change.times, *change.plus]
    return profiles.filter((pl.col("table") == change.table) & pl.col("column").is_in(touched)).height > 0


def _near(name: str, known: Iterable[str]) -> str:
    near = nearest(name, known)
    return f" (nearest: {', '.join(near)})" if near else ""


def difference(before: Tables, after: Tables) -> pl.DataFrame:
    """Cell by cell what differs between two sets of tables.

    Columns: table, key (parts joined by ``|``), column, before, after as text. A row that only one side has shows as
    column ``(row)``, ``present`` on that side and empty on the other.
    """
    parts = [_table_difference(name, before[name], after[name]) for name in TABLES]
    return pl.concat(parts)


def _table_difference(name: str, before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    kind = {column: pl.String() for column in ("table", "key", "column", "before", "after")}
    if before.equals(after):
        return pl.DataFrame(schema=kind)
    keys = list(TABLES[name].key_columns())
    sides = [_long(frame, keys, side) for frame, side in ((before, "before"), (after, "after"))]
    joined = sides[0].join(sides[1], on=["key", "column"], how="full", coalesce=True)
    unlike = joined.filter(~pl.col("before").eq_missing(pl.col("after")))
    return unlike.select(pl.lit(name).alias("table"), "key", "column", "before", "after").sort("key", "column")


def _long(frame: pl.DataFrame, keys: list[str], side: str) -> pl.DataFrame:
    rows = frame.select(
        pl.concat_str([pl.col(key).cast(pl.String) for key in keys], separator="|").alias("__key"),
        pl.lit("present").alias("(row)"),
        *(pl.col(column).cast(pl.String) for column in frame.columns if column not in keys),
    )
    long = rows.unpivot(index="__key", variable_name="__column", value_name=side)  # a table may have a column "column"
    return long.rename({"__key": "key", "__column": "column"}).filter(pl.col(side).is_not_null())


def inverse(name: str, before: Tables, after: Tables) -> Scenario:
    """The card that turns ``after`` back into ``before``, exactly.

    Whole rows are dropped or added; changed rows are dropped and added as they were, so that no cell is recomputed.
    """
    changes: list[Change] = []
    for table in TABLES:
        if before[table].equals(after[table]):
            continue
        keys = list(TABLES[table].key_columns())
        gone = after[table].join(before[table], on=after[table].columns, how="anti", nulls_equal=True)
        back = before[table].join(after[table], on=before[table].columns, how="anti", nulls_equal=True)
        changes += [Change(table=table, where=row, drop=True) for row in gone.select(keys).iter_rows(named=True)]
        if back.height:
            changes.append(Change(table=table, add=tuple(_row(row) for row in back.iter_rows(named=True))))
    return Scenario(name=f"not-{name}", why=f"undoes {name}", changes=tuple(changes))


def _row(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value is not None}
