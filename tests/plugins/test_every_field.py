"""Every public field of every content type is shown on its page: nothing told to us is dropped.

The items of the four portals are drawn; for every field a type has, some item that fills it is
looked at, and the value must stand in the page's main part.
"""

import functools
import html
import re
from collections.abc import Iterator, Mapping
from typing import Any

import jinja2
import pytest

from plugins.site import Site
from plugins.views.furniture import furniture
from plugins.views.values import shown
from regulation.content_types import FieldSpec, Kind, content_types
from regulation.items import Item
from tests.plugins.portals import real_site, view_of
from tests.plugins.test_views_pages import environment
from tests.small import NOW, PORTALS

NOT_SHOWN = {
    "id": "names the item for the machine; readers have the address",
    "status": "a draft has a band, a withdrawn item a page of its own",
    "posted": "shown as a day with its hour, or the day alone",
    "publish_at": "is the day posted, in the words of the editor",
    "expires_at": "shown once it has passed",
    "order": "puts the list in order",
    "moved_from": "the former address leads here",
    "sample": "has a band",
    "backfilled": "told in the box of the process",
    "withdrawn": "has a page of its own",
    "keywords": "for search engines, in the head of the page",
    "incident.planned": "told above the title: planned maintenance or an incident",
    "answer.summary": "tells the answer in lists; the page has the answer itself",
    "amends.item": "the number is the link",
    "amended_by.item": "the number is the link",
    "replaces.item": "the number is the link",
    "replaced_by.item": "the number is the link",
    "media.picture.alt": "stands for the pictures in lists; each has its own words on the page",
    "media.picture.file": "stands for the pictures in lists; the page has them all",
    "media.transcript": "drawn as text; tested with the media pages",
    "table.sums": "the last row is drawn as the sum",
    "chart.form": "seen in the drawing",
    "chart.label": "heads the first column of the table",
}
"""Fields that a page does not print as they are, each with the reason."""
UNFILLED: frozenset[str] = frozenset()


@functools.cache
def template(name: str) -> jinja2.Template:
    return environment().get_template(f"items/{name}.html")


@functools.cache
def words_of(lang: str, portal_id: str) -> Mapping[str, Any]:
    return furniture(real_site(portal_id), lang)


def drawn(site: Site, item: Item, own: Mapping[str, Any]) -> str:
    """The whole page of an item."""
    return template(item.type).render(view=view_of(site, item), site=own)


def plain(text: str) -> str:
    return " ".join(html.unescape(text).replace("\u00a0", " ").split())


def leaves(
    specs: Mapping[str, FieldSpec], values: Mapping[str, Any], place: str = ""
) -> Iterator[tuple[str, FieldSpec, Any]]:
    """Every value of an item with the name of its field: ``table.caption``."""
    for name, spec in specs.items():
        value = values.get(name)
        if value is None or value == ():
            continue
        if spec.kind is Kind.GROUP:
            yield from leaves(spec.fields, value, f"{place}{name}.")
        elif spec.kind is Kind.ROWS:
            for row in value:
                yield from leaves(spec.fields, row, f"{place}{name}.")
        else:
            yield f"{place}{name}", spec, value


def stands(site: Site, item: Item, spec: FieldSpec, value: Any, page: str) -> bool:
    """Whether a value can be found on a page, in the words or the address that tell it."""
    if spec.kind is Kind.PICTURE:
        return value not in site.pictures or site.at(site.pictures[value].src) in page
    if spec.kind in (Kind.FILE, Kind.TABLE):
        facts = site.files.get(value) or site.tables.get(value)
        return facts is not None and site.at(facts.url) in page
    made = shown(site, spec, value, item.lang)
    assert made is not None
    if spec.kind is Kind.LINES:
        return all(plain(line) in page for line in made["lines"])
    if spec.kind is Kind.MOMENT:
        return re.split(" lúc | at ", made["text"])[0] in page
    return plain(made["text"]) in page or str(value) in page or html.escape(str(value)) in page


def dropped(site: Site, item: Item, own: Mapping[str, Any]) -> Iterator[str]:
    """Fields of an item whose value its page does not show."""
    spec = content_types()[item.type]
    whole = drawn(site, item, own)
    page = plain(whole[whole.index("<main") :])
    for name, field, value in leaves(spec.fields, item.values):
        part = ".".join(name.split(".")[-2:])
        if {name, f"{item.type}.{name}", part} & NOT_SHOWN.keys():
            continue
        if not stands(site, item, field, value, page):
            yield f"{item.type}.{name}"


def looked_at(site: Site) -> list[Item]:
    """Few items that together fill every field that any item of the portal fills."""
    seen: set[str] = set()
    picked = []
    for item in sorted(site.library.items, key=lambda i: -len(i.values)):
        spec = content_types()[item.type]
        names = {f"{item.type}.{name}" for name, _, _ in leaves(spec.fields, item.values)}
        if item.status == "published" and not names <= seen:
            seen |= names
            picked.append(item)
    return picked


@pytest.mark.parametrize("portal_id", PORTALS)
def test_every_field_of_every_type_is_shown_on_its_page(portal_id: str) -> None:
    site = real_site(portal_id)
    missing = [
        f"{name} ({item.path})"
        for item in looked_at(site)
        for name in dropped(site, item, words_of(item.lang, portal_id))
    ]
    assert missing == [], "\n".join(missing)


def test_the_four_portals_and_the_small_one_fill_every_field_there_is(site: Site) -> None:
    """A field that no item fills could be dropped without anybody seeing it."""
    filled = {
        f"{item.type}.{name}"
        for each in (site, *map(real_site, PORTALS))
        for item in each.library.items
        for name, _, _ in leaves(content_types()[item.type].fields, item.values)
    }
    common = set.intersection(*(set(spec.fields) for spec in content_types().values()))
    own = {
        f"{spec.id}.{name}"
        for spec in content_types().values()
        for name, field in spec.fields.items()
        if field.kind not in (Kind.GROUP, Kind.ROWS) and name not in common
    }
    assert own - filled == UNFILLED


def test_a_template_that_drops_a_field_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    real = real_site("khanhhoa-dvc")
    item = next(i for i in real.library.items if i.type == "procedure")
    poor = environment().from_string("<main>{{ view.title }} {{ view.summary }}</main>")
    monkeypatch.setattr("tests.plugins.test_every_field.template", lambda name: poor)
    assert "procedure.fee" in set(dropped(real, item, words_of("vi", "khanhhoa-dvc")))


@pytest.mark.duty("S1", portal="quangnam")
def test_who_answers_for_a_component_site_and_who_for_the_link_is_told() -> None:
    site = real_site("quangnam")
    links = [item for item in site.library.items if item.type == "link" and item.lang == "vi"]
    assert {item.values["form"] for item in links} > {"component"}
    for item in links:
        told = (
            f"Nội dung trên trang ấy do {item.values['owner']} chịu trách nhiệm; "
            f"{site.portal.agency(item.agency).name.vi} chịu trách nhiệm về đường dẫn."
        )
        page = plain(drawn(site, item, words_of("vi", "quangnam")))
        assert (told in page) == (item.values["form"] == "component"), item.path
        assert f'href="{item.values["url"]}"' in page
    # The regulation gives the links to one department: nobody else may put one there.
    section = site.portal.section("trang-thanh-phan")
    assert [agency.id for agency in site.portal.owners(section, NOW.date())] == ["so-khcn-da-nang"]
    (other,) = site.portal.owners(site.portal.section("van-hoa-du-lich"), NOW.date())
    assert not site.portal.may_submit(other.id, section, NOW.date())
