"""``karvan scenario``: list, show, diff."""

import typer

from karvan import runs
from karvan.cli.options import asking
from karvan.cli.say import say
from karvan.runs.question import Card, Cards, Two


def add(app: typer.Typer) -> None:
    """Adds the word to the command line."""
    words = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Scenario cards: list, show, compare.")
    app.add_typer(words, name="scenario")

    @words.command(name="list")
    @asking(Cards)
    def every(asked: Cards) -> None:
        """The cards that ship with Karvan."""
        say(runs.scenario.answer_list(), asked)

    @words.command()
    @asking(Card)
    def show(asked: Card) -> None:
        """What a card changes."""
        say(runs.scenario.answer_show(asked), asked)

    @words.command()
    @asking(Two)
    def diff(asked: Two) -> None:
        """What differs between two cards, cell by cell."""
        say(runs.scenario.answer_diff(asked), asked)
