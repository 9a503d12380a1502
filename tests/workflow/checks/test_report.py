"""What the checks say elsewhere: JSON, a comment on a proposal, the command's own lines."""

import json

from hypothesis import given
from hypothesis import strategies as st

from regulation.findings import Finding, Severity
from regulation.prose import read
from tests.small import PORTAL, article
from tests.workflow.checks.repository import WHO, Repository
from workflow.checks.report import as_markdown, plain

NEWS = "tin-tuc/2026/x.md"


def test_a_comment_groups_what_is_wrong_by_file() -> None:
    text = as_markdown(
        [
            Finding("b.md", "Thiếu mục.", 3, "title", "Điều 5"),
            Finding("a.md", "Xem lại.", severity=Severity.WARNING),
            Finding("b.md", "Sai.", 1),
        ]
    )
    assert text.splitlines() == [
        "### ✗ 2 lỗi phải sửa, 1 điều nên xem lại",
        "",
        "**a.md**",
        "",
        "- **nhắc** Xem lại.",
        "",
        "**b.md**",
        "",
        "- **lỗi** dòng 1: Sai.",
        "- **lỗi** dòng 3: \\[title\\] Thiếu mục. \\(Căn cứ: Điều 5\\)",
    ]
    assert as_markdown([]) == "### ✓ Kiểm tra xong, không có gì phải sửa\n"


def test_a_comment_calls_nobody_and_holds_no_link() -> None:
    said = plain("<img src=x> @admin [a](javascript:x) https://x.vn `a` #12 ![x](y)\n# Tiêu đề")
    assert "<" not in said
    assert "\n" not in said
    assert "@admin" not in said
    assert "https://" not in said
    assert "#12" not in said.replace("\\#", "")


@given(st.text(max_size=60))
def test_nobody_s_text_becomes_markdown(text: str) -> None:
    made = read(f"x {plain(text)}")
    assert made.links == ()
    for tag in ("<a", "<img", "<em", "<strong", "<code", "<h", "<ul", "<ol", "<table"):
        assert tag not in made.html


def test_the_command_checks_a_change(repo: Repository) -> None:
    cong = repo.house.cong
    done = cong("check", "--base", "main", **WHO)
    assert (done.returncode, done.stdout) == (0, "✓ 0 mục liên quan: không có lỗi.\n")
    repo.git("checkout", "-q", "-b", "de-xuat")
    repo.house.write(NEWS, article("x", body="[x](khong-co.md)", more="happened: 2026-01-05"))
    done = cong("check", "--base", "main", "--summary", str(repo.root / "tom-tat.md"), **WHO)
    assert done.returncode == 1
    first, second, last = done.stderr.splitlines()
    assert f"content/{PORTAL}/{NEWS}:8: [happened] nhắc: Đăng chậm" in first
    assert f"content/{PORTAL}/{NEWS}:11: lỗi: Liên kết đến “khong-co.md”" in second
    assert last == "✗ 1 lỗi, 1 điều nên xem lại."
    summary = (repo.root / "tom-tat.md").read_text(encoding="utf-8")
    assert summary.startswith("### ✗ 1 lỗi phải sửa, 1 điều nên xem lại\n")
    (repo.root / "tom-tat.md").unlink()
    head = repo.commit()
    done = cong("check", "--base", "main", "--head", head, "--json", **WHO)
    told = json.loads(done.stdout)
    assert [f["severity"] for f in told["findings"]] == ["warning", "error"]
    assert [(d["rule"], d["late"] > 0) for d in told["deadlines"]] == [("tin-24-gio", True)]


def test_the_command_says_what_it_cannot_compare(repo: Repository) -> None:
    cong = repo.house.cong
    for words, said in (
        (("--base", "khong-co"), "Kho không có bản “khong-co”"),
        (("--base", "-x"), "Kho không có bản “-x”"),
        (("--head", "main"), "Phải ghi cả --base"),
    ):
        done = cong("check", *words, **WHO)
        assert done.returncode == 2, words
        assert said in done.stderr
