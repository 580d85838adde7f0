"""The command line called in this process, as a shell would call it."""

import sys
from dataclasses import dataclass

import pytest

from karvan.cli import main


@dataclass(frozen=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str


def shell(patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> Said:
    """Runs ``karvan WORDS`` and gives back what it said."""
    patch.setattr(sys, "argv", ["karvan", *words])
    patch.setenv("COLUMNS", "80")
    code = 0
    try:
        main()
    except SystemExit as end:
        code = int(end.code or 0)
    said = capsys.readouterr()
    return Said(code, said.out, said.err)
