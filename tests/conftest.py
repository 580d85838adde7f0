"""Fixtures of all tests. That this file stands here also lets every test say ``from support import ...``."""

from pathlib import Path

import pytest

from karvan.corridor import Corridor
from karvan.io import folder
from support import small


@pytest.fixture
def corridor() -> Corridor:
    """A small sound corridor; see ``support.small``."""
    return small()


@pytest.fixture
def place(tmp_path: Path, corridor: Corridor) -> Path:
    """The small corridor as a folder of CSV files."""
    return folder.write(corridor, tmp_path / "small")
