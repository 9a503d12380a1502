"""Health, figures and logs: they tell the operator what is needed and nothing of anybody."""

import asyncio
import datetime as dt
import io
import json
import logging
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from accounts.opening import for_writing
from relay.mail.worker import Sent
from relay.running.health import ROOM, routes
from relay.running.logs import Lines, Logged, network, shown_path
from relay.running.metrics import Metrics
from relay.running.sweeping import sweep
from relay.store.cases import keep
from relay.store.database import Store, open_store
from relay.store.held import hold
from relay.store.keys import Keys
from relay.store.spent import spend
from relay.store.writer import Writer
from tests.relay.store.samples import AT, CONTACT, PICTURE, a_case

MINUTE = dt.timedelta(minutes=1)


def client(
    store: Store, writer: Writer, metrics: Metrics, folder: Path | None, free: int = 2 * ROOM
) -> TestClient:
    """The private port."""
    metrics.watch(store, writer, lambda: AT + MINUTE)
    made = routes(writer, metrics, folder, lambda: AT, free=lambda _: free)
    return TestClient(Starlette(routes=made))


def test_it_is_ready_when_a_write_reaches_the_disk(store: Store, tmp_path: Path) -> None:
    metrics = Metrics()
    with Writer(store, committing=metrics.committing) as writer:
        asked = client(store, writer, metrics, tmp_path)
        assert asked.get("/healthz").text == "ok\n"
        for _ in range(2):
            answer = asked.get("/readyz")
            assert (answer.status_code, answer.json()) == (200, {"ready": True})
        assert "cong_relay_commit_seconds_count 2.0" in asked.get("/metrics").text
    answer = asked.get("/readyz")
    assert (answer.status_code, answer.json()["write"]) == (503, "Máy chủ đang dừng.")
    assert asked.get("/healthz").status_code == 200


def test_it_is_not_ready_when_somebody_holds_the_lock(sqlite_store: Store) -> None:
    url = URL.create("sqlite", database=sqlite_store.shown)
    hasty = open_store(url, os.environ, patience=dt.timedelta(milliseconds=100))
    with Writer(hasty) as writer:
        asked = client(hasty, writer, Metrics(), None)
        with for_writing(sqlite_store.engine).begin():
            answer = asked.get("/readyz")
            assert answer.status_code == 503
            assert "đang bận quá lâu" in answer.json()["write"]
            assert "cong_relay_unavailable_total 1.0" in asked.get("/metrics").text
        assert asked.get("/readyz").status_code == 200
    hasty.close()


def test_it_is_not_ready_when_the_disk_is_nearly_full(sqlite_store: Store, tmp_path: Path) -> None:
    with Writer(sqlite_store) as writer:
        asked = client(sqlite_store, writer, Metrics(), tmp_path, free=ROOM - 1)
        answer = asked.get("/readyz")
        assert answer.status_code == 503
        assert answer.json()["disk"] == "Ổ đĩa chỉ còn 1023 MB; cần 1024 MB."
        gone = routes(writer, Metrics(), tmp_path / "khong-co", lambda: AT)
        answer = TestClient(Starlette(routes=gone)).get("/readyz")
        assert answer.json()["disk"] == "Không đọc được ổ đĩa: FileNotFoundError."


def test_figures_count_and_name_nobody(store: Store, keys: Keys) -> None:
    metrics = Metrics()
    with Writer(store, committing=metrics.committing) as writer:
        asked = client(store, writer, metrics, None)
        told = writer.run_now(partial(keep, new=a_case(), keys=keys, at=AT))
        metrics.letters(Sent(sent=2, failed=1))
        text = asked.get("/metrics").text
    for line in (
        "cong_relay_unavailable_total 0.0",
        'cong_relay_letters_total{outcome="sent"} 2.0',
        "cong_relay_writer_queue 0.0",
        "cong_relay_outbox 1.0",
        "cong_relay_outbox_age_seconds 60.0",
        'cong_relay_cases{kind="feedback",route="feedback",state="received"} 1.0',
    ):
        assert line in text
    for secret in (told.case_id, keys.code("t" * 22), *filter(None, CONTACT.values())):
        assert secret not in text


def test_what_is_past_is_swept(store: Store) -> None:
    with Writer(store) as writer:
        writer.run_now(lambda c: hold(c, "t", (PICTURE,), AT))
        writer.run_now(lambda c: spend(c, "một", AT + MINUTE, AT))
        assert sweep(writer, AT) == (0, 0)
        assert sweep(writer, AT + dt.timedelta(hours=3)) == (1, 1)


