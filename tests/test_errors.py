"""Errors say what, where, cure and nearest name."""

import inspect

import pytest

from karvan import errors
from karvan.errors import Fault, FaultsError, InputError, KarvanError, NameUnknown, nearest


def test_all_errors_have_one_parent_and_stand_in_the_tree_of_the_page():
    found = {name: one for name, one in vars(errors).items() if inspect.isclass(one) and issubclass(one, Exception)}
    assert all(issubclass(one, KarvanError) for one in found.values())
    assert all(name in (errors.__doc__ or "") for name in found)


def test_a_cure_is_part_of_what_is_said():
    assert str(InputError("it is wrong", cure="mend it")) == "it is wrong\n  cure: mend it"
    assert str(InputError("it is wrong")) == "it is wrong"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("a.csv", 3, "K1", "usd", "x", "must be a number", "Write one"), "a.csv, row 3 (K1), usd = 'x': must be a number. Write one."),
        (Fault("a.csv", 0, "", "", "", "is empty", "Fill it", nearest="b"), "a.csv: is empty. Fill it. Nearest: b."),
        (Fault("a.csv", 2, "", "", "", "is short", "Mend it"), "a.csv, row 2: is short. Mend it."),
    ],
)  # fmt: skip
def test_a_fault_in_words(fault, words):
    assert str(fault) == words


@pytest.mark.parametrize(
    ("count", "head", "tail"), [(1, "1 fault in", None), (2, "2 faults in", None), (60, "60 faults in", "and 10 more")]
)
def test_many_faults_are_counted_and_all_kept(count, head, tail):
    faults = [Fault("a.csv", row, "", "", "", "is wrong", "Mend it") for row in range(1, count + 1)]
    caught = FaultsError(faults)
    assert str(caught).startswith(head)
    assert (tail or "row 1: is wrong") in str(caught)
    assert caught.faults == tuple(faults)


def test_an_unknown_name_carries_the_nearest():
    caught = NameUnknown("place", "Aktua", ["Aktau", "Almaty", "Poti"])
    assert caught.nearest == ("Aktau",)
    assert "no place is called 'Aktua' (nearest: Aktau)" in str(caught)
    assert "no name is near" in str(NameUnknown("place", "zzz", ["Aktau"]))


def test_nearest_is_best_first_and_knows_no_case():
    assert nearest("AKTAU", ["aktua", "Aktau", "Poti"])[0] == "Aktau"
    assert nearest("x", []) == ()
    assert len(nearest("aaaa", ["aaab", "aaac", "aaad", "aaae"], most=2)) == 2
