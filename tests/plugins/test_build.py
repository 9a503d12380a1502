"""Building: the same input gives the same site, and whatever goes wrong leaves the old one."""

import datetime as dt
import logging
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pytest

import plugins.pages as machine_pages
from plugins.build import Built, build, put_in_place, tidy
from plugins.site import Site
from plugins.views.finder import finder_pages
from regulation.findings import Refused
from regulation.forms import load_forms
from regulation.library import is_address
from regulation.loading import RESERVED, load_portal
from tests.small import (
    NOW,
    PORTAL,
    ROOT,
    TCVN3,
    Small,
    Tree,
    article,
    beside,
    clean_environment,
    jpeg,
    png,
    small,
    tree,
)

# Same input, same site ---------------------------------------------------------------------


BUILD_TWICE = """
import datetime as dt, sys
from pathlib import Path
from plugins.build import build
root, portal, output, now = sys.argv[1:]
build(Path(root), portal, Path(output), dt.datetime.fromisoformat(now))
"""


def built_apart(root: Path, portal: str, output: Path, seed: str) -> Tree:
    """The site as another process builds it."""
    words = [sys.executable, "-c", BUILD_TWICE, str(root), portal, str(output), NOW.isoformat()]
    subprocess.run(words, check=True, env=clean_environment(PYTHONHASHSEED=seed), timeout=100)
    return tree(output)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real portal in two languages, built in this process."""
    output = tmp_path_factory.mktemp("real") / "quangnam"
    build(ROOT, "quangnam", output, NOW)
    return output


def test_another_process_builds_the_same_site_byte_for_byte(drawn: Small, tmp_path: Path) -> None:
    assert built_apart(drawn.root, PORTAL, tmp_path / "site", "1") == tree(drawn.output)


def test_another_process_builds_the_same_real_portal_byte_for_byte(
    real: Path, tmp_path: Path
) -> None:
    other = built_apart(ROOT, "quangnam", tmp_path / "site", "2")
    assert other == tree(real)
    assert len(other) > 500


def test_a_build_later_the_same_day_changes_nothing(drawn: Small, tmp_path: Path) -> None:
    later = drawn.build(tmp_path / "site", NOW + dt.timedelta(hours=9))
    assert tree(later) == tree(drawn.output)


def test_a_checkout_elsewhere_builds_the_same_site(drawn: Small, tmp_path: Path) -> None:
    other = small(tmp_path / "nơi khác có dấu cách")
    assert tree(other.build()) == tree(drawn.output)
    assert str(ROOT).encode() not in b"".join(tree(other.output).values())


def test_a_build_tells_how_far_it_is(house: Small) -> None:
    told: list[tuple[int, int]] = []
    made = build(house.root, PORTAL, house.output, NOW, progress=lambda *both: told.append(both))
    assert [done for done, _ in told] == list(range(1, made.pages + 1))
    assert told[-1][0] == told[-1][1] == made.pages
    assert (made.portal, made.samples) == (PORTAL, 1)


def test_a_base_stands_before_every_address(house: Small) -> None:
    build(house.root, PORTAL, house.output, NOW, base="/xem-thu")
    addresses = 0
    for page in house.output.rglob("*.html"):
        for url in Links.of(page.read_text(encoding="utf-8")):
            if url.startswith("/"):
                assert url.startswith("/xem-thu/"), f"{page}: {url}"
                addresses += 1
    assert addresses > 1000


def test_machines_are_told_the_portals_host_with_the_base(house: Small) -> None:
    build(house.root, PORTAL, house.output, NOW, base="/xem-thu")
    at = "https://mau.example/xem-thu"
    page = (house.output / "tin-tuc/2026/cau-moi/index.html").read_text(encoding="utf-8")
    assert f'<link rel="canonical" href="{at}/tin-tuc/2026/cau-moi/">' in page
    assert f'<meta property="og:url" content="{at}/tin-tuc/2026/cau-moi/">' in page
    assert re.search(rf'<meta property="og:image" content="{at}/media/[^"]+">', page)
    for name in ("sitemap.xml", "tin-tuc/feed.xml"):
        told = re.findall(
            r"https://mau\.example[^<\"]*", (house.output / name).read_text(encoding="utf-8")
        )
        assert told
        assert all(address.startswith(f"{at}/") for address in told), name
    assert f"Sitemap: {at}/sitemap.xml" in (house.output / "robots.txt").read_text(encoding="utf-8")


# What is linked is there -------------------------------------------------------------------


RELAY = "/y-kien/"
"""What the relay answers, not the site."""


class Links(HTMLParser):
    """Addresses that a page names, and the anchors it has."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            named = tag == "link" and dict(attrs).get("rel") in ("canonical", "schema.DC")
            if value and name in ("href", "src", "action") and not named:
                self.urls.append(value)
            if value and name == "srcset":
                self.urls += [part.split()[0] for part in value.split(",")]
            if value and name == "id":
                self.ids.append(value)

    @classmethod
    def of(cls, html: str) -> list[str]:
        made = cls()
        made.feed(html)
        return made.urls


