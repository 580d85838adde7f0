"""``karvan check``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Check


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Check)
    def check(asked: Check) -> None:
        """Find every fault of a folder, with its cure."""
        say(runs.check.answer(asked), asked)
