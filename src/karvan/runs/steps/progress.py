"""How far a long run has come, on stderr, where that is a terminal."""

import sys
from collections.abc import Callable

WIDE = 30
Progress = Callable[[int, int, str], None]


def bar(done: int, of: int, what: str) -> None:
    """Draws the bar anew: ``done`` of ``of`` steps are finished, ``what`` is being done (nothing: the bar goes)."""
    if not sys.stderr.isatty():
        return
    full = WIDE * done // max(of, 1)
    said = f"[{'#' * full}{'.' * (WIDE - full)}] {done}/{of} {what}"[:79] if what else ""
    sys.stderr.write(f"\r\x1b[K{said}")
    sys.stderr.flush()
