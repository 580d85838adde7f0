"""``karvan assign``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Assign


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Assign)
    def assign(asked: Assign) -> None:
        """A year's demand over the ways, with congestion and price."""
        say(runs.assign.answer(asked), asked)
