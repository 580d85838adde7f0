"""The word ``backcast`` of a study: its plans, its seal, and the years it computes."""

from collections.abc import Mapping
from dataclasses import replace

from karvan.corridor import Corridor
from karvan.errors import StudyError
from karvan.network import names
from karvan.runs.steps.asked import Asked
from karvan.runs.steps.progress import Progress
from karvan.studies.backcast import Asked as Looked
from karvan.studies.backcast import Backcast, Plan, backcast, drivers_digest


def computed(asked: Asked, base: Corridor, laid: Mapping[str, Corridor], progress: Progress) -> Backcast:
    """The back-cast of all scenarios that name years. Raises StudyError where drivers are not those of the seal."""
    said = asked.backcast
    digest = drivers_digest(base)
    if said.drivers and said.drivers != digest:
        what = f"the drivers are not those the study was sealed with ({digest[:12]}, not {said.drivers[:12]})"
        raise StudyError(what, cure="put the table back, or begin a new study with a seal of its own")
    if not said.years:
        raise StudyError(
            "a back-cast names no years", cure="write [backcast] years = {NAME = [2023, 2024]}, NAME a scenario"
        )
    ports = tuple(names.place(base, port) for port in said.ports)
    start, end = names.place(base, asked.origin), names.place(base, asked.destinations[0])
    sent = replace(asked.shipment(asked.destinations[0]), origin=start, destination=end)
    looked = Looked(asked.measure, ports, said.trains_from, sent)
    plans = [Plan(name, laid[name], years) for name, years in said.years.items()]
    found = backcast(base, plans, looked, draws=said.draws, seed=said.seed, progress=progress)
    run = replace(found.run, arguments={**found.run.arguments, "sealed": said.edition})
    return replace(found, run=run)
