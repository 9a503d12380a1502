"""The index: written, read back, the same from night to night, never believed when spoilt."""

import datetime as dt
import itertools
import random
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from plugins.search import postings, reader, writer
from plugins.search.codings import Unreadable, log_byte, weight_of
from plugins.search.gather import TONED, key_hash, keys_of
from plugins.search.items import BATCH, Item, Shown
from plugins.search.lossless import Lossless, tokens_of, toned_key
from plugins.search.manifest import PAGE
from plugins.search.postings import Block, cut
from plugins.search.queries import Query
from plugins.search.reader import Filters, Index, enough
from plugins.search.shards import bucket
from plugins.search.terms import terms
from plugins.search.words import key
from plugins.search.writer import IndexWriter, shard_bits
from tests.plugins.search.corpus import items, queries

Files = dict[str, bytes]
Write = Callable[..., Files]


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Write:
    def written(given: Iterable[Item], **options: int) -> Files:
        index = IndexWriter(tmp_path_factory.mktemp("scratch"), **options)
        for item in given:
            index.add(item)
        files = list(index.files("vi"))
        assert files[-1][0] == "vi.bin", "what it names is there before the manifest"
        assert len({name for name, _ in files}) == len(files)
        return dict(files)

    return written


@pytest.fixture(scope="module")
def corpus() -> list[Item]:
    return list(items(400, words=80))


@pytest.fixture(scope="module")
def files(write: Write, corpus: list[Item]) -> Files:
    return write(corpus)


def item(number: int, title: str, body: str = "", **shown: str) -> Item:
    day = dt.date(2020, 1, 1) + dt.timedelta(days=100 * number)
    fields = {"title": terms(title), "body": terms(body)}
    return Item(Shown(f"/bai-{number}/", title, day, **shown), fields)


def index_of(files: Files) -> Index:
    return Index(files.__getitem__)


def found(index: Index, text: str, **options: object) -> list[int]:
    result = index.search(index.read(text), **options)  # type: ignore[arg-type]
    return [number for number, _ in result.items]


# What is written


def test_an_empty_site_has_an_index_that_finds_nothing(write: Write) -> None:
    files = write([])
    assert list(files) == ["vi.bin"]
    index = index_of(files)
    assert index.manifest.items == 0
    assert found(index, "thủ tục đất đai") == []
    assert index.words("thu") == {}
    with pytest.raises(Unreadable):
        index.shown(0)


def test_one_item_is_found_by_what_it_says(write: Write) -> None:
    only = item(0, "Thủ tục đất đai", "Nộp hồ sơ theo Nghị định 43/2014/NĐ-CP ngày 15/5/2014")
    index = index_of(write([only]))
    for text in ("đất đai", "dat dai", "43/2014/nđ-cp", "43/2014", "ngày 15 tháng 5 năm 2014"):
        assert found(index, text) == [0], text
    assert found(index, "thuế") == []
    assert index.shown(0) == only.shown


def test_an_item_without_date_text_and_metadata_is_an_item(write: Write) -> None:
    bare = Item(Shown("/a/", "Đất", None), {"title": terms("Đất")})
    index = index_of(write([bare, item(0, "Nước")]))
    assert found(index, "đất") == [0]
    assert index.shown(0) == bare.shown
    assert index.manifest.years == ((0, 1), (2020, 1))


def test_two_items_at_one_address_are_refused(tmp_path: Path) -> None:
    index = IndexWriter(tmp_path)
    index.add(item(0, "Một"))
    with pytest.raises(ValueError, match="/bai-0/"):
        index.add(item(0, "Hai"))


def test_the_order_of_reading_changes_no_byte(
    write: Write, corpus: list[Item], files: Files
) -> None:
    mixed = random.Random(5).sample(corpus, len(corpus))
    assert write(mixed) == files


def test_runs_in_files_change_no_byte(write: Write, corpus: list[Item], files: Files) -> None:
    assert write(corpus, run_bytes=300_000) == files


