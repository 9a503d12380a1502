"""Personal data in a public version, looked for before it leaves the relay."""

from collections.abc import Collection, Iterator

from regulation.findings import Finding, Severity
from regulation.personal import Around, Datum, clean, contacts, personal_data
from regulation.portal import Portal
from relay.answers.public import PublicVersion

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


def given_out(portal: Portal) -> frozenset[str]:
    """Addresses and numbers that the portal's regulation and list of agencies give out."""
    found: frozenset[str] = frozenset()
    for name in ("portal.yml", "agencies.yml"):
        found |= contacts((portal.path / name).read_text(encoding="utf-8"))
    return found
