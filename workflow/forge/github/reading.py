"""What GitHub's answers say, as plain values. Nothing here asks; whoever asks hands the answers in.

GitHub's times are whole seconds. A user who has left GitHub is nobody: GitHub shows ``ghost``.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workflow.forge.github.words import split_ground
from workflow.forge.interface import Act, Entry, Event, Stage
from workflow.proposals import ChangedFile, FileStatus, Review, Verdict

GHOST = "ghost"
"""The login that GitHub shows for somebody who is no longer there. It is nobody's on any staff."""

MAX_FILES = 3000
"""GitHub lists no more files of a pull request."""

REASON = "<!-- cong: withdrawn -->"
"""Begins the comment that says why a proposal was withdrawn; GitHub does not show it."""

Json = Mapping[str, Any]

_NOTHING = "0" * 40
_GITHUB_ITSELF = "web-flow"
_NOREPLY = re.compile(r"(?:\d+\+)?([a-z\d-]+(?:\[bot\])?)@users\.noreply\.github\.com\Z", re.I)
_STATUS = {
    "added": FileStatus.ADDED,
    "copied": FileStatus.ADDED,
    "modified": FileStatus.MODIFIED,
    "changed": FileStatus.MODIFIED,  # of its mode only
    "removed": FileStatus.REMOVED,
    "renamed": FileStatus.RENAMED,
}
_VERDICT = {
    "APPROVED": Verdict.APPROVE,
    "CHANGES_REQUESTED": Verdict.REQUEST_CHANGES,
    "COMMENTED": Verdict.COMMENT,
    "DISMISSED": Verdict.DISMISSED,
}
_PENDING = "PENDING"  # not given yet: only its own author sees it


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request.

    Attributes:
        number, node, title, text, author, draft: As GitHub has them.
        branch: The branch it lies on.
        repository: In which repository, as ``owner/name``; none when that is gone.
        from_fork: Whether that is another one than the main branch's.
        head: The commit that would be published.
        merge: The merge, if it was merged.
        opened, updated, closed: When.
        stage: How far it is.
        commits, files: How many there are.
    """

    number: str
    node: str
    title: str
    text: str
    author: str
    draft: bool
    branch: str
    repository: str | None
    from_fork: bool
    head: str
    merge: str | None
    opened: dt.datetime
    updated: dt.datetime
    closed: dt.datetime | None
    stage: Stage
    commits: int
    files: int


@dataclass(frozen=True, slots=True)
class Push:
    """Somebody put a commit on the branch of a proposal."""

    who: str
    at: dt.datetime
    commit: str


def pull_of(said: Json) -> Pull:
    """A pull request, as GitHub gives a single one."""
    head, base = said["head"], said["base"]
    repository = head["repo"]
    return Pull(
        number=str(said["number"]),
        node=said["node_id"],
        title=said["title"],
        text=said["body"] or "",
        author=login(said["user"]),
        draft=bool(said["draft"]),
        branch=head["ref"],
        repository=repository["full_name"] if repository else None,
        from_fork=not repository or repository["id"] != base["repo"]["id"],
        head=head["sha"],
        merge=said["merge_commit_sha"] if said["merged"] else None,
        opened=moment(said["created_at"]),
        updated=moment(said["updated_at"]),
        closed=moment(said["closed_at"]) if said["closed_at"] else None,
        stage=_stage(said["state"], said["merged_at"]),
        commits=said["commits"],
        files=said["changed_files"],
    )


def entry_of(said: Json) -> Entry:
    """A pull request, as GitHub gives it in a list."""
    return Entry(
        number=str(said["number"]),
        title=said["title"],
        author=login(said["user"]),
        branch=said["head"]["ref"],
        head=said["head"]["sha"],
        opened=moment(said["created_at"]),
        updated=moment(said["updated_at"]),
        draft=bool(said["draft"]),
        stage=_stage(said["state"], said["merged_at"]),
    )


def _stage(state: str, merged: str | None) -> Stage:
    if merged:
        return Stage.MERGED
    return {"open": Stage.OPEN, "closed": Stage.WITHDRAWN}[state]


def login(user: Json | None) -> str:
    """Whose deed it was."""
    return user["login"] if user else GHOST


def moment(text: str) -> dt.datetime:
    """A time as GitHub writes it."""
    found = dt.datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def files_of(said: Iterable[Json]) -> tuple[ChangedFile, ...]:
    """The files that a pull request changes."""
    found = []
    for each in said:
        if each["status"] == "unchanged":
            continue
        status = _STATUS[each["status"]]
        old = each.get("previous_filename") if status is FileStatus.RENAMED else None
        found.append(ChangedFile(each["filename"], status, old))
    return tuple(found)


def pushes_of(said: Iterable[Json], pull: Pull) -> tuple[Push, ...]:
    """Who put what on the branch of a proposal, the oldest first.

    A branch may have had its name before it was this proposal's; what was done to the former one,
    and what is done to a later one, is not counted.

    Args:
        said: What was done to the branch, the latest first, as GitHub keeps it.
        pull: The proposal.
    """
    found = []
    for each in said:
        at = moment(each["timestamp"])
        if each["ref"] != f"refs/heads/{pull.branch}" or (pull.closed and at > pull.closed):
            continue
        if each["after"] != _NOTHING:
            found.append(Push(login(each["actor"]), at, each["after"]))
        if each["activity_type"] in ("branch_creation", "branch_deletion") and at <= pull.opened:
            break
    found.reverse()
    if pull.head not in {push.commit for push in found}:
        # GitHub does not say who pushed what would be published. That is for nobody to pass.
        found.append(Push(GHOST, pull.opened, pull.head))
    return tuple(found)


def reviews_of(said: Iterable[Json], timeline: Iterable[Json]) -> tuple[tuple[Json, Review], ...]:
    """What was said of a proposal, each with the answer that it was read from.

    A dismissed review no longer says what it said; the record of the dismissal does.

    Args:
        said: The reviews, as GitHub lists them.
        timeline: What was done with the proposal.
    """
    dismissals = {
        event["dismissed_review"]["review_id"]: event
        for event in timeline
        if event.get("event") == "review_dismissed"
    }
    found = []
    for each in said:
        state = each["state"].upper()
        if state == _PENDING:
            continue
        verdict, at = _VERDICT[state], None
        gone = dismissals.get(each["id"])
        if gone is not None:
            verdict = _VERDICT[gone["dismissed_review"]["state"].upper()]
            own = each["user"] and gone["actor"] and login(each["user"]) == login(gone["actor"])
            # On GitHub others may dismiss a review, too. That takes an approval away, but no
            # objection: it is its giver's (docs/decisions/0009-the-gate.md).
            if own or verdict is not Verdict.REQUEST_CHANGES:
                at = moment(gone["created_at"])
        ground = split_ground(each["body"] or "")[1]
        user = each["user"]
        review = Review(
            who=login(user),
            verdict=verdict,
            commit=each["commit_id"] or "",
            at=moment(each["submitted_at"]),
            ground=ground if verdict is Verdict.REQUEST_CHANGES else None,
            bot=bool(user) and user["type"] == "Bot",
            dismissed_at=at,
        )
        found.append((each, review))
    return tuple(found)


def events_of(
    pull: Pull,
    pushes: Sequence[Push],
    reviews: Iterable[tuple[Json, Review]],
    timeline: Sequence[Json],
) -> tuple[Event, ...]:
    """What was done with a proposal, in the order it was done.

    Within one second the order is: opened, pushed, ready, reviewed, taken back, closed.
    """
    before = [push for push in pushes if push.at <= pull.opened] or pushes[:1]
    found = [Event(Act.OPENED, pull.author, pull.opened, before[-1].commit, text=pull.text)]
    found += [
        Event(Act.PUSHED, push.who, push.at, push.commit)
        for push in pushes
        if push not in before and push.at > pull.opened
    ]

    def head_at(at: dt.datetime) -> str:
        return [push for push in pushes if push.at <= at or push is pushes[0]][-1].commit

    for said in timeline:
        if said.get("event") == "ready_for_review":
            at = moment(said["created_at"])
            found.append(Event(Act.READY, login(said["actor"]), at, head_at(at)))
    by_id: dict[int, Review] = {}
    for each, review in reviews:
        by_id[each["id"]] = review
        text = split_ground(each["body"] or "")[0] if review.ground else (each["body"] or "")
        found.append(
            Event(
                act=Act.REVIEWED,
                who=review.who,
                at=review.at,
                commit=review.commit,
                verdict=review.verdict,
                ground=review.ground,
                text=text.strip(),
            )
        )
    for said in timeline:
        kind = said.get("event")
        if kind == "review_dismissed":
            taken, at = said["dismissed_review"], moment(said["created_at"])
            about = by_id.get(taken["review_id"])
            text = taken["dismissal_message"] or ""
            commit = about.commit if about else head_at(at)
            found.append(Event(Act.DISMISSED, login(said["actor"]), at, commit, text=text))
    for said in timeline:
        kind = said.get("event")
        if kind == "merged":
            at = moment(said["created_at"])
            found.append(Event(Act.MERGED, login(said["actor"]), at, pull.merge or ""))
        elif kind == "closed" and pull.stage is not Stage.MERGED:
            who, at = login(said["actor"]), moment(said["created_at"])
            found.append(Event(Act.WITHDRAWN, who, at, head_at(at), text=_why(timeline, who, at)))
    return tuple(sorted(found, key=lambda event: event.at))


def _why(timeline: Iterable[Json], who: str, at: dt.datetime) -> str:
    """What somebody said when closing: their last comment of that kind before it."""
    said = [
        each["body"].removeprefix(REASON).strip()
        for each in timeline
        if each.get("event") == "commented"
        and each["body"].startswith(REASON)
        and login(each["user"]) == who
        and moment(each["created_at"]) <= at
    ]
    return said[-1] if said else ""


def people_of(said: Iterable[Json]) -> tuple[dict[str, str], frozenset[str]]:
    """Whose the e-mail addresses in commits are, as GitHub knows its users' addresses.

    Returns:
        Logins by address in small letters, and the commits that GitHub itself made for their
        author: its signature says so, and it signs only for who is signed in there.
    """
    logins: dict[str, str] = {}
    by_github = set()
    for each in said:
        commit = each["commit"]
        for role in ("author", "committer"):
            # An address that no account has comes with an empty user, or with none.
            user, names = each[role], commit[role]
            if user and user.get("login") and names and names["email"]:
                logins[names["email"].casefold()] = user["login"]
        verified = (commit.get("verification") or {}).get("verified") is True
        committer = each["committer"] or {}
        if verified and committer.get("login") == _GITHUB_ITSELF:
            by_github.add(each["sha"])
    return logins, frozenset(by_github)


def login_in_address(email: str) -> str | None:
    """The login in an address that GitHub gives to whoever hides their own."""
    found = _NOREPLY.match(email.strip())
    return found.group(1).casefold() if found else None
