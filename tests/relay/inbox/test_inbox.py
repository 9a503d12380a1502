"""Officers' pages: who sees what, what each form does, and what is refused with its words kept."""

import datetime as dt
import re

import pytest
from starlette.testclient import TestClient

from regulation.case_rules import case_rules
from relay.cases.states import Did, State
from relay.inbox.acting import ACTS
from relay.store.cases import load, set_due
from relay.store.values import TextKind
from relay.tracking.merged import texts_to_read
from relay.tracking.telling import case_page
from tests.relay.inbox.office import CONTACT, MONDAY, ORIGIN, Office, words

ANSWER = "Bạn nộp 150.000 đồng tại Bộ phận Một cửa."


@pytest.mark.duty("F1")
@pytest.mark.duty("F2")
def test_from_question_to_approved_answer(office: Office) -> None:
    case_id = office.new()
    officer, head, board = (office.officer(name) for name in ("an", "hoa", "truong"))
    assert "Phí cấp phép xây dựng" in officer.client.get("/can-bo/").text
    officer.does(case_id, "thu-ly")
    officer.does(case_id, "luu", tra_loi=ANSWER)
    assert office.case(case_id).state is State.ANSWERING
    assert ANSWER in head.page(case_id)
    assert "Gửi câu trả lời" not in officer.page(case_id)
    assert not board.sees(case_id)
    head.does(case_id, "tra-loi", tra_loi=ANSWER)
    assert office.case(case_id).state is State.ANSWERED
    assert board.sees(case_id)
    public = {
        "ck_ten": "Phí cấp phép xây dựng",
        "ck_linh_vuc": "Xây dựng",
        "ck_hoi": "Phải nộp bao nhiêu?",
        "ck_dap": ANSWER,
    }
    officer.does(case_id, "ban-cong-khai", **public)
    board.does(case_id, "duyet-dang")
    case = office.case(case_id)
    assert case.cleared
    assert case.public == office.texts(case_id)[-1].sha256
    assert office.texts(case_id)[-1].kind is TextKind.PUBLIC
    assert office.dids(case_id) == [
        Did.RECEIVED, Did.TRIAGED, Did.ASSIGNED, Did.ACCEPTED, Did.STARTED, Did.DRAFTED,
        Did.ANSWERED, Did.DRAFTED, Did.CLEARED,
    ]  # fmt: skip
    assert set(office.mail()) == {("citizen", "accepted"), ("citizen", "answered")}
    # Whatever was written: the history has no word of it.
    history = office.everything_of_history(case_id)
    for matter in (ANSWER, *CONTACT.values(), "nhà số 4"):
        assert matter not in history


class TestWhoSees:
    @pytest.mark.parametrize(
        ("person", "sees"),
        [("an", True), ("hoa", True), ("la", False), ("van", True), ("bien", True),
         ("truong", False), ("tra", False)],
    )  # fmt: skip
    def test_a_question_of_a_unit(self, one_office: Office, person: str, sees: bool) -> None:
        case_id = one_office.new()
        officer = one_office.officer(person)
        assert officer.sees(case_id) is sees
        assert ("Phí cấp phép" in officer.client.get("/can-bo/").text) is sees

    def test_a_desk_at_an_agency_that_is_gone_is_at_its_successor(self, one_office: Office) -> None:
        assert one_office.officer("kha").sees(one_office.new(agency="so-tttt"))

    def test_nobody_without_signing_in(self, one_office: Office) -> None:
        case_id = one_office.new()
        client = TestClient(one_office.app, base_url=ORIGIN, follow_redirects=False)
        answer = client.get(f"/can-bo/vu-viec/{case_id}/")
        onward = f"/can-bo/dang-nhap/?tiep=%2Fcan-bo%2Fvu-viec%2F{case_id}%2F"
        assert (answer.status_code, answer.headers["location"]) == (303, onward)

    def test_another_portals_desk_is_none_here(self, one_office: Office) -> None:
        assert one_office.officer("an").client.get("/can-bo/vu-viec/ZZZZZZZZ/").status_code == 404


