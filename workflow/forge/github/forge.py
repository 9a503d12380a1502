"""Proposals as pull requests on GitHub. See docs/decisions/0016-github.md."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from accounts.staff import fold_name
from workflow.forge import changes
from workflow.forge.github import reading, words
from workflow.forge.github.api import PAGE, Api, ApiError, UnsureError, understood
from workflow.forge.github.mirror import Mirror
from workflow.forge.github.reading import Pull, Push
from workflow.forge.github.who import asker
from workflow.forge.interface import OF_PROPOSALS, Act, Entry, Event, ForgeError, Report, Stage
from workflow.forge.merging import PROPOSAL, merged_tree
from workflow.gate.words import plain, short
from workflow.proposals import Commit, Proposal, Review, Verdict

CONTEXT = "cong/gate"
"""The status that the main branch demands of what is merged into it."""

MARK = "<!-- cong: gate -->"
"""Begins the comment that the gate keeps up; GitHub does not show it."""

PREVIEW = "xem-thu"
"""Begins the name of the page that shows a commit, as the workflow ``preview.yml`` makes it."""

PREVIEWING = ".github/workflows/preview.yml"
TRUSTED = "pull_request_target"

BRANCHES = "de-xuat/"
"""Where the branches of proposals begin."""

READY = (
    "mutation($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) "
    "{ pullRequest { isDraft } } }"
)
"""Makes a draft one no more, which only GitHub's other interface can."""

_NUMBER = re.compile(r"[1-9][0-9]{0,9}")
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_LOOKS = 3  # how often what changed while it was read is read again
_PAUSE = 2.0  # seconds until GitHub has written down who pushed
_STATES = {
    Verdict.APPROVE: "APPROVE",
    Verdict.REQUEST_CHANGES: "REQUEST_CHANGES",
    Verdict.COMMENT: "COMMENT",
}
_WITHOUT_WORDS = {
    # GitHub takes neither without a text.
    Verdict.REQUEST_CHANGES: "Yêu cầu sửa.",
    Verdict.COMMENT: "Đã xem.",
}


@dataclass(frozen=True, slots=True)
class _Told:
    """All that GitHub says of who did what with a proposal."""

    pull: Pull
    pushes: tuple[Push, ...]
    reviews: tuple[tuple[Mapping[str, Any], Review], ...]
    events: tuple[Event, ...]

    @property
    def heads(self) -> frozenset[str]:
        """Every commit that was put forward."""
        return frozenset(push.commit for push in self.pushes)

    @property
    def pushers(self) -> tuple[str, ...]:
        """Who put them forward."""
        return tuple(dict.fromkeys(push.who for push in self.pushes))


