"""Checks on the files of a proposal: each looks at one file's path and bytes.

``FILE_CHECKS`` are asked of every file below ``content/`` that a proposal adds or changes;
``malware.check`` of every file, with the daemon's address; ``names.check_names`` once, of every
path that would be there afterwards.
"""

from collections.abc import Callable, Iterable, Iterator

from regulation.findings import Finding, errors
from workflow.checks.files import macros, names, personal, sizes, svg, types

FileCheck = Callable[[str, bytes], Iterator[Finding]]
"""A file's path from the root of the checkout, and what it holds; no other input."""

FILE_CHECKS: tuple[FileCheck, ...] = (
    names.check,
    types.check,
    sizes.check,
    macros.check,
    svg.check,
    personal.check,
)


def not_told(of_files: Iterable[Finding], told: Iterable[Finding]) -> Iterator[Finding]:
    """Findings on files, but for files of which a mistake is told already: one line is enough.

    Args:
        of_files: Findings of checks on files.
        told: What the reading of the items told; it names a file by its path, or first of all in
            its message by its name in the portal's folder.
    """
    mistakes = errors(told)
    paths = {finding.path for finding in mistakes}
    names_told = {finding.message.partition(": ")[0] for finding in mistakes}
    for finding in of_files:
        name = finding.path.split("/", 2)[-1]  # below content/<portal>/
        if finding.path not in paths and name not in names_told:
            yield finding
