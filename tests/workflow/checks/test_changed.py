"""A change is checked as the whole would be: what it touches, and what it breaks elsewhere."""

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulation.findings import Finding
from tests.small import NOW, PORTAL, article, tree
from tests.workflow.checks.repository import Repository
from workflow.checks import check

NEWS = "tin-tuc/2026/"
PLACES = tuple(f"{NEWS}{name}.md" for name in ("a", "b", "c", "hop-ban", "hop-ban.en", "cau-moi"))
FILES = ("media/phieu.txt", "media/so-do.svg", "data/dan-so.csv", "tin-tuc/2026/la.docx")
LINKS = (
    "[x](a.md)",
    "[x](b.md#phan)",
    "[x](/tin-tuc/2026/c/)",
    "[x](/tin-tuc/2026/cu/)",
    "[x](../../media/phieu.txt)",
    "![Sơ đồ hai nhịp cầu](../../media/so-do.svg)",
    "[x](hop-ban.md)",
)
ONLY_OF_CHANGES = ("sample", "status", "moved_from", "happened")
LONG = " ".join(f"tiếng{n} dài{n % 7} của{n % 11} đoạn{n % 13}" for n in range(30))

bodies = st.builds(
    lambda links, heading, long: "\n\n".join(
        [*links, *(["## Phần {#phan}"] if heading else []), *([LONG] if long else ["Chữ."])]
    ),
    st.lists(st.sampled_from(LINKS), max_size=3, unique=True),
    st.booleans(),
    st.booleans(),
)
texts = st.one_of(
    st.builds(
        lambda name, more, body, posted: article(name, f"Tin {name}", more, body, posted),
        st.sampled_from(("a", "b", "c", "hop-ban", "cau-moi")),
        st.sampled_from(
            (
                "",
                "status: draft",
                "publish_at: 2026-12-01 08:00",
                "moved_from: [/tin-tuc/2026/cu/]",
                "moved_from: [/tin-tuc/2026/a/]",
                "picture: {file: media/so-do.svg, alt: ảnh}",
                "source_url: khong",
            )
        ),
        bodies,
        st.sampled_from(("2026-04-01 08:00", "2026-05-01 08:00")),
    ),
    st.just("hỏng"),
)
steps = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(PLACES), texts),
        st.tuples(st.sampled_from(PLACES), st.none()),
        st.tuples(st.sampled_from(FILES), st.sampled_from((None, "x", "Xã,Số\nMột,1\n"))),
        st.tuples(st.just("portal.yml"), st.just("#\n")),
    ),
    min_size=1,
    max_size=5,
)


def apply(repo: Repository, changes: list[tuple[str, str | None]]) -> None:
    for name, text in changes:
        path = repo.house.folder / name
        if name == "portal.yml":
            repo.house.write(name, path.read_text(encoding="utf-8") + str(text))
        elif text is None:
            path.unlink(missing_ok=True)
        else:
            repo.house.write(name, text)


