"""Which rows of the corridor the ways stand on: their sources with grades, and the estimates among them."""

import polars as pl

from karvan.corridor import Corridor
from karvan.report.told import Told

ROWS = {"links": "link_id", "procedures": "procedure_id", "tariffs": "tariff_id"}


def used(corridor: Corridor, told: Told) -> dict[str, pl.DataFrame]:
    """Rows of links, procedures and tariffs that some way uses, each with ``used_by``, the number of ways."""
    legs, prices = told.frames["legs"], told.frames["prices"]
    way = pl.concat_str(["place", "label"], separator="|").alias("way_of")
    asked = {
        "links": legs.select(way, pl.col("link").alias("id")),
        "procedures": legs.select(way, pl.col("procedure").alias("id")),
        "tariffs": prices.select(way, pl.col("tariff").alias("id")),
    }
    found = {}
    for table, key in ROWS.items():
        counts = (
            asked[table].filter(pl.col("id") != "").group_by("id").agg(pl.col("way_of").n_unique().alias("used_by"))
        )
        rows = corridor.tables[table].join(counts, left_on=key, right_on="id", how="inner", maintain_order="left")
        found[table] = rows
    return found


def sources(rows: dict[str, pl.DataFrame], listed: pl.DataFrame) -> pl.DataFrame:
    """The sources that the ways stand on, the most used first: title, publisher, year, grade, address, rows."""
    every = pl.concat([frame.select("source_id") for frame in rows.values()])
    counts = every.group_by("source_id").agg(pl.len().alias("rows"))
    wanted = ("title", "publisher", "year", "grade", "kind", "url", "rows")
    met = listed.join(counts, on="source_id", how="inner")
    return met.sort("rows", "source_id", descending=[True, False]).select("source_id", *wanted)


def grades(rows: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """How many of the rows used have which grade, by table."""
    counted = [
        frame.group_by("grade").agg(pl.len().alias("rows")).with_columns(pl.lit(table).alias("table"))
        for table, frame in rows.items()
    ]
    wide = pl.concat(counted).pivot("grade", index="table", values="rows", sort_columns=True).fill_null(0)
    return wide.sort("table")


def assumptions(rows: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The rows used that are the editors' own estimates (grade D), the most used first."""
    links, steps, tariffs = rows["links"], rows["procedures"], rows["tariffs"]
    hours_d = pl.coalesce("hours_grade", "grade") == "D"
    parts = [
        _rows(
            links.filter(hours_d),
            "links",
            pl.col("link_id"),
            ("from_node", "to_node"),
            ("hours", "hours_min", "hours_p90"),
            "h",
        ),
        _rows(
            steps.filter(pl.col("grade") == "D"),
            "procedures",
            pl.col("procedure_id"),
            ("node_id", "step"),
            ("hours", "hours_min", "hours_p90"),
            "h",
        ),
        _rows(
            tariffs.filter(pl.col("grade") == "D"),
            "tariffs",
            pl.col("tariff_id"),
            ("operator_id", "item"),
            ("usd", "usd_low", "usd_high"),
            "",
        ),
    ]
    return pl.concat(parts).sort("used_by", "table", "row", descending=[True, False, False])


def _rows(
    frame: pl.DataFrame, table: str, key: pl.Expr, what: tuple[str, str], numbers: tuple[str, ...], unit: str
) -> pl.DataFrame:
    named = zip(("value", "low", "high"), numbers, strict=True)
    cells = [pl.col(name).cast(pl.Float64).alias(column) for column, name in named]
    money = pl.concat_str([pl.lit("USD/"), pl.col("unit")]) if table == "tariffs" else pl.lit(unit)
    return frame.select(
        pl.lit(table).alias("table"),
        key.alias("row"),
        pl.concat_str([pl.col(what[0]).fill_null(""), pl.lit(" "), pl.col(what[1]).fill_null("")]).alias("what"),
        *cells,
        money.alias("unit"),
        pl.col("used_by").cast(pl.Int64),
    )
