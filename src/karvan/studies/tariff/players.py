"""Who sets prices: operators, alone or in groups."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from karvan.corridor import Corridor
from karvan.errors import InputError, NameUnknown
from karvan.studies.tariff.unions import MOST

USUAL = 8
KINDS = ("railway", "port", "shipping", "terminal")
"""Operators that set a tariff of the corridor; hauliers and customs do not."""


@dataclass(frozen=True)
class Player:
    """Operators that set their prices as one; ``country``: of the first of them."""

    name: str
    operators: tuple[str, ...]
    country: str


def chosen(corridor: Corridor, income: Mapping[str, float], asked: Sequence[str]) -> tuple[Player, ...]:
    """The players asked for: ``KTZ``, or a group ``KZ=KTZ+AAU_PORT``; none: railways, ports and lines that earn the most here.

    income: what each operator is paid on the corridor. Of the usual players only those count whose avoidable costs are
    known, where any are. Raises NameUnknown for an operator that nobody pays, InputError for one that is in two players.
    """
    country = dict(corridor.operators.select("operator_id", "country").iter_rows())
    groups = [_parsed(one) for one in asked] or [(name, (name,)) for name in _usual(corridor, income)]
    named = [one for _, operators in groups for one in operators]
    for one in named:
        if one not in income:
            raise NameUnknown("operator that is paid there", one, income)
    twice = sorted({one for one in named if named.count(one) > 1})
    if twice:
        raise InputError(f"{', '.join(twice)} would set its price twice", cure="name each operator in one player")
    if len(groups) > MOST:
        raise InputError(f"{len(groups)} players are too many", cure=f"put them in groups: at most {MOST}")
    if not groups:
        raise InputError("nobody is paid on this corridor", cure="name a corridor tag that freight takes, with on=")
    return tuple(Player(name, operators, country.get(operators[0]) or "") for name, operators in groups)


def _parsed(said: str) -> tuple[str, tuple[str, ...]]:
    name, _, members = said.partition("=")
    operators = tuple(part.strip() for part in (members or name).split("+") if part.strip())
    if not operators:
        raise InputError(f"{said!r} names no operator", cure="write KTZ, or a group as KZ=KTZ+AAU_PORT")
    return name.strip(), operators


def _usual(corridor: Corridor, income: Mapping[str, float]) -> list[str]:
    kinds = dict(corridor.operators.select("operator_id", "kind").iter_rows())
    known = set(corridor.costs["operator_id"])
    able = [name for name in income if income[name] > 0.0 and kinds.get(name) in KINDS and (not known or name in known)]
    return sorted(able, key=lambda name: (-income[name], name))[:USUAL]
