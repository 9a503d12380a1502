"""Rules of working cases (vụ việc) that all portals share: grounds of refusal, reasons, terms.

They stand in ``data/case_rules.yml``. A portal's own grounds (``grounds`` in ``portal.yml``) are
for what agencies offer for publication; these are for what citizens send.
"""

import datetime as dt
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from regulation.calendar import Duration, Unit
from regulation.findings import Finding, Refused
from regulation.model import NO_WORDS, Amount, MessageKind, Rule, Value, Words
from regulation.reading import read

CASE_RULES_FILE = "regulation/data/case_rules.yml"
"""The packaged file, from the root of the checkout."""

_PATH = Path(__file__).parent / "data" / "case_rules.yml"


class CaseGround(Rule):
    """A ground on which a case is refused (lý do không thụ lý); the list is closed.

    ``kinds`` are the kinds of message it may be said of, every kind when empty; ``instead`` tells
    the sender what can be done.
    """

    title: Words
    kinds: tuple[MessageKind, ...] = ()
    instead: Words = NO_WORDS

    def fits(self, kind: str, on: dt.date) -> bool:
        """Whether it may be said of a kind of message on the day."""
        return self.in_force(on) and (not self.kinds or kind in self.kinds)


class CaseReason(Rule):
    """A reason that may be given where no free words are kept: of what is sealed (lý do ghi sẵn).

    ``acts`` are what it may be the reason of, by the names of events: "forwarded", "extended",
    "reopened", "withheld".
    """

    title: Words
    acts: tuple[str, ...]


class CaseTerm(Rule):
    """A term in the life of a case that no regulation sets."""

    title: Words
    amount: Amount
    unit: Unit

    @property
    def duration(self) -> Duration:
        """How long it is."""
        return Duration(self.amount, self.unit)


class _File(Value):
    grounds: tuple[CaseGround, ...]
    reasons: tuple[CaseReason, ...]
    terms: tuple[CaseTerm, ...]


@dataclass(frozen=True, slots=True)
class CaseRules:
    """The whole file.

    Attributes:
        grounds: By id, in the file's order.
        reasons: By id, in the file's order.
        terms: By id.
    """

    grounds: Mapping[str, CaseGround]
    reasons: Mapping[str, CaseReason]
    terms: Mapping[str, CaseTerm]

    def grounds_for(self, kind: str, on: dt.date) -> tuple[CaseGround, ...]:
        """The grounds on which a message of the kind can be refused on the day."""
        return tuple(ground for ground in self.grounds.values() if ground.fits(kind, on))

    def reasons_for(self, act: str, on: dt.date) -> tuple[CaseReason, ...]:
        """The reasons of the list that may be given for an act on the day."""
        found = self.reasons.values()
        return tuple(each for each in found if act in each.acts and each.in_force(on))


def load_case_rules(path: Path = _PATH, shown: str = CASE_RULES_FILE) -> CaseRules:
    """The rules of a file.

    Args:
        path: The file.
        shown: The file's name in findings.

    Raises:
        Refused: With every mistake in the file.
    """
    file, document = read(_File, path, shown)
    found: list[Finding] = []
    for name, rules in (
        ("grounds", file.grounds),
        ("reasons", file.reasons),
        ("terms", file.terms),
    ):
        seen: set[str] = set()
        for index, rule in enumerate(rules):
            if rule.id in seen:
                line = document.line((name, index, "id"))
                message = f"Mã “{rule.id}” dùng hai lần; hãy đổi một."
                found.append(Finding(shown, message, line, f"{name}[{index}].id"))
            seen.add(rule.id)
    if found:
        raise Refused(found)
    return CaseRules(
        {ground.id: ground for ground in file.grounds},
        {reason.id: reason for reason in file.reasons},
        {term.id: term for term in file.terms},
    )


@functools.cache
def case_rules() -> CaseRules:
    """The rules that this release of Cổng knows."""
    return load_case_rules()
