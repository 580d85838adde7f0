"""``karvan tariff``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Tariff


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Tariff)
    def tariff(asked: Tariff) -> None:
        """Prices set apart and together, the division, and who gains."""
        say(runs.tariff.answer(asked), asked)