def broken(output: Path, base: str) -> list[str]:
    """Links of a built site that lead nowhere, and anchors that stand twice or nowhere."""
    pages: dict[Path, Links] = {}
    for path in output.rglob("*.html"):
        pages[path] = Links()
        pages[path].feed(path.read_text(encoding="utf-8"))
    wrong = []
    for path, found in pages.items():
        here = "/" + path.relative_to(output).as_posix().removesuffix("index.html")
        wrong += [f"{here} has #{i} twice" for i in set(found.ids) if found.ids.count(i) > 1]
        for url in found.urls:
            address, anchor = urldefrag(url.removeprefix(base))
            if re.match(r"[a-z]+:", address) or address.startswith(RELAY):
                continue
            target = output / unquote(urljoin(here, address)).lstrip("/")
            target = (
                target / "index.html" if url.split("#")[0].endswith("/") or not address else target
            )
            target = path if not address else target
            if not target.is_file():
                wrong.append(f"{here} → {url}")
            elif anchor and target in pages and anchor not in pages[target].ids:
                wrong.append(f"{here} → {url} (no such anchor)")
    return sorted(set(wrong))


def test_every_link_picture_and_anchor_of_the_small_portal_is_there(drawn: Small) -> None:
    assert broken(drawn.output, "https://mau.example") == []


def test_every_link_picture_and_anchor_of_a_real_portal_is_there(real: Path) -> None:
    assert (
        broken(real, load_portal(ROOT / "content/quangnam", ROOT, NOW.date()).regulation.url) == []
    )


def written(output: Path) -> set[str]:
    return {
        "/" + path.relative_to(output).as_posix().removesuffix("index.html")
        for path in output.rglob("index.html")
    }


def candidates(site: Site) -> set[str]:
    """Every address that somebody might think a portal has."""
    regulation = site.portal.regulation
    firsts = {s.id for s in regulation.sections} | {g.slug for g in regulation.groups} | RESERVED
    plain = {"/"} | {f"/{first}/" for first in firsts}
    plain |= {f"/co-quan/{agency}/" for agency in site.portal.agencies}
    plain |= {page.url for page in finder_pages(site)}
    plain |= {f"/gui-y-kien/{form.slug}/" for form in load_forms().values()}
    plain |= {"/co-quan/khong-co/", "/khong-co/", "/lien-he/them/"}
    items = {item.url for item in site.library.items}
    former = {old for item in site.library.items for old in item.values.get("moved_from") or ()}
    return plain | {f"/en{url}" for url in plain} | items | former


def test_an_address_that_a_link_may_name_is_written_and_none_other_passes(
    drawn: Small, site: Site
) -> None:
    accepted = {url for url in candidates(site) if is_address(url, site.library)}
    there = written(drawn.output)
    assert accepted - there == set(), "a link to these would pass the check and lead nowhere"
    # Parts of lists, what passes with a consultation, and what is nobody's page.
    passing = {u for u in there if "/trang-" in u or u.endswith("/gop-y/") or u == "/khung/"}
    left = there - accepted - passing
    assert left == set(), "no link could name these"


# Bad input ---------------------------------------------------------------------------------

NEWS = "tin-tuc/2026/mau.md"


def change(name: str, old: str, new: str) -> Callable[[Small], None]:
    return lambda house: house.change(name, old, new)


def write(name: str, data: str | bytes) -> Callable[[Small], None]:
    return lambda house: house.write(name, data)


