"""What the tests of pictures and reports share: the toy corridor's rivals in two scenarios, told, drawn and reported."""

import re
from functools import cache
from xml.etree import ElementTree

import polars as pl

from karvan.corridor import Corridor
from karvan.data import load
from karvan.engines.route import Routes, route
from karvan.plot.svg import Chart
from karvan.report import Report, report
from karvan.report.told import Told, told
from karvan.shipment import Shipment
from karvan.studies.findings import Findings, findings
from karvan.studies.rivals import Rivals, rivals

BOX = Shipment("orio", "destin", commodity="boxes", feu=1)
TO = ["destin", "havn", "norrby"]
SVG = "{http://www.w3.org/2000/svg}"


@cache
def toy() -> Corridor:
    return load.load("toy")


@cache
def quick() -> Corridor:
    """The toy with a sea that takes a tenth of the time and a railway at a third of its price: clear changes."""
    links, tariffs = toy().links, toy().tariffs
    hours = [
        pl.when(pl.col("mode") == "sea").then(pl.col(name) * 0.1).otherwise(name).alias(name)
        for name in ("hours", "hours_min", "hours_p90", "wait_h")
    ]
    money = [pl.col(name) / 3 for name in ("usd", "usd_low", "usd_high")]
    return toy().replace(links=links.with_columns(*hours), tariffs=tariffs.with_columns(*money))


@cache
def base() -> Rivals:
    return rivals(toy(), BOX, TO)


@cache
def variant() -> Rivals:
    return rivals(quick(), BOX, TO)


@cache
def found() -> Findings:
    names = dict(toy().nodes.select("node_id", "name").iter_rows())
    return findings({"base": base(), "quick": variant()}, names)


@cache
def routes() -> Routes:
    return route(toy(), BOX, ways=4)


def scene(which: str = "base") -> Told:
    """One scenario, told."""
    return told(base() if which == "base" else variant(), toy(), which)


@cache
def full() -> Report:
    """The report of both scenarios with findings."""
    return report(toy(), found(), scenarios={"base": base(), "quick": variant()}, title="Toy & <ways>")


def parsed(chart: Chart) -> ElementTree.Element:
    """The chart as a file of its own, through an XML parser: raises where it is not well-formed."""
    return ElementTree.fromstring(chart.alone())


def words(chart: Chart) -> list[str]:
    """All texts that a chart shows."""
    return ["".join(one.itertext()) for one in parsed(chart).iter(f"{SVG}text")]


def hints(chart: Chart) -> list[str]:
    """What the marks say when pointed at."""
    root = parsed(chart)
    return [one.text or "" for one in root.iter(f"{SVG}title") if one is not root[0]]


def numbers(text: str) -> list[float]:
    """The numbers of a text, thousands and minus signs read as printed."""
    return [float(one.replace(",", "").replace("−", "-")) for one in re.findall(r"[−-]?\d[\d,]*\.?\d*", text)]
