"""All faults of a message together, each with the field, the rule that it breaks and a cure."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from karvan.errors import Fault, MessageError, nearest

T = TypeVar("T")
SHOWN = 60
"""Characters of a wrong value that a fault repeats: enough to find it, too few to carry a payload."""


def fault(
    pointer: str, value: object, rule: str, cure: str, *, known: Iterable[str] = (), message: str = "", row: int = 0
) -> Fault:
    """One fault; ``known`` are the values that may stand there, for the nearest to be named."""
    text = "" if value is None else str(value)
    near = ", ".join(nearest(text[:SHOWN], known)) if text else ""
    return Fault(message, row, "", pointer, text[:SHOWN], rule, cure, near)


class Faults:
    """Gathers faults while a message is read, so that all are told at once.

    >>> from karvan.ops.messages.identify import box
    >>> faults = Faults("wagon list")
    >>> faults.take(box, "CSQU3054384", "box", row=2) is None
    True
    >>> faults.close()
    Traceback (most recent call last):
    karvan.errors.MessageError: 1 fault in the message:
      wagon list, row 2, box = 'CSQU3054384': the check digit of CSQU305438 is 3, not 4. Read the number off the box again.
    """

    def __init__(self, message: str) -> None:
        self.message = message
        self.found: list[Fault] = []

    def take(self, check: Callable[[object, str], T], value: object, pointer: str, *, row: int = 0) -> T | None:
        """What ``check`` makes of a value, or None and its faults kept."""
        try:
            return check(value, pointer)
        except MessageError as error:
            for one in error.faults:
                self.found.append(
                    Fault(self.message, row, one.key, one.column, one.value, one.rule, one.cure, one.nearest)
                )
            return None

    def add(
        self, pointer: str, value: object, rule: str, cure: str, *, known: Iterable[str] = (), row: int = 0
    ) -> None:
        """Keeps one fault."""
        self.found.append(fault(pointer, value, rule, cure, known=known, message=self.message, row=row))

    def close(self) -> None:
        """Raises MessageError where there are faults."""
        if self.found:
            raise MessageError(self.found)
