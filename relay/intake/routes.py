"""Where citizens send: the form's first step, the review that is confirmed, the receipt.

It works with no script: page, POST, review, POST, receipt. A script makes one step of it. Whatever
goes wrong, the page that comes back still holds what was typed.
"""

import asyncio
import functools
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from regulation.forms import (
    CONTACT,
    HONEYPOT,
    MessageForm,
    chosen_from,
    kind_of,
    load_forms,
)
from relay.abuse.limits import Door
from relay.abuse.proof import Proved, challenge, proved
from relay.abuse.suspicion import Recent, Signs, reasons
from relay.context import Context
from relay.intake import sealed, tokens, words
from relay.intake.answers import RETRY, Answers, in_words, wants_json
from relay.intake.bounds import BodyRefused, Bounds, Lease, Room
from relay.intake.fields import Fault, Given, checked
from relay.intake.files import attached
from relay.intake.holding import Holding
from relay.intake.keeping import Message, keeping, new_case
from relay.intake.multipart import Body, Upload, form_of
from relay.intake.receipts import receipt
from relay.intake.tokens import Expired, Spliced, Token
from relay.intake.typed import (
    BESIDE,
    EDIT,
    ONE_STEP,
    PROMISED,
    PROOF,
    TOKEN,
    Opened,
    Typed,
    about_faults,
    draft_of,
    kind_named,
    opened_form,
    own,
    routed_of,
    sealed_no_more,
)
from relay.store.cases import find_by_token
from relay.store.values import NewFile
from relay.store.writer import Unavailable

_ERRORS, _OTHER_NOW = 422, 409


def routes(context: Context) -> list[BaseRoute]:
    """The addresses below ``/y-kien/`` at which citizens send."""
    intake = Intake(context)
    return [
        Route("/y-kien/gui/{slug:str}/", intake.send, methods=["POST"]),
        Route(sealed.ADDRESS, sealed.SealedIntake(context, intake.room).send, methods=["POST"]),
        Route("/y-kien/xac-nhan/", intake.confirm, methods=["POST"]),
        Route("/y-kien/bien-nhan/{token:str}/", receipt(context), methods=["GET"]),
        Route("/y-kien/altcha", intake.challenge, methods=["GET"]),
    ]


@functools.cache
def _every_name() -> frozenset[str]:
    """The names that any form has: what is confirmed says only in its token of which it is."""
    return frozenset().union(*(form.names for form in load_forms().values())) | BESIDE


