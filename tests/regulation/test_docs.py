"""The page of content types is what the data says."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from regulation import verbs
from regulation.content_types import Kind, content_types, walk
from regulation.docs import CONTENT_TYPES_PAGE, EVENTS, KINDS, content_types_page
from regulation.findings import Refused
from regulation.model import Event

ROOT = Path(__file__).parents[2]


def test_the_page_is_fresh() -> None:
    page = (ROOT / CONTENT_TYPES_PAGE).read_text(encoding="utf-8")
    assert page == content_types_page(content_types()), "hãy gõ: cong docs"


def test_every_kind_and_every_event_has_words() -> None:
    assert set(KINDS) == set(Kind)
    assert set(EVENTS) == set(Event)


def test_every_type_and_every_field_of_it_stands_on_the_page() -> None:
    page = content_types_page(content_types())
    parts = dict(part.split("\n", 1) for part in page.split("\n## ")[1:])
    shared = parts["Mục chung của mọi loại"]
    for spec in content_types().values():
        own = parts[f"{spec.title.vi} (`{spec.id}`)"]
        for name, field in walk(spec.fields):
            row = next(line for line in (own + shared).splitlines() if f"| `{name}` |" in line)
            assert f"| {field.label.vi} |" in row
            assert all(f"`{code}`" in row for code in field.choices)


def test_the_verb_writes_the_page_and_tells_when_it_is_stale(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    app.callback()(lambda: None)
    app.command("docs")(verbs.write_docs)
    stale = CliRunner().invoke(app, ["docs", "--check"])
    assert isinstance(stale.exception, Refused)
    assert str(stale.exception) == (
        "docs/vi/loai-noi-dung.md: lỗi: Trang không khớp với regulation/data/content_types.yml; "
        "hãy gõ: cong docs"
    )
    written = CliRunner().invoke(app, ["docs"])
    assert written.output == "✓ Đã viết lại docs/vi/loai-noi-dung.md.\n"
    fresh = CliRunner().invoke(app, ["docs", "--check"])
    assert fresh.exit_code == 0
    assert fresh.output == "✓ docs/vi/loai-noi-dung.md khớp với dữ liệu.\n"
    assert (tmp_path / CONTENT_TYPES_PAGE).read_text(encoding="utf-8") == content_types_page(
        content_types()
    )


def test_codes_of_choices_are_written_with_hyphens() -> None:
    for spec in content_types().values():
        for name, field in walk(spec.fields):
            assert all("_" not in code for code in field.choices), f"{spec.id}.{name}"
