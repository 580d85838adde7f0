"""The cache of compiled kernels is named by the sources of their package: a changed kernel is never run as it was."""

from pathlib import Path

from numba.core import config

from karvan import kernels
from karvan.kernels import machine
from karvan.kernels.paths import trees


def test_the_folder_changes_with_any_source_of_the_package(tmp_path: Path) -> None:
    (tmp_path / "one.py").write_text("A = 1\n")
    (tmp_path / "two.py").write_text("B = 1\n")
    before = kernels.folder(tmp_path)
    assert kernels.folder(tmp_path) == before
    (tmp_path / "two.py").write_text("B = 2\n")
    assert kernels.folder(tmp_path) != before


def test_kernels_are_kept_there_and_the_users_own_cache_is_left_alone() -> None:
    of_paths, of_runs = (kernels.folder(Path(module.__file__).parent) for module in (trees, machine))
    assert Path(trees.tree.stats.cache_path).is_relative_to(of_paths)
    assert Path(machine.run.stats.cache_path).is_relative_to(of_runs)
    assert config.CACHE_DIR not in (of_paths, of_runs)
