"""Points and bands: a scenario against its base, price against days, hours by month of departure."""

import calendar
from typing import Any

import polars as pl

from karvan.plot.about import About
from karvan.plot.axes import Scale, across, stretch, upward
from karvan.plot.labels import Wish, place
from karvan.plot.svg import Chart, el, hint, line, number, text
from karvan.plot.theme import ink
from karvan.plot.words import days, figures, percent, shorten, signed, usd

Row = dict[str, Any]
ROW = 30.0
LEFT = 300.0
JUDGED = "a change is clear when the two P10 to P90 bands do not touch"


def clear(base: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two bands (P10, P90) lie apart: else the answer is "no clear change".

    >>> clear((10, 20), (21, 30)), clear((10, 20), (15, 30))
    (True, False)
    """
    return base[1] < other[0] or other[1] < base[0]


def change(
    base: pl.DataFrame, other: pl.DataFrame, about: About, names: tuple[str, str], *, width: float = 1120
) -> Chart:
    """A scenario against its base, a row a way: arrow from base to scenario with its sign, in price and in days.

    Ways are met by destination and label; ``names`` are the two scenarios.
    """
    both = _joined(base, other)
    rows = both.to_dicts()
    top, foot = 34.0, 34.0 + ROW * len(rows)
    half = (width - LEFT) / 2
    panels = (
        ("price", "price_usd", "price_p10_usd", "price_p90_usd", 1.0),
        ("time", "hours_p50", "hours_p10", "hours_p90", 24.0),
    )
    body = [_heads(half, about.unit, names, width)]
    firm = {"price": 0, "time": 0}
    scales = []
    for at, (_, *columns, unit) in enumerate(panels):
        values = [row[name + side] / unit for row in rows for name in columns for side in ("", "_new")]
        scales.append(stretch(values, LEFT + at * half, LEFT + at * half + half - 130))
        body.append(across(scales[-1], top, foot, lambda value: f"{value:,.0f}", about=4))
    for at, row in enumerate(rows):
        y = top + ROW * (at + 0.5)
        body.append(text(16, y + 4, shorten(f"{row['place']}, {row['label']}", LEFT - 32), bold=bool(row["measured"])))
        for scale, (what, *columns, unit) in zip(scales, panels, strict=True):
            sides = [[row[name + side] / unit for name in columns] for side in ("", "_new")]
            sure = clear((sides[0][1], sides[0][2]), (sides[1][1], sides[1][2]))
            firm[what] += sure
            body.append(_arrow(sides[0], sides[1], scale, y, (sure, what == "price")))
    title = f"Against {names[0]}, {names[1]} clearly changes the price of {firm['price']} of {len(rows)} ways and the days of {firm['time']}"
    return Chart(
        "change",
        title,
        f"Grey: {names[0]}; colour: {names[1]}; thin bars P10 to P90; {JUDGED}. From {about.origin}; US dollars of {about.year}",
        title,
        width,
        foot + 28,
        "".join(body),
        _told(both),
        about.source,
    )


def _joined(base: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    wanted = ("price_usd", "price_p10_usd", "price_p90_usd", "hours_p50", "hours_p10", "hours_p90")
    keep = base.select("place", "label", "measured", *wanted)
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


def _heads(half: float, unit: str, names: tuple[str, str], width: float) -> str:
    return "".join(
        (
            text(LEFT, 16, f"Price, USD per {unit}", bold=True),
            text(LEFT + half, 16, "Days, P50", bold=True),
            el("circle", cx=22, cy=12, r=5, fill=ink("base")),
            text(32, 16, names[0], fill="faint"),
            el("circle", cx=132, cy=12, r=5, fill=ink("accent")),
            text(142, 16, names[1], fill="faint"),
        )
    )


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
    word = f"{sign}{said}{relative}" if sure else f"{said}, no clear change"
    drawn.append(text(min(edge, scale.end - 4), y + 4, word, fill="ink" if sure else "faint", bold=sure))
    return "".join(drawn)


def pareto(ways: pl.DataFrame, about: About, *, size: tuple[float, float] = (1120, 420)) -> Chart:
    """Price against days of the ways to one destination; area is CO2e; hollow where another way beats it in all three."""
    rows = ways.sort("hours_p50").to_dicts()
    keep = [row for row in rows if not any(_beats(other, row) for other in rows)]
    x = stretch([row["hours_p50"] / 24 for row in rows], 70, size[0] - 150, room=0.08)
    y = stretch([row["price_usd"] for row in rows], size[1] - 50, 20, room=0.12)
    most = max(row["co2_kg"] for row in rows) or 1.0
    marks, wishes, taken = [], [], []
    for row in sorted(rows, key=lambda one: -one["co2_kg"]):
        at = (x(row["hours_p50"] / 24), y(row["price_usd"]))
        r = max(4.0, 20 * (row["co2_kg"] / most) ** 0.5)
        token = "ink" if row["measured"] else "base"
        look = {"fill": ink(token), "fill_opacity": 0.75} if row in keep else {"fill": "none", "stroke_width": 1.5}
        told = f"{row['label']}: {usd(row['price_usd'])} USD, {days(row['hours_p50'])} days, {figures(row['co2_kg'] / 1000)} t CO2e"
        marks.append(el("circle", hint(told), cx=at[0], cy=at[1], r=r, stroke=ink(token), **look))
        taken.append((at[0] - r * 0.7, at[1] - r * 0.7, at[0] + r * 0.7, at[1] + r * 0.7))
        said = f"{row['label']}, {figures(row['co2_kg'] / 1000)} t"
        wishes.append(Wish(said, *at, rank=0 if row in keep else 1, reach=r + 4, bold=bool(row["measured"])))
    spots = place(wishes, (60, 8, size[0] - 4, size[1] - 50), taken=taken)
    words = [text(s.wish.x + s.dx, s.wish.y + s.dy, s.wish.said, anchor=s.anchor, bold=s.wish.bold) for s in spots]
    body = [
        across(x, 20, size[1] - 50, lambda value: f"{value:,.0f}", about=8),
        upward(y, 60, size[0] - 140, lambda value: f"{value:,.0f}"),
        text(size[0] - 130, size[1] - 34, "days, P50", fill="faint"),
        text(64, 14, f"USD per {about.unit}", fill="faint"),
        *marks,
        *words,
    ]
    return Chart(
        "pareto",
        f"To {rows[0]['place']} {len(keep)} of {len(rows)} ways are worth a look: no other is cheaper, quicker and cleaner",
        f"Price against median days; area and label: CO2e in tonnes; hollow: another way is no worse in all three; {about.where(rows[0]['place'])}",
        "; ".join(f"{row['label']} {usd(row['price_usd'])} USD, {days(row['hours_p50'])} days" for row in keep),
        *size,
        "".join(body),
        ways.select(pl.col("label").alias("way"), "price_usd", "hours_p50", "co2_kg"),
        about.source,
        tuple(spot.box for spot in spots),
    )


def _beats(one: Row, other: Row) -> bool:
    names = ("price_usd", "hours_p50", "co2_kg")
    pairs = [(one[name], other[name]) for name in names]
    return all(a <= b for a, b in pairs) and any(a < b for a, b in pairs)


def seasons(frame: pl.DataFrame, about: About, label: str, *, width: float = 1120) -> Chart:
    """Days by month of departure, a panel a destination on one scale: line P50, band P10 to P90."""
    places = frame["place"].unique(maintain_order=True).to_list()
    columns = min(4, len(places))
    wide, tall = (width - 44) / columns, 190.0
    high = float(frame["hours_p90"].max() or 1.0) / 24 * 1.05  # type: ignore[arg-type]
    body = []
    for at, name in enumerate(places):
        left, top = 44 + (at % columns) * wide, 30 + (at // columns) * (tall + 30)
        x, y = Scale(1, 12, left, left + wide - 36), Scale(0, high, top + tall - 20, top)
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
        width,
        36 + -(-len(places) // columns) * (tall + 30),
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
            upward(y, x.start, x.end, (lambda day: f"{day:,.0f}") if first else lambda _: "", about=4),
            text(x.start, y.end - 10, name, bold=True),
            el("path", d=f"M{'L'.join(up + down[::-1])}Z", fill=ink("base"), fill_opacity=0.35),
            el("path", d=f"M{'L'.join(mid)}", fill="none", stroke=ink("ink"), stroke_width=2.5),
            *letters,
        )
    )
