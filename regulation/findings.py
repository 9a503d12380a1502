"""What is wrong, where, and what to do: the one shape every check reports in."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum


class Severity(Enum):
    """How much a finding weighs: an error stops a build, a warning does not."""

    ERROR = "lỗi"
    WARNING = "nhắc"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a person should mend.

    Attributes:
        path: The file, relative to the root of the checkout, with forward slashes.
        message: Vietnamese, for a civil servant: what is wrong and what to do.
        line: Line in the file, from 1; 0 when the finding is about the file as a whole.
        key: Where in a YAML file, such as ``sections[3].owners``; empty in running text.
        basis: The clause (căn cứ) the finding rests on, if any.
        severity: Error or warning.
    """

    path: str
    message: str
    line: int = 0
    key: str = ""
    basis: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        # A name may hold a line's end: a finding stays one line.
        path = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in self.path)
        place = f"{path}:{self.line}" if self.line else path
        key = f" [{self.key}]" if self.key else ""
        basis = f" (Căn cứ: {self.basis})" if self.basis else ""
        return f"{place}:{key} {self.severity.value}: {self.message}{basis}"

    def at(self, path: str, line_offset: int = 0) -> "Finding":
        """The same finding in another file, its line moved down by ``line_offset``."""
        return replace(self, path=path, line=self.line + line_offset if self.line else 0)


class Refused(Exception):
    """Input that cannot be used. Carries every finding, not just the first."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class Mistyped(Refused):
    """What was typed cannot be done, whatever the files hold."""


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop a build."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings as people read them: by file, then by line, each once."""
    return sorted(set(findings), key=lambda f: (f.path, f.line, f.key, f.message))
