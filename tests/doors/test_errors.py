"""Every error that the user can meet says what would cure it."""

import ast
from pathlib import Path

import pytest

from karvan import errors

SRC = Path(errors.__file__).parent
ABOUT_INPUT = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.InputError)
}
OWN_CURE = {"NameUnknown", "FaultsError", "MessageError"}
"""NameUnknown has a cure of its own where none is given; the faults of FaultsError and MessageError each have theirs."""


def raised() -> list[tuple[str, str, ast.Call]]:
    found = []
    for file in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ABOUT_INPUT:
                found.append((f"{file.relative_to(SRC)}:{node.lineno}", node.func.id, node))
    return found


def test_every_input_error_is_raised_with_a_cure() -> None:
    calls = raised()
    assert len(calls) > 40
    bare = [
        f"{place} {kind}"
        for place, kind, call in calls
        if kind not in OWN_CURE and not any(word.arg == "cure" and not _empty(word.value) for word in call.keywords)
    ]
    assert not bare


def _empty(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and not str(value.value).strip()


def test_every_fault_is_given_a_cure() -> None:
    place = [field for field in errors.Fault.__dataclass_fields__].index("cure")
    for file in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Fault":
                given = [*node.args[place : place + 1], *(word.value for word in node.keywords if word.arg == "cure")]
                starred = any(isinstance(arg, ast.Starred) for arg in node.args) or any(
                    not word.arg for word in node.keywords
                )
                assert starred or (given and not _empty(given[0])), f"{file.name}:{node.lineno}"


@pytest.mark.parametrize("name", sorted(ABOUT_INPUT - OWN_CURE))
def test_the_cure_is_in_the_message(name: str) -> None:
    error = getattr(errors, name)("what is wrong", cure="what to do")
    assert str(error) == "what is wrong\n  cure: what to do"


AT_THE_RIM = {
    "api/": "HTTPException",  # the framework's own, which the service tells as a problem with code and pointer
    "ops/store/store.py": "Stale",  # caught where it is raised for: another was quicker
    "ops/store/migrations/": "NotImplementedError",  # Alembic's way of saying that there is no way back
    "ops/decide/evolve.py": "ValueError",  # a log that breaks its own table: told by verify, met by no user
}


def test_no_error_outside_the_tree_is_raised_on_purpose() -> None:
    """The user meets KarvanError and its children only; built-in kinds are for a caller's slip inside Karvan."""
    allowed = {"AttributeError", "KeyError", "TypeError"}
    known = {
        name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.KarvanError)
    }
    strange = []
    for file in sorted(SRC.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
                name = node.exc.func.id
                inside = file.name == "scenario.py" or file.parent.name in ("cli", "schema") or file.name == "asked.py"
                where = file.relative_to(SRC).as_posix()
                rim = any(where.startswith(place) and name == kind for place, kind in AT_THE_RIM.items())
                if name not in known | allowed and not rim and not (inside and name == "ValueError"):
                    strange.append(f"{where}:{node.lineno} {name}")
    assert not strange
