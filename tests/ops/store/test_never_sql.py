"""What must never happen, with Python out of the way: SQL by the runtime role, and the database alone refuses."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg_pool import ConnectionPool

from karvan.ops.decide import Actor
from karvan.ops.store import Store
from karvan.ops.store.store import enter
from ops import cast
from ops.store.kept import Kept
from ops.story import UNIT


class Bare:
    """A story, and SQL against it as the runtime role in an actor's name; nothing that is tried stays."""

    def __init__(self, store: Store, pool: ConnectionPool) -> None:
        self.story, self.pool = Kept(store), pool

    @contextmanager
    def acting(self, actor: Actor) -> Iterator[Connection]:
        with self.pool.connection() as connection, connection.transaction(force_rollback=True):
            enter(connection, actor)
            yield connection

    def given(self, **more: Any) -> dict[str, Any]:
        own = self.story.own
        named = {"c": self.story.name, "u": own(UNIT), "g": own("g1"), "s": own("s1"), "tag": self.story.tag}
        return {**named, "post": "kira-post", **more}

    def run(self, *statements: str, actor: Actor = cast.KZ, **more: Any) -> int:
        """How many rows the last statement changed."""
        with self.acting(actor) as connection:
            done = [connection.execute(sql, self.given(**more)).rowcount for sql in statements]  # type: ignore[call-overload]
        return int(done[-1])

    def refused(self, *statements: str, by: str, actor: Actor = cast.KZ, **more: Any) -> None:
        """The last statement is refused, by the constraint of that name."""
        with self.acting(actor) as connection:
            for sql in statements[:-1]:
                connection.execute(sql, self.given(**more))  # type: ignore[call-overload]
            with pytest.raises(psycopg.Error) as error:
                connection.execute(statements[-1], self.given(**more))  # type: ignore[call-overload]
        told = error.value.diag.constraint_name or type(error.value).__name__
        assert told == by, (told, str(error.value))


@pytest.fixture
def bare(store: Store, pool: ConnectionPool) -> Bare:
    return Bare(store, pool)


RELEASE = """insert into release (release, consignment, movement, reservation, posting, basis, released_at)
  select 'r-' || %(tag)s, %(c)s, 'm1', reservation, %(post)s, 'basis', karvan.service_now() from reservation
  where consignment = %(c)s order by state <> 'reserved' limit 1"""


def test_what_may_be_done_is_done(bare: Bare) -> None:
    """The statement that the others spoil one by one."""
    bare.story.assessed().reserved()
    assert bare.run(RELEASE) == 1


def test_n1_a_second_live_release(bare: Bare) -> None:
    bare.story.released()
    bare.refused(RELEASE, by="release_once")


def test_n1_a_release_that_is_revoked_may_not_live_again_nor_be_altered(bare: Bare) -> None:
    bare.story.released()
    revoke = "update release set revoked_at = karvan.service_now() where consignment = %(c)s"
    assert bare.run(revoke) == 1
    bare.refused(revoke, "update release set revoked_at = null where consignment = %(c)s", by="release_unaltered")
    bare.refused(
        "update release set basis = 'other', posting = 'karl-post' where consignment = %(c)s", by="release_unaltered"
    )


def test_n2_a_release_without_a_reservation(bare: Bare) -> None:
    bare.story.assessed()
    unbacked = RELEASE.replace("reservation, %(post)s", "'none', %(post)s").replace(
        "from reservation", "from consignment"
    )
    bare.refused(unbacked.replace("order by state <> 'reserved'", ""), by="guarantee_held")
    null = unbacked.replace("'none'", "null").replace("order by state <> 'reserved'", "")
    bare.refused(null, by="guarantee_held")


def test_n2_a_release_on_the_reservation_of_another_movement(bare: Bare) -> None:
    bare.story.assessed().reserved()
    bare.story.lodged("m2", order=2)
    bare.refused(RELEASE.replace("'m1'", "'m2'"), by="release_reservation_consignment_movement_fkey")


def test_n2_a_release_on_a_reservation_that_has_ended(bare: Bare) -> None:
    bare.story.assessed().reserved()
    end = "update reservation set state = 'released' where consignment = %(c)s"
    bare.refused(end, RELEASE, by="guarantee_held")


def test_n2_a_release_on_a_guarantee_revoked_expired_or_too_small(bare: Bare) -> None:
    bare.story.assessed().reserved()
    revoke = "update surety set state = 'revoked' where guarantee = %(g)s"
    expire = "update surety set until = '2027-02-01' where guarantee = %(g)s"
    raised = "update movement set duty_usd_cents = 100001 where consignment = %(c)s"
    bare.refused(revoke, RELEASE, by="guarantee_in_force")
    bare.refused(expire, RELEASE, by="guarantee_in_force")
    bare.refused(raised, RELEASE, by="guarantee_enough")


