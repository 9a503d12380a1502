"""Building a portal: into a new folder, and only when whole in place of the old one."""

import datetime as dt
import logging
import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pelican
from jinja2 import FileSystemBytecodeCache, TemplateNotFound, TemplateSyntaxError, UndefinedError
from pelican.plugins import signals
from pelican.settings import read_settings

from plugins.prepare import SITE
from plugins.site import Site
from plugins.views.pages import pages
from regulation.findings import Finding, Refused
from regulation.machine import os_words, runs

Progress = Callable[[int, int], None]
"""Told after each page: how many are written, how many there will be."""


@dataclass(frozen=True, slots=True)
class Built:
    """What a build made.

    Attributes:
        portal: Which portal.
        output: Where it lies.
        pages: How many pages were written.
        samples: How many items are samples.
        seconds: How long it took.
        lacks_sealing: It has keys to seal to, and not the package by which browsers would seal.
    """

    portal: str
    output: Path
    pages: int
    samples: int
    seconds: float
    lacks_sealing: bool = False


def build(
    root: Path,
    portal_id: str,
    output: Path,
    now: dt.datetime,
    *,
    production: bool = False,
    allow_samples: bool = False,
    base: str = "",
    progress: Progress = lambda done, all_of_them: None,
) -> Built:
    """Builds one portal.

    The site is drawn in a folder beside ``output`` and takes its place when it is whole: whatever
    goes wrong, the last good site stays as it was.

    Args:
        root: The root of the checkout.
        portal_id: Which portal.
        output: The folder of the site.
        now: The moment of the build.
        production: Whether this is the site that citizens see.
        allow_samples: Let samples into it even so.
        base: Path before every address, such as ``/xem-thu``.
        progress: Told after each page.

    Raises:
        Refused: With every mistake in the regulation and in the content.
    """
    started = time.monotonic()
    output = output.resolve()  # Pelican would take a relative folder from its settings file
    _refuse_output(root, output)
    tidy(output)
    fresh = output.with_name(f".{output.name}.{os.getpid()}.new")
    try:
        fresh.mkdir(parents=True)
    except OSError as error:
        message = f"Không ghi được vào thư mục này: {os_words(error)}; chọn chỗ khác với --output."
        raise Refused([Finding(str(output), message)]) from error
    settings = read_settings(
        str(root / ("publishconf.py" if production else "pelicanconf.py")),
        override={
            "CONG_ROOT": str(root),
            "CONG_PORTAL": portal_id,
            "CONG_NOW": now,
            "CONG_PRODUCTION": production,
            "CONG_ALLOW_SAMPLES": allow_samples,
            "CONG_BASE": base,
            "SITENAME": portal_id,
            "PATH": str(root / "content" / portal_id),
            "OUTPUT_PATH": str(fresh),
            "CACHE_PATH": str(root / ".cache" / "pictures"),
            "THEME": str(root / "theme"),
        },
    )
    settings["JINJA_ENVIRONMENT"]["bytecode_cache"] = _templates_kept(root)
    try:
        with _quiet() as complaints:
            maker = pelican.Pelican(settings)
            site: Site = settings[SITE]
            try:
                with _counted(site, progress) as written:
                    maker.run()
            except TemplateSyntaxError as error:
                message = "Mẫu trang viết sai ở dòng này; hãy xem lại các dấu {% %} và {{ }}."
                shown = f"theme/templates/{error.name or ''}"
                raise Refused([Finding(shown, message, error.lineno)]) from error
            except TemplateNotFound as error:
                message = "Không có mẫu trang này; hãy lấy lại tệp, hoặc sửa tên ở mẫu gọi đến nó."
                raise Refused([Finding(f"theme/templates/{error.name}", message)]) from error
            except UndefinedError as error:
                message = (
                    f"Mẫu trang cần một giá trị không có ({error.message}); hãy xem lại "
                    "theme/words.yml và theme/templates/."
                )
                raise Refused([Finding("theme", message)]) from error
        if not (fresh / "index.html").is_file():
            raise Refused(
                [Finding(str(output), "Trang dựng ra không có trang chủ; trang cũ giữ nguyên.")]
            )
        if complaints:
            raise Refused([Finding("pelicanconf.py", f"Pelican: {text}") for text in complaints])
        put_in_place(fresh, output)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    samples = sum(item.sample for item in site.library.items)
    seconds = time.monotonic() - started
    lacks = bool(site.portal.regulation.sealing) and "age" not in site.static
    return Built(portal_id, output, len(written), samples, seconds, lacks)


