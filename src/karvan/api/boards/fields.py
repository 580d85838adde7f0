"""The fields of a command as a form shows them, and the command that a filled form is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from karvan.ops.decide import Command
from karvan.ops.decide.bodies import OfficeForm, form

WHERE = ("movement", "unit", "hold")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name, its type for the browser, what may be chosen, and whether it must be filled."""

    name: str
    type: str
    choices: tuple[str, ...] = ()
    needed: bool = True


def fields(kind: str) -> list[Field]:
    """The fields of a kind, an office as three.

    >>> [(each.name, each.type) for each in fields("GATE_IN")]
    [('unit', 'text'), ('place', 'text')]
    """
    found: list[Field] = []
    for name, told in form(kind).model_fields.items():
        plain = _plain(told.annotation)
        if plain is OfficeForm:
            found += [Field(f"{name}.{part}", "text", needed=told.is_required()) for part in OfficeForm.model_fields]
        elif get_origin(plain) is Literal:
            found.append(Field(name, "choice", get_args(plain), told.is_required()))
        else:
            found.append(Field(name, TYPES.get(plain, "lines"), needed=told.is_required()))
    return found


TYPES: Mapping[Any, str] = {str: "text", int: "number", "date": "date"}


def _plain(annotation: Any) -> Any:
    """The type of a field without its bounds, and without None."""
    if get_origin(annotation) in (Union, UnionType):
        return _plain(next(each for each in get_args(annotation) if each is not type(None)))
    inner = get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return _plain(inner[0])
    return "date" if getattr(annotation, "__name__", "") == "date" else annotation


def command(subject: str, kind: str, given: Mapping[str, str], occurred: datetime) -> Command:
    """The command that a filled form is; what is wrong in it the decision says."""
    body: dict[str, Any] = {}
    for each in fields(kind):
        value = given.get(each.name, "").strip()
        if not value:
            continue
        head, _, part = each.name.partition(".")
        if part:
            body.setdefault(head, {})[part] = value
        else:
            body[head] = READ.get(each.type, str)(value)
    return Command(given.get("eid", ""), subject, kind, occurred, body, given.get("reason", "").strip())


def _whole(value: str) -> int | str:
    return int(value) if value.isdecimal() else value


READ: Mapping[str, Any] = {"number": _whole, "lines": str.split}
