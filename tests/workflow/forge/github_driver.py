"""GitHub's forge as the tests see it: over a stand-in, with nothing of the network."""

from pathlib import Path

from workflow.forge.github import Api, GitHubForge, Mirror
from workflow.git import Git

from .drivers import LocalDriver
from .standin import FULL, Standin


class GitHubDriver(LocalDriver):
    """GitHub, played by a stand-in over a bare repository, and a checkout beside it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.github = Standin(self.shared, lambda: self.now)
        self.slept: list[float] = []
        self.timeout = 20  # seconds: no answer here is so slow, however busy the machine

    def as_(self, who: str, checkout: Path | None = None) -> GitHubForge:  # type: ignore[override]
        """The forge as somebody sees it."""
        api = Api(
            f"ma-{who}",
            base=self.github.api,
            now=lambda: self.now,
            sleep=self.slept.append,
            pace=0,
            timeout=self.timeout,
        )
        git = Git(checkout or self.checkout.path, self.env)
        folder = self.folder / "gương.git"
        mirror = Mirror(folder, git, self.github.remote, f"ma-{who}")
        return GitHubForge(api, FULL, mirror)
