"""The verbs of proposals: from ``cong propose`` to ``cong log``."""

import datetime as dt
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated

import typer

import accounts.verbs
from regulation.checkout import find_root
from regulation.console import complain, err, out
from regulation.findings import Finding, Mistyped, Refused
from regulation.loading import load_portals
from regulation.model import Role
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from workflow import codeowners
from workflow.forge import Entry, ForgeError, Stage
from workflow.gate import decide
from workflow.gate.waiting import awaited, next_needs, place_words
from workflow.gate.words import day, short
from workflow.index import is_item_file
from workflow.proposals import FileStatus, Proposal, Verdict
from workflow.proposing import gating
from workflow.proposing.base import regulations_at
from workflow.proposing.checking import look_at
from workflow.proposing.context import Context, context
from workflow.proposing.going_live import places_of, show_merged, show_places
from workflow.proposing.judging import Judged, judge
from workflow.proposing.merging import merge, notes
from workflow.proposing.putting import catch_up, put_forward
from workflow.proposing.record import find_item, not_merged, record_of
from workflow.proposing.refusing import (
    demand_ground,
    demand_liftable,
    demand_withdrawable,
    urgent_of,
)
from workflow.proposing.telling import (
    entry_line,
    event_line,
    not_merged_lines,
    proposal_lines,
    record_lines,
)
from workflow.urgent import demand_may, take_down

Number = Annotated[str, typer.Argument(help="Số của đề xuất.", metavar="SỐ")]
Said = Annotated[str, typer.Option("--text", "-m", help="Lời kèm theo.", metavar="LỜI")]

_DEFAULT_ORGANISATION = "to-chuc"


# --- Putting forward ------------------------------------------------------------------------------


def propose(
    title: Annotated[str, typer.Argument(help="Đề xuất này về việc gì.", metavar="TÊN")] = "",
    text: Said = "",
    correction: Annotated[
        str,
        typer.Option(help="Đính chính bài đã đăng: trước sai gì, nay đúng là gì.", metavar="LỜI"),
    ] = "",
    changed: Annotated[
        str, typer.Option("--update", help="Cập nhật bài đã đăng: có gì mới.", metavar="LỜI")
    ] = "",
    minor: Annotated[
        bool, typer.Option("--minor", help="Sửa nhỏ ở bài đã đăng, không cần nói với người đọc.")
    ] = False,
    draft: Annotated[
        bool, typer.Option("--draft", help="Còn viết tiếp: chưa xét, còn lỗi cũng gửi được.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Gửi cả những tệp đã đổi ngoài content/.")
    ] = False,
    update: Annotated[
        bool,
        typer.Option("--catch-up", help="Trước đó, ghép bản mới nhất của nhánh chính vào."),
    ] = False,
) -> None:
    """Gửi những gì vừa viết, vừa sửa thành một đề xuất.

    Gõ lại lệnh này sau khi sửa thì bản mới thay bản cũ của chính đề xuất ấy. Còn lỗi thì chưa gửi.
    """
    note = _note(correction, changed, minor)
    with _opened() as here:
        if update and catch_up(here):
            out.print("✓ Đã ghép bản mới nhất của nhánh chính.", highlight=False)
        with err.status("Đang kiểm tra…"):
            put = put_forward(
                here,
                lambda commit: look_at(here, commit).findings,
                title,
                text,
                note=note,
                draft=draft,
                everything=everything,
            )
        complain(put.findings)
        done = "Đã mở" if put.new else "Đã thay bản mới cho"
        out.print(f"✓ {done} đề xuất {put.number}, bản {short(put.commit)}.", highlight=False)
        if not draft:
            _tell_next(here, put.number)
            _tell_notes(here, put.number)
        out.print(f"  Xem: cong show {put.number}", highlight=False)


