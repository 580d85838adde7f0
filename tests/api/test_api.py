"""The service over the web: keys, problems, versions, repeats, batches; and what must not get through."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from starlette.testclient import TestClient

from karvan.api.app import LARGEST, app
from karvan.ops.decide import Actor
from karvan.ops.store.access import new_key, revoke
from ops import cast

Keys = dict[str, str]


@pytest.fixture(scope="module")
def keys(ready: str) -> Keys:
    """A key of every person of the cast."""
    with psycopg.connect(ready) as connection:
        span = (cast.NOW - timedelta(days=1), cast.NOW + timedelta(days=90))
        return {actor.person: new_key(connection, actor, *span) for actor in cast.ALL if actor.person}


@pytest.fixture(scope="module")
def web(ready: str) -> Iterator[TestClient]:
    with TestClient(app(ready), raise_server_exceptions=False) as client:
        yield client


class Caller:
    """A person who calls the service about one consignment."""

    def __init__(self, web: TestClient, keys: Keys) -> None:
        self.web, self.keys, self.name = web, keys, str(uuid4())

    def post(self, actor: Actor, path: str, body: Any, **headers: str) -> Any:
        shown = {"Authorization": f"Bearer {self.keys[actor.person]}", **headers}
        return self.web.post(path, json=body, headers=shown)

    def get(self, actor: Actor, path: str) -> Any:
        return self.web.get(path, headers={"Authorization": f"Bearer {self.keys[actor.person]}"})

    def asked(self, kind: str, /, **body: Any) -> dict[str, Any]:
        return {"eid": str(uuid4()), "kind": kind, "occurred": cast.NOW.isoformat(), "body": body}

    def do(self, actor: Actor, kind: str, /, **body: Any) -> Any:
        return self.post(actor, f"/v1/consignments/{self.name}/commands", self.asked(kind, **body))

    def create(self) -> Any:
        body = {"id": self.name, "eid": str(uuid4()), "occurred": cast.NOW.isoformat()}
        return self.post(cast.SHIPPER, "/v1/consignments", body)

    @property
    def unit(self) -> str:
        """A unit of this consignment alone."""
        return f"U{self.name[:8]}"

    def lodged(self) -> "Caller":
        for answer in (
            self.create(),
            self.do(cast.SHIPPER, "UNIT_ADDED", unit=self.unit, place="KZKGS"),
            self.do(cast.DECLARANT, "MOVEMENT_DRAFTED", **cast.movement(units=[self.unit])),
            self.do(cast.DECLARANT, "LODGED", movement="m1"),
        ):
            assert answer.status_code == 201, answer.text
        return self


@pytest.fixture
def calls(web: TestClient, keys: Keys) -> Caller:
    return Caller(web, keys)


def test_a_declaration_from_the_shipper_to_its_release(calls: Caller) -> None:
    calls.lodged()
    guarantee = f"g-{calls.name}"
    made = calls.post(
        cast.GUARANTOR, f"/v1/guarantees/{guarantee}/commands", calls.asked("GUARANTEE_REGISTERED", **cast.registered())
    )
    assert made.status_code == 201
    mrn = f"27KZ{uuid4().int % 10**14:014d}"
    steps = [
        (cast.KZ, "ACCEPTED", {"movement": "m1", "mrn": mrn}),
        (cast.KZ, "ASSESSED", {"movement": "m1", "lane": "green"}),
        (cast.HOLDER, "GUARANTEE_RESERVED", {"movement": "m1", "guarantee": guarantee, "amount_usd_cents": 100_000}),
        (cast.KZ, "RELEASED", {"movement": "m1", "basis": "code 1"}),
    ]
    for actor, kind, body in steps:
        answer = calls.do(actor, kind, **body)
        assert answer.status_code == 201, answer.text
    seen = calls.get(cast.SHIPPER, f"/v1/consignments/{calls.name}")
    assert seen.json()["state"]["movements"]["m1"]["state"] == "released"
    assert seen.headers["ETag"] == answer.headers["ETag"]
    log = calls.get(cast.SHIPPER, f"/v1/consignments/{calls.name}/events").json()["events"]
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1)) and log[-1]["kind"] == "RELEASED"
    balance = calls.get(cast.GUARANTOR, f"/v1/guarantees/{guarantee}/balance").json()
    assert balance["bound_usd_cents"] == 100_000


def test_a_forbidden_release_says_why_and_what_is_allowed(calls: Caller) -> None:
    calls.lodged()
    answer = calls.do(cast.KZ, "RELEASED", movement="m1", basis="1")
    problem = answer.json()
    assert answer.status_code == 409 and answer.headers["content-type"] == "application/problem+json"
    assert problem["code"] == 201 and problem["pointer"] == "/body/movement" and "ACCEPTED" in problem["allowed"]


def test_all_faults_come_with_their_pointers(calls: Caller) -> None:
    calls.lodged()
    answer = calls.do(cast.DECLARANT, "AMENDED", movement="m1", duty_usd_cents=-1, colour="red")
    assert answer.status_code == 422
    assert {each["pointer"] for each in answer.json()["errors"]} == {"/body/duty_usd_cents", "/body/colour"}
    outer = calls.post(cast.SHIPPER, f"/v1/consignments/{calls.name}/commands", {"eid": "no spaces", "kind": "LODGED"})
    assert {each["pointer"] for each in outer.json()["errors"]} == {"/eid", "/occurred"}


def test_a_repeat_gives_the_same_answer_and_another_body_is_refused(calls: Caller) -> None:
    calls.create()
    path, asked = f"/v1/consignments/{calls.name}/commands", calls.asked("ANNOUNCED", party="buyer", role="consignee")
    first = calls.post(cast.SHIPPER, path, asked, **{"Idempotency-Key": calls.name})
    again = calls.post(cast.SHIPPER, path, asked, **{"Idempotency-Key": calls.name})
    assert (first.status_code, first.json(), first.headers["ETag"]) == (201, again.json(), again.headers["ETag"])
    other = calls.post(cast.SHIPPER, path, {**asked, "reason": "x"}, **{"Idempotency-Key": calls.name})
    assert other.status_code == 422 and other.json()["pointer"] == "#header/Idempotency-Key"
    theft = calls.post(cast.RIVAL, path, asked, **{"Idempotency-Key": calls.name})
    assert theft.status_code == 404


def test_a_stale_version_is_told_the_present_one(calls: Caller) -> None:
    calls.create()
    path, asked = f"/v1/consignments/{calls.name}/commands", calls.asked("ANNOUNCED", party="buyer", role="consignee")
    answer = calls.post(cast.SHIPPER, path, asked, **{"If-Match": '"7"'})
    assert answer.status_code == 412 and answer.headers["ETag"] == '"1"'
    assert calls.post(cast.SHIPPER, path, asked, **{"If-Match": '"1"'}).status_code == 201


@pytest.mark.parametrize("actor", [cast.RIVAL, cast.RETIRED, cast.GE, cast.OLD], ids=lambda actor: actor.person)
def test_foreign_and_absent_look_the_same(calls: Caller, actor: Actor) -> None:
    calls.lodged()
    for path in ("", "/events"):
        theirs = calls.get(actor, f"/v1/consignments/{calls.name}{path}")
        absent = calls.get(actor, f"/v1/consignments/{uuid4()}{path}")
        assert (theirs.status_code, theirs.json()) == (absent.status_code, absent.json()) == (404, absent.json())
    asked = calls.asked("LODGED", movement="m1")
    theirs = calls.post(actor, f"/v1/consignments/{calls.name}/commands", asked)
    absent = calls.post(actor, f"/v1/consignments/{uuid4()}/commands", {**asked, "eid": str(uuid4())})
    assert (theirs.status_code, theirs.json()) == (404, absent.json())


def test_without_a_key_that_holds_nobody_is_let_in(ready: str, calls: Caller) -> None:
    path = f"/v1/consignments/{calls.name}"
    for shown in (
        {},
        {"Authorization": "Bearer karvan_guess"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer x"},
    ):
        answer = calls.web.get(path, headers=shown)
        assert answer.status_code == 401 and answer.json()["status"] == 401 and answer.headers["WWW-Authenticate"]
    with psycopg.connect(ready) as connection:
        key = new_key(connection, cast.SHIPPER, cast.NOW - timedelta(days=2), cast.NOW - timedelta(days=1))
        live = new_key(connection, cast.SHIPPER, cast.NOW - timedelta(days=2), cast.NOW + timedelta(days=1))
    assert calls.web.get(path, headers={"Authorization": f"Bearer {key}"}).status_code == 401
    assert calls.web.get(path, headers={"Authorization": f"Bearer {live}"}).status_code == 404
    with psycopg.connect(ready) as connection:
        assert revoke(connection, live[:13], cast.NOW) == 1
    assert calls.web.get(path, headers={"Authorization": f"Bearer {live}"}).status_code == 401


def test_keys_are_kept_as_hashes_and_out_of_reach_of_the_runtime_role(ready: str, keys: Keys) -> None:
    with psycopg.connect(ready) as connection:
        kept = json.dumps(connection.execute("select hash, prefix, person from karvan.credential").fetchall())
        assert not any(key in kept or key[20:] in kept for key in keys.values())
        connection.execute("set local role karvan_app")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from karvan.credential")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"a":' * 100_000, 400),
        (b"x" * (LARGEST + 1), 413),
        (b"\xff\xfe", 400),
        (b"null", 422),
        (b'{"eid":"e1","kind":"LODGED","occurred":"2027-03-01T09:00:00Z","reason":"\\u0000"}', 422),
        (b'{"eid":"e1","kind":"LODGED","occurred":"2027-03-01T09:00:00"}', 422),
        (b'{"eid":"e1","kind":"LODGED","occurred":"2027-03-01T09:00:00Z","posting":"kira-post"}', 422),
    ],
    ids=["cut", "deep", "deep-cut", "large", "not-utf8", "null", "nul", "no-offset", "extra"],
)
def test_a_body_that_cannot_be_taken_is_a_problem_and_no_defect(calls: Caller, body: bytes, status: int) -> None:
    headers = {"Authorization": f"Bearer {calls.keys['ann']}", "Content-Type": "application/json"}
    answer = calls.web.post(f"/v1/consignments/{calls.name}/commands", content=body, headers=headers)
    assert answer.status_code == status and answer.json()["status"] == status


def test_a_nul_inside_the_fields_of_a_command_is_a_fault_of_its_field(calls: Caller) -> None:
    calls.lodged()
    for kind, body in (("REJECTED", {"movement": "m1", "pointers": ["a\x00b"]}), ("LODGED", {"movement": "m\x00"})):
        answer = calls.do(cast.KZ, kind, **body)
        assert answer.status_code == 422, answer.text


def test_a_train_list_is_done_line_by_line(calls: Caller) -> None:
    calls.create()
    lines = [
        {**calls.asked("UNIT_ADDED", unit=f"{calls.unit}{number}", place="KZKGS"), "consignment": calls.name}
        for number in range(55)
    ]
    lines[7]["body"] = {"unit": f"{calls.unit}0", "place": "KZKGS"}
    answer = calls.post(cast.SHIPPER, "/v1/commands:batch", {"commands": lines})
    statuses = [each["status"] for each in answer.json()["results"]]
    assert answer.status_code == 200 and statuses.count(201) == 54 and statuses[7] == 409
    again = calls.post(cast.SHIPPER, "/v1/commands:batch", {"commands": lines})
    assert again.json() == answer.json()


def test_health_is_told_without_a_key(web: TestClient) -> None:
    assert [web.get(path).json() for path in ("/healthz", "/readyz", "/status")] == [{"status": "up"}] * 3


def test_what_is_not_there_is_a_problem_too(web: TestClient) -> None:
    assert web.get("/v1/nothing").json()["status"] == 404 and web.put("/healthz").json()["status"] == 405


def test_the_description_of_the_service_names_every_answer(web: TestClient) -> None:
    told = web.get("/openapi.json").json()
    assert web.get("/docs").status_code == 200
    for path, methods in told["paths"].items():
        for method in methods.values():
            assert path in ("/healthz", "/readyz", "/status") or {"401", "404", "422", "503"} <= set(
                method["responses"]
            )
