"""Cells: laws and lane shares by stage, place and way of lodging, none of fewer than ten stops, thin ones drawn to the rest."""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from karvan.laws import LEAST, Dwell, dwell
from karvan.ops.learn.intervals import Interval

DRAWN = ("exponential", "lognormal", "gamma")
"""The laws that a simulation draws by their mean and deviation."""
AT_ONCE_H = 1 / 60
"""Up to a minute is no stop."""
Z95 = 1.6448536269514722
"""Half the width, in standard errors, of an interval of 90 %."""
Key = tuple[str, str, str, str, bool]


@dataclass(frozen=True, slots=True)
class Cell:
    """How long a stage lasts at a place (empty: anywhere else in the territory; both empty: anywhere else).

    ``share`` of those assessed have this lane (1 where the lane is ``all``), with its interval; ``at_once`` take no time,
    the others ``hours`` on average by ``law``; ``low`` and ``high`` hold the mean of these with 90 %.
    """

    stage: str
    place: str
    territory: str
    lane: str
    electronic: bool
    share: float
    share_low: float
    share_high: float
    at_once: float
    law: str
    hours: float
    hours_sd: float
    hours_p90: float
    low: float
    high: float
    cases: int
    censored: float

    def mean(self) -> float:
        """Mean hours of all, those that take no time with them."""
        return (1 - self.at_once) * self.hours


def cells(found: Iterable[Interval]) -> list[Cell]:
    """The cells of intervals. A place with fewer than ten stops that ended is told with its territory, a territory with all.

    Means of three places or more of a territory are drawn towards theirs by how little each is known (empirical Bayes).
    """
    groups: dict[Key, list[Interval]] = defaultdict(list)
    for one in found:
        for place, territory in ((one.place, one.territory), ("", one.territory), ("", "")):
            groups[one.stage, place, territory, one.lane, one.electronic].append(one)
    same: dict[tuple[int, ...], Cell | None] = {}  # a territory of one place, and all of one territory, are fitted once
    fitted: dict[Key, Cell] = {}
    for key, records in groups.items():
        who = tuple(map(id, records))
        cell = same[who] if who in same else same.setdefault(who, _cell(key, records))
        if cell is not None:
            fitted[key] = replace(cell, place=key[1], territory=key[2])
    shares = _shares(groups)
    drawn = _drawn(fitted)
    return [_shared(cell, shares.get(key, (1.0, 1.0, 1.0))) for key, cell in drawn.items()]


def _shared(cell: Cell, of: tuple[float, float, float]) -> Cell:
    return replace(cell, share=of[0], share_low=of[1], share_high=of[2])


def _cell(key: Key, records: Sequence[Interval]) -> Cell | None:
    """The law of a cell; none where fewer than ten stops have ended."""
    ended = sum(one.ended for one in records)
    if ended < LEAST:
        return None
    told = [one for one in records if max(one.hours, one.most) > AT_ONCE_H and one.hours > one.begun]
    at_once = sum(one.ended and max(one.hours, one.most) <= AT_ONCE_H for one in records) / len(records)
    stage, place, territory, lane, electronic = key
    blank = Cell(stage, place, territory, lane, electronic, 1.0, 1.0, 1.0, at_once, "fixed", 0.0, 0.0, 0.0, 0.0, 0.0,
                 len(records), 1 - ended / len(records))  # fmt: skip
    if sum(one.ended for one in told) < LEAST:
        return replace(blank, at_once=1.0) if at_once > 0.5 else None
    law = _law(told)
    low, high = _band(law.hours, law.hours_se / law.hours)
    return replace(
        blank, law=law.law, hours=law.hours, hours_sd=law.hours_sd, hours_p90=law.hours_p90, low=low, high=high
    )


def _law(told: Sequence[Interval]) -> Dwell:
    hours, begun, most = (np.array([getattr(one, name) for one in told]) for name in ("hours", "begun", "most"))
    ended, batch = [one.ended for one in told], [one.batch for one in told]
    return dwell(np.maximum(hours, 1e-4), ended, begun, most=most, batch=batch, laws=DRAWN)


def _band(hours: float, error: float) -> tuple[float, float]:
    """An interval of 90 % around a mean, by its relative standard error on the log."""
    return hours * math.exp(-Z95 * error), hours * math.exp(Z95 * error)


