"""``karvan fleet``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Fleet


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Fleet)
    def fleet(asked: Fleet) -> None:
        """The cheapest ships of each line that meet a target."""
        say(runs.fleet.answer(asked), asked)
