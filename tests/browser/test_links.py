"""No link of a site leads nowhere within it, at the root of a host and below a path."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugins.build import build
from tests.browser.conftest import NewPage
from tests.browser.markup import documents, file_of, links, resolve
from tests.browser.serving import ServedSite
from tests.browser.site import NOW, ROOT, kinds_of_pages, served

BASE = "/xem-thu"
RELAY = "/y-kien/"
"""What the relay answers, not the site."""
BELOW = "quangnam"
"""The portal that is built a second time, to stand below a path."""


def addresses_in_files(folder: Path) -> Iterator[tuple[str, str]]:
    """Addresses that style sheets, feeds and the site map name: file, address."""
    for path in folder.rglob("*.css"):
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8")):
            yield "/" + path.relative_to(folder).as_posix(), address
    for path in folder.rglob("*.xml"):
        for element in ET.parse(path).iter():
            address = element.get("href") or (element.text if element.tag.endswith("}loc") else "")
            if address:
                yield "/" + path.relative_to(folder).as_posix(), address


def dead(folder: Path, host: str, base: str = "") -> list[str]:
    """Links of a built site that lead to no file or to no anchor of it.

    Args:
        folder: The built site.
        host: The portal's own address.
        base: The path below which the site stands.
    """
    pages = documents(folder)
    found = []
    told = [(page.url, link) for page in pages.values() for link in links(page)]
    for page, link in [*told, *addresses_in_files(folder)]:
        if link == "" or re.search(r"[\s<>{}]", link):
            found.append(f"{page}: {link!r} is no address")
            continue
        target = resolve(link, base + page, host)
        if target is None:
            continue
        path, anchor = target
        if not path.startswith(base + "/"):
            if not link.startswith(host):  # else it leads to what else stands on the host
                found.append(f"{page}: {link} leaves {base}/")
            continue
        path = path.removeprefix(base)
        if path.startswith(RELAY):
            continue
        if not file_of(folder, path).is_file():
            found.append(f"{page}: {link}")
        elif anchor and (path not in pages or anchor not in pages[path].ids):
            found.append(f"{page}: {link} has no such anchor")
    return found


def test_no_link_leads_nowhere(site: ServedSite) -> None:
    assert dead(site.folder, site.host) == []


def test_links_out_are_whole_addresses_that_readers_may_follow(site: ServedSite) -> None:
    found = []
    for page in documents(site.folder).values():
        for link in links(page):
            known = ("https://", "http://", "mailto:", "tel:")
            if ":" in link.partition("/")[0] and not link.startswith(known):
                found.append(f"{page.url}: {link}")
    assert found == []


def test_the_measure_sees_a_dead_link(tmp_path: Path) -> None:
    (tmp_path / "index.html").write_text(
        '<a href="/b/"></a><a href="#here" id="there"></a><img src="c.png" srcset="/d.webp 1x">'
        '<a href="http://a.vn/e/"></a><a href="https://elsewhere.vn/"></a><a href="/"></a>',
        encoding="utf-8",
    )
    assert dead(tmp_path, "http://a.vn") == [
        "/: /b/",
        "/: #here has no such anchor",
        "/: c.png",
        "/: /d.webp",
        "/: http://a.vn/e/",
    ]


@pytest.fixture(scope="module")
def below(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portal built to stand below a path, in a folder of that name."""
    folder = tmp_path_factory.mktemp("host") / BASE.strip("/")
    build(ROOT, BELOW, folder, NOW, base=BASE)
    return folder


def test_no_link_leads_nowhere_or_out_below_a_path(below: Path) -> None:
    assert dead(below, "https://quangnam.gov.vn", BASE) == []


@pytest.mark.browser
def test_pages_below_a_path_find_all_they_ask_for(below: Path, new_page: NewPage) -> None:
    page = new_page()
    answers: list[str] = []
    page.on("response", lambda it: answers.append(f"{it.status < 400} {it.url}"))
    kinds = kinds_of_pages(below, BELOW)
    with served(below.parent) as host:
        for kind in ("home", "home-en", "section", "finder", "rules", "item-article", "item-media"):
            page.goto(host + BASE + kinds[kind])
        page.goto(host + BASE + "/")
        page.click(f'main .tasks a[href^="{BASE}/"]')
        page.click(".brand")
        assert page.url == f"{host}{BASE}/"
        assert [a for a in answers if not a.startswith(f"True {host}{BASE}/")] == []
