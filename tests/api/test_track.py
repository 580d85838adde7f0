"""Track over the web: for parties, and for who holds a link that can be taken back."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from starlette.testclient import TestClient

from api.test_api import Caller, Keys, keys  # noqa: F401
from karvan.api.app import app
from karvan.ops.track import Arrival
from ops import cast


def predict(place: str, destination: str, moving: bool, elapsed_h: float) -> Arrival | None:
    return Arrival(24, 48, 96, 12)


@pytest.fixture(scope="module")
def web(ready: str) -> Iterator[TestClient]:
    with TestClient(app(ready, predict=predict), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def calls(web: TestClient, keys: Keys) -> Caller:  # noqa: F811
    return Caller(web, keys).lodged()


def link(calls: Caller) -> str:
    answer = calls.post(cast.SHIPPER, f"/v1/consignments/{calls.name}/links", {"days": 30})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["token"])


def follow(calls: Caller, token: str) -> Any:
    return calls.web.get(f"/v1/track/{token}")


def test_a_party_sees_where_it_is_and_whose_turn_it_is(calls: Caller) -> None:
    told = calls.get(cast.SHIPPER, f"/v1/consignments/{calls.name}/track").json()
    (unit,) = told["units"]
    assert (unit["place"], unit["destination"], unit["wait"]["kind"]) == ("KZKGS", "KZAAU", "ACCEPTED")
    assert unit["wait"]["parties"] == ["KZ10"] and unit["wait"]["roles"] == ["customs"]
    assert [each[:10] for each in unit["arrival"]] == ["2027-03-02", "2027-03-03", "2027-03-05"]


def test_who_has_no_part_learns_nothing(calls: Caller) -> None:
    for path in (calls.name, str(uuid4())):
        answer = calls.get(cast.RIVAL, f"/v1/consignments/{path}/track")
        assert answer.status_code == 404
        assert calls.post(cast.RIVAL, f"/v1/consignments/{path}/links", {}).status_code == 404
    assert calls.post(cast.KZ, f"/v1/consignments/{calls.name}/links", {}).status_code == 403


def test_a_link_shows_its_consignment_without_parties_until_it_is_taken_back(calls: Caller) -> None:
    token = link(calls)
    answer = follow(calls, token)
    assert answer.status_code == 200 and answer.headers["Referrer-Policy"] == "no-referrer"
    told = answer.json()
    assert told["consignment"] == "" and told["units"][0]["wait"]["parties"] == []
    assert "acme" not in answer.text and calls.name not in answer.text
    ended = calls.web.delete(
        f"/v1/consignments/{calls.name}/links", headers={"Authorization": f"Bearer {calls.keys['dan']}"}
    )
    assert ended.json() == {"ended": 1}  # by mandate of the owner
    assert follow(calls, token).status_code == 404


def test_a_link_is_kept_as_its_hash_and_ends_by_itself(calls: Caller, ready: str) -> None:
    token = link(calls)
    with psycopg.connect(ready) as connection:
        rows = connection.execute("select * from karvan.link where consignment = %s", (calls.name,)).fetchall()
        assert rows and token not in str(rows)
        connection.execute(
            "update karvan.link set since = since - interval '90 days', until = until - interval '90 days' "
            "where consignment = %s",
            (calls.name,),
        )
    assert follow(calls, token).status_code == 404
    assert follow(calls, "A" * 43).status_code == 404
    assert follow(calls, "short").status_code == 422
