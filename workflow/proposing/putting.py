"""Putting forward what somebody wrote: from changed files to a proposal, without knowing Git."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from accounts.staff import fold_name
from regulation.findings import Finding, Refused, errors
from regulation.vietnamese import slug
from workflow.forge import ForgeError, Stage
from workflow.gate.places import CONTENT
from workflow.gate.words import plain
from workflow.git import Git
from workflow.proposing.context import Context
from workflow.proposing.refusing import demand_pushable

BRANCH = "bai/"
"""Where somebody's own branches begin."""

_NUMBER, _TITLE = "congProposal", "congTitle"
"""What is noted down of such a branch, in Git's settings of this checkout."""

_SHOWN = 5
_OF_GIT = (".gitattributes", ".gitmodules", ".gitignore")

Look = Callable[[str], Sequence[Finding]]
"""Looks at what a commit of this checkout changes on the main branch."""


@dataclass(frozen=True, slots=True)
class Put:
    """What came of it.

    Attributes:
        number: The proposal's.
        new: Whether it was opened now; otherwise what was pushed belongs to an earlier one.
        commit: What is proposed.
        findings: What the checks say of it.
    """

    number: str
    new: bool
    commit: str
    findings: tuple[Finding, ...]


def put_forward(
    context: Context,
    look: Look,
    title: str,
    text: str = "",
    *,
    note: str = "",
    draft: bool = False,
    everything: bool = False,
) -> Put:
    """Proposes what was changed in this checkout.

    Changed files become a commit on a branch of their own; what is on a branch whose proposal is
    still open is pushed to that one.

    Args:
        context: Who, where.
        look: The checks.
        title: What it is about; may be empty when it was said before.
        text: More about it.
        note: What changed in what was published, as a line of the commit (``merging.NOTES``).
        draft: Its author still works on it: it may have mistakes.
        everything: Also files outside ``content/``.

    Raises:
        ForgeError: There is nothing to propose, or Git does not know who proposes.
        Refused: The checks found mistakes. The commit is there; mended, it can be proposed.
    """
    git = context.git
    branch = git.run("branch", "--show-current").line
    main = context.forge.main
    changed = _changed(git, everything=everything)
    number = _setting(git, branch, _NUMBER)
    if number:
        demand_pushable(context, number)
    # What it is about was said before, when the checks found something to mend first.
    title = " ".join(title.split()) or _setting(git, branch, _TITLE)
    if not number and not title:
        raise ForgeError('Đề xuất phải có tên; hãy gõ: cong propose "Nói bài này về việc gì"')
    if changed:
        demand_known(context)
        if branch in ("", main) or (number and _closed(context, number)):
            if not title:
                raise ForgeError(f"Đề xuất {number} đã đóng; hãy ghi tên cho đề xuất mới.")
            branch = _new_branch(git, title)
            number = ""
        _stage(git, changed)
        lines = [title or f"Sửa đề xuất {number}", *([note] if note else [])]
        said = (word for line in lines for word in ("-m", line))
        if note or git.run("diff", "--cached", "--quiet", ok=(0, 1)).code:
            git.run("commit", "--quiet", "--allow-empty", *said, extra=_signed(context))
    elif note:
        words = ("commit", "--quiet", "--allow-empty", "-m", title, "-m", note)
        git.run(*words, extra=_signed(context))
    head = git.run("rev-parse", "HEAD").line
    if not git.run("rev-list", "--max-count=1", f"{_published(context)}..{head}").line:
        raise ForgeError(
            "Chưa có gì để đề xuất: nội dung ở đây giống nhánh chính; hãy sửa hoặc thêm tệp trong "
            f"{CONTENT}/ rồi gõ lại."
        )
    if branch in ("", main):
        # Commits that no branch of their own holds yet, or the main branch of this checkout alone.
        branch = _new_branch(git, title)
    if title:
        git.run("config", f"branch.{branch}.{_TITLE}", title)
    found = tuple(look(head))
    if errors(found) and not draft:
        raise Refused(found)
    if number:
        context.forge.push(number, head)
        if not draft:
            context.forge.ready(number)
        return Put(number, new=False, commit=head, findings=found)
    number = context.forge.propose(head, title, text, draft=draft)
    git.run("config", f"branch.{branch}.{_NUMBER}", number)
    return Put(number, new=True, commit=head, findings=found)


def catch_up(context: Context) -> bool:
    """Takes what the main branch has meanwhile into the branch somebody works on.

    Returns:
        Whether there was anything to take.

    Raises:
        ForgeError: Both changed the same lines.
    """
    git = context.git
    main = context.forge.main
    if git.run("merge-base", "--is-ancestor", main, "HEAD", ok=(0, 1)).code == 0:
        return False
    words = ("merge", "--quiet", "--no-edit", main)
    done = git.run(*words, ok=(0, 1, 2, 128), extra=_signed(context))
    if done.code:
        torn = git.run("diff", "--name-only", "--diff-filter=U", "-z").text.split("\0")
        git.run("merge", "--abort", ok=(0, 128))
        raise ForgeError(
            f"Nhánh chính cũng đã đổi {_few([name for name in torn if name])}; hãy nhờ đơn vị vận "
            "hành ghép hai bản, hoặc làm lại trên bản mới nhất của nhánh chính."
        )
    return True


