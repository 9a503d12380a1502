"""Whether what a merge says of who stood for it is what the proposal's record says."""

import re
from collections.abc import Iterator, Mapping, Sequence

from workflow.forge.interface import Act, Event
from workflow.gate.words import clock, plain, short
from workflow.proposals import Verdict

REVIEWED, APPROVED = "Reviewed-by", "Approved-by"
"""The trailers of a merge that name a filled place each: post, portal, when, on which text."""

_PLACE = re.compile(
    r"(?P<post>.+) \((?P<portal>[^()]+)\), (?P<clock>\d+:\d\d ngày \d+/\d+/\d{4}), "
    r"bản (?P<commit>[0-9a-f]{7,40})"
)


def place_line(post: str, portal: str, review_at: str, commit: str) -> str:
    """A filled place as a trailer says it.

    Args:
        post: The post of whoever filled it.
        portal: The portal's id.
        review_at: When, as ``clock`` writes it.
        commit: On which text.
    """
    return f"{post} ({portal}), {review_at}, bản {short(commit)}"


def disagreements(
    stood: Mapping[str, Sequence[str]], events: Sequence[Event], merge: str = ""
) -> Iterator[str]:
    """What the trailers of a merge say and the record of its proposal does not, in Vietnamese.

    Every place must be an approval of the record, given before the merge and not taken back; at
    one portal nobody fills two places.

    Args:
        stood: The trailers by their keys.
        events: What was done with the proposal.
        merge: The merge; empty when the record is not yet said to have it.
    """
    given = list(_approvals(events, merge))
    matches: dict[str, list[tuple[str, list[str]]]] = {}
    for key in (REVIEWED, APPROVED):
        what = "phê duyệt" if key == APPROVED else "thẩm định"
        for line in dict.fromkeys(stood.get(key, ())):
            said = _PLACE.fullmatch(line.strip())
            if said is None:
                yield f"dòng “{key}: {_shown(line)}” không ghi đúng chức danh, lúc và bản đã xem"
                continue
            who = [
                event.who
                for event in given
                if clock(event.at) == said["clock"] and event.commit.startswith(said["commit"])
            ]
            if not who:
                yield (
                    f"lần nhập ghi “{_shown(said['post'])}” {what} lúc {said['clock']} ở bản "
                    f"{short(said['commit'])}, mà hồ sơ đề xuất không có ý kiến đồng ý nào như thế"
                )
                continue
            matches.setdefault(said["portal"], []).append((said["post"], who))
    for portal, places in matches.items():
        if not _all_apart([who for _, who in places]):
            posts = ", ".join(f"“{_shown(post)}”" for post, _ in places)
            yield (
                f"lần nhập ghi {posts} (cổng {plain(portal)}) là những người khác nhau, mà trong "
                "hồ sơ đề xuất chỉ một người đồng ý ở hơn một bước"
            )


def _approvals(events: Sequence[Event], merge: str) -> Iterator[Event]:
    """The approvals that stood when it was merged."""
    ends = [n for n, each in enumerate(events) if each.act is Act.MERGED and each.commit == merge]
    end = ends[0] if ends else len(events)
    # One forge says of a review that it was dismissed, another only that somebody dismissed.
    marked = any(each.verdict is Verdict.DISMISSED for each in events)
    later = any(each.act is Act.DISMISSED for each in events[end:])
    found: list[Event] = []
    for event in events[:end]:
        if event.act is Act.REVIEWED and event.verdict is not Verdict.COMMENT:
            found.append(event)
        elif event.act is Act.DISMISSED and not marked:
            last = [each for each in found if each.who == event.who][-1:]
            found = [each for each in found if each not in last]
    wanted = {Verdict.APPROVE, *([Verdict.DISMISSED] if later else [])}
    yield from (each for each in found if each.verdict in wanted)


def _all_apart(places: Sequence[Sequence[str]], taken: frozenset[str] = frozenset()) -> bool:
    """Whether every place can have somebody of its own."""
    if not places:
        return True
    first, *rest = places
    return any(_all_apart(rest, taken | {who}) for who in set(first) - taken)


def _shown(text: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in text)[:200]
