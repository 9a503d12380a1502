"""The modules that seal in the browser: copied as they are, every name among them found."""

import gzip
import html
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import pytest

from plugins.assets import script_text, write_static
from plugins.build import Built, build
from plugins.modules import (
    LEFT_OUT,
    SEALING,
    Module,
    NotThere,
    address,
    names_in,
    reached,
    rewritten,
    sealing_files,
    squeezed,
    write_sealing,
)
from plugins.verbs import tell
from tests.browser.test_html import html_faults
from tests.node import node
from tests.plugins.portals import real_site
from tests.regulation.test_forms import with_keys
from tests.relay.sealing.sealed_portal import Keys as SealingKeys
from tests.relay.sealing.sealed_portal import sealed_portal
from tests.small import NOW, PORTAL, ROOT, Small

PACKAGES = ROOT / "node_modules"
MOST_BYTES = 70_000
"""What a citizen's browser fetches for sealing, compressed by gzip file by file."""
MOST_FILES = 31
MOST_OWN = 3_000
"""What our own script beside it may weigh."""
FORM = "gui-y-kien/to-cao/index.html"

installed = pytest.mark.skipif(
    not (PACKAGES / SEALING).is_dir(), reason="node_modules lacks age-encryption: make install-dev"
)


@pytest.fixture(scope="module")
def modules() -> Mapping[PurePosixPath, Module]:
    return reached(PACKAGES)


