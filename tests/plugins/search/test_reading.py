"""The browser's reader and Python's: the same answers from the same files of the same index."""

import math
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from plugins.search import postings, writer
from plugins.search.items import Item
from plugins.search.reader import Filters, Index
from regulation.vietnamese import fold
from tests.plugins.search.conftest import index_folder
from tests.plugins.search.corpus import AGENCIES, KINDS, SECTIONS, items, queries
from tests.plugins.search.sides import Browser
from tests.plugins.search.test_same import texts, unhurried

FIXED = [
    "",
    "?!",
    "của",
    "thủ tục đất đai",
    "thu tuc dat dai",
    "TTHC",
    "thur tucj ddaats",
    "thu3 tuc5",
    "thutuchanhchinh",
    "thủ tục zzzqqq",
    "zzzqqq",
    "43/2014/NĐ-CP",
    "nghị định 43",
    "ngày 15 tháng 5 năm 2014",
    "hòa giải ở cơ sở là gì",
    "hoà giải ở cơ sở là gì",
    "😀 đất",
    "windows",
]


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Any:
    def written(given: Iterable[Item]) -> Path:
        return index_folder(tmp_path_factory, given)

    return written


@pytest.fixture(scope="module")
def folder(write: Any) -> Path:
    """An index with tables in pages, and with tails, though it is small."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writer, "INLINE", 10)
        patch.setattr(postings, "HEAD", 40)
        patch.setattr(postings, "FORM_HEAD", 10)
        patch.setattr(postings, "LAYER", 30)
        path: Path = write(items(300, words=60))
    assert {"p", "t", "w", "s", "i", "f"} <= {part.name for part in path.iterdir() if part.is_dir()}
    return path


def python(folder: Path, text: str, options: dict[str, Any]) -> dict[str, Any]:
    """What Python's reader answers, as the browser's does."""
    index = Index(lambda name: (folder / name).read_bytes())
    asked = dict(options)
    values = tuple(map(tuple, asked.pop("values", [])))
    first, last = asked.pop("years", None) or (None, None)
    if "perPage" in asked:
        asked["per_page"] = asked.pop("perPage")
    query = index.read(text)
    found = index.search(query, Filters(values, first, last), **asked)
    shown = [index.shown(number) for number, _ in found.items]
    return {
        "items": found.items,
        "total": found.total,
        "whole": found.whole,
        "urls": [one.url for one in shown],
        "fetched": set(index.fetched),
    }


def agree(reading: Browser, folder: Path, text: str, options: dict[str, Any]) -> dict[str, Any]:
    """Asks both and compares; what they say."""
    wanted = python(folder, text, options)
    got = reading("search", str(folder), text, options)
    assert "error" not in got, (text, options, got)
    what = (text, options)
    assert [item for item, _ in got["items"]] == [item for item, _ in wanted["items"]], what
    for (_, one), (_, other) in zip(got["items"], wanted["items"], strict=True):
        assert math.isclose(one, other, rel_tol=1e-9), what
    assert [one["url"] for one in got["shown"]] == wanted["urls"]
    assert (got["total"], got["whole"]) == (wanted["total"], wanted["whole"]), what
    # The browser cannot begin without the manifest, even if nothing is looked for.
    assert set(got["fetched"]) == wanted["fetched"] | {"vi.bin"}, what
    assert len(got["fetched"]) == len(set(got["fetched"])), "each file once"
    return wanted


def options_of(dice: random.Random) -> dict[str, Any]:
    """Filters, order and page by chance."""
    options: dict[str, Any] = {}
    if dice.random() < 0.4:
        values = [("section", value) for value in dice.sample(SECTIONS, dice.randint(0, 3))]
        values += [("kind", value) for value in dice.sample(KINDS, dice.randint(0, 2))]
        if dice.random() < 0.2:
            values.append(("agency", dice.choice([*AGENCIES, "không có"])))
        options["values"] = values
    if dice.random() < 0.3:
        options["years"] = dice.choice([(2014, 2014), (None, 2013), (2014, None), (2015, 2020)])
    if dice.random() < 0.3:
        options["sort"] = "date"
    if dice.random() < 0.4:
        options |= {"page": dice.randint(1, 4), "perPage": dice.choice([3, 10, 40])}
    if dice.random() < 0.3:
        options["least"] = dice.randint(0, 3)
    if dice.random() < 0.3:
        options["most"] = dice.randint(0, 20)
    return options


def test_both_readers_answer_fixed_queries_alike(reading: Browser, folder: Path) -> None:
    found = [bool(agree(reading, folder, text, {})["items"]) for text in FIXED]
    assert sum(found) >= 12


def test_both_readers_answer_random_queries_alike(reading: Browser, folder: Path) -> None:
    dice = random.Random(17)
    seen: list[dict[str, Any]] = []
    for text in queries(90, seed=23):
        text = " ".join(text.split()[: dice.randint(1, 5)])
        if dice.random() < 0.1:
            text = fold(text).replace(" ", "")
        seen.append(agree(reading, folder, text, options_of(dice)))
    assert sum(bool(one["items"]) for one in seen) > 45
    assert sum(not one["whole"] for one in seen) > 5
    tails = [any(name[0] == "t" for name in one["fetched"]) for one in seen]
    assert 15 < sum(tails) < len(seen)


@settings(unhurried, max_examples=40)
@given(text=texts)
def test_both_readers_answer_any_text_alike(reading: Browser, folder: Path, text: str) -> None:
    agree(reading, folder, text, {"least": 1})


def test_counts_are_those_of_all_matches(reading: Browser, folder: Path) -> None:
    index = Index(lambda name: (folder / name).read_bytes())
    shown = [index.shown(number) for number in range(index.manifest.items)]
    for values, years in (
        ([], None),
        ([("section", "muc-1"), ("section", "muc-2"), ("kind", "tin")], (2014, 2020)),
    ):
        options = {"values": values, "years": years}
        matches = reading("search", str(folder), "giấy tờ", options)["matches"]
        assert len(matches) > 20
        for facet in ("section", "kind"):
            by_value, by_year = reading("counts", str(folder), "giấy tờ", options, facet)
            others = [(name, value) for name, value in values if name != facet]

            def fits(number: int, chosen: list[tuple[str, str]]) -> bool:
                names = {name for name, _ in chosen}
                return all((name, getattr(shown[number], name)) in chosen for name in names)

            kept = [number for number in matches if fits(number, others)]
            assert dict(by_value) == {
                value.text: sum(getattr(shown[number], facet) == value.text for number in kept)
                for value in dict(index.manifest.facets)[facet]
            }
            assert sum(count for _, count in by_year) == sum(fits(n, values) for n in matches)


def test_both_find_the_piece_of_a_word(reading: Browser, folder: Path) -> None:
    index = Index(lambda name: (folder / name).read_bytes())
    words = ["", "a", "dat", "datt", "th", "thuoc", "zzz", "đ", "0"]
    for word, (frequency, pieces, piece) in zip(
        words, reading("pieces", str(folder), words), strict=True
    ):
        assert frequency == index.frequency(word)
        if frequency:
            assert piece in pieces
        told = set(index.words(word))
        index = Index(lambda name: (folder / name).read_bytes())
        assert told == set(index.words(word))
        assert len(pieces) == len([name for name in index.fetched if name[0] == "w"])


def test_no_spoilt_byte_gives_another_answer(reading: Browser, write: Any) -> None:
    """Every byte of every file of a small index, and places where it can be cut off."""
    folder = write(items(2, words=6))
    names = [str(path.relative_to(folder)) for path in sorted(folder.rglob("*.bin"))]
    options = {"values": [("section", section) for section in SECTIONS], "perPage": 3}
    counts = reading("spoilt", str(folder), names, "thủ tục đất đai", {**options, "least": 0})
    assert counts["wrong"] == []
    size = sum((folder / name).stat().st_size for name in names if name[0] != "f")
    assert counts["refused"] >= size * 9 / 8
    assert counts["same"] < counts["refused"] / 5, "lists of facets that were not asked for"