def test_numbers_are_ranks_by_date(files: Files) -> None:
    index = index_of(files)
    days = [index.shown(number).date for number in range(index.manifest.items)]
    assert days == sorted(days, key=lambda day: day or dt.date.min)
    assert sum(count for _, count in index.manifest.years) == index.manifest.items


def test_a_new_item_changes_the_shards_of_its_terms_alone(write: Write, corpus: list[Item]) -> None:
    before, after = write(corpus[:-1]), write(corpus)
    bits = index_of(after).manifest.bits
    touched = {bucket(key_hash(name.partition(TONED)[0]), bits) for name in keys_of(corpus[-1])}
    gone = before.keys() - after.keys()
    assert {int(name[2:].partition("-")[0], 16) for name in gone if name[0] == "s"} <= touched
    assert len([name for name in gone if name[0] == "i"]) <= BATCH
    assert len([name for name in gone if name[0] == "f"]) <= 3
    assert all(before[name] == after[name] for name in before.keys() & after if name != "vi.bin")


def test_items_have_one_hash_a_batch(write: Write) -> None:
    many = [item(n, f"Tin {n}") for n in range(4 * BATCH + 9)]
    before, after = write(many), write([*many, item(9999, "Tin mới")])
    names = [name for name in before if name[0] == "i"]
    assert len(names) == BATCH + 3
    assert len({name.partition("-")[2] for name in names}) == 2
    gone = {name for name in names if name not in after}
    assert {int(name[2:].partition("-")[0], 16) for name in gone} == {BATCH, BATCH + 1, BATCH + 2}
    for number in (0, 4 * BATCH - 1, 4 * BATCH, 4 * BATCH + 8):
        assert index_of(before).shown(number).title == f"Tin {number}"


def test_a_shard_without_a_new_items_terms_keeps_its_name(write: Write, corpus: list[Item]) -> None:
    before, after = write(corpus), write([*corpus, item(9999, "Đất đai")])
    changed = {name for name in before if name.startswith("s/") and name not in after}
    assert len(changed) <= 3, "two words and a pair"


def test_names_fit_any_file_system_and_address(files: Files) -> None:
    assert all(re.fullmatch(r"vi\.bin|[a-z]/[0-9a-f]+-[0-9a-f]{6}\.bin", name) for name in files)


def test_shards_grow_in_number_not_in_size() -> None:
    assert shard_bits(0) == shard_bits(100) == 0
    for size in (10_000, 10**6, 10**8):
        assert writer.SHARD / 1.5 < size / 2 ** shard_bits(size) < writer.SHARD * 1.5


# What is read


def test_the_dictionary_knows_every_word(files: Files, corpus: list[Item]) -> None:
    index = index_of(files)
    words = {plain for one in corpus for plain, _ in one.fields["body"].words}
    assert words <= set(index.words(""))
    for prefix in ("th", "nguoi", "q", "zzz", "đ"):
        told = index_of(files).words(prefix)
        assert set(told) == {word for word in index.words("") if word.startswith(prefix)}
    assert len(index_of(files).words("thuo")) > 0


def test_prefixes_fetch_only_their_pieces(files: Files) -> None:
    index = index_of(files)
    index.words("thuo")
    assert len([name for name in index.fetched if name.startswith("w/")]) <= 2


def test_nothing_is_fetched_twice_or_for_nothing(files: Files) -> None:
    asked: list[str] = []

    def fetch(name: str) -> bytes:
        asked.append(name)
        return files[name]

    index = Index(fetch)
    query = index.read("thủ tục đất đai")
    for number, _ in index.search(query).items:
        index.shown(number)
    assert len(asked) == len(set(asked))
    assert index.fetched == {name: len(files[name]) for name in asked}
    assert len([name for name in asked if name.startswith("s/")]) <= 7


