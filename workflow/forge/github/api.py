"""What is asked of GitHub: one request after another, with patience and in one place.

PyGithub speaks HTTP, signs in and tells the kinds of refusal apart. Its objects are not used: they
ask for more whenever a value is missing, and what the gate knows must come from requests that can
be counted. Whether to ask again is decided here, because it depends on what was asked.
"""

import datetime as dt
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

import github
import requests
from github import GithubException, RateLimitExceededException
from github.GithubException import BadCredentialsException

from workflow.forge.interface import ForgeError
from workflow.gate.words import clock, plain

API = "https://api.github.com"
VERSION = "2022-11-28"
"""The version of GitHub's interface that the requests are written for."""

PAGE = 100
"""How many GitHub gives at a time, at most."""

_USER_AGENT = "cong"
_TIMEOUT = 30  # seconds that one answer may take
_PATIENCE = 150.0  # seconds that are waited in all, for one request
_SECONDARY = 60.0  # seconds GitHub asks to wait when it does not say how long
_FIRST, _TRIES = 1.0, 5  # seconds before the second try; it doubles
_NEXT = re.compile(r'<([^<>]+)>;[^,]*\brel="next"')
_MANY = 429

T = TypeVar("T")


class ApiError(ForgeError):
    """GitHub refuses.

    Attributes:
        status: The HTTP status.
        said: GitHub's own words, in English; never shown without being made plain.
    """

    def __init__(self, text: str, status: int, said: str = "") -> None:
        super().__init__(text)
        self.status = status
        self.said = said


class UnsureError(ForgeError):
    """GitHub did not answer a request that must not be made twice: it may or may not be done."""


class Api:
    """GitHub's interface, as somebody with a token sees it.

    Args:
        token: Who asks, or what signs in for them. It goes into a header and nowhere else.
        base: Where GitHub's interface is.
        now: The clock.
        sleep: How to wait.
        pace: Seconds between two requests that change something, as GitHub asks for.
        timeout: Seconds that one answer may take.
    """

    def __init__(
        self,
        token: str | github.Auth.Auth,
        *,
        base: str = API,
        now: Callable[[], dt.datetime],
        sleep: Callable[[float], None] = time.sleep,
        pace: float = 1.0,
        timeout: int = _TIMEOUT,
    ) -> None:
        self.base = base
        self._now = now
        self.sleep = sleep
        self._requester = github.Github(
            auth=github.Auth.Token(token) if isinstance(token, str) else token,
            base_url=base,
            timeout=timeout,
            user_agent=_USER_AGENT,
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=pace or None,
            api_version=VERSION,
        ).requester

    def get(self, path: str, **parameters: Any) -> Any:
        """What GitHub has at a path.

        Raises:
            ApiError: Nothing, or it does not show it.
            ForgeError: It does not answer.
        """
        return self._ask("GET", path, parameters, None, again=True)[1]

    def pages(self, path: str, **parameters: Any) -> Iterator[dict[str, Any]]:
        """All that GitHub lists at a path, page after page.

        Raises:
            ApiError: It does not show it.
            ForgeError: It does not answer, or answers with something else than a list.
        """
        following, rest = path, {"per_page": PAGE, **parameters}
        while following:
            headers, found = self._ask("GET", following, rest, None, again=True)
            if not isinstance(found, list):
                raise _unlike()
            yield from found
            link = _NEXT.search(headers.get("link", ""))
            following, rest = (link.group(1), {}) if link else ("", {})

    def send(self, verb: str, path: str, body: Any = None, *, again: bool = False) -> Any:
        """Has something done.

        Args:
            verb: The HTTP method.
            path: Where.
            body: What is sent.
            again: Whether doing it twice comes to the same.

        Raises:
            ApiError: GitHub refuses.
            UnsureError: It may or may not be done.
            ForgeError: GitHub does not answer.
        """
        return self._ask(verb, path, {}, body, again=again)[1]

    def graphql(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        """Asks what only GitHub's other interface can tell or do; asking twice must do no harm.

        Raises:
            ForgeError: It refuses or does not answer.
        """
        answer = self._patiently(
            lambda: self._requester.graphql_query(query, dict(variables)), again=True
        )[1]
        if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict):
            raise _unlike()
        return answer["data"]

    def once(self, do: Callable[[], T], look: Callable[[], T | None]) -> T:
        """Does what must not be done twice: before it is tried again, it is looked for.

        Args:
            do: Does it.
            look: What came of it, if it was done after all.
        """
        for _ in range(_TRIES - 1):
            try:
                return do()
            except UnsureError:
                self.sleep(_FIRST)
                found = look()
                if found is not None:
                    return found
        return do()

    # --- Asking, and asking again -----------------------------------------------------------------

    def _ask(
        self, verb: str, path: str, parameters: Mapping[str, Any], body: Any, *, again: bool
    ) -> tuple[dict[str, Any], Any]:
        return self._patiently(
            lambda: self._requester.requestJsonAndCheck(
                verb, path, parameters={k: str(v) for k, v in parameters.items()}, input=body
            ),
            again=again,
        )

    def _patiently(
        self, ask: Callable[[], tuple[dict[str, Any], Any]], *, again: bool
    ) -> tuple[dict[str, Any], Any]:
        waited, pause = 0.0, _FIRST
        for attempt in range(_TRIES):
            last = attempt == _TRIES - 1
            try:
                return ask()
            except BadCredentialsException as error:
                raise ApiError(
                    "GitHub không nhận mã truy cập (token); hãy tạo mã mới rồi đặt vào biến môi "
                    "trường GH_TOKEN.",
                    error.status,
                ) from None
            except GithubException as error:
                wait = self._wait(error)
                if wait is not None:  # GitHub did nothing yet, so asking again is safe
                    if last or waited + wait > _PATIENCE:
                        until = self._now() + dt.timedelta(seconds=wait)
                        raise ApiError(
                            "GitHub tạm không nhận thêm yêu cầu vì đã hỏi quá nhiều; hãy làm lại "
                            f"sau {clock(until)}.",
                            error.status,
                        ) from None
                elif error.status >= 500:
                    if not again:
                        raise _unsure() from None
                    if last:
                        raise _silent(f"lỗi {error.status}") from None
                    wait, pause = pause, pause * 2
                else:
                    raise _refused(error) from None
            except (requests.exceptions.RequestException, json.JSONDecodeError) as error:
                # Cut off in the middle counts as no answer: half a list must not look whole.
                if not again and not _never_sent(error):
                    raise _unsure() from None
                if last:
                    raise _silent(type(error).__name__) from None
                wait, pause = pause, pause * 2
            except (AssertionError, RuntimeError) as error:
                # So PyGithub says that an answer leads to another machine.
                raise _unlike() from error
            self.sleep(wait)
            waited += wait
        raise AssertionError

    def _wait(self, error: GithubException) -> float | None:
        """How long GitHub asks to wait, if it refuses only because of too many requests."""
        headers = error.headers or {}
        named = str(headers.get("retry-after", ""))
        limited = isinstance(error, RateLimitExceededException) or error.status == _MANY
        if error.status in (403, _MANY) and named.isdigit():
            return float(named)
        if not limited:
            return None
        if str(headers.get("x-ratelimit-remaining", "")) == "0":
            reset = str(headers.get("x-ratelimit-reset", ""))
            if reset.isdigit():
                # One more second: it is not said when within its second the hour begins anew.
                return max(0.0, float(reset) - self._now().timestamp()) + 1
        return _SECONDARY


