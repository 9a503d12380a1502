"""From a proposal to the file in which it can be looked at."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from regulation.findings import Refused
from regulation.items import Item
from regulation.loading import load_portal
from regulation.portal import Portal
from workflow.checks.change import Change
from workflow.forge.interface import ForgeError
from workflow.gate.words import clock, day
from workflow.git import Git
from workflow.preview.file import Drawn, Preview, written
from workflow.preview.inline import Budget, inlined
from workflow.preview.seen import Page, code_of, other_files, pages_of, portals_of
from workflow.preview.workshop import NOT_BUILT, Workshop, build, published, shows_code, workshop
from workflow.proposals import Proposal

LARGEST = 20_000_000
"""Bytes of the pictures in one file: what a phone opens, and what may be sent by mail."""

MOST = 40
"""Pages that are drawn; more nobody looks at one by one."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A preview.

    Attributes:
        text: The file.
        pages: How many pages it holds.
        warnings: What it could not show.
        commit: What was drawn.
    """

    text: str
    pages: int
    warnings: tuple[str, ...]
    commit: str


def preview(
    root: Path,
    git: Git,
    main: str,
    proposal: Proposal,
    change: Change,
    now: dt.datetime,
    environment: Mapping[str, str],
    *,
    version: str,
    checkout: bool = False,
    number: str = "",
    largest: int = LARGEST,
    say: Say = lambda _: None,
) -> Made:
    """Draws what a proposal would make of the site.

    Args:
        root: The checkout, with whose theme and code the pages are drawn.
        git: The repository that has the proposal.
        main: The main branch's commit.
        proposal: The proposal.
        change: What it changes.
        now: The moment; an item that waits for its hour is drawn as of that hour.
        environment: The environment.
        version: How the file names what is seen.
        checkout: Whether the content is what lies in the checkout.
        number: Under which the proposal is known; none for a change that is no proposal yet.
        largest: Bytes that pictures may take.
        say: Told what is being done.

    Raises:
        ForgeError: Git cannot do it, or the site cannot be built; says why.
    """
    code = code_of(change)
    drawn_so = shows_code(root, change, code)
    budget = Budget(largest)
    pages: list[Drawn] = []
    moments = [now]
    with workshop(root, git, main, proposal, now, checkout=checkout) as here:
        wanted = set(portals_of(change))
        if code and drawn_so:
            wanted |= {path.name for path in (here.tree / "content").iterdir()}
        for portal_id in sorted(wanted):
            folder = here.tree / "content" / portal_id
            if not (folder / "portal.yml").is_file():
                continue
            try:
                portal = load_portal(folder, here.tree, day(now))
                drawn = bool(code) and drawn_so
                seen = list(pages_of(change, portal, here.tree, drawn=drawn))
            except Refused as refused:
                raise ForgeError(f"{NOT_BUILT}\n{refused}") from refused
            if not seen:
                continue
            items = [page.item for page in seen if page.item is not None]
            at = max([now, *_hours(items)])
            moments.append(at)
            _no_drafts(here, items)
            say(f"Đang dựng {portal_id}…")
            site = build(here, portal_id, at, environment)
            for page in seen:
                pages.append(_drawn(page, site, portal, budget, room=MOST - len(pages)))
        merged = here.merged
    warnings = _warnings(budget, merged=merged, hidden=bool(code) and not drawn_so)
    told = _moment(now, max(moments))
    made = Preview(
        _title(proposal.title),
        number, version, told, warnings, tuple(pages), other_files(change),
    )  # fmt: skip
    return Made(written(made), len(made.drawn), warnings, proposal.head)


def _title(text: str) -> str:
    """A title without what is not seen: some signs turn around what is read after them."""
    shown = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return shown or "Thay đổi chưa đặt tên"


def _hours(items: list[Item]) -> list[dt.datetime]:
    """When the items will appear that wait for their hour."""
    return [hour for item in items if (hour := item.values.get("publish_at")) is not None]


def _no_drafts(here: Workshop, items: list[Item]) -> None:
    for item in items:
        if item.status == "draft":
            path = here.tree / item.path
            path.write_text(published(path.read_text(encoding="utf-8")), encoding="utf-8")


def _drawn(page: Page, site: Path, portal: Portal, budget: Budget, *, room: int) -> Drawn:
    name = f"{page.url}index.html".lstrip("/")
    html, why = "", ""
    if room <= 0:
        why = f"Không vẽ trang này: bản xem thử chỉ vẽ {MOST} trang đầu."
    elif not (site / name).is_file():
        why = "Không có trang này trong trang dựng ra."
    else:
        html = inlined(site, name, portal.regulation.url, budget)
    return Drawn(page.deed, page.title, page.about, page.lang, page.differences, html, why)


def _warnings(budget: Budget, *, merged: bool, hidden: bool) -> tuple[str, ...]:
    found = []
    if hidden:
        found.append(
            "Thay đổi này sửa cả giao diện hoặc mã của Cổng. Bản xem thử dựng bằng mã của máy đã "
            "dựng nó, nên chưa cho thấy phần sửa ấy."
        )
    if not merged:
        found.append(
            "Nhánh chính cũng đã đổi cùng tệp. Bản xem thử chỉ dựng từ đề xuất; trang thật sẽ khác "
            "sau khi ghép."
        )
    if budget.refused:
        count = len(budget.refused)
        found.append(f"Có {count} ảnh không kèm theo vì tệp sẽ quá lớn; chỗ của ảnh có ghi rõ.")
    return tuple(found)


def _moment(now: dt.datetime, at: dt.datetime) -> str:
    if at > now:
        return f"Vẽ như lúc {clock(at)}, giờ hẹn đăng. Dựng lúc {clock(now)}."
    return f"Dựng lúc {clock(now)}."
