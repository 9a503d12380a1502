"""A portal as `cong build` makes it, with the index of the made-up items in place of its own.

Beside its pages stand some in the folder `bench/`: a page of the portal on which search is asked
through each one's own interface, nothing of it fetched before it is asked.
"""

import html
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from plugins.build import build
from tests.bench_search.kept import Made
from tests.bench_search.server import WITH_WASM
from tests.browser.site import NOW
from tests.small import ROOT

PORTAL = "quangnam-cchc"
INDEX = "/static/search/vi/"
_SCRIPTS = ("search-terms", "search-index", "search-find", "search-words")
_PAGES = Path(__file__).parent / "pages"
_MAIN = re.compile(r'(<main id="main"[^>]*>).*?(</main>)', re.S)


@dataclass(frozen=True, slots=True)
class Engine:
    """Who is measured.

    Attributes:
        name: As the tables say.
        place: Its folder on the site.
        start: What it fetches whatever is asked: paths begin so or end so.
        own: What it fetches for a query: paths begin so.
    """

    name: str
    place: str
    start: re.Pattern[str]
    own: re.Pattern[str]


OURS = Engine(
    "ours",
    INDEX,
    re.compile(rf"/static/search-[a-z]+\.[0-9a-f]+\.js(on)?$|{INDEX}vi\.bin$"),
    re.compile(rf"{INDEX}(?!vi\.bin)"),
)
PAGEFIND = Engine(
    "Pagefind",
    "/pagefind/",
    re.compile(r"/pagefind/(?!index/|fragment/|filter/)"),
    re.compile(r"/pagefind/(index|fragment|filter)/"),
)
LUNR = Engine("lunr", "/lunr/", re.compile(r"/lunr/"), re.compile(r"$^"))


class Site:
    """A folder that a server can serve; what is in it changes with `put`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        build(ROOT, PORTAL, folder, NOW)
        for engine in (OURS, PAGEFIND, LUNR):
            self._page(engine)

    def put(self, engine: Engine, made: Made) -> None:
        """Puts an index in its place, and takes away the one that is there."""
        inside = {OURS: "vi", PAGEFIND: "bundle"}.get(engine, "")
        place = self.folder / engine.place.strip("/")
        if place.is_symlink():
            place.unlink()
        elif place.exists():
            shutil.rmtree(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(made.folder / inside, target_is_directory=True)

    def _page(self, engine: Engine) -> None:
        """A page of the portal with a script of ours in its middle."""
        name = engine.name.lower()
        text = (self.folder / "lien-he" / "index.html").read_text(encoding="utf-8")
        for pattern, new in (
            (re.escape(WITH_WASM[0]), WITH_WASM[1]),
            (_MAIN, rf"\1<ol id=bench {self._addresses()}></ol>\2"),
            ("</head>", f'<script type="module" src="/bench/{name}.js"></script></head>'),
        ):
            text, count = re.subn(pattern, new, text)
            if not count:
                raise SystemExit(f"the page of the contact is not as thought: no {pattern}")
        page = self.folder / "bench" / name / "index.html"
        page.parent.mkdir(parents=True)
        page.write_text(text, encoding="utf-8")
        scripts = [(_PAGES / part).read_text("utf-8") for part in ("common.js", f"{name}.js")]
        (self.folder / "bench" / f"{name}.js").write_text("".join(scripts), encoding="utf-8")

    def _addresses(self) -> str:
        """What `openSearch` takes, as attributes."""
        told = {"folder": INDEX, "language": "vi"}
        for script in _SCRIPTS:
            for path in (self.folder / "static").glob(f"{script}.*"):
                told[script.removeprefix("search-")] = f"/static/{path.name}"
        return " ".join(f'data-{name}="{html.escape(value)}"' for name, value in told.items())
