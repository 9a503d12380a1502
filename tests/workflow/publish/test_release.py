"""What is known of a release, in what order a store changes, and what a store says of files."""

import datetime as dt
import json
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflow.publish.places import START, numbered, page, release
from workflow.publish.release import (
    PublishError,
    carried,
    from_json,
    lasts,
    lost,
    name_of,
    same_site,
)
from workflow.publish.store import content_type, in_order

Files = Mapping[str, str]


def test_a_release_is_read_as_it_was_written() -> None:
    made = release({**numbered(3), "media/ảnh.webp": "x"}, 3)
    assert from_json(made.to_json()) == made
    assert "media/ảnh.webp" in made.to_json()


@pytest.mark.parametrize(
    "change",
    [
        {"made": "hôm qua"},
        {"made": 5},
        {"items": None},
        {"items": ["a"]},
        {"files": "x"},
        {"name": None, "files": None},
    ],
)
def test_a_note_that_is_not_what_was_written_is_refused(change: Mapping[str, object]) -> None:
    values = json.loads(release(numbered(0)).to_json())
    with pytest.raises(PublishError, match="không đọc được"):
        from_json(json.dumps({**values, **change}))


def test_names_sort_by_time_wherever_the_clock_stands() -> None:
    hanoi = dt.timezone(dt.timedelta(hours=7))
    early = dt.datetime(2026, 11, 22, 6, 59, tzinfo=hanoi)
    late = dt.datetime(2026, 11, 22, 0, 0, tzinfo=dt.UTC)
    assert name_of(early, "f" * 40) == "20261121T235900Z-fffffff"
    assert name_of(early, "f" * 40) < name_of(late, "0" * 40)


def test_two_releases_are_the_same_for_readers_whenever_they_were_made() -> None:
    one = release(numbered(0), 0)
    assert same_site(one, release(numbered(0), 1))
    assert not same_site(one, release(numbered(1), 0))
    assert not same_site(one, release(numbered(0), 0, portal="khac"))


def test_what_outlives_its_release() -> None:
    before, after = release(numbered(0), 0), release(numbered(1), 1)
    assert set(carried(before, after)) == {"static/cong.0.css"}
    assert carried(None, after) == {}
    assert carried(before, release(numbered(0), 2)) == {}


def test_the_index_of_search_does_not_outlive_its_release() -> None:
    """It holds words of items: of what is taken down nothing is to stand anywhere."""
    before = release({**numbered(0), "static/search/vi/i/0-aaaaaa.bin": "tin sai"}, 0)
    assert set(carried(before, release(numbered(1), 1))) == {"static/cong.0.css"}


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("static/cong.0a1b2c3d.css", True),
        ("static/search/vi/s/1f-0a1b2c.bin", True),
        ("static/search/vi/vi.bin", False),
        ("static/search/en/en.bin", False),
        ("static/search/vi/en.bin", True),
        ("index.html", False),
        ("media/static/x.css", False),
    ],
)
def test_which_files_a_browser_may_keep(name: str, kept: bool) -> None:
    assert lasts(name) == kept


def test_what_is_lost() -> None:
    assert lost({"a:vi": "/a/", "b:vi": "", "c:vi": "/c/"}, ["a:vi"]) == ["b:vi", "c:vi"]


def test_the_moment_of_a_release_has_its_zone() -> None:
    assert from_json(release({}).to_json()).made == START


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("A/B.HTML", "text/html; charset=utf-8"),
        ("static/a.css", "text/css; charset=utf-8"),
        ("static/a.js", "text/javascript; charset=utf-8"),
        ("data/a.csv", "text/csv; charset=utf-8"),
        ("sitemap.xml", "application/xml"),
        ("robots.txt", "text/plain; charset=utf-8"),
        ("media/a.svg", "image/svg+xml"),
        ("media/a.webp", "image/webp"),
        ("media/a.vtt", "text/vtt; charset=utf-8"),
        ("media/a.pdf", "application/pdf"),
        ("media/a.jpg", "image/jpeg"),
        ("media/a.mp3", "audio/mpeg"),
        ("media/a.mp4", "video/mp4"),
        (
            "media/a.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        ("media/khong-duoi", "application/octet-stream"),
        ("static/search/vi/vi.bin", "application/octet-stream"),
    ],
)
def test_what_a_file_is_said_to_be(name: str, kind: str) -> None:
    assert content_type(name) == kind


NAMES = ["index.html", "a/index.html", "a/b/index.html", "c/index.html", "d.html", "static/x.css"]


@st.composite
def sites(draw: st.DrawFn) -> dict[str, str]:
    """A small site without a dead link: some pages, each leading to some of them."""
    there = sorted({"index.html", *draw(st.sets(st.sampled_from(NAMES)))})
    site = {}
    for name in there:
        links = sorted(draw(st.sets(st.sampled_from(there))))
        word = draw(st.sampled_from("mn"))
        site[name] = page(*links, text=word) if name.endswith(".html") else word
    return site


def reached(site: Files) -> dict[str, bool]:
    """What can be reached from home by links, and whether it is there."""
    found, ahead = {}, ["index.html"] if "index.html" in site else []
    while ahead:
        name = ahead.pop()
        if name not in found:
            found[name] = name in site
            text = site.get(name, "")
            ahead += [other for other in NAMES if f'href="/{other}"' in text]
    return found


@given(before=st.one_of(st.just({}), sites()), after=sites())
def test_a_store_has_no_dead_link_at_any_instant_of_a_change(
    before: dict[str, str], after: dict[str, str]
) -> None:
    """Killed at every step, and begun again from the first one."""
    steps: list[tuple[str, str | None]] = [(name, after[name]) for name in in_order(after, before)]
    steps += [(name, None) for name in sorted(set(before) - set(after))]
    for killed in range(len(steps) + 1):
        stands = dict(before)
        for name, text in [*steps[:killed], *steps]:
            if text is None:
                stands.pop(name, None)
            else:
                stands[name] = text
            assert all(reached(stands).values()), (killed, name)
        assert stands == after
