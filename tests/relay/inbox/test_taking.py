"""What leaves by an officer's hand: each look at personal data is an event, and no GET does it."""

from typing import Any

import pytest
from starlette.testclient import TestClient

from relay.cases.acts import why_not
from relay.cases.states import Did, Party, State
from relay.store.cases import load
from relay.store.values import NewFile
from relay.tracking.acting import Acting, adding
from relay.tracking.telling import case_page
from tests.relay.cases.samples import AT, PATHS, case_after
from tests.relay.inbox.office import CONTACT, ORIGIN, PICTURE, Office, words

ANSWER = "Bạn nộp 150.000 đồng tại Bộ phận Một cửa."
CIPHERTEXT = b"age-encryption.org/v1 ciphertext"

pytestmark = pytest.mark.duty("F6")


def looks(office: Office, case_id: str) -> list[tuple[str, dict[str, Any]]]:
    """Who looked at what, as the history says it."""
    with office.store.reading() as connection:
        events = load(connection, case_id).events
    return [
        (each.happened.actor, dict(each.happened.data))
        for each in events
        if each.happened.did is Did.SEEN
    ]


def file_of(office: Office, case_id: str) -> int:
    """The number of a case's file."""
    with office.store.reading() as connection:
        return load(connection, case_id).files[0].id


class TestSender:
    def test_is_hidden_until_asked_and_every_look_is_written_down(self, office: Office) -> None:
        case_id = office.new()
        officer = office.officer("an")
        for value in ("Bưởi", CONTACT["dia-chi"], CONTACT["thu"]):
            assert value not in officer.page(case_id)
        answer = officer.post(case_id, "nguoi-gui")
        assert all(value in answer.text for value in CONTACT.values())
        assert "Bưởi" not in officer.page(case_id)
        assert looks(office, case_id) == [("an", {"what": "sender"})]
        assert "Xem thông tin người gửi" in words(officer.page(case_id))
        officer.post(case_id, "nguoi-gui")
        assert len(looks(office, case_id)) == 2

    def test_not_by_the_board(self, one_office: Office) -> None:
        case_id = one_office.new()
        one_office.officer("an").does(case_id, "thu-ly")
        one_office.officer("hoa").does(case_id, "tra-loi", tra_loi=ANSWER)
        board = one_office.officer("truong")
        assert "nguoi-gui/" not in board.page(case_id)
        assert board.post(case_id, "nguoi-gui").status_code == 404
        assert looks(one_office, case_id) == []


class TestFiles:
    def test_as_a_download_that_is_written_down(self, office: Office) -> None:
        case_id = office.new()
        officer = office.officer("an")
        number = file_of(office, case_id)
        assert f'action="/can-bo/vu-viec/{case_id}/tep/{number}/"' in officer.page(case_id)
        answer = officer.post(case_id, f"tep/{number}")
        assert answer.content == PICTURE.content
        assert answer.headers["content-disposition"] == (
            "attachment; filename=\"___g__.png\"; filename*=UTF-8''%E1%BB%95%20%22g%C3%A0%22.png"
        )
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert looks(office, case_id) == [("an", {"what": "file", "id": number})]
        assert "Tải tệp kèm theo" in words(officer.page(case_id))

    def test_not_another_cases(self, one_office: Office) -> None:
        mine, other = one_office.new(), one_office.new(agency="so-tp")
        officer = one_office.officer("an")
        theirs = file_of(one_office, other)
        for case_id, number in ((other, theirs), (mine, theirs), (mine, 2**40)):
            assert officer.post(case_id, f"tep/{number}").status_code == 404
        assert looks(one_office, mine) == looks(one_office, other) == []

    def test_who_looked_for_malware_is_said(self, one_office: Office) -> None:
        case_id = one_office.new()
        assert "Đã quét, không thấy vi-rút" in one_office.officer("an").page(case_id)
        case_id = one_office.new(unscanned=True)
        page = one_office.officer("an").page(case_id)
        assert "Chưa quét vi-rút" in page
        assert "Đã quét" not in page

    @pytest.mark.parametrize("scanned", [True, False])
    def test_also_of_what_was_added_later(self, one_office: Office, scanned: bool) -> None:
        case_id = one_office.new()
        acting = Acting(case_id, one_office.portal, one_office.keys, one_office.clock())
        later = NewFile("thêm.png", PICTURE.kind, PICTURE.content)
        one_office.writer.run_now(adding(acting, "Kèm ảnh", (later,), scanned=scanned))
        page = one_office.officer("an").page(case_id)
        first, added = page.split("thêm.png")[:2]
        assert "Đã quét" in first
        assert ("Đã quét" in added.split("</li>")[0]) is scanned

    def test_the_sender_reads_who_took_what_in_general(self, one_office: Office) -> None:
        case_id = one_office.new()
        officer = one_office.officer("an")
        officer.post(case_id, "nguoi-gui")
        officer.post(case_id, f"tep/{file_of(one_office, case_id)}")
        with one_office.store.reading() as connection:
            stored = load(connection, case_id)
        page = case_page(one_office.portal, stored, [], one_office.clock(), address_open=False)
        said = [line["text"] for line in page["history"]]
        assert said[-2:] == ["Cán bộ xem thông tin liên hệ của bạn", "Cán bộ tải tệp bạn gửi kèm"]


