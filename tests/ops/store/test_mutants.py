"""Each constraint, trigger and policy taken away in turn: some test must turn red. Part of ``make soak-ops``."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROWS = (
    "consignment",
    "part",
    "reach",
    "movement",
    "reservation",
    "release",
    "hold",
    "unit",
    "place_of",
    "custody",
    "seal",
)
INDEXES = [
    "release_once",
    "reservation_once",
    "unit_once",
    "place_once",
    "custody_once",
    "seal_once",
    "seal_of_unit_once",
]
CONSTRAINTS = {
    "movement": ("mrn_once",),
    "surety": ("bound_within_limit",),
    "reservation": ("reservation_backed",),
    "hold": ("four_eyes",),
    "event": ("event_seq_once", "late_has_reason", "not_from_the_future"),
    "release": ("release_reservation_consignment_movement_fkey",),
}
TRIGGERS = {
    "release": ("check_release",),
    "reservation": ("check_reservation",),
    "surety": ("check_surety",),
    "unit": ("check_unit", "check_unit_born"),
    "event": ("check_event",),
    "posting": ("check_posting",),
}
MUTANTS = [
    *(f"drop index karvan.{name}" for name in INDEXES),
    *(f"alter table karvan.{table} drop constraint {name}" for table, names in CONSTRAINTS.items() for name in names),
    *(f"drop trigger {name} on karvan.{table}" for table, names in TRIGGERS.items() for name in names),
    *(
        f"alter table karvan.{table} disable row level security"
        for table in (*ROWS, "event", "idempotency", "surety", "outbox")
    ),
    "grant update, delete on karvan.event to karvan_app",
    "grant select on karvan.credential to karvan_app",
]


@pytest.mark.skipif(
    not os.environ.get("KARVAN_OPS_MUTANTS"), reason="minutes: set KARVAN_OPS_MUTANTS=1, as make soak-ops does"
)
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_is_found(server: str, mutant: str) -> None:
    code = ["-m", "pytest", "-x", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", str(HERE / "test_never_sql.py")]
    seen = [str(HERE / "test_store.py"), "-k", "not sixteen and not at_once"]
    if "credential" in mutant:
        seen = [str(HERE.parents[1] / "api" / "test_api.py"), "-k", "hashes or never"]
    environment = {**os.environ, "DATABASE_URL": server, "KARVAN_OPS_MUTANT": mutant, "KARVAN_OPS_MUTANTS": ""}
    done = subprocess.run([sys.executable, *code, *seen], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "FAILED" in done.stdout, done.stdout[-2000:]
