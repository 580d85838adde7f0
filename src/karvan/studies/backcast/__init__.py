"""Back-cast: later years of a corridor computed from those that were counted."""

from karvan.studies.backcast.backcast import Backcast, Plan, backcast, drivers_digest
from karvan.studies.backcast.told import Asked

__all__ = ["Asked", "Backcast", "Plan", "backcast", "drivers_digest"]
