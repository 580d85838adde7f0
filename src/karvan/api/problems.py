"""Every refusal as a problem of RFC 9457: what is wrong, where it stands, and what is allowed instead."""

from collections.abc import Sequence
from typing import Any

import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from karvan.ops.decide import Code, Refusal
from karvan.ops.store import KeyBusy, KeyReused, Stale

TYPE = "application/problem+json"


class ProblemError(BaseModel):
    """One objection: its code, a pointer into the request (RFC 6901), and what to do."""

    code: int
    pointer: str
    detail: str


class Problem(BaseModel):
    """Why a request was not done. ``allowed`` are the kinds of commands that the state and the role allow next."""

    type: str = "about:blank"
    title: str
    status: int
    code: int
    pointer: str = ""
    detail: str
    errors: list[ProblemError] = []
    allowed: list[str] = []


def of_refusal(refusal: Refusal) -> JSONResponse:
    """A refused command: 404 absent, 422 field, 409 sequence or rule, 403 authority."""
    code = refusal.code
    status = 404 if code is Code.ABSENT else {1: 422, 2: 409, 3: 409, 5: 403}[code // 100]
    errors = [ProblemError(code=each.code, pointer=each.pointer, detail=each.message) for each in refusal.objections]
    return answer(status, code, refusal.objections[0].message, refusal.pointer, errors, refusal.allowed)


def answer(
    status: int,
    code: int,
    detail: str,
    pointer: str = "",
    errors: Sequence[ProblemError] = (),
    allowed: Sequence[str] = (),
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """A problem as an answer."""
    problem = Problem(
        title=TITLES[status],
        status=status,
        code=code,
        pointer=pointer,
        detail=detail,
        errors=list(errors),
        allowed=list(allowed),
    )
    return JSONResponse(problem.model_dump(), status, headers, TYPE)


TITLES = {
    400: "The request cannot be read",
    401: "Who are you?",
    403: "You may not",
    404: "Not there",
    405: "Not so",
    409: "Not now",
    412: "Changed meanwhile",
    413: "Too large",
    422: "A field is wrong",
    500: "A defect of the service",
    503: "Back soon",
    507: "No room",
}


def _fields(error: RequestValidationError) -> JSONResponse:
    errors = [
        ProblemError(code=Code.FIELD, pointer=_pointer(each["loc"]), detail=each["msg"]) for each in error.errors()
    ]
    if any(each["type"] == "json_invalid" for each in error.errors()):
        return answer(400, Code.FIELD, "the body is not JSON")
    return answer(422, Code.FIELD, errors[0].detail, errors[0].pointer, errors)


def _pointer(where: Sequence[Any]) -> str:
    """The pointer into the body; for what is no part of it, the name of the parameter after ``#``."""
    head, *rest = where
    parts = "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in rest)
    return parts if head == "body" else f"#{head}{parts}"


def add(app: FastAPI) -> None:
    """Makes a problem of every error that a request may meet."""

    @app.exception_handler(RequestValidationError)
    def fields(request: Request, error: RequestValidationError) -> JSONResponse:
        return _fields(error)

    @app.exception_handler(HTTPException)
    def http(request: Request, error: HTTPException) -> JSONResponse:
        status = error.status_code if error.status_code in TITLES else 400
        return answer(status, Code.FIELD, str(error.detail), headers=dict(error.headers or {}))

    @app.exception_handler(Stale)
    def stale(request: Request, error: Stale) -> JSONResponse:
        told = f"the version is {error.version} now: read it again"
        return answer(412, Code.SEQUENCE, told, "#header/If-Match", headers={"ETag": f'"{error.version}"'})

    @app.exception_handler(KeyReused)
    def reused(request: Request, error: KeyReused) -> JSONResponse:
        return answer(422, Code.FIELD, "the key was used for another request", "#header/Idempotency-Key")

    @app.exception_handler(KeyBusy)
    def busy(request: Request, error: KeyBusy) -> JSONResponse:
        told = "a request with this key, or on this subject, is still running"
        return answer(409, Code.SEQUENCE, told, headers={"Retry-After": "1"})

    @app.exception_handler(psycopg.Error)
    def database(request: Request, error: psycopg.Error) -> JSONResponse:
        return _database(error)


def _database(error: psycopg.Error) -> JSONResponse:
    """What a failing database means: no room, back soon, or a defect of ours."""
    if isinstance(error, psycopg.errors.DiskFull):
        return answer(507, 401, "the database has no room: nothing was changed", headers={"Retry-After": "60"})
    if isinstance(error, (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction)):
        told = "the database does not answer: repeat with the same key"
        return answer(503, 402, told, headers={"Retry-After": "1"})
    return answer(500, 403, "this is a defect: nothing was changed")
