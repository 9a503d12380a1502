"""A case followed by its code: what is shown, what can be done, and nothing without the code."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.engine import Connection

from relay.abuse.limits import Door
from relay.cases.acts import happen
from relay.cases.states import Did, Party, State
from relay.store import schema
from relay.store.addresses import OPEN, confirmed_address, question
from relay.store.cases import StoredCase, append, find_by_code, load
from relay.store.texts import texts_of, write_text
from relay.store.values import TextKind
from relay.store.writer import Unavailable, Writer
from tests.relay.citizens import QUESTION, Office
from tests.workflow.checks.files.made import pdf

TRACK = "/y-kien/tra-cuu/"
OFFICER = "can-bo-bi-mat"


def stored(office: Office, code: str) -> StoredCase:
    with office.context.store.reading() as connection:
        case_id = find_by_code(connection, office.context.keys.code_hash(code))
        assert case_id is not None
        return load(connection, case_id)


def officer(office: Office, code: str, *dids: Did, party: Party = Party.HEAD, **data: Any) -> None:
    """What officers do in the meantime."""
    keys = office.context.keys
    for did in dids:
        office.later(minutes=5)

        def work(connection: Connection, did: Did = did) -> None:
            case = load(connection, stored(office, code).case.id, lock=True).case
            what = happen(case, did, party, OFFICER, office.now, data, portal=office.context.portal)
            append(connection, case.id, [what], keys)

        office.context.writer.run_now(work)


def write(office: Office, code: str, kind: TextKind, body: str) -> None:
    case_id = stored(office, code).case.id
    office.context.writer.run_now(
        lambda connection: write_text(connection, case_id, kind, body, OFFICER, office.now)
    )


def mails(office: Office) -> list[tuple[str, str]]:
    with office.context.store.reading() as connection:
        rows = connection.execute(
            select(schema.outbox.c.to, schema.outbox.c.template).order_by(schema.outbox.c.id)
        )
        return [(row.to, row.template) for row in rows]


def test_a_case_is_shown_to_who_has_its_code(office: Office) -> None:
    code = office.code()
    assert len(code) == 16
    page = office.post(TRACK, {"ma": code})
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    text = page.text
    assert stored(office, code).case.shown in text
    assert "Tình trạng: đã giao đơn vị" in text
    assert "Sở Xây dựng" in text
    assert QUESTION["noi-dung"] in text
    assert QUESTION["ho-ten"] not in text  # who sent it knows
    assert "chậm nhất" in text
    assert "Cổng nhận ý kiến của bạn" in text


@pytest.mark.parametrize("way", [str.lower, "-".join, " ".join, lambda c: f"  {c}\u200b "])
def test_a_code_is_taken_however_it_is_typed(office: Office, way: Any) -> None:
    code = office.code()
    assert office.post(TRACK, {"ma": way(code)}).status_code == 200


def test_every_wrong_code_gets_the_same_page(office: Office) -> None:
    code = office.code()
    wrong = [
        "",
        "x",
        code[:-1],
        code + "0",
        code[:-1] + ("0" if code[-1] != "0" else "1"),
        stored(office, code).case.shown,
        stored(office, code).token,
        "' OR 1=1 --",
        "<script>alert(1)</script>",
        "ă" * 300,
    ]
    pages = [office.post(TRACK, {"ma": each}) for each in wrong]
    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert {page.text for page in pages} == {
        office.post("/y-kien/vu-viec/rut/", {"ma": each}).text for each in wrong[:2]
    }


def test_a_wrong_code_costs_the_same_look_ups(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from relay.tracking import routes

    asked: list[str] = []
    real = find_by_code

    def counted(connection: Connection, code_hash: str, portal: str) -> str | None:
        asked.append(code_hash)
        return real(connection, code_hash, portal)

    monkeypatch.setattr(routes, "find_by_code", counted)
    for wrong in ("", "x", "0" * 16, "ă" * 300):
        before = len(asked)
        office.post(TRACK, {"ma": wrong})
        assert len(asked) == before + 1
        assert len(asked[-1]) == 64


def test_guessing_is_throttled_and_asks_the_database_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [office.post(TRACK, {"ma": f"{n:016d}"}) for n in range(60)]
    assert [each.status_code for each in answers[:30]] == [404] * 30
    assert {each.status_code for each in answers[30:]} == {429}
    assert int(answers[-1].headers["retry-after"]) >= 1

    def never(*_: object) -> None:
        raise AssertionError("asked")

    monkeypatch.setattr("relay.tracking.routes.find_by_code", never)
    assert office.post(TRACK, {"ma": "x"}).status_code == 429
    assert office.post("/y-kien/vu-viec/rut/", {"ma": "x"}).status_code == 429
    assert office.browser.get("/y-kien/thu/" + "a" * 32 + "/").status_code == 429


def test_a_throttled_network_is_told_nothing_of_any_code(office: Office) -> None:
    code = office.code()
    for n in range(30):
        office.post(TRACK, {"ma": f"{n:016d}"})
    answers = [office.post(TRACK, {"ma": each}) for each in (code, "x", code[:-1])]
    assert {each.status_code for each in answers} == {429}
    assert len({each.text for each in answers}) == 1


def test_guessing_from_everywhere_shuts_nobody_out(office: Office) -> None:
    """A right code opens its case however many wrong ones come; every wrong one reads the same."""
    code = office.code()
    limits, now = office.context.limits, office.context.ticking()
    while not limits.wrong(Door.CODE, now):
        pass
    wrong = ["", "x", code[:-1], "ă" * 300, stored(office, code).token]
    pages = [office.post(TRACK, {"ma": each}) for each in wrong]
    pages.append(office.post("/y-kien/vu-viec/rut/", {"ma": "x"}))
    assert {page.status_code for page in pages} == {429}
    assert {page.headers["retry-after"] for page in pages} == {"1"}
    assert len({page.text for page in pages}) == 1
    assert "Không có vụ việc nào mang mã này" in pages[0].text
    assert office.post(TRACK, {"ma": code}).status_code == 200
    assert office.post("/y-kien/vu-viec/rut/", {"ma": code}).status_code == 200
    office.later(seconds=1)
    assert office.post(TRACK, {"ma": "x"}).status_code == 404


def test_another_portals_code_is_a_wrong_code(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its page nor the work that is done for it tells that the code is somebody's."""
    code = office.code()
    office.context.writer.run_now(lambda c: c.execute(update(schema.cases).values(portal="khac")))
    loaded: list[str] = []
    monkeypatch.setattr("relay.tracking.routes.load", lambda _, case_id: loaded.append(case_id))
    assert office.post(TRACK, {"ma": code}).status_code == 404
    assert loaded == []


