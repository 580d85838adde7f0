"""What the log teaches: how long each stop takes, told in cells that name nobody."""

from karvan.ops.learn.cells import Cell, Worth, cells, worth
from karvan.ops.learn.intervals import STAGES, Closed, Interval, intervals

__all__ = ["STAGES", "Cell", "Closed", "Interval", "Worth", "cells", "intervals", "worth"]
