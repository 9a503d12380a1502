"""Budgets by prefix and in all; who asks is told by our own proxies only."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relay.abuse.limits import Door, Limits, Rate, peer, prefixes

CALM = settings(deadline=None)

WIDE = Rate(1_000, 100)


def limits(one: Rate = WIDE, near: Rate = WIDE, every: Rate = WIDE, most: int = 100) -> Limits:
    return Limits(dict.fromkeys(Door, (one, near, every)), most)


def test_an_address_waits_once_its_own_is_used_up_and_others_do_not() -> None:
    made = limits(one=Rate(3, 0.5))
    assert [made.wait(Door.FORM, "10.0.0.1", 0) for _ in range(5)] == [0, 0, 0, 2, 2]
    assert made.wait(Door.FORM, "10.0.0.2", 0) == 0
    assert made.wait(Door.CODE, "10.0.0.1", 0) == 0  # another door
    assert made.wait(Door.FORM, "10.0.0.1", 1) == 1
    assert made.wait(Door.FORM, "10.0.0.1", 2) == 0
    assert made.wait(Door.FORM, "10.0.0.1", 1) > 0  # a clock that goes back gives nothing


@pytest.mark.parametrize(
    ("address", "neighbour", "stranger"),
    [
        ("10.0.0.1", "10.0.0.200", "10.0.1.1"),
        ("2001:db8:1:1::1", "2001:db8:1:2::1", "2001:db8:2:1::1"),
        ("::ffff:10.0.0.1", "10.0.0.2", "::ffff:10.0.1.1"),
    ],
)
def test_a_neighbourhood_has_a_budget_of_its_own(
    address: str, neighbour: str, stranger: str
) -> None:
    made = limits(near=Rate(1, 0.1))
    assert made.wait(Door.FORM, address, 0) == 0
    assert made.wait(Door.FORM, neighbour, 0) == pytest.approx(10)
    assert made.wait(Door.FORM, stranger, 0) == 0


def test_a_household_of_ipv6_is_one() -> None:
    made = limits(one=Rate(1, 1))
    assert made.wait(Door.FORM, "2001:db8::1", 0) == 0
    assert made.wait(Door.FORM, "2001:db8::ffff:2", 0) > 0


def test_everybody_together_has_a_budget_and_is_busy_before_it_ends() -> None:
    made = limits(every=Rate(4, 1))
    busy = []
    for n in range(5):
        busy.append(made.busy(Door.FORM, 0))
        made.wait(Door.FORM, f"10.{n}.0.1", 0)
    assert busy == [False, False, False, True, True]
    assert made.wait(Door.FORM, "10.9.0.1", 0) > 0
    assert not made.busy(Door.CODE, 0)
    assert not made.busy(Door.FORM, 60)


def test_a_door_that_pays_for_faults_is_shut_to_nobody() -> None:
    made = limits(every=Rate(2, 0.5))
    assert [made.wait(Door.CODE, f"10.{n}.0.1", 0) for n in range(50)] == [0] * 50
    assert [made.wrong(Door.CODE, 0) for _ in range(4)] == [0, 0, 2, 2]
    assert made.wait(Door.CODE, "10.99.0.1", 0) == 0
    assert made.wrong(Door.CODE, 2) == 0
    assert made.wrong(Door.CODE, 2) == 2


def test_who_has_to_wait_uses_up_nothing() -> None:
    made = limits(one=Rate(1, 0.001), every=Rate(3, 0.001))
    for _ in range(50):
        made.wait(Door.FORM, "10.0.0.1", 0)
    assert made.wait(Door.FORM, "10.0.1.1", 0) == 0
    for n in range(50):  # everybody's is used up now: no other bucket is touched
        made.wait(Door.FORM, f"10.0.{2 + n % 2}.1", 0)
    assert len(made) == 6  # three addresses and their neighbourhoods


def test_memory_is_bounded() -> None:
    made = limits(every=Rate(1e9, 1), most=50)
    for n in range(5_000):
        made.wait(Door.CODE, f"10.{n // 256}.{n % 256}.1", 0)
    assert len(made) <= 50


@CALM
@given(st.lists(st.tuples(st.floats(0, 5), st.integers(0, 3)), max_size=60))
def test_nobody_gets_more_than_the_bucket_gives(knocks: list[tuple[float, int]]) -> None:
    rate = Rate(3, 0.7)
    made = limits(one=rate)
    now = 0.0
    got: dict[int, int] = {}
    for pause, who in knocks:
        now += pause
        if made.wait(Door.FORM, f"10.0.{who}.1", now) == 0:
            got[who] = got.get(who, 0) + 1
    assert all(count <= rate.burst + now * rate.a_second + 1e-6 for count in got.values())


@CALM
@given(st.text(max_size=60))
def test_every_text_has_prefixes(address: str) -> None:
    assert all(prefixes(address))


TRUSTED = frozenset({"127.0.0.1", "::1", "10.1.0.0/16", "không phải"})


@pytest.mark.parametrize(
    ("client", "forwarded", "asks"),
    [
        ("203.0.113.5", None, "203.0.113.5"),
        ("203.0.113.5", "1.2.3.4", "203.0.113.5"),  # anybody can write a header
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("::1", "2001:db8::1", "2001:db8::1"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        ("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.2.3", "1.2.3.4"),
        ("::ffff:127.0.0.1", "1.2.3.4", "1.2.3.4"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("127.0.0.1", "1.2.3.4, rác", "127.0.0.1"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "::ffff:1.2.3.4", "1.2.3.4"),
        ("testclient", "1.2.3.4", "testclient"),
        ("", "1.2.3.4", ""),
    ],
)
def test_who_asks(client: str, forwarded: str | None, asks: str) -> None:
    assert peer(client, forwarded, TRUSTED) == asks


def test_without_proxies_nobody_is_believed() -> None:
    assert peer("127.0.0.1", "1.2.3.4", frozenset()) == "127.0.0.1"
