"""The frame: the site's own page around what the relay draws."""

import datetime as dt
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from regulation.findings import Refused
from regulation.portal import Portal
from relay.pages import FRAME, OWNER, STATIC, Pages

NOW = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
WHOLE = (
    "<title>&lt;!--cong:title--&gt; – Cổng</title><header>{}</header>"
    "<main><!--cong:main--></main><footer>chân</footer>"
)


def write(site: Path, text: str) -> None:
    """Puts a frame where the build puts it, as a build does: a new file in its place."""
    file = site / FRAME
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    (site / STATIC).write_text('{"form": "/static/form.1.js"}', encoding="utf-8")
    fresh.replace(file)


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    """A site with a frame and one template."""
    write(tmp_path / "site", WHOLE.format("đầu"))
    (tmp_path / "relay").mkdir()
    (tmp_path / "relay" / "a.html").write_text("<p>{{ said }}</p>", encoding="utf-8")
    portal = cast(Portal, None)  # no template here asks it
    return Pages(tmp_path / "site", tmp_path, lambda: portal, lambda: NOW)


def test_words_stand_in_the_frame_and_nothing_in_them_is_markup(pages: Pages) -> None:
    page = pages.page("relay/a.html", "Nhận <b>", said="<script>1</script>")
    assert page == (
        "<title>Nhận &lt;b&gt; – Cổng</title><header>đầu</header>"
        "<main><p>&lt;script&gt;1&lt;/script&gt;</p></main><footer>chân</footer>"
    )


def test_what_somebody_types_cannot_move_the_marks(pages: Pages) -> None:
    page = pages.page("relay/a.html", "<!--cong:main-->", said="<!--cong:main-->")
    assert page.count("<header>đầu</header>") == page.count("<footer>chân</footer>") == 1
    assert "<!--cong:main-->" not in page


def test_a_new_release_is_seen_at_the_next_page(pages: Pages, tmp_path: Path) -> None:
    assert "đầu" in pages.page("relay/a.html", "x", said="")
    write(tmp_path / "site", WHOLE.format("đầu mới"))
    assert "đầu mới" in pages.page("relay/a.html", "x", said="")


@pytest.mark.parametrize("broken", ["", "<main></main>", "<!--cong:main--><!--cong:title-->"])
def test_a_release_that_lacks_its_marks_leaves_the_last_good_one(
    pages: Pages, tmp_path: Path, broken: str
) -> None:
    pages.page("relay/a.html", "x", said="")
    write(tmp_path / "site", broken)
    assert "đầu" in pages.page("relay/a.html", "x", said="")
    (tmp_path / "site" / FRAME).unlink()
    assert "đầu" in pages.page("relay/a.html", "x", said="")


def test_a_site_without_a_frame_is_told_in_words(tmp_path: Path) -> None:
    pages = Pages(tmp_path, tmp_path, lambda: cast(Portal, None), lambda: NOW)
    with pytest.raises(Refused, match="cong build"):
        pages.page("relay/a.html", "x")


def test_scripts_are_those_of_the_release(pages: Pages) -> None:
    assert pages.static == {"form": "/static/form.1.js"}


def opened(site: Path, templates: Path, ours: str) -> Pages:
    """Pages of a portal of which only the id is asked."""
    portal = cast(Portal, SimpleNamespace(id=ours))
    return Pages(site, templates, lambda: portal, lambda: NOW)


def test_another_portals_site_is_refused_and_both_are_named(pages: Pages, tmp_path: Path) -> None:
    (tmp_path / "site" / OWNER).write_text("quangnam\n", encoding="utf-8")
    stranger = opened(tmp_path / "site", tmp_path, "laocai-cchc")
    with pytest.raises(Refused, match="của cổng “quangnam”, không phải của cổng “laocai-cchc”"):
        stranger.page("relay/a.html", "x", said="")
    own = opened(tmp_path / "site", tmp_path, "quangnam")
    assert "đầu" in own.page("relay/a.html", "x", said="")


def test_a_switch_to_another_portals_release_leaves_the_last_good_one(
    pages: Pages, tmp_path: Path
) -> None:
    own = opened(tmp_path / "site", tmp_path, "quangnam")
    own.page("relay/a.html", "x", said="")
    (tmp_path / "site" / OWNER).write_text("laocai-cchc\n", encoding="utf-8")
    write(tmp_path / "site", WHOLE.format("của cổng khác"))
    assert "của cổng khác" not in own.page("relay/a.html", "x", said="")
    (tmp_path / "site" / OWNER).write_text("quangnam\n", encoding="utf-8")
    write(tmp_path / "site", WHOLE.format("đầu mới"))
    assert "đầu mới" in own.page("relay/a.html", "x", said="")
