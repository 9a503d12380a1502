"""Nothing reaches citizens past the gate: what lies on the main branch without a proposal.

On GitHub rules keep everybody from writing to the main branch. In plain Git anyone with the
repository can; so whoever publishes looks at what has come there since the last release.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from workflow.forge import Forge, ForgeError
from workflow.forge.local.merging import RECORD
from workflow.forge.merging import PROPOSAL
from workflow.forge.vouching import APPROVED, REVIEWED
from workflow.gate.places import CONTENT
from workflow.gate.words import plain, short
from workflow.git import Git
from workflow.proposing import trailers
from workflow.proposing.record import faults_of
from workflow.publish.release import PublishError

_KEYS = (PROPOSAL, REVIEWED, APPROVED)
_SHOWN = 3


@dataclass(slots=True)
class _Step:
    """A commit of the main branch itself, with what it does to files of the content."""

    commit: str
    parents: list[str]
    subject: str
    trailers: dict[str, tuple[str, ...]]
    changed: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Loose:
    """A commit that no proposal vouches for, and what of it still stands: files as they were."""

    step: _Step
    why: str
    before: dict[str, str]


def demand_vouched(git: Git, forge: Forge, last: str, commit: str) -> None:
    """Refuses to publish what came to the main branch without being approved.

    What was taken back meanwhile, by whomever, stands in nobody's way.

    Args:
        git: Git in the repository that has the main branch.
        forge: Where proposals live.
        last: The commit that citizens read now.
        commit: The one that they are to read.

    Raises:
        PublishError: Something did.
    """
    known = git.run("cat-file", "-e", f"{last}^{{commit}}", ok=(0, 1, 128)).code == 0
    # Where the main branch was moved back, what they have in common was looked at before.
    base = git.run("merge-base", last, commit, ok=(0, 1)).line if known else ""
    if not base:
        return
    loose: list[_Loose] = []
    for step in _steps(git, base, commit):
        for each in loose:
            for path, (_, now) in step.changed.items():
                if each.before.get(path) == now:
                    del each.before[path]
        loose = [each for each in loose if each.before]
        if step.changed and (why := _fault(forge, step)):
            before = {path: was for path, (was, _) in step.changed.items()}
            loose.append(_Loose(step, why, before))
    if loose:
        raise PublishError(_words(git, forge, base, commit, loose))


def _steps(git: Git, base: str, commit: str) -> Iterator[_Step]:
    """The commits of the main branch itself, the oldest first."""
    shape = f"%x00%H%x00%P%x00%s%x00{trailers.shape_of(_KEYS)}"
    words = iter(
        git.run(
            *("log", "--no-color", "--no-show-signature", "--first-parent", "--reverse", "-z"),
            *("--diff-merges=first-parent", "--raw", "--no-abbrev", "--no-renames"),
            *("--encoding=UTF-8", "--full-history", f"--format=tformat:{shape}"),
            *(f"{base}..{commit}", "--", f"{CONTENT}/"),
        ).text.split("\0")
    )
    step: _Step | None = None
    for word in words:
        if word.lstrip("\n").startswith(":"):
            if step is not None:
                modes_and_blobs = word.split()
                step.changed[next(words, "")] = (modes_and_blobs[2], modes_and_blobs[3])
            continue
        if word.strip("\n"):
            continue
        if step is not None and step.commit:
            yield step
        found, parents, subject, *values = (next(words, "") for _ in range(3 + len(_KEYS)))
        next(words, "")  # ends the message
        step = _Step(found, parents.split(), subject, dict(trailers.read(_KEYS, values)))
    if step is not None and step.commit:
        yield step


def _fault(forge: Forge, step: _Step) -> str:
    """Why nobody answers for a commit; empty when a proposal does."""
    number = next(iter(step.trailers[PROPOSAL]), "")
    if not number or len(step.parents) != 2:
        return "không qua đề xuất nào"
    try:
        events = forge.history(number)
    except ForgeError as error:
        return str(error)
    return next(faults_of(step.commit, step.parents[1], step.trailers, events), "")


def _words(git: Git, forge: Forge, base: str, commit: str, loose: list[_Loose]) -> str:
    """What lies there, and how it is put right without losing what was approved."""
    lines = ["Trên nhánh chính có nội dung chưa được duyệt; trang đang chạy giữ nguyên."]
    for each in loose[:_SHOWN]:
        names = ", ".join(plain(path) for path in sorted(each.before)[:_SHOWN])
        more = "…" if len(each.before) > _SHOWN else ""
        lines.append(
            f"- Bản {short(each.step.commit)} “{_shown(each.step.subject)}” ({names}{more}): "
            f"{each.why}."
        )
    if len(loose) > _SHOWN:
        lines.append(f"- và {len(loose) - _SHOWN} bản nữa.")
    first = loose[0].step
    place = f"git -C {git.path}"
    branch = f"bai/chua-duyet-{short(first.commit)}"
    before = first.parents[0] if first.parents else ""
    main = forge.main
    if before and _nothing_approved(git, base, before, commit):
        opened = git.run("branch", "--show-current", ok=(0, 128)).line == main
        bare = git.run("rev-parse", "--is-bare-repository").line == "true"
        keep = f"{place} switch -c {branch}" if opened and not bare else (
            f"{place} branch {branch} {main}"
        )  # fmt: skip
        lines.append(
            f"Hãy giữ bài ở một nhánh riêng rồi trả nhánh {main} về bản đã duyệt: {keep} && "
            f"{place} branch -f {main} {short(before)}. Sau đó, ở nhánh {branch}, gõ: cong propose "
            "“Nói bài này về việc gì”."
        )
    else:
        mainline = "-m 1 " if len(first.parents) > 1 else ""
        lines.append(
            f"Sau đó nhánh {main} đã nhận đề xuất được duyệt, nên đừng đưa nhánh lùi lại. Hãy mở đề"
            f" xuất bỏ thay đổi ấy: git switch -c bai/bo-{short(first.commit)} {main} && git revert"
            f" --no-edit {mainline}{short(first.commit)} && cong propose “Bỏ thay đổi chưa duyệt "
            f"{short(first.commit)}”; được duyệt thì trang phát hành được. Muốn đăng nội dung ấy, "
            "hãy gửi lại bằng một đề xuất khác sau đó."
        )
    return "\n".join(lines)


def _nothing_approved(git: Git, base: str, before: str, commit: str) -> bool:
    """Whether the main branch can go back without losing a merge that the forge made."""
    if git.run("merge-base", "--is-ancestor", base, before, ok=(0, 1)).code:
        return False
    words = ("rev-list", "--max-count=1", "--min-parents=2", f"--grep=^{RECORD}: ")
    return not git.run(*words, f"{before}..{commit}").line


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:120]
