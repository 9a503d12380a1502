"""What the regulations require of a portal (nghĩa vụ), and what proves that it is done.

The duties and their clauses stand in ``data/duties.yml``. A duty is proven for a portal by a
section that says so (``duties:`` in ``portal.yml``) and holds something, or by a test marked with
its id. Whatever nothing proves is open, and shown as open.
"""

import ast
import functools
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import AfterValidator, Field

from regulation.checkout import shown_path
from regulation.findings import Finding, Refused
from regulation.model import Basis, Id, Section, Value, Words
from regulation.reading import one_of, read, read_text

DUTIES_FILE = "regulation/data/duties.yml"
"""The packaged file of duties, from the root of the checkout."""

_PATH = Path(__file__).parent / "data" / "duties.yml"
_DUTY_ID = re.compile(r"[GSMCPFO][1-9][0-9]?\Z")

Room = Literal[
    "regulation", "content", "theme", "plugins", "workflow", "relay", "accounts"
]  # fmt: skip
"""A room of the house that answers for a duty."""


def _duty_id(value: str) -> str:
    if not _DUTY_ID.match(value):
        raise ValueError(
            f"Mã nghĩa vụ “{value}” phải là một chữ cái trong G, S, M, C, P, F, O và một số, "
            "ví dụ C17."
        )
    return value


class PortalDuty(Value):
    """A duty (nghĩa vụ) that one or more regulations lay on their portals.

    Attributes:
        id: Such as C17; tests and sections name the duty by it.
        text: What is asked.
        rooms: The rooms of the code that answer for it.
        clauses: By portal, the clauses that ask it. A portal not named here is not asked.
    """

    id: Annotated[str, AfterValidator(_duty_id)]
    text: Words
    rooms: Annotated[tuple[Room, ...], Field(min_length=1)]
    clauses: Annotated[Mapping[Id, Basis], Field(min_length=1)]

    def asked_of(self, portal_id: str) -> bool:
        """Whether the portal's regulation asks the duty."""
        return portal_id in self.clauses


class _File(Value):
    duties: tuple[PortalDuty, ...]


def load_duties(path: Path = _PATH, shown: str = DUTIES_FILE) -> Mapping[str, PortalDuty]:
    """Every duty by id, in the order of the file.

    Args:
        path: The file.
        shown: The file's name in findings.

    Raises:
        Refused: With every mistake in the file.
    """
    file, document = read(_File, path, shown)
    by_id: dict[str, PortalDuty] = {}
    found: list[Finding] = []
    for index, duty in enumerate(file.duties):
        if duty.id in by_id:
            line = document.line(("duties", index, "id"))
            message = f"Mã nghĩa vụ “{duty.id}” dùng hai lần; hãy đổi một."
            found.append(Finding(shown, message, line, f"duties[{index}].id"))
        by_id.setdefault(duty.id, duty)
    if found:
        raise Refused(found)
    return by_id


@functools.cache
def duties() -> Mapping[str, PortalDuty]:
    """The duties that this release of Cổng knows."""
    return load_duties()


# --- what tests say --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Mark:
    """A test that says which duty it proves: ``@pytest.mark.duty("C17", portal="quangnam")``.

    Attributes:
        duty: The duty's id.
        portal: The portal it proves the duty for; none means every portal that asks it.
        path: The test's file, from the root of the checkout.
        line: Where the mark stands.
        test: The function or class, such as ``TestGate.test_two_people``; empty when the mark is
            the whole file's.
    """

    duty: str
    portal: str | None
    path: str
    line: int
    test: str = ""

    def __str__(self) -> str:
        return f"{self.path}::{self.test.replace('.', '::')}" if self.test else self.path


