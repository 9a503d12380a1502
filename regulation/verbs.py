"""The command's verbs of this room: what the regulations require, and what proves it."""

import datetime as dt
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from regulation.checkout import find_root
from regulation.console import complain, known_portals
from regulation.content_types import content_types
from regulation.docs import CONTENT_TYPES_PAGE, content_types_page
from regulation.duties import PortalDuty, Standing, State, duties, find_marks, standings
from regulation.findings import Finding, Refused, errors, in_order
from regulation.library import read_library
from regulation.loading import load_portal, portal_folders
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM

Row = tuple[PortalDuty, Sequence[Standing]]
"""A duty and how it stands at each portal that is shown."""


def write_docs(
    check: Annotated[
        bool, typer.Option("--check", help="Chỉ xem trang còn khớp không, không ghi gì.")
    ] = False,
) -> None:
    """Writes docs/vi/loai-noi-dung.md; with --check says whether it is what would be written."""
    page = find_root(Path.cwd()) / CONTENT_TYPES_PAGE
    wanted = content_types_page(content_types())
    if page.is_file() and page.read_text(encoding="utf-8") == wanted:
        print(f"✓ {CONTENT_TYPES_PAGE} khớp với dữ liệu.")
        return
    if check:
        message = "Trang không khớp với regulation/data/content_types.yml; hãy gõ: cong docs"
        raise Refused([Finding(CONTENT_TYPES_PAGE, message)])
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(wanted, encoding="utf-8", newline="\n")
    print(f"✓ Đã viết lại {CONTENT_TYPES_PAGE}.")


def show_duties(
    portal: Annotated[
        list[str] | None,
        typer.Option("--portal", metavar="MÃ", help="Chỉ xem cổng này (dùng lại được nhiều lần)."),
    ] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Chỉ liệt kê nghĩa vụ còn mở.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="In dạng JSON cho máy đọc.")] = False,
) -> None:
    """Prints every duty of every portal. Open duties are no failure; broken files are."""
    root = find_root(Path.cwd())
    folders = {folder.name: folder for folder in portal_folders(root / "content")}
    names = known_portals(root, portal) if portal else folders
    today = dt.datetime.now(VIETNAM).date()
    chosen = [load_portal(folders[name], root, today) for name in names]
    marks, found = find_marks(root / "tests", root, duties(), folders)
    rows = _rows(duties(), standings(duties().values(), chosen, _listed(chosen, root), marks))
    ids = [each.id for each in chosen]
    shown = [row for row in rows if not only_open or _is_open(row)]
    if as_json:
        print(json.dumps(as_data(shown, rows, ids), ensure_ascii=False, indent=2))
    elif sys.stdout.isatty():
        console = Console(force_terminal=True)
        console.print(as_table(shown, ids))
        console.print("\n".join(summary(rows, ids)), highlight=False)
    else:
        print("\n".join([*as_lines(shown), *summary(rows, ids)]))
    complain(in_order(found))
    if errors(found):
        raise typer.Exit(1)


def _listed(portals: Sequence[Portal], root: Path) -> dict[tuple[str, str], int]:
    """How many items stand in the list of each section. What is wrong in them, cong check says."""
    counts = {}
    for portal in portals:
        library, _ = read_library(portal, root)
        for section in portal.sections:
            counts[portal.id, section.id] = len(library.in_section(section, "vi"))
    return counts


def _rows(known: Mapping[str, PortalDuty], found: Sequence[Standing]) -> list[Row]:
    by_duty: dict[str, list[Standing]] = {duty_id: [] for duty_id in known}
    for standing in found:
        by_duty[standing.duty.id].append(standing)
    return [(known[duty_id], stands) for duty_id, stands in by_duty.items()]


def _is_asked(row: Row) -> bool:
    return any(standing.state is not State.NOT_ASKED for standing in row[1])


def _is_open(row: Row) -> bool:
    return any(standing.state is State.OPEN for standing in row[1])


def summary(rows: Sequence[Row], portals: Sequence[str]) -> list[str]:
    """The last lines: proven and open over all the portals shown, then at each of several.

    A duty counts as proven when it is so at every one of the portals that asks it.
    """
    asked = [row for row in rows if _is_asked(row)]
    still_open = sum(_is_open(row) for row in asked)
    done = len(asked) - still_open
    lines = [f"{done}/{len(asked)} nghĩa vụ được chứng minh; {still_open} còn mở"]
    if len(portals) > 1:
        for index, portal in enumerate(portals):
            states = [stands[index].state for _, stands in rows]
            proven, missing = states.count(State.PROVEN), states.count(State.OPEN)
            lines.append(f"  {portal}: {proven}/{proven + missing}, {missing} còn mở")
    return lines


def as_table(rows: Sequence[Row], portals: Sequence[str]) -> Table:
    """The duties for people at a terminal, a column a portal."""
    table = Table(
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
        caption="✓ chuyên mục/kiểm thử chứng minh · — quy chế không đặt ra",
        caption_justify="left",
    )
    table.add_column("Phòng", style="dim", no_wrap=True)
    table.add_column("Mã", style="bold", no_wrap=True)
    table.add_column("Nghĩa vụ", ratio=1)
    for portal in portals:
        # Four portals and the words between them must fit into 80 columns.
        table.add_column(portal.replace("-", "-\n"), justify="center", no_wrap=True)
    for duty, stands in rows:
        cells = [_cell(standing) for standing in stands]
        table.add_row(Text("\n".join(duty.rooms)), duty.id, Text(duty.text.vi), *cells)
    return table


def _cell(standing: Standing) -> Text:
    if standing.state is State.NOT_ASKED:
        return Text("—", style="dim")
    if standing.state is State.OPEN:
        return Text("mở", style="yellow")
    return Text(f"✓ {len(standing.sections)}/{len(standing.tests)}", style="green")


def as_lines(rows: Sequence[Row]) -> Iterator[str]:
    """The duties for a pipe: one a line, parts between tabs, every proof by name."""
    for duty, stands in rows:
        cells = [f"{standing.portal}: {_plain_cell(standing)}" for standing in stands]
        yield "\t".join([", ".join(duty.rooms), duty.id, duty.text.vi, *cells])


def _plain_cell(standing: Standing) -> str:
    if standing.state is State.PROVEN:
        return "✓ " + ", ".join(standing.proofs)
    return "—" if standing.state is State.NOT_ASKED else "mở"


def as_data(shown: Sequence[Row], rows: Sequence[Row], portals: Sequence[str]) -> Mapping[str, Any]:
    """The duties for a program. The counts are over all rows, shown or not."""
    asked = [row for row in rows if _is_asked(row)]
    still_open = sum(_is_open(row) for row in asked)
    return {
        "portals": list(portals),
        "asked": len(asked),
        "proven": len(asked) - still_open,
        "open": still_open,
        "duties": [
            {
                "id": duty.id,
                "text": {"vi": duty.text.vi, "en": duty.text.en},
                "rooms": list(duty.rooms),
                "portals": {standing.portal: _data(standing) for standing in stands},
            }
            for duty, stands in shown
        ],
    }


def _data(standing: Standing) -> Mapping[str, Any]:
    return {
        "state": standing.state.value,
        "basis": list(standing.duty.clauses.get(standing.portal, ())),
        "sections": list(standing.sections),
        "tests": [
            {"test": str(mark), "path": mark.path, "line": mark.line} for mark in standing.tests
        ],
    }
