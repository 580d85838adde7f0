"""Bars: ways side by side with their bands, where the time goes, and what would match a rival."""

from typing import Any

import polars as pl

from karvan.plot.about import About, called
from karvan.plot.axes import Scale, across, stretch
from karvan.plot.svg import Chart, el, hint, line, number, text
from karvan.plot.theme import PARTS, ink
from karvan.plot.words import days, figures, percent, shorten, span, usd, width

Row = dict[str, Any]
ROW = 36.0
LEFT = 236.0


def bands(ways: pl.DataFrame, about: About, *, width: float = 1120) -> Chart:
    """The ways to one destination side by side, cheapest first: price, days and CO2e; dot P50, bar P10 to P90.

    Where ``ways`` has the columns ``hours_p25`` and ``hours_p75`` the bar is thick between them.
    """
    rows = ways.sort("price_usd").to_dicts()
    top, foot = 34.0, 34.0 + ROW * len(rows)
    half = (width - LEFT - 130) / 2
    price = stretch([row["price_p90_usd"] for row in rows], LEFT, LEFT + half - 60)
    time = stretch([row["hours_p90"] / 24 for row in rows], LEFT + half, LEFT + 2 * half - 60)
    body = [
        text(LEFT, 16, f"Price, USD per {about.unit}", bold=True),
        text(LEFT + half, 16, "Door to door, days", bold=True),
        text(width - 16, 16, "CO2e, t", bold=True, anchor="end"),
        across(price, top, foot, lambda value: f"{value:,.0f}", about=4),
        across(time, top, foot, lambda value: f"{value:,.0f}", about=4),
    ]
    for at, row in enumerate(rows):
        y = top + ROW * (at + 0.5)
        shown = {"price": (row["price_p10_usd"], row["price_usd"], row["price_p90_usd"])}
        shown["hours"] = tuple(row[name] / 24 for name in ("hours_p10", "hours_p50", "hours_p90"))
        inner = tuple(row[name] / 24 for name in ("hours_p25", "hours_p75")) if "hours_p25" in row else ()
        body += [
            text(16, y + 4, shorten(row["label"], LEFT - 32), bold=bool(row["measured"])),
            _whisker(price, y, shown["price"], usd(row["price_usd"]), strong=row["measured"]),
            _whisker(time, y, shown["hours"], f"{days(row['hours_p50'])}", strong=row["measured"], inner=inner),
            text(width - 16, y + 4, figures(row["co2_kg"] / 1000), anchor="end"),
        ]
    return Chart(
        "ways",
        _side_by_side(rows),
        "Dot: middle value (price as published, days P50); bar: P10 to P90, that is 80 of 100 journeys or quotes; "
        f"{about.where(rows[0]['place'])}",
        "; ".join(f"{row['label']}: {usd(row['price_usd'])} USD, {days(row['hours_p50'])} days" for row in rows),
        width,
        foot + 28,
        "".join(body),
        table(ways),
        about.source,
    )


def table(ways: pl.DataFrame) -> pl.DataFrame:
    """The ways as a reader's table, the cheapest first."""
    columns = (
        "price_usd", "price_p10_usd", "price_p90_usd", "hours_p10", "hours_p50", "hours_p90", "km", "co2_kg", "loss_p",
        "cost_usd", "estimated_price", "estimated_hours",
    )  # fmt: skip
    named = [pl.col("place").alias("to"), pl.col("label").alias("way"), pl.col("name").alias("by")]
    return ways.sort("price_usd").select(*named, *columns)


def _side_by_side(rows: list[Row]) -> str:
    cheap, quick = rows[0], min(rows, key=lambda row: float(row["hours_p50"]))
    to = f"To {cheap['place']}"
    if cheap is quick:
        return f"{to} the {cheap['label']} is the cheapest ({usd(cheap['price_usd'])} USD) and the quickest" + (
            f" ({days(quick['hours_p50'])} days)" if len(rows) > 1 else f": {days(quick['hours_p50'])} days"
        )
    return (
        f"{to} the {cheap['label']} is cheapest ({usd(cheap['price_usd'])} USD), "
        f"the {quick['label']} quickest ({days(quick['hours_p50'])} days)"
    )


