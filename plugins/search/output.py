"""Puts the indexes of a portal into its site: below ``/static/search/``, a folder a language.

Everything there but the manifest is named by what it holds, so that an unchanged part is the same
file from night to night, for caches as for whoever publishes.
"""

import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from plugins.search.attachments import MOST, attachment, words
from plugins.search.gather import Tally, tally
from plugins.search.memory import (
    Memory,
    code_of_terms,
    key_of,
    read_tally,
    remembering,
    write_tally,
)
from plugins.search.portal import Findable, findables
from plugins.search.terms import terms
from plugins.search.writer import File, IndexWriter
from plugins.site import Page, Site
from regulation.files.words import Late

FOLDER = "static/search"
"""The folder of the indexes, from the root of the site."""


def write_indexes(site: Site, output: Path, cache: Path, page_html: Callable[[Page], str]) -> None:
    """Writes the index of every language of a portal.

    Args:
        site: The portal as a build knows it.
        output: The folder of the site.
        cache: A folder in which what was counted is kept from build to build.
        page_html: What was written of one of the portal's own pages.
    """
    with remembering(cache / f"{site.portal.id}.sqlite3") as memory:
        for lang in site.langs:
            with tempfile.TemporaryDirectory(prefix="cong-search-") as scratch:
                writer = IndexWriter(Path(scratch))
                for found in findables(site, lang, page_html):
                    writer.add_counted(found.shown, counted(site, found, memory), found.minute)
                _put(output / FOLDER / lang, writer.files(lang))


def _put(folder: Path, files: Iterable[File]) -> None:
    made: set[Path] = set()
    for name, data in files:
        path = folder / name
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_bytes(data)


def counted(site: Site, found: Findable, memory: Memory) -> Tally:
    """The terms of what is found, counted now if they were not before."""
    files = [made for name in found.files if (made := attachment(site.portal.path, name))]
    parts = [part for pair in found.texts.items() for part in pair]
    key = key_of("tally", code_of_terms(), *parts, *(each.key for each in files))
    if (kept := memory.get(key)) is not None and (known := read_tally(kept)) is not None:
        return known
    texts, late = dict(found.texts), False
    inside = []
    for each in files:
        try:
            inside.append(words(each, memory))
        except Late:  # without its words today: the next build tries again
            late = True
    if attached := "\n\n".join(inside)[:MOST]:
        texts["attachment"] = attached
    counts = tally({name: terms(text) for name, text in texts.items()})
    if not late:
        memory.put(key, write_tally(counts))
    return counts
