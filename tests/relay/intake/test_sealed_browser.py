"""What browsers sealed: taken without being opened, and nothing beside it in the clear."""

import dataclasses
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from pyrage import x25519

from regulation.forms import load_forms
from regulation.formview import form_view
from regulation.portal import Portal
from relay.intake.keeping import BROWSER
from relay.rules import Rules
from relay.sealing.age import open_sealed
from relay.sealing.sizes import MIB
from relay.sealing.taking import sealed_size
from relay.store.database import Store
from relay.store.keys import Keys
from tests.relay.citizens import NOW, Office, opened_office
from tests.relay.intake.test_routes import cases
from tests.relay.intake.test_sealed import CANARY, SECRET, Fixed, everything, sealed_rules
from tests.relay.sealing.in_browser import installed, packed_in_browser

pytestmark = installed
TO = "/y-kien/niem-phong/to-cao/"


UNIT, RECOVERY = x25519.Identity.generate(), x25519.Identity.generate()


@functools.cache
def rules() -> Fixed:
    """The portal with keys for its inspectorate."""
    return sealed_rules(UNIT, RECOVERY)


def rule_of(portal: Portal) -> dict[str, Any]:
    """What the page of the form tells its script."""
    (route,) = portal.routes("denunciation", NOW.date())
    seal = form_view(portal, load_forms()["denunciation"], route, NOW.date())["seal"]
    assert seal is not None
    return dict(seal)


@functools.cache
def sealed(words: str = SECRET["noi-dung"], keys: int = 2) -> bytes:
    """What a browser seals."""
    rule = rule_of(rules().portal())
    rule["keys"] = rule["keys"][:keys]
    return packed_in_browser(rule, {**SECRET, "noi-dung": words}, [], NOW, seal=True)


@dataclasses.dataclass
class Browser:
    """A browser that seals, at an office.

    Attributes:
        office: The office.
        rules: Its rules, which a test may change.
    """

    office: Office
    rules: Fixed

    def post(
        self, content: bytes, fields: Mapping[str, str] | None = None, files: int = 1, to: str = TO
    ) -> Any:
        """Sends what was sealed; with a token of its own and no proof unless fields are given."""
        given = self.beside() if fields is None else fields
        parts: list[Any] = [(name, (None, value)) for name, value in given.items()]
        parts += [("niem-phong", ("niem-phong.age", content))] * files
        return self.office.browser.post(to, files=parts, headers={"accept": "application/json"})

    def beside(self, proof: bool = False, **more: str) -> dict[str, str]:
        """The fields beside the file."""
        if proof:
            found = self.office.proof("to-cao")
            del found["mot-buoc"]
        else:
            found = self.office.browser.get("/y-kien/altcha?loai=to-cao").json()
            found = {"token": found["token"], "altcha": ""}
        self.office.later(seconds=5)
        return {**found, "khoa": " ".join(rule_of(self.rules.portal())["keys"]), **more}


@pytest.fixture
def browser(store: Store, keys: Keys, tmp_path: Path) -> Iterator[Browser]:
    """A browser at an office that has keys."""
    own = Fixed(rules().portal())
    with opened_office(store, keys, tmp_path, rules=cast(Rules, own)) as office:
        yield Browser(office, own)


def test_it_is_taken_and_opens_with_either_key(browser: Browser, store: Store) -> None:
    answer = browser.post(sealed(), browser.beside(proof=True))
    assert answer.status_code == 200, answer.text
    receipt = browser.office.browser.get(answer.json()["receipt"])
    assert "Đã nhận" in receipt.text
    assert "Đây chưa phải đơn tố cáo" in receipt.text
    (stored,) = cases(browser.office)
    assert stored.fields == {}
    assert stored.sealed is not None
    assert stored.quarantine == ""
    for key in (UNIT, RECOVERY):
        opened = open_sealed(stored.sealed, [str(key)])
        assert {**opened.fields, **opened.contact} == SECRET
        assert opened.unit == stored.unit
        assert (opened.portal, opened.route) == ("quangnam", stored.case.route)
    assert CANARY not in everything(store)
    assert BROWSER in everything(store)


