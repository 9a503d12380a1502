"""Proof of work: bound to one submission, past after two hours, whatever else comes is nothing."""

import base64
import copy
import datetime as dt
import json
from typing import Any

import altcha
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay.abuse import proof
from relay.abuse.proof import LIFE, challenge, proved

CALM = settings(deadline=None)

KEY = b"k" * 32
NOW = dt.datetime(2031, 5, 6, 7, 8, 9, tzinfo=dt.UTC)
BOUND: dict[str, Any] = {"portal": "quangnam", "kind": "question", "token": "t" * 22}


def solved(made: dict[str, Any]) -> dict[str, Any]:
    found = altcha.solve_challenge(altcha.Challenge.from_dict(made))
    assert found is not None
    return {
        "challenge": made,
        "solution": {"counter": found.counter, "derivedKey": found.derived_key},
    }


def sent(payload: dict[str, Any]) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()


@pytest.fixture(scope="module")
def payload() -> dict[str, Any]:
    return solved(challenge(KEY, now=NOW, cost=2, tries=range(5, 40), **BOUND))


def test_a_solved_challenge_is_proved_for_two_hours(payload: dict[str, Any]) -> None:
    text = sent(payload)
    found = proved(text, KEY, now=NOW, **BOUND)
    assert found is not None
    assert found.expires == NOW + LIFE
    assert found.challenge == payload["challenge"]["signature"]
    assert proved(text, KEY, now=NOW + LIFE, **BOUND) == found  # to be spent in a table
    assert proved(text, KEY, now=NOW + LIFE + dt.timedelta(seconds=1), **BOUND) is None


@pytest.mark.parametrize("name", sorted(BOUND))
def test_it_is_good_for_no_other_submission(payload: dict[str, Any], name: str) -> None:
    assert proved(sent(payload), KEY, now=NOW, **{**BOUND, name: "x" * 22}) is None


def test_another_server_knows_nothing_of_it(payload: dict[str, Any]) -> None:
    assert proved(sent(payload), b"j" * 32, now=NOW, **BOUND) is None


def _changed(payload: dict[str, Any], *path: str, value: Any) -> dict[str, Any]:
    made = copy.deepcopy(payload)
    place = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return made


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("challenge", "parameters", "data", "until"), 99_999_999_999),
        (("challenge", "parameters", "data", "token"), "x" * 22),
        (("challenge", "parameters", "data"), None),
        (("challenge", "parameters", "cost"), 1),
        (("challenge", "parameters", "keyPrefix"), ""),
        (("challenge", "parameters", "keySignature"), None),
        (("challenge", "parameters", "keySignature"), ""),
        (("challenge", "parameters", "algorithm"), "SHA-256"),
        (("challenge", "parameters", "expiresAt"), 1),
        (("challenge", "signature"), ""),
        (("challenge", "signature"), None),
        (("challenge", "signature"), "é"),
        (("challenge",), []),
        (("solution", "derivedKey"), "00" * 32),
        (("solution", "derivedKey"), None),
        (("solution",), None),
    ],
)
def test_nothing_of_it_can_be_changed(
    payload: dict[str, Any], path: tuple[str, ...], value: Any
) -> None:
    assert proved(sent(_changed(payload, *path, value=value)), KEY, now=NOW, **BOUND) is None


def test_a_solution_of_another_challenge_is_spliced(payload: dict[str, Any]) -> None:
    other = solved(challenge(KEY, now=NOW, cost=2, tries=range(5, 40), **BOUND))
    mixed = {"challenge": payload["challenge"], "solution": other["solution"]}
    assert proved(sent(mixed), KEY, now=NOW, **BOUND) is None


def test_unsolved_costs_us_nothing(
    payload: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("worked it out")

    monkeypatch.setattr(altcha.v2, "derive_key_pbkdf2", never)
    for changed in (
        payload,
        _changed(payload, "solution", "derivedKey", value="00"),
        _changed(payload, "challenge", "parameters", "cost", value=10**9),
    ):
        proved(sent(changed), KEY, now=NOW, **BOUND)


@CALM
@given(st.text() | st.binary(max_size=200).map(lambda b: base64.b64encode(b).decode()))
def test_whatever_else_comes_is_nothing(text: str) -> None:
    assert proved(text, KEY, now=NOW, **BOUND) is None
    assert proved(sent({"challenge": text, "solution": text}), KEY, now=NOW, **BOUND) is None


def test_deep_and_long_is_nothing() -> None:
    deep = base64.b64encode(b"[" * 2_900).decode()
    assert proved(deep, KEY, now=NOW, **BOUND) is None
    assert proved("A" * 5_000, KEY, now=NOW, **BOUND) is None


def test_a_challenge_says_what_scripts_need_and_not_the_answer() -> None:
    made = challenge(KEY, now=NOW, **BOUND)
    parameters = made["parameters"]
    assert parameters["algorithm"] == "PBKDF2/SHA-256"
    assert parameters["cost"] == proof.COST
    assert parameters["data"] == {**BOUND, "until": int((NOW + LIFE).timestamp())}
    assert "counter" not in json.dumps(made)
    assert len(parameters["keyPrefix"]) == 32
