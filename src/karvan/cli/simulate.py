"""``karvan simulate``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Simulate


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Simulate)
    def simulate(asked: Simulate) -> None:
        """The corridor hour by hour: queues, ships, storms."""
        say(runs.simulate.answer(asked), asked)
