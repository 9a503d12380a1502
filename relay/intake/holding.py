"""Files of the first step, held for the second: bounded on disk, and nothing that is sealed."""

from sqlalchemy import Connection

from relay.abuse.limits import Budget, Rate
from relay.context import Context
from relay.intake import tokens
from relay.intake.bounds import MB
from relay.intake.tokens import Token
from relay.intake.typed import Typed
from relay.store.held import HELD, held, hold, let_go
from relay.store.values import NewFile
from relay.store.writer import Unavailable

MOST = 1_000 * MB
"""What all may be held for together, on disk, in the time for which it is held."""


class Holding:
    """Holds files."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._budget = Budget(Rate(MOST, MOST / HELD.total_seconds()))

    async def held_for(self, token: Token | None) -> tuple[NewFile, ...]:
        """The files held for a token; none when it has none."""
        if token is None or tokens.FILES not in token.marks:
            return ()
        now = self._context.now()
        return await self._context.read(lambda connection: held(connection, token.id, now))

    async def hold(self, typed: Typed, token: Token, before: Token | None) -> bool:
        """Keeps files for the second step; whether they are kept. Nothing sealed ever is.

        Raises:
            Unavailable: They could not be written.
        """
        context, size = self._context, sum(len(file.content) for file in typed.files)
        if typed.opened.to.route.sealed or not self._budget.take(size, context.ticking()):
            return False
        now = context.now()

        def work(connection: Connection) -> None:
            hold(connection, token.id, typed.files, now)
            if before is not None and tokens.FILES in before.marks:
                let_go(connection, before.id)

        await context.writer.run(work, weight=size)
        return True

    async def hold_if_it_can(self, typed: Typed, token: Token, before: Token | None) -> bool:
        """As ``hold``; false where they could not be written."""
        try:
            return await self.hold(typed, token, before)
        except Unavailable:
            return False
