"""What of a portal is found: every kind of content, where its fields go, and what never goes in."""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from plugins.search.portal import Findable, _Texts, findables, main_text, of_item, plain
from plugins.site import Site
from plugins.views.values import shown
from regulation.content_types import FieldSpec, Kind, content_types
from regulation.items import INTERNAL, Item
from regulation.prose import read
from tests.plugins.portals import real_site, with_items
from tests.plugins.test_every_field import leaves
from tests.small import PORTALS, Small, article

NOT_FOUND = {
    "id": "names the item for the machine",
    "status": "what is found is published",
    "posted": "a number of every item; the day is shown, and sorted by",
    "updated": "as posted",
    "publish_at": "as posted",
    "expires_at": "as posted",
    "order": "puts lists in order",
    "source_url": "an address elsewhere; the source's name is found",
    "moved_from": "an address that is no more",
    "sample": "has a band on the page",
    "backfilled": "tells how the item came here",
    "withdrawn": "what is withdrawn is not found at all",
    "picture.credit": "a photographer is nobody to look up",
    "comments.who": "nor is a citizen who commented",
    "picture.file": "a picture has no words but its alternative",
    "pictures.file": "likewise",
    "incident.planned": "yes or no",
    "table.sums": "yes or no",
    "instead.item": "another item",
    "replaced_by.item": "another item; its number is found",
    "replaces.item": "likewise",
    "amended_by.item": "likewise",
    "amends.item": "likewise",
}
"""Fields whose words do not find an item, each with the reason."""


def texts_of(found: Findable) -> str:
    return " ".join(" ".join(found.texts.values()).split())


def fields_of(item: Item) -> Iterator[tuple[str, FieldSpec, Any]]:
    for name, spec, value in leaves(content_types()[item.type].fields, item.values):
        part = ".".join(name.split(".")[-2:])
        if not {name, f"{item.type}.{name}", part} & NOT_FOUND.keys():
            yield name, spec, value


def listed(site: Site) -> list[Item]:
    return [item for item in site.library.items if item.listed]


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_field_of_every_type_finds_its_item_or_is_left_out_for_a_reason(
    portal_id: str,
) -> None:
    site = real_site(portal_id)
    missing = []
    for item in listed(site):
        found = of_item(site, item)
        words = texts_of(found)
        for name, spec, value in fields_of(item):
            if spec.kind in (Kind.FILE, Kind.TABLE):
                there = value in found.files
            elif spec.kind is Kind.MARKDOWN:
                there = all(part in words for part in value.split()[:3] if part.isalpha())
            else:
                made = shown(site, spec, value, item.lang)
                assert made is not None
                told = made.get("lines", (made["text"],))
                there = all(" ".join(each.split()) in words for each in told)
            if not there:
                missing.append(f"{item.path}: {name}")
    assert missing == []


def test_the_four_portals_have_every_type_of_content() -> None:
    types = {item.type for portal in PORTALS for item in listed(real_site(portal))}
    assert types == set(content_types())


PLACES = [
    ("legal_document", "number", "metadata"),
    ("legal_document", "issuer", "metadata"),
    ("legal_document", "form", "metadata"),
    ("legal_document", "keywords", "metadata"),
    ("legal_document", "source", "body"),
    ("legal_document", "summary", "body"),
    ("procedure", "code", "metadata"),
    ("procedure", "who", "body"),
    ("procedure", "papers.name", "body"),
    ("procedure", "legal_basis", "body"),
    ("person", "post", "metadata"),
    ("schedule", "entries.who", "body"),
    ("consultation", "comments.text", "body"),
    ("answer", "question", "body"),
    ("answer", "answered_by", "metadata"),
    ("link", "url", "body"),
    ("survey_result", "method", "body"),
    ("media", "pictures.alt", "body"),
    ("article", "picture.alt", "body"),
]


@pytest.mark.parametrize(("kind", "name", "place"), PLACES)
def test_where_a_field_goes(kind: str, name: str, place: str) -> None:
    for portal in PORTALS:
        site = real_site(portal)
        for item in listed(site):
            if item.type != kind:
                continue
            for field, spec, value in leaves(content_types()[kind].fields, item.values):
                if field != name:
                    continue
                made = shown(site, spec, value, item.lang)
                assert made is not None
                told = " ".join(made.get("lines", (made["text"],))[0].split())
                if spec.kind in (Kind.LINE, Kind.TEXT) and len(told) > 120:
                    continue
                found = of_item(site, item)
                assert told in " ".join(found.texts[place].split())
                if place == "body" and told not in found.texts["title"]:
                    parts = found.texts["metadata"].split("\n\n")
                    assert told not in parts
                return
    raise AssertionError(f"no {kind} has {name}")


