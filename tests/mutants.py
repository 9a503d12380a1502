"""The gate changed in every small way: which changes no test sees, and whether that is explained.

Run by ``make test-mutants``. mutmut makes the changes and runs the tests of the gate on each.
"""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTMUT = str(Path(sys.executable).with_name("mutmut"))

EXPLAINED = {
    "Verdict.REQUEST_CHANGES: 3": "Three weighs more than the others as two does.",
}
"""Changes that nobody could see, by what the changed line holds, each with its reason."""


def survivors() -> dict[str, str]:
    """The changed line of every change that no test sees, by the name that mutmut gives it."""
    told = _mutmut("results")
    names = re.findall(r"^\s*(\S+): survived", told, re.M)
    return {name: _changed_line(_mutmut("show", name)) for name in names}


def _changed_line(diff: str) -> str:
    lines = [line[1:].strip() for line in diff.splitlines() if re.match(r"\+(?!\+\+)", line)]
    return " ".join(lines)


def _mutmut(*words: str) -> str:
    return subprocess.run(
        [MUTMUT, *words], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout


def main() -> None:
    """Runs mutmut, and ends with 1 when a change is seen by no test and explained by nobody."""
    subprocess.run([MUTMUT, "run", "--max-children", "2"], cwd=ROOT, check=True)
    unexplained = []
    for name, line in survivors().items():
        reason = next((why for part, why in EXPLAINED.items() if part in line), "")
        print(f"{name}\n    {line}\n    {reason or 'seen by no test'}")
        if not reason:
            unexplained.append(name)
    if unexplained:
        sys.exit(f"{len(unexplained)} changes are seen by no test")


if __name__ == "__main__":
    main()