def _whisker(
    scale: Scale, y: float, band: tuple[float, ...], said: str, *, strong: bool, inner: tuple[float, ...] = ()
) -> str:
    low, mid, high = (scale(value) for value in band)
    token = "ink" if strong else "base"
    drawn = [
        line((low, y), (high, y), token, 4 if not inner else 2, stroke_linecap="round", opacity=1 if strong else 0.75)
    ]
    if inner:
        drawn.append(line((scale(inner[0]), y), (scale(inner[1]), y), token, 7))
    told = hint(f"P10 {figures(band[0])}, middle {figures(band[1])}, P90 {figures(band[2])}")
    drawn.append(el("circle", told, cx=mid, cy=y, r=5.5, fill=ink(token), stroke=ink("paper"), stroke_width=1.5))
    drawn.append(text(high + 10, y + 4, said, bold=strong))
    return "".join(drawn)


def shares(ways: pl.DataFrame, parts: pl.DataFrame, about: About, *, width: float = 1120) -> Chart:
    """Where the time goes, a row a way: days moving, handled, at borders and waiting, on one scale."""
    rows = ways.sort("hours").to_dicts()
    top, tall = 20.0, 48.0
    foot = top + tall * len(rows)
    scale = stretch([row["hours"] / 24 for row in rows], LEFT, width - 70, room=0.0)
    body = [across(scale, top, foot, lambda value: f"{value:,.0f} d", about=8), _hatch()]
    moving: dict[str, float] = {}
    for at, row in enumerate(rows):
        y = top + tall * at
        own = parts.filter(pl.col("label") == row["label"]).to_dicts()
        moving[row["label"]] = sum(part["share"] for part in own if part["part"] == "moving")
        body.append(text(16, y + 34, shorten(row["label"], LEFT - 32), bold=bool(row["measured"])))
        body.append(_stack(own, scale, y))
        body.append(text(scale(row["hours"] / 24) + 8, y + 34, f"{days(row['hours'])} d", bold=bool(row["measured"])))
    mine = next((row for row in rows if row["measured"]), rows[0])
    return Chart(
        "shares",
        f"{mine['label']} to {mine['place']}: freight moves {percent(moving[mine['label']])} of the time and stands the rest",
        f"Mean days by what happens: moving, handling (loading, gauge change), at borders, waiting; {about.where(mine['place'])}",
        "; ".join(f"{label}: {percent(share)} of the time moving" for label, share in moving.items()),
        width,
        foot + 28,
        "".join(body),
        parts.select(pl.col("label").alias("way"), "part", pl.col("hours").alias("hours_h"), "share"),
        about.source,
    )


def _stack(parts: list[Row], scale: Scale, y: float) -> str:
    drawn = []
    start = 0.0
    for part in parts:
        end = start + part["hours"] / 24
        left, right = scale(start), scale(end)
        token = PARTS[part["part"]]
        fill = "url(#hatch)" if part["part"] == "waiting" else ink(token)
        told = hint(f"{part['part']}: {span(part['hours'])}, {percent(part['share'])}")
        box = {"x": left, "y": y + 20, "width": max(right - left, 0), "height": 20}
        drawn.append(el("rect", told, **box, fill=fill, stroke=ink("paper"), stroke_width=1))
        for said in (f"{part['part']} {percent(part['share'])}", percent(part["share"])):
            if width(said) < right - left - 6:
                drawn.append(text(left + 2, y + 15, said, fill="post" if part["part"] == "border" else "faint"))
                break
        start = end
    return "".join(drawn)