_SOURCES = (
    "content",
    "regulation",
    "plugins",
    "theme",
    "workflow",
    "docs",
    "tests",
    ".git",
    ".venv",
)


def _refuse_output(root: Path, output: Path) -> None:
    """Stops a build that would take the place of something that is no built site.

    Raises:
        Refused: The folder holds the sources, or something that ``cong`` has not built.
    """
    message = ""
    sources = [root.resolve() / name for name in _SOURCES]
    if root.resolve().is_relative_to(output) or any(output.is_relative_to(s) for s in sources):
        message = "Thư mục này chứa mã nguồn hoặc nội dung của cổng; hãy chọn thư mục khác."
    elif output.exists() and not output.is_dir():
        message = "Đã có một tệp mang tên này; hãy chọn thư mục khác."
    elif output.is_dir() and any(output.iterdir()) and not (output / "sitemap.xml").is_file():
        message = "Thư mục này không phải trang do cong dựng; hãy chọn thư mục khác."
    if message:
        raise Refused([Finding(str(output), message)])


def put_in_place(fresh: Path, output: Path) -> None:
    """Lets a new folder take an old one's name. Two renames: a reader never meets half a site."""
    old = output.with_name(f".{output.name}.{os.getpid()}.old")
    if output.exists():
        output.rename(old)
    try:
        fresh.rename(output)
    except BaseException:
        if old.exists() and not output.exists():
            old.rename(output)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _templates_kept(root: Path) -> FileSystemBytecodeCache | None:
    """Templates as they were translated last time; nothing where nothing can be kept."""
    folder = root / ".cache" / "templates"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return None
    return FileSystemBytecodeCache(str(folder)) if os.access(folder, os.W_OK) else None


def tidy(output: Path) -> None:
    """Removes what a build that was killed left beside the site.

    Killed between the two renames, it left the last good site under another name: that is put back.
    """
    for left in sorted(output.parent.glob(f".{output.name}.*")):
        named = re.fullmatch(rf"\.{re.escape(output.name)}\.([0-9]+)\.(new|old)", left.name)
        if named is None or (int(named[1]) != os.getpid() and runs(int(named[1]))):
            continue
        if named[2] == "old" and not output.exists():
            left.rename(output)
        else:
            shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _counted(site: Site, progress: Progress) -> Iterator[list[str]]:
    """Collects the pages written while Pelican runs, telling how far it is."""
    expected = len(site.library.items) + sum(1 for _ in pages(site))
    written: list[str] = []

    def wrote(path: str, context: Any = None) -> None:
        written.append(path)
        progress(len(written), max(expected, len(written)))

    signals.content_written.connect(wrote)
    try:
        yield written
    finally:
        signals.content_written.disconnect(wrote)


class _Complaints(logging.Handler):
    """Keeps what Pelican logs as an error: a page it could not make is no small matter."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts.append(record.getMessage())


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """Pelican's console silent, and its warnings collected."""
    logger = logging.getLogger("pelican")
    handler = _Complaints()
    handlers, propagate = logger.handlers[:], logger.propagate
    logger.handlers, logger.propagate = [handler], False
    was_quiet, pelican.console.quiet = pelican.console.quiet, True
    try:
        yield handler.texts
    finally:
        logger.handlers, logger.propagate = handlers, propagate
        pelican.console.quiet = was_quiet
