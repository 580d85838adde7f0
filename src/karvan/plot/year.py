"""A simulated year: where capacity is used and freight queues, when it waits, and ships and trains on one axis."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from karvan.plot.axes import Scale, across, plain, stretch
from karvan.plot.svg import About, Chart, el, hint, line, text
from karvan.plot.theme import ink
from karvan.plot.words import figures, percent, short, shorten

Row = dict[str, Any]
ROW = 22.0
NAMED = 250.0
"""Room for names at the left, px."""
STRIP = {
    "name": pl.String(),
    "resource": pl.String(),
    "kind": pl.String(),
    "busy": pl.Float64(),
    "queue": pl.Float64(),
    "wait_h": pl.Float64(),
}
DEPTHS = (0.12, 0.25, 0.4, 0.6, 0.85)
"""Opacities of the calendar's steps, light to dark."""


def strip(
    tables: Mapping[str, pl.DataFrame], nodes: pl.DataFrame, about: About, *, wide: float = 960, most: int = 20
) -> Chart:
    """The corridor from east to west: a row a resource or line of ships, its use as a bar, what waits for it; the worst is marked.

    ``tables``: ``resources``, ``services`` and ``waits`` of a simulated year.
    """
    rows = _worked(tables, nodes, most)
    worst = max(rows, key=lambda row: row["queue"], default=None)
    top, bar = 34.0, wide - NAMED - 170.0
    use = Scale(0.0, 1.0, NAMED, NAMED + bar)
    body = [across(use, 20, top + ROW * len(rows), lambda value: f"{value * 100:.0f} %", about=5)]
    body += [
        text(wide - x, 16, said, fill="faint", text_anchor="end") for x, said in ((96, "queue"), (16, "mean wait"))
    ]
    for at, row in enumerate(rows):
        y = top + ROW * at
        marked = row is worst and row["queue"] > 0
        told = f"{percent(row['busy'])} used, {_tenths(row['queue'])} wait, {_tenths(row['wait_h'])} h each"
        token = "accent" if marked else ("sea" if row["kind"] == "ships" else "moving")
        full = bar * min(row["busy"], 1.0)
        body += [
            text(8, y + 13, shorten(f"{row['name']}: {row['resource']}", NAMED - 16), bold=marked),
            el("rect", x=NAMED, y=y + 3, width=bar, height=12, fill=ink("rule"), opacity=0.5),
            el(
                "rect",
                hint(f"{row['resource']}: {told}"),
                x=NAMED,
                y=y + 3,
                width=max(1.0, full),
                height=12,
                fill=ink(token),
            ),
            text(wide - 96, y + 13, _tenths(row["queue"]), bold=marked, text_anchor="end"),
            text(wide - 16, y + 13, f"{_tenths(row['wait_h'])} h", bold=marked, text_anchor="end"),
        ]
    return Chart(
        "strip", f"{worst['name']}: most wait for {worst['resource']}" if worst and worst["queue"] > 0 else "Nothing waits",
        "Share of the year that servers are busy, or of their room that ships fill (teal); mean queue and mean wait, from east to "
        f"west; {_where(about)}",
        "; ".join(f"{row['resource']}: {percent(row['busy'])} used, queue {_tenths(row['queue'])}" for row in rows),
        wide, top + ROW * len(rows) + 24, "".join(body),
        pl.DataFrame(rows, schema=STRIP, orient="row"), about.source,
    )  # fmt: skip


def _tenths(value: float) -> str:
    """A figure with what matters of it: three digits, and no more than one behind the point."""
    return figures(value) if abs(value) >= 100 else f"{value:.1f}"


def _worked(tables: Mapping[str, pl.DataFrame], nodes: pl.DataFrame, most: int) -> list[Row]:
    """The resources and lines with the most waiting or the most use, from east to west."""
    same = ("place", "resource", "kind", "busy", "queue", "wait_h")
    servers = tables["resources"].filter(pl.col("busy").is_not_null()).select(same)
    waits = (
        tables["waits"].filter(pl.col("cause") == "vessel").select("place", "queue", pl.col("hours").alias("wait_h"))
    )
    ships = tables["services"].select(
        pl.concat_str("service", pl.lit("@"), "from").alias("place"), pl.col("from").alias("port"),
        pl.concat_str(pl.lit("ships "), "service").alias("resource"), pl.lit("ships").alias("kind"),
        pl.col("load_factor").fill_null(0.0).alias("busy"),
    ).join(waits, on="place", how="left").with_columns(pl.col("port").alias("place")).select(same)  # fmt: skip
    frame = pl.concat([servers, ships], how="vertical_relaxed").with_columns(pl.col("queue", "wait_h").fill_null(0.0))
    frame = frame.sort("queue", "busy", "resource", descending=[True, True, False]).head(most)
    placed = frame.join(nodes.select("node_id", "name", "lon"), left_on="place", right_on="node_id", how="left")
    placed = placed.with_columns(pl.col("name").fill_null(pl.col("place")).map_elements(short, pl.String))
    return placed.sort("lon", "resource", descending=[True, False], nulls_last=True).select(*STRIP).to_dicts()


