"""Every file of every site: valid HTML, well-formed XML, and what machines look for in them."""

import collections
import datetime as dt
import itertools
import json
import os
import re
import subprocess
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from regulation.items import Item
from tests.browser.markup import Document, documents, file_of, resolve
from tests.browser.serving import EVERY_KIND, ServedSite, Sites
from tests.browser.site import ROOT
from tests.node import node

CONFIG = ROOT / ".html-validate.json"
VALIDATOR = ROOT / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"

CHANGED_RULES = {
    "doctype-style": "The HTML Standard writes <!doctype html> in small letters.",
    "long-title": "70 letters, for search engines: a document's title and a portal's full name are "
    "given by law and longer than that.",
    "prefer-native-element": "A box that scrolls is a div with the role of a region and a name: to "
    "everybody the same as a section with a name, and no part of the page's outline.",
}
"""Why a rule of html-validate is off or set otherwise than its makers recommend."""

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"

DUBLIN_CORE = ("title", "creator", "date", "description", "publisher", "identifier")
"""The six elements that Thông tư 24/2011/TT-BTTTT asks of every item."""

NEEDED = {
    "Article": ("headline", "author", "publisher"),
    "BreadcrumbList": ("itemListElement",),
    "Dataset": ("name", "description"),
    "GovernmentOrganization": ("name",),
    "GovernmentService": ("name", "serviceType", "provider"),
    "Legislation": ("name", "legislationDate"),
    "NewsArticle": ("headline", "author", "publisher"),
    "QAPage": ("mainEntity",),
}
"""What schema.org's types cannot be used without."""

NEEDED_OF_ITEMS = ("@id", "name", "description", "url", "inLanguage", "datePublished", "publisher")

LEAKS = re.compile(
    r"<built-in|bound method|object at 0x|Undefined|\{\{|\{%|>\s*None\s*<|=\"None\""
    r"|&lt;(?:a|p|span)\b"
)
"""What a template leaves on a page when it is given something else than it thinks."""


def html_faults(folder: Path, told: Path, pages: Sequence[Path] = ()) -> list[str]:
    """What html-validate says of pages below a folder, all if none are named.

    It is told into a file first.
    """
    if not VALIDATOR.exists():
        pytest.fail("No html-validate: make test installs it, or type make install-dev")
    named = [str(page) for page in pages or (folder,)]
    command = [node(), str(VALIDATOR), "--config", str(CONFIG), "--formatter", "json", *named]
    with told.open("w", encoding="utf-8") as output:
        done = subprocess.run(
            command, stdout=output, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False
        )
    assert done.returncode in (0, 1), done.stderr
    return [
        f"{Path(page['filePath']).relative_to(folder)}:{fault['line']}: "
        f"{fault['ruleId']}: {fault['message']}"
        for page in json.loads(told.read_text(encoding="utf-8") or "[]")
        for fault in page["messages"]
    ]


def items_of(site: ServedSite) -> list[Item]:
    """The items that stand on the site with a page of their own that is no tombstone."""
    return [item for item in site.library.items if item.status == "published"]


def graph_of(document: Document) -> list[dict[str, Any]]:
    """A page's schema.org values."""
    (script,) = (e for e in document.all("script") if e.get("type") == "application/ld+json")
    data = json.loads(document.raw(script))
    assert data["@context"] == "https://schema.org"
    graph: list[dict[str, Any]] = data["@graph"]
    return graph


# --- pages -----------------------------------------------------------------------------------


def test_every_page_is_valid_html(site: ServedSite, tmp_path: Path) -> None:
    """Every page if every kind is wanted; else one of each kind, and one in ten of the others."""
    pages: list[Path] = []
    if not os.environ.get(EVERY_KIND):
        kinds = {file_of(site.folder, url) for url in site.pages.values()}
        pages = sorted(kinds | set(sorted(site.folder.rglob("*.html"))[::10]))
        assert len(pages) > 50
    assert html_faults(site.folder, tmp_path / "faults.json", pages) == []


def test_the_validator_sees_a_fault(sites: Sites, tmp_path: Path) -> None:
    page = (sites["laocai-cchc"].folder / "404.html").read_text(encoding="utf-8")
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.html").write_text(page.replace("</h1>", '</h1><p id="main"></p>'), encoding="utf-8")
    (fault,) = html_faults(pages, tmp_path / "faults.json")
    assert fault.endswith('no-dup-id: Duplicate ID "main"')


