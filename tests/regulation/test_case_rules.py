"""Grounds and terms of cases: the packaged file, and a file with mistakes."""

import datetime as dt
from pathlib import Path

import pytest

from regulation.case_rules import CASE_RULES_FILE, case_rules, load_case_rules
from regulation.findings import Refused

TODAY = dt.date(2026, 11, 22)


def ids(kind: str, on: dt.date = TODAY) -> set[str]:
    return {ground.id for ground in case_rules().grounds_for(kind, on)}


def test_each_has_its_basis_and_says_what_can_be_done() -> None:
    rules = case_rules()
    assert all(ground.basis and ground.instead.vi for ground in rules.grounds.values())
    assert all(term.basis and term.duration.amount for term in rules.terms.values())


def test_competence_is_no_ground_but_a_forward() -> None:
    words = " ".join(ground.title.vi for ground in case_rules().grounds.values())
    assert "thẩm quyền" not in words


def test_grounds_fit_their_kinds_and_days() -> None:
    assert "chua-ky" in ids("complaint")
    assert "chua-ky" not in ids("question")
    assert "thu-rac" in ids("question")
    assert "thu-rac" not in ids("question", dt.date(2020, 9, 30))
    assert all(ids(kind) for kind in ("question", "feedback", "petition", "letter", "comment"))


def test_reasons_are_said_of_acts_that_need_one_and_have_their_basis() -> None:
    rules = case_rules()
    acts = {act for reason in rules.reasons.values() for act in reason.acts}
    assert acts == {"forwarded", "extended", "reopened", "withheld"}
    assert all(reason.basis and reason.title.vi for reason in rules.reasons.values())
    assert [each.id for each in rules.reasons_for("extended", TODAY)] == [
        "phuc-tap",
        "dac-biet-phuc-tap",
    ]
    assert rules.reasons_for("refused", TODAY) == ()


def test_one_id_twice(tmp_path: Path) -> None:
    row = "  - {id: mot, title: Một, basis: Điều 1, amount: 1, unit: day}\n"
    path = tmp_path / "case_rules.yml"
    path.write_text("grounds: []\nreasons: []\nterms:\n" + row * 2, encoding="utf-8")
    with pytest.raises(Refused, match="dùng hai lần"):
        load_case_rules(path, CASE_RULES_FILE)
