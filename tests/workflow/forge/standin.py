"""A stand-in for GitHub on loopback: it keeps state, over a real repository that Git pushes to.

Every request and every answer is held against GitHub's own description; one that does not fit is a
fault of the test (``Standin.faults_found``). GitHub's other interface (GraphQL) has no such
description: its two questions are known here word by word.
"""

import base64
import datetime as dt
import itertools
import json
import re
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt

from workflow.forge.github.forge import READY
from workflow.forge.github.who import VIEWER

from .described import (
    UndescribedError,
    demand_answer,
    demand_request,
    operation,
    sample,
)
from .drivers import Repository

OWNER, NAME = "tinh-mau", "cong"
FULL = f"{OWNER}/{NAME}"
PREFIX = "/api/v3"
NOTHING = "0" * 40
GITHUB = ("GitHub", "noreply@github.com", "web-flow")
SIGNED = "app "
"""Begins the name of an app that signs in with its key, and may do nothing else."""
NO_TOKEN = "A JSON web token could not be decoded"

_VERDICTS = {
    "APPROVE": "APPROVED",
    "REQUEST_CHANGES": "CHANGES_REQUESTED",
    "COMMENT": "COMMENTED",
    None: "PENDING",
}


class RefusedError(Exception):
    """What GitHub answers instead."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = dict(headers or {})


@dataclass
class Fault:
    """Something that goes wrong with requests of a kind, a number of times.

    Attributes:
        kind: ``500``; ``lost`` (done, but no answer), ``dead`` (not done, no answer), ``cut`` (an
            answer broken off), ``slow`` (an answer that does not come), ``limit``, ``secondary``,
            ``after``.
        method, path: Of which requests; the path is a pattern.
        times: How often.
    """

    kind: str
    method: str = "[A-Z]+"
    path: str = ""
    times: int = 1

    def fits(self, method: str, path: str) -> bool:
        """Whether a request is of the kind."""
        return (
            self.times > 0
            and re.fullmatch(self.method, method) is not None
            and re.search(self.path, path) is not None
        )


@dataclass
class Request:
    """A pull request, as it is kept."""

    number: int
    title: str
    body: str
    author: str
    head: str
    branch: str
    draft: bool
    opened: dt.datetime
    updated: dt.datetime
    fork: bool = False
    base: str = "main"
    closed: dt.datetime | None = None
    merged: dt.datetime | None = None
    merge: str | None = None
    reviews: list[dict[str, Any]] = field(default_factory=list)
    timeline: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)


@dataclass
class App:
    """An app as GitHub knows it.

    Attributes:
        number, client: Its two names.
        slug: Begins its login.
        key: The public half of its key, as PEM.
        installed: Its installation here; none when it is not.
        suspended: Whether that is suspended.
    """

    number: int
    client: str
    slug: str
    key: str
    installed: int | None = 77
    suspended: bool = False


class Standin:
    """GitHub, with one repository in one organisation.

    Args:
        repository: What it takes pushes for.
        now: The clock.
    """

    def __init__(self, repository: Repository, now: Callable[[], dt.datetime]) -> None:
        self.repository = repository
        self._now = now
        self._ids = itertools.count(1001)
        self.lock = threading.RLock()
        self.pulls: dict[int, Request] = {}
        self.activity: list[dict[str, Any]] = []
        self.statuses: list[dict[str, Any]] = []
        self.teams: dict[str, dict[str, Any]] = {}
        self.members: dict[str, list[str]] = {}
        self.team_permissions: dict[str, str] = {}
        self.labels: dict[str, dict[str, Any]] = {}
        self.rulesets: dict[int, dict[str, Any]] = {}
        self.artifacts: list[dict[str, Any]] = []
        self.environments: dict[str, Any] = {}
        self.policies: dict[
            str, dict[int, str]
        ] = {}  # by environment, the branches that may use it
        self.variables: dict[str, str] = {}
        self.environment_variables: dict[str, dict[str, str]] = {}
        self.runs: dict[int, tuple[str, str]] = {}  # of workflows: the event, and which one ran
        self.settings: dict[str, Any] = {}
        self.actions: dict[str, Any] = {"enabled": True, "allowed_actions": "all"}
        self.workflow: dict[str, Any] = {
            "default_workflow_permissions": "write",
            "can_approve_pull_request_reviews": True,
        }
        self.fork_approval = "first_time_contributors"
        self.bots: set[str] = set()
        self.programs: set[str] = set()  # those that are no user: they cannot ask who they are
        self.gone: set[str] = set()  # those who have left GitHub
        self.spelled: dict[str, str] = {}  # how a login is written, where not as it was typed
        self.forbidden: set[str] = set()  # operations that the token may not use
        self.organisations: set[str] = set()
        self.viewer_ends = ""  # what the other interface leaves out of a login
        self.hosts = {"mau.example"}  # whose e-mail addresses are those of users
        self.faults: list[Fault] = []
        self.asked: list[tuple[str, str]] = []
        self.heard: list[str] = []  # what came with requests of Git's
        self.faults_found: list[str] = []
        self.padding = 0  # so many more files than there are
        self.issues: dict[int, Request] = {}
        self.without_issues = False  # whether the repository takes none
        self.apps: dict[str, App] = {}  # by number and by client id
        self.sessions: dict[str, dict[str, Any]] = {}  # of apps, by token
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()
        self.web = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.api = self.web + PREFIX
        self.remote = f"{self.web}/{FULL}.git"

    def stop(self) -> None:
        """Stops; what did not fit is told now."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        assert not self.faults_found, self.faults_found

    # --- Values -----------------------------------------------------------------------------------

    def time(self) -> str:
        """The moment as GitHub writes it."""
        return _time(self._now())

    def user(self, login: str) -> dict[str, Any]:
        """Somebody."""
        login = self.spelled.get(login, login)
        number = int.from_bytes(login.lower().encode()[:4].ljust(4, b"."), "big")
        kind = "Bot" if login in self.bots | self.programs else "User"
        kind = "Organization" if login in self.organisations else kind
        return sample("simple-user", login=login, id=number, type=kind)

    def _user_of(self, email: str) -> dict[str, Any]:
        if email == GITHUB[1]:
            return self.user(GITHUB[2])
        name, at, host = email.partition("@")
        return self.user(name) if at and host in self.hosts and name not in self.gone else {}

    def _repository(self, *, fork: bool = False) -> dict[str, Any]:
        owner = "nguoi-ngoai" if fork else OWNER
        return {
            "id": 8 if fork else 7,
            "name": NAME,
            "full_name": f"{owner}/{NAME}",
            "owner": self.user(owner),
            "clone_url": f"{self.web}/{owner}/{NAME}.git",
            "default_branch": "main",
        }

    def _pull(self, pull: Request, form: str) -> dict[str, Any]:
        made = sample(form)
        for side, ref, commit, fork in (
            ("head", pull.branch, pull.head, pull.fork),
            ("base", pull.base, self.tip(), False),
        ):
            repository = {**made[side]["repo"], **self._repository(fork=fork)}
            label = f"{repository['owner']['login']}:{ref}"
            made[side] |= {"ref": ref, "sha": commit, "label": label, "repo": repository}
        made |= {
            "number": pull.number,
            "node_id": f"PR_{pull.number}",
            "title": pull.title,
            "body": pull.body or None,
            "user": self.user(pull.author),
            "draft": pull.draft,
            "state": "closed" if pull.closed else "open",
            "created_at": _time(pull.opened),
            "updated_at": _time(pull.updated),
            "closed_at": _time(pull.closed) if pull.closed else None,
            "merged_at": _time(pull.merged) if pull.merged else None,
            "merge_commit_sha": pull.merge,
        }
        if form == "pull-request":
            commits, files = self._span(pull)
            made |= {
                "merged": pull.merged is not None,
                "commits": len(commits),
                "changed_files": len(files) + self.padding,
            }
        return made

    # --- Git --------------------------------------------------------------------------------------

    def tip(self) -> str:
        """The main branch."""
        return self.repository.git("rev-parse", "refs/heads/main")

    def _base(self, pull: Request) -> str:
        main = f"{pull.merge}^1" if pull.merge else self.tip()
        return self.repository.git("merge-base", main, pull.head)

    def _span(self, pull: Request) -> tuple[list[str], list[dict[str, Any]]]:
        """The commits and files of a pull request."""
        base = self._base(pull)
        commits = self.repository.git(
            "rev-list", "--reverse", "--topo-order", f"{base}..{pull.head}"
        )
        told = self.repository.git("diff-tree", "-r", "-z", "-M", "--raw", base, pull.head)
        words = iter(told.split("\0"))
        files = []
        kinds = {"A": "added", "M": "modified", "D": "removed", "R": "renamed", "T": "changed"}
        for head in words:
            if head:
                status = kinds[head.split()[4][0]]
                old = {"previous_filename": next(words)} if status == "renamed" else {}
                values = {"status": status, **old, "filename": next(words)}
                files.append(sample("diff-entry", **values))
        return commits.split(), files

    def pushed(self, who: str, before: Mapping[str, str], after: Mapping[str, str]) -> None:
        """Takes note of what somebody pushed."""
        for ref in sorted(set(before) | set(after)):
            old, new = before.get(ref, NOTHING), after.get(ref, NOTHING)
            if old == new or not ref.startswith("refs/heads/"):
                continue
            if ref == "refs/heads/main":
                self.faults_found.append("The main branch was pushed to")
            kind = "branch_creation" if old == NOTHING else "push"
            if old != NOTHING and new != NOTHING:
                bases = self.repository.git("merge-base", old, new)
                kind = "push" if bases == old else "force_push"
            self.act(who, ref, old, new, "branch_deletion" if new == NOTHING else kind)
            for pull in self.pulls.values():
                if pull.closed is None and f"refs/heads/{pull.branch}" == ref and not pull.fork:
                    self.moved(pull, new)

    def act(self, who: str, ref: str, old: str, new: str, kind: str) -> None:
        """Notes down what somebody did to a branch."""
        self.activity.insert(
            0,
            sample(
                "activity",
                id=next(self._ids),
                before=old,
                after=new,
                ref=ref,
                timestamp=self.time(),
                activity_type=kind,
                actor=None if who in self.gone else self.user(who),
            ),
        )

    def moved(self, pull: Request, commit: str) -> None:
        """A pull request has another head."""
        pull.head, pull.updated = commit, self._now()
        self.repository.git("update-ref", f"refs/pull/{pull.number}/head", commit)

    # --- Answering --------------------------------------------------------------------------------

    def answer(
        self, method: str, path: str, query: dict[str, str], body: Any, who: str
    ) -> tuple[int, Any, dict[str, str]]:
        """What GitHub answers."""
        headers: dict[str, str] = {}
        try:
            found = operation(method, path)
            demand_request(found, query, body)
        except UndescribedError as error:
            self.faults_found.append(str(error))
            return 404, sample("basic-error", message="Not Found"), headers
        values = found.values
        try:
            if found.id in self.forbidden:
                raise RefusedError(403, "Resource not accessible by personal access token")
            if who.startswith(SIGNED) != found.id.startswith("apps/"):
                raise RefusedError(401, NO_TOKEN)
            known = values.get("owner", OWNER), values.get("repo", NAME)
            fork = known == ("nguoi-ngoai", NAME)
            if (known != (OWNER, NAME) and not fork) or values.get("org", OWNER) != OWNER:
                raise RefusedError(404, "Not Found")
            act = getattr(self, "_" + re.sub(r"[/-]", "_", found.id))
            status, said = act(values, query, body, who)
            if isinstance(said, list):
                said = self._part(said, path, query, headers)
        except RefusedError as error:
            status, headers = error.status, error.headers
            said = {"message": str(error), "documentation_url": "https://docs.github.com/rest"}
        except Exception as error:  # the stand-in itself is at fault, and the test is to say so
            self.faults_found.append(f"{found.id}: {error!r}")
            status, said = 500, {"message": "Server Error"}
        try:
            demand_answer(found, status, said)
        except UndescribedError as error:
            self.faults_found.append(str(error))
        return status, said, headers

    def _part(
        self, said: list[Any], path: str, query: dict[str, str], headers: dict[str, str]
    ) -> list[Any]:
        size, page = int(query.get("per_page", 30)), int(query.get("page", 1))
        # Activities are turned over by a mark and not by a number.
        if "activity" in path:
            page = int(query.get("after", "1"))
        if page * size < len(said):
            name = "after" if "activity" in path else "page"
            rest = "&".join(f"{k}={v}" for k, v in query.items() if k != name)
            url = f"{self.api}{path}?{rest}&{name}={page + 1}"
            headers["Link"] = f'<{url}>; rel="next", <{url}>; rel="last"'
        return said[(page - 1) * size : page * size]

    def graphql(self, body: Any, who: str) -> tuple[int, Any]:
        """What the other interface answers."""
        if body["query"] == VIEWER:
            return 200, {"data": {"viewer": {"login": who.removesuffix(self.viewer_ends)}}}
        if body["query"] == READY:
            pull = self.pulls[int(body["variables"]["id"].removeprefix("PR_"))]
            pull.draft, pull.updated = False, self._now()
            self._event(pull, "state-change-issue-event", "ready_for_review", who)
            ready = {"pullRequest": {"isDraft": False}}
            return 200, {"data": {"markPullRequestReadyForReview": ready}}
        self.faults_found.append(f"Unknown to GraphQL: {body['query']}")
        return 200, {"errors": [{"message": "Parse error"}]}

    def _event(
        self, pull: Request, form: str, event: str, who: str, **values: Any
    ) -> dict[str, Any]:
        made = sample(
            form,
            id=next(self._ids),
            event=event,
            actor=self.user(who),
            created_at=self.time(),
            **values,
        )
        pull.timeline.append(made)
        return made

    def _of(self, values: Mapping[str, str]) -> Request:
        number = values.get("pull_number") or values["issue_number"]
        pull = self.pulls.get(int(number))
        if pull is None and "issue_number" in values:
            pull = self.issues.get(int(number))
        if pull is None:
            raise RefusedError(404, "Not Found")
        return pull

    # --- What can be done, by GitHub's own names for it -------------------------------------------

    def _users_get_authenticated(self, values: Any, query: Any, body: Any, who: str) -> Any:
        if who in self.programs:
            raise RefusedError(403, "Resource not accessible by integration")
        named = {key: self.user(who)[key] for key in ("login", "id", "type")}
        return 200, sample("private-user", **named, user_view_type="private")

    def _git_get_ref(self, values: Any, query: Any, body: Any, who: str) -> Any:
        ref = f"refs/{values['ref']}"
        found = self.refs().get(ref)
        if found is None:
            raise RefusedError(404, "Not Found")
        made = sample("git-ref", ref=ref)
        made["object"] = {**made["object"], "sha": found, "type": "commit"}
        return 200, made

    def refs(self) -> dict[str, str]:
        """Where everything is."""
        told = self.repository.git("for-each-ref", "--format=%(refname) %(objectname)")
        pairs = (line.split(" ") for line in told.splitlines())
        return dict(pairs)  # type: ignore[arg-type]

    def _repos_list_activities(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, [each for each in self.activity if each["ref"] == query.get("ref", each["ref"])]

    def _pulls_list(self, values: Any, query: Any, body: Any, who: str) -> Any:
        state, head = query.get("state", "open"), query.get("head", "")
        found = [
            pull
            for pull in self.pulls.values()
            if pull.base == query.get("base", pull.base)
            and (state == "all" or (pull.closed is None) == (state == "open"))
            and (not head or f"{OWNER}:{pull.branch}" == head)
        ]
        if query.get("direction", "desc") == "desc":
            found.reverse()
        return 200, [self._pull(pull, "pull-request-simple") for pull in found]

    def _pulls_create(self, values: Any, query: Any, body: Any, who: str) -> Any:
        branch, at = body["head"], self._now()
        commit = self.refs().get(f"refs/heads/{branch}")
        open_ones = [p for p in self.pulls.values() if p.closed is None and p.branch == branch]
        if commit is None or open_ones:
            raise RefusedError(422, "Validation Failed")
        number = len(self.pulls) + 1
        text, draft = body.get("body", ""), body.get("draft", False)
        pull = Request(number, body["title"], text, who, commit, branch, draft, at, at)
        self.pulls[number] = pull
        self.moved(pull, commit)
        return 201, self._pull(pull, "pull-request")

    def _pulls_get(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, self._pull(self._of(values), "pull-request")

    def _pulls_update(self, values: Any, query: Any, body: Any, who: str) -> Any:
        pull = self._of(values)
        if body.get("state") == "closed" and pull.closed is None:
            pull.closed = pull.updated = self._now()
            self._event(pull, "state-change-issue-event", "closed", who)
        return 200, self._pull(pull, "pull-request")

    def _pulls_list_commits(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, self._commits(self._span(self._of(values))[0][:250])

    def _repos_list_commits(self, values: Any, query: Any, body: Any, who: str) -> Any:
        told = self.repository.git("log", "--format=%H %ae", query.get("sha", "main"))
        pairs = [line.split(" ", 1) for line in told.splitlines()]
        wanted = query.get("author", "")
        return 200, self._commits([commit for commit, email in pairs if email == wanted])

    def _users_list_emails_for_authenticated_user(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        if who in self.programs:
            raise RefusedError(403, "Resource not accessible by integration")
        return 200, [
            sample("email", email=f"{who}@{host}", verified=True, primary=True)
            for host in self.hosts
        ]

    def _commits(self, commits: Sequence[str]) -> list[dict[str, Any]]:
        if not commits:
            return []
        shape = "%x01%an%x00%ae%x00%cn%x00%ce%x00%B"
        words = ("log", "--no-walk=unsorted", f"--format={shape}")
        told = self.repository.git(*words, *commits).split("\x01")[1:]
        return [
            self._commit(commit, each.strip("\n").split("\0"))
            for commit, each in zip(commits, told, strict=True)
        ]

    def _commit(self, commit: str, told: Sequence[str]) -> dict[str, Any]:
        verified = told[3] == GITHUB[1] and told[2] == GITHUB[0]
        inner = json.loads(json.dumps(sample("commit")["commit"]))
        inner |= {
            "message": told[4],
            "author": {"name": told[0], "email": told[1], "date": self.time()},
            "committer": {"name": told[2], "email": told[3], "date": self.time()},
            "verification": {**sample("verification"), "verified": verified, "verified_at": None},
        }
        return sample(
            "commit",
            sha=commit,
            commit=inner,
            author=self._user_of(told[1]),
            committer=self._user_of(told[3]),
        )

    def _pulls_list_files(self, values: Any, query: Any, body: Any, who: str) -> Any:
        files = self._span(self._of(values))[1]
        more = (sample("diff-entry", filename=f"them/{i}.md") for i in range(self.padding))
        return 200, [*files, *more][:3000]

    def _review(self, pull: Request, said: dict[str, Any]) -> dict[str, Any]:
        made = sample("pull-request-review", **{k: v for k, v in said.items() if k != "who"})
        made["user"] = None if said["who"] in self.gone else self.user(said["who"])
        if made["state"] == "PENDING":
            made.pop("submitted_at")
        return made

    def _pulls_list_reviews(self, values: Any, query: Any, body: Any, who: str) -> Any:
        pull = self._of(values)
        shown = [r for r in pull.reviews if r["state"] != "PENDING" or r["who"] == who]
        return 200, [self._review(pull, said) for said in shown]

    def _pulls_create_review(self, values: Any, query: Any, body: Any, who: str) -> Any:
        pull = self._of(values)
        event = body.get("event")
        if who == pull.author and event in ("APPROVE", "REQUEST_CHANGES"):
            raise RefusedError(422, "Can not approve your own pull request")
        if event in ("REQUEST_CHANGES", "COMMENT") and not body.get("body"):
            raise RefusedError(422, "Body is required")
        return 200, self._review(
            pull,
            self.say(pull, who, _VERDICTS[event], body.get("commit_id"), body.get("body", "")),
        )

    def say(
        self, pull: Request, who: str, state: str, commit: str | None = None, text: str = ""
    ) -> dict[str, Any]:
        """Somebody reviews a pull request, by whatever way."""
        said = {
            "id": next(self._ids),
            "who": who,
            "state": state,
            "body": text,
            "commit_id": commit or pull.head,
            "submitted_at": self.time(),
        }
        pull.reviews.append(said)
        pull.updated = self._now()
        return said

    def _pulls_dismiss_review(self, values: Any, query: Any, body: Any, who: str) -> Any:
        pull = self._of(values)
        said = next((r for r in pull.reviews if r["id"] == int(values["review_id"])), None)
        if said is None:
            raise RefusedError(404, "Not Found")
        if said["state"] not in ("APPROVED", "CHANGES_REQUESTED"):
            raise RefusedError(422, "Can not dismiss a dismissed pull request review")
        self.dismiss(pull, said, who, body["message"])
        return 200, self._review(pull, said)

    def dismiss(self, pull: Request, said: dict[str, Any], who: str, text: str) -> None:
        """Somebody takes a review back."""
        taken = {
            "state": said["state"].lower(),
            "review_id": said["id"],
            "dismissal_message": text,
        }
        form = "review-dismissed-issue-event"
        self._event(pull, form, "review_dismissed", who, dismissed_review=taken)
        said["state"] = "DISMISSED"

    def _pulls_merge(self, values: Any, query: Any, body: Any, who: str) -> Any:
        pull = self._of(values)
        if pull.closed is not None or pull.draft:
            raise RefusedError(405, "Pull Request is not mergeable")
        if body["sha"] != pull.head:
            raise RefusedError(409, "Head branch was modified. Review and try the merge again.")
        if self._missing_status(pull):
            raise RefusedError(405, 'Required status check "cong/gate" is expected.')
        main = self.tip()
        done = subprocess.run(
            ["git", "merge-tree", "--write-tree", main, pull.head],
            cwd=self.repository.path,
            env=self.repository.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RefusedError(405, "Pull Request is not mergeable")
        message = f"{body['commit_title']}\n\n{body['commit_message']}"
        names = {"GIT_AUTHOR_NAME": who, "GIT_AUTHOR_EMAIL": f"{who}@mau.example"}
        names |= {"GIT_COMMITTER_NAME": GITHUB[0], "GIT_COMMITTER_EMAIL": GITHUB[1]}
        made = self.repository.git(
            *("commit-tree", done.stdout.split()[0], "-p", main, "-p", pull.head),
            stdin=message.encode(),
            extra=names,
        )
        self.repository.git("update-ref", "refs/heads/main", made)
        pull.closed = pull.merged = pull.updated = self._now()
        pull.merge = made
        form = "state-change-issue-event"
        self._event(pull, form, "merged", who, commit_id=made)
        self._event(pull, form, "closed", who)
        message = "Pull Request successfully merged"
        return 200, sample("pull-request-merge-result", sha=made, merged=True, message=message)

    def _missing_status(self, pull: Request) -> bool:
        """Whether the main branch's rules demand a status that is not there."""
        demanded = [
            check["context"]
            for rules in self.rulesets.values()
            for rule in rules["rules"]
            if rule["type"] == "required_status_checks"
            for check in rule["parameters"]["required_status_checks"]
        ]
        latest: dict[str, str] = {}
        for status in self.statuses:
            if status["url"].endswith(pull.head):
                latest.setdefault(status["context"], status["state"])
        return any(latest.get(context) != "success" for context in demanded)

    def _issues_list_events_for_timeline(self, values: Any, query: Any, body: Any, who: str) -> Any:
        pull = self._of(values)
        said = [
            sample(
                "timeline-comment-event",
                **{k: each[k] for k in ("id", "body", "user", "created_at", "updated_at")},
                event="commented",
                actor=each["user"],
            )
            for each in pull.comments
        ]
        commits = [sample("timeline-committed-event", event="committed", sha=pull.head)]
        return 200, [*commits, *said, *pull.timeline]

    def _issues_list_comments(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, self._of(values).comments

    def _issues_create_comment(self, values: Any, query: Any, body: Any, who: str) -> Any:
        pull = self._of(values)
        made = sample(
            "issue-comment",
            id=next(self._ids),
            body=body["body"],
            user=self.user(who),
            created_at=self.time(),
            updated_at=self.time(),
        )
        pull.comments.append(made)
        pull.updated = self._now()
        return 201, made

    def _issues_update_comment(self, values: Any, query: Any, body: Any, who: str) -> Any:
        every = (each for pull in self.pulls.values() for each in pull.comments)
        made = next(each for each in every if each["id"] == int(values["comment_id"]))
        made["body"], made["updated_at"] = body["body"], self.time()
        return 200, made

    def _repos_list_commit_statuses_for_ref(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        return 200, [s for s in self.statuses if s["url"].endswith(values["ref"])]

    def _repos_create_commit_status(self, values: Any, query: Any, body: Any, who: str) -> Any:
        made = sample(
            "status",
            id=next(self._ids),
            url=f"{self.api}/repos/{FULL}/statuses/{values['sha']}",
            state=body["state"],
            description=body.get("description"),
            context=body.get("context", "default"),
            creator=self.user(who),
            created_at=self.time(),
        )
        self.statuses.insert(0, made)
        return 201, made

    # --- Labels of proposals, and pages made of them ----------------------------------------------

    def _issues_list_labels_on_issue(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, self._labels_of(self._of(values))

    def _issues_add_labels(self, values: Any, query: Any, body: Any, who: str) -> Any:
        pull = self._of(values)
        pull.labels.update(body["labels"])
        return 200, self._labels_of(pull)

    def _issues_remove_label(self, values: Any, query: Any, body: Any, who: str) -> Any:
        pull = self._of(values)
        if values["name"] not in pull.labels:
            raise RefusedError(404, "Label does not exist")
        pull.labels.remove(values["name"])
        return 200, self._labels_of(pull)

    def _labels_of(self, pull: Request) -> list[dict[str, Any]]:
        return [sample("label", name=name) for name in sorted(pull.labels)]

    def _actions_list_artifacts_for_repo(self, values: Any, query: Any, body: Any, who: str) -> Any:
        found = [each for each in self.artifacts if each["name"] == query.get("name", each["name"])]
        return 200, {"total_count": len(found), "artifacts": found}

    def keeps(
        self,
        name: str,
        *,
        run: int,
        expired: bool = False,
        event: str = "pull_request_target",
        path: str = ".github/workflows/preview.yml",
    ) -> int:
        """A run of a workflow has left a file.

        Returns:
            The file's number.
        """
        self.runs[run] = event, path
        made = sample("artifact", id=next(self._ids), name=name, expired=expired)
        made["workflow_run"] = {"id": run}
        self.artifacts.append(made)
        return int(made["id"])

    # --- Setting up -------------------------------------------------------------------------------

    def _teams_list(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, list(self.teams.values())

    def _teams_create(self, values: Any, query: Any, body: Any, who: str) -> Any:
        self.team(body["name"], who)
        values = {"name": body["name"], "slug": body["name"], "privacy": body.get("privacy")}
        self.teams[body["name"]] |= {"description": body.get("description"), **values}
        made = sample("team-full", **values, description=body.get("description"))
        return 201, {**made, "organization": sample("team-organization", login=OWNER)}

    def team(self, slug: str, *members: str) -> None:
        """A team with members; whoever makes one is its first."""
        self.teams[slug] = sample("team", id=next(self._ids), name=slug, slug=slug)
        self.members[slug] = list(members)

    def _teams_list_members_in_org(self, values: Any, query: Any, body: Any, who: str) -> Any:
        if values["team_slug"] not in self.teams:
            raise RefusedError(404, "Not Found")
        found = [sample("team-member", **self.user(m)) for m in self.members[values["team_slug"]]]
        return 200, found

    def _teams_remove_membership_for_user_in_org(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        there = self.members[values["team_slug"]]
        if values["username"] not in there:
            raise RefusedError(404, "Not Found")
        there.remove(values["username"])
        return 204, None

    def _teams_add_or_update_repo_permissions_in_org(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        self.team_permissions[values["team_slug"]] = body["permission"]
        return 204, None

    def _repos_list_teams(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, [
            {**self.teams[slug], "permission": permission}
            for slug, permission in self.team_permissions.items()
        ]

    def _issues_list_labels_for_repo(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, list(self.labels.values())

    def _issues_create_label(self, values: Any, query: Any, body: Any, who: str) -> Any:
        if body["name"] in self.labels:
            raise RefusedError(422, "Validation Failed")
        made = sample("label", id=next(self._ids), **body)
        self.labels[body["name"]] = made
        return 201, made

    def _repos_get(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, sample("full-repository", **self._repository(), **self.settings)

    def _repos_update(self, values: Any, query: Any, body: Any, who: str) -> Any:
        self.settings |= body
        return self._repos_get(values, query, body, who)

    def _repos_get_repo_rulesets(self, values: Any, query: Any, body: Any, who: str) -> Any:
        short = ("id", "name", "target", "enforcement")
        return 200, [
            sample("repository-ruleset", **{key: each[key] for key in short})
            for each in self.rulesets.values()
        ]

    def _repos_get_repo_ruleset(self, values: Any, query: Any, body: Any, who: str) -> Any:
        return 200, self.rulesets[int(values["ruleset_id"])]

    def _repos_create_repo_ruleset(self, values: Any, query: Any, body: Any, who: str) -> Any:
        made = sample("repository-ruleset", **body, id=next(self._ids))
        self.rulesets[made["id"]] = made
        return 201, made

    def _repos_update_repo_ruleset(self, values: Any, query: Any, body: Any, who: str) -> Any:
        self.rulesets[int(values["ruleset_id"])] |= body
        return 200, self.rulesets[int(values["ruleset_id"])]

    def _actions_get_github_actions_permissions_repository(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        return 200, self.actions

    def _actions_set_github_actions_permissions_repository(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        self.actions = body
        return 204, None

    def _actions_get_github_actions_default_workflow_permissions_repository(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        return 200, self.workflow

    def _actions_set_github_actions_default_workflow_permissions_repository(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        self.workflow = body
        return 204, None

    def _actions_get_fork_pr_contributor_approval_permissions_repository(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        return 200, {"approval_policy": self.fork_approval}

    def _actions_set_fork_pr_contributor_approval_permissions_repository(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        self.fork_approval = body["approval_policy"]
        return 204, None

    # --- Environments and variables ---------------------------------------------------------------

    def _repos_get_environment(self, values: Any, query: Any, body: Any, who: str) -> Any:
        name = values["environment_name"]
        if name not in self.environments:
            raise RefusedError(404, "Not Found")
        made = sample("environment", name=name)
        made.pop("protection_rules", None)
        return 200, {**made, "deployment_branch_policy": self.environments[name]}

    def _repos_create_or_update_environment(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        name = values["environment_name"]
        self.environments[name] = body["deployment_branch_policy"]
        self.policies.setdefault(name, {})
        return self._repos_get_environment(values, query, body, who)

    def _repos_list_deployment_branch_policies(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        found = [
            sample("deployment-branch-policy", id=number, name=name)
            for number, name in self.policies[values["environment_name"]].items()
        ]
        return 200, {"total_count": len(found), "branch_policies": found}

    def _repos_create_deployment_branch_policy(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        number = next(self._ids)
        self.policies[values["environment_name"]][number] = body["name"]
        return 200, sample("deployment-branch-policy", id=number, name=body["name"])

    def _repos_delete_deployment_branch_policy(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        there = self.policies[values["environment_name"]]
        del there[int(values["branch_policy_id"])]
        return 204, None

    def _actions_get_repo_variable(self, values: Any, query: Any, body: Any, who: str) -> Any:
        if values["name"] not in self.variables:
            raise RefusedError(404, "Not Found")
        name = values["name"]
        return 200, sample("actions-variable", name=name, value=self.variables[name])

    def _actions_create_repo_variable(self, values: Any, query: Any, body: Any, who: str) -> Any:
        if body["name"] in self.variables:
            raise RefusedError(409, "Already exists")
        self.variables[body["name"]] = body["value"]
        return 201, {}

    def _actions_update_repo_variable(self, values: Any, query: Any, body: Any, who: str) -> Any:
        self.variables[values["name"]] = body["value"]
        return 204, None

    def _actions_get_environment_variable(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        there = self.environment_variables.get(values["environment_name"], {})
        if values["name"] not in there:
            raise RefusedError(404, "Not Found")
        name = values["name"]
        return 200, sample("actions-variable", name=name, value=there[name])

    def _actions_create_environment_variable(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        there = self.environment_variables.setdefault(values["environment_name"], {})
        if body["name"] in there:
            raise RefusedError(409, "Already exists")
        there[body["name"]] = body["value"]
        return 201, {}

    def _actions_update_environment_variable(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        self.environment_variables[values["environment_name"]][values["name"]] = body["value"]
        return 204, None

    def _actions_get_workflow_run(self, values: Any, query: Any, body: Any, who: str) -> Any:
        found = self.runs.get(int(values["run_id"]))
        if found is None:
            raise RefusedError(404, "Not Found")
        event, path = found
        return 200, sample("workflow-run", id=int(values["run_id"]), event=event, path=path)

    # --- Apps -------------------------------------------------------------------------------------

    def register(self, app: App) -> App:
        """Somebody has made an app."""
        self.apps[str(app.number)] = self.apps[app.client] = app
        self.programs.add(f"{app.slug}[bot]")
        return app

    def signed_by(self, token: str) -> str:
        """Which app has signed a token; nobody if it is not signed right."""
        try:
            named = jwt.decode(token, options={"verify_signature": False}).get("iss", "")
            app = self.apps[named]
            claims = jwt.decode(
                token,
                app.key,
                algorithms=["RS256"],
                issuer=[str(app.number), app.client],
                options={"require": ["iat", "exp", "iss"]},
            )
        except (jwt.PyJWTError, KeyError):
            return ""
        # GitHub takes none that would hold for longer than ten minutes.
        soon = dt.datetime.now(dt.UTC).timestamp() + 600
        return f"{SIGNED}{app.number}" if claims["exp"] <= soon else ""

    def _apps_get_repo_installation(self, values: Any, query: Any, body: Any, who: str) -> Any:
        app = self.apps[who.removeprefix(SIGNED)]
        if app.installed is None:
            raise RefusedError(404, "Not Found")
        return 200, sample(
            "installation",
            id=app.installed,
            app_id=app.number,
            app_slug=app.slug,
            account=self.user(OWNER),
            suspended_at=self.time() if app.suspended else None,
        )

    def _apps_create_installation_access_token(
        self, values: Any, query: Any, body: Any, who: str
    ) -> Any:
        app = self.apps[who.removeprefix(SIGNED)]
        if app.installed != int(values["installation_id"]):
            raise RefusedError(404, "Not Found")
        if app.suspended:
            raise RefusedError(403, "This installation has been suspended")
        wanted = (body or {}).get("repositories", [])
        if any(name != NAME for name in wanted):
            raise RefusedError(422, "There is at least one repository that does not exist")
        token = f"ghs_{next(self._ids):036d}"
        self.sessions[token] = {"login": f"{app.slug}[bot]", "repositories": wanted}
        until = _time(self._now() + dt.timedelta(hours=1))
        return 201, sample("installation-token", token=token, expires_at=until)

    # --- Issues that are no pull requests ---------------------------------------------------------

    def issue(self, who: str, title: str, *labels: str, text: str = "") -> Request:
        """Somebody opens an issue."""
        number, at = 500 + len(self.issues) + 1, self._now()
        made = Request(number, title, text, who, "", "", False, at, at, labels=set(labels))
        self.issues[number] = made
        return made

    def _issue(self, issue: Request) -> dict[str, Any]:
        made = sample(
            "issue",
            number=issue.number,
            title=issue.title,
            body=issue.body or None,
            user=self.user(issue.author),
            state="closed" if issue.closed else "open",
            labels=self._labels_of(issue),
            html_url=f"{self.web}/{FULL}/issues/{issue.number}",
            comments=len(issue.comments),
            created_at=_time(issue.opened),
            updated_at=_time(issue.updated),
            closed_at=_time(issue.closed) if issue.closed else None,
        )
        if issue.number in self.pulls:
            links = ("diff_url", "html_url", "patch_url", "url")
            made["pull_request"] = dict.fromkeys(links, f"{self.web}/{FULL}/pull/{issue.number}")
        return made

    def _issues_list_for_repo(self, values: Any, query: Any, body: Any, who: str) -> Any:
        state = query.get("state", "open")
        labels = {name for name in query.get("labels", "").split(",") if name}
        found = [
            each
            for each in (*self.pulls.values(), *self.issues.values())
            if labels <= each.labels
            and (state == "all" or (each.closed is None) == (state == "open"))
        ]
        return 200, [self._issue(each) for each in reversed(found)]

    def _issues_create(self, values: Any, query: Any, body: Any, who: str) -> Any:
        if self.without_issues:
            raise RefusedError(410, "Issues are disabled for this repo")
        # Whoever may not label has their labels dropped, and nothing is said of it.
        labels = () if "labels" in self.forbidden else body.get("labels", ())
        made = self.issue(who, body["title"], *labels, text=body.get("body", ""))
        return 201, self._issue(made)

    def _issues_update(self, values: Any, query: Any, body: Any, who: str) -> Any:
        issue = self._of(values)
        if body.get("state") == "closed" and issue.closed is None:
            issue.closed = issue.updated = self._now()
        return 200, self._issue(issue)

    def _issues_get_label(self, values: Any, query: Any, body: Any, who: str) -> Any:
        if values["name"] not in self.labels:
            raise RefusedError(404, "Not Found")
        return 200, self.labels[values["name"]]


def _time(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- The server -----------------------------------------------------------------------------------

_LIMITS: Mapping[str, tuple[int, str, Mapping[str, str]]] = {
    "500": (500, "Server Error", {}),
    "502": (502, "Bad Gateway", {}),
    "secondary": (403, "You have exceeded a secondary rate limit. Please wait.", {}),
    "after": (429, "Too many requests", {"Retry-After": "7"}),
}


def _handler(standin: Standin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *words: Any) -> None:
            """Nothing is written."""

        def _do(self) -> None:
            url = urlsplit(self.path)
            body = self._body()
            who = self._who()
            if not url.path.startswith("/api/"):
                self._git(url.path, url.query, body, who)
                return
            if not who:
                kind = self.headers.get("Authorization", "").partition(" ")[0]
                message = NO_TOKEN if kind == "Bearer" else "Bad credentials"
                self._give(401, {"message": message}, {})
                return
            path = url.path.removeprefix(PREFIX)
            with standin.lock:
                standin.asked.append((self.command, path))
                fault = next((f for f in standin.faults if f.fits(self.command, path)), None)
                if fault is not None:
                    fault.times -= 1
                    if self._wrong(fault.kind):
                        return
                query = dict(parse_qsl(url.query))
                said = json.loads(body) if body else None
                if path == "/api/graphql":
                    status, answer = standin.graphql(said, who)
                    headers: dict[str, str] = {}
                else:
                    status, answer, headers = standin.answer(self.command, path, query, said, who)
            if fault is not None and fault.kind == "lost":
                self.close_connection = True
                return
            self._give(status, answer, headers, cut=fault is not None and fault.kind == "cut")

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _do  # noqa: N815

        def _wrong(self, kind: str) -> bool:
            if kind == "dead":
                self.close_connection = True
                return True
            if kind == "slow":
                self.close_connection = True
                threading.Event().wait(1.5)
                return True
            if kind == "limit":
                reset = str(int(standin._now().timestamp()) + 20)
                limits = {"X-RateLimit-Remaining": "0", "X-RateLimit-Limit": "5000"}
                headers = {**limits, "X-RateLimit-Reset": reset}
                said = {"message": "API rate limit exceeded for user ID 1."}
                self._give(403, said, headers)
                return True
            if kind in _LIMITS:
                status, message, given = _LIMITS[kind]
                self._give(status, {"message": message}, dict(given))
                return True
            return False

        def _give(
            self, status: int, said: Any, headers: Mapping[str, str], *, cut: bool = False
        ) -> None:
            data = b"" if said is None else json.dumps(said, ensure_ascii=False).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            for name, value in headers.items():
                self.send_header(name, value)
            sent = data[: len(data) // 2] if cut else data
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def _who(self) -> str:
            kind, _, given = self.headers.get("Authorization", "").partition(" ")
            if kind.lower() == "basic":
                given = base64.b64decode(given).decode().partition(":")[2]
            if kind == "Bearer":
                return standin.signed_by(given)
            if given in standin.sessions:
                return str(standin.sessions[given]["login"])
            return given.removeprefix("ma-") if given.startswith("ma-") else ""

        def _body(self) -> bytes:
            if self.headers.get("Transfer-Encoding", "") == "chunked":
                parts = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))

        def _git(self, path: str, query: str, body: bytes, who: str) -> None:
            """Git's own protocol, by the program that Git brings for it."""
            if not who:
                self.send_response(401)
                self.send_header("WWW-Authenticate", 'Basic realm="GitHub"')
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            repository = standin.repository
            owner, name, rest = path.strip("/").split("/", 2)
            if f"{owner}/{name}" not in (f"{FULL}.git", f"nguoi-ngoai/{NAME}.git"):
                self.send_error(404)
                return
            env = {
                **repository.env,
                "GIT_PROJECT_ROOT": str(repository.path),
                "GIT_HTTP_EXPORT_ALL": "1",
                "PATH_INFO": f"/{rest}",
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "REMOTE_USER": who,
                "REMOTE_ADDR": "127.0.0.1",
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            with standin.lock:
                before = standin.refs()
                done = subprocess.run(
                    ["git", "http-backend"],
                    input=body,
                    env=env,
                    cwd=repository.path,
                    capture_output=True,
                    check=False,
                )
                standin.heard.append(f"{self.command} {path} {who}")
                standin.pushed(who, before, standin.refs())
            head, _, data = done.stdout.partition(b"\r\n\r\n")
            lines = [line.split(": ", 1) for line in head.decode().split("\r\n") if line]
            headers = {line[0]: line[1] for line in lines}
            self.send_response(int(headers.pop("Status", "200").split()[0]))
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    return Handler