BAD: dict[str, tuple[Callable[[Small], None], str]] = {
    "a quote left open in front matter": (
        change(NEWS, "title: Tin mẫu", 'title: "Tin mẫu'),
        rf"{NEWS}:3: lỗi: Không đọc được YAML: dấu nháy hoặc ngoặc mở ra mà chưa đóng lại\.",
    ),
    "a quote left open in an item that others name": (
        change("tin-tuc/2026/hop-ban.md", "title: Họp", 'title: "Họp'),
        r"tin-tuc/2026/hop-ban\.md:3: lỗi: Không đọc được YAML",
    ),
    "a bracket left open in the regulation": (
        change("portal.yml", "{slug: tin-bai, title: Tin bài}", "{slug: tin-bai, title: Tin bài"),
        r"portal\.yml:\d+: lỗi: Không đọc được YAML",
    ),
    "no front matter": (
        write(NEWS, "Chỉ có chữ.\n"),
        rf"{NEWS}:1: lỗi: Thiếu phần khai báo ở đầu tệp",
    ),
    "a value of the wrong type": (
        change(NEWS, "sample: true", "sample: có"),
        rf"{NEWS}:8: \[sample\] lỗi: Giá trị “có” không đúng; ở đây phải là true hoặc false",
    ),
    "a wrong type in the regulation": (
        change("portal.yml", "amount: 24, unit: hour", "amount: nhiều, unit: hour"),
        r"portal\.yml:\d+: \[deadlines\[0\]\.amount\] lỗi: Giá trị “nhiều” không đúng kiểu",
    ),
    "a field that the type does not have": (
        change(NEWS, "sample: true", "samplé: true"),
        rf"{NEWS}:8: \[samplé\] lỗi: Loại nội dung này không có mục “samplé”.*“sample”",
    ),
    "an unknown section": (
        write("tin-la/2026/a.md", article("la")),
        r"tin-la/2026/a\.md: lỗi: Không có chuyên mục “tin-la” trong portal\.yml",
    ),
    "an id used twice": (
        change(NEWS, "id: mau", "id: doi-cho"),
        r"tin-tuc/2026/\S+:2: \[id\] lỗi: Mã “doi-cho” đã dùng ở content/portal-nho/tin-tuc",
    ),
    "an address that another item has": (
        change(NEWS, "sample: true", "moved_from: [/tin-tuc/2026/doi-cho/]"),
        rf"{NEWS}:8: \[moved_from\[0\]\] lỗi: Địa chỉ /tin-tuc/2026/doi-cho/ đã thuộc về",
    ),
    "an address that a fixed page has": (
        change(NEWS, "sample: true", "moved_from: [/lien-he/]"),
        rf"{NEWS}:8: \[moved_from\[0\]\] lỗi: Địa chỉ /lien-he/ là của một trang",
    ),
    "a former address that leaves the site": (
        change(NEWS, "sample: true", "moved_from: [/../../thoat/]"),
        rf"{NEWS}:8: \[moved_from\] lỗi: Địa chỉ cũ “/\.\./\.\./thoat/” chỉ được gồm",
    ),
    "an owner that is none": (
        change("portal.yml", "owners: so-tai-chinh-moi", "owners: so-tai-chinh-la"),
        r"portal\.yml:\d+: \[sections\[2\]\.owners\S* lỗi: Không có cơ quan nào mang mã này",
    ),
    "an owner that is gone": (
        change("portal.yml", "owners: so-tai-chinh-moi", "owners: so-giai-the"),
        r"portal\.yml:\d+: \[sections\[2\]\.owners\S* lỗi: Cơ quan “Sở Giải thể tỉnh",
    ),
    "successors that go round": (
        change(
            "agencies.yml",
            "valid_from: 2025-07-01}",
            "valid_from: 2025-07-01, valid_to: 2026-06-30, successor: so-ke-hoach}",
        ),
        r"agencies\.yml:\d+: \[agencies\[\d\]\.successor\] lỗi: Các cơ quan kế thừa vòng quanh",
    ),
    "a date that is none": (
        change(NEWS, "posted: 2026-04-01 08:00", "posted: 2026-02-30"),
        rf"{NEWS}:5: \[posted\] lỗi: Ngày “2026-02-30” không có trong lịch",
    ),
    "a date that is none in the regulation": (
        change("portal.yml", "date: 2024-01-02", "date: 2024-13-02"),
        r"portal\.yml:\d+: \[act\.date\] lỗi: Ngày “2024-13-02” không có trong lịch",
    ),
    "text in TCVN3": (
        change(NEWS, "Nội dung.", TCVN3),
        rf"{NEWS}:11: lỗi: .*TCVN3",
    ),
    "bytes that are no Unicode": (
        write(NEWS, article("mau").encode() + b"\xd0\xcf\x11\xe0"),
        rf"{NEWS}:\d+: lỗi: Tệp không phải Unicode UTF-8",
    ),
    "a text named .jpg": (
        write("media/cau.jpg", "Đây không phải ảnh."),
        r"tin-tuc/2026/cau-moi\.md:\d+: \[picture\.file\] lỗi: media/cau\.jpg: Tệp này không",
    ),
    "a photograph cut short": (
        write("media/cau.jpg", jpeg()[:3000]),
        r"\S*cau\S*: (?:\[picture\.file\] )?lỗi: .*(?:không phải ảnh hoặc đã hỏng)",
    ),
    "a PNG named .jpg": (
        write("media/cau.jpg", png()),
        r"tin-tuc/2026/cau-moi\.md:\d+: \[picture\.file\] lỗi: .*bên trong là ảnh PNG; hãy",
    ),
    "an SVG without a size": (
        write("media/so-do.svg", '<svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        r"tin-tuc/2026/cau-moi\.md:\d+: lỗi: media/so-do\.svg: Hình SVG không ghi kích thước; hãy",
    ),
    "a table that is not UTF-8": (
        write("data/dan-so.csv", "Huyện,Người\nĐông,1\n".encode("utf-16")),
        r"data/dan-so\.csv:1: lỗi: Bảng CSV không phải UTF-8",
    ),
    "a link to nothing": (
        change(NEWS, "Nội dung.", "[a](khong-co.md)"),
        rf"{NEWS}:11: lỗi: Liên kết đến “khong-co\.md” nhưng không có tệp",
    ),
}


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Small:
    """The small portal with its last good site, to be copied and spoilt."""
    made = small(tmp_path_factory.mktemp("good"))
    made.build()
    return made


@pytest.mark.parametrize("fault", BAD)
def test_bad_input_is_one_clear_line_and_leaves_the_last_good_site(
    good: Small, tmp_path: Path, fault: str
) -> None:
    shutil.copytree(good.root, tmp_path / "kho", symlinks=True)
    house = Small(tmp_path / "kho", tmp_path / "kho" / "content" / PORTAL)
    before, around = tree(house.output), beside(house.output)
    spoil, told = BAD[fault]
    spoil(house)
    for verb in ("check", "build"):
        done = house.cong(verb, "--portal", PORTAL)
        assert done.returncode == 1, done.stderr
        assert done.stdout == ""
        lines = [line for line in done.stderr.splitlines() if not line.startswith("✗ 1 lỗi")]
        assert len(lines) == 1, done.stderr
        assert re.match(rf"content/{PORTAL}/{told}", lines[0]), lines[0]
        assert "\x1b" not in done.stderr
    assert tree(house.output) == before
    assert beside(house.output) == around


def test_every_mistake_is_told_at_once_in_the_order_of_files(house: Small) -> None:
    house.change(NEWS, "sample: true", "sample: có\nla: 1")
    house.change("gop-y/2026/du-thao.md", "closes: 2026-12-15", "closes: 2026-10-01")
    with pytest.raises(Refused) as refused:
        house.build()
    places = [(f.path.split("/", 2)[2], f.line) for f in refused.value.findings]
    assert places == [("gop-y/2026/du-thao.md", 9), (NEWS, 8), (NEWS, 9)]


def test_an_error_of_pelican_itself_stops_the_build_too(
    house: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.build()
    before = tree(house.output)

    def fail(*_: object) -> str:
        logging.getLogger("pelican.generators").error("Could not process %s", "x.md")
        return ""

    monkeypatch.setattr(machine_pages, "sitemap", fail)
    with pytest.raises(Refused, match=r"Could not process x\.md"):
        house.build()
    assert tree(house.output) == before


# A build that is killed --------------------------------------------------------------------


def long(house: Small) -> None:
    for number in range(150):
        house.write(f"tin-tuc/2026/dai-{number:03}.md", article(f"dai-{number:03}"))


def kill_when(house: Small, pages: int) -> bool:
    """Starts a build and kills it once so many pages are drawn; whether it still ran then."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cong", "build", "--portal", PORTAL],
        cwd=house.root,
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    fresh = house.output.with_name(f".{PORTAL}.{process.pid}.new")
    deadline = time.monotonic() + 60
    try:
        while process.poll() is None and time.monotonic() < deadline:
            if fresh.exists() and sum(1 for _ in fresh.rglob("index.html")) >= pages:
                break
            time.sleep(0.002)
        running = process.poll() is None
    finally:
        process.kill()
        process.wait(10)
    return running and fresh.exists()


def test_a_build_killed_at_any_moment_leaves_the_old_site_and_the_next_one_tidies_up(
    house: Small,
) -> None:
    house.build()
    before = tree(house.output)
    long(house)
    for pages in (0, 1, 150):
        assert kill_when(house, pages), "the build was over too soon to be killed"
        assert tree(house.output) == before
    assert len(beside(house.output)) == 1, "each build tidies up after the one before"
    house.build()
    assert beside(house.output) == []
    pages_now, pages_before = (
        sum(name.endswith(".html") for name in files) for files in (tree(house.output), before)
    )
    assert pages_now == pages_before + 150 + 7  # 7 more pages of the section


def test_a_site_left_between_the_two_renames_is_put_back(house: Small) -> None:
    house.build()
    before = tree(house.output)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    house.output.rename(house.output.with_name(f".{PORTAL}.{dead.pid}.old"))
    house.write(NEWS, "hỏng")
    with pytest.raises(Refused):
        house.build()
    assert tree(house.output) == before
    assert beside(house.output) == []


def test_what_another_running_build_draws_is_left_alone(tmp_path: Path) -> None:
    mine = tmp_path / f".site.{os.getppid()}.new"
    other = tmp_path / ".sites.1.new"
    mine.mkdir()
    other.mkdir()
    tidy(tmp_path / "site")
    assert mine.is_dir()
    assert other.is_dir()


def test_a_switch_that_fails_puts_the_old_site_back(tmp_path: Path) -> None:
    output = tmp_path / "site"
    output.mkdir()
    (output / "index.html").write_text("cũ", encoding="utf-8")
    with pytest.raises(FileNotFoundError):
        put_in_place(tmp_path / "no-such", output)
    assert tree(output) == {"index.html": "cũ".encode()}
    assert beside(output) == []


def test_a_build_that_is_interrupted_leaves_nothing_behind(house: Small) -> None:
    house.build()
    before = tree(house.output)

    def interrupt(done: int, _: int) -> None:
        if done == 20:
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        build(house.root, PORTAL, house.output, NOW, progress=interrupt)
    assert tree(house.output) == before
    assert beside(house.output) == []


# The site that citizens see ----------------------------------------------------------------


def test_production_refuses_samples_and_names_every_one(house: Small) -> None:
    done = house.cong("build", "--portal", PORTAL, "--production")
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"content/{PORTAL}/{NEWS}:8: [sample] lỗi: Nội dung mẫu không được đăng thật; hãy thay "
        "bằng nội dung thật, hoặc dựng bản minh họa với --allow-samples."
    ]
    assert not house.output.exists()


def test_allow_samples_lets_them_in_with_their_banner(house: Small) -> None:
    done = house.cong("build", "--portal", PORTAL, "--production", "--allow-samples")
    assert done.returncode == 0, done.stderr
    assert "1 mục mẫu" in done.stdout
    page = (house.output / "tin-tuc/2026/mau/index.html").read_text(encoding="utf-8")
    assert "Nội dung mẫu" in page


def test_drafts_are_absent_in_production_and_bannered_in_the_demonstration(
    drawn: Small, house: Small
) -> None:
    house.build(production=True, allow_samples=True)
    assert "tin-tuc/2026/ban-nhap/index.html" in tree(drawn.output)
    made = tree(house.output)
    assert "tin-tuc/2026/ban-nhap/index.html" not in made
    assert not any("Bài còn nháp".encode() in data for data in made.values())
    assert b"Disallow: /" not in made["robots.txt"]


def test_a_published_item_may_not_lead_to_a_draft_that_citizens_cannot_see(house: Small) -> None:
    house.change("tin-tuc/2026/doi-cho.md", "Nội dung.", "[nháp](ban-nhap.md)")
    with pytest.raises(Refused, match="còn là bản nháp") as refused:
        house.build()
    assert [f.path.split("/", 2)[2] for f in refused.value.findings] == ["tin-tuc/2026/doi-cho.md"]


def pelican(house: Small, settings: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pelican", "-s", settings, "-o", str(house.root / "xem"), *words],
        cwd=house.root,
        env=clean_environment(CONG_PORTAL=PORTAL, PYTHONPATH=f"{house.root}:{ROOT}"),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def test_pelican_itself_refuses_samples_with_publishconf(house: Small) -> None:
    done = pelican(house, "publishconf.py")
    assert done.returncode != 0
    assert "Nội dung mẫu không được đăng thật" in " ".join((done.stdout + done.stderr).split())
    assert not list((house.root / "xem").rglob("*.html"))


def test_pelican_itself_builds_the_demonstration(house: Small) -> None:
    done = pelican(house, "pelicanconf.py")
    assert done.returncode == 0, done.stderr
    assert "tin-tuc/2026/mau/index.html" in tree(house.root / "xem")


def test_what_a_build_made_is_told(house: Small) -> None:
    made = build(house.root, PORTAL, house.output, NOW)
    assert isinstance(made, Built)
    assert made.output == house.output
    assert made.seconds > 0
