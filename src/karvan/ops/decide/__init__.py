"""Decisions, pure: what a command makes happen, or why it may not."""

from karvan.ops.decide.command import Actor, Code, Command, Mandate, Objection, Posting, Refusal
from karvan.ops.decide.decide import decide, needs
from karvan.ops.decide.evolve import bind, evolve, evolve_surety, fold
from karvan.ops.decide.state import Rule, Shared, State, Surety

__all__ = [
    "Actor",
    "Code",
    "Command",
    "Mandate",
    "Objection",
    "Posting",
    "Refusal",
    "Rule",
    "Shared",
    "State",
    "Surety",
    "bind",
    "decide",
    "evolve",
    "evolve_surety",
    "fold",
    "needs",
]
