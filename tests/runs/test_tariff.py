"""``karvan tariff`` in words: regimes side by side, bounds as they are written, statuses as exit codes."""

import pytest

from karvan.errors import InputError
from karvan.runs import tariff
from karvan.runs.question import Tariff


def test_the_answer_names_regimes_players_and_who_gains() -> None:
    done = tariff.answer(Tariff(corridor="toy", players=("RA,SEA",), cap=("RA=2.5,SEA=2.5",)))
    assert done.code == 0
    assert all(word in done.words for word in ("apart", "together", "regulated", "Shapley", "M USD on today"))
    assert max(map(len, done.words.splitlines())) <= 80


def test_a_game_without_an_end_is_exit_code_1() -> None:
    done = tariff.answer(Tariff(corridor="toy", players=("RA",), on="any", quick=True))
    assert done.code == 1 and "unbounded" in done.words


@pytest.mark.parametrize("more", [{"cap": ("RA",)}, {"floor": ("RA=x",)}, {"conduct": "sharp"}])
def test_bounds_and_conduct_that_are_no_numbers_are_refused(more: dict[str, object]) -> None:
    with pytest.raises(InputError, match="is"):
        tariff.answer(Tariff(corridor="toy", **more))  # type: ignore[arg-type]
