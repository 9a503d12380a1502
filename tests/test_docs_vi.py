"""What docs/vi shows is tried: every message, every example, as the pages print it.

A fenced block says after its language what it is and which file it belongs to:

- ``bao``: what is reported for the example below it, without file and line;
  ``bao production``: what ``cong build --production`` reports;
- ``sai FILE`` and ``dung FILE``: the part of a file before and after mending, tried in the small
  portal of docs/vi/cong-mau; ``truoc FILE`` and ``sau FILE``: before and after an amendment;
- ``mau PATH``: a whole file that passes; ``them PATH``: lines added to such a file.

When a message has changed on purpose: ``python -m tests.test_docs_vi`` writes it into the page.
"""

import datetime as dt
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import typer

import cong
from plugins.prepare import prepare
from regulation.calendar import Unit
from regulation.findings import Finding, Refused
from regulation.model import AgencyKind, Bearer, Event, Every, Regulation, Role
from regulation.yamlfile import VIETNAM
from workflow.checks import check

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs" / "vi"
NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=VIETNAM)
TODAY = NOW.date()
_SHELL = re.compile(r"^```sh\n(.*?)^```$", re.M | re.S)
_INLINE = re.compile(r"`((?:cong|make) [^`…]*)`")
_FENCE = re.compile(r"^```(\w+) ([a-z]+)(?: (\S+))?\n(.*?)^```$", re.M | re.S)

ITEM = """\
---
id: tt-hop-ban
title: Ban Biên tập họp quý IV
summary: Cuộc họp bàn việc đăng số liệu hồ sơ hằng ngày.
posted: 2026-11-19 15:30
agency: so-noi-vu
source: Sở Nội vụ tỉnh Mẫu
---

Ban Biên tập họp chiều 19/11/2026.
"""
RECORDING = ITEM.replace("tt-hop-ban", "at-ban-tin").replace(
    "---\n\n",
    "form: audio\nfile: media/ban-tin.mp3\ntranscript: Xin chào.\n"
    "picture: {file: media/tru-so.svg, alt: Trụ sở hai tầng}\n---\n\n",
)
DRAFT = ITEM.replace("tt-hop-ban", "lyk-du-thao").replace(
    "---\n\n",
    "opens: 2026-11-20\ncloses: 2026-12-20\ndrafted_by: van-phong\naddress: Văn phòng\n---\n\n",
)
FIGURES = ITEM.replace("tt-hop-ban", "sl-dan-so").replace(
    "---\n\n",
    "survey: Điều tra dân số\nfrom: 2026-04-01\nto: 2026-04-30\nannounced: 2026-11-18\n"
    "method: Hỏi từng hộ.\ntable:\n  file: data/dan-so.csv\n  caption: Dân số theo xã\n"
    "chart:\n  finding: Xã mẫu 2 đông nhất\n  form: bar\n  label: Xã\n  value: Số dân\n---\n\n",
)
FILES = {
    "tin-tuc/2026/hop-ban.md": ITEM,
    "am-thanh/2026/ban-tin.md": RECORDING,
    "lay-y-kien/2026/du-thao.md": DRAFT,
    "so-lieu/2026/dan-so.md": FIGURES,
    "data/dan-so.csv": "Xã,Số dân\nXã mẫu 1,8200\nXã mẫu 2,9400\n",
    "media/ban-tin.mp3": "ID3 (not really a recording)",
    "media/tru-so.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="60"></svg>\n',
}
"""What examples change, beside the files of docs/vi/cong-mau."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its mark, the file it belongs to, its text."""

    page: str
    line: int
    language: str
    mark: str
    file: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks(page: str) -> list[Block]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return [
        Block(page, text.count("\n", 0, m.start()) + 1, m[1], m[2], m[3] or "", m[4])
        for m in _FENCE.finditer(text)
    ]


