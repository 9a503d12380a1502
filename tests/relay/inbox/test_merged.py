"""Senders of merged cases read one answer: so it names none of them."""

from collections.abc import Mapping

import pytest
from sqlalchemy import Connection

from relay.cases.events import Happened
from relay.cases.states import Did, Party
from relay.store.cases import append, erase_contact, load
from relay.store.texts import write_text
from relay.store.values import TextKind
from relay.tracking.merged import ANOTHERS, texts_to_read
from tests.relay.inbox.office import CONTACT, Office

OTHER = {"ho-ten": "Trần Văn Khế", "dia-chi": "7 ngõ Hoa Giấy"}
OPEN = "Mọi người nộp 150.000 đồng tại Bộ phận Một cửa."
NAMED = "Kính gửi bà Nguyễn Thị Bưởi, bà nộp 150.000 đồng."
THEIRS = "Như ông TRẦN VĂN KHẾ đã hỏi, nộp 150.000 đồng."

pytestmark = pytest.mark.duty("F6")


def two(office: Office, other: Mapping[str, str] = OTHER) -> tuple[str, str]:
    """A case, and one that was merged into it."""
    case, merged = office.new(), office.new(contact=other)
    head = office.officer("hoa")
    head.does(merged, "gop", vao=case)
    head.does(case, "thu-ly")
    return case, merged


def answered_before(office: Office, case: str, body: str) -> None:
    """An answer as one could be given before answers were looked at."""

    def work(connection: Connection) -> None:
        text = write_text(connection, case, TextKind.ANSWER, body, "hoa", office.clock())
        what = Happened(Did.ANSWERED, Party.HEAD, office.clock(), "hoa", {"text": text.sha256})
        append(connection, case, [what], office.keys)

    office.writer.run_now(work)


def read(office: Office, case: str) -> list[str]:
    """What the sender of a case reads."""
    with office.store.reading() as connection:
        texts = texts_to_read(connection, load(connection, case), office.keys, list)
    return [each.body for each in texts]


class TestAnswering:
    @pytest.mark.parametrize(("body", "taken"), [(OPEN, True), (NAMED, False), (THEIRS, False)])
    def test_an_answer_for_several_names_nobody(
        self, one_office: Office, body: str, taken: bool
    ) -> None:
        case, merged = two(one_office)
        answer = one_office.officer("hoa").post(case, "tra-loi", tra_loi=body)
        assert (answer.status_code == 303) is taken
        assert read(one_office, merged) == ([body] if taken else [])
        if not taken:
            assert "Có họ tên của một người gửi" in answer.text
            assert "mở lại vụ việc đã gộp" in answer.text
            assert body in answer.text

    def test_one_for_its_sender_alone_may_name_them(self, one_office: Office) -> None:
        case = one_office.new()
        head = one_office.officer("hoa")
        head.does(case, "thu-ly")
        head.does(case, "tra-loi", tra_loi=NAMED)
        # Nobody is merged into it any more.
        merged = one_office.new(contact=OTHER)
        answer = head.post(merged, "gop", vao=case)
        assert answer.status_code == 422
        assert "trả lời riêng vụ việc này" in answer.text
        assert read(one_office, merged) == []


class TestReading:
    @pytest.mark.parametrize(
        ("body", "reads"),
        [
            (OPEN, OPEN),
            (NAMED, ANOTHERS),
            (THEIRS, THEIRS),  # the reader's own name
            ("Chủ hộ có căn cước 048199001234 đã nộp.", ANOTHERS),
        ],
    )
    def test_what_is_anothers_own_is_not_read(
        self, one_office: Office, body: str, reads: str
    ) -> None:
        case, merged = two(one_office)
        answered_before(one_office, case, body)
        assert read(one_office, merged) == [reads]
        assert read(one_office, case) == [body]

    def test_the_public_version_is_once_it_is_cleared(self, one_office: Office) -> None:
        case, merged = two(one_office)
        answered_before(one_office, case, NAMED)
        one_office.officer("an").does(
            case, "ban-cong-khai", ck_ten="Phí", ck_linh_vuc="Xây dựng", ck_hoi="Nộp mấy?",
            ck_dap=OPEN,
        )  # fmt: skip
        assert read(one_office, merged) == [ANOTHERS]
        one_office.officer("truong").does(case, "duyet-dang")
        assert read(one_office, merged) == [OPEN]

    def test_once_nobody_can_say_any_more_whether_it_names_somebody(
        self, one_office: Office
    ) -> None:
        case, merged = two(one_office)
        answered_before(one_office, case, NAMED)

        def work(connection: Connection) -> None:
            at = one_office.clock()
            ends = [Did.CLOSED, Did.CONTACT_ERASED]
            happened = [Happened(did, Party.SYSTEM, at, "", {}) for did in ends]
            append(connection, case, happened, one_office.keys)
            erase_contact(connection, case)

        one_office.writer.run_now(work)
        assert read(one_office, merged) == [ANOTHERS]


class TestPublishing:
    def test_a_name_from_a_merged_case_is_found(self, one_office: Office) -> None:
        case, _ = two(one_office)
        one_office.officer("hoa").does(case, "tra-loi", tra_loi=OPEN)
        public = {"ck_ten": "Phí", "ck_linh_vuc": "Xây dựng", "ck_dap": OPEN}
        officer, board = one_office.officer("an"), one_office.officer("truong")
        for asked, taken in (("Ông Trần Văn Khế hỏi?", False), ("Nộp bao nhiêu?", True)):
            officer.does(case, "ban-cong-khai", ck_hoi=asked, **public)
            assert (board.post(case, "duyet-dang").status_code == 303) is taken
        assert CONTACT["ho-ten"] not in one_office.everything_of_history(case)
