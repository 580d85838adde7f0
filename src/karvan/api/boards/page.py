"""Making a page: its template, its words, its headers."""

from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from karvan.api.boards.words import LANGUAGES, language, words

MADE = Environment(
    loader=PackageLoader("karvan.api.boards"),
    autoescape=select_autoescape(default=True, default_for_string=True),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""No script, no frame, nothing from elsewhere; nothing kept by the browser."""


def page(request: Request, template: str, status: int = 200, **given: Any) -> HTMLResponse:
    """A page in the language of the request."""
    speech = language(request)
    own = words()[speech]
    made = MADE.get_template(template).render(
        say=lambda key: own.get(key, key.replace("_", " ")),
        speech=speech,
        languages=LANGUAGES,
        here=request.url.path,
        **{"who": None, "csrf": "", **given},
    )
    return HTMLResponse(made, status, HEADERS)
