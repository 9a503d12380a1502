"""A sealed case on officers' pages: nothing is typed about it, and it is given to nobody else."""

from typing import Any

import pytest

from accounts.signing.who import Place
from relay.cases.events import Happened
from relay.cases.states import Did, Party, State
from relay.inbox.finding import FILTERS, counted, found, row_view, scopes, told_scopes
from relay.inbox.seeing import Viewer
from relay.store.cases import append
from tests.relay.inbox.office import MONDAY, Office, words

CIPHERTEXT = b"age-encryption.org/v1 ciphertext"
FREE = "Ông A ở Sở Tài chính bị tố cáo"

pytestmark = pytest.mark.duty("F6")


def sealed(office: Office, signs: tuple[str, ...] = ()) -> str:
    return office.new("denunciation", sealed=CIPHERTEXT, signs=signs)


def test_nothing_is_typed_about_it(one_office: Office) -> None:
    case_id = sealed(one_office)
    officer = one_office.officer("tra")
    officer.does(case_id, "thu-ly")
    page = officer.page(case_id)
    assert "Nội dung niêm phong" in page
    assert "<textarea" not in page
    assert officer.post(case_id, "ghi-chu", ghi_chu=FREE).status_code == 422
    assert one_office.texts(case_id) == []


def test_its_unit_gives_it_to_nobody(one_office: Office) -> None:
    case_id = sealed(one_office)
    for person in ("tra", "van"):
        officer = one_office.officer(person)
        assert "/chuyen/" not in officer.page(case_id)
        assert "/chuyen-cap-tren/" not in officer.page(case_id)
        answer = officer.post(case_id, "chuyen", don_vi="so-tc", ly_do="don-vi-ke-thua")
        assert answer.status_code == 422
        assert "hồ sơ giấy" in answer.text
        assert officer.post(case_id, "chuyen-cap-tren", ly_do="x").status_code == 422
    assert one_office.case(case_id).unit == "thanh-tra-tinh"


def test_its_unit_lets_it_through_and_has_it_then(one_office: Office) -> None:
    case_id = sealed(one_office, ("nhanh",))
    unit, operator = one_office.officer("tra"), one_office.officer("van")
    assert one_office.case(case_id).shown in unit.client.get("/can-bo/?loc=cho-kiem-tra").text
    assert "/cho-qua/" not in operator.page(case_id)
    assert operator.post(case_id, "cho-qua").status_code == 422
    unit.does(case_id, "cho-qua")
    case = one_office.case(case_id)
    assert (case.state, case.unit) == (State.ASSIGNED, "thanh-tra-tinh")


def test_what_was_released_before_is_assigned_to_the_key_alone(one_office: Office) -> None:
    case_id = sealed(one_office, ("nhanh",))
    released = Happened(Did.RELEASED, Party.OPERATOR, one_office.clock(), "van", {})
    one_office.writer.run_now(lambda c: append(c, case_id, [released], one_office.keys))
    operator = one_office.officer("van")
    choices = operator.page(case_id).split('name="don-vi"')[1].split("</select>")[0]
    assert choices.count("<option") == 2
    assert operator.post(case_id, "phan-loai", don_vi="so-tc").status_code == 422
    one_office.officer("tra").does(case_id, "phan-loai", don_vi="thanh-tra-tinh")
    assert one_office.case(case_id).state is State.ASSIGNED


def test_refused_while_it_waited_it_comes_back_to_its_unit(one_office: Office) -> None:
    case_id = sealed(one_office, ("nhanh",))
    unit, operator = one_office.officer("tra"), one_office.officer("van")
    ground = {"can_cu": "to-cao-khong-du-dieu-kien"}
    assert operator.post(case_id, "khong-thu-ly", **ground).status_code == 422
    unit.does(case_id, "khong-thu-ly", **ground)
    assert operator.post(case_id, "mo-lai", ly_do="tinh-tiet-moi").status_code == 422
    unit.does(case_id, "mo-lai", ly_do="ghi-nham")
    assert one_office.case(case_id).unit == "thanh-tra-tinh"
    unit.does(case_id, "thu-ly")


def test_a_refusal_has_the_words_of_its_ground(one_office: Office) -> None:
    case_id = sealed(one_office)
    head = one_office.officer("tra")
    assert "<textarea" not in head.page(case_id)
    assert head.post(case_id, "khong-thu-ly", can_cu="x", ly_do=FREE).status_code == 422
    head.does(case_id, "khong-thu-ly", can_cu="to-cao-khong-du-dieu-kien", ly_do=FREE)
    assert one_office.case(case_id).reason == "Tố cáo không đủ điều kiện thụ lý"
    assert FREE not in one_office.everything_of_history(case_id)


def test_reasons_are_chosen(one_office: Office) -> None:
    case_id = sealed(one_office)
    one_office.officer("tra").does(case_id, "thu-ly")
    one_office.officer("tra").does(case_id, "tra-loi")
    unit = one_office.officer("tra")
    page = unit.page(case_id)
    assert "Chọn lý do" in words(page)
    assert "<textarea" not in page
    for typed in (FREE, "phuc-tap", ""):
        assert unit.post(case_id, "mo-lai", ly_do=typed).status_code == 422
    assert "/mo-lai/" not in one_office.officer("van").page(case_id)
    unit.does(case_id, "mo-lai", ly_do="tinh-tiet-moi")
    assert one_office.dids(case_id)[-1] is Did.REOPENED
    assert one_office.case(case_id).reason == "Có tình tiết mới"
    assert FREE not in one_office.everything_of_history(case_id)


def test_those_above_who_were_told_find_it_in_their_list(one_office: Office) -> None:
    case_id = sealed(one_office)
    shown, above = one_office.case(case_id).shown, "ubnd-tinh-khanh-hoa-moi"
    desk: dict[str, Place] = {above: "head"}
    who = Viewer("uy", desk, False, False)

    def listed() -> list[str]:
        with one_office.store.reading() as connection:
            portal = one_office.portal
            seen = (
                *scopes(portal, who, MONDAY.date()),
                *told_scopes(connection, portal, who, MONDAY.date()),
            )
            rows = found(connection, portal, seen, FILTERS[""], MONDAY, 1)
            assert counted(connection, portal, seen, MONDAY)[""] == len(rows)
            views = [row_view(portal, row, who, MONDAY) for row in rows]
            return [f"{view['shown']} {view['title']}" for view in views]

    def tell(did: Did, data: dict[str, Any]) -> None:
        what = [Happened(did, Party.SYSTEM, one_office.clock(), "", data)]
        one_office.writer.run_now(lambda c: append(c, case_id, what, one_office.keys))

    assert listed() == []
    told: dict[str, Any] = {
        "clock": "to-cao-giai-quyet",
        "levels": [100],
        "to": ["above"],
        "above": above,
    }
    steps: tuple[tuple[Did, dict[str, Any]], ...] = (
        (Did.REMINDED, told),
        (Did.ACCEPTED, {}),
        (Did.ANSWERED, {}),
        (Did.REOPENED, {"reason": "Có tình tiết mới"}),
    )
    for did, data in steps:
        tell(did, data)
        if did is Did.REMINDED:
            assert listed() == [f"{shown} Nội dung niêm phong"]
    # A new round: nobody above has been told of it.
    assert listed() == []
