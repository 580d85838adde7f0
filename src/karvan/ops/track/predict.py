"""What an arrival is, and what foretells it: handed in from outside, since the service computes no corridor."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Arrival:
    """Hours from now until arrival that 1, 5 and 9 of 10 journeys do not exceed, given how long the present step has
    lasted; and ``usual_h``, the hours that 9 of 10 such steps do not exceed."""

    p10_h: float
    p50_h: float
    p90_h: float
    usual_h: float


class Predictor(Protocol):
    """Foretells arrivals."""

    def __call__(self, place: str, destination: str, moving: bool, elapsed_h: float) -> Arrival | None:
        """The arrival at ``destination`` of what is at ``place`` (UN/LOCODE), or left it where ``moving``, ``elapsed_h``
        ago; none where the corridor does not know the places or has no way between them."""
