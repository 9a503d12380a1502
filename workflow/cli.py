"""The verbs of the workflow: ``cong check``, and those of its parts."""

import typer

from workflow.checks.cli import check_command
from workflow.proposing import cli as proposing_cli
from workflow.publish import cli as publish_cli


def register(app: typer.Typer) -> None:
    """Adds the room's verbs to the command."""
    app.command("check", help="Kiểm tra quy chế và nội dung: khai báo, Unicode, liên kết, tệp.")(
        check_command
    )
    proposing_cli.register(app)
    publish_cli.register(app)
