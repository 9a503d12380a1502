"""A small made-up portal, so that these tests stand on no real regulation."""

import datetime as dt
import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import pytest

from regulation.findings import Finding, Refused
from regulation.items import Item, read_item
from regulation.library import Library, read_library
from regulation.loading import load_portal
from regulation.portal import Portal

FIXTURES = Path(__file__).parent / "fixtures"
TODAY = dt.date(2026, 11, 22)


@dataclass(frozen=True)
class House:
    """A checkout with one portal in it, which a test may spoil.

    Attributes:
        root: The root of the checkout.
        folder: The portal's folder, ``content/portal-nho``.
    """

    root: Path
    folder: Path

    def shown(self, name: str) -> str:
        """A file of the portal as findings name it."""
        return f"content/portal-nho/{name}"

    def change(self, name: str, old: str, new: str) -> None:
        """Replaces the one place where a file says ``old``."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        (self.folder / name).write_text(text.replace(old, new), encoding="utf-8")

    def write(self, name: str, text: str | bytes) -> None:
        """Writes a whole file of the portal."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)

    def line(self, name: str, needle: str) -> int:
        """The line of the one place where a file says ``needle``."""
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(needle) == 1, f"{needle!r} stands {text.count(needle)} times in {name}"
        return text[: text.index(needle)].count("\n") + 1

    def portal(self, on: dt.date = TODAY) -> Portal:
        """The portal, which must be faultless."""
        return load_portal(self.folder, self.root, on)

    def faults(self) -> tuple[Finding, ...]:
        """What is wrong in portal.yml and agencies.yml."""
        try:
            self.portal()
        except Refused as refused:
            return refused.findings
        return ()

    def library(self) -> tuple[Library, list[Finding]]:
        """Every item, and what is wrong with them."""
        return read_library(self.portal(), self.root)

    def item(self, place: str, text: str) -> tuple[Item | None, list[Finding]]:
        """One item read out of its text alone."""
        return read_item(PurePosixPath(place), self.shown(place), text, self.portal())


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A fresh copy of the small portal."""
    folder = tmp_path / "content" / "portal-nho"
    shutil.copytree(FIXTURES / "portal-nho", folder)
    return House(tmp_path, folder)


@pytest.fixture(scope="session")
def portal() -> Portal:
    """The small portal where it lies, for tests that only ask."""
    return load_portal(FIXTURES / "portal-nho", FIXTURES, TODAY)
