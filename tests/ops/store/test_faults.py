"""Faults while sixteen clients work: nothing that was acknowledged is lost, nothing is done twice, unknowns settle."""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag
from threading import Thread
from uuid import uuid4

import psycopg
import pytest
from psycopg_pool import ConnectionPool, PoolTimeout

from karvan.ops.decide import Command, fold
from karvan.ops.log.chain import chained
from karvan.ops.store import KeyBusy, Store, migrate
from karvan.ops.store.embedded import Embedded
from ops import cast
from ops.database import folder

CLIENTS = 16
Refused = (psycopg.OperationalError, psycopg.errors.ReadOnlySqlTransaction, psycopg.errors.DiskFull, KeyBusy)


@pytest.fixture(scope="module")
def embedded() -> Iterator[Embedded]:
    """A server of these tests' own, that may be killed."""
    with folder() as place:
        server = Embedded(place / "data")
        migrate(server.start("shared_buffers=32MB", "max_connections=60"))
        yield server
        server.stop(mode="immediate")


@pytest.fixture
def busy(embedded: Embedded) -> Iterator["Busy"]:
    with ConnectionPool(embedded.start(), min_size=2, max_size=12, timeout=5, open=True) as pool:
        yield Busy(embedded, Store(pool))


class Client:
    """Sends one command after another, each until it is answered; what it was told, it remembers."""

    def __init__(self, store: Store, stop: Flag) -> None:
        self.store, self.stop, self.name = store, stop, str(uuid4())
        self.acknowledged: list[str] = []
        self.unknown = 0
        self.defects: list[BaseException] = []

    def run(self) -> None:
        try:
            self._send("CONSIGNMENT_CREATED", {})
            number = 0
            while not self.stop.is_set():
                number += 1
                self._send("ANNOUNCED", {"party": f"p{number}", "role": "consignee"})
        except BaseException as error:
            self.defects.append(error)

    def _send(self, kind: str, body: dict[str, str]) -> None:
        command = Command(str(uuid4()), self.name, kind, datetime.now(UTC), body, "because")
        while True:
            try:
                outcome = self.store.do(command, cast.SHIPPER)
            except Refused:
                self.unknown += 1
                time.sleep(0.02)
                continue
            assert outcome.refusal is None, outcome.refusal
            self.acknowledged.append(command.eid)
            return


class Busy:
    """The clients at work, a fault among them, and what must be so afterwards."""

    def __init__(self, server: Embedded, store: Store) -> None:
        self.server, self.store = server, store

    def through(self, fault: Callable[[], None], seconds: float = 1.0) -> int:
        """Runs the clients through a fault; gives how many answers it cost."""
        stop = Flag()
        clients = [Client(self.store, stop) for _ in range(CLIENTS)]
        threads = [Thread(target=client.run) for client in clients]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        fault()
        time.sleep(seconds)
        stop.set()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
        assert [client.defects for client in clients] == [[]] * CLIENTS
        for client in clients:
            self._whole(client)
        return sum(client.unknown for client in clients)

    def _whole(self, client: Client) -> None:
        events = self.store.events(client.name, cast.SYSTEM, most=100_000)
        assert [event.eid for event in events] == client.acknowledged  # none lost, none twice, none in another order
        assert fold(client.name, events) == self.store.state(client.name, cast.SYSTEM)  # N17
        previous = ""
        for event in events:
            assert event == chained(event, previous)
            previous = event.hash

    def owner(self, sql: str) -> None:
        with psycopg.connect(self.server.url, autocommit=True) as connection:
            connection.execute(sql)  # type: ignore[call-overload]


BACKENDS = (
    "from pg_stat_activity where datname = 'karvan' and pid <> pg_backend_pid() and backend_type = 'client backend'"
)


def test_backends_ended(busy: Busy) -> None:
    def fault() -> None:
        for _ in range(5):
            busy.owner(f"select pg_terminate_backend(pid) {BACKENDS}")
            time.sleep(0.1)

    assert busy.through(fault) > 0


def test_a_backend_killed(busy: Busy) -> None:
    """PostgreSQL then restarts all its backends and recovers from its log."""

    def fault() -> None:
        with psycopg.connect(busy.server.url) as connection:
            pids = [row[0] for row in connection.execute(f"select pid {BACKENDS}").fetchall()]  # type: ignore[call-overload]
        os.kill(random.Random(1).choice(pids), signal.SIGKILL)

    assert busy.through(fault) > 0


def test_the_postmaster_killed_and_started_again(busy: Busy) -> None:
    def fault() -> None:
        pid = int((busy.server.data / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGKILL)
        until = time.monotonic() + 10
        while time.monotonic() < until:
            try:
                busy.server.start("shared_buffers=32MB", "max_connections=60")
                return
            except Exception:
                time.sleep(0.2)
        raise AssertionError("not back in service within 10 s")

    assert busy.through(fault) > 0


def test_the_database_restarted(busy: Busy) -> None:
    def fault() -> None:
        busy.server.stop()
        busy.server.start("shared_buffers=32MB", "max_connections=60")

    assert busy.through(fault) > 0


def test_the_database_read_only_for_a_while(busy: Busy) -> None:
    def fault() -> None:
        busy.owner("alter database karvan set default_transaction_read_only = on")
        busy.owner(f"select pg_terminate_backend(pid) {BACKENDS}")
        time.sleep(0.5)
        with psycopg.connect(
            busy.server.url, options="-c default_transaction_read_only=off", autocommit=True
        ) as connection:
            connection.execute("alter database karvan reset default_transaction_read_only")
            connection.execute(f"select pg_terminate_backend(pid) {BACKENDS}")  # type: ignore[call-overload]

    assert busy.through(fault) > 0


def test_the_clock_stepped_by_an_hour_and_back(busy: Busy) -> None:
    def fault() -> None:
        busy.owner("update karvan.clock set ahead = '1 hour'")
        time.sleep(0.3)
        busy.owner("update karvan.clock set ahead = '0'")

    busy.through(fault)


def test_all_connections_taken_is_told_and_not_waited_for(embedded: Embedded) -> None:
    pool = ConnectionPool(embedded.start(), min_size=1, max_size=1, timeout=0.2, open=True)
    with pool, pool.connection(), pytest.raises(PoolTimeout):
        Store(pool).state("c", cast.SYSTEM)
    assert issubclass(PoolTimeout, psycopg.OperationalError)  # which the service answers with 503


def test_data_of_another_version_are_refused_with_the_cure(tmp_path: Path, embedded: Embedded) -> None:
    with folder() as place:
        data = place / "data"
        data.mkdir()
        (data / "PG_VERSION").write_text("12\n")
        with pytest.raises(Exception, match=r"made by PostgreSQL 12[\s\S]*cure: back it up"):
            Embedded(data).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as another user")
def test_root_opens_no_private_folder(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    with pytest.raises(Exception, match=r"is private[\s\S]*cure: "):
        Embedded(private / "data").start()
    assert private.stat().st_mode & 0o777 == 0o700
