"""Rows of a graph, forward and backward."""

import numpy as np

from karvan.network.compile.arrays import csr


def test_pointers_and_the_backward_graph() -> None:
    tail = np.array([0, 0, 1, 2, 2], dtype=np.int32)
    head = np.array([1, 2, 2, 0, 3], dtype=np.int32)
    ptr, rptr, rtail, rarc = csr(4, tail, head)
    for vertex in range(4):
        assert [int(head[arc]) for arc in range(ptr[vertex], ptr[vertex + 1])] == [
            int(h) for t, h in zip(tail, head, strict=True) if t == vertex
        ]
        back = rarc[rptr[vertex] : rptr[vertex + 1]]
        assert sorted(back) == [arc for arc in range(5) if head[arc] == vertex]
        assert (tail[back] == rtail[rptr[vertex] : rptr[vertex + 1]]).all()


def test_a_graph_without_arcs() -> None:
    none = np.zeros(0, dtype=np.int32)
    assert [part.tolist() for part in csr(2, none, none)] == [[0, 0, 0], [0, 0, 0], [], []]
