"""The forms as data: what they may ask, what is refused, what they promise."""

import dataclasses
import datetime as dt
import re
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from regulation.calendar import Unit
from regulation.content_types import DATA
from regulation.findings import Refused
from regulation.forms import (
    CHOSEN,
    CONTACT,
    SCORES,
    FieldKind,
    MessageForm,
    can_be_sealed,
    chosen_from,
    form_addresses,
    form_for,
    kind_of,
    load_forms,
    read_forms,
)
from regulation.formview import answers_view, contact_kept, form_view, promise_view
from regulation.loading import load_portal
from regulation.model import Keeping, MessageKind, Sealing, Voice
from regulation.portal import Portal

ROOT = Path(__file__).resolve().parents[2]
TODAY = dt.date(2026, 11, 22)
KINDS: tuple[MessageKind, ...] = get_args(MessageKind)
PORTALS = ("quangnam-cchc", "quangnam", "laocai-cchc", "khanhhoa-dvc")
# Public halves of throw-away keys: nobody has the others.
UNIT_KEY = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
RECOVERY_KEY = "age1lvyvwawkr0mcnnnncaghunadrqkmuf9e6507x9y920xxpp866cnql7dp2z"


@pytest.fixture(scope="module", params=PORTALS)
def portal(request: pytest.FixtureRequest) -> Portal:
    return load_portal(ROOT / "content" / request.param, ROOT, TODAY)


@pytest.fixture(scope="module")
def quangnam() -> Portal:
    return load_portal(ROOT / "content" / "quangnam", ROOT, TODAY)


def changed(portal: Portal, **parts: Any) -> Portal:
    regulation = portal.regulation.model_copy(update=parts)
    return dataclasses.replace(portal, regulation=regulation)


def with_keys(portal: Portal) -> Portal:
    route = portal.routes("denunciation", TODAY)[0]
    keys = (
        Sealing(id="khoa", basis=("x",), agency=route.to, recipient=UNIT_KEY),
        Sealing(id="du", basis=("x",), agency=route.to, recipient=RECOVERY_KEY, recovery=True),
    )
    return changed(portal, sealing=keys)


# The forms of this release ----------------------------------------------------------------


def test_every_kind_has_a_form_at_an_address_of_its_own() -> None:
    forms = load_forms()
    assert set(forms) == set(KINDS)
    assert {kind_of(form.slug) for form in forms.values()} == set(KINDS)
    assert kind_of("khong-co") is None
    assert {form.kind: form.slug for form in forms.values()} == {
        "question": "cau-hoi",
        "feedback": "phan-anh",
        "petition": "kien-nghi",
        "complaint": "khieu-nai",
        "denunciation": "to-cao",
        "comment": "gop-y",
        "rating": "danh-gia",
        "survey": "khao-sat",
        "letter": "thu-ban-bien-tap",
        "information-request": "yeu-cau-thong-tin",
    }


@pytest.mark.duty("F6")
def test_a_name_is_needed_only_where_a_law_asks_for_it() -> None:
    needed = {
        form.kind: {field.name for field in form.fields if field.required and field.name in CONTACT}
        for form in load_forms().values()
    }
    by_law = {"ho-ten", "dia-chi"}
    assert {kind: names for kind, names in needed.items() if names} == {
        "complaint": by_law,
        "information-request": by_law,
    }


@pytest.mark.duty("F6")
def test_personal_data_are_asked_with_a_reason_and_cards_never() -> None:
    for form in load_forms().values():
        for field in form.fields:
            assert field.name not in CONTACT or field.personal
            assert bool(field.why.vi) == field.personal, (form.kind, field.name)
            said = f"{field.name} {field.label.vi}".lower()
            assert not re.search("căn cước|cmnd|cccd|hộ chiếu|chứng minh nhân dân", said)


@pytest.mark.duty("C6")
@pytest.mark.duty("O6")
def test_a_survey_is_short_and_ratings_ask_for_nobodys_name() -> None:
    survey, rating = load_forms()["survey"], load_forms()["rating"]
    assert len(survey.fields) <= 6
    scores = [field.name for field in rating.fields if field.kind is FieldKind.SCORE]
    assert scores == ["diem", "diem-thai-do", "diem-huong-dan", "diem-dung-hen"]
    assert not any(field.personal for form in (survey, rating) for field in form.fields)
    assert list(SCORES) == ["5", "4", "3", "2", "1"]


def test_everything_a_citizen_reads_is_there_in_english_too() -> None:
    for form in load_forms().values():
        words = [form.name, form.title, form.lead, form.button, *form.told]
        for field in form.fields:
            words += [field.label, *field.choices.values()]
            words += [each for each in (field.help, field.why) if each.vi]
        assert [each.vi for each in words if not each.en] == []


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, {"noi-dung", "muc-dich", "hinh-thuc", "ho-ten", "dia-chi"}),
        ({"noi-dung": "x", "muc-dich": " "}, {"muc-dich", "hinh-thuc", "ho-ten", "dia-chi"}),
        (
            {
                "noi-dung": "x",
                "muc-dich": "x",
                "hinh-thuc": "thu-dien-tu",
                "ho-ten": "x",
                "dia-chi": "x",
            },
            {"thu"},
        ),
        (
            {
                "noi-dung": "x",
                "muc-dich": "x",
                "hinh-thuc": "buu-dien",
                "ho-ten": "x",
                "dia-chi": "x",
            },
            set(),
        ),
    ],
)
def test_what_is_missing(values: dict[str, str], missing: set[str]) -> None:
    form = load_forms()["information-request"]
    assert {field.name for field in form.missing(values)} == missing


