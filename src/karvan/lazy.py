"""Names of a package that are loaded when they are first used, so that importing the package loads nothing.

Source: PEP 562, module ``__getattr__``.
"""

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any


def lazy(package: str, places: Mapping[str, str], first: str = "") -> Callable[[str], Any]:
    """The ``__getattr__`` of a package: ``places`` maps each name to ``module:attribute``, or to a module.

    ``first`` is a module to load before any name. A name may be the same as that of a module of the package
    (``karvan.report``): the name wins, whichever is loaded first, since importing a module sets it on its package.
    """

    class Package(ModuleType):
        def __setattr__(self, name: str, value: Any) -> None:
            if name in places and isinstance(value, ModuleType):
                return
            super().__setattr__(name, value)

    def load(name: str) -> Any:
        if name not in places:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if first:
            import_module(first)
        module, _, attribute = places[name].partition(":")
        found = import_module(module)
        value = getattr(found, attribute) if attribute else found
        sys.modules[package].__dict__[name] = value
        return value

    sys.modules[package].__class__ = Package
    return load
