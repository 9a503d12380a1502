"""An answer as a file: what people typed shows letter by letter, and does nothing."""

import datetime as dt
import html
import re
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.calendar import WorkCalendar
from regulation.items import read_item
from regulation.loading import load_portal
from regulation.model import Section
from regulation.portal import Portal
from regulation.prose import read
from regulation.yamlfile import VIETNAM
from tests.regulation.conftest import FIXTURES, TODAY
from tests.regulation.conftest import portal as portal
from workflow.answers.asking import Answer, _answer
from workflow.answers.placing import new_path, provider
from workflow.answers.standing import marks_in
from workflow.answers.writing import WHO, as_markdown, item_text, with_comments
from workflow.forge import ForgeError

OLD = "  - who: Trần B\n    date: 2026-11-01\n    text: Cũ.\n"
SMALL = load_portal(FIXTURES / "portal-nho", FIXTURES, TODAY)
NOW = dt.datetime(2026, 11, 22, 9, 5, tzinfo=VIETNAM)
ROW: dict[str, Any] = {
    "case": "7K3M9QXA",
    "item": "hd-7k3m9qxa0000",
    "version": "0" * 64,
    "form": "question",
    "title": "Một câu hỏi",
    "subject": "Đường sá",
    "question": "Hỏi gì?",
    "answer": "Trả lời.",
    "received": "2026-11-10",
    "answered": "2026-11-20",
    "answered_by": "so-noi-vu",
    "about": "",
    "cleared": "2026-11-21T02:00:00+00:00",
}
ANSWER = _answer(ROW)
_PIECES = [
    *"abạ1.)-*_#`~|:[](){}<>!&;\\\"'/=+^$@\n\t,",
    *("<script>alert(1)</script>", "<img src=x onerror=y>", "![a](b)", "[x](javascript:y)"),
    *(
        "[^1]:",
        "{#id}",
        "***",
        "---",
        "    ",
        "1. ",
        "&lt;",
        "&#60;",
        "http://x.vn",
        "- ",
        "\u202e",
    ),
    *("\x00", "\u200b", "\r", "=HYPERLINK(1)", "`` ` ``", "~~~\n", "| a | b |\n", "*[A]: b"),
]
TYPED = st.lists(st.sampled_from(_PIECES), max_size=12).map("".join)


def said(text: str) -> str:
    """Text as it comes from the relay."""
    return _answer({**ROW, "answer": text}).answer


@settings(max_examples=400)
@given(TYPED)
def test_what_was_typed_shows_and_does_nothing(typed: str) -> None:
    text = said(typed)
    drawn = read(as_markdown(text))
    assert set(re.findall(r"</?(\w+)", drawn.html)) <= {"p", "ul", "li"}
    assert not drawn.links
    assert not drawn.faults
    words = html.unescape(re.sub(r"<[^>]+>", "\n", drawn.html))
    wanted = [re.sub(r"^[-•–] +(?=\S)", "", line) for line in text.split("\n")]
    assert "".join(words.split()) == "".join("".join(wanted).split())


@settings(max_examples=200)
@given(title=TYPED, question=TYPED, subject=TYPED)
def test_the_front_matter_means_what_was_typed(title: str, question: str, subject: str) -> None:
    row = {**ROW, "title": f"a{title}", "question": f"b{question}", "subject": f"c{subject}"}
    answer = _answer(row)
    text = item_text(answer, "so-noi-vu", "Sở Nội vụ", NOW)
    item, found = read_item(PurePosixPath("hoi-dap/2026/x.md"), "x.md", text, _with(SMALL))
    assert item is not None, found
    assert found == []
    assert item.title == answer.title
    assert "".join(item.values["question"].split()) == "".join(answer.question.split())
    assert item.values["subject"] == answer.subject
    assert (item.id, item.posted) == (answer.item, NOW)


def _with(portal: Portal, *sections: Section) -> Portal:
    like = portal.sections[0].model_copy(
        update={"id": "hoi-dap", "type": "answer", "owners": (), "deadlines": ()}
    )
    whole = (*portal.sections, *(sections or (like,)))
    return replace(portal, regulation=portal.regulation.model_copy(update={"sections": whole}))


def test_an_answer_is_an_item(portal: Portal) -> None:
    assert isinstance(portal.calendar, WorkCalendar)
    answer = replace(ANSWER, answer="Một.\n- hai\n- ba\nBốn.", question="Dòng một\nDòng hai")
    text = item_text(answer, "so-noi-vu", "Sở Nội vụ tỉnh Mẫu", NOW)
    assert (
        text
        == """\
---
id: hd-7k3m9qxa0000
title: "Một câu hỏi"
summary: "Một. - hai - ba Bốn."
posted: 2026-11-22 09:05
agency: so-noi-vu
source: "Sở Nội vụ tỉnh Mẫu"
question: |-
  Dòng một
  Dòng hai
received: 2026-11-10
answered: 2026-11-20
answered_by: so-noi-vu
form: question
subject: "Đường sá"
---

Một.

- hai
- ba

Bốn.
"""
    )
    assert "7K3M9QXA" not in text


