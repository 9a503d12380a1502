"""Where each portal is published by itself: Git's settings of the repository it is published from.

::

    git config cong.quangnam-cchc.publishTo /srv/cong      or s3://bucket/prefix, or pages
    git config cong.quangnam-cchc.publishBase /ten-kho     if it does not stand at the host's root
    git config cong.quangnam-cchc.publishRemote origin     with pages: where the branch is pushed
    git config cong.quangnam-cchc.publishSamples true      only to show the software

A workflow, whose repository is a fresh clone each time, says it in its environment instead, a line
a portal: its id, the place, and the base if there is one::

    CONG_PUBLISH="quangnam-cchc s3://cong-quangnam
    quangnam pages /ten-kho"
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from regulation.findings import Finding, Mistyped
from workflow.gate.places import CONTENT
from workflow.git import Git
from workflow.publish.target import Target

VARIABLE = "CONG_PUBLISH"
"""Where an environment says it."""

_ORIGIN = "origin"  # what a clone calls the repository it was made of
_KEYS = r"^cong\..+\.publish(to|base|remote|samples)$"
_TRUE = ("true", "yes", "on", "1")


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a portal is published.

    Attributes:
        portal: The portal's id.
        to: A folder, ``s3://bucket/prefix`` or ``pages``.
        base: The path below which the site stands.
        remote: Where ``pages`` pushes to.
        samples: Whether samples are shown, for a demonstration.
    """

    portal: str
    to: str
    base: str = ""
    remote: str | None = None
    samples: bool = False

    def target(self, repository: Path) -> Target:
        """The place itself.

        Args:
            repository: The repository that has the setting.

        Raises:
            Mistyped: The setting names no such place.
            Refused: The store cannot be used as it is set up.
        """
        # Loaded here: most commands only look whether there is a setting.
        from workflow.publish.targets import target_of

        named = key(self.portal, "publishTo"), key(self.portal, "publishRemote")
        if self.to == "pages" or "://" in self.to:
            return target_of(self.to, repository, self.remote, named)
        try:
            folder = Path(self.to).expanduser()
        except RuntimeError:  # nobody's home: it begins with ~
            folder = Path(self.to)
        if not folder.is_absolute():
            # From where "www" counts nobody could say: the setting is read wherever one stands.
            message = f"Phải ghi thư mục “{self.to}” bằng đường dẫn đầy đủ, bắt đầu bằng /."
            raise Mistyped([Finding(named[0], message)])
        return target_of(str(folder), repository, self.remote, named)


def key(portal: str, name: str) -> str:
    """The name of a setting, as it is typed after ``git config``."""
    return f"cong.{portal}.{name}"


def settings_of(git: Git) -> Mapping[str, Setting]:
    """Where portals are published by themselves: by portal, in the order they were set.

    Args:
        git: The repository that has the settings.

    Raises:
        Mistyped: The environment does not say it as it should.
    """
    if said := git.environment.get(VARIABLE, "").strip():
        return {each.portal: each for each in map(_of_line, filter(None, said.splitlines()))}
    found: dict[str, dict[str, str]] = {}
    told = git.run("config", "--null", "--get-regexp", _KEYS, ok=(0, 1)).text
    for each in filter(None, told.split("\0")):
        name, _, value = each.partition("\n")
        portal, _, what = name.removeprefix("cong.").rpartition(".")
        # A name alone, without "=", is how Git writes true.
        found.setdefault(portal, {})[what] = value.strip() if "\n" in each else "true"
    return {
        portal: Setting(
            portal,
            values["publishto"],
            values.get("publishbase", "").rstrip("/"),
            values.get("publishremote") or None,
            values.get("publishsamples", "").lower() in _TRUE,
        )
        for portal, values in found.items()
        if values.get("publishto")  # set to nothing it is taken back
    }


def _of_line(line: str) -> Setting:
    words = line.split()
    if len(words) not in (2, 3):
        message = (
            f"Không hiểu dòng “{line.strip()}”; hãy ghi mỗi dòng một cổng: mã cổng, nơi phát hành, "
            "rồi phần đường dẫn đứng trước nếu có."
        )
        raise Mistyped([Finding(VARIABLE, message)])
    portal, to, base = (*words, "")[:3]
    return Setting(portal, to, base.rstrip("/"), _ORIGIN if to == "pages" else None)


def touched(git: Git, merge: str) -> frozenset[str] | None:
    """The portals whose content a merge changes; none when it changes something else as well.

    Args:
        git: The repository that has it.
        merge: A commit of the main branch.
    """
    words = ("diff-tree", "-r", "-z", "--name-only", "--no-renames", f"{merge}^1", merge)
    found = set()
    for path in filter(None, git.run(*words).text.split("\0")):
        folder, _, rest = path.partition("/")
        portal, _, inside = rest.partition("/")
        if folder != CONTENT or not inside:
            return None
        found.add(portal)
    return frozenset(found)
