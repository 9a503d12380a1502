"""Cases in a store on their way to publication, and the private interface before them."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy.engine import URL
from starlette.applications import Starlette

from regulation.portal import Portal
from relay.answers.private import routes
from relay.answers.public import PublicVersion, public_version
from relay.cases.events import Happened
from relay.cases.states import Did, Party
from relay.context import Context
from relay.pages import Pages
from relay.settings import Settings
from relay.store.cases import StoredCase, append, keep, load
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.texts import write_text
from relay.store.values import NewCase, TextKind
from relay.store.writer import Writer

AT = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)
TOKEN = "0123456789abcdef" * 4
CANARY = {
    "ho-ten": "Zwxq Kẻvắngmặt",
    "dia-chi": "Ngõ Zwxq 7731",
    "dien-thoai": "0907731773",
    "thu": "zwxq7731@gmail.com",
}
PUBLIC = public_version(
    "Đèn đường ở phường Mẫu không sáng",
    "Chiếu sáng",
    "Đèn đường trước chợ tắt từ đầu tháng, khi nào sửa?",
    "Đèn đã được thay ngày 18/11/2026.\n\nCảm ơn bạn đã báo.",
)


@dataclass(frozen=True)
class Desk:
    """A store in which cases are brought to where they are to be."""

    store: Store
    writer: Writer
    keys: Keys
    portal: Portal
    folder: Path
    unit: str = "so-noi-vu"

    def add(self, case_id: str, did: Did, party: Party, *, now: bool = False, **data: Any) -> None:
        """Something happens to a case, now or a minute after what happened last."""

        def work(connection: Any) -> None:
            at = load(connection, case_id).case.changed_at + dt.timedelta(minutes=1)
            at = dt.datetime.now(dt.UTC) if now else at
            append(connection, case_id, [Happened(did, party, at, "an", data)], self.keys)

        self.writer.run_now(work)

    def answered(self, token: str, kind: str = "feedback", about: str = "", **more: Any) -> str:
        """A case that was answered; nothing of it is public."""
        case_id = self.assigned(token, kind, about, **more)
        self.add(case_id, Did.ACCEPTED, Party.UNIT)
        self.add(case_id, Did.ANSWERED, Party.HEAD, text="0" * 64)
        return case_id

    def assigned(
        self,
        token: str,
        kind: str = "feedback",
        about: str = "",
        *,
        sealed: bool = False,
        contact: Mapping[str, str] = CANARY,
    ) -> str:
        """A case that its unit has not accepted yet."""
        data = {
            "portal": self.portal.id,
            "kind": kind,
            "route": "phan-anh",
            "receiver": self.unit,
            "sealed": sealed,
        }
        new = NewCase(
            token=token,
            portal=self.portal.id,
            kind=kind,
            route="phan-anh",
            lang="vi",
            about=about,
            unit=self.unit,
            fields={} if sealed else {"tieu-de": "Zwxq gốc", "noi-dung": "Zwxq lời gốc 7731"},
            contact={} if sealed else contact,
            sealed=b"age" if sealed else None,
            files=(),
            events=(
                Happened(Did.RECEIVED, Party.CITIZEN, AT, "", data),
                Happened(Did.TRIAGED, Party.SYSTEM, AT, "", {}),
                Happened(Did.ASSIGNED, Party.SYSTEM, AT, "", {"unit": self.unit}),
            ),
            mail=(),
        )
        return self.writer.run_now(lambda c: keep(c, new, self.keys, AT)).case_id

    def withhold(self, case_id: str) -> None:
        """The board takes a public version back."""
        self.add(case_id, Did.WITHHELD, Party.BOARD, reason="Cần sửa")

    def clear(self, case_id: str, public: PublicVersion = PUBLIC, *, now: bool = False) -> str:
        """The board clears a public version, now or soon after what happened last; its digest."""

        def work(connection: Any) -> str:
            at = load(connection, case_id).case.changed_at
            body = public.body()
            return write_text(connection, case_id, TextKind.PUBLIC, body, "b", at).sha256

        digest = self.writer.run_now(work)
        self.add(case_id, Did.CLEARED, Party.BOARD, now=now, text=digest)
        return digest

    def cleared(self, token: str, public: PublicVersion = PUBLIC, **more: Any) -> str:
        """A case whose answer waits for publication."""
        case_id = self.answered(token, **more)
        self.clear(case_id, public)
        return case_id

    def case(self, case_id: str) -> StoredCase:
        """A case as it stands."""
        with self.store.reading() as connection:
            return load(connection, case_id)

    def context(self, pages: Pages | None = None, **settings: Any) -> Context:
        """What pages stand on, as far as they are asked here."""
        usual: dict[str, Any] = {
            "root": self.folder,
            "portal": self.portal.id,
            "data": self.folder,
            "database": URL.create("sqlite"),
            "secret": self.folder / "key",
            "site": self.folder,
            "mail": "",
        }
        nobody: Any = None
        return Context(
            settings=Settings(**{**usual, **settings}),
            rules=cast(Any, SimpleNamespace(portal=lambda: self.portal)),
            store=self.store,
            writer=self.writer,
            keys=self.keys,
            pages=pages or nobody,
            signing=nobody,
            limits=nobody,
            now=lambda: AT + dt.timedelta(days=1),
            ticking=lambda: 0.0,
        )

    def app(self, token: str | None = TOKEN) -> Starlette:
        """The private interface."""
        file = self.folder / "answers.token"
        if token is not None:
            file.write_text(f"{token}\n")
        return Starlette(routes=routes(self.context(token=file)))
