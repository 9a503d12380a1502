"""What people state of themselves: written down where a regulation wants it, never published."""

from pathlib import PurePosixPath

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from accounts.contacts import NOTHING, Contact
from accounts.log import entries, verify
from accounts.roster import someone
from regulation.findings import Refused
from regulation.items import INTERNAL, read_item
from regulation.loading import load_portal
from tests.accounts.desk import NOON, PORTALS, Desk
from tests.small import ROOT, article
from tests.workflow.board import MAU, portal

WANTED = {
    "id": "ng",
    "basis": "Điều 8.1 Quy chế",
    "kind": "provider",
    "states": ["organisation", "contact", "phone"],
    "text": "Người gửi ghi rõ mình là ai.",
}
ASKING = {**PORTALS, "mau": portal(MAU, clauses=[WANTED])}
WHOLE = Contact("Sở Nội vụ tỉnh Mẫu", "Chuyên viên", "1 Phố Mẫu", "0258 3 000 000")


@pytest.mark.duty("S3", portal="khanhhoa-dvc")
def test_khanh_hoa_asks_what_its_clause_lists() -> None:
    folder = ROOT / "content" / "khanhhoa-dvc"
    clauses = load_portal(folder, ROOT, NOON.date()).regulation.clauses
    (asked,) = [clause for clause in clauses if clause.states]
    assert asked.basis == ("Điều 8.1 Quy chế",)
    assert asked.states == ("organisation", "contact", "phone")


@pytest.mark.duty("S3", portal="khanhhoa-dvc")
@pytest.mark.parametrize(
    ("stated", "emails", "missing", "options"),
    [
        (
            NOTHING,
            [],
            "tổ chức, thư điện tử hoặc địa chỉ liên lạc, số điện thoại",
            "--organisation “…” --address “…” --phone “…”",
        ),
        (Contact("Sở", "", "", "0258 3 000 000"), [], "thư điện tử hoặc địa chỉ", "--address “…”"),
        (Contact("Sở", "", "1 Phố Mẫu", ""), [], "số điện thoại", "--phone “…”"),
        (Contact("", "", "", "0258 3 000 000"), ["a@mau.example"], "tổ chức", "--organisation “…”"),
    ],
)
def test_nobody_gets_a_post_without_stating_what_the_regulation_asks(
    desk: Desk, stated: Contact, emails: list[str], missing: str, options: str
) -> None:
    desk.register.add_person("mai", "Nguyễn Thị Mai", addresses=emails, contact=stated)
    with pytest.raises(Refused) as refused:
        desk.register.grant(ASKING, "mai", "mau", "ctv")
    (finding,) = refused.value.findings
    assert finding.basis == "Điều 8.1 Quy chế"
    assert finding.message.startswith(
        f"Quy chế của cổng mau đòi người cung cấp thông tin ghi rõ {missing}"
    )
    assert finding.message.endswith(f"hãy ghi trước: cong accounts contact mai {options}")
    assert desk.holds("mai", NOON) == set()
    # Where the regulation does not ask, nobody has to.
    desk.register.grant(PORTALS, "mai", "mau", "ctv")


@pytest.mark.duty("S3", portal="khanhhoa-dvc")
def test_what_is_stated_is_on_record_and_the_title_may_be_none(desk: Desk) -> None:
    desk.register.add_person("mai", "Nguyễn Thị Mai", addresses=["mai@mau.example"])
    untitled = Contact("Sở Nội vụ tỉnh Mẫu", "", "", "0258 3 000 000")
    assert desk.register.change_contact("mai", lambda _: untitled) == untitled
    desk.register.grant(ASKING, "mai", "mau", "ctv")
    with desk.database.reading() as connection:
        found = someone(connection, "mai", NOON)
    told = (found.name, found.emails, found.contact)
    assert told == ("Nguyễn Thị Mai", ("mai@mau.example",), untitled)


def test_what_was_stated_before_stays_in_the_log(desk: Desk) -> None:
    desk.register.add_person("mai", "Mai", contact=WHOLE)
    desk.register.change_contact("mai", lambda old: Contact(old.organisation, phone=old.phone))
    with pytest.raises(Refused, match="không có gì để đổi"):
        desk.register.change_contact("mai", lambda old: old)
    with pytest.raises(Refused, match="không phải số điện thoại; hãy viết như"):
        desk.register.change_contact("mai", lambda _: Contact(phone="gọi sau"))
    with desk.database.reading() as connection:
        assert list(verify(connection)) == []
        assert [entry.action for entry in entries(connection)] == ["added", "contact-changed"]
        rows = connection.execute(text("SELECT address, ended_at FROM contacts ORDER BY id")).all()
    assert [(address, ended is None) for address, ended in rows] == [
        ("1 Phố Mẫu", False),
        ("", True),
    ]


@pytest.mark.duty("S3", portal="khanhhoa-dvc")
@pytest.mark.parametrize("key", sorted(INTERNAL))
def test_a_public_file_may_not_hold_it(key: str) -> None:
    there = load_portal(ROOT / "content" / "khanhhoa-dvc", ROOT, NOON.date())
    place = PurePosixPath("tin-tuc/2026/x.md")
    _, found = read_item(place, str(place), article("x", more=f"{key}: Nguyễn Văn A"), there)
    (said,) = [finding for finding in found if finding.key == key]
    assert "là thông tin nội bộ, không được để trong tệp công khai" in said.message


def test_only_a_clause_on_providers_asks_them() -> None:
    with pytest.raises(ValidationError, match="hãy bỏ states"):
        portal(MAU, clauses=[WANTED | {"kind": "format"}])
