"""Bodies below the officers' prefix: counted, waited for so long, and then no longer."""

import asyncio
from collections.abc import Iterable

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Message, Scope

from relay.abuse.pace import Pace
from relay.app import Bounded

NEVER = 3_600.0


async def read(request: Request) -> Response:
    """Reads all of a body, then waits whether the visitor leaves."""
    whole = await request.body()
    waiting = asyncio.ensure_future(request.is_disconnected())
    return PlainTextResponse(f"{len(whole)} {await waiting}")


def application(pace: Pace) -> Starlette:
    return Starlette(
        routes=[Route("/can-bo/x/", read, methods=["POST"]), Route("/x/", read, methods=["POST"])],
        middleware=[Middleware(Bounded, prefix="/can-bo/", most=1_000, pace=pace)],
    )


def posted(
    path: str, pieces: Iterable[bytes], pause: float = 0, pace: Pace | None = None
) -> tuple[int, bytes, dict[bytes, bytes]]:
    """What is answered to a body whose pieces come with pauses; it is whole after the last."""
    scope: Scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "headers": [],
        "query_string": b"",
    }
    told: list[Message] = []
    coming = [*pieces]

    async def receive() -> Message:
        await asyncio.sleep(pause)
        if not coming:
            return {"type": "http.disconnect"}
        body = coming.pop(0)
        return {"type": "http.request", "body": body, "more_body": bool(coming)}

    async def send(message: Message) -> None:
        told.append(message)

    asyncio.run(application(pace or Pace())(scope, receive, send))
    return told[0]["status"], told[1]["body"], dict(told[0]["headers"])


@pytest.mark.parametrize(
    "pace",
    [Pace(seconds=0.02), Pace(grace=0.02), Pace(grace=0.02, rate=1e9)],
    ids=["in all", "grace", "rate"],
)
def test_a_slow_body_ends_in_408_and_a_closed_connection(pace: Pace) -> None:
    status, _, headers = posted("/can-bo/x/", [b"a"] * 10, pause=NEVER, pace=pace)
    assert status == 408
    assert headers[b"connection"] == b"close"


def test_a_body_that_dribbles_within_each_wait_is_too_slow_in_all() -> None:
    pace = Pace(grace=0.05, rate=1_000)
    assert posted("/can-bo/x/", [b"a"] * 900, pause=0.01, pace=pace)[0] == 408


def test_a_body_that_comes_in_time_is_read_and_its_visitor_is_not_hurried() -> None:
    """What is waited for after the body is the visitor's leaving: that has no pace."""
    pace = Pace(seconds=0.02, grace=0.02)
    assert posted("/can-bo/x/", [b"a" * 10, b"b"], pace=pace)[:2] == (200, b"11 False")


def test_a_body_too_big_is_413_and_elsewhere_others_count() -> None:
    status, _, headers = posted("/can-bo/x/", [b"a" * 600, b"a" * 600])
    assert (status, headers[b"connection"]) == (413, b"close")
    assert posted("/x/", [b"a" * 600, b"a" * 600])[:2] == (200, b"1200 False")
