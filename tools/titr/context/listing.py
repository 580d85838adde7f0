"""The docs page of cards: every project and shock with its card or the reason for none, and the named futures."""

import tomllib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

HEAD = """# Scenario cards

A card is a file of changes to cells: what a project or a shock does, dated by its opening or its days. Apply one with
`--with NAME`. Every project and every shock of the reference corridor has a card, or the reason why it has none stands
here. Effects without a published figure are estimates of the editors; each card says what it rests on.
"""
FUTURES = (
    "base-2022", "now-2026", "plan-2027", "vision-2030", "e-clearance", "through-tariff", "caspian-low-water",
    "northern-closed", "suez-closed",
)  # fmt: skip


def listing(tables: dict[str, pl.DataFrame], folder: Path) -> str:
    """The page as Markdown; ``folder`` holds the cards."""
    why = {}
    for path in sorted(folder.glob("*.toml")):
        card = tomllib.loads(path.read_text(encoding="utf-8"))
        why[card["name"]] = card["why"]
    parts = [
        HEAD,
        "## Named futures\n",
        _table(("card", "what it says"), [(name, why.get(name, "")) for name in FUTURES]),
    ]
    for title, name, key, when in (
        ("Projects", "projects", "project_id", "opens"),
        ("Shocks", "shocks", "shock_id", "starts"),
    ):
        rows = tables[name].sort(key).iter_rows(named=True)
        lines = [
            (
                row[key],
                row["name"],
                str(row[when] or ""),
                row["card"] or "none",
                why.get(row["card"] or "", "") or row["no_card"] or "",
            )
            for row in rows
        ]
        parts += [
            f"\n## {title}\n",
            _table((key, "name", when, "card", "what the card says, or why there is none"), lines),
        ]
    known = {*FUTURES, *tables["projects"]["card"].to_list(), *tables["shocks"]["card"].to_list()}
    rest = [(name, told) for name, told in why.items() if name not in known]
    if rest:
        parts += ["\n## Other cards\n", _table(("card", "what it says"), rest)]
    return "\n".join(parts) + "\n"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "/").replace("\n", " ") for cell in line) + " |" for line in lines
    )
