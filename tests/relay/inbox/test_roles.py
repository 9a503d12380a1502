"""Who reads what of a case: each as much as their part in it needs."""

from collections.abc import Mapping

import pytest

from accounts.signing.who import Place
from relay.cases.states import Did, State
from relay.inbox.acting import ACTS
from relay.inbox.may import may
from relay.inbox.seeing import Viewer, parties
from tests.relay.inbox.office import MONDAY, PEOPLE, Office, Officer, words

TITLE, BODY = "Hồ sơ của bà Bưởi", "Nhà tôi ở hẻm Chim Sẻ, phải nộp bao nhiêu?"
NOTE = "Đã gọi điện, hẹn thứ Năm"
ASKED, REASON = "Xin cho biết số thửa đất", "Cần thêm ngày đo đạc"
ANSWER, DRAFT = "Bạn nộp 150.000 đồng tại Bộ phận Một cửa.", "Phí cấp phép xây dựng nhà ở"

PARTS = {
    "title": TITLE,
    "body": BODY,
    "file": "tep/",
    "note": NOTE,
    "asked": ASKED,
    "reason": REASON,
    "contact": "nguoi-gui/",
    "officer": "(An)",
}
AFTER = {"answer": ANSWER, "public": DRAFT}
"""What is there once it is answered."""


def worked(office: Office) -> str:
    """A case with all that a case can have, being worked."""
    case_id = office.new(title=TITLE, body=BODY)
    officer, head = office.officer("an"), office.officer("hoa")
    officer.does(case_id, "thu-ly")
    officer.does(case_id, "ghi-chu", ghi_chu=NOTE)
    officer.does(case_id, "hoi-lai", hoi=ASKED)
    officer.does(case_id, "tiep-tuc")
    head.does(case_id, "gia-han", them="5", thoi_han="phan-anh-15-ngay", ly_do=REASON)
    return case_id


def answered(office: Office) -> str:
    """The same, answered, with a draft of its public version."""
    case_id = worked(office)
    office.officer("hoa").does(case_id, "tra-loi", tra_loi=ANSWER)
    office.officer("an").does(
        case_id, "ban-cong-khai", ck_ten=DRAFT, ck_linh_vuc="Xây dựng",
        ck_hoi="Phải nộp bao nhiêu?", ck_dap=ANSWER,
    )  # fmt: skip
    return case_id


def seen(officer: Officer, case_id: str, parts: dict[str, str]) -> set[str]:
    """Which parts of the case stand on somebody's page."""
    page = officer.page(case_id)
    return {name for name, text in parts.items() if text in page}


@pytest.mark.duty("F6")
class TestPage:
    @pytest.mark.parametrize("person", ["an", "hoa", "van", "bien"])
    def test_while_it_is_worked(self, one_office: Office, person: str) -> None:
        """Those who work it, and those who may have to route it anew."""
        case_id = worked(one_office)
        assert seen(one_office.officer(person), case_id, PARTS) == set(PARTS)

    @pytest.mark.parametrize(
        ("person", "sees"),
        [
            ("an", {*PARTS, *AFTER}),
            ("hoa", {*PARTS, *AFTER}),
            ("truong", {*AFTER}),
            ("van", set()),
            ("bien", set()),
        ],
    )
    def test_once_it_is_answered(self, one_office: Office, person: str, sees: set[str]) -> None:
        case_id = answered(one_office)
        assert seen(one_office.officer(person), case_id, {**PARTS, **AFTER}) == sees

    def test_the_board_begins_a_public_version_without_the_senders_words(
        self, one_office: Office
    ) -> None:
        case_id = worked(one_office)
        one_office.officer("hoa").does(case_id, "tra-loi", tra_loi=ANSWER)
        page = one_office.officer("truong").page(case_id)
        assert "Soạn bản công khai" in page
        assert ANSWER in page
        assert "Hoa" not in page
        assert BODY not in page
        assert TITLE not in page

    def test_the_board_reads_what_happened_and_its_own_reasons(self, one_office: Office) -> None:
        case_id = answered(one_office)
        board = one_office.officer("truong")
        board.does(case_id, "khong-dang", ly_do="Việc riêng của người gửi")
        said = words(board.page(case_id))
        for line in ("Gia hạn", "Trả lời", "Thụ lý", "Không đăng câu trả lời"):
            assert line in said
        assert "Ban Biên tập (Truong)" in said
        assert "Việc riêng của người gửi" in said
        assert "Ghi chú nội bộ" not in said

    def test_reopened_it_is_to_be_routed_again(self, one_office: Office) -> None:
        case_id = answered(one_office)
        operator = one_office.officer("van")
        operator.does(case_id, "mo-lai", ly_do="Có tình tiết mới")
        assert one_office.case(case_id).state is State.REOPENED
        assert {"title", "body", "file"} <= seen(operator, case_id, PARTS)

    def test_a_file_and_a_contact_as_the_page(self, one_office: Office) -> None:
        case_id = answered(one_office)
        for person, status in (("an", 200), ("truong", 404), ("van", 404), ("la", 404)):
            officer = one_office.officer(person)
            assert officer.post(case_id, "nguoi-gui").status_code == status


