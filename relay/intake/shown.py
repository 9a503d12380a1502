"""What the citizen's pages of sending show: the form again, the review, the receipt."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from regulation.calendar import Unit
from regulation.forms import MessageForm
from regulation.formview import answers_view, form_view, promise_view
from regulation.model import Route
from regulation.portal import Portal
from regulation.telling import by_when
from regulation.yamlfile import VIETNAM
from relay.cases.clocks import clocks
from relay.intake.fields import Fault
from relay.rules import Draft
from relay.store.cases import StoredCase
from relay.store.values import NewFile

Plain = Mapping[str, Any]

SEND, CONFIRM, RECEIPT = "/y-kien/gui/{}/", "/y-kien/xac-nhan/", "/y-kien/bien-nhan/{}/"
"""Where a form is sent, where a review is confirmed, where the receipt is."""


def about_view(draft: Draft | None) -> Plain | None:
    """The draft that a comment is about."""
    return {"id": draft.id, "title": draft.title, "url": draft.url} if draft else None


def form_page(
    portal: Portal,
    form: MessageForm,
    route: Route,
    on: dt.date,
    *,
    base: str,
    values: Mapping[str, str],
    faults: Iterable[Fault] = (),
    held: Sequence[NewFile] = (),
    token: str = "",
    about: Draft | None = None,
) -> dict[str, Any]:
    """What ``relay/form.html`` sees: the form with all that was typed still in it."""
    return {
        "form": form_view(portal, form, route, on, about_view(about)),
        "values": dict(values),
        "errors": [{"field": fault.field, "message": fault.message} for fault in faults],
        "held": [{"name": file.name} for file in held],
        "action": base + SEND.format(form.slug),
        "token": token,
    }


def review_page(
    portal: Portal,
    form: MessageForm,
    route: Route,
    on: dt.date,
    *,
    base: str,
    values: Mapping[str, str],
    held: Sequence[NewFile],
    token: str,
    unit: str,
    about: Draft | None = None,
    notice: str = "",
) -> dict[str, Any]:
    """What ``relay/review.html`` sees: what was typed, before it is sent."""
    view = form_view(portal, form, route, on, about_view(about))
    return {
        "form": view,
        "rows": answers_view(view, values),
        "values": dict(values),
        "held": [{"name": file.name} for file in held],
        "promise": promise_view(portal, form, route, on, unit),
        "token": token,
        "action": base + CONFIRM,
        "edit": base + SEND.format(form.slug),
        "notice": notice,
    }


def receipt_page(
    portal: Portal,
    form: MessageForm,
    route: Route,
    stored: StoredCase,
    now: dt.datetime,
    *,
    code: str,
    letter: bool,
) -> dict[str, Any]:
    """What ``relay/receipt.html`` sees."""
    on = stored.submitted_at.astimezone(VIETNAM).date()
    return {
        "form": form_view(portal, form, route, on),
        "promise": promise_view(portal, form, route, on, stored.unit),
        "case": stored.case.shown,
        "code": grouped(code),
        "at": moment_words(stored.submitted_at),
        "due": due_lines(stored, portal, now),
        "letter": letter,
    }


def grouped(code: str) -> str:
    """A tracking code in groups of four."""
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def moment_words(at: dt.datetime) -> str:
    """A moment as people read it: "09:05 ngày 22/11/2026"."""
    return f"{at.astimezone(VIETNAM):%H:%M ngày %d/%m/%Y}"


def due_lines(stored: StoredCase, portal: Portal, now: dt.datetime) -> list[str]:
    """What is still owed and by when, each in a line with its ground."""
    lines = []
    for clock in clocks(stored.case, portal, now):
        if not clock.running or clock.due is None:
            continue
        by = clock.due.astimezone(VIETNAM)
        when = moment_words(clock.due) if clock.deadline.unit is Unit.HOUR else f"{by:%d/%m/%Y}"
        basis = "; ".join(clock.deadline.basis)
        said = f"{by_when(clock.deadline, 'vi')}: chậm nhất {when}"
        lines.append(f"{said} ({basis})" if basis else said)
    return lines
