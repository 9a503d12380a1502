"""The house's arrows: who may import whom, and where the clock may be read."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("regulation", "plugins", "workflow", "relay", "accounts")
MAY_IMPORT = {
    "regulation": set[str](),
    "plugins": {"regulation"},
    "accounts": {"regulation"},
    "workflow": {"regulation", "accounts"},
    "relay": {"regulation", "accounts"},
}
# A question takes the time as an argument; only where a person starts something is "now" known.
CLOCK = {
    "now",
    "utcnow",
    "today",
    "time",
    "time_ns",
    "monotonic",
    "localtime",
    "gmtime",
    "perf_counter",
}
MAY_READ_THE_CLOCK = {
    "accounts/verbs.py": {"now"},
    "pelicanconf.py": {"now"},
    "plugins/build.py": {"monotonic"},
    "plugins/verbs.py": {"now"},
    "workflow/answers/verbs.py": {"now"},
    "workflow/checks/verbs.py": {"now"},
    "workflow/forge/github/verbs.py": {"now"},
    "workflow/preview/verbs.py": {"now"},
    "workflow/publish/targets.py": {"now"},
    "workflow/publish/verbs.py": {"now"},
    "workflow/proposing/verbs.py": {"now"},
    "regulation/verbs.py": {"now"},
    "relay/running/verbs.py": {"now"},
    "relay/verbs.py": {"now"},
}

Read = tuple[str, ast.AST]


def modules() -> Iterator[Read]:
    """Every module of the house with its tree, by its path from the root."""
    for path in sorted(ROOT.glob("*.py")):
        yield path.name, ast.parse(path.read_text(encoding="utf-8"))
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def imports(name: str, tree: ast.AST) -> Iterator[str]:
    """Dotted names that a module imports, wherever it does so."""
    package = name.removesuffix(".py").removesuffix("/__init__").split("/")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level] if node.level else []
            base = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            yield from (f"{base}.{alias.name}" for alias in node.names)


def strange_imports(name: str, tree: ast.AST) -> list[str]:
    """What a module of a room imports from a room that it may not know."""
    room = name.split("/")[0]
    house = {path.stem for path in ROOT.glob("*.py")} | {*ROOMS, "tests"}
    allowed = MAY_IMPORT[room] | {room}
    return [made for made in imports(name, tree) if made.split(".")[0] in house - allowed]


MODULES = dict(modules())


@pytest.mark.parametrize("name", [name for name in MODULES if "/" in name])
def test_a_room_imports_only_the_rooms_below_it(name: str) -> None:
    assert strange_imports(name, MODULES[name]) == []


def test_the_command_joins_the_rooms_verbs_and_knows_nothing_else_of_them() -> None:
    for name in ("cong.py", "cong_vi.py"):
        for made in imports(name, MODULES[name]):
            room, _, rest = made.partition(".")
            if room in ROOMS and room != "regulation":
                assert rest == "cli", f"{name} imports {made}"


def test_every_room_with_verbs_is_joined_by_the_command() -> None:
    with_verbs = {name.split("/")[0] for name in MODULES if name.endswith("/cli.py")}
    joined = {made.split(".")[0] for made in imports("cong.py", MODULES["cong.py"])}
    assert with_verbs <= joined


def clock_reads(tree: ast.AST) -> set[str]:
    """Ways in which a module asks what time it is."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            asked, owner = node.func.attr, ast.unparse(node.func.value)
            # dt.time(23, 59) makes a time of day; dt.datetime.time() takes one out of a moment.
            clock = asked in CLOCK and (asked != "time" or owner == "time")
            if clock and owner.split(".")[0] in ("dt", "datetime", "date", "time"):
                found.add(asked)
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found |= {alias.name for alias in node.names} & CLOCK
    return found


@pytest.mark.parametrize("name", MODULES)
def test_the_clock_is_read_only_at_the_edge(name: str) -> None:
    assert clock_reads(MODULES[name]) <= MAY_READ_THE_CLOCK.get(name, set())


def test_what_would_break_the_arrows_is_found() -> None:
    sly = "def f():\n    from workflow.gate import decide\n    import relay.cases, os\n"
    assert strange_imports("plugins/sly.py", ast.parse(sly)) == [
        "workflow.gate.decide",
        "relay.cases",
    ]
    near = ast.parse("from ..workflow import gate\nfrom . import site\n")
    assert strange_imports("plugins/views/near.py", near) == []
    assert strange_imports("plugins/near.py", ast.parse("from tests import small")) == [
        "tests.small"
    ]
    for text in ("dt.datetime.now()", "date.today()", "time.time()", "dt.date.today()"):
        assert clock_reads(ast.parse(text)), text
    assert clock_reads(ast.parse("dt.time(23, 59); at.time(); dt.datetime.combine(a, b)")) == set()


def test_the_relay_loads_no_pelican() -> None:
    """With Pelican loaded, every logger says the same words only once: requests would be missed."""
    loaded = "import sys, relay.cli, relay.verbs, relay.serving; sys.exit('pelican' in sys.modules)"
    subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=True)
