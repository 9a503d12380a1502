"""The local forge when many write at once, and when whoever writes is killed."""

import datetime as dt
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from regulation.yamlfile import VIETNAM
from workflow.forge import Act, ForgeError, Stage
from workflow.forge.local.merging import message_of
from workflow.proposals import Verdict

from .actors import Place, at_once, killed_after, killed_at
from .drivers import ARTICLE, NOTICE, LocalDriver

EIGHT = [f"nguoi-{number}" for number in range(8)]


def place(local: LocalDriver) -> Place:
    """Where an actor finds the forge."""
    return str(local.shared.path), str(local.checkout.path), local.env


def later(local: LocalDriver) -> None:
    """The test's clock moves behind the real one, which the actors read."""
    local.now = dt.datetime.now(VIETNAM) + dt.timedelta(minutes=1)


def test_eight_review_at_once_and_no_review_is_lost(local: LocalDriver) -> None:
    local.now = dt.datetime.now(VIETNAM)
    head = local.commit({ARTICLE: "Bài.\n"})
    local.as_("cong").propose(head, "Họp Ban")
    found = at_once(place(local), dict.fromkeys(EIGHT, ("review", head)))
    assert found == dict.fromkeys(EIGHT, "ok")
    told = local.as_("mai").history("1")
    assert sorted(event.who for event in told[1:]) == EIGHT
    assert all(before.at <= after.at for before, after in pairwise(told))


def test_eight_propose_at_once_and_each_has_a_number(local: LocalDriver) -> None:
    heads = {who: local.commit({f"content/mau/{who}.md": who}) for who in EIGHT}
    found = at_once(place(local), {who: ("propose", head) for who, head in heads.items()})
    assert sorted(found.values(), key=int) == [str(number) for number in range(1, 9)]
    for who, number in found.items():
        told = local.as_("mai").proposal(number)
        assert (told.author, told.head, told.title) == (who, heads[who], f"Bài của {who}")
    assert local.shared.git("for-each-ref", "refs/cong/incoming") == ""


def test_merges_at_once_all_find_their_place(alone: LocalDriver) -> None:
    alone.now = dt.datetime.now(VIETNAM)
    heads = [alone.commit({f"content/mau/{number}.md": "x"}) for number in range(4)]
    deeds = {}
    for who, head in zip(EIGHT[:4], heads, strict=True):
        deeds[who] = (alone.as_("cong").propose(head, "Bài"), head)
    deeds[EIGHT[4]] = deeds[EIGHT[0]]
    found = at_once(place(alone), deeds)
    later(alone)
    merges = {commit for commit in found.values() if len(commit) == 40}
    assert len(merges) == 4
    assert sum("đã nhập vào nhánh chính" in said for said in found.values()) == 1
    assert len(alone.as_("mai").entries(Stage.MERGED)) == 4
    assert alone.checkout.git("rev-list", "--first-parent", "--count", "main") == "5"
    assert alone.checkout.git("status", "--porcelain") == ""


def test_a_word_said_while_a_merge_is_being_made_stops_it(
    local: LocalDriver, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = local.commit({ARTICLE: "Bài.\n"})
    local.as_("cong").propose(head, "Họp Ban")
    before, judged = local.tip(), local.as_("truong").proposal("1")

    def slow(*words: Any) -> str:
        if not local.as_("lan").proposal("1").reviews:
            local.as_("lan").review("1", Verdict.REQUEST_CHANGES, head, "Khoan đã.")
        return message_of(*words)

    monkeypatch.setattr("workflow.forge.local.forge.message_of", slow)
    with pytest.raises(ForgeError, match="sau lúc xét"):
        local.as_("truong").merge("1", head, "Đăng", judged=judged)
    assert local.tip() == before


def whole(local: LocalDriver, head: str, before: str) -> bool:
    """Whether proposal 1 is merged; either way everything is as if nobody had been killed."""
    later(local)
    ask = local.as_("mai")
    entries = {stage: [entry.fault for entry in ask.entries(stage)] for stage in Stage}
    merged = local.tip() != before
    here = Stage.MERGED if merged else Stage.OPEN
    assert entries == {stage: [""] if stage is here else [] for stage in Stage}
    acts = [event.act for event in ask.history("1")]
    assert acts == [Act.OPENED, Act.MERGED][: 1 + merged]
    assert ask.proposal("1").head == head
    if merged:
        assert ask.history("1")[-1].who == "truong"
    if local.shared is local.checkout:
        assert local.checkout.git("status", "--porcelain") == ""
        assert (local.checkout.path / ARTICLE).exists() is merged
    return merged


def proposed(local: LocalDriver) -> tuple[str, str]:
    """Proposal 1 in a checkout: its head, and the main branch before it."""
    local.now = dt.datetime.now(VIETNAM)
    head = local.commit({ARTICLE: "Bài.\n", NOTICE: None, "README.md": "Mới\n"})
    local.as_("cong").propose(head, "Họp Ban")
    return head, local.tip()


@pytest.mark.parametrize(
    ("word", "after", "merged"),
    [
        ("commit-tree", True, False),
        ("update-ref", False, False),
        ("update-ref", True, True),
        ("read-tree", False, True),
        ("read-tree", True, True),
    ],
)
def test_a_merge_killed_at_any_step(
    alone: LocalDriver, word: str, after: bool, merged: bool
) -> None:
    head, before = proposed(alone)
    killed_at(place(alone), head, word, after=after)
    assert whole(alone, head, before) is merged
    if not merged:
        alone.as_("truong").merge("1", head, "Đăng")
        assert whole(alone, head, before)


def test_a_merge_killed_at_any_moment(alone: LocalDriver) -> None:
    head, before = proposed(alone)
    random = Random(2026)
    for _ in range(4):
        if not killed_after(place(alone), head, random.uniform(0.1, 0.4)):
            break
        # Git itself was killed too: what it locked stays locked until somebody clears it away.
        for lock in alone.checkout.path.glob(".git/**/*.lock"):
            lock.unlink()
        if whole(alone, head, before):
            break
    else:
        alone.as_("truong").merge("1", head, "Đăng")
    assert whole(alone, head, before)
