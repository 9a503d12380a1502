"""The log: every act is in it, and what was changed behind its back is found."""

import re
from collections.abc import Sequence

import pytest
from sqlalchemy import text

from accounts.log import Action, append, entries, last, verify
from tests.accounts.desk import HOUR, Desk


@pytest.fixture
def written(desk: Desk) -> Desk:
    """A register in which some things were done."""
    desk.known("mai", "truong")
    desk.clock.turn(HOUR)
    desk.grant("mai", "tvt")
    desk.grant("truong", "tb")
    desk.register.suspend("mai", "Mất máy")
    return desk


def wrong(desk: Desk, seal: str = "") -> list[str]:
    """What the log is found to lack."""
    with desk.database.reading() as connection:
        return list(verify(connection, seal))


def tamper(desk: Desk, *statements: str) -> None:
    """Writes past the register, as whoever may write the file can."""
    with desk.database.writing() as connection:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        for name in connection.execute(text(triggers)).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))


def test_it_says_who_did_what_to_whom_and_when(written: Desk) -> None:
    with written.database.reading() as connection:
        found = entries(connection)
    assert [(e.number, e.actor, e.account, e.action, e.person) for e in found] == [
        (1, "van", "may-chu", "added", "mai"),
        (2, "van", "may-chu", "added", "truong"),
        (3, "van", "may-chu", "granted", "mai"),
        (4, "van", "may-chu", "granted", "truong"),
        (5, "van", "may-chu", "suspended", "mai"),
    ]
    assert [e.at for e in found] == [written.clock.at - HOUR] * 2 + [written.clock.at] * 3
    assert re.fullmatch(r"[0-9a-f]{64}", found[-1].hash)


def test_nothing_is_wrong_with_what_the_register_wrote(written: Desk) -> None:
    assert wrong(written) == []


SWAP = [
    "UPDATE log SET number = 90 WHERE number = 2",
    "UPDATE log SET number = 2 WHERE number = 3",
    "UPDATE log SET number = 3 WHERE number = 90",
]


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["UPDATE log SET actor = 'ai-do' WHERE number = 2"], ["Mục số 2 .* đã bị sửa"]),
        (["UPDATE log SET account = '' WHERE number = 1"], ["Mục số 1 .* đã bị sửa"]),
        (["UPDATE log SET at = '2026-01-01 00:00:00.000000' WHERE number = 4"], ["số 4 .* sửa"]),
        (["UPDATE log SET changes = '[]' WHERE number = 3"], ["Mục số 3 .* đã bị sửa"]),
        (["DELETE FROM log WHERE number = 1"], ["thiếu mục số 1"]),
        (["DELETE FROM log WHERE number = 3"], ["thiếu mục số 3: sau mục trước là mục số 4"]),
        (
            [
                "DELETE FROM log WHERE number = 3",
                "UPDATE log SET number = number - 1 WHERE number > 3",
            ],
            ["Mục số 3 .* không nối", "Mục số 4 .* đã bị sửa"],
        ),
        (SWAP, ["Mục số 2 .* không nối", "Mục số 3 .* không nối", "Mục số 4 .* không nối"]),
        (["DELETE FROM log WHERE number = 5"], ["Bảng suspensions có dòng 1 mà nhật ký không ghi"]),
        (["DELETE FROM log"], ["có dòng"] * 5),
        (["DELETE FROM suspensions"], ["Bảng suspensions mất dòng 1 mà nhật ký đã ghi"]),
        (
            ["UPDATE holdings SET since = '2020-01-01 00:00:00.000000' WHERE id = 1"],
            ["Bảng holdings, dòng 1: since khác với nhật ký"],
        ),
        (["UPDATE holdings SET fields = '[\"tin\"]' WHERE id = 1"], ["fields khác với nhật ký"]),
        (
            ["INSERT INTO people VALUES ('la', 'Lạ', 0, '2026-01-01 00:00:00.000000')"],
            ["Bảng people có dòng la mà nhật ký không ghi"],
        ),
    ],
)
def test_what_was_changed_behind_its_back_is_found(
    written: Desk, statements: Sequence[str], told: Sequence[str]
) -> None:
    tamper(written, *statements)
    found = wrong(written)
    assert len(found) == len(told), found
    for message, pattern in zip(found, told, strict=True):
        assert re.search(pattern, message)


def test_a_log_that_was_written_anew_is_found_by_a_seal_kept_elsewhere(written: Desk) -> None:
    with written.database.reading() as connection:
        kept = entries(connection)
    seal = kept[-1].seal
    assert wrong(written, seal) == []
    tamper(written, "DELETE FROM log WHERE number = 5", "DELETE FROM suspensions")
    assert wrong(written) == []
    assert wrong(written, seal) == [
        f"Nhật ký không còn mục mang mã {seal}: đã bị cắt bớt hoặc viết lại."
    ]
    assert wrong(written, kept[2].seal) == []


def test_an_act_that_fails_leaves_nothing_behind(written: Desk) -> None:
    class StopError(Exception):
        pass

    with pytest.raises(StopError), written.database.writing() as connection:
        append(connection, written.clock.at, ("", ""), Action.LEFT, "mai", [])
        raise StopError
    with written.database.reading() as connection:
        final = last(connection)
    assert final is not None
    assert final.number == 5


def test_of_one_person_it_tells_what_was_done_to_and_by_them(written: Desk) -> None:
    with written.database.reading() as connection:
        assert [entry.number for entry in entries(connection, "mai")] == [1, 3, 5]
        assert len(entries(connection, "van")) == 5