def _tell_next(here: Context, number: str) -> None:
    """To whom a proposal goes (M1): the posts that its field asks for."""
    now = here.now()
    with suppress(ForgeError):  # it is open; what is wrong with it is told to whoever looks
        proposal = here.forge.proposal(number)
        decision = decide(_regulations(here, now), proposal, here.staff, now)
        for need in next_needs(decision):
            line = f"  Chuyển đến: {need.who} – {place_words(need)}"
            out.print(line, highlight=False, soft_wrap=True, markup=False)


def _tell_notes(here: Context, number: str) -> None:
    """That readers of what was published may be told what changed, where nobody said."""
    with suppress(ForgeError):
        proposal = here.forge.proposal(number)
        if not notes(here.git_of_forge, proposal) and any(
            file.status is FileStatus.MODIFIED and _is_published(here, proposal, file.path)
            for file in proposal.files
        ):
            out.print(
                "  Bài đã đăng có sửa đổi: để người đọc biết, gõ lại cong propose kèm --correction "
                "“…” (đính chính), --update “…” (cập nhật) hoặc --minor (sửa nhỏ).",
                highlight=False,
                soft_wrap=True,
            )


def _is_published(here: Context, proposal: Proposal, path: str) -> bool:
    """Whether an item is published before a change and after it."""
    if not is_item_file(path):
        return False
    texts = (
        here.git_of_forge.run("cat-file", "blob", f"{commit}:{path}").text
        for commit in (proposal.base, proposal.head)
    )
    return not any(re.search(r"^status: *(draft|withdrawn) *$", text, re.M) for text in texts)


def _note(correction: str, changed: str, minor: bool) -> str:
    notes = {"Correction": correction, "Update": changed, "Minor": "yes" if minor else ""}
    said = [f"{key}: {' '.join(text.split())}" for key, text in notes.items() if text.strip()]
    if len(said) > 1:
        message = "Chỉ ghi một trong: --correction, --update, --minor."
        raise Mistyped([Finding("cong propose", message)])
    return said[0] if said else ""


def withdraw(
    number: Annotated[
        str,
        typer.Argument(
            help="Số của đề xuất; với --urgent: mã (id) hoặc tệp của mục đã đăng.", metavar="SỐ"
        ),
    ],
    reason: Annotated[str, typer.Option(help="Vì sao.", metavar="LÝ DO")] = "",
    urgent: Annotated[
        bool,
        typer.Option("--urgent", help="Gỡ khẩn một mục đã đăng; Ban Biên tập phê duyệt sau."),
    ] = False,
) -> None:
    """Rút một đề xuất. Với --urgent: gỡ ngay một mục đã đăng, phê duyệt sau.

    Mục gỡ khẩn vắng mặt cho đến khi đề xuất gỡ được duyệt (gỡ hẳn) hoặc được rút (đăng lại). Đã đặt
    nơi phát hành thì trang đổi ngay trong lệnh này, chưa đặt thì từ lần phát hành kế tiếp.
    """
    if not reason.strip():
        raise Mistyped([Finding("--reason", "Hãy ghi lý do: --reason “…”.")])
    with _opened() as here:
        if not urgent:
            demand_withdrawable(here, number)
            back: set[str] = set()
            for down in urgent_of(here, number):
                demand_liftable(here, down)
                back |= down.portals
            here.forge.withdraw(number, reason)
            out.print(f"✓ Đã rút đề xuất {number}.", highlight=False)
            if back and not show_places(here, places_of(here, back), "đề xuất vẫn đã rút"):
                raise typer.Exit(1)
            return
        path = find_item(here.git_of_forge, here.forge.main, number)
        now = here.now()
        demand_may(here.staff, _regulations(here, now), here.forge.me(), path, now)
        for each in urgent_of(here):
            if path in each.paths:
                raise ForgeError(
                    f"{path} đang được gỡ khẩn theo đề xuất {each.entry.number}, không cần gỡ nữa; "
                    f"xem đề xuất ấy: cong show {each.entry.number}"
                )
        author = here.forge.signature() or tuple(
            here.git.run("config", "--get", key, ok=(0, 1)).line
            for key in ("user.name", "user.email")
        )
        opened = take_down(here.git_of_forge, here.git, here.forge, path, reason, author, now)
        found = urgent_of(here, opened)
        if found and found[0].fault:
            # Git's settings may give the commit to somebody else than the one who asks.
            here.forge.withdraw(opened, found[0].fault)
            raise ForgeError(f"Đã rút đề xuất {opened}: {found[0].fault}")
        line = f"✓ Đã mở đề xuất {opened}, gỡ {path}."
        out.print(line, highlight=False, soft_wrap=True, markup=False)
        for each in found:
            out.print(f"  {each.line(_now())}", highlight=False, soft_wrap=True, markup=False)
        portal = path.split("/")[1]
        places = places_of(here, {portal})
        if not places:
            line = f"  Đưa lên ngay: cong publish --portal {portal}"
            out.print(line, highlight=False, soft_wrap=True)
        if not show_places(here, places, f"đề xuất {opened} vẫn đang mở", tell=False):
            raise typer.Exit(1)


