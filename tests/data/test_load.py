"""Shipped corridors: loaded by name, the same whether trusted or checked, and without a fault."""

import hashlib
import json

import pytest

from karvan.data import load
from karvan.errors import NameUnknown
from karvan.io import cards, faults, folder
from karvan.io.package import ABOUT
from support import same

SHIPPED = load.names()


def test_the_reference_corridor_and_the_toy_ship():
    assert {"titr", "toy"} <= set(SHIPPED)


@pytest.mark.parametrize("name", SHIPPED)
def test_trusted_or_checked_a_shipped_corridor_is_the_same(name):
    found = load.load(name)
    assert found.name == name
    assert same(found, folder.read(load.HERE / name))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_corridor_is_sealed_so_that_loading_it_pays_for_no_check(name):
    place = load.HERE / name
    sealed = {one["path"]: one.get("hash") for one in json.loads((place / ABOUT).read_text("utf-8"))["resources"]}
    files = {file.name: f"sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}" for file in place.glob("*.csv")}
    assert sealed == files


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_corridor_has_no_fault(name):
    assert [str(fault) for fault in faults.find(load.HERE / name) if fault.level == "error"] == []


def test_a_sealed_copy_is_the_same(tmp_path):
    found = load.load("toy")
    place = folder.seal(folder.write(found, tmp_path / "toy"))
    assert same(folder.read(place, trusted=True), found)


def test_an_unknown_name_carries_the_nearest():
    with pytest.raises(NameUnknown, match=r"no shipped corridor is called 'tirt' \(nearest: titr\)") as caught:
        load.load("tirt")
    assert "toy" in caught.value.cure


def test_cards_and_studies_ship_beside():
    assert load.cards_folder() == cards.SHIPPED
    assert list(load.cards_folder().glob("*.toml"))
    assert load.studies_folder().parent == load.HERE
