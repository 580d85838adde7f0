"""The time-distance staircase (UN ESCAP's method): days against kilometres from door to door, stops as steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from karvan.plot.axes import Scale, across, plain, upward
from karvan.plot.labels import Box, Placed, Wish, place
from karvan.plot.svg import About, Chart, el, hint, line, number, text
from karvan.plot.theme import MODES, ink
from karvan.plot.words import days, figures, shorten, span

Row = dict[str, Any]
STOPS = {"border": ("post", "border"), "gauge change": ("handling", "gauge change")}
SMALLEST_STEP = 0.008
"""The least share of a way's hours that a stop is named for."""


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


def staircase(way: Row, legs: pl.DataFrame, about: About, *, size: tuple[float, float] = (960, 420)) -> Chart:
    """One way in full: every stop of some length named, border steps highlighted, the band at the end.

    ``way`` is a row of ``ways`` with ``label`` and ``place``; ``legs`` its legs in order.
    """
    steps = pieces(legs, about)
    high = max(way["hours_p90"], steps[-1].end[1] if steps else 0.0)
    box = (48.0, 16.0, size[0] - 104, size[1] - 28)
    x, y = Scale(0, way["km"] or 1, box[0], box[2]), Scale(0, high / 24 * 1.04, box[3], box[1])
    stops = _stops(steps)
    spots = _place(steps, stops, (x, y), (box[0], box[1] + 24, box[2], box[3]))
    body = [
        upward(y, box[0], box[2], plain),
        across(x, box[1], box[3], plain, about=8),
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


def staircases(ways: pl.DataFrame, legs: pl.DataFrame, about: About, *, wide: float = 960) -> Chart:
    """All ways in small multiples: a row a destination with one scale, the quickest first."""
    rows = ways.sort("hours_p50", maintain_order=True).to_dicts()
    places = ways["place"].unique(maintain_order=True).to_list()
    tall, top = 132.0, 0.0
    body, tables = [], []
    for name in places:
        here = [row for row in rows if row["place"] == name]
        columns = max(2, -(-len(here) // -(-len(here) // (7 if wide > 800 else 4))))  # rows of even length
        panel = (wide - 44) / columns
        high, far = max(row["hours_p90"] for row in here) / 24 * 1.06, max(row["km"] for row in here)
        body.append(text(8, top + 14, f"To {name}", fill="faint"))
        for at, row in enumerate(here):
            start, up = 44 + (at % columns) * panel, top + 42 + (at // columns) * (tall + 44)
            scales = Scale(0, far, start, start + panel - 24), Scale(0, high, up + tall, up)
            own = legs.filter((pl.col("label") == row["label"]) & (pl.col("place") == name))
            body.append(_small(row, pieces(own, about), scales, first=at % columns == 0))
            said = [pl.lit(name).alias("destination"), pl.lit(row["label"]).alias("way")]
            tables.append(table(own, about).select(*said, pl.all()))
        top += 42 + -(-len(here) // columns) * (tall + 44) - 12
    return Chart(
        "staircases",
        _quickest(rows, places),
        f"Mean days against kilometres, one scale for each destination; dot P50, bar P10 to P90; {about.where(places[0] if len(places) == 1 else '')}",
        "; ".join(
            f"{row['label']} to {row['place']}: {figures(row['km'])} km, {days(row['hours_p50'])} days" for row in rows
        ),
        wide,
        top + 4,
        "".join(body),
        pl.concat(tables),
        about.source,
    )


def _quickest(rows: list[Row], places: list[str]) -> str:
    """Who is quickest where; rows are sorted by days."""
    said = []
    for name in places[:3]:
        here = [row for row in rows if row["place"] == name]
        ahead = (
            f", {days(here[1]['hours_p50'] - here[0]['hours_p50'])} ahead" if len(here) > 1 and len(places) == 1 else ""
        )
        said.append(f"{name}: {here[0]['label']} ({days(here[0]['hours_p50'])} days{ahead})")
    return f"Quickest to {'; to '.join(said)}"


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
    whole = steps[-1].end[1] if steps else 0.0
    for group in found:
        hours = group[-1].end[1] - group[0].start[1]
        kind = "border" if any(piece.part == "post" for piece in group) else ""
        if hours >= SMALLEST_STEP * whole:
            stops.append((group[0].at, group[0].start[0], hours, kind, (group[-1].end[1] + group[0].start[1]) / 2))
    return stops


def _place(
    steps: Sequence[Piece], stops: list[tuple[str, float, float, str, float]], scales: tuple[Scale, Scale], room: Box
) -> list[Placed]:
    """Names beside their steps, clear of the line itself; the longest stops choose first."""
    x, y = scales
    line_ = []
    for piece in steps:
        many = max(2, int((x(piece.end[0]) - x(piece.start[0])) / 8))
        for at in range(many + 1):
            km, hours = (a + (b - a) * at / many for a, b in zip(piece.start, piece.end, strict=True))
            line_.append((x(km) - 1, y(hours / 24), x(km) + 1, y(hours / 24)))
    wishes = [Wish(f"{stop[0]} {span(stop[2])}", x(stop[1]), y(stop[4] / 24), rank=-stop[2], reach=8) for stop in stops]
    return place(wishes, room, taken=line_, sides=((1, 0), (-1, 0), (1, 1), (-1, -1), (0, 1), (0, -1)))


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


def _small(row: Row, steps: list[Piece], scales: tuple[Scale, Scale], *, first: bool) -> str:
    x, y = scales
    said = f"{days(row['hours_p50'])} d"
    marks = [
        upward(y, x.start, x.end, plain if first else lambda _: "", about=4),
        across(x, y.end, y.start, lambda km: f"{plain(km / 1000)}k" if km else "0 km", about=3),
        text(x.start, y.end - 8, shorten(row["label"], x.end - x.start + 16), bold=bool(row["measured"])),
        text(x.start + 4, y.end + 14, said, bold=bool(row["measured"])),
        _line(steps, x, y, 2),
        _band(row, min(x(row["km"]) + 10, x.end + 8), y),
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
