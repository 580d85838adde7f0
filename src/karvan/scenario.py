"""Scenario: changes of a corridor as data; Change: one of them."""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from karvan.errors import InputError

Cell = str | bool | int | float | dt.date | None
Where = Mapping[str, Cell | tuple[Cell, ...]]


class Change(BaseModel):
    """One change of one table. Exactly one action is given:

    ``set`` gives cells new values, ``times`` multiplies and ``plus`` adds to numbers, ``add`` adds whole rows, ``drop``
    takes the matched rows out. ``where`` picks rows by the values of columns (a list means any of them). ``expect``
    says what the matched rows must hold before (``rows`` is their number): a guard against a base that has moved.
    With ``from`` and ``to`` the change holds from the first day to the day before the second.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    table: str
    where: Mapping[str, Any] = {}
    expect: Mapping[str, Any] = {}
    set: Mapping[str, Any] = {}
    times: Mapping[str, float] = {}
    plus: Mapping[str, float] = {}
    add: tuple[Mapping[str, Any], ...] = ()
    drop: bool = False
    since: dt.date | None = Field(default=None, alias="from")
    until: dt.date | None = Field(default=None, alias="to")

    ACTIONS: ClassVar[tuple[str, ...]] = ("set", "times", "plus", "add", "drop")

    @property
    def action(self) -> str:
        """Which of the five actions it is."""
        return next(name for name in self.ACTIONS if getattr(self, name))

    @model_validator(mode="after")
    def _one_action(self) -> "Change":
        given = [name for name in self.ACTIONS if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"a change needs exactly one of {', '.join(self.ACTIONS)}; it has {given or 'none'}")
        if given == ["add"] and self.where:
            raise ValueError("a change that adds rows takes no where")
        if given != ["add"] and not self.where:
            raise ValueError("a change needs where, so that it cannot hit a whole table by mistake")
        if self.since and self.until and self.until <= self.since:
            raise ValueError(f"to ({self.until}) must lie after from ({self.since})")
        return self


class Scenario(BaseModel):
    """A named set of ordered changes, with the cards it includes, needs and rules out.

    ``includes`` are applied first, each once; ``requires`` must have been applied before; ``excludes`` must not.

    >>> card = Scenario(name="ferry", why="one more", changes=[
    ...     {"table": "services", "where": {"service_id": "S"}, "plus": {"vehicles": 1}}])
    >>> card.changes[0].action
    'plus'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$")
    why: str = ""
    requires: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    includes: tuple["Scenario", ...] = ()
    changes: tuple[Change, ...] = ()

    reader: ClassVar[Callable[[Path], "Scenario"] | None] = None

    @classmethod
    def read(cls, path: str | Path) -> "Scenario":
        """The card of a TOML file. Raises CardError, with the change and the nearest name, where it cannot be read."""
        if cls.reader is None:
            raise InputError("nothing reads cards here", cure="reach the words through: import karvan as kv")
        return cls.reader(Path(path))

    @model_validator(mode="after")
    def _no_op(self) -> "Scenario":
        if not self.changes and not self.includes:
            raise ValueError(f"card {self.name!r} changes nothing: give it changes or includes")
        return self