class TestSealedText:
    def test_its_unit_takes_it_away_and_nobody_else(self, one_office: Office) -> None:
        case_id = one_office.new("denunciation", sealed=CIPHERTEXT)
        for person in ("van", "an", "truong", "bien"):
            answer = one_office.officer(person).post(case_id, "niem-phong")
            assert answer.status_code == 404
        assert looks(one_office, case_id) == []
        answer = one_office.officer("tra").post(case_id, "niem-phong")
        assert answer.content == CIPHERTEXT
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert looks(one_office, case_id) == [("tra", {"what": "sealed"})]
        assert "Tải tệp niêm phong" in words(one_office.officer("tra").page(case_id))

    @pytest.mark.parametrize("unscanned", [True, False])
    def test_what_nobody_looked_through_inside_is_said(
        self, one_office: Office, unscanned: bool
    ) -> None:
        case_id = one_office.new("denunciation", sealed=CIPHERTEXT, unscanned=unscanned)
        page = one_office.officer("tra").page(case_id)
        assert ("Tệp bên trong, nếu có, chưa ai quét" in page) is unscanned


@pytest.mark.parametrize("what", ["nguoi-gui", "niem-phong", "tep/{file}"])
class TestHow:
    def test_a_get_takes_nothing(self, one_office: Office, what: str) -> None:
        case_id = one_office.new()
        before = one_office.case(case_id)
        at = f"/can-bo/vu-viec/{case_id}/{what.format(file=file_of(one_office, case_id))}/"
        answer = one_office.officer("an").client.get(at)
        assert answer.status_code == 405
        assert "nút gửi" in answer.text
        assert one_office.case(case_id) == before

    def test_without_the_token_nothing_is_taken(self, one_office: Office, what: str) -> None:
        case_id = one_office.new()
        officer = one_office.officer("an")
        at = f"/can-bo/vu-viec/{case_id}/{what.format(file=file_of(one_office, case_id))}/"
        for token, origin in (("", ORIGIN), ("x", ORIGIN), (officer.csrf, "https://xau.example")):
            answer = officer.client.post(at, data={"csrf": token}, headers={"origin": origin})
            assert answer.status_code == 403
        nobody = TestClient(one_office.app, base_url=ORIGIN, follow_redirects=False)
        assert nobody.post(at, headers={"origin": ORIGIN}).status_code == 401
        assert looks(one_office, case_id) == []

    def test_what_cannot_be_written_down_is_not_handed_out(
        self, one_office: Office, what: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_: object, **__: object) -> None:
            raise RuntimeError("no room")

        sealed = what == "niem-phong"
        case_id = one_office.new("denunciation", sealed=CIPHERTEXT) if sealed else one_office.new()
        number = 0 if sealed else file_of(one_office, case_id)
        officer = one_office.officer("tra" if sealed else "an")
        monkeypatch.setattr("relay.inbox.taking.append", fails)
        with pytest.raises(RuntimeError):
            officer.post(case_id, what.format(file=number))


class TestErased:
    def test_a_file_is_still_taken_and_a_contact_is_not(self, one_office: Office) -> None:
        """What is erased is who wrote; the case's file stays with the case."""
        case = case_after(*PATHS[State.CLOSED], Did.CONTACT_ERASED)
        for data, may in (({}, False), ({"what": "sender"}, False), ({"what": "file"}, True)):
            assert (why_not(case, Did.SEEN, Party.UNIT, AT, data) is None) is may