def find_marks(
    tests: Path, root: Path, known: Collection[str], portals: Collection[str]
) -> tuple[list[Mark], list[Finding]]:
    """Every mark below the folder of tests, and every mistake in one.

    Files are read, never run. Only what pytest collects can prove something: files, functions and
    classes with the names it looks for, neither skipped (always or on some machines) nor expected
    to fail.

    Args:
        tests: The folder.
        root: The root of the checkout, so that findings name files from there.
        known: The ids of the duties.
        portals: The ids of the portals.
    """
    marks: list[Mark] = []
    found: list[Finding] = []
    for path in sorted({*tests.rglob("test_*.py"), *tests.rglob("*_test.py")}):
        name = shown_path(path, root)
        try:
            text = read_text(path, name)
        except Refused as refused:
            found += refused.findings
            continue
        own, wrong = marks_in(text, name, known, portals)
        marks += own
        found += wrong
    return marks, found


def marks_in(
    text: str, shown: str, known: Collection[str], portals: Collection[str]
) -> tuple[list[Mark], list[Finding]]:
    """The marks in the text of one file of tests, and every mistake in one.

    Args:
        text: The Python text.
        shown: The file's name.
        known: The ids of the duties.
        portals: The ids of the portals.
    """
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        message = f"Không đọc được tệp kiểm thử ({error.msg}); hãy sửa lỗi cú pháp Python."
        return [], [Finding(shown, message, error.lineno or 1)]
    except ValueError:
        return [], [Finding(shown, "Không đọc được tệp kiểm thử: có ký tự không hợp lệ.")]
    reader = _MarkReader(shown, known, portals)
    reader.body(tree.body, ())
    return reader.marks, reader.found


class _MarkReader:
    """Walks a module's classes and functions, collecting marks and what is wrong with them."""

    def __init__(self, shown: str, known: Collection[str], portals: Collection[str]) -> None:
        self.shown = shown
        self.known = known
        self.portals = portals
        self.marks: list[Mark] = []
        self.found: list[Finding] = []

    def body(self, body: list[ast.stmt], scope: tuple[str, ...]) -> None:
        own = [value for statement in body if (value := _pytestmark(statement)) is not None]
        if any(_proves_nothing(value) for value in own):
            return
        for value in own:
            self.read(value, scope)
        for statement in body:
            if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                self.definition(statement, scope)

    def definition(
        self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, scope: tuple[str, ...]
    ) -> None:
        is_class = isinstance(node, ast.ClassDef)
        if not node.name.startswith("Test" if is_class else "test"):
            for mark in (call for deco in node.decorator_list for call in _duty_calls(deco)):
                message = f"“{node.name}” không phải kiểm thử, nên không chứng minh nghĩa vụ nào."
                self.note(mark, message)
            return
        if any(_proves_nothing(decorator) for decorator in node.decorator_list):
            return
        inner = (*scope, node.name)
        for decorator in node.decorator_list:
            self.read(decorator, inner)
        if is_class:
            self.body(node.body, inner)

    def read(self, expression: ast.expr, scope: tuple[str, ...]) -> None:
        for call in _duty_calls(expression):
            for_portals: tuple[str | None, ...] = (None,)
            for keyword in call.keywords:
                if keyword.arg == "portal":
                    for_portals = tuple(self.texts([keyword.value], self.portals, "cổng"))
                else:
                    self.note(call, f"Dấu duty không có tham số “{keyword.arg or '**'}”.")
            if not call.args:
                self.note(call, "Dấu duty chưa ghi mã nghĩa vụ nào, ví dụ C17.")
            for duty in self.texts(call.args, self.known, "nghĩa vụ"):
                self.marks += [
                    Mark(duty, portal, self.shown, call.lineno, ".".join(scope))
                    for portal in for_portals
                ]

    def texts(self, values: list[ast.expr], allowed: Collection[str], what: str) -> Iterator[str]:
        """The words written in a mark that are among the allowed ones; the rest is noted."""
        for value in values:
            if isinstance(value, ast.List | ast.Tuple):
                yield from self.texts(value.elts, allowed, what)
            elif not isinstance(value, ast.Constant) or not isinstance(value.value, str):
                self.note(value, f"Mã {what} phải viết thẳng trong dấu nháy kép.")
            elif value.value not in allowed:
                # All the ids would be too long a list to read.
                near = one_of(value.value, [*allowed])
                hint = near[near.index(";") :] if near.endswith("?") else "; hãy sửa lại mã."
                self.note(value, f"Không có {what} nào mang mã “{value.value}”{hint}")
            else:
                yield value.value

    def note(self, node: ast.expr, message: str) -> None:
        self.found.append(Finding(self.shown, message, node.lineno))


