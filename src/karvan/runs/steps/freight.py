"""The word ``assign`` in a study: a year's freight in each scenario, later ones against the first where demand answers."""

from collections.abc import Mapping

from karvan.corridor import Corridor
from karvan.engines.assign import Assigned, assign
from karvan.report.freight import finding
from karvan.result import Result
from karvan.runs.plain import text
from karvan.runs.steps.asked import Asked


def scenarios(asked: Asked) -> tuple[str, ...]:
    """The scenarios whose freight is assigned, in order."""
    return asked.assign.scenarios or tuple(one.name for one in asked.scenario)


def computed(asked: Asked, corridor: Corridor, scenario: str, laid: Mapping[str, Corridor]) -> Assigned:
    """The freight of one scenario."""
    said, first = asked.assign, scenarios(asked)[0]
    against = laid[first] if said.elastic and scenario != first else None
    return assign(corridor, year=said.year or None, rule=said.rule, case=said.case, against=against)


def told(found: Mapping[str, Result], measure: str) -> list[str]:
    """A sentence for each scenario."""
    return [text.wrap(f"{name}: {finding(result, measure)}.") for name, result in found.items()]
