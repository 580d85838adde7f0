"""Which database the service stands on."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from karvan.ops.store.embedded import Embedded, home

URL = "DATABASE_URL"


@contextmanager
def database() -> Iterator[str]:
    """The url of the database: that of ``DATABASE_URL``, or of the embedded server, which ends with what started it."""
    given = os.environ.get(URL)
    if given:
        yield given
        return
    embedded = Embedded(home())
    was_there = embedded.running()
    try:
        yield embedded.start()
    finally:
        if not was_there:
            embedded.stop()
