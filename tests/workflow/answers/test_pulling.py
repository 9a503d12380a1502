"""The whole way: cleared in a real relay, proposed in a real repository, live, told back."""

import os
import re
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvicorn
from sqlalchemy.engine import URL

from regulation.loading import load_portal
from relay.answers.answer import item_id
from relay.answers.public import public_version
from relay.cases.states import State
from relay.store.database import open_store
from relay.store.keys import keys_from
from relay.store.writer import Writer
from tests.relay.answers.cleared import AT, CANARY, PUBLIC, TOKEN, Desk
from tests.workflow.proposing.town import PORTAL, Said, Town, settle

STAFF = {
    "an": "ctv-chuyen-trach",
    "phuc": "tv-phan-anh",
    "dao": "tv-chi-dao",
    "chau": "truong-ban",
    "em": "don-vi-van-hanh",
}
DRAFT = "lyk-ke-hoach-cchc-2027"


@dataclass(frozen=True)
class Whole:
    """A town, a relay beside it, and the relay's private address."""

    town: Town
    desk: Desk
    address: str

    def pull(self, who: str = "em", token: str = TOKEN) -> Said:
        """Somebody types the command."""
        self.town.sits_down(who)
        words = ("answers", "pull", "--relay", self.address)
        return self.town.cong(who, *words, more={"CONG_ANSWERS_TOKEN": token})

    def item(self, case: str) -> str:
        return item_id(case, self.desk.keys)

    def state(self, case: str) -> State:
        return self.desk.case(case).case.state

    def numbers(self) -> list[str]:
        """The proposals that are open."""
        told = self.town.cong("em", "proposals").text
        return re.findall(r"^ *([0-9]+) ", told, re.M)

    def approve(self, number: str, member: str) -> None:
        for who in (member, "chau"):
            said = self.town.cong(who, "approve", number)
            assert said.code == 0, said.text

    def everything_in_git(self) -> str:
        """Every object of the repository, whatever leads to it, as text."""
        words = ["git", "cat-file", "--batch-all-objects", "--batch", "--unordered"]
        done = subprocess.run(
            words,
            cwd=self.town.root,
            env=self.town.environment,
            capture_output=True,
            check=True,
        )
        return done.stdout.decode("utf-8", "replace")


