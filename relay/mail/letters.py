"""What a letter says: a template, a case's id, a link. Never the matter, never who wrote."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from relay.store.addresses import OPEN
from relay.store.outbox import Mail

_ODD = re.compile(r"[\s<>,;:\\\"()\[\]\x00-\x1f\x7f]")
"""What no address of ours has: line ends above all, which would begin a header of their own."""

_GENERAL = {True: "officer", False: "citizen"}
"""What is said where a template has no file: mail is never lost for want of words."""


class BadAddress(ValueError):
    """No letter can be sent to such an address."""


@dataclass(frozen=True, slots=True)
class From:
    """Who sends.

    Attributes:
        portal: The portal's name, as people know it.
        sender: The address.
        origin: Scheme, host and port of the portal.
        base: Path before every address of the portal.
    """

    portal: str
    sender: str
    origin: str
    base: str = ""


def sender_of(said: str, origin: str) -> str:
    """The address that letters come from: the one that was said, or one of the portal's host."""
    return said or f"khong-tra-loi@{urlsplit(origin).hostname or 'localhost'}"


class Letters:
    """Writes letters.

    Args:
        templates: theme/templates/; letters are in ``mail/`` there.
    """

    def __init__(self, templates: Path) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=False,  # noqa: S701 - plain text
            undefined=StrictUndefined,
        )

    def letter(
        self, mail: Mail, to: str, shown: str, author: From, token: str = ""
    ) -> EmailMessage:
        """A letter, the same however often it is written.

        Args:
            mail: The row of the outbox.
            to: The address.
            shown: The case's id as people write it.
            author: Who sends.
            token: What the link that confirms an address bears, for that letter.

        Raises:
            BadAddress: No letter can be sent there.
        """
        officer = not (mail.to == "citizen" or token)
        link = f"{author.origin}{author.base}{_path(mail, token, officer)}"
        text = self._text(mail, officer, {"case": shown, "link": link, "portal": author.portal})
        subject, _, body = text.partition("\n")
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(author.portal, addr_spec=author.sender)
        message["To"] = _address(to)
        message["Subject"] = subject.strip()
        message["Date"] = mail.at
        message["Message-ID"] = f"<{mail.message_id}@{author.sender.partition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message["Content-Language"] = "vi"
        message.set_content(f"{body.strip()}\n", cte="quoted-printable")
        return message

    def _text(self, mail: Mail, officer: bool, known: Mapping[str, str]) -> str:
        names = [f"mail/{name}.txt" for name in (mail.template, _GENERAL[officer])]
        try:
            template = self._environment.select_template(names)
        except TemplateNotFound as error:
            raise LookupError(f"no words for {names}") from error
        # What the row says never takes the place of what the letter is about.
        text = template.render({**mail.values, **known, "days": OPEN.days})
        return re.sub(r"\n{3,}", "\n\n", text)


def _path(mail: Mail, token: str, officer: bool) -> str:
    if token:
        return f"/y-kien/thu/{token}/"
    return f"/can-bo/vu-viec/{mail.case_id}/" if officer else "/tra-cuu-y-kien/"


def _address(to: str) -> Address:
    local, found, domain = to.rpartition("@")
    if not (local and found and domain) or _ODD.search(to) or not to.isascii():
        raise BadAddress("no address")
    try:
        return Address(addr_spec=to)
    except Exception as error:  # the library raises of many kinds; none is for anybody's eyes
        raise BadAddress("no address") from error
