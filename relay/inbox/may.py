"""What an officer may do to a case now: one answer for the buttons and for the forms."""

import datetime as dt

from regulation.portal import Portal
from regulation.yamlfile import VIETNAM
from relay.cases.acts import allowed
from relay.cases.case import Case
from relay.cases.placing import extensions_open, next_level
from relay.cases.sealed import key_holder
from relay.cases.states import Did, Party
from relay.inbox.seeing import sees_matter


def may(case: Case, mine: tuple[Party, ...], portal: Portal, now: dt.datetime) -> set[Did]:
    """What somebody may do to a case, as the parties that they are; a form may still lack data.

    Args:
        case: The case.
        mine: As what they act on it: see ``seeing.parties``.
        portal: Its portal.
        now: The moment.
    """
    found = {did for party in mine for did in allowed(case, party, now)}
    return {did for did in found if why_not_now(case, did, mine, portal, now) is None}


def why_not_now(
    case: Case, did: Did, mine: tuple[Party, ...], portal: Portal, now: dt.datetime
) -> str | None:
    """Why something is no use or none of theirs, though its party might; None when it is.

    The arguments are those of ``may``.
    """
    match did:
        case Did.EXTENDED if not extensions_open(case, portal, now):
            return "Không còn thời hạn nào gia hạn được; hãy trả lời ngay, hoặc chuyển cấp trên."
        case Did.ESCALATED if not next_level(case, portal, now):
            return "Không còn cấp trên nào để chuyển; hãy trả lời ở cấp này."
        case Did.FORWARDED if (
            case.sealed and key_holder(case, portal, now.astimezone(VIETNAM).date()) == case.unit
        ):
            return (
                "Vụ việc niêm phong đang ở đơn vị giữ khóa nên không chuyển đi đâu nữa; cần bàn "
                "giao thì in ra và bàn giao hồ sơ giấy."
            )
        case Did.NOTED if not sees_matter(case, mine):
            return (
                "Ghi chú nội bộ là của những người đọc nội dung vụ việc; cần nhắn đơn vị thì liên "
                "hệ trực tiếp."
            )
    return None
