"""docs/vi/kiem-tra: every message of the checks on files is explained, every example is tried."""

import re
from collections.abc import Iterator

import pytest

from regulation.findings import Finding
from tests.test_docs_vi import DOCS, Example, examples, told
from tests.workflow.checks.files import (
    test_macros,
    test_names,
    test_personal,
    test_sizes,
    test_svg,
    test_types,
)
from tests.workflow.checks.files.made import EXE, MEDIA, docx, ole, pdf, photograph, relationship
from workflow.checks.files import FILE_CHECKS, malware, names

PAGES = {
    "types": "dang-tep.md",
    "macros": "lenh-tu-chay.md",
    "svg": "hinh-svg.md",
    "personal": "du-lieu-ca-nhan.md",
    "sizes": "dung-luong-anh.md",
    "malware": "ma-doc.md",
    "names": "ten-tep.md",
}
"""The page of each check."""

_ROW = re.compile(r"^\| ([^|\n]+?) \|", re.M)
EXAMPLES = [e for page in PAGES.values() for e in examples(f"kiem-tra/{page}")]
CHECKS = dict(
    zip(("names", "types", "sizes", "macros", "svg", "personal"), FILE_CHECKS, strict=True)
)


def path_of(example: Example) -> str:
    return f"content/cong-mau/{example.wrong.file}"


def run(example: Example, text: str) -> list[str]:
    found = [f for check in FILE_CHECKS for f in check(path_of(example), text.encode())]
    return told(found)


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_message_is_what_its_example_yields(example: Example) -> None:
    assert run(example, example.wrong.text) == example.told.text.splitlines()


@pytest.mark.parametrize("example", [e for e in EXAMPLES if e.right], ids=str)
def test_the_mended_example_has_no_finding(example: Example) -> None:
    assert example.right
    assert run(example, example.right.text) == []


def samples() -> Iterator[tuple[str, Finding]]:
    """What the checks find in the files of their own tests."""
    cases: list[tuple[str, str, bytes]] = []
    for module in (test_types, test_macros):
        cases += [("types", MEDIA + name, data) for name, data, _ in module.CASES.values()]
        cases += [("macros", MEDIA + name, data) for name, data, _ in module.CASES.values()]
    cases += [("types", MEDIA + "a.doc", ole("WordDocument")), ("types", MEDIA + "a", EXE)]
    far = relationship("image", "https://a.vn/a.png")
    template = relationship("attachedTemplate", "file:///C:\\a.dotx")
    book = relationship("externalLinkPath", "a.xlsx")
    cases += [("macros", MEDIA + "a.docx", docx("x", more=m)) for m in (far, template, book)]
    cases += [("svg", MEDIA + "a.svg", data) for data, _ in test_svg.CASES.values()]
    cases += [
        ("personal", test_personal.NEWS, text.encode()) for text, _ in test_personal.CASES.values()
    ]
    cases += [("names", MEDIA + name, b"") for name, _ in test_names.BAD.values()]
    cases += [("names", MEDIA + "A.pdf", b""), ("names", MEDIA + "a" * 200, b"")]
    cases += [
        ("sizes", MEDIA + "a.jpg", photograph(gps=True, owner="A")),
        ("sizes", MEDIA + "a.png", test_sizes.wide(9_000, 9_000)),
        ("sizes", MEDIA + "a.csv", bytes(6_000_000)),
        ("sizes", MEDIA + "a.pdf", pdf() + bytes(31_000_000)),
    ]
    for check, path, data in cases:
        for finding in CHECKS[check](path, data):
            yield check, finding
    for finding in names.check_names(["a/A.pdf", "a/a.pdf"]):
        yield "names", finding
    nowhere = malware.Clamd("/khong/co.ctl")
    for finding in (malware.not_configured(), *malware.check("a", b"", nowhere)):
        yield "malware", finding


def explained(page: str) -> list[re.Pattern[str]]:
    """The first cells of the page's tables, an ellipsis standing for any words."""
    text = (DOCS / "kiem-tra" / page).read_text(encoding="utf-8")
    cells = [cell for cell in _ROW.findall(text) if not set(cell) <= set("- ")]
    return [re.compile(".*".join(map(re.escape, cell.split("…"))), re.S) for cell in cells]


def test_every_message_is_explained_on_the_page_of_its_check() -> None:
    rows = {check: explained(page) for check, page in PAGES.items()}
    missing = {
        f"{PAGES[check]}: {finding.message}"
        for check, finding in samples()
        if not any(row.search(finding.message) for row in rows[check])
    }
    assert missing == set()


def test_every_page_is_on_the_index() -> None:
    index = (DOCS / "kiem-tra" / "README.md").read_text(encoding="utf-8")
    pages = {path.name for path in (DOCS / "kiem-tra").glob("*.md")} - {"README.md"}
    assert set(PAGES.values()) <= pages
    assert all(f"]({page})" in index for page in PAGES.values())
