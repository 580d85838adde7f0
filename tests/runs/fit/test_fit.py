"""``karvan fit``: what it says, and that stopped work goes on from what lies beside its folder."""

from pathlib import Path

import pytest

from karvan.errors import InputError
from karvan.runs import fit as word
from karvan.runs.question import Fit
from shell import shell


def test_words(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    said = shell(monkeypatch, capsys, "fit", "toy", "--use", "border_time,2022", "--draws", "0").out
    flat = " ".join(said.split())
    assert "2 parameters from 1 observations" in flat and "fewer observations (1) than parameters (2)" in flat
    assert "border_wait" in said and "not told" in said and "The new edition 1+fit changes 3 cells" in said
    assert all(len(line) <= 80 for line in said.splitlines())
    assert "Not used: 1, as the twin has no figure of toll." in word.answer(Fit(corridor="toy", draws=0)).words


def test_stopped_work_goes_on(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = Fit(corridor="toy", use=("border_time",), draws=25, threads=1, out=str(tmp_path / "fit"))
    whole = word.answer(Fit(corridor="toy", use=("border_time",), draws=25, threads=1))
    drawn = []

    def stops(done: int, of: int, what: str) -> None:
        if done == 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(word, "bar", stops)
    with pytest.raises(KeyboardInterrupt):
        word.answer(asked)
    assert len(list(tmp_path.glob("fit.fit-*.json"))) == 1 and not (tmp_path / "fit").exists()
    monkeypatch.setattr(word, "bar", lambda done, of, what: drawn.append(done))
    again = word.answer(asked)
    assert [done for done in drawn if done] == list(range(11, 26))
    assert again.frame.equals(whole.frame) and [path.name for path in tmp_path.iterdir()] == ["fit"]


def test_a_torn_or_foreign_state_is_begun_anew(tmp_path: Path) -> None:
    asked = Fit(corridor="toy", use=("border_time",), draws=0, out=str(tmp_path / "fit"))
    corridor = word.open.corridor("toy")
    word._beside(tmp_path / "fit", corridor, ("border_time",), 1).write_text("{torn")
    word._beside(tmp_path / "fit", corridor, ("border_time",), 2).write_text('{"of": "another"}')
    assert word.answer(asked).frame.height == 2
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(InputError, match="no earlier result"):
        word.answer(Fit(corridor="toy", draws=0, out=str(tmp_path / "mine")))