def test_the_code_is_never_asked_in_an_address(office: Office) -> None:
    code = office.code()
    assert office.browser.get(f"{TRACK}?ma={code}").status_code == 405
    assert office.post(f"{TRACK}?ma={code}", {"ma": ""}).status_code == 404
    assert office.post(TRACK, {"ma": code, "la": "x"}).status_code == 400


def test_the_citizen_adds_once_however_often_it_is_sent(office: Office) -> None:
    code = office.code()
    added = {"ma": code, "noi-dung": "Bổ sung:\r\n<b>ảnh</b> chụp\u202e hôm qua"}
    for _ in range(3):
        page = office.post("/y-kien/vu-viec/bo-sung/", added, [("ảnh.pdf", pdf())])
        assert page.status_code == 200, page.text
        assert "Đã nhận phần bổ sung" in page.text
    assert "&lt;b&gt;ảnh&lt;/b&gt; chụp hôm qua" in page.text
    assert "ảnh.pdf" in page.text
    case = stored(office, code)
    assert [e.happened.did for e in case.events].count(Did.ADDED) == 1
    assert mails(office)[-1] == ("unit:so-xay-dung-da-nang", "added")
    other = office.post("/y-kien/vu-viec/bo-sung/", {**added, "noi-dung": "Thêm nữa"})
    assert other.status_code == 200
    assert [e.happened.did for e in stored(office, code).events].count(Did.ADDED) == 2


