"""The page of the service's transitions, from the table that decides."""

from collections.abc import Iterator

from karvan.ops.decide import bodies
from karvan.ops.decide.guards import GUARDS
from karvan.ops.decide.table import Transition, table

NAMES = {
    "consignment": "Consignment",
    "movement": "Customs movement",
    "guarantee": "Guarantee of a movement",
    "unit": "Unit",
    "custody": "Custody",
    "pickup": "Pick-up right",
    "seal": "Seal",
    "hold": "Hold",
    "surety": "The guarantee itself",
}


def page() -> str:
    """All steps by region, then the kinds with their fields, then the guards."""
    return "\n".join(["# Steps of a consignment", "", INTRO, "", *_regions(), *_kinds(), *_guards()]) + "\n"


INTRO = (
    "What the service lets happen, made from the table that decides. A step is done if the part of the consignment is in a "
    "state of the column *from*, the actor has a role of the column *who*, and every guard holds. *Then* follows in the "
    "same transaction. `none` is the state of what is not there yet; `effect` means that nobody may ask for the step."
)


def _regions() -> Iterator[str]:
    for region, title in NAMES.items():
        yield from (f"## {title}", "", "| from | step | to | who | guards | then |", "|---|---|---|---|---|---|")
        steps: dict[tuple[object, ...], list[Transition]] = {}
        for row in table().transitions:
            if row.region == region:
                same = row.dst == row.src
                key = (row.kind, row.when, "the same" if same else row.dst, row.roles, row.guards, row.effects)
                steps.setdefault(key, []).append(row)
        for (_, _, target, *_), rows in steps.items():
            first = rows[0]
            when = f" ({first.when[0]} {first.when[1]})" if first.when else ""
            cells = (
                ", ".join(row.src for row in rows),
                f"`{first.kind}`{when}",
                str(target),
                ", ".join(sorted(first.roles)),
            )
            yield f"| {' | '.join((*cells, ', '.join(first.guards), ', '.join(f'`{e}`' for e in first.effects)))} |"
        yield ""


def _kinds() -> Iterator[str]:
    yield from (
        "## Kinds and their fields",
        "",
        "*Late* is how long after it occurred a step may be told without a reason.",
    )
    yield from ("", "| step | means | fields | late, h |", "|---|---|---|---|")
    for kind in table().kinds.values():
        fields = bodies.form(kind.kind).model_fields.items()
        told = ", ".join(f"`{name}`" if field.is_required() else f"`{name}`?" for name, field in fields)
        yield f"| `{kind.kind}` | {kind.meaning} | {told} | {kind.tolerance_h:g} |"
    yield ""


def _guards() -> Iterator[str]:
    yield from ("## Guards", "", "| guard | holds if |", "|---|---|")
    for name, guard in GUARDS.items():
        yield f"| {name} | {' '.join((guard.__doc__ or '').split())} |"
