"""Signing in as a GitHub App: with its key, in one repository, and the key is never shown."""

import logging
import time
from pathlib import Path
from types import SimpleNamespace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from workflow.forge import ForgeError
from workflow.forge.github import Api, GitHubForge, Mirror
from workflow.forge.github.app import find_app, sign_in
from workflow.forge.github.place import Place, find_place
from workflow.git import Git

from .github_driver import GitHubDriver
from .standin import FULL, NAME, App, Fault
from .test_github import refused

NUMBER, CLIENT = 4711, "Iv23liChotDuyet"
TOKENS = r"/access_tokens$"


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, password: bytes = b"") -> str:
    """A private key as GitHub gives it."""
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    form = PrivateFormat.PKCS8 if password else PrivateFormat.TraditionalOpenSSL
    return key.private_bytes(Encoding.PEM, form, lock).decode()


def public(key: rsa.RSAPrivateKey) -> str:
    """Its public half."""
    form = PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(Encoding.PEM, form).decode()


RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY = pem(RSA)
INSIDE = KEY.splitlines()[5]  # of the key, to be looked for where it must not be


@pytest.fixture
def app(github: GitHubDriver) -> App:
    """The gate's app, installed in the repository."""
    return github.github.register(App(NUMBER, CLIENT, "chot-duyet", public(RSA)))


def variables(github: GitHubDriver, **more: str) -> dict[str, str]:
    """The environment of the gate."""
    return {
        "GITHUB_SERVER_URL": github.github.web,
        "GITHUB_API_URL": github.github.api,
        "CONG_GITHUB_APP": str(NUMBER),
        "CONG_GITHUB_APP_KEY": KEY,
        **more,
    }


def place(github: GitHubDriver, repository: str = FULL, **more: str) -> Place:
    """Where proposals live, as the gate sees it."""
    return find_place(repository, variables(github, **more), lambda: github.now)


def enter(github: GitHubDriver) -> str:
    """Signs in, without really waiting."""
    found = find_app(variables(github))
    assert found is not None
    return sign_in(found, FULL, github.github.api, lambda: github.now, github.slept.append)


@pytest.mark.parametrize("name", [str(NUMBER), CLIENT])
def test_an_app_signs_in_for_one_repository(github: GitHubDriver, app: App, name: str) -> None:
    token = place(github, CONG_GITHUB_APP=name).token
    assert github.github.sessions == {token: {"login": "chot-duyet[bot]", "repositories": [NAME]}}
    assert github.github.asked == [
        ("GET", f"/repos/{FULL}/installation"),
        ("POST", "/app/installations/77/access_tokens"),
    ]


def test_the_app_comes_before_every_token(github: GitHubDriver, app: App) -> None:
    others = dict.fromkeys(("CONG_GITHUB_TOKEN", "GH_TOKEN", "GITHUB_TOKEN"), "ma-mai")
    assert place(github, **others).token in github.github.sessions


def test_without_an_app_the_token_is_taken(github: GitHubDriver) -> None:
    found = place(github, CONG_GITHUB_APP=" ", CONG_GITHUB_APP_KEY="", GH_TOKEN="ma-mai")
    assert found.token == "ma-mai"
    assert github.github.asked == []


def test_it_acts_under_its_own_name_and_git_takes_its_token(github: GitHubDriver, app: App) -> None:
    number = github.as_("cong").propose(github.commit({"a.md": "Một.\n"}), "Bài")
    found = place(github)
    api = Api(found.token, base=found.api, now=lambda: github.now, pace=0)
    mirror = Mirror(
        github.folder / "chot.git", Git(github.checkout.path, github.env), found.remote, found.token
    )
    forge = GitHubForge(api, found.repository, mirror)
    assert forge.me() == "chot-duyet[bot]"
    assert forge.proposal(number).head
    assert any(line.endswith(" chot-duyet[bot]") for line in github.github.heard)


def test_a_key_may_lie_in_a_file_of_ones_own(
    github: GitHubDriver, app: App, tmp_path: Path
) -> None:
    file = tmp_path / "chot duyet.pem"
    file.write_text(KEY, encoding="utf-8")
    file.chmod(0o400)
    assert place(github, CONG_GITHUB_APP_KEY=str(file)).token in github.github.sessions
    for mode in (0o640, 0o604, 0o620):
        file.chmod(mode)
        refused(lambda: place(github, CONG_GITHUB_APP_KEY=str(file)), str(file), "chmod 600")


# --- What is wrong with the environment -----------------------------------------------------------


def test_an_app_without_a_key_and_a_key_without_an_app(github: GitHubDriver) -> None:
    for blank in ("", " \n"):
        said = refused(
            lambda: place(github, CONG_GITHUB_APP_KEY=blank, GH_TOKEN="ma-mai"),  # noqa: B023
            "CONG_GITHUB_APP_KEY",
        )
        assert "hãy đặt" in said
        refused(lambda: place(github, CONG_GITHUB_APP=blank, GH_TOKEN="ma-mai"), "Client ID")  # noqa: B023
    assert github.github.asked == []


@pytest.mark.parametrize("name", ["0 4711", "../..", "Iv1\nx", "a" * 99, "số 4711"])
def test_an_app_has_a_number_or_a_client_id(github: GitHubDriver, name: str) -> None:
    assert name not in refused(lambda: place(github, CONG_GITHUB_APP=name), "CONG_GITHUB_APP")


