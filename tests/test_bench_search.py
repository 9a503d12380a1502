"""What make bench-search measures with: nothing else would tell that it measures nothing."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.bench_search import kept
from tests.bench_search.__main__ import RESULTS, SEARCH
from tests.bench_search.index import kinds, ours
from tests.bench_search.server import NGINX, serving
from tests.bench_search.site import OURS, Site
from tests.bench_search.visits import FAST, Visitor
from tests.plugins.search.corpus import samples

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(NGINX is None, reason="no nginx: make test installs it, when root"),
]


def test_a_query_is_asked_both_ways_and_what_it_fetches_is_told(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "CACHE", tmp_path)
    made = ours(60)
    assert ours(60).again
    assert {kind for kind, *_ in kinds(made.folder / "vi")} > {"shards", "items", "manifest"}
    site = Site(tmp_path / "site")
    site.put(OURS, made)
    text = " ".join(samples()[100:102])
    with serving(site.folder) as server:
        visitor = Visitor(browser, server)
        handed = visitor.handed(OURS, text, None)
        arrived = visitor.arrived(SEARCH, RESULTS, text, FAST)
    assert handed.shown == 10
    paths = [one.path for one in handed.sent]
    assert sorted(set(paths)) == sorted(paths), "nothing comes twice"
    assert all(OURS.start.match(path) or OURS.own.match(path) for path in paths)
    for visit in (handed, arrived):
        assert 0 < visit.bytes(OURS.own) < visit.bytes(OURS.own, whole=True)
        assert visit.requests(OURS.own) > 2
    assert arrived.bytes(OURS.start) > handed.bytes(OURS.start), "with the page's own script"
