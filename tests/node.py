"""Node, which runs the browser's scripts in tests."""

import shutil
import sys
from pathlib import Path


def node() -> str:
    """Node of the virtual environment; else the machine's."""
    beside = Path(sys.executable).parent / "node"
    return str(beside) if beside.exists() else shutil.which("node") or "node"
