"""With a script: one step, a proof of work that counts once, JSON; and what happens without."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from relay.abuse import proof
from relay.cases.states import State
from relay.store.writer import Unavailable, Writer
from tests.relay.citizens import QUESTION, SEND, Office, hidden
from tests.relay.intake.test_routes import CONFIRM, cases
from tests.workflow.checks.files.made import pdf


@pytest.fixture(autouse=True)
def easy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Challenges that a slow machine solves too."""
    made: dict[str, Any] = proof.challenge.__kwdefaults__ or {}
    monkeypatch.setitem(made, "cost", 2)
    monkeypatch.setitem(made, "tries", range(3, 20))


def test_one_step_commits_and_tells_the_receipt(office: Office) -> None:
    said = office.proof()
    office.later(minutes=1)
    answer = office.script(SEND, {**QUESTION, **said}, [("đơn.pdf", pdf())])
    assert answer.status_code == 200, answer.text
    (stored,) = cases(office)
    assert stored.case.state is State.ASSIGNED
    assert [file.name for file in stored.files] == ["đơn.pdf"]
    assert office.browser.get(answer.json()["receipt"]).status_code == 200


def test_without_json_it_leads_to_the_receipt(office: Office) -> None:
    said = office.proof()
    answer = office.post(SEND, {**QUESTION, **said})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/y-kien/bien-nhan/")


def test_faults_come_as_json(office: Office) -> None:
    answer = office.script(SEND, {**QUESTION, **office.proof(), "tieu-de": "", "thu": "x"})
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["tieu-de", "thu"]
    refused = office.script(SEND, {**QUESTION, "la": "x"})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["field"] == ""


def test_the_same_again_is_the_same_case_and_another_text_never_passes_for_it(
    office: Office,
) -> None:
    said = office.proof()
    office.later(minutes=1)
    first = office.script(SEND, {**QUESTION, **said}).json()
    for _ in range(5):
        assert office.script(SEND, {**QUESTION, **said}).json() == first
    other = office.script(SEND, {**QUESTION, **said, "noi-dung": "Việc khác"})
    assert (other.status_code, other.json()) == (409, {})  # the script then goes the slow way
    assert len(cases(office)) == 1
    assert "Xem lại trước khi gửi" in office.post(SEND, {**QUESTION, "noi-dung": "Việc khác"}).text


