"""The repository underneath: refs that move together or not at all, and commits that are signed."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from accounts.staff import own_address
from workflow.forge.interface import ForgeError
from workflow.forge.local import records, signing
from workflow.git import ZERO, Git, GitError

Keys = Callable[[str, dt.datetime], Sequence[str]]
"""The public SSH keys (one line each, as in a ``.pub`` file) registered for a login at a moment."""


@dataclass(frozen=True, slots=True)
class Move:
    """A ref that is to move from one commit to another. ``ZERO`` is where it is not there yet."""

    ref: str
    new: str
    old: str = ZERO


@dataclass(frozen=True)
class Store:
    """The repository of the proposals, the checkout where somebody works, and who that is.

    Attributes:
        git: The repository in which the proposals live.
        checkout: The one from which commits come and whose settings name the key to sign with.
        me: The login of whoever acts.
        keys: Which keys are registered.
    """

    git: Git
    checkout: Git
    me: str
    keys: Keys

    def folder(self) -> Path:
        """Where the repository keeps its own files.

        Raises:
            ForgeError: It is no repository.
        """
        return Path(self.git.run("rev-parse", "--path-format=absolute", "--git-common-dir").line)

    def refs(self, *patterns: str) -> dict[str, str]:
        """Where refs point: those named, and those below what is named."""
        answer = self.git.run("for-each-ref", "--format=%(objectname) %(refname)", *patterns)
        pairs = (line.split(" ", 1) for line in answer.text.splitlines())
        return {ref: commit for commit, ref in pairs}

    def move(self, moves: Sequence[Move]) -> bool:
        """Moves refs, all of them or none, if they are where they are thought to be.

        Git puts them in place in this order: where a kill in the middle would leave half of them,
        the first one is the one that says it all.

        Returns:
            Whether they moved; not when somebody was faster.

        Raises:
            ForgeError: It cannot be written at all.
        """
        lines = "".join(f"update {move.ref} {move.new} {move.old}\n" for move in moves)
        try:
            self.git.run("update-ref", "--stdin", stdin=lines.encode())
        except GitError as error:
            now = self.refs(*(move.ref for move in moves))
            if all(now.get(move.ref, ZERO) == move.old for move in moves):
                if error.locked:
                    raise LockedError(str(error), error.words) from error
                raise
            return False
        return True

    def commit(
        self, tree: str, parents: Sequence[str], message: str, at: dt.datetime, *, sign: bool = True
    ) -> str:
        """Makes a commit in the name of whoever acts; signed if a key is registered for them.

        Raises:
            ForgeError: It cannot be written, or not be signed with the registered key.
        """
        keys = tuple(self.keys(self.me, at)) if sign else ()
        how = signing.options(self.checkout, self.me) if keys else ()
        words = ["commit-tree", tree, *(word for parent in parents for word in ("-p", parent))]
        who, mail = self.me, own_address(self.me)
        when = records.identity(who, at).partition("> ")[2]
        names = {"NAME": who, "EMAIL": mail, "DATE": f"@{when}"}
        extra = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in names.items()}
        stdin = message.encode()
        try:
            made = self.git.run(*how, *words, *(("-S",) if keys else ()), stdin=stdin, extra=extra)
        except GitError as error:
            raise (signing.cannot_sign(who, error) if keys else error) from error
        if keys and not signing.is_signed_by(self.git, made.line, who, keys):
            raise signing.wrong_key(who)
        return made.line

    def file_in_tree(self, name: str, content: bytes) -> str:
        """A tree with one file."""
        blob = self.git.run("hash-object", "-w", "--stdin", stdin=content).line
        return self.git.run("mktree", stdin=f"100644 blob {blob}\t{name}\n".encode()).line

    def find(self, revision: str) -> str:
        """The commit that somebody names in their checkout, brought to where the proposals live.

        Raises:
            ForgeError: There is none.
        """
        answer = self.checkout.run(
            *("rev-parse", "--quiet", "--verify", "--end-of-options"),
            *(f"{revision}^{{commit}}",),
            ok=(0, 1, 128),
        )
        if answer.code:
            if "fatal: not a git" in answer.err or "cannot change to" in answer.err:
                self.checkout.run("rev-parse", "--git-dir")  # says so in Vietnamese
            raise ForgeError(
                f"Nơi làm việc {self.checkout.path} không có bản “{revision[:60]}”; hãy commit "
                "thay đổi rồi gửi lại."
            )
        commit = answer.line
        if self.checkout.path != self.git.path:
            ref = records.INCOMING + commit
            self.checkout.run(
                *("push", "--quiet", "--no-verify", "--no-signed", "--no-follow-tags"),
                *("--recurse-submodules=no", str(self.git.path), f"+{commit}:{ref}"),
            )
        return commit

    def arrived(self, commit: str) -> None:
        """Drops the ref under which a commit was brought; another holds it now, or none will."""
        if self.checkout.path != self.git.path:
            ref = records.INCOMING + commit
            self.git.run("update-ref", "-d", ref, commit, ok=(0, 1, 128))


class LockedError(GitError):
    """A ref is locked: by somebody who is writing, or by a lock left behind."""
