"""The examples of a page, run in order, in one folder of their own; the page then shows what they said.

    ```console              lines that begin with `$ ` are run: `karvan ...`, or `cat FILE`
    ```console exit=1       the exit code that its commands must have (0 where nothing is said)
    ```console head=12      shows only the first lines of what each command says
    ```python               is run; what it prints is shown below it; names live on to the page's later blocks
    ```toml title="a.toml"  a block with a title is first written to the page's folder under that name

Other blocks (`sh`, `text`) are shown as they stand.
"""

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import polars as pl

from karvan.cli import main

FENCE = re.compile(r"^(?P<bar>`{3,})(?P<info>[^`\n]*)\n(?P<body>.*?)^(?P=bar)[ ]*$", re.MULTILINE | re.DOTALL)
OPTION = re.compile(r'(\w+)=(?:"([^"]*)"|(\S+))')


class Broken(Exception):
    """An example that does not do what its page says."""


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its options, its text."""

    language: str
    options: Mapping[str, str]
    body: str

    @classmethod
    def of(cls, found: "re.Match[str]") -> "Block":
        """The block that the pattern ``FENCE`` has found."""
        language, _, rest = found["info"].strip().partition(" ")
        options = {name: quoted or plain for name, quoted, plain in OPTION.findall(rest)}
        return cls(language, options, found["body"])


@dataclass
class Stage:
    """Where the examples of one page run: their folder, and the names that their Python has made."""

    folder: Path
    names: dict[str, Any] = field(default_factory=lambda: {"__name__": "example"})

    def play(self, block: Block) -> str:
        """Runs a block and gives it back as Markdown, with what it said."""
        if title := block.options.get("title"):
            place = self.folder / title
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(block.body, encoding="utf-8")
            return f'```{block.language} title="{title}"\n{block.body}```'
        if block.language == "console":
            return f"```console\n{self._console(block)}```"
        said = self._python(block.body)
        return f"```python\n{block.body}```" + (f'\n\n```{{ .text .said title="prints" }}\n{said}```' if said else "")

    def _console(self, block: Block) -> str:
        lines, wanted = [], int(block.options.get("exit", 0))
        for line in re.split(r"(?<!\\)\n", block.body.rstrip("\n")):
            lines.append(line)
            if line.startswith("$ "):
                said, code = self._command(shlex.split(line[2:].replace("\\\n", " "), comments=True))
                lines += _head(said, int(block.options.get("head", 0)))
                if code != wanted:
                    raise Broken(f"exit code {code} instead of {wanted}:\n" + "\n".join(lines))
        return "\n".join(lines) + "\n"

    def _command(self, words: list[str]) -> tuple[str, int]:
        if words[0] == "cat":
            return (self.folder / words[1]).read_text(encoding="utf-8"), 0
        if words[0] != "karvan":
            raise Broken(f"{words[0]!r} is not run in console blocks: use a block of sh")
        said, code = io.StringIO(), 0
        with self._inside(said), mock.patch.object(sys, "argv", words), _unnamed_main():
            try:
                main()
            except SystemExit as end:
                code = int(end.code or 0)
        return said.getvalue().replace(f"{self.folder}{os.sep}", ""), code

    def _python(self, body: str) -> str:
        said = io.StringIO()
        with self._inside(said), pl.Config(tbl_width_chars=96, tbl_cols=12, tbl_rows=12, fmt_str_lengths=40):
            exec(compile(body, "example", "exec"), self.names)
        return said.getvalue().replace(f"{self.folder}{os.sep}", "")

    @contextlib.contextmanager
    def _inside(self, said: io.StringIO) -> Iterator[None]:
        """In the page's folder, 80 columns wide, with all that is said caught."""
        with (
            contextlib.chdir(self.folder),
            mock.patch.dict(os.environ, {"COLUMNS": "80", "NO_COLOR": "1"}),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            yield


@contextlib.contextmanager
def _unnamed_main() -> Iterator[None]:
    """Help calls a program by how it was started: here, by its name. What a command imports stays imported."""
    main_module = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main_module


def _head(said: str, most: int) -> list[str]:
    lines = said.rstrip("\n").split("\n")
    return lines if not most or len(lines) <= most else [*lines[:most], "..."]


def runs(block: Block) -> bool:
    """Whether the block does anything: is run, or written to a file."""
    return block.language in ("console", "python") or "title" in block.options


def played(markdown: str) -> str:
    """A page with its examples run. Raises Broken where one does not do what the page says."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder).resolve())

        def play(found: "re.Match[str]") -> str:
            block = Block.of(found)
            return stage.play(block) if runs(block) else found[0]

        return FENCE.sub(play, markdown)


def shown(markdown: str) -> str:
    """A page with its examples as they stand: for builds that are to be quick."""

    def plain(found: "re.Match[str]") -> str:
        block = Block.of(found)
        return f"```{block.language}\n{block.body}```" if runs(block) else found[0]

    return FENCE.sub(plain, markdown)