def asked(program: str, texts: Mapping[str, str], *flags: str) -> object:
    """What a program for Node says of some texts: it reads them as JSON, and answers in it."""
    done = subprocess.run(
        [node(), "--no-warnings", *flags, "-e", program],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


NAMES = """
const vm = require("node:vm");
const texts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const named = (text) => new vm.SourceTextModule(text).moduleRequests.map((one) => one.specifier);
console.log(JSON.stringify(Object.fromEntries(
  Object.entries(texts).map(([name, text]) => [name, [...new Set(named(text))].sort()]))));
"""

TREES = """
const acorn = require("internal/deps/acorn/acorn/dist/acorn");
const texts = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const tree = (text) => JSON.stringify(
  acorn.parse(text, { ecmaVersion: "latest", sourceType: "module" }),
  (key, value) => key === "start" || key === "end" ? undefined
    : typeof value === "bigint" ? `${value}n` : value);
console.log(JSON.stringify(Object.fromEntries(Object.entries(texts).map(
  ([name, text]) => [name, require("node:crypto").hash("sha256", tree(text))]))));
"""


@installed
def test_every_name_is_found_as_a_javascript_engine_finds_it(
    modules: Mapping[PurePosixPath, Module],
) -> None:
    texts = {str(path): each.text for path, each in modules.items()}
    ours = {path: sorted({m["name"] for m in names_in(text)}) for path, text in texts.items()}
    assert asked(NAMES, texts, "--experimental-vm-modules") == ours
    assert not any("import(" in squeezed(text) for text in texts.values())


@installed
def test_every_name_leads_to_a_file_of_the_copy_and_none_is_bare(tmp_path: Path) -> None:
    entry = write_sealing(PACKAGES, tmp_path)
    folder = tmp_path / "static" / entry.split("/")[2]
    scripts = {str(path): path.read_text() for path in folder.rglob("*.js")}
    named = asked(NAMES, scripts, "--experimental-vm-modules")
    assert isinstance(named, dict)
    met = {(tmp_path / entry.lstrip("/")).resolve()}
    for path, names in named.items():
        for name in names:
            assert name.startswith(("./", "../")), (path, name)
            met.add((Path(path).parent / name).resolve())
    assert met == {Path(path).resolve() for path in scripts}


@installed
def test_nothing_but_names_is_changed_before_comments_are_taken_out(
    modules: Mapping[PurePosixPath, Module],
) -> None:
    """With the names taken out of both, the copy and the package are the same byte by byte."""
    for module in modules.values():
        ours = rewritten(module)
        for one, other in zip(names_in(module.text), names_in(ours), strict=True):
            assert other["name"].startswith(".")
            assert not one["name"].startswith(".") or other["name"] == one["name"]
        assert _without_names(ours) == _without_names(module.text)


def _without_names(text: str) -> str:
    for match in reversed(list(names_in(text))):
        text = text[: match.start("name")] + text[match.end("name") :]
    return text


@installed
def test_taking_comments_out_leaves_the_same_program(
    modules: Mapping[PurePosixPath, Module],
) -> None:
    whole = {str(address(path)): rewritten(each) for path, each in modules.items()}
    sent = {name: text for name, text in sealing_files(PACKAGES).items() if name in whole}
    flags = ("--expose-internals",)
    assert asked(TREES, sent, *flags) == asked(TREES, whole, *flags)


@installed
def test_what_is_left_out_is_named_by_those_who_ask_for_it(
    modules: Mapping[PurePosixPath, Module],
) -> None:
    """A newer version that wants more of such a module is met here, not by a citizen."""
    for name, taken in LEFT_OUT.items():
        asking = [each.text for each in modules.values() if name in each.named]
        assert asking, name
        for text in asking:
            (line,) = (match[0] for match in names_in(text) if match["name"] == name)
            inside = line[line.index("{") + 1 : line.index("}")]
            assert {word.strip() for word in inside.split(",")} == set(taken)
    absent = sealing_files(PACKAGES)["absent.js"]
    assert all(f"const {name}=" in absent for names in LEFT_OUT.values() for name in names)


@installed
def test_what_is_sent_is_bounded_and_says_whose_it_is() -> None:
    files = sealing_files(PACKAGES)
    scripts = {name: text for name, text in files.items() if name.endswith(".js")}
    weight = sum(len(gzip.compress(text.encode(), 6)) for text in scripts.values())
    print(f"sealing in the browser: {len(scripts)} files, {weight} bytes")
    assert weight < MOST_BYTES
    assert len(scripts) <= MOST_FILES
    own = script_text(ROOT / "theme/static/js/form-sealed.js")
    assert len(gzip.compress(own.encode(), 6)) < MOST_OWN
    for owner in ("age-encryption", "@noble/curves", "@scure/base"):
        assert owner in files["LICENSES.txt"]
    assert "Redistribution and use in source and binary forms" in files["LICENSES.txt"]


@installed
def test_only_a_portal_with_keys_has_it_and_under_a_name_made_from_it(tmp_path: Path) -> None:
    portal = real_site("quangnam").portal
    theme = ROOT / "theme"
    assert "age" not in write_static(portal, theme, tmp_path / "a", PACKAGES)
    assert not list((tmp_path / "a").rglob("age.*"))
    sealing = with_keys(portal)
    first = write_static(sealing, theme, tmp_path / "b", PACKAGES)["age"]
    assert write_static(sealing, theme, tmp_path / "c", PACKAGES)["age"] == first
    assert (tmp_path / "b" / first.lstrip("/")).is_file()


def test_without_the_package_a_site_is_built_without_it(tmp_path: Path) -> None:
    sealing = with_keys(real_site("quangnam").portal)
    assert write_sealing(tmp_path / "none", tmp_path) == ""
    for packages in (None, tmp_path / "none"):
        assert "age" not in write_static(sealing, ROOT / "theme", tmp_path / "a", packages)
    assert not list(tmp_path.rglob("age.*"))


# A whole build ----------------------------------------------------------------------------


def built_with_keys(house: Small, packages: str) -> tuple[Built, str]:
    """Builds the small portal with keys; gives its page for denunciations too."""
    sealed_portal(house, SealingKeys())
    conf = house.root / "pelicanconf.py"
    conf.write_text(f"{conf.read_text()}\nCONG_PACKAGES = {packages!r}\n")
    built = build(house.root, PORTAL, house.output, NOW)
    return built, (house.output / FORM).read_text()


@installed
def test_a_portal_with_keys_tells_its_form_where_what_seals_lies(
    house: Small, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built, page = built_with_keys(house, str(PACKAGES))
    named = [match[1] for match in re.finditer(r' data-(?:sealer|age)="([^"]+)"', page)]
    assert len(named) == 2
    assert all((house.output / address.lstrip("/")).is_file() for address in named)
    (said,) = re.findall(r' data-seal="([^"]+)"', page)
    portal = house.portal()
    assert json.loads(html.unescape(said))["keys"] == list(
        portal.sealed_to("van-phong", NOW.date())
    )
    static = json.loads((house.output / "khung/static.json").read_text())
    assert static["age"] in named
    assert html_faults(house.output, tmp_path / "faults.json", [house.output / FORM]) == []
    tell(built)
    assert "install-sealing" not in capsys.readouterr().out


def test_without_the_package_the_form_works_and_the_build_says_so(
    house: Small, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    built, page = built_with_keys(house, str(tmp_path / "none"))
    assert "data-sealer" not in page
    assert "Mã hóa trên máy chủ." in page
    assert "Mã hóa trong trình duyệt này." not in page
    tell(built)
    assert "make install-sealing" in capsys.readouterr().out


# The rules of finding, on packages made for it ---------------------------------------------


def package(root: Path, name: str, exports: object, files: Mapping[str, str]) -> None:
    folder = root / name
    for file, text in files.items():
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(text)
    (folder / "package.json").write_text(json.dumps({"exports": exports}))


def test_a_package_may_bring_its_own_version_of_another(tmp_path: Path) -> None:
    package(tmp_path, "top", "./a.js", {"a.js": 'import "@x/y";\nimport "z/in.js";\n'})
    package(tmp_path, "@x/y", {".": {"import": "./m.js"}}, {"m.js": "import 'z/in.js'"})
    package(tmp_path, "z", {"./in.js": "./new.js"}, {"new.js": "export{}"})
    package(tmp_path / "@x/y/node_modules", "z", {"./in.js": "./old.js"}, {"old.js": "export{}"})
    assert set(map(str, reached(tmp_path, "top"))) == {
        "top/a.js",
        "@x/y/m.js",
        "z/new.js",
        "@x/y/node_modules/z/old.js",
    }


@pytest.mark.parametrize(
    "text", ['import "lost";', 'import "./lost.js";', 'import "half/none.js";'], ids=str
)
def test_what_is_not_whole_is_not_taken(tmp_path: Path, text: str) -> None:
    package(tmp_path, "top", "./a.js", {"a.js": text})
    package(tmp_path, "half", {"./some.js": "./some.js"}, {"some.js": ""})
    with pytest.raises(NotThere):
        reached(tmp_path, "top")


def test_words_in_texts_and_comments_are_no_names() -> None:
    text = """import { a } from "./a.js";
/**
 * import { b } from "b";
 */
// import c from "c";
const said = 'import d from "d"';
export const e = "e";
export {
  f,
  g as h,
} from './f.js';
export * as i from "i";
import "j";
import {} from "./k.js";
export default "l";
"""
    assert [m["name"] for m in names_in(text)] == ["./a.js", "./f.js", "i", "j", "./k.js"]
