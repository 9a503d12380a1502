"""A case as an officer's page shows it: plain values for the template."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from regulation.case_rules import case_rules
from regulation.findings import Refused, Severity
from regulation.forms import load_forms
from regulation.personal import clean
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.abuse.suspicion import reason_words
from relay.answers.looking import findings, personal
from relay.answers.public import PublicVersion, read_public
from relay.cases.case import Case
from relay.cases.clocks import clocks
from relay.cases.kinds import kinds_open
from relay.cases.placing import UNIT_WORDS, extensions_open, next_level, term_words
from relay.cases.routing import living, route_of
from relay.cases.sealed import why_not_given
from relay.cases.states import OPEN, Did, Party, State
from relay.cases.words import STATES
from relay.inbox.may import may
from relay.inbox.seeing import Viewer, parties, sees_matter, sees_public, sees_sealed
from relay.inbox.wording import (
    agency_name,
    clock_view,
    history_view,
    kind_name,
    left,
    moment,
    shown_id,
)
from relay.intake.tokens import UNSCANNED
from relay.store.cases import StoredCase
from relay.store.values import Text, TextKind

Plain = Mapping[str, Any]

CONTACT: Mapping[str, str] = {
    "ho-ten": "Họ tên",
    "dia-chi": "Địa chỉ",
    "dien-thoai": "Điện thoại",
    "thu": "Thư điện tử",
}
"""What the parts of a contact are called."""

_TEXTS: Mapping[TextKind, str] = {
    TextKind.ADDITION: "Người gửi bổ sung",
    TextKind.QUESTION: "Hỏi lại người gửi",
    TextKind.ANSWER: "Câu trả lời đã gửi",
    TextKind.NOTE: "Ghi chú nội bộ",
}
"""Texts that stand in the exchange, and what each is called."""


@dataclass(frozen=True, slots=True)
class Again:
    """A page drawn again after a form was not taken.

    Attributes:
        slug: The form.
        typed: What was typed.
        faults: Field and message of each.
    """

    slug: str
    typed: Mapping[str, str]
    faults: tuple[tuple[str, str], ...]


def case_view(
    stored: StoredCase,
    texts: Collection[Text],
    who: Viewer,
    portal: Portal,
    known: Collection[str],
    names: Mapping[str, str],
    now: dt.datetime,
    *,
    contact: Mapping[str, str] | None = None,
    again: Again | None = None,
) -> Plain:
    """Everything that the page of a case shows, to each what they need (``seeing``).

    Args:
        stored: The case.
        texts: Its texts, oldest first.
        who: Who looks.
        portal: Its portal.
        known: Addresses and numbers that the portal itself gives out.
        names: What officers are called, by id.
        now: The moment.
        contact: Who sent it, once somebody asked to see it and that was written down.
        again: What was typed into a form that was not taken.
    """
    case, on = stored.case, now.astimezone(VIETNAM).date()
    mine = parties(case, who, portal)
    matter, answered = sees_matter(case, mine), sees_public(mine)
    calendar = portal.calendar
    running = [c for c in clocks(case, portal, now) if c.running and not c.suspended]
    first = running[0].due if running else None
    public = _public(stored, texts, matter)
    drafted = answered and _has(texts, TextKind.PUBLIC_DRAFT)
    route = route_of(portal, case.route, on)
    typed = again.typed if again else {}
    return {
        "id": case.id,
        "shown": case.shown,
        "number": case.number,
        "title": _title(stored, public.title if drafted else "", matter),
        "kind": kind_name(case.kind),
        "state": STATES[case.state],
        "open": case.state in OPEN,
        "sealed": case.sealed,
        "unit": agency_name(portal, case.unit),
        "receiver": agency_name(portal, case.receiver),
        "received": moment(case.received_at),
        "due": moment(first) if first else "",
        "left": left(calendar, first, now) if first else "",
        "late": bool(first and now > first),
        "reason": case.reason if matter or case.state is State.WITHHELD else "",
        "ground": _ground(case.ground),
        "into": shown_id(case.merged_into) if case.merged_into else "",
        "into_id": case.merged_into,
        "address": case.address,
        "cleared": case.cleared,
        "rating": case.rating,
        "quarantine": reason_words(stored.quarantine.split(",")) if matter else "",
        "matter": matter,
        "fields": _fields(stored, portal) if matter and not case.sealed else [],
        "files": _files(stored, texts) if matter and not case.sealed else [],
        "unscanned": bool(stored.events[0].happened.data.get(UNSCANNED)),
        "takes_sealed": sees_sealed(case, who, portal),
        "sees_sender": matter and not case.contact_erased and not case.sealed,
        "contact": None if contact is None else _contact(contact),
        "texts": [
            _text(each, names if matter else {})
            for each in texts
            if each.kind in _shown(matter, answered)
        ],
        "clocks": [clock_view(c, calendar, now) for c in clocks(case, portal, now)],
        "history": history_view(portal, stored.events, names, matter=matter),
        "can": {did.value for did in may(case, mine, portal, now)},
        "grounds": [
            {"id": ground.id, "title": ground.title.vi, "basis": ", ".join(ground.basis)}
            for ground in case_rules().grounds_for(case.kind, on)
        ],
        "reasons": [
            {"id": each.id, "title": each.title.vi, "acts": each.acts}
            for each in case_rules().reasons.values()
            if case.sealed and each.in_force(on)
        ],
        "units": _units(case, portal, on),
        "kinds": [{"id": kind, "title": kind_name(kind)} for kind in kinds_open(case, portal, on)],
        "kind_id": case.kind,
        "terms": [
            {
                "id": rule.id,
                "title": rule.title.vi,
                "most": rule.amount,
                "unit": UNIT_WORDS[rule.unit],
                "due": moment(due),
            }
            for rule, due in extensions_open(case, portal, now)
        ],
        "waits": term_words("cho-bo-sung"),
        "above": agency_name(portal, next_level(case, portal, now)),
        "draft": _draft(texts, typed) if Party.UNIT in mine else "",
        "public": {
            "title": typed.get("ck-ten", public.title),
            "subject": typed.get("ck-linh-vuc", public.subject),
            "question": typed.get("ck-hoi", public.question),
            "answer": typed.get("ck-dap", public.answer),
        },
        "marked": _marked(public, known) if drafted else [],
        "found": _found(public, known) if drafted else [],
        "written": bool(route and route.written),
        "publish": route.publish.vi if route else "",
        "has_public": drafted,
        "again": again.slug if again else "",
        "typed": typed,
        "faults": [
            {"field": name, "message": message} for name, message in (again.faults if again else ())
        ],
    }


def _title(stored: StoredCase, public: str, matter: bool) -> str:
    """What the case is called: by the sender, or in words that are nobody's own."""
    return (stored.fields.get("tieu-de", "") if matter else public) or kind_name(stored.case.kind)