# --- Looking --------------------------------------------------------------------------------------


def proposals(
    closed: Annotated[
        bool, typer.Option("--closed", help="Các đề xuất đã nhập và đã rút.")
    ] = False,
    mine: Annotated[
        bool, typer.Option("--mine", help="Chỉ những đề xuất đang chờ tôi, và chờ tôi làm gì.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Viết dạng JSON.")] = False,
) -> None:
    """Các đề xuất đang chờ, cũ nhất trước."""
    if closed and mine:
        message = "Đề xuất đã nhập, đã rút không còn chờ ai; hãy bỏ --closed hoặc --mine."
        raise Mistyped([Finding("cong proposals", message)])
    with _opened() as here:
        stages = (Stage.MERGED, Stage.WITHDRAWN) if closed else (Stage.OPEN,)
        found = [entry for stage in stages for entry in here.forge.entries(stage)]
        urgent = {} if closed else {each.entry.number: each for each in urgent_of(here)}
        told = _mine(here, found) if mine else [(entry, _how(here, entry)) for entry in found]
        for place, (entry, how) in enumerate(told):
            if each := urgent.get(entry.number):
                line = each.line(here.now())
                told[place] = (entry, f"{line if line.endswith('.') else f'{line}.'} {how}")
    if as_json:
        values = [
            {"number": e.number, "title": e.title, "author": e.author, "head": e.head, "how": how,
             "opened": e.opened.isoformat(), "draft": e.draft, "stage": e.stage}
            for e, how in told
        ]  # fmt: skip
        print(json.dumps(values, ensure_ascii=False, indent=1))
        return
    for entry, how in told:
        out.print(entry_line(entry, how), highlight=False, soft_wrap=True, markup=False)
    if not told:
        message = "Không có đề xuất nào đang chờ bạn." if mine else "Không có đề xuất nào."
        out.print(message, highlight=False)


def _mine(here: Context, entries: Sequence[Entry]) -> list[tuple[Entry, str]]:
    """The proposals that wait for whoever asks, each with what they are to do."""
    now, me = here.now(), here.forge.me()
    regulations = _regulations(here, now)
    found = []
    for entry in entries:
        if not entry.fault and (
            waits := awaited(regulations, here.forge.proposal(entry.number), here.staff, now, me)
        ):
            found.append((entry, str(waits)))
    return found


def _regulations(here: Context, now: dt.datetime) -> Mapping[str, Portal]:
    return regulations_at(here.git_of_forge, here.forge.main, day(now))


def _how(here: Context, entry: Entry) -> str:
    """How a proposal stands with the people; the checks would take a while for many."""
    if entry.stage is not Stage.OPEN:
        return "Đã nhập." if entry.stage is Stage.MERGED else "Đã rút."
    try:
        proposal = here.forge.proposal(entry.number)
    except ForgeError as error:
        return str(error)
    now = here.now()
    return decide(_regulations(here, now), proposal, here.staff, now).status()


