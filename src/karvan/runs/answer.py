"""Answer: what a command gives back, to be said in words, as JSON or as CSV."""

import json
from dataclasses import dataclass, field
from typing import Any

import polars as pl


@dataclass(frozen=True)
class Answer:
    """``words`` for people; ``data`` for programs; ``frame``, the main table, for CSV; ``code``, the exit code."""

    words: str
    data: dict[str, Any] = field(default_factory=dict)
    frame: pl.DataFrame = field(default_factory=pl.DataFrame)
    code: int = 0

    def told(self, asked: Any) -> str:
        """The answer in the form that the question asks for."""
        if getattr(asked, "json", False):
            return json.dumps(self.data, indent=1, default=str)
        if getattr(asked, "csv", False):
            return self.frame.write_csv().rstrip("\n")
        return self.words
