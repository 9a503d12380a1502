"""What is approved goes live in the same command, where a place is set for its portal."""

from collections.abc import Collection, Iterable

from regulation.console import err
from workflow.proposing.context import Context
from workflow.publish.settings import Setting, settings_of, touched
from workflow.publish.source import settings_repository, source_of


def places_of(here: Context, portals: Collection[str] | None) -> list[Setting]:
    """Where portals are published by themselves.

    Args:
        here: What the verb works with.
        portals: Which; none for all of them.
    """
    known = settings_of(settings_repository(here.root, here.environment))
    return [each for each in known.values() if portals is None or each.portal in portals]


def show_merged(here: Context, merges: Iterable[str]) -> bool:
    """Publishes the portals that merges change.

    Args:
        here: What the verb works with.
        merges: Commits of the main branch.

    Returns:
        Whether all of them are live now; also where no place is set.
    """
    found: set[str] | None = set()
    for merge in merges:
        portals = touched(here.git_of_forge, merge)
        found = None if portals is None or found is None else found | portals
    return show_places(
        here,
        places_of(here, found),
        f"nhánh {here.forge.main} giữ nguyên những gì vừa nhập, không phải nhập lại",
    )


def show_places(
    here: Context, places: Collection[Setting], kept: str, *, tell: bool = True
) -> bool:
    """Publishes portals as the main branch has them now.

    Args:
        here: What the verb works with.
        places: Where to.
        kept: What stays done although a portal cannot be published, in Vietnamese.
        tell: Say which urgent withdrawals are left out.

    Returns:
        Whether all of them are live now.
    """
    if not places:
        return True
    # Loaded here: most of those who merge publish nothing themselves.
    from workflow.publish.at_once import publish_portals

    return publish_portals(source_of(here, _tell if tell else lambda _: None), places, kept=kept)


def _tell(line: str) -> None:
    err.print(line, style="yellow", highlight=False, soft_wrap=True, markup=False)
