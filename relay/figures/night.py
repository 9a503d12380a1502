"""Once a night: the figures of every case, written into a folder as files that anybody may have."""

import datetime as dt
import json
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile

from sqlalchemy import Connection

from regulation.forms import chosen_from, load_forms
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.figures.rows import Row, row_of
from relay.figures.tables import years
from relay.figures.writing import BADGES, EMBEDDED, JSON, Names, chains, files
from relay.store.cases import heads, listing, load
from relay.store.database import Store


def write_if_due(
    store: Store, portal: Portal, folder: Path, private: Path, now: dt.datetime
) -> bool:
    """Writes the figures if those of this day are not there yet; says whether it did.

    Args:
        store: Every case.
        portal: Whose.
        folder: Of open data.
        private: Of the lists that the published digests stand for.
        now: The moment.
    """
    if day_of(folder) == now.astimezone(VIETNAM).date():
        return False
    write(store, portal, folder, private, now)
    return True


def day_of(folder: Path) -> dt.date | None:
    """The day of the figures that lie in a folder; none where there are none."""
    try:
        made = json.loads((folder / JSON).read_bytes())["made"]
        return dt.datetime.fromisoformat(made).astimezone(VIETNAM).date()
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write(store: Store, portal: Portal, folder: Path, private: Path, now: dt.datetime) -> None:
    """Writes the figures, each file whole at every instant, the JSON file last.

    Raises:
        relay.store.database.Unavailable: The database does not answer.
        OSError: A file cannot be written.
    """
    with store.reading() as connection:
        rows = list(rows_of(connection, portal, now))
        digest, ends = chains(heads(connection, portal.id))
    names = names_of(portal, now.astimezone(VIETNAM).date())
    made = files(years(rows, names.lined, [*names.kinds]), names, digest, now)
    day = now.astimezone(VIETNAM).date()
    _put(private / f"{day.isoformat()}.txt", ends.encode(), 0o600)
    for name in sorted(made, key=lambda name: name == JSON):
        _put(folder / name, made[name], 0o644)
    for kind in (BADGES, EMBEDDED):
        for path in (folder / kind).iterdir():
            if f"{kind}/{path.name}" not in made:
                path.unlink()  # an agency that is gone


def rows_of(connection: Connection, portal: Portal, now: dt.datetime) -> Iterator[Row]:
    """Every case of a portal as a row."""
    for listed in listing(connection, portal.id, limit=None):
        stored = load(connection, listed.case_id)
        row = row_of(stored.case, stored.fields, portal, now)
        if row is not None:
            yield row


def names_of(portal: Portal, on: dt.date) -> Names:
    """What agencies and kinds are called, and which agencies have a line on the day."""
    return Names(
        portal.id,
        portal.regulation.name.vi,
        {agency.id: agency.name.vi for agency in portal.agencies.values()},
        {str(kind): form.name.vi for kind, form in load_forms().items()},
        tuple(agency.id for agency in chosen_from(portal, on)),
    )


def _put(path: Path, content: bytes, mode: int) -> None:
    """Puts a file in place at once: who reads it meanwhile has the old one or the new."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).chmod(mode)
            Path(file.name).replace(path)
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
