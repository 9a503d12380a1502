"""A citizen's way from the form to the receipt, without scripts and with them."""

import re

from relay.cases.states import Did, State
from relay.store.cases import StoredCase, file_content, listing, load
from relay.store.contacts import contact_of
from tests.relay.citizens import QUESTION, SEND, Office, hidden
from tests.workflow.checks.files.made import pdf, picture

CONFIRM = "/y-kien/xac-nhan/"


def cases(office: Office) -> list[StoredCase]:
    with office.context.store.reading() as connection:
        rows = listing(connection, "quangnam", limit=None)
        return [load(connection, row.case_id) for row in rows]


def test_a_question_is_reviewed_confirmed_and_received(office: Office) -> None:
    page = office.post(SEND, QUESTION)
    assert page.status_code == 200
    assert "Xem lại trước khi gửi" in page.text
    assert "Nguyễn Văn Ẩn" in page.text
    assert cases(office) == []
    office.later(minutes=3)
    answer = office.post(CONFIRM, hidden(page.text))
    assert answer.status_code == 303
    (stored,) = cases(office)
    assert stored.case.state is State.ASSIGNED
    assert stored.unit == "so-xay-dung-da-nang"
    assert [event.happened.did for event in stored.events] == [
        Did.RECEIVED,
        Did.TRIAGED,
        Did.ASSIGNED,
    ]
    assert stored.fields == {name: QUESTION[name] for name in ("tieu-de", "noi-dung", "co-quan")}
    assert stored.due is not None
    with office.context.store.reading() as connection:
        contact = contact_of(connection, stored.case.id, office.context.keys)
    assert contact == {"ho-ten": "Nguyễn Văn Ẩn", "thu": "an@example.org"}
    receipt = office.browser.get(answer.headers["location"])
    assert receipt.status_code == 200
    assert stored.case.shown in receipt.text
    assert "Một lá thư đã được gửi" in receipt.text
    assert "Sở Xây dựng" in receipt.text
    code = "".join(re.findall(r"<span>([0-9A-Z]{4})</span>", receipt.text))
    assert code == office.context.keys.code(stored.token)
    office.later(minutes=31)
    assert code[:4] not in office.browser.get(answer.headers["location"]).text


def test_the_receipt_speaks_of_triage_only_where_nobody_knows_who_answers(office: Office) -> None:
    known = office.browser.get(office.received()).text
    assert "Nơi nhận xem" not in known
    assert "trang tra cứu" in known
    open_ = {name: text for name, text in QUESTION.items() if name != "co-quan"}
    assert "Nơi nhận xem và chuyển đến" in office.browser.get(office.received(open_)).text


def test_everything_typed_is_still_there_when_something_is_wrong(office: Office) -> None:
    typed = {
        **QUESTION,
        "thu": "không phải",
        "noi-dung": '<script>alert("x")</script>',
        "ho-ten": "",
    }
    page = office.post(SEND, {**typed, "tieu-de": ""})
    assert page.status_code == 422
    assert "có 2 chỗ cần sửa" in page.text
    assert "không phải" in page.text
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in page.text
    assert "<script>" not in page.text
    assert page.text.count('aria-invalid="true"') == 2
    assert cases(office) == []


def test_files_are_held_between_the_steps_and_through_errors(office: Office) -> None:
    letter, photo = ("đơn.pdf", pdf(text="Don")), ("ảnh.jpg", picture())
    page = office.post(SEND, {**QUESTION, "tieu-de": ""}, [letter, photo])
    assert page.status_code == 422
    assert "<li>đơn.pdf</li><li>ảnh.jpg</li>" in page.text
    token = hidden(page.text)["token"]
    page = office.post(SEND, {**QUESTION, "token": token})
    assert "<li>đơn.pdf</li><li>ảnh.jpg</li>" in page.text
    fields = hidden(page.text)
    assert fields["token"] != token
    back = office.post(SEND, {**fields, "sua": "co"})
    assert back.status_code == 200
    assert QUESTION["noi-dung"] in back.text
    assert "Đã nhận:" in back.text
    again = office.post(SEND, {**QUESTION, "token": hidden(back.text)["token"]})
    office.later(minutes=1)
    answer = office.post(CONFIRM, hidden(again.text))
    assert answer.status_code == 303, answer.text
    (stored,) = cases(office)
    assert [file.name for file in stored.files] == ["đơn.pdf", "ảnh.jpg"]
    assert stored.events[0].happened.data["unscanned"] is True
    with office.context.store.reading() as connection:
        kept = file_content(connection, stored.files[0].id)
    assert kept is not None and kept[1] == letter[1]


