"""The limits of the house: how long, how wide, how deep a file, function, class or package may be.

    python tools/limits.py            from the root of the repository; prints every breach, and exits 1 where there is one

Limits and the reasoned exceptions stand in ``[tool.karvan.limits]`` of pyproject.toml. A reason is keyed by the place
that a breach prints (``src/karvan/x.py``, ``src/karvan/x.py:name`` or ``src/karvan/package``); one that no breach needs
any more is itself a breach, so that the list only gets shorter. Complexity is ruff's to count (C901).
"""

import ast
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOTS = ("src", "tools", "bench", "tests")
DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Breach:
    """One place that breaks a limit: ``key`` is the place without its line."""

    key: str
    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        return f"{self.key} (line {self.line}): {self.what}. {self.cure}."


def breaches(root: Path, limits: dict[str, Any]) -> list[Breach]:
    """All breaches under a repository's root, in the order of paths."""
    files = sorted(file for part in ROOTS for file in (root / part).rglob("*.py"))
    found = [breach for file in files for breach in of_file(file.relative_to(root), file.read_text(), limits)]
    return found + of_packages(root, limits)


def of_file(path: Path, code: str, limits: dict[str, Any]) -> Iterator[Breach]:
    """The breaches of one file, by its path in the repository and its code."""
    lines = code.count("\n")
    if lines > limits["file"]:
        yield Breach(path.as_posix(), 1, f"{lines} lines, the limit is {limits['file']}", "Split the file by subject")
    tree = ast.parse(code)
    free = "kernels" in path.parts or path.parts[0] == "tests"
    for node in ast.walk(tree):
        if isinstance(node, DEFS) and not free:
            yield from _function(path, node, limits)
        elif isinstance(node, ast.ClassDef):
            yield from _class(path, node, limits)
        elif isinstance(node, ast.If) and any(_named(part, "TYPE_CHECKING") for part in ast.walk(node.test)):
            yield _import(path, node, "an import for types only", "The type lives too high: move it down a layer")
    if path.parts[0] == "src" and path.name != "__init__.py":
        yield from _inner_imports(path, tree, tuple(limits["heavy"]))


def _named(node: ast.AST, name: str) -> bool:
    return getattr(node, "id", getattr(node, "attr", None)) == name


def _function(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef, limits: dict[str, Any]) -> Iterator[Breach]:
    key = f"{path.as_posix()}:{node.name}"
    lines = (node.end_lineno or node.lineno) - node.lineno + 1 - _docstring_lines(node)
    if lines > limits["function"]:
        yield Breach(key, node.lineno, f"{lines} lines, the limit is {limits['function']}", "Split it into steps")
    marked = path.parts[:3] == ("src", "karvan", "cli") and any(
        "command" in ast.unparse(mark) for mark in node.decorator_list
    )
    if marked and lines > limits["command"]:
        yield Breach(key, node.lineno, f"{lines} lines, a command has {limits['command']}", "Move the work to runs")
    given = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args) if arg.arg not in ("self", "cls")]
    if len(given) > limits["positional"]:
        what = f"{len(given)} positional parameters, the limit is {limits['positional']}"
        yield Breach(key, node.lineno, what, "Put a * before the later ones, or gather them in a class")


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    said = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
    return (first.end_lineno or first.lineno) - first.lineno + 1 if said else 0


def _class(path: Path, node: ast.ClassDef, limits: dict[str, Any]) -> Iterator[Breach]:
    methods = [child.name for child in node.body if isinstance(child, DEFS)]
    if len(methods) > limits["methods"]:
        what = f"{len(methods)} methods, the limit is {limits['methods']}"
        yield Breach(f"{path.as_posix()}:{node.name}", node.lineno, what, "Make functions of those that need no state")


def _inner_imports(path: Path, tree: ast.Module, heavy: tuple[str, ...]) -> Iterator[Breach]:
    inside = [node for outer in ast.walk(tree) if isinstance(outer, DEFS) for node in ast.walk(outer)]
    for node in {id(node): node for node in inside}.values():
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if names and not all(name.split(".")[0] in heavy for name in names):
            yield _import(path, node, f"imports {', '.join(names)} inside a function", "Import it at the top")


def _import(path: Path, node: ast.stmt | ast.AST, what: str, cure: str) -> Breach:
    return Breach(path.as_posix(), getattr(node, "lineno", 0), what, cure)


def of_packages(root: Path, limits: dict[str, Any]) -> list[Breach]:
    """Packages of the source with more files than they may have, counted without ``__init__``."""
    found = []
    for start in sorted((root / "src").rglob("__init__.py")):
        files = [file for file in start.parent.glob("*.py") if file.name != "__init__.py"]
        most = limits["wide-packages"].get(start.parent.name, limits["package"])
        if len(files) > most:
            key = start.parent.relative_to(root).as_posix()
            found.append(Breach(key, 0, f"{len(files)} files, the limit is {most}", "Make a package of some of them"))
    return found


def main(root: Path) -> int:
    """Prints the breaches that have no reason and the reasons that have no breach; how many there are."""
    limits = tomllib.loads((root / "pyproject.toml").read_text())["tool"]["karvan"]["limits"]
    reasons: dict[str, str] = limits["reasons"]
    found = breaches(root, limits)
    bare = [str(breach) for breach in found if breach.key not in reasons]
    idle = sorted(set(reasons) - {breach.key for breach in found})
    bare += [f"{key}: no longer breaks a limit. Take its reason out of pyproject.toml." for key in idle]
    bare += [f"{key}: its reason is empty. Say why." for key, why in reasons.items() if not why.strip()]
    print("\n".join(bare) if bare else f"limits: kept, with {len(reasons)} reasoned exceptions")
    return len(bare)


if __name__ == "__main__":
    sys.exit(min(1, main(Path(__file__).resolve().parents[1])))
