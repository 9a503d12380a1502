"""Where releases go: one interface for a folder, an S3-compatible store and GitHub Pages."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from workflow.publish.release import Release


class Target(Protocol):
    """A place from which citizens read a portal.

    At every instant, also when a method is killed halfway, a reader finds a whole site there: the
    one before or the one after. Every method raises ``PublishError`` when it cannot be done.
    """

    def releases(self) -> Sequence[Release]:
        """The releases that are kept, the oldest first."""

    def live(self) -> Release | None:
        """The release that citizens read; none before the first."""

    def settled(self) -> bool:
        """Whether nothing of an earlier change is left to be done: that run was not killed."""

    def put(self, folder: Path, release: Release) -> None:
        """Makes a built site the live one, and lets go of those older than the last ``KEPT``."""

    def switch(self, name: str) -> None:
        """Makes a kept release the live one again."""
