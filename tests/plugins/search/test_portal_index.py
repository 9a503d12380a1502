"""The index in a built site: what it finds, what it never holds; that a cache changes nothing."""

import dataclasses
import datetime as dt
import re
import sqlite3
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from plugins.search import attachments, memory, output
from plugins.search.gather import TONED, key_hash
from plugins.search.memory import KEPT_RUNS, Memory, key_of, remembering
from plugins.search.output import write_indexes
from plugins.search.portal import of_item
from plugins.search.reader import Index
from plugins.search.shards import bucket
from plugins.search.terms import Terms, terms
from plugins.site import Site
from regulation.files.words import Late
from tests.plugins.portals import real_site, with_items
from tests.small import TCVN3, Small, Tree, article, tree
from tests.workflow.checks.files.made import docx, odf, pdf


def written(site: Site, folder: Path, cache: Path) -> Tree:
    """The files of the indexes of a portal."""
    write_indexes(site, folder, cache, lambda page: "")
    return tree(folder / output.FOLDER)


def index(files: Mapping[str, bytes], lang: str = "vi") -> Index:
    return Index(lambda name: files[f"{lang}/{name}"], lang)


def finds(files: Mapping[str, bytes], text: str, lang: str = "vi") -> list[str]:
    """The addresses that a query finds, the best first."""
    reader = index(files, lang)
    found = reader.search(reader.read(text), per_page=50)
    return [reader.shown(number).url for number, _ in found.items]


@pytest.fixture(scope="module")
def files(drawn: Small) -> Tree:
    """The indexes of the small portal, as its build wrote them."""
    return tree(drawn.output / output.FOLDER)


def test_a_build_writes_an_index_of_every_language(files: Tree) -> None:
    assert {name.partition("/")[0] for name in files} == {"vi", "en"}
    assert finds(files, "khánh thành cầu") == ["/tin-tuc/2026/cau-moi/"]
    assert finds(files, "khanh thanh cau")[0] == "/tin-tuc/2026/cau-moi/"
    assert finds(files, "12/KH-UBND")[0] == "/van-ban/2026/ke-hoach/"
    assert finds(files, "sở nội vụ", "en")
    assert all(url.startswith("/en/") for url in finds(files, "so noi vu", "en"))


def test_only_the_manifest_keeps_its_name(files: Tree) -> None:
    constant = {name for name in files if not re.search(r"-[0-9a-f]{6}\.bin\Z", name)}
    assert constant == {"vi/vi.bin", "en/en.bin"}


def test_the_pages_of_a_build_are_found_by_their_text(files: Tree, drawn: Small) -> None:
    page = (drawn.output / "gui-y-kien" / "index.html").read_text(encoding="utf-8")
    assert "kiến nghị" in page
    assert "/gui-y-kien/" in finds(files, "kiến nghị")


def test_what_is_not_published_is_in_no_file_of_the_index(house: Small, tmp_path: Path) -> None:
    """Beside each hidden word stands one that is not, so that a word would be found if it were."""
    for name, more in {
        "nhap": "status: draft",
        "go": 'status: withdrawn\nwithdrawn: {date: 2026-06-01, reason: "zqxlydo"}',
        "han": "expires_at: 2026-05-01 08:00",
        "hen": "publish_at: 2026-12-24 08:00",
        "dang": "",
    }.items():
        posted = "2026-12-24 08:00" if name == "hen" else ""
        text = article(f"t-{name}", f"Tin zqx{name}", more, f"Chữ zqw{name}.", posted)
        house.write(f"tin-tuc/2026/t-{name}.md", text)
    site = house.site()
    files = written(site, tmp_path / "a", tmp_path / "c")
    held = b"\n".join(files.values())
    for name in ("nhap", "go", "han", "hen"):
        assert f"qx{name}".encode() not in held
        assert finds(files, f"zqx{name}") == finds(files, f"zqw{name}") == []
    assert b"qxlydo" not in held
    assert b"qxdang" in held
    assert finds(files, "zqwdang") == ["/tin-tuc/2026/t-dang/"]
    # Taken down, it is gone with the same publication, title, words and all.
    items = [
        dataclasses.replace(item, status="withdrawn") if item.id == "t-dang" else item
        for item in site.library.items
    ]
    files = written(with_items(site, items), tmp_path / "b", tmp_path / "c")
    assert b"qxdang" not in b"\n".join(files.values())
    assert finds(files, "zqwdang") == []


