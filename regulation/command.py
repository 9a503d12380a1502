"""How a room adds its verbs to the command: by name, help and place, loaded when they are typed.

Whoever types ``cong proposals`` does not wait for the database driver, the page templates and the
picture library to load.
"""

from typing import Protocol


class Command(Protocol):
    """The command, or a group of its verbs."""

    def verb(self, name: str, *, help: str, at: str) -> None:
        """Adds a verb.

        Args:
            name: As it is typed.
            help: What it does, in one line of Vietnamese.
            at: The function, such as ``plugins.verbs:build_command``.
        """

    def verbs(self, name: str, *, help: str) -> "Command":
        """Adds a group of verbs, typed after its name."""
