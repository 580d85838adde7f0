"""``words.toml`` and the code say the same."""

import tomllib
from pathlib import Path

import pytest

import karvan as kv
from karvan import cli

ROOT = Path(__file__).parents[2]
WORDS = tomllib.loads((ROOT / "words.toml").read_text())
PLACES = ("function", "file", "command", "guide", "test", "bench")
DESIGNED = {
    *(
        "load",
        "check",
        "route",
        "assign",
        "simulate",
        "fit",
        "invest",
        "fleet",
        "tariff",
        "energy",
        "trade",
        "stress",
        "sweep",
    ),
    *("compare", "study", "report", "new", "scenario", "appraise", "clear", "track"),
}
COMMANDS = {word.__name__.rpartition(".")[2] for word in cli.WORDS}
TYPES = {"Corridor", "Scenario", "Change", "Shipment", "Result", "Run", "KarvanError", "__version__"}


def present(said: str) -> bool:
    return said != "not yet" and not said.startswith("none, because ")


@pytest.mark.parametrize("word", WORDS)
def test_a_word_says_each_of_its_places(word: str) -> None:
    assert set(WORDS[word]) == set(PLACES)
    for place, said in WORDS[word].items():
        reason = said.removeprefix("none, because ")
        assert (
            len(said.split()) == 1 or said in ("not yet", f"kv.{word}", f"karvan {word}") or (reason != said and reason)
        ), place


@pytest.mark.parametrize("word", WORDS)
def test_places_that_are_present_are_there(word: str) -> None:
    said = WORDS[word]
    for place in ("file", "guide", "test", "bench"):
        if present(said[place]):
            assert (ROOT / said[place]).exists(), said[place]
    assert present(said["guide"]) or not (ROOT / "docs" / "guides" / f"{word}.md").exists()
    assert (said["function"] == f"kv.{word}") == hasattr(kv, word) or not present(said["function"])
    assert (said["command"] == f"karvan {word}") == (word in COMMANDS)


@pytest.mark.parametrize("word", [word for word in WORDS if WORDS[word]["function"] == "not yet"])
def test_a_word_that_is_not_there_yet_does_not_exist(word: str) -> None:
    assert not hasattr(kv, word) and word not in COMMANDS


def test_no_word_is_missing() -> None:
    assert set(WORDS) >= DESIGNED
    assert set(kv.__all__) - TYPES <= set(WORDS) and set(WORDS) >= COMMANDS
