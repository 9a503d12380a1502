"""What is answered to whoever sends: the form again, the review, the receipt, or why not now.

Every page holds what was typed. A script is answered with JSON: ``{receipt}``, ``{errors}``, or
``{}``, on which it goes the way that it would go without a script.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from relay.context import Context
from relay.intake import tokens
from relay.intake.fields import Fault
from relay.intake.shown import RECEIPT, form_page, review_page
from relay.intake.tokens import Token
from relay.intake.typed import Opened, Typed, draft_of, routed_of
from relay.store.values import NewFile

RETRY = "60"
"""Seconds after which a browser or a script may try again when nothing could be kept."""


class Answers:
    """Draws the answers."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def form(
        self,
        request: Request,
        opened: Opened,
        values: Mapping[str, str],
        faults: Iterable[Fault] = (),
        *,
        status: int = 200,
        held: Sequence[NewFile] = (),
        token: str = "",
        template: str = "relay/form.html",
        retry: str = "",
    ) -> Response:
        """The form with everything that was typed; for a script, the faults alone."""
        context = self._context
        faults = list(faults)
        answer: Response
        if wants_json(request):
            told = [{"field": fault.field, "message": fault.message} for fault in faults]
            answer = JSONResponse({"errors": told} if told else {}, status)
        else:
            page = form_page(
                context.portal,
                opened.form,
                opened.to.route,
                context.today,
                base=context.settings.base,
                values=values,
                faults=faults,
                held=held,
                token=token,
                about=draft_of(context, values),
            )
            title = opened.form.title.vi
            answer = await context.draw(template, title, status=status, **page)
        if retry:
            answer.headers["retry-after"] = retry
        return answer

    async def review(
        self, typed: Typed, token: Token, *, notice: str = "", status: int = 200, retry: str = ""
    ) -> Response:
        context = self._context
        page = review_page(
            context.portal,
            typed.opened.form,
            typed.opened.to.route,
            context.today,
            base=context.settings.base,
            values=typed.values,
            held=typed.files,
            token=tokens.sign(token, context.keys.tokens),
            unit=routed_of(context, typed).unit,
            about=typed.about,
            notice=notice,
        )
        title = "Xem lại trước khi gửi"
        answer = await context.draw("relay/review.html", title, status=status, **page)
        if retry:
            answer.headers["retry-after"] = retry
        return answer

    async def unavailable(
        self, request: Request, opened: Opened, values: Mapping[str, str]
    ) -> Response:
        return await self.form(
            request,
            opened,
            values,
            template="relay/unavailable.html",
            status=503,
            retry=RETRY,
        )

    async def refused(self, message: str, status: int) -> Response:
        title = "Chưa gửi được"
        return await self._context.draw("relay/refused.html", title, status=status, message=message)

    def receipt(self, request: Request, id_: str) -> Response:
        address = self._context.at(RECEIPT.format(id_))
        if wants_json(request):
            return JSONResponse({"receipt": address})
        return RedirectResponse(address, status_code=303)


def wants_json(request: Request) -> bool:
    """Whether a script asks."""
    return "application/json" in request.headers.get("accept", "")


def in_words(seconds: float) -> str:
    """How long to wait: "40 giây", "3 phút"."""
    return f"{math.ceil(seconds)} giây" if seconds < 90 else f"{math.ceil(seconds / 60)} phút"
