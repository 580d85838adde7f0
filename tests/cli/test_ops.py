"""``karvan ops`` as its users run it: keys, the schema, and a service that is killed and comes back."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import uuid4

import httpx2 as httpx
import psycopg
import pytest

from ops.database import fresh
from shell import shell


@pytest.fixture
def url(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """An empty database, named by ``DATABASE_URL``, and a log's key of its own."""
    with fresh(server) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("KARVAN_LOG_KEY", str(tmp_path / "log.key"))
        yield url


Run = Callable[..., Any]


@pytest.fixture
def karvan(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return lambda *words: shell(monkeypatch, capsys, "ops", *words)


def test_the_schema_is_told_before_it_is_made(url: str, karvan: Run) -> None:
    assert "v0001: " in karvan("migrate", "--check").out and "v0001: " in karvan("migrate", "--check").out
    assert "(done)" in karvan("migrate").out
    assert karvan("migrate", "--check").out.strip() == "the schema is up to date"


def test_keys_are_for_known_roles_and_officers_have_an_office(url: str, karvan: Run) -> None:
    karvan("migrate")
    who = ("key", "--party", "customs-kz", "--person", "kira", "--role")
    assert "one of: agency" in karvan(*who, "costums").err
    assert "needs --territory and --office" in karvan(*who, "customs").err
    assert "takes no --territory" in karvan(*who, "shipper", "--territory", "KZ", "--office", "KZ10").err
    posted = (*who, "customs", "--territory", "KZ", "--office")
    first, second = karvan(*posted, "KZ10").out, karvan(*posted, "KZ10").out
    assert first.startswith("karvan_") and first != second
    assert "posted elsewhere" in karvan(*posted, "KZ50").err
    assert karvan("revoke", first.strip()).out.strip() == "1 key revoked"
    assert "no live key" in karvan("revoke", first.strip()).err
    assert "broker acts for acme in *" in karvan("mandate", "--giver", "acme", "--taker", "broker").out


class Served:
    """``karvan ops serve`` in a process of its own."""

    def __init__(self, log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = log
        self.start()

    def start(self) -> None:
        code = f"import sys; sys.argv = ['karvan', 'ops', 'serve', '--port', '{self.port}']; from karvan.cli import main; main()"
        with self.log.open("a") as log:
            self.process = subprocess.Popen([sys.executable, "-c", code], stdout=log, stderr=log, env={**os.environ})
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                time.sleep(0.1)
        raise AssertionError(self.log.read_text())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


class Client:
    """Sends its commands in turn, each again under its ``eid`` until an answer comes."""

    def __init__(self, served: Served, key: str) -> None:
        self.served = served
        self.web = httpx.Client(headers={"Authorization": f"Bearer {key}"}, timeout=10)
        self.name, self.acknowledged, self.repeated = str(uuid4()), [], 0
        self.bad: list[int] = []

    def run(self, count: int) -> None:
        with self.web:
            self._all(count)

    def _all(self, count: int) -> None:
        self._send("/v1/consignments", {"id": self.name})
        for number in range(count):
            body = {"kind": "ANNOUNCED", "body": {"party": f"p{number}", "role": "consignee"}}
            self._send(f"/v1/consignments/{self.name}/commands", body)

    def _send(self, path: str, body: dict[str, Any]) -> None:
        body = {"eid": str(uuid4()), "occurred": datetime.now(UTC).isoformat(), **body}
        while True:
            try:
                answer = self.web.post(self.served.url + path, json=body)
            except httpx.HTTPError:
                self.repeated += 1
                time.sleep(0.05)
                continue
            if answer.status_code == 201:
                self.acknowledged.append(body["eid"])
                return
            if answer.status_code not in (409, 503):
                self.bad.append(answer.status_code)
                return
            self.repeated += 1
            time.sleep(0.05)


def test_a_killed_service_loses_nothing_and_does_nothing_twice(url: str, karvan: Run, tmp_path: Path) -> None:
    karvan("migrate")
    key = karvan("key", "--party", "acme", "--person", "ann", "--role", "shipper").out.strip()
    served = Served(tmp_path / "log")
    clients = [Client(served, key) for _ in range(4)]
    threads = [Thread(target=client.run, args=(60,)) for client in clients]
    try:
        for thread in threads:
            thread.start()
        for _ in range(2):
            time.sleep(0.4)
            served.kill()
            served.start()
        for thread in threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in threads)
    finally:
        served.kill()
    with psycopg.connect(url) as connection:  # what was acknowledged is sealed by whichever service came last, or waits
        counted = "select (select count(*) from karvan.log) + (select count(*) from karvan.outbox)"
        assert connection.execute(counted).fetchone() == (244,)
    verified = karvan("verify")
    assert verified.code == 0 and verified.out.strip().endswith("244 events of 4 subjects: 0 faults")
    assert sum(client.repeated for client in clients) > 0  # the kills were felt
    with psycopg.connect(url) as connection:
        for client in clients:
            rows = connection.execute(
                "select eid, seq, prev_hash, hash from karvan.event where consignment = %s order by seq", (client.name,)
            ).fetchall()
            assert [row[0] for row in rows] == client.acknowledged and not client.bad
            assert [row[1] for row in rows] == list(range(1, 62))
            assert [row[2] for row in rows] == ["", *(row[3] for row in rows[:-1])]


def test_a_witness_at_work_finds_a_log_that_was_cut(url: str, karvan: Run, tmp_path: Path) -> None:
    karvan("migrate")
    own = ("--name", "customs.kz", "--folder", str(tmp_path / "witness"))
    assert "may cosign" in karvan("trust", karvan("witness-key", *own).out.strip()).out
    assert "of a log, not of a witness" in karvan("trust", karvan("log-key").out.strip()).err
    key = karvan("key", "--party", "acme", "--person", "ann", "--role", "shipper").out.strip()
    os.environ["KARVAN_KEY"] = key
    log = karvan("log-key").out.strip()
    served = Served(tmp_path / "log")
    try:
        Client(served, key).run(5)
        watched = ("witness", served.url, "--log", log, *own, "--every", "0")
        until = time.monotonic() + 30
        while "cosigned at 6" not in (looked := karvan(*watched)).out and time.monotonic() < until:
            time.sleep(0.5)
        assert looked.out.strip() == "cosigned at 6 events" and looked.code == 0
        seen = ("--seen", str(tmp_path / "witness" / "seen"))
        assert karvan("verify", *seen).code == 0
        with psycopg.connect(url) as connection:
            connection.execute("set local session_replication_role = replica; set local search_path = karvan")
            connection.execute("delete from cosignature; delete from checkpoint; delete from node where number > 0")
            connection.execute("delete from log where log_index > 0; delete from event where seq > 1")
            connection.execute("insert into checkpoint select 1, hash, (select 'x') from node where level = 0")
            connection.execute("delete from node where level > 0")
        assert "the log has 1 events, a witness has seen 6" in karvan("verify", *seen).out
    finally:
        os.environ.pop("KARVAN_KEY")
        served.kill()
