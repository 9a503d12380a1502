"""The fixed pages of every portal, and the house rules of every template."""

import json
import re
from pathlib import Path
from typing import Any

import jinja2
import jinja2.meta
import pytest

import pelicanconf
from plugins.site import Page, Site
from plugins.views.common import data_block
from plugins.views.pages import pages
from regulation.content_types import content_types
from regulation.loading import RESERVED
from tests.plugins.portals import real_site, with_items
from tests.small import PORTALS, ROOT

TEMPLATES = sorted((ROOT / "theme/templates").rglob("*.*"))


OF_THE_RELAY = {
    path
    for path in TEMPLATES
    if path.relative_to(ROOT / "theme/templates").parts[0] in ("relay", "signing", "mail")
}
"""Fragments that the relay draws, with other values: test_forms_pages sees to them."""


def environment() -> jinja2.Environment:
    options: dict[str, Any] = pelicanconf.JINJA_ENVIRONMENT
    return jinja2.Environment(loader=jinja2.FileSystemLoader(ROOT / "theme/templates"), **options)


def own_names(tree: jinja2.nodes.Template) -> set[str]:
    """Names that a template makes itself: what it sets, loops over, imports, its macros."""
    found = {name.name for name in tree.find_all(jinja2.nodes.Name) if name.ctx == "store"}
    found |= {macro.name for macro in tree.find_all(jinja2.nodes.Macro)}
    found |= {made.target for made in tree.find_all(jinja2.nodes.Import)}
    for taken in tree.find_all(jinja2.nodes.FromImport):
        found |= {name if isinstance(name, str) else name[1] for name in taken.names}
    return found


def strangers(source: str, lent: frozenset[str] = frozenset()) -> set[str]:
    """Names that a template takes from outside, beyond its view and the furniture.

    Args:
        source: The template.
        lent: Names that the templates which include it have.
    """
    tree = environment().parse(source)
    found = jinja2.meta.find_undeclared_variables(tree) - {"view", "site"}
    # base.html brings the macros to every template that extends it.
    macros = {"m"} if next(iter(tree.find_all(jinja2.nodes.Extends)), None) else set()
    return found - own_names(tree) - macros - lent


def includers(name: str) -> list[str]:
    """Templates that include this one."""
    sources = [path.read_text(encoding="utf-8") for path in TEMPLATES]
    return [source for source in sources if f'{{% include "{name}" %}}' in source]


def shown(path: Path) -> str:
    return path.relative_to(ROOT / "theme/templates").as_posix()


@pytest.mark.parametrize("path", [t for t in TEMPLATES if t not in OF_THE_RELAY], ids=shown)
def test_a_template_names_its_view_and_the_furniture_and_nothing_else(path: Path) -> None:
    lent = [own_names(environment().parse(source)) | {"m"} for source in includers(path.name)]
    known_to_all = frozenset(set.intersection(*lent)) if lent else frozenset()
    assert strangers(path.read_text(encoding="utf-8"), known_to_all) == set()


def test_a_template_that_names_something_else_is_found_out() -> None:
    assert strangers("{{ view.title }}{{ articles[0] }}") == {"articles"}
    assert strangers("{% for a in site.groups %}{{ a }}{% endfor %}") == set()
    with pytest.raises(jinja2.UndefinedError):
        environment().from_string("{{ view.no_such }}").render(view={}, site={})


def test_every_content_type_has_a_template_of_its_own() -> None:
    names = {path.stem for path in (ROOT / "theme/templates/items").glob("*.html")}
    assert {*content_types()} == names


def every_page(site: Site) -> list[Page]:
    return list(pages(site))


@pytest.mark.parametrize("portal_id", PORTALS)
def test_no_two_pages_or_items_claim_one_address(portal_id: str) -> None:
    site = real_site(portal_id)
    urls = [page.url for page in every_page(site)] + [item.url for item in site.library.items]
    assert len(urls) == len(set(urls))


