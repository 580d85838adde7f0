"""From what a user asks to results on disk: the work behind each command. Loaded when first used."""

from karvan.lazy import lazy

_WORDS = (
    "load",
    "check",
    "route",
    "assign",
    "simulate",
    "fit",
    "fleet",
    "compare",
    "tariff",
    "study",
    "new",
    "scenario",
    "learned",
)

__getattr__ = lazy(__name__, {word: f"karvan.runs.{word}" for word in _WORDS})
