"""Samples (nội dung mẫu) do not reach a portal that is in use."""

from collections.abc import Iterator

from regulation.findings import Finding, Severity
from regulation.items import Item


def check(item: Item, *, production: bool) -> Iterator[Finding]:
    """An item that no agency really publishes.

    Args:
        item: The item.
        production: Whether the portal is in use, so that a sample must not be taken.
    """
    if not item.sample:
        return
    message = (
        "Bài ghi sample: true (nội dung mẫu) nên không được vào cổng đang phục vụ người dân; hãy "
        "bỏ dòng ấy nếu bài là thật, hoặc bỏ bài."
        if production
        else "Bài ghi sample: true (nội dung mẫu): cổng sẽ hiện dải báo “mẫu”; nếu bài là thật, "
        "hãy bỏ dòng ấy."
    )
    severity = Severity.ERROR if production else Severity.WARNING
    yield Finding(item.path, message, item.line("sample"), "sample", severity=severity)
