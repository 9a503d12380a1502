"""An item's page is its view: plain values, and nothing that another item's publication changes."""

import dataclasses
import datetime as dt
import html
import random
from collections.abc import Iterator
from typing import Any

import pytest

from plugins.site import Site
from regulation.content_types import Kind
from regulation.items import Item, references
from regulation.library import written
from regulation.links import To, resolve
from tests.plugins.portals import all_views, not_plain, real_site, view_of, with_items
from tests.small import NOW, PORTALS, Small, article, tree


def named_by(site: Site, item: Item) -> set[str]:
    """Ids of the items that an item itself names, and its own."""
    spec = site.portal.type_of(site.portal.section(item.section))
    found = {item.id, *(name for _, name in references(item, spec, {Kind.ITEM}))}
    for part in written(item, site.library):
        for link in part.text.links:
            target = resolve(link.target, f"{item.section}/{item.year}")
            if target.to is To.ITEM:
                found.add(site.library.by_place[target.path].id)
    return found


def neighbours(site: Site, item: Item, chance: random.Random) -> Iterator[Item]:
    """Items that a careless page would show beside this one, and one picked at random."""
    others = [other for other in site.library.items if other.id not in named_by(site, item)]
    same = [o for o in others if o.section == item.section and o.lang == item.lang]
    yield from sorted(same, key=lambda o: o.posted)[-1:]
    yield from [o for o in others if o.agency == item.agency and o.section != item.section][:1]
    yield from [o for o in others if set(named_by(site, o)) & {item.id}][:1]
    if others:
        yield chance.choice(others)


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_view_of_a_real_portal_is_made_of_plain_values(portal_id: str) -> None:
    wrong = [
        f"{url} {fault}"
        for url, view in all_views(real_site(portal_id))
        for fault in not_plain(view)
    ]
    assert wrong == []


@pytest.mark.parametrize("portal_id", PORTALS)
def test_an_item_of_a_real_portal_looks_the_same_without_any_item_it_does_not_name(
    portal_id: str,
) -> None:
    site = real_site(portal_id)
    chance = random.Random(portal_id)
    for item in chance.sample(site.library.items, 30):
        shown = view_of(site, item)
        for other in neighbours(site, item, chance):
            without = with_items(site, [i for i in site.library.items if i is not other])
            assert view_of(without, item) == shown, f"{item.path} shows {other.path}"


@pytest.mark.parametrize("portal_id", PORTALS)
def test_an_item_of_a_real_portal_looks_the_same_beside_a_newer_one(portal_id: str) -> None:
    site = real_site(portal_id)
    for item in random.Random(portal_id).sample(site.library.items, 30):
        newer = dataclasses.replace(
            item, id="tin-moi-nhat", slug="tin-moi-nhat", posted=NOW, title="Mới nhất", path="x/y/z"
        )
        assert view_of(with_items(site, [*site.library.items, newer]), item) == view_of(site, item)


def pages_of_items(house: Small, left_out: str) -> dict[str, bytes]:
    """The pages of items of a built site, but one."""
    wanted = {item.url for item in house.library()[0].items if item.slug != left_out}
    built = tree(house.output)
    return {url: built[url.lstrip("/") + "index.html"] for url in wanted}


def test_publishing_and_removing_an_item_leaves_every_other_item_page_byte_for_byte(
    house: Small,
) -> None:
    house.build()
    before = pages_of_items(house, "moi-hon")
    home = (house.output / "index.html").read_bytes()
    house.write(
        "tin-tuc/2026/moi-hon.md",
        article("moi-hon", "Tin mới hơn cả", "keywords: [cầu]", posted="2026-11-21 10:00"),
    )
    house.build()
    assert pages_of_items(house, "moi-hon") == before
    assert (house.output / "index.html").read_bytes() != home, "the home page does show it"
    (house.folder / "tin-tuc/2026/moi-hon.md").unlink()
    house.build()
    assert pages_of_items(house, "moi-hon") == before
    assert (house.output / "index.html").read_bytes() == home


