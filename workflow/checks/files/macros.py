"""What runs by itself in a document: macros, links that fetch, actions of a PDF."""

from collections.abc import Iterator

from regulation.files.active import acts
from regulation.findings import Finding
from workflow.checks.files.clauses import harm


def check(path: str, data: bytes) -> Iterator[Finding]:
    """Everything in a document that acts when it is opened."""
    for message, severity in acts(data):
        yield Finding(path, message, basis=harm(path), severity=severity)
