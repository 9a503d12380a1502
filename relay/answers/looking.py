"""Personal data in a public version, looked for before it leaves the relay."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from regulation.findings import Finding, Severity
from regulation.personal import Around, Datum, clean, contacts, personal_data
from regulation.portal import Portal
from relay.answers.public import PublicVersion
from relay.intake.cleaning import line

_CITIZENS = Around(citizens=lambda at: True)
_NAMES = {
    "title": "Tên",
    "subject": "Lĩnh vực",
    "question": "Nội dung hỏi",
    "answer": "Nội dung trả lời",
}


def findings(public: PublicVersion, known: Collection[str]) -> Iterator[Finding]:
    """The personal data in a public version, covered, at the part where they stand.

    In the question nothing is taken for an office's own: a citizen wrote it. An error keeps the
    answer from being handed out; a warning is for the officer and the board to look at.

    Args:
        public: The words.
        known: What the portal itself gives out (``given_out``).
    """
    for name, shown in _NAMES.items():
        for datum in personal(public, name, known):
            severity = Severity.ERROR if datum.sure else Severity.WARNING
            yield Finding(shown, datum.message, severity=severity)


def personal(public: PublicVersion, part: str, known: Collection[str]) -> list[Datum]:
    """The personal data in one part, at their places in ``clean`` of it, for marking them.

    Args:
        public: The words.
        part: ``title``, ``subject``, ``question`` or ``answer``.
        known: What the portal itself gives out.
    """
    words = clean(getattr(public, part))
    around = Around() if part == "answer" else _CITIZENS
    return sorted(personal_data(words, known, around), key=lambda datum: datum.start)


_OWN: Mapping[str, str] = {
    "ho-ten": "họ tên",
    "dia-chi": "địa chỉ",
    "dien-thoai": "số điện thoại",
    "thu": "thư điện tử",
}
_LEAST = 5
"""Letters below which a part of a contact is too common to be found by."""


def senders_own(public: PublicVersion, contact: Mapping[str, str]) -> Iterator[Finding]:
    """The sender's own name and addresses in a public version: what no pattern can know.

    Case, accents of another form and blanks make no difference. The finding does not repeat it.

    Args:
        public: The words.
        contact: Who sent the case, or one that was merged into it.
    """
    for name, where in _NAMES.items():
        for label in own_in(getattr(public, name), contact):
            yield Finding(where, f"Có {label} của người gửi; hãy bỏ trước khi đăng.")


def own_in(words: str, contact: Mapping[str, str]) -> Iterator[str]:
    """What of somebody's contact stands in words: "họ tên", "địa chỉ" and so on."""
    bare = _bare(words)
    for name, label in _OWN.items():
        own = _bare(contact.get(name, ""))
        if len(own) >= _LEAST and own in bare:
            yield label


def private_in(
    words: str, contacts: Iterable[Mapping[str, str]], known: Collection[str]
) -> list[str]:
    """What keeps an office's words from being read by others: sentences that do not repeat it.

    Args:
        words: An answer or a reason.
        contacts: Of the senders whose data they may hold.
        known: What the portal itself gives out.
    """
    data = personal_data(clean(words), known, Around())
    found = [datum.message for datum in data if datum.sure]
    for contact in contacts:
        found += [f"Có {label} của một người gửi." for label in own_in(words, contact)]
    return found


def _bare(said: str) -> str:
    return "".join(line(said).casefold().split())


def given_out(portal: Portal) -> frozenset[str]:
    """Addresses and numbers that the portal's regulation and list of agencies give out."""
    found: frozenset[str] = frozenset()
    for name in ("portal.yml", "agencies.yml"):
        found |= contacts((portal.path / name).read_text(encoding="utf-8"))
    return found
