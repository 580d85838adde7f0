"""What each command may be asked: one field an argument or option, with the words of its help.

The command line builds its options from these; importing them loads nothing else, so that help comes at once.
"""

from dataclasses import dataclass, field
from typing import Any


def argument(help: str, default: Any = None) -> Any:
    """A field that is given by its place; needed where it has no default."""
    meta = {"help": help, "argument": True}
    return field(metadata=meta) if default is None else field(default=default, metadata=meta)


def option(default: Any, help: str, shown: str = "", name: str = "") -> Any:
    """A field that is given by its name; ``shown`` stands for its value in the help."""
    return field(default=default, metadata={"help": help, "shown": shown, "name": name})


@dataclass(frozen=True, kw_only=True)
class Data:
    """How an answer is given out."""

    json: bool = option(False, "give the answer as JSON")
    csv: bool = option(False, "give the main table as CSV")


@dataclass(frozen=True, kw_only=True)
class Route(Data):
    """A shipment, and what is asked of its ways."""

    corridor: str = argument("a shipped corridor, or a folder")
    origin: str = argument("from: id, name or alias, in any case")
    destination: str = argument("to")
    commodity: str = option("container", "what is sent")
    feu: float = option(0.0, "how many 40-foot boxes")
    teu: float = option(0.0, "how many 20-foot boxes")
    hc40: float = option(0.0, "how many 40-foot high-cube boxes")
    wagons: float = option(0.0, "how many wagons")
    trucks: float = option(0.0, "how many trucks")
    tonnes: float = option(0.0, "net tonnes (beside boxes: of all of them)")
    minimise: str = option("cost", "what is best: cost (with time and risk), price, hours, co2 or risk", "WHAT")
    ways: int = option(1, "how many ways")
    pareto: bool = option(False, "all ways that nothing beats in price, hours, spread and CO2e")
    depart: str = option("", "day of departure", "2026-03-01")
    avoid: tuple[str, ...] = option((), "countries, places, operators, modes, corridors", "RU,IR")
    via: tuple[str, ...] = option((), "what every way must touch", "aktau")
    cards: tuple[str, ...] = option((), "scenario cards, by name or file, in order", "CARD,CARD", "with")
    price: tuple[str, ...] = option((), "a price of your own; may be repeated", "ferry=1150/FEU")
    tariff: tuple[str, ...] = option((), "cards (TOML) with tariffs of your own", "FILE")
    currency: str = option("USD", "money of your prices and of the answer", "EUR")
    price_year: int = option(0, "year of that money (0: of the corridor)", "2026")


@dataclass(frozen=True, kw_only=True)
class Assign(Data):
    """A year whose demand is spread over its ways."""

    corridor: str = argument("a shipped corridor, or a folder", "titr")
    year: int = option(0, "year of the demand (0: the corridor's own)", "2030")
    rule: str = option(
        "logit", "how freight chooses: logit, equilibrium (the cheapest) or optimum (least for all)", "RULE"
    )
    case: str = option("central", "outside series of later years: low, central or high", "CASE")
    ways: int = option(3, "how many ways are looked at on each corridor")
    gap: float = option(1e-6, "relative gap to reach")
    cards: tuple[str, ...] = option((), "scenario cards, by name or file, in order", "CARD,CARD", "with")
    against: str = option(
        "", "demand answers to its cost, against the corridor with only these cards (none: with no card)", "CARD,CARD"
    )


@dataclass(frozen=True, kw_only=True)
class Simulate(Data):
    """A time to simulate, and how often."""

    corridor: str = argument("a shipped corridor, or a folder", "titr")
    start: str = option("", "first day (empty: 1 January of the corridor's year)", "2027-01-01")
    days: float = option(365.0, "days counted")
    warmup: str = option("0", "days before them that are not counted, or found", "found")
    runs: int = option(10, "how often, with other random numbers each time")
    seed: int = option(1, "seed of the random numbers")
    threads: int = option(0, "runs side by side (0: as many as there are processors)")
    precision: float = option(0.0, "go on until the mean lead time is known to this share (0: do not)")
    trials: int = option(0, "try one more berth, server, slot or ship at so many of the worst places")
    trace: float = option(0.0, "days of the first run that are told train by train, ship by ship (in --json)")
    tags: tuple[str, ...] = option((), "corridors whose flows are sent (empty: middle)", "middle", "on")
    cards: tuple[str, ...] = option((), "scenario cards, by name or file, in order", "CARD,CARD", "with")


