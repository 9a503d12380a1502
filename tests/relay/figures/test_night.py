"""The night's files out of a real store, and the pages that show them."""

import datetime as dt
import hashlib
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from regulation.portal import Portal
from relay.app import application
from relay.cases.states import Did, Party
from relay.figures.night import day_of, write, write_if_due
from relay.figures.pages import routes
from relay.pages import Pages
from relay.store.cases import heads
from relay.store.database import Store
from relay.store.keys import Keys
from relay.store.writer import Writer
from tests.regulation.conftest import portal as portal
from tests.relay.answers.cleared import AT, CANARY, Desk
from tests.relay.test_pages import WHOLE
from tests.relay.test_pages import write as write_frame

ROOT = Path(__file__).resolve().parents[3]
NOW = AT + dt.timedelta(days=1)
AGENCY = "so-noi-vu"


@pytest.fixture
def desk(store: Store, writer: Writer, keys: Keys, portal: Portal, tmp_path: Path) -> Desk:
    """Six answered cases of one agency, all rated."""
    desk = Desk(store, writer, keys, portal, tmp_path)
    for letter, score in zip("abcdef", (5, 5, 4, 4, 4, 3), strict=True):
        case = desk.answered(letter * 22)
        desk.add(case, Did.RATED, Party.CITIZEN, score=score)
    return desk


@pytest.fixture
def night(desk: Desk, tmp_path: Path) -> Path:
    """The folder of figures after a night."""
    write(desk.store, desk.portal, tmp_path / "figures", tmp_path / "heads", NOW)
    return tmp_path / "figures"


@pytest.fixture
def client(desk: Desk, tmp_path: Path) -> Iterator[TestClient]:
    """Somebody who reads, from a site that lies below a path."""
    write_frame(tmp_path / "site", WHOLE.format("đầu"))
    pages = Pages(
        tmp_path / "site", ROOT / "theme/templates", lambda: desk.portal, lambda: NOW, "/cong"
    )
    context = desk.context(pages, figures=tmp_path / "figures", base="/cong")
    with TestClient(application(context, routes(context))) as made:
        yield made


@pytest.mark.duty("P7")
def test_a_night_tells_how_many_in_time_and_how_content(night: Path) -> None:
    (year,) = json.loads((night / "so-lieu.json").read_bytes())["years"]
    (line,) = [line for line in year["units"] if line["count"]]
    assert line == {
        "key": AGENCY,
        "name": "Sở Nội vụ tỉnh Mẫu",
        "count": 6,
        "on_time": 100,
        "score": 4.2,
    }
    badge = (night / "huy-hieu" / f"{AGENCY}.svg").read_text(encoding="utf-8")
    assert "Đúng hạn 100%" in badge
    assert "Hài lòng 4,2/5" in badge


def test_nothing_of_a_citizen_and_no_case_is_in_any_file(night: Path, desk: Desk) -> None:
    with desk.store.reading() as connection:
        cases = [head.case_id for head in heads(connection)]
    everything = b"".join(path.read_bytes() for path in night.rglob("*") if path.is_file())
    for trace in (*CANARY.values(), "Zwxq", "7731", *cases):
        assert trace.encode() not in everything


def test_the_published_digest_stands_for_a_list_that_stays_in_the_relay(
    night: Path, tmp_path: Path, desk: Desk
) -> None:
    kept = tmp_path / "heads" / "2026-11-21.txt"
    digest = json.loads((night / "so-lieu.json").read_bytes())["chains"]
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == digest
    assert len(kept.read_text().splitlines()) == 6
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_it_is_done_once_a_day_and_what_is_new_shows_the_next(
    night: Path, tmp_path: Path, desk: Desk
) -> None:
    told = (desk.store, desk.portal, night, tmp_path / "heads")
    desk.add(desk.answered("g" * 22), Did.RATED, Party.CITIZEN, score=1)
    assert not write_if_due(*told, NOW + dt.timedelta(hours=5))
    later = NOW + dt.timedelta(days=1)
    (night / "nhung" / "so-da-giai-the.html").write_text("cũ")
    assert write_if_due(*told, later)
    (year,) = json.loads((night / "so-lieu.json").read_bytes())["years"]
    assert year["total"]["count"] == 7
    assert not (night / "nhung" / "so-da-giai-the.html").exists()
    assert not list(night.rglob(".*"))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"made": "hôm qua"}', '{"made": 5}'])
def test_a_broken_file_is_written_anew(tmp_path: Path, text: str) -> None:
    (tmp_path / "so-lieu.json").write_text(text, encoding="utf-8")
    assert day_of(tmp_path) is None


def test_before_the_first_night_the_page_says_so(client: TestClient) -> None:
    said = client.get("/cong/y-kien/so-lieu/")
    assert said.status_code == 200
    assert "Chưa có số liệu" in said.text
    assert client.get("/cong/y-kien/so-lieu/so-lieu.json").status_code == 404


@pytest.mark.usefixtures("night")
def test_the_page_shows_charts_beside_their_tables(client: TestClient) -> None:
    said = client.get("/cong/y-kien/so-lieu/")
    assert "<header>đầu</header>" in said.text
    assert "Theo cơ quan trả lời" in said.text
    assert '<rect width="100.0%" height="10"/>' in said.text
    assert "4,2/5" in said.text
    assert 'href="/cong/y-kien/so-lieu/theo-co-quan.csv"' in said.text
    assert "style=" not in said.text
    assert "<script" not in said.text
    assert said.headers["x-robots-tag"] == "all"


@pytest.mark.usefixtures("night")
@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("so-lieu.json", "application/json"),
        ("so-lieu.schema.json", "application/json"),
        ("theo-thang.csv", "text/csv; charset=utf-8"),
        (f"huy-hieu/{AGENCY}.svg", "image/svg+xml"),
        (f"nhung/{AGENCY}/", "text/html; charset=utf-8"),
    ],
)
def test_open_data_may_be_read_from_everywhere(client: TestClient, name: str, kind: str) -> None:
    said = client.get(f"/cong/y-kien/so-lieu/{name}")
    assert (said.status_code, said.headers["content-type"]) == (200, kind)
    assert said.headers["access-control-allow-origin"] == "*"
    framed = "frame-ancestors *" in said.headers["content-security-policy"]
    assert framed is name.startswith("nhung/")
    assert said.headers["x-content-type-options"] == "nosniff"


@pytest.mark.usefixtures("night")
@pytest.mark.parametrize(
    "name",
    ["heads", "../heads/2026-11-21.txt", "%2e%2e/heads/2026-11-21.txt", "huy-hieu/so-khong-co.svg",
     "huy-hieu/..%2fso-lieu.svg", "nhung/so-khong-co/", ".so-lieu.json", "theo-thang"],
)  # fmt: skip
def test_nothing_else_is_served(client: TestClient, name: str) -> None:
    assert client.get(f"/cong/y-kien/so-lieu/{name}").status_code == 404
