"""Over the web: the feed with its cursors and long poll, subscriptions, proofs, and a witness at work."""

import json
import time
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Thread
from typing import Any

import psycopg
import pytest
from starlette.testclient import TestClient

from karvan.api.app import app
from karvan.ops.decide import Actor
from karvan.ops.log.checkpoint import WITNESS, opened, parsed
from karvan.ops.log.keys import new_signer, public_text
from karvan.ops.log.merkle import grew, includes, leaf_hash
from karvan.ops.store import Store
from karvan.ops.store.access import new_key
from karvan.ops.store.seals import seal
from karvan.ops.worker.attend import Attendant, Looked
from ops import cast
from ops.database import filled, fresh
from ops.store.kept import Kept
from ops.store.test_seals import AT_ONCE, SIGNER


class Web:
    """The service over a database of its own, with a key of every person."""

    def __init__(self, client: TestClient, url: str) -> None:
        self.client = client
        self.store: Store = client.app.state.store  # type: ignore[attr-defined]
        with psycopg.connect(url) as connection:
            span = (cast.NOW - timedelta(days=1), cast.NOW + timedelta(days=90))
            self.keys = {actor.person: new_key(connection, actor, *span) for actor in cast.ALL if actor.person}

    def ask(self, method: str, path: str, actor: Actor = cast.SHIPPER, **given: Any) -> Any:
        return self.client.request(
            method, path, headers={"Authorization": f"Bearer {self.keys[actor.person]}"}, **given
        )

    def get(self, path: str, actor: Actor = cast.SHIPPER, **asked: Any) -> Any:
        return self.ask("GET", path, actor, params=asked)

    def sealed(self) -> Kept:
        story = Kept(self.store)
        seal(self.store.pool, SIGNER, AT_ONCE)
        return story


@pytest.fixture
def web(server: str) -> Iterator[Web]:
    with fresh(server) as url:
        filled(url)
        with TestClient(app(url), raise_server_exceptions=False) as client:
            yield Web(client, url)


def test_the_feed_goes_on_from_its_cursor(web: Web) -> None:
    story = web.sealed()
    first = web.get("/v1/feed", most=3).json()
    rest = web.get("/v1/feed", cursor=first["cursor"]).json()
    told = [event["eid"] for event in first["events"] + rest["events"]]
    assert told == [event.eid for event in web.store.events(story.name, cast.SHIPPER)]
    assert web.get("/v1/feed", cursor=rest["cursor"]).json()["events"] == []
    stolen = web.get("/v1/feed", cast.RIVAL, cursor=rest["cursor"])
    assert stolen.status_code == 422 and "no cursor of yours" in stolen.json()["detail"]
    assert web.get("/v1/feed", cast.RIVAL).json()["events"] == []


def test_who_waits_is_answered_when_something_is_sealed(web: Web) -> None:
    cursor = web.get("/v1/feed").json()["cursor"]
    began = time.monotonic()
    later = Thread(target=lambda: (time.sleep(0.7), web.sealed()))
    later.start()
    told = web.get("/v1/feed", cursor=cursor, wait=20).json()
    assert told["events"] and 0.5 < time.monotonic() - began < 10
    later.join()
    assert web.get("/v1/feed", cursor=web.get("/v1/feed").json()["cursor"], wait=0.5).json()["events"] == []


def test_a_subscription_is_made_read_changed_and_ended(web: Web) -> None:
    path, body = "/v1/subscriptions", {"id": "s1", "url": "https://hooks.example.org/karvan"}
    made = web.ask("POST", path, json=body)
    assert made.status_code == 201 and made.json()["secret"].startswith("whsec_")
    assert web.ask("POST", path, json=body).status_code == 409
    assert web.ask("POST", path, cast.RIVAL, json=body).status_code == 201  # another party's name tells nothing
    (seen,) = web.get(path).json()["subscriptions"]
    assert seen["url"] == body["url"] and "secret" not in seen
    changed = web.ask("PUT", f"{path}/s1/secret").json()["secret"]
    assert changed != made.json()["secret"] and web.ask("PUT", f"{path}/none/secret").status_code == 404
    assert web.get(f"{path}/s1/dead-letters").json() == {"letters": []}
    assert web.ask("DELETE", f"{path}/s1").status_code == 204 and web.ask("DELETE", f"{path}/s1").status_code == 404


