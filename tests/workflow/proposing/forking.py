"""Commands as people type them, each a process of its own, without loading everything each time.

A process that has loaded the command of a checkout waits here; each command is a fork of it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

SERVER = """
import importlib, json, os, sys
import cong
for name in ("accounts.verbs", "workflow.proposing.verbs", "workflow.checks.verbs",
             "workflow.publish.verbs", "workflow.preview.verbs", "workflow.proposing.on_github"):
    importlib.import_module(name)
for line in sys.stdin:
    job = json.loads(line)
    sys.stdout.flush()
    child = os.fork()
    if not child:
        code = 70
        try:
            os.environ.clear()
            os.environ.update(job["environment"])
            os.chdir(job["folder"])
            said = os.open(job["said"], os.O_WRONLY)
            nothing = os.open(os.devnull, os.O_RDONLY)
            for new, old in ((nothing, 0), (said, 1), (said, 2)):
                os.dup2(new, old)
            sys.argv = ["cong", *job["words"]]
            try:
                cong.main()
                code = 0
            except SystemExit as left:
                code = left.code if isinstance(left.code, int) else int(left.code is not None)
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    print(os.waitstatus_to_exitcode(status), flush=True)
"""


class Forking:
    """The command of one checkout.

    Args:
        root: The checkout.
        environment: What it is loaded with.
    """

    def __init__(self, root: Path, environment: Mapping[str, str]) -> None:
        self._root = root
        self._server = subprocess.Popen(
            [sys.executable, "-P", "-c", SERVER],
            cwd=root,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, words: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
        """Runs a command: its exit code, and both its outputs together."""
        assert self._server.stdin is not None and self._server.stdout is not None
        with tempfile.NamedTemporaryFile() as said:
            job = {
                "words": list(words),
                "environment": dict(environment),
                "folder": str(self._root),
                "said": said.name,
            }
            self._server.stdin.write(json.dumps(job) + "\n")
            self._server.stdin.flush()
            code = int(self._server.stdout.readline())
            return code, Path(said.name).read_text(encoding="utf-8")

    def stop(self) -> None:
        """Stops; nothing is left running."""
        if self._server.stdin is not None:
            self._server.stdin.close()
        if self._server.stdout is not None:
            self._server.stdout.close()
        self._server.wait()
