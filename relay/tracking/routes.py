"""Where citizens follow a case by its code."""

from starlette.routing import BaseRoute

from relay.context import Context


def routes(context: Context) -> list[BaseRoute]:
    """The addresses below ``/y-kien/`` at which citizens follow a case."""
    return []
