"""The regulation as the relay follows it while its files change."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from regulation.findings import Refused
from regulation.yamlfile import VIETNAM
from relay.rules import Rules

ROOT = Path(__file__).resolve().parents[2]
PORTAL = "quangnam-cchc"
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=VIETNAM)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout with one real portal, which a test may change."""
    shutil.copytree(ROOT / "content" / PORTAL, tmp_path / "content" / PORTAL)
    data = tmp_path / "regulation" / "data"
    data.mkdir(parents=True)
    shutil.copyfile(ROOT / "regulation/data/swapped_days.yml", data / "swapped_days.yml")
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    """Changes a file's first such words."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_drafts_for_comment_are_known_with_their_days(root: Path) -> None:
    drafts = Rules(root, PORTAL, lambda: NOW).drafts()
    assert drafts
    for draft in drafts.values():
        assert draft.url.startswith("/lay-y-kien/")
        assert draft.is_open(draft.opens) and draft.is_open(draft.closes)
        assert not draft.is_open(draft.closes + dt.timedelta(days=1))
        assert not draft.is_open(draft.opens - dt.timedelta(days=1))


def test_nothing_is_read_again_while_nothing_changes(root: Path) -> None:
    rules = Rules(root, PORTAL, lambda: NOW)
    before = rules.portal()
    assert rules.refresh() is False
    assert rules.portal() is before


def test_a_changed_rule_counts_at_the_next_look(root: Path) -> None:
    rules = Rules(root, PORTAL, lambda: NOW)
    file = root / "content" / PORTAL / "portal.yml"
    change(file, "told:", "note: Một ghi chú thử\n    told:")
    assert rules.refresh() is True
    notes = [route.note.vi for route in rules.portal().regulation.routes]
    assert "Một ghi chú thử" in notes


def test_a_mistake_leaves_what_was_read_before_and_is_told(root: Path) -> None:
    rules = Rules(root, PORTAL, lambda: NOW)
    before = rules.portal()
    file = root / "content" / PORTAL / "portal.yml"
    good = file.read_text(encoding="utf-8")
    change(file, "receiver: so-noi-vu", "receiver: so-khong-co")
    assert rules.refresh() is False
    assert rules.portal() is before
    assert any("portal.yml" in fault for fault in rules.faults)
    file.write_text(good, encoding="utf-8")
    assert rules.refresh() is True
    assert rules.faults == ()


def test_a_mistake_at_the_start_is_refused(root: Path) -> None:
    change(root / "content" / PORTAL / "portal.yml", "receiver: so-noi-vu", "receiver: so-khong-co")
    with pytest.raises(Refused):
        Rules(root, PORTAL, lambda: NOW)