def test_what_a_result_shows_is_plain_text_at_its_address(house: Small) -> None:
    house.write(
        "tin-tuc/2026/ky-hieu.md",
        article("ky-hieu", "A < B & C", body="Nói <b>đậm</b> và `mã`.").replace(
            "summary: Tóm tắt của ky-hieu.", 'summary: "5 < 7 & <i>9</i>"'
        ),
    )
    site = dataclasses.replace(house.site(), base="/xem-thu")
    (item,) = [item for item in site.library.items if item.id == "ky-hieu"]
    made = of_item(site, item).shown
    assert (made.url, made.title) == ("/xem-thu/tin-tuc/2026/ky-hieu/", "A < B & C")
    assert made.summary == "5 < 7 & <i>9</i>"
    assert (made.section, made.kind) == ("Tin tức", "Tin bài")
    assert made.date == dt.date(2026, 4, 1)


def test_a_document_is_of_the_day_it_was_issued_and_a_story_of_that_it_was_posted(
    site: Site,
) -> None:
    by_url = {found.shown.url: found.shown for found in findables(site, "vi")}
    assert by_url["/van-ban/2026/chi-thi/"].date == dt.date(2025, 7, 7)
    assert by_url["/tin-tuc/2026/cau-moi/"].date == dt.date(2026, 4, 1)


def test_long_summaries_are_shortened_as_in_lists(site: Site) -> None:
    item = next(item for item in site.library.items if item.id == "cau-moi")
    long = dataclasses.replace(item, summary="một hai ba bốn " * 40)
    made = of_item(site, long).shown.summary
    assert len(made) <= 221
    assert made.endswith("…")


def test_an_item_without_a_summary_shows_how_it_begins(site: Site) -> None:
    item = next(item for item in site.library.items if item.id == "cau-moi")
    made = of_item(site, dataclasses.replace(item, summary="")).shown.summary
    assert made.startswith("Mở đầu Xem họp Ban, viết về ban@example.vn")


def test_drafts_tombstones_and_what_has_expired_are_not_found(house: Small) -> None:
    house.write(
        "tin-tuc/2026/het-han.md",
        article("het-han", "Tin hết hạn", "expires_at: 2026-05-01 08:00"),
    )
    house.write(
        "tin-tuc/2026/hen-gio.md",
        article(
            "hen-gio", "Tin hẹn giờ", "publish_at: 2026-12-24 08:00", posted="2026-12-24 08:00"
        ),
    )
    site = house.site()
    titles = {found.shown.title for found in findables(site, "vi")}
    there = {item.title for item in site.library.items}
    hidden = {"Bài còn nháp", "Tin đã gỡ", "Tin hết hạn", "Tin hẹn giờ"}
    assert hidden <= there
    assert not hidden & titles
    assert "Khánh thành cầu mới" in titles
    everything = " ".join(texts_of(found) for found in findables(site, "vi"))
    assert "Đăng nhầm" not in everything


def test_a_public_build_finds_no_sample(house: Small) -> None:
    site = house.site(production=True)
    items = [item for item in site.library.items if not item.sample]
    titles = {found.shown.title for found in findables(with_items(site, items), "vi")}
    assert "Tin mẫu" not in titles


def test_english_is_found_in_english_and_nowhere_else(site: Site) -> None:
    by_lang = {lang: list(findables(site, lang)) for lang in site.langs}
    english = {found.shown.url for found in by_lang["en"]}
    assert "/en/tin-tuc/2026/hop-ban/" in english
    assert all(url.startswith("/en/") for url in english)
    assert not any(found.shown.url.startswith("/en/") for found in by_lang["vi"])
    kinds = {found.shown.kind for found in by_lang["en"]}
    assert {"News", "Agency", "Page of this portal"} <= kinds