def show(
    number: Number,
    diff: Annotated[bool, typer.Option("--diff", help="Cả từng dòng thay đổi.")] = False,
) -> None:
    """Một đề xuất: thay đổi gì, còn thiếu gì, ai đã làm gì."""
    with _opened() as here:
        judged = _judged(here, number)
        history = here.forge.history(number)
        lines = [*proposal_lines(judged, history[0].text if history else "")]
        lines += ["", "Đã làm:", *(f"- {event_line(event)}" for event in history)]
        if diff:
            span = f"{judged.proposal.base}..{judged.proposal.head}"
            lines += ["", here.git_of_forge.run("diff", "--no-color", span).text]
    for line in lines:
        out.print(line, highlight=False, soft_wrap=True, markup=False)


def gate(
    number: Annotated[str, typer.Option("--proposal", help="Số của đề xuất.", metavar="SỐ")] = "",
    every: Annotated[
        bool, typer.Option("--all", help="Mọi đề xuất đang chờ, cũ nhất trước.")
    ] = False,
    post: Annotated[
        bool, typer.Option("--post", help="Ghi kết quả lên kho đề xuất để mọi người thấy.")
    ] = False,
    then_merge: Annotated[
        bool, typer.Option("--merge", help="Đề xuất nào đủ điều kiện thì nhập luôn.")
    ] = False,
) -> None:
    """Chốt duyệt: đề xuất đã đủ điều kiện đăng chưa.

    Mã thoát với --proposal: 0 khi đủ, 1 khi chưa. Với --all: 0 khi đã xét hết, 1 khi có đề xuất
    không xét được.
    """
    if bool(number) == every:
        message = "Hãy ghi một trong hai: --proposal SỐ, hoặc --all cho mọi đề xuất đang chờ."
        raise Mistyped([Finding("cong gate", message)])
    with _opened() as here:
        if every:
            _gate_all(here, post=post, then_merge=then_merge)
            return
        judged = _judged(here, number)
        if post:
            gating.post(here, judged)
        out.print(judged.summary(), highlight=False, soft_wrap=True, markup=False)
        if not judged.passed:
            raise typer.Exit(1)
        if then_merge:
            _show(here, [_merge(here, judged)])


def _gate_all(here: Context, *, post: bool, then_merge: bool) -> None:
    """Judges what waits. What is wrong with one proposal stops no other, and is told at the end."""
    count = wrong = 0
    merges = []
    for stood in gating.judge_all(here, lambda proposal: look_at(here, proposal.head)):
        count += 1
        number, judged = stood.entry.number, stood.judged
        said = judged.line if judged else stood.fault
        out.print(f"Đề xuất {number}: {said}", highlight=False, soft_wrap=True, markup=False)
        wrong += judged is None
        try:
            if post:
                gating.post(here, judged) if judged else gating.post_fault(here, stood)
            if then_merge and judged and judged.passed:
                merges.append(_merge(here, judged))
        except ForgeError as error:
            wrong += judged is not None
            err.print(f"✗ Đề xuất {number}: {error}", highlight=False, markup=False)
    if not count:
        out.print("Không có đề xuất nào đang chờ.", highlight=False)
    _show(here, merges)
    if wrong:
        raise typer.Exit(1)


def log(
    item: Annotated[str, typer.Argument(help="Mã (id) hoặc tệp của mục.", metavar="MỤC")],
) -> None:
    """Ai viết, thẩm định, phê duyệt, từ chối một mục; lúc nào, bản nào; đối chiếu với Git.

    Mã thoát: 1 khi có điều không khớp.
    """
    with _opened() as here:
        changes = record_of(here, item)
        others = list(not_merged_lines(not_merged(here, item)))
    for line in (*record_lines(changes), *others):
        out.print(line, highlight=False, soft_wrap=True, markup=False)
    if any(change.faults for change in changes):
        raise typer.Exit(1)


# --- Saying what one thinks -----------------------------------------------------------------------


