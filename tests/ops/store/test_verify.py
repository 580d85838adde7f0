"""``verify`` finds what the database's owner does behind the service's back, at every table."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from karvan.ops.store import Store
from karvan.ops.store.verify import TABLES, verify
from ops import cast
from ops.database import filled, fresh
from ops.store.kept import Kept
from ops.story import UNIT


@pytest.fixture(scope="module")
def told(server: str) -> Iterator[str]:
    """A database with a few journeys, one of them whole."""
    with fresh(server) as url:
        filled(url)
        with ConnectionPool(url, min_size=1, open=True) as pool:
            store = Store(pool)
            Kept(store).lodged()
            whole = Kept(store)
            whole.released()
            whole.do("SEAL_AFFIXED", cast.KZ, unit=UNIT, issuer="kz", number="s1")
            whole.do("HANDED_OVER", cast.SHIPPER, unit=UNIT, to="rail-kz")
            whole.do("TAKEN_OVER", cast.RAILWAY, unit=UNIT)
            whole.do("HOLD_PLACED", cast.KZ, hold="h1", kind="other", basis="9", why="wait")
            ended = Kept(store)
            ended.arrived().do("DISCHARGED", cast.KZ_OUT, movement="m1")
            ended.lodged("m2", order=2, regime="rail-eaeu").do("GUARANTEE_WAIVED", cast.KZ, movement="m2", basis="143")
            void = Kept(store)
            void.released().do("INVALIDATED", cast.KZ, movement="m1", why="wrong goods")
        yield url


def faults(url: str, *tampering: str) -> tuple[str, ...]:
    """What is found after tampering, which is taken back."""
    with psycopg.connect(url) as connection:
        for sql in tampering:
            connection.execute("set local session_replication_role = replica")  # no trigger stands in an owner's way
            assert connection.execute(sql).rowcount > 0  # type: ignore[call-overload]
        if tampering:
            connection.execute("commit")
    with psycopg.connect(url) as connection:
        return verify(connection).faults


def test_an_honest_log_has_no_faults(told: str) -> None:
    with psycopg.connect(told) as connection:
        verified = verify(connection)
    assert verified.faults == () and verified.events > 60 and verified.subjects == 8


ONE = "(select eid from karvan.event where kind = 'ACCEPTED' order by eid limit 1)"
OF = "(select consignment from karvan.release limit 1)"
TAMPERED = {
    "body": f'update karvan.event set body = body || \'{{"mrn": "27KZ99999999999999"}}\' where eid = {ONE}',
    "time": f"update karvan.event set occurred = occurred - interval '1 day' where eid = {ONE}",
    "person": f"update karvan.event set person = 'nobody' where eid = {ONE}",
    "dropped": f"delete from karvan.event where eid = {ONE}",
    "chain": f"update karvan.event set prev_hash = repeat('0', 64) where eid = {ONE}",
    "consignment": "update karvan.consignment set owner = 'rival' where consignment = " + OF,
    "state": "update karvan.consignment set state = jsonb_set(state, '{owner}', '\"rival\"') where consignment = " + OF,
    "part": "insert into karvan.part values (" + OF + ", 'spy', 'consignee')",
    "reach": "insert into karvan.reach values (" + OF + ", 'GE')",
    "movement": "update karvan.movement set state = 'discharged' where consignment = " + OF,
    "reservation": "update karvan.reservation set amount_usd_cents = 1 where state = 'reserved'",
    "waiver": "delete from karvan.reservation where state = 'waived'",
    "release": "update karvan.release set revoked_at = null where revoked_at is not null",
    "hold": "update karvan.hold set lifted_by = 'zed'",
    "unit": "update karvan.unit set pickup = 'thief'",
    "place_of": "update karvan.place_of set place = 'AZALA'",
    "custody": "update karvan.custody set party = 'thief' where until is null",
    "seal": "update karvan.seal set number = 's9'",
    "surety": "update karvan.surety set bound_usd_cents = bound_usd_cents + 1",
}


@pytest.mark.parametrize("name", TAMPERED)
def test_tampering_is_found(told: str, name: str) -> None:
    tables = [each for each in ("event", *TABLES) if f"karvan.{each} " in TAMPERED[name]]
    with psycopg.connect(told) as connection:
        for table in tables:
            connection.execute(f"create table karvan.kept_{table} as table karvan.{table}")  # type: ignore[call-overload]
    try:
        assert faults(told, TAMPERED[name])
    finally:
        with psycopg.connect(told) as connection:
            connection.execute("set local session_replication_role = replica")
            for table in tables:
                connection.execute(f"delete from karvan.{table}")  # type: ignore[call-overload]
                connection.execute(f"insert into karvan.{table} table karvan.kept_{table}")  # type: ignore[call-overload]
                connection.execute(f"drop table karvan.kept_{table}")  # type: ignore[call-overload]
    assert faults(told) == ()


def test_every_table_of_state_is_tampered_with() -> None:
    assert all(any(f"karvan.{name} " in sql for sql in TAMPERED.values()) for name in TABLES)
