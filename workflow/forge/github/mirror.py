"""What GitHub has, in a repository on this machine: commits are looked at here, by Git itself.

GitHub's lists say who wrote a commit and which files it changes, but not whether a file is a
symbolic link, and not how two changes of one file come together. Commits are named by their
content, so what lies here under a commit's name is what GitHub has under it.
"""

import base64
from collections.abc import Mapping
from pathlib import Path

from workflow.forge.interface import ForgeError
from workflow.gate.words import short
from workflow.git import Git, GitError

_SAFE = (
    # Whoever is signed in on this machine otherwise has no part in it, and where GitHub would
    # send a request on to, the token does not go.
    *("-c", "credential.helper=", "-c", "http.followRedirects=false"),
    *("-c", "core.hooksPath=/dev/null"),
)
_FETCH = ("fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--recurse-submodules=no")


class Mirror:
    """A bare repository that follows one on GitHub, and borrows objects from a checkout.

    Args:
        folder: Where it lies; it is made when it is not there, and can be thrown away.
        checkout: Where whoever acts works.
        remote: The address of the repository on GitHub; readable as an attribute.
        token: For reading from there and pushing to it.
        main: The branch that is published.
    """

    def __init__(
        self, folder: Path, checkout: Git, remote: str, token: str, main: str = "main"
    ) -> None:
        self.git = Git(folder.absolute(), checkout.environment)
        self._checkout = checkout
        self.remote = remote
        self._token = token
        self._main = main
        self._ready = False

    def main(self, commit: str) -> str:
        """Brings the main branch to where GitHub has it.

        Args:
            commit: Where that is.
        """
        ref = f"refs/heads/{self._main}"
        if self._ref(ref) != commit:
            self._prepare()
            self._bring(self.remote, f"+{ref}:{ref}")
        found = self._ref(ref)
        if found != commit and not self._has(commit):
            raise ForgeError("Nhánh chính vừa đổi trên GitHub; hãy làm lại.")
        return commit

    def have(self, number: str, commit: str) -> None:
        """Makes sure that a commit of a proposal is here.

        Raises:
            ForgeError: GitHub does not give it.
        """
        self._prepare()
        ref = f"refs/pull/{number}/head"
        if self._ref(ref) == commit:
            return
        if not self._has(commit):
            self._bring(self.remote, f"+{ref}:{ref}")
        if not self._has(commit):
            raise ForgeError(
                f"Đề xuất {number} vừa đổi trên GitHub, bản {short(commit)} không còn; hãy làm lại."
            )
        # Named, so that it stays when the checkout throws away what it does not use itself.
        self.git.run("update-ref", ref, commit)

    def find(self, revision: str) -> str:
        """The commit that somebody names in their checkout.

        Raises:
            ForgeError: There is none.
        """
        self._prepare()
        answer = self._checkout.run(
            *("rev-parse", "--quiet", "--verify", "--end-of-options", f"{revision}^{{commit}}"),
            ok=(0, 1, 128),
        )
        if answer.code:
            raise ForgeError(
                f"Nơi làm việc {self._checkout.path} không có bản “{revision[:60]}”; hãy commit "
                "thay đổi rồi gửi lại."
            )
        if not self._has(answer.line):  # the checkout lends nothing when it is not whole itself
            words = (*_FETCH, "--no-auto-gc", str(self._checkout.path), answer.line)
            self.git.run(*words, extra={"GIT_PROTOCOL": "version=2"})
        return answer.line

    def push(self, commit: str, branch: str, expected: str | None, repository: str) -> None:
        """Puts a commit on a branch on GitHub, if the branch is where it is thought to be.

        Args:
            commit: Which.
            branch: Where to.
            expected: Where the branch is; none when it is not there yet.
            repository: Where the branch is, as ``owner/name``: on the same GitHub, as nobody else
                is to be given the token.
        """
        remote = f"{self.remote.rsplit('/', 2)[0]}/{repository}.git"
        ref = f"refs/heads/{branch}"
        words = ("push", "--quiet", "--no-verify", "--no-signed", "--no-follow-tags")
        lease = f"--force-with-lease={ref}:{expected or ''}"
        self._talk(remote, *words, lease, remote, f"{commit}:{ref}")

    # --- Inside -----------------------------------------------------------------------------------

    def _ref(self, name: str) -> str:
        if not self.git.path.is_dir():
            return ""
        return self.git.run("rev-parse", "--quiet", "--verify", name, ok=(0, 1, 128)).line

    def _has(self, commit: str) -> bool:
        return self.git.run("cat-file", "-e", f"{commit}^{{commit}}", ok=(0, 1, 128)).code == 0

    def _prepare(self) -> None:
        """Makes the repository; whether it borrows from the checkout is settled each time."""
        if self._ready:
            return
        path = self.git.path
        if not (path / "HEAD").is_file():
            path.mkdir(parents=True, exist_ok=True)
            branch = f"--initial-branch={self._main}"
            self.git.run("init", "--quiet", "--bare", "--template=", branch)
        told = self._checkout.run("rev-parse", "--path-format=absolute", "--git-common-dir").line
        # A checkout without its past would make Git believe that the past is here.
        shallow = self._checkout.run("rev-parse", "--is-shallow-repository").line == "true"
        lent = path / "objects" / "info" / "alternates"
        lent.parent.mkdir(parents=True, exist_ok=True)
        wanted = "" if shallow else f"{told}/objects\n"
        if (lent.read_text(encoding="utf-8") if lent.is_file() else "") != wanted:
            lent.write_text(wanted, encoding="utf-8")
        self._ready = True

    def _bring(self, remote: str, *refs: str) -> None:
        self._talk(remote, *_FETCH, remote, *refs)

    def _talk(self, remote: str, *words: str) -> None:
        """Speaks with GitHub: the token goes into the environment of this one command."""
        self._prepare()
        try:
            self.git.run(*_SAFE, *words, extra=signed_in(remote, self._token))
        except GitError as error:
            raise _explained(error) from None


def signed_in(remote: str, token: str) -> Mapping[str, str]:
    """What Git's environment needs to speak with a remote as whoever has a token.

    Arguments can be seen by everybody on a machine, the environment by its owner alone.
    """
    pair = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    scheme, _, rest = remote.partition("://")
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{scheme}://{rest.partition('/')[0]}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {pair}",
    }


def _explained(error: GitError) -> ForgeError:
    said = error.words
    if "stale info" in said or "fetch first" in said or "non-fast-forward" in said:
        return ForgeError(
            "Nhánh của đề xuất vừa được người khác đẩy bản mới; hãy xem bản ấy rồi gửi lại."
        )
    if any(word in said for word in ("403", "401", "denied", "Authentication failed", "not found")):
        return ForgeError(
            "GitHub không cho đọc hoặc đẩy vào kho này; hãy kiểm tra tên kho và quyền Contents của "
            "mã truy cập (docs/github-setup.md)."
        )
    if "remote rejected" in said or "GH013" in said or "GH006" in said:
        return ForgeError(
            "GitHub không nhận bản được đẩy lên vì trái quy tắc của kho; hãy đẩy vào nhánh riêng "
            "của đề xuất, không phải nhánh chính."
        )
    if "Could not resolve" in said or "unable to access" in said or "RPC failed" in said:
        return ForgeError("Không kết nối được với GitHub; hãy kiểm tra mạng rồi làm lại.")
    return error
