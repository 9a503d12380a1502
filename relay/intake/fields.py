"""What a citizen typed, against the form as data: every fault at once, in words that help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class Asked(Protocol):
    """A field of a form, as ``regulation.forms`` has it."""

    @property
    def name(self) -> str:
        """The name of the field in the POST."""

    @property
    def kind(self) -> str:
        """``line``, ``text``, ``choice``, ``email``, ``phone``, ``agency``, ``consent`` …"""

    @property
    def required(self) -> bool:
        """Whether the message cannot be sent without it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that the citizen should mend.

    Attributes:
        field: The field's name; empty when it is about the form as a whole.
        message: Vietnamese: what is wrong and what to do.
    """

    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed, cleaned.

    Attributes:
        values: Every field of the form that was filled in, cleaned, in the form's order.
        faults: All that is to be mended; empty when the message can go on.
    """

    values: Mapping[str, str]
    faults: tuple[Fault, ...]


def checked(fields: Sequence[Asked], typed: Mapping[str, str]) -> Given:
    """What was typed, cleaned and held against the form."""
    raise NotImplementedError
