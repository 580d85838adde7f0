"""Whether the service is up."""

import psycopg
from fastapi import APIRouter, Response
from psycopg_pool import PoolTimeout
from pydantic import BaseModel

from karvan.api.who import Memory

router = APIRouter(tags=["health"])


class Status(BaseModel):
    """``up``, or ``down`` where the database does not answer."""

    status: str


@router.get("/healthz")
def healthz() -> Status:
    """The process answers."""
    return Status(status="up")


@router.get("/readyz", responses={503: {"model": Status, "description": "the database does not answer"}})
def readyz(store: Memory, response: Response) -> Status:
    """The database answers too."""
    try:
        with store.pool.connection(timeout=2) as connection:
            connection.execute("select 1")
    except (psycopg.OperationalError, PoolTimeout):
        response.status_code = 503
        return Status(status="down")
    return Status(status="up")


@router.get("/status", responses={503: {"model": Status, "description": "the database does not answer"}})
def status(store: Memory, response: Response) -> Status:
    """The same, for the public."""
    return readyz(store, response)
