"""The command ``cong``: joins each room's own verbs, and nothing else."""

import sys

import plugins.cli
import regulation.cli
import workflow.cli
from cong_vi import Command
from regulation.findings import Refused

app = Command(
    name="cong",
    help="Cổng: chạy cổng thông tin điện tử của tỉnh từ một kho Git.",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
for room in (plugins, workflow, regulation):
    room.cli.register(app)


def main() -> None:
    """Runs the command; what a room refuses is told, a line each, with exit code 1."""
    try:
        sys.exit(app.run())
    except Refused as refused:
        for finding in refused.findings:
            print(finding, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