def _drawn(fitted: Mapping[Key, Cell]) -> dict[Key, Cell]:
    """Means of places drawn towards that of their territory, by DerSimonian and Laird's variance between them."""
    out = dict(fitted)
    peers: dict[Key, list[Key]] = defaultdict(list)
    for key, cell in fitted.items():
        stage, place, territory, lane, electronic = key
        if place and cell.hours:
            peers[stage, "", territory, lane, electronic].append(key)
    for keys in peers.values():
        if len(keys) < 3:
            continue
        size = np.log([fitted[key].hours for key in keys])
        error = np.array([math.log(fitted[key].high / fitted[key].low) / (2 * Z95) for key in keys])
        weight = 1 / error**2
        middle = float((weight * size).sum() / weight.sum())
        spare = weight.sum() - (weight**2).sum() / weight.sum()
        between = max(0.0, float((weight * (size - middle) ** 2).sum()) - len(keys) + 1) / spare
        middle = float((size / (error**2 + between)).sum() / (1 / (error**2 + between)).sum())
        for key, own, se in zip(keys, size, error, strict=True):
            trust = between / (between + se**2)
            beyond = (1 - trust) ** 2 / (1 / (error**2 + between)).sum()  # the middle is not known for sure either
            out[key] = _moved(
                fitted[key], math.exp(trust * own + (1 - trust) * middle), math.sqrt(trust * se**2 + beyond)
            )
    return out


def _moved(cell: Cell, hours: float, error: float) -> Cell:
    scale = hours / cell.hours
    low, high = _band(hours, error)
    return replace(
        cell, hours=hours, hours_sd=cell.hours_sd * scale, hours_p90=cell.hours_p90 * scale, low=low, high=high
    )


def _shares(groups: Mapping[Key, Sequence[Interval]]) -> dict[Key, tuple[float, float, float]]:
    """Of the controls of a place, the share of each lane, with an interval of 90 % (Wilson 1927)."""
    total: dict[tuple[str, str, bool], int] = defaultdict(int)
    for (stage, place, territory, _, electronic), records in groups.items():
        if stage == "control":
            total[place, territory, electronic] += len(records)
    out = {}
    for key, records in groups.items():
        if key[0] == "control":
            n = total[key[1], key[2], key[4]]
            share, z2 = len(records) / n, Z95**2
            middle, half = (share + z2 / (2 * n)), Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
            out[key] = (share, (middle - half) / (1 + z2 / n), (middle + half) / (1 + z2 / n))
    return out


@dataclass(frozen=True, slots=True)
class Worth:
    """What lodging before arrival is worth at a place: mean hours of clearance without and with it, and what it saves, with
    an interval of 90 %."""

    place: str
    territory: str
    paper_h: float
    electronic_h: float
    saved_h: float
    low: float
    high: float


def worth(found: Sequence[Cell]) -> list[Worth]:
    """The difference between those who lodged before arrival and those who did not, where both are known."""
    sums: dict[tuple[str, str], dict[bool, tuple[float, float]]] = defaultdict(dict)
    for place, territory, electronic in sorted({(one.place, one.territory, one.electronic) for one in found}):
        own = [one for one in found if (one.place, one.territory, one.electronic) == (place, territory, electronic)]
        total = clearance(own)
        if total is not None:
            sums[place, territory][electronic] = total
    return [_worth(place, territory, both) for (place, territory), both in sums.items() if len(both) == 2]


def clearance(own: Sequence[Cell]) -> tuple[float, float] | None:
    """Mean hours of formalities and control together, and their variance; none where either is not known.

    Lanes too thin for a law are told by those that have one.
    """
    before = [one for one in own if one.stage == "formalities"]
    lanes = [one for one in own if one.stage == "control"]
    if not before or not lanes:
        return None
    known = sum(one.share for one in lanes)
    parts = [(one, one.share / known) for one in lanes]
    mean = sum(share * one.mean() for one, share in parts)
    cases = sum(one.cases for one in lanes)
    spread = sum(share * (one.mean() - mean) ** 2 for one, share in parts) / cases
    variance = spread + sum((share * _error(one)) ** 2 for one, share in parts) + _error(before[0]) ** 2
    return before[0].mean() + mean, variance


def _error(cell: Cell) -> float:
    """Standard error of the mean of all: of those that take time, and of how many take none."""
    if not cell.hours:
        return 0.0
    own = (1 - cell.at_once) * cell.hours * math.log(cell.high / cell.low) / (2 * Z95)
    return math.hypot(own, cell.hours * math.sqrt(cell.at_once * (1 - cell.at_once) / cell.cases))


def _worth(place: str, territory: str, both: Mapping[bool, tuple[float, float]]) -> Worth:
    saved = both[False][0] - both[True][0]
    half = Z95 * math.sqrt(both[False][1] + both[True][1])
    return Worth(place, territory, both[False][0], both[True][0], saved, saved - half, saved + half)
