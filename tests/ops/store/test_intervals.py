"""The extract: from the database the same stops as from the events, and from there to a card that a corridor takes."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg_pool import ConnectionPool

import karvan as kv
from karvan.api import learning
from karvan.errors import InputError
from karvan.ops.learn import intervals
from karvan.ops.store import Store
from karvan.ops.store.intervals import extract
from ops import cast
from ops.database import filled, fresh
from ops.store.kept import Kept


def _cleared(store: Store) -> Kept:
    return Kept(store).released()


def test_the_database_tells_the_same_stops_as_the_events(server: str) -> None:
    with fresh(server) as url:
        filled(url)
        with ConnectionPool(url, min_size=1, max_size=2, open=True) as pool:
            stories = [_cleared(Store(pool)) for _ in range(2)]
            logs = [story.store.events(story.name, cast.SYSTEM) for story in stories]
        since, until = cast.NOW - timedelta(days=1), cast.NOW + timedelta(days=1)
        with psycopg.connect(url) as connection:
            found = extract(connection, since, until)
    told = [one for log in logs for one in intervals(log, since, until)]
    assert found and {one.batch for one in found} <= {0, 1, 2, 3}
    assert sorted(map(str, (replace(one, batch=0) for one in found))) == sorted(map(str, told))


def test_the_command_learns_from_the_database_and_says_what_is_missing(
    server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with fresh(server) as url:
        filled(url)
        monkeypatch.setenv("DATABASE_URL", url)
        with ConnectionPool(url, min_size=1, max_size=2, open=True) as pool:
            days = (date(2027, 2, 28), date(2027, 3, 3))
            with pytest.raises(InputError, match="no stage has ten"):
                learning.learn("titr", "t", *days, tmp_path)
            for _ in range(10):
                _cleared(Store(pool))
        said = learning.learn("titr", "t", *days, tmp_path)
        with pytest.raises(InputError, match="no day lies"):
            learning.learn("titr", "t", days[1], days[0], tmp_path)
    assert "learned-t.toml" in said
    plan = kv.load("titr").apply(kv.Scenario.read(tmp_path / "learned-t.toml"))
    assert plan.dwell_models["cases"].min() >= 10
    assert plan.dwell_models["version"].unique().to_list() == ["t"]
    text = (tmp_path / "learned-t.csv").read_text() + (tmp_path / "learned-t.toml").read_text()
    assert not [
        name for name in (cast.SHIPPER.party, cast.KZ.person, cast.RAILWAY.party, "CSQU3054383") if name in text
    ]
