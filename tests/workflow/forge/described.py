"""GitHub's own description of its interface: what may be asked, and what may be answered.

The description (OpenAPI) comes as a package of npm; the tests of GitHub's forge need it. Where it
says that one of several forms must fit, several often do, so any will pass here. What it says of a
form is looked at once for each value.
"""

import datetime as dt
import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft4Validator, ValidationError
from jsonschema.validators import extend
from openapi_schema_validator import OAS30Validator

ROOT = Path(__file__).parents[3]
FILE = ROOT / "node_modules" / "@octokit" / "openapi" / "generated" / "api.github.com.json"

_MANY_PARTS = ("ref", "basehead")  # of a path: what may have slashes in it
_ERRORS = {"$ref": "#/components/schemas/basic-error"}


class UndescribedError(AssertionError):
    """Something that GitHub's description does not have."""


@dataclass(frozen=True)
class Operation:
    """What can be done at a path."""

    id: str
    template: str
    values: Mapping[str, str]
    described: Mapping[str, Any]


@functools.cache
def document() -> dict[str, Any]:
    """The whole description."""
    if not FILE.is_file():
        raise UndescribedError(f"No {FILE}: make test installs it, or type make install-dev")
    found: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


@functools.cache
def _paths() -> dict[int, list[tuple[tuple[str, ...], str]]]:
    """The paths by their number of parts, those with the fewest gaps first."""
    found: dict[int, list[tuple[tuple[str, ...], str]]] = {}
    for template in document()["paths"]:
        parts = tuple(template.strip("/").split("/"))
        found.setdefault(len(parts), []).append((parts, template))
    for each in found.values():
        each.sort(key=lambda pair: pair[1].count("{"))
    return found


def operation(method: str, path: str) -> Operation:
    """What is done by a request."""
    parts = tuple(path.strip("/").split("/"))
    for length in range(len(parts), 0, -1):
        for template, name in _paths().get(length, []):
            # A branch has slashes in its name, and GitHub takes them as they are.
            given = (*parts[: length - 1], "/".join(parts[length - 1 :]))
            if length < len(parts) and template[-1].strip("{}") not in _MANY_PARTS:
                continue
            values = _match(template, given)
            described = document()["paths"][name].get(method.lower())
            if values is not None and described is not None:
                return Operation(described["operationId"], name, values, described)
    raise UndescribedError(f"GitHub does not know {method} {path}")


def _match(template: tuple[str, ...], parts: tuple[str, ...]) -> dict[str, str] | None:
    values = {}
    for wanted, part in zip(template, parts, strict=True):
        if wanted.startswith("{"):
            values[wanted.strip("{}")] = unquote(part)
        elif wanted != part:
            return None
    return values


