"""Where agencies get their letters, and which of them get none."""

import datetime as dt
from pathlib import Path

import pytest

from regulation.loading import load_portal
from regulation.portal import Portal
from relay.mail.directory import address_of, without_address
from relay.verbs import SHOWN, words_without_address

ROOT = Path(__file__).resolve().parents[3]
ON = dt.date(2026, 11, 23)


@pytest.fixture(scope="module")
def portal() -> Portal:
    """A real portal; its agencies have no addresses in agencies.yml."""
    return load_portal(ROOT / "content" / "quangnam-cchc", ROOT, ON)


def test_who_has_no_address_is_named_until_one_is_written_down(portal: Portal) -> None:
    missing = without_address(portal, {}, ON)
    assert missing
    first, *others = missing
    assert address_of(f"unit:{first}", first, portal, {}, ON) is None
    assert without_address(portal, {first: "a@b.vn"}, ON) == others
    assert without_address(portal, dict.fromkeys(missing, "a@b.vn"), ON) == []


def test_only_a_few_are_named_in_a_line() -> None:
    words = words_without_address([f"so-{n}" for n in range(30)], 40)
    assert words.startswith("! 30 trong 40 cơ quan")
    assert words.count("so-") == SHOWN
    assert "CONG_RELAY_LETTERS_TO" in words
    assert words_without_address([], 40) == ""
