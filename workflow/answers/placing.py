"""Where an answer stands: its section, its file, the agency that provides it. Pure."""

import datetime as dt
from collections.abc import Callable, Iterator

from regulation.model import Agency, Role, Section
from regulation.portal import Portal, UnknownError
from regulation.vietnamese import slug
from workflow.answers.asking import Answer
from workflow.forge import ForgeError
from workflow.gate.places import CONTENT

TYPE = "answer"
"""The content type of an answer."""

_SLUG = 60


def provider(portal: Portal, agency_id: str, on: dt.date) -> tuple[Section, Agency]:
    """The section for an agency's answers, and the agency that may provide an item there.

    The section that the fewest agencies own comes first, so that one for the committee's own
    answers goes before the one for everybody's. Where the agency itself may not provide an item,
    whoever runs the portal does: the regulation gives them every section.

    Raises:
        ForgeError: The portal has no section for answers, or knows nobody of that name.
    """
    sections = [section for section in portal.sections if section.type == TYPE]
    sections = [section for section in sections if section in portal.in_force(sections, on)]
    if not sections:
        raise ForgeError(
            f"Cổng {portal.id} không có chuyên mục loại {TYPE} nào đang có hiệu lực; hãy thêm một "
            "chuyên mục trong portal.yml."
        )
    try:
        agency = portal.current(agency_id, on)
    except UnknownError as error:
        raise ForgeError(f"{error.args[0]} Hãy sửa agencies.yml.") from error
    narrow = sorted(sections, key=lambda section: len(section.owners) or len(portal.agencies))
    for section in narrow:
        if portal.may_submit(agency.id, section, on):
            return section, agency
    return narrow[-1], next(_runners(portal, on), agency)


def _runners(portal: Portal, on: dt.date) -> Iterator[Agency]:
    for role in (Role.OPERATOR, Role.SECRETARY, Role.ADMIN, Role.HEAD):
        for post in portal.posts(role, on):
            if post.agency:
                yield portal.current(post.agency, on)


def new_path(
    portal: Portal, section: Section, answer: Answer, posted: dt.date, taken: Callable[[str], bool]
) -> str:
    """A file that is not there yet: named by the title, and by the item's id where that is taken.

    Args:
        portal: The portal.
        section: Where.
        answer: What.
        posted: When it is posted.
        taken: Whether a path is there already.
    """
    name = slug(answer.title)[:_SLUG].strip("-") or answer.item
    folder = f"{CONTENT}/{portal.id}/{section.id}/{posted.year}"
    path = f"{folder}/{name}.md"
    return f"{folder}/{name}-{answer.item[-4:]}.md" if taken(path) else path
