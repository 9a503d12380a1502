"""An item's own page. It shows nothing that another item's publication would change."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from plugins.charts import bars, line
from plugins.files import display_cell
from plugins.site import Site, View
from plugins.views.common import (
    agency_link,
    agency_url,
    basis_text,
    day,
    file_link,
    head,
    moment,
    page_lang,
    picture,
    section_url,
    shorten,
)
from plugins.views.entry import consultation_state
from plugins.views.forms import COMMENT, can_comment
from plugins.views.values import fields
from regulation.content_types import ContentType, Kind
from regulation.items import Item
from regulation.model import Role, Section
from regulation.telling import how_long
from regulation.timeliness import timeliness
from regulation.vietnamese import format_date, format_number
from regulation.yamlfile import VIETNAM

_PLAIN = {
    Kind.LINE,
    Kind.TEXT,
    Kind.DATE,
    Kind.MOMENT,
    Kind.YEAR,
    Kind.INTEGER,
    Kind.NUMBER,
    Kind.MONEY,
    Kind.PERCENT,
    Kind.FLAG,
    Kind.URL,
    Kind.EMAIL,
    Kind.PHONE,
    Kind.DOCUMENT_NUMBER,
    Kind.CHOICE,
    Kind.AGENCY,
    Kind.ITEM,
    Kind.LINES,
}
_COMMON = frozenset(
    "id title summary status posted updated agency author source source_url keywords picture "
    "attachments corrections withdrawn moved_from sample backfilled order publish_at "
    "expires_at".split()
)
MAX_ROWS = 500
"""Rows of a table that a page shows: more would make it heavy for a telephone."""

WIDE = "(min-width: 720px) 680px, 94vw"


def item_view(site: Site, item: Item, html: str, headings: Sequence[tuple[str, str]] = ()) -> View:
    """The page of an item.

    Args:
        site: The portal being drawn.
        item: The item.
        html: Its body, rendered and clean.
        headings: Second-level headings of the body, for the list of contents.
    """
    lang = item.lang
    section = site.portal.section(item.section)
    spec = site.portal.type_of(section)
    values = item.values
    shown = fields(site, spec.fields, values, lang)
    shown_picture = picture(site, values.get("picture"), lazy=False, sizes=WIDE)
    table, chart = table_of(site, values, lang), chart_of(site, values)
    view: dict[str, Any] = {
        "head": _head(site, item, section, spec),
        "type": spec.id,
        "type_title": spec.title.say(lang),
        "title": item.title,
        "summary": item.summary,
        "agency": agency_link(site, item.agency, lang),
        "section": {
            "title": section.title.say(lang),
            "url": site.at(section_url(section.id, page_lang(section.title, lang))),
        },
        "posted": moment(site, item.posted, lang),
        "updated": moment(site, _updated(site, item), lang),
        "expired": moment(site, values.get("expires_at"), lang) if item.expired else None,
        "picture": shown_picture,
        "html": html,
        "headings": [{"id": anchor, "title": words} for anchor, words in headings],
        "f": shown,
        "facts": [
            {"name": name, **value}
            for name, value in shown.items()
            if name not in _COMMON and spec.fields[name].kind in _PLAIN
        ],
        "attachments": [
            {**file_link(site, row["file"]), "title": row["title"], "about": row["about"] or ""}
            for row in values.get("attachments") or ()
        ],
        "table": table,
        "chart": chart,
        "corrections": _corrections(site, item, spec),
        "source": values.get("source") or "",
        "source_url": values.get("source_url") or "",
        "author": values.get("author") or "",
        "sample": item.sample,
        "draft": item.status == "draft",
        "absolute_url": site.absolute(item.url),
        "process": _process(site, item, section, spec),
    }
    if own := _OWN.get(spec.id):
        view |= own(site, item)
    return view


def _updated(site: Site, item: Item) -> dt.datetime | None:
    """When the item was changed after it was posted; none when it was not."""
    changed = site.changed(item)
    return changed if changed > item.posted else item.updated


def _corrections(site: Site, item: Item, spec: ContentType) -> list[View]:
    """What was changed after publication, the latest first: what the item says, and what Git says.

    A day that the item itself tells of is told in its words.
    """
    kinds = spec.fields["corrections"].fields["kind"].choices
    told = [(row["date"], row["kind"], row["text"]) for row in item.values.get("corrections") or ()]
    days = {date for date, _, _ in told}
    for note in site.notes.get(item.path, ()):
        date = note.at.astimezone(VIETNAM).date()
        if date not in days:
            told.append((date, note.kind, note.text))
    told.sort(key=lambda each: each[0], reverse=True)
    return [
        {"kind": kinds[kind].say(item.lang), "date": day(date), "text": text}
        for date, kind, text in told
    ]


def withdrawn_view(site: Site, item: Item) -> View:
    """The tombstone of an item that was taken down: that it was, when and why."""
    lang = item.lang
    section = site.portal.section(item.section)
    gone = item.values["withdrawn"]
    instead = site.library.item(gone["instead"], lang) if gone.get("instead") else None
    return {
        "head": head(
            site,
            title=item.title,
            url=item.url,
            lang=lang,
            crumbs=_crumbs(site, section, lang),
            indexed=False,
            current=section.group,
        ),
        "title": item.title,
        "text": site.say(
            "withdrawn_text", lang, date=format_date(gone["date"]), reason=gone["reason"]
        ),
        "section": {
            "title": section.title.say(lang),
            "url": site.at(section_url(section.id, page_lang(section.title, lang))),
        },
        "instead": {"title": instead.title, "url": site.at(instead.url)} if instead else None,
    }


def _crumbs(site: Site, section: Section, lang: str) -> list[tuple[str, str]]:
    group = site.portal.group(section.group)
    return [
        (group.title.say(lang), section_url(group.slug, page_lang(group.title, lang))),
        (section.title.say(lang), section_url(section.id, page_lang(section.title, lang))),
    ]


def _head(site: Site, item: Item, section: Section, spec: ContentType) -> View:
    lang = item.lang
    agency = site.portal.agency(item.agency).name.say(lang)
    modified = site.changed(item)
    image = item.values.get("picture")
    image_url = site.pictures[image["file"]].src if image and image["file"] in site.pictures else ""
    versions = site.library.versions(item)
    dublin_core = {
        "creator": item.values.get("author") or agency,
        "date": item.posted.astimezone(VIETNAM).date().isoformat(),
        "date.modified": modified.astimezone(VIETNAM).date().isoformat(),
        "source": item.values.get("source") or "",
        "subject": "; ".join(item.values.get("keywords") or ()),
        "type": spec.title.say(lang),
    }
    return head(
        site,
        title=item.title,
        url=item.url,
        lang=lang,
        description=shorten(item.summary),
        kind="article",
        alternates={code: other.url for code, other in versions.items()},
        crumbs=_crumbs(site, section, lang),
        picture=image_url,
        dublin_core=dublin_core,
        data=_schema(site, item, spec, agency, image_url),
        feed=section_url(section.id, page_lang(section.title, lang)) + "feed.xml",
        indexed=item.status == "published",
        current=section.group,
    )


def _schema(
    site: Site, item: Item, spec: ContentType, agency: str, image_url: str
) -> Mapping[str, Any]:
    """schema.org values: what every type has, then what its class adds."""
    values = item.values
    publisher = {
        "@type": "GovernmentOrganization",
        "name": agency,
        "url": site.absolute(agency_url(site.portal.agency(item.agency), item.lang)),
    }
    data: dict[str, Any] = {
        "@type": spec.schema_org,
        "@id": site.absolute(item.url),
        "name": item.title,
        "description": item.summary,
        "inLanguage": item.lang,
        "url": site.absolute(item.url),
        "datePublished": item.posted.isoformat(),
        "dateModified": site.changed(item).isoformat(),
        "publisher": publisher,
        "image": site.absolute(image_url) if image_url else None,
    }
    match spec.schema_org:
        case "NewsArticle" | "Article":
            data["headline"] = shorten(item.title, 110)
            data["author"] = {"@type": "Organization", "name": values.get("author") or agency}
        case "Legislation":
            data["legislationIdentifier"] = values.get("number")
            data["legislationDate"] = _iso(values.get("issued") or values.get("opens"))
            data["legislationPassedBy"] = values.get("issuer")
        case "Dataset":
            table = values.get("table")
            if table and table.get("file") in site.tables:
                url = site.absolute(site.tables[table["file"]].url)
                data["distribution"] = [
                    {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": url}
                ]
            if values.get("from") and values.get("to"):
                data["temporalCoverage"] = f"{_iso(values['from'])}/{_iso(values['to'])}"
        case "GovernmentService":
            data["serviceType"] = values.get("area")
            data["provider"] = {"@type": "GovernmentOrganization", "name": values["decided_by"]}
        case "QAPage":
            data["mainEntity"] = {
                "@type": "Question",
                "name": shorten(values["question"], 110),
                "text": values["question"],
                "answerCount": 1,
                "acceptedAnswer": {"@type": "Answer", "text": item.summary},
            }
    return data


def _iso(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, dt.date) else None


def table_of(site: Site, values: Mapping[str, Any], lang: str) -> View | None:
    """An item's table of figures, ready for a page; none when it has none."""
    given = values.get("table")
    if not given or given.get("file") not in site.tables:
        return None
    table, sums = site.tables[given["file"]], bool(given.get("sums"))
    rows = table.rows
    if len(rows) > MAX_ROWS:  # the file holds the rest; a sum stays in sight
        rows = (*rows[: MAX_ROWS - 1], rows[-1]) if sums else rows[:MAX_ROWS]
    return {
        "caption": given["caption"],
        "summary": given["summary"] or "",
        "columns": [{"name": c.name, "numeric": c.numeric} for c in table.columns],
        "rows": [
            [
                {
                    "text": display_cell(cell, column),
                    "numeric": column.numeric,
                    "short": column.short,
                }
                for cell, column in zip(row, table.columns, strict=True)
            ]
            for row in rows
        ],
        "sums": sums,
        "left_out": site.say(
            "rows_left_out",
            lang,
            rows=format_number(len(table.rows)),
            shown=format_number(len(rows)),
        )
        if len(rows) < len(table.rows)
        else "",
        "csv": file_link(site, given["file"]),
        # Four columns at most turn into cards on a phone; a wider table scrolls.
        "cards": len(table.columns) <= 4 and len(table.rows) <= 60,
        "wide": len(table.columns) > 5,
    }


