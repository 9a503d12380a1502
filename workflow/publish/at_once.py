"""What is approved goes live by itself: every portal that has a setting, one after the other."""

from collections.abc import Collection

from regulation.console import complain, err, out
from regulation.findings import Finding, Refused
from regulation.machine import os_finding
from workflow.forge import ForgeError
from workflow.gate.places import CONTENT
from workflow.git import Git
from workflow.publish.publishing import MAIN, Published, Say, Wanted, publish
from workflow.publish.release import PublishError
from workflow.publish.settings import Setting, key
from workflow.publish.source import Source


def publish_portals(
    source: Source,
    settings: Collection[Setting],
    *,
    commit: str = MAIN,
    samples: bool = False,
    kept: str = "",
) -> bool:
    """Publishes portals where their settings say, and says a line for each.

    What keeps one from being published does not keep the others.

    Args:
        source: The main branch.
        settings: Which portals, and where to.
        commit: From which commit of the main branch.
        samples: Let samples be shown, whatever the settings say.
        kept: What stays done although a portal could not be published, in Vietnamese.

    Returns:
        Whether all of them are live now.
    """
    whole = True
    for setting in settings:
        try:
            with err.status(f"Cổng {setting.portal}: đang chuẩn bị…") as status:
                done = _publish(source, setting, commit, samples, status.update)
        except Refused as error:
            found = list(error.findings)
        except (PublishError, ForgeError) as error:
            found = [Finding(key(setting.portal, "publishTo"), str(error))]
        except OSError as error:
            found = [os_finding(error)]
        else:
            _tell(setting, done)
            continue
        whole = False
        words = ["Chưa phát hành được, trang trước vẫn chạy", *([kept] if kept else [])]
        message = (
            f"{'; '.join(words)}. Hãy sửa điều nêu trên rồi gõ: cong publish --portal "
            f"{setting.portal}"
        )
        complain([*found, Finding(f"cổng {setting.portal}", message)])
    return whole


def _publish(source: Source, setting: Setting, commit: str, samples: bool, say: Say) -> Published:
    _demand_portal(source.git, setting.portal)
    target = setting.target(source.settings.path)
    wanted = Wanted(setting.portal, commit, setting.base, setting.samples or samples)
    shown = source.shown if commit == MAIN else lambda it: it
    return publish(source.git.path, wanted, target, source.now, say, shown, source.demand)


def _demand_portal(git: Git, portal: str) -> None:
    """Tells of a setting for a portal that is not there, before Git and the build do."""
    if git.run("rev-parse", "--verify", "--quiet", MAIN, ok=(0, 1, 128)).code:
        return  # said of the repository as a whole
    name = f"{MAIN}:{CONTENT}/{portal}/portal.yml"
    if git.run("cat-file", "-e", name, ok=(0, 1, 128)).code:
        message = (
            f"Nhánh {MAIN} không có cổng “{portal}”; hãy bỏ cấu hình này: git config "
            f"--remove-section cong.{portal}"
        )
        raise Refused([Finding(key(portal, "publishTo"), message)])


def _tell(setting: Setting, done: Published) -> None:
    release = done.release
    how = (
        f"đã phát hành bản {release.name} ({len(release.items)} mục, {len(release.files)} tệp)"
        if done.new
        else f"không có gì mới, vẫn chạy bản {release.name}"
    )
    line = f"✓ Cổng {setting.portal}: {how}, tại {setting.to}."
    out.print(line, highlight=False, soft_wrap=True, markup=False)