class TestForms:
    def test_without_the_token_nothing_happens(self, one_office: Office) -> None:
        case_id = one_office.new()
        officer = one_office.officer("an")
        for token, origin in (("", ORIGIN), ("x", ORIGIN), (officer.csrf, "https://xau.example")):
            answer = officer.client.post(
                f"/can-bo/vu-viec/{case_id}/thu-ly/",
                data={"csrf": token, "so": "3"},
                headers={"origin": origin},
            )
            assert answer.status_code == 403
        assert one_office.case(case_id).state is State.ASSIGNED

    def test_somebody_else_acted_in_between(self, office: Office) -> None:
        case_id = office.new()
        first, second = office.officer("an"), office.officer("hoa")
        seen = office.case(case_id).number
        first.does(case_id, "thu-ly")
        answer = second.post(case_id, "tra-loi", so=str(seen), tra_loi=ANSWER)
        assert answer.status_code == 409
        assert "Có người vừa làm việc khác" in answer.text
        assert ANSWER in answer.text
        assert f'name="so" value="{seen + 1}"' in answer.text
        assert office.case(case_id).state is State.ACCEPTED

    def test_a_look_or_a_reminder_in_between_is_no_matter(self, one_office: Office) -> None:
        case_id = one_office.new()
        first, second = one_office.officer("an"), one_office.officer("hoa")
        seen = str(one_office.case(case_id).number)
        first.post(case_id, "nguoi-gui")
        second.does(case_id, "thu-ly", so=seen)
        for so in ("", "0", "99", "-1", "x", "²"):
            assert second.post(case_id, "luu", so=so, tra_loi=ANSWER).status_code == 409

    def test_a_refused_form_keeps_its_words(self, one_office: Office) -> None:
        case_id = one_office.new()
        officer = one_office.officer("an")
        reason = "Việc này của Sở Tư pháp <b>"
        answer = officer.post(case_id, "chuyen", don_vi="so-tttt", ly_do=reason)
        assert answer.status_code == 422
        assert "Sở Khoa học và Công nghệ" in answer.text
        assert "Việc này của Sở Tư pháp &lt;b&gt;" in answer.text
        assert '<details class="act" open>' in answer.text

    def test_no_personal_data_in_what_is_kept_for_ever(self, one_office: Office) -> None:
        case_id = one_office.new()
        reason = "Đã gọi ông Tư, số 0905 123 456"
        answer = one_office.officer("an").post(case_id, "chuyen", don_vi="so-tp", ly_do=reason)
        assert answer.status_code == 422
        assert "giữ mãi" in answer.text
        assert "0905" not in one_office.everything_of_history(case_id)

    def test_a_session_that_is_over_gives_the_words_back(self, one_office: Office) -> None:
        case_id = one_office.new()
        officer = one_office.officer("an")
        one_office.clock.turn(dt.timedelta(days=2))
        answer = officer.post(case_id, "ghi-chu", ghi_chu="Đã gọi điện hẹn người gửi thứ Năm.")
        assert answer.status_code == 401
        assert "Đã gọi điện hẹn người gửi thứ Năm." in answer.text
        assert one_office.case(case_id).number == 3
        # The same of a form that an earlier session drew; not of one that another site sends.
        again = one_office.officer("an")
        again.csrf = officer.csrf
        typed = {"ghi_chu": "Đã gọi điện hẹn người gửi thứ Năm."}
        assert typed["ghi_chu"] in again.post(case_id, "ghi-chu", **typed).text
        strange = again.client.post(
            f"/can-bo/vu-viec/{case_id}/ghi-chu/",
            data={"ghi-chu": typed["ghi_chu"]},
            headers={"origin": "https://xau.example"},
        )
        assert strange.status_code == 403
        assert typed["ghi_chu"] not in strange.text

    def test_addresses_that_no_case_has(self, office: Office) -> None:
        officer = office.officer("an")
        for odd in ("%00", "ABC", "abcdefgh", "A" * 5000, "ILOUILOU", "..%2f"):
            answer = officer.client.get(f"/can-bo/vu-viec/{odd}/")
            assert answer.status_code == 404
        assert officer.client.get("/can-bo/", params={"ma": "\0" * 8}).status_code in (200, 404)

    def test_what_cannot_be_seen_is_not_kept(self, office: Office) -> None:
        case_id = office.new()
        officer = office.officer("an")
        officer.does(case_id, "thu-ly")
        officer.does(case_id, "luu", tra_loi="Bạn\0 nộp\u202e tại đây.")
        assert office.texts(case_id)[-1].body == "Bạn nộp tại đây."
        answer = officer.post(case_id, "chuyen", don_vi="so-tp\0", ly_do="Lý do\0")
        assert answer.status_code == 422

    def test_an_unknown_act(self, one_office: Office) -> None:
        case_id = one_office.new()
        assert one_office.officer("an").post(case_id, "xoa").status_code == 404

    def test_gets_change_nothing(self, one_office: Office) -> None:
        case_id = one_office.new()
        officer = one_office.officer("hoa")
        before = one_office.case(case_id)
        for act in ACTS:
            answer = officer.client.get(f"/can-bo/vu-viec/{case_id}/{act}/")
            assert answer.status_code == 405
        officer.page(case_id)
        officer.client.get("/can-bo/?loc=qua-han")
        assert one_office.case(case_id) == before


