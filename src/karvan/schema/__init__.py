"""What each table is, said once.

``TABLES`` maps the name of every table a corridor may hold to its schema, in the order in which they are written.

>>> from karvan.schema import TABLES
>>> TABLES["links"].key_columns()
('link_id',)
"""

from karvan.schema.base import Fact, Table
from karvan.schema.borders import Conditions, Documents, Procedures, Regimes
from karvan.schema.evidence import Currencies, Observations, Sources
from karvan.schema.goods import Commodities, Consignments, Demand, Drivers, Seasonality, Values
from karvan.schema.money import Agreements, Costs, Memberships, Tariffs
from karvan.schema.places import Aliases, Countries, Links, Nodes, Operators, Shapes
from karvan.schema.plans import Changes, DwellModels, Funds, Params, Profiles, Projects, Shocks, Ways
from karvan.schema.services import Calls, Classes, Closures, Resources, Services

TABLES: dict[str, type[Table]] = {
    "nodes": Nodes,
    "aliases": Aliases,
    "links": Links,
    "shapes": Shapes,
    "operators": Operators,
    "countries": Countries,
    "classes": Classes,
    "services": Services,
    "calls": Calls,
    "resources": Resources,
    "closures": Closures,
    "procedures": Procedures,
    "documents": Documents,
    "regimes": Regimes,
    "conditions": Conditions,
    "commodities": Commodities,
    "values": Values,
    "demand": Demand,
    "seasonality": Seasonality,
    "consignments": Consignments,
    "drivers": Drivers,
    "tariffs": Tariffs,
    "costs": Costs,
    "currencies": Currencies,
    "agreements": Agreements,
    "memberships": Memberships,
    "changes": Changes,
    "projects": Projects,
    "funds": Funds,
    "shocks": Shocks,
    "params": Params,
    "profiles": Profiles,
    "observations": Observations,
    "ways": Ways,
    "dwell_models": DwellModels,
    "sources": Sources,
}

NEEDED = ("nodes", "links", "classes", "services", "commodities", "params")
"""Tables without which a corridor is none; the others may be absent and are then empty."""

__all__ = ["NEEDED", "TABLES", "Fact", "Table"]