def test_words_run_together_ask_the_dictionary_for_their_parts(files: Files) -> None:
    index = index_of(files)
    query = index.read("thutuchanhchinh")
    assert "split" in [way.how for way in query.groups[0].alternatives]
    assert len([name for name in index.fetched if name.startswith("s/")]) == 1
    assert index.search(query).items


def test_filters_keep_what_they_say(files: Files) -> None:
    index = index_of(files)
    for values in (
        (("section", "muc-1"),),
        (("section", "muc-1"), ("section", "muc-2")),
        (("section", "muc-1"), ("kind", "tin")),
        (("section", "không có"),),
    ):
        numbers = found(index, "tỉnh", filters=Filters(values), per_page=400)
        everything = found(index, "tỉnh", per_page=400)
        want = [
            number
            for number in everything
            if all(
                getattr(index.shown(number), facet) in {v for f, v in values if f == facet}
                for facet, _ in values
            )
        ]
        assert numbers == want


def test_years_are_ranges(files: Files) -> None:
    index = index_of(files)
    first = index.manifest.years[0][0]
    everything = found(index, "tỉnh", per_page=400)
    for one, last in ((first, first), (None, first), (first + 1, None), (first + 9, None)):
        numbers = found(index, "tỉnh", filters=Filters((), one, last), per_page=400)
        years = {number: index.shown(number).date.year for number in everything}  # type: ignore[union-attr]
        want = [n for n in everything if (one or 0) <= years[n] <= (last or 9999)]
        assert numbers == want


def test_by_date_the_newest_is_first(files: Files) -> None:
    index = index_of(files)
    numbers = found(index, "cải cách", sort="date", per_page=400)
    assert numbers == sorted(numbers, reverse=True)
    assert set(numbers) == set(found(index, "cải cách", per_page=400))


def test_pages_follow_one_another(files: Files) -> None:
    index = index_of(files)
    everything = found(index, "hành chính", per_page=400)
    pages = [found(index, "hành chính", page=page, per_page=7) for page in range(1, 100)]
    assert list(itertools.chain(*pages)) == everything
    assert index.search(index.read("hành chính")).total == len(everything)


def test_enough_words_must_match(write: Write) -> None:
    assert [enough(n) for n in range(9)] == [0, 1, 2, 2, 3, 3, 4, 5, 6]
    index = index_of(write([item(0, "Đất đai"), item(1, "Thuế đất"), item(2, "Đất đai thuế phí")]))
    assert found(index, "đất đai") == [0, 2]
    assert found(index, "thuế phí đất") == [2, 1]
    assert set(found(index, "đất đai", least=1)) == {0, 1, 2}


def test_tones_count_when_typed(write: Write) -> None:
    index = index_of(write([item(0, "Cưa gỗ"), item(1, "Cửa gỗ"), item(2, "Cua đồng")]))
    assert found(index, "cửa") == [1, 2, 0]
    assert found(index, "cưa") == [0, 2, 1]
    assert set(found(index, "cua")) == {0, 1, 2}


# Common words


COMMON = 1200


def many() -> Iterator[Item]:
    for number in range(COMMON):
        rare = f"phường {number}" if number % 12 == 0 else ""
        tone = "cửa" if number % 50 == 1 else "cua"
        # The longer the text, the less each word weighs.
        body = "đồng " * 3 + "nước " * (number % 40)
        day = dt.date(2000, 1, 1) + dt.timedelta(days=number)
        fields = {"title": terms(f"{tone} {rare}"), "body": terms(body)}
        yield Item(Shown(f"/{number}/", "t", day), fields)