@given(st.sampled_from(KINDS), st.data())
def test_a_form_filled_in_wholly_misses_nothing(kind: MessageKind, data: st.DataObject) -> None:
    form = load_forms()[kind]
    values = {
        field.name: data.draw(st.sampled_from(sorted(field.answers or {"x"})))
        for field in form.fields
        if field.kind is not FieldKind.FILES
    }
    assert form.missing(values) == ()
    told = {field.name for field in form.missing({})}
    assert told == {field.name for field in form.fields if field.required}


# What is refused ---------------------------------------------------------------------------


def spoilt(change: Any) -> dict[str, Any]:
    made: dict[str, Any] = yaml.safe_load((DATA / "forms.yml").read_text(encoding="utf-8"))
    change(made)
    return made


def faults(folder: Path, made: dict[str, Any]) -> list[str]:
    path = folder / "forms.yml"
    path.write_text(yaml.safe_dump(made, allow_unicode=True), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_forms(path, "forms.yml")
    assert {found.path for found in refused.value.findings} == {"forms.yml"}
    return [found.message for found in refused.value.findings]


def field(**more: Any) -> dict[str, Any]:
    return {"name": "them", "kind": "line", "max": 10, "label": "Thêm", **more}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (field(name="so-cccd"), "căn cước"),
        (field(personal=True), "why"),
        (field(kind="choice", max=None), "choices"),
        (field(choices={"a": "A"}), "choices"),
        (field(kind="consent", max=None, required=True), "đồng ý"),
        (field(max=None), "max"),
        (field(kind="score"), "max"),
        (field(name="token"), "token"),
        (field(name="website"), "website"),
        (field(kind="number"), "không có trong danh sách"),
        (field(requried=True), "requried"),
        (field(name="ho-ten", personal=False), "personal"),
        (field(needed_with={"hinh-thuc": "khong-co"}), "không có câu trả lời ấy"),
        (field(name="noi-dung", kind="text", max=10), "đứng hai lần"),
    ],
)
def test_a_field_that_must_not_be_is_refused(
    tmp_path: Path, wrong: dict[str, Any], words: str
) -> None:
    kept = {key: value for key, value in wrong.items() if value is not None}
    made = spoilt(lambda all_of: all_of["forms"]["letter"]["fields"].append(kept))
    found = faults(tmp_path, made)
    assert any(words in message for message in found), found


def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made["forms"]["survey"]["fields"].append(field())
        made["forms"]["rating"]["fields"].append(field(personal=True, why="Để biết"))
        made["forms"]["letter"]["slug"] = made["forms"]["question"]["slug"]
        del made["forms"]["petition"]
        del made["forms"]["feedback"]["title"]

    found = " ".join(faults(tmp_path, spoilt(change)))
    for words in ("chỉ được có 6 câu", "không hỏi dữ liệu cá nhân", "cau-hoi", "petition", "title"):
        assert words in found


def test_a_wrong_field_that_forms_share_is_told_once(tmp_path: Path) -> None:
    made = spoilt(lambda all_of: all_of["fields"]["ho-ten"].pop("why"))
    assert len(faults(tmp_path, made)) == 1


# What a portal has -------------------------------------------------------------------------


def test_a_kind_without_a_route_has_no_form(portal: Portal) -> None:
    for kind in KINDS:
        assert (form_for(portal, kind, TODAY) is not None) == bool(portal.routes(kind, TODAY))
    assert form_for(changed(portal, routes=()), "question", TODAY) is None


def test_a_route_that_begins_later_has_no_form_before(quangnam: Portal) -> None:
    assert form_for(quangnam, "rating", dt.date(2026, 6, 30)) is None
    assert form_for(quangnam, "rating", dt.date(2026, 7, 1)) is not None


def test_citizens_choose_from_agencies_that_are_there(portal: Portal) -> None:
    chosen = chosen_from(portal, TODAY)
    assert chosen
    assert all(agency.exists(TODAY) and agency.kind in CHOSEN for agency in chosen)
    before = {agency.id for agency in chosen_from(portal, dt.date(2024, 1, 1))}
    assert before != {agency.id for agency in chosen}


def test_without_a_relay_no_form_has_an_address(portal: Portal) -> None:
    assert "/gui-y-kien/cau-hoi/" in form_addresses(portal)
    assert form_addresses(changed(portal, voice=Voice(online=False))) == frozenset()