def _hatch() -> str:
    stroke = el("path", d="M-1 1L1 -1M0 6L6 0M5 7L7 5", stroke=ink("waiting"), stroke_width=1.6)
    back = el("rect", width=6, height=6, fill=ink("panel"))
    return el("defs", el("pattern", back, stroke, id="hatch", width=6, height=6, patternUnits="userSpaceOnUse"))


def match(gaps: pl.DataFrame, about: About, *, width: float = 1120) -> Chart:
    """How far the measured corridor is behind or ahead of each rival, and what would close each gap.

    ``gaps`` is ``Rivals.match`` with ``place`` beside; a hollow bar's sign turns within 30 % of the estimates.
    """
    rows = gaps.sort("place", "cost_gap_usd", descending=[False, True]).to_dicts()
    top, foot = 34.0, 34.0 + 30 * len(rows)
    scale = stretch([row["cost_gap_usd"] for row in rows], LEFT + 90, width - 470)
    mine = called(rows[0]["corridor"])
    body = [
        across(scale, top, foot, lambda value: f"{value:,.0f}", about=5),
        line((scale(0), top), (scale(0), foot), "faint"),
        text(scale(0) + 6, 16, f"{mine} dearer", fill="faint"),
        text(scale(0) - 6, 16, "better", fill="faint", anchor="end"),
        text(width - 430, 16, "To match it would have to be", bold=True),
        text(width - 16, 16, "Order turns if estimates are off by", bold=True, anchor="end"),
    ]
    seen = ""
    for at, row in enumerate(rows):
        y = top + 30 * (at + 0.5)
        body.append(text(16, y + 4, shorten(row["place"], 110), bold=True) if row["place"] != seen else "")
        seen = row["place"]
        body += [text(130, y + 4, shorten(called(row["against"]), LEFT - 60)), _gap(row, scale, y)]
        body.append(text(width - 430, y + 4, to_match(row), fill="ink" if row["cost_gap_usd"] > 0 else "faint"))
        body.append(text(width - 16, y + 4, turning(row), anchor="end", fill="ink" if row["sign_holds"] else "faint"))
    behind = [row for row in rows if row["cost_gap_usd"] > 0]
    return Chart(
        "match",
        f"{mine} is behind {len(behind)} of {len(rows)} rivals once price, time and spread are counted together",
        f"Gap in generalised cost, USD per {about.unit} (price, value of time, spread, risk); hollow: the order may turn "
        f"within 30 % of the estimates; {about.where('')}",
        "; ".join(f"{row['place']}, {called(row['against'])}: {to_match(row)}" for row in rows),
        width,
        foot + 28,
        "".join(body),
        gaps.select("place", "corridor", "against", *(name for name in gaps.columns if name not in TAGS)),
        about.source,
    )


TAGS = ("place", "corridor", "against", "destination")


def to_match(row: Row) -> str:
    """What would close a gap, in words."""
    if row["cost_gap_usd"] <= 0:
        return f"ahead by {usd(-row['cost_gap_usd'])} USD"
    hours = row["hours_to_match"]
    quicker = f", or {days(hours)} days quicker" if hours is not None else ""
    return f"{usd(row['usd_to_match'])} USD cheaper{quicker}"


def turning(row: Row) -> str:
    """By how much the estimates would have to be off for the order to turn, in words."""
    turns = row["turns_at"]
    return "more than 200 %" if turns is None or turns > 2 else percent(turns)


def _gap(row: Row, scale: Scale, y: float) -> str:
    left, right = sorted((scale(0), scale(row["cost_gap_usd"])))
    token = "ink" if row["cost_gap_usd"] > 0 else "base"
    fill = ink(token) if row["sign_holds"] else ink("paper")
    box = {"x": left, "y": y - 7, "width": right - left, "height": 14}
    return el("rect", hint(f"{number(row['cost_gap_usd'])} USD"), **box, fill=fill, stroke=ink(token), stroke_width=1.5)
