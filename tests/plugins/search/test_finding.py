"""What people find in the browser: words mistyped, unfinished, missing; and what goes wrong."""

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from plugins.search.items import Item, Shown
from plugins.search.terms import terms
from tests.plugins.search.conftest import index_folder
from tests.plugins.search.sides import Browser

Find = Callable[..., Any]

TEXTS = [
    ("Thủ tục đất đai", "Nộp hồ sơ tại bộ phận một cửa theo Nghị định 43/2014/NĐ-CP."),
    ("Thuế đất", "Cách tính thuế đất ở."),
    ("Cấp giấy chứng nhận quyền sử dụng đất", "Thời hạn giải quyết mười ngày."),
    ("Thủ tục hành chính về hòa giải ở cơ sở", "Hòa giải viên."),
    ("Quy hoạch tỉnh", "Các quy hoạch ngành."),
    ("Kỹ thuật nông nghiệp", "Trồng lúa."),
    ("Ứng dụng công nghệ thông tin", "Cửa hàng bán máy tính."),
]


def made(rows: Iterable[tuple[str, str]]) -> list[Item]:
    found = []
    for number, (title, body) in enumerate(rows):
        shown = Shown(
            f"/bai-{number}/", title, dt.date(2019 + number % 4, 1, 1 + number % 28),
            section="tin" if number % 2 else "thu-tuc", kind="bài", summary=body,
        )  # fmt: skip
        found.append(Item(shown, {"title": terms(title), "body": terms(body)}))
    return found


@pytest.fixture(scope="module")
def write(tmp_path_factory: pytest.TempPathFactory) -> Any:
    def written(rows: Iterable[tuple[str, str]], language: str = "vi") -> Path:
        return index_folder(tmp_path_factory, made(rows), language)

    return written


@pytest.fixture(scope="module")
def folder(write: Any) -> Path:
    path: Path = write(TEXTS)
    return path


def session(reading: Browser, folder: Path, steps: list[Any], *faults: dict[str, Any]) -> Any:
    """Opens a search, does the steps, and tells what each gave, and what was fetched."""
    answer = reading("session", str(folder), list(faults), steps)
    assert "error" not in answer, answer["error"]
    return answer


@pytest.fixture
def find(reading: Browser, folder: Path) -> Find:
    def found(text: str, **options: Any) -> Any:
        (result,) = session(reading, folder, [["find", text, options]])["given"]
        return result

    return found


def titles(result: Any) -> list[str]:
    return [item["title"] for item in result["items"]]


def marked(item: Any, field: str = "title") -> list[str]:
    return [item[field][start:end] for start, end in item[field + "Marks"]]


# What is typed


@pytest.mark.parametrize(
    "text",
    [
        "thủ tục đất đai",
        "THU TUC DAT DAI",
        "thur tucj ddaats ddai",
        "thu3 tuc5 d9a61t d9ai",
        "thutucdatdai",
        "đấtđai",
        "43/2014/nđ-cp",
        "nghị định 43",
    ],
)
def test_however_it_is_typed_it_is_found(find: Find, text: str) -> None:
    result = find(text)
    assert titles(result)[0] == TEXTS[0][0]
    assert result["missing"] == []
    assert result["suggestion"] is None
    assert not result["empty"]
    assert not result["loosened"]


def test_a_result_shows_what_it_is_and_where_it_fits(find: Find) -> None:
    item = find("hoà giải cơ sở")["items"][0]
    assert {name: item[name] for name in ("url", "title", "date", "section", "kind", "agency")} == {
        "url": "/bai-3/", "title": TEXTS[3][0], "date": "2022-01-04", "section": "tin",
        "kind": "bài", "agency": "",
    }  # fmt: skip
    assert marked(item) == ["hòa", "giải", "cơ", "sở"]
    assert marked(item, "summary") == ["Hòa", "giải"]


@pytest.mark.parametrize("text", ["", "  ", "?!…", "😀"])
def test_nothing_typed_is_told(find: Find, text: str) -> None:
    result = find(text)
    assert result["empty"]
    assert result["items"] == []
    assert result["missing"] == []