def _has(texts: Collection[Text], kind: TextKind) -> bool:
    return any(each.kind is kind for each in texts)


def _ground(ground: str) -> str:
    known = case_rules().grounds.get(ground)
    return known.title.vi if known else ground


def _fields(stored: StoredCase, portal: Portal) -> list[Plain]:
    form = {str(kind): each for kind, each in load_forms().items()}.get(stored.case.kind)
    found: list[Plain] = []
    for name, value in stored.fields.items():
        field = form.field(name) if form else None
        if not value or name == "tieu-de":
            continue
        # What a field is called there speaks to the sender: "Câu hỏi của bạn".
        label = form.name.vi if form and name == "noi-dung" else field.label.vi if field else name
        shown = agency_name(portal, value) if name == "co-quan" else value
        found.append({"label": label, "text": shown})
    return found


def _files(stored: StoredCase, texts: Collection[Text]) -> list[Plain]:
    """The files, and whether anybody looked for malware in them, as the history says it."""
    receipt, *since = (each.happened for each in stored.events)
    unseen = {w.data["text"] for w in since if w.did is Did.ADDED and not w.data.get("scanned")}
    scanned = {each.id: each.sha256 not in unseen for each in texts}
    scanned[0] = not receipt.data.get(UNSCANNED)
    return [
        {
            "id": row.id,
            "name": row.name,
            "size": _size(row.size),
            "scanned": scanned.get(row.text_id, False),
        }
        for row in stored.files
    ]


