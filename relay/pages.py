"""Pages that the relay draws: its own words inside the frame of the published site.

The frame is a file that the site's build writes (``/khung/``), so a citizen who sends a message
stays in one house: the same header, styles and footer, of the same release.
"""

import datetime as dt
import html
import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from regulation import places
from regulation.findings import Finding, Refused
from regulation.places import MAIN_MARK, TITLE_MARK
from regulation.portal import Portal

FRAME = f"{places.FRAME.lstrip('/')}index.html"
"""The frame, from the folder of the published site."""

STATIC = f"{places.FRAME.lstrip('/')}static.json"
"""Beside it, the addresses of the site's scripts and styles, by name: those of this release."""

OWNER = places.FRAME_OWNER.lstrip("/")
"""Beside it, the id of the portal that the site was built of; sites of old releases lack it."""

_NO_FRAME = (
    "Trang của cổng chưa có khung cho phần tiếp nhận; hãy dựng trang bằng cong build rồi chạy lại, "
    "hoặc xem lại thư mục ở CONG_RELAY_SITE."
)


class _Anothers(ValueError):
    """A site that was built of another portal; says which."""


class Pages:
    """Draws pages.

    Args:
        site: The folder of the published site; a symbolic link to the current release is followed
            anew when it leads elsewhere.
        templates: theme/templates/.
        portal: Gives the portal's rules of today.
        now: Tells the time.
        base: Path before every address, when the site is not at the root of its host.
    """

    def __init__(
        self,
        site: Path,
        templates: Path,
        portal: Callable[[], Portal],
        now: Callable[[], dt.datetime],
        base: str = "",
    ) -> None:
        self._site = site
        self._file = site / FRAME
        self._portal = portal
        self._now = now
        self.base = base
        self._lock = threading.Lock()
        self._stamp: tuple[int, int] = (0, 0)
        self._parts: tuple[str, str, str] = ("", "", "")
        self._static: Mapping[str, str] = {}
        self._environment = Environment(
            loader=FileSystemLoader(templates),
            autoescape=select_autoescape(["html"], default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, template: str, title: str, **values: object) -> str:
        """A whole page: the fragment of ``theme/templates/`` in the frame.

        Args:
            template: Such as ``relay/receipt.html``.
            title: Before the portal's name in the title of the window.
            values: What the template sees besides ``title``, ``portal``, ``now``, ``base`` and
                ``static``, the addresses of the site's scripts.

        Raises:
            Refused: The site has never been built with a frame, or is another portal's.
        """
        before, between, after = self._frame()
        body = self.fragment(template, **{"static": self._static, "title": title, **values})
        return "".join((before, html.escape(title, quote=False), between, body, after))

    @property
    def static(self) -> Mapping[str, str]:
        """Addresses of the site's scripts and styles by name, with the base before them."""
        self._frame()
        return self._static

    def fragment(self, template: str, **values: object) -> str:
        """The fragment alone."""
        drawn = self._environment.get_template(template)
        return drawn.render(portal=self._portal(), now=self._now(), base=self.base, **values)

    def _frame(self) -> tuple[str, str, str]:
        """The frame in its three parts; the last good one while a release is being switched."""
        with self._lock:
            try:
                stat = self._file.stat()
                stamp = (stat.st_mtime_ns, stat.st_ino)
                if stamp != self._stamp:
                    parts = _split(self._file.read_text(encoding="utf-8"))
                    self._demand_own()
                    static = self._site / STATIC
                    self._static = json.loads(static.read_text(encoding="utf-8"))
                    self._parts = parts
                    self._stamp = stamp
            except (OSError, ValueError) as error:
                if not any(self._parts):
                    message = str(error) if isinstance(error, _Anothers) else _NO_FRAME
                    raise Refused([Finding(str(self._file), message)]) from None
            return self._parts

    def _demand_own(self) -> None:
        """Demands that the site is this portal's: else officers and citizens met another's words.

        Raises:
            _Anothers: It is another's.
            OSError: It cannot be told.
        """
        try:
            built = (self._site / OWNER).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return
        ours = self._portal().id
        if built != ours:
            raise _Anothers(
                f"Đây là trang đã dựng của cổng “{built}”, không phải của cổng “{ours}”; hãy xem "
                f"lại CONG_RELAY_SITE hoặc --site, hay dựng lại: cong build --portal {ours}."
            )


def _split(text: str) -> tuple[str, str, str]:
    """The frame before the title, between title and main, and after.

    Raises:
        ValueError: A mark is missing or there twice.
    """
    marks = (TITLE_MARK, html.escape(TITLE_MARK, quote=False))
    title = next((mark for mark in marks if mark in text), TITLE_MARK)
    before, found, rest = text.partition(title)
    between, found_too, after = rest.partition(MAIN_MARK)
    if not found or not found_too or MAIN_MARK in after:
        raise ValueError("the frame lacks its marks")
    return before, between, after