class Intake:
    """What the addresses share: memory for bodies, and what came lately."""

    def __init__(self, context: Context) -> None:
        """Nothing has come yet."""
        self._context = context
        self._answers = Answers(context)
        self.room = Room()
        """Memory that bodies share."""
        self._recent = Recent()
        self._holding = Holding(context)

    # --- the addresses -----------------------------------------------------------------------

    async def challenge(self, request: Request) -> Response:
        """A token and a challenge, for scripts."""
        context = self._context
        opened = opened_form(context, kind_of(request.query_params.get("loai", "")))
        if wait := self._wait(request, Door.CHALLENGE):
            return JSONResponse({}, 429, {"retry-after": str(math.ceil(wait))})
        kind, now = opened.form.kind, context.now()
        # Files held by an earlier try belong to this one.
        before = self._token_or_none(request.query_params.get(TOKEN, ""), kind)
        id_, marks = (before.id, before.marks) if before else (tokens.new_id(), ())
        token = Token(id_, context.portal.id, kind, now, "", marks)
        said = challenge(
            context.keys.altcha, portal=token.portal, kind=kind, token=token.id, now=now
        )
        signed = tokens.sign(token, context.keys.tokens)
        return JSONResponse({"challenge": said, "token": signed})

    async def send(self, request: Request) -> Response:
        """The first step; with a script and a proof, the only one."""
        opened = opened_form(self._context, kind_of(request.path_params["slug"]))
        with self.room.lease() as lease:
            try:
                body = await self._body(request, opened, lease)
            except BodyRefused as refused:
                promised = PROMISED in refused.values
                faults = [Fault("", refused.message), *sealed_no_more(opened, promised)]
                answer = await self._answers.form(
                    request, opened, refused.values, faults, status=refused.status
                )
                # What has not been read is not waited for.
                answer.headers["connection"] = "close"
                return answer
            try:
                return await self._sent(request, opened, body)
            except Unavailable:
                values = own(opened, body.values)
                return await self._answers.unavailable(request, opened, values)

    async def confirm(self, request: Request) -> Response:
        """The second step: commits, and leads to the receipt."""
        with self.room.lease() as lease:
            try:
                body = await form_of(request, _every_name(), lease=lease, bounds=Bounds(files=0))
            except BodyRefused as refused:
                return await self._answers.refused(refused.message, refused.status)
        try:
            token = self._token(body.values.get(TOKEN, ""), None)
        except Spliced:
            return await self._answers.refused(words.NO_TOKEN, 400)
        except Expired as expired:
            if await self._was_sent(body.values, expired.token):
                return self._answers.receipt(request, expired.token.id)
            opened = opened_form(self._context, kind_named(expired.token.kind))
            values = own(opened, body.values)
            if broken := sealed_no_more(opened, tokens.SEALED in expired.token.marks):
                return await self._answers.form(request, opened, values, broken, status=_OTHER_NOW)
            return await self._answers.form(
                request, opened, values, template="relay/expired.html", status=_ERRORS
            )
        opened = opened_form(self._context, kind_named(token.kind))
        values = own(opened, body.values)
        if len(values) + len(BESIDE & set(body.values)) != len(body.values):
            return await self._answers.refused(words.NO_TOKEN, 400)
        return await self._confirmed(request, opened, values, token)

    # --- the first step ----------------------------------------------------------------------

    async def _sent(self, request: Request, opened: Opened, body: Body) -> Response:
        before = self._token_or_none(body.values.get(TOKEN, ""), opened.form.kind)
        values = own(opened, body.values)
        if broken := sealed_no_more(opened, PROMISED in body.values):
            if wants_json(request):  # it goes on without scripts, to the page as it is now
                return JSONResponse({}, _OTHER_NOW)
            return await self._answers.form(request, opened, values, broken, status=_OTHER_NOW)
        if wait := self._wait(request, Door.FORM):
            fault = Fault("", words.WAIT.format(in_words(wait)))
            return await self._answers.form(
                request, opened, values, [fault], status=429, retry=str(math.ceil(wait))
            )
        if body.values.get(EDIT):
            return await self._edited(request, opened, values, before)
        given = self._checked(opened.form, values)
        files, faults, marks = await self._files(opened, body.files, before)
        about = draft_of(self._context, given.values)
        faults = [*given.faults, *about_faults(self._context, opened, given.values, about), *faults]
        if body.values.get(HONEYPOT):
            marks = (*marks, tokens.HONEYPOT)
        typed = Typed(opened, given.values, files, about, marks)
        held = not body.files and before is not None and tokens.FILES in before.marks
        gone = [Fault(opened.file_field, words.GONE)] if held and not files else []
        if faults:
            return await self._with_faults(request, typed, [*faults, *gone], before)
        if body.values.get(ONE_STEP) and before is not None:
            proof = body.values.get(PROOF, "")
            answer = await self._at_once(request, typed, before, proof, held=held)
            if answer is not None:
                return answer
        if wants_json(request):
            # The script goes the way that it would go without a script.
            return JSONResponse({}, 409)
        if gone:
            return await self._with_faults(request, typed, gone, before)
        return await self._reviewed(request, typed, before)

    async def _edited(
        self, request: Request, opened: Opened, values: Mapping[str, str], before: Token | None
    ) -> Response:
        """From the review back to the form."""
        files = await self._holding.held_for(before)
        token = tokens.sign(before, self._context.keys.tokens) if before and files else ""
        return await self._answers.form(request, opened, values, held=files, token=token)

    async def _with_faults(
        self, request: Request, typed: Typed, faults: Sequence[Fault], before: Token | None
    ) -> Response:
        token = self._new_token(typed, "")
        files = typed.files
        if wants_json(request):
            files = ()  # they are still in the page
        elif files and not await self._holding.hold_if_it_can(typed, token, before):
            files = ()
            faults = [*faults, Fault(typed.opened.file_field, words.CHOOSE_AGAIN)]
        signed = tokens.sign(token, self._context.keys.tokens) if files else ""
        return await self._answers.form(
            request, typed.opened, typed.values, faults, status=_ERRORS, held=files, token=signed
        )

    async def _reviewed(self, request: Request, typed: Typed, before: Token | None) -> Response:
        """The page on which everything is read once more before it is sent."""
        token = self._new_token(typed, typed.digest)
        if typed.files and not await self._holding.hold(typed, token, before):
            faults = [Fault(typed.opened.file_field, words.NOT_HELD)]
            return await self._answers.form(
                request, typed.opened, typed.values, faults, status=_ERRORS
            )
        return await self._answers.review(typed, token)

    async def _at_once(
        self, request: Request, typed: Typed, token: Token, payload: str, *, held: bool
    ) -> Response | None:
        """One step in place of two; nothing when the proof proves nothing, or files are gone."""
        context = self._context
        if token.digest:
            return None
        # What is there already needs no proof any more: its answer may have been lost on the way.
        # Held files are those of the token, also when they are held no more.
        content = tokens.fields_of(typed.digest) if held else typed.digest
        bound = tokens.bound_id(token.id, content)
        if await self._there(bound):
            return self._answers.receipt(request, bound)
        if held and not typed.files:
            return None
        proof = proved(
            payload,
            context.keys.altcha,
            portal=token.portal,
            kind=token.kind,
            token=token.id,
            now=context.now(),
        )
        if proof is None:
            return None
        there = await self._kept(typed, bound, token, proof)
        return self._answers.receipt(request, bound) if there else None

    # --- the second step ---------------------------------------------------------------------

    async def _confirmed(
        self, request: Request, opened: Opened, values: Mapping[str, str], token: Token
    ) -> Response:
        context = self._context
        if wait := self._wait(request, Door.FORM):
            about = draft_of(context, values)
            typed = Typed(opened, values, (), about, token.marks)
            notice = words.WAIT.format(in_words(wait))
            if tokens.FILES in token.marks:
                notice = f"{notice} {words.STILL_HELD}"
            retry = str(math.ceil(wait))
            return await self._answers.review(typed, token, notice=notice, status=429, retry=retry)
        try:
            files = await self._holding.held_for(token)
            given = self._checked(opened.form, values)
            about = draft_of(self._context, given.values)
            typed = Typed(opened, given.values, files, about, token.marks)
            broken = sealed_no_more(opened, tokens.SEALED in token.marks)
            about_it = about_faults(self._context, opened, given.values, about)
            faults = [*broken, *given.faults, *about_it]
            if not faults and typed.digest != token.digest:
                faults = [Fault("", words.NOT_AS_SHOWN)]
            if faults:
                # A second click comes when the files are with the case already.
                if await self._was_sent(values, token):
                    return self._answers.receipt(request, token.id)
                status = _OTHER_NOW if broken else _ERRORS
                return await self._answers.form(request, opened, values, faults, status=status)
        except Unavailable:
            return await self._answers.unavailable(request, opened, values)
        try:
            await self._kept(typed, token.id, token, None)
        except Unavailable:
            return await self._answers.review(
                typed, token, notice=words.LATER, status=503, retry=RETRY
            )
        return self._answers.receipt(request, token.id)

    async def _was_sent(self, values: Mapping[str, str], token: Token) -> bool:
        """Whether what a token's review showed is a case, and these are its words.

        Its files are not looked at: they are with the case, and held no more.
        """
        kind = kind_named(token.kind)
        if kind is None:
            return False
        shown = tokens.digest(self._checked(load_forms()[kind], values).values)
        if tokens.fields_of(shown) != tokens.fields_of(token.digest):
            return False
        return await self._there(token.id)

    async def _there(self, id_: str) -> bool:
        found = await self._context.read(lambda connection: find_by_token(connection, id_))
        return found is not None

    async def _kept(self, typed: Typed, id_: str, token: Token, proof: Proved | None) -> bool:
        """Writes the case; whether it is there.

        Raises:
            Unavailable: It could not be written.
        """
        context, now = self._context, self._context.now()
        text = "\n".join(text for name, text in typed.values.items() if name not in CONTACT)
        route = routed_of(self._context, typed)
        signs = Signs(
            honeypot="x" if tokens.HONEYPOT in typed.marks else "",
            took=now - token.at,
            proved=proof is not None,
            busy=context.limits.busy(Door.FORM, context.ticking()),
            text=text,
            again=0 if route.route.sealed else self._recent.again(text, now),
        )
        message = Message(
            id=id_,
            form=typed.opened.form,
            routed=route,
            about=typed.about.id if typed.about else "",
            values=typed.values,
            files=typed.files,
            reasons=reasons(signs),
            unscanned=tokens.UNSCANNED in typed.marks,
        )
        portal = context.portal
        if typed.files or route.route.sealed:  # much to copy or to seal
            new = await asyncio.to_thread(new_case, portal, message, now)
        else:
            new = new_case(portal, message, now)
        size = sum(len(file.content) for file in new.files) + len(new.sealed or b"") + len(text)
        return await context.writer.run(keeping(new, context.keys, now, proof), weight=size)

    # --- what both need ----------------------------------------------------------------------

    def _checked(self, form: MessageForm, values: Mapping[str, str]) -> Given:
        agencies = {agency.id for agency in chosen_from(self._context.portal, self._context.today)}
        return checked(form, values, agencies)

    async def _files(
        self, opened: Opened, uploads: Sequence[Upload], before: Token | None
    ) -> tuple[tuple[NewFile, ...], Sequence[Fault], tuple[str, ...]]:
        """Files that came, or those held before when none came; faults; marks."""
        if not uploads:
            kept = await self._holding.held_for(before)
            marks = tuple(m for m in before.marks if m == tokens.UNSCANNED) if before else ()
            return kept, (), marks if kept else ()
        clamd = self._context.settings.clamd
        good, faults = await asyncio.to_thread(attached, uploads, clamd, opened.most_files)
        files = tuple(NewFile(each.name, each.kind, each.content) for each in good)
        unscanned = bool(good) and not all(each.scanned for each in good)
        return files, faults, (tokens.UNSCANNED,) if unscanned else ()

    def _new_token(self, typed: Typed, digest: str) -> Token:
        context = self._context
        marks = (*typed.marks, tokens.FILES) if typed.files else typed.marks
        if typed.opened.to.route.sealed:
            marks = (*marks, tokens.SEALED)
        portal, kind = context.portal.id, typed.opened.form.kind
        return Token(tokens.new_id(), portal, kind, context.now(), digest, marks)

    def _token(self, signed: str, kind: str | None) -> Token:
        context = self._context
        portal, now = context.portal.id, context.now()
        return tokens.read(signed, context.keys.tokens, portal=portal, kind=kind, now=now)

    def _token_or_none(self, signed: str, kind: str) -> Token | None:
        try:
            return self._token(signed, kind)
        except (Spliced, Expired):
            return None

    def _wait(self, request: Request, door: Door) -> float:
        context = self._context
        return context.limits.wait(door, context.peer(request), context.ticking())

    async def _body(self, request: Request, opened: Opened, lease: Lease) -> Body:
        bounds = replace(Bounds(), files=opened.most_files + 1)
        return await form_of(
            request, opened.names, lease=lease, files=opened.file_fields, bounds=bounds
        )
