"""What the checks say of a commit: of what it changes, and of what that breaks elsewhere."""

import functools

from regulation.files.clamd import configured
from workflow.checks import Outcome, check_change
from workflow.checks.change import change_of
from workflow.checks.files import FILE_CHECKS, malware
from workflow.git import Git
from workflow.proposing.context import Context


def look_at(context: Context, commit: str) -> Outcome:
    """Checks what a commit changes on the main branch.

    Raises:
        ForgeError: Git cannot tell what it changes.
    """
    clamd = configured(context.environment)
    checks = [*FILE_CHECKS]
    if clamd is not None:
        checks.append(functools.partial(malware.check, clamd=clamd))
    git = _git_with(context, commit)
    main = context.git_of_forge.run("rev-parse", context.forge.main).line
    with change_of(git, main, commit) as change:
        return check_change(git, change, context.now(), file_checks=checks)


def _git_with(context: Context, commit: str) -> Git:
    """The repository that has both the commit and the main branch as it is now."""
    there = context.git_of_forge
    if there.run("cat-file", "-e", f"{commit}^{{commit}}", ok=(0, 1, 128)).code == 0:
        return there
    # Not handed in yet: the checkout has it, and gets what it does not know of the main branch.
    context.git.run(
        "fetch", "--quiet", "--no-write-fetch-head", str(there.path), context.forge.main
    )
    return context.git
