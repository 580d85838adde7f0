"""The store: PostgreSQL keeps what was decided, and refuses by itself what must never happen."""

from karvan.ops.store.migrate import migrate, pending
from karvan.ops.store.store import KeyBusy, KeyReused, Outcome, Stale, Store

__all__ = ["KeyBusy", "KeyReused", "Outcome", "Stale", "Store", "migrate", "pending"]
