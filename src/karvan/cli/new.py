"""``karvan new``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import New


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(New)
    def new(asked: New) -> None:
        """Make a folder of empty tables to fill."""
        say(runs.new.answer(asked), asked)
