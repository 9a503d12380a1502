"""Style sheets, scripts and the mark: named by what they hold, readable in both schemes."""

import dataclasses
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.assets import contrast, squeeze, tokens, write_static
from plugins.site import Site
from regulation.findings import Refused
from regulation.model import Look
from regulation.portal import Portal
from tests.small import ROOT, Small

colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


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


def test_the_accent_stands_for_both_schemes(house: Small) -> None:
    css = tokens(house.portal().regulation.look)
    assert ":root{--accent:#0b5c8a}" in css
    assert "prefers-color-scheme:dark){:root{--accent:#7cc4e8}}" in css


def test_an_accent_that_cannot_be_read_is_refused_with_its_ratio(house: Small) -> None:
    portal = with_look(house.portal(), accent="#ffdd33", accent_dark="#222222")
    with pytest.raises(Refused) as refused:
        write_static(portal, ROOT / "theme", house.root / "x")
    light, dark = refused.value.findings
    assert (light.key, dark.key) == ("look.accent", "look.accent_dark")
    assert "sẫm hơn, ít nhất 4,5:1" in light.message
    assert "sáng hơn" in dark.message


def test_a_missing_mark_is_refused(house: Small) -> None:
    (house.folder / "mark.svg").unlink()
    with pytest.raises(Refused, match="biểu trưng"):
        write_static(house.portal(), ROOT / "theme", house.root / "x")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == pytest.approx(1)


@given(colours, colours)
def test_contrast_is_the_same_both_ways_round(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


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
            assert url in site.static.values()
