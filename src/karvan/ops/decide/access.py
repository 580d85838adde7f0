"""Who may know of a consignment at all. Who may not is answered as if there were none."""

from datetime import datetime

from karvan.ops.decide.command import Actor
from karvan.ops.decide.state import State


def sees(state: State, actor: Actor, now: datetime) -> bool:
    """Whether an actor may know of a consignment.

    A party with a part in it; who has a mandate of its owner or of a movement's holder today; an officer or auditor
    posted today in a territory to which a movement was lodged; the service itself.
    """
    if state.state == "none":
        return False
    if actor.role == "system" or (actor.party in state.parties and actor.role not in ("customs", "auditor")):
        return True
    day = now.date()
    if actor.role in ("customs", "auditor"):
        post = actor.posting
        return post is not None and post.holds(day) and post.territory in state.reach
    givers = {state.owner, *(each.holder for each in state.movements.values())}
    return any(each.giver in givers and each.holds(day, "") for each in actor.mandates)