@pytest.mark.duty("F6")
def test_what_is_sealed_is_taken_only_where_its_keys_are(portal: Portal) -> None:
    route = portal.routes("denunciation", TODAY)[0]
    bare = changed(portal, sealing=())
    assert route.sealed
    assert not can_be_sealed(bare, route, TODAY)
    assert can_be_sealed(with_keys(portal), route, TODAY)
    assert can_be_sealed(bare, portal.routes("question", TODAY)[0], TODAY)


# The views ---------------------------------------------------------------------------------


def plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(part) for key, part in value.items())
    if isinstance(value, list):
        return all(plain(part) for part in value)
    return value is None or isinstance(value, str | int | bool)


def drawn(portal: Portal, kind: MessageKind) -> tuple[MessageForm, Any, Any]:
    form = form_for(portal, kind, TODAY)
    assert form is not None
    route = portal.routes(kind, TODAY)[0]
    return (
        form,
        form_view(portal, form, route, TODAY),
        promise_view(portal, form, route, TODAY),
    )


def test_views_are_plain_values(portal: Portal) -> None:
    for kind in KINDS:
        if portal.routes(kind, TODAY):
            form, view, promise = drawn(portal, kind)
            assert plain(view)
            assert plain(promise)
            assert [field["name"] for field in view["fields"]] == [f.name for f in form.fields]


@pytest.mark.duty("F1")
def test_a_form_promises_what_the_route_says(portal: Portal) -> None:
    for kind in KINDS:
        for route in portal.routes(kind, TODAY):
            _, _, promise = drawn(portal, kind)
            assert promise["receiver"]["name"] == portal.current(route.receiver, TODAY).name.vi
            assert promise["unit"] or promise["answered_by"]
            in_force = list(portal.in_force(map(portal.deadline, route.deadlines), TODAY))
            assert len(promise["deadlines"]) == len(in_force)
            assert all(line["basis"] for line in promise["deadlines"])
            assert promise["publish"] == route.publish.vi
            assert promise["basis"]
            assert promise["answered"] == (kind not in ("rating", "survey"))


def test_a_comment_names_the_agency_that_drafted(quangnam: Portal) -> None:
    form = load_forms()["comment"]
    route = quangnam.routes("comment", TODAY)[0]
    promise = promise_view(quangnam, form, route, TODAY, "so-vhttdl-da-nang")
    assert promise["unit"]["name"] == quangnam.agency("so-vhttdl-da-nang").name.vi
    assert promise_view(quangnam, form, route, TODAY)["unit"] is None


def test_sealed_forms_ask_browsers_to_remember_nothing(quangnam: Portal) -> None:
    _, sealed, _ = drawn(quangnam, "denunciation")
    assert {field["autocomplete"] for field in sealed["fields"]} == {"off"}
    assert not any(field["kind"] == "files" for field in sealed["fields"])
    _, asked, _ = drawn(quangnam, "question")
    assert {f["name"]: f["autocomplete"] for f in asked["fields"]}["thu"] == "email"


def test_what_a_field_needs_is_said_beside_it(quangnam: Portal) -> None:
    _, view, _ = drawn(quangnam, "information-request")
    notes = {field["name"]: field["note"] for field in view["fields"]}
    assert notes["noi-dung"] == ""
    assert notes["dien-thoai"] == "không bắt buộc"
    assert notes["thu"] == "cần khi chọn “Qua thư điện tử”"


def test_answers_are_told_as_people_read_them(quangnam: Portal) -> None:
    _, view, _ = drawn(quangnam, "rating")
    rows = answers_view(
        view,
        {"diem": "2", "co-quan": "thue-da-nang", "noi-dung": "a\nb", "khi-nao": "", "la": "x"},
    )
    assert [(row["name"], row["text"]) for row in rows] == [
        ("co-quan", "Thuế thành phố Đà Nẵng"),
        ("diem", "Không hài lòng"),
        ("noi-dung", "a\nb"),
    ]
    _, asked, _ = drawn(quangnam, "question")
    (row,) = answers_view(asked, {"dong-y-dang": "co"})
    assert row["text"] == "Có"


@pytest.mark.parametrize(
    ("amount", "unit", "kept"),
    [
        (24, Unit.MONTH, "30 ngày"),
        (7, Unit.DAY, "7 ngày"),
        (5, Unit.WORKING_DAY, "5 ngày làm việc"),
        (31, Unit.DAY, "30 ngày"),
    ],
)
def test_a_contact_is_kept_for_the_shorter_term(
    quangnam: Portal, amount: int, unit: Unit, kept: str
) -> None:
    rule = Keeping(id="x", basis=("x",), title="x", what="contacts", amount=amount, unit=unit)  # type: ignore[arg-type]
    assert str(contact_kept(changed(quangnam, keeping=(rule,)), TODAY)) == kept


def test_no_rule_of_a_portal_says_longer_than_its_forms(portal: Portal) -> None:
    """What the page of the regulation says must be what the form says."""
    told = str(contact_kept(portal, TODAY))
    for rule in portal.in_force(portal.regulation.keeping, TODAY):
        if rule.what == "contacts" and rule.amount:
            assert told.startswith(f"{rule.amount} ")
