"""The time-distance staircase (UN ESCAP's method): days against kilometres from door to door, stops as steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from karvan.plot.about import About
from karvan.plot.axes import Scale, across, upward
from karvan.plot.labels import Placed, Wish, place
from karvan.plot.svg import Chart, el, hint, line, number, text
from karvan.plot.theme import MODES, ink
from karvan.plot.words import days, figures, shorten, span

Row = dict[str, Any]
STOPS = {"border": ("post", "border"), "gauge change": ("handling", "gauge change")}
SMALLEST_STEP_H = 4.0


@dataclass(frozen=True)
class Piece:
    """One piece of the line: from (km, hours) to (km, hours); ``part`` is a mode, border, handling or waiting."""

    part: str
    start: tuple[float, float]
    end: tuple[float, float]
    at: str
    said: str


def pieces(legs: pl.DataFrame, about: About) -> list[Piece]:
    """The line of one way: a slope while it moves, a step while it stands.

    The mean hours of the legs add up along the way; what a moving leg waits comes as a step at its end.
    """
    km = hours = 0.0
    found = []
    for leg in legs.iter_rows(named=True):
        waits = min(leg["waiting_h"] or 0.0, leg["hours"])
        moves = leg["kind"] == "move"
        part = (MODES.get(leg["mode"], "rail")) if moves else STOPS.get(leg["kind"], ("handling", ""))[0]
        where = about.name(leg["to"])
        busy = f"{leg['mode']} {about.name(leg['from'])} to {where}, {figures(leg['km'])} km" if moves else leg["kind"]
        for share, kind, said in ((leg["hours"] - waits, part, busy), (waits, "waiting", f"waiting, {leg['kind']}")):
            if share <= 0:
                continue
            far = km + (leg["km"] if kind == part and moves else 0.0)
            found.append(Piece(kind, (km, hours), (far, hours + share), where, f"{said}: {span(share)}"))
            km, hours = far, hours + share
    return found


def staircase(way: Row, legs: pl.DataFrame, about: About, *, size: tuple[float, float] = (1120, 440)) -> Chart:
    """One way in full: every stop longer than four hours named, border steps highlighted, the band at the end.

    ``way`` is a row of ``ways`` with ``label`` and ``place``; ``legs`` its legs in order.
    """
    steps = pieces(legs, about)
    high = max(way["hours_p90"], steps[-1].end[1] if steps else 0.0)
    box = (48.0, 16.0, size[0] - 120, size[1] - 44)
    x, y = Scale(0, way["km"] or 1, box[0], box[2]), Scale(0, high / 24 * 1.04, box[3], box[1])
    stops = _stops(steps)
    spots = _place(stops, x, y, (box[0], box[1], box[2], box[3]))
    body = [
        upward(y, box[0], box[2], lambda day: f"{day:,.0f}"),
        across(x, box[1], box[3], lambda km: f"{km:,.0f}", about=8),
        text(box[0] - 8, box[3] + 16, "days", fill="faint", anchor="end"),
        text(box[2] + 12, box[3] + 16, "km", fill="faint"),
        _line(steps, x, y, 3),
        _band(way, box[2] + 18, y, names=True),
        _named(spots, stops),
        _key(box[0] + 12, box[1] + 12),
    ]
    borders = sum(piece.end[1] - piece.start[1] for piece in steps if piece.part == "post")
    worst = max(stops, key=lambda stop: stop[2], default=("", 0.0, 0.0, "", 0.0))
    title = f"{way['label']} to {way['place']}: {days(way['hours_p50'])} days"
    if worst[2]:
        title += f", the longest stop at {worst[0]} ({span(worst[2])})"
    return Chart(
        "staircase",
        title,
        "Mean days since departure against kilometres travelled; right: dot P50, bar P10 to P90 (80 of 100 journeys). "
        f"A {about.unit}, {about.where(way['place'])}",
        f"Staircase of {len(stops)} stops over {figures(way['km'])} km; {span(borders)} at borders; 80 of 100 journeys "
        f"take {days(way['hours_p10'])} to {days(way['hours_p90'])} days.",
        *size,
        "".join(body),
        table(legs, about),
        about.source,
        tuple(spot.box for spot in spots),
    )


def staircases(ways: pl.DataFrame, legs: pl.DataFrame, about: About, *, width: float = 1120) -> Chart:
    """All ways to one destination in small multiples with the same scales, the quickest first."""
    rows = ways.sort("hours_p50").to_dicts()
    columns = min(4, max(len(rows), 1))
    wide, tall = (width - 44) / columns, 216.0
    high, far = max(row["hours_p90"] for row in rows) / 24 * 1.06, max(row["km"] for row in rows)
    body, tables = [], []
    for at, row in enumerate(rows):
        left, top = 44 + (at % columns) * wide, 30 + (at // columns) * (tall + 30)
        x = Scale(0, far, left, left + wide - 40)
        y = Scale(0, high, top + tall - 22, top)
        own = legs.filter(pl.col("label") == row["label"])
        body.append(_small(row, pieces(own, about), x, y, first=at % columns == 0))
        tables.append(table(own, about).insert_column(0, pl.lit(row["label"]).alias("way")))
    best, place_ = rows[0], rows[0]["place"]
    title = f"To {place_} the {best['label']} is quickest: {days(best['hours_p50'])} days"
    if len(rows) > 1:
        title += f", {days(rows[1]['hours_p50'] - best['hours_p50'])} ahead of the {rows[1]['label']}"
    return Chart(
        "staircases",
        title,
        f"Mean days against kilometres, one scale for all; dot P50, bar P10 to P90. {about.where(place_)}",
        "; ".join(f"{row['label']}: {figures(row['km'])} km, {days(row['hours_p50'])} days" for row in rows),
        width,
        40 + -(-len(rows) // columns) * (tall + 30),
        "".join(body),
        pl.concat(tables),
        about.source,
    )


def table(legs: pl.DataFrame, about: About) -> pl.DataFrame:
    """The legs as a reader's table, with the running totals that the staircase draws."""
    named = {end: pl.col(end).replace(dict(about.names)) for end in ("from", "to")}
    return legs.select(
        pl.col("kind"),
        named["from"].alias("from"),
        named["to"].alias("to"),
        pl.col("mode"),
        pl.col("km"),
        pl.col("hours").alias("hours_h"),
        pl.col("waiting_h"),
        pl.col("km").cum_sum().alias("total_km"),
        pl.col("hours").cum_sum().alias("total_h"),
        pl.col("price_usd"),
    )


