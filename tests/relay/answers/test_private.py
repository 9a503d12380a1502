"""The private interface: what goes out, what comes back, and who may ask."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from regulation.portal import Portal
from relay.answers.answer import item_id
from relay.answers.handing import PRIVATE_REASON
from relay.answers.public import PublicVersion, public_version
from relay.cases.states import Did, Party, State
from relay.store.database import Store
from relay.store.keys import Keys, keys_from
from relay.store.writer import Writer
from tests.regulation.conftest import portal as portal
from tests.relay.answers.cleared import CANARY, PUBLIC, TOKEN, Desk

COMMIT = "a1" * 20
ADDRESS = "/hoi-dap/2026/den-duong/"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def desk(store: Store, writer: Writer, keys: Keys, portal: Portal, tmp_path: Path) -> Desk:
    """A store for cases of the small portal."""
    return Desk(store, writer, keys, portal, tmp_path)


@pytest.fixture
def client(desk: Desk) -> TestClient:
    """Whoever has the token."""
    return TestClient(desk.app(), headers=BEARER)


def tell(client: TestClient, what: str, case: str, version: str, **more: str) -> tuple[int, Any]:
    """Tells the relay something; the status and what it says."""
    said = client.post(f"/answers/{what}", json={"case": case, "version": version, **more})
    return said.status_code, said.json()


def live(client: TestClient, case: str, version: str) -> tuple[int, Any]:
    return tell(client, "published", case, version, commit=COMMIT, address=ADDRESS)


def test_a_cleared_answer_goes_out_without_the_citizen(desk: Desk, client: TestClient) -> None:
    case = desk.cleared("a" * 22, about="lyk-x")
    desk.answered("b" * 22)
    said = client.get("/answers")
    assert said.status_code == 200
    (row,) = said.json()["answers"]
    assert row == {
        "case": case,
        "item": item_id(case, desk.keys),
        "version": desk.case(case).case.public,
        "portal": "portal-nho",
        "form": "feedback",
        "title": PUBLIC.title,
        "subject": PUBLIC.subject,
        "question": PUBLIC.question,
        "answer": PUBLIC.answer,
        "received": "2026-11-20",
        "answered": "2026-11-20",
        "answered_by": "so-noi-vu",
        "about": "lyk-x",
        "cleared": "2026-11-20T02:33:00+00:00",
    }
    for trace in (*CANARY.values(), "Zwxq", "7731"):
        assert trace not in said.text


def test_more_than_a_page_of_answers_goes_out(
    desk: Desk, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relay.answers.handing._PAGE", 2)
    cases = {desk.cleared(f"{n}" * 22) for n in range(5)}
    assert {row["case"] for row in client.get("/answers").json()["answers"]} == cases


@pytest.mark.parametrize(
    ("kind", "about", "sealed", "form"),
    [
        ("question", "", False, "question"),
        ("complaint", "", False, "complaint"),
        ("letter", "", False, "feedback"),
        ("comment", "lyk-x", False, "comment"),
        ("comment", "", False, None),
        ("denunciation", "", False, None),
        ("question", "", True, None),
        ("survey", "", False, None),
    ],
)
def test_what_may_be_published_depends_on_the_kind(
    desk: Desk, client: TestClient, kind: str, about: str, sealed: bool, form: str | None
) -> None:
    desk.cleared("a" * 22, kind=kind, about=about, sealed=sealed)
    forms = [row["form"] for row in client.get("/answers").json()["answers"]]
    assert forms == ([form] if form else [])


@pytest.mark.parametrize(
    ("part", "words", "held"),
    [
        ("question", "Gọi tôi theo số 0905 123 456 nhé.", True),
        ("question", "Tôi là Zwxq, thư lan.tran@gmail.com.", True),
        ("answer", "Căn cước 048199001234 đã cấp.", True),
        ("title", "Số 0905123456 gọi không được", True),
        ("answer", "Liên hệ Bộ phận Một cửa 0905 123 456.", False),
        ("answer", "Gọi tổng đài 1022.", False),
    ],
)
def test_personal_data_in_a_public_version_stay_in_the_relay(
    desk: Desk, client: TestClient, part: str, words: str, held: bool
) -> None:
    case = desk.cleared("a" * 22, replace(PUBLIC, **{part: words}))
    said = client.get("/answers").json()
    assert len(said["answers"]) == (not held)
    assert [row["item"] for row in said["held"]] == [item_id(case, desk.keys)] * held
    for datum in ("0905 123 456", "0905123456", "lan.tran", "048199001234"):
        assert datum not in str(said["held"])


OTHER = {"ho-ten": "Trần Thị Vắng", "dien-thoai": "0912 666 777"}


class TestSendersOwn:
    """What no pattern knows: the sender's name, and of each case merged into it."""

    def merged(self, desk: Desk, answer: str) -> str:
        """A case into which one was merged, and another into that one, with a cleared answer."""
        case = desk.cleared("a" * 22, replace(PUBLIC, answer=answer))
        between, far = desk.assigned("b" * 22, contact={}), desk.assigned("c" * 22, contact=OTHER)
        desk.add(far, Did.MERGED, Party.OPERATOR, into=between)
        desk.add(between, Did.MERGED, Party.OPERATOR, into=case)
        return case

    @pytest.mark.parametrize(
        ("answer", "held"),
        [
            ("Ông ZWXQ  Kẻvắngmặt đã được giải thích.", True),
            ("Bà Trần thị Vắng đã được giải thích.", True),
            ("Đèn đã được thay.", False),
        ],
    )
    def test_keeps_an_answer_in_the_relay(
        self, desk: Desk, client: TestClient, answer: str, held: bool
    ) -> None:
        self.merged(desk, answer)
        said = client.get("/answers").json()
        assert (len(said["answers"]), len(said["held"])) == (not held, held)
        if held:
            assert said["held"][0]["findings"] == [
                "Nội dung trả lời: Có họ tên của người gửi; hãy bỏ trước khi đăng."
            ]

    def test_not_of_a_case_that_was_opened_again(self, desk: Desk, client: TestClient) -> None:
        case = desk.cleared("a" * 22, replace(PUBLIC, answer="Gửi bà Trần Thị Vắng."))
        other = desk.assigned("c" * 22, contact=OTHER)
        desk.add(other, Did.MERGED, Party.OPERATOR, into=case)
        assert len(client.get("/answers").json()["held"]) == 1
        desk.add(other, Did.REOPENED, Party.OPERATOR, reason="Tách ra")
        assert client.get("/answers").json()["held"] == []

    @pytest.mark.parametrize(
        ("reason", "kept"),
        [
            ("Chưa rõ căn cứ", True),
            ("Có số căn cước 048199001234", False),
            ("Còn tên Zwxq Kẻvắngmặt", False),
            ("Còn tên Trần Thị Vắng", False),
        ],
    )
    @pytest.mark.parametrize("what", ["withheld", "returned"])
    def test_in_a_reason_is_not_kept(
        self, desk: Desk, client: TestClient, what: str, reason: str, kept: bool
    ) -> None:
        case = self.merged(desk, "Đèn đã được thay.")
        version = desk.case(case).case.public
        assert tell(client, what, case, version, reason=reason) == (200, {"fresh": True})
        said = desk.case(case).case.reason
        assert (reason in said) is kept
        assert said == PRIVATE_REASON or kept


