"""Pelican plugin: reads the regulation and the content before Pelican does, or refuses.

Everything that can be wrong with what people wrote is found here, before a single page is
written. What the other plugins need waits in ``settings["CONG_SITE"]``.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pelican import Pelican, signals

from plugins.assets import write_static
from plugins.files import FileFacts, Table, copy, copy_for_spreadsheets, facts, load_table
from plugins.history import notes
from plugins.pictures import prepare as prepare_pictures
from plugins.prose import Prose, render
from plugins.site import Site
from plugins.words import load_words
from regulation.content_types import Kind
from regulation.findings import Finding, Refused, errors, in_order
from regulation.items import Item, as_of, references
from regulation.library import Library, Written, read_library, written
from regulation.links import To, resolve
from regulation.loading import load_portal
from regulation.yamlfile import VIETNAM

SITE = "CONG_SITE"


def register() -> None:
    """Joins the plugin to Pelican."""
    signals.initialized.connect(_prepare)


def _prepare(pelican: Pelican) -> None:
    settings = pelican.settings
    settings[SITE] = prepare(
        root=Path(settings["CONG_ROOT"]),
        portal_id=settings["CONG_PORTAL"],
        theme=Path(settings["THEME"]),
        output=Path(settings["OUTPUT_PATH"]),
        cache=Path(settings["CACHE_PATH"]),
        now=settings["CONG_NOW"],
        base=settings["CONG_BASE"],
        production=settings["CONG_PRODUCTION"],
        allow_samples=settings["CONG_ALLOW_SAMPLES"],
        packages=Path(settings["CONG_PACKAGES"]),
    )


def prepare(
    root: Path,
    portal_id: str,
    theme: Path,
    output: Path,
    cache: Path,
    now: dt.datetime,
    base: str = "",
    production: bool = False,
    allow_samples: bool = False,
    packages: Path | None = None,
) -> Site:
    """Everything a build needs, checked; files and pictures are put into the output.

    Args:
        root: The root of the checkout.
        portal_id: Which portal.
        theme: The folder of templates and static files.
        output: The folder of the new site.
        cache: Where resized pictures are kept.
        now: The moment of the build.
        base: Path before every address, when the site is not at the root of its host.
        production: Whether this is the site that citizens see: no sample, no draft.
        allow_samples: Let samples in even so, for a demonstration.
        packages: The folder of npm's packages, for what seals in the browser; none without.

    Raises:
        Refused: With every mistake in the regulation and in the content.
    """
    portal = load_portal(root / "content" / portal_id, root, now.astimezone(VIETNAM).date())
    library, found = read_library(portal, root)
    # Checked as they are written; from here on they are what they are at this moment.
    library = replace(library, items=tuple(as_of(item, now) for item in library.items))
    if production:
        library = replace(library, items=tuple(i for i in library.items if i.status != "draft"))
        if not allow_samples:
            found += _samples(library)
    if errors(found):
        raise Refused(in_order(errors(found)))
    words = load_words(theme / "words.yml")
    pictures = prepare_pictures(dict(_pictures(library)), portal.path, cache, output)
    files: dict[str, FileFacts] = {}
    tables: dict[str, Table] = {}
    for kind, name in _files(library):
        source, target = portal.path / name, output / name
        if kind is Kind.TABLE or name.endswith(".csv"):
            copy_for_spreadsheets(source, target)
        else:
            copy(source, target)
        files[name] = facts(target, name)
        if kind is Kind.TABLE and name not in tables:
            tables[name] = load_table(source, name)
    site = Site(
        portal=portal,
        library=library,
        now=now,
        words=words,
        base=base,
        production=production,
        pictures=pictures,
        files=files,
        tables=tables,
        static=write_static(portal, theme, output, packages),
        notes=notes(root, portal_id),
    )
    return replace(
        site,
        transcripts={
            item.path: prose(site, item, part).html
            for item in library.items
            for part in written(item, library)
            if part.key == "transcript"
        },
    )


def _samples(library: Library) -> Iterator[Finding]:
    for item in library.items:
        if item.sample:
            message = (
                "Nội dung mẫu không được đăng thật; hãy thay bằng nội dung thật, hoặc dựng bản "
                "minh họa với --allow-samples."
            )
            yield Finding(item.path, message, item.line("sample"), "sample")


def _spec_references(library: Library, item: Item, kinds: set[Kind]) -> Iterator[str]:
    spec = library.portal.type_of(library.portal.section(item.section))
    for _, name in references(item, spec, kinds):
        yield name


def _body_files(library: Library, item: Item) -> Iterator[tuple[str, bool]]:
    """Files that the texts name: (name, whether as a picture)."""
    for part in written(item, library):
        for link in part.text.links:
            target = resolve(link.target, f"{item.section}/{item.year}")
            if target.to is To.FILE:
                yield target.path, link.image


def _pictures(library: Library) -> Iterator[tuple[str, Item]]:
    for item in library.items:
        for name in _spec_references(library, item, {Kind.PICTURE}):
            yield name, item
        for name, as_picture in _body_files(library, item):
            if as_picture:
                yield name, item


def _files(library: Library) -> Iterator[tuple[Kind, str]]:
    for item in library.items:
        for kind in (Kind.TABLE, Kind.FILE):
            for name in _spec_references(library, item, {kind}):
                yield kind, name
        for name, as_picture in _body_files(library, item):
            if not as_picture:
                yield Kind.FILE, name


def _item_address(site: Site, place: str) -> str:
    """The address of an item by its file; a dead end stays visible as such, never a crash."""
    item = site.library.by_place.get(place)
    return site.at(item.url) if item else "#"


def prose(site: Site, item: Item, part: Written) -> Prose:
    """A text of an item as HTML."""
    return render(
        part.text,
        folder=f"{item.section}/{item.year}",
        words={key: site.say(key, item.lang) for key in ("back_to_text", "table")},
        item_url=lambda place: _item_address(site, place),
        file_url=lambda name: site.at(f"/{name}"),
        site_url=site.at,
        picture=site.pictures.get,
    )


def body(site: Site, item: Item) -> Prose:
    """The body of an item as HTML."""
    return prose(site, item, next(written(item, site.library)))
