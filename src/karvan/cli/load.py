"""``karvan load``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Load


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Load)
    def load(asked: Load) -> None:
        """What a corridor holds: its tables, or one of them."""
        say(runs.load.answer(asked), asked)