def test_an_item_is_drawn_from_its_view_and_the_furniture_alone(
    house: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pelican.plugins import signals

    seen: list[set[str]] = []

    def wrote(path: str, context: Any = None) -> None:
        seen.append(set(context))

    with signals.content_written.connected_to(wrote):
        house.build()
    assert len(seen) > 80
    assert set(map(frozenset, seen)) == {frozenset({"view", "site"})}


def own(site: Site, item_id: str, lang: str = "vi") -> dict[str, Any]:
    item = site.library.item(item_id, lang)
    assert item is not None
    return dict(view_of(site, item))


@pytest.mark.duty("S4")
def test_every_item_page_says_who_provided_it_and_from_what_source(
    drawn: Small, site: Site
) -> None:
    for item in site.library.items:
        if item.status == "withdrawn":
            continue
        page = (drawn.output / item.url.lstrip("/") / "index.html").read_text(encoding="utf-8")
        shown = html.unescape(page)
        author = item.values["author"] or site.portal.agency(item.agency).name.say(item.lang)
        assert f'<meta name="DC.creator" content="{author}">' in shown, item.path
        assert f"<dd>{item.values['source']}</dd>" in shown, item.path
        assert f"{site.portal.agency(item.agency).name.say(item.lang)}</a></dd>" in shown


def test_a_draft_and_a_sample_say_so_on_their_page(drawn: Small) -> None:
    for name, words in (("ban-nhap", "Bản nháp"), ("mau", "Nội dung mẫu")):
        page = (drawn.output / f"tin-tuc/2026/{name}/index.html").read_text(encoding="utf-8")
        assert 'class="band' in page
        assert words in page


def test_a_tombstone_says_when_and_why_and_leads_on(drawn: Small, site: Site) -> None:
    view = own(site, "da-go")
    assert "01/06/2026" in view["text"]
    assert "Đăng nhầm" in view["text"]
    assert view["instead"] == {"title": "Họp Ban Biên tập", "url": "/tin-tuc/2026/hop-ban/"}
    page = (drawn.output / "tin-tuc/2026/da-go/index.html").read_text(encoding="utf-8")
    assert '<meta name="robots" content="noindex">' in page
    assert "Nội dung." not in page


def test_a_former_address_leads_to_the_new_one_without_script(drawn: Small) -> None:
    page = (drawn.output / "tin-tuc/2026/cho-cu/index.html").read_text(encoding="utf-8")
    assert 'href="/tin-tuc/2026/doi-cho/"' in page
    assert 'http-equiv="refresh"' in page
    assert "<script src" not in page.split("</head>")[1]


def test_a_consultation_tells_its_state_on_the_day_of_the_build(drawn: Small) -> None:
    def state(day: dt.date) -> tuple[str, str]:
        site = dataclasses.replace(
            drawn.site(), now=dt.datetime.combine(day, NOW.time(), NOW.tzinfo)
        )
        told = own(site, "du-thao")["state"]
        return told["code"], told["text"]

    assert state(dt.date(2026, 11, 1))[0] == "coming"
    assert state(dt.date(2026, 11, 2))[0] == "open"
    assert "23" in state(dt.date(2026, 11, 22))[1]
    assert state(dt.date(2026, 12, 15))[0] == "open"
    assert state(dt.date(2026, 12, 16))[0] == "closed"


def test_a_consultation_shows_the_comments_and_the_answers(drawn: Small, site: Site) -> None:
    assert own(site, "du-thao")["comments"][0]["answer"] == "Đã sửa."
    page = (drawn.output / "gop-y/2026/du-thao/index.html").read_text(encoding="utf-8")
    assert "Nên rõ hơn." in page
    assert "Văn phòng Ủy ban nhân dân tỉnh Mẫu" in page


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_comment_without_an_answer_says_so(house: Small, lang: str) -> None:
    house.change("gop-y/2026/du-thao.md", ", answer: Đã sửa.}", "}")
    house.write("gop-y/2026/du-thao.en.md", (house.folder / "gop-y/2026/du-thao.md").read_bytes())
    house.build()
    prefix, told = {"vi": ("", "Chưa có giải trình."), "en": ("en/", "No answer yet.")}[lang]
    page = (house.output / f"{prefix}gop-y/2026/du-thao/index.html").read_text(encoding="utf-8")
    assert f"<p>{told}</p>" in page
    assert "<p>—</p>" not in page


def test_an_item_leads_to_its_other_language_and_back(site: Site) -> None:
    both = {"vi": "/tin-tuc/2026/hop-ban/", "en": "/en/tin-tuc/2026/hop-ban/"}
    for lang in ("vi", "en"):
        assert dict(own(site, "hop-ban", lang)["head"]["alternates"]) == both


def test_a_text_in_a_title_cannot_close_the_script_element_of_json_ld(house: Small) -> None:
    title = "Hỏi </script><script>alert(1)</script> & <b>đáp</b>"
    house.write("tin-tuc/2026/xau.md", article("xau", f"'{title}'"))
    house.build()
    page = (house.output / "tin-tuc/2026/xau/index.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page
    assert "<b>đáp" not in page
    assert "\\u003c/script\\u003e" in page


HOSTILE = "Chữ </script><script>alert(1)</script><img src=x onerror=alert(1)> \" ' & <b>"


def quoted(text: str) -> str:
    """A text as YAML holds it between single quotation marks."""
    return "'" + text.replace("'", "''") + "'"


def test_text_from_people_is_only_ever_text_wherever_a_page_shows_it(house: Small) -> None:
    text = quoted(HOSTILE)
    for path in house.folder.rglob("*.md"):
        lines = path.read_text(encoding="utf-8").split("\n")
        for index, line in enumerate(lines):
            name = line.partition(":")[0].removeprefix("  ")
            if name in (
                "title",
                "source",
                "summary",
                "abstract",
                "area",
                "finding",
                "caption",
                "method",
                "who",
                "fee",
                "address",
                "issuer",
                "result",
            ):
                lines[index] = f"{line.partition(':')[0]}: {text}"
        path.write_text("\n".join(lines), encoding="utf-8")
    rows = HOSTILE.replace('"', '""')
    house.write("data/dan-so.csv", f'Huyện,Người\n"{rows}",120000\nTây,90000\n')
    house.change("agencies.yml", "name: Sở Nội vụ tỉnh Mẫu", f"name: {text}")
    house.change("portal.yml", "title: Tin tức\n    summary", f"title: {text}\n    summary")
    house.change(
        "portal.yml", "slug: cong-khai, title: Công khai", f"slug: cong-khai, title: {text}"
    )
    house.build()
    shown = 0
    for path in house.output.rglob("*.*"):
        if path.suffix not in (".html", ".xml"):
            continue
        page = path.read_text(encoding="utf-8")
        assert "<script>" not in page, path
        assert "<img src=x" not in page, path
        assert "<b>" not in page, path
        shown += page.count("alert(1)")
    assert shown > 200


@pytest.mark.parametrize("form", ["bar", "line"])
def test_a_chart_and_its_table_show_hostile_names_as_text(house: Small, form: str) -> None:
    house.write(
        "data/dan-so.csv", 'Huyện,Người\n"<svg onload=alert(1)>","5"\n"]]>&amp;",-7\nTây,9\n'
    )
    house.change("so-lieu/2026/dan-so.md", "form: bar", f"form: {form}")
    house.build()
    page = (house.output / "so-lieu/2026/dan-so/index.html").read_text(encoding="utf-8")
    assert "<svg onload" not in page
    # A name too long to stand under a line is read in the table alone.
    assert page.count("&lt;svg onload=alert(1)&gt;") >= (2 if form == "bar" else 1)
    assert "]]&gt;&amp;amp;" in page
    assert 'class="zero"' in page or form == "bar"
