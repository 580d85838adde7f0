"""``karvan new``: a folder of empty tables to fill."""

from pathlib import Path

from karvan.io import folder
from karvan.runs.answer import Answer
from karvan.runs.plain.text import wrap
from karvan.runs.question import New


def new(path: str | Path) -> Path:
    """Makes a folder of empty tables: a CSV each, ``datapackage.json``, and a README with units, meanings and examples.

    Raises InputError where the folder is there and not empty; nothing is changed then.
    """
    return folder.new(path)


def answer(question: New) -> Answer:
    """Where the folder is, and what to do with it."""
    made = new(question.path)
    words = f"{made} holds empty tables and a README that says their columns. Then: karvan check {made}"
    return Answer(wrap(words), {"path": str(made)})
