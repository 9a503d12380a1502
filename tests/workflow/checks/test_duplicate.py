"""What says again what is published: measured on made pairs and on the four portals."""

import datetime as dt

import pytest

from regulation.findings import Severity
from regulation.library import read_library
from regulation.loading import load_portal
from tests.small import NOW, PORTAL, PORTALS, ROOT, article
from tests.workflow.checks.pairs import OTHER, PRESS, SAME, quoted
from tests.workflow.checks.repository import Repository
from workflow.alike import alike, nearest, prints, shingles
from workflow.checks import check
from workflow.checks.duplicate import SHARE, WITHIN

OLD = "tin-tuc/2026/cu.md"
NEW = "tin-tuc/2026/moi.md"


def said(repo: Repository, old: str, new: str) -> list[str]:
    repo.house.write(OLD, article("cu", "Tin đã đăng", body=old))
    repo.publish()
    repo.house.write(NEW, article("moi", "Bài gửi sau", body=new, posted="2026-06-01 08:00"))
    found = repo.check().findings
    assert {*found} == {*check(repo.root, [PORTAL], NOW)}
    assert all(finding.severity is Severity.WARNING for finding in found)
    return [f.message for f in found if f.message.startswith("Giống")]


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_what_is_told_again_is_found(repo: Repository, pair: tuple[str, str]) -> None:
    (message,) = said(repo, *pair)
    assert "với “Tin đã đăng” đã đăng ở /tin-tuc/2026/cu/" in message


@pytest.mark.parametrize("posted", ["2025-01-01 08:00", "2026-05-20 08:00", "2026-06-01 08:00"])
def test_a_copy_is_told_of_whatever_date_it_gives_itself(repo: Repository, posted: str) -> None:
    repo.house.write(OLD, article("cu", "Tin đã đăng", body=PRESS))
    repo.publish()
    copy = "tin-tuc/2026/ban-sao.md"
    repo.house.write(copy, article("ban-sao", "Tên khác", body=PRESS, posted=posted))
    alike = [f for f in repo.check().findings if f.message.startswith("Giống")]
    assert [f.path.rpartition("/")[2] for f in alike] == ["ban-sao.md"]
    assert "với “Tin đã đăng” đã đăng ở /tin-tuc/2026/cu/" in alike[0].message


@pytest.mark.parametrize("pair", OTHER.values(), ids=OTHER)
def test_what_only_has_the_same_form_is_left_alone(repo: Repository, pair: tuple[str, str]) -> None:
    assert said(repo, *pair) == []


def test_the_ground_for_refusal_is_named_with_its_clause(repo: Repository) -> None:
    ground = "{id: trung-lap, basis: Điều 8.2 Quy chế, title: Trùng với nội dung đã đăng}"
    repo.house.change("portal.yml", "grounds:\n", f"grounds:\n  - {ground}\n")
    (message,) = said(repo, PRESS, quoted(PRESS))
    assert message.endswith("Có thể thuộc lý do từ chối “Trùng với nội dung đã đăng”.")
    assert "(bài này chứa gần trọn hoặc nằm gần trọn trong bài kia)" in message
    (finding,) = repo.check().findings
    assert finding.basis == "Điều 8.2 Quy chế"


@pytest.mark.parametrize(
    "more", ["status: draft", "status: withdrawn\nwithdrawn: {date: 2026-07-01, reason: Sai}"]
)
def test_what_is_not_published_repeats_nothing(repo: Repository, more: str) -> None:
    repo.house.write(OLD, article("cu", body=PRESS, more=more))
    repo.publish()
    repo.house.write(NEW, article("moi", body=PRESS, posted="2026-06-01 08:00"))
    assert repo.said() == []


def test_another_portal_of_the_checkout_is_a_softer_note(repo: Repository) -> None:
    repo.house.write(OLD, article("cu", "Tin đã đăng", body=PRESS))
    other = repo.root / "content" / "cong-khac"
    other.mkdir()
    for name in ("portal.yml", "agencies.yml", "mark.svg", "van-ban/2026/quy-che.md"):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        data = (repo.house.folder / name).read_text(encoding="utf-8")
        (other / name).write_text(data.replace("id: portal-nho", "id: cong-khac"), encoding="utf-8")
    repo.publish()
    new = other / "tin-tuc/2026/moi.md"
    new.parent.mkdir(parents=True)
    new.write_text(article("moi", body=PRESS, posted="2026-06-01 08:00"), encoding="utf-8")
    (finding,) = repo.check().findings
    assert finding.message.startswith("Giống 9")
    assert f"đã đăng ở cổng {PORTAL}" in finding.message
    assert "hãy dẫn liên kết đến bài ấy thay vì đăng lại" in finding.message
    assert finding.basis == ""


def test_precision_and_recall_on_the_portals_and_on_texts_told_again() -> None:
    """Of content/ no pair is told; every article told again with a fifth left out is found."""
    today = dt.date(2026, 11, 22)
    found = [f for f in check(ROOT, PORTALS, NOW) if f.message.startswith("Giống")]
    assert [str(finding) for finding in found] == []
    tried = missed = 0
    for portal_id in PORTALS:
        portal = load_portal(ROOT / "content" / portal_id, ROOT, today)
        for item in read_library(portal, ROOT)[0].items:
            if item.type != "article":
                continue
            spec = portal.type_of(portal.section(item.section))
            own = shingles(item, spec)
            again = frozenset(n for n in own if n % 5)
            shared = len(prints(own) & prints(again))
            how = alike(own, again)
            near = bool(nearest({"x": shared}))
            tried += 1
            missed += not (near and (how.share >= SHARE or how.within >= WITHIN))
    assert tried > 20
    assert missed == 0
