"""Search finds what people look for: the judged set is sound, and what it asks for is reached."""

from pathlib import Path

import pytest

from tests.plugins.search.judging import (
    FIRST,
    Answer,
    Judged,
    ask,
    read_set,
    scores,
    unknown,
    write,
)
from tests.small import PORTALS

CLASSES = {
    "abbreviations", "attachments", "bare", "d", "dates", "english", "keystrokes", "names",
    "numbers", "prefix", "questions", "runs", "slips", "tables", "tones",
}  # fmt: skip


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    return read_set()


@pytest.fixture(scope="module")
def answers(
    judged: list[Judged], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Answer]]:
    """Every query asked once, of indexes that are written once."""
    folder = tmp_path_factory.mktemp("judged")
    written = write(PORTALS, folder)
    assert list(unknown(judged, written)) == []
    return ask(judged, written, folder)


def test_the_set_is_large_and_has_every_class_on_every_portal(judged: list[Judged]) -> None:
    assert len(judged) >= 60
    assert {one.kind for one in judged} == CLASSES
    assert {one.portal for one in judged} == set(PORTALS)
    assert len({(one.portal, one.lang, one.query) for one in judged}) == len(judged)
    held = sum(one.held for one in judged) / len(judged)
    assert 0.35 < held < 0.45, "two of five are held back"
    for kind in CLASSES:
        assert len({one.held for one in judged if one.kind == kind}) == 2, kind


def test_what_is_looked_for_comes_first(answers: dict[str, list[Answer]]) -> None:
    assert scores(answers["ours"]).mrr >= 0.93


def test_what_is_relevant_is_on_the_first_page(answers: dict[str, list[Answer]]) -> None:
    assert scores(answers["ours"]).recall >= 0.88


def test_it_is_better_than_search_without_vietnamese(answers: dict[str, list[Answer]]) -> None:
    ours, plain = scores(answers["ours"]), scores(answers["lunr"])
    assert ours.mrr > plain.mrr + 0.3
    assert ours.recall > plain.recall + 0.3


def test_figures_are_what_the_document_says() -> None:
    one = Judged("p", "vi", "x", "bare", False, ("a",), ("b", "c"))
    answer = Answer(one, ("/b/", "/a/", "/x/"), 3, "", ("/a/",), ("/b/", "/c/"))
    assert (answer.reciprocal_rank, answer.recall, answer.first) == (1 / 2, 2 / 3, False)
    many = tuple(f"/{number}/" for number in range(12))
    full = Answer(one, many[:FIRST], 12, "", many, ())
    assert (full.reciprocal_rank, full.recall, full.first) == (1, 1, True)
    nothing = Answer(one, (), 0, "", ("/a/",), ())
    assert (nothing.reciprocal_rank, nothing.recall, nothing.first) == (0, 0, False)
    told = scores([answer, full])
    assert (told.queries, told.mrr, told.success) == (2, 3 / 4, 1 / 2)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ('{query: "a", best: b, usefull: c}', "what is usefull"),
        ('{query: "", best: b}', "a query and its best are needed"),
        ('{query: "a", useful: b}', "a query and its best are needed"),
        ('{query: "a", best: b c, useful: c}', "the same is named twice"),
    ],
)
def test_a_set_that_is_not_of_the_form_is_refused(tmp_path: Path, row: str, fault: str) -> None:
    path = tmp_path / "set.yml"
    path.write_text(f"quangnam/vi:\n  - {row}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=fault):
        read_set(path)