def chart_of(site: Site, values: Mapping[str, Any]) -> View | None:
    """An item's chart, drawn; none when it has none."""
    given, table = values.get("chart"), values.get("table")
    if not given or not table or table.get("file") not in site.tables:
        return None
    source = site.tables[table["file"]]
    labels, numbers = source.labels(given["label"]), source.numbers(given["value"])
    if table.get("sums"):
        labels, numbers = labels[:-1], numbers[:-1]
    draw = line if given["form"] == "line" else bars
    unit = given["unit"] or unit_of(given["value"])
    return {
        "finding": given["finding"],
        "form": given["form"],
        "unit": unit,
        "value": given["value"],
        "drawing": draw(labels, numbers, unit),
    }


def unit_of(column: str) -> str:
    """The unit that the name of a column ends with, in brackets: "Tỷ lệ (%)"."""
    found = re.search(r"\(([^()]*)\)\s*$", column)
    return found[1] if found else ""


def _process(site: Site, item: Item, section: Section, spec: ContentType) -> View:
    """The quiet box: who provides, reviews and approves by the regulation, and by when."""
    portal, lang = site.portal, item.lang
    on = item.posted.astimezone(VIETNAM).date()
    steps = []
    for step in portal.in_force(portal.regulation.steps, on):
        posts = [
            post
            for post in portal.posts(step.role, on)
            if not step.by_field or not post.fields or section.field in post.fields
        ]
        steps.append(
            {
                "title": step.title.say(lang),
                "who": posts[0].title.say(lang) if posts else "",
                "held_by": posts[0].held_by.say(lang)
                if posts and step.role is not Role.MEMBER
                else "",
                "basis": basis_text(step.basis),
            }
        )
    return {
        "steps": steps,
        "deadline": _deadline(site, item, spec),
        "backfilled": bool(item.values.get("backfilled")),
    }