def review(
    number: Number,
    agree: Annotated[bool, typer.Option("--approve", help="Đồng ý.")] = False,
    request: Annotated[bool, typer.Option("--request-changes", help="Yêu cầu sửa.")] = False,
    comment: Annotated[bool, typer.Option("--comment", help="Chỉ góp ý.")] = False,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="Rút ý kiến trước của mình.")] = False,
    text: Said = "",
    commit: Annotated[
        str, typer.Option(help="Bản đã xem. Không ghi: bản hiện nay.", metavar="BẢN")
    ] = "",
) -> None:
    """Cho ý kiến về một đề xuất."""
    chosen = {
        Verdict.APPROVE: agree,
        Verdict.REQUEST_CHANGES: request,
        Verdict.COMMENT: comment,
        Verdict.DISMISSED: dismiss,
    }
    verdicts = [verdict for verdict, wanted in chosen.items() if wanted]
    if len(verdicts) != 1:
        message = "Hãy ghi đúng một trong: --approve, --request-changes, --comment, --dismiss."
        raise Mistyped([Finding("cong review", message)])
    if verdicts[0] in (Verdict.REQUEST_CHANGES, Verdict.COMMENT) and not text.strip():
        raise Mistyped([Finding("cong review", "Hãy ghi lời kèm theo: --text “…”.")])
    with _opened() as here:
        _say(here, number, verdicts[0], text, commit)
        _tell_rest(here, number)


def approve(
    number: Number,
    text: Said = "",
    commit: Annotated[
        str, typer.Option(help="Bản đã xem. Không ghi: bản hiện nay.", metavar="BẢN")
    ] = "",
    wait: Annotated[
        bool, typer.Option("--no-merge", help="Chưa nhập, dù đã đủ điều kiện.")
    ] = False,
) -> None:
    """Đồng ý; đủ người duyệt và không còn lỗi thì đề xuất được nhập ngay.

    Cổng nào đã đặt nơi phát hành thì trang của cổng ấy đổi ngay trong lệnh này. Mã thoát: 1 khi
    chưa phát hành được; lần nhập vẫn giữ.
    """
    with _opened() as here:
        _say(here, number, Verdict.APPROVE, text, commit)
        judged = _tell_rest(here, number)
        if judged.passed and not wait:
            _show(here, [_merge(here, judged)])


def refuse(
    number: Number,
    ground: Annotated[
        str, typer.Option(help="Mã của một lý do từ chối trong quy chế.", metavar="MÃ")
    ],
    text: Said = "",
) -> None:
    """Từ chối theo một lý do của quy chế."""
    with _opened() as here:
        proposal = here.forge.proposal(number)
        demand_ground(here, proposal, ground)
        here.forge.review(number, Verdict.REQUEST_CHANGES, proposal.head, text, ground)
        _tell_rest(here, number)


def merge_verb(number: Number) -> None:
    """Nhập một đề xuất đã đủ điều kiện vào nhánh chính.

    Cổng nào đã đặt nơi phát hành thì trang của cổng ấy đổi ngay trong lệnh này. Mã thoát: 1 khi
    chưa nhập hoặc chưa phát hành được.
    """
    with _opened() as here:
        _show(here, [_merge(here, _judged(here, number))])


def _say(here: Context, number: str, verdict: Verdict, text: str, commit: str) -> None:
    head = here.forge.proposal(number).head
    seen = here.git_of_forge.run("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}",
                                 ok=(0, 1)).line if commit else head  # fmt: skip
    if not seen:
        raise ForgeError(f"Không có bản “{commit}”; hãy gõ cong show {number} để xem bản hiện nay.")
    here.forge.review(number, verdict, seen, text)


def _tell_rest(here: Context, number: str) -> Judged:
    judged = _judged(here, number)
    out.print(f"✓ Đã ghi ý kiến. {judged.line}", highlight=False, soft_wrap=True, markup=False)
    mine = [each for each in judged.proposal.reviews if each.who == here.forge.me()]
    for each in judged.decision.uncounted:
        if mine and each.review == max(mine, key=lambda review: review.settled):
            out.print(f"  Chưa được tính: {each.reason}", highlight=False, soft_wrap=True)
    for need in judged.decision.missing:
        out.print(f"  Còn chờ: {need.who} – {need.title}", highlight=False, soft_wrap=True)
    return judged


