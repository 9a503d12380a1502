"""A person's whole path in Chromium: ask, receipt, officer, board, live answer, rating."""

import contextlib
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyotp
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from plugins.server import application
from tests.browser.conftest import PATIENCE, NewPage
from tests.workflow.proposing.town import PORTAL, Town, settle

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

STAFF = {
    "an": "ctv-chuyen-trach",
    "phuc": "tv-phan-anh",
    "chau": "truong-ban",
    "em": "don-vi-van-hanh",
}
PASSWORD = "chim én bay thấp thì mưa"
UNIT = "so-noi-vu-da-nang"
TOKEN = "0123456789abcdef" * 4
ANSWER = "Đoạn đường này được sửa trong tháng 12 năm 2026, theo kế hoạch bảo trì của quý."


@dataclass
class Province:
    """A town with its published site and its relay, on one address as people reach it.

    Attributes:
        town: The repository and its people.
        base: The address, without a slash at the end.
        private: The private interface's.
        data: What the relay keeps.
    """

    town: Town
    base: str
    private: str
    data: Path

    def cong(self, who: str, *words: str) -> str:
        """Somebody types a command that must work."""
        self.town.sits_down(who)
        said = self.town.cong(who, *words, more={"CONG_ANSWERS_TOKEN": TOKEN})
        assert said.code == 0, said.text
        return said.text

    def relay(self, *words: str) -> None:
        """The operator types a command where the relay runs."""
        done = subprocess.run(
            [sys.executable, "-P", "cong.py", "relay", *words, "--portal", PORTAL],
            cwd=self.town.root,
            env=settings(self.town, self.data, self.base),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    def letters(self) -> str:
        """Every letter that went out."""
        folder = self.data / PORTAL / "letters"
        return "".join(file.read_text() for file in folder.glob("*.eml"))


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as made:
        return int(made.getsockname()[1])


def settings(town: Town, data: Path, base: str) -> dict[str, str]:
    """The environment of the relay."""
    return {
        **town.environment,
        "XDG_DATA_HOME": str(data.parent),
        "CONG_RELAY_DATABASE": str(data / "relay.sqlite"),
        "CONG_RELAY_SECRET": str(data / "relay.key"),
        "CONG_RELAY_MAIL": str(data / PORTAL / "letters"),
        "CONG_RELAY_URL": base,
        "CONG_RELAY_TOKEN": str(data / "answers.token"),
        "CONG_RELAY_FIGURES": str(data / "figures"),
    }


@contextlib.contextmanager
def relay(town: Town, site: Path, data: Path, base: str, ports: tuple[int, int]) -> Iterator[None]:
    """``cong relay serve`` as a program of its own."""
    data.mkdir(exist_ok=True)
    token = data / "answers.token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    environment = settings(town, data, base) | {"CONG_RELAY_SITE": str(site)}
    words = ["relay", "serve", "--portal", PORTAL]
    words += ["--port", str(ports[0]), "--private", str(ports[1])]
    log = (data / "relay.log").open("w")
    child = subprocess.Popen(
        [sys.executable, "-P", str(town.root / "cong.py"), *words],
        cwd=town.root,
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        for port in ports:
            _wait(port, child, data / "relay.log")
        yield
    finally:
        child.terminate()
        child.wait(timeout=60)
        log.close()


def _wait(port: int, child: subprocess.Popen[bytes], log: Path) -> None:
    while True:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        assert child.poll() is None, log.read_text()
        time.sleep(0.1)


@contextlib.contextmanager
def front(site: Path, behind: int, port: int) -> Iterator[None]:
    """The site as ``cong serve`` shows it, with the relay behind."""
    config = uvicorn.Config(application(site, behind), log_level="error", proxy_headers=False)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", port)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    """A province that has published its portal and opened its relay."""
    folder = tmp_path_factory.mktemp("tinh")
    town = settle(folder, STAFF)
    live = folder / "www"
    town.git("config", f"cong.{PORTAL}.publishTo", str(live))
    town.git("config", f"cong.{PORTAL}.publishSamples", "true")
    said = town.cong("em", "publish")
    assert said.code == 0, said.text
    outside, behind, private = free_port(), free_port(), free_port()
    data, base = folder / "data", f"http://localhost:{outside}"
    with (
        relay(town, live / "live", data, base, (behind, private)),
        front(live / "live", behind, outside),
    ):
        yield Province(town, base, f"http://127.0.0.1:{private}", data)


class Officer:
    """An officer with a browser of their own and an app on their telephone."""

    def __init__(self, page: Page, province: Province, person: str) -> None:
        self.page, self.person = page, person
        said = province.cong(
            "em", "accounts", "invite", person, "--portal", PORTAL, "--address", province.base
        )
        code = re.search(r"\b([0-9A-Z]{4}(?:-[0-9A-Z]{4})+)\b", said)
        assert code, said
        page.goto(f"{province.base}/can-bo/thiet-lap/")
        page.get_by_label("Mã thiết lập").fill(code[1])
        page.get_by_role("button", name="Tiếp tục").click()
        page.get_by_label("Mật khẩu mới", exact=True).fill(PASSWORD)
        page.get_by_label("Gõ lại mật khẩu mới").fill(PASSWORD)
        page.get_by_role("button", name="Tiếp tục").click()
        secret = (page.locator(".letters").text_content() or "").replace(" ", "")
        app = pyotp.TOTP(secret)
        page.locator("[name=ma]").fill(app.now())
        page.locator("form:has([name=ma]) [type=submit]").click()
        page.get_by_role("heading", name="Đã thiết lập xong").wait_for()
        page.goto(f"{province.base}/can-bo/")
        page.locator("[name=ten]").fill(person)
        page.locator("[name=mat-khau]").fill(PASSWORD)
        page.locator("form:has([name=mat-khau]) [type=submit]").click()
        page.locator("[name=ma]").wait_for()
        # The app's next number, which is taken a little early: the first was taken once.
        page.locator("[name=ma]").fill(app.at(int(time.time()) + 30))
        page.locator("form:has([name=ma]) [type=submit]").click()
        page.get_by_role("heading", name="Hộp việc").wait_for()

    def open(self, base: str, case: str) -> None:
        """Opens a case."""
        self.page.goto(f"{base}/can-bo/vu-viec/{case}/")

    def press(self, name: str) -> None:
        """Presses a button and waits for the page after it."""
        button = self.page.get_by_role("button", name=name, exact=True).first
        assert button.count(), self.page.locator("main").inner_text()
        button.click()
        self.page.wait_for_load_state()


@pytest.fixture(scope="module")
def people(province: Province, browser: Browser) -> Iterator[tuple[Officer, Officer]]:
    """The head of the unit that answers, and the head of the board; neither runs scripts."""
    province.cong("em", "accounts", "add", "mai", "--name", "Thủ trưởng thử")
    province.cong("em", "accounts", "desk", "mai", UNIT, "--portal", PORTAL, "--head")
    contexts = [browser.new_context(java_script_enabled=False) for _ in range(2)]
    pages = [context.new_page() for context in contexts]
    for page in pages:
        page.set_default_timeout(PATIENCE)
    yield Officer(pages[0], province, "mai"), Officer(pages[1], province, "chau")
    for context in contexts:
        context.close()


def ask(page: Page, base: str, script: bool, what: str) -> tuple[str, str]:
    """Sends feedback; gives the tracking code and the case's id."""
    page.goto(f"{base}/gui-y-kien/")
    page.get_by_role("link", name="Gửi phản ánh").first.click()
    page.locator("[name=tieu-de]").fill(f"{what} trên đường Hùng Vương")
    page.locator("[name=noi-dung]").fill(
        f"{what} trước nhà văn hóa. Đêm qua có người ngã xe ở đây."
    )
    page.locator("[name=ho-ten]").fill("Ngô Thị Chim Sâu")
    page.locator("[name=dien-thoai]").fill("0905 765 432")
    page.locator("[name=co-quan]").select_option(value=UNIT)
    page.wait_for_timeout(2_500)  # whoever writes faster than people do is looked at first
    if script:
        page.get_by_role("button", name="Gửi phản ánh").click()
    else:
        page.get_by_role("button", name="Xem lại trước khi gửi").click()
        page.get_by_role("heading", name="Xem lại trước khi gửi").wait_for()
        assert "Ngô Thị Chim Sâu" in page.locator("main").inner_text()
        page.wait_for_timeout(2_500)
        page.get_by_role("button", name="Gửi phản ánh").click()
    page.get_by_role("heading", name="Đã nhận").wait_for()
    code = "".join(page.locator(".big").inner_text().split())
    case = re.search(r"V-([0-9A-Z]{4})-([0-9A-Z]{4})", page.locator("main").inner_text())
    assert re.fullmatch(r"[0-9A-Z]{16}", code) and case
    return code, case[1] + case[2]


def track(page: Page, base: str, code: str) -> str:
    """Opens the case by its code, typed as people do; gives what the page says."""
    page.goto(f"{base}/tra-cuu-y-kien/")
    page.locator("[name=ma]").fill(f"{code[:4]} {code[4:].lower()}")
    page.locator("form:has([name=ma]) [type=submit]").last.click()
    page.wait_for_load_state()
    return page.locator("main").inner_text()


@dataclass
class Citizen:
    """Somebody with a telephone, who asked something."""

    page: Page
    code: str
    case: str


@pytest.mark.duty("F1")
@pytest.mark.duty("F2")
@pytest.mark.duty("F4")
@pytest.mark.duty("F6")
@pytest.mark.duty("M5")
def test_from_a_question_to_its_live_answer_and_a_rating(
    province: Province, people: tuple[Officer, Officer], new_page: NewPage
) -> None:
    """Two citizens walk it, one whose telephone runs scripts and one whose does not."""
    base = province.base
    officer, board = people
    citizens = []
    for script, what in ((True, "Ổ gà"), (False, "Cây đổ")):
        page = new_page(width=360, height=800, script=script)
        citizens.append(Citizen(page, *ask(page, base, script, what)))
        assert what in track(page, base, citizens[-1].code)

    for citizen in citizens:
        officer.open(base, citizen.case)
        assert "0905 765 432" not in officer.page.content()
        officer.press("Thụ lý")
        officer.page.locator("[name=tra-loi]").fill(ANSWER)
        officer.press("Gửi câu trả lời")
        assert ANSWER in track(citizen.page, base, citizen.code)

        board.open(base, citizen.case)
        said = board.page.locator("main").inner_text()
        assert "Soạn bản công khai" in board.page.content(), said
        board.page.get_by_text("Soạn bản công khai").click()
        board.page.locator("[name=ck-ten]").fill(f"Đường Hùng Vương, vụ {citizen.case}")
        board.page.locator("[name=ck-linh-vuc]").fill("Giao thông")
        board.page.locator("[name=ck-hoi]").fill("Đi lại khó trước nhà văn hóa.")
        board.page.locator("[name=ck-dap]").fill(ANSWER)
        board.press("Lưu và kiểm tra dữ liệu cá nhân")
        board.press("Duyệt đăng bản công khai")

    province.cong("em", "answers", "pull", "--relay", province.private)
    numbers = re.findall(r"^ *([0-9]+) ", province.cong("em", "proposals"), re.M)
    assert len(numbers) == len(citizens)
    for number in numbers:
        province.cong("phuc", "approve", number)
        province.cong("chau", "approve", number)
    province.cong("em", "answers", "pull", "--relay", province.private)

    for citizen in citizens:
        page = citizen.page
        told = track(page, base, citizen.code)
        assert "đã đăng" in told.casefold(), told
        page.locator("main .facts a").first.click()
        expect(page.locator("main")).to_contain_text(ANSWER)
        assert "Chim Sâu" not in page.content()

        track(page, base, citizen.code)
        page.locator("[name=diem][value='5']").check()
        page.locator("form:has([name=diem]) [type=submit]").click()
        page.wait_for_load_state()
        assert "5" in page.locator("main").inner_text()
    for page in (*(citizen.page for citizen in citizens), officer.page, board.page):
        assert "Lỗi phần mềm" not in page.content()
    assert "Chim Sâu" not in province.letters()
    assert "0905" not in province.letters()


@pytest.mark.duty("P7")
@pytest.mark.duty("F5")
def test_ratings_move_the_index_once_nobody_can_be_told_by_it(
    province: Province, new_page: NewPage
) -> None:
    page = new_page(width=360, height=800, script=False)

    def index() -> str:
        province.relay("figures")
        fresh = new_page(width=360, height=800)  # the page may be kept for some minutes
        fresh.goto(f"{province.base}/y-kien/so-lieu/")
        row = fresh.locator("tr:has(th:text-is('Sở Nội vụ thành phố Đà Nẵng')) td")
        return row.last.inner_text() if row.count() else ""

    before = index()
    for number in range(5):
        page.goto(f"{province.base}/gui-y-kien/danh-gia/")
        page.locator("[name=co-quan]").select_option(value=UNIT)
        page.locator("[name=khi-nao][value=tuan-nay]").check()
        page.locator("[name=diem][value='4']").check()
        page.locator("[name=noi-dung]").fill(f"Điều thứ {number} nên giữ")
        page.get_by_role("button", name="Xem lại trước khi gửi").click()
        page.get_by_role("heading", name="Xem lại trước khi gửi").wait_for()
        page.wait_for_timeout(2_500)
        page.get_by_role("button", name="Gửi đánh giá").click()
        page.get_by_role("heading", name="Đã nhận").wait_for()
    after = index()
    assert before in ("", "–")
    assert re.match(r"4[,.]\d", after), after


def test_nobody_is_in_the_logs(province: Province) -> None:
    log = (province.data / "relay.log").read_text()
    for canary in ("Chim Sâu", "765 432", "765432", "Hùng Vương"):
        assert canary not in log