class TestWaysOn:
    def test_what_is_not_there_leads_back_to_the_inbox(self, one_office: Office) -> None:
        client = one_office.officer("an").client
        for at in ("vu-viec/ZZZZZZZZ/", "khong-co/", "vu-viec/ZZZZZZZZ/thu-ly/"):
            answer = client.get(f"/can-bo/{at}")
            assert answer.status_code in (404, 405)
            assert '<a class="button" href="/can-bo/">Hộp việc</a>' in answer.text
            assert "gui-y-kien" not in answer.text
        assert "/gui-y-kien/" in client.get("/khong-co/").text

    def test_every_page_has_a_way_out(self, one_office: Office) -> None:
        officer = one_office.officer("an")
        for page in (officer.client.get("/can-bo/").text, officer.page(one_office.new())):
            assert 'action="/can-bo/dang-xuat/"' in page
            assert "Đăng xuất" in page

    def test_officers_are_called_by_name(self, one_office: Office) -> None:
        case_id = one_office.new()
        one_office.officer("an").does(case_id, "ghi-chu", ghi_chu="Đã gọi, hẹn thứ Năm")
        page = words(one_office.officer("hoa").page(case_id))
        assert "cán bộ của đơn vị (An)" in page
        assert "Ghi chú nội bộ · 09:00 ngày 23/11/2026 · An" in page


