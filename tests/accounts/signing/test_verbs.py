"""``cong accounts desk``, ``desks``, ``invite``, ``reset``, ``sessions`` as they are typed."""

import json
import re

import pytest

from tests.accounts.test_cli import NAME, Office
from tests.accounts.test_cli import office as office


@pytest.fixture
def staffed(office: Office) -> Office:
    """An office in which Mai is registered."""
    office.done("add", "mai", "--name", NAME, "--email", "mai@mau.vn")
    return office


def test_a_desk_is_given_shown_and_taken(staffed: Office) -> None:
    given = staffed.done("desk", "mai", "van-phong", "--portal", "portal-nho", "--head")
    assert re.match(r"✓ “mai” là thủ trưởng đơn vị của “.+” ở cổng portal-nho, từ ", given)
    [shown] = staffed.done("desks").splitlines()
    assert shown.split("\t")[:4] == [
        "portal-nho",
        "van-phong",
        f"mai ({NAME})",
        "thủ trưởng đơn vị",
    ]
    [told] = json.loads(staffed.done("desks", "--json"))
    assert (told["person"], told["place"], told["state"]) == ("mai", "head", "in-force")
    assert "thủ trưởng đơn vị của van-phong" in staffed.done("show", "mai")
    whole = json.loads(staffed.done("show", "mai", "--json"))
    assert whole["desks"][0]["agency"] == "van-phong"
    given = "giao việc trả lời người dân cho “mai”: cơ quan van-phong, cổng portal-nho, từ "
    assert given in staffed.done("log")
    staffed.done("desk", "mai", "van-phong", "--portal", "portal-nho", "--take")
    assert staffed.done("desks") == "Chưa giao ai trả lời cho cơ quan nào.\n"
    assert "đã hết" in staffed.done("desks", "--all")
    staffed.done("verify")


def test_a_code_is_told_once_with_the_address_to_go_to(staffed: Office) -> None:
    told = staffed.done("invite", "mai", "--portal", "portal-nho")
    [code] = re.findall(r"^  ([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})$", told, re.M)
    assert re.search(r"Mở https://[^ ]+/can-bo/thiet-lap/ rồi gõ mã\.", told)
    assert "đừng gửi qua thư" in told
    staffed.done("verify")
    assert code not in staffed.done("log", "--json")
    assert code.encode() not in staffed.file.read_bytes()
    elsewhere = staffed.done(
        "invite", "mai", "--portal", "portal-nho", "--address", "https://canbo.mau.vn/"
    )
    assert "https://canbo.mau.vn/can-bo/thiet-lap/" in elsewhere
    refused = staffed.refused(
        "invite", "mai", "--portal", "portal-nho", "--address", "http://canbo.mau.vn", code=2
    )
    assert "không phải địa chỉ https" in refused


@pytest.mark.parametrize("address", ["ftp://canbo.mau.vn", "canbo.mau.vn", "https://"])
def test_an_address_that_is_none_is_blamed_as_it_was_typed(staffed: Office, address: str) -> None:
    words = ("invite", "mai", "--portal", "portal-nho", "--address", address)
    assert staffed.refused(*words, code=2).startswith("--address: lỗi: “")
    assert "thiết lập" not in staffed.done("log")


def test_the_desks_of_a_portal_that_is_not_there_are_no_empty_list(staffed: Office) -> None:
    staffed.done("desk", "mai", "van-phong", "--portal", "portal-nho")
    assert staffed.done("desks", "--portal", "portal-nho") == staffed.done("desks")
    for verb in ("desks", "list", "delegations"):
        said = staffed.refused(verb, "--portal", "khong-co", code=2)
        assert "Không có cổng “khong-co”" in said


def test_who_could_not_come_in_anyway_is_told_with_the_code(staffed: Office) -> None:
    alone = staffed.done("invite", "mai", "--portal", "portal-nho")
    assert "! Lúc này “mai” chưa giữ việc gì ở cổng portal-nho, nên" in alone
    assert "cong accounts desk mai CƠ-QUAN --portal portal-nho" in alone
    staffed.done("desk", "mai", "van-phong", "--portal", "portal-nho")
    assert "chưa giữ việc gì" not in staffed.done("invite", "mai", "--portal", "portal-nho")
    staffed.done("desk", "mai", "van-phong", "--portal", "portal-nho", "--take")
    staffed.done("desk", "mai", "van-phong", "--portal", "portal-nho", "--since", "2099-01-01")
    assert "chưa giữ việc gì" in staffed.done("invite", "mai", "--portal", "portal-nho")


def test_resetting_and_sessions(staffed: Office) -> None:
    assert "chưa thiết lập đăng nhập" in staffed.refused("reset", "mai")
    staffed.done("invite", "mai", "--portal", "portal-nho")
    assert "Đã kết thúc 0 phiên" in staffed.done("reset", "mai")
    assert staffed.done("sessions") == "Không ai đang đăng nhập.\n"
    assert json.loads(staffed.done("sessions", "mai", "--json")) == []
    assert staffed.done("sessions", "mai", "--end") == "✓ Đã kết thúc 0 phiên của “mai”.\n"
    assert "một lần, một người" in staffed.refused("sessions", "--end", code=2)
    assert "Không có người mang mã này" in staffed.refused("sessions", "khong")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["desk", "mai", "so-la", "--portal", "portal-nho"], "không có cơ quan này"),
        (["desk", "ai", "van-phong", "--portal", "portal-nho"], "Không có người mang mã này"),
        (["desk", "mai", "van-phong", "--portal", "portal-nho", "--take"], "không trả lời cho"),
        (["invite", "ai", "--portal", "portal-nho"], "Không có người mang mã này"),
    ],
)
def test_what_is_refused(staffed: Office, words: list[str], message: str) -> None:
    assert message in staffed.refused(*words)


def test_taking_needs_nothing_that_giving_does(staffed: Office) -> None:
    words = ("desk", "mai", "van-phong", "--portal", "portal-nho", "--take", "--head")
    assert "Khi thu hồi chỉ ghi thêm --since" in staffed.refused(*words, code=2)
