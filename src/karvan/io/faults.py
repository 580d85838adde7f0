"""All faults of a corridor's tables in one go. The schema is the only source of rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from karvan.errors import Fault, FaultsError, nearest
from karvan.io import cells, package, workbook
from karvan.io.cells import Finding, Tell, fixed
from karvan.io.package import About, Package, Sheet
from karvan.schema import NEEDED, TABLES
from karvan.schema.base import Fact
from karvan.schema.describe import told
from karvan.schema.shape import KINDS, empty

Frames = dict[str, pl.DataFrame]
LIKE = 0.4
"""Share of letter pairs that two names must have in common to be near."""


def find(path: Path | str) -> list[Fault]:
    """All faults and warnings of a corridor's folder or workbook, in the order of tables, rows and columns.

    Raises InputError where there is no such folder or file.
    """
    place = Path(path)
    raw = workbook.read(place) if place.suffix == ".xlsx" and place.is_file() else package.read(place)
    return check(raw)[1]


def sound(raw: Package) -> Frames:
    """The checked tables; FaultsError with all faults where any is an error."""
    frames, faults = check(raw)
    if package.faults_beyond(faults):
        raise FaultsError(faults)
    return frames


@dataclass(frozen=True)
class _Checked:
    """One table after its own check: typed rows, their places in the file, and what was found."""

    sheet: Sheet
    frame: pl.DataFrame
    findings: list[Finding]
    faults: list[Fault]


def check(raw: Package) -> tuple[Frames, list[Fault]]:
    """The tables in the shape of the schema, and every fault: of files, of cells, and between tables."""
    done = {table: _check_sheet(sheet) for table, sheet in raw.sheets.items()}
    frames = {table: one.frame for table, one in done.items()}
    faults = list(raw.faults)
    for table, one in done.items():
        links = [
            found for fact in TABLES[table].facts() if fact.ref for found in _reference(fact, one.frame, frames, raw)
        ]
        faults += sorted([*one.faults, *_told(one, [*one.findings, *links])], key=_order(table))
    faults += [_lacking(table) for table in NEEDED if table not in frames and table not in raw.loose]
    bare = [done[table].sheet for table in NEEDED if table in done and table not in raw.loose]
    faults += [_without_rows(sheet) for sheet in bare if _blank(sheet.frame).all()]
    if raw.told:
        new = [fault for fault in faults[len(raw.faults) :] if (fault.file, fault.row, fault.column) not in raw.told]
        faults = [*raw.faults, *new]
    return {table: one.frame.filter(~_blank(one.sheet.frame)) for table, one in done.items()}, faults


def check_one(sheet: Sheet, beside: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, list[Fault]]:
    """One table by itself: its rows, each at its place in the file, and its faults.

    References are checked where the table they name is ``beside`` it. The frame is in the shape of the schema; cells
    that could not be read are null.
    """
    done = _check_sheet(sheet)
    elsewhere = Package(About(""), {}, loose=frozenset(set(TABLES) - set(beside)))
    facts = (fact for fact in TABLES[sheet.table].facts() if fact.ref)
    links = [found for fact in facts for found in _reference(fact, done.frame, dict(beside), elsewhere)]
    faults = sorted([*done.faults, *_told(done, [*done.findings, *links])], key=_order(sheet.table))
    return done.frame, faults


def _lacking(table: str) -> Fault:
    about = " ".join((TABLES[table].__doc__ or "").split()).split(". ")[0]
    cure = f"Add {table}.csv (karvan new makes an empty one)"
    return Fault(f"{table}.csv", 0, "", "", "", f"the table is needed and not there: {about.rstrip('.')}", cure)


def _without_rows(sheet: Sheet) -> Fault:
    return Fault(sheet.file, 0, "", "", "", "the table is needed and has no rows", "Give it rows")


def _blank(frame: pl.DataFrame) -> pl.Series:
    """Which rows hold nothing at all."""
    if not frame.width:
        return pl.Series([], dtype=pl.Boolean)
    return frame.select(pl.all_horizontal(pl.all().is_null()).alias("blank"))["blank"]


def _order(table: str) -> "_Order":
    return _Order({fact.name: place for place, fact in enumerate(TABLES[table].facts())})


@dataclass(frozen=True)
class _Order:
    places: Mapping[str, int]

    def __call__(self, fault: Fault) -> tuple[int, int]:
        return fault.row, self.places.get(fault.column, -1)


def _check_sheet(sheet: Sheet) -> _Checked:
    """The rules of one table: its columns, then its cells column by column, then its key."""
    facts = {fact.name: fact for fact in TABLES[sheet.table].facts()}
    frame, blank = sheet.frame, _blank(sheet.frame)
    faults = _columns(sheet, facts)
    own = [name for name in frame.columns if name.startswith("x_") and name not in facts]
    findings: list[Finding] = []
    columns = []
    for name in (*facts, *own):
        fact = facts.get(name) or _own(name, sheet)
        if name in frame.columns:
            values, found = cells.read(fact, frame[name], sheet.typed)
            findings += [*found, *_rules(fact, values, _unread(found, blank))]
        else:
            values = pl.Series(name, [None], dtype=KINDS[fact.kind]).new_from_index(0, frame.height)
        columns.append(values.alias(name))
    typed = pl.DataFrame(columns) if columns else empty(sheet.table)
    keys = list(TABLES[sheet.table].key_columns())
    return _Checked(sheet, typed, [*findings, *_twice(typed, keys)], faults)


def _own(name: str, sheet: Sheet) -> Fact:
    kind = sheet.extra.get(name) or _kind_of(sheet.frame.schema[name])
    return Fact(name, kind, "a column of the corridor's own", "", None, False, False)


def _kind_of(dtype: pl.DataType) -> str:
    if dtype.is_numeric():
        return "whole" if dtype.is_integer() else "number"
    return "flag" if dtype == pl.Boolean else "day" if dtype in (pl.Date, pl.Datetime) else "text"


def _columns(sheet: Sheet, facts: Mapping[str, Fact]) -> list[Fault]:
    """Unknown columns with their nearest names, and needed ones that are missing and not just misspelt."""
    here = sheet.frame.columns
    missing = [name for name in facts if name not in here]
    faults: list[Fault] = []
    meant: set[str] = set()
    for name in here:
        if name in facts or name.startswith("x_"):
            continue
        lost = nearest(name.strip(), missing)
        near = next(iter(lost or nearest(name.strip(), facts)), "")
        meant.update(lost[:1])
        cure = f"Call it {near}" if lost else "Take it out, or begin its name with x_ to keep it"
        faults.append(Fault(sheet.file, 0, "", name, "", "the table has no such column", cure, near))
    for name in missing:
        if facts[name].needed and name not in meant:
            cure = f"Add it: {facts[name].meaning}, such as {told(facts[name].example)}"
            faults.append(Fault(sheet.file, 0, "", name, "", "the column is needed and not there", cure))
    return faults


def _unread(found: Iterable[Finding], blank: pl.Series) -> pl.Series:
    """Which cells are no longer to be judged: those of empty rows and those that were faulty already."""
    done = blank
    for one in found:
        if one.rows is None:
            return pl.Series([True]).new_from_index(0, blank.len())
        done = done.clone().scatter(one.rows, True)
    return done


def _rules(fact: Fact, values: pl.Series, done: pl.Series) -> list[Finding]:
    """Needed cells, bounds, usual range, choices, form and lists of one column."""
    found: list[tuple[pl.Series, Tell, str]] = []
    if fact.needed and values.null_count():
        cure = f"Fill it: {fact.meaning}, such as {told(fact.example)}"
        found.append((values.is_null() & ~done, fixed("the cell is needed and empty", cure), "error"))
    if fact.kind in ("number", "whole"):
        found += _bounds(fact, values)
    if fact.choices:
        found.append((~values.is_in(fact.choices), cells.choice(fact), "error"))
    if fact.regex:
        found.append((~values.str.contains(fact.regex), cells.form(fact), "error"))
    if fact.many:
        cure = "Join the parts by semicolons, without blanks: a;b"
        found.append(
            (values.str.contains(r",|\s;|;\s|;;|;$|^;"), fixed("is not a list joined by semicolons", cure), "error")
        )
    rows = ((mask.arg_true(), tell, level) for mask, tell, level in found)
    return [Finding(fact.name, row, tell, level) for row, tell, level in rows if row.len()]


def _bounds(fact: Fact, values: pl.Series) -> list[tuple[pl.Series, Tell, str]]:
    unit = f" {fact.unit}" if fact.unit else ""
    cure = "Mend the number or its unit"
    found: list[tuple[pl.Series, Tell, str]] = []
    if fact.low is not None:
        found.append((values < fact.low, fixed(f"must be at least {told(fact.low)}{unit}", cure), "error"))
    if fact.high is not None:
        found.append((values > fact.high, fixed(f"must be at most {told(fact.high)}{unit}", cure), "error"))
    if fact.usual:
        low, high = fact.usual
        odd = ~values.is_between(low, high)
        for bound, over in ((fact.low, values < (fact.low or 0)), (fact.high, values > (fact.high or 0))):
            odd = odd if bound is None else odd & ~over
        rule = f"is outside the usual {told(low)} to {told(high)}{unit}"
        found.append((odd, fixed(rule, "Check the number and its unit"), "warning"))
    return found


def _twice(frame: pl.DataFrame, keys: list[str]) -> list[Finding]:
    """Rows whose key an earlier row has."""
    if not frame.height:
        return []
    key = frame.select(pl.struct(keys).alias("key") if len(keys) > 1 else pl.col(keys[0]).alias("key"))
    if key["key"].n_unique() == frame.height:
        return []
    first = key.with_row_index("row").with_columns(pl.col("row").min().over("key").alias("first"))
    filled = pl.all_horizontal(pl.col(name).is_not_null() for name in keys)
    again = first.filter(frame.select(filled.alias("filled"))["filled"] & (pl.col("row") > pl.col("first")))
    return [Finding(keys[-1], again["row"], _taken, about=(again["first"] + 1).cast(pl.String))] if again.height else []


def _taken(row: str) -> tuple[str, str, str]:
    return f"the key is that of row {row} already", "Give the row another key, or take it out", ""


def _reference(fact: Fact, frame: pl.DataFrame, frames: Frames, raw: Package) -> list[Finding]:
    """Cells that name what is not there; nothing where the table referred to could not be read whole."""
    table, column = (fact.ref or "").split(".")
    values = frame[fact.name]
    if table in raw.loose or values.null_count() == values.len():
        return []
    if table not in frames or not frames[table].height:
        if table in NEEDED:  # its absence is told already
            return []
        rule = f"names rows of {table}, and the corridor has no such table or rows"
        return [Finding(fact.name, None, fixed(rule, f"Add {table}.csv, or empty the column"))]
    known = frames[table][column].drop_nulls().unique()
    if fact.many:
        parts = pl.DataFrame({"row": np.arange(values.len(), dtype=np.uint32), "part": values.str.split(";")})
        lost = parts.explode("part").filter(pl.col("part").is_not_null() & ~pl.col("part").is_in(known.implode()))
        rows = lost["row"].unique().sort()
    else:
        rows = (~values.is_in(known.implode())).arg_true()
    near = Near(known.to_list())
    return [Finding(fact.name, rows, _lost(near, table, column, fact.many))] if rows.len() else []


def _lost(near: "Near", table: str, column: str, many: bool) -> Tell:
    rule, cure = f"is not in {table}.{column}", f"Name a {column} of {table}, or add the row there"
    known = frozenset(near.known)

    def tell(value: str) -> tuple[str, str, str]:
        if not many:
            return rule, cure, near(value)
        lost = [part for part in value.split(";") if part not in known]
        return f"{', '.join(lost)} {rule}", cure, ", ".join(filter(None, map(near, lost)))

    return tell


@dataclass(frozen=True)
class Near:
    """The nearest of many known names, quickly: names are compared by the pairs of letters they share.

    >>> Near(["KZ_AAU", "KZ_KUR", "AZ_ALA"])("KZ_AUU")
    'KZ_AAU'
    """

    known: list[str]

    @cached_property
    def _index(self) -> tuple[dict[str, np.ndarray], np.ndarray]:
        places: dict[str, list[int]] = {}
        for place, name in enumerate(self.known):
            for pair in _pairs(name):
                places.setdefault(pair, []).append(place)
        sizes = np.array([len(_pairs(name)) for name in self.known], dtype=np.float64)
        return {pair: np.array(at, dtype=np.int64) for pair, at in places.items()}, sizes

    def __call__(self, name: str) -> str:
        """The nearest known name, or an empty text where none is near."""
        index, sizes = self._index
        pairs = _pairs(name)
        at = [index[pair] for pair in pairs if pair in index]
        if not at:
            return ""
        shared = np.bincount(np.concatenate(at), minlength=len(self.known))
        likeness = 2 * shared / (sizes + len(pairs))
        top = likeness.max()
        best = [self.known[place] for place in np.flatnonzero(likeness >= top)[:30]]
        return max(best, key=lambda word: _same_letters(word, name)) if top >= LIKE else ""


def _same_letters(one: str, two: str) -> int:
    """How many letters stand at the same place, from either end."""
    there, here = one.casefold(), two.casefold()
    ends = zip(reversed(there), reversed(here), strict=False)
    return sum(a == b for a, b in zip(there, here, strict=False)) + sum(a == b for a, b in ends)


def _pairs(name: str) -> set[str]:
    word = f"^{name.casefold()}$"
    return {word[place : place + 2] for place in range(len(word) - 1)}


def _told(one: _Checked, findings: Iterable[Finding]) -> list[Fault]:
    """Findings to faults: each cell with its file, row, key and value."""
    raw, keys = one.sheet.frame, TABLES[one.sheet.table].key_columns()
    parts = [pl.col(key).cast(pl.String).fill_null("?") for key in keys]
    faults: list[Fault] = []
    for found in findings:
        if found.rows is None:
            rule, cure, near = found.tell("")
            faults.append(Fault(one.sheet.file, 0, "", found.column, "", rule, cure, near, found.level))
            continue
        named = one.frame[found.rows].select(pl.concat_str(parts, separator="|").alias("key"))["key"].to_list()
        values = raw[found.column].gather(found.rows).cast(pl.String, strict=False).fill_null("").to_list()
        about = values if found.about is None else found.about.to_list()
        said = {word: found.tell(word) for word in set(about)}
        for row, key, value, word in zip(found.rows.to_list(), named, values, about, strict=True):
            rule, cure, near = said[word]
            faults.append(Fault(one.sheet.file, row + 1, key, found.column, value, rule, cure, near, found.level))
    return faults