SLUGS: Mapping[str, Did] = {
    "cho-qua": Did.RELEASED, "phan-loai": Did.TRIAGED, "thu-ly": Did.ACCEPTED,
    "khong-thu-ly": Did.REFUSED, "chuyen": Did.FORWARDED, "luu": Did.DRAFTED,
    "tra-loi": Did.ANSWERED, "hoi-lai": Did.ASKED, "tiep-tuc": Did.RESUMED,
    "gia-han": Did.EXTENDED, "chuyen-cap-tren": Did.ESCALATED, "gop": Did.MERGED,
    "ghi-chu": Did.NOTED, "ban-cong-khai": Did.DRAFTED, "duyet-dang": Did.CLEARED,
    "khong-dang": Did.WITHHELD, "mo-lai": Did.REOPENED, "ket-thuc": Did.CLOSED,
}  # fmt: skip
FILLED = {
    "don_vi": "so-tp", "ly_do": "Có tình tiết mới", "can_cu": "thu-rac", "tra_loi": ANSWER,
    "hoi": ASKED, "ghi_chu": NOTE, "them": "1", "thoi_han": "phan-anh-15-ngay",
    "ck_ten": DRAFT, "ck_linh_vuc": "Xây dựng", "ck_hoi": "Phải nộp bao nhiêu?", "ck_dap": ANSWER,
}  # fmt: skip
"""Enough for every form but merging."""


@pytest.mark.duty("F6")
class TestButtons:
    @pytest.mark.parametrize("person", ["van", "bien", "truong"])
    def test_who_does_not_read_it_writes_no_note(self, one_office: Office, person: str) -> None:
        case_id = answered(one_office)
        officer = one_office.officer(person)
        assert "/ghi-chu/" not in officer.page(case_id)
        before = len(one_office.texts(case_id))
        assert officer.post(case_id, "ghi-chu", ghi_chu=NOTE).status_code == 422
        assert len(one_office.texts(case_id)) == before
        one_office.officer("an").does(case_id, "ghi-chu", ghi_chu=NOTE)

    @pytest.mark.parametrize("person", ["an", "hoa", "van", "truong"])
    def test_what_has_no_button_is_refused(self, one_office: Office, person: str) -> None:
        assert SLUGS.keys() == ACTS.keys()
        case_id = answered(one_office)
        officer, of = one_office.officer(person), seen_as(one_office, person)
        case = one_office.case(case_id)
        shown = may(case, parties(case, of, one_office.portal), one_office.portal, MONDAY)
        for slug, did in SLUGS.items():
            if did not in shown:
                assert officer.post(case_id, slug, **FILLED).status_code == 422, slug
        assert one_office.case(case_id) == case


def seen_as(office: Office, person: str) -> Viewer:
    """What somebody is to the portal's cases."""
    agency, place = PEOPLE.get(person, ("", ""))
    units: dict[str, Place] = {agency: "head" if place == "head" else "officer"} if agency else {}
    return Viewer(person, units, person == "van", person == "truong")


@pytest.mark.duty("F6")
class TestList:
    @pytest.mark.parametrize(
        ("person", "title"), [("an", True), ("truong", False), ("van", False), ("bien", False)]
    )
    def test_titles_of_what_is_answered(self, one_office: Office, person: str, title: bool) -> None:
        case_id = answered(one_office)
        page = one_office.officer(person).client.get("/can-bo/?loc=da-tra-loi").text
        assert one_office.case(case_id).shown in page
        assert (TITLE in page) is title

    def test_titles_of_what_is_to_be_routed(self, one_office: Office) -> None:
        one_office.new(title=TITLE)
        for person in ("van", "bien"):
            assert TITLE in one_office.officer(person).client.get("/can-bo/").text

    def test_what_waits_for_a_look_is_not_yet_its_units(self, one_office: Office) -> None:
        one_office.new(title=TITLE, signs=("nhanh",))
        assert TITLE not in one_office.officer("an").client.get("/can-bo/").text
        assert TITLE in one_office.officer("van").client.get("/can-bo/").text
