"""Signing in on PostgreSQL: the same tables, one after the other where it counts."""

import datetime as dt
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from accounts.database import open_database
from accounts.log import verify
from accounts.register import Register
from accounts.schema import metadata
from accounts.signing.entering import Entered, Halfway, Visitor, Waits, with_code, with_password
from tests.accounts.desk import Clock, Desk
from tests.accounts.signing.door import PASSWORD, Door, door_of
from tests.relay.postgres import running_server

HERE = Visitor("203.0.113.0/24", "Firefox trên Windows")


@pytest.fixture(scope="module")
def far() -> Iterator[Door]:
    """The pages over a register on a server."""
    with running_server() as server:
        url = server.url(server.database())
        with open_database(url, os.environ, create=True) as database:
            clock = Clock()
            register = Register(database, clock, "van", "may-chu")
            yield door_of(Desk(database, clock, register, Path()))


def test_the_versions_make_just_the_tables_that_the_code_knows(far: Door) -> None:
    with far.desk.database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_from_the_code_to_the_desk_and_out_again(far: Door) -> None:
    officer = far.ready("mai")
    browser = far.browser()
    browser.sign_in(officer)
    assert browser.person() == "mai"
    assert far.browser().password("a\0b", "x\0y").status_code == 422
    far.desk.register.suspend("mai", "Mất máy")
    assert browser.person() is None
    with far.desk.database.reading() as connection:
        assert list(verify(connection)) == []


def test_many_at_once_neither_pass_by_the_count_nor_share_a_code(far: Door) -> None:
    officer = far.ready("lan")
    with ThreadPoolExecutor(8) as pool:
        wrong = [
            pool.submit(with_password, far.signing, "lan", f"sai {n}", HERE) for n in range(16)
        ]
        assert sum(isinstance(each.result(), Waits) for each in wrong) == 11
        far.desk.clock.turn(dt.timedelta(hours=25))
        steps = []
        for _ in range(4):
            half = with_password(far.signing, "lan", PASSWORD, HERE)
            assert isinstance(half, Halfway)
            steps.append(half.step)
        code = pyotp.TOTP(officer.secret).at(int(far.desk.clock().timestamp()))
        done = [pool.submit(with_code, far.signing, step, code, HERE) for step in steps]
        assert sum(isinstance(each.result(), Entered) for each in done) == 1