def test_a_challenge_is_spent_once_however_many_come_at_once(office: Office) -> None:
    said = office.proof()
    office.later(minutes=1)
    texts = [f"Câu hỏi thứ {n}" for n in range(12)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(
            pool.map(lambda t: office.script(SEND, {**QUESTION, **said, "noi-dung": t}), texts)
        )
    assert sorted(each.status_code for each in answers) == [200] + [409] * 11
    assert len(cases(office)) == 1


def test_spliced_and_past_proofs_lead_to_the_review(office: Office) -> None:
    one, two = office.proof(), office.proof()
    other = office.proof("phan-anh")
    broken = json.loads(base64.b64decode(one["altcha"]))
    broken["solution"]["derivedKey"] = "00" * 32
    wrong = base64.b64encode(json.dumps(broken).encode()).decode()
    for said in (
        {**one, "altcha": two["altcha"]},
        {**one, "altcha": ""},
        {**one, "altcha": wrong},
        {**one, "token": "x"},
        other,
        {"mot-buoc": "1"},
    ):
        answer = office.script(SEND, {**QUESTION, **said})
        assert (answer.status_code, answer.json()) == (409, {})
        assert "Xem lại trước khi gửi" in office.post(SEND, {**QUESTION, **said}).text
    office.later(hours=2, seconds=1)
    assert office.script(SEND, {**QUESTION, **one}).status_code == 409
    assert cases(office) == []


def test_files_held_by_an_earlier_try_go_with_the_one_step(office: Office) -> None:
    page = office.post(SEND, {**QUESTION, "tieu-de": ""}, [("đơn.pdf", pdf())])
    token = hidden(page.text)["token"]
    assert f"token={token}" in page.text
    office.later(minutes=1)
    said = office.proof(f"cau-hoi&token={token}")
    assert "receipt" in office.script(SEND, {**QUESTION, **said}).json()
    (stored,) = cases(office)
    assert [file.name for file in stored.files] == ["đơn.pdf"]


def test_held_files_that_are_gone_make_neither_a_second_case_nor_one_without_them(
    office: Office,
) -> None:
    page = office.post(SEND, {**QUESTION, "tieu-de": ""}, [("đơn.pdf", pdf())])
    office.later(minutes=61)
    token = hidden(page.text)["token"]
    sent, unsent = (office.proof(f"cau-hoi&token={token}") for _ in range(2))
    office.later(minutes=1)
    first = office.script(SEND, {**QUESTION, **sent}).json()
    assert "receipt" in first
    office.later(minutes=61)
    assert office.script(SEND, {**QUESTION, **sent}).json() == first
    other = {**QUESTION, "noi-dung": "Việc khác"}
    for said in (sent, unsent):
        answer = office.script(SEND, {**other, **said})
        assert (answer.status_code, answer.json()) == (409, {})
    told = office.post(SEND, {**other, **unsent})
    assert "chỉ được giữ 2 giờ" in told.text
    assert [[file.name for file in case.files] for case in cases(office)] == [["đơn.pdf"]]


def test_too_fast_is_quarantined(office: Office) -> None:
    said = office.proof()
    assert office.script(SEND, {**QUESTION, **said}).status_code == 200
    (stored,) = cases(office)
    assert stored.quarantine == "too-fast"


def test_many_at_once_are_as_many_cases(office: Office) -> None:
    fields = [
        office.reviewed({**QUESTION, "noi-dung": f"Nội dung riêng của câu hỏi số {n}"})
        for n in range(20)
    ]
    office.later(minutes=1)
    with ThreadPoolExecutor(8) as pool:
        twice = [*fields, *fields]
        answers = list(pool.map(lambda each: office.post(CONFIRM, each), twice))
    assert {each.status_code for each in answers} == {303}
    assert len({each.headers["location"] for each in answers}) == 20
    assert len(cases(office)) == 20


class _Down:
    """A database that cannot be written for a while."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, office: Office) -> None:
        self.patch, self.writer = monkeypatch, office.context.writer

    def __enter__(self) -> None:
        async def run(*_: object, **__: object) -> None:
            raise Unavailable("full")

        self.patch.setattr(Writer, "run", run)

    def __exit__(self, *_: object) -> None:
        self.patch.undo()


def test_nothing_is_lost_when_nothing_can_be_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    fields = office.reviewed(files=[("đơn.pdf", pdf())])
    said = office.proof()
    office.later(minutes=1)
    with _Down(monkeypatch, office):
        page = office.post(CONFIRM, fields)
        assert page.status_code == 503
        assert page.headers["retry-after"] == "60"
        assert hidden(page.text)["noi-dung"] == QUESTION["noi-dung"]
        assert "không sợ gửi trùng" in page.text
        again = hidden(page.text)
        assert office.script(SEND, {**QUESTION, **said}).status_code == 503
        first = office.post(SEND, QUESTION, [("đơn.pdf", pdf())])
        assert first.status_code == 503
        assert QUESTION["noi-dung"] in first.text
        faulty = office.post(SEND, {**QUESTION, "tieu-de": ""}, [("đơn.pdf", pdf())])
        assert faulty.status_code == 422
        assert "hãy chọn lại tệp" in faulty.text
    assert cases(office) == []
    assert office.post(CONFIRM, again).status_code == 303
    assert [file.name for file in cases(office)[0].files] == ["đơn.pdf"]


def test_the_challenge_is_of_a_form_that_there_is(office: Office) -> None:
    assert office.browser.get("/y-kien/altcha?loai=khong-co").status_code == 404
    assert office.browser.get("/y-kien/altcha").status_code == 404
    answers = [office.browser.get("/y-kien/altcha?loai=cau-hoi") for _ in range(122)]
    assert answers[-1].status_code == 429