def test_a_long_text_is_cut(find: Find) -> None:
    result = find("đất " * 100)
    assert len(result["text"]) == 200
    assert result["items"]
    assert find("x" * 199 + "😀")["text"] == "x" * 199


# Words that the index does not have


@pytest.mark.parametrize(
    ("text", "suggested", "title"),
    [
        ("thôngg tin", "[thông] tin", 6),
        ("Thongg tin", "[Thông] tin", 6),
        ("công nghẹe thông tin", "công [nghệ] thông tin", 6),
        ("quuy hoạch", "[quy] hoạch", 4),
        ("kxy thuật", "[kỹ] thuật", 5),
        ("nông nghjiep", "nông [nghiệp]", 5),
        ("chuwngs nhậnn", "chuwngs [nhận]", 2),
        # Another first letter is looked at if none that begins alike stands beside its neighbours.
        ("xhứng nhận", "[chứng] nhận", 2),
        ("xhứng nhậm quyền", "[chứng] [nhận] quyền", 2),
    ],
)
def test_a_near_word_is_looked_for_and_told(
    find: Find, text: str, suggested: str, title: int
) -> None:
    result = find(text)
    assert titles(result)[0] == TEXTS[title][0]
    made = result["suggestion"]
    told = made["text"]
    for start, end in reversed(made["marks"]):
        told = f"{told[:start]}[{told[start:end]}]{told[end:]}"
    assert told == suggested
    replaced = [word for word, now in zip(text.split(), told.split(), strict=True) if "[" in now]
    assert result["missing"] == replaced


def test_a_suggestion_is_written_as_people_write(find: Find) -> None:
    """Where no title of the page has the word, by its most frequent form."""
    assert find("trồngg lúa")["suggestion"]["text"] == "trồng lúa"
    assert find("quuy hoạch", page=2)["suggestion"]["text"] == "quy hoạch"
    assert find("kxy thuật", page=2)["suggestion"]["text"] == "kỹ thuật"


def test_who_has_a_near_word_beside_its_neighbours_comes_first(
    reading: Browser, write: Any
) -> None:
    # The same words: but for their order the newer one would be first.
    folder = write([("Chứng nhận đất", ""), ("Nhận đất chứng", "")])
    (result,) = session(reading, folder, [["find", "chứng nhậnn"]])["given"]
    assert titles(result) == ["Chứng nhận đất", "Nhận đất chứng"]


def test_a_word_of_grammar_is_no_slip(reading: Browser, write: Any) -> None:
    folder = write([("Giấy khai sinh", ""), ("Mười năm tới", "")])
    (result,) = session(reading, folder, [["find", "toi muon giay khai sinh"]])["given"]
    assert titles(result) == ["Giấy khai sinh"]
    assert result["suggestion"] is None


def test_what_is_said_under_another_name_counts_with_its_tones(
    reading: Browser, write: Any
) -> None:
    rows = [("Sơ đồ cổng", "Số này và độ kia."), ("Giấy chứng nhận quyền sử dụng đất", "")]
    folder = write([*rows, ("Mất sổ đỏ", "")])
    steps = [["find", text] for text in ("sổ đỏ", "so do")]
    toned, folded = session(reading, folder, steps)["given"]
    assert set(titles(toned)) == {rows[1][0], "Mất sổ đỏ"}
    assert {"".join(marked(item)) for item in toned["items"]} == {rows[1][0], "sổ đỏ"}
    assert len(titles(folded)) == 3, "nobody can tell"


