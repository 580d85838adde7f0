"""Running the service: its database, its schema, its keys, its processes."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI

from karvan.api.app import app
from karvan.api.database import URL, database
from karvan.api.foretell import Foretold
from karvan.api.tend import log_key
from karvan.errors import InputError
from karvan.ops.decide import Actor, Posting
from karvan.ops.decide.table import table
from karvan.ops.log.checkpoint import parsed
from karvan.ops.store import migrate, pending
from karvan.ops.store.access import new_key, revoke
from karvan.ops.store.verify import verify
from karvan.ops.worker.run import Worker

STOP_S = 10  # how long requests under way may take when the service is told to stop


def built() -> FastAPI:
    """The application of one web worker, over the database of ``DATABASE_URL``."""
    return app(os.environ[URL], predict=Foretold("titr"))


def run(host: str, port: int, workers: int) -> None:
    """Brings the schema up to date and serves until told to stop; seals the log and tells subscribers beside."""
    with database() as url:
        migrate(url)
        os.environ[URL] = url
        settings: dict[str, Any] = {"timeout_graceful_shutdown": STOP_S, "access_log": False}
        work = Worker(url, log_key())
        work.start()
        uvicorn.run("karvan.api.serve:built", factory=True, host=host, port=port, workers=workers, **settings)
        work.stop()


def bring_up(*, check: bool) -> str:
    """Brings the schema up to date, or says what that would do."""
    with database() as url:
        steps = pending(url)
        if not check:
            migrate(url)
    done = "would be done" if check else "done"
    return "\n".join(f"{step} ({done})" for step in steps) or "the schema is up to date"


def key(party: str, person: str, role: str, days: int, *, territory: str = "", office: str = "") -> str:
    """Makes a key for a person of a party in a role, which is shown this once; an officer is posted at an office."""
    _known(role)
    if (role in ("customs", "auditor")) != bool(territory and office):
        told = "needs" if role in ("customs", "auditor") else "takes no"
        raise InputError(
            f"the role {role} {told} --territory and --office", cure="give both for customs and auditors alone"
        )
    now = datetime.now(UTC)
    post = None
    with database() as url, psycopg.connect(url) as connection:
        if territory:
            post = _posted(connection, party, person, territory, office, now.date() + timedelta(days=days))
        return new_key(connection, Actor(party, person, role, post), now, now + timedelta(days=days))


def _known(role: str) -> None:
    roles = {each for row in table().transitions for each in row.roles} - {"effect", "system"} | {
        "auditor",
        "consignee",
    }
    if role not in roles:
        raise InputError(f"no role is called {role!r}", cure=f"one of: {', '.join(sorted(roles))}")


def _posted(
    connection: psycopg.Connection, party: str, person: str, territory: str, office: str, until: date
) -> Posting:
    """The person's posting at the office, made where it is not there."""
    since = datetime.now(UTC).date()
    found = connection.execute(
        "select posting, territory, office, since, until from karvan.posting "
        "where party = %s and person = %s and territory = %s and office = %s and since <= %s and %s < until",
        (party, person, territory, office, since, since),
    ).fetchone()
    if found:
        return Posting(*found)
    post = Posting(f"{party}:{person}:{since.isoformat()}", territory, office, since, until)
    row = (post.posting, party, person, territory, office, since, until)
    try:
        connection.execute("insert into karvan.posting values (%s, %s, %s, %s, %s, %s, %s)", row)
    except psycopg.errors.IntegrityError:
        raise InputError(f"{person} of {party} is posted elsewhere then", cure="end that posting first") from None
    return post


def mandate(giver: str, taker: str, scope: list[str], days: int) -> str:
    """Lets a party act in the name of another, for regimes or ``*``, from today on."""
    since = datetime.now(UTC).date()
    with database() as url, psycopg.connect(url) as connection:
        row = (giver, taker, scope, since, since + timedelta(days=days))
        connection.execute("insert into karvan.mandate values (%s, %s, %s, %s, %s)", row)
    return f"{taker} acts for {giver} in {', '.join(scope)} until {row[4].isoformat()}"


def judge(seen: list[Path]) -> tuple[str, bool]:
    """Judges the log and every table, against notes that witnesses have seen; what was found, and whether all is well."""
    heads = [parsed(path.read_text(encoding="utf-8"))[0] for path in seen]
    with database() as url, psycopg.connect(url) as connection:
        found = verify(connection, heads)
    counted = f"{found.events} events of {found.subjects} subjects: {len(found.faults)} faults"
    return "\n".join((*found.faults, counted)), not found.faults


def take_back(prefix: str) -> str:
    """Revokes the key that begins so."""
    with database() as url, psycopg.connect(url) as connection:
        count = revoke(connection, prefix[:13], datetime.now(UTC))
    if not count:
        raise InputError(f"no live key begins with {prefix[:13]!r}", cure="give the first 13 signs of the key")
    return f"{count} key revoked"
