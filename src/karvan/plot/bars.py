"""Bars: ways side by side with their bands, where the time goes, what would match a rival, and fans over years."""

from typing import Any

import polars as pl

from karvan.plot.axes import Scale, across, grouped, plain, stretch, upward
from karvan.plot.svg import HATCH, About, Chart, el, hint, line, text
from karvan.plot.theme import PARTS, ink
from karvan.plot.words import called, days, figures, percent, shorten, span, usd, width

Row = dict[str, Any]
ROW = 28.0
TOP = 34.0


def left(wide: float) -> float:
    """Room for the names of the ways."""
    return 200.0 if wide > 800 else 150.0


def bands(ways: pl.DataFrame, about: About, *, wide: float = 960) -> Chart:
    """The ways side by side by destination, cheapest first, on one scale: price, days and CO2e; dot P50, bar P10 to P90.

    Where ``ways`` has the columns ``hours_p25`` and ``hours_p75`` the bar is thick between them.
    """
    rows = ways.sort("price_usd", maintain_order=True).to_dicts()
    spots, heads, foot = grouped(rows, _order(ways), TOP, ROW)
    start = left(wide)
    half = (wide - start - 70) / 2
    price = stretch([row["price_p90_usd"] for row in rows], start, start + half - 60)
    time = stretch([row["hours_p90"] / 24 for row in rows], start + half, start + 2 * half - 50)
    body = [
        text(start, 16, f"Price, USD per {about.unit}", bold=True),
        text(start + half, 16, "Door to door, days", bold=True),
        text(wide - 8, 16, "CO2e, t", bold=True, anchor="end"),
        across(price, TOP - 6, foot, plain, about=4),
        across(time, TOP - 6, foot, plain, about=4),
        *(text(8, y + 4, f"To {name}", fill="faint") for y, name in heads),
    ]
    for y, row in spots:
        hours = tuple(row[name] / 24 for name in ("hours_p10", "hours_p50", "hours_p90"))
        inner = tuple(row[name] / 24 for name in ("hours_p25", "hours_p75")) if "hours_p25" in row else ()
        paid = (row["price_p10_usd"], row["price_usd"], row["price_p90_usd"])
        body += [
            _name(row, y, start),
            _whisker(price, y, paid, usd(row["price_usd"]), strong=row["measured"]),
            _whisker(time, y, hours, days(row["hours_p50"]), strong=row["measured"], inner=inner),
            text(wide - 8, y + 4, figures(row["co2_kg"] / 1000), anchor="end"),
        ]
    return Chart(
        "ways",
        _side_by_side(rows),
        "Dot: middle value (price as published, days P50); bar: P10 to P90, where 80 of 100 quotes and journeys lie; "
        f"{about.where(_only(rows))}",
        "; ".join(
            f"{row['label']} to {row['place']}: {usd(row['price_usd'])} USD, {days(row['hours_p50'])} days"
            for row in rows
        ),
        wide,
        foot + 24,
        "".join(body),
        table(ways),
        about.source,
    )


def _order(ways: pl.DataFrame) -> list[str]:
    return ways["place"].unique(maintain_order=True).to_list()


def _only(rows: list[Row]) -> str:
    """The destination, where there is but one."""
    places = {row["place"] for row in rows}
    return str(places.pop()) if len(places) == 1 else ""


def _name(row: Row, y: float, room: float) -> str:
    return text(8, y + 4, shorten(row["label"], room - 20), bold=bool(row["measured"]))


def table(ways: pl.DataFrame) -> pl.DataFrame:
    """The ways as a reader's table, the cheapest first."""
    columns = (
        "price_usd", "price_p10_usd", "price_p90_usd", "hours_p10", "hours_p50", "hours_p90", "km", "co2_kg", "loss_p",
        "cost_usd", "estimated_price", "estimated_hours",
    )  # fmt: skip
    named = [pl.col("place").alias("to"), pl.col("label").alias("way"), pl.col("name").alias("by")]
    return ways.sort("price_usd", maintain_order=True).select(*named, *columns)


def _side_by_side(rows: list[Row]) -> str:
    by_place: dict[str, list[Row]] = {}
    for row in rows:
        by_place.setdefault(row["place"], []).append(row)
    best = [(min(here, key=_price), min(here, key=_hours)) for here in by_place.values()]
    if len(best) > 1 and any(row["measured"] for row in rows):
        mine = next(row["label"] for row in rows if row["measured"])
        cheap, quick = (sum(pair[at]["measured"] for pair in best) for at in (0, 1))
        return f"{mine} is the cheapest way to {cheap} and the quickest to {quick} of {len(best)} destinations"
    cheapest, quickest = best[0]
    to = f"To {cheapest['place']}"
    price, time = f"{usd(cheapest['price_usd'])} USD", f"{days(quickest['hours_p50'])} days"
    if cheapest is quickest:
        return f"{to} cheapest and quickest: {cheapest['label']}, {price} and {time}"
    return f"{to} cheapest: {cheapest['label']}, {price}; quickest: {quickest['label']}, {time}"


def _price(row: Row) -> float:
    return float(row["price_usd"])