@pytest.mark.parametrize(
    "broken",
    [
        KEY.replace("\n", "\\n"),
        KEY[:400],
        KEY.replace(INSIDE, INSIDE[::-1]),
        public(RSA),
        pem(RSA, b"bi-mat"),
        pem(ec.generate_private_key(ec.SECP256R1())),
        "-----BEGIN CERTIFICATE-----\n" + INSIDE,
    ],
    ids=["escaped", "cut", "damaged", "public", "locked", "other-kind", "certificate"],
)
@pytest.mark.parametrize("in_file", [False, True])
def test_a_key_that_is_none_is_refused_and_not_repeated(
    github: GitHubDriver, tmp_path: Path, broken: str, in_file: bool
) -> None:
    given = broken
    if in_file:
        file = tmp_path / "khoa.pem"
        file.write_text(broken, encoding="utf-8")
        file.chmod(0o600)
        given = str(file)
    said = refused(lambda: place(github, CONG_GITHUB_APP_KEY=given), "khóa", ".pem")
    assert INSIDE not in said
    assert github.github.asked == []


@pytest.mark.parametrize(
    "given",
    [INSIDE, "/khong/co/khoa.pem", "a\0b", "x" * 5000, "/"],
    ids=["part-of-a-key", "no-file", "no-name", "long", "folder"],
)
def test_what_is_neither_key_nor_file_is_not_repeated(github: GitHubDriver, given: str) -> None:
    said = refused(lambda: place(github, CONG_GITHUB_APP_KEY=given), "tên một tệp")
    assert given == "/" or given not in said


def test_a_key_is_not_sent_unencrypted(github: GitHubDriver) -> None:
    refused(lambda: place(github, GITHUB_API_URL="http://github.tinh.example"), "không mã hóa")


# --- What GitHub says -----------------------------------------------------------------------------


def test_an_app_that_is_not_installed_here(github: GitHubDriver, app: App) -> None:
    app.installed = None
    refused(lambda: place(github), str(NUMBER), FULL, "chưa được cài", "Install App")
    app.installed = 77
    refused(lambda: place(github, "tinh-mau/khac"), "tinh-mau/khac", "chưa được cài")


def test_an_app_that_is_suspended(github: GitHubDriver, app: App) -> None:
    app.suspended = True
    refused(lambda: place(github), "tạm ngừng", "Unsuspend")


def test_a_key_of_another_app_is_not_taken(github: GitHubDriver, app: App) -> None:
    other = pem(rsa.generate_private_key(public_exponent=65537, key_size=2048))
    for more in ({"CONG_GITHUB_APP_KEY": other}, {"CONG_GITHUB_APP": "4712"}):
        said = refused(lambda: place(github, **more), "không nhận khóa", "CONG_GITHUB_APP")  # noqa: B023
        assert "GH_TOKEN" not in said
    assert github.github.sessions == {}


@pytest.mark.parametrize(("ahead", "right"), [(50, True), (-200, True), (90, False), (-400, False)])
def test_a_clock_may_be_a_little_wrong(
    github: GitHubDriver, app: App, monkeypatch: pytest.MonkeyPatch, ahead: int, right: bool
) -> None:
    clock = SimpleNamespace(time=lambda: time.time() + ahead)
    monkeypatch.setattr("github.Auth.time", clock)
    if right:
        assert place(github).token
    else:
        refused(lambda: place(github), "đồng hồ", "timedatectl")


def test_the_signed_token_says_no_more_than_it_must(
    github: GitHubDriver, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []
    there = github.github.signed_by

    def overheard(token: str) -> str:
        seen.append(token)
        return there(token)

    monkeypatch.setattr(github.github, "signed_by", overheard)
    place(github)
    claims = jwt.decode(seen[0], public(RSA), algorithms=["RS256"], issuer=str(NUMBER))
    assert set(claims) == {"iat", "exp", "iss"}
    assert claims["exp"] - claims["iat"] <= 600


# --- What goes wrong on the way -------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/installation$", TOKENS])
@pytest.mark.parametrize("kind", ["500", "502", "lost", "dead", "cut"])
def test_signing_in_is_tried_again(github: GitHubDriver, app: App, path: str, kind: str) -> None:
    github.github.faults.append(Fault(kind, path=path))
    assert enter(github) in github.github.sessions
    assert github.slept == [1.0]


@pytest.mark.parametrize(("kind", "waits"), [("after", 7.0), ("secondary", 60.0), ("limit", 21.0)])
def test_github_is_given_its_rest(github: GitHubDriver, app: App, kind: str, waits: float) -> None:
    github.github.faults.append(Fault(kind, path=TOKENS))
    assert enter(github) in github.github.sessions
    assert github.slept == [waits]


def test_what_never_answers_is_told(github: GitHubDriver, app: App) -> None:
    github.github.faults.append(Fault("502", path=TOKENS, times=99))
    refused(lambda: enter(github), "không trả lời")


@pytest.mark.parametrize("token", ["", "một-hai", "a\nb", 7])
def test_a_token_unlike_githubs_is_not_used(
    github: GitHubDriver, app: App, monkeypatch: pytest.MonkeyPatch, token: object
) -> None:
    monkeypatch.setattr(
        "workflow.forge.github.api.Api.send", lambda *_, **__: {"token": token, "expires_at": ""}
    )
    refused(lambda: place(github), "khác với tài liệu")


# --- Nothing is seen ------------------------------------------------------------------------------


def test_neither_key_nor_token_is_ever_shown(
    github: GitHubDriver, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found, signing = place(github), find_app(variables(github))
    app.installed = None
    with pytest.raises(ForgeError) as error:
        place(github)
    shown = [repr(found), str(found), repr(signing), repr(error.value), repr(error.value.args)]
    assert "access_tokens" in caplog.text
    shown += [repr(error.value.__cause__), caplog.text]
    for secret in (INSIDE, found.token):
        assert not any(secret in each for each in shown)
