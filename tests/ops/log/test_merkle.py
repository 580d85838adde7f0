"""The tree against the public vectors of RFC 6962, against its definition by recursion, and by law."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from karvan.errors import InputError
from karvan.ops.log.merkle import EMPTY, Tree, grew, includes, leaf_hash, node_hash

# The leaves of the certificate-transparency reference tests, and their roots.
LEAVES = [bytes.fromhex(text) for text in (
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"
)]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

SIZES = st.integers(1, 70)


def grown(size: int) -> Tree:
    return Tree(index.to_bytes(2, "big") for index in range(size))


def defined(leaves: list[bytes]) -> bytes:
    """The root by the words of RFC 6962, section 2.1."""
    if len(leaves) < 2:
        return leaf_hash(leaves[0]) if leaves else EMPTY
    power = 1
    while power * 2 < len(leaves):
        power *= 2
    return node_hash(defined(leaves[:power]), defined(leaves[power:]))


def test_the_public_roots() -> None:
    tree = Tree(LEAVES)
    assert [tree.root(size).hex() for size in range(1, 9)] == ROOTS


@given(st.lists(st.binary(max_size=4), max_size=40))
def test_the_root_is_that_of_its_definition_at_every_size(leaves: list[bytes]) -> None:
    tree = Tree(leaves)
    assert [tree.root(size) for size in range(len(leaves) + 1)] == [defined(leaves[:n]) for n in range(len(leaves) + 1)]


def test_every_proof_up_to_33_leaves_holds_and_for_no_other_place() -> None:
    tree = grown(33)
    for size in range(1, 34):
        for index in range(size):
            proof, leaf = tree.inclusion(index, size), leaf_hash(index.to_bytes(2, "big"))
            places = [at for at in range(size) if includes(tree.root(size), size, at, leaf, proof)]
            assert places == [index]
        for old in range(1, size + 1):
            assert grew(old, tree.root(old), size, tree.root(size), tree.consistency(old, size))


@given(SIZES, st.data())
def test_a_proof_of_inclusion_with_any_bit_flipped_fails(size: int, data: st.DataObject) -> None:
    tree, index = grown(size), data.draw(st.integers(0, size - 1))
    parts = [tree.root(), leaf_hash(index.to_bytes(2, "big")), *tree.inclusion(index)]
    at, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    flipped = [*parts[:at], _flip(parts[at], bit), *parts[at + 1 :]]
    assert includes(parts[0], size, index, parts[1], parts[2:])
    assert not includes(flipped[0], size, index, flipped[1], flipped[2:])
    assert not includes(parts[0], size, index, parts[1], [*parts[2:], parts[1]])
    assert len(parts) == 2 or not includes(parts[0], size, index, parts[1], parts[2:-1])
    assert not includes(parts[0], size, size, parts[1], parts[2:])


@given(SIZES, SIZES, st.data())
def test_a_proof_of_growth_with_any_bit_flipped_fails(one: int, other: int, data: st.DataObject) -> None:
    old, new = sorted((one, other))
    tree = grown(new)
    parts = [tree.root(old), tree.root(new), *tree.consistency(old)]
    at, bit = data.draw(st.integers(0, len(parts) - 1)), data.draw(st.integers(0, 255))
    flipped = [*parts[:at], _flip(parts[at], bit), *parts[at + 1 :]]
    assert grew(old, parts[0], new, parts[1], parts[2:])
    assert not grew(old, flipped[0], new, flipped[1], flipped[2:])
    assert not grew(old, parts[0], new, parts[1], [*parts[2:], parts[0]])
    assert len(parts) == 2 or not grew(old, parts[0], new, parts[1], parts[2:-1])


@given(SIZES, st.integers(1, 30), st.data())
def test_no_proof_shows_growth_of_a_tree_with_another_leaf(old: int, more: int, data: st.DataObject) -> None:
    honest, new = grown(old), old + more
    at = data.draw(st.integers(0, old - 1))
    forged = Tree(b"other" if index == at else index.to_bytes(2, "big") for index in range(new))
    assert not grew(old, honest.root(), new, forged.root(), forged.consistency(old))
    assert not grew(old, honest.root(), new, forged.root(), grown(new).consistency(old))


def test_growth_from_nothing_and_to_less() -> None:
    tree = grown(5)
    assert grew(0, EMPTY, 5, tree.root(), []) and grew(0, EMPTY, 0, EMPTY, [])
    assert not grew(0, tree.root(), 5, tree.root(), []) and not grew(0, EMPTY, 0, tree.root(), [])
    assert not grew(5, tree.root(), 4, tree.root(4), []) and not grew(3, tree.root(3), 5, tree.root(), [])


@pytest.mark.parametrize("ask", [lambda t: t.root(6), lambda t: t.inclusion(5), lambda t: t.inclusion(-1),
                                 lambda t: t.consistency(0), lambda t: t.consistency(4, 3), lambda t: t.root(-1)])  # fmt: skip
def test_what_the_tree_does_not_have_is_refused(ask) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="cure"):
        ask(grown(5))


def test_a_proof_of_many_leaves_is_short_and_quick() -> None:
    took = []
    for index in range(0, 200_000, 9_999):
        begun = time.perf_counter()
        proof = MANY.inclusion(index)
        took.append(time.perf_counter() - begun)
        assert len(proof) <= 18 and includes(MANY.root(), 200_000, index, leaf_hash(index.to_bytes(4, "big")), proof)
    assert sorted(took)[len(took) // 2] < 0.005  # the median: a busy machine may stop any one call


MANY = Tree(index.to_bytes(4, "big") for index in range(200_000))


def _flip(value: bytes, bit: int) -> bytes:
    return (int.from_bytes(value, "big") ^ 1 << bit).to_bytes(32, "big")