def test_n2_a_release_on_a_waiver_that_no_rule_gives(bare: Bare) -> None:
    bare.story.assessed(regime="rail-eaeu")
    bare.story.do("GUARANTEE_WAIVED", cast.KZ, movement="m1", basis="code 143")
    assert bare.run(RELEASE) == 1
    bare.refused("update movement set mode = 'road' where consignment = %(c)s", RELEASE, by="waiver_ruled")
    waive = """insert into reservation (reservation, consignment, movement, state)
      values ('w-' || %(tag)s, %(c)s, 'm1', 'waived')"""
    bare.refused(waive, by="reservation_backed")


def test_n3_a_release_or_gate_out_with_a_hold_open(bare: Bare) -> None:
    bare.story.assessed().reserved()
    hold = (
        """insert into hold (consignment, hold, kind, authority, placed_by) values (%(c)s, 'h', 'other', 'x', 'kira')"""
    )
    bare.refused(hold, RELEASE, by="no_hold_open")
    assert bare.run(hold, "update hold set lifted_by = 'karl' where consignment = %(c)s", RELEASE) == 1
    bare.story.do("RELEASED", cast.KZ, movement="m1", basis="1")
    bare.refused(hold, OUT, by="no_hold_open")


OUT = "update unit set state = 'gated_out', picked_by = pickup where consignment = %(c)s"


def test_n4_a_gate_out_before_release_or_without_the_right(bare: Bare) -> None:
    bare.refused(OUT, by="unit_released", actor=cast.PORT)
    bare.story.assessed().reserved()
    bare.refused(OUT, by="unit_released", actor=cast.PORT)
    bare.story.do("RELEASED", cast.KZ, movement="m1", basis="1")
    assert bare.run(OUT, actor=cast.PORT) == 1
    for picked in ("'haul'", "null"):
        bare.refused(OUT.replace("picked_by = pickup", f"picked_by = {picked}"), by="pickup_right", actor=cast.PORT)
    stolen = OUT.replace("picked_by = pickup", "pickup = 'haul', picked_by = 'haul'")
    bare.refused(stolen, by="pickup_right", actor=cast.PORT)
    born = "insert into unit (consignment, unit, state, pickup) values (%(c)s, 'new', 'gated_out', 'acme')"
    bare.refused(born, by="unit_released", actor=cast.SHIPPER)


def test_n4_a_movement_called_released_without_a_release(bare: Bare) -> None:
    bare.story.assessed()
    bare.refused("update movement set state = 'released' where consignment = %(c)s", OUT, by="unit_released")


EVENT = """insert into event (eid, consignment, seq, kind, party, person, posting, occurred, recorded, late, reason, corrects,
  body, prev_hash, hash) select 'x-' || %(tag)s, %(c)s, {seq}, 'ANNOUNCED', 'acme', 'ann', '', {occurred}, {recorded}, {late},
  '', '', '{{}}', {prev}, 'y' from event where consignment = %(c)s order by seq desc limit 1"""
SOUND = {
    "seq": "seq + 1",
    "occurred": "karvan.service_now()",
    "recorded": "karvan.service_now()",
    "late": "false",
    "prev": "hash",
}


@pytest.mark.parametrize(
    ("spoilt", "by"),
    [
        ({"seq": "seq"}, "event_chained"),
        ({"seq": "seq", "prev": "prev_hash"}, "event_seq_once"),
        ({"seq": "seq + 2"}, "event_chained"),
        ({"prev": "'0'"}, "event_chained"),
        ({"recorded": "karvan.service_now() - interval '1 hour'"}, "recorded_by_the_service"),
        ({"occurred": "karvan.service_now() + interval '3 minutes'"}, "not_from_the_future"),
        ({"late": "true"}, "late_has_reason"),
    ],
)
def test_n6_n8_an_event_out_of_turn_or_time(bare: Bare, spoilt: dict[str, str], by: str) -> None:
    assert bare.run(EVENT.format(**SOUND), actor=cast.SHIPPER) == 1
    bare.refused(EVENT.format(**{**SOUND, **spoilt}), by=by, actor=cast.SHIPPER)


def test_n6_an_event_twice(bare: Bare) -> None:
    again = EVENT.format(**SOUND).replace("'x-' || %(tag)s", "eid")
    bare.refused(again, by="event_pkey", actor=cast.SHIPPER)


@pytest.mark.parametrize(
    "sql",
    [
        "update event set reason = 'x' where consignment = %(c)s",
        "delete from event where consignment = %(c)s",
        "truncate event",
    ],
)
def test_n7_no_event_is_altered_even_by_the_owner(bare: Bare, pool: ConnectionPool, sql: str) -> None:
    bare.refused(sql, by="InsufficientPrivilege", actor=cast.SYSTEM)
    with pool.connection() as connection, connection.transaction(force_rollback=True):
        connection.execute("set local search_path = karvan")
        with pytest.raises(psycopg.errors.IntegrityConstraintViolation if "truncate" not in sql else psycopg.Error):
            connection.execute(sql, bare.given())  # type: ignore[call-overload]