def test_a_word_that_only_other_words_are_like_is_told(reading: Browser, write: Any) -> None:
    folder = write([("Công khai từ năm 2026", ""), ("Không dấu: khai tu", ""), ("Nước sạch", "")])
    other = write([("Công khai từ năm 2026", ""), ("Tuần lễ xanh", "")])
    steps = [["find", text] for text in ("khai tử", "khai từ", "khai tu", "nước sặch")]
    some, right, none, slip = session(reading, folder, steps)["given"]
    assert (some["otherTones"], right["otherTones"], none["otherTones"]) == ([], [], [])
    assert (slip["otherTones"], titles(slip)) == (["sặch"], ["Nước sạch"])
    typing = ["find", "khai tử", {"typing": True}]
    told, unfinished = session(reading, other, [steps[0], typing])["given"]
    assert (told["otherTones"], titles(told)) == (["tử"], ["Công khai từ năm 2026"])
    assert unfinished["otherTones"] == []


def test_near_words_are_marked(find: Find) -> None:
    assert marked(find("thôngg tin")["items"][0]) == ["thông", "tin"]


def test_what_nothing_has_is_told_and_hides_nothing(find: Find) -> None:
    result = find("thuế qqqzzz đất")
    assert titles(result) == ["Thuế đất"]
    assert result["missing"] == ["qqqzzz"]
    assert not result["loosened"]
    nothing = find("qqqzzz 99999")
    assert nothing["items"] == []
    assert nothing["missing"] == ["qqqzzz", "99999"]
    assert not nothing["empty"]


def test_if_nothing_has_enough_words_fewer_do(find: Find) -> None:
    result = find("thuế nông lúa máy tính hoạch")
    assert result["loosened"]
    assert titles(result)
    assert result["missing"] == []
    one = find("thuế lúa")
    assert one["loosened"]
    assert set(titles(one)) == {"Thuế đất", "Kỹ thuật nông nghiệp"}
    assert not find("thuế đất")["loosened"]


def test_fewer_than_a_page_are_joined_by_what_has_half_of_the_words(find: Find) -> None:
    text = "giấy chứng nhận quyền thuế đất"
    result = find(text)
    assert titles(result) == [TEXTS[2][0]]
    joined = find("giấy chứng thuế đất")
    assert set(titles(joined)) == {TEXTS[2][0], TEXTS[1][0]}
    assert not joined["loosened"]
    assert titles(find("giấy chứng thuế đất", sort="date")) == [TEXTS[2][0]]


def test_a_common_word_alone_is_no_reason(reading: Browser, write: Any) -> None:
    folder = write([(f"Tỉnh số {number}", "") for number in range(70)] + [("Máy", "")])
    only, common = session(
        reading, folder, [["find", "tỉnh máy"], ["find", "tỉnh số máy"]]
    )["given"]  # fmt: skip
    assert titles(only) == ["Máy"]
    assert only["loosened"]
    assert titles(common)[0].startswith("Tỉnh số")


def test_a_filter_that_keeps_nothing_is_no_reason_to_loosen(find: Find) -> None:
    result = find("thuế đất", values=[["section", "thu-tuc"]])
    assert result["items"] == []
    assert not result["loosened"]


def test_a_rare_word_may_be_a_slip(reading: Browser, write: Any) -> None:
    rows = [(f"Đất đai {number}", "") for number in range(95)]
    folder = write([*rows, ("Đất đao", "")])
    rare, alone, right = session(
        reading, folder,
        [["find", "đất đao"], ["find", "đao"], ["find", "đất đai"]],
    )["given"]  # fmt: skip
    assert titles(rare) == ["Đất đao"]
    assert rare["suggestion"]["text"] == "đất đai"
    assert alone["suggestion"]["text"] == "đai"
    assert right["suggestion"] is None


def test_an_empty_index_finds_nothing(reading: Browser, write: Any) -> None:
    steps = [["find", "thôngg tin"], ["find", "thủ t", {"typing": True}], ["has"]]
    one, other, has = session(reading, write([]), steps)["given"]
    assert one["missing"] == ["thôngg", "tin"]
    assert other["missing"] == ["thủ"]
    assert one["items"] == other["items"] == []
    assert has == [[], []]


def test_english_is_found_alike(reading: Browser, write: Any) -> None:
    folder = write([("Land use fees", "How to pay."), ("Birth certificate", "")], "en")
    steps = [["find", "land fes"], ["find", "birth cert", {"typing": True}]]
    land, birth = session(reading, folder, steps)["given"]
    assert titles(land) == ["Land use fees"]
    assert land["suggestion"]["text"] == "land fees"
    assert titles(birth) == ["Birth certificate"]


