"""docs/vi/kiem-tra: what the pages on items tell is what the checks say."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "docs" / "vi" / "kiem-tra"
CHECKS = {
    "tac-gia-nguon.md": "attribution",
    "thoi-han.md": "deadline",
    "trung-lap.md": "duplicate",
    "giu-mai.md": "permanence",
    "mo-ta-anh.md": "alternatives",
    "bai-mau.md": "samples",
    "quang-cao.md": "advertising",
    "hen-gio.md": "scheduled",
}


def spoken(module: str) -> str:
    """Every text of a module, a sign in place of what it fills in."""
    tree = ast.parse((ROOT / "workflow" / "checks" / f"{module}.py").read_text(encoding="utf-8"))
    texts = []
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            parts = (str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
            texts.append("".join(parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts.append(node.value)
    return "\n".join(texts)


@pytest.mark.parametrize("page", CHECKS)
def test_what_a_page_quotes_is_what_the_check_says(page: str) -> None:
    said = spoken(CHECKS[page])
    lines = (PAGES / page).read_text(encoding="utf-8").splitlines()
    rows = [line.split("|")[1].strip() for line in lines if line.startswith("| ")]
    rows = [row.removesuffix(" (nhắc)") for row in rows if row != "Thông báo"]
    for row in rows:
        for part in row.split("…"):
            assert part.strip(" “”%()/,") in said.replace("“…”", "…"), row


def test_every_check_has_its_page_and_the_index_names_it() -> None:
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    for page in (*CHECKS, "thay-doi.md"):
        assert f"({page})" in index
