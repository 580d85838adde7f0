"""Tell: the rows of the frames that ``fleet`` gives back."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from karvan.studies.fleet.lines import HOURS_YEAR, Line
from karvan.studies.fleet.search import Found
from karvan.studies.fleet.stock import STOCK
from karvan.studies.fleet.trial import Candidate, Seen

F, N, S, B = pl.Float64(), pl.Int64(), pl.String(), pl.Boolean()
FALLS_M = (0.0, 0.25, 0.5, 1.0, 1.5)
"""Metres by which a sea may fall, told in the frame ``sea``."""
DOES = {"usd_year": F, "usd_piece": F, "kt": F, "kt_most": F, "carried": F, "wait_h": F, "wait_h_ci95": F, "wait_p90_h": F,
        "wait_p90_h_ci95": F, "rounds_week": F, "load_factor": F, "round_h": F}  # fmt: skip
KEY = {"year": N, "line": S}
SHAPES = {
    "fleets": {**KEY, "name": S, "class": S, "operator": S, "before": N, "vehicles": N, "rule": S, "status": S, "cause": S,
               "proven": B, "together": B, "simulated": N, "bounded": N, "kt_asked": F, "room": F, **DOES},
    "curve": {**KEY, "vehicles": N, "rule": S, **DOES, "one_more_wait_h": F, "one_more_usd": F},
    "rules": {**KEY, "vehicles": N, "rule": S, **DOES},
    "tried": {**KEY, "vehicles": N, "rule": S, "usd_least": F, "by": S, "verdict": S, "says": S},
    "sea": {**KEY, "falls_m": F, "room": F, "kt_most": F, "vehicles_least": N},
    "stock": STOCK,
}  # fmt: skip


@dataclass
class Rows:
    """Rows by frame, as they come."""

    rows: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))

    def frames(self) -> dict[str, pl.DataFrame]:
        """All frames, each with its columns."""
        return {name: pl.DataFrame(self.rows[name], schema=shape, orient="row") for name, shape in SHAPES.items()}

    def fleet(self, year: int, line: Line, found: Found, view: Seen, together: bool) -> None:
        """The answer for a line; without one, what today's fleet does."""
        row, pick = line.row, found.pick
        vehicles = pick.vehicles if pick else row["vehicles"]
        by = [one.by for one in found.tried]
        self.rows["fleets"].append((
            year, line.name, row["name"], row["class_id"], row["operator_id"], row["vehicles"],
            pick.vehicles if pick else None, pick.rule if pick else None, "found" if pick else "none", found.cause,
            found.proven, together, by.count("simulated"), by.count("bound"), line.kt, line.room,
            *_does(view, line, vehicles),
        ))  # fmt: skip

    def curve(self, year: int, line: Line, pick: Candidate, trial: Callable[[Candidate], Seen]) -> None:
        """One ship fewer to two more, and what the next one brings."""
        fleets = [Candidate(number, pick.rule) for number in range(max(1, pick.vehicles - 1), pick.vehicles + 4)]
        does = [(one, trial(one)) for one in fleets]
        for (one, now), (_, more) in pairwise(does):
            self.rows["curve"].append((year, line.name, one.vehicles, one.rule, *_does(now, line, one.vehicles),
                                       more.wait_h - now.wait_h, more.usd - now.usd))  # fmt: skip

    def rules(
        self, year: int, line: Line, pick: Candidate, rules: Sequence[str], trial: Callable[[Candidate], Seen]
    ) -> None:
        """The same ships by each rule of departure."""
        named = dict.fromkeys(line.row["dispatch"] or "own" if rule == "own" else rule for rule in rules)
        for rule in named:
            does = trial(Candidate(pick.vehicles, rule))
            self.rows["rules"].append((year, line.name, pick.vehicles, rule, *_does(does, line, pick.vehicles)))

    def tried(self, year: int, line: Line, found: Found) -> None:
        """Every candidate, the least it can cost first, and what was found of it."""
        for one in found.tried:
            cells = (one.one.vehicles, one.one.rule, one.usd_least, one.by, one.verdict, one.words)
            self.rows["tried"].append((year, line.name, *cells))

    def sea(self, year: int, share: float, pick: Candidate, lower: Mapping[float, Line], days: float) -> None:
        """What the fleet can carry in calm weather, and the fewest ships by the bound, as the sea falls."""
        for fall, line in lower.items():
            rounds = min(pick.vehicles * HOURS_YEAR / line.round_h, line.ceiling()[0])
            most = rounds / line.rounds_asked * line.kt
            least = line.least(share, 24.0 * days)
            self.rows["sea"].append((year, line.name, fall, line.room, most, least))


def _does(one: Seen, line: Line, vehicles: int) -> tuple[float, ...]:
    """The cells of ``DOES``; ``round_h``: hours a ship takes for a round with all its waits."""
    round_h = vehicles * HOURS_YEAR / max(one.rounds, 1e-9)
    return (one.usd, one.usd_piece, one.kt, one.kt_most, one.carried, one.wait_h, one.wait_h_ci95, one.wait_p90_h,
            one.wait_p90_h_ci95, one.rounds * 7.0 / 365.0, one.load_factor, round_h)  # fmt: skip
