"""Subscribers are told of each event that they may see, signed, until they take it; of nothing after their right ended."""

import json
from collections.abc import Iterator

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from karvan.ops.decide import Actor
from karvan.ops.store import Store, subscriptions
from karvan.ops.store.seals import seal
from karvan.ops.worker.notices import tell
from karvan.ops.worker.sender import Sender, signature
from ops import cast
from ops.store.kept import Kept
from ops.store.test_seals import AT_ONCE, SIGNER, own  # noqa: F401


class Ear(Sender):
    """A subscriber: it answers as told, in turn, then 200; what it took, it remembers."""

    def __init__(self, *answers: int) -> None:
        super().__init__()
        self.answers, self.tried, self.taken = list(answers), 0, []

    def send(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, str]:
        self.tried += 1
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.taken.append((headers, body))
        return status, f"answered {status}"

    @property
    def eids(self) -> list[str]:
        return [json.loads(body)["data"]["eid"] for _, body in self.taken]


@pytest.fixture
def pool(own: ConnectionPool) -> Iterator[ConnectionPool]:  # noqa: F811
    yield own


def owner(pool: ConnectionPool, sql: str) -> None:
    with pool.connection() as connection:
        connection.execute(sql)  # type: ignore[call-overload]


def all_told(pool: ConnectionPool, ear: Ear) -> None:
    """Tells until nothing is due, with no wait between tries."""
    while tell(pool, ear):
        owner(pool, "update karvan.subscription set due_at = clock_timestamp()")


def subscribed(pool: ConnectionPool, actor: Actor = cast.SHIPPER) -> str:
    return subscriptions.subscribe(pool, actor, "s1", "https://hooks.example.org/") or ""


def told(pool: ConnectionPool) -> Kept:
    story = Kept(Store(pool))
    seal(pool, SIGNER, AT_ONCE)
    return story


def eids(pool: ConnectionPool, story: Kept) -> list[str]:
    return [event.eid for event in Store(pool).events(story.name, cast.SYSTEM)]


def test_each_event_is_told_once_signed_and_without_its_content(pool: ConnectionPool) -> None:
    told(pool)  # before the subscription: not told
    secret, ear = subscribed(pool), Ear()
    assert secret.startswith("whsec_") and subscribed(pool) == ""
    story = told(pool)
    all_told(pool, ear)
    assert ear.eids == eids(pool, story) and not tell(pool, ear)
    for headers, body in ear.taken:
        time_s = int(headers["webhook-timestamp"])
        assert headers["webhook-signature"] == signature([secret], headers["webhook-id"], time_s, body)
        assert set(json.loads(body)["data"]) == {"eid", "subject", "seq"}


def test_what_is_not_taken_is_tried_again_under_the_same_id_and_in_order(pool: ConnectionPool) -> None:
    subscribed(pool)
    story, ear = told(pool), Ear(200, 500, 0, 302, 200, 503)
    assert tell(pool, ear) and not tell(pool, ear)  # the next try is due later
    (seen,) = subscriptions.subscriptions(pool, cast.SHIPPER)
    assert seen.tries == 1 and seen.failing_since and seen.last == "answered 500"
    owner(pool, "update karvan.subscription set due_at = clock_timestamp()")
    all_told(pool, ear)
    assert ear.eids == eids(pool, story)
    (seen,) = subscriptions.subscriptions(pool, cast.SHIPPER)
    assert (seen.tries, seen.failing_since, seen.last) == (0, None, "ok")


def test_a_notice_that_nobody_takes_for_a_day_is_a_dead_letter_and_the_next_goes_on(pool: ConnectionPool) -> None:
    subscribed(pool)
    story, ear = told(pool), Ear(500, 500)
    tell(pool, ear)
    past = "clock_timestamp() - interval '25 hours'"
    owner(pool, f"update karvan.subscription set failing_since = {past}, due_at = clock_timestamp()")
    all_told(pool, ear)
    (letter,) = subscriptions.letters(pool, cast.SHIPPER, "s1")
    first, *rest = eids(pool, story)
    assert letter.eid == first and letter.last == "answered 500" and ear.eids == rest
    assert not subscriptions.letters(pool, cast.RIVAL, "s1")


def test_who_answers_that_it_is_gone_is_told_no_more(pool: ConnectionPool) -> None:
    subscribed(pool)
    told(pool)
    ear = Ear(410)
    all_told(pool, ear)
    assert ear.tried == 1 and subscriptions.subscriptions(pool, cast.SHIPPER)[0].ended_at


def test_two_secrets_sign_while_one_replaces_the_other(pool: ConnectionPool) -> None:
    old, ear = subscribed(pool), Ear()
    new = subscriptions.change_secret(pool, cast.SHIPPER, "s1") or ""
    assert subscriptions.change_secret(pool, cast.RIVAL, "s1") is None and new not in ("", old)
    told(pool)
    tell(pool, ear)
    headers, body = ear.taken[0]
    both = signature([new, old], headers["webhook-id"], int(headers["webhook-timestamp"]), body)
    assert headers["webhook-signature"] == both and len(both.split()) == 2


@pytest.mark.parametrize("actor", [cast.RIVAL, cast.RETIRED, cast.OLD, cast.GE], ids=lambda actor: actor.person)
def test_who_may_not_see_is_not_told(pool: ConnectionPool, actor: Actor) -> None:
    subscribed(pool, actor)
    Kept(Store(pool)).released()
    seal(pool, SIGNER, AT_ONCE)
    ear = Ear()
    all_told(pool, ear)
    assert ear.tried == 0


def test_after_a_mandate_has_ended_nothing_more_is_told(pool: ConnectionPool) -> None:
    subscribed(pool, cast.FORWARDER)
    first, ear = told(pool), Ear()
    all_told(pool, ear)
    assert ear.eids == eids(pool, first)
    owner(pool, "update karvan.mandate set until = since + 1 where taker = 'fast'")
    told(pool)
    all_told(pool, ear)
    assert ear.eids == eids(pool, first)


def test_the_runtime_role_reaches_no_subscription_of_another(pool: ConnectionPool) -> None:
    subscribed(pool)
    assert not subscriptions.subscriptions(pool, cast.RIVAL) and not subscriptions.end(pool, cast.RIVAL, "s1")
    with pool.connection() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("set local role karvan_app")
        connection.execute("select karvan.actor('acme', 'ann', 'shipper', null)")


def test_an_ended_subscription_is_quiet(pool: ConnectionPool) -> None:
    subscribed(pool)
    assert subscriptions.end(pool, cast.SHIPPER, "s1") and not subscriptions.end(pool, cast.SHIPPER, "s1")
    told(pool)
    assert not tell(pool, Ear())