def test_bad_files_are_told_and_good_ones_held(office: Office) -> None:
    page = office.post(SEND, QUESTION, [("đơn.pdf", pdf()), ("x.pdf", b"MZ" + bytes(90))])
    assert page.status_code == 422
    assert "Tệp “x.pdf”" in page.text
    assert "<li>đơn.pdf</li>" in page.text


def test_fifty_clicks_are_one_case(office: Office) -> None:
    fields = office.reviewed(files=[("đơn.pdf", pdf())])
    office.later(minutes=1)
    addresses = {office.post(CONFIRM, fields).headers["location"] for _ in range(50)}
    assert len(addresses) == 1
    assert len(cases(office)) == 1
    assert {office.browser.get(*addresses).status_code for _ in range(3)} == {200}


def test_no_other_text_is_ever_answered_with_an_old_receipt(office: Office) -> None:
    fields = office.reviewed(files=[("đơn.pdf", pdf())])
    office.later(minutes=1)
    receipt = office.post(CONFIRM, fields).headers["location"]
    for hours in (0, 3, 25):  # the files are the case's; the page grows old
        office.later(hours=hours)
        as_sent = {**fields, "noi-dung": fields["noi-dung"].replace("\n", "\r\n")}
        assert office.post(CONFIRM, as_sent).headers["location"] == receipt
        other = office.post(CONFIRM, {**fields, "noi-dung": "Việc khác hẳn"})
        assert other.status_code == 422
        assert "Việc khác hẳn" in other.text
        assert receipt not in other.text
        assert ("không còn như trang xem lại" in other.text) is (hours < 25)
    assert len(cases(office)) == 1


def test_back_and_another_text_is_another_case(office: Office) -> None:
    fields = office.reviewed()
    office.later(minutes=1)
    first = office.post(CONFIRM, fields).headers["location"]
    back = office.post(SEND, {**fields, "sua": "co"})
    other = hidden(
        office.post(
            SEND,
            {
                **QUESTION,
                "noi-dung": "Việc khác hẳn",
                **{k: v for k, v in hidden(back.text).items() if k == "token"},
            },
        ).text
    )
    office.later(minutes=1)
    second = office.post(CONFIRM, other).headers["location"]
    assert first != second
    assert sorted(s.fields["noi-dung"] for s in cases(office)) == sorted(
        [QUESTION["noi-dung"], "Việc khác hẳn"]
    )


def test_what_was_not_reviewed_is_not_kept(office: Office) -> None:
    fields = office.reviewed()
    changed = office.post(CONFIRM, {**fields, "noi-dung": "Đã đổi trên đường đi"})
    assert changed.status_code == 422
    assert "Đã đổi trên đường đi" in changed.text
    for spliced in ("", "x", fields["token"][:-2]):
        assert office.post(CONFIRM, {**fields, "token": spliced}).status_code == 400
    assert office.post(CONFIRM, {**fields, "la": "x"}).status_code == 400
    assert cases(office) == []


def test_a_review_is_good_for_a_day_and_then_shown_once_more(office: Office) -> None:
    fields = office.reviewed()
    office.later(hours=25)
    page = office.post(CONFIRM, fields)
    assert page.status_code == 422
    assert "Trang đã mở quá lâu" in page.text
    assert QUESTION["noi-dung"] in page.text
    assert cases(office) == []


