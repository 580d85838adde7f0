"""A database for the tests of the store: that of ``DATABASE_URL``, or an embedded server of the test run's own."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from karvan.ops.store import Store, migrate
from karvan.ops.store.embedded import Embedded
from ops import cast


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The url of a server."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    with folder() as place:
        embedded = Embedded(place / "data")
        yield embedded.start("shared_buffers=32MB", "max_connections=60")
        embedded.stop(mode="immediate")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that root's server, which runs as another user, can enter; removed afterwards."""
    root = Path("/var/lib/karvan-tests") if os.geteuid() == 0 else None
    if root:
        root.mkdir(exist_ok=True, mode=0o755)
    place = Path(mkdtemp(prefix="pg", dir=root))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture(scope="session")
def ready(server: str) -> Iterator[str]:
    """The url of a database with the schema, the rules and the postings of the cast."""
    with fresh(server) as url:
        filled(url)
        yield url


def filled(url: str) -> None:
    """Brings a database up to date, with the rules, postings and mandates of the cast and its clock."""
    migrate(url)
    with psycopg.connect(url) as connection:
        for number, rule in enumerate(cast.RULES):
            row = (number, rule.regime, rule.origin, rule.destination, rule.mode, rule.carrier, rule.since, rule.until)
            connection.execute(
                "insert into karvan.rule values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (*row, rule.kind, rule.share, rule.basis),
            )
        for officer in cast.OFFICERS:
            post = officer.posting
            assert post is not None
            row = (post.posting, officer.party, officer.person, post.territory, post.office, post.since, post.until)
            connection.execute("insert into karvan.posting values (%s, %s, %s, %s, %s, %s, %s)", row)
        mandates = [(each, actor.party) for actor in cast.OTHERS for each in actor.mandates]
        for each, taker in mandates:
            row = (each.giver, taker, list(each.scope), each.since, each.until)
            connection.execute("insert into karvan.mandate values (%s, %s, %s, %s, %s)", row)
        if mutant := os.environ.get("KARVAN_OPS_MUTANT"):
            connection.execute(mutant)  # type: ignore[call-overload]
        connection.execute("update karvan.clock set stopped = %s", (cast.NOW,))


@contextmanager
def fresh(server: str) -> Iterator[str]:
    """The url of an empty database of its own, which is dropped afterwards."""
    name = f"karvan_{uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create database {name}")  # type: ignore[call-overload]
    yield _database(server, name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"drop database {name} with (force)")  # type: ignore[call-overload]


def _database(server: str, name: str) -> str:
    head, _, query = server.partition("?")
    return head.rpartition("/")[0] + f"/{name}" + (f"?{query}" if query else "")


@pytest.fixture(scope="session")
def pool(ready: str) -> Iterator[ConnectionPool]:
    with ConnectionPool(ready, min_size=1, max_size=20, open=True) as pool:
        yield pool


@pytest.fixture
def store(pool: ConnectionPool) -> Store:
    return Store(pool)
