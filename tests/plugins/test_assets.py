"""Style sheets, scripts and the mark: named by what they hold, readable in both schemes."""

import dataclasses
import json
import re
import subprocess
from pathlib import Path

from plugins.assets import script_text, squeeze, tokens, write_static
from plugins.search.words import browser_words
from plugins.site import Site
from regulation.model import Look
from regulation.portal import Portal
from tests.node import node
from tests.small import ROOT, Small


def with_look(portal: Portal, **changes: str) -> Portal:
    regulation = portal.regulation
    look = Look.model_validate({**regulation.look.model_dump(), **changes})
    changed = regulation.model_copy(update={"look": look})
    return dataclasses.replace(portal, regulation=changed)


def test_names_change_with_what_the_files_hold(house: Small, tmp_path: Path) -> None:
    portal, theme = house.portal(), ROOT / "theme"
    first = write_static(portal, theme, tmp_path / "one")
    assert write_static(portal, theme, tmp_path / "two") == first
    house.write("mark.svg", "<svg width='9' height='9'><!-- other --></svg>")
    other = write_static(with_look(portal, accent="#123456"), theme, tmp_path / "three")
    assert other["css"] != first["css"]
    assert other["mark"] != first["mark"]
    for url in first.values():
        assert re.fullmatch(r"/static/[a-z0-9-]+\.[0-9a-f]{8}\.[a-z]+", url)
        assert (tmp_path / "one" / url.lstrip("/")).is_file()


def test_the_words_of_search_are_what_the_scripts_are_tested_with(
    house: Small, tmp_path: Path
) -> None:
    urls = write_static(house.portal(), ROOT / "theme", tmp_path)
    written = (tmp_path / urls["search-words"].lstrip("/")).read_text(encoding="utf-8")
    assert urls["search-words"].endswith(".json")
    assert json.loads(written) == browser_words()
    assert "\n" not in written


def test_scripts_are_sent_without_comments_and_still_are_scripts() -> None:
    """Each is read by a JavaScript engine, as the module that it is."""
    for script in sorted((ROOT / "theme/static/js").glob("*.js")):
        written = script_text(script)
        assert len(written) < len(script.read_text(encoding="utf-8"))
        assert not re.search(r"^\s*//", written, flags=re.M)
        read = subprocess.run(
            [node(), "--check", "--input-type=module", "-"],
            input=written,
            capture_output=True,
            text=True,
            check=False,
        )
        assert read.returncode == 0, f"{script.name}: {read.stderr}"


def test_the_accent_stands_for_both_schemes(house: Small) -> None:
    css = tokens(house.portal().regulation.look)
    assert ":root{--accent:#0b5c8a}" in css
    assert "prefers-color-scheme:dark){:root{--accent:#7cc4e8}}" in css


def test_squeezing_drops_comments_and_blanks_and_leaves_quoted_text() -> None:
    css = '/* x */\na {\n  margin : 0;\n  content: "a ;  { b";\n}\n\nb { margin: 0 1px }'
    short = squeeze(css)
    assert '"a ;  { b"' in short
    assert "/*" not in short
    assert "margin:0 1px" in short
    assert "\n\n" not in short


def test_squeezing_twice_changes_nothing_more() -> None:
    for part in (ROOT / "theme/static/css").glob("*.css"):
        once = squeeze(part.read_text(encoding="utf-8"))
        assert squeeze(once) == once
        assert once.count("{") == once.count("}")


def test_no_style_sheet_or_script_of_the_theme_names_another_host() -> None:
    for part in (ROOT / "theme/static").rglob("*"):
        if part.is_file():
            text = part.read_text(encoding="utf-8")
            assert not re.search(r"https?://|url\(\s*['\"]?//|@import", text), part


def test_every_page_names_its_files_by_the_built_names(drawn: Small, site: Site) -> None:
    for page in drawn.output.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        for url in re.findall(r'(?:href|src)="(/static/[^"]+)"', text):
            manifest = re.fullmatch(r"/static/search/(vi/vi|en/en)\.bin", url)
            assert manifest or url in site.static.values()
