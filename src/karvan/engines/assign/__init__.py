"""Assign: how a year's demand spreads over the ways, with congestion and price."""

from dataclasses import dataclass

from karvan.corridor import Corridor
from karvan.engines.assign import tell
from karvan.engines.assign.prepared import SETTLED, Balanced, answering, balance, prepare
from karvan.errors import InputError
from karvan.kernels.flows import CONVERGED, OUT_OF_SWEEPS
from karvan.network.compile import param
from karvan.result import Result, Run
from karvan.version import VERSION

RULES = ("logit", "equilibrium", "optimum")
STATUS = {CONVERGED: "in balance", OUT_OF_SWEEPS: "not in balance: out of sweeps"}


@dataclass(frozen=True)
class Assigned(Result):
    """What ``assign`` gives back; its run's arguments hold the relative ``gap`` reached and the ``status``.

    ``ways``: a row a way that a row of demand may choose: share, kt, TEU, price, hours (of which waiting for others), CO2e,
    generalised cost. ``flows``: freight by link and direction. ``corridors``: by corridor and commodity, with the share.
    ``operators``: revenue. ``drawn``: by pair and goods, what may choose in the table and at the costs found, with both costs. ``shared``: what ways share: load, capacity, delay. For the logit alone: ``elasticities`` of freight by
    corridor and commodity to price and hours of each corridor, delays settled anew; ``prices``: what one more of each capacity
    is worth, its shadow price.
    """


def assign(
    corridor: Corridor,
    *,
    year: int | None = None,
    rule: str = "logit",
    case: str = "central",
    ways: int = 3,
    gap: float = 1e-6,
    against: Corridor | None = None,
) -> Assigned:
    """A year's demand over the ways of all corridors, so that no freight would choose otherwise.

    ``year``: of the demand table, or later (carried on by outside series, at ``case`` low, central or high); none: the
    corridor's own. ``rule``: logit (nested by corridor, with path size), equilibrium (all take the cheapest way) or optimum
    (all together pay the least). ``ways``: how many are looked at on each corridor. ``gap``: the relative gap to reach;
    where it is not, the result says so. ``against``: a corridor whose costs made the demand of the table (the same without a
    plan, say): what costs less than there draws more, by ``params`` ``cost_elasticity``; none: demand is as it stands.

    Freight that is captive to other ways is refused, with the reason. Raises InputError for a rule or number out of
    range, FaultsError for parameters of choice that are missing.

    >>> import karvan as kv
    >>> found = kv.assign(kv.load("toy"))
    >>> found.run.arguments["status"]
    'in balance'
    """
    if rule not in RULES:
        raise InputError(f"assign knows no rule {rule!r}", cure=f"one of {', '.join(RULES)}")
    if ways < 1 or not 0 < gap < 1:
        raise InputError("ways is at least 1 and gap lies between 0 and 1", cure="mend the argument")
    when = year or int(param(corridor, "as_of_year", corridor.price_year))
    ready = prepare(corridor, when, case=case, ways=ways)
    if against is not None:
        base = prepare(against, when, case=case, ways=ways)
        ready = answering(ready, base, balance(base, rule=rule, gap=gap).solved.level)
    found = balance(ready, rule=rule, gap=gap)
    arguments = {
        "year": when, "rule": rule, "case": case, "ways": ways, "gap_asked": gap, "gap": found.solved.gap,
        "status": _status(found), "against": against.digest if against is not None else "",
    }  # fmt: skip
    run = Run(
        "assign", arguments, corridor.name, corridor.edition, corridor.digest, corridor.price_year, VERSION,
        corridor.scenarios,
    )  # fmt: skip
    return Assigned(run, tell.tables(corridor, ready, found), tell.balance(ready, found.solved))


def _status(found: Balanced) -> str:
    status = STATUS.get(found.solved.status, "not in balance: a cost is no number")
    if found.solved.status == CONVERGED and found.moved > SETTLED:
        return f"not in balance: who comes still changes what is waited for ({found.moved:.1%} of all flow)"
    return status
