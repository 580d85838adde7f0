"""Procedures: the chains of steps at borders, gauge breaks and ports, and their prices.

The stack gives a stay as one figure with its wait and its work; here it becomes steps: papers (with what an electronic
paper saves and a wrong one costs), the work itself, and the wait for a slot, a ship, a wagon. The wait takes what is left,
so that the effective mean of the chain stays the stack's.
"""

import math
from dataclasses import dataclass
from typing import Any

from tools.titr.book import Book, Six, flat, own
from tools.titr.context.rows import Row, assumed, cited

PAPERS = {  # mean on paper, electronic, share electronic in 2022, share wrong, rework, least; hours
    "kz": (4.25, 0.5, 0.2, 0.06, 24.0, 1.0),
    "az": (2.0, 0.5, 0.3, 0.05, 12.0, 0.5),
    "ge": (3.0, 0.5, 0.1, 0.04, 12.0, 1.0),
    "tr": (1.5, 0.5, 0.1, 0.05, 10.0, 0.5),
    "eu": (1.5, 0.3, 0.5, 0.03, 12.0, 0.3),
    "uz": (3.0, 1.0, 0.1, 0.06, 24.0, 1.0),
    "tm": (2.0, 1.0, 0.0, 0.06, 20.0, 1.0),
    "ru": (3.0, 0.8, 0.4, 0.04, 24.0, 0.8),
    "ir": (6.0, 2.5, 0.0, 0.08, 36.0, 2.0),
    "road": (1.2, 0.4, 0.1, 0.1, 8.0, 0.3),
}
SLOT_SAVED = 0.25
"""Share of a wait for a slot that papers sent ahead save: the slot can be asked for before arrival. Own estimate."""
WORK = {"gauge": "gauge_change", "load": "load", "unload": "unload"}
PAPER_STEP = "papers: 4.25 h a train at Dostyk in 2016, 3 h before and 0.5 h after automation by the Kazakh ministry; the split is own"


@dataclass(frozen=True)
class Stay:
    """Hours of a chain as a whole."""

    least: float
    mean: float
    p90: float
    wait: float
    grade: str
    source: Row


def chains(book: Book) -> None:
    """All procedures and their prices."""
    for row in own("chains"):
        _chain(book, row)
    for row in own("free"):
        _free(book, row)


def _chain(book: Book, row: Row) -> None:
    stay = _stay(book, row)
    head = {
        "procedure_id": row["procedure_id"], "trigger": row["trigger"], "node_id": row["node_id"] or None,
        "from_country": row["from_country"] or None, "to_country": row["to_country"] or None,
        "from_class": row["from_class"] or None, "to_class": row["to_class"] or None, "goods": row["goods"] or None,
    }  # fmt: skip
    steps = _steps(row, stay)
    for order, step in enumerate(steps, start=1):
        emitted = float(row["kgco2e"] or 0) if order == 1 else 0.0
        grade = {"grade": "D"} if step.pop("estimated", False) else {}
        book.add("procedures", {**stay.source, **grade}, **head, order=order, kgco2e_unit=emitted, **step)
    for spec in row["prices"].split():
        _price(book, row, spec)


def _stay(book: Book, row: Row) -> Stay:
    less = float(row["less"] or 0)
    if row["arc"]:
        entries = [book.stack[arc] for arc in row["arc"].split("+")]
        tech, mean, p90, wait, _ = (sum(values) for values in zip(*(entry.hours for entry in entries), strict=True))
        first = entries[0].row
        grade = first["hours_grade"] or "D"
        source = cited(
            {**first, "note": ""}, note=row["note"] or f"hours of {row['arc']} of the price stack", grade=grade
        )
    else:
        tech, mean, p90, wait = (float(row[name] or 0) for name in ("least", "mean", "p90", "wait"))
        wait = wait or 0.8 * mean
        grade, source = "D", assumed(row["note"] or "own estimate, after the same work elsewhere")
    excess = p90 - mean
    if less > 15 and excess:  # a wait for sailings is taken out, and with it its own spread
        excess = math.sqrt(max(excess**2 - (1.2816 * 2 * less / math.sqrt(12)) ** 2, (0.3 * excess) ** 2))
    left = mean - less
    return Stay(
        max(0.0, min(tech - less if less < 15 else tech, left)),
        left,
        left + excess,
        max(0.0, wait - less),
        grade,
        source,
    )