@pytest.mark.parametrize("portal_id", PORTALS)
def test_the_first_part_of_every_address_is_reserved_or_the_portals_own(portal_id: str) -> None:
    site = real_site(portal_id)
    regulation = site.portal.regulation
    own = {s.id for s in site.portal.sections} | {g.slug for g in regulation.groups}
    for page in every_page(site):
        first = page.url.strip("/").split("/")[0]
        if page.template == "moved" or first in ("", "404.html") or first in own:
            continue
        assert first in RESERVED, page.url
    for section in own:
        assert section not in RESERVED


def test_the_access_page_lists_what_the_law_asks_and_every_document(site: Site) -> None:
    view = next(p for p in every_page(site) if p.template == "access").view()
    assert {d["number"] for d in view["documents"]} == {"01/QĐ-UBND", "12/KH-UBND", "03/CT-UBND"}
    days = [d["issued"]["iso"] for d in view["documents"]]
    assert days == sorted(days, reverse=True)
    assert {s["url"] for s in view["sections"]} >= {"/van-ban/", "/so-lieu/"}


def test_the_fixed_pages_stand_in_a_portal_without_items(site: Site) -> None:
    for page in every_page(with_items(site, [])):
        assert page.view() is not None


def test_pages_that_are_no_place_to_arrive_at_are_not_indexed(site: Site) -> None:
    by_template = {page.template: page for page in every_page(site)}
    for name in ("not_found", "search", "request_form", "moved"):
        assert not by_template[name].indexed, name
    for page in every_page(site):
        view = page.view()
        if "head" in view:
            assert view["head"]["indexed"] == page.indexed, page.url


def of(site: Site, template: str) -> dict[str, Any]:
    return dict(next(page for page in every_page(site) if page.template == template).view())


@pytest.mark.parametrize("template", ["ask", "contact", "access"])
def test_a_portal_without_an_address_says_so_and_where_people_can_really_go(template: str) -> None:
    reach = of(real_site("quangnam-cchc"), template)["reach"]
    assert "36/QĐ-UBND" in reach["none"]
    assert "https://dichvucong.gov.vn" in [way["url"] for way in reach["elsewhere"]]
    assert reach["receivers"]
    for agency in reach["receivers"]:
        assert "Quảng Nam" not in agency["name"]


def test_a_portal_with_an_address_names_it_and_no_substitute() -> None:
    reach = of(real_site("laocai-cchc"), "ask")["reach"]
    assert not reach["none"] and not reach["receivers"]


def test_the_search_page_begins_with_what_can_be_done() -> None:
    site = real_site("laocai-cchc")
    shown = of(site, "search")
    assert shown["tasks"]
    titles = [facet["title"] for facet in shown["facets"]]
    assert titles == ["Loại văn bản", "Cơ quan ban hành", "Năm ban hành"]
    pages = {page.url for page in every_page(site)}
    for facet in shown["facets"]:
        assert {value["url"] for value in facet["values"]} <= pages


def test_the_search_page_says_all_that_its_script_says_and_nothing_else() -> None:
    site = real_site("quangnam")
    script = (ROOT / "theme/static/js/search-page.js").read_text(encoding="utf-8")
    views = [page.view() for page in every_page(site) if page.template == "search"]
    assert len(views) == 2
    for view in views:
        words = json.loads(view["search_words"])
        assert set(re.findall(r"\bwords\.([a-z_]+)", script)) <= set(words)
        assert [name for name in words if not re.search(rf"\b{name}\b", script)] == []
        assert all(words.values())


def test_a_texts_end_of_script_stays_text_in_a_data_block() -> None:
    written = data_block({"a": "</script><!--&"})
    assert not set("<>&") & set(written)
    assert json.loads(written) == {"a": "</script><!--&"}


def test_every_page_lends_the_field_the_words_that_its_script_says() -> None:
    script = (ROOT / "theme/static/js/search-box.js").read_text(encoding="utf-8")
    base = (ROOT / "theme/templates/base.html").read_text(encoding="utf-8")
    said = set(re.findall(r"\bwords\.([a-z]+)", script))
    assert said
    assert said <= set(re.findall(r"data-([a-z]+)=", base))
