"""A small runner of GitHub's workflows: real steps, in a real clone, over the stand-in.

It knows what our workflows use and nothing else: whatever it does not know is a fault of the test.
What GitHub would put in the place of ``${{ … }}`` is told by the test, word by word.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.workflow.forge.standin import FULL, Standin

ROOT = Path(__file__).parents[3]
WORKFLOWS = ROOT / ".github" / "workflows"

_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_KNOWN_STEP = {"name", "run", "uses", "with", "env", "if"}


def workflow(name: str, folder: Path = WORKFLOWS) -> dict[str, Any]:
    """A workflow as it is written. YAML reads its key ``on`` as true."""
    found = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return {("on" if key is True else key): value for key, value in found.items()}


def resolve(text: object, values: Mapping[str, str]) -> str:
    """A text with GitHub's expressions in it, resolved."""
    return _EXPRESSION.sub(lambda found: values[found[1]], str(text))


@dataclass
class Ran:
    """What came of a job.

    Attributes:
        code: With which code it ended.
        text: All that it said.
        summary: What it wrote for GitHub to show beside the run.
    """

    code: int
    text: str
    summary: str


@dataclass
class Runner:
    """Runs jobs, each in a clone of its own.

    Attributes:
        github: Where the repository is.
        folder: Where clones are made.
        values: What GitHub knows: by expression.
        ran: Every command that was run, as it is written.
    """

    github: Standin
    folder: Path
    values: Mapping[str, str]
    ran: set[str] = field(default_factory=set)
    count: int = 0

    def job(self, name: str, job: str, more: Mapping[str, str] | None = None) -> Ran:
        """Runs a job of a workflow as the main branch has it; the first step that fails ends it.

        Args:
            name: The workflow's file.
            job: Its job.
            more: What is so this time only, by expression.
        """
        values = {**self.values, **(more or {})}
        self.count += 1
        place = self.folder / f"máy-{self.count}"
        told = workflow(name)["jobs"][job]
        summary = self.folder / f"tóm-tắt-{self.count}.md"
        env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
            **{key: resolve(value, values) for key, value in told.get("env", {}).items()},
            "HOME": str(self.folder),
            "GIT_CONFIG_GLOBAL": str(self.folder / "gitconfig-máy"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GITHUB_SERVER_URL": self.github.web,
            "GITHUB_API_URL": self.github.api,
            "GITHUB_REPOSITORY": FULL,
            "GITHUB_RUN_ID": str(self.count),
            "GITHUB_STEP_SUMMARY": str(summary),
            "CONG_CLAMD": "off",
            "NO_COLOR": "1",
            "COLUMNS": "200",
        }
        env.pop("CONG_ACCOUNTS", None)
        text = ""
        for step in told["steps"]:
            assert set(step) <= _KNOWN_STEP, step
            if "if" in step and values[step["if"]] != "true":
                continue
            if "uses" in step:
                given = {key: resolve(each, values) for key, each in step.get("with", {}).items()}
                self._use(step["uses"].partition("@")[0], given, place)
                continue
            self.ran.add(step["run"])
            more_env = {key: resolve(each, values) for key, each in step.get("env", {}).items()}
            done = subprocess.run(
                ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=place if place.is_dir() else self.folder,
                env={**env, **more_env},
                capture_output=True,
                text=True,
                check=False,
            )
            text += done.stdout + done.stderr
            if done.returncode:
                return Ran(done.returncode, text, _read(summary))
        return Ran(0, text, _read(summary))

    def _use(self, action: str, given: Mapping[str, str], place: Path) -> None:
        if action == "actions/checkout":
            self._clone(place, given.get("ref", ""))
        elif action == "actions/upload-artifact":
            assert given["archive"] == "False"
            (file,) = place.glob(given["path"])
            self.github.keeps(file.name, run=self.count)
        else:
            raise AssertionError(f"Unknown action {action}")

    def _clone(self, place: Path, ref: str) -> None:
        """A clone, with the packages of the checkout that the tests run in."""

        def git(*words: str) -> None:
            subprocess.run(["git", *words], check=True, capture_output=True)

        git("clone", "--quiet", "--no-checkout", str(self.github.repository.path), str(place))
        git("-C", str(place), "fetch", "--quiet", "origin", "+refs/pull/*:refs/remotes/pull/*")
        git("-C", str(place), "remote", "set-url", "origin", self.github.remote)
        git("-C", str(place), "checkout", "--quiet", ref or "origin/main")
        tools = place / ".venv" / "bin"
        tools.mkdir(parents=True)
        for name, command in (
            ("python", "exit 1"),  # nothing is installed: make finds that all of it is there
            ("cong", f'exec "{ROOT}/.venv/bin/python" -P "{place}/cong.py" "$@"'),
        ):
            tool = tools / name
            start = f'#!/bin/sh\nPYTHONPATH="{place}" '
            tool.write_text(f"{start}; export PYTHONPATH; {command}\n", encoding="utf-8")
            tool.chmod(0o755)
        (place / ".venv" / ".installed").touch()


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""