class GitHubForge:
    """Proposals in a repository on GitHub.

    Args:
        api: GitHub's interface, as whoever acts sees it.
        repository: As ``owner/name``.
        mirror: The repository on this machine that follows it.
        main: The branch that is published.
    """

    name = "github"

    def __init__(self, api: Api, repository: str, mirror: Mirror, *, main: str = "main") -> None:
        self.main = main
        self.mirror = mirror
        self._api = api
        self._git = mirror.git
        self._repository = repository
        self._path = f"/repos/{repository}"
        self._me = ""
        self._emails: dict[str, str | None] = {}

    def me(self) -> str:
        """The login of whoever is asking."""
        if not self._me:
            self._me = asker(self._api)
        return self._me

    def signature(self) -> tuple[str, str] | None:
        """As Git is set: GitHub tells by the address whose commit it is."""
        return None

    def login_of_email(self, email: str) -> str | None:
        """Whose an address is, as far as GitHub tells.

        It tells whose the addresses of authors and committers are, in proposals and on the main
        branch, and of whoever asks their own. An address that was in none of these, such as that
        of a co-author who never wrote anything here, is nobody's unless GitHub gave it.
        """
        folded = fold_name(email)
        given = reading.login_in_address(folded)
        if folded not in self._emails and given is None:
            self._emails[folded] = self._asked_login(folded)
        return self._emails.get(folded) or given

    def _asked_login(self, email: str) -> str | None:
        said = self._api.get(f"{self._path}/commits", author=email, sha=self.main, per_page=1)
        with understood():
            logins, _ = reading.people_of(said)
        if email in logins:
            return logins[email]
        try:
            own = list(self._api.pages("/user/emails"))
        except ApiError as error:
            if error.status not in (401, 403, 404):
                raise
            return None  # a program, or a token that may not know
        with understood():
            mine = any(fold_name(each["email"]) == email and each["verified"] for each in own)
        return self.me() if mine else None

    # --- Reading ----------------------------------------------------------------------------------

    def entries(self, stage: Stage = Stage.OPEN) -> Sequence[Entry]:
        """The proposals at a stage, the oldest first."""
        state = "open" if stage is Stage.OPEN else "closed"
        pulls = self._api.pages(
            f"{self._path}/pulls", state=state, base=self.main, sort="created", direction="asc"
        )
        with understood():
            found = [reading.entry_of(pull) for pull in pulls]
        wanted = {entry.number: entry for entry in found if entry.stage is stage}
        return sorted(wanted.values(), key=lambda entry: (entry.opened, int(entry.number)))

    def bring(self, entry: Entry) -> None:
        """Makes sure that the head of an open proposal is in the mirror."""
        self.mirror.have(entry.number, entry.head)

    def proposal(self, number: str) -> Proposal:
        """All that the gate is to know of a proposal, as it stands now.

        Raises:
            ForgeError: GitHub and Git do not agree on what it changes, or it brings a link.
        """
        for _ in range(_LOOKS):
            told = self._told(number)
            found = self._proposal(told)
            if self._pull(number).head == told.pull.head:
                return found
        raise ForgeError(f"Đề xuất {number} đang được đẩy bản mới; hãy làm lại sau giây lát.")

    def history(self, number: str) -> Sequence[Event]:
        """What was done with a proposal."""
        return self._told(number).events

    # --- Acting -----------------------------------------------------------------------------------

    def propose(self, commit: str, title: str, text: str = "", *, draft: bool = False) -> str:
        """Opens a proposal to publish a commit of this checkout.

        Returns:
            Its number.
        """
        title, text = words.subject(title), words.said(text)
        found = self._put_forward(commit)
        branch = f"{BRANCHES}{plain(self.me()).replace('?', '-').lower()}-{found[:12]}"
        # The name says who and what, so that the same deed done twice is found again.
        before = self._opened_from(branch)
        if before is not None:
            raise ForgeError(
                f"Bản {short(found)} đã nằm trong đề xuất {before} đang xét; hãy sửa đề xuất ấy, "
                "hoặc rút rồi gửi lại."
            )
        self.mirror.push(found, branch, self._branch(branch), self._repository)

        def create() -> str:
            said = self._api.send(
                "POST",
                f"{self._path}/pulls",
                {"title": title, "body": text, "head": branch, "base": self.main, "draft": draft},
            )
            with understood():
                return str(said["number"])

        return self._api.once(create, lambda: self._opened_from(branch))

    def push(self, number: str, commit: str) -> None:
        """Puts another commit in the place of a proposal's head. Also backwards."""
        pull = self._open(number)
        found = self._put_forward(commit)
        if pull.head == found:
            return
        if not pull.repository:
            raise ForgeError(
                f"Kho chứa nhánh của đề xuất {number} không còn; hãy rút đề xuất và gửi lại."
            )
        self.mirror.push(found, pull.branch, pull.head, pull.repository)
        for _ in range(_LOOKS):
            if self._pull(number).head == found:
                return
            self._api.sleep(_PAUSE)  # GitHub takes note of what is pushed a little later

    def ready(self, number: str) -> None:
        """Says that a draft is a draft no more."""
        pull = self._open(number)
        if pull.draft:
            self._api.graphql(READY, {"id": pull.node})

    def review(
        self, number: str, verdict: Verdict, commit: str, text: str = "", ground: str | None = None
    ) -> None:
        """Gives a review of a commit. ``Verdict.DISMISSED`` takes one's own last review back."""
        if ground is not None and verdict is not Verdict.REQUEST_CHANGES:
            raise ForgeError(
                "Chỉ ý kiến yêu cầu sửa mới nêu lý do từ chối; hãy bỏ lý do, hoặc đổi ý kiến."
            )
        body = words.with_ground(text, ground)
        pull = self._open(number)
        told = self._told(number, pull)
        if commit not in told.heads:
            raise ForgeError(
                f"Bản {short(commit)} chưa từng là bản của đề xuất {number}; hãy xem bản hiện nay "
                f"{short(pull.head)} rồi cho ý kiến."
            )
        if verdict is Verdict.DISMISSED:
            self._take_back(number, told, body)
            return
        if fold_name(pull.author) == fold_name(self.me()) and verdict is not Verdict.COMMENT:
            raise ForgeError(
                "GitHub không cho người mở đề xuất tự duyệt hay tự yêu cầu sửa đề xuất của mình; "
                "hãy để người khác xem, hoặc rút đề xuất."
            )
        known = {each["id"] for each, _ in told.reviews}
        path = f"{self._path}/pulls/{number}/reviews"
        said = {"commit_id": commit, "event": _STATES[verdict]}
        said["body"] = body or _WITHOUT_WORDS.get(verdict, "")

        def look() -> bool | None:
            with understood():
                mine = [
                    each
                    for each in self._api.pages(path)
                    if each["id"] not in known
                    and reading.login(each["user"]) == self.me()
                    and each["commit_id"] == commit
                    and (each["body"] or "") == said["body"]
                ]
            return True if mine else None

        self._api.once(lambda: self._done(self._api.send("POST", path, said)), look)

    def withdraw(self, number: str, reason: str) -> None:
        """Closes a proposal without publishing it."""
        text = words.said(reason).strip()
        if not text:
            raise ForgeError("Rút đề xuất phải có lý do; hãy ghi lý do.")
        self._open(number)
        path, body = f"{self._path}/issues/{number}/comments", f"{reading.REASON}\n{text}"

        def look() -> bool | None:
            with understood():
                found = [
                    each
                    for each in self._api.pages(path)
                    if each["body"] == body and reading.login(each["user"]) == self.me()
                ]
            return True if found else None

        if look() is None:
            self._api.once(
                lambda: self._done(self._api.send("POST", path, {"body": body})),
                look,
            )
        closing = f"{self._path}/pulls/{number}"
        self._api.send("PATCH", closing, {"state": "closed"}, again=True)

    def report(self, number: str, report: Report) -> None:
        """Shows what the gate decided: a status of the commit, one comment that is kept up, labels.

        What it says already is not said again.
        """
        number, commit = self._number(number), report.commit
        if not _HASH.fullmatch(commit):
            raise ForgeError(f"“{plain(commit)}” không phải tên một bản; hãy xét lại đề xuất.")
        state = "success" if report.passed else "failure"
        said = words.status_line(report.line)
        status = {"state": state, "context": CONTEXT, "description": said}
        path = f"{self._path}/commits/{commit}/statuses"
        with understood():
            last = next(
                (s for s in self._api.pages(path) if s["context"].casefold() == CONTEXT), None
            )
            stands = last is not None and (
                (last["state"], last["description"]) == (state, said)
                and reading.login(last["creator"]) == self.me()
            )
        if not stands:
            # Twice the same status is the same status.
            self._api.send("POST", f"{self._path}/statuses/{commit}", status, again=True)
        link = f"\n\n[Xem thử trang này]({report.preview})\n" if report.preview else "\n"
        self._keep_comment(number, f"{MARK}\n{words.harmless(report.summary)}{link}")
        self._keep_labels(number, report.labels)

    def preview(self, commit: str) -> str:
        """The address of the page that a workflow made of a commit; empty when there is none.

        Anybody who may push a branch may have a workflow of theirs leave a file of this name. Only
        a file is believed that our own workflow left as the main branch has it, which is what
        GitHub runs for ``pull_request_target``.
        """
        path = f"{self._path}/actions"
        name = f"{PREVIEW}-{commit}.html"
        try:
            said = self._api.get(f"{path}/artifacts", name=name, per_page=PAGE)
            with understood():
                made = {
                    int(each["id"]): int(each["workflow_run"]["id"])
                    for each in said["artifacts"]
                    if not each["expired"]
                }
            for artifact in sorted(made, reverse=True)[:_LOOKS]:
                run = self._api.get(f"{path}/runs/{made[artifact]}")
                with understood():
                    file = str(run["path"]).partition("@")[0]
                    if (run["event"], file) == (TRUSTED, PREVIEWING):
                        web = self.mirror.remote.removesuffix(".git")
                        return f"{web}/actions/runs/{made[artifact]}/artifacts/{artifact}"
        except ApiError as error:
            if error.status not in (403, 404):
                raise
        return ""  # also when the token may not ask: the proposal is judged without a link

    def merge(self, number: str, head: str, message: str, *, judged: Proposal | None = None) -> str:
        """Makes a proposal part of the main branch, as a merge of its own.

        Raises:
            ForgeError: The head has moved, something was done since it was judged, both sides
                changed the same file, or GitHub does not let it be merged.
        """
        pull = self._open(number)
        if pull.draft:
            raise ForgeError(
                f"Đề xuất {number} còn là bản nháp; hãy đánh dấu đã sẵn sàng rồi duyệt."
            )
        if pull.head != head:
            raise ForgeError(
                f"Đề xuất {number} nay là bản {short(pull.head)}, không phải bản đã duyệt "
                f"{short(head)}; hãy xem bản hiện nay rồi duyệt lại."
            )
        main = self._follow()
        self.mirror.have(number, head)
        base = changes.base_of(self._git, main, head)
        changes.files(self._git, base, head)
        merged_tree(self._git, main, head)
        title, _, rest = self._message(number, message).partition("\n")
        # Last of all: between this and the merge nothing else is asked.
        now = self.proposal(number)
        if judged is not None and _said(now) != _said(judged):
            raise ForgeError(
                f"Đề xuất {number} đã có ý kiến hoặc thay đổi sau lúc xét; hãy xét lại rồi nhập."
            )
        body = {
            "sha": head,
            "merge_method": "merge",
            "commit_title": title,
            "commit_message": rest.strip("\n"),
        }
        try:
            said = self._api.send("PUT", f"{self._path}/pulls/{number}/merge", body)
            with understood():
                made = str(said["sha"])
        except UnsureError:
            # It is not asked for again: whoever merges looks first.
            after = self._pull(number)
            if after.stage is not Stage.MERGED or after.head != head or not after.merge:
                raise
            made = after.merge
        except ApiError as error:
            raise _not_merged(number, error) from None
        self._check(made, head)
        return made

    # --- Inside: reading --------------------------------------------------------------------------

    @staticmethod
    def _number(number: str) -> str:
        if not _NUMBER.fullmatch(number):
            raise ForgeError(
                f"Không có đề xuất {plain(number)}; hãy xem lại số trong danh sách đề xuất."
            )
        return number

    def _pull(self, number: str) -> Pull:
        number = self._number(number)
        try:
            said = self._api.get(f"{self._path}/pulls/{number}")
        except ApiError as error:
            if error.status != 404:
                raise
            raise ForgeError(
                f"Không có đề xuất {number}; hãy xem lại số trong danh sách đề xuất."
            ) from None
        with understood():
            if said["base"]["ref"] != self.main:
                raise ForgeError(
                    f"Đề xuất {number} không nhằm vào nhánh {self.main}; hãy xem lại số, hoặc đổi "
                    "nhánh đích của nó trên GitHub."
                )
            return reading.pull_of(said)

    def _open(self, number: str) -> Pull:
        pull = self._pull(number)
        if pull.stage is Stage.MERGED:
            raise ForgeError(
                f"Đề xuất {number} đã nhập vào nhánh chính bằng lần nhập {short(pull.merge or '')};"
                " muốn đổi nữa, hãy mở đề xuất mới."
            )
        if pull.stage is Stage.WITHDRAWN:
            raise ForgeError(f"Đề xuất {number} đã rút; muốn đăng, hãy mở đề xuất mới.")
        return pull

    def _told(self, number: str, pull: Pull | None = None) -> _Told:
        pull = pull or self._pull(number)
        # The reviews first: one that is dismissed meanwhile is then seen to be.
        said = list(self._api.pages(f"{self._path}/pulls/{number}/reviews"))
        timeline = list(self._api.pages(f"{self._path}/issues/{number}/timeline"))
        pushes = self._pushes(pull)
        with understood():
            reviews = reading.reviews_of(said, timeline)
            events = reading.events_of(pull, pushes, reviews, timeline)
        return _Told(pull, pushes, reviews, events)

    def _pushes(self, pull: Pull) -> tuple[Push, ...]:
        """Who pushed what to a proposal; GitHub needs a moment to write it down."""
        for look in range(_LOOKS):
            said: list[dict[str, Any]] = []
            if pull.repository:
                path = f"/repos/{pull.repository}/activity"
                try:
                    said = list(self._api.pages(path, ref=f"refs/heads/{pull.branch}"))
                except ApiError as error:
                    if error.status not in (403, 404, 422):
                        raise
            with understood():
                found = reading.pushes_of(said, pull)
            if found[-1].who != reading.GHOST or not said or look == _LOOKS - 1:
                break
            self._api.sleep(_PAUSE)
        return found

    def _proposal(self, told: _Told) -> Proposal:
        pull, number = told.pull, told.pull.number
        said = list(self._api.pages(f"{self._path}/pulls/{number}/commits"))
        listed = list(self._api.pages(f"{self._path}/pulls/{number}/files"))
        with understood():
            emails, by_github = reading.people_of(said)
            files = reading.files_of(listed)
        self._emails |= emails
        main = self._follow()
        self.mirror.have(number, pull.head)
        if pull.merge:
            main = self._git.run("rev-parse", "--verify", f"{pull.merge}^1").line
        base = changes.base_of(self._git, main, pull.head)
        truncated = pull.files > len(listed) or len(listed) >= reading.MAX_FILES
        changes.files(self._git, base, pull.head)
        if not truncated:
            self._agree(number, base, pull.head, {path for file in files for path in file.paths})
        commits = changes.commits(self._git, base, pull.head)
        known = {each["sha"] for each in said}
        missing = any(commit.id not in known for commit in commits)
        return Proposal(
            id=number,
            title=pull.title,
            author=pull.author,
            base=base,
            head=pull.head,
            commits=tuple(_by_its_author(commit, by_github) for commit in commits),
            files=files,
            reviews=tuple(review for _, review in told.reviews),
            opened=pull.opened,
            updated=max(event.at for event in _lasting(told)),
            draft=pull.draft,
            from_fork=pull.from_fork,
            pushers=told.pushers,
            commits_truncated=pull.commits > len(said) or missing,
            files_truncated=truncated,
        )

    def _agree(self, number: str, base: str, head: str, listed: set[str]) -> None:
        """GitHub lists what Git finds; otherwise one of them speaks of another commit."""
        found = {
            change.path for change in changes.differences(self._git, base, head, renames=False)
        }
        if found != listed:
            raise ForgeError(
                f"Danh sách tệp GitHub nêu cho đề xuất {number} không khớp với bản {short(head)}; "
                "hãy làm lại sau ít phút. Nếu vẫn vậy, hãy ghép nhánh chính vào đề xuất."
            )

    def _follow(self) -> str:
        """The main branch as GitHub has it, brought here."""
        said = self._api.get(f"{self._path}/git/ref/heads/{self.main}")
        with understood():
            tip = str(said["object"]["sha"])
        return self.mirror.main(tip)

    def follow(self) -> str:
        """Brings the main branch here as GitHub has it; which commit that is.

        Raises:
            ForgeError: GitHub does not give it.
        """
        return self._follow()

    # --- Inside: acting ---------------------------------------------------------------------------

    def _put_forward(self, commit: str) -> str:
        """A commit of the checkout that can be proposed."""
        found = self.mirror.find(commit)
        base = changes.base_of(self._git, self._follow(), found)
        if base == found:
            raise ForgeError(
                f"Bản {short(found)} đã nằm trong nhánh chính; hãy commit thay đổi rồi gửi lại."
            )
        changes.files(self._git, base, found)
        return found

    def _opened_from(self, branch: str) -> str | None:
        """The open proposal that lies on a branch of this repository."""
        owner = self._repository.partition("/")[0]
        pulls = self._api.pages(
            f"{self._path}/pulls", state="open", base=self.main, head=f"{owner}:{branch}"
        )
        with understood():
            return next((str(p["number"]) for p in pulls if p["head"]["ref"] == branch), None)

    def _branch(self, branch: str) -> str | None:
        """Where a branch is."""
        try:
            said = self._api.get(f"{self._path}/git/ref/heads/{branch}")
        except ApiError as error:
            if error.status != 404:
                raise
            return None
        with understood():
            return str(said["object"]["sha"])

    def _take_back(self, number: str, told: _Told, text: str) -> None:
        mine = [
            (each, review)
            for each, review in told.reviews
            if review.who == self.me() and review.verdict is not Verdict.COMMENT
        ]
        if not mine or mine[-1][1].dismissed:
            raise ForgeError(
                f"Tài khoản “{plain(self.me())}” không có ý kiến nào ở đề xuất {number} để rút; "
                "hãy xem lại số đề xuất."
            )
        path = f"{self._path}/pulls/{number}/reviews/{mine[-1][0]['id']}/dismissals"
        body = {"message": text or "Rút ý kiến.", "event": "DISMISS"}
        # Dismissing what is dismissed already is refused, so a second try does no harm.
        self._api.send("PUT", path, body, again=True)

    def _keep_comment(self, number: str, body: str) -> None:
        """The one comment of the gate: its own, whoever else writes such a mark."""
        path = f"{self._path}/issues/{number}/comments"

        def look() -> dict[str, Any] | None:
            with understood():
                return next(
                    (
                        each
                        for each in self._api.pages(path)
                        if (each["body"] or "").startswith(MARK)
                        and reading.login(each["user"]) == self.me()
                    ),
                    None,
                )

        found = look()
        if found is None:
            self._api.once(lambda: self._api.send("POST", path, {"body": body}), look)
        elif found["body"].replace("\r\n", "\n").strip() != body.strip():
            one = f"{self._path}/issues/comments/{found['id']}"
            self._api.send("PATCH", one, {"body": body}, again=True)

    def _keep_labels(self, number: str, wanted: frozenset[str]) -> None:
        """The labels that the gate gives, and none of them that does not fit any more."""
        path = f"{self._path}/issues/{number}/labels"
        with understood():
            there = {fold_name(each["name"]) for each in self._api.pages(path)}
        if missing := sorted(wanted - there):
            # A label that is there stays once, however often it is given.
            self._api.send("POST", path, {"labels": missing}, again=True)
        for name in sorted((there & OF_PROPOSALS) - wanted):
            try:
                self._api.send("DELETE", f"{path}/{name}", again=True)
            except ApiError as error:
                if error.status != 404:  # it is gone, which is all that is wanted
                    raise

    def _message(self, number: str, message: str) -> str:
        """The message of a merge, with the trailer that names the proposal.

        Raises:
            ForgeError: It is empty, or names another.
        """
        text = self._git.run("stripspace", stdin=words.said(message).encode()).text
        if not text.strip():
            raise ForgeError("Lần nhập phải có lời ghi; hãy viết một dòng nói nhập gì.")
        if "\n" not in text.strip("\n"):
            text += "\n"
        adding = ("--if-exists=addIfDifferent", f"--trailer={PROPOSAL}: {number}")
        whole = self._git.run(
            "interpret-trailers", "--no-divider", *adding, stdin=text.encode()
        ).text
        told = self._git.run("interpret-trailers", "--parse", "--no-divider", stdin=whole.encode())
        named = {
            line.partition(":")[2].strip()
            for line in told.text.splitlines()
            if line.partition(":")[0].strip().lower() == PROPOSAL.lower()
        }
        if named != {number}:
            raise ForgeError(
                f"Lời ghi của lần nhập không được tự ghi dòng “{PROPOSAL}:” của đề xuất khác; hãy "
                "bỏ các dòng ấy."
            )
        return whole

    def _check(self, made: str, head: str) -> None:
        """What GitHub merged is what was looked at, and the main branch as it was, and no more.

        Raises:
            ForgeError: It is not; it is published all the same, and must be mended at once.
        """
        self._follow()
        parents = self._git.run("rev-list", "--parents", "-1", made).line.split()[1:]
        tree = self._git.run("rev-parse", "--verify", f"{made}^{{tree}}").line
        try:
            wanted = merged_tree(self._git, parents[0], head) if parents[1:] == [head] else ""
        except ForgeError:
            wanted = ""  # the main branch got the same file in this very moment
        if wanted == tree:
            return
        raise ForgeError(
            f"Lần nhập {short(made)} trên GitHub không đúng là bản đã duyệt {short(head)} cộng với "
            "nhánh chính; hãy báo đơn vị vận hành ngay để xem lại trang đã đăng."
        )

    @staticmethod
    def _done(_: Any) -> bool:
        return True


