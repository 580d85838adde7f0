"""Tell: what the runs of a model were, as frames."""

from collections.abc import Sequence

import polars as pl

from karvan.engines.simulate.model import Ran
from karvan.engines.simulate.plan import Plan
from karvan.engines.simulate.tell.days import runs, timeline
from karvan.engines.simulate.tell.places import by_month, resources, waits, waits_by_month
from karvan.engines.simulate.tell.services import services
from karvan.engines.simulate.tell.shipments import shipments
from karvan.engines.simulate.tell.unstable import unstable


def tables(plan: Plan, ran: Sequence[Ran]) -> dict[str, pl.DataFrame]:
    """The frames ``shipments``, ``waits`` and ``resources`` (and by month), ``services``, ``timeline``, ``runs`` and ``unstable``."""
    at_work, ships = resources(plan, ran), services(plan, ran)
    return {
        "shipments": shipments(plan.parts, ran),
        "waits": waits(plan, ran),
        "waits_by_month": waits_by_month(plan, ran),
        "resources": at_work,
        "resources_by_month": by_month(plan, ran),
        "services": ships,
        "timeline": timeline(plan, ran),
        "runs": runs(plan, ran),
        "unstable": unstable(plan, at_work, ships),
    }
