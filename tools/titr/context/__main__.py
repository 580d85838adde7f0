"""``python -m tools.titr.context FACTS_DIR`` writes the context tables, the list of cards and what is left out."""

import sys
from pathlib import Path

from tools.titr.context import build, left
from tools.titr.context.listing import listing

ROOT = Path(__file__).parents[3]
DATA = ROOT / "src" / "karvan" / "data"


def main() -> None:
    """Build and write; the sources table is merged and written by ``tools.titr``."""
    facts = Path(sys.argv[1])
    tables = build(facts)
    (DATA / "titr").mkdir(parents=True, exist_ok=True)
    for name, frame in tables.items():
        if name != "sources":
            held = [column for column in frame.columns if frame[column].null_count() < frame.height]
            frame.select(held).write_csv(DATA / "titr" / f"{name}.csv")
            print(f"{name:14}{frame.height:6} rows")
    page = ROOT / "docs" / "data" / "cards.md"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(listing(tables, DATA / "scenarios"), encoding="utf-8")
    page.with_name("left-out.md").write_text(left.page(facts), encoding="utf-8")


if __name__ == "__main__":
    main()