# --- Logs -----------------------------------------------------------------------------------------


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What a logger called "relay.test" writes, and one called "other".

    Once Pelican is loaded, loggers say everything once only: here it may be, in the relay never.
    """
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(lambda: AT))
    names = ("relay.test", "relay.requests", "other")
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    told_once = [(logger, each) for logger in loggers for each in logger.filters]
    for logger, each in told_once:
        logger.removeFilter(each)
    yield stream
    for logger, each in told_once:
        logger.addFilter(each)
    for logger in loggers:
        logger.removeHandler(handler)
        logger.propagate = True


def test_a_line_tells_what_is_on_the_list(lines: io.StringIO) -> None:
    logging.getLogger("relay.test").info(
        "request",
        extra={
            "method": "POST",
            "path": "/y-kien/bien-nhan/abcDEF123/?ma=7K3M",
            "status": 303,
            "ho_ten": "Nguyễn Thị Bưởi",
        },
    )
    assert json.loads(lines.getvalue()) == {
        "at": "2026-11-23T02:30:00.123+00:00",
        "level": "info",
        "from": "relay.test",
        "said": "request",
        "method": "POST",
        "path": "/y-kien/bien-nhan/…/",
        "status": 303,
    }


def test_a_request_is_a_line_without_what_was_asked_or_sent(lines: io.StringIO) -> None:
    async def answers(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("Nguyễn Thị Bưởi", 404)(scope, receive, send)

    async def fails(scope: Scope, receive: Receive, send: Send) -> None:
        raise KeyError("Nguyễn Thị Bưởi")

    seconds = iter((1.0, 1.25, 2.0, 2.5))
    for app in (answers, fails):
        logged = Logged(app, lambda: next(seconds), lambda scope: "4f2a")
        asked = TestClient(logged, raise_server_exceptions=False)
        asked.post("/y-kien/tra-cuu/7K3M?ma=7K3M", data={"ma": "7K3M9QXA"})
    told = [json.loads(line) for line in lines.getvalue().splitlines()]
    assert [(each["path"], each["status"], each["seconds"]) for each in told] == [
        ("/y-kien/tra-cuu/…", 404, 0.25),
        ("/y-kien/tra-cuu/…", 0, 0.5),
    ]
    assert {each["network"] for each in told} == {"4f2a"}
    assert "7K3M" not in lines.getvalue()
    assert "Bưởi" not in lines.getvalue()


def test_an_exceptions_words_are_not_told(lines: io.StringIO) -> None:
    try:
        raise ValueError("buoi@example.vn")
    except ValueError:
        logging.getLogger("relay.test").exception("a page failed")
    logging.getLogger("other").error("sent to %s", "buoi@example.vn")
    logging.getLogger("other").error("cannot read: buoi@example.vn")
    text = lines.getvalue()
    assert "buoi" not in text
    told = [json.loads(line) for line in text.splitlines()]
    assert told[0]["error"] == "ValueError"
    assert told[0]["where"].startswith("test_an_exceptions_words_are_not_told:")
    assert [each["said"] for each in told[1:]] == ["sent to %s", "cannot read"]


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/y-kien/gui/cau-hoi/", "/y-kien/gui/…/"),
        ("/can-bo/vu-viec/7K3M9QXA/", "/can-bo/vu-viec/…/"),
        ("/y-kien/tra-cuu/?ma=7K3M", "/y-kien/tra-cuu/"),
        ("/metrics", "/metrics"),
        ("/", "/"),
    ],
)
def test_addresses_of_pages_bear_no_ids(path: str, shown: str) -> None:
    assert shown_path(path) == shown


def test_somebodys_address_is_a_print_of_a_network_of_a_day() -> None:
    key, day = b"k" * 32, AT.date()
    one = network("203.0.113.7", key, day)
    assert one == network("203.0.113.200", key, day) != network("203.0.114.7", key, day)
    assert one != network("203.0.113.7", key, day + dt.timedelta(days=1))
    assert network("2001:db8:1:2::1", key, day) == network("2001:db8:1:9::7", key, day)
    assert network("không phải", key, day) == "?"
    assert "203" not in one or len(one) == 10


def test_probing_at_once_is_no_matter(sqlite_store: Store) -> None:
    with Writer(sqlite_store) as writer:
        asked = client(sqlite_store, writer, Metrics(), None)

        def ask() -> int:
            return asked.get("/readyz").status_code

        async def many() -> list[int]:
            return await asyncio.gather(*(asyncio.to_thread(ask) for _ in range(4)))

        assert asyncio.run(many()) == [200] * 4
