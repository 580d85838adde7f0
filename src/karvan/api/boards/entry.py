"""Coming in and going out: a session of a person at the boards, from the person's key."""

from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from secrets import compare_digest
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, HTTPException, Path, Request, Response
from fastapi.responses import RedirectResponse

from karvan.api.boards.page import HEADERS, page
from karvan.api.boards.words import COOKIE as LANGUAGE
from karvan.api.boards.words import LANGUAGES
from karvan.api.track import READER, Track, tracked
from karvan.api.who import Memory
from karvan.ops.decide import Actor
from karvan.ops.store import people

router = APIRouter(include_in_schema=False)
COOKIE = "karvan_session"


@dataclass(frozen=True, slots=True)
class Person:
    """Who sits at the board, and the token that each form must carry back: a page of another site cannot know it."""

    actor: Actor
    csrf: str


class ComeIn(Exception):
    """There is no session: the way in is shown instead."""


def to_the_way_in(request: Request, error: Exception) -> Response:
    """Leads who has no session to the form for the key."""
    return RedirectResponse("/boards/in", 303)


def person(request: Request, store: Memory) -> Person:
    """Whose session the cookie is."""
    token = request.cookies.get(COOKIE, "")
    actor = people.session(store.pool, token) if token else None
    if actor is None:
        raise ComeIn
    return Person(actor, sha256(f"form:{token}".encode()).hexdigest())


Sitting = Annotated[Person, Depends(person)]


def checked(sitting: Sitting, csrf: Annotated[str, Form()] = "") -> Person:
    """The person of a form that was made by this session's own page."""
    if not compare_digest(csrf.encode(), sitting.csrf.encode()):
        raise HTTPException(403, "the form is not of this session: open the page again")
    return sitting


Acting = Annotated[Person, Depends(checked)]


@router.get("/boards/in")
def way_in(request: Request) -> Response:
    """The form for the key."""
    return page(request, "in.html", wrong=False)


@router.post("/boards/in")
def come_in(request: Request, store: Memory, key: Annotated[str, Form(max_length=100)] = "") -> Response:
    """Opens a session for a key that holds."""
    token = people.open_session(store.pool, key.strip())
    if token is None:
        return page(request, "in.html", 401, wrong=True)
    answer = RedirectResponse("/boards", 303)
    secure = request.url.scheme == "https"
    age = people.HOURS * 3600
    answer.set_cookie(COOKIE, token, max_age=age, path="/boards", httponly=True, secure=secure, samesite="strict")
    return answer


@router.post("/boards/out")
def go_out(request: Request, store: Memory, sitting: Acting) -> Response:
    """Ends the session."""
    people.close_session(store.pool, request.cookies[COOKIE])
    answer = RedirectResponse("/boards/in", 303)
    answer.delete_cookie(COOKIE, path="/boards")
    return answer


@router.get("/boards/language/{chosen}")
def choose(request: Request, chosen: str) -> Response:
    """Remembers a language, and goes back to the page that was open."""
    back = urlsplit(request.headers.get("Referer", ""))
    ours = back.netloc == request.url.netloc and back.path.startswith(("/boards", "/t/"))
    answer = RedirectResponse(back.path if ours else "/boards", 303)
    if chosen in LANGUAGES:
        answer.set_cookie(LANGUAGE, chosen, max_age=31_536_000, path="/", httponly=True, samesite="lax")
    return answer


@router.get("/boards/style.css")
def style() -> Response:
    """How the pages look."""
    made = files("karvan.api.boards").joinpath("templates/style.css").read_text(encoding="utf-8")
    return Response(made, media_type="text/css", headers={**HEADERS, "Cache-Control": "max-age=3600"})


@router.get("/boards/fonts/{name}")
def font(name: Annotated[str, Path(pattern=r"^inter-[46]00\.woff2$")]) -> Response:
    """The typeface."""
    made = files("karvan.data").joinpath("fonts", name).read_bytes()
    return Response(made, media_type="font/woff2", headers={**HEADERS, "Cache-Control": "max-age=86400"})


@router.get("/t/{token}")
def public(request: Request, token: str, store: Memory) -> Response:
    """A consignment for whoever holds its link."""
    consignment = people.linked(store.pool, token)
    told = tracked(store, consignment, READER, request.app.state.predict) if consignment else None
    if told is None:
        return page(request, "absent.html", 404)
    return page(request, "public.html", track=Track.of(told, public=True))
