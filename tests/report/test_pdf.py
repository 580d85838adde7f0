"""The PDF: pages, fonts, text, and the same bytes each time."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from drawn import full
from karvan.report.pdf import literal


@pytest.fixture(scope="module")
def made() -> bytes:
    return full().pdf()


def test_it_has_a_few_pages_and_comes_out_the_same_again(made: bytes) -> None:
    assert made.startswith(b"%PDF-")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", made)) <= 20
    assert full().pdf() == made


def test_its_text_can_be_read_back_and_its_fonts_are_inside(made: bytes, tmp_path: Path) -> None:
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext (poppler) is not here")
    file = tmp_path / "report.pdf"
    file.write_bytes(made)
    said = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True).stdout
    flat = " ".join(said.split())
    assert "Toy & <ways>" in flat
    for word in ("Findings", "Ways side by side", "Sources and grades", "Northern route", full().tolds[0].run.id):
        assert word in flat, word
    fonts = subprocess.run(["pdffonts", file], capture_output=True, text=True, check=True).stdout.splitlines()[2:]
    assert fonts
    assert all("Inter" in one or "Georgian" in one for one in fonts)
    assert all(one.split()[-5] == "yes" for one in fonts)


@pytest.mark.parametrize("text", ['"', "\\", '\\"', "#panic()", "a\nb", "$x$ [y] *z* _w_"])
def test_any_words_are_safe_in_typst(text: str) -> None:
    said = literal(text)
    assert said[0] == said[-1] == '"'
    inner = said[1:-1].replace("\\\\", "").replace('\\"', "")
    assert '"' not in inner
    assert "\\" not in inner
    assert "\n" not in inner