def test_what_cannot_be_added_is_told_and_stays_typed(office: Office) -> None:
    code = office.code()
    for typed, words in (
        ({"noi-dung": "  "}, "Chưa có nội dung"),
        ({"noi-dung": "dài " * 2_000}, "hãy viết ngắn lại"),
    ):
        page = office.post("/y-kien/vu-viec/bo-sung/", {"ma": code, **typed})
        assert page.status_code == 422
        assert words in page.text
        assert typed["noi-dung"].strip() in page.text
    page = office.post(
        "/y-kien/vu-viec/bo-sung/", {"ma": code, "noi-dung": "Kèm tệp"}, [("a.exe", b"MZ")]
    )
    assert page.status_code == 422
    assert "không phải dạng được nhận" in page.text
    assert "Kèm tệp" in page.text


def test_a_question_is_answered_and_the_clock_goes_on(office: Office) -> None:
    code = office.code()
    officer(office, code, Did.ACCEPTED)
    write(office, code, TextKind.QUESTION, "Hồ sơ nộp ở đâu?")
    write(office, code, TextKind.NOTE, "Ghi chú nội bộ XYZ")
    write(office, code, TextKind.DRAFT, "Bản thảo XYZ")
    officer(office, code, Did.ASKED, text="0" * 64)
    page = office.post(TRACK, {"ma": code}).text
    assert "Hồ sơ nộp ở đâu?" in page
    assert "đang tạm dừng, chờ bạn bổ sung" in page
    assert "XYZ" not in page
    assert OFFICER not in page
    office.later(days=2)
    page = office.post("/y-kien/vu-viec/bo-sung/", {"ma": code, "noi-dung": "Ở bộ phận một cửa"})
    assert "Tình trạng: đang soạn trả lời" in page.text
    assert stored(office, code).case.state is State.ANSWERING


def answered(office: Office) -> str:
    code = office.code()
    officer(office, code, Did.ACCEPTED)
    write(office, code, TextKind.ANSWER, "Kết quả trả ngày 30/11. <script>")
    officer(office, code, Did.ANSWERED, text="1" * 64)
    return code


def test_an_answer_is_read_and_rated(office: Office) -> None:
    code = answered(office)
    page = office.post(TRACK, {"ma": code}).text
    assert "Kết quả trả ngày 30/11. &lt;script&gt;" in page
    assert "Tình trạng: đã trả lời" in page
    assert "đã làm đúng hạn" in page
    for score in ("", "0", "6", "năm", "5.0"):
        wrong = office.post("/y-kien/vu-viec/danh-gia/", {"ma": code, "diem": score})
        assert wrong.status_code == 422
        office.later(seconds=10)
    typed = {"ma": code, "diem": "4", "noi-dung": "Nhanh hơn nữa"}
    for _ in range(3):
        done = office.post("/y-kien/vu-viec/danh-gia/", typed)
        assert done.status_code == 200
    assert "Đã ghi đánh giá" in done.text
    case = stored(office, code)
    assert case.case.rating == 4
    assert [e.happened.did for e in case.events].count(Did.RATED) == 1
    with office.context.store.reading() as connection:
        row = connection.execute(select(schema.ratings)).one()
    assert (row.score, row.words) == (4, "Nhanh hơn nữa")


def test_an_answer_is_looked_at_again_once(office: Office) -> None:
    code = answered(office)
    page = office.post("/y-kien/vu-viec/xem-lai/", {"ma": code})
    assert page.status_code == 200
    assert "Tình trạng: mở lại" in page.text
    assert mails(office)[-1] == ("unit:so-xay-dung-da-nang", "reopened")


