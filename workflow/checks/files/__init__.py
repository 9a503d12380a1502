"""Checks on the files of a proposal: each looks at one file's path and bytes.

``FILE_CHECKS`` are asked of every file below ``content/`` that a proposal adds or changes;
``malware.check`` of every file, with the daemon's address; ``names.check_names`` once, of every
path that would be there afterwards.
"""

from collections.abc import Callable, Iterator

from regulation.findings import Finding
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
