"""The command ``cong``: joins each room's own verbs, and nothing else."""

import io
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cong_vi import Command

STOPPED = 130
"""Exit code of what was stopped by Ctrl+C, as shells have it."""

DEBUG = "CONG_DEBUG"
"""Set to 1, a fault of ours is told with its whole trace."""


def command() -> "Command":
    """The command with the verbs of every room."""
    # Loaded here, and not above, so that Ctrl+C is answered while they load.
    import accounts.cli
    import plugins.cli
    import regulation.cli
    import relay.cli
    import workflow.cli
    from cong_vi import Command

    app = Command(
        name="cong",
        help="Cổng: chạy cổng thông tin điện tử của tỉnh từ một kho Git.",
    )
    for room in (plugins, workflow, accounts, relay, regulation):
        room.cli.register(app)
    return app


def main() -> None:
    """Runs the command; what a room refuses is told, a line each, with exit code 1 or 2."""
    _speak_utf8()
    try:
        sys.exit(_run())
    except KeyboardInterrupt:
        print("Đã dừng theo Ctrl+C.", file=sys.stderr)
        sys.exit(STOPPED)
    except Exception as error:  # a fault of ours: whoever typed the command can only report it
        if os.environ.get(DEBUG) == "1":
            raise
        print(
            f"cong: lỗi của phần mềm ({type(error).__name__}), không phải của bài viết hay lệnh đã "
            f"gõ; hãy gõ lại với {DEBUG}=1 đứng trước rồi gửi những gì hiện ra cho người phụ trách "
            "phần mềm của Cổng.",
            file=sys.stderr,
        )
        sys.exit(1)


def _speak_utf8() -> None:
    """Writes UTF-8 wherever the answer goes: Vietnamese has no other home, whatever is set here."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


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
