"""The Merkle tree of RFC 6962: one root for all leaves, short proofs that a leaf is in it and that it only grew.

Source: RFC 6962, section 2.1; the checks of proofs by RFC 9162, sections 2.1.3.2 and 2.1.4.2. A leaf's hash and a node's
have different first bytes, so that no node passes for a leaf.
"""

from collections.abc import Iterable, Iterator, Sequence
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
        self.edge: list[bytes] = []
        for data in leaves:
            self.append(data)

    def __len__(self) -> int:
        return len(self.levels[0])

    def append(self, data: bytes) -> None:
        """Adds a leaf by its data."""
        self.append_hash(leaf_hash(data))

    def append_hash(self, value: bytes) -> None:
        """Adds a leaf by its hash."""
        for level, _, made in grown(len(self), self.edge, (value,)):
            if level == len(self.levels):
                self.levels.append([])
            self.levels[level].append(made)

    def root(self, size: int | None = None) -> bytes:
        """The root over the first ``size`` leaves (all of them where none is said)."""
        size = self._size(size)
        return self._subtree(0, size)

    def inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The hashes that lead from leaf ``index`` to the root of the first ``size`` leaves, from the leaf up."""
        return [self._subtree(*part) for part in inclusion(index, self._size(size))]

    def consistency(self, old: int, new: int | None = None) -> list[bytes]:
        """The hashes that show that the first ``old`` leaves of the tree of ``new`` are those of the tree of ``old``."""
        return [self._subtree(*part) for part in consistency(old, self._size(new))]

    def _size(self, size: int | None) -> int:
        if size is not None and not 0 <= size <= len(self):
            raise InputError(f"the log has {len(self)} leaves, not {size}", cure="ask for a size that was sealed")
        return len(self) if size is None else size

    def _subtree(self, start: int, end: int) -> bytes:
        return folded([self.levels[level][number] for level, number in nodes(start, end)])


def grown(size: int, edge: list[bytes], leaves: Iterable[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """The nodes (level, number, hash) that leaves, given by their hashes, add to a tree of ``size``.

    ``edge`` holds the hashes of ``nodes(0, size)``, which is all that growing needs; it is brought to the new size.
    """
    for at, value in enumerate(leaves, size):
        level = 0
        yield level, at, value
        while at & 1:
            value = node_hash(edge.pop(), value)
            level, at = level + 1, at >> 1
            yield level, at, value
        edge.append(value)


def nodes(start: int, end: int) -> list[tuple[int, int]]:
    """The full subtrees (level, number) that make up leaves [start, end), left to right.

    ``start`` is a multiple of the power of two that holds them.
    """
    found, at = [], start
    while at < end:
        level = (end - at).bit_length() - 1
        found.append((level, at >> level))
        at += 1 << level
    return found


def folded(hashes: Sequence[bytes]) -> bytes:
    """The hash over neighbouring subtrees, given left to right: the root, for those of ``nodes(0, size)``."""
    if not hashes:
        return EMPTY
    *rest, value = hashes
    for left in reversed(rest):
        value = node_hash(left, value)
    return value


def inclusion(index: int, size: int) -> list[tuple[int, int]]:
    """The spans of leaves whose hashes lead from leaf ``index`` to the root of a tree of ``size``, from the leaf up."""
    if not 0 <= index < size:
        raise InputError(f"the tree of {size} leaves has no leaf {index}", cure=f"ask for one of 0 to {size - 1}")
    spans, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency(old: int, new: int) -> list[tuple[int, int]]:
    """The spans of leaves whose hashes show that a tree of ``new`` leaves begins with all of the tree of ``old``."""
    if not 0 < old <= new:
        raise InputError(f"no tree of {old} leaves grew to one of {new}", cure=f"ask for sizes from 1 to {new}")
    spans, start, end, whole = [], 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((start, middle))
            start, whole = middle, False
    return ([] if whole else [(start, end)]) + spans[::-1]


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