@contextmanager
def understood() -> Iterator[None]:
    """Answers are read in here: one that is not as GitHub describes it is refused, not guessed at.

    Raises:
        ForgeError: A value is missing or of another kind.
    """
    try:
        yield
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise _unlike() from error


def _never_sent(error: Exception) -> bool:
    """Whether nobody can have received the request."""
    return isinstance(error, requests.exceptions.ConnectTimeout) or "Connection refused" in str(
        error
    )


def _refused(error: GithubException) -> ApiError:
    """What GitHub refuses, with its own words made harmless."""
    words = [error.data.get("message", "")] if isinstance(error.data, dict) else []
    if isinstance(error.data, dict) and isinstance(error.data.get("errors"), list):
        words += [e.get("message", "") if isinstance(e, dict) else e for e in error.data["errors"]]
    said = "; ".join(str(word) for word in words if word)
    if error.status in (401, 403):
        what = "hãy kiểm tra quyền của mã truy cập (docs/github-setup.md)"
    elif error.status == 404:
        what = "hãy kiểm tra tên kho và quyền của mã truy cập (docs/github-setup.md)"
    else:
        what = "hãy xem lại đề xuất trên GitHub rồi làm lại"
    text = f"GitHub không làm việc này (mã {error.status}: {plain(said) or 'không rõ'}); {what}."
    return ApiError(text, error.status, said)


def _unsure() -> UnsureError:
    return UnsureError(
        "GitHub không trả lời nên chưa rõ việc này đã xong chưa; hãy xem đề xuất rồi mới làm lại."
    )


def _silent(why: str) -> ForgeError:
    return ForgeError(f"GitHub không trả lời ({why}); hãy kiểm tra mạng rồi làm lại sau ít phút.")


def _unlike() -> ForgeError:
    return ForgeError(
        "GitHub trả lời khác với tài liệu của GitHub nên không dùng được; hãy làm lại, nếu vẫn vậy "
        "thì báo đơn vị vận hành."
    )
