"""A night that went wrong is an issue that somebody sees; a good night closes it.

An issue is ours when it has the label and whoever asks has opened it. What was said of a run is
marked with the run, so that nothing is said twice, whatever is typed again or answered late.
"""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from accounts.staff import fold_name
from regulation.vietnamese import nfc
from workflow.forge.github import reading, words
from workflow.forge.github.api import Api, ApiError, understood
from workflow.forge.github.place import SERVER
from workflow.forge.github.setup import LABELS, NIGHT
from workflow.forge.github.who import asker
from workflow.forge.interface import ForgeError
from workflow.gate.words import clock, day

_TITLE = 200
_SERVER = re.compile(r"https://[A-Za-z0-9.:-]+|http://127\.0\.0\.1:[0-9]+")
_REPOSITORY = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}")
_RUN = re.compile(r"[1-9][0-9]{0,19}")
_GONE = 410
_TAKEN = 422

_WHAT_TO_DO = """\
Trang đang chạy giữ nguyên: công dân vẫn đọc bản phát hành gần nhất. Hãy:

1. Xem nhật ký{where}.
2. Chữa nguyên nhân rồi gõ lại lệnh ấy{again}.
3. Chưa rõ thì đọc `docs/publishing.md` (phát hành, chạy ban đêm, quay lại bản trước) và \
`docs/github-setup.md` (quyền, khóa).

Chạy lại được thì thông báo này tự đóng. Đừng bỏ nhãn `{label}`: thông báo được tìm theo nhãn ấy."""


