"""The extract of intervals: what learning may know of the log. It holds no party, person, consignment or unit."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from psycopg import Connection

from karvan.ops.decide.table import table
from karvan.ops.learn import Closed, Interval, intervals
from karvan.ops.store.verify import log


def extract(connection: Connection, since: datetime, until: datetime, closed: Sequence[Closed] = ()) -> list[Interval]:
    """The stops that lie between two times, as they were known at the later; over a connection of the database's owner.

    All of a consignment counts as one batch, numbered as they come, in the order of random ids.
    """
    found: list[Interval] = []
    with connection.transaction():
        connection.execute("set transaction isolation level repeatable read, read only")
        for number, (_, told) in enumerate(groupby(log(connection), key=lambda event: event.consignment)):
            events = list(told)
            if table().kinds[events[0].kind].region != "surety":
                found += intervals(events, since, until, batch=number, closed=closed)
    return found