@dataclass(frozen=True, kw_only=True)
class Fit(Data):
    """A corridor whose free parameters are to meet its observations."""

    corridor: str = argument("a shipped corridor, or a folder", "titr")
    use: tuple[str, ...] = option((), "only these: quantities, places, years or ids", "2021,2022")
    draws: int = option(100, "draws that make the bands (0: by the slopes alone)")
    seed: int = option(1, "seed of the random numbers")
    threads: int = option(0, "draws side by side (0: as many as there are processors)")
    out: str = option("", "folder for the new edition and the tables; stopped work goes on", "DIR")
    cards: tuple[str, ...] = option((), "scenario cards, by name or file, in order", "CARD,CARD", "with")


@dataclass(frozen=True, kw_only=True)
class Fleet(Data):
    """A target that the ships of a line are to meet, and how they are sought."""

    corridor: str = argument("a shipped corridor, or a folder", "titr")
    kt: float = option(0.0, "thousand tonnes a year that are to come to the one line asked for")
    carried: float = option(0.95, "share of what comes that is to be carried")
    wait: float = option(0.0, "hours for a ship, on average (0: not asked)")
    wait_p90: float = option(0.0, "hours for a ship of nine pieces in ten (0: not asked)")
    weather: float = option(0.0, "share to make good of the rounds that weather takes (0: not asked)")
    lines: tuple[str, ...] = option((), "only these lines", "ferry-kur-ala")
    years: tuple[str, ...] = option((), "years (empty: the corridor's own)", "2025,2030")
    rules: tuple[str, ...] = option((), "rules of departure tried (empty: own and timetable)", "full,timetable")
    most: int = option(12, "ships of a line at most")
    ship_day: tuple[str, ...] = option((), "USD a ship and day by class, before the table costs", "feeder=3500")
    days: float = option(365.0, "days counted")
    warmup: float = option(30.0, "days before them that are not counted")
    runs: int = option(4, "how often each fleet is simulated, on the same random numbers")
    seed: int = option(1, "seed of the random numbers")
    threads: int = option(0, "runs side by side (0: as many as there are processors)")
    tags: tuple[str, ...] = option((), "corridors whose flows are sent (empty: middle)", "middle", "on")
    cards: tuple[str, ...] = option((), "scenario cards, by name or file, in order", "CARD,CARD", "with")


@dataclass(frozen=True, kw_only=True)
class Tariff(Data):
    """A corridor whose prices are set apart and together."""

    corridor: str = argument("a shipped corridor, or a folder", "titr")
    players: tuple[str, ...] = option(
        (), "operators, or groups (empty: the eight that earn the most)", "KTZ,AZ=ADY+POB"
    )
    on: str = option("middle", "corridor whose prices are set, or any", "TAG")
    year: int = option(0, "year of the demand (0: the corridor's own)", "2027")
    conduct: str = option("1", "0 (nobody takes more than its cost) to 1 (all that suits it), or today", "N")
    floor: tuple[str, ...] = option((), "least price, times today's", "KTZ=0.8")
    cap: tuple[str, ...] = option((), "highest price, times today's", "KTZ=1.5,ASCO=2")
    target: float = option(0.0, "thousand tonnes that joint prices keep (0: those of today)", "KT")
    ended: tuple[str, ...] = option((), "payers of subsidies that pay no more", "PLATFORM")
    quick: bool = option(False, "leave out the unions of players, and with them the division")
    cards: tuple[str, ...] = option((), "scenario cards, by name or file, in order", "CARD,CARD", "with")


@dataclass(frozen=True, kw_only=True)
class Compare(Data):
    """Two results, the first being the base."""

    base: str = argument("a folder that result.save(folder) wrote")
    other: str = argument("another")


@dataclass(frozen=True, kw_only=True)
class Load(Data):
    """A corridor, and what of it is shown."""

    corridor: str = argument("a shipped corridor, or a folder", "titr")
    sources: bool = option(False, "show where its numbers come from")
    table: str = option("", "show one table", "links")


@dataclass(frozen=True, kw_only=True)
class Check(Data):
    """A folder to check."""

    path: str = argument("a folder of tables, a workbook, or a shipped corridor")


@dataclass(frozen=True, kw_only=True)
class New:
    """A folder to make."""

    path: str = argument("the folder to make")


@dataclass(frozen=True, kw_only=True)
class Study:
    """A study file to run."""

    study: str = argument("a study file, a run.json to repeat, or a shipped study", "titr")
    out: str = option("out", "folder for the results", "DIR")
    fresh: bool = option(False, "compute again what is kept from before")


@dataclass(frozen=True, kw_only=True)
class Cards(Data):
    """Which cards there are."""


@dataclass(frozen=True, kw_only=True)
class Card(Data):
    """One card."""

    card: str = argument("a card, by name or file")


@dataclass(frozen=True, kw_only=True)
class Two(Data):
    """Two cards, and the corridor they are laid over."""

    one: str = argument("a card, by name or file; - for the corridor as it is")
    other: str = argument("another")
    corridor: str = option("titr", "a shipped corridor, or a folder", "NAME")
