"""``karvan study``."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Study


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""

    @app.command()
    @asking(Study)
    def study(asked: Study) -> None:
        """Run a study and write its report."""
        say(runs.study.answer(asked), asked)