def whole(repo: Repository) -> set[Finding]:
    return {*check(repo.root, [PORTAL], NOW, file_checks=())}


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(first=steps, second=steps, committed=st.booleans())
def test_a_change_is_told_what_the_whole_would_be_told(
    first: list[tuple[str, str | None]], second: list[tuple[str, str | None]], committed: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo = Repository(Path(folder))
        apply(repo, [step for step in first if step[0] != "portal.yml"])
        repo.publish()
        before, files = whole(repo), tree(repo.root / "content")
        apply(repo, second)
        after, now = whole(repo), tree(repo.root / "content")
        differ = {name for name in files.keys() | now.keys() if files.get(name) != now.get(name)}
        touched = {f"content/{name}" for name in differ}
        head = repo.commit() if committed else None
        found = {*repo.check(head, base=repo.base).findings}
        rules = f"content/{PORTAL}/portal.yml" in touched
        expected = {f for f in after if f.path in touched or f not in before}
        assert {str(f) for f in expected} <= {str(f) for f in found}
        more = {f for f in found - after if not of_changes(f)}
        assert not {str(f) for f in more}
        if not rules:
            assert {str(f) for f in found & after} == {str(f) for f in expected}


def of_changes(finding: Finding) -> bool:
    """Whether only a change can be told this: something published goes, comes late, is a sample."""
    return (
        finding.key in ("sample", "happened")
        or "đã đăng" in finding.message
        or "Bản đang có" in finding.message
    )


def test_what_breaks_elsewhere_is_told_where_it_breaks(repo: Repository) -> None:
    repo.house.write(f"{NEWS}a.md", article("a", body="[x](b.md#phan) [y](/tin-tuc/2026/b/)"))
    repo.house.write(
        f"{NEWS}b.md", article("b", "Tin", body="## Phần {#phan}", more="sample: true")
    )
    repo.publish()
    assert repo.said() == []
    repo.remove(f"{NEWS}b.md")
    found = [str(finding) for finding in repo.check().findings]
    assert len(found) == 2
    assert all(f"{NEWS}a.md:" in line for line in found)
    assert "không có trang nào ở địa chỉ" in found[0]
    assert "không có tệp tin-tuc/2026/b.md" in found[1]


def test_what_was_wrong_before_elsewhere_is_not_told_again(repo: Repository) -> None:
    repo.house.write(f"{NEWS}a.md", article("a", body="[x](khong-co.md)"))
    repo.publish()
    repo.house.write(f"{NEWS}b.md", article("b", body="[x](a.md)"))
    assert repo.said() == []


def test_a_regulation_that_changes_has_its_portal_looked_at_whole(repo: Repository) -> None:
    repo.house.write(f"{NEWS}a.md", article("a", body="[x](khong-co.md)"))
    repo.publish()
    path = repo.house.folder / "portal.yml"
    repo.house.write("portal.yml", path.read_text(encoding="utf-8") + "# sửa\n")
    assert (f"{NEWS}a.md", "") in repo.said()


@pytest.mark.duty("G2")
def test_an_agency_submits_to_its_own_sections_and_nowhere_else(repo: Repository) -> None:
    text = article("a").replace("agency: so-noi-vu", "agency: so-tai-chinh-moi")
    repo.house.write(f"{NEWS}a.md", text)
    (said,) = repo.errors()
    assert "không phụ trách chuyên mục" in said


def test_files_are_looked_at_when_they_are_added_or_changed(repo: Repository) -> None:
    repo.house.write("media/ten la.exe", b"MZ")
    assert ("media/ten la.exe", "") in repo.said(file_checks=True)
    repo.publish()
    repo.house.write(f"{NEWS}a.md", article("a"))
    assert repo.said(file_checks=True) == []


def test_a_symbolic_link_is_no_file(repo: Repository) -> None:
    (repo.house.folder / "media" / "x.txt").symlink_to("/etc/passwd")
    assert any("liên kết tượng trưng" in said for said in repo.errors())
    head = repo.commit()
    assert any("liên kết tượng trưng" in said for said in repo.errors(head=head))


def test_a_name_that_cannot_be_read_hides_no_file(repo: Repository) -> None:
    (repo.house.folder / "media" / "x\n.exe").write_bytes(b"MZ")
    Path(os.fsdecode(os.fsencode(repo.house.folder / "media") + b"/\xff.exe")).write_bytes(b"MZ")
    head = repo.commit()
    said = repo.errors(head=head, file_checks=True)
    assert len([text for text in said if "ký tự mà máy không đọc được" in text]) == 2
    assert repo.errors(file_checks=True)


def test_a_portal_whose_regulation_is_broken_says_only_that(repo: Repository) -> None:
    repo.house.change("portal.yml", "groups:", "nhom:")
    repo.remove(f"{NEWS}hop-ban.md")
    assert {name for name, _ in repo.said()} == {"portal.yml"}
