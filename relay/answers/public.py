"""The public version of a question and its answer (bản công khai), as it lies in the case's texts.

It is one text, so that one digest stands for all that the board approves: canonical JSON. The
inbox makes it out of its form's fields and shows it again; nobody types the JSON.
"""

import json
from dataclasses import asdict, dataclass, fields

from regulation.findings import Finding, Refused
from relay.intake.cleaning import line, text

MOST = {"title": 150, "subject": 60, "question": 4000, "answer": 20_000}
"""The longest that each part may be, in characters."""

_NAMES = {
    "title": "Tên",
    "subject": "Lĩnh vực",
    "question": "Nội dung hỏi, bản công khai",
    "answer": "Nội dung trả lời, bản công khai",
}


@dataclass(frozen=True, slots=True)
class PublicVersion:
    """What is published of a case: nobody's name or address, and none of the original words unless
    an officer put them here.

    Attributes:
        title: In a line, as readers find it.
        subject: The matter's field (lĩnh vực), or what a comment is about (điều, khoản).
        question: What was asked, in a paragraph or a few.
        answer: What the agency answers.
    """

    title: str
    subject: str
    question: str
    answer: str

    def body(self) -> str:
        """The text to be kept, the same for the same words."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)


def public_version(title: str, subject: str, question: str, answer: str) -> PublicVersion:
    """The public version that an officer typed, blanks and letters put in order.

    Raises:
        Refused: A part is empty or too long; with every such part.
    """
    made = PublicVersion(line(title), line(subject), text(question), text(answer))
    found = []
    for name, most in MOST.items():
        value = getattr(made, name)
        if not value:
            found.append(Finding(_NAMES[name], "Chưa ghi phần này; hãy ghi trước khi trình đăng."))
        elif len(value) > most:
            message = f"Dài quá {most} chữ ({len(value)}); hãy viết gọn lại."
            found.append(Finding(_NAMES[name], message))
    if found:
        raise Refused(found)
    return made


def read_public(body: str) -> PublicVersion:
    """The public version in a kept text.

    Raises:
        Refused: It is none.
    """
    try:
        values = json.loads(body)
        parts = [values[each.name] for each in fields(PublicVersion)]
        if not all(isinstance(part, str) for part in parts) or len(values) != len(parts):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        message = "Bản công khai đã lưu không đọc được; hãy soạn và lưu lại."
        raise Refused([Finding("bản công khai", message)]) from None
    return PublicVersion(*parts)
