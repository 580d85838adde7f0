"""The Merkle tree of RFC 6962: one root for all leaves, short proofs that a leaf is in it and that it only grew.

Source: RFC 6962, section 2.1; the checks of proofs by RFC 9162, sections 2.1.3.2 and 2.1.4.2. A leaf's hash and a node's
have different first bytes, so that no node passes for a leaf.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from karvan.errors import InputError

EMPTY = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf's data, 32 bytes."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two children, 32 bytes."""
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """A tree that grows: all full subtrees are kept by level, so that a proof costs a few hashes, whatever the size.

    >>> tree = Tree([b""])
    >>> tree.root().hex()[:8], tree.root(0).hex()[:8]
    ('6e340b9c', 'e3b0c442')
    """

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.levels: list[list[bytes]] = [[]]
        for data in leaves:
            self.append(data)

    def __len__(self) -> int:
        return len(self.levels[0])

    def append(self, data: bytes) -> None:
        """Adds a leaf by its data."""
        self.append_hash(leaf_hash(data))

    def append_hash(self, value: bytes) -> None:
        """Adds a leaf by its hash."""
        level = 0
        self.levels[0].append(value)
        while len(self.levels[level]) % 2 == 0:
            left, right = self.levels[level][-2:]
            level += 1
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(node_hash(left, right))

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves (all of them where none is said)."""
        size = self._size(size)
        return self._subtree(0, size) if size else EMPTY

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The hashes that lead from leaf ``index`` to the root of the first ``size`` leaves, from the leaf up."""
        size = self._size(size)
        if not 0 <= index < size:
            raise InputError(f"the tree of {size} leaves has no leaf {index}", cure=f"ask for one of 0 to {size - 1}")
        proof, start, end = [], 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._subtree(middle, end))
                end = middle
            else:
                proof.append(self._subtree(start, middle))
                start = middle
        return proof[::-1]

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The hashes that show that the first ``old`` leaves of the tree of ``new`` are those of the tree of ``old``."""
        new = self._size(new)
        if not 0 < old <= new:
            raise InputError(f"no tree of {old} leaves grew to one of {new}", cure=f"ask for sizes from 1 to {new}")
        proof, start, end, whole = [], 0, new, True
        while old != end:
            middle = start + _split(end - start)
            if old <= middle:
                proof.append(self._subtree(middle, end))
                end = middle
            else:
                proof.append(self._subtree(start, middle))
                start, whole = middle, False
        return ([] if whole else [self._subtree(start, end)]) + proof[::-1]

    def _size(self, size: int | None) -> int:
        if size is not None and not 0 <= size <= len(self):
            raise InputError(f"the log has {len(self)} leaves, not {size}", cure="ask for a size that was sealed")
        return len(self) if size is None else size

    def _subtree(self, start: int, end: int) -> bytes:
        """The hash over leaves [start, end): ``start`` is a multiple of the power of two that holds them."""
        found, at = [], start
        while at < end:
            level = (end - at).bit_length() - 1
            found.append(self.levels[level][at >> level])
            at += 1 << level
        value = found.pop()
        while found:
            value = node_hash(found.pop(), value)
        return value


def _split(size: int) -> int:
    """The largest power of two below ``size``."""
    return 1 << (size - 1).bit_length() - 1


def includes(root: bytes, size: int, index: int, leaf: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the leaf of hash ``leaf`` stands at ``index`` in the tree of ``size`` and ``root``.

    >>> tree = Tree([b"a", b"b", b"c"])
    >>> includes(tree.root(), 3, 2, leaf_hash(b"c"), tree.inclusion(2))
    True
    """
    if not 0 <= index < size:
        return False
    first, last, value = index, size - 1, leaf
    for part in proof:
        if last == 0:
            return False
        if first & 1 or first == last:
            value = node_hash(part, value)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            value = node_hash(value, part)
        first, last = first >> 1, last >> 1
    return last == 0 and value == root


def grew(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that the tree of ``new`` leaves begins with all leaves of the tree of ``old``.

    >>> tree = Tree([b"a", b"b", b"c"])
    >>> grew(2, tree.root(2), 3, tree.root(), tree.consistency(2))
    True
    """
    if old == 0:
        return new >= 0 and old_root == EMPTY and not proof and (new > 0 or new_root == EMPTY)
    if old >= new:
        return old == new and old_root == new_root and not proof
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    first, last = old - 1, new - 1
    while first & 1:
        first, last = first >> 1, last >> 1
    return _climbed(path, first, last) == (old_root, new_root)


def _climbed(path: Sequence[bytes], first: int, last: int) -> tuple[bytes, bytes] | None:
    """The old and the new root that a path of hashes leads to, or None where it is too long or too short."""
    before = after = path[0]
    for part in path[1:]:
        if last == 0:
            return None
        if first & 1 or first == last:
            before, after = node_hash(part, before), node_hash(part, after)
            while not first & 1 and first:
                first, last = first >> 1, last >> 1
        else:
            after = node_hash(after, part)
        first, last = first >> 1, last >> 1
    return (before, after) if last == 0 else None