def test_held_files_that_are_gone_are_asked_for_again(office: Office) -> None:
    fields = office.reviewed(files=[("đơn.pdf", pdf())])
    office.later(hours=3)
    page = office.post(CONFIRM, fields)
    assert page.status_code == 422
    assert "tệp chỉ được giữ 2 giờ" in page.text
    assert cases(office) == []


def test_files_of_an_earlier_try_that_are_gone_are_not_left_out_unsaid(office: Office) -> None:
    page = office.post(SEND, {**QUESTION, "tieu-de": ""}, [("đơn.pdf", pdf())])
    office.later(hours=3)
    back = office.post(SEND, {**QUESTION, "token": hidden(page.text)["token"]})
    assert back.status_code == 422
    assert "chỉ được giữ 2 giờ" in back.text
    assert "token" not in hidden(back.text)
    assert office.reviewed({**QUESTION, **hidden(back.text)})


def test_a_machine_is_quarantined_and_has_its_receipt(office: Office) -> None:
    page = office.post(SEND, {**QUESTION, "website": "http://mua.example"})
    answer = office.post(CONFIRM, hidden(page.text))
    assert answer.status_code == 303
    (stored,) = cases(office)
    assert stored.case.state is State.QUARANTINED
    assert stored.quarantine == "honeypot,too-fast"
    assert office.browser.get(answer.headers["location"]).status_code == 200


def test_what_nobody_asked_is_refused_and_the_rest_kept(office: Office) -> None:
    page = office.post(SEND, {**QUESTION, "cccd": "012345678901"})
    assert page.status_code == 400
    assert "phần mà Cổng không hỏi" in page.text
    assert QUESTION["tieu-de"] in page.text


def test_there_are_only_the_forms_that_there_are(office: Office) -> None:
    assert office.post("/y-kien/gui/khong-co/", QUESTION).status_code == 404
    assert office.browser.get(SEND).status_code == 405
    assert office.browser.get("/y-kien/bien-nhan/" + "x" * 22 + "/").status_code == 404
    assert office.browser.get("/y-kien/bien-nhan/x/").status_code == 404


COMMENT = {"noi-dung": "Đề nghị kéo dài thời gian hỗ trợ."}


def test_a_comment_goes_to_whoever_drafted(office: Office) -> None:
    about = {**COMMENT, "ve": "ho-tro-lang-nghe-2027-2030"}
    page = office.post("/y-kien/gui/gop-y/", about)
    assert "làng nghề" in page.text
    office.later(minutes=1)
    assert office.post(CONFIRM, hidden(page.text)).status_code == 303
    (stored,) = cases(office)
    assert (stored.about, stored.unit) == (about["ve"], "so-vhttdl-da-nang")


def test_a_comment_on_what_is_closed_is_told(office: Office) -> None:
    for item in ("tuyen-xe-buyt-ven-bien", "khong-co"):
        page = office.post("/y-kien/gui/gop-y/", {**COMMENT, "ve": item})
        assert page.status_code == 422
        assert "không nhận góp ý lúc này" in page.text
        assert COMMENT["noi-dung"] in page.text


def test_who_sends_too_often_waits_and_loses_nothing(office: Office) -> None:
    answers = [office.post(SEND, QUESTION) for _ in range(62)]
    assert answers[0].status_code == 200
    last = answers[-1]
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) >= 1
    assert QUESTION["noi-dung"] in last.text
    office.later(minutes=5)
    fields = office.reviewed(files=[("đơn.pdf", pdf())])
    for _ in range(70):
        office.post(SEND, {**fields, "sua": "co"})
    later = office.post(CONFIRM, fields)
    assert later.status_code == 429
    assert "Tệp kèm theo vẫn được giữ" in later.text
    again = hidden(later.text)
    assert again == fields
    office.later(minutes=5)
    assert office.post(CONFIRM, again).status_code == 303
    assert [file.name for file in cases(office)[0].files] == ["đơn.pdf"]
