"""``karvan compare``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Compare


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Compare)
    def compare(asked: Compare) -> None:
        """Two saved results side by side."""
        say(runs.compare.answer(asked), asked)
