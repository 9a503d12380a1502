"""Pages by which citizens write, and the templates that the site shares with the relay."""

import dataclasses
import gzip
import json
import re
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import altcha
import markupsafe
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.assets import script_text
from plugins.site import Page, Site, View
from plugins.views.forms import can_comment, forms_of
from plugins.views.furniture import furniture
from plugins.views.pages import pages
from regulation.forms import HONEYPOT, FieldKind, form_for, load_forms
from regulation.formview import answers_view, form_view, promise_view
from regulation.model import MessageKind, Voice
from regulation.places import FRAME_OWNER, MAIN_MARK, TITLE_MARK
from regulation.vietnamese import format_date
from tests.node import node
from tests.plugins.portals import real_site, view_of, with_items
from tests.plugins.test_views_pages import environment
from tests.regulation.test_forms import with_keys
from tests.small import PORTALS, ROOT, Small

KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
SCRIPT = ROOT / "theme/static/js/form.js"
SCRIPT_BYTES = 4_000
"""What form.js may weigh, compressed."""


class Tags(HTMLParser):
    """Start tags in order, with the text that stands in each element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [attributes for tag, attributes in self.found if tag in tags]

    @property
    def ids(self) -> list[str]:
        return [attributes["id"] for _, attributes in self.found if "id" in attributes]


def offline(site: Site) -> Site:
    return on_other_terms(site, voice=Voice(online=False))


def on_other_terms(site: Site, **parts: Any) -> Site:
    regulation = site.portal.regulation.model_copy(update=parts)
    return dataclasses.replace(site, portal=dataclasses.replace(site.portal, regulation=regulation))


def html_of(site: Site, page: Page) -> str:
    template = environment().get_template(f"{page.template}.html")
    return template.render(view=page.view(), site=furniture(site, page.lang))


def main_of(text: str) -> str:
    return text[text.index("<main") : text.index("</main>")]


def words_of(text: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def form_pages_of(site: Site) -> Iterator[tuple[Page, View]]:
    for page in pages(site):
        if page.template == "form":
            yield page, page.view()


@pytest.fixture(scope="module", params=PORTALS)
def portal_site(request: pytest.FixtureRequest) -> Site:
    return real_site(request.param)


@pytest.fixture(scope="module")
def quangnam() -> Site:
    return real_site("quangnam")


# Which pages there are ---------------------------------------------------------------------


@pytest.mark.duty("F1")
def test_every_kind_that_the_portal_routes_has_a_page(portal_site: Site) -> None:
    urls = {page.url for page in pages(portal_site)}
    for kind, form in load_forms().items():
        routed = bool(portal_site.portal.routes(kind, portal_site.today))
        assert (f"/gui-y-kien/{form.slug}/" in urls) == routed
    assert {"/tra-cuu-y-kien/", "/khung/"} <= urls


def test_without_a_relay_there_is_no_form_anywhere(portal_site: Site) -> None:
    site = offline(portal_site)
    found = list(pages(site))
    assert not {page.template for page in found} & {"form", "comments", "track", "frame"}
    ask = next(page for page in found if page.url == "/gui-y-kien/")
    text = html_of(site, ask)
    assert "/gui-y-kien/" not in main_of(text)
    assert "chưa có mẫu gửi trực tuyến" in text
    for item in site.library.items:
        if item.type == "consultation" and item.status == "published":
            assert view_of(site, item)["comment"] == ""


def test_the_index_leads_to_every_form_and_still_tells_addresses(portal_site: Site) -> None:
    page = next(page for page in pages(portal_site) if page.url == "/gui-y-kien/")
    text = main_of(html_of(portal_site, page))
    links = {link["href"] for link in Tags(text).all("a") if "href" in link}
    assert {f"/gui-y-kien/{form.slug}/" for form, _ in forms_of(portal_site)} <= links
    assert "/tra-cuu-y-kien/" in links
    assert 'id="reach"' in text
    assert "chưa có mẫu" not in text


@pytest.mark.duty("M4")
@pytest.mark.duty("C7")
def test_an_open_consultation_can_be_commented_on_and_no_other(portal_site: Site) -> None:
    site = portal_site
    urls = {page.url for page in pages(site)}
    told = 0
    for item in site.library.items:
        if item.type != "consultation" or item.status == "withdrawn":
            continue
        is_open = item.values["opens"] <= site.today <= item.values["closes"]
        expected = is_open and item.lang == "vi" and bool(site.portal.routes("comment", site.today))
        assert can_comment(site, item) == expected
        assert (f"{item.url}gop-y/" in urls) == expected
        assert view_of(site, item)["comment"] == (f"{item.url}gop-y/" if expected else "")
        told += expected
    assert told or not site.portal.routes("comment", site.today)


def test_a_comment_carries_what_it_is_about(quangnam: Site) -> None:
    (item, *_) = [item for item in quangnam.library.items if can_comment(quangnam, item)]
    page = next(page for page in pages(quangnam) if page.url == f"{item.url}gop-y/")
    assert not page.indexed
    text = main_of(html_of(quangnam, page))
    about = [field for field in Tags(text).all("input") if field.get("name") == "ve"]
    assert [(field["type"], field["value"]) for field in about] == [("hidden", item.id)]
    assert format_date(item.values["closes"]) in text
    assert quangnam.portal.agency(item.values["drafted_by"]).name.vi in words_of(text)


def test_a_page_to_comment_depends_on_its_own_item_alone(quangnam: Site) -> None:
    items = [item for item in quangnam.library.items if can_comment(quangnam, item)]
    alone = with_items(quangnam, items[:1])
    url = f"{items[0].url}gop-y/"
    views = [
        next(page for page in pages(site) if page.url == url).view() for site in (quangnam, alone)
    ]
    assert views[0] == views[1]


# What a page says before its first field ---------------------------------------------------


@pytest.mark.duty("F1")
@pytest.mark.duty("F6")
def test_before_the_first_field_it_is_said_what_happens(portal_site: Site) -> None:
    site = portal_site
    for page, view in form_pages_of(site):
        text = main_of(html_of(site, page))
        if not view["form"]:
            continue
        before = words_of(text[: text.index("<form")])
        promise = view["promise"]
        expected = [promise["receiver"]["name"], promise["basis"], promise["publish"]]
        expected += [line["text"] for line in promise["deadlines"]] if promise["answered"] else []
        expected += [line["basis"] for line in promise["deadlines"]] if promise["answered"] else []
        expected += [promise["unit"]["name"]] if promise["unit"] and promise["answered"] else []
        if promise["needed"] or promise["offered"]:
            expected += [promise["needed"], promise["offered"], f"xóa {promise['kept']} sau khi"]
        for words in expected:
            assert words_of(str(markupsafe.escape(words))) in before, (page.url, words)


@pytest.mark.duty("F6")
@pytest.mark.parametrize("portal_id", PORTALS)
def test_a_denunciation_says_first_what_counts_by_law(portal_id: str) -> None:
    bare = real_site(portal_id)
    sealing = dataclasses.replace(bare, portal=with_keys(bare.portal))
    for site, has_form in ((on_other_terms(bare, sealing=()), False), (sealing, True)):
        page = next(page for page in pages(site) if page.url == "/gui-y-kien/to-cao/")
        text = main_of(html_of(site, page))
        route = site.portal.routes("denunciation", site.today)[0]
        told = words_of(text).index(" ".join(route.told.vi.split()))
        inspectorate = site.portal.current(route.to, site.today).name.vi
        assert inspectorate in words_of(text)
        assert ("<form" in text) == has_form
        if has_form:
            shown = words_of(text)
            assert told < shown.index("Ai nhận") < shown.index("Người hoặc cơ quan vi phạm")
            assert Tags(text).all("form")[0]["autocomplete"] == "off"
        else:
            assert "chưa nhận tin tố cáo qua mạng" in text


# The form itself ---------------------------------------------------------------------------


def test_a_form_works_without_a_script_and_is_sent_to_the_relay(portal_site: Site) -> None:
    site = dataclasses.replace(portal_site, base="/xem-thu")
    for page, view in form_pages_of(site):
        if not view["form"]:
            continue
        text = main_of(html_of(site, page))
        (form,) = Tags(text).all("form")
        assert form["method"] == "post"
        assert form["enctype"] == "multipart/form-data"
        assert form["accept-charset"] == "utf-8"
        assert form["action"] == f"/xem-thu/y-kien/gui/{view['form']['slug']}/"
        assert form["data-proof"] == f"/xem-thu/y-kien/altcha?loai={view['form']['slug']}"
        assert "style=" not in text
        assert "<script" not in text


def test_every_field_has_its_label_and_what_describes_it(portal_site: Site) -> None:
    for page, view in form_pages_of(portal_site):
        if not view["form"]:
            continue
        tags = Tags(main_of(html_of(portal_site, page)))
        labelled = {label["for"] for label in tags.all("label")}
        fields = [f for f in tags.all("input", "select", "textarea") if f.get("type") != "hidden"]
        assert len(tags.ids) == len(set(tags.ids))
        for field in fields:
            assert field["id"] in labelled, (page.url, field)
            assert "placeholder" not in field
            assert "checked" not in field
            assert "maxlength" not in field
        for described in re.findall(r'aria-describedby="([^"]*)"', html_of(portal_site, page)):
            assert set(described.split()) <= set(tags.ids)
        names = {field["name"] for field in tags.all("input", "select", "textarea")}
        form = load_forms()[view["form"]["kind"]]
        assert names == form.names | {HONEYPOT}
        (trap,) = [field for field in fields if field["name"] == HONEYPOT]
        assert (trap["tabindex"], trap["autocomplete"]) == ("-1", "off")


def test_the_reason_for_a_personal_datum_stands_at_its_field(portal_site: Site) -> None:
    for page, view in form_pages_of(portal_site):
        if not view["form"]:
            continue
        text = main_of(html_of(portal_site, page))
        for field in view["form"]["fields"]:
            if field["why"]:
                at = text.index(f'id="{field["id"]}-vi-sao"')
                line = words_of(text[at - 20 : text.index("</p>", at)])
                assert str(markupsafe.escape(field["why"])) in line


def test_the_frame_has_its_marks_and_is_nobodys_page(drawn: Small) -> None:
    text = (drawn.output / "khung/index.html").read_text(encoding="utf-8")
    owner = drawn.output / FRAME_OWNER.lstrip("/")
    assert owner.read_text(encoding="utf-8").strip() == drawn.portal().id
    assert text.count(MAIN_MARK) == 1
    assert text.count(str(markupsafe.escape(TITLE_MARK))) == 1
    assert "<h1" not in text
    assert 'rel="canonical"' not in text
    assert "/khung/" not in (drawn.output / "sitemap.xml").read_text(encoding="utf-8")
    assert '<meta name="robots" content="noindex">' in text
    assert "/tra-cuu-y-kien/" in (drawn.output / "sitemap.xml").read_text(encoding="utf-8")
    (tracking,) = Tags(
        main_of((drawn.output / "tra-cuu-y-kien/index.html").read_text(encoding="utf-8"))
    ).all("form")
    assert (tracking["method"], tracking["action"]) == ("post", "/y-kien/tra-cuu/")


# The relay's templates ---------------------------------------------------------------------

NASTY = [
    '"><script>alert(1)</script>',
    "'; drop table",
    "{{ 7 * 7 }}",
    "</textarea><b>",
    "\n\n\u202edòng\ttab",
    "&amp;lt;",
    "Ẵm, Ỡm, Nguyễn",
]


def relay_page(template: str, **values: Any) -> str:
    return environment().get_template(f"relay/{template}.html").render(base="", **values)


def form_values(site: Site, kind: MessageKind, **more: Any) -> dict[str, Any]:
    form = form_for(site.portal, kind, site.today)
    assert form is not None
    route = site.portal.routes(kind, site.today)[0]
    about = {"id": "x", "title": "Dự thảo", "url": "/x/"} if kind == "comment" else None
    return {
        "form": form_view(site.portal, form, route, site.today, about),
        "values": {},
        "errors": [],
        "held": [],
        "action": f"/y-kien/gui/{form.slug}/",
        "token": "",
        **more,
    }


@pytest.mark.parametrize("kind", KINDS)
def test_with_faults_all_is_still_there_and_every_fault_is_at_its_field(
    quangnam: Site, kind: MessageKind
) -> None:
    form = load_forms()[kind]
    shown = [field for field in form.fields if field.kind is not FieldKind.HIDDEN]
    errors = [{"field": field.name, "message": f"Hãy sửa {field.name}."} for field in shown]
    typed = {
        field.name: next(iter(sorted(field.answers or {"đã gõ"})))
        for field in form.fields
        if field.kind not in (FieldKind.AGENCY, FieldKind.FILES, FieldKind.HIDDEN)
    }
    typed |= {f.name: "thue-da-nang" for f in form.fields if f.kind is FieldKind.AGENCY}
    values = form_values(
        quangnam,
        kind,
        values=typed,
        errors=[*errors, {"field": "", "message": "Chung."}],
        token="t",
        held=[{"name": "a.pdf"}],
    )
    text = relay_page("form", **values)
    tags = Tags(text)
    assert len(tags.ids) == len(set(tags.ids))
    links = {link["href"].removeprefix("#") for link in tags.all("a")}
    assert {f"o-{error['field']}" for error in errors} <= links & set(tags.ids) | {"/x/"}
    for error in errors:
        assert f'id="o-{error["field"]}-loi"' in text
        assert text.count(error["message"]) == 2
    assert text.count('aria-invalid="true"') == len(errors)
    for described in re.findall(r'aria-describedby="([^"]*)"', text):
        assert set(described.split()) <= set(tags.ids)
    (box,) = [a for _, a in tags.found if a.get("role") == "alert"]
    assert "autofocus" in box
    assert text.index('role="alert"') < text.index("<form")
    for field in form.fields:
        if field.name not in typed:
            continue
        if field.kind is FieldKind.TEXT:
            assert f">\n{typed[field.name]}</textarea>" in text
        elif field.kind is FieldKind.AGENCY:
            assert '<option value="thue-da-nang" selected>' in text
        elif field.answers:
            (chosen,) = [
                f for f in tags.all("input") if f.get("name") == field.name and "checked" in f
            ]
            assert chosen["value"] == typed[field.name]
        else:
            (box,) = [f for f in tags.all("input") if f.get("name") == field.name]
            assert box["value"] == typed[field.name]
    assert [f["value"] for f in tags.all("input") if f.get("name") == "token"] == ["t"]
    if any(field.kind is FieldKind.FILES for field in form.fields):
        assert "a.pdf" in text


@given(st.lists(st.sampled_from(NASTY), min_size=1).map("".join))
def test_what_is_typed_stays_text(text: str) -> None:
    site = real_site("quangnam")
    values = form_values(site, "question", values={"tieu-de": text, "noi-dung": text})
    drawn = relay_page("form", **values)
    tags = Tags(drawn)
    assert not tags.all("script", "b")
    (line,) = [field for field in tags.all("input") if field.get("name") == "tieu-de"]
    assert line["value"] == text
    rows = answers_view(values["form"], values["values"])
    route = site.portal.routes("question", site.today)[0]
    promise = promise_view(site.portal, load_forms()["question"], route, site.today)
    review = relay_page(
        "review", **{**values, "rows": rows, "promise": promise, "edit": "/e/", "notice": text}
    )
    tags = Tags(review)
    assert not tags.all("script", "b")
    hidden = {f["name"]: f["value"] for f in tags.all("input") if f["type"] == "hidden"}
    assert (hidden["tieu-de"], hidden["noi-dung"]) == (text, text)


def test_a_review_sends_or_goes_back(quangnam: Site) -> None:
    values = form_values(quangnam, "rating", values={"diem": "5", "co-quan": "thue-da-nang"})
    route = quangnam.portal.routes("rating", quangnam.today)[0]
    promise = promise_view(quangnam.portal, load_forms()["rating"], route, quangnam.today)
    rows = answers_view(values["form"], values["values"])
    text = relay_page(
        "review",
        **{**values, "action": "/y-kien/xac-nhan/", "token": "t"},
        rows=rows,
        promise=promise,
        edit="/y-kien/gui/danh-gia/",
        notice="",
    )
    (form,) = Tags(text).all("form")
    send, back = Tags(text).all("button")
    assert form["action"] == "/y-kien/xac-nhan/"
    assert "formaction" not in send
    assert (back["formaction"], back["name"]) == ("/y-kien/gui/danh-gia/", "sua")
    assert "Rất hài lòng" in text
    assert "Thuế thành phố Đà Nẵng" in text


@pytest.mark.parametrize("code", ["7K3M 9QXA 2B4C D5EF", ""])
def test_a_receipt_has_the_code_while_it_may_be_shown(quangnam: Site, code: str) -> None:
    route = quangnam.portal.routes("question", quangnam.today)[0]
    promise = promise_view(quangnam.portal, load_forms()["question"], route, quangnam.today)
    text = relay_page(
        "receipt",
        form=form_values(quangnam, "question")["form"],
        promise=promise,
        case="V-7K3M-9QXA",
        code=code,
        at="14:30 ngày 22/11/2026",
        due=["Trả lời: chậm nhất 11/12/2026"],
        letter=bool(code),
    )
    assert "V-7K3M-9QXA" in text
    assert "chậm nhất 11/12/2026" in text
    assert promise["receiver"]["name"] in text
    assert ("data-print" in text) == bool(code)
    assert words_of(text).count("7K3M 9QXA 2B4C D5EF") == bool(code)
    assert ("lá thư" in text) == bool(code)


@pytest.mark.parametrize("template", ["unavailable", "expired"])
def test_when_nothing_was_kept_the_text_is_still_in_the_form(quangnam: Site, template: str) -> None:
    typed = {"noi-dung": "câu hỏi đã gõ"}
    text = relay_page(template, **form_values(quangnam, "question", values=typed))
    assert "câu hỏi đã gõ</textarea>" in text
    assert text.count('role="alert"') == text.count("<h1") == 1


def test_other_pages_of_the_relay() -> None:
    assert "<form" not in relay_page("unavailable", form=None)
    text = relay_page("refused", title="Tệp quá lớn", message="Hãy bỏ bớt tệp.")
    assert "Hãy bỏ bớt tệp." in text


# The script --------------------------------------------------------------------------------


def test_the_script_is_small() -> None:
    size = len(gzip.compress(script_text(SCRIPT).encode(), 6))
    print(f"form.js: {size} bytes")
    assert size < SCRIPT_BYTES


@pytest.mark.parametrize(
    ("algorithm", "cost", "more"),
    [
        ("PBKDF2/SHA-256", 1_000, {}),
        ("PBKDF2/SHA-512", 10, {"key_prefix": "a"}),
        ("PBKDF2/SHA-256", 10, {"counter": 70}),
        ("SHA-256", 1, {}),
        ("SHA-512", 3, {"key_length": 20}),
    ],
)
def test_the_script_solves_what_altcha_asks(
    tmp_path: Path, algorithm: str, cost: int, more: dict[str, Any]
) -> None:
    """What is served, comments taken out, by the package's own judgement."""
    module = tmp_path / "form.mjs"
    module.write_text(script_text(SCRIPT), encoding="utf-8")
    asked = altcha.create_challenge(
        algorithm, cost, hmac_secret="s", data={"token": "ă"}, expires_at=4_000_000_000, **more
    )
    code = (
        f"import({json.dumps(module.as_uri())})"
        f".then(form => form.solve({json.dumps(asked.to_dict())})).then(console.log)"
    )
    ran = subprocess.run([node(), "-e", code], capture_output=True, text=True, check=True)
    assert altcha.verify_solution(ran.stdout.strip(), "s").verified
