"""The one file of a preview: a summary, and every page as it would be, each in a frame of its own.

A frame with ``srcdoc`` is a document of its own: its style sheet, its ids and its widths are those
of the real page. It runs nothing, and neither does the file around it: which page is seen is told
by the address (``#trang-2``) and a rule of the style sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from workflow.preview.differences import Piece
from workflow.preview.inline import POLICY
from workflow.preview.seen import File

_TEMPLATE = Path(__file__).with_name("file.html")
_MOST_FILES = 100
_FEW = 3  # pages of which the differences are seen without asking


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page in the file.

    Attributes:
        deed, title, about, lang, differences: As ``seen.Page`` has them.
        html: The whole page; empty when it is not drawn.
        why: Why it is not.
    """

    deed: str
    title: str
    about: str
    lang: str
    differences: tuple[Piece, ...]
    html: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the file tells.

    Attributes:
        title: Of the proposal.
        number: Of the proposal; empty for a change that is none yet.
        commit: Which version.
        moment: For which moment the pages are drawn, in a sentence.
        warnings: What the reader must know: what is not shown, and why.
        pages: The pages.
        files: The changed files that are no items.
    """

    title: str
    number: str
    commit: str
    moment: str
    warnings: tuple[str, ...]
    pages: tuple[Drawn, ...]
    files: tuple[File, ...]

    @property
    def drawn(self) -> tuple[int, ...]:
        """The numbers of the pages that are drawn."""
        return tuple(number for number, page in enumerate(self.pages, 1) if page.html)

    @property
    def first(self) -> int:
        """The page that is seen at once: the only one, when it is new; 0 for the summary."""
        alone = len(self.pages) == 1 and not self.warnings and not self.pages[0].differences
        return self.drawn[0] if alone and self.drawn else 0


def written(preview: Preview) -> str:
    """The file. Whatever is told is text in it, never HTML: the template escapes every value."""
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    shown = preview.files[:_MOST_FILES]
    return template.render(
        policy=POLICY,
        it={
            "title": preview.title,
            "number": preview.number,
            "commit": preview.commit,
            "moment": preview.moment,
            "warnings": preview.warnings,
            "pages": _beside(preview.pages, preview.drawn),
            "drawn": preview.drawn,
            "first": preview.first,
            "open": len(preview.pages) <= _FEW,
            "files": shown,
            "more_files": len(preview.files) - len(shown),
        },
    )


def _beside(pages: Sequence[Drawn], drawn: Sequence[int]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    for number, page in enumerate(pages, 1):
        at = drawn.index(number) if number in drawn else -1
        found.append(
            {
                **{name: getattr(page, name) for name in Drawn.__slots__},
                "previous": drawn[at - 1] if at > 0 else 0,
                "next": drawn[at + 1] if 0 <= at < len(drawn) - 1 else 0,
            }
        )
    return found
