"""The store: what is done is kept, once; a repeat gives the same; who is not named sees nothing."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from psycopg_pool import ConnectionPool

from karvan.ops.decide import Code, fold
from karvan.ops.log.chain import chained
from karvan.ops.store import KeyReused, Stale, Store
from ops import cast
from ops.store.kept import Kept
from ops.story import UNIT

TABLES = (
    *(
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
    ),
    *("event", "idempotency", "surety", "outbox"),
)


def test_a_journey_is_kept_and_its_log_gives_the_state_back(store: Store) -> None:
    story = Kept(store)
    story.released()
    story.do("SEAL_AFFIXED", cast.KZ, unit=UNIT, issuer="kz", number="s1")
    story.do("HANDED_OVER", cast.SHIPPER, unit=UNIT, to="rail-kz")
    story.do("TAKEN_OVER", cast.RAILWAY, unit=UNIT)
    story.do("LOADED", cast.RAILWAY, unit=UNIT, place="KZKGS", parent="94012345")
    story.do("DEPARTED", cast.RAILWAY, unit=UNIT, place="KZKGS")
    story.do("UNIT_ARRIVED", cast.RAILWAY, unit=UNIT, place="KZAAU")
    story.do("ARRIVED_AT_EXIT", cast.RAILWAY, movement="m1")
    told = story.do("DISCHARGED", cast.KZ_OUT, movement="m1")
    assert [event.kind for event in told] == ["DISCHARGED", "GUARANTEE_RELEASED"]
    events = store.events(story.name, cast.SHIPPER)
    assert fold(story.name, events) == story.state
    previous = ""
    for event in events:
        assert event == chained(replace(event, hash=""), previous)
        previous = event.hash


def test_a_refusal_says_the_same_as_the_decision_and_is_kept_for_its_key(store: Store) -> None:
    story = Kept(store)
    story.assessed()
    command = story.command("RELEASED", movement="m1", basis="1")
    first = store.do(command, cast.KZ)
    assert first.refusal and first.refusal.code is Code.NO_GUARANTEE and not first.repeated
    story.reserved()
    again = store.do(command, cast.KZ)
    assert again.refusal == first.refusal and again.repeated
    story.do("RELEASED", cast.KZ, movement="m1", basis="1")


def test_a_key_is_of_its_party_and_of_one_request(store: Store) -> None:
    story = Kept(store)
    command = story.command("ANNOUNCED", party="buyer", role="consignee")
    done = store.do(command, cast.SHIPPER, key="k")
    assert store.do(command, cast.SHIPPER, key="k") == replace(done, repeated=True)
    with pytest.raises(KeyReused):
        store.do(replace(command, reason="other"), cast.SHIPPER, key="k")
    assert store.do(story.command("OFFER_WITHDRAWN", unit=UNIT), cast.RAILWAY, key="k").refusal


def test_sixteen_calls_at_once_under_one_key_are_one_event_and_sixteen_equal_answers(store: Store) -> None:
    story = Kept(store)
    command = story.command("ANNOUNCED", party="buyer", role="consignee")
    before = story.state.version
    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(lambda _: store.do(command, cast.SHIPPER), range(16)))
    assert all(outcome.events == outcomes[0].events for outcome in outcomes)
    assert sum(not outcome.repeated for outcome in outcomes) == 1 and story.state.version == before + 1


def test_of_sixteen_officers_releasing_at_once_one_does(store: Store) -> None:
    story = Kept(store)
    story.assessed().reserved()
    commands = [story.command("RELEASED", movement="m1", basis="1") for _ in range(16)]
    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(lambda command: store.do(command, cast.KZ), commands))
    assert sum(bool(outcome.events) for outcome in outcomes) == 1
    assert {outcome.refusal.code for outcome in outcomes if outcome.refusal} == {Code.SEQUENCE}


def test_reservations_at_once_never_bind_more_than_the_limit(store: Store) -> None:
    stories = [Kept(store).lodged() for _ in range(6)]
    guarantee = f"race-{stories[0].name}"
    stories[0].do("GUARANTEE_REGISTERED", cast.GUARANTOR, subject=guarantee, **cast.registered(350_000))
    half = dict(movement="m1", guarantee=guarantee, amount_usd_cents=100_000)
    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(lambda story: story.outcome("GUARANTEE_RESERVED", cast.GUARANTOR, **half), stories))
    assert sum(bool(outcome.events) for outcome in outcomes) == 3
    assert {outcome.refusal.code for outcome in outcomes if outcome.refusal} == {Code.GUARANTEE_SHORT}


def test_a_version_that_is_not_the_present_one_changes_nothing(store: Store) -> None:
    story = Kept(store)
    command = story.command("ANNOUNCED", party="buyer", role="consignee")
    version = story.state.version
    with pytest.raises(Stale) as stale:
        store.do(command, cast.SHIPPER, if_match=version - 1)
    assert stale.value.version == version and story.state.version == version
    assert store.do(command, cast.SHIPPER, if_match=version).events


@pytest.mark.parametrize("actor", [cast.RIVAL, cast.RETIRED, cast.GE, cast.OLD, replace(cast.PORT, party="other")])
def test_a_foreign_consignment_is_not_there(store: Store, actor: cast.Actor) -> None:
    story = Kept(store)
    story.released()
    assert store.state(story.name, actor) is None and store.events(story.name, actor) == ()
    absent = store.do(replace(story.command("LODGED", movement="m1"), subject="absent"), actor).refusal
    assert story.refused("LODGED", actor, movement="m1") == absent and absent and absent.code is Code.ABSENT


def test_who_has_a_part_sees_it(store: Store) -> None:
    story = Kept(store)
    story.released()
    for actor in (
        cast.SHIPPER,
        cast.DECLARANT,
        cast.HOLDER,
        cast.GUARANTOR,
        cast.RAILWAY,
        cast.KZ,
        cast.KZ_OUT,
        cast.SYSTEM,
    ):
        assert store.state(story.name, actor) is not None, actor
        assert len(store.events(story.name, actor)) == story.state.version


@pytest.mark.parametrize("name", TABLES)
def test_where_nobody_is_named_no_table_shows_a_row(pool: ConnectionPool, store: Store, name: str) -> None:
    story = Kept(store)
    story.released()
    with pool.connection() as connection, connection.transaction():
        connection.execute("set local role karvan_app")
        assert connection.execute(f"select count(*) from karvan.{name}").fetchone() == (0,)


def test_a_connection_that_goes_back_remembers_nobody(pool: ConnectionPool, store: Store) -> None:
    Kept(store)
    with pool.connection() as connection:
        row = connection.execute(
            "select current_setting('karvan.party', true), current_user, current_setting('role')"
        ).fetchone()
    assert row is not None and not row[0] and row[1] != "karvan_app" and row[2] == "none"


def test_what_another_has_taken_is_refused_without_saying_whose(store: Store) -> None:
    story, other = Kept(store), Kept(store)
    other.do("UNIT_ADDED", cast.SHIPPER, unit="TEXU1", place="KZKGS")
    taken = replace(
        story.command("UNIT_ADDED", unit="TEXU1", place="KZKGS"), body={"unit": other.own("TEXU1"), "place": "KZKGS"}
    )
    refusal = store.do(taken, cast.SHIPPER).refusal
    assert (
        refusal
        and refusal.code is Code.UNIT_IN_USE
        and other.tag not in str(refusal.objections).replace(other.own("TEXU1"), "")
    )
