"""Where a consignment is, since when, what it waits for, who must act, and when it may arrive."""

from karvan.ops.track.predict import Arrival, Predictor
from karvan.ops.track.track import Standing, Tracked, track
from karvan.ops.track.waits import Wait, waits

__all__ = ["Arrival", "Predictor", "Standing", "Tracked", "Wait", "track", "waits"]
