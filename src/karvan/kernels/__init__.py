"""Compiled loops on plain arrays: they know no table, import only numpy and numba, and release the GIL.

Each module compiles its few kernels once after an install and loads them from numba's cache ever after. Numba keeps a
compiled function by the date of its own file alone: it does not see that a kernel it calls has changed, and would go on
with the old one without a word. So the cache of Karvan's kernels lies in a folder that is named by all their sources.
"""

import hashlib
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numba
import numba.core.config

HERE = Path(__file__).parent
config: Any = numba.core.config


def kernel(name: str) -> Any:
    """The module of a kernel, compiled when it is first asked for: whoever needs no Pareto set does not wait for it."""
    return import_module(f"karvan.kernels.{name}")


def njit(*signature: Any, **options: Any) -> Callable[[Any], Any]:
    """``numba.njit`` (with brackets), whose cache is that of just these sources."""

    def compiled(function: Any) -> Any:
        own = config.CACHE_DIR
        config.CACHE_DIR = _FOLDER
        try:
            return numba.njit(*signature, **options)(function)
        finally:
            config.CACHE_DIR = own

    return compiled


def _folder() -> str:
    """Where the user keeps numba's cache, else beside the sources, else in the user's own cache."""
    sources = b"".join(file.read_bytes() for file in sorted(HERE.glob("*.py")))
    if config.CACHE_DIR:
        base = Path(config.CACHE_DIR)
    elif os.access(HERE, os.W_OK):
        base = HERE / "__pycache__"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "karvan"
    return str(base / f"karvan-{hashlib.sha256(sources).hexdigest()[:16]}")


_FOLDER = _folder()