class TestActs:
    def test_forward(self, office: Office) -> None:
        case_id = office.new()
        officer = office.officer("an")
        answer = officer.post(case_id, "chuyen", don_vi="so-tp", ly_do="Thuộc lĩnh vực tư pháp")
        # Given away: it is no more theirs to see.
        assert answer.headers["location"] == "/can-bo/"
        assert not officer.sees(case_id)
        assert office.officer("la").sees(case_id)
        assert set(office.mail()) == {("unit:so-tp", "forwarded"), ("citizen", "moved")}

    def test_triage_by_who_receives(self, office: Office) -> None:
        case_id = office.new(agency="")
        receiver = office.officer("bien")
        assert "Phân loại và giao đơn vị" in receiver.page(case_id)
        receiver.does(
            case_id, "phan-loai", don_vi="so-tc", loai="petition",
        )  # fmt: skip
        case = office.case(case_id)
        assert (case.state, case.unit, case.kind) == (State.ASSIGNED, "so-tc", "petition")
        assert office.mail() == [("unit:so-tc", "assigned")]

    def test_a_question_is_not_ended_by_another_name(self, one_office: Office) -> None:
        case_id = one_office.new(agency="")
        receiver = one_office.officer("bien")
        kinds = receiver.page(case_id).split('name="loai"')[1].split("</select>")[0]
        for kind in ("survey", "rating", "comment", "denunciation"):
            assert f'"{kind}"' not in kinds
            answer = receiver.post(case_id, "phan-loai", don_vi="so-tc", loai=kind)
            assert answer.status_code == 422
        assert one_office.case(case_id).state is State.RECEIVED

    def test_another_kind_is_told(self, one_office: Office) -> None:
        case_id = one_office.new(agency="")
        receiver = one_office.officer("bien")
        receiver.does(case_id, "phan-loai", don_vi="so-tc", loai="complaint")
        assert "Đổi loại: Câu hỏi → Khiếu nại" in words(receiver.page(case_id))
        with one_office.store.reading() as connection:
            stored = load(connection, case_id)
        page = case_page(one_office.portal, stored, [], MONDAY, address_open=False)
        told = [line["text"] for line in page["history"]]
        assert "Nơi tiếp nhận đổi loại ý kiến của bạn: “Câu hỏi” thành “Khiếu nại”" in told

    def test_quarantine(self, one_office: Office) -> None:
        case_id = one_office.new(signs=("nhanh",))
        operator = one_office.officer("van")
        assert "Phí cấp" in operator.client.get("/can-bo/?loc=cho-kiem-tra").text
        operator.does(case_id, "cho-qua")
        assert one_office.case(case_id).state is State.RECEIVED

    def test_why_it_was_kept_back_is_said_in_words(self, one_office: Office) -> None:
        case_id = one_office.new(signs=("too-fast",))
        said = words(one_office.officer("van").page(case_id))
        assert "Dấu hiệu: gửi nhanh hơn người điền được" in said
        assert "too-fast" not in said

    def test_how_long_it_waits_is_the_rule(self, one_office: Office) -> None:
        case_id = one_office.new()
        officer = one_office.officer("an")
        officer.does(case_id, "thu-ly")
        term = case_rules().terms["cho-bo-sung"]
        assert f"nhiều nhất {term.amount} ngày làm việc." in officer.page(case_id)

    def test_refuse(self, one_office: Office) -> None:
        case_id = one_office.new()
        head = one_office.officer("hoa")
        assert head.post(case_id, "khong-thu-ly", can_cu="x", ly_do="y").status_code == 422
        head.does(case_id, "khong-thu-ly", can_cu="da-giai-quyet", ly_do="Đã trả lời năm 2025")
        case = one_office.case(case_id)
        assert (case.state, case.ground) == (State.REFUSED, "da-giai-quyet")
        assert "Đã trả lời năm 2025" in head.page(case_id)

    def test_ask_and_go_on(self, one_office: Office) -> None:
        case_id = one_office.new()
        officer = one_office.officer("an")
        officer.does(case_id, "thu-ly")
        officer.does(case_id, "hoi-lai", hoi="Thửa đất số mấy?")
        assert one_office.case(case_id).suspended
        assert "Thửa đất số mấy?" in officer.page(case_id)
        officer.does(case_id, "tiep-tuc")
        assert not one_office.case(case_id).suspended

    def test_extend(self, one_office: Office) -> None:
        case_id = one_office.new()
        head = one_office.officer("hoa")
        head.does(case_id, "thu-ly")
        fields = {"thoi_han": "phan-anh-15-ngay", "ly_do": "Cần đo lại thửa đất"}
        assert head.post(case_id, "gia-han", them="16", **fields).status_code == 422
        assert head.post(case_id, "gia-han", them="nhiều", **fields).status_code == 422
        head.does(case_id, "gia-han", them="5", **fields)
        assert "23:59 ngày 22/12/2026" in head.page(case_id)
        assert "gia-han/" not in head.page(case_id)

    def test_escalate(self, one_office: Office) -> None:
        case_id = one_office.new()
        one_office.officer("hoa").does(case_id, "chuyen-cap-tren", ly_do="Vượt thẩm quyền")
        assert one_office.case(case_id).unit == "tt-cntt-dvhcc"

    def test_merge(self, one_office: Office) -> None:
        first, second, strange = one_office.new(), one_office.new(), one_office.new(agency="so-tp")
        head = one_office.officer("hoa")
        for into in (strange, "ZZZZ", first):
            assert head.post(first, "gop", vao=into).status_code == 422
        head.does(first, "gop", vao=one_office.case(second).shown.lower())
        assert one_office.case(first).merged_into == second
        assert head.post(second, "gop", vao=first).status_code == 422
        head.does(second, "thu-ly")
        head.does(second, "tra-loi", tra_loi=ANSWER)
        with one_office.store.reading() as connection:
            read = texts_to_read(connection, load(connection, first), one_office.keys, list)
        assert [each.body for each in read] == [ANSWER]

    def test_note(self, one_office: Office) -> None:
        case_id = one_office.new()
        one_office.officer("an").does(case_id, "ghi-chu", ghi_chu="Đã gọi, hẹn thứ Năm")
        assert "Đã gọi, hẹn thứ Năm" in one_office.officer("hoa").page(case_id)
        assert "Đã gọi" not in one_office.everything_of_history(case_id)

    def test_withhold_and_reopen(self, one_office: Office) -> None:
        case_id = one_office.new()
        head, board = one_office.officer("hoa"), one_office.officer("truong")
        head.does(case_id, "thu-ly")
        head.does(case_id, "tra-loi", tra_loi=ANSWER)
        board.does(case_id, "khong-dang", ly_do="Việc riêng của người gửi")
        assert one_office.case(case_id).state is State.WITHHELD
        one_office.officer("van").does(case_id, "mo-lai", ly_do="Có tình tiết mới")
        assert one_office.case(case_id).state is State.REOPENED


