"""What is sealed: nothing of it but its ciphertext reaches the database, a log or a mail."""

import dataclasses
import io
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import cast

import pytest
from pyrage import x25519
from sqlalchemy import text

from regulation.model import Sealing
from regulation.portal import Portal
from relay.rules import Draft, Rules
from relay.sealing.age import open_sealed
from relay.store.database import Store
from relay.store.keys import Keys
from tests.relay.citizens import NOW, ROOT, Office, hidden, opened_office
from tests.relay.intake.test_routes import CONFIRM, cases

CANARY = "Chim-hoàng-yến-7193"
SECRET = {
    "nguoi-bi-to-cao": f"Ông {CANARY} A",
    "noi-dung": f"Nội dung {CANARY} B",
    "ho-ten": f"Người {CANARY} C",
    "dien-thoai": "0905123987",
}
TO = "/y-kien/gui/to-cao/"


class Fixed:
    """Rules that do not change."""

    def __init__(self, portal: Portal) -> None:
        self.portal_ = portal

    def portal(self) -> Portal:
        return self.portal_

    def drafts(self) -> Mapping[str, Draft]:
        return {}


@pytest.fixture(scope="module")
def unit() -> x25519.Identity:
    return x25519.Identity.generate()


def sealed_rules(unit: x25519.Identity, recovery: x25519.Identity) -> Fixed:
    """The rules of a portal with keys for its inspectorate."""
    portal = Rules(ROOT, "quangnam", lambda: NOW).portal()
    (route,) = portal.routes("denunciation", NOW.date())
    agency = portal.current(route.to, NOW.date()).id
    keys = [
        Sealing.model_validate(
            {
                "id": f"khoa-{n}",
                "basis": ("Điều 9",),
                "agency": agency,
                "recipient": str(identity.to_public()),
                "recovery": bool(n),
            }
        )
        for n, identity in enumerate((unit, recovery))
    ]
    regulation = portal.regulation.model_copy(update={"sealing": tuple(keys)})
    return Fixed(dataclasses.replace(portal, regulation=regulation))


@pytest.fixture
def sealed(store: Store, keys: Keys, tmp_path: Path, unit: x25519.Identity) -> Iterator[Office]:
    """The portal with keys for its inspectorate."""
    rules = cast(Rules, sealed_rules(unit, x25519.Identity.generate()))
    with opened_office(store, keys, tmp_path, rules=rules) as office:
        yield office


def everything(store: Store) -> str:
    """All that the database holds, as text."""
    said = []
    with store.reading() as connection:
        from relay.store.schema import metadata

        for table in metadata.sorted_tables:
            for row in connection.execute(text(f"SELECT * FROM {table.name}")):
                said.append(" ".join(str(value) for value in row))
                said += [
                    bytes(v).decode("utf-8", "replace")
                    for v in row
                    if isinstance(v, bytes | memoryview)
                ]
    return "\n".join(said)


def test_a_denunciation_leaves_nothing_readable(
    sealed: Office, store: Store, unit: x25519.Identity
) -> None:
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        page = sealed.post(TO, SECRET)
        assert page.status_code == 200, page.text
        assert CANARY in page.text
        sealed.later(minutes=1)
        answer = sealed.post(CONFIRM, hidden(page.text))
        assert answer.status_code == 303
        receipt = sealed.browser.get(answer.headers["location"]).text
    finally:
        logging.getLogger().removeHandler(handler)
        logging.getLogger().setLevel(logging.WARNING)
    (stored,) = cases(sealed)
    assert stored.fields == {}
    assert stored.sealed is not None
    opened = open_sealed(stored.sealed, [str(unit)])
    assert {**opened.fields, **opened.contact} == SECRET
    assert "Đây chưa phải đơn tố cáo" in receipt
    for place in (everything(store), receipt, log.getvalue()):
        assert CANARY not in place
        assert SECRET["dien-thoai"] not in place


def test_the_same_click_is_one_case_and_another_text_another(sealed: Office) -> None:
    fields = hidden(sealed.post(TO, SECRET).text)
    sealed.later(minutes=1)
    first = {sealed.post(CONFIRM, fields).headers["location"] for _ in range(5)}
    back = hidden(sealed.post(TO, {**fields, "noi-dung": "Việc khác"}).text)
    sealed.later(minutes=1)
    second = {sealed.post(CONFIRM, back).headers["location"] for _ in range(5)}
    assert len(first) == len(second) == 1
    assert first != second
    assert len(cases(sealed)) == 2


def changed(office: Office, **other: object) -> None:
    """The route of denunciations, changed while pages are open."""
    rules = cast(Fixed, office.context.rules)
    regulation = rules.portal_.regulation
    routes = tuple(
        route.model_copy(update=other) if "denunciation" in route.kinds else route
        for route in regulation.routes
    )
    changed_ = regulation.model_copy(update={"routes": routes})
    rules.portal_ = dataclasses.replace(rules.portal_, regulation=changed_)


@pytest.mark.parametrize("apart", [False, True], ids=["one-office", "two"])
def test_the_receipt_says_who_can_open_it_and_that_the_place_of_receipt_cannot(
    sealed: Office, apart: bool
) -> None:
    if apart:
        (question,) = sealed.context.portal.routes("question", NOW.date())
        changed(sealed, receiver=question.receiver)
    page = sealed.post(TO, SECRET).text
    assert "sau đó chỉ Thanh tra thành phố Đà Nẵng mở được" in page
    sealed.later(minutes=1)
    answer = sealed.post(CONFIRM, hidden(page))
    receipt = sealed.browser.get(answer.headers["location"]).text
    assert "Chỉ Thanh tra thành phố Đà Nẵng mở được nội dung" in receipt
    assert (") không đọc được." in receipt) is apart
    assert "Nơi nhận xem" not in receipt


NO_MORE = "nội dung gửi ở đây không còn được mã hóa"


def test_what_was_promised_to_be_sealed_is_not_kept_in_the_clear_unasked(
    sealed: Office, store: Store
) -> None:
    promised = hidden(sealed.post(TO, {**SECRET, "noi-dung": ""}).text)
    review = hidden(sealed.post(TO, {**SECRET, **promised}).text)
    changed(sealed, sealed=False)
    sealed.later(minutes=1)
    for at, fields in ((TO, {**SECRET, **promised}), (CONFIRM, review)):
        page = sealed.post(at, fields)
        assert page.status_code == 409
        assert NO_MORE in page.text
        assert SECRET["noi-dung"] in page.text
        assert "mã hóa trên máy chủ" not in page.text.lower()
        assert hidden(page.text) == {}, "what is sent from here is sent in the clear, and asked for"
    told = sealed.script(TO, {**SECRET, **promised, "mot-buoc": "1"})
    assert (told.status_code, told.json()) == (409, {})  # the script goes the way without scripts
    sealed.later(hours=30)
    late = sealed.post(CONFIRM, review)
    assert (late.status_code, NO_MORE in late.text) == (409, True)
    assert cases(sealed) == []
    assert CANARY not in everything(store)
    sealed.received(SECRET, TO)
    assert [case.fields["noi-dung"] for case in cases(sealed)] == [SECRET["noi-dung"]]


def test_where_there_are_no_keys_nothing_is_taken(office: Office) -> None:
    page = office.post(TO, SECRET)
    assert page.status_code == 409
    assert "khóa niêm phong" in page.text
    assert cases(office) == []
