"""Whether it runs, whether it can take messages, and its figures: for the private port."""

import asyncio
import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Connection, delete
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from relay.running.metrics import CONTENT_TYPE_LATEST, Metrics
from relay.store.inserting import insert_once
from relay.store.schema import spent
from relay.store.writer import Unavailable, Writer

ROOM = 1024 * 1024 * 1024
"""Bytes that must be free: long before a disk is full, somebody should come."""

PROBE = "readyz"
"""What the probe calls its row among the spent challenges; no challenge is called so."""

WITHIN = 10.0
"""Seconds that a write may take."""


def routes(
    writer: Writer,
    metrics: Metrics,
    folder: Path | None,
    now: Callable[[], dt.datetime],
    free: Callable[[Path], int] | None = None,
) -> list[Route]:
    """``/healthz``, ``/readyz`` and ``/metrics``.

    Args:
        writer: Whose way to the disk is tried.
        metrics: The figures.
        folder: Whose disk must have room; none if the database is elsewhere.
        now: Tells the time.
        free: How many bytes are free where a folder lies.
    """
    room = free or _free

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        wrong: dict[str, str] = {}
        try:
            await asyncio.wait_for(writer.run(lambda connection: _probe(connection, now())), WITHIN)
        except Unavailable as error:
            wrong["write"] = str(error)
        except TimeoutError:
            wrong["write"] = f"Ghi một hàng mất hơn {WITHIN:.0f} giây."
        if folder is not None:
            try:
                left = await asyncio.to_thread(room, folder)
            except OSError as error:
                wrong["disk"] = f"Không đọc được ổ đĩa: {type(error).__name__}."
            else:
                if left < ROOM:
                    wrong["disk"] = f"Ổ đĩa chỉ còn {left // 1024**2} MB; cần {ROOM // 1024**2} MB."
        ready = not wrong
        return JSONResponse({"ready": ready, **wrong}, status_code=200 if ready else 503)

    async def figures(_: Request) -> Response:
        text = await asyncio.to_thread(metrics.text)
        return Response(text, headers={"content-type": CONTENT_TYPE_LATEST})

    return [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/metrics", figures),
    ]


def _probe(connection: Connection, now: dt.datetime) -> None:
    """Writes a row and takes it away again: the commit reaches the disk as every other."""
    connection.execute(delete(spent).where(spent.c.challenge == PROBE))
    insert_once(connection, spent, challenge=PROBE, expires=now)


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free
