"""Bad arguments, shipments, cards and studies: each gives one clear error with its cure, exit code 2, and writes nothing."""

from pathlib import Path

import pytest

from shell import shell
from support import tree

BOX = ("route", "toy", "orio", "destin", "--commodity", "boxes", "--feu", "1")
STUDY = {
    "name": '"small"',
    "corridor": '"toy"',
    "origin": '"orio"',
    "destinations": '["destin"]',
    "commodity": '"boxes"',
    "feu": "1",
    "words": '["rivals", "findings"]',
}
SCENARIO = '[[scenario]]\nname = "base"\n'
CARD = 'name = "card"\n[[change]]\ntable = "links"\nwhere = {link_id = "N1"}\ntimes = {hours = 2.0}\n'


def study(scenario: str = SCENARIO, **cells: str) -> str:
    """A study file; a cell given as an empty text is left out."""
    lines = [f"{key} = {value}" for key, value in {**STUDY, **cells}.items() if value]
    return "\n".join([*lines, scenario])


ARGUMENTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "unknown corridor": (("route", "toi", "orio", "destin", "--feu", "1"), ("'toi'", "toy", "folder")),
    "unknown command": (("rout",), ("rout",)),
    "unknown option": ((*BOX, "--wayz", "2"), ("--wayz", "--ways")),
    "missing place": (("route", "toy", "orio"), ("DESTINATION",)),
    "unknown place": (
        ("route", "toy", "orio", "destinn", "--feu", "1", "--commodity", "boxes"),
        ("'destinn'", "Destin"),
    ),
    "one place twice": (
        ("route", "toy", "orio", "XA_ORI", "--feu", "1", "--commodity", "boxes"),
        ("one place", "two places"),
    ),
    "unknown goods": ((*BOX[:4], "--commodity", "boxis", "--feu", "1"), ("'boxis'", "boxes")),
    "no size": (BOX[:6], ("needs a quantity", "teu, feu")),
    "two sizes": ((*BOX, "--teu", "1"), ("not teu and feu", "give one of")),
    "size below zero": ((*BOX[:6], "--feu", "-1"), ("above zero", "give one of")),
    "size not finite": ((*BOX[:6], "--feu", "inf"), ("above zero", "give one of")),
    "size no number": ((*BOX[:6], "--feu", "two"), ("--feu", "valid number")),
    "unit not for the goods": ((*BOX[:6], "--wagons", "2"), ("does not travel in wagons", "container")),
    "unknown objective": ((*BOX, "--minimise", "money"), ("'money'", "cost, price")),
    "no ways": ((*BOX, "--ways", "0"), ("at least 1", "cure")),
    "unknown to avoid": ((*BOX, "--avoid", "norby"), ("'norby'", "Norrby")),
    "unknown via": ((*BOX, "--via", "portell"), ("'portell'", "Portel")),
    "bad day": ((*BOX, "--depart", "1.3.2026"), ("'1.3.2026'", "2026-03-01")),
    "no such day": ((*BOX, "--depart", "2026-02-30"), ("'2026-02-30'", "year-month-day")),
    "unknown currency": ((*BOX, "--currency", "EURO"), ("'EURO'", "USD")),
    "unknown year": ((*BOX, "--price-year", "1066"), ("1066", "2022")),
    "bad price": ((*BOX, "--price", "ferry:1150"), ("cannot be read", "WORD=AMOUNT/UNIT")),
    "fit of nothing seen": (("fit", "toy", "--use", "border_tim"), ("'border_tim'", "border_time")),
    "fit with few draws": (("fit", "toy", "--use", "border_time", "--draws", "3"), ("3 draws", "19")),
    "unknown card": ((*BOX, "--with", "aktau-dredgin"), ("aktau-dredgin", "aktau-dredging")),
    "card not for the corridor": ((*BOX, "--with", "aktau-dredging"), ("aktau-dredging", "cure")),
    "missing card file": ((*BOX, "--with", "nothing.toml"), ("nothing.toml", "cure")),
    "unknown table": (("load", "toy", "--table", "linx"), ("'linx'", "links")),
    "no folder to check": (("check", "nowhere"), ("nowhere", "cure")),
    "folder to make is there": (("new", "."), ("is there already", "new folder")),
    "unknown study": (("study", "tittr"), ("'tittr'", "titr")),
    "missing study file": (("study", "nothing.toml"), ("nothing.toml", "cure")),
    "unknown scenario word": (("scenario", "lsit"), ("lsit",)),
    "unknown card to show": (("scenario", "show", "aktau-dredgin"), ("aktau-dredging", "cure")),
}
CARDS = {
    "not TOML": ("name = ", ("bad.toml", "TOML")),
    "unknown key": (CARD.replace("times", "tims"), ("tims", "times")),
    "unknown table": (CARD.replace('"links"', '"linkz"'), ("'linkz'", "links")),
    "unknown column": (CARD.replace("hours =", "hour ="), ("'hour'", "hours")),
    "no row": (CARD.replace("N1", "N11"), ("'N11'", "nearest: N1")),
    "two actions": (CARD + "plus = {hours = 1.0}\n", ("exactly one of", "times")),
    "no where": (CARD.replace('where = {link_id = "N1"}\n', ""), ("where", "cure")),
    "nothing changed": ('name = "card"\n', ("changes nothing", "cure")),
    "base has moved": (CARD + "expect = {hours = 1.0}\n", ("expects hours", "the base has moved")),
    "text where a number is": (CARD.replace("times = {hours = 2.0}", 'set = {hours = "long"}'), ("'long'", "cure")),
    "ends before it begins": (CARD + "from = 2026-01-01\nto = 2025-01-01\n", ("must lie after", "cure")),
    "not a price": (CARD, ("changes links", "--with")),
}
STUDIES = {
    "not TOML": ("name = ", ("bad.toml", "no TOML")),
    "not UTF-8": ("name = 'Ж'", ("bad.toml", "UTF-8")),
    "unknown key": (study(origins='"orio"'), ("'origins'", "nearest: origin")),
    "missing key": (study(origin=""), ("'origin' is missing", "keys of a study")),
    "no destination": (study(destinations="[]"), ("destinations", "keys of a study")),
    "unknown word": (study(words='["rival"]'), ("words.1", "'rivals'")),
    "findings of nothing": (study(words='["findings"]'), ("findings need rivals", "cure")),
    "no scenario": (study(scenario=""), ("'scenario' is missing", "cure")),
    "unknown key of a scenario": (study(scenario=SCENARIO + 'card = ["x"]\n'), ("scenario.1.card", "nearest: cards")),
    "two scenarios of one name": (study(scenario=SCENARIO * 2), ("'base'", "cure")),
    "name with a slash": (study(name='"../out"'), ("name", "cure")),
    "unknown corridor": (study(corridor='"tot"'), ("'tot'", "toy")),
    "unknown origin": (study(origin='"orjo"'), ("'orjo'", "Orio")),
    "unknown destination": (study(destinations='["destin", "havm"]'), ("'havm'", "Havn")),
    "unknown goods": (study(commodity='"boxs"'), ("'boxs'", "boxes")),
    "no size": (study(feu=""), ("needs a quantity", "give one of")),
    "two sizes": (study(teu="1"), ("teu and feu", "give one of")),
    "size below zero": (study(feu="-1"), ("feu", "cure")),
    "unknown card": (study(scenario=SCENARIO + 'cards = ["northern-close"]\n'), ("northern-close", "cure")),
    "unknown measure": (study(measure='"midle"'), ("'midle'", "middle")),
    "bad day": (study(depart='"soon"'), ("depart", "cure")),
}


