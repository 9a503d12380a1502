"""What is found: an item as whoever has one hands it to the writer of the index.

Anything with an address, a title, text and metadata is an item: an article, a procedure, a row of a
register. Its texts come counted, so that this room's index knows nothing of how words are read.
"""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from plugins.search.codings import Unreadable, decode


class Counted(Protocol):
    """The terms of one text, as `plugins.search.terms.terms` counts them."""

    @property
    def words(self) -> Mapping[tuple[str, str], int]:
        """How often each word stands there, folded and with its tones."""

    @property
    def stop_words(self) -> Mapping[tuple[str, str], int]:
        """Words of grammar likewise."""

    @property
    def pairs(self) -> Mapping[str, int]:
        """Neighbours, folded, with a blank between."""

    @property
    def numbers(self) -> Mapping[str, int]:
        """Numbers."""

    @property
    def dates(self) -> Mapping[str, int]:
        """Days as 2022-01-07."""

    @property
    def documents(self) -> Mapping[str, int]:
        """Numbers of documents, whole and in part."""

    @property
    def length(self) -> int:
        """How many words and numbers."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a result shows of an item; plain text, never HTML."""

    url: str
    title: str
    date: dt.date | None
    section: str = ""
    kind: str = ""
    agency: str = ""
    summary: str = ""

    def filters(self) -> tuple[tuple[str, str], ...]:
        """Of which lists the item is: a facet and a value, none for an empty value."""
        pairs = (("section", self.section), ("kind", self.kind), ("agency", self.agency))
        return tuple((facet, value) for facet, value in pairs if value)


@dataclass(frozen=True, slots=True)
class Item:
    """What a result shows of an item, and the terms of its fields by their names in `FIELDS`."""

    shown: Shown
    fields: Mapping[str, Counted]
    minute: int = 0
    """Which came first on one day, so that a new item takes the last number and changes least."""


def shown_json(shown: Shown) -> str:
    """One item as a JSON list: url, title, date, section, kind, agency, summary."""
    date = shown.date.isoformat() if shown.date else ""
    row = (shown.url, shown.title, date, shown.section, shown.kind, shown.agency, shown.summary)
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))


def read_shown(payload: bytes) -> list[Shown]:
    """The items of one file; raises `Unreadable`."""
    try:
        rows = json.loads(decode(payload))
        return [
            Shown(url, title, dt.date.fromisoformat(date) if date else None, *rest)
            for url, title, date, *rest in rows
        ]
    except (ValueError, TypeError):
        raise Unreadable("items that make no sense") from None