# Words still being typed


def test_the_last_word_may_be_unfinished(find: Find) -> None:
    result = find("công ngh", typing=True)
    assert titles(result)[0] == TEXTS[6][0]
    assert marked(result["items"][0]) == ["công", "nghệ"]
    assert result["suggestion"] is None
    assert result["missing"] == []
    assert find("công ngh")["suggestion"], "as a whole word it is none"
    assert titles(find("qu", typing=True))[0] == TEXTS[4][0]


def test_one_letter_more_hides_nothing(find: Find) -> None:
    assert titles(find("hòa giải v", typing=True)) == [TEXTS[3][0]]
    assert titles(find("hòa giải x", typing=True)) == [TEXTS[3][0]]
    none = find("hòa giải xqzw", typing=True)
    assert (titles(none), none["missing"]) == ([TEXTS[3][0]], ["xqzw"]), "no word begins so"
    alone = find("w", typing=True)
    assert alone["items"] == []
    assert alone["missing"] == []


# Filters, order, pages, counts


def test_filters_order_and_pages(reading: Browser, folder: Path) -> None:
    steps = [
        ["find", "đất", {"values": [["section", "tin"]]}],
        ["find", "đất", {"years": [2020, None]}],
        ["find", "đất", {"sort": "date"}],
        ["find", "đất", {"perPage": 1, "page": 2}],
        ["find", "đất", {}],
        ["counts", "section", 0],
        ["years", 1],
        ["has"],
    ]
    given = session(reading, folder, steps)["given"]
    assert titles(given[0]) == [TEXTS[1][0]]
    assert set(titles(given[1])) == {TEXTS[1][0], TEXTS[2][0]}
    assert [item["date"] for item in given[2]["items"]] == [
        "2021-01-03",
        "2020-01-02",
        "2019-01-01",
    ]
    assert titles(given[3]) == titles(given[4])[1:2]
    assert given[3]["total"] == given[4]["total"] == 3
    assert given[4]["whole"]
    assert dict(given[5]) == {"thu-tuc": 2, "tin": 1}
    assert dict(given[6]) == {2019: 1, 2020: 1, 2021: 1, 2022: 0}
    facets, years = given[7]
    assert {facet["name"]: facet["values"] for facet in facets} == {
        "section": [{"text": "thu-tuc", "items": 4}, {"text": "tin", "items": 3}],
        "kind": [{"text": "bài", "items": 7}],
    }
    assert {year["year"]: year["items"] for year in years} == {2019: 2, 2020: 2, 2021: 2, 2022: 1}


# What goes wrong

FIND = [["find", "thủ tục đất đai"]]
ALWAYS = 99


def first(answer: Any) -> Any:
    return answer["given"][0]


@pytest.mark.parametrize("how", ["missing", "page"])
@pytest.mark.parametrize("name", ["vi.bin", "s/", "i/", "words.json"])
def test_what_fails_once_is_asked_for_anew(
    reading: Browser, folder: Path, name: str, how: str
) -> None:
    answer = session(reading, folder, FIND, {"name": name, "how": how})
    assert titles(first(answer))[0] == TEXTS[0][0]
    again = [cache for asked, cache in answer["requests"] if asked.startswith(name)]
    assert again[0] == ""
    assert again[-1] == "reload", "not what the browser has kept"


def test_what_was_read_is_kept_if_nothing_was_published_since(
    reading: Browser, folder: Path
) -> None:
    requests = session(reading, folder, FIND, {"name": "i/", "how": "page"})["requests"]
    again = [name for name, cache in requests if cache == "reload"]
    assert again[0] == "vi.bin"
    assert [name[0] for name in again[1:]] == ["i"]


