"""Study files: what a study asks, read from TOML or from the ``run.json`` of an earlier run, and checked."""

import datetime as dt
import json
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from karvan.data import load
from karvan.errors import NameUnknown, StudyError, nearest
from karvan.shipment import Shipment

Word = Literal["rivals", "pareto", "findings", "year", "assign", "backcast"]
WORDS: tuple[Word, ...] = ("rivals", "pareto", "findings")
"""What is computed where a study does not say."""
SIZES = ("feu", "teu", "hc40", "wagons", "trucks", "tonnes")
NAME = r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$"


class Laid(BaseModel):
    """A scenario of a study: a name, and the cards laid over the corridor in order (none: the corridor as it is)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME)
    cards: tuple[str, ...] = ()


class Year(BaseModel):
    """How the word ``year`` simulates: its days, runs and seed; ``trials`` of one more in the first scenario; days of ``trace``.

    ``start``: first day; left out, 1 January of the corridor's year. ``tags``: the corridors whose flows are sent.
    ``scenarios``: which are simulated; left out, all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: dt.date | None = None
    days: float = Field(default=365.0, ge=1)
    warmup: float = Field(default=0.0, ge=0)
    runs: int = Field(default=20, ge=2)
    seed: int = 1
    trials: int = Field(default=0, ge=0)
    trace: float = Field(default=0.0, ge=0)
    tags: tuple[str, ...] = ("middle",)
    scenarios: tuple[str, ...] = ()


class Assign(BaseModel):
    """How the word ``assign`` spreads a year's freight: ``year`` (left out, the corridor's own), rule and case of outside series.

    ``scenarios``: which are assigned; left out, all. ``elastic``: whether demand of later scenarios answers to their costs against
    those of the first.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    year: int = Field(default=0, ge=0)
    rule: Literal["logit", "equilibrium", "optimum"] = "logit"
    case: Literal["low", "central", "high"] = "central"
    scenarios: tuple[str, ...] = ()
    elastic: bool = False


class Backcast(BaseModel):
    """How the word ``backcast`` computes: the years of each scenario, draws and seed; places whose freight is told, and the
    country whose trains are counted.

    ``drivers``: the digest of the table of drivers that the study was sealed with; a table that has changed since is refused.
    ``edition``: that of the fitted edition, which the answer is set against.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    years: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    draws: int = Field(default=200, ge=20)
    seed: int = 1
    ports: tuple[str, ...] = ()
    trains_from: str = ""
    drivers: str = ""
    edition: str = ""


class Asked(BaseModel):
    """What a study asks: one shipment to several destinations, on one corridor, in one or more scenarios.

    ``origin``, ``destinations``, ``commodity``: ids, names or aliases. Exactly one size. ``depart``: day of departure;
    left out, the day the corridor speaks of. ``measure``: the corridor whose ways are set against the others. The first
    scenario is the base. ``words``: what is computed.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=NAME)
    title: str = ""
    corridor: str = "titr"
    origin: str
    destinations: tuple[str, ...] = Field(min_length=1)
    commodity: str = "container"
    feu: float = Field(default=0.0, ge=0)
    teu: float = Field(default=0.0, ge=0)
    hc40: float = Field(default=0.0, ge=0)
    wagons: float = Field(default=0.0, ge=0)
    trucks: float = Field(default=0.0, ge=0)
    tonnes: float = Field(default=0.0, ge=0)
    depart: dt.date | None = None
    measure: str = "middle"
    avoid: tuple[str, ...] = ()
    scenario: tuple[Laid, ...] = Field(min_length=1)
    words: tuple[Word, ...] = WORDS
    year: Year = Year()
    assign: Assign = Assign()
    backcast: Backcast = Backcast()

    @model_validator(mode="after")
    def _sound(self) -> "Asked":
        twice = [name for name, count in Counter(one.name for one in self.scenario).items() if count > 1]
        if twice:
            raise ValueError(f"two scenarios are called {twice[0]!r}")
        if "findings" in self.words and "rivals" not in self.words:
            raise ValueError("findings need rivals: add it to words")
        known = [one.name for one in self.scenario]
        for word, names in (
            ("year", self.year.scenarios),
            ("assign", self.assign.scenarios),
            ("backcast", self.backcast.years),
        ):
            lost = [name for name in names if name not in known]
            if lost:
                raise ValueError(
                    f"{word} takes {lost[0]!r}, and no scenario is called so (there are {', '.join(known)})"
                )
        return self

    def shipment(self, destination: str) -> Shipment:
        """The shipment to one of the destinations. Raises QuoteError where not exactly one size is given."""
        sizes = {name: getattr(self, name) for name in SIZES}
        return Shipment(self.origin, destination, commodity=self.commodity, ready=self.depart, **sizes)


def read(said: str | Path) -> tuple[Asked, Path, dict[str, Any]]:
    """A study of a file or of a shipped name; the folder that its paths start from; and the run it repeats, if any.

    Raises StudyError, naming file, key and the nearest key, where it cannot be read.
    """
    path = Path(said)
    known = {file.stem: file for file in load.studies_folder().glob("*.toml")}
    if str(said) in known:
        path = known[str(said)]
    elif path.suffix not in (".toml", ".json"):
        raise NameUnknown(
            "shipped study", str(said), known, cure=f"name one of {', '.join(known)}, or a study file (TOML)"
        )
    if not path.is_file():
        raise StudyError(f"there is no study file {path}", cure="give a file that is there, or a shipped study's name")
    content = _content(path)
    if path.suffix == ".json":
        if not isinstance(content.get("study"), dict) or "corridor" not in content:
            raise StudyError(f"{path.name} is no run of a study", cure="give the run.json that a study wrote")
        return _checked(path.name, content["study"]), Path(content.get("folder", ".")), content
    return _checked(path.name, content), path.parent, {}


def _content(path: Path) -> dict[str, Any]:
    try:
        said = path.read_text(encoding="utf-8")
        found = json.loads(said) if path.suffix == ".json" else tomllib.loads(said)
    except UnicodeDecodeError as fault:
        raise StudyError(f"{path.name} is not a text in UTF-8", cure="save it as UTF-8") from fault
    except ValueError as fault:
        kind = "JSON" if path.suffix == ".json" else "TOML"
        raise StudyError(f"{path.name} is no {kind}: {fault}", cure="mend the line named") from fault
    if not isinstance(found, dict):
        raise StudyError(f"{path.name} is no run of a study", cure="give the run.json that a study wrote")
    return found


def _checked(file: str, content: dict[str, Any]) -> Asked:
    try:
        return Asked.model_validate(content)
    except ValidationError as faults:
        said = "\n  ".join(_said(file, fault["loc"], fault["type"], fault["msg"]) for fault in faults.errors())
        raise StudyError(said, cure=f"the keys of a study are {', '.join(Asked.model_fields)}") from faults


def _said(file: str, place: tuple[str | int, ...], kind: str, message: str) -> str:
    key = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    if kind == "extra_forbidden":
        known = Laid.model_fields if len(place) > 1 else Asked.model_fields
        near = nearest(str(place[-1]), known)
        return f"{file}: no key {key!r}" + (f" (nearest: {', '.join(near)})" if near else "")
    if kind == "missing":
        return f"{file}: the key {key!r} is missing"
    return f"{file}{', ' + key if key else ''}: {message.removeprefix('Value error, ')}"