@pytest.fixture
def attached(house: Small) -> Site:
    """A portal with an item that has every kind of file, and some that have something in them."""
    made: dict[str, bytes] = {
        "don.docx": docx("Đơn xin zqworda", "Ông Bờm"),
        "bao-cao.pdf": pdf(text="zqpdfa bao cao"),
        "nua.pdf": pdf(text="zqhalf")[:-700],
        "gia.pdf": b"%PDF-1.7 zqfake",
        "hong.docx": docx("zqbroken")[:-30],
        "cu.txt": TCVN3.encode(),
        "bang.csv": "Tên,Số\nzqcella,1\nzqcellb,2\n".encode(),
        "phieu.odt": odf("text", {"content.xml": "<text:p>zqodta</text:p>"}),
        "ghi-am.mp3": b"ID3 zqsound",
    }
    rows = []
    for name, data in made.items():
        house.write(f"media/{name}", data)
        rows.append(f"  - {{file: media/{name}, title: Tệp}}")
    more = "attachments:\n" + "\n".join(rows)
    house.write("tin-tuc/2026/kem.md", article("kem", "Có tệp kèm", more, "Thân bài."))
    house.write("tin-tuc/2026/than.md", article("than", "Tin khác", "", "Nói tới zqworda ở đây."))
    return house.site()


def test_what_stands_in_attached_files_is_found_behind_what_stands_in_a_text(
    attached: Site, tmp_path: Path
) -> None:
    files = written(attached, tmp_path / "a", tmp_path / "c")
    kem = "/tin-tuc/2026/kem/"
    assert finds(files, "zqworda") == ["/tin-tuc/2026/than/", kem]
    for word in ("zqpdfa", "zqodta", "zqcella", "zqcellb"):
        assert finds(files, word) == [kem], word
    assert kem in finds(files, "chủ tịch đã ký"), "a text of the nineties, in Unicode"
    held = b"\n".join(files.values())
    for nowhere in (b"qhalf", b"qfake", b"qbroken", b"qsound"):
        assert nowhere not in held


def test_a_text_that_an_older_windows_wrote_is_read(tmp_path: Path) -> None:
    for coded in ("utf-16", "utf-8", "utf-8-sig"):
        (tmp_path / "a.txt").write_bytes("Thông báo".encode(coded))
        found = attachments.attachment(tmp_path, "a.txt")
        assert found and attachments.words(found, Memory()) == "Thông báo"


