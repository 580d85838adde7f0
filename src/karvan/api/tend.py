"""Tending the log: its key, the worker that seals it, the witnesses it knows, and being a witness of another's."""

import os
import signal
import time
from pathlib import Path
from threading import Event as Flag

import psycopg

from karvan.api.database import database
from karvan.errors import InputError
from karvan.ops.log.checkpoint import WITNESS
from karvan.ops.log.keys import Signer, public_text, read_verifier
from karvan.ops.store import migrate
from karvan.ops.store.embedded import home
from karvan.ops.worker.attend import Attendant, Looked
from karvan.ops.worker.keys import kept
from karvan.ops.worker.run import Worker

KEY, CALLER = "KARVAN_LOG_KEY", "KARVAN_KEY"


def log_key() -> Signer:
    """The key that signs the log: of the file that ``KARVAN_LOG_KEY`` names, or of one beside the embedded server's data."""
    return kept(Path(os.environ.get(KEY) or home().parent / "log.key"))


def worker() -> None:
    """Brings the schema up to date, seals and tells until told to stop."""
    stop = Flag()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    with database() as url:
        migrate(url)
        work = Worker(url, log_key())
        work.start()
        stop.wait()
        work.stop()


def public_key() -> str:
    """The public key of the log, to be given to its witnesses and to whoever checks a proof."""
    return public_text(log_key().verifier)


def trust(line: str) -> str:
    """Lets a witness cosign the log, by its public key."""
    verifier = read_verifier(line)
    if verifier.kind != WITNESS:
        raise InputError(
            f"{verifier.name} is the key of a log, not of a witness", cure="karvan ops witness prints its key"
        )
    with database() as url, psycopg.connect(url) as connection:
        connection.execute(
            "insert into karvan.witness values (%s, %s) on conflict (name) do update set key = excluded.key",
            (verifier.name, line.strip()),
        )
    return f"{verifier.name} may cosign"


def witness_key(name: str, folder: Path) -> str:
    """The public key of a witness, made the first time."""
    return public_text(kept(folder / "witness.key", name, WITNESS).verifier)


def attend(url: str, name: str, log: str, folder: Path, every_s: float) -> Looked | None:
    """Looks at a log again and again, or once where ``every_s`` is 0; gives the first refusal, or the one look."""
    key = os.environ.get(CALLER, "")
    if not key:
        raise InputError("a witness needs a key of the service", cure=f"give it as {CALLER}=karvan_...")
    eye = Attendant(url, key, kept(folder / "witness.key", name, WITNESS), read_verifier(log), folder)
    while True:
        looked = _looked(eye, patient=every_s > 0)
        if not every_s or (looked and looked.refused):
            return looked
        time.sleep(every_s)


def _looked(eye: Attendant, *, patient: bool) -> Looked | None:
    try:
        return eye.look()
    except InputError:
        if not patient:
            raise
        return None  # a service that does not answer is asked again: only what it answers can be refused