def _pytestmark(statement: ast.stmt) -> ast.expr | None:
    """What a statement assigns to ``pytestmark``."""
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    else:
        return None
    named = any(isinstance(target, ast.Name) and target.id == "pytestmark" for target in targets)
    return statement.value if named else None


def _duty_calls(expression: ast.expr) -> Iterator[ast.Call]:
    """Every ``pytest.mark.duty(...)`` in an expression, those in ``pytest.param`` included."""
    if isinstance(expression, ast.Call):
        if _mark_name(expression.func) == "duty":
            yield expression
        if any(word.arg == "marks" and _proves_nothing(word.value) for word in expression.keywords):
            return  # a case of the test that is skipped
    for node in ast.iter_child_nodes(expression):
        for inner in (node.value,) if isinstance(node, ast.keyword) else (node,):
            if isinstance(inner, ast.expr):
                yield from _duty_calls(inner)


_NO_PROOF = ("skip", "skipif", "xfail")
"""Marks of a test that is not run, not run everywhere, or run to fail."""


def _proves_nothing(expression: ast.expr) -> bool:
    """Whether a mark on the whole test keeps it from proving anything."""
    parts = expression.elts if isinstance(expression, ast.List | ast.Tuple) else [expression]
    return any(
        _mark_name(part.func if isinstance(part, ast.Call) else part) in _NO_PROOF for part in parts
    )


def _mark_name(node: ast.expr) -> str:
    """``duty`` for ``pytest.mark.duty`` or ``mark.duty``; empty for anything else."""
    if not isinstance(node, ast.Attribute):
        return ""
    holder = node.value
    is_mark = (isinstance(holder, ast.Attribute) and holder.attr == "mark") or (
        isinstance(holder, ast.Name) and holder.id == "mark"
    )
    return node.attr if is_mark else ""


# --- the question ----------------------------------------------------------------------------


class State(Enum):
    """How a duty stands at a portal."""

    NOT_ASKED = "not-asked"
    PROVEN = "proven"
    OPEN = "open"


class HasSections(Protocol):
    """What is asked of a portal here; ``regulation.portal.Portal`` is one."""

    @property
    def id(self) -> str: ...
    @property
    def sections(self) -> tuple[Section, ...]: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """One duty at one portal: asked or not, proven by what, or open.

    Attributes:
        sections: Ids of the sections that name the duty and hold something.
        tests: The tests that prove it.
    """

    duty: PortalDuty
    portal: str
    sections: tuple[str, ...] = ()
    tests: tuple[Mark, ...] = ()

    @property
    def state(self) -> State:
        """Not asked, proven or open."""
        if not self.duty.asked_of(self.portal):
            return State.NOT_ASKED
        return State.PROVEN if self.sections or self.tests else State.OPEN

    @property
    def proofs(self) -> tuple[str, ...]:
        """What proves it, by name."""
        return (*self.sections, *dict.fromkeys(str(mark) for mark in self.tests))


def standings(
    known: Iterable[PortalDuty],
    portals: Iterable[HasSections],
    listed: Mapping[tuple[str, str], int],
    marks: Iterable[Mark],
) -> list[Standing]:
    """How every duty stands at every portal: by duty, then by portal, in the order given.

    Args:
        known: The duties.
        portals: The portals.
        listed: By portal and section, how many items stand in the section's list.
        marks: What tests say they prove.
    """
    portals, marks = tuple(portals), tuple(marks)
    found = []
    for duty in known:
        for portal in portals:
            if not duty.asked_of(portal.id):
                found.append(Standing(duty, portal.id))
                continue
            sections = tuple(
                section.id
                for section in portal.sections
                if duty.id in section.duties and listed.get((portal.id, section.id), 0) > 0
            )
            tests = tuple(
                mark for mark in marks if mark.duty == duty.id and mark.portal in (None, portal.id)
            )
            found.append(Standing(duty, portal.id, sections, tests))
    return found
