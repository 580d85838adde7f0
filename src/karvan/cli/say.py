"""Giving an answer out: on stdout, in the form asked for, with its exit code."""

from typing import Any

import typer


def say(answer: Any, asked: Any) -> None:
    """Prints the answer and leaves with its exit code."""
    typer.echo(answer.told(asked))
    raise typer.Exit(answer.code)
