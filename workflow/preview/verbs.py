"""The verb ``cong preview``: what a proposal would look like, in one file."""

import datetime as dt
import os
from pathlib import Path
from typing import Annotated

import typer

from regulation.checkout import find_root
from regulation.console import err, out
from regulation.findings import Finding, Mistyped, Refused
from regulation.machine import os_words
from regulation.yamlfile import VIETNAM
from workflow.checks.change import NoChangeError, change_of, commit_of
from workflow.forge.interface import ForgeError
from workflow.gate.words import plain, short
from workflow.git import Git
from workflow.preview.preview import Made, preview
from workflow.proposals import Proposal
from workflow.proposing.context import context

_NO_NUMBER = "xem-thu"
_COMMIT = "{commit}"  # in the name of the file: what was drawn


def preview_command(
    number: Annotated[str, typer.Argument(help="Số của đề xuất.", metavar="SỐ")] = "",
    base: Annotated[
        str,
        typer.Option(
            help="Không phải đề xuất: xem những gì khác với bản này, ví dụ main.", metavar="BẢN"
        ),
    ] = "",
    head: Annotated[
        str,
        typer.Option(
            help="Bản muốn xem, cùng với --base. Không ghi: các tệp đang có trên máy.",
            metavar="BẢN",
        ),
    ] = "",
    title: Annotated[
        str, typer.Option(help="Cùng với --base: tên ghi ở đầu bản xem thử.", metavar="TÊN")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option(
            help="Tệp để ghi; {commit} trong tên là mã bản đã vẽ. Không ghi: xem-thu-SỐ.html.",
            metavar="TỆP",
        ),
    ] = None,
) -> None:
    """Xem một đề xuất sẽ thành trang thế nào, trong một tệp mở được trên điện thoại.

    Tệp HTML ấy có đủ mọi thứ: không cần mạng, không chạy mã, gửi đi được. Trang đang chạy và nhánh
    chính không đổi. Mã của đề xuất không được chạy. Mã thoát: 0 khi xong, 1 khi có lỗi, 2 khi gõ
    sai lệnh.
    """
    root = find_root(Path.cwd())
    if bool(number) == bool(base):
        message = "Hãy ghi số của đề xuất, hoặc --base và bản để so; chỉ một trong hai."
        raise Mistyped([Finding("cong preview", message)])
    for option, value in (("--head", head), ("--title", title)):
        if value and not base:
            raise Mistyped([Finding(option, "Chỉ dùng cùng --base; hãy thêm vào, hoặc bỏ đi.")])
    now = dt.datetime.now(VIETNAM)
    try:
        if base:
            made, name = _of_change(root, base, head, title, now), f"{_NO_NUMBER}.html"
        else:
            made, name = _of_proposal(root, number, now), f"{_NO_NUMBER}-{number}.html"
    except NoChangeError as error:
        raise Mistyped([Finding("--base", str(error))]) from None
    except ForgeError as error:
        raise Refused([Finding("cong preview", str(error))]) from error
    target = Path(str(output or name).replace(_COMMIT, made.commit))
    data = made.text.encode("utf-8", "replace")
    try:
        target.write_bytes(data)
    except OSError as error:
        message = f"Không ghi được tệp này: {os_words(error)}; hãy chọn chỗ khác với --output."
        raise Refused([Finding(str(target), message)]) from None
    for line in made.warnings:
        err.print(line, style="yellow", highlight=False, soft_wrap=True, markup=False)
    kilo = f"{len(data) / 1000:,.0f}".replace(",", ".")
    out.print(
        f"✓ {target}: {made.pages} trang, {kilo} kB. Mở tệp bằng trình duyệt, hoặc gửi cho người "
        "duyệt.",
        highlight=False,
        soft_wrap=True,
        markup=False,
    )


def _of_proposal(root: Path, number: str, now: dt.datetime) -> Made:
    with (
        err.status("Đang lấy đề xuất…") as status,
        context(root, os.environ, Path.home(), lambda: now, reading=True) as here,
    ):
        proposal = here.forge.proposal(number)
        git = here.git_of_forge
        main = git.run("rev-parse", here.forge.main).line
        with change_of(git, main, proposal.head) as change:
            if not change.files:
                raise ForgeError(
                    f"Đề xuất {plain(number)} không khác gì nhánh chính: đã được nhập, hoặc chưa "
                    f"đổi tệp nào; hãy gõ cong show {plain(number)} để xem."
                )
            return preview(
                root, git, main, proposal, change, now, os.environ,
                version=short(proposal.head), number=plain(number), say=status.update,
            )  # fmt: skip


def _of_change(root: Path, base: str, head: str, title: str, now: dt.datetime) -> Made:
    git = Git(root, dict(os.environ))
    with (
        err.status("Đang xem thay đổi…") as status,
        change_of(git, base, head or None) as change,
    ):
        main, top = commit_of(git, base), commit_of(git, head or "HEAD")
        last, subject = _last(git, change.base, top)
        proposal = Proposal(
            id=_NO_NUMBER,
            title=title or subject or f"Những gì khác với {base}",
            author="",
            base=change.base,
            head=top,
            commits=(),
            files=change.files,
            reviews=(),
            opened=now,
            updated=now,
        )
        clean = bool(head) or not git.run("status", "--porcelain", "--", "content").out
        return preview(
            root, git, main, proposal, change, now, os.environ,
            version=short(last or top) if clean else "đang có trên máy",
            checkout=not head, say=status.update,
        )  # fmt: skip


def _last(git: Git, base: str, head: str) -> tuple[str, str]:
    """The last commit of a change that is no merge, and what it says of itself."""
    words = ("log", "--no-merges", "--no-show-signature", "--no-color", "-1", "--format=%H %s")
    commit, _, subject = git.run(*words, f"{base}..{head}").line.partition(" ")
    return commit, subject