def test_every_rule_that_is_changed_says_why() -> None:
    assert set(json.loads(CONFIG.read_text(encoding="utf-8"))["rules"]) == set(CHANGED_RULES)


def test_a_template_leaves_nothing_on_a_page(site: ServedSite) -> None:
    found = [
        f"{page.url}: {match[0]}"
        for page in documents(site.folder).values()
        if (match := LEAKS.search(page.text))
    ]
    assert found == []


def test_every_page_has_one_heading_a_language_and_a_title(site: ServedSite) -> None:
    name = {lang: site.portal.regulation.name.say(lang) for lang in ("vi", "en")}
    found = []
    for url, page in documents(site.folder).items():
        lang = "en" if url.startswith("/en/") else "vi"
        headings = [page.inside(e) for e in page.all("h1")]
        titles = [page.inside(e) for e in page.all("title")]
        if len(headings) != 1 or not headings[0]:
            found.append(f"{url}: h1 {headings}")
        if [e.get("lang") for e in page.all("html")] != [lang]:
            found.append(f"{url}: not in {lang}")
        if len(titles) != 1 or not titles[0].endswith(name[lang]):
            found.append(f"{url}: title {titles}")
    assert found == []


def test_headings_go_down_one_level_at_a_time(site: ServedSite) -> None:
    found = []
    for url, page in documents(site.folder).items():
        levels = [int(e.tag[1]) for e in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        if any(after > before + 1 for before, after in itertools.pairwise(levels)):
            found.append(f"{url}: {levels}")
    assert found == []


def test_every_page_names_its_own_address(site: ServedSite) -> None:
    found = []
    for url, page in documents(site.folder).items():
        canonical = page.link("canonical")
        if page.leads_on:
            leads = resolve(page.link("canonical")[0], url, site.host)
            if leads is None or not file_of(site.folder, leads[0]).is_file():
                found.append(f"{url}: {canonical}")
        elif canonical != [site.host + url]:
            found.append(f"{url}: {canonical}")
    assert found == []


def test_a_description_says_something(site: ServedSite) -> None:
    found = []
    for url, page in documents(site.folder).items():
        said = page.meta("description")
        if len(said) > 1 or any(not 10 <= len(text) <= 320 for text in said):
            found.append(f"{url}: {said}")
    items = {item.url for item in items_of(site)}
    found += [
        f"{url}: none" for url in items if not documents(site.folder)[url].meta("description")
    ]
    assert found == []


def test_item_pages_carry_dublin_core(site: ServedSite) -> None:
    found = []
    for item in items_of(site):
        page = documents(site.folder)[item.url]
        core = {name: page.meta(f"DC.{name}") for name in DUBLIN_CORE}
        found += [
            f"{item.url}: DC.{name} {v}" for name, v in core.items() if len(v) != 1 or not v[0]
        ]
        wanted = {
            "title": item.title,
            "date": item.posted.date().isoformat(),
            "publisher": site.portal.regulation.name.say(item.lang),
            "identifier": site.host + item.url,
        }
        found += [f"{item.url}: DC.{name} {core[name]}" for name in wanted
                  if core[name] != [wanted[name]]]  # fmt: skip
    assert found == []


def test_other_languages_are_named_both_ways(site: ServedSite) -> None:
    pages = documents(site.folder)
    found = []
    for url, page in pages.items():
        others = {
            e.get("hreflang"): e.get("href").removeprefix(site.host)
            for e in page.all("link")
            if e.get("rel") == "alternate" and "hreflang" in e.attributes
        }
        lang = next(page.all("html")).get("lang")
        if others and others.get(lang) != url:
            found.append(f"{url}: does not name itself")
        for other in others.values():
            back = {e.get("href") for e in pages[other].all("link") if "hreflang" in e.attributes}
            if site.host + url not in back:
                found.append(f"{url}: {other} does not lead back")
    assert found == []


# --- what search engines read ---------------------------------------------------------------


def test_structured_data_has_what_its_types_need(site: ServedSite) -> None:
    found = []
    for url, page in documents(site.folder).items():
        if page.leads_on:
            continue
        for part in graph_of(page):
            needed = NEEDED.get(part["@type"], ())
            found += [f"{url}: {part['@type']} has no {key}" for key in needed if not part.get(key)]
    assert found == []


def test_trails_lead_from_home_to_the_page(site: ServedSite) -> None:
    found = []
    for url, page in documents(site.folder).items():
        if page.leads_on:
            continue
        trails = [p["itemListElement"] for p in graph_of(page) if p["@type"] == "BreadcrumbList"]
        (steps,) = trails
        if [step["position"] for step in steps] != list(range(1, len(steps) + 1)):
            found.append(f"{url}: {steps}")
        if not all(step["name"] and step["item"].startswith(site.host + "/") for step in steps):
            found.append(f"{url}: {steps}")
        if steps[-1]["item"] != site.host + url:
            found.append(f"{url}: ends at {steps[-1]['item']}")
    assert found == []


def test_every_item_says_what_it_is(site: ServedSite) -> None:
    found = []
    for item in items_of(site):
        graph = graph_of(documents(site.folder)[item.url])
        (said,) = (part for part in graph if part["@type"] != "BreadcrumbList")
        found += [f"{item.url}: no {key}" for key in NEEDED_OF_ITEMS if not said.get(key)]
        for key in ("datePublished", "dateModified"):
            if dt.datetime.fromisoformat(said[key]).tzinfo is None:
                found.append(f"{item.url}: {key} {said[key]}")
        if said["@id"] != site.host + item.url:
            found.append(f"{item.url}: @id {said['@id']}")
    assert found == []


def test_the_sitemap_lists_every_page_to_be_found(site: ServedSite) -> None:
    root = ET.parse(site.folder / "sitemap.xml").getroot()
    assert root.tag == f"{SITEMAP}urlset"
    entries = {entry.findtext(f"{SITEMAP}loc") or "": entry for entry in root}
    assert len(entries) == len(root)
    pages = documents(site.folder)
    listed = {address.removeprefix(site.host) for address in entries}
    assert listed <= set(pages)
    assert {item.url for item in site.library.items if item.listed} <= listed
    hidden = {url for url, page in pages.items() if page.leads_on} | {"/404.html"}
    hidden |= {item.url for item in site.library.items if not item.listed}
    assert not hidden & listed
    for entry in root:
        changed = entry.findtext(f"{SITEMAP}lastmod")
        assert changed is None or dt.datetime.fromisoformat(changed).tzinfo
        others = {link.get("href") for link in entry.iter(f"{XHTML}link")}
        assert others <= set(entries), others - set(entries)
    robots = (site.folder / "robots.txt").read_text(encoding="utf-8")
    assert f"Sitemap: {site.host}/sitemap.xml\n" in robots


def test_feeds_are_atom_with_ids_of_their_own(site: ServedSite) -> None:
    feeds = sorted(site.folder.rglob("feed.xml"))
    assert len(feeds) >= len(site.portal.sections)
    ids: collections.Counter[str] = collections.Counter()
    found = []
    for path in feeds:
        url = "/" + path.relative_to(site.folder).as_posix()
        feed = ET.parse(path).getroot()
        assert feed.tag == f"{ATOM}feed"
        links = {
            link.get("rel", "alternate"): link.get("href") for link in feed.iterfind(f"{ATOM}link")
        }
        if links.get("self") != site.host + url:
            found.append(f"{url}: self {links}")
        for part in (feed, *feed.iterfind(f"{ATOM}entry")):
            for name in ("id", "title", "updated"):
                values = [e.text for e in part.iterfind(f"{ATOM}{name}")]
                if len(values) != 1 or not values[0]:
                    found.append(f"{url}: {name} {values}")
            moment = dt.datetime.fromisoformat(part.findtext(f"{ATOM}updated") or "")
            if moment.tzinfo is None:
                found.append(f"{url}: {moment}")
            ids[part.findtext(f"{ATOM}id") or ""] += 1
        for entry in feed.iterfind(f"{ATOM}entry"):
            if not entry.findtext(f"{ATOM}author/{ATOM}name"):
                found.append(f"{url}: an entry without author")
            leads = [link.get("href") or "" for link in entry.iterfind(f"{ATOM}link")]
            if [site.host + "x"] == leads or not leads:
                found.append(f"{url}: an entry without link")
            for address in leads:
                if address.removeprefix(site.host) not in documents(site.folder):
                    found.append(f"{url}: {address}")
    found += [f"{count} times {name}" for name, count in ids.items() if count > 1]
    assert found == []


def test_every_feed_is_named_on_its_page(site: ServedSite) -> None:
    for path in site.folder.rglob("feed.xml"):
        url = "/" + path.parent.relative_to(site.folder).as_posix() + "/"
        assert f"{url}feed.xml" in documents(site.folder)[url].link("alternate")
