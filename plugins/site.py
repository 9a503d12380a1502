"""What a build knows: one frozen value that every view function is given."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from plugins.files import FileFacts, Table
from plugins.history import Note
from plugins.pictures import Picture
from plugins.words import WORDS
from regulation.findings import Finding, Refused
from regulation.items import Item
from regulation.library import Library
from regulation.model import Words
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM

View = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page is a URL, a template and a view.

    Attributes:
        url: From the root of the site; ends in a slash for a page, in a file name for the rest.
        template: Its name below theme/templates/, without the ending.
        view: Makes the plain values that the template sees.
        lang: The page's language.
        modified: When what it shows last changed, for sitemap.xml; none for pages of lists.
        indexed: Whether the page stands in sitemap.xml.
    """

    url: str
    template: str
    view: Callable[[], View]
    lang: str = "vi"
    modified: dt.datetime | None = None
    indexed: bool = True

    @property
    def save_as(self) -> str:
        """The page's file below the output folder."""
        path = self.url.lstrip("/")
        return path + "index.html" if not path or path.endswith("/") else path


@dataclass(frozen=True)
class Site:
    """A portal about to be drawn.

    Attributes:
        portal: Its regulation, agencies and calendar.
        library: Its items.
        now: The moment of the build; days left and deadlines are told as of then.
        words: The words of the pages by key, each in every language.
        base: Path before every address when the site does not stand at the root of its host.
        production: Whether this is the site that citizens see.
        pictures: Pictures by the name content gives them, in the sizes they are sent in.
        files: Sizes and kinds of the files that content offers.
        tables: CSV tables by name.
        static: Addresses of style sheets, scripts and the mark by name.
        transcripts: What is said in recordings, rendered, by the file of their item.
        notes: What was changed in items after they were published, by their file.
    """

    portal: Portal
    library: Library
    now: dt.datetime
    words: Mapping[str, Words]
    base: str = ""
    production: bool = False
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    files: Mapping[str, FileFacts] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    static: Mapping[str, str] = field(default_factory=dict)
    transcripts: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, tuple[Note, ...]] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        """The day of the build in Vietnam."""
        return self.now.astimezone(VIETNAM).date()

    @property
    def langs(self) -> tuple[str, ...]:
        """The portal's languages, Vietnamese first."""
        codes = [language.code for language in self.portal.regulation.languages]
        return ("vi", *(code for code in codes if code != "vi"))

    def changed(self, item: Item) -> dt.datetime:
        """When an item last changed: as it says itself, or as the main branch does."""
        said = [item.updated or item.posted, *(note.at for note in self.notes.get(item.path, ()))]
        return max(said)

    def at(self, address: str) -> str:
        """An address of the site as a page links to it: with the base before it."""
        return self.base + address if address.startswith("/") else address

    def home(self, lang: str) -> str:
        """The home page of a language, without the base."""
        return "/" if lang == "vi" else f"/{lang}/"

    def absolute(self, address: str) -> str:
        """The full address of a page of the site, for machines.

        The host that ``portal.yml`` names with the base: where the site stands once published.
        """
        return self.portal.regulation.url + self.at(address)

    def say(self, key: str, lang: str, **parts: object) -> str:
        """Words of the page, with their parts filled in.

        Raises:
            Refused: theme/words.yml has no such key, or its words want a part that is not there.
        """
        if key not in self.words:
            raise Refused([Finding(WORDS, f"Thiếu mục “{key}”; hãy thêm vào.")])
        text = self.words[key].say(lang)
        try:
            return text.format(**parts) if parts else text
        except (LookupError, AttributeError, ValueError):
            names = ", ".join(f"{{{name}}}" for name in parts)
            message = f"Lời “{text}” chỉ được dùng các phần {names}; hãy sửa lại."
            raise Refused([Finding(WORDS, message, key=key)]) from None