def calendar(
    waits: pl.DataFrame, about: About, *, names: Mapping[str, str], wide: float = 960, most: int = 14
) -> Chart:
    """Months across, places and causes down: the darker a cell, the more wait there on average."""
    order = waits.group_by("place", "cause").agg(pl.col("queue").mean().alias("mean")).filter(pl.col("mean") > 0)
    order = order.sort("mean", "place", "cause", descending=[True, False, False]).head(most)
    months = waits["month"].unique().sort().to_list()
    top, cell = 34.0, (wide - NAMED - 24.0) / max(1, len(months))
    body = [
        text(NAMED + cell * (at + 0.5), 22, f"{month:%b}", fill="faint", text_anchor="middle")
        for at, month in enumerate(months)
    ]
    lines = []
    worst: tuple[float, str, dt.date | None] = (0.0, "", None)
    for number, (place, cause, _) in enumerate(order.iter_rows()):
        y = top + ROW * number
        mine = {
            row["month"]: row
            for row in waits.filter((pl.col("place") == place) & (pl.col("cause") == cause)).iter_rows(named=True)
        }
        high = max(row["queue"] for row in mine.values())
        name = f"{_spot(place, names)}: {cause}"
        body.append(text(8, y + 15, shorten(name, NAMED - 16)))
        for at, month in enumerate(months):
            row = mine.get(month)
            queue = row["queue"] if row else 0.0
            worst = max(worst, (queue, name, month), key=lambda one: one[0])
            body.append(_cell(NAMED + cell * at, y, cell, queue, high, row))
        lines.append(
            {
                "place": place,
                "cause": cause,
                **{f"{month:%Y-%m}": mine[month]["queue"] if month in mine else 0.0 for month in months},
            }
        )
    said = f"{worst[1]}: {figures(worst[0])} wait in {worst[2]:%B}, the most of all" if worst[2] else "Nothing waits"
    return Chart(
        "calendar", said,
        f"Mean number waiting by place, cause and month (number in the cell; darker: nearer to the row's own highest); {_where(about)}",
        said, wide, top + ROW * order.height + 12, "".join(body), pl.DataFrame(lines), about.source,
    )  # fmt: skip


def _cell(x: float, y: float, wide: float, queue: float, high: float, row: Row | None) -> str:
    share = queue / high if high > 0 else 0.0
    step = min(int(share * len(DEPTHS)), len(DEPTHS) - 1)
    said = hint(
        f"{figures(queue)} wait on average" + (f", {figures(row['hours'])} h each" if row and row["hours"] else "")
    )
    box = el(
        "rect",
        said,
        x=x + 1,
        y=y + 1,
        width=wide - 2,
        height=ROW - 2,
        fill=ink("post"),
        opacity=DEPTHS[step] if queue else 0.04,
    )
    label = figures(queue) if queue >= 0.05 else ""
    return box + text(
        x + wide / 2, y + 15, label, text_anchor="middle", fill="paper" if step == len(DEPTHS) - 1 and queue else "ink"
    )


def _spot(place: str, names: Mapping[str, str]) -> str:
    """A place of waiting in words: the name of a node, or of the port where a service is waited for."""
    service, at, node = place.partition("@")
    return f"{names.get(node, node)}, {service}" if at else names.get(place, place)