def test_n10_a_release_by_an_officer_of_another_office_or_of_the_past(bare: Bare) -> None:
    bare.story.assessed().reserved()
    bare.refused(RELEASE, by="officer_posted", post="kemal-post")
    bare.refused(RELEASE, by="officer_posted", post="olga-post")
    bare.refused(RELEASE, by="officer_posted", post="nobody")


def test_n11_a_red_hold_lifted_by_who_placed_it(bare: Bare) -> None:
    bare.story.assessed()
    bare.story.do("HOLD_PLACED", cast.KZ, hold="h1", kind="red", basis="9", why="profile")
    bare.refused("update hold set lifted_by = 'kira' where consignment = %(c)s", by="four_eyes")
    assert bare.run("update hold set lifted_by = 'karl' where consignment = %(c)s") == 1


RESERVE = """insert into reservation (reservation, consignment, movement, state, guarantee, amount_usd_cents)
  values ('v-' || %(tag)s, %(c)s, 'm1', 'reserved', %(g)s, {cents})"""


def test_n12_a_guarantee_over_bound_bound_twice_or_freed_twice(bare: Bare) -> None:
    bare.story.lodged()
    bare.refused(RESERVE.format(cents=1_000_001), by="bound_within_limit", actor=cast.GUARANTOR)
    bare.refused(RESERVE.format(cents=0), by="reservation_backed", actor=cast.GUARANTOR)
    twice = RESERVE.format(cents=1).replace("'v-'", "'w-'")
    bare.refused(RESERVE.format(cents=1), twice, by="reservation_once", actor=cast.GUARANTOR)
    free = "update reservation set state = 'released' where consignment = %(c)s"
    bare.refused(RESERVE.format(cents=1), free, free, by="reservation_ends_once", actor=cast.GUARANTOR)
    back = "update reservation set state = 'reserved' where consignment = %(c)s"
    bare.refused(RESERVE.format(cents=1), free, back, by="reservation_ends_once", actor=cast.GUARANTOR)
    more = "update reservation set amount_usd_cents = 2, state = 'released' where consignment = %(c)s"
    bare.refused(RESERVE.format(cents=1), more, by="reservation_ends_once", actor=cast.GUARANTOR)
    bare.refused(RESERVE.format(cents=1).replace("'reserved'", "'called'"), by="reservation_born", actor=cast.GUARANTOR)


def test_n12_what_is_bound_follows_reservations_alone(bare: Bare) -> None:
    bare.story.lodged().reserved()
    for sql in ("update surety set bound_usd_cents = 0 where guarantee = %(g)s",):
        bare.refused(sql, by="bound_by_reservations", actor=cast.GUARANTOR)
    bare.refused(
        "update surety set limit_usd_cents = 99999 where guarantee = %(g)s",
        by="bound_within_limit",
        actor=cast.GUARANTOR,
    )
    born = """insert into surety values ('b-' || %(tag)s, 1, 'valid', 'tir', 'surety', 'h', 5, 5, '2027-01-01', '2028-01-01')"""
    bare.refused(born, by="bound_by_reservations", actor=cast.GUARANTOR)


def test_n14_a_seal_on_two_units_and_two_seals_on_one(bare: Bare) -> None:
    bare.story.do("UNIT_ADDED", cast.SHIPPER, unit="TEXU1", place="KZKGS")
    bare.story.do("SEAL_AFFIXED", cast.SHIPPER, unit=UNIT, issuer="acme", number="s1")
    affix = "insert into seal values ('s-' || %(tag)s, %(c)s, {unit}, 'acme', {number}, true)"
    bare.refused(
        affix.format(unit="%(other)s", number="%(s)s"),
        by="seal_once",
        actor=cast.SHIPPER,
        other=bare.story.own("TEXU1"),
    )
    bare.refused(affix.format(unit="%(u)s", number="'s9'"), by="seal_of_unit_once", actor=cast.SHIPPER)


def test_n15_a_unit_in_two_places_custodies_or_consignments(bare: Bare) -> None:
    place = (
        "insert into place_of (consignment, unit, place, since) values (%(c)s, %(u)s, 'KZAAU', karvan.service_now())"
    )
    bare.refused(place, by="place_once", actor=cast.SHIPPER)
    bare.refused(
        "insert into custody (consignment, unit, party, since) values (%(c)s, %(u)s, 'x', karvan.service_now())",
        by="custody_once",
        actor=cast.SHIPPER,
    )
    other = Kept(bare.story.store)
    unit = "insert into unit (consignment, unit, state, pickup) values (%(other)s, %(u)s, 'expected', 'acme')"
    bare.refused(unit, by="unit_once", actor=cast.SHIPPER, other=other.name)