def _merge(here: Context, judged: Judged) -> str:
    made = merge(here, judged)
    out.print(
        f"✓ Đã nhập đề xuất {judged.proposal.id} vào nhánh {here.forge.main}, bản {short(made)}.",
        highlight=False,
    )
    return made


def _show(here: Context, merges: Sequence[str]) -> None:
    """What is approved goes live; that it could not changes nothing of the merge told before."""
    if merges and not show_merged(here, merges):
        raise typer.Exit(1)


def _judged(here: Context, number: str) -> Judged:
    with err.status("Đang kiểm tra…"):
        return judge(here, number, lambda proposal: look_at(here, proposal.head))


# --- Delegating -----------------------------------------------------------------------------------


def delegate(
    person: Annotated[str, typer.Argument(help="Mã của người được ủy quyền.", metavar="NGƯỜI")],
    portal: Annotated[str, typer.Option(help="Mã cổng.", metavar="MÃ")],
    until: Annotated[str, typer.Option(help="Đến hết ngày nào.", metavar="NGÀY")],
    document: Annotated[str, typer.Option(help="Số của giấy ủy quyền.", metavar="SỐ")],
    dated: Annotated[str, typer.Option(help="Ngày của giấy ủy quyền.", metavar="NGÀY")],
    since: Annotated[
        str, typer.Option("--from", help="Từ ngày nào. Không ghi: từ bây giờ.", metavar="NGÀY")
    ] = "",
    role: Annotated[str, typer.Option(help="Vai trò được trao.", metavar="VAI TRÒ")] = Role.HEAD,
) -> None:
    """Trao quyền của mình cho người khác, từ lúc này đến lúc kia."""
    with _opened() as here:
        grantor = here.forge.me()
    accounts.verbs.delegate(grantor, person, portal, role, until, document, dated, since)


def revoke(
    number: Annotated[int, typer.Argument(help="Số của ủy quyền.", metavar="SỐ")],
) -> None:
    """Thu hồi một ủy quyền trước hạn."""
    accounts.verbs.delegations(revoke=number)


# --- GitHub ---------------------------------------------------------------------------------------


def codeowners_verb(
    check: Annotated[
        bool, typer.Option("--check", help="Chỉ xem tệp có đúng với quy chế không.")
    ] = False,
    organisation: Annotated[
        str, typer.Option(help="Tổ chức trên GitHub sở hữu kho.", metavar="TÊN")
    ] = "",
) -> None:
    """Viết .github/CODEOWNERS từ quy chế: nhóm nào được mời xem tệp nào."""
    root = find_root(Path.cwd())
    today = _now().date()
    file = root / codeowners.FILE
    stands = file.read_text(encoding="utf-8") if file.is_file() else ""
    known = [line.owners[0] for line in codeowners.parse(stands) if line.owners]
    named = organisation or (known[0].lstrip("@").partition("/")[0] if known else "")
    portals = load_portals(root / "content", root, today)
    wanted = codeowners.text(portals, named or _DEFAULT_ORGANISATION, today)
    if wanted == stands:
        out.print(f"✓ {codeowners.FILE} đúng với quy chế.", highlight=False)
    elif check:
        message = "Tệp không còn đúng với quy chế; hãy gõ: cong codeowners"
        raise Refused([Finding(codeowners.FILE.as_posix(), message)])
    else:
        file.parent.mkdir(exist_ok=True)
        file.write_text(wanted, encoding="utf-8")
        out.print(f"✓ Đã viết {codeowners.FILE}.", highlight=False)


# --- What is around -------------------------------------------------------------------------------


def _now() -> dt.datetime:
    return dt.datetime.now(VIETNAM)


@contextmanager
def _opened() -> Iterator[Context]:
    """Everything a verb needs; what the forge refuses is told as the command tells things."""
    root = find_root(Path.cwd())
    try:
        with context(root, os.environ, Path.home(), _now) as here:
            yield here
    except ForgeError as error:
        raise Refused([Finding("cong", str(error))]) from error
