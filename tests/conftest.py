"""Fixtures of all tests. That this file stands here also lets every test say ``from support import ...``."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

from karvan.corridor import Corridor
from karvan.io import folder
from ops.database import pool, ready, server, store  # noqa: F401
from support import small

# What a change must pass is the same for everyone: new random examples are for the desk, where a find can be followed up.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


@pytest.fixture
def corridor() -> Corridor:
    """A small sound corridor; see ``support.small``."""
    return small()


@pytest.fixture
def place(tmp_path: Path, corridor: Corridor) -> Path:
    """The small corridor as a folder of CSV files."""
    return folder.write(corridor, tmp_path / "small")