def _deadline(site: Site, item: Item, spec: ContentType) -> View | None:
    """By when the item was due and whether it was in time; none when nothing was counted."""
    found = timeliness(site.portal, item)
    if found is None:
        return None
    lang = item.lang
    return {
        "text": site.say(
            "due_text",
            lang,
            duration=how_long(found.rule, lang),
            event=spec.fields[found.started_by].label.say(lang).lower(),
            date=format_date(found.due.astimezone(VIETNAM).date()),
        ),
        "late": found.late.late,
        "verdict": site.say("late", lang, lateness=str(found.late))
        if found.late.late
        else site.say("on_time", lang),
        "basis": basis_text(found.rule.basis),
    }


def _legal_document(site: Site, item: Item) -> View:
    """The plain band of a document that is not, or not wholly, in force."""
    lang, values = item.lang, item.values
    standing = values.get("standing")
    text = ""
    if standing == "expired":
        expired = values.get("expired")
        text = (
            site.say("standing_expired_on", lang, date=format_date(expired))
            if expired
            else site.say("standing_expired", lang)
        )
    elif standing == "partly":
        text = site.say("standing_partly", lang)
    elif standing == "not-yet" and values.get("effective"):
        text = site.say("standing_not_yet", lang, date=format_date(values["effective"]))
    elif standing == "unchecked":
        text = site.say("standing_unchecked", lang)
    return {
        "band": text,
        "band_kind": standing or "",
        "references": {
            name: [_reference(site, row, lang) for row in values.get(name) or ()]
            for name in ("replaced_by", "replaces", "amended_by", "amends")
        },
    }


