"""The shape of a table as a frame: its columns and types, an empty one, and putting a frame into that shape."""

import polars as pl

from karvan.schema import TABLES

KINDS: dict[str, pl.DataType] = {
    "key": pl.String(),
    "text": pl.String(),
    "number": pl.Float64(),
    "whole": pl.Int64(),
    "day": pl.Date(),
    "flag": pl.Boolean(),
}


def dtypes(table: str) -> dict[str, pl.DataType]:
    """Columns of a table and their polars types, in the order of its file.

    >>> list(dtypes("aliases"))
    ['alias', 'table', 'id', 'language', 'source_id', 'grade', 'note']
    """
    return {fact.name: KINDS[fact.kind] for fact in TABLES[table].facts()}


def empty(table: str) -> pl.DataFrame:
    """The table without rows."""
    return pl.DataFrame(schema=dtypes(table))


def conform(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with all columns of its table, in order and cast; columns beginning with ``x_`` are kept behind.

    Raises polars' own error when a cell cannot be cast: foreign input goes through ``io.faults`` before.
    """
    wanted = dtypes(table)
    if list(frame.schema.items())[: len(wanted)] == list(wanted.items()):
        return frame
    own = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in wanted.items()
    ]
    extra = [pl.col(name) for name in frame.columns if name not in wanted]
    return frame.select(*own, *extra)
