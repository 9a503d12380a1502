"""Built sites for the browser tests: built once, served on a free port of this machine."""

import datetime as dt
import functools
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from plugins.build import build
from plugins.server import application
from regulation.library import read_library
from regulation.loading import load_portal
from regulation.yamlfile import VIETNAM

ROOT = Path(__file__).resolve().parents[2]
PORTALS = ("quangnam-cchc", "quangnam", "laocai-cchc", "khanhhoa-dvc")

# The day for which the samples were written: consultations are open, days left are known.
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=VIETNAM)

CHROMIUM_FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-color-profile=srgb",
]
"""The browser asks nobody but the test's own server."""


def chromium_path() -> str | None:
    """The installed Chromium, or none."""
    given = os.environ.get("CHROMIUM")
    if given:
        return given
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


@functools.cache
def built_site(portal_id: str) -> Path:
    """A portal built once a process, as of ``NOW``, in a folder that goes with the process."""
    folder = _temporary() / portal_id
    build(ROOT, portal_id, folder, NOW)
    return folder


@functools.cache
def _temporary() -> Path:
    import atexit

    folder = Path(tempfile.mkdtemp(prefix="cong-sites-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serves a folder on a free loopback port; gives its address without a slash at the end."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(application(folder), log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)
        listening.close()


def kinds_of_pages(folder: Path, portal_id: str) -> dict[str, str]:
    """One page of every kind that a portal has: name → address.

    An item of every content type, the longest title of each; and every page that is no item's.
    """
    root = ROOT
    portal = load_portal(root / "content" / portal_id, root, NOW.date())
    library, _ = read_library(portal, root)
    section = next(s for s in portal.sections if s.type in ("legal_document", "article"))
    empty = [s for s in portal.sections if not library.in_section(s, "vi")]
    pages = {
        "home": "/",
        "section": f"/{section.id}/",
        "group": f"/{portal.regulation.groups[0].slug}/",
        "finder": "/tra-cuu-van-ban/",
        "rules": "/quy-che/",
        "agencies": "/co-quan/",
        "agency": f"/co-quan/{(section.owners or tuple(portal.agencies))[0]}/",
        "ask": "/gui-y-kien/",
        "contact": "/lien-he/",
        "access": "/tiep-can-thong-tin/",
        "site-map": "/so-do-cong/",
        "search": "/tim-kiem/",
        "track": "/tra-cuu-y-kien/",
        "not-found": "/404.html",
    }
    if empty:
        pages["section-empty"] = f"/{empty[0].id}/"
    filtered = sorted((folder / "tra-cuu-van-ban").glob("loai-*/nam-*/index.html"))
    if filtered:
        pages["finder-two"] = "/" + filtered[0].parent.relative_to(folder).as_posix() + "/"
    for form in sorted((folder / "gui-y-kien").glob("*/index.html")):
        pages[f"form-{form.parent.name}"] = f"/gui-y-kien/{form.parent.name}/"
    for form in sorted(folder.glob("*/*/*/gop-y/index.html")):
        pages["form-comment"] = "/" + form.parent.relative_to(folder).as_posix() + "/"
    if "en" in {language.code for language in portal.regulation.languages}:
        pages["home-en"] = "/en/"
    for item in sorted(library.items, key=lambda item: len(item.title)):
        if item.lang == "vi":
            name = "withdrawn" if item.status == "withdrawn" else f"item-{item.type}"
            pages[name] = item.url
            pages[f"list-{item.type}"] = f"/{item.section}/"
    return dict(sorted(pages.items()))
