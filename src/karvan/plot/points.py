"""Points and bands: a scenario against its base, price against days, hours by month of departure."""

import calendar
from typing import Any

import polars as pl

from karvan.plot.axes import Scale, across, grouped, plain, stretch, upward
from karvan.plot.labels import Box, Wish, place
from karvan.plot.svg import About, Chart, Look, el, hint, line, number, text
from karvan.plot.theme import ink
from karvan.plot.words import days, figures, percent, shorten, signed, usd

Row = dict[str, Any]
ROW = 30.0
JUDGED = "a change is clear when the two P10 to P90 bands do not touch"


def clear(base: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two bands (P10, P90) lie apart: else the answer is "no clear change".

    >>> clear((10, 20), (21, 30)), clear((10, 20), (15, 30))
    (True, False)
    """
    return base[1] < other[0] or other[1] < base[0]


def change(
    base: pl.DataFrame, other: pl.DataFrame, about: About, names: tuple[str, str], *, wide: float = 960
) -> Chart:
    """A scenario against its base, a row a way: arrow from base to scenario with its sign, in price and in days.

    Ways are met by destination and label; ``names`` are the two scenarios.
    """
    both = _joined(base, other)
    rows = both.to_dicts()
    spots, heads, foot = grouped(rows, base["place"].unique(maintain_order=True).to_list(), 34.0, ROW)
    start = 200.0 if wide > 800 else 130.0
    half = (wide - start) / 2
    body = [_heads((start, start + half), about.unit, names)]
    body += [text(8, y + 4, f"To {name}", fill="faint") for y, name in heads]
    firm = {"price": 0, "time": 0}
    scales = []
    for at, (_, columns, unit) in enumerate(PANELS):
        values = [row[name + side] / unit for row in rows for name in columns for side in ("", "_new")]
        scales.append(stretch(values, start + at * half, start + at * half + half - 136))
        body.append(across(scales[-1], 28, foot, plain, about=3))
    for y, row in spots:
        body.append(text(8, y + 4, shorten(row["label"], start - 20), bold=bool(row["measured"])))
        for scale, (what, columns, unit) in zip(scales, PANELS, strict=True):
            sides = [[row[name + side] / unit for name in columns] for side in ("", "_new")]
            sure = clear((sides[0][1], sides[0][2]), (sides[1][1], sides[1][2]))
            firm[what] += sure
            body.append(_arrow(sides[0], sides[1], scale, y, (sure, what == "price")))
    many = f"{len(rows)} way" + ("s" if len(rows) != 1 else "")
    title = f"{names[1]} clearly changes the price of {firm['price']} and the days of {firm['time']} of {many}"
    return Chart(
        "change",
        f"Against {names[0]}, {title}",
        f"Grey: {names[0]}; colour: {names[1]}; thin bars P10 to P90; {JUDGED}. From {about.origin}, US dollars of {about.year}",
        title,
        wide,
        foot + 24,
        "".join(body),
        _told(both),
        about.source,
    )


PANELS = (
    ("price", ("price_usd", "price_p10_usd", "price_p90_usd"), 1.0),
    ("time", ("hours_p50", "hours_p10", "hours_p90"), 24.0),
)


def _joined(base: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    wanted = ("price_usd", "price_p10_usd", "price_p90_usd", "hours_p50", "hours_p10", "hours_p90")
    keep = base.sort("price_usd", maintain_order=True).select("place", "label", "measured", *wanted)
    new = other.select("place", "label", *(pl.col(name).alias(f"{name}_new") for name in wanted))
    return keep.join(new, on=["place", "label"], how="inner", maintain_order="left")


def _told(both: pl.DataFrame) -> pl.DataFrame:
    apart = {
        what: (pl.col(f"{what[0]}_new") > pl.col(what[1])) | (pl.col(f"{what[1]}_new") < pl.col(what[0]))
        for what in (("price_p10_usd", "price_p90_usd"), ("hours_p10", "hours_p90"))
    }
    price, hours = apart.values()
    return both.select(
        pl.col("place").alias("to"),
        pl.col("label").alias("way"),
        "price_usd",
        "price_usd_new",
        (pl.col("price_usd_new") - pl.col("price_usd")).alias("price_change_usd"),
        price.alias("price_clear"),
        "hours_p50",
        "hours_p50_new",
        (pl.col("hours_p50_new") - pl.col("hours_p50")).alias("hours_change_h"),
        hours.alias("hours_clear"),
    )


def _heads(starts: tuple[float, float], unit: str, names: tuple[str, str]) -> str:
    drawn = [text(starts[0], 16, f"Price, USD per {unit}", bold=True), text(starts[1], 16, "Days, P50", bold=True)]
    for y, (token, name) in zip((6, 22), (("base", names[0]), ("accent", names[1])), strict=True):
        drawn.append(el("circle", cx=14, cy=y, r=4.5, fill=ink(token)))
        drawn.append(text(24, y + 4, shorten(name, starts[0] - 36), fill="faint"))
    return "".join(drawn)


def _arrow(base: list[float], new: list[float], scale: Scale, y: float, told: tuple[bool, bool]) -> str:
    sure, money = told
    token = "accent" if sure else "base"
    start, end = scale(base[0]), scale(new[0])
    drawn = [
        line((scale(base[1]), y - 4), (scale(base[2]), y - 4), "base", 1),
        line((scale(new[1]), y + 4), (scale(new[2]), y + 4), token, 1),
        line((start, y), (end, y), token, 2.5),
        el("circle", cx=start, cy=y, r=4.5, fill=ink("base"), stroke=ink("paper")),
        el("circle", cx=end, cy=y, r=5.5, fill=ink(token), stroke=ink("paper")),
    ]
    if abs(end - start) > 14:
        way = 1 if end > start else -1
        tip = end - way * 5.5
        d = f"M{number(tip)} {number(y)}l{-7 * way} -4.5v9z"
        drawn.append(el("path", d=d, fill=ink(token)))
    by = new[0] - base[0]
    said = signed(usd(by)) if money else f"{signed(days(by * 24))} d"
    relative = f" ({signed(percent(by / base[0]))})" if base[0] else ""
    edge = max(scale(base[2]), scale(new[2])) + 10
    sign = "↑ " if by > 0 else "↓ " if by < 0 else ""
    word = f"{sign}{said}{relative}" if sure else f"{said}, no clear change" if by else "no change"
    drawn.append(text(min(edge, scale.end - 4), y + 4, word, fill="ink" if sure else "faint", bold=sure))
    return "".join(drawn)


def pareto(ways: pl.DataFrame, about: About, *, wide: float = 960) -> Chart:
    """Price against days, a panel a destination on one scale; area is CO2e; hollow where another way is no worse."""
    places = ways["place"].unique(maintain_order=True).to_list()
    columns = min(2, len(places))
    tall = 230.0
    panels = []
    for at, name in enumerate(places):
        x0, y0 = 52 + (at % columns) * (wide - 44) / columns, 26 + (at // columns) * (tall + 24)
        x = stretch((ways["hours_p50"] / 24).to_list(), x0, x0 + (wide - 44) / columns - 36, zero=False, room=0.14)
        y = stretch(ways["price_usd"].to_list(), y0 + tall - 24, y0, zero=False, room=0.16)
        panels.append(_scatter(ways.filter(pl.col("place") == name).to_dicts(), x, y, ways["co2_kg"].to_list()))
    drawn, boxes, kept = zip(*panels, strict=True)
    worth = sum(map(len, kept))
    mine = [row["place"] for rows in kept for row in rows if row["measured"]]
    label = ways.filter(pl.col("measured"))["label"].to_list()
    title = f"{worth} of {ways.height} ways are worth a look: none is cheaper, quicker and cleaner"
    if label and len(places) > 1:
        title = f"{label[0]} is worth a look to {len(mine)} of {len(places)} destinations: no way beats it in price, time and CO2e"
    return Chart(
        "pareto",
        title,
        f"Price, USD per {about.unit}, against days (P50); area and label: CO2e in tonnes; hollow: another way is no worse "
        f"in all three; {about.where(places[0] if len(places) == 1 else '')}",
        "; ".join(f"{row['place']}: {row['label']}" for rows in kept for row in rows),
        wide,
        8 + -(-len(places) // columns) * (tall + 24),
        "".join(drawn),
        ways.select(pl.col("place").alias("to"), pl.col("label").alias("way"), "price_usd", "hours_p50", "co2_kg"),
        about.source,
        tuple(box for group in boxes for box in group),
    )


def _scatter(rows: list[Row], x: Scale, y: Scale, co2: list[float]) -> tuple[str, list[Box], list[Row]]:
    keep = [row for row in rows if not any(_beats(other, row) for other in rows)]
    most = max(co2) or 1.0
    marks, wishes, taken = [], [], []
    for row in sorted(rows, key=lambda one: -float(one["co2_kg"])):
        at = (x(row["hours_p50"] / 24), y(row["price_usd"]))
        r = max(4.0, 16 * (row["co2_kg"] / most) ** 0.5)
        token = "ink" if row["measured"] else "base"
        tonnes = f"{figures(row['co2_kg'] / 1000)} t"
        fill, thick = (ink(token), 1.0) if row in keep else ("none", 1.8)
        told = f"{row['label']}: {usd(row['price_usd'])} USD, {days(row['hours_p50'])} days, {tonnes} CO2e"
        look: Look = {"fill": fill, "fill_opacity": 0.8, "stroke": ink(token), "stroke_width": thick}
        marks.append(el("circle", hint(told), cx=at[0], cy=at[1], r=r, **look))
        taken.append((at[0] - r * 0.8, at[1] - r * 0.8, at[0] + r * 0.8, at[1] + r * 0.8))
        rank = 0 if row in keep else 1
        wishes.append(Wish(f"{row['label']}, {tonnes}", *at, rank=rank, reach=r + 4, bold=bool(row["measured"])))
    spots = place(wishes, (x.start - 8, y.end - 6, x.end + 30, y.start), taken=taken)
    words = [text(s.wish.x + s.dx, s.wish.y + s.dy, s.wish.said, anchor=s.anchor, bold=s.wish.bold) for s in spots]
    axes = [
        across(x, y.end, y.start, lambda value: f"{plain(value)} d", about=5),
        upward(y, x.start, x.end, plain, about=4),
        text(x.start, y.end - 10, f"To {rows[0]['place']}", bold=True),
    ]
    return "".join([*axes, *marks, *words]), [spot.box for spot in spots], keep


def _beats(one: Row, other: Row) -> bool:
    names = ("price_usd", "hours_p50", "co2_kg")
    pairs = [(one[name], other[name]) for name in names]
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def seasons(frame: pl.DataFrame, about: About, label: str, *, wide: float = 960) -> Chart:
    """Days by month of departure, a panel a destination on one scale: line P50, band P10 to P90."""
    places = frame["place"].unique(maintain_order=True).to_list()
    columns = min(4, len(places))
    panel, tall = (wide - 44) / columns, 180.0
    high = float(frame["hours_p90"].max() or 1.0) / 24 * 1.05  # type: ignore[arg-type]
    body = []
    for at, name in enumerate(places):
        left, top = 44 + (at % columns) * panel, 26 + (at // columns) * (tall + 26)
        x, y = Scale(1, 12, left, left + panel - 36), Scale(0, high, top + tall - 20, top)
        body.append(_fan(frame.filter(pl.col("place") == name).sort("month"), x, y, name, at % columns == 0))
    worst = frame.filter(pl.col("place") == places[0]).sort("hours_p50").to_dicts()
    apart = worst[-1]["hours_p50"] - worst[0]["hours_p50"]
    title = (
        f"{label} to {places[0]}: a departure in {calendar.month_name[worst[-1]['month']]} takes {days(apart)} days longer "
        f"than one in {calendar.month_name[worst[0]['month']]}"
    )
    return Chart(
        "seasons",
        title,
        f"Days by month of departure; line P50, band P10 to P90; {about.where('')}",
        title,
        wide,
        4 + -(-len(places) // columns) * (tall + 26),
        "".join(body),
        frame.select(pl.col("place").alias("to"), "month", "hours_p10", "hours_p50", "hours_p90"),
        about.source,
    )


def _fan(rows: pl.DataFrame, x: Scale, y: Scale, name: str, first: bool) -> str:
    months = rows["month"].to_list()
    edge = {column: [y(value / 24) for value in rows[column]] for column in ("hours_p10", "hours_p50", "hours_p90")}
    up = [f"{number(x(month))} {number(at)}" for month, at in zip(months, edge["hours_p90"], strict=True)]
    down = [f"{number(x(month))} {number(at)}" for month, at in zip(months, edge["hours_p10"], strict=True)]
    mid = [f"{number(x(month))} {number(at)}" for month, at in zip(months, edge["hours_p50"], strict=True)]
    letters = [
        text(x(month), y.start + 16, calendar.month_abbr[month][0], fill="faint", anchor="middle") for month in months
    ]
    return "".join(
        (
            upward(y, x.start, x.end, plain if first else lambda _: "", about=4),
            text(x.start, y.end - 10, name, bold=True),
            el("path", d=f"M{'L'.join(up + down[::-1])}Z", fill=ink("base"), fill_opacity=0.35),
            el("path", d=f"M{'L'.join(mid)}", fill="none", stroke=ink("ink"), stroke_width=2.5),
            *letters,
        )
    )
