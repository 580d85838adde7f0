"""Search: the cheapest fleet of one line, and what refutes each cheaper one.

Candidates stand in the order of the least they can cost. Each is refuted by a bound, or simulated on the same random numbers
as the others, until the least cost of the next is no less than the cost of the best that met the target: branch and bound, so
that nothing cheaper is left untried.
"""

from collections.abc import Callable
from dataclasses import dataclass

from karvan.studies.fleet.asked import Sought, Target
from karvan.studies.fleet.lines import HOURS_YEAR, Line
from karvan.studies.fleet.trial import MET, UNCLEAR, Candidate, Seen, cause, overall, says, verdicts

Trial = Callable[[Candidate], Seen]


@dataclass(frozen=True)
class Tried:
    """A candidate, the least it can cost (USD a year), how it was judged (bound, simulated, costlier), and the words."""

    one: Candidate
    usd_least: float
    by: str
    verdict: str
    words: str


@dataclass(frozen=True)
class Found:
    """The answer for a line: its fleet (none where nothing met the target), whether no cheaper one can, or why there is none."""

    pick: Candidate | None
    proven: bool
    cause: str
    tried: tuple[Tried, ...]


def search(line: Line, target: Target, sought: Sought, trial: Trial, offered: float | None) -> Found:
    """The cheapest of the candidates that surely meets the target; ``offered`` as in ``trial.verdicts``."""
    most_rounds, berth = line.ceiling()
    if most_rounds < target.carried * line.rounds_asked:
        words = f"berths, not ships: {berth} lets {most_rounds:.0f} rounds a year through, {line.rounds_asked:.0f} are asked"
        return Found(None, True, words, ())
    hours = 24.0 * sought.days
    least = line.least(target.carried, hours)
    tried: list[Tried] = []
    best: tuple[float, Candidate] | None = None
    last: tuple[Seen, dict[str, str]] | None = None
    for usd, one in _ordered(line, target, sought):
        if best and usd >= best[0]:
            tried.append(Tried(one, usd, "bound", "costlier", f"costs at least {usd / 1e6:.2f} M USD"))
        elif one.vehicles < least:
            words = (
                f"{one.vehicles} ships make no more than {one.vehicles * HOURS_YEAR / line.round_h:.0f} rounds a year"
            )
            tried.append(Tried(one, usd, "bound", "fails", f"{words}, {line.rounds_asked:.0f} are asked"))
        else:
            one_seen = trial(one)
            found = verdicts(target, one_seen, offered)
            whole, last = overall(found), (one_seen, found)
            words = says(target, one_seen, found, offered) or f"costs {one_seen.usd / 1e6:.2f} M USD"
            tried.append(Tried(one, usd, "simulated", whole, words))
            if whole == MET and (best is None or (one_seen.usd, one) < best):
                best = one_seen.usd, one
    return _told(line, tried, best, last)


def _ordered(line: Line, target: Target, sought: Sought) -> list[tuple[float, Candidate]]:
    rules = dict.fromkeys(line.row["dispatch"] or "own" if rule == "own" else rule for rule in sought.rules)
    every = [Candidate(number, rule) for number in range(1, sought.most + 1) for rule in rules]
    return sorted((line.usd_least(one.vehicles, target.carried), one) for one in every)


def _told(
    line: Line,
    tried: list[Tried],
    best: tuple[float, Candidate] | None,
    last: tuple[Seen, dict[str, str]] | None,
) -> Found:
    if best:
        doubtful = [one for one in tried if one.verdict == UNCLEAR and one.usd_least < best[0]]
        return Found(best[1], not doubtful, "", tuple(tried))
    if last is None:
        return Found(None, True, f"ships: each of up to {len(tried)} fleets makes too few rounds", tuple(tried))
    return Found(None, False, cause(line, *last), tuple(tried))
