"""What keeps a built site from being shown: each fault once, and what is no fault."""

import datetime as dt
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from regulation.items import Item
from regulation.library import Library
from regulation.loading import load_portal
from tests.regulation.conftest import FIXTURES, TODAY
from tests.workflow.publish.places import written
from workflow.publish import verify as verifying
from workflow.publish.verify import read_page, verify

ADDRESS = "https://mau.gov.vn"
GONE = "-"
POSTED = dt.datetime(2026, 4, 1, tzinfo=dt.UTC)

Looked = Callable[..., list[str]]
"""Looks through a site: gives each finding as ``path: message``."""


def page(body: str = "", head: str = "", lang: str = ' lang="vi"', title: str = "Trang") -> str:
    """A faultless page around a body."""
    return (
        f"<!DOCTYPE html>\n<html{lang}><head><title>{title}</title>{head}</head>"
        f"<body><h1>Trang</h1>{body}</body></html>\n"
    )


def item(name: str, status: str = "published", sample: bool = False) -> Item:
    """An item of the news."""
    return Item(
        id=name,
        portal="portal-nho",
        path=f"content/portal-nho/tin-tuc/2026/{name}.md",
        section="tin-tuc",
        type="article",
        year=2026,
        slug=name,
        lang="vi",
        title=name,
        summary=name,
        status=status,
        posted=POSTED,
        updated=None,
        agency="so-noi-vu",
        sample=sample,
    )


SITE: Mapping[str, str] = {
    "index.html": page('<a href="/x/">x</a> <a href="x/#cho">x</a>'),
    "x/index.html": page('<p id="cho"><a href="../">home</a><a href="">this</a></p>'),
    "404.html": page('<a href="/">home</a>'),
    "sitemap.xml": f"<urlset><url><loc>{ADDRESS}/</loc></url></urlset>",
    "robots.txt": "User-agent: *\n",
    "static/a.css": "p{background:url(b.svg)}",
    "static/b.svg": "<svg/>",
    "media/anh bia.webp": "webp",
    "media/ảnh.webp": "webp",
}


@pytest.fixture(scope="module")
def empty() -> Library:
    """The small portal without items."""
    return Library(load_portal(FIXTURES / "portal-nho", FIXTURES, TODAY), ())


@pytest.fixture
def looked(tmp_path: Path, empty: Library) -> Looked:
    """Looks through the faultless site with some files changed or gone."""

    def look(
        changes: Mapping[str, str] | None = None,
        items: tuple[Item, ...] = (),
        before: Mapping[str, str] | None = None,
        base: str = "",
        allow_samples: bool = False,
        memory: Path | None = None,
        library: Library = empty,
    ) -> list[str]:
        site = {name: text for name, text in {**SITE, **(changes or {})}.items() if text != GONE}
        site |= {
            f"{each.url.strip('/')}/index.html": page()
            for each in items
            if each.status != "draft" and f"{each.url.strip('/')}/index.html" not in site
        }
        shutil.rmtree(tmp_path / "site", ignore_errors=True)
        folder = written(tmp_path / "site", site)
        found = verify(
            folder,
            ADDRESS,
            replace(library, items=items),
            before or {},
            base=base,
            allow_samples=allow_samples,
            memory=memory,
        )
        return [f"{finding.path}: {finding.message}" for finding in found]

    return look


GOOD = [
    '<a href="/x/#cho">x</a>',
    '<a href="/x/?trang=2#cho">x</a>',
    '<a href=" /x/ ">x</a>',
    '<a href="/x/#">x</a><a href="#top">x</a>',
    f'<a href="{ADDRESS}/x/#cho">x</a><a href="{ADDRESS}">x</a><a href="//mau.gov.vn/x/">x</a>',
    '<a href="https://mau.gov.vn.example.com/khong/">x</a>',
    '<a href="https://khac.gov.vn/khong-co/">x</a><a href="//khac.gov.vn/y">x</a>',
    '<a href="mailto:a@example.vn">x</a><a href="tel:+84235">x</a>',
    '<img alt="" src="/media/anh%20bia.webp">',
    '<img alt="" src="/media/%E1%BA%A3nh.webp"><img alt="" src="/media/ảnh.webp">',
    '<img alt="" src="/static/b.svg" srcset="/static/b.svg 1x, /media/anh%20bia.webp 2x">',
    '<p id="mục">x</p><a href="#m%E1%BB%A5c">x</a><a href="#mục">x</a>',
    '<form action="/x/"><button formaction="/">x</button></form>',
    '<a href="../../../x/">x</a>',
    '<a href="https://[::1">x</a>',
]


