"""Learned: a step by the times that the service has recorded, lane by lane."""

from collections.abc import Sequence

from karvan.engines.simulate.model import Step
from karvan.engines.simulate.plan import Plan, laws, steps
from karvan.network.compile.day import ELECTRONIC, PAPER, Row, lanes, of


def learned_step(plan: Plan, row: Row, models: Sequence[Row]) -> list[Step]:
    """The steps of a step of procedures that has rows of ``dwell_models``; branches count within the list.

    Those who lodge before arrival (``electronic_share``) go by their own rows, where there are any.
    """
    meter = plan.meter(row["node_id"] or row["procedure_id"], "papers") if row["step"] == "papers" else -1
    paper, quick = (_timed(plan, of(models, lodged), meter) for lodged in (PAPER, ELECTRONIC))
    share = row["electronic_share"] or 0.0
    if not paper or not quick or share in (0.0, 1.0):
        return quick if (share == 1.0 and quick) or not paper else paper
    return [steps.branch(share, f"+{len(paper) + 2}"), *paper, steps.branch(1.0, f"+{len(quick) + 1}"), *quick]


def _timed(plan: Plan, models: Sequence[Row], meter: int) -> list[Step]:
    """The time before the lanes, then one of the lanes by its share."""
    out = [step for row in models if row["lane"] == "all" for step in _one(plan, row, meter)]
    blocks = [(row["share"], _one(plan, row, meter)) for row in lanes(models)]
    left = 1.0
    for number, (share, block) in enumerate(blocks):
        after = sum(len(one) + 2 for _, one in blocks[number + 1 : -1]) + (
            len(blocks[-1][1]) if number + 1 < len(blocks) else 0
        )
        if number + 1 == len(blocks):
            out += block
        else:
            passed = min(1.0, max(0.0, 1.0 - share / left)) if left > 0 else 0.0
            out += [steps.branch(passed, f"+{len(block) + 2}"), *block, steps.branch(1.0, f"+{after + 1}")]
        left -= share
    return out


def _one(plan: Plan, row: Row, meter: int) -> list[Step]:
    """The time of one row, passed by those whom it takes none."""
    if row["at_once"] >= 1 or row["hours"] <= 0:
        return []
    law = laws.of_kind(plan.model, f"dwell_models {row['procedure_id']}", row["time_kind"], row["hours"],
                       row["hours_sd"] / row["hours"])  # fmt: skip
    skip = [steps.branch(row["at_once"], "+2")] if row["at_once"] > 0 else []
    return [*skip, steps.delay(law, meter)]
