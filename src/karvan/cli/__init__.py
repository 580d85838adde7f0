"""The command line: one file a word, and the work of each in ``runs``.

The files of the words import only typer and ``runs``, which loads a word's work when it is first used: that is why
``karvan --help`` comes at once although the work needs much. Exit codes: 0 done; 1 no way, or faults found; 2 the input is
wrong; 70 a defect of Karvan; 130 stopped.
"""

import sys

import typer

from karvan.cli import assign, check, compare, fit, fleet, load, new, ops, route, scenario, simulate, study, tariff
from karvan.errors import Cancelled, InputError, KarvanError, interrupted
from karvan.version import VERSION

app = typer.Typer(
    name="karvan",
    help="The open twin of a freight corridor: ways, prices, times with their spread, and what would change them.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
WORDS = (load, check, route, assign, simulate, fit, fleet, compare, tariff, study, new, scenario, ops)
for word in WORDS:
    word.add(app)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"karvan {VERSION}")
        raise typer.Exit


@app.callback()
def karvan(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="say the version"),
) -> None:
    """The open twin of a freight corridor: ways, prices, times with their spread, and what would change them."""


def main() -> None:
    """The command ``karvan``: errors become a plain message on stderr and an exit code."""
    try:
        app()
    except SystemError as error:  # what compiled code makes of Ctrl-C
        if not interrupted(error):
            raise
        sys.exit(130)
    except KarvanError as error:
        typer.echo(f"karvan: {error}", err=True)
        sys.exit(2 if isinstance(error, InputError) else 130 if isinstance(error, Cancelled) else 70)