def test_words_that_nobody_can_read_any_more_are_held(desk: Desk, client: TestClient) -> None:
    case = desk.answered("a" * 22)
    desk.add(case, Did.CLEARED, Party.BOARD, text="9" * 64)
    said = client.get("/answers").json()
    assert (len(said["answers"]), len(said["held"])) == (0, 1)


def test_live_is_told_once_and_ends_the_waiting(desk: Desk, client: TestClient) -> None:
    case = desk.cleared("a" * 22)
    version = desk.case(case).case.public
    assert live(client, case, version) == (200, {"fresh": True})
    stands = desk.case(case).case
    assert (stands.state, stands.commit, stands.address) == (State.PUBLISHED, COMMIT, ADDRESS)
    assert client.get("/answers").json()["answers"] == []
    assert live(client, case, version) == (200, {"fresh": False})
    assert desk.case(case).case == stands


@pytest.mark.parametrize(
    ("what", "reason"),
    [("withheld", "Trùng"), ("returned", "Bản công khai được trả lại để sửa: Trùng")],
)
def test_a_refusal_is_kept_with_its_reason_and_may_be_cleared_anew(
    desk: Desk, client: TestClient, what: str, reason: str
) -> None:
    case = desk.cleared("a" * 22)
    version = desk.case(case).case.public
    assert tell(client, what, case, version, reason="Trùng") == (200, {"fresh": True})
    stands = desk.case(case).case
    assert (stands.state, stands.reason) == (State.WITHHELD, reason)
    assert tell(client, what, case, version, reason="Trùng") == (200, {"fresh": False})
    again = desk.clear(case, replace(PUBLIC, title="Đèn đường"))
    assert [row["version"] for row in client.get("/answers").json()["answers"]] == [again]


