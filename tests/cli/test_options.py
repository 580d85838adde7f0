"""Questions become arguments and options."""

from dataclasses import dataclass

import pytest
import typer
from typer.testing import CliRunner

from karvan.cli.options import asking
from karvan.runs.question import Data, argument, option


@dataclass(frozen=True, kw_only=True)
class Ask(Data):
    """A question."""

    place: str = argument("where")
    other: str = argument("and where", "there")
    many: tuple[str, ...] = option((), "several", "A,B", "some")
    count: int = option(3, "how many")
    share: float = option(0.5, "a share")


def asked(*words: str) -> tuple[int, str, list[Ask]]:
    app = typer.Typer(rich_markup_mode=None)
    seen: list[Ask] = []

    @app.command()
    @asking(Ask)
    def ask(question: Ask) -> None:
        """Asks."""
        seen.append(question)

    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output, seen


def test_defaults_and_all_given() -> None:
    assert asked("here")[2] == [Ask(place="here")]
    words = ("here", "yonder", "--some", "a", "--some", "b,c", "--count", "7", "--share", "0.25", "--json")
    expected = Ask(place="here", other="yonder", many=("a", "b,c"), count=7, share=0.25, json=True)
    assert asked(*words)[2] == [expected]


@pytest.mark.parametrize("words", [(), ("here", "--count", "x"), ("here", "--nothing"), ("a", "b", "c")])
def test_what_does_not_fit_is_exit_2(words: tuple[str, ...]) -> None:
    code, _, seen = asked(*words)
    assert code == 2 and not seen


def test_help_says_each() -> None:
    code, output, _ = asked("--help")
    assert code == 0 and all(
        word in output for word in ("PLACE", "--some A,B", "several", "[default: 3]", "--json", "Asks.")
    )
