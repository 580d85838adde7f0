"""The corridor on one day, and the parameters of the model."""

import datetime as dt
from dataclasses import replace

from karvan.corridor import Corridor
from karvan.profiles import on_date


def param(corridor: Corridor, name: str, default: float, scope: str = "any") -> float:
    """The value of a model parameter, or the default where the corridor does not give it."""
    for row in corridor.params.select("name", "scope", "value").iter_rows():
        if row[0] == name and row[1] == scope:
            return float(row[2])
    return default


def base_day(corridor: Corridor) -> dt.date:
    """The day a corridor speaks of when none is asked for: the middle of the year in ``params`` ``as_of_year``."""
    return dt.date(int(param(corridor, "as_of_year", corridor.price_year)), 7, 1)


def on(corridor: Corridor, day: dt.date) -> Corridor:
    """The corridor with only the rows and cells that hold on a day."""
    tables = {name: on_date(name, frame, corridor.profiles, day) for name, frame in corridor.tables.items()}
    return replace(corridor, tables=tables)
