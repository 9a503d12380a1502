"""A sealed case (vụ việc niêm phong) and the unit whose key opens it: one belongs to the other.

Nobody but that unit can read what was sent, and no server can seal it anew for anybody else. So a
sealed case has one unit for ever: the agency it was sealed to, or whoever does its work now.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from regulation.case_rules import case_rules
from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.cases.case import Case
from relay.cases.routing import living, route_of
from relay.cases.states import Did

BY_HAND = (
    "chỉ đơn vị ấy mở được nên không đưa sang nơi khác trên máy chủ. Hãy mở bằng khóa của đơn vị, "
    "in ra và bàn giao hồ sơ giấy theo trình tự của đơn vị, rồi ghi ở đây rằng đã trả lời hoặc căn "
    "cứ không thụ lý; cần giúp thì hỏi đơn vị vận hành."
)
"""What to do instead of giving a sealed case to another unit."""


def sealed_to(case: Case, portal: Portal) -> str:
    """The agency to whose keys a case was sealed; empty where it is not sealed.

    Receipt says it. Of a case received before receipts said it: to whom its route leads, as of the
    day of receipt; else who had it first; else who received it.
    """
    if not case.sealed or case.sealed_to:
        return case.sealed_to if case.sealed else ""
    on = case.received_at.astimezone(VIETNAM).date()
    route = route_of(portal, case.route, on)
    named = living(portal, route.to, on) if route else ""
    return named or (case.units[0] if case.units else case.receiver)


def key_holder(case: Case, portal: Portal, on: dt.date) -> str:
    """Who has the keys of a sealed case on a day: the agency it was sealed to, or its successor.

    The keys and the files are handed over with the work (docs/sealing.md). Of an agency that is
    gone and that nobody succeeded: itself.
    """
    agency = sealed_to(case, portal)
    return living(portal, agency, on) or agency


def why_not_given(case: Case, portal: Portal, unit: str, on: dt.date) -> str | None:
    """Why a sealed case may not be given to a unit; None when it may, or when it is not sealed."""
    holder = key_holder(case, portal, on)
    if not holder or unit == holder:
        return None
    return f"Vụ việc niêm phong cho “{_named(portal, holder)}”: {BY_HAND}"


_IN_CLEAR = frozenset({Did.ASKED, Did.DRAFTED, Did.NOTED})


def why_not_sealed(case: Case, did: Did) -> str | None:
    """Why something never happens to a sealed case; None when it may, or when it is not sealed."""
    if not case.sealed:
        return None
    if did in (Did.CLEARED, Did.PUBLISHED):
        return "Tố cáo không bao giờ được đăng; chọn “Không đăng câu trả lời”."
    if did in _IN_CLEAR:
        return (
            "Vụ việc niêm phong không ghi nội dung trên máy chủ; hãy làm trong hồ sơ giấy của đơn "
            "vị."
        )
    if did is Did.MERGED:
        return "Tố cáo không gộp với vụ việc khác; hãy xử lý riêng."
    if did is Did.ESCALATED:
        return (
            "Vụ việc niêm phong không chuyển lên cấp trên trên máy chủ được: cấp trên không có "
            "khóa. Hãy báo cáo cấp trên bằng văn bản, theo trình tự của đơn vị."
        )
    return None


def why_not_said(case: Case, did: Did, on: dt.date, data: Mapping[str, Any]) -> str | None:
    """Why a reason may not be given in a sealed case: nobody's own words are kept in the clear.

    Taken are the words of the ground on which it is refused, or those of the list for the act.
    """
    said = data.get("reason")
    if not case.sealed or not said:
        return None
    if did is Did.REFUSED:
        ground = case_rules().grounds.get(str(data.get("ground")))
        words = {ground.title.vi} if ground else set()
    else:
        words = {each.title.vi for each in case_rules().reasons_for(did.value, on)}
    if said in words:
        return None
    return (
        "Vụ việc niêm phong không ghi lý do tự viết, vì lý do nằm ngoài phần niêm phong; hãy chọn "
        "một lý do trong danh sách."
    )


def _named(portal: Portal, agency: str) -> str:
    return portal.agencies[agency].name.vi if agency in portal.agencies else agency