@contextmanager
def served(desk: Desk) -> Iterator[str]:
    """The relay's private interface on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(desk.app(), log_level="error", lifespan="off"))
        running = threading.Thread(target=server.run, args=([listening],), daemon=True)
        running.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        running.join()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """A town whose portal has a relay; samples may be shown, releases go into a folder."""
    folder = tmp_path_factory.mktemp("town")
    town = settle(folder, STAFF)
    town.git("config", "--global", f"cong.{PORTAL}.publishSamples", "true")
    town.git("config", f"cong.{PORTAL}.publishTo", str(folder / "www"))
    portal = load_portal(town.portal, town.root, AT.date())
    url = URL.create("sqlite", database=str(folder / "relay" / "y-kien.sqlite"))
    store = open_store(url, os.environ, create=True)
    with Writer(store) as writer:
        unit = "so-noi-vu-da-nang"
        desk = Desk(store, writer, keys_from(b"\x07" * 32), portal, folder / "relay", unit)
        with served(desk) as address:
            yield Whole(town, desk, address)
    store.close()


@pytest.mark.duty("F4")
@pytest.mark.timeout(600)
def test_an_answer_from_cleared_to_live_and_told_back(whole: Whole) -> None:
    case = whole.desk.cleared("a" * 22)
    item = whole.item(case)
    first = whole.pull()
    assert (first.code, first.text) == (0, f"✓ {item}: đã mở đề xuất 1.\n")

    # Again and again: nothing is opened a second time.
    for _ in range(2):
        assert whole.pull().text == f"{item}: đề xuất 1 đang chờ duyệt.\n"
    assert whole.numbers() == ["1"]
    show = whole.town.cong("em", "show", "1", "--diff").text
    assert f"+id: {item}" in show
    assert "+form: feedback" in show
    assert "+answered_by: so-noi-vu-da-nang" in show

    # Nothing of the citizen, nor the case's name, is in Git: not even in what nothing leads to.
    kept = whole.everything_in_git()
    assert PUBLIC.question in kept
    for trace in (*CANARY.values(), "Zwxq", case, whole.desk.case(case).case.shown):
        assert trace not in kept

    # The author may not approve; the member and the head do, and it is live at once.
    whole.town.cong("em", "approve", "1")
    assert whole.state(case) is State.ANSWERED
    whole.approve("1", "phuc")
    told = whole.pull()
    address = "/phan-anh-kien-nghi/2026/den-duong-o-phuong-mau-khong-sang/"
    assert told.text == f"✓ {item}: đã đăng ở {address}, đã báo phần tiếp nhận.\n"
    stands = whole.desk.case(case).case
    assert (stands.state, stands.address) == (State.PUBLISHED, address)
    assert whole.town.git("log", "-1", "--format=%B", stands.commit).count("Answer: ") == 1
    page = whole.town.folder / "www" / "live" / address.strip("/") / "index.html"
    assert "Đèn đã được thay" in page.read_text(encoding="utf-8")
    assert whole.pull().text == "Không có câu trả lời nào chờ đăng.\n"

    # Withheld and cleared anew in other words: the item's own file is changed.
    whole.desk.withhold(case)
    whole.desk.clear(case, replace(PUBLIC, answer="Đèn đã được thay hai lần."))
    opened = re.search(r"đã mở đề xuất ([0-9]+)", whole.pull().text)
    assert opened
    show = whole.town.cong("em", "show", opened[1], "--diff").text
    assert "+Đèn đã được thay hai lần." in show
    assert f"-id: {item}" not in show
    whole.approve(opened[1], "phuc")
    assert f"✓ {item}: đã đăng" in whole.pull().text
    assert whole.state(case) is State.PUBLISHED


@pytest.mark.timeout(600)
def test_a_refusal_is_told_with_its_ground_and_cleared_again_is_proposed_again(
    whole: Whole,
) -> None:
    case = whole.desk.cleared("b" * 22, replace(PUBLIC, title="Câu hỏi sẽ bị từ chối"))
    number = re.search(r"đề xuất ([0-9]+)", whole.pull().text)
    assert number
    refused = whole.town.cong(
        "phuc", "refuse", number[1], "--ground", "khong-con-kip-thoi", "-m", "Đã sửa đèn rồi"
    )
    assert refused.code == 0, refused.text
    told = whole.pull().text
    assert "bị từ chối (Không còn kịp thời, đã cũ so với thực tế: Đã sửa đèn rồi)" in told
    stands = whole.desk.case(case).case
    assert stands.state is State.WITHHELD
    assert stands.reason == "Không còn kịp thời, đã cũ so với thực tế: Đã sửa đèn rồi"
    assert whole.numbers() == []
    assert whole.pull().text == "Không có câu trả lời nào chờ đăng.\n"

    # The very same words, cleared by the board again: what was decided before does not count.
    whole.desk.clear(case, replace(PUBLIC, title="Câu hỏi sẽ bị từ chối"), now=True)
    assert "đã mở đề xuất" in whole.pull().text
    (again,) = whole.numbers()
    # Drafted anew while it is open: the proposal goes, another comes.
    whole.desk.clear(case, replace(PUBLIC, title="Câu hỏi đã viết lại"), now=True)
    told = whole.pull().text
    assert f"Đề xuất {again}: đã rút." in told
    assert "đã mở đề xuất" in told
    (last,) = whole.numbers()
    assert whole.town.cong("em", "withdraw", last, "--reason", "Gửi nhầm").code == 0
    assert "đề xuất đã rút (Gửi nhầm)" in whole.pull().text
    assert whole.desk.case(case).case.reason.endswith("trả lại để sửa: Gửi nhầm")


@pytest.mark.timeout(600)
def test_comments_on_a_draft_stand_under_it_together(whole: Whole) -> None:
    words = public_version("Góp ý", "Điều 1 khoản 1", "Nên là 95%.", "Xin tiếp thu.")
    cases = [
        whole.desk.cleared(letter * 22, replace(words, question=f"Ý kiến {letter}."),
                           kind="comment", about=DRAFT)
        for letter in "cd"
    ]  # fmt: skip
    items = [whole.item(case) for case in cases]
    said = whole.pull()
    (number,) = whole.numbers()
    assert set(items) == set(re.findall(r"hd-[0-9a-z]{12}", said.text))
    late = whole.desk.cleared("e" * 22, words, kind="comment", about=DRAFT)
    assert f"{whole.item(late)}: chờ đề xuất {number}" in whole.pull().text
    assert whole.numbers() == [number]
    show = whole.town.cong("em", "show", number, "--diff").text
    assert show.count("+  - who:") == 2
    removed = [row for row in show.splitlines() if row[:1] == "-" and row[:2] not in ("- ", "--")]
    assert removed == []
    whole.approve(number, "dao")
    told = whole.pull().text
    assert {case: whole.state(case) for case in cases} == dict.fromkeys(cases, State.PUBLISHED)
    assert f"✓ {whole.item(late)}: đã mở đề xuất" in told
    address = whole.desk.case(cases[0]).case.address
    page = whole.town.folder / "www" / "live" / address.strip("/") / "index.html"
    text = page.read_text(encoding="utf-8")
    assert "Ý kiến c." in text
    assert "Trần Thị B" in text  # who was there before
    (number,) = whole.numbers()
    whole.approve(number, "dao")
    assert whole.pull().code == 0


@pytest.mark.timeout(600)
def test_one_that_cannot_be_proposed_stops_no_other(whole: Whole) -> None:
    # The relay's own look lets this through, as somebody else's relay might: the check does not.
    spoilt = whole.desk.cleared("f" * 22, replace(PUBLIC, title="TCVN3 chñ tÞch Uû ban nh©n d©n"))
    nowhere = whole.desk.cleared("g" * 22, kind="comment", about="lyk-khong-co")
    fine = whole.desk.cleared("h" * 22, replace(PUBLIC, title="Câu hỏi không sao"))
    said = whole.pull()
    assert said.code == 1
    assert f"✓ {whole.item(fine)}: đã mở đề xuất" in said.text
    assert f"{whole.item(spoilt)}: không qua kiểm tra, đã trả lại" in said.text
    assert whole.state(spoilt) is State.WITHHELD
    assert "không có mục lấy ý kiến “lyk-khong-co”" in said.text
    assert whole.state(nowhere) is State.ANSWERED
    held = whole.desk.cleared("j" * 22, replace(PUBLIC, question="Gọi tôi 0905123456."))
    said = whole.pull()
    assert f"{whole.item(held)}: phần tiếp nhận chưa giao." in said.text
    assert "0905123456" not in said.text


def test_without_the_token_or_over_a_strange_network_nothing_is_asked(whole: Whole) -> None:
    assert "không nhận mã bí mật" in whole.pull(token="0" * 64).text
    none = whole.pull(token="")
    assert (none.code, "Chưa có mã bí mật" in none.text) == (2, True)
    for address in ("http://relay.tinh.example:8101", "ftp://127.0.0.1", "127.0.0.1:8101"):
        said = replace(whole, address=address).pull()
        assert (said.code, "phải là https://" in said.text) == (2, True)
    gone = replace(whole, address="http://127.0.0.1:9").pull()
    assert "không trả lời" in gone.text


def test_whoever_is_not_known_opens_nothing(whole: Whole) -> None:
    before = whole.numbers()
    said = whole.pull("ai-do")
    assert said.code == 1
    assert "chưa có trong danh sách nhân sự" in said.text
    assert whole.numbers() == before


def test_the_folder_of_the_relay_is_not_in_the_repository(whole: Whole) -> None:
    assert not Path(whole.desk.folder).is_relative_to(whole.town.root)
