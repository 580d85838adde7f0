"""Papers to print: the consignment note, and the transit document of a movement."""

from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from karvan.api.boards.barcode import svg
from karvan.api.boards.entry import Sitting
from karvan.api.boards.page import page
from karvan.api.who import Memory

router = APIRouter(prefix="/boards", include_in_schema=False)


@router.get("/c/{consignment}/note")
def note(request: Request, consignment: str, sitting: Sitting, store: Memory) -> Response:
    """The consignment note: whose, from where to where, all units with their seals."""
    return _paper(request, "note.html", consignment, "", sitting, store)


@router.get("/c/{consignment}/transit/{movement}")
def transit(request: Request, consignment: str, movement: str, sitting: Sitting, store: Memory) -> Response:
    """The transit document of a movement that has its number."""
    return _paper(request, "transit.html", consignment, movement, sitting, store)


def _paper(
    request: Request, template: str, consignment: str, movement: str, sitting: Sitting, store: Memory
) -> Response:
    state = store.state(consignment, sitting.actor)
    move = state.movements.get(movement) if state else None
    if state is None or (movement and (move is None or not move.mrn)):
        return page(request, "absent.html", 404, who=sitting.actor, csrf=sitting.csrf)
    code = move.mrn if move else consignment
    given: dict[str, Any] = {
        "state": state,
        "move": move,
        "code": code,
        "barcode": Markup(svg(code)),
        "now": store.now(),
    }
    return page(request, template, who=sitting.actor, csrf=sitting.csrf, **given)
