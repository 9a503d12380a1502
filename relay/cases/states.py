"""The states of a case and what moves it from one to the next: one table."""

from enum import StrEnum


class State(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"  # đã tiếp nhận
    QUARANTINED = "quarantined"  # chờ kiểm tra vì có dấu hiệu tự động, thư rác
    TRIAGED = "triaged"  # đã phân loại
    ASSIGNED = "assigned"  # đã giao đơn vị
    FORWARDED = "forwarded"  # đã chuyển đơn vị khác
    ACCEPTED = "accepted"  # đã thụ lý
    REFUSED = "refused"  # không thụ lý, có lý do
    ANSWERING = "answering"  # đang soạn trả lời
    EXTENDED = "extended"  # đã gia hạn
    SUSPENDED = "suspended"  # tạm dừng chờ người gửi bổ sung
    ESCALATED = "escalated"  # đã chuyển cấp trên
    ANSWERED = "answered"  # đã trả lời
    PUBLISHED = "published"  # trả lời đã đăng
    WITHHELD = "withheld"  # trả lời không đăng, có lý do
    MERGED = "merged"  # đã gộp vào vụ việc khác
    WITHDRAWN = "withdrawn"  # người gửi đã rút
    REOPENED = "reopened"  # mở lại
    CLOSED = "closed"  # đã kết thúc


class Did(StrEnum):
    """What happened to a case: the kinds of events."""

    RECEIVED = "received"
    QUARANTINED = "quarantined"
    RELEASED = "released"  # out of quarantine
    TRIAGED = "triaged"
    ASSIGNED = "assigned"
    FORWARDED = "forwarded"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    STARTED = "started"  # an answer is being written
    EXTENDED = "extended"
    ASKED = "asked"  # the citizen is asked for more; clocks stop
    ADDED = "added"  # the citizen adds something; a suspended case goes on
    RESUMED = "resumed"  # goes on without it
    ESCALATED = "escalated"
    ANSWERED = "answered"
    CLEARED = "cleared"  # the public version is approved for publication
    PUBLISHED = "published"
    WITHHELD = "withheld"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    CLOSED = "closed"
    # What moves nothing:
    SEEN = "seen"  # an officer looked at personal data
    NOTED = "noted"  # a note among officers
    DRAFTED = "drafted"  # an answer or its public version was saved
    REMINDED = "reminded"
    DUE_MOVED = "due-moved"  # the calendar changed
    RATED = "rated"
    ADDRESS_CONFIRMED = "address-confirmed"
    CONTACT_ERASED = "contact-erased"


class Party(StrEnum):
    """Who did it, as the rules tell people apart."""

    CITIZEN = "citizen"
    OPERATOR = "operator"  # receives and routes: the route's receiver, the portal's operator
    UNIT = "unit"  # an officer of the unit that answers
    HEAD = "head"  # the head of that unit
    BOARD = "board"  # Ban Biên tập
    SYSTEM = "system"
