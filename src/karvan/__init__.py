"""Karvan: the open twin of a freight corridor, that plans it and stress-tests it on one set of tables.

    import karvan as kv

    base = kv.load("titr")
    box = kv.Shipment("xian", "constanta", commodity="container", feu=1)
    print(kv.route(base, box, minimise="cost", avoid=["RU", "IR"]).ways)

Importing loads nothing: each name is loaded when it is first used (types for editors: ``__init__.pyi``).
"""

from karvan.lazy import lazy
from karvan.version import VERSION as __version__

_PLACES = {
    "load": "karvan.data.load:load",
    "read": "karvan.io.folder:read",
    "check": "karvan.runs.check:check",
    "route": "karvan.engines.route:route",
    "assign": "karvan.engines.assign:assign",
    "simulate": "karvan.engines.simulate:simulate",
    "fit": "karvan.studies.fit.fit:fit",
    "fleet": "karvan.studies.fleet.fleet:fleet",
    "compare": "karvan.studies.compare:compare",
    "tariff": "karvan.studies.tariff.tariff:tariff",
    "quote": "karvan.network.quote:quote",
    "study": "karvan.runs.study:study",
    "report": "karvan.report:report",
    "new": "karvan.runs.new:new",
    "scenario": "karvan.runs.scenario",
    "Corridor": "karvan.corridor:Corridor",
    "Scenario": "karvan.scenario:Scenario",
    "Change": "karvan.scenario:Change",
    "Shipment": "karvan.shipment:Shipment",
    "Result": "karvan.result:Result",
    "Run": "karvan.result:Run",
    "KarvanError": "karvan.errors:KarvanError",
}

__all__ = [*_PLACES, "__version__"]
__getattr__ = lazy(__name__, _PLACES, first="karvan.runs.attach")


def __dir__() -> list[str]:
    return sorted(__all__)