def marey(
    trace: pl.DataFrame, axis: Sequence[tuple[str, float]], about: About, *, names: Mapping[str, str], days_shown: float = 30.0,
    wide: float = 960,
) -> Chart:  # fmt: skip
    """Space and time: places of the corridor down (by km), days across; trains and ships as slopes, waiting as level lines.

    ``axis``: places in order, each with its km from the first.
    """
    at = dict(axis)
    whole = max(at.values(), default=1.0) or 1.0
    top, height = 24.0, 460.0
    x = Scale(0.0, days_shown * 24.0, NAMED - 90.0, wide - 16.0)
    y = Scale(0.0, whole, top, top + height)
    body = [
        across(
            Scale(0.0, days_shown, x.start, x.end), top - 6, top + height, lambda value: f"day {plain(value)}", about=6
        )
    ]
    last = -99.0
    for place, km in axis:
        body.append(line((x.start, y(km)), (x.end, y(km)), "rule"))
        if y(km) - last >= 13:
            body.append(text(8, y(km) + 4, shorten(names.get(place, place), NAMED - 106)))
            last = y(km)
    drawn: dict[str, list[str]] = {"sea": [], "rail": [], "post": []}
    crossings = set(trace.filter(pl.col("kind") == "ship").select("place", "to").rows())
    for part in trace.filter(pl.col("hour") <= days_shown * 24.0).partition_by("mover", maintain_order=True):
        _track(part, crossings, at, (x, y), days_shown * 24.0, drawn)
    for token, width, opacity in (("post", 2.4, 0.5), ("rail", 0.7, 0.55), ("sea", 1.2, 0.85)):
        body.append(
            el("path", d="".join(drawn[token]), fill="none", stroke=ink(token), stroke_width=width, opacity=opacity)
        )
    moved = {kind: trace.filter(pl.col("kind") == kind)["mover"].n_unique() for kind in ("train", "ship")}
    said = (
        f"{moved['train']:,} trains and {moved['ship']:,} ships in {plain(days_shown)} days: level red lines are waits"
    )
    return Chart(
        "space-time", said,
        f"The first {plain(days_shown)} days of one run: place down by km, time across; rail blue, ships teal, waiting red; {_where(about)}",
        said, wide, top + height + 28, "".join(body),
        pl.DataFrame({"place": [place for place, _ in axis], "km": [km for _, km in axis]}), about.source,
    )  # fmt: skip


def _track(
    part: pl.DataFrame,
    crossings: set[tuple[str, str]],
    at: Mapping[str, float],
    scales: tuple[Scale, Scale],
    end: float,
    drawn: dict[str, list[str]],
) -> None:
    """Adds the path of one mover: a slope from place to place, a level line where it stands."""
    x, y = scales
    rows = part.select("hour", "state", "place", "to", "kind").rows()
    for number, (hour, state, place, to, kind) in enumerate(rows):
        until = min(rows[number + 1][0] if number + 1 < len(rows) else end, end)
        if place not in at or until <= hour:
            continue
        if kind != "ship" and (place, to) in crossings:
            continue  # it is aboard: the ship is drawn
        if to and to in at and to != place:
            drawn["sea" if kind == "ship" else "rail"].append(
                f"M{x(hour):.1f} {y(at[place]):.1f}L{x(until):.1f} {y(at[to]):.1f}"
            )
        elif state in ("waiting", "loading", "closed") and until - hour > 1.0:
            drawn["post"].append(f"M{x(hour):.1f} {y(at[place]):.1f}H{x(until):.1f}")


def changes(
    frame: pl.DataFrame, about: About, scenarios: tuple[str, str], *, wide: float = 960, most: int = 12
) -> Chart:
    """What a scenario changes in the year: dots with 95 % intervals about nought; grey where there is no clear change."""
    rows = frame.filter(pl.col("unit") == "h").head(most).to_dicts()
    top, left = 30.0, 330.0
    ends = [value for row in rows for value in (row["change"] - row["ci95"], row["change"] + row["ci95"])]
    scale = stretch([*ends, 0.0], left, wide - 150.0)
    body = [across(scale, 18, top + ROW * len(rows), lambda value: f"{plain(value)} h", about=6)]
    body.append(line((scale(0.0), 18), (scale(0.0), top + ROW * len(rows)), "ink"))
    for number, row in enumerate(rows):
        y = top + ROW * number + 9
        name = (
            f"{_spot(row['place'], about.names)}: wait for {row['cause']}"
            if row["place"]
            else "all freight: hours on the way"
        )
        token = "accent" if row["clear"] else "base"
        body.append(text(8, y + 4, shorten(name, left - 16)))
        body.append(line((scale(row["change"] - row["ci95"]), y), (scale(row["change"] + row["ci95"]), y), token, 3))
        body.append(el("circle", hint(row["says"]), cx=scale(row["change"]), cy=y, r=4, fill=ink(token)))
        body.append(
            text(
                wide - 140,
                y + 4,
                f"{row['change']:+.3g} h" if row["clear"] else "no clear change",
                fill="ink" if row["clear"] else "faint",
            )
        )
    main = next((row for row in rows if not row["place"]), None)
    finding = "no clear change of the time on the way"
    if main and main["clear"]:
        finding = f"{main['change'] / 24:+.2g} d on the way ({(main['change'] - main['ci95']) / 24:+.2g} to {(main['change'] + main['ci95']) / 24:+.2g})"
    return Chart(
        "year-change", f"{scenarios[1]}: {finding}",
        f"Change of mean hours against {scenarios[0]}, with 95 % intervals over paired runs; {_where(about)}",
        "; ".join(row["says"] for row in rows), wide, top + ROW * len(rows) + 24, "".join(body),
        frame.select("what", "place", "cause", "unit", "base", "other", "change", "ci95", "clear"), about.source,
    )  # fmt: skip


def _where(about: About) -> str:
    return f"scenario {about.scenario or 'base'}"
