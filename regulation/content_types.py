"""The kinds of content (loại nội dung) and their fields, read from ``content_types.yml``."""

import functools
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field

from regulation.findings import Finding, Refused
from regulation.model import Event, Id, Value, Words
from regulation.reading import build, read_yaml

DATA = Path(__file__).parent / "data"


class Kind(StrEnum):
    """What a field holds, and so how it is checked, shown and edited."""

    ID = "id"
    LINE = "line"
    TEXT = "text"
    MARKDOWN = "markdown"
    DATE = "date"
    MOMENT = "moment"
    YEAR = "year"
    INTEGER = "integer"
    NUMBER = "number"
    MONEY = "money"
    PERCENT = "percent"
    FLAG = "flag"
    URL = "url"
    EMAIL = "email"
    PHONE = "phone"
    DOCUMENT_NUMBER = "number-of-document"
    CHOICE = "choice"
    AGENCY = "agency"
    ITEM = "item"
    SECTION = "section"
    FILE = "file"
    PICTURE = "picture"
    TABLE = "table"
    GROUP = "group"
    ROWS = "rows"
    LINES = "lines"


class FieldSpec(Value):
    """One field of a content type.

    ``public`` is false for what only the board may see; such a field never stands in a file of
    the public repository. ``fields`` are the parts of a group or of each row.
    """

    kind: Kind
    label: Words
    required: bool = False
    public: bool = True
    choices: Mapping[Id, Words] = {}
    fields: Mapping[str, "FieldSpec"] = {}
    help: str = ""
    basis: str = ""


class ContentType(Value):
    """A kind of content: its names, its fields, how it is listed and what starts its clock."""

    id: str
    title: Words
    # schema.org's class for JSON-LD; "schema" itself is a method of pydantic's.
    schema_org: Annotated[str, Field(alias="schema")]
    listing: str
    finder: str = ""
    started_by: Mapping[Event, str] = {}
    fields: Mapping[str, FieldSpec]


class _File(Value):
    common: Mapping[str, FieldSpec]
    types: Mapping[str, Annotated[dict[str, object], BeforeValidator(lambda v: v)]]


def load_content_types(
    path: Path = DATA / "content_types.yml", shown: str = "regulation/data/content_types.yml"
) -> Mapping[str, ContentType]:
    """Every content type by id, the common fields first in each.

    Raises:
        Refused: With every mistake in the file.
    """
    document = read_yaml(path, shown)
    file = build(_File, document.value, document, shown)
    types: dict[str, ContentType] = {}
    found: list[Finding] = []
    for name, raw in file.types.items():
        place = ("types", name)
        try:
            own = build(ContentType, {**raw, "id": name}, document, shown, place)
        except Refused as refused:
            found += refused.findings
            continue
        for event, field in own.started_by.items():
            if field not in own.fields:
                message = f"Loại {name} không có trường “{field}” để tính thời hạn."
                where = (*place, "started_by", event.value)
                found.append(Finding(shown, message, document.line(where)))
        types[name] = own.model_copy(update={"fields": {**file.common, **own.fields}})
    if found:
        raise Refused(found)
    return types


@functools.cache
def content_types() -> Mapping[str, ContentType]:
    """The content types that this release of Cổng knows."""
    return load_content_types()


def walk(fields: Mapping[str, FieldSpec], prefix: str = "") -> Iterator[tuple[str, FieldSpec]]:
    """Every field and every part of a field, with its dotted name."""
    for name, spec in fields.items():
        yield prefix + name, spec
        yield from walk(spec.fields, f"{prefix}{name}.")