class TestPublicVersion:
    def answered(self, office: Office) -> str:
        case_id = office.new()
        head = office.officer("hoa")
        head.does(case_id, "thu-ly")
        head.does(case_id, "tra-loi", tra_loi=ANSWER)
        return case_id

    @pytest.mark.duty("F6")
    def test_personal_data_is_marked_and_never_approved(self, one_office: Office) -> None:
        case_id = self.answered(one_office)
        officer, board = one_office.officer("an"), one_office.officer("truong")
        public = {"ck_ten": "Phí", "ck_linh_vuc": "Xây dựng", "ck_dap": ANSWER}
        officer.does(case_id, "ban-cong-khai", ck_hoi="Số tôi 0905123456, phải nộp?", **public)
        page = officer.page(case_id)
        assert '<mark><span class="hidden">Dữ liệu cá nhân: </span>0905123456</mark>' in page
        assert "(phải bỏ)" in page
        answer = board.post(case_id, "duyet-dang")
        assert answer.status_code == 422
        assert not one_office.case(case_id).cleared
        officer.does(case_id, "ban-cong-khai", ck_hoi="Phải nộp bao nhiêu?", **public)
        board.does(case_id, "duyet-dang")
        assert one_office.case(case_id).cleared
        # Changed once more: the approval is gone.
        officer.does(case_id, "ban-cong-khai", ck_hoi="Phải nộp mấy?", **public)
        assert not one_office.case(case_id).cleared

    def test_the_senders_own_name_is_found(self, one_office: Office) -> None:
        case_id = self.answered(one_office)
        officer, board = one_office.officer("an"), one_office.officer("truong")
        officer.does(
            case_id, "ban-cong-khai", ck_ten="Phí", ck_linh_vuc="Xây dựng",
            ck_hoi="Bà NGUYỄN THỊ BƯỞI hỏi phải nộp bao nhiêu?", ck_dap=ANSWER,
        )  # fmt: skip
        answer = board.post(case_id, "duyet-dang")
        assert answer.status_code == 422
        assert "họ tên của người gửi" in answer.text

    def test_parts_that_are_empty(self, one_office: Office) -> None:
        case_id = self.answered(one_office)
        answer = one_office.officer("an").post(case_id, "ban-cong-khai", ck_ten="Phí", ck_hoi="?")
        assert answer.status_code == 422
        assert "Chưa ghi phần này" in answer.text


