"""Corridors: frozen, all tables there, one digest for one set of cells."""

import pickle
from dataclasses import FrozenInstanceError

import polars as pl
import pytest

from karvan.corridor import Corridor
from karvan.errors import NameUnknown
from karvan.scenario import Scenario
from karvan.schema import TABLES
from karvan.schema.shape import dtypes
from support import same, small


def test_all_tables_are_there_in_the_shape_of_the_schema(corridor):
    assert list(corridor.tables) == list(TABLES)
    for name, frame in corridor.tables.items():
        assert dict(frame.schema) == dtypes(name)
    assert corridor.links.equals(corridor.tables["links"])
    assert corridor.regimes.height == 0


def test_what_is_no_table_is_refused(corridor):
    with pytest.raises(NameUnknown, match=r"no table is called 'lnks'.*links"):
        corridor.replace(lnks=corridor.links)
    with pytest.raises(AttributeError, match="'lnks'"):
        _ = corridor.lnks


def test_nothing_of_it_can_be_changed(corridor):
    with pytest.raises(FrozenInstanceError):
        corridor.name = "other"
    with pytest.raises(TypeError):
        corridor.tables["links"] = corridor.links.clear()


def test_own_columns_are_kept_behind(corridor):
    wide = corridor.replace(nodes=corridor.nodes.select(pl.lit("a").alias("x_mine"), pl.all()))
    assert wide.nodes.columns == [*dtypes("nodes"), "x_mine"]


def test_the_digest_is_that_of_the_cells(corridor):
    renamed = Corridor("other", "9", 2022, corridor.tables, ("card",), "title")
    assert renamed.digest == corridor.digest
    turned = corridor.replace(**{name: frame.reverse() for name, frame in corridor.tables.items()})
    assert turned.digest == corridor.digest
    assert Corridor("small", "2024.1", 2021, corridor.tables).digest != corridor.digest


def test_any_cell_and_any_row_count_in_the_digest(corridor):
    seen = {corridor.digest}
    for table, frame in corridor.tables.items():
        if frame.height:
            seen.add(corridor.replace(**{table: frame[1:]}).digest)
            for column, kind in frame.schema.items():
                if column in TABLES[table].key_columns():
                    continue
                new = {pl.String: "~", pl.Float64: 77.5, pl.Int64: 77, pl.Boolean: True}.get(kind.base_type())
                if new is not None and frame[column][0] != new:
                    seen.add(
                        corridor.replace(**{table: frame.with_columns(pl.lit(new, dtype=kind).alias(column))}).digest
                    )
    assert len(seen) > 150
    empty = corridor.replace(shocks=corridor.shocks.with_columns(note=pl.lit("")))
    assert empty.digest != corridor.digest, "an empty text is not an empty cell"


def test_it_goes_through_pickle(corridor):
    again = pickle.loads(pickle.dumps(corridor))
    assert same(again, corridor)
    assert again.digest == corridor.digest


def test_applied_cards_are_remembered_and_the_base_stays(corridor):
    card = Scenario(name="fast", changes=[{"table": "links", "where": {"link_id": "R1"}, "times": {"hours": 0.5}}])
    plan = corridor.apply(card)
    assert plan.scenarios == ("fast",)
    assert plan.links["hours"].to_list() == [3.25, 20.0]
    assert same(corridor, small())