@pytest.mark.parametrize("body", GOOD)
def test_what_leads_somewhere_is_no_fault(looked: Looked, body: str) -> None:
    assert looked({"index.html": page(body)}) == []


DEAD = [
    ('<a href="/y/">x</a>', "/y/"),
    ('<a href="/x">x</a>', "/x"),
    ('<a href="y.html">x</a>', "y.html"),
    ('<a href="/X/">x</a>', "/X/"),
    (f'<a href="{ADDRESS}/y/">x</a>', f"{ADDRESS}/y/"),
    ('<a href="//mau.gov.vn/y/">x</a>', "//mau.gov.vn/y/"),
    ('<img alt="" src="/media/khong.webp">', "/media/khong.webp"),
    (
        '<img alt="" src="/static/b.svg" srcset="/static/b.svg 1x, /media/k.webp 2x">',
        "/media/k.webp",
    ),
    ('<video controls poster="/media/k.jpg"></video>', "/media/k.jpg"),
    ('<form action="/gui/"></form>', "/gui/"),
    ('<form action="/x/"><button formaction="/gui/">x</button></form>', "/gui/"),
    ('<object data="/media/k.pdf"></object>', "/media/k.pdf"),
    ('<blockquote cite="/nguon/">x</blockquote>', "/nguon/"),
    ('<a href="/tin-t%E1%BB%A9c/">x</a>', "/tin-t%E1%BB%A9c/"),
    ('<a href="/tin-tức/">x</a>', "/tin-tức/"),
]


@pytest.mark.parametrize(("body", "link"), DEAD)
def test_a_link_that_leads_nowhere(looked: Looked, body: str, link: str) -> None:
    assert looked({"index.html": page(body)}) == [
        f"index.html: Liên kết “{link}” không dẫn tới đâu; hãy sửa hoặc bỏ liên kết."
    ]


RELAYED = '<form action="/y-kien/gui/phan-anh/"></form><a href="/can-bo/">x</a>'


def test_where_a_relay_answers_is_no_dead_link(looked: Looked) -> None:
    assert looked({"index.html": page(RELAYED)}) == []


def test_on_a_portal_without_a_relay_a_form_that_leads_nowhere_is_told(
    empty: Library, looked: Looked
) -> None:
    voice = empty.portal.regulation.voice.model_copy(update={"online": False})
    regulation = empty.portal.regulation.model_copy(update={"voice": voice})
    silent = replace(empty, portal=replace(empty.portal, regulation=regulation))
    said = looked({"index.html": page(RELAYED)}, library=silent)
    assert [link in " ".join(said) for link in ("/y-kien/gui/phan-anh/", "/can-bo/")] == [True] * 2


def test_the_relays_frame_has_its_mark_where_a_heading_will_be(looked: Looked) -> None:
    frame = page().replace("<h1>Trang</h1>", "<main><!--cong:main--></main>")
    assert looked({"khung/index.html": frame}) == []
    (said,) = looked({"khung/index.html": frame.replace("<!--cong:main-->", "")})
    assert "0 tiêu đề chính" in said


@pytest.mark.parametrize("body", ['<a href="/x/#day">x</a>', '<a href="#day">x</a>'])
def test_a_link_to_a_place_that_the_page_does_not_have(looked: Looked, body: str) -> None:
    (said,) = looked({"index.html": page(body)})
    assert "trang ấy không có chỗ “day”" in said