def test_what_is_told_of_other_words_than_the_cleared_is_refused(
    desk: Desk, client: TestClient
) -> None:
    case = desk.cleared("a" * 22)
    old = desk.case(case).case.public
    desk.add(case, Did.DRAFTED, Party.UNIT, part="public")
    assert live(client, case, old)[0] == 409
    desk.clear(case, replace(PUBLIC, title="Đèn đường"))
    assert live(client, case, old)[0] == 409
    assert tell(client, "withheld", case, old, reason="x")[0] == 409
    assert desk.case(case).case.state is State.ANSWERED


def test_a_case_of_another_portal_is_not_touched(
    desk: Desk, store: Store, writer: Writer, keys: Keys, tmp_path: Path, client: TestClient
) -> None:
    regulation = desk.portal.regulation.model_copy(update={"id": "cong-khac"})
    other = replace(desk, portal=replace(desk.portal, regulation=regulation))
    case = other.cleared("a" * 22)
    assert client.get("/answers").json()["answers"] == []
    assert live(client, case, desk.case(case).case.public)[0] == 409


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer"},
        {"authorization": "Bearer "},
        {"authorization": f"Basic {TOKEN}"},
        {"authorization": f"Bearer {TOKEN[:-1]}"},
        {"authorization": f"Bearer {TOKEN}0"},
        {"authorization": TOKEN},
    ],
)
def test_nobody_gets_in_without_the_token(desk: Desk, headers: dict[str, str]) -> None:
    case = desk.cleared("a" * 22)
    client = TestClient(desk.app(), headers=headers)
    assert client.get("/answers").status_code == 401
    assert live(client, case, desk.case(case).case.public)[0] == 401
    assert desk.case(case).case.state is State.ANSWERED


@pytest.mark.parametrize("token", [None, "", "ngắn", "a" * 31])
def test_a_missing_or_short_token_opens_to_nobody(desk: Desk, token: str | None) -> None:
    client = TestClient(desk.app(token))
    for shown in ("", "a" * 31):
        said = client.get("/answers", headers={"authorization": f"Bearer {shown}"})
        assert said.status_code == 401


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b"[" * 15_000, 400),
        (b"x" * 20_000, 413),
        (b'{"case":"7K3M9QXA"}', 400),
        (b'{"case":1,"version":"","commit":"","address":""}', 400),
    ],
)
def test_what_cannot_be_understood_is_refused(client: TestClient, body: bytes, status: int) -> None:
    assert client.post("/answers/published", content=body).status_code == status


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("case", "../../etc"),
        ("version", "z" * 64),
        ("commit", "main"),
        ("address", "https://ke-gian.example/"),
        ("address", "//ke-gian.example/"),
        ("address", "/a/\r\nx/"),
        ("reason", "x" * 901),
    ],
)
def test_every_part_has_its_shape(client: TestClient, name: str, value: str) -> None:
    whole = {"case": "7K3M9QXA", "version": "0" * 64}
    more = {"reason": "x"} if name == "reason" else {"commit": COMMIT, "address": ADDRESS}
    what = "withheld" if name == "reason" else "published"
    assert client.post(f"/answers/{what}", json={**whole, **more}).status_code == 404
    assert client.post(f"/answers/{what}", json={**whole, **more, name: value}).status_code == 400


def test_an_item_is_called_the_same_each_time_and_tells_nobody_the_case(keys: Keys) -> None:
    assert item_id("7K3M9QXA", keys) == item_id("7K3M9QXA", keys)
    assert item_id("7K3M9QXA", keys) != item_id("7K3M9QXB", keys)
    assert item_id("7K3M9QXA", keys) != item_id("7K3M9QXA", keys_from(b"\x08" * 32))
    assert "7k3m" not in item_id("7K3M9QXA", keys)


def test_a_public_version_is_whole_or_refused() -> None:
    with pytest.raises(Exception, match="Chưa ghi phần này") as told:
        public_version("", "x", "y", "a" * 20_001)
    assert [f.path for f in told.value.findings] == ["Tên", "Nội dung trả lời, bản công khai"]  # type: ignore[attr-defined]
    assert isinstance(PUBLIC, PublicVersion)