def resolve(schema: Any) -> Any:
    """A schema, or what it refers to."""
    while isinstance(schema, dict) and "$ref" in schema:
        found: Any = document()
        for step in schema["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        schema = found
    return schema


# --- Looking --------------------------------------------------------------------------------------

_fits: set[tuple[str, str]] = set()


def _reference(validator: Any, ref: str, instance: Any, schema: Any) -> Iterator[Any]:
    key = (ref, json.dumps(instance, sort_keys=True))
    if key in _fits:
        return
    errors = list(validator.evolve(schema=resolve({"$ref": ref})).iter_errors(instance))
    if not errors:
        _fits.add(key)
    yield from errors


def _format(validator: Any, wanted: str, instance: Any, schema: Any) -> Iterator[Any]:
    """A time is one that can be read, with its zone; of other forms GitHub itself is not strict."""
    if wanted == "date-time" and isinstance(instance, str):
        try:
            if dt.datetime.fromisoformat(instance).tzinfo is not None:
                return
        except ValueError:
            pass
        yield ValidationError(f"{instance!r} is no date-time")


_any_of = Draft4Validator.VALIDATORS["anyOf"]
_Validator = extend(
    OAS30Validator,
    {"$ref": _reference, "oneOf": _any_of, "anyOf": _any_of, "format": _format},
)


def demand(schema: Any, value: Any, what: str) -> None:
    """A value is as it is described."""
    for error in _Validator(schema).iter_errors(value):
        where = "/".join(str(step) for step in error.absolute_path)
        raise UndescribedError(f"{what}: {where or 'all of it'}: {error.message[:400]}")


def demand_request(found: Operation, query: Mapping[str, str], body: Any) -> None:
    """A request is one that GitHub takes, and says nothing that GitHub would pass over."""
    what = f"{found.id} ({found.template})"
    parameters = [resolve(parameter) for parameter in found.described.get("parameters", [])]
    by_name = {(each["in"], each["name"]): each for each in parameters}
    for name, value in found.values.items():
        demand(by_name["path", name]["schema"], _typed(by_name["path", name], value), what)
    for name, value in query.items():
        if ("query", name) not in by_name:
            raise UndescribedError(f"{what}: GitHub does not know the parameter {name}")
        demand(by_name["query", name]["schema"], _typed(by_name["query", name], value), what)
    for (place, name), each in by_name.items():
        if each.get("required") and place == "query" and name not in query:
            raise UndescribedError(f"{what}: the parameter {name} is missing")
    wanted = resolve(found.described.get("requestBody", {})).get("content", {})
    if body is None:
        return
    if "application/json" not in wanted:
        raise UndescribedError(f"{what}: GitHub takes no body")
    schema = wanted["application/json"]["schema"]
    demand(schema, body, what)
    unknown = set(body) - _names(schema)
    if unknown:
        raise UndescribedError(f"{what}: GitHub does not know {sorted(unknown)}")


def _names(schema: Any) -> set[str]:
    schema = resolve(schema)
    found = set(schema.get("properties", {}))
    for kind in ("oneOf", "anyOf", "allOf"):
        for each in schema.get(kind, []):
            found |= _names(each)
    return found


def _typed(parameter: Mapping[str, Any], value: str) -> Any:
    kind = resolve(parameter["schema"]).get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    if kind == "boolean" and value in ("true", "false"):
        return value == "true"
    return value


def demand_answer(found: Operation, status: int, body: Any) -> None:
    """An answer is one that GitHub gives."""
    what = f"{found.id} ({found.template}) answers {status}"
    answers = found.described["responses"]
    if str(status) not in answers:
        if status < 400:
            raise UndescribedError(f"{what}, which GitHub does not")
        demand(_ERRORS, body, what)  # what any request may be answered
        return
    content = resolve(answers[str(status)]).get("content", {})
    if not content:
        if body is not None and status < 400:
            raise UndescribedError(f"{what}: GitHub says nothing")
        return
    demand(content["application/json"]["schema"], body, what)


# --- Making ---------------------------------------------------------------------------------------

_texts = {
    "uri": "https://github.example/",
    "date-time": "2026-11-22T03:00:00Z",
    "email": "a@mau.example",
}


def sample(form: str, /, **values: Any) -> dict[str, Any]:
    """The smallest value of a form, with what is given in it."""
    made: dict[str, Any] = json.loads(_sample(f"#/components/schemas/{form}"))
    return made | values


@functools.cache
def _sample(ref: str) -> str:
    return json.dumps(_made(resolve({"$ref": ref})))


def _made(schema: Any) -> Any:
    if "$ref" in schema:
        return json.loads(_sample(schema["$ref"]))
    if schema.get("nullable"):
        return None
    if "enum" in schema:
        return schema["enum"][0]
    for kind in ("oneOf", "anyOf"):
        if kind in schema and "properties" not in schema:
            return _made(schema[kind][0])
    if "allOf" in schema:
        parts = [_made(each) for each in schema["allOf"]]
        return {k: v for part in parts for k, v in part.items()}
    match schema.get("type"):
        case "object":
            wanted = schema.get("properties", {})
            return {name: _made(wanted[name]) for name in schema.get("required", ())}
        case "array":
            return []
        case "integer" | "number":
            return int(schema.get("minimum", 1))
        case "boolean":
            return False
        case _:
            return _texts.get(schema.get("format", ""), "x" * schema.get("minLength", 0))