def _steps(row: Row, stay: Stay) -> list[dict[str, Any]]:
    papers = _papers(row["papers"], stay.mean) if row["papers"] else None
    paper_h = effective(papers) if papers else 0.0
    resource = {"resource_id": row["resource_id"] or None}
    work: dict[str, Any] | None = None
    if row["kind"] in WORK:
        hours = max(stay.mean - stay.wait - paper_h, 0.2 * stay.mean)
        part = {"step": WORK[row["kind"]], "part": "handling", **resource}
        work = {
            **part,
            "hours_min": round(min(stay.least, hours), 2),
            "hours": round(hours, 2),
            "hours_p90": round(1.25 * hours, 2),
        }
    rest = stay.mean - paper_h - (work["hours"] if work else 0.0)
    steps = [step for step in (papers, work) if step]
    if rest > 0.05:
        steps.append({**_wait(row, stay, rest, papers, resource), "estimated": stay.grade == "D"})
    return steps


def _papers(name: str, most: float) -> dict[str, Any]:
    paper, electronic, share, wrong, rework, least = PAPERS[name]
    told: dict[str, Any] = {
        "step": "papers", "part": "border", "hours_min": least, "hours": paper, "hours_p90": round(2.2 * paper, 2),
        "hours_electronic": electronic, "electronic_share": share, "wrong_share": wrong, "rework_h": rework,
        "note": PAPER_STEP, "estimated": True,
    }  # fmt: skip
    scale = min(1.0, 0.9 * most / effective(told))
    for cell in ("hours_min", "hours", "hours_p90", "hours_electronic", "rework_h"):
        told[cell] = round(told[cell] * scale, 3)
    return told


def effective(step: dict[str, Any]) -> float:
    """Mean hours of a step over paper and electronic, right and wrong."""
    share = step.get("electronic_share") or 0.0
    on_paper = step["hours"] + (step.get("wrong_share") or 0.0) * (step.get("rework_h") or 0.0)
    electronic = step.get("hours_electronic")
    return float(on_paper if electronic is None else (1 - share) * on_paper + share * electronic)


def _wait(row: Row, stay: Stay, rest: float, papers: dict[str, Any] | None, resource: Row) -> dict[str, Any]:
    border = row["kind"] == "border"
    share = papers["electronic_share"] if papers and border else 0.0
    hours = rest / (1 - SLOT_SAVED * share)
    told = {
        "step": "slot" if border and row["resource_id"].startswith("slot") else "queue", "part": "waiting", **resource,
        "hours_min": 0.0, "hours": round(hours, 3), "hours_p90": round((hours + (stay.p90 - stay.mean)), 2),
    }  # fmt: skip
    if border:
        told |= {"hours_electronic": round((1 - SLOT_SAVED) * hours, 3), "electronic_share": share}
    return told


def _price(book: Book, row: Row, spec: str) -> None:
    operator, item, unit, goods, value, *class_id = spec.split(":")
    if value.startswith("="):
        usd22, _, usd26 = value[1:].partition("/")
        six, source = flat(float(usd22), float(usd26) if usd26 else None, 0.35), assumed(row["note"] or "own estimate")
    else:
        entry = book.stack[value]
        six, source = entry.price, entry.source
    mode = row["mode"] if unit == "FEU" else "line"
    if not any(six.all):
        mode = "fixed"
    words = (operator, item, row["procedure_id"], goods.split(";")[0], unit, *class_id)
    name = "-".join(word.replace("_", "") for word in words if word).lower()
    cells: dict[str, Any] = {
        "operator_id": operator,
        "item": item,
        "unit": unit,
        "goods": goods or None,
        "procedure_id": row["procedure_id"],
    }
    book.price(
        name,
        six,
        source,
        mode,
        2 if unit in ("FEU", "wagon", "truck") else 4,
        **cells,
        class_id=class_id[0] if class_id else None,
    )


def _free(book: Book, row: Row) -> None:
    """A crossing on which nothing is done, said so."""
    words = [row["from_country"], row["to_country"], row["class_id"]]
    name = "free-" + "-".join(word.replace("_", "") for word in words if word).lower()
    source = assumed(row["reason"])
    pair = {"from_country": row["from_country"], "to_country": row["to_country"], "from_class": row["class_id"] or None}
    pair["node_id"] = row["node_id"] or None
    done = {"step": "crossing", "part": "border", "hours_min": 0.0, "hours": 0.0, "hours_p90": 0.0, "kgco2e_unit": 0.0}
    book.add("procedures", source, procedure_id=name, order=1, trigger="border", **pair, **done)
    cells: dict[str, Any] = {"operator_id": "NONE", "item": "customs", "unit": "t", "procedure_id": name}
    book.price(f"none-{name}", Six(0, 0, 0, 0, 0, 0), source, "fixed", **cells)