ELSEWHERE = [
    ("index.html", page(head='<meta http-equiv="Refresh" content="0; URL=\'/y/\'">')),
    ("index.html", page(head='<link rel="stylesheet" href="/y/">')),
    ("static/a.css", "p{background:url( '/y/' )}"),
    ("static/a.css", '@import "/y/";'),
    ("sitemap.xml", f"<urlset><url><loc>{ADDRESS}/y/</loc></url></urlset>"),
    ("x/feed.xml", '<feed xmlns="http://www.w3.org/2005/Atom"><link href="/y/"/></feed>'),
    ("x/rss.xml", f"<rss><link> {ADDRESS}/y/ </link></rss>"),
]


@pytest.mark.parametrize(("name", "text"), ELSEWHERE)
def test_a_dead_link_outside_the_text_of_a_page(looked: Looked, name: str, text: str) -> None:
    (said,) = looked({name: text})
    assert said.startswith(f"{name}: Liên kết “")
    assert "/y/” không dẫn tới đâu" in said


MARKUP = [
    (page('<p id="a">x</p><p id="a">y</p>'), "mã “a” có hai lần trong trang"),
    (page().replace("<h1>Trang</h1>", "<h2>Trang</h2>"), "trang có 0 tiêu đề chính"),
    (page("<h1>Hai</h1>"), "trang có 2 tiêu đề chính"),
    (page(title=" "), "trang không có tên"),
    (page(lang=""), "trang không ghi ngôn ngữ"),
    (page("<p>x</b></p>"), "HTML sai"),
    (page('<a href="x>y</a>'), "HTML sai"),
    (page().replace("<!DOCTYPE html>\n", ""), "HTML sai"),
    (page()[:-20], "trang bị cụt"),
    ("", "trang bị cụt"),
]


@pytest.mark.parametrize(("text", "said"), MARKUP)
def test_a_page_that_a_browser_would_complain_of(looked: Looked, text: str, said: str) -> None:
    found = looked({"404.html": text})
    assert found
    assert all(each.startswith("404.html: Mã trang hỏng: ") for each in found)
    assert any(said in each for each in found)


@pytest.mark.parametrize("name", ["index.html", "404.html", "sitemap.xml", "robots.txt"])
def test_what_every_site_has(looked: Looked, name: str) -> None:
    changes = {name: GONE, "x/index.html": page('<p id="cho">x</p>')}
    if name == "index.html":
        changes |= {"404.html": page(), "sitemap.xml": "<urlset/>"}
    assert looked(changes) == [f"{name}: Trang dựng ra thiếu tệp này; hãy dựng lại."]


def test_broken_xml(looked: Looked) -> None:
    (said,) = looked({"x/feed.xml": "<feed>\n<b></feed>"})
    assert said == "x/feed.xml: Tệp XML sai; hãy báo đơn vị vận hành."


def test_bytes_that_are_no_text(looked: Looked, tmp_path: Path, empty: Library) -> None:
    for name in ("404.html", "static/a.css", "sitemap.xml"):
        looked()
        (tmp_path / "site" / name).write_bytes(b"\xff\xfe\x00")
        found = verify(tmp_path / "site", ADDRESS, empty, {})
        assert name in {each.path for each in found if "không phải văn bản UTF-8" in each.message}


def test_a_site_below_a_base(looked: Looked) -> None:
    below = {
        name: text.replace('"/', '"/cong/').replace(f"{ADDRESS}/", f"{ADDRESS}/cong/")
        for name, text in SITE.items()
    }
    assert looked(below, base="/cong") == []
    assert looked(below, base="/cong/") == []
    # A text may name the portal where it stands for real, of which this is a copy below a path.
    links = ("/x/", "/cong-khac/x/", "/cong/x/#cho", f"{ADDRESS}/x/", ADDRESS)
    outside = page("".join(f'<a href="{link}">x</a>' for link in links))
    assert [
        each.split(";")[0] for each in looked({**below, "index.html": outside}, base="/cong")
    ] == [
        "index.html: Liên kết “/cong-khac/x/” ra ngoài /cong/",
        "index.html: Liên kết “/x/” ra ngoài /cong/",
    ]