class TestList:
    def test_each_filter_says_how_many(self, office: Office) -> None:
        office.new()
        late = office.new()
        office.new(agency="so-tp")
        office.new(signs=("nhanh",))
        answered = office.new()
        head = office.officer("hoa")
        head.does(answered, "thu-ly")
        head.does(answered, "tra-loi", tra_loi=ANSWER)
        office.officer("tra").does(office.new("denunciation", sealed=b"x"), "thu-ly")
        due = office.clock() - dt.timedelta(days=1)
        office.writer.run_now(lambda connection: set_due(connection, late, due))

        def counts(person: str, *, way: str = "") -> dict[str, int]:
            page = office.officer(person).client.get(f"/can-bo/{way}").text
            links = page.split('class="chips"')[1].split("</nav>")[0]
            found = re.findall(r'>([^<>]+) <span class="many">(\d+)</span>', links)
            return {title: int(many) for title, many in found}

        assert [*counts("hoa").values()] == [2, 1, 0, 0, 0, 1, 1, 0]
        assert [*counts("van").values()] == [5, 1, 0, 1, 0, 1, 1, 0]
        assert [*counts("truong").values()] == [0, 0, 0, 0, 0, 1, 1, 0]
        assert [*counts("tra").values()] == [1, 0, 0, 0, 0, 0, 0, 0]
        assert list(counts("hoa", way="?loc=qua-han"))[:2] == ["Cần xử lý", "Quá hạn"]

    def test_late_is_told_in_words(self, one_office: Office) -> None:
        case_id = one_office.new()
        due = one_office.clock() + dt.timedelta(days=1)
        one_office.writer.run_now(lambda connection: set_due(connection, case_id, due))
        one_office.clock.turn(dt.timedelta(days=4))
        page = one_office.officer("an").client.get("/can-bo/?loc=qua-han").text
        assert "quá hạn 3 ngày làm việc" in page

    def test_search_by_id(self, one_office: Office) -> None:
        case_id = one_office.new()
        shown = one_office.case(case_id).shown
        officer = one_office.officer("an")
        answer = officer.client.get("/can-bo/", params={"ma": shown.lower()})
        assert answer.headers["location"] == f"/can-bo/vu-viec/{case_id}/"
        other = one_office.officer("la").client.get("/can-bo/", params={"ma": shown})
        assert other.status_code == 404
        assert "Không thấy vụ việc" in other.text

    def test_what_people_type_is_never_markup(self, one_office: Office) -> None:
        case_id = one_office.new(title="<script>alert(1)</script>", body='"><img src=x>')
        officer = one_office.officer("an")
        for page in (officer.page(case_id), officer.client.get("/can-bo/").text):
            assert "<script" not in page
            assert "<img" not in page

    def test_pages(self, one_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("relay.inbox.finding.PAGE", 2)
        monkeypatch.setattr("relay.inbox.routes.PAGE", 2)
        for number in range(5):
            one_office.new(title=f"Việc số {number}")
            one_office.clock.turn(dt.timedelta(minutes=1))
        officer = one_office.officer("an")
        seen = []
        for page in (1, 2, 3):
            text = officer.client.get(f"/can-bo/?trang={page}").text
            seen += [n for n in range(5) if f"Việc số {n}<" in text]
            assert ("Trang sau" in text) is (page < 3)
        assert seen == [0, 1, 2, 3, 4]