def _hours(row: Row) -> float:
    return float(row["hours_p50"])


def _whisker(
    scale: Scale, y: float, band: tuple[float, ...], said: str, *, strong: bool, inner: tuple[float, ...] = ()
) -> str:
    low, mid, high = (scale(value) for value in band)
    token = "ink" if strong else "base"
    drawn = [line((low, y), (high, y), token, 2 if inner else 4, stroke_linecap="round")]
    if inner:
        drawn.append(line((scale(inner[0]), y), (scale(inner[1]), y), token, 7))
    told = hint(f"P10 {figures(band[0])}, middle {figures(band[1])}, P90 {figures(band[2])}")
    drawn.append(el("circle", told, cx=mid, cy=y, r=5.5, fill=ink(token), stroke=ink("paper"), stroke_width=1.5))
    drawn.append(text(high + 10, y + 4, said, bold=strong))
    return "".join(drawn)


def shares(ways: pl.DataFrame, parts: pl.DataFrame, about: About, *, wide: float = 960) -> Chart:
    """Where the time goes, a row a way: days moving, handled, at borders and waiting, on one scale."""
    rows = ways.sort("hours", maintain_order=True).to_dicts()
    spots, heads, foot = grouped(rows, _order(ways), TOP - 14, 35.0)
    start = left(wide)
    scale = stretch([row["hours"] / 24 for row in rows], start, wide - 56, room=0.0)
    body = [across(scale, 8, foot, lambda value: f"{plain(value)} d", about=8), _hatch()]
    body += [text(8, y + 4, f"To {name}", fill="faint") for y, name in heads]
    for y, row in spots:
        own = parts.filter((pl.col("label") == row["label"]) & (pl.col("place") == row["place"])).to_dicts()
        body += [_name(row, y + 6, start), _stack(own, scale, y)]
        body.append(text(scale(row["hours"] / 24) + 8, y + 11, f"{days(row['hours'])} d", bold=bool(row["measured"])))
    moving = parts.filter(pl.col("part") == "moving").to_dicts()
    mine = next((row for row in rows if row["measured"]), rows[0])
    share = next(row["share"] for row in moving if (row["label"], row["place"]) == (mine["label"], mine["place"]))
    return Chart(
        "shares",
        f"{mine['label']} to {mine['place']}: freight moves {percent(share)} of the time and stands the rest",
        "Mean days by what happens: moving, handling (loading, gauge change), at borders, waiting; "
        f"{about.where(_only(rows))}",
        "; ".join(f"{row['label']} to {row['place']}: {percent(row['share'])} of the time moving" for row in moving),
        wide,
        foot + 24,
        "".join(body),
        parts.select(
            pl.col("place").alias("to"), pl.col("label").alias("way"), "part", pl.col("hours").alias("hours_h"), "share"
        ),
        about.source,
    )


def _stack(parts: list[Row], scale: Scale, y: float) -> str:
    drawn = []
    start = 0.0
    for part in parts:
        end = start + part["hours"] / 24
        low, high = scale(start), scale(end)
        token = PARTS[part["part"]]
        fill = f"url(#{HATCH})" if part["part"] == "waiting" else ink(token)
        told = hint(f"{part['part']}: {span(part['hours'])}, {percent(part['share'])}")
        box = {"x": low, "y": y, "width": max(high - low, 0), "height": 14}
        drawn.append(el("rect", told, **box, fill=fill, stroke=ink("paper"), stroke_width=1))
        for said in (f"{part['part']} {percent(part['share'])}", percent(part["share"])):
            if width(said) < high - low - 6:
                drawn.append(text(low + 2, y - 5, said, fill="post" if part["part"] == "border" else "faint"))
                break
        start = end
    return "".join(drawn)


def _hatch() -> str:
    stroke = el("path", d="M-1 1L1 -1M0 6L6 0M5 7L7 5", stroke=ink("waiting"), stroke_width=1.6)
    back = el("rect", width=6, height=6, fill=ink("panel"))
    return el("defs", el("pattern", back, stroke, id=HATCH, width=6, height=6, patternUnits="userSpaceOnUse"))


