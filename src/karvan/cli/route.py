"""``karvan route``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Route


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Route)
    def route(asked: Route) -> None:
        """The ways of a shipment: price, time and spread."""
        say(runs.route.answer(asked), asked)
