"""Every error of Karvan. All say what is wrong, where, and what would cure it.

KarvanError
├── InputError        the user's input is wrong: nothing was computed, nothing was written
│   ├── FaultsError   a folder of tables has faults; carries them all
│   │   └── MessageError  an outside message has faults; carries them all, each with its field
│   ├── NameUnknown   a place, commodity, card, column or key that is not there; carries the nearest names
│   ├── CardError     a scenario card that does not fit its schema or its corridor
│   ├── StudyError    a study file that does not fit its schema
│   └── QuoteError    a price, unit, currency or shipment that cannot be read
├── BalanceError      a result's balance does not close: a defect of Karvan, never of the user
└── Cancelled         the user stopped a long run; what was finished is kept
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


class KarvanError(Exception):
    """Parent of all errors that Karvan raises on purpose."""


class InputError(KarvanError):
    """The input is wrong; ``cure`` says what to do about it."""

    def __init__(self, message: str, *, cure: str = "") -> None:
        super().__init__(f"{message}\n  cure: {cure}" if cure else message)
        self.message = message
        self.cure = cure


@dataclass(frozen=True)
class Fault:
    """One fault of the input: where it stands, which rule it breaks, how to mend it.

    ``row`` counts data rows from 1 as a spreadsheet shows them less the header; 0 where no row is meant.
    ``level`` is ``error`` or ``warning``.
    """

    file: str
    row: int
    key: str
    column: str
    value: str
    rule: str
    cure: str
    nearest: str = ""
    level: str = "error"

    def __str__(self) -> str:
        place = self.file + (f", row {self.row}" if self.row else "") + (f" ({self.key})" if self.key else "")
        where = f"{place}, {self.column}" if self.column else place
        shown = f" = {self.value!r}" if self.value else ""
        near = f" Nearest: {self.nearest}." if self.nearest else ""
        return f"{where}{shown}: {self.rule}. {self.cure}.{near}"


class FaultsError(InputError):
    """A folder of tables has faults; ``faults`` holds them all, in the order of files and rows."""

    where = "the tables"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults[:50])
        more = f"\n  ... and {len(self.faults) - 50} more" if len(self.faults) > 50 else ""
        plural = "" if len(self.faults) == 1 else "s"
        super().__init__(f"{len(self.faults)} fault{plural} in {self.where}:\n{lines}{more}")


class MessageError(FaultsError):
    """A message from outside has faults; ``faults`` holds them all, ``column`` the pointer to each field (RFC 6901)."""

    where = "the message"


class NameUnknown(InputError):
    """A name that stands for nothing."""

    def __init__(self, kind: str, name: str, known: Iterable[str], *, cure: str = "") -> None:
        self.kind, self.name = kind, name
        self.nearest = nearest(name, known)
        hint = f"nearest: {', '.join(self.nearest)}" if self.nearest else "no name is near"
        super().__init__(f"no {kind} is called {name!r} ({hint})", cure=cure or "use one of the names above, or an id")


class CardError(InputError):
    """A scenario card that cannot be read or does not fit the corridor it is applied to."""


class StudyError(InputError):
    """A study file that cannot be read or asks for what is not there."""


class QuoteError(InputError):
    """A price, unit, currency, date or shipment that cannot be read."""


class BalanceError(KarvanError):
    """What went in is not what came out: a defect of Karvan itself."""


class Cancelled(KarvanError):
    """The user stopped a long run."""


def interrupted(error: BaseException | None) -> bool:
    """Whether an error is the user's interrupt, or one that compiled code made of it.

    >>> interrupted(KeyboardInterrupt()), interrupted(ValueError())
    (True, False)
    """
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> tuple[str, ...]:
    """The known names most like ``name``, best first, whatever their case.

    >>> nearest("aktua", ["Aktau", "Almaty", "Poti"])
    ('Aktau',)
    """
    by_fold: dict[str, str] = {}
    for word in known:
        by_fold.setdefault(word.casefold(), word)
    return tuple(by_fold[hit] for hit in get_close_matches(name.casefold(), by_fold, n=most, cutoff=0.6))
