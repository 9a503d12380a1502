"""The local forge beside a naive model of proposals: whatever is done, they agree."""

import datetime as dt
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    invariant,
    multiple,
    rule,
)

from workflow.forge import Act, ForgeError, Stage
from workflow.proposals import Verdict

from .drivers import LocalDriver

PEOPLE = ("cong", "mai", "truong")
FILES = ("a.md", "b.md")
people = st.sampled_from(PEOPLE)
verdicts = st.sampled_from(sorted(Verdict))


@dataclass
class Said:
    """A review as the model remembers it."""

    who: str
    verdict: Verdict
    commit: str
    at: dt.datetime
    gone: dt.datetime | None = None


@dataclass
class Known:
    """A proposal as the model remembers it."""

    author: str
    heads: list[str]
    file: str
    version: int
    draft: bool
    stage: Stage = Stage.OPEN
    pushers: list[str] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    acts: list[tuple[Act, str]] = field(default_factory=list)


class Office(RuleBasedStateMachine):
    """Some people at work."""

    numbers: Bundle[str] = Bundle("numbers")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="cong-"))
        self.local = LocalDriver(self.folder)
        self.known: dict[str, Known] = {}
        self.versions = dict.fromkeys(FILES, 0)
        self.changes = 0
        self.forges = {who: self.local.as_(who) for who in PEOPLE}

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def attempt(self, allowed: bool, action: object) -> bool:
        """Does something; it is refused, with words, just when the model says so."""
        assert callable(action)
        self.local.tick()
        try:
            action()
        except ForgeError as error:
            assert not allowed, error
            assert "hãy" in str(error)
            return False
        assert allowed
        return True

    def change(self, file: str, on: str | None = None) -> str:
        """A new commit that changes one file."""
        self.changes += 1
        path = f"content/mau/tin-tuc/{file}"
        return self.local.commit({path: f"Lần {self.changes}\n"}, on=on or ())

    @rule(target=numbers, who=people, file=st.sampled_from(FILES), draft=st.booleans())
    def propose(self, who: str, file: str, draft: bool) -> MultipleResults[str]:
        head = self.change(file)
        number = self.forges[who].propose(head, f"Bài {self.changes}", draft=draft)
        assert number == str(len(self.known) + 1)
        self.known[number] = Known(who, [head], file, self.versions[file], draft)
        self.known[number].pushers.append(who)
        self.known[number].acts.append((Act.OPENED, who))
        return multiple(number)

    @rule(number=numbers, who=people, back=st.booleans())
    def push(self, number: str, who: str, back: bool) -> None:
        it = self.known[number]
        head = it.heads[0] if back else self.change(it.file, it.heads[-1])
        allowed = it.stage is Stage.OPEN
        same = head == it.heads[-1]
        if self.attempt(allowed, lambda: self.forges[who].push(number, head)) and not same:
            it.heads.append(head)
            it.acts.append((Act.PUSHED, who))
            if who not in it.pushers:
                it.pushers.append(who)

    @rule(number=numbers, who=people)
    def ready(self, number: str, who: str) -> None:
        it = self.known[number]
        allowed = it.stage is Stage.OPEN
        if self.attempt(allowed, lambda: self.forges[who].ready(number)) and it.draft:
            it.draft = False
            it.acts.append((Act.READY, who))

    @rule(number=numbers, who=people, verdict=verdicts, which=st.integers(0, 3))
    def review(self, number: str, who: str, verdict: Verdict, which: int) -> None:
        it = self.known[number]
        commit = it.heads[-1 - which] if which < len(it.heads) else self.local.tip()
        allowed = it.stage is Stage.OPEN and which < len(it.heads)
        mine = [each for each in it.said if each.who == who and each.verdict != Verdict.COMMENT]
        if verdict is Verdict.DISMISSED:
            allowed = allowed and bool(mine) and mine[-1].gone is None
        if self.attempt(allowed, lambda: self.forges[who].review(number, verdict, commit)):
            if verdict is Verdict.DISMISSED:
                mine[-1].gone = self.local.now
                it.acts.append((Act.DISMISSED, who))
            else:
                it.said.append(Said(who, verdict, commit, self.local.now))
                it.acts.append((Act.REVIEWED, who))

    @rule(number=numbers, who=people)
    def withdraw(self, number: str, who: str) -> None:
        it = self.known[number]
        allowed = it.stage is Stage.OPEN
        if self.attempt(allowed, lambda: self.forges[who].withdraw(number, "Thôi.")):
            it.stage = Stage.WITHDRAWN
            it.acts.append((Act.WITHDRAWN, who))

    @rule(number=numbers, who=people, old=st.booleans())
    def merge(self, number: str, who: str, old: bool) -> None:
        it = self.known[number]
        head = it.heads[0] if old else it.heads[-1]
        fresh = it.version == self.versions[it.file]
        allowed = it.stage is Stage.OPEN and head == it.heads[-1] and not it.draft and fresh
        before = self.local.tip()
        if self.attempt(allowed, lambda: self.forges[who].merge(number, head, "Đăng")):
            it.stage = Stage.MERGED
            it.acts.append((Act.MERGED, who))
            self.versions[it.file] += 1
            assert self.local.parents(self.local.tip()) == [before, head]
        else:
            assert self.local.tip() == before

    @invariant()
    def they_agree(self) -> None:
        ask = self.forges["mai"]
        for stage in Stage:
            mine = {number for number, it in self.known.items() if it.stage is stage}
            assert {entry.number for entry in ask.entries(stage)} == mine
        for number, it in self.known.items():
            told = ask.proposal(number)
            assert (told.author, told.head, told.draft) == (it.author, it.heads[-1], it.draft)
            assert list(told.pushers) == it.pushers
            given = [(r.who, r.verdict, r.commit, r.at, r.dismissed_at) for r in told.reviews]
            assert given == [(s.who, s.verdict, s.commit, s.at, s.gone) for s in it.said]
            assert [(event.act, event.who) for event in ask.history(number)] == it.acts


TestOffice = Office.TestCase
TestOffice.settings = settings(
    max_examples=5,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