@pytest.mark.parametrize("url", ["http://example.org/", "https://10.0.0.1/", "https://localhost/", "https://[::1]/"])
def test_no_subscription_leads_inside(web: Web, url: str) -> None:
    answer = web.ask("POST", "/v1/subscriptions", json={"id": "s1", "url": url})
    assert answer.status_code == 422 and not web.get("/v1/subscriptions").json()["subscriptions"]


def test_proofs_hold_for_who_asks_with_nothing_but_the_key_of_the_log(web: Web) -> None:
    assert web.get("/v1/log/checkpoint").status_code == 404
    story = web.sealed()
    old = opened(web.get("/v1/log/checkpoint").text, SIGNER.verifier)
    web.sealed()
    head = opened(web.get("/v1/log/checkpoint").text, SIGNER.verifier)
    for event in web.store.events(story.name, cast.SHIPPER):
        told = web.get("/v1/log/proof/inclusion", eid=event.eid).json()
        hashes = [b64decode(each) for each in told["hashes"]]
        assert includes(head.root, told["size"], told["index"], leaf_hash(event.hash.encode()), hashes)
    assert web.get("/v1/log/proof/inclusion", cast.RIVAL, eid=event.eid).status_code == 404
    told = web.get("/v1/log/proof/consistency", old=old.size, new=head.size).json()
    assert grew(old.size, old.root, head.size, head.root, [b64decode(each) for each in told["hashes"]])
    assert web.get("/v1/log/proof/consistency", old=head.size, new=old.size).status_code == 422
    waiting = Kept(web.store)
    answer = web.get("/v1/log/proof/inclusion", eid=f"{waiting.tag}-1")
    assert answer.status_code == 409 and answer.headers["Retry-After"]


class Near(Attendant):
    """A witness that reaches the service without a socket."""

    web: Web

    def _get(self, path: str, body: bytes | None = None) -> str | None:
        answer = self.web.ask("POST" if body else "GET", path, cast.KZ, json=json.loads(body) if body else None)
        assert answer.status_code in (200, 201, 404), answer.text
        return None if answer.status_code == 404 else answer.text


def test_a_witness_cosigns_what_grew_and_keeps_what_did_not_as_evidence(web: Web, tmp_path: Path) -> None:
    eye = new_signer("customs.kz", WITNESS)
    near = Near("", "", eye, SIGNER.verifier, tmp_path / "witness")
    object.__setattr__(near, "web", web)
    assert near.look() is None
    with web.store.pool.connection() as connection:
        connection.execute("insert into karvan.witness values (%s, %s)", (eye.name, public_text(eye.verifier)))
    for _ in range(3):
        web.sealed()
        note = web.get("/v1/log/checkpoint").text
        assert near.look() == Looked(parsed(note)[0].size)
        head = opened(web.get("/v1/log/checkpoint").text, SIGNER.verifier, (eye.verifier,), least=1)
        assert near.seen().size == head.size
    before = near.seen()
    with web.store.pool.connection() as connection:
        connection.execute("set local session_replication_role = replica")
        connection.execute("delete from karvan.cosignature")
        connection.execute("delete from karvan.checkpoint where size = %s", (head.size,))
    size = parsed(web.get("/v1/log/checkpoint").text)[0].size
    assert near.look() == Looked(size, "shrunk") and 0 < size < head.size
    assert near.seen() == before and list((tmp_path / "witness").glob("refused-*"))
    forged = web.ask("POST", "/v1/log/cosignatures", json={"size": size, "line": "— customs.kz AAAA\n"})
    assert forged.status_code == 422
