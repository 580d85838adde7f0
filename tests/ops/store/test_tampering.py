"""The owner alters the database and makes all hashes, nodes and heads anew: one honest witness finds it, every time."""

import os
from collections.abc import Iterator
from dataclasses import fields, replace
from random import Random
from uuid import uuid4

import psycopg
import pytest
from psycopg.types.json import Jsonb

from karvan.ops.event import Event
from karvan.ops.log.checkpoint import Head
from karvan.ops.log.merkle import Tree
from karvan.ops.log.verify import leaf
from karvan.ops.store import sealed
from ops.database import filled, fresh
from ops.log.test_verify import HONEST, TRUE, Tamper, drop, fork, insert, rechained, reorder, rewrite, truncate

PLACES = 100 if os.environ.get("KARVAN_SOAK") else 5
NAMES = [field.name for field in fields(Event)]


@pytest.fixture(scope="module")
def owner(server: str) -> Iterator[psycopg.Connection]:
    """The owner of a database, in whose way no trigger stands."""
    with fresh(server) as url:
        filled(url)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("set session_replication_role = replica; set search_path = karvan")
            yield connection


def written(connection: psycopg.Connection, events: list[Event]) -> None:
    """A database whose log holds these events, with the tree and the head that they make."""
    rows = [[Jsonb(event.body) if name == "body" else getattr(event, name) for name in NAMES] for event in events]
    tree = Tree(leaf(event) for event in events)
    with connection.cursor() as cursor:
        cursor.execute("delete from checkpoint; delete from node; delete from log; delete from event")
        cursor.executemany(f"insert into event ({', '.join(NAMES)}) values ({', '.join(['%s'] * len(NAMES))})", rows)
        cursor.executemany(
            "insert into log values (%s, %s, %s)", [(at, e.consignment, e.seq) for at, e in enumerate(events)]
        )
        nodes = [(level, at, value) for level, values in enumerate(tree.levels) for at, value in enumerate(values)]
        cursor.executemany("insert into node values (%s, %s, %s)", nodes)
        if events:
            cursor.execute("insert into checkpoint (size, root, note) values (%s, %s, '')", (len(tree), tree.root()))


def found(connection: psycopg.Connection, seen: list[Head]) -> list[str]:
    with connection.transaction():
        return list(sealed.faults(connection, seen))


def test_an_honest_log_is_whole(owner: psycopg.Connection) -> None:
    written(owner, HONEST)
    assert found(owner, [TRUE]) == []


@pytest.mark.parametrize("tamper", [rewrite, drop, reorder, fork, insert, truncate])
def test_every_place_is_found(owner: psycopg.Connection, tamper: Tamper) -> None:
    for at in Random(9).sample(range(len(HONEST)), PLACES):
        altered = rechained([replace(one, eid=str(uuid4())) if tamper is insert else one for one in tamper(HONEST, at)])
        written(owner, altered)
        assert found(owner, []) == [], "an owner makes a log that holds by itself"
        assert any("a witness has seen" in fault for fault in found(owner, [TRUE])), f"{tamper.__name__} at {at}"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("update node set hash = sha256('x') where level = 1 and number = 3", "node 3 of level 1"),
        ("delete from node where level = 0 and number = 7", "node 7 of level 0"),
        ("delete from log where log_index = 5", "the log has no event 5, and one 6"),
        ("delete from log where log_index = (select max(log_index) from log)", "neither sealed nor waiting"),
        (
            "delete from event where consignment = 'C3' and seq = 2",
            "was sealed as event 13 of the log, and is not there",
        ),
        ("update checkpoint set root = sha256('x')", "are not those that the log has signed"),
    ],
)
def test_a_clumsy_owner_is_found_without_a_witness(owner: psycopg.Connection, sql: str, said: str) -> None:
    written(owner, HONEST)
    owner.execute(sql)  # type: ignore[call-overload]
    assert any(said in fault for fault in found(owner, []))
