"""Compiled loops on plain arrays: they know no table, import only numpy and numba, and release the GIL.

Each module compiles its few kernels once after an install and loads them from numba's cache ever after. Numba keeps a
compiled function by the date of its own file alone: it does not see that a kernel it calls has changed, and would go on
with the old one without a word. So the cache of each package of kernels lies in a folder that is named by all its
sources, and those of the packages it builds on.
"""

import hashlib
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numba
import numba.core.config

config: Any = numba.core.config

BUILDS_ON = {"flows": ("paths",)}
"""Packages of kernels that call those of others."""


def kernel(name: str) -> Any:
    """The module of a kernel, compiled when it is first asked for: whoever needs no Pareto set does not wait for it."""
    return import_module(f"karvan.kernels.{name}")


def njit(*signature: Any, **options: Any) -> Callable[[Any], Any]:
    """``numba.njit`` (with brackets), whose cache is that of just the sources of its package."""

    def compiled(function: Any) -> Any:
        own = config.CACHE_DIR
        config.CACHE_DIR = folder(Path(function.__code__.co_filename).parent)
        try:
            return numba.njit(*signature, **options)(function)
        finally:
            config.CACHE_DIR = own

    return compiled


def folder(package: Path) -> str:
    """The cache of a package of kernels: where the user keeps numba's, else beside its sources, else in the user's own."""
    packages = [package, *(package.parent / name for name in BUILDS_ON.get(package.name, ()))]
    sources = b"".join(file.read_bytes() for place in packages for file in sorted(place.glob("*.py")))
    if config.CACHE_DIR:
        base = Path(config.CACHE_DIR)
    elif os.access(package, os.W_OK):
        base = package / "__pycache__"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "karvan"
    return str(base / f"karvan-{hashlib.sha256(sources).hexdigest()[:16]}")
