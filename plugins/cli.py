"""The verbs of this room."""

from regulation.command import Command


def register(app: Command) -> None:
    """Adds this room's verbs to the command."""
    app.verb(
        "build", help="Dựng trang của một cổng, hoặc mọi cổng.", at="plugins.verbs:build_command"
    )
    app.verb(
        "serve",
        help="Dựng và xem một cổng trên máy này; tự dựng lại khi tệp đổi.",
        at="plugins.verbs:serve_command",
    )