@dataclass(frozen=True)
class Example:
    """One fault: what is reported, the wrong text, the right text where there is one."""

    told: Block
    wrong: Block
    right: Block | None

    def __str__(self) -> str:
        return str(self.told)


def examples(page: str) -> list[Example]:
    taken = []
    found = [block for block in blocks(page) if block.mark in ("bao", "sai", "dung")]
    for index, block in enumerate(found):
        if block.mark == "bao":
            parts = [b.mark for b in found[index : index + 3]]
            assert parts[1:2] == ["sai"], f"{block}: a message without its example"
            right = found[index + 2] if parts[2:] == ["dung"] else None
            taken.append(Example(block, found[index + 1], right))
    return taken


def amendments(page: str) -> list[tuple[Block, Block]]:
    found = [block for block in blocks(page) if block.mark in ("truoc", "sau")]
    assert [block.mark for block in found] == ["truoc", "sau"] * (len(found) // 2)
    return list(zip(found[::2], found[1::2], strict=True))


def small_portal(root: Path) -> Path:
    """The small portal in a checkout of its own, with the items that examples change."""
    folder = root / "content" / "cong-mau"
    shutil.copytree(DOCS / "cong-mau", folder)
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return small_portal(tmp_path)


def put(folder: Path, block: Block, stands: Block | None = None) -> None:
    """Puts a block's text where it belongs; ``stands`` is what a part of a YAML file replaces."""
    path = folder / block.file
    if block.file == "ten-tep":
        shutil.move(folder / "tin-tuc/2026/hop-ban.md", folder / "hop-ban.md")
        path = folder / block.text.strip().removeprefix("content/cong-mau/")
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(folder / "hop-ban.md", path)
    elif block.file.endswith(".yml"):
        text = path.read_text(encoding="utf-8")
        before = (stands or block).text
        assert text.count(before) == 1, f"{block}: stands {text.count(before)} times in the file"
        path.write_text(text.replace(before, block.text), encoding="utf-8")
    elif block.language == "yaml":
        path.write_text(merged(path.read_text(encoding="utf-8"), block.text), encoding="utf-8")
    elif block.language == "md" and not block.text.startswith("---\n"):
        front = path.read_text(encoding="utf-8").partition("---\n\n")[0]
        path.write_text(f"{front}---\n\n{block.text}", encoding="utf-8")
    else:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")


def merged(item: str, lines: str) -> str:
    """An item with lines of front matter added, in place of those of the same name."""
    _, front, body = re.split(r"^---\n", item, maxsplit=2, flags=re.M)
    parts = by_key(front)
    for key, text in by_key(lines).items():
        parts[key] = text
    return f"---\n{''.join(parts.values())}---\n{body}"


def by_key(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in re.split(r"^(?=[a-z_]+)", text, flags=re.M):
        if key := re.match(r"[a-z_]+", part):
            found[key[0]] = found.get(key[0], "") + part
    return found


def told(found: list[Finding]) -> list[str]:
    return [str(replace(finding, path="", line=0)).removeprefix(": ") for finding in found]


def report(folder: Path, way: str) -> list[str]:
    root = folder.parent.parent
    if way != "production":
        return told(check(root, [folder.name], NOW))
    for name in ("gioi-thieu/2026/gioi-thieu-cong.md", "van-ban/2026/quy-che.md"):
        text = (folder / name).read_text(encoding="utf-8")
        (folder / name).write_text(text.replace("sample: true\n", ""), encoding="utf-8")
    now = dt.datetime.combine(TODAY, dt.time(8), VIETNAM)
    places = (ROOT / "theme", root / "output", root / "cache")
    try:
        prepare(root, folder.name, *places, now, production=True)
    except Refused as refused:
        return told(list(refused.findings))
    return []


def test_the_small_portal_has_no_fault(folder: Path) -> None:
    assert report(folder, "") == []


@pytest.mark.parametrize("example", examples("loi-thuong-gap.md"), ids=str)
def test_a_message_is_what_its_example_yields(example: Example, folder: Path) -> None:
    put(folder, example.wrong, example.right)
    assert report(folder, example.told.file) == example.told.text.splitlines()


@pytest.mark.parametrize("example", [e for e in examples("loi-thuong-gap.md") if e.right], ids=str)
def test_the_mended_example_has_no_fault(example: Example, folder: Path) -> None:
    assert example.right
    assert example.right.file == example.wrong.file
    put(folder, example.right)
    assert report(folder, example.told.file) == []


def test_every_amendment_is_taken_one_after_the_other(folder: Path) -> None:
    for before, after in amendments("quy-che.md"):
        put(folder, after, before)
        assert report(folder, "") == [], f"{after}"


def test_the_codes_of_a_regulation_are_all_told() -> None:
    page = (DOCS / "quy-che.md").read_text(encoding="utf-8")
    for codes in (Role, Event, Unit, Bearer, Every, AgencyKind):
        for code in codes:
            assert f"`{code}`" in page, code
    for part in Regulation.model_fields:
        assert f"`{part}`" in page, part


def test_whole_examples_pass_in_the_portals_they_name(tmp_path: Path) -> None:
    pages = ("viet-bai.md", "anh-bang-bieu.md")
    shown = [block for page in pages for block in blocks(page) if block.mark in ("mau", "them")]
    for portal in {block.file.split("/")[1] for block in shown}:
        shutil.copytree(ROOT / "content" / portal, tmp_path / "content" / portal)
    for block in [b for b in shown if b.mark == "mau"]:
        path = tmp_path / block.file
        assert not path.exists(), f"{block}: there is such a file already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    names = {block.file for block in shown}
    portals = {name.split("/")[1] for name in names}
    assert [f for f in check(tmp_path, portals, NOW) if f.path in names] == []
    for block in [b for b in shown if b.mark == "them"]:
        path = tmp_path / block.file
        whole = path.read_text(encoding="utf-8")
        path.write_text(merged(whole, block.text), encoding="utf-8")
        wrong = [f for f in check(tmp_path, [block.file.split("/")[1]], NOW) if f.path in names]
        assert wrong == [], f"{block}: {wrong}"
        path.write_text(whole, encoding="utf-8")


def typed() -> list[str]:
    """The commands that the pages tell people to type."""
    pages = [path.read_text(encoding="utf-8") for path in sorted(DOCS.glob("*.md"))]
    fenced = [line for page in pages for m in _SHELL.finditer(page) for line in m[1].splitlines()]
    inline = [m[1] for page in pages for m in _INLINE.finditer(page)]
    return sorted({*fenced, *inline})


def test_the_commands_that_are_told_are_there() -> None:
    group: Any = typer.main.get_command(cong.command())
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.M)
    for command in typed():
        program, *words = command.split()
        if program == "make":
            assert {word for word in words if "=" not in word} <= {*targets}, command
        elif program == "cong" and words and not words[0].startswith("-"):
            verb, rest = group.resolve_command(None, words)[1:]
            while hasattr(verb, "places") and rest:  # groups: cong relay keys new …
                verb, rest = verb.resolve_command(None, rest)[1:]
            known = {opt for param in verb.params for opt in param.opts}
            assert {word for word in words if word.startswith("-")} <= known, command


def rewrite_messages(page: str) -> None:
    """Writes what the examples of a page yield now into its ``bao`` blocks; read the diff."""
    path = DOCS / page
    lines = path.read_text(encoding="utf-8").split("\n")
    for example in reversed(examples(page)):
        with tempfile.TemporaryDirectory() as place:
            portal = small_portal(Path(place))
            put(portal, example.wrong, example.right)
            first = example.told.line
            last = lines.index("```", first)
            lines[first:last] = report(portal, example.told.file)
    path.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    rewrite_messages("loi-thuong-gap.md")