def test_samples_only_where_they_are_asked_for(looked: Looked) -> None:
    band = page('<p class="band sample">Mẫu</p>')
    sample = item("mau", sample=True)
    found = looked({"404.html": band}, (sample,))
    assert found == [
        f"{sample.path}: Nội dung mẫu không được phát hành; hãy bỏ mục này.",
        "404.html: Trang còn mang nhãn nội dung mẫu; hãy bỏ nội dung mẫu.",
    ]
    assert looked({"404.html": band}, (sample,), allow_samples=True) == []
    assert looked({}, (item("mau", "draft", sample=True),)) == []


def test_a_draft_has_no_page(looked: Looked) -> None:
    draft = item("nhap", "draft")
    assert looked({}, (draft,)) == []
    assert looked({"tin-tuc/2026/nhap/index.html": page()}, (draft,)) == [
        f"{draft.path}: Bản nháp đã lọt vào trang; hãy báo đơn vị vận hành."
    ]


def test_a_published_item_has_a_page(looked: Looked, tmp_path: Path, empty: Library) -> None:
    looked()
    library = replace(empty, items=(item("tin"), item("go", "withdrawn")))
    (said,) = verify(tmp_path / "site", ADDRESS, library, {})
    assert str(said) == (
        "/tin-tuc/2026/tin/: lỗi: Mục tin:vi không có trang; hãy báo đơn vị vận hành."
    )


def test_nothing_that_citizens_have_read_is_lost(looked: Looked) -> None:
    before = {"tin:vi": "/tin-tuc/2026/tin/", "go:vi": ""}
    assert looked({}, (item("tin"), item("go", "withdrawn")), before) == []
    assert looked({}, (item("tin", "withdrawn"), item("go")), before) == []
    assert looked({}, (item("tin", "draft"),), before) == [
        "go:vi: Mục này có ở bản phát hành trước (đã gỡ) mà nay mất hẳn; hãy đưa lại, hoặc gỡ có "
        "lý do: status: withdrawn.",
        "tin:vi: Mục này có ở bản phát hành trước (/tin-tuc/2026/tin/) mà nay mất hẳn; hãy đưa "
        "lại, hoặc gỡ có lý do: status: withdrawn.",
    ]


def test_an_address_that_citizens_know_goes_on_leading_somewhere(looked: Looked) -> None:
    before = {"tin:vi": "/tin-tuc/2025/cu/"}
    assert looked({}, (item("tin"),), before) == [
        "tin:vi: Địa chỉ cũ của mục này (/tin-tuc/2025/cu/) không còn trang nào; hãy ghi nó vào "
        "moved_from của mục."
    ]
    moved = page(head='<meta http-equiv="refresh" content="0; url=/tin-tuc/2026/tin/">')
    assert looked({"tin-tuc/2025/cu/index.html": moved}, (item("tin"),), before) == []


def test_of_many_faults_of_a_kind_the_first_are_told(looked: Looked) -> None:
    links = "".join(f'<a href="/y{n:02}/">x</a>' for n in range(25))
    found = looked({"index.html": page(links)})
    assert len(found) == 21
    assert found[-1] == "index.html: Và 5 lỗi tương tự."


def test_faultless_pages_are_remembered_and_faulty_ones_looked_at_again(
    looked: Looked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path / "pages.json"
    bad = {"404.html": page("<h1>Hai</h1>"), "x/index.html": page('<a href="/y/">x</a>')}
    first = looked(bad, memory=memory)
    assert len(first) == 3  # the heading, the dead link, the place that is gone
    parsed: list[str] = []

    def counting(text: str) -> verifying.Page:
        parsed.append(text)
        return read_page(text)

    monkeypatch.setattr(verifying, "read_page", counting)
    assert looked(bad, memory=memory) == first
    assert parsed == [bad["404.html"]]
    for spoiled in ("", "[]", "{", '{"a": 1}', '{"a": [1, 2]}'):
        memory.write_text(spoiled)
        assert looked(bad, memory=memory) == first
