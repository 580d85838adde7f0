"""Results made ready for pictures: every way has a label, the name of its destination, and whether it is the one measured."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from karvan.corridor import Corridor
from karvan.plot.svg import About
from karvan.plot.words import called, shorts
from karvan.result import Result, Run

WAYS = ("ways", "legs", "prices", "shares")


@dataclass(frozen=True)
class Told:
    """One scenario's ways, ready to draw. ``frames`` holds ways, legs, prices, shares, match and seasons, those it has."""

    scenario: str
    frames: Mapping[str, pl.DataFrame]
    about: About
    run: Run
    balance: pl.DataFrame

    def to(self, place: str, name: str) -> pl.DataFrame:
        """The rows of one frame for one destination, by its short name."""
        return self.frames[name].filter(pl.col("place") == place)

    @property
    def places(self) -> list[str]:
        """Short names of the destinations that some way reaches, in the order asked."""
        return self.frames["ways"]["place"].unique(maintain_order=True).to_list()


def told(result: Result, corridor: Corridor, scenario: str) -> Told:
    """The frames of ``route`` or ``rivals`` with the columns ``label``, ``place`` and ``measured``."""
    names = shorts(dict(corridor.nodes.select("node_id", "name").iter_rows()))
    frames = _rivals(result, names) if "destination" in result.ways.columns else _routes(result, names)
    for name in ("match", "seasons"):
        if name in result.tables:
            place = pl.col("destination").replace(names).alias("place")
            frames[name] = result.tables[name].with_columns(place)
    ways, legs = frames["ways"], frames["legs"]
    origin = names.get(legs["from"][0], "") if legs.height else str(result.run.arguments["shipment"]["origin"])
    source = (
        f"Karvan {result.run.version}, corridor {corridor.name} {corridor.edition}, run {result.run.id}; "
        "sources and grades at the end"
    )
    unit = ways["unit"][0] if ways.height else ""
    about = About(names, origin, unit, scenario, corridor.price_year, source)
    return Told(scenario, frames, about, result.run, result.balance)


def _rivals(result: Result, names: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    tags = result.ways["corridor"].unique().to_list()
    words = {tag: called(tag) for tag in tags}
    measure = result.run.arguments.get("measure", "")
    columns = [
        pl.col("destination").replace(names).alias("place"),
        pl.col("corridor").replace(words).alias("label"),
        (pl.col("corridor") == measure).alias("measured"),
    ]
    return {name: result.tables[name].with_columns(*columns) for name in WAYS}


def _routes(result: Result, names: Mapping[str, str]) -> dict[str, pl.DataFrame]:
    """One destination, the ways numbered; the first is the one measured."""
    ends = result.legs.group_by("way").agg(pl.col("to").last())
    place = names.get(ends["to"][0], "") if ends.height else ""
    labels = {
        row["way"]: f"{row['way']} {row['name']}" if result.ways.height > 1 else row["name"]
        for row in result.ways.iter_rows(named=True)
    }
    columns = [
        pl.lit(place).alias("place"),
        pl.col("way").replace_strict(labels, default="", return_dtype=pl.String).alias("label"),
        (pl.col("way") == 1).alias("measured"),
    ]
    return {name: result.tables[name].with_columns(*columns) for name in WAYS}