def test_agencies_sections_and_the_portals_own_pages_are_found_too(site: Site) -> None:
    found = {each.shown.url: each for each in findables(site, "vi")}
    for url, kind in {
        "/co-quan/so-noi-vu/": "Cơ quan",
        "/tin-tuc/": "Chuyên mục",
        "/lien-he/": "Trang của cổng",
        "/gui-y-kien/": "Trang của cổng",
        "/quy-che/": "Trang của cổng",
        "/tiep-can-thong-tin/": "Trang của cổng",
        "/tra-cuu-van-ban/": "Trang của cổng",
        "/co-quan/": "Trang của cổng",
    }.items():
        assert found[url].shown.kind == kind, url
        assert found[url].shown.date is None
        assert found[url].texts["title"]
    assert "/" not in found
    assert "/tim-kiem/" not in found
    assert "/404.html" not in found
    assert not any("trang-" in url or "cu-nhat-truoc" in url for url in found)


def test_of_the_own_pages_only_those_that_list_nothing_are_found_by_their_text(site: Site) -> None:
    page = "<body><nav>Bỏ qua</nav><main><h1>X</h1><p>chữ riêng</p></main></body>"
    bodies = {
        found.shown.url: found.texts.get("body", "")
        for found in findables(site, "vi", lambda _: page)
        if found.shown.kind == "Trang của cổng"
    }
    with_text = {url for url, body in bodies.items() if "chữ riêng" in body}
    assert with_text == {"/lien-he/", "/gui-y-kien/", "/quy-che/"}
    assert not any("Bỏ qua" in body for body in bodies.values())


@pytest.mark.duty("S3")
@pytest.mark.parametrize("key", INTERNAL)
def test_what_is_internal_finds_nothing(site: Site, key: str) -> None:
    """The reader refuses such a key; should one ever get past it, it does not get in here."""
    item = next(item for item in site.library.items if item.id == "du-thao")
    rows = tuple({**row, key: "zqxcanary"} for row in item.values["comments"])
    spoilt = dataclasses.replace(
        item, values={**item.values, key: "zqxcanary", "comments": rows, "la": {key: "zqxcanary"}}
    )
    assert "zqxcanary" not in str(of_item(site, spoilt))
    public = dataclasses.replace(item, values={**item.values, "address": "zqxcanary"})
    assert "zqxcanary" in texts_of(of_item(site, public))


@pytest.mark.parametrize("kind", Kind)
def test_a_field_that_is_not_public_is_not_taken_whatever_it_holds(site: Site, kind: Kind) -> None:
    inner = FieldSpec.model_validate({"kind": "line", "label": "x"})
    hidden = FieldSpec.model_validate(
        {"kind": kind, "label": "x", "public": False, "fields": {"x": inner}}
    )
    value: Mapping[str, Any] = {"x": "zqx"}
    held: Any = {Kind.GROUP: value, Kind.ROWS: (value,), Kind.LINES: ("zqx",)}.get(kind, "zqx")
    texts = _Texts(site, "vi")
    texts.take("x", hidden, held)
    within = FieldSpec.model_validate(
        {"kind": "group", "label": "x", "fields": {"x": {**hidden.model_dump()}}}
    )
    texts.take("y", within, {"x": held})
    assert (texts.metadata, texts.body, texts.files) == ([], [], [])


def test_nobody_is_found_by_what_they_said_of_a_draft(site: Site) -> None:
    item = next(item for item in site.library.items if item.id == "du-thao")
    words = texts_of(of_item(site, item))
    assert "Nên rõ hơn." in words
    assert "Ông A" not in words


def test_a_text_is_read_as_citizens_read_it() -> None:
    text = read(
        "# Tên\n\nMột **câu** dài\nhai dòng, [liên kết](/x/).[^1]\n\n- gạch\n- đầu dòng\n\n"
        "| Cột | Hai |\n|---|---|\n| ô | kia |\n\n![Cây cầu](../../media/c.jpg)\n\n[^1]: Ghi chú.\n"
    )
    words = plain(text)
    for part in ("Tên", "Một câu dài hai dòng, liên kết.", "gạch", "đầu dòng", "ô", "Ghi chú."):
        assert part in words
    assert "gạch\n\nđầu dòng" in words, "what stands in two lines of a list is no pair"
    assert "Cột\n\nHai" in words
    assert words.endswith("Cây cầu")
    assert not set("\x02\x03<>*|") & set(words)


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<main>a<script>b()</script><!-- c -->d</main>", "ad"),
        ("<main>1 &lt; 2 &amp;amp;</main>", "1 < 2 &amp;"),
        ("<main>a", ""),
        ("", ""),
        ("</main><main>", ""),
    ],
)
def test_the_words_of_a_page(page: str, words: str) -> None:
    assert main_text(page) == words
