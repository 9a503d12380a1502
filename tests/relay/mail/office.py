"""A mail server on loopback, and all that sending stands on."""

import datetime as dt
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from regulation.loading import load_portal
from relay.mail.letters import From, Letters
from relay.mail.ways import Way, way_of
from relay.mail.worker import Post
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.writer import Writer
from tests.relay.store.samples import AT

ROOT = Path(__file__).resolve().parents[3]
WRITTEN = {"so-gtvt": "van-thu@sogtvt.example", "operator": "truc@cong.example"}
AUTHOR = From("Cổng thử", "tiep-nhan@cong.example", "https://cong.example")


class Box:
    """Takes letters. ``answer`` is what it says to the next ones; ``before`` is called first."""

    def __init__(self) -> None:
        self.letters: list[Message] = []
        self.answer = "250 OK"
        self.to: list[str] = []
        self.before: Callable[[], None] = lambda: None

    async def handle_DATA(  # noqa: N802 - the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Takes a letter."""
        if self.answer.startswith("250"):
            self.to += envelope.rcpt_tos
            self.letters.append(message_from_bytes(envelope.original_content or b""))
        self.before()
        return self.answer


@contextmanager
def mail_server(port: int = 0) -> Iterator[tuple[Box, int]]:
    """A mail server on loopback; its port."""
    box = Box()
    if port == 0:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, port
    finally:
        controller.stop()


def post_to(
    way: str | Way, store: Store, writer: Writer, keys: Keys, now: Callable[[], dt.datetime]
) -> Post:
    """What sending stands on."""
    portal = load_portal(ROOT / "content" / "quangnam-cchc", ROOT, AT.date())
    return Post(
        store=store,
        writer=writer,
        keys=keys,
        letters=Letters(ROOT / "theme" / "templates"),
        way=way_of(way) if isinstance(way, str) else way,
        author=lambda: AUTHOR,
        portal=lambda: portal,
        written=WRITTEN,
        now=now,
    )