def _published(context: Context) -> str:
    """The main branch as it is published, where this checkout has it; else the checkout's own."""
    git, main = context.git, context.forge.main
    there = context.git_of_forge.run("rev-parse", "--verify", "--quiet", main, ok=(0, 1, 128)).line
    known = there and git.run("cat-file", "-e", f"{there}^{{commit}}", ok=(0, 1, 128)).code == 0
    return there if known else main


def _stage(git: Git, changed: Mapping[str, str]) -> None:
    """Gets files ready to be committed; whoever uses Git may have done so with some already."""
    left = [path for path, state in changed.items() if state[1] != " "]
    if left:
        stdin = "\0".join(left).encode("utf-8", "surrogateescape")
        words = ("--literal-pathspecs", "add", "--all", "--pathspec-from-file=-")
        git.run(*words, "--pathspec-file-nul", stdin=stdin)


def _changed(git: Git, *, everything: bool) -> dict[str, str]:
    """What differs from the last commit, files that Git does not know yet included.

    Returns:
        By path how it differs, in Git's two letters: in the index, and from the index.
    """
    told = git.run("status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames").text
    # A file removed from the index and written again is told twice; what lies there counts.
    paths = {line[3:]: line[:2] for line in told.split("\0") if line}
    own = [path for path in paths if Path(path).name in _OF_GIT and Path(path).parts[0] == CONTENT]
    if own:
        raise ForgeError(
            f"{_few(own)}: tệp này đổi cách Git đọc các tệp khác, không được có trong {CONTENT}/; "
            "hãy xóa tệp rồi gõ lại."
        )
    elsewhere = [path for path in paths if Path(path).parts[0] != CONTENT]
    if elsewhere and not everything:
        raise ForgeError(
            f"Ngoài {CONTENT}/ cũng có tệp đã đổi: {_few(elsewhere)}; hãy trả chúng về như cũ, "
            "hoặc thêm --all nếu đúng là muốn đề xuất cả chúng."
        )
    return paths


def _signed(context: Context) -> dict[str, str]:
    """Tells Git who commits, where that is not left to its settings."""
    signature = context.forge.signature()
    if signature is None:
        return {}
    name, email = signature
    roles = ("AUTHOR", "COMMITTER")
    return {f"GIT_{r}_NAME": name for r in roles} | {f"GIT_{r}_EMAIL": email for r in roles}


def demand_known(context: Context) -> None:
    """The gate refuses a commit whose maker nobody knows: better said before it is made."""
    if context.forge.signature() is not None:
        me = context.forge.me()
        if context.staff.person_of_login(me) is None:
            raise ForgeError(
                f"Mã “{plain(me)}” chưa có trong danh sách nhân sự nên đề xuất sẽ không được xét; "
                "hãy gõ mã đã được cấp (git config cong.login …) hoặc nhờ đơn vị vận hành đăng ký."
            )
        return
    email = context.git.run("config", "--get", "user.email", ok=(0, 1)).line
    name = context.git.run("config", "--get", "user.name", ok=(0, 1)).line
    if not name or not email:
        raise ForgeError(
            'Git chưa biết bạn là ai; hãy gõ: git config --global user.name "Họ tên" và git config '
            "--global user.email dia-chi@co-quan.gov.vn"
        )
    if context.staff.person_of_email(fold_name(email)) is None:
        raise ForgeError(
            f"Địa chỉ {plain(email)} chưa có trong danh sách nhân sự nên đề xuất sẽ không được "
            "xét; hãy dùng địa chỉ đã đăng ký (git config user.email …) hoặc nhờ đơn vị vận hành "
            "đăng ký địa chỉ này."
        )


def _new_branch(git: Git, title: str) -> str:
    wanted = f"{BRANCH}{slug(title)[:60].strip('-') or 'moi'}"
    name, count = wanted, 1
    while git.run("rev-parse", "--verify", "--quiet", f"refs/heads/{name}", ok=(0, 1)).line:
        count += 1
        name = f"{wanted}-{count}"
    git.run("switch", "--quiet", "-c", name)
    git.run("config", f"branch.{name}.{_TITLE}", title)
    return name


def _setting(git: Git, branch: str, key: str) -> str:
    """What was noted down of a branch; empty when nothing."""
    return git.run("config", "--get", f"branch.{branch}.{key}", ok=(0, 1)).line if branch else ""


def _closed(context: Context, number: str) -> bool:
    return number not in {entry.number for entry in context.forge.entries(Stage.OPEN)}


def _few(paths: Sequence[str]) -> str:
    more = f" và {len(paths) - _SHOWN} tệp nữa" if len(paths) > _SHOWN else ""
    return ", ".join(plain(path) for path in paths[:_SHOWN]) + more