def test_a_case_is_withdrawn_once_and_not_after_its_answer(office: Office) -> None:
    code = office.code()
    for _ in range(3):
        page = office.post("/y-kien/vu-viec/rut/", {"ma": code})
        assert page.status_code == 200
    assert "Tình trạng: người gửi đã rút" in page.text
    assert [e.happened.did for e in stored(office, code).events].count(Did.WITHDRAWN) == 1
    late = answered_again(office)
    refused = office.post("/y-kien/vu-viec/rut/", {"ma": late})
    assert refused.status_code == 409
    assert stored(office, late).case.state is State.ANSWERED


def answered_again(office: Office) -> str:
    code = office.code({**QUESTION, "noi-dung": "Một câu hỏi khác hẳn câu trước"})
    officer(office, code, Did.ACCEPTED)
    officer(office, code, Did.ANSWERED, text="1" * 64)
    return code


def test_an_address_is_asked_by_mail_and_confirmed_by_a_button(office: Office) -> None:
    code = office.code({name: text for name, text in QUESTION.items() if name != "thu"})
    case_id, keys = stored(office, code).case.id, office.context.keys
    assert ("address-confirm", "confirm-address") not in mails(office)
    wrong = office.post("/y-kien/vu-viec/thu-dien-tu/", {"ma": code, "thu": "không phải"})
    assert wrong.status_code == 422
    page = office.post("/y-kien/vu-viec/thu-dien-tu/", {"ma": code, "thu": "an@example.org"})
    assert page.status_code == 200
    assert f"trong {OPEN.days} ngày" in page.text
    assert mails(office)[-1] == ("address-confirm", "confirm-address")
    with office.context.store.reading() as connection:
        found = question(connection, case_id, keys)
        assert confirmed_address(connection, case_id, keys) is None
    assert found is not None
    link = f"/y-kien/thu/{found[1]}/"
    for _ in range(3):  # mail programs look at every link
        assert "Xác nhận địa chỉ này" in office.browser.get(link).text
    with office.context.store.reading() as connection:
        assert confirmed_address(connection, case_id, keys) is None
    assert "Đã xác nhận" in office.post(link).text
    with office.context.store.reading() as connection:
        assert confirmed_address(connection, case_id, keys) == "an@example.org"
    assert stored(office, code).case.address_confirmed
    assert office.post(link).status_code == 410
    late = office.browser.get(link)
    assert late.status_code == 410
    assert f"đã quá {OPEN.days} ngày" in late.text
    assert office.browser.get("/y-kien/thu/x/").status_code == 410


def test_nothing_typed_is_lost_when_nothing_can_be_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = office.code()

    async def run(*_: object, **__: object) -> None:
        raise Unavailable("full")

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "run", run)
        page = office.post("/y-kien/vu-viec/bo-sung/", {"ma": code, "noi-dung": "Xin <bổ sung>"})
    assert page.status_code == 503
    assert page.headers["retry-after"] == "60"
    assert "Xin &lt;bổ sung&gt;" in page.text
    assert re.search(rf'name="ma" value="{code}"', page.text)
    assert texts_count(office, code) == 0


def texts_count(office: Office, code: str) -> int:
    with office.context.store.reading() as connection:
        return len(texts_of(connection, stored(office, code).case.id))


def test_there_are_only_the_acts_that_there_are(office: Office) -> None:
    code = office.code()
    assert office.post("/y-kien/vu-viec/xoa/", {"ma": code}).status_code == 404
    assert office.browser.get("/y-kien/vu-viec/rut/").status_code == 405
    for act in ("danh-gia", "xem-lai"):  # nothing was answered yet
        page = office.post(f"/y-kien/vu-viec/{act}/", {"ma": code, "diem": "5"})
        assert page.status_code == 409
