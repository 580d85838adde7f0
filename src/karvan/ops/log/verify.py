"""Verify: whether a log is still the one that its witnesses have seen.

Chains alone do not see a log that was rewritten from some event on with all hashes made anew, nor one cut at its end: only
the head that a witness cosigned, of which the owner of the database has no power, tells that.
"""

from collections.abc import Iterable, Sequence

from karvan.ops.event import Event
from karvan.ops.log.chain import breaks
from karvan.ops.log.checkpoint import Head
from karvan.ops.log.merkle import Tree


def leaf(event: Event) -> bytes:
    """The data of an event's leaf: its hash as written, which binds its content and all before it in its chain."""
    return event.hash.encode()


def verify(events: Sequence[Event], heads: Iterable[Head]) -> list[str]:
    """All that is wrong with a log, given in its order, by its chains and by ``heads`` that witnesses cosigned.

    Shapes: events in the order of the log; heads of any sizes and order. Empty where the log is whole.
    """
    found = breaks(events)
    tree = Tree(leaf(event) for event in events)
    for head in heads:
        if head.size > len(tree):
            found.append(f"the log has {len(tree)} events, a witness has seen {head.size}")
        elif tree.root(head.size) != head.root:
            found.append(f"the first {head.size} events are not those that a witness has seen")
    return found
