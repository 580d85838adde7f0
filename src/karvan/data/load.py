"""Corridors that ship with Karvan, by name."""

from pathlib import Path

from karvan.corridor import Corridor
from karvan.errors import NameUnknown
from karvan.io import cards, folder
from karvan.io.package import ABOUT

HERE = Path(__file__).parent


def load(name: str = "titr") -> Corridor:
    """A corridor that ships with Karvan: ``titr`` or ``toy``. It was checked when it was built and is trusted.

    Raises NameUnknown, with the nearest name, where none is called so.

    >>> load("toy").name
    'toy'
    """
    if name not in names():
        cure = f"name one of {', '.join(names())}, or read a folder of your own"
        raise NameUnknown("shipped corridor", name, names(), cure=cure)
    return folder.read(HERE / name, trusted=True)


def names() -> tuple[str, ...]:
    """The corridors that ship with Karvan.

    >>> "toy" in names()
    True
    """
    return tuple(sorted(entry.parent.name for entry in HERE.glob(f"*/{ABOUT}")))


def cards_folder() -> Path:
    """Where the scenario cards that ship with Karvan lie."""
    return cards.SHIPPED


def studies_folder() -> Path:
    """Where the study files that ship with Karvan lie."""
    return HERE / "studies"
