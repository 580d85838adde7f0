"""The cache of compiled kernels is named by their sources, so that a changed kernel is never run as it was."""

from pathlib import Path

from numba.core import config

from karvan import kernels
from karvan.kernels import trees


def test_the_folder_changes_with_any_source(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(kernels, "HERE", tmp_path)
    (tmp_path / "one.py").write_text("A = 1\n")
    (tmp_path / "two.py").write_text("B = 1\n")
    before = kernels._folder()
    assert kernels._folder() == before
    (tmp_path / "two.py").write_text("B = 2\n")
    assert kernels._folder() != before


def test_kernels_are_kept_there_and_the_users_own_cache_is_left_alone() -> None:
    assert Path(trees.tree.stats.cache_path).is_relative_to(kernels._FOLDER)
    assert config.CACHE_DIR != kernels._FOLDER