def test_no_more_of_a_file_is_looked_through_than_is_useful(
    attached: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST", 4)
    files = written(attached, tmp_path / "a", tmp_path / "c")
    assert finds(files, "zqcellb") == []
    monkeypatch.setattr(attachments, "MOST_BYTES", 10)
    path = attached.portal.path
    assert attachments.attachment(path, "media/don.docx") is None
    assert attachments.attachment(path, "media/ghi-am.mp3") is None


def test_what_the_machine_had_no_time_for_is_read_the_next_time(
    attached: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(data: bytes, most: int) -> str:
        raise Late

    with monkeypatch.context() as busy:
        busy.setattr(attachments, "document_words", late)
        assert finds(written(attached, tmp_path / "a", tmp_path / "c"), "zqpdfa") == []
    assert finds(written(attached, tmp_path / "b", tmp_path / "c"), "zqpdfa")


# One item more


def test_a_new_item_renames_only_what_tells_of_it(tmp_path: Path) -> None:
    site = real_site("quangnam-cchc")
    one = next(i for i in site.library.items if i.type == "article" and i.listed)
    last = max(item.posted for item in site.library.items) + dt.timedelta(days=1)
    new = dataclasses.replace(
        one, id="moi", slug="moi", path="x", title="Zqtitle", summary="Zqsummary.", posted=last,
        body="", values={},
    )  # fmt: skip
    before = written(site, tmp_path / "a", tmp_path / "c")
    after = written(with_items(site, [*site.library.items, new]), tmp_path / "b", tmp_path / "c")
    bits = index(after).manifest.bits
    assert index(before).manifest.bits == bits
    with remembering(tmp_path / "other.sqlite3") as empty:
        keys = output.counted(site, of_item(site, new), empty).keys
    touched = {bucket(key_hash(key.partition(TONED)[0]), bits) for key in keys}
    assert len(touched) < 1 << bits
    changed = {name for name in after if before.get(name) != after[name]}
    shards = {int(name.split("/")[2].split("-")[0], 16) for name in changed if "/s/" in name}
    assert shards == touched
    numbers = sorted(int(name.split("/")[2].split("-")[0], 16) for name in changed if "/i/" in name)
    items = len(numbers)
    assert numbers == list(range(numbers[0], (index(after).manifest.items + 3) // 4)), "the last"
    filters = sum("/f/" in name for name in changed)
    words = sum("/w/" in name for name in changed)
    assert filters == 3
    assert words <= 2
    assert len(changed) == len(touched) + items + filters + words + 1
    with_it = finds(after, "zqtitle")
    assert with_it == [new.url]


# With and without what was counted before


def test_the_files_are_the_same_with_and_without_a_cache(attached: Site, tmp_path: Path) -> None:
    cold = written(attached, tmp_path / "cold", tmp_path / "c")
    warm = written(attached, tmp_path / "warm", tmp_path / "c")
    none = written(attached, tmp_path / "none", tmp_path / "other")
    (tmp_path / "file").write_text("no folder")
    nowhere = written(attached, tmp_path / "nowhere", tmp_path / "file")
    assert cold == warm == none == nowhere


def test_a_warm_build_counts_and_reads_nothing_again(
    attached: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(attached, tmp_path / "a", tmp_path / "c")
    counted: list[str] = []

    def noted(text: str) -> Terms:
        counted.append(text)
        return terms(text)

    def unread(path: Path) -> str:
        raise AssertionError(path)

    monkeypatch.setattr(output, "terms", noted)
    monkeypatch.setattr(attachments, "_words", unread)
    written(attached, tmp_path / "b", tmp_path / "c")
    assert counted == []
    items = [
        dataclasses.replace(item, title="Tên đã đổi") if item.id == "kem" else item
        for item in attached.library.items
    ]
    written(with_items(attached, items), tmp_path / "d", tmp_path / "c")
    assert "Tên đã đổi" in counted, "an item that changed is counted again …"
    assert len(counted) == 4, "… it alone, and its files are not read again"


@pytest.mark.parametrize("size", [0, 100, 4_000, None])
def test_a_cache_that_is_spoilt_is_only_slower(
    attached: Site, tmp_path: Path, size: int | None
) -> None:
    right = written(attached, tmp_path / "a", tmp_path / "c")
    (kept,) = (tmp_path / "c").iterdir()
    data = kept.read_bytes()
    kept.write_bytes(b"no data base" * 900 if size is None else data[:size])
    assert written(attached, tmp_path / "b", tmp_path / "c") == right
    assert written(attached, tmp_path / "d", tmp_path / "c") == right
    with remembering(kept) as one:
        assert one._file is not None, "a new one was begun"


def test_a_cache_that_is_spoilt_inside_is_begun_anew(attached: Site, tmp_path: Path) -> None:
    right = written(attached, tmp_path / "a", tmp_path / "c")
    (kept,) = (tmp_path / "c").iterdir()
    data = bytearray(kept.read_bytes())
    data[2 * 4096 :] = b"\xff" * (len(data) - 2 * 4096)
    kept.write_bytes(data)
    for name in ("b", "d"):
        assert written(attached, tmp_path / name, tmp_path / "c") == right
    with remembering(kept) as one:
        item = of_item(attached, next(i for i in attached.library.items if i.id == "kem"))
        output.counted(attached, item, one)
        assert one._fresh == {}, "it was kept by the new one"


def test_a_value_that_is_spoilt_is_not_believed(attached: Site, tmp_path: Path) -> None:
    right = written(attached, tmp_path / "a", tmp_path / "c")
    (kept,) = (tmp_path / "c").iterdir()
    with sqlite3.connect(kept) as file:
        (rows,) = file.execute("select count(*) from kept").fetchone()
        assert rows > 20
        # A value stands at another's key, has another byte, or is not there.
        values = file.execute("select key, value from kept order by key").fetchall()
        for number, (key, value) in enumerate(values):
            wrong = (values[number - 1][1], value[:-1] + b"x", b"")[number % 3]
            file.execute("update kept set value = ? where key = ?", (wrong, key))
    file.close()
    assert written(attached, tmp_path / "b", tmp_path / "c") == right


def test_a_cache_that_another_build_holds_is_done_without(
    attached: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "PATIENCE", 0.01)
    right = written(attached, tmp_path / "a", tmp_path / "c")
    (kept,) = (tmp_path / "c").iterdir()
    held = sqlite3.connect(kept)
    held.execute("begin exclusive")
    try:
        assert written(attached, tmp_path / "b", tmp_path / "c") == right
    finally:
        held.close()
    assert kept.is_file(), "it is nobody's to remove"


def test_several_builds_may_use_one_cache_at_once(site: Site, tmp_path: Path) -> None:
    made: dict[int, Tree] = {}

    def build(number: int) -> None:
        made[number] = written(site, tmp_path / str(number), tmp_path / "c")

    builds = [threading.Thread(target=build, args=(number,)) for number in range(3)]
    for one in builds:
        one.start()
    for one in builds:
        one.join()
    assert made[0] == made[1] == made[2] == written(site, tmp_path / "x", tmp_path / "other")


def test_a_change_of_the_rules_makes_everything_anew(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = of_item(site, next(i for i in site.library.items if i.listed))
    with remembering(tmp_path / "m") as one:
        output.counted(site, item, one)
        known = dict(one._fresh)
        monkeypatch.setattr(output, "code_of_terms", lambda: b"other rules")
        output.counted(site, item, one)
        assert len(one._fresh) == len(known) + 1


def test_a_key_is_of_the_texts_and_of_where_one_ends() -> None:
    keys = {
        key_of("a", b"x", "title", "b"),
        key_of("a", b"x", "titleb"),
        key_of("a", b"x", "title", "b", ""),
        key_of("a", b"y", "title", "b"),
        key_of("b", b"x", "title", "b"),
    }
    assert len(keys) == 5


def test_what_nobody_uses_is_let_go_and_what_is_used_stays(tmp_path: Path) -> None:
    def run(asked: str, put: str = "") -> bool:
        with remembering(tmp_path / "m") as one:
            there = one.get(key_of(asked, b"")) is not None
            if put:
                one.put(key_of(put, b""), b"1")
            return there

    assert not run("x", put="used")
    assert not run("x", put="left")
    for _ in range(2 * KEPT_RUNS):
        assert run("used")
    assert not run("left")
    assert run("used")


def test_a_build_that_fails_keeps_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), remembering(tmp_path / "m") as one:
        one.put(b"k", b"v")
        raise RuntimeError
    with remembering(tmp_path / "m") as one:
        assert one.get(b"k") is None
    assert Memory().get(b"k") is None


def test_a_build_leaves_no_scratch_behind(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "t"))
    written(site, tmp_path / "a", tmp_path / "c")
    assert list((tmp_path / "t").iterdir()) == []