def _reference(site: Site, row: Mapping[str, Any], lang: str) -> View:
    other = site.library.item(row["item"], lang) if row.get("item") else None
    return {
        "number": row["number"],
        "url": site.at(other.url) if other else "",
        "date": day(row.get("date")),
    }


def _consultation(site: Site, item: Item) -> View:
    values = item.values
    return {
        "state": consultation_state(site, item, item.lang),
        "comment": site.at(item.url + COMMENT) if can_comment(site, item) else "",
        "comments": [
            {
                "who": row["who"],
                "date": day(row["date"]),
                "about": row["about"] or "",
                "text": row["text"],
                "answer": row["answer"] or "",
            }
            for row in values.get("comments") or ()
        ],
        "drafted_by": agency_link(site, values["drafted_by"], item.lang),
    }


def _answer(site: Site, item: Item) -> View:
    values = item.values
    days = site.portal.calendar.working_days_between(values["received"], values["answered"])
    return {
        "answered_by": agency_link(site, values["answered_by"], item.lang),
        "took": site.say("answered_in", item.lang, days=days),
    }


def _project(site: Site, item: Item) -> View:
    rows = []
    for row in item.values.get("disbursed") or ():
        share = 100 * row["paid"] / row["planned"] if row["planned"] else 0.0
        rows.append(
            {
                "date": day(row["date"]),
                "percent": f"{min(100.0, share):.1f}",
                "share": f"{share:.1f}".replace(".", ",") + "\u00a0%",
            }
        )
    return {"disbursed": rows}


def _schedule(site: Site, item: Item) -> View:
    """Entries by day, in the order of time."""
    days: dict[dt.date, list[View]] = {}
    for row in sorted(item.values["entries"], key=lambda row: row["at"]):
        at = row["at"].astimezone(VIETNAM)
        until = row["until"].astimezone(VIETNAM) if row.get("until") else None
        days.setdefault(at.date(), []).append(
            {
                "time": f"{at:%H:%M}" + (f" – {until:%H:%M}" if until else ""),
                "iso": at.isoformat(timespec="minutes"),
                "what": row["what"],
                "who": row["who"],
                "place": row["place"],
            }
        )
    names = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
    return {
        "days": [
            {
                "title": f"{names[date.weekday()]}, {format_date(date)}"
                if item.lang == "vi"
                else f"{date:%A}, {format_date(date)}",
                "entries": entries,
            }
            for date, entries in days.items()
        ]
    }


def _media(site: Site, item: Item) -> View:
    values = item.values
    name = values.get("file")
    return {
        "recording": file_link(site, name) if name else None,
        "captions": file_link(site, values["captions"]) if values.get("captions") else None,
        "pictures": [
            made
            for row in values.get("pictures") or ()
            if (made := picture(site, row, lazy=True, sizes=WIDE))
        ],
        "transcript": site.transcripts.get(item.path, ""),
    }


def _procedure(site: Site, item: Item) -> View:
    return {
        "papers": [
            {
                "name": row["name"],
                "originals": row["originals"] or 0,
                "copies": row["copies"] or 0,
                "note": row["note"] or "",
                "form": file_link(site, row["form"]) if row.get("form") else None,
            }
            for row in item.values["papers"]
        ],
        "apply": next((row["url"] for row in item.values["channels"] if row.get("url")), ""),
    }


_OWN = {
    "legal_document": _legal_document,
    "consultation": _consultation,
    "answer": _answer,
    "project": _project,
    "schedule": _schedule,
    "media": _media,
    "procedure": _procedure,
}
