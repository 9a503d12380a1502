"""The script seals the same as the relay does: either's messages open alike."""

import base64
import datetime as dt
from typing import Any

import pytest
from pyrage import x25519

from regulation.forms import load_forms
from relay.intake.fields import checked
from relay.sealing.age import open_sealed
from relay.sealing.message import Sealed, SealedFile, packed
from relay.sealing.sizes import CLASSES
from relay.sealing.taking import is_sealed
from tests.relay.sealing.in_browser import faults_in_browser, installed, packed_in_browser
from tests.relay.sealing.sealed_portal import Keys

AT = dt.datetime(2026, 11, 22, 2, 30, tzinfo=dt.UTC)
FILE = SealedFile("Ảnh “chụp”.pdf", "application/pdf", bytes(range(256)) * 5)


def rule(*keys: x25519.Identity) -> dict[str, Any]:
    return {
        "portal": "quangnam",
        "route": "to-cao",
        "unit": "thanh-tra-tinh",
        "kind": "denunciation",
        "keys": [str(key.to_public()) for key in keys],
        "contact": ["ho-ten", "dia-chi", "dien-thoai", "thu"],
        "fields": [],
    }


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"noi-dung": "Dòng một\nDòng hai\t“trích” \\ / \x7f \u2028 😀", "ho-ten": "Lê Thị Kín"},
        {"noi-dung": "ạ" * 20_000, "nguoi-bi-to-cao": "Ông A", "thu": "a@b.vn", "chung-cu": "{}"},
    ],
    ids=["empty", "signs", "long"],
)
def test_the_same_bytes_are_made_as_by_the_relay(values: dict[str, str]) -> None:
    said = rule()
    contact = {name: text for name, text in values.items() if name in said["contact"]}
    fields = {name: text for name, text in values.items() if name not in contact}
    route, unit, kind = said["route"], said["unit"], said["kind"]
    files = () if not values else (FILE,)
    ours = packed(Sealed("quangnam", route, unit, kind, AT, fields, contact, files))
    theirs = packed_in_browser(said, values, [_as_sent(file) for file in files], AT)
    assert theirs == ours


def _as_sent(file: SealedFile) -> dict[str, str]:
    content = base64.b64encode(file.content).decode()
    return {"content": content, "kind": file.kind, "name": file.name}


@installed
@pytest.mark.parametrize("size", [10, 300_000], ids=["small", "large"])
def test_what_is_sealed_there_opens_here_with_either_key(keys: Keys, size: int) -> None:
    file = SealedFile("a.pdf", "application/pdf", bytes(size))
    said = rule(keys.unit, keys.recovery)
    values = {"noi-dung": "Nội dung kín", "ho-ten": "Lê Thị Kín"}
    content = packed_in_browser(said, values, [_as_sent(file)], AT, seal=True)
    assert is_sealed(content, 2, files=3)
    assert "Kín".encode() not in content
    for key in (keys.unit, keys.recovery):
        opened = open_sealed(content, [str(key)])
        assert {**opened.fields, **opened.contact} == values
        assert opened.contact == {"ho-ten": "Lê Thị Kín"}
        assert opened.moment == AT
        assert opened.files == (file,)
    again = packed_in_browser(said, values, [_as_sent(file)], AT, seal=True)
    assert again != content
    assert len(again) == len(content)


def test_the_sizes_are_those_of_the_relay() -> None:
    for size in CLASSES[:2]:
        free = len(packed_in_browser(rule(), {"a": ""}, [], AT).rstrip(b"\n"))
        for more in (0, 1):
            text = "x" * (size - free + more)
            made = packed_in_browser(rule(), {"a": text}, [], AT)
            assert (len(made) == size) is not bool(more)
            assert len(made) in CLASSES


FORM = load_forms()["denunciation"]


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"nguoi-bi-to-cao": "Ông A", "noi-dung": "Nhận tiền"},
        {"nguoi-bi-to-cao": " \r\n", "noi-dung": "x" * 10_001},
        {"nguoi-bi-to-cao": "😀" * 300, "noi-dung": "x\r\n" * 3_333},
        {"nguoi-bi-to-cao": "😀" * 301, "noi-dung": "e\u0323\u0302" * 10_000},
        {"nguoi-bi-to-cao": "A", "noi-dung": "B", "ho-ten": "C" * 999, "chung-cu": ""},
    ],
    ids=["empty", "good", "long", "most", "too-many", "contact"],
)
def test_the_same_is_found_empty_or_too_long_as_by_the_relay(values: dict[str, str]) -> None:
    said = {
        "fields": [
            {
                "name": field.name,
                "max": field.max or 0,
                "needed": field.required,
                "with": dict(field.needed_with),
            }
            for field in FORM.fields
        ]
    }
    ours = [fault.field for fault in checked(FORM, values, set()).faults]
    assert [fault["name"] for fault in faults_in_browser(said, values)] == ours
