"""What every command keeps: exit codes, 80 columns, plain text, and help that comes at once."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from karvan.version import VERSION
from shell import shell

STUDY = """
name = "small"
corridor = "toy"
origin = "orio"
destinations = ["destin", "havn"]
commodity = "boxes"
feu = 1
words = ["rivals", "findings"]
[[scenario]]
name = "base"
"""
BOX = ("toy", "orio", "destin", "--commodity", "boxes", "--feu", "1")
WELL = {
    "version": ("--version",),
    "help": ("--help",),
    "route help": ("route", "--help"),
    "study help": ("study", "--help"),
    "diff help": ("scenario", "diff", "--help"),
    "load": ("load", "toy"),
    "links": ("load", "toy", "--table", "links"),
    "tariffs": ("load", "toy", "--table", "tariffs"),
    "shapes": ("load", "toy", "--table", "shapes"),
    "sources": ("load", "toy", "--sources"),
    "check": ("check", "toy"),
    "route": ("route", *BOX),
    "ways": ("route", *BOX, "--ways", "6"),
    "pareto": ("route", *BOX, "--pareto"),
    "day": ("route", *BOX, "--depart", "2026-01-15"),
    "prices": ("route", *BOX, "--price", "ferry=1/FEU", "--price", "C1=2/FEU-km"),
    "fit help": ("fit", "--help"),
    "fit": ("fit", "toy", "--use", "border_time", "--draws", "0"),
    "cards": ("scenario", "list"),
    "show": ("scenario", "show", "aktau-dredging"),
    "same": ("scenario", "diff", "-", "-", "--corridor", "toy"),
}


@pytest.mark.parametrize("words", WELL.values(), ids=WELL)
def test_plain_and_narrow(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    said = shell(monkeypatch, capsys, *words)
    assert said.code == 0 and said.out.strip() and not said.err
    wide = [line for line in said.out.splitlines() if len(line) > 80]
    assert not wide and "\x1b" not in said.out


def test_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert shell(monkeypatch, capsys, "--version").out == f"karvan {VERSION}\n"


def test_no_way_is_exit_1_with_its_reason(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = shell(monkeypatch, capsys, "route", *BOX, "--avoid", "sea,XD")
    assert said.code == 1 and "No way: closed by: avoid sea; avoid XD" in said.out


def test_faults_are_exit_1_and_each_is_said(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    links = (place / "links.csv").read_text().replace("AA_TWO", "AA_TOW").replace("190.5", "190.5 km")
    (place / "links.csv").write_text(links)
    said = shell(monkeypatch, capsys, "check", str(place))
    joined = " ".join(said.out.split())
    assert said.code == 1 and "AA_TOW" in joined and "Nearest: AA_TWO" in joined and "190.5 km" in joined
    assert max(map(len, said.out.splitlines())) <= 80


def test_nothing_asked_is_help_and_exit_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = shell(monkeypatch, capsys)
    assert said.code == 2 and "Commands:" in said.out + said.err


def stop(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def stop_in_a_kernel(*_: object, **__: object) -> None:
    """What numba raises where the interrupt falls into compiled code."""
    try:
        raise KeyboardInterrupt
    except KeyboardInterrupt as inner:
        raise SystemError("returned a result with an exception set") from inner


@pytest.mark.parametrize("how", [stop, stop_in_a_kernel])
def test_a_stop_is_exit_130_and_what_is_finished_is_kept(
    how: Callable[..., None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "small.toml").write_text(STUDY)
    monkeypatch.setattr("karvan.runs.study.rivals", how)
    said = shell(monkeypatch, capsys, "study", str(tmp_path / "small.toml"), "--out", str(tmp_path / "out"))
    assert said.code == 130 and "0 of 1 steps are kept" in said.err and not (tmp_path / "out" / "small").exists()


@pytest.mark.parametrize("how", [stop, stop_in_a_kernel])
def test_a_stopped_question_is_exit_130(
    how: Callable[..., None], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("karvan.runs.route.route", how)
    said = shell(monkeypatch, capsys, "route", *BOX)
    assert said.code == 130 and not said.out


def test_a_defect_is_exit_70(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("karvan.engines.route.balance_row", lambda *_: {"what": "", "unit": "", "reason": "", "asked": 1.0,
                        "carried": 0.0, "waiting": 0.0, "refused": 0.0})  # fmt: skip
    said = shell(monkeypatch, capsys, "route", *BOX)
    assert said.code == 70 and "balance does not close" in said.err


LIGHT = """
import sys
{what}
heavy = [name for name in ("polars", "numba", "numpy", "dataframely", "typst", "rich") if name in sys.modules]
sys.exit(", ".join(heavy) or 0)
"""


@pytest.mark.parametrize(
    "what",
    [
        "import karvan; karvan.__version__, dir(karvan)",
        "import karvan.cli; sys.argv = ['karvan', '--help']\ntry: karvan.cli.main()\nexcept SystemExit: pass",
        "import karvan.cli; sys.argv = ['karvan', 'route', '--help']\ntry: karvan.cli.main()\nexcept SystemExit: pass",
    ],
    ids=["import", "help", "help of route"],
)
def test_nothing_heavy_is_loaded_for_it(what: str) -> None:
    done = subprocess.run([sys.executable, "-c", LIGHT.format(what=what)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
