"""The browser's scripts, each started once."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from plugins.search.items import Item
from plugins.search.writer import IndexWriter
from tests.plugins.search.sides import READING, Browser


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    side = Browser(tmp_path_factory.mktemp("browser"))
    yield side
    side.close()


@pytest.fixture(scope="session")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser's reader of an index, and its search."""
    side = Browser(tmp_path_factory.mktemp("reading"), READING)
    yield side
    side.close()


def index_folder(
    temporary: pytest.TempPathFactory, items: Iterable[Item], language: str = "vi"
) -> Path:
    """A folder with the index of items."""
    writer = IndexWriter(temporary.mktemp("scratch"))
    for item in items:
        writer.add(item)
    folder = temporary.mktemp("index")
    for name, data in writer.files(language):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