def refused(
    words: tuple[str, ...],
    expected: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    here: Path,
) -> None:
    monkeypatch.chdir(here)
    before = tree(here)
    said = shell(monkeypatch, capsys, *words)
    assert said.code == 2 and not said.out, said
    joined = " ".join(said.err.split())
    assert "Traceback" not in joined and all(part in joined for part in expected), said.err
    left = {name: hash for name, hash in tree(here).items() if not name.startswith("out")}
    assert left == before and not [
        name for name in tree(here) if name.startswith("out/") and not name.startswith("out/.cache")
    ]


@pytest.mark.parametrize(("words", "expected"), ARGUMENTS.values(), ids=ARGUMENTS)
def test_arguments(
    words: tuple[str, ...],
    expected: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    refused(words, expected, monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize(("card", "expected"), CARDS.values(), ids=CARDS)
def test_cards(
    card: str,
    expected: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "bad.toml").write_text(card)
    option = "--tariff" if "--with" in expected else "--with"
    refused((*BOX, option, "bad.toml"), expected, monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize(("said", "expected"), STUDIES.values(), ids=STUDIES)
def test_studies(
    said: str,
    expected: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    (tmp_path / "bad.toml").write_bytes(said.encode("cp1251" if "UTF-8" in expected else "utf-8"))
    refused(("study", "bad.toml"), expected, monkeypatch, capsys, tmp_path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [("[]", "no run of a study"), ("{", "no JSON"), ('{"study": {"name": "x"}}', "no run of a study")],
    ids=["a list", "cut off", "no corridor"],
)
def test_runs_to_repeat(
    content: str, expected: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "run.json").write_text(content)
    refused(("study", "run.json"), (expected, "cure"), monkeypatch, capsys, tmp_path)
