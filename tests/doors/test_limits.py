"""The limits of the house are counted rightly, and kept."""

import tomllib
from pathlib import Path

import pytest
from tools import limits

ROOT = Path(__file__).parents[2]
HOUSE = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["karvan"]["limits"]
SRC = Path("src/karvan/engines/x.py")
LONG = "def f():\n" + "    a = 1\n" * 50


@pytest.mark.parametrize(
    ("path", "code", "said"),
    [
        (SRC, "a = 1\n" * 401, "401 lines"),
        (SRC, LONG, "51 lines"),
        (SRC, "def f(a, b, c, d, e, f, g, h): ...\n", "8 positional"),
        (SRC, "class A:\n" + "".join(f"    def m{i}(self): ...\n" for i in range(13)), "13 methods"),
        (SRC, "def f():\n    import os\n", "imports os inside"),
        (SRC, "def f():\n    def g():\n        from a.b import c\n", "imports a.b inside"),
        (SRC, "import typing\nif typing.TYPE_CHECKING:\n    import os\n", "for types only"),
        (SRC, "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import os\n", "for types only"),
        (Path("src/karvan/cli/x.py"), "@app.command()\ndef f():\n" + "    a = 1\n" * 15, "a command has 15"),
    ],
)
def test_breaches(path: Path, code: str, said: str) -> None:
    found = list(limits.of_file(path, code, HOUSE))
    assert len(found) == 1 and said in found[0].what and found[0].cure


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (SRC, "a = 1\n" * 400),
        (SRC, 'def f():\n    """Said\n' + "    so.\n" * 60 + '    """\n    return 1\n'),
        (SRC, "def f(a, b, c, d, e, f, g, *, h, i): ...\n"),
        (SRC, "class A:\n    def f(self, a, b, c, d, e, f, g): ...\n"),
        (SRC, "def f():\n    import pandas as pd\n"),
        (SRC, "said = 'TYPE_CHECKING'\nif said == 'TYPE_CHECKING':\n    a = 1\n"),
        (Path("src/karvan/__init__.py"), "def __getattr__(name):\n    import os\n"),
        (Path("src/karvan/kernels/x.py"), LONG),
    ],
)
def test_what_is_allowed(path: Path, code: str) -> None:
    assert not list(limits.of_file(path, code, HOUSE))


def test_packages(tmp_path: Path) -> None:
    inside = tmp_path / "src" / "karvan" / "studies"
    inside.mkdir(parents=True)
    for name in ("__init__", *(f"m{number}" for number in range(13))):
        (inside / f"{name}.py").touch()
    (found,) = limits.of_packages(tmp_path, HOUSE)
    assert found.key == "src/karvan/studies" and "13 files" in found.what


def test_reasons_are_needed_and_only_where_they_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "long.py").write_text("a = 1\n" * 401)
    whole = (ROOT / "pyproject.toml").read_text().partition("[tool.karvan.limits.reasons]")[0]
    house = whole[whole.index("[tool.karvan.limits]") :] + "[tool.karvan.limits.reasons]\n"
    for reasons, count in (("", 1), ('"src/long.py" = "a table"\n', 0), ('"src/long.py" = "a"\n"src/b.py" = "b"\n', 1)):
        (tmp_path / "pyproject.toml").write_text(house + reasons)
        assert limits.main(tmp_path) == count, capsys.readouterr().out