def _said(proposal: Proposal) -> tuple[object, ...]:
    """What must not have changed between judging and merging."""
    return (
        proposal.head,
        proposal.draft,
        proposal.author,
        proposal.updated,
        proposal.pushers,
        proposal.reviews,
        proposal.files,
    )


def _lasting(told: _Told) -> Sequence[Event]:
    """What changes a proposal: comments do not, or the gate's own would."""
    return [e for e in told.events if e.act is not Act.MERGED] or told.events


def _by_its_author(commit: Commit, by_github: frozenset[str]) -> Commit:
    """A commit made on GitHub's own pages was made by its author, who was signed in there."""
    return replace(commit, committer=commit.author) if commit.id in by_github else commit


def _not_merged(number: str, error: ApiError) -> ForgeError:
    if error.status == 409:
        return ForgeError(
            f"Đề xuất {number} vừa được đẩy bản mới, không còn là bản đã duyệt; hãy xem bản hiện "
            "nay rồi duyệt lại."
        )
    if error.status == 405:
        said = plain(error.said)
        return ForgeError(
            f"GitHub chưa cho nhập đề xuất {number} ({said or 'không rõ'}): hoặc chưa có kết quả "
            f"{CONTEXT} trên bản này, hoặc nhánh chính đã đổi cùng tệp. Hãy gõ: cong gate "
            f"--proposal {number} --post, hoặc ghép nhánh chính vào đề xuất rồi duyệt lại."
        )
    return error
