"""Guarantees: register one, set its limit or revoke it, read its balance."""

from fastapi import APIRouter, Response
from pydantic import BaseModel

from karvan.api.asked import REFUSALS, Asked, Done, Key, Match, done, there
from karvan.api.consignments import Name
from karvan.api.who import Caller, Memory
from karvan.ops.decide import Surety

router = APIRouter(prefix="/v1", tags=["guarantees"], responses=REFUSALS)


@router.post("/guarantees/{guarantee}/commands", status_code=201, response_model=Done)
def command(
    guarantee: Name, asked: Asked, actor: Caller, store: Memory, key: Key = None, match: Match = None
) -> Response:
    """Registers a guarantee (`GUARANTEE_REGISTERED`), sets its limit (`GUARANTEE_LIMITED`) or revokes it."""
    return done(store, asked.command(guarantee), actor, key, match)


class Balance(BaseModel):
    """A guarantee's limit, and what is bound of it, in US cents."""

    guarantee: str
    state: str
    limit_usd_cents: int
    bound_usd_cents: int


@router.get("/guarantees/{guarantee}/balance", response_model=Balance)
def balance(guarantee: Name, actor: Caller, store: Memory) -> Balance:
    """The balance of a guarantee, for its guarantor, its holder, and who sees a reservation of it."""
    surety: Surety = there(store.surety(guarantee, actor))
    return Balance(**{name: getattr(surety, name) for name in Balance.model_fields})
