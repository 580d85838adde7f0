"""What waits for me, a consignment, and doing a step."""

from datetime import datetime
from itertools import groupby
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse

from karvan.api.boards.entry import Acting, Person, Sitting
from karvan.api.boards.fields import WHERE, command, fields
from karvan.api.boards.page import page
from karvan.api.boards.turns import ALL, known, parts, steps, turns
from karvan.api.track import MAKERS, log, tracked
from karvan.api.who import Memory
from karvan.ops.decide import Actor, Command, Refusal, State
from karvan.ops.decide.table import table
from karvan.ops.store import KeyBusy, KeyReused, Store, people

router = APIRouter(prefix="/boards", include_in_schema=False)
MOST = 200  # consignments on one board


@router.get("")
def board(request: Request, sitting: Sitting, store: Memory) -> Response:
    """What waits for me first; then what waits for others."""
    states = people.seen(store, sitting.actor, MOST)
    found = [turn for state in states for turn in turns(state, sitting.actor)]
    rows = sorted(found, key=lambda turn: (not turn.mine, turn.wait.kind))
    groups = [
        (mine, kind, list(each)) for (mine, kind), each in groupby(rows, key=lambda turn: (turn.mine, turn.wait.kind))
    ]
    return page(request, "board.html", groups=groups, count=len(states), most=MOST, **_who(sitting))


def _who(sitting: Person) -> dict[str, Any]:
    return {"who": sitting.actor, "csrf": sitting.csrf}


@router.get("/c/{consignment}")
def consignment(request: Request, consignment: str, sitting: Sitting, store: Memory) -> Response:
    """A consignment: where it is, what may be done, its whole story."""
    return shown(request, consignment, sitting, store)


def shown(request: Request, consignment: str, sitting: Person, store: Store, link: str = "") -> Response:
    """The page of a consignment; ``link`` is one that was just made."""
    told = tracked(store, consignment, sitting.actor, request.app.state.predict)
    state = store.state(consignment, sitting.actor)
    if told is None or state is None:
        return page(request, "absent.html", 404, **_who(sitting))
    events = list(log(store, consignment, sitting.actor))
    given: dict[str, Any] = {
        "state": state,
        "track": told,
        "events": [(kind, list(each)) for kind, each in groupby(reversed(events), key=lambda event: event.kind)],
        "steps": steps(state, sitting.actor),
        "links": sitting.actor.role in MAKERS,
        "link": link,
    }
    return page(request, "consignment.html", **given, **_who(sitting))


@router.get("/c/{consignment}/do/{kind}")
def ask(
    request: Request,
    consignment: str,
    kind: str,
    sitting: Sitting,
    store: Memory,
    part: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """The form of a step."""
    state = store.state(consignment, sitting.actor)
    if state is None or not known(kind):
        return page(request, "absent.html", 404, **_who(sitting))
    given = {"eid": str(uuid4()), "part": part, "occurred": f"{store.now():%Y-%m-%dT%H:%M}"}
    first = parts(state, kind, part, sitting.actor)
    return _form(request, state, kind, {**given, **_known(state, kind, first)}, sitting)


def _known(state: State, kind: str, named: list[str]) -> dict[str, str]:
    """What the form can fill by itself: the part, where the unit stands, its seal, the duty, the guarantee."""
    region = table().kinds[kind].region
    name = named[0] if named else ""
    if unit := state.units.get(name):
        return {"unit": name, "place": unit.place, "issuer": unit.seal.issuer, "number": unit.seal.number}
    if region in ("movement", "guarantee") and name in state.movements:
        move = state.movements[name]
        held = state.reservations.get(name)
        return {
            "movement": name,
            "amount_usd_cents": str(move.duty_usd_cents),
            "guarantee": held.guarantee if held else "",
        }
    return {"hold": name} if region == "hold" else {}


def _form(
    request: Request,
    state: State,
    kind: str,
    given: dict[str, str],
    sitting: Person,
    refusal: Refusal | None = None,
    done: int = 0,
) -> Response:
    named = parts(state, kind, given.get("part", ""), sitting.actor)
    shown_ = [each for each in fields(kind) if each.name not in WHERE or not given.get(each.name)]
    fixed = [each.name for each in fields(kind) if each.name in WHERE and given.get(each.name)]
    told = {
        "state": state,
        "kind": kind,
        "fields": shown_,
        "fixed": fixed,
        "given": given,
        "named": named,
        "refusal": refusal,
        "done": done,
        "region": table().kinds[kind].region,
        "needs_reason": any("reasoned" in row.guards for row in table().transitions if row.kind == kind),
    }
    return page(request, "do.html", 409 if refusal else 200, **told, **_who(sitting))


@router.post("/c/{consignment}/do/{kind}")
async def do(request: Request, consignment: str, kind: str, sitting: Acting, store: Memory) -> Response:
    """Does the step, for all units that the form is for; a refusal is shown with its reason and what may be done instead."""
    filled = {name: value for name, value in (await request.form()).items() if isinstance(value, str)}
    state = store.state(consignment, sitting.actor)
    if state is None or not known(kind):
        return page(request, "absent.html", 404, **_who(sitting))
    try:
        occurred = datetime.fromisoformat(filled.get("occurred", "") + "+00:00")
    except ValueError:
        occurred = store.now()
    made = command(consignment, kind, filled, occurred)
    done, refusal = performed(store, state, made, filled.get("part", ""), sitting.actor)
    if refusal is None:
        return RedirectResponse(f"/boards/c/{consignment}", 303)
    return _form(request, state, kind, {**filled, "eid": str(uuid4())}, sitting, refusal, done)


def performed(store: Store, state: State, made: Command, part: str, actor: Actor) -> tuple[int, Refusal | None]:
    """Does a command for each part it is for; how many were done, and the first refusal, at which it stops."""
    named = parts(state, made.kind, part, actor) if part == ALL else [""]
    for count, name in enumerate(named):
        own = (
            made
            if not name
            else Command(
                f"{made.eid}:{count}", made.subject, made.kind, made.occurred, {**made.body, "unit": name}, made.reason
            )
        )
        try:
            outcome = store.do(own, actor)
        except (KeyReused, KeyBusy):
            continue  # the same form was sent twice: the first one does it
        if outcome.refusal is not None:
            return count, outcome.refusal
    return len(named), None


@router.post("/c/{consignment}/link")
def link(
    request: Request, consignment: str, sitting: Acting, store: Memory, days: Annotated[int, Form(ge=1, le=365)] = 60
) -> Response:
    """Makes a link, shown this once."""
    token = people.new_link(store, consignment, sitting.actor, days) if sitting.actor.role in MAKERS else None
    made = f"{request.url.scheme}://{request.url.netloc}/t/{token}" if token else ""
    return shown(request, consignment, sitting, store, made)


@router.post("/c/{consignment}/unlink")
def unlink(consignment: str, sitting: Acting, store: Memory) -> Response:
    """Takes the links back."""
    if sitting.actor.role in MAKERS:
        people.end_links(store, consignment, sitting.actor)
    return RedirectResponse(f"/boards/c/{consignment}", 303)