def match(gaps: pl.DataFrame, about: About, *, wide: float = 960) -> Chart:
    """How far the measured corridor is behind or ahead of each rival, and what would close each gap.

    ``gaps`` is ``Rivals.match`` with ``place`` beside; a hollow bar's sign turns within 30 % of the estimates.
    """
    rows = gaps.sort("cost_gap_usd", descending=True, maintain_order=True).to_dicts()
    spots, heads, foot = grouped(rows, gaps["place"].unique(maintain_order=True).to_list(), TOP, ROW)
    words, turns = wide - 318, wide - 8
    scale = stretch([row["cost_gap_usd"] for row in rows], left(wide), words - 20)
    mine = called(rows[0]["corridor"])
    body = [
        across(scale, TOP - 6, foot, plain, about=4),
        line((scale(0), TOP - 6), (scale(0), foot), "faint"),
        text(left(wide), 16, f"{mine} dearer by, USD", bold=True),
        text(words, 16, "To match it would have to be", bold=True),
        text(turns, 16, "Turns at *", bold=True, anchor="end"),
        *(text(8, y + 4, f"To {name}", fill="faint") for y, name in heads),
    ]
    for y, row in spots:
        body += [text(8, y + 4, shorten(called(row["against"]), left(wide) - 20)), _gap(row, scale, y)]
        body.append(text(words, y + 4, to_match(row), fill="ink" if row["cost_gap_usd"] > 0 else "faint"))
        body.append(text(turns, y + 4, turning(row), anchor="end", fill="ink" if row["sign_holds"] else "faint"))
    behind = [row for row in rows if row["cost_gap_usd"] > 0]
    return Chart(
        "match",
        f"{mine} is behind {len(behind)} of {len(rows)} rivals once price, time, spread and risk are counted together",
        f"Gap in generalised cost, USD per {about.unit}, and what would close it. * The order turns if every estimate is "
        f"off by so much against it; hollow: within 30 %; {about.where('')}",
        "; ".join(f"{row['place']}, {called(row['against'])}: {to_match(row)}" for row in rows),
        wide,
        foot + 24,
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
    quicker = f" or {days(hours)} days quicker" if hours is not None else ""
    return f"{usd(row['usd_to_match'])} USD cheaper{quicker}"


def turning(row: Row) -> str:
    """By how much the estimates would have to be off for the order to turn, in words."""
    turns = row["turns_at"]
    return "over 200 %" if turns is None or turns > 2 else percent(turns)


def _gap(row: Row, scale: Scale, y: float) -> str:
    low, high = sorted((scale(0), scale(row["cost_gap_usd"])))
    token = "ink" if row["cost_gap_usd"] > 0 else "base"
    fill = ink(token) if row["sign_holds"] else ink("paper")
    box = {"x": low, "y": y - 7, "width": high - low, "height": 14}
    said = hint(f"{usd(row['cost_gap_usd'])} USD")
    return el("rect", said, **box, fill=fill, stroke=ink(token), stroke_width=1.5)


FAN = (24.0, 220.0, 64.0, 24.0)
"""Top, height, left and right of a fan, px."""
BAR = 14.0


def fan(rows: pl.DataFrame, counted: pl.DataFrame, about: About, *, wide: float = 960) -> Chart:
    """One quantity: dots are years counted; bars run from P10 to P90 of years computed, the line across each is P50.

    ``rows``: scenario, year, p10, p50, p90, in the order of drawing; ``counted``: year, value. Bars of one year stand beside
    each other; the axis begins at zero.
    """
    top, tall, start, edge = FAN
    lines = rows.to_dicts()
    seen = counted.to_dicts()
    scale = stretch([row["p90"] for row in lines] + [row["value"] for row in seen], top + tall, top)
    spots = [*sorted({row["year"] for row in seen}), *((row["scenario"], row["year"]) for row in lines)]
    step = (wide - start - edge) / max(len(spots), 1)
    at = {spot: start + step * (number + 0.5) for number, spot in enumerate(spots)}
    body = [upward(scale, start, wide - edge, plain)]
    for row in seen:
        x, y = at[row["year"]], scale(row["value"])
        body.append(
            el("circle", hint(f"{row['year']}, counted: {figures(row['value'])}"), cx=x, cy=y, r=5, fill=ink("ink"))
        )
        body.append(text(x, top + tall + 16, str(row["year"]), fill="faint", anchor="middle"))
    before = ""
    for row in lines:
        x = at[row["scenario"], row["year"]]
        body.append(_bar(row, x, (scale(row["p10"]), scale(row["p50"]), scale(row["p90"]))))
        body.append(text(x, top + tall + 16, str(row["year"]), fill="faint", anchor="middle"))
        if row["scenario"] != before:
            body.append(text(x, top + tall + 34, row["scenario"], fill="faint", anchor="middle"))
            before = row["scenario"]
    last = lines[-1]
    first = lines[0]
    what = f"{first['quantity']}, {first['unit']}"
    said = f"{last['scenario']} {last['year']}: {figures(last['p50'])} {last['unit']} ({figures(last['p10'])} to {figures(last['p90'])})"
    return Chart(
        f"fan-{first['quantity']}", said, f"{what}: counted (dots), computed (P10 to P90, P50 across); axis from zero",
        "; ".join(f"{row['scenario']} {row['year']}: {figures(row['p10'])} to {figures(row['p90'])}" for row in lines),
        wide, top + tall + 44, "".join(body), rows, about.source,
    )  # fmt: skip


def _bar(row: Row, x: float, ys: tuple[float, float, float]) -> str:
    low, middle, high = ys
    said = f"{row['scenario']} {row['year']}: P10 {figures(row['p10'])}, P50 {figures(row['p50'])}, P90 {figures(row['p90'])}"
    box = el(
        "rect",
        hint(said),
        x=x - BAR / 2,
        y=high,
        width=BAR,
        height=max(low - high, 1.0),
        fill=ink("base"),
        fill_opacity=0.45,
    )
    return box + line((x - BAR / 2, middle), (x + BAR / 2, middle), "accent", 3)
