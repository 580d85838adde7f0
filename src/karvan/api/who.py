"""Who calls: the key of the Authorization header."""

from typing import Annotated

from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from karvan.ops.decide import Actor
from karvan.ops.store import Store
from karvan.ops.store.access import identify

BEARER = HTTPBearer(auto_error=False, description="The key of a person of a party.")


def store_of(request: Request) -> Store:
    """The store of the running service."""
    store: Store = request.app.state.store
    return store


Memory = Annotated[Store, Depends(store_of)]


def caller(store: Memory, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]) -> Actor:
    """Who calls; 401 without a key that holds."""
    actor = identify(store.pool, shown.credentials) if shown else None
    if actor is None:
        raise HTTPException(
            401, "show a key that holds: Authorization: Bearer karvan_...", {"WWW-Authenticate": "Bearer"}
        )
    return actor


Caller = Annotated[Actor, Depends(caller)]
