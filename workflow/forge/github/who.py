"""Who is asking, as GitHub knows them: a person, or a program."""

from workflow.forge.github.api import Api, ApiError, understood

VIEWER = "query { viewer { login } }"
"""Asks who is asking: also programs, of which GitHub's other interface does not tell."""

BOT = "[bot]"
"""Ends the login of a program."""


def asker(api: Api) -> str:
    """The login of whoever is asking.

    Raises:
        ForgeError: GitHub does not say.
    """
    try:
        said = api.get("/user")
    except ApiError as error:
        if error.status != 403:
            raise
        # A workflow's own token or that of an app is no user's.
        told = api.graphql(VIEWER, {})
        with understood():
            # Elsewhere a program's login ends so, and nobody else's can.
            return str(told["viewer"]["login"]).removesuffix(BOT) + BOT
    with understood():
        return str(said["login"])