def _size(size: int) -> str:
    if size < 900_000:
        return f"{max(1, size // 1024)} KB"
    return f"{size / 1_048_576:.1f} MB".replace(".", ",")


def _contact(contact: Mapping[str, str]) -> list[Plain]:
    return [
        {"label": label, "text": contact[name]}
        for name, label in CONTACT.items()
        if contact.get(name)
    ]


def _shown(matter: bool, answered: bool) -> Collection[TextKind]:
    """Which texts somebody reads: the exchange, or of it the answer alone."""
    if matter:
        return _TEXTS.keys()
    return {TextKind.ANSWER} if answered else ()


def _text(each: Text, names: Mapping[str, str]) -> Plain:
    return {
        "what": _TEXTS[each.kind],
        "at": moment(each.at),
        "author": names.get(each.author, each.author) if names else "",
        "body": each.body,
        "from_citizen": each.kind is TextKind.ADDITION,
    }


def _units(case: Case, portal: Portal, on: dt.date) -> list[Plain]:
    """The agencies that a case can be given to: those that are there today and could read it."""
    found = [
        a
        for a in portal.agencies.values()
        if living(portal, a.id, on) == a.id and not why_not_given(case, portal, a.id, on)
    ]
    return [{"id": a.id, "name": a.name.vi} for a in sorted(found, key=lambda a: a.name.vi)]


def _draft(texts: Collection[Text], typed: Mapping[str, str]) -> str:
    if "tra-loi" in typed:
        return typed["tra-loi"]
    drafts = [each.body for each in texts if each.kind is TextKind.DRAFT]
    return drafts[-1] if drafts else ""


def _public(stored: StoredCase, texts: Collection[Text], matter: bool) -> PublicVersion:
    """The public version as it was last saved, or what to begin with.

    It begins with the sender's own words for those alone who read them anyway.
    """
    for each in reversed([t for t in texts if t.kind is TextKind.PUBLIC_DRAFT]):
        try:
            return read_public(each.body)
        except Refused:
            break
    answers = [each.body for each in texts if each.kind is TextKind.ANSWER]
    fields = stored.fields if matter else {}
    return PublicVersion(
        title=fields.get("tieu-de", ""),
        subject="",
        question=fields.get("noi-dung", ""),
        answer=answers[-1] if answers else "",
    )


_PARTS = {"title": "Tên", "subject": "Lĩnh vực", "question": "Nội dung hỏi", "answer": "Trả lời"}


def _marked(public: PublicVersion, known: Collection[str]) -> list[Plain]:
    """The parts of the public version in pieces: what may be somebody's own is marked."""
    found: list[Plain] = []
    for name, label in _PARTS.items():
        words, pieces, at = clean(getattr(public, name)), [], 0
        for datum in personal(public, name, known):
            if datum.start < at:
                continue
            pieces.append({"text": words[at : datum.start], "mark": False})
            pieces.append({"text": words[datum.start : datum.end], "mark": True})
            at = datum.end
        pieces.append({"text": words[at:], "mark": False})
        found.append({"label": label, "pieces": [p for p in pieces if p["text"]]})
    return found


def _found(public: PublicVersion, known: Collection[str]) -> list[Plain]:
    return [
        {"where": each.path, "message": each.message, "sure": each.severity is Severity.ERROR}
        for each in findings(public, known)
    ]