class Alerts:
    """The notices of nights that went wrong, in one repository.

    Args:
        api: GitHub's interface; its token needs *Issues: write*.
        repository: As ``owner/name``.
        environment: The environment, which names the run of a workflow.
        now: The clock.
    """

    def __init__(
        self,
        api: Api,
        repository: str,
        environment: Mapping[str, str],
        now: Callable[[], dt.datetime],
    ) -> None:
        self._api = api
        self._path = f"/repos/{repository}"
        self._run = _run_of(environment)
        self._now = now
        self._me = ""

    def tell(self, title: str, text: str = "") -> str:
        """Opens a notice, or adds to the one that is open.

        Args:
            title: What went wrong, in one line.
            text: More of it; it is shown letter by letter.

        Returns:
            What was done, in Vietnamese.

        Raises:
            ForgeError: There is no title, or GitHub refuses or does not answer.
        """
        title = _title(title)
        mark = self._mark(title)
        open_ones = self._open()
        for issue in open_ones:
            if self._says(issue, mark):
                return f"Thông báo {_named(issue)} đã ghi lần chạy này; không ghi thêm."
        if open_ones:
            oldest = open_ones[0]
            again = f"**Lại không thành công:** {words.harmless(title)}"
            self._comment(oldest, mark, "\n\n".join([again, *self._facts(text)]))
            return f"Đã ghi thêm vào thông báo {_named(oldest)}."
        self._prepare_label()
        return f"Đã mở thông báo {_named(self._create(title, mark, text))}."

    def clear(self, text: str = "") -> list[str]:
        """Closes every notice that is open and ours.

        Args:
            text: What is to be said besides.

        Returns:
            What was done, in Vietnamese; nothing when none was open.

        Raises:
            ForgeError: GitHub refuses or does not answer.
        """
        mark = self._mark("")
        done = []
        for issue in self._open():
            if not self._says(issue, mark):
                again = "**Đã chạy lại được.**"
                self._comment(issue, mark, "\n\n".join([again, *self._facts(text)]))
            with understood():
                path = f"{self._path}/issues/{int(issue['number'])}"
            body = {"state": "closed", "state_reason": "completed"}
            self._api.send("PATCH", path, body, again=True)
            done.append(f"Đã đóng thông báo {_named(issue)}.")
        return done

    # --- What is there ----------------------------------------------------------------------------

    def _open(self) -> list[dict[str, Any]]:
        """The notices that are open and ours, the oldest first."""
        listed = self._api.pages(f"{self._path}/issues", state="open", labels=NIGHT)
        with understood():
            found = {
                int(issue["number"]): issue
                for issue in listed
                if "pull_request" not in issue and self._ours(issue)
            }
        return [found[number] for number in sorted(found)]

    def _ours(self, said: Mapping[str, Any]) -> bool:
        self._me = self._me or asker(self._api)
        return fold_name(reading.login(said["user"])) == fold_name(self._me)

    def _says(self, issue: Mapping[str, Any], mark: str) -> bool:
        """Whether a notice has a mark, in its text or in a comment of ours."""
        with understood():
            if (issue["body"] or "").startswith(mark):
                return True
            comments = self._api.pages(f"{self._path}/issues/{int(issue['number'])}/comments")
            return any(
                (each["body"] or "").startswith(mark) and self._ours(each) for each in comments
            )

    # --- What is done -----------------------------------------------------------------------------

    def _create(self, title: str, mark: str, text: str) -> dict[str, Any]:
        facts = "\n\n".join([mark, *self._facts(text), self._what_to_do()])
        body = {"title": title, "body": facts, "labels": [NIGHT]}

        def create() -> dict[str, Any]:
            made: dict[str, Any] = self._api.send("POST", f"{self._path}/issues", body)
            return made

        def look() -> dict[str, Any] | None:
            return next((issue for issue in self._open() if self._says(issue, mark)), None)

        try:
            made = self._api.once(create, look)
        except ApiError as error:
            if error.status != _GONE:
                raise
            raise ForgeError(
                "Kho này tắt Issues nên không mở được thông báo; hãy bật ở Settings → General → "
                "Features → Issues."
            ) from None
        with understood():
            labels = {each if isinstance(each, str) else each["name"] for each in made["labels"]}
        if NIGHT not in labels:
            raise ForgeError(
                f"Đã mở thông báo {_named(made)} nhưng GitHub không gắn nhãn {NIGHT}, nên lần sau "
                "không tìm lại được; hãy gắn nhãn bằng tay và cho mã truy cập quyền Issues: write "
                "(docs/github-setup.md)."
            )
        return made

    def _comment(self, issue: Mapping[str, Any], mark: str, text: str) -> None:
        with understood():
            path = f"{self._path}/issues/{int(issue['number'])}/comments"

        def say() -> bool:
            self._api.send("POST", path, {"body": f"{mark}\n\n{text}"})
            return True

        self._api.once(say, lambda: self._says(issue, mark) or None)

    def _prepare_label(self) -> None:
        """Makes the label if it is not there; GitHub would make it without colour or words."""
        path = f"{self._path}/labels"

        def look() -> bool | None:
            try:
                self._api.get(f"{path}/{NIGHT}")
            except ApiError as error:
                if error.status != 404:
                    raise
                return None
            return True

        def create() -> bool:
            color, description = LABELS[NIGHT]
            body = {"name": NIGHT, "color": color, "description": description}
            try:
                self._api.send("POST", path, body)
            except ApiError as error:
                if error.status != _TAKEN or look() is None:  # somebody else was faster
                    raise
            return True

        if look() is None:
            self._api.once(create, look)

    # --- Words ------------------------------------------------------------------------------------

    def _mark(self, title: str) -> str:
        """Begins what is said of this run, or of this day; GitHub does not show it."""
        named = f"{self._run or day(self._now())}\n{title}"
        return f"<!-- cong: {NIGHT} {hashlib.sha256(named.encode()).hexdigest()[:20]} -->"

    def _facts(self, text: str) -> list[str]:
        lines = [f"**Lúc:** {clock(self._now())}"]
        if self._run:
            lines.append(f"**Lần chạy:** {self._run}")
        told = words.harmless(text).strip()
        return ["  \n".join(lines), *([told] if told else [])]

    def _what_to_do(self) -> str:
        return _WHAT_TO_DO.format(
            where=" của lần chạy ở liên kết trên" if self._run else " trên máy đã chạy lệnh ấy",
            again=", hoặc bấm *Re-run jobs* ở lần chạy ấy" if self._run else "",
            label=NIGHT,
        )


def _run_of(environment: Mapping[str, str]) -> str:
    """The address of the workflow's run that this is part of; empty when it is part of none."""
    parts = (
        (_SERVER, environment.get(SERVER, "").rstrip("/")),
        (_REPOSITORY, environment.get("GITHUB_REPOSITORY", "")),
        (_RUN, environment.get("GITHUB_RUN_ID", "")),
    )
    if not all(pattern.fullmatch(value) for pattern, value in parts):
        return ""
    server, repository, run = (value for _, value in parts)
    return f"{server}/{repository}/actions/runs/{run}"


def _title(title: str) -> str:
    """A title as GitHub takes it: a notice is not lost because its title is too long.

    Raises:
        ForgeError: There is none.
    """
    found = nfc(" ".join(words.said(title).split()))
    found = "".join(letter if letter.isprintable() else "?" for letter in found)
    if not found:
        raise ForgeError("Thông báo phải có tên; hãy ghi một dòng nói việc gì không thành công.")
    return found if len(found) <= _TITLE else found[: _TITLE - 1] + "…"


def _named(issue: Mapping[str, Any]) -> str:
    with understood():
        return f"{int(issue['number'])} ({issue['html_url']})"