def test_the_same_bytes_are_one_case_whatever_becomes_of_the_token(browser: Browser) -> None:
    fields = browser.beside()
    first = {browser.post(sealed(), fields).json()["receipt"] for _ in range(4)}
    browser.office.later(hours=30)  # the page is old, the answer was lost: it is found all the same
    first.add(browser.post(sealed(), fields).json()["receipt"])
    assert len(first) == 1
    assert len(cases(browser.office)) == 1


def test_other_words_need_another_proof_and_are_another_case(browser: Browser) -> None:
    fields = browser.beside(proof=True)
    one = browser.post(sealed(), fields).json()["receipt"]
    spent = browser.post(sealed("Việc khác"), fields)
    assert (spent.status_code, spent.json()["again"]) == (409, "proof")
    assert len(cases(browser.office)) == 1
    assert browser.post(sealed("Việc khác")).json()["receipt"] != one
    assert len(cases(browser.office)) == 2


def test_what_was_sealed_to_other_keys_is_not_taken_and_the_script_told(browser: Browser) -> None:
    fields = browser.beside()
    browser.rules.portal_ = sealed_rules(x25519.Identity.generate(), RECOVERY).portal()
    answer = browser.post(sealed(), fields)
    assert (answer.status_code, answer.json()["again"]) == (409, "keys")
    assert "Khóa mã hóa" in answer.json()["errors"][0]["message"]
    assert cases(browser.office) == []


@pytest.mark.parametrize("name", ["noi-dung", "ho-ten", "mot-buoc", "tep", "la"])
def test_nothing_comes_beside_it_in_the_clear(browser: Browser, name: str) -> None:
    answer = browser.post(sealed(), {**browser.beside(), name: CANARY})
    assert answer.status_code == 400
    assert answer.json()["errors"]
    assert CANARY not in answer.text
    assert cases(browser.office) == []


def test_what_was_not_sealed_as_asked_is_not_taken(browser: Browser) -> None:
    good = sealed()
    for content in (b"", CANARY.encode(), good[:-1], good + b"\n", sealed(keys=1)):
        answer = browser.post(content)
        assert answer.status_code == 422, content[:20]
        assert "bấm gửi lần nữa" in answer.json()["errors"][0]["message"]
    assert browser.post(good, files=2).status_code == 422
    assert cases(browser.office) == []


def test_a_form_without_files_takes_nothing_large(browser: Browser) -> None:
    answer = browser.post(bytes(sealed_size(MIB)))
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["message"]
    assert cases(browser.office) == []


def test_a_token_that_is_none_is_fetched_anew(browser: Browser) -> None:
    fields = browser.beside()
    other = browser.office.browser.get("/y-kien/altcha?loai=cau-hoi").json()["token"]
    for token in ("", "x", other):
        answer = browser.post(sealed(), {**fields, "token": token})
        assert (answer.status_code, answer.json()["again"]) == (409, "proof")
    browser.office.later(hours=30)
    assert browser.post(sealed(), fields).json()["again"] == "proof"
    assert cases(browser.office) == []


def test_nobody_is_refused_for_want_of_a_proof(browser: Browser) -> None:
    assert "receipt" in browser.post(sealed()).json()
    (stored,) = cases(browser.office)
    assert stored.quarantine == ""


def test_what_fills_in_the_hidden_field_is_looked_at_first(browser: Browser) -> None:
    assert "receipt" in browser.post(sealed(), browser.beside(website="1")).json()
    (stored,) = cases(browser.office)
    assert stored.quarantine == "honeypot"


def test_only_forms_that_are_sealed_are_sent_here(browser: Browser) -> None:
    for to in ("/y-kien/niem-phong/cau-hoi/", "/y-kien/niem-phong/khong-co/"):
        assert browser.post(sealed(), to=to).status_code == 404
    assert browser.office.browser.get(TO).status_code == 405


def test_where_there_are_no_keys_nothing_is_taken(office: Office) -> None:
    answer = office.browser.post(TO, files=[("niem-phong", ("x", b"x"))])
    assert answer.status_code == 409
    assert cases(office) == []


def test_who_knocks_too_often_waits(browser: Browser) -> None:
    fields = browser.beside()
    answers = [browser.post(b"", fields) for _ in range(80)]
    last = answers[-1]
    assert last.status_code == 429
    assert int(last.headers["retry-after"]) > 0
    assert "Hãy chờ" in last.json()["errors"][0]["message"]
    assert cases(browser.office) == []