@pytest.fixture(scope="module")
def common(write: Write) -> Files:
    """An index of heads and layers a tenth as long as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "HEAD", 200)
        patch.setattr(postings, "FORM_HEAD", 25)
        patch.setattr(postings, "LAYER", 800)
        return write(many())


def test_common_words_have_tails_that_are_fetched_when_needed(common: Files) -> None:
    index = index_of(common)
    entry = index.entry("wdong")
    assert entry
    assert entry.count.items == COMMON
    assert [layer.items for layer in entry.layers] == [800, 200]
    result = index.search(index.read("đồng"))
    assert not result.whole
    assert result.total == 200
    assert not [name for name in index.fetched if name.startswith("t/")]
    every = index.search(index.read("đồng"), page=20, per_page=60)
    assert every.whole
    assert every.total == COMMON
    assert len([name for name in index.fetched if name.startswith("t/")]) == 2


def test_the_newest_are_found_in_tails_too(common: Files) -> None:
    assert found(index_of(common), "đồng", sort="date") == list(range(COMMON - 1, COMMON - 11, -1))


def test_a_rare_form_is_in_the_head_of_a_common_word(common: Files) -> None:
    index = index_of(common)
    numbers = found(index, "cửa", per_page=24)
    assert sorted(numbers) == [number for number in range(COMMON) if number % 50 == 1]
    assert not [name for name in index.fetched if name.startswith("t/")]


def test_a_rare_word_with_a_common_one_needs_no_tail(common: Files) -> None:
    index = index_of(common)
    numbers = found(index, "phường đồng", per_page=50)
    assert all(number % 12 == 0 for number in numbers)
    assert len(numbers) == 50
    result = index.search(index.read("phường 24 đồng"), sort="date")
    assert result.whole
    assert not [name for name in index.fetched if name.startswith("t/")]


def test_who_has_a_pair_has_both_words_though_their_tails_were_not_fetched(
    write: Write,
) -> None:
    def made() -> Iterator[Item]:
        for number in range(300):
            # The pair where each word weighs least.
            long = number in (3, 4)
            body = "đất, đai. " + "xa lạ. " * 90 if long else "đất. đai. " * (1 + number % 3)
            day = dt.date(2000, 1, 1) + dt.timedelta(days=number)
            yield Item(Shown(f"/{number}/", "t", day), {"body": terms(body)})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(postings, "HEAD", 50)
        index = index_of(write(made()))
    entry = index.entry("wdat")
    assert entry
    assert not {3, 4} & set(entry.head.items)
    assert found(index, "đất đai")[:2] == [4, 3]
    assert not [name for name in index.fetched if name.startswith("t/")]


def test_a_head_holds_the_best_and_the_newest_of_equals() -> None:
    size = postings.HEAD + 100
    weights = bytes([100] * size)
    head, (tail,) = cut(Block(list(range(size)), weights, []), 0)
    assert head.items == list(range(100, size))
    assert tail.items == list(range(100))


# Large indexes


def test_a_table_in_pages_reads_the_same(
    write: Write, corpus: list[Item], files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "INLINE", 10)
    paged = write(corpus)
    assert len(paged["vi.bin"]) < len(files["vi.bin"]) - 2 * PAGE
    for text in ("thủ tục", "43/2014/nđ-cp", "can bo"):
        one, other = index_of(files), index_of(paged)
        assert one.search(one.read(text)) == other.search(other.read(text))
        for number in found(one, text):
            assert one.shown(number) == other.shown(number)


# What is spoilt


def test_no_spoilt_byte_gives_another_answer(write: Write) -> None:
    """Every byte of every file of a small index, and every place where it can be cut off."""
    files = write([item(0, "Đất đai", section="tin"), item(1, "Thuế đất"), item(2, "Nước sạch")])

    def answer(given: Files) -> object:
        index = index_of(given)
        result = index.search(index.read("đất"), Filters((("section", "tin"),)))
        return result, index.shown(0), index.words("")

    right = answer(files)
    refused = 0
    for name, data in files.items():
        for at in range(len(data)):
            for spoilt in (data[:at], data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1 :]):
                try:
                    assert answer({**files, name: spoilt}) == right
                except Unreadable:
                    refused += 1
    assert refused > 2 * len(files["vi.bin"])


def test_a_missing_file_is_told_and_an_older_index_is_never_mixed(
    write: Write, corpus: list[Item], files: Files
) -> None:
    newer = write([*corpus, item(9999, "Thủ tục đất đai mới")])
    index = Index(lambda name: files[name] if name == "vi.bin" else newer[name])
    with pytest.raises(KeyError):
        index.search(index.read("thủ tục đất đai"))


def test_an_item_that_cannot_be_is_refused(files: Files) -> None:
    index = index_of(files)
    with pytest.raises(Unreadable):
        index.shown(index.manifest.items)


# Beside the oracle


def covered(index: Index, query: Query, number: int) -> float:
    """The share of a query that an item has; each group has one alternative."""
    has, whole = 0.0, 0.0
    for group in query.groups:
        terms = [index.term(wanted, 0) for wanted in group.alternatives[0].must]
        telling = 0.0 if group.optional else max(term.idf for term in terms)
        whole += telling
        has += telling * all(number in term.weights for term in terms)
    return has / whole if whole else 1.0


def test_who_has_all_of_a_query_comes_before_who_has_a_part_often(write: Write) -> None:
    files = write(
        [
            item(0, "Thuế đất, thuế đất, thuế đất", "thuế đất " * 9),
            item(1, "Hội nghị", "Miễn thuế cho người thuê đất ở vùng cao"),
            *(item(number, f"Nước sạch {number}") for number in range(2, 9)),
        ]
    )
    index = index_of(files)
    result = index.search(index.read("miễn thuế đất vùng cao"), least=1)
    assert [number for number, _ in result.items] == [1, 0]


def test_ranking_is_that_of_lunr_within_the_coding(corpus: list[Item], files: Files) -> None:
    """Of the ten best by lunr's own weights, nine or more are among the ten best here.

    Both are weighed by how much of the query an item has, which lunr does not.
    """
    in_order = sorted(corpus, key=lambda one: (one.shown.date or dt.date.min, one.minute))
    oracle = Lossless([tokens_of(one) for one in in_order])
    index = index_of(files)
    overlaps = []
    for text in queries(100, seed=9):
        query = index.read(text)
        wanted: dict[str, float] = {}
        for group in query.groups:
            for way in group.alternatives[:1]:
                for one in (*way.must, *way.also):
                    folded = key(one.term).folded
                    letter = {"pair": "p", "folded": "w"}.get(one.kind, one.kind[0])
                    name = toned_key(folded, one.term) if one.kind == "toned" else letter + one.term
                    wanted[name] = wanted.get(name, 0) + one.weight
        for one in query.also:
            wanted["p" + one.term] = one.weight
        if not all(len(group.alternatives) == 1 for group in query.groups):
            continue
        result = index.search(query, least=1)
        scores = {
            number: score * covered(index, query, number) ** 2
            for number, score in oracle.scores(wanted).items()
        }
        best = sorted(scores, key=lambda number: (-scores[number], -number))[:10]
        mine = {number for number, _ in result.items}
        # Equal within what a byte can tell is equal.
        last = scores[best[-1]] * 2 ** (-1 / 8) if len(best) == 10 else 0
        overlaps.append(sum(scores.get(n, 0) >= last for n in mine) / max(1, len(best)))
    assert len(overlaps) > 50
    assert sum(overlaps) / len(overlaps) > 0.97


def test_weights_are_bytes_of_the_sum_over_fields(write: Write) -> None:
    index = index_of(write([item(0, "Đất", "đất đất đất")]))
    entry = index.entry("wdat")
    assert entry
    assert entry.count == postings.Count(1, 2)
    weight = weight_of(entry.head.weights[0])
    assert log_byte(weight) == entry.head.weights[0]
    assert 4 < weight < 7


def test_reader_and_writer_agree_on_names() -> None:
    assert reader.LAYERS_SHIFT == writer.LAYERS_SHIFT
