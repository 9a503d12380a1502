"""What letters say, and what they never say."""

import ast
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.findings import Refused
from regulation.loading import load_portal
from relay.intake.keeping import NEW, SEALED, TO_LOOK
from relay.mail.directory import address_of, read_addresses
from relay.mail.letters import BadAddress, From, Letters, sender_of
from relay.store.addresses import TEMPLATE as ADDRESS_LETTER
from relay.store.outbox import Mail
from tests.relay.mail.office import AUTHOR, ROOT
from tests.relay.store.samples import AT

LETTERS = Letters(ROOT / "theme" / "templates")
TEMPLATES = sorted(path.stem for path in (ROOT / "theme" / "templates" / "mail").glob("*.txt"))


def mail(to: str = "unit:so-gtvt", template: str = "new-case", **values: str) -> Mail:
    """A row of the outbox."""
    return Mail(1, "7K3M9QXA", to, template, values, "abc234", 1, AT)


@pytest.mark.parametrize("template", [*TEMPLATES, "no such words"])
@pytest.mark.parametrize("to", ["unit:so-gtvt", "citizen"])
def test_every_letter_has_a_case_and_a_link_and_no_more(template: str, to: str) -> None:
    token = "k" * 32 if template == "confirm-address" else ""
    row = mail(to, template, matter="Ổ gà trên đường", link="https://evil.example/")
    written = LETTERS.letter(row, "a@b.example", "V-7K3M-9QXA", AUTHOR, token)
    read = message_from_bytes(written.as_bytes(), policy=default)
    body = read.get_content()
    assert "V-7K3M-9QXA" in read["Subject"]
    assert "V-7K3M-9QXA" in body
    assert "Ổ gà" not in f"{read['Subject']}{body}"
    links = [word for word in body.split() if "://" in word]
    path = "/can-bo/vu-viec/7K3M9QXA/" if to != "citizen" else "/tra-cuu-y-kien/"
    assert links == [f"https://cong.example{f'/y-kien/thu/{token}/' if token else path}"]
    assert (read["To"], read["Message-ID"]) == ("a@b.example", "<abc234@cong.example>")
    assert read["From"] == "Cổng thử <tiep-nhan@cong.example>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert "\n\n\n" not in body
    assert all(len(line) <= 998 for line in written.as_bytes().split(b"\r\n"))


@given(st.text(max_size=40), st.sampled_from(["\r\n", "\n", "\r", " ", ",", ";", "<", ">"]))
def test_no_address_begins_a_header_of_its_own(text: str, odd: str) -> None:
    for to in (text, f"a@b.example{odd}Bcc: c@d.example", f"{text}{odd}@b.example"):
        try:
            written = LETTERS.letter(mail(), to, "V-7K3M-9QXA", AUTHOR)
        except BadAddress:
            continue
        head = written.as_bytes().partition(b"\r\n\r\n")[0]
        read = message_from_bytes(head + b"\r\n\r\n", policy=default)
        assert [str(each) for each in read.get_all("To", [])] == [to]
        assert "Bcc" not in read


def test_a_name_with_an_end_of_line_is_no_header() -> None:
    sly = From("Cổng\r\nBcc: c@d.example", "a@b.example", "https://cong.example")
    with pytest.raises(ValueError, match=r"invalid arguments|CR or LF|linefeed"):
        LETTERS.letter(mail(), "a@b.example", "V-7K3M-9QXA", sly)


@pytest.mark.parametrize(
    ("said", "origin", "sender"),
    [
        ("a@b.example", "https://cong.example", "a@b.example"),
        ("", "https://cong.example:8443", "khong-tra-loi@cong.example"),
        ("", "", "khong-tra-loi@localhost"),
    ],
)
def test_who_sends(said: str, origin: str, sender: str) -> None:
    assert sender_of(said, origin) == sender


def test_where_agencies_get_their_letters() -> None:
    portal = load_portal(ROOT / "content" / "quangnam-cchc", ROOT, AT.date())
    day = AT.date()
    today = next(a for a in portal.agencies.values() if a.exists(day) and a.email is None)
    written = {today.id: "don-vi@x.example", "head:khac": "khac@x.example"}
    assert address_of(f"unit:{today.id}", "", portal, written, day) == "don-vi@x.example"
    assert address_of(f"head:{today.id}", "", portal, written, day) == "don-vi@x.example"
    assert address_of("operator", today.id, portal, written, day) == "don-vi@x.example"
    operator = {**written, "operator": "truc@x.example", f"head:{today.id}": "gd@x.example"}
    assert address_of("operator", today.id, portal, operator, day) == "truc@x.example"
    assert address_of(f"head:{today.id}", "", portal, operator, day) == "gd@x.example"
    assert address_of(f"unit:{today.id}", "", portal, {}, day) is None
    assert address_of("unit:khong-co", "", portal, {}, day) is None
    assert address_of("khac", today.id, portal, written, day) is None
    gone = [a for a in portal.agencies.values() if not a.exists(day) and a.successor]
    for agency in gone[:1]:
        heir = portal.current(agency.id, day).id
        assert address_of(f"unit:{agency.id}", "", portal, {heir: "h@x"}, day) == "h@x"


def test_the_operators_file_of_addresses(tmp_path: Path) -> None:
    path = tmp_path / "thu.yml"
    assert read_addresses(None) == {}
    path.write_text("so-y-te: a@b.example\n")
    assert read_addresses(path) == {"so-y-te": "a@b.example"}
    for text in ("- a", "a: [b]", "a: b: c"):
        path.write_text(text)
        with pytest.raises(Refused, match="mã cơ quan: địa chỉ thư"):
            read_addresses(path)
    with pytest.raises(Refused):
        read_addresses(tmp_path / "khong-co.yml")


def _said_in_code() -> set[str]:
    """Every short string in the relay's code."""
    found = set()
    for path in (ROOT / "relay").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(node.value)
    return found


def _told_by_name() -> set[str]:
    """The letters that the code names where it tells an officer or a citizen of something."""
    found = {NEW, SEALED, TO_LOOK, ADDRESS_LETTER}
    for path in (ROOT / "relay").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func).rpartition(".")[2]
            last = node.args[-1]
            if called in ("tell_citizen", "tell_unit", "_did", "Due") and isinstance(
                last, ast.Constant
            ):
                found.add(str(last.value))
    return found - {""}


def test_every_letter_that_is_named_has_words_and_none_has_words_for_nothing() -> None:
    assert _told_by_name() <= {*TEMPLATES}
    assert {*TEMPLATES} <= _said_in_code()
