from karvan.corridor import Corridor as Corridor
from karvan.data.load import load as load
from karvan.engines.assign import assign as assign
from karvan.engines.route import route as route
from karvan.engines.simulate import simulate as simulate
from karvan.errors import KarvanError as KarvanError
from karvan.io.folder import read as read
from karvan.network.quote import quote as quote
from karvan.report import report as report
from karvan.result import Result as Result
from karvan.result import Run as Run
from karvan.runs import scenario as scenario
from karvan.runs.check import check as check
from karvan.runs.new import new as new
from karvan.runs.study import study as study
from karvan.scenario import Change as Change
from karvan.scenario import Scenario as Scenario
from karvan.shipment import Shipment as Shipment
from karvan.studies.compare import compare as compare
from karvan.studies.fit.fit import fit as fit
from karvan.studies.fleet.fleet import fleet as fleet
from karvan.studies.tariff.tariff import tariff as tariff

__version__: str
__all__: list[str]