@pytest.mark.parametrize("how", ["missing", "page"])
@pytest.mark.parametrize("name", ["vi.bin", "s/", "i/", "words.json"])
def test_what_stays_spoilt_is_told(reading: Browser, folder: Path, name: str, how: str) -> None:
    answer = session(reading, folder, FIND, {"name": name, "how": how, "times": ALWAYS})
    assert first(answer) == {"failed": "broken"}


@pytest.mark.parametrize(
    ("name", "how"),
    [(name, "down") for name in ("vi.bin", "s/", "i/", "words.json")]
    + [(name, "cut") for name in ("vi.bin", "s/", "i/")],
)
def test_no_network_is_told(reading: Browser, folder: Path, name: str, how: str) -> None:
    steps = [*FIND, *FIND]
    answer = session(reading, folder, steps, {"name": name, "how": how})
    assert first(answer) == {"failed": "offline"}
    if name in ("s/", "i/"):
        assert titles(answer["given"][1])[0] == TEXTS[0][0], "asked again it works"


def test_the_network_may_go_in_the_second_attempt(reading: Browser, folder: Path) -> None:
    faults = [
        {"name": "s/", "how": "missing", "times": ALWAYS},
        {"name": "vi.bin", "how": "down", "after": 1},
    ]
    assert first(session(reading, folder, FIND, *faults)) == {"failed": "offline"}


def test_scripts_that_have_gone_are_told(reading: Browser, folder: Path) -> None:
    gone = {"name": "-", "module": "search-terms.js"}
    answer = session(reading, folder, FIND, gone)
    assert titles(first(answer)), "a module may be asked for by another name"
    gone_again = {"name": "-", "module": "search-terms.js?again"}
    assert first(session(reading, folder, FIND, gone, gone_again)) == {"failed": "broken"}
    down = {"name": "", "how": "down", "times": ALWAYS}
    assert first(session(reading, folder, FIND, gone, gone_again, down)) == {"failed": "offline"}


def test_words_of_another_edition_are_told(reading: Browser, folder: Path) -> None:
    other = {"name": "words.json", "how": "other"}
    assert first(session(reading, folder, FIND, other)) == {"failed": "broken"}


NEWER = [*TEXTS, ("Thủ tục đất đai mới", "Từ hôm nay."), ("Thuế đất mới", "")]


@pytest.mark.parametrize("name", ["s/", "i/"])
def test_a_newer_index_in_the_middle_of_a_visit(
    reading: Browser, folder: Path, write: Any, name: str
) -> None:
    """The files of the old one are gone; what is found is of the new one, whole."""
    swap = {"name": name, "how": "swap", "folder": str(write(NEWER))}
    result = first(session(reading, folder, FIND, swap))
    assert {"Thủ tục đất đai", "Thủ tục đất đai mới"} == set(titles(result)[:2])


def test_counts_of_a_result_older_than_the_index(
    reading: Browser, folder: Path, write: Any
) -> None:
    swap = {"name": "f/", "how": "swap", "folder": str(write(NEWER))}
    steps = [["find", "đất"], ["counts", "section"], ["years"], ["has"]]
    found, sections, years, (facets, _) = session(reading, folder, steps, swap)["given"]
    assert found["total"] == 3
    assert dict(sections) == {"thu-tuc": 3, "tin": 2}, "what the new one finds"
    assert sum(count for _, count in years) == 5
    assert [value["items"] for value in facets[1]["values"]] == [5, 4]


def test_two_searches_at_once_survive_a_newer_index(
    reading: Browser, folder: Path, write: Any
) -> None:
    swap = {"name": "s/", "how": "swap", "folder": str(write(NEWER))}
    (both,) = session(reading, folder, [["both", "đất", "thuế"]], swap)["given"]
    assert both[0]["total"] == 5
    assert both[1]["total"] == 2


def test_nothing_is_fetched_twice(reading: Browser, folder: Path) -> None:
    steps = [["find", "thur tucj ddaats"], ["find", "thôngg tin"], ["find", "thủ tục đất"]]
    requests = session(reading, folder, steps)["requests"]
    assert len({name for name, _ in requests}) == len(requests)
    assert {cache for _, cache in requests} == {""}
