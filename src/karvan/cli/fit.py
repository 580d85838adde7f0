"""``karvan fit``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Fit


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Fit)
    def fit(asked: Fit) -> None:
        """The parameters that make the twin agree with what was observed."""
        say(runs.fit.answer(asked), asked)
