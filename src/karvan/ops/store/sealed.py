"""The sealed log judged: every event sealed or waiting, every node and head what the events make of it, and what was seen."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import Any, cast

from psycopg import Connection

from karvan.ops.log.checkpoint import Head
from karvan.ops.log.merkle import Tree


def faults(connection: Connection, seen: Iterable[Head] = ()) -> Iterator[str]:
    """What is wrong with the sealed log, in one snapshot of the database's owner; ``seen`` are heads of witnesses."""
    tree = Tree()
    for place, (index, subject, seq, value) in enumerate(_rows(connection, "leaves", LEAVES)):
        if index != place:
            yield f"the log has no event {place}, and one {index}"
            return
        if value is None:
            yield f"{subject} event {seq}: it was sealed as event {index} of the log, and is not there"
        tree.append((value or "").encode())
    for subject, seq in connection.execute(LOST):
        yield f"{subject} event {seq}: it is neither sealed nor waiting to be"
    yield from _nodes(connection, tree)
    signed = [
        Head("", size, bytes(root)) for size, root in connection.execute("select size, root from karvan.checkpoint")
    ]
    for said, heads in (("the log has signed", signed), ("a witness has seen", seen)):
        for head in heads:
            if head.size > len(tree):
                yield f"the log has {len(tree)} events, {said} {head.size}"
            elif tree.root(head.size) != head.root:
                yield f"the first {head.size} events are not those that {said}"


LEAVES = "select log_index, consignment, seq, hash from karvan.log left join karvan.event using (consignment, seq) order by 1"
LOST = """
select consignment, seq from karvan.event e
where not exists (select from karvan.log l where l.consignment = e.consignment and l.seq = e.seq)
  and not exists (select from karvan.outbox o where o.eid = e.eid)
order by 1, 2"""


def _nodes(connection: Connection, tree: Tree) -> Iterator[str]:
    expected = (
        (level, number, value) for level, values in enumerate(tree.levels) for number, value in enumerate(values)
    )
    found = _rows(connection, "nodes", "select level, number, hash from karvan.node order by level, number")
    for ours, theirs in zip_longest(expected, found):
        if ours is None or theirs is None or ours != (theirs[0], theirs[1], bytes(theirs[2])):
            level, number, _ = ours or theirs or (0, 0, b"")
            yield f"the tree's node {number} of level {level} is not that of the events"
            return


def _rows(connection: Connection, name: str, sql: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor(name) as cursor:
        cursor.itersize = 20_000
        cursor.execute(cast(Any, sql))
        yield from cursor