@pytest.mark.parametrize(
    "sql",
    [
        "insert into hold (consignment, hold, kind, authority, placed_by) values (%(c)s, 'h', 'other', 'x', 'rex')",
        "insert into part values (%(c)s, 'spy', 'consignee')",
        "insert into reach values (%(c)s, 'GE')",
        """insert into event (eid, consignment, seq, kind, party, person, posting, occurred, recorded, late, reason, corrects,
          body, prev_hash, hash) values ('x', %(c)s, 1, 'ANNOUNCED', 'rival', 'rex', '', karvan.service_now(),
          karvan.service_now(), false, '', '', '{}', '', 'y')""",
    ],
    ids=["hold", "part", "reach", "event"],
)
def test_n9_a_rival_writes_nothing_into_a_foreign_consignment(bare: Bare, sql: str) -> None:
    bare.refused(sql, by="InsufficientPrivilege", actor=cast.RIVAL)


@pytest.mark.parametrize(
    "name", ["consignment", "movement", "reservation", "release", "hold", "unit", "place_of", "custody"]
)
def test_n9_nor_reads_or_changes_one(bare: Bare, name: str) -> None:
    bare.story.released()
    with bare.acting(cast.RIVAL) as connection:
        found = connection.execute(f"select count(*) from {name} where consignment = %(c)s", bare.given()).fetchone()  # type: ignore[call-overload]
        assert found == (0,)
        done = connection.execute(
            f"update {name} set consignment = consignment where consignment = %(c)s", bare.given()
        )  # type: ignore[call-overload]
        assert done.rowcount == 0


def test_the_runtime_role_owns_nothing_and_cannot_pass_by_row_security(pool: ConnectionPool) -> None:
    with pool.connection() as connection:
        owned = connection.execute("select count(*) from pg_class where relowner = 'karvan_app'::regrole").fetchone()
        role = connection.execute(
            "select rolsuper, rolbypassrls, rolcreaterole, rolcanlogin from pg_roles where rolname = 'karvan_app'"
        ).fetchone()
        open_ = connection.execute(
            "select relname from pg_class c join pg_namespace n on n.oid = relnamespace where nspname = 'karvan' "
            "and relkind = 'r' and not (relrowsecurity and relforcerowsecurity) order by relname"
        ).fetchall()
        hidden = connection.execute(
            "select has_table_privilege('karvan_app', 'karvan.credential', 'select,insert,update,delete'), "
            "has_table_privilege('karvan_app', 'karvan.mandate', 'select,insert,update,delete'), "
            "has_table_privilege('karvan_app', 'karvan.session', 'select,insert,update,delete')"
        ).fetchone()
    assert owned == (0,) and role == (False, False, False, False)
    service = {"clock", "posting", "rule", "credential", "mandate", "link", "session"}
    log = {"checkpoint", "cosignature", "node", "secret", "witness"}
    assert {name for (name,) in open_} == service | log
    # Clock, posting and rule are of nobody's consignment, and only read; the log's tree and heads are shown to all, its
    # secret seals cursors and holds no party's data.
    assert hidden == (False, False, False)
    with (
        pool.connection() as connection
    ):  # links are of a consignment: only their owner's function passes by the rows' rule
        ruled = connection.execute("select relrowsecurity from pg_class where oid = 'karvan.link'::regclass").fetchone()
    assert ruled == (True,)


def test_a_reference_number_is_of_one_movement(bare: Bare) -> None:
    bare.story.assessed()
    bare.story.lodged("m2", order=2)
    same = """update movement set mrn = (select max(mrn) from movement where consignment = %(c)s)
      where consignment = %(c)s and movement = 'm2'"""
    bare.refused(same, by="mrn_once")


def test_n10_a_person_is_posted_at_one_office_at_a_time(pool: ConnectionPool) -> None:
    post = "insert into karvan.posting values ('second', 'customs-kz', 'kira', 'KZ', 'KZ50', {since}, '2029-01-01')"
    with pool.connection() as connection, connection.transaction(force_rollback=True):
        connection.execute(post.format(since="'2028-01-01'"))  # type: ignore[call-overload]
    twice = pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="one office at a time")
    with pool.connection() as connection, connection.transaction(force_rollback=True), twice:
        connection.execute(post.format(since="'2027-12-31'"))  # type: ignore[call-overload]


def test_a_key_of_another_party_is_not_seen(bare: Bare) -> None:
    with bare.acting(cast.RIVAL) as connection:
        assert connection.execute("select count(*) from idempotency where party = 'acme'").fetchone() == (0,)
