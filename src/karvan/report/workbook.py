"""x"""

from collections.abc import Mapping
import polars as pl
from karvan.report.html import Said


def book(said: Said, frames: Mapping[str, pl.DataFrame]) -> bytes:
    return b""
