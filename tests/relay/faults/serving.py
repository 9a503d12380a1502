"""A process that keeps cases for whoever asks over a socket: it can be killed at any moment.

A line of JSON comes in, ``{"token": …, "size": …}``; a line goes out only after the commit, with
what a receipt would say.
"""

import asyncio
import json
import os
import sys
from functools import partial

from sqlalchemy.engine import make_url

from relay.store.cases import keep
from relay.store.database import open_store
from relay.store.keys import keys_from
from relay.store.values import NewFile
from relay.store.writer import Unavailable, Writer
from tests.relay.store.samples import AT, a_case


async def _serve(writer: Writer) -> None:
    keys = keys_from(b"\x07" * 32)

    async def answer(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            asked = json.loads(line)
            file = NewFile("a.bin", "application/pdf", os.urandom(asked["size"]))
            new = a_case(asked["token"], files=(file, file))
            try:
                kept = await writer.run(partial(keep, new=new, keys=keys, at=AT))
                said = {"case": kept.case_id, "code": keys.code(asked["token"])}
            except Unavailable as error:
                said = {"unavailable": str(error)}
            out.write(json.dumps(said).encode() + b"\n")
            await out.drain()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main(url: str) -> None:
    """Serves until it is killed."""
    store = open_store(make_url(url), os.environ, create=True)
    with Writer(store) as writer:
        asyncio.run(_serve(writer))


if __name__ == "__main__":
    main(sys.argv[1])
