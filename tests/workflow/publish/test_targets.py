"""What holds of every place that a portal is published to."""

import multiprocessing
from typing import Any

import pytest

from tests.workflow.publish.places import Place, numbered, release, written
from workflow.publish.publishing import rollback
from workflow.publish.release import KEPT, PublishError


def test_nothing_is_live_before_the_first_release(place: Place) -> None:
    target = place.open()
    assert (target.live(), list(target.releases()), target.settled()) == (None, [], True)
    with pytest.raises(PublishError, match="Chưa phát hành lần nào"):
        rollback(target)


def test_what_is_put_is_what_is_read(place: Place) -> None:
    first = place.put(numbered(0), 0)
    assert place.shows(numbered(0))
    assert place.open().live() == first
    second = place.put(numbered(1), 1)
    assert place.shows(numbered(1))
    assert place.open().live() == second
    assert list(place.open().releases()) == [first, second]
    assert place.open().settled()


def test_a_page_that_the_new_site_lacks_goes_and_a_style_sheet_stays_for_one_release(
    place: Place,
) -> None:
    place.put(numbered(0), 0)
    place.put(numbered(1), 1)
    assert place.read("tin/0/index.html") is None
    assert place.read("static/cong.0.css") == numbered(0)["static/cong.0.css"]
    place.put(numbered(2), 2)
    assert place.read("static/cong.0.css") is None
    assert place.read("static/cong.1.css") is not None
    place.open().switch(release(numbered(1), 1).name)
    assert place.read("static/cong.2.css") is not None


def test_the_index_of_search_goes_with_what_it_told(place: Place) -> None:
    told, new = "static/search/vi/i/0-aaaaaa.bin", "static/search/vi/i/0-bbbbbb.bin"
    manifest = "static/search/vi/vi.bin"
    place.put({**numbered(0), told: "tin sai", manifest: "0-aaaaaa"}, 0)
    assert place.read(told) == "tin sai"
    place.put({**numbered(1), new: "tin đúng", manifest: "0-bbbbbb"}, 1)
    assert [place.read(name) for name in (told, new, manifest)] == [None, "tin đúng", "0-bbbbbb"]
    place.open().switch(release(numbered(0), 0).name)
    assert [place.read(name) for name in (told, new)] == ["tin sai", None]


def test_the_last_ten_are_kept_and_offered(place: Place) -> None:
    made = [place.put(numbered(number), number) for number in range(KEPT + 2)]
    assert list(place.open().releases()) == made[2:]
    place.open().switch(made[2].name)
    assert place.shows(numbered(2))
    with pytest.raises(PublishError, match="Không còn giữ bản phát hành"):
        place.open().switch(made[1].name)
    assert place.open().live() == made[2]


def test_rolling_back_goes_to_the_one_before_and_forward_by_name(place: Place) -> None:
    made = [place.put(numbered(number), number) for number in range(3)]
    assert rollback(place.open()) == made[1]
    assert place.shows(numbered(1))
    assert rollback(place.open()) == made[0]
    assert place.shows(numbered(0))
    with pytest.raises(PublishError, match="cũ hơn"):
        rollback(place.open())
    assert rollback(place.open(), made[2].name) == made[2]
    assert place.shows(numbered(2))
    place.open().switch(made[0].name)
    place.put(numbered(3), 3)
    assert place.shows(numbered(3))


def test_another_portal_is_refused_and_the_site_stays(place: Place) -> None:
    place.put(numbered(0), 0)
    with pytest.raises(PublishError, match="đang phát hành cổng portal-nho"):
        place.put(numbered(1), 1, portal="cong-khac")
    assert place.shows(numbered(0))
    assert len(place.open().releases()) == 1


def test_the_same_content_may_be_put_again(place: Place) -> None:
    place.put(numbered(0), 0)
    again = place.put(numbered(0), 1)
    assert place.shows(numbered(0))
    assert place.open().live() == again


def test_bytes_are_served_as_they_were_built(place: Place) -> None:
    site = {
        **numbered(0),
        "data/so lieu.csv": "\ufeffa;b\r\n1;2\r\n",
        "data/tệp.txt": "một\r\nhai\n",
        "_dau/x.txt": "x",
        ".gitignore": "*",
        ".gitattributes": "*.txt text eol=lf\n",
        "trong.txt": "",
    }
    place.put(site, 0)
    assert place.shows(site)


def test_a_name_that_was_made_up_is_no_release(place: Place) -> None:
    place.put(numbered(0), 0)
    for name in ("", "../live", "20990101T000000Z-0000000"):
        with pytest.raises(PublishError):
            place.open().switch(name)
    assert place.shows(numbered(0))


def _publish(place: Place, number: int, told: Any) -> None:
    """In a process of its own: says whether the place took it."""
    try:
        for again in range(3):
            place.put(numbered(number + again), number + again)
        told.put("")
    except PublishError as error:
        told.put(str(error))


def test_two_publishers_at_once_leave_one_whole_site(place: Place) -> None:
    place.put(numbered(0), 0)
    context = multiprocessing.get_context("fork")
    told = context.Queue()
    both = [context.Process(target=_publish, args=(place, number, told)) for number in (10, 20)]
    for process in both:
        process.start()
    for process in both:
        process.join()
    said = [told.get(timeout=10) for _ in both]
    assert all(not each or "hãy phát hành lại" in each for each in said), said
    live = place.open().live()
    assert live is not None
    shown = next(n for n in (0, *range(10, 13), *range(20, 23)) if release(numbered(n), n) == live)
    assert place.shows(numbered(shown))
    assert place.open().settled()
    place.put(numbered(30), 30)
    assert place.shows(numbered(30))


def test_a_folder_that_was_written_is_only_read(place: Place) -> None:
    folder = written(place.scratch / "once", numbered(0))
    before = sorted(folder.rglob("*"))
    place.open().put(folder, release(numbered(0), 0))
    assert sorted(folder.rglob("*")) == before
