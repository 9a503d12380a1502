"""The command ``cong``: joins each room's own verbs, and nothing else."""

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cong_vi import Command

STOPPED = 130
"""Exit code of what was stopped by Ctrl+C, as shells have it."""


def command() -> "Command":
    """The command with the verbs of every room."""
    # Loaded here, and not above, so that Ctrl+C is answered while they load.
    import accounts.cli
    import plugins.cli
    import regulation.cli
    import workflow.cli
    from cong_vi import Command

    app = Command(
        name="cong",
        help="Cổng: chạy cổng thông tin điện tử của tỉnh từ một kho Git.",
    )
    for room in (plugins, workflow, accounts, regulation):
        room.cli.register(app)
    return app


def main() -> None:
    """Runs the command; what a room refuses is told, a line each, with exit code 1 or 2."""
    try:
        sys.exit(_run())
    except KeyboardInterrupt:
        print("Đã dừng theo Ctrl+C.", file=sys.stderr)
        sys.exit(STOPPED)


def _run() -> int:
    app = command()
    from regulation.console import complain
    from regulation.findings import Mistyped, Refused
    from regulation.machine import os_finding

    try:
        return app.run()
    except Refused as refused:
        complain(refused.findings)
        return 2 if isinstance(refused, Mistyped) else 1
    except BrokenPipeError:
        sys.stderr.close()  # whoever read the answer has gone: nobody is left to tell
        return 1
    except OSError as error:
        complain([os_finding(error)])
        return 1


if __name__ == "__main__":
    main()