@pytest.mark.parametrize(
    "written",
    [
        "",
        "comments: []\n",
        f"comments:\n{OLD}",
        "comments:\n" + OLD.replace("Cũ.", ">-\n      Cũ\n\n      nữa.") + "outcome: x\n",
        "comments:\n" + OLD.replace("  - ", "- ").replace("    ", "  ") + "outcome: x\n",
        f"comments: # ý kiến\n{OLD}# hết\noutcome: x\n",
    ],
)
def test_comments_are_added_below_those_that_are_there(portal: Portal, written: str) -> None:
    front = (
        "id: lyk-x\ntitle: Dự thảo\nsummary: Dự thảo.\nposted: 2026-11-01 08:00\n"
        "agency: van-phong\n"
        "source: Văn phòng\nopens: 2026-11-01\ncloses: 2026-12-01\ndrafted_by: van-phong\n"
        "address: Văn phòng\n"
    )
    text = f"---\n{front}{written}---\n\nToàn văn.\n"
    place = PurePosixPath("gop-y/2026/du-thao.md")
    old, _ = read_item(place, "x.md", text, portal)
    two = (replace(ANSWER, form="comment"), replace(ANSWER, form="comment", question="A\nB"))
    fresh, found = read_item(place, "x.md", with_comments(text, two), portal)
    assert old is not None
    assert fresh is not None
    assert found == []
    before = tuple(old.values.get("comments") or ())
    rows = tuple(fresh.values["comments"])
    assert rows[: len(before)] == before
    assert [row["who"] for row in rows[len(before) :]] == [WHO, WHO]
    assert [row["text"] for row in rows[len(before) :]] == ["Hỏi gì?", "A\nB"]
    assert rows[-1]["answer"] == "Trả lời."
    assert replace(fresh, values={}, body_line=0) == replace(old, values={}, body_line=0)
    rest = {k: v for k, v in fresh.values.items() if k != "comments"}
    assert rest == {k: v for k, v in old.values.items() if k != "comments"}


def test_comments_on_one_line_are_for_a_person() -> None:
    with pytest.raises(ForgeError, match="chuyển thành danh sách"):
        with_comments("---\ncomments: [{who: A}]\n---\n\nx\n", [ANSWER])


def test_the_section_is_the_narrowest_of_those_the_agency_may_use(portal: Portal) -> None:
    wide = portal.sections[0].model_copy(update={"id": "rong", "type": "answer", "owners": ()})
    own = wide.model_copy(update={"id": "rieng", "owners": ("van-phong",)})
    both = _with(portal, wide, own)
    day = NOW.date()
    assert [s.id for s, _ in (provider(both, a, day) for a in ("van-phong", "so-noi-vu"))] == [
        "rieng",
        "rong",
    ]
    section, agency = provider(both, "so-ke-hoach", day)
    assert (section.id, agency.id) == ("rong", "so-tai-chinh-moi")
    with pytest.raises(ForgeError, match="không có chuyên mục loại answer"):
        provider(portal, "van-phong", day)
    with pytest.raises(ForgeError, match="Hãy sửa agencies"):
        provider(both, "so-giai-the", day)


def test_where_the_agency_may_not_provide_whoever_runs_the_portal_does(portal: Portal) -> None:
    own = portal.sections[0].model_copy(
        update={"id": "rieng", "type": "answer", "owners": ("van-phong",)}
    )
    section, agency = provider(_with(portal, own), "so-noi-vu", NOW.date())
    assert section.id == "rieng"
    assert agency.id in {post.agency for post in portal.regulation.posts} | {"so-noi-vu"}


def test_a_file_is_named_by_the_title_and_never_taken(portal: Portal) -> None:
    section = portal.sections[0]
    taken: set[str] = set()
    for _ in range(2):
        path = new_path(portal, section, ANSWER, NOW.date(), taken.__contains__)
        assert path not in taken
        taken.add(path)
    assert taken == {
        "content/portal-nho/tin-tuc/2026/mot-cau-hoi.md",
        "content/portal-nho/tin-tuc/2026/mot-cau-hoi-0000.md",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("case", "x"),
        ("item", "../x"),
        ("version", "0"),
        ("form", "denunciation"),
        ("received", "hôm qua"),
        ("answered_by", "so noi vu"),
        ("about", "x\n- y"),
        ("cleared", "2026-11-21T02:00:00"),
        ("title", None),
    ],
)
def test_what_the_relay_says_has_its_shape(name: str, value: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        _answer({**ROW, name: value})


def test_marks_are_read_out_of_a_text() -> None:
    assert isinstance(ANSWER, Answer)
    text = f"Lời.\n\nAnswer: {ANSWER.mark}\nAnswer: x\n Answer: {ANSWER.mark}\n"
    assert marks_in(text) == {ANSWER.mark}