def _line(steps: Sequence[Piece], x: Scale, y: Scale, width: float) -> str:
    drawn = []
    for piece in steps:
        start, end = ((x(km), y(hours / 24)) for km, hours in (piece.start, piece.end))
        more: dict[str, str | float] = {"stroke_linecap": "round"}
        if piece.part == "waiting":
            more["stroke_dasharray"] = f"0.1 {number(width + 1)}"
        thick = width + 2 if piece.part == "post" else width
        path = f"M{number(start[0])} {number(start[1])}L{number(end[0])} {number(end[1])}"
        said = hint(f"{piece.at}: {piece.said}")
        drawn.append(el("path", said, d=path, stroke=ink(piece.part), stroke_width=thick, fill="none", **more))
    return "".join(drawn)


def _stops(steps: Sequence[Piece]) -> list[tuple[str, float, float, str, float]]:
    """Standing pieces put together by place: name, km, hours, main kind, middle of the step in hours."""
    found: list[list[Piece]] = []
    for piece in steps:
        if piece.start[0] != piece.end[0]:
            continue
        if found and found[-1][-1].at == piece.at and found[-1][-1].end == piece.start:
            found[-1].append(piece)
        else:
            found.append([piece])
    stops = []
    for group in found:
        hours = group[-1].end[1] - group[0].start[1]
        kind = "border" if any(piece.part == "post" for piece in group) else ""
        if hours >= SMALLEST_STEP_H:
            stops.append((group[0].at, group[0].start[0], hours, kind, (group[-1].end[1] + group[0].start[1]) / 2))
    return stops


def _place(
    stops: list[tuple[str, float, float, str, float]], x: Scale, y: Scale, room: tuple[float, ...]
) -> list[Placed]:
    wishes = [Wish(f"{stop[0]} {span(stop[2])}", x(stop[1]), y(stop[4] / 24), rank=-stop[2], reach=9) for stop in stops]
    return place(wishes, (room[0], room[1] + 20, room[2] + 2, room[3]), sides=((1, 0), (1, 1), (-1, 0), (-1, -1)))


def _named(spots: Sequence[Placed], stops: list[tuple[str, float, float, str, float]]) -> str:
    borders = {f"{stop[0]} {span(stop[2])}" for stop in stops if stop[3] == "border"}
    return "".join(
        text(
            spot.wish.x + spot.dx,
            spot.wish.y + spot.dy,
            spot.wish.said,
            anchor=spot.anchor,
            fill="post" if spot.wish.said in borders else "ink",
        )
        for spot in spots
    )


def _band(way: Row, x: float, y: Scale, *, names: bool = False) -> str:
    low, mid, high = (way[name] / 24 for name in ("hours_p10", "hours_p50", "hours_p90"))
    said = f"P10 {low:.1f}, P50 {mid:.1f}, P90 {high:.1f} days"
    drawn = [
        line((x, y(low)), (x, y(high)), "ink", 2, stroke_linecap="round"),
        el("circle", hint(said), cx=x, cy=y(mid), r=4.5, fill=ink("ink")),
    ]
    if names:
        drawn += [
            text(
                x + 10,
                y(value) + 4,
                f"{value:.1f} d {word}",
                bold=word == "P50",
                fill="ink" if word == "P50" else "faint",
            )
            for value, word in ((low, "P10"), (mid, "P50"), (high, "P90"))
        ]
    return "".join(drawn)


def _small(row: Row, steps: list[Piece], x: Scale, y: Scale, *, first: bool) -> str:
    said = f"{days(row['hours_p50'])} d"
    marks = [
        upward(y, x.start, x.end, (lambda day: f"{day:,.0f}") if first else lambda _: "", about=4),
        across(x, y.end, y.start, lambda km: f"{km / 1000:,.0f}k" if km else "0 km", about=3),
        text(x.start, y.end - 10, shorten(row["label"], x.end - x.start - 44), bold=True),
        text(x.end, y.end - 10, said, anchor="end"),
        _line(steps, x, y, 2),
        _band(row, min(x(row["km"]) + 12, x.end + 6), y),
    ]
    return "".join(marks)


def _key(x: float, y: float) -> str:
    drawn = []
    for part, said in (
        ("rail", "rail"),
        ("sea", "sea"),
        ("road", "road"),
        ("post", "border"),
        ("handling", "handling"),
        ("waiting", "waiting"),
    ):
        more: dict[str, str | float] = {"stroke_dasharray": "0.1 4"} if part == "waiting" else {}
        width = 5 if part == "post" else 3
        drawn.append(line((x, y), (x + 16, y), part, width, stroke_linecap="round", **more))
        drawn.append(text(x + 24, y + 4, said, fill="faint"))
        x += 40 + len(said) * 7
    return "".join(drawn)
