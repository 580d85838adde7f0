"""Every example of the docs does what its page says: commands end with the code they should, Python runs."""

from pathlib import Path

import pytest
from tools.docs import examples

DOCS = Path(__file__).parents[2] / "docs"
PAGES = [
    page
    for page in sorted(DOCS.rglob("*.md"))
    if any(map(examples.runs, map(examples.Block.of, examples.FENCE.finditer(page.read_text(encoding="utf-8")))))
]
NAMES = [page.relative_to(DOCS).as_posix() for page in PAGES]


@pytest.mark.parametrize("page", PAGES, ids=NAMES)
def test_the_examples_of_a_page_run(page: Path) -> None:
    said = examples.played(page.read_text(encoding="utf-8"))
    assert "Traceback" not in said
    for found in examples.FENCE.finditer(said):
        if examples.Block.of(found).language == "console":
            lines = found["body"].splitlines()
            assert not lines[-1].startswith("$ "), f"{lines[-1]} says nothing"
