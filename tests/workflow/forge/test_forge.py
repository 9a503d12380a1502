"""What every forge does, whatever it stands on."""

import unicodedata

import pytest

from workflow.forge import Act, ForgeError, Report, Stage
from workflow.proposals import ChangedFile, FileStatus, Review, Verdict

from .drivers import ARTICLE, NOTICE, START, Driver

TITLE = "Họp Ban Biên tập quý IV"
NO_SUCH = "1" * 40


def opened(forge: Driver, text: str = "Bài họp ban.\n", *, draft: bool = False) -> tuple[str, str]:
    """A proposal of one article by the contributor: its number and its head."""
    head = forge.commit({ARTICLE: text})
    return forge.as_("cong").propose(head, TITLE, "Xin duyệt.", draft=draft), head


def refused(action: object, *words: str) -> None:
    """What was caught says what is wrong and what to do."""
    text = str(action)
    assert "hãy" in text or "Hãy" in text
    for word in words:
        assert word in text


# --- Opening --------------------------------------------------------------------------------------


def test_a_proposal_is_told_as_it_was_made(forge: Driver) -> None:
    base = forge.tip()
    number, head = opened(forge)
    told = forge.as_("mai").proposal(number)
    assert (told.id, told.title, told.author) == (number, TITLE, "cong")
    assert (told.base, told.head, told.draft) == (base, head, False)
    assert told.files == (ChangedFile(ARTICLE, FileStatus.ADDED),)
    assert [commit.id for commit in told.commits] == [head]
    assert told.pushers == ("cong",)
    assert told.reviews == ()
    assert told.opened == told.updated == START


def test_the_list_has_the_open_ones_oldest_first(forge: Driver) -> None:
    first, head = opened(forge)
    forge.tick()
    second, _ = opened(forge, "Bài khác.\n", draft=True)
    third, _ = opened(forge, "Bài thứ ba.\n")
    forge.as_("cong").withdraw(third, "Gửi nhầm.")
    found = forge.as_("mai").entries()
    assert [entry.number for entry in found] == [first, second]
    assert [entry.draft for entry in found] == [False, True]
    assert (found[0].title, found[0].author, found[0].head) == (TITLE, "cong", head)
    assert (found[0].opened, found[0].stage, found[0].fault) == (START, Stage.OPEN, "")
    gone = forge.as_("mai").entries(Stage.WITHDRAWN)
    assert [entry.number for entry in gone] == [third]
    assert forge.as_("mai").entries(Stage.MERGED) == []


@pytest.mark.parametrize("commit", [NO_SUCH, "khong-co", "--all", ""])
def test_a_commit_that_is_not_there_is_not_proposed(forge: Driver, commit: str) -> None:
    with pytest.raises(ForgeError) as caught:
        forge.as_("cong").propose(commit, TITLE)
    refused(caught.value)
    assert forge.as_("cong").entries() == []


def test_what_is_published_already_is_not_proposed(forge: Driver) -> None:
    with pytest.raises(ForgeError) as caught:
        forge.as_("cong").propose(forge.tip(), TITLE)
    refused(caught.value, "đã nằm trong nhánh chính")


def test_a_proposal_has_a_title(forge: Driver) -> None:
    head = forge.commit({ARTICLE: "Bài.\n"})
    with pytest.raises(ForgeError) as caught:
        forge.as_("cong").propose(head, " \n ")
    refused(caught.value, "phải có tên")
    number = forge.as_("cong").propose(head, "  Ho\u031bp\nBan \x1b[1m")
    assert forge.as_("mai").proposal(number).title == "Hơp Ban ?[1m"


@pytest.mark.parametrize("number", ["99", "0", "-1", "abc", "", "7\n", "../7"])
def test_a_number_that_is_nobodys(forge: Driver, number: str) -> None:
    ask = forge.as_("mai")
    for action in (
        lambda: ask.proposal(number),
        lambda: ask.history(number),
        lambda: ask.review(number, Verdict.APPROVE, NO_SUCH),
        lambda: ask.merge(number, NO_SUCH, "Nhập"),
    ):
        with pytest.raises(ForgeError) as caught:
            action()
        refused(caught.value, "số")


def test_a_draft_becomes_ready(forge: Driver) -> None:
    number, head = opened(forge, draft=True)
    assert forge.as_("mai").proposal(number).draft
    with pytest.raises(ForgeError) as caught:
        forge.as_("truong").merge(number, head, "Nhập")
    refused(caught.value, "bản nháp")
    forge.tick()
    forge.as_("cong").ready(number)
    assert not forge.as_("mai").proposal(number).draft
    forge.as_("cong").ready(number)
    assert [event.act for event in forge.as_("mai").history(number)] == [Act.OPENED, Act.READY]


# --- What it changes ------------------------------------------------------------------------------


def test_every_way_of_changing_a_file_is_told(forge: Driver) -> None:
    moved = "content/mau/quyet-dinh/2026/thong-bao.md"
    head = forge.commit(
        {NOTICE: None, moved: "Thông báo.\n" * 20, "README.md": "Cổng tỉnh\n", ARTICLE: "Bài.\n"}
    )
    removed = forge.commit({"README.md": None}, on=head)
    number = forge.as_("cong").propose(removed, TITLE)
    files = set(forge.as_("mai").proposal(number).files)
    assert files == {
        ChangedFile(moved, FileStatus.RENAMED, NOTICE),
        ChangedFile("README.md", FileStatus.REMOVED),
        ChangedFile(ARTICLE, FileStatus.ADDED),
    }


def test_names_are_told_letter_by_letter(forge: Driver) -> None:
    composed = "content/mau/media/ảnh đẹp ế.jpg"
    names = (composed, unicodedata.normalize("NFD", composed), 'content/mau/media/a"b\\c.md')
    names = (*names[:2], "content/mau/media/a\tb.md")
    head = forge.commit(dict.fromkeys(names, "x"))
    number = forge.as_("cong").propose(head, TITLE)
    assert {file.path for file in forge.as_("mai").proposal(number).files} == set(names)


def test_everybody_who_made_a_commit_is_told(forge: Driver) -> None:
    message = (
        "Sửa bài\n\nCo-authored-by: Người Kể <khong@tinh>\n\nNội dung.\n\n"
        "Co-authored-by: Lan <lan@mau.example>\nCO-AUTHORED-BY: Bình <Binh@mau.example>\n"
        "co-authored-by: khong-co-dia-chi\n"
    )
    first = forge.commit({ARTICLE: "Một.\n"}, author="mai", committer="van", message=message)
    second = forge.commit({ARTICLE: "Hai.\n"}, on=first)
    number = forge.as_("cong").propose(second, TITLE)
    one, two = forge.as_("mai").proposal(number).commits
    assert (one.id, one.author, one.committer) == (first, "mai@mau.example", "van@mau.example")
    assert one.co_authors == ("lan@mau.example", "Binh@mau.example", "khong-co-dia-chi")
    assert (two.id, two.author, two.co_authors) == (second, "cong@mau.example", ())


def test_what_the_main_branch_got_meanwhile_is_not_the_proposals(forge: Driver) -> None:
    base = forge.tip()
    number, head = opened(forge)
    ahead = forge.advance({"README.md": "Khác\n"})
    assert forge.as_("mai").proposal(number).base == base
    joined = forge.commit({"README.md": "Khác\n"}, on=(head, ahead), message="Ghép nhánh chính")
    forge.as_("cong").push(number, joined)
    told = forge.as_("mai").proposal(number)
    assert told.base == ahead
    assert told.files == (ChangedFile(ARTICLE, FileStatus.ADDED),)
    assert {commit.id for commit in told.commits} == {head, joined}


# --- Pushing and reviewing ------------------------------------------------------------------------


def test_a_push_replaces_the_head_and_says_who_pushed(forge: Driver) -> None:
    number, head = opened(forge)
    second = forge.commit({ARTICLE: "Sửa.\n"}, on=head, author="lan")
    forge.tick()
    forge.as_("lan").push(number, second)
    told = forge.as_("mai").proposal(number)
    assert (told.head, told.pushers, told.author) == (second, ("cong", "lan"), "cong")
    assert (told.opened, told.updated) == (START, START.replace(minute=1))
    forge.as_("cong").push(number, head)
    assert forge.as_("mai").proposal(number).head == head
    forge.as_("cong").push(number, head)
    done = [(event.act, event.who, event.commit) for event in forge.as_("mai").history(number)]
    assert done == [
        (Act.OPENED, "cong", head),
        (Act.PUSHED, "lan", second),
        (Act.PUSHED, "cong", head),
    ]


def test_reviews_are_told_with_commit_time_and_ground(forge: Driver) -> None:
    number, head = opened(forge)
    forge.tick()
    forge.as_("mai").review(number, Verdict.REQUEST_CHANGES, head, "Sai tên.", "sai-su-that")
    second = forge.commit({ARTICLE: "Sửa.\n"}, on=head)
    forge.tick()  # GitHub's times are whole seconds, and within one it tells no order
    forge.as_("cong").push(number, second)
    forge.as_("mai").review(number, Verdict.COMMENT, second, "Đã xem.")
    forge.as_("mai").review(number, Verdict.APPROVE, head)
    told = forge.as_("lan").proposal(number)
    assert told.reviews == (
        Review("mai", Verdict.REQUEST_CHANGES, head, START.replace(minute=1), "sai-su-that"),
        Review("mai", Verdict.COMMENT, second, START.replace(minute=2)),
        Review("mai", Verdict.APPROVE, head, START.replace(minute=2)),
    )
    event = forge.as_("lan").history(number)[1]
    assert (event.act, event.verdict, event.text) == (
        Act.REVIEWED,
        Verdict.REQUEST_CHANGES,
        "Sai tên.",
    )
    assert (event.ground, event.signed) == ("sai-su-that", False)


def test_a_review_is_of_a_commit_that_was_put_forward(forge: Driver) -> None:
    number, head = opened(forge)
    for commit in (NO_SUCH, forge.tip(), head[:12]):
        with pytest.raises(ForgeError) as caught:
            forge.as_("mai").review(number, Verdict.APPROVE, commit)
        refused(caught.value, head[:7])
    assert forge.as_("mai").proposal(number).reviews == ()


def test_ones_own_last_review_is_taken_back_once(forge: Driver) -> None:
    number, head = opened(forge)
    with pytest.raises(ForgeError) as caught:
        forge.as_("mai").review(number, Verdict.DISMISSED, head)
    refused(caught.value, "không có ý kiến nào")
    forge.as_("mai").review(number, Verdict.APPROVE, head)
    forge.as_("lan").review(number, Verdict.APPROVE, head)
    forge.tick()
    forge.as_("mai").review(number, Verdict.DISMISSED, head, "Xem lại đã.")
    mai, lan = forge.as_("mai").proposal(number).reviews
    assert (mai.who, mai.dismissed, mai.dismissed_at) == ("mai", True, START.replace(minute=1))
    assert not lan.dismissed
    with pytest.raises(ForgeError):
        forge.as_("mai").review(number, Verdict.DISMISSED, head)
    assert forge.as_("mai").history(number)[-1].act is Act.DISMISSED


def test_only_a_request_for_changes_has_a_ground(forge: Driver) -> None:
    number, head = opened(forge)
    with pytest.raises(ForgeError) as caught:
        forge.as_("mai").review(number, Verdict.APPROVE, head, "", "sai-su-that")
    refused(caught.value, "lý do")


# --- Closing --------------------------------------------------------------------------------------


def test_what_is_withdrawn_is_closed(forge: Driver) -> None:
    number, head = opened(forge)
    with pytest.raises(ForgeError):
        forge.as_("cong").withdraw(number, "")
    forge.as_("cong").withdraw(number, "Trùng bài.")
    last = forge.as_("mai").history(number)[-1]
    assert (last.act, last.who, last.text) == (Act.WITHDRAWN, "cong", "Trùng bài.")
    second = forge.commit({ARTICLE: "Sửa.\n"}, on=head)
    someone = forge.as_("cong")
    for action in (
        lambda: someone.push(number, second),
        lambda: someone.ready(number),
        lambda: someone.review(number, Verdict.COMMENT, head),
        lambda: someone.withdraw(number, "Lần nữa."),
        lambda: someone.merge(number, head, "Nhập"),
    ):
        with pytest.raises(ForgeError) as caught:
            action()
        refused(caught.value, "đã rút")
    assert forge.as_("mai").proposal(number).head == head


def test_a_merge_is_a_merge_of_its_own(forge: Driver) -> None:
    before = forge.tip()
    number, head = opened(forge)
    forge.tick()
    message = "Đăng: Họp Ban\n\nNội dung.\n\nReviewed-by: tv\n"
    merge = forge.as_("truong").merge(number, head, message)
    assert forge.tip() == merge
    assert forge.parents(merge) == [before, head]
    said = forge.message(merge)
    assert said.startswith("Đăng: Họp Ban\n\nNội dung.\n\nReviewed-by: tv\n")
    assert forge.read(merge, ARTICLE) == "Bài họp ban."
    last = forge.as_("mai").history(number)[-1]
    assert (last.act, last.who, last.commit) == (Act.MERGED, "truong", merge)
    assert [e.number for e in forge.as_("mai").entries(Stage.MERGED)] == [number]
    assert forge.as_("mai").entries() == []
    told = forge.as_("mai").proposal(number)
    assert (told.base, told.head) == (before, head)
    assert told.files == (ChangedFile(ARTICLE, FileStatus.ADDED),)
    with pytest.raises(ForgeError) as caught:
        forge.as_("truong").merge(number, head, message)
    refused(caught.value, "đã nhập")


def test_a_head_that_moved_is_not_merged(forge: Driver) -> None:
    number, head = opened(forge)
    before = forge.tip()
    forge.as_("cong").push(number, forge.commit({ARTICLE: "Lén.\n"}, on=head))
    with pytest.raises(ForgeError) as caught:
        forge.as_("truong").merge(number, head, "Nhập")
    refused(caught.value, head[:7])
    assert forge.tip() == before


def test_what_was_said_since_it_was_judged_stops_a_merge(forge: Driver) -> None:
    number, head = opened(forge)
    forge.as_("mai").review(number, Verdict.APPROVE, head)
    judged = forge.as_("truong").proposal(number)
    forge.as_("lan").review(number, Verdict.REQUEST_CHANGES, head, "Khoan đã.")
    before = forge.tip()
    with pytest.raises(ForgeError) as caught:
        forge.as_("truong").merge(number, head, "Nhập", judged=judged)
    refused(caught.value, "sau lúc xét")
    assert forge.tip() == before
    again = forge.as_("truong").proposal(number)
    assert forge.as_("truong").merge(number, head, "Nhập", judged=again) == forge.tip()


def test_another_file_of_the_main_branch_does_no_harm(forge: Driver) -> None:
    number, head = opened(forge)
    ahead = forge.advance({"README.md": "Khác\n"})
    merge = forge.as_("truong").merge(number, head, "Nhập")
    assert forge.parents(merge) == [ahead, head]
    assert forge.read(merge, "README.md") == "Khác"
    assert forge.read(merge, ARTICLE) == "Bài họp ban."


LONG = "".join(f"Dòng {line}.\n" for line in range(40))
RENAMED = "content/mau/tin-tuc/2026/ten-moi.md"


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ({NOTICE: "Đầu.\n" + LONG}, {NOTICE: LONG + "Cuối.\n"}),  # Git could merge the lines
        ({NOTICE: None, RENAMED: LONG}, {NOTICE: LONG + "Cuối.\n"}),
        ({NOTICE: LONG + "Cuối.\n"}, {NOTICE: None, RENAMED: LONG}),
        ({NOTICE: None}, {NOTICE: "Sửa.\n"}),
        ({NOTICE: None}, {NOTICE: None}),
        ({ARTICLE: "Một.\n"}, {ARTICLE: "Hai.\n"}),
        ({ARTICLE: "Một.\n"}, {ARTICLE: "Một.\n"}),
        ({ARTICLE + "/x.md": "Một.\n"}, {ARTICLE: "Hai.\n"}),  # a folder and a file
        ({"media/ả.jpg": "1"}, {unicodedata.normalize("NFD", "media/ả.jpg"): "2"}),
        ({"media/anh.jpg": "1"}, {"media/ANH.jpg": "2"}),
    ],
)
def test_the_same_file_on_both_sides_is_not_merged(
    forge: Driver, ours: dict[str, str | None], theirs: dict[str, str | None]
) -> None:
    forge.advance({NOTICE: LONG})
    number = forge.as_("cong").propose(forge.commit(theirs), TITLE)
    head = forge.as_("cong").proposal(number).head
    before = forge.advance(ours)
    with pytest.raises(ForgeError) as caught:
        forge.as_("truong").merge(number, head, "Nhập")
    refused(caught.value, "ghép nhánh chính vào đề xuất")
    assert forge.tip() == before
    assert [entry.number for entry in forge.as_("mai").entries()] == [number]


def test_a_file_stays_where_it_was_looked_at_though_its_folder_was_renamed(forge: Driver) -> None:
    many = {f"content/mau/cu/{name}.md": LONG + name for name in "abcd"}
    forge.advance(many)
    head = forge.commit({"content/mau/cu/moi.md": "Mới.\n"})
    number = forge.as_("cong").propose(head, TITLE)
    moved = {path.replace("/cu/", "/khac/"): text for path, text in many.items()}
    before = forge.advance({**dict.fromkeys(many), **moved})
    try:
        merge = forge.as_("truong").merge(number, head, "Nhập")
    except ForgeError as error:
        # GitHub merges by itself, and Git's own way is to ask which folder is meant.
        assert forge.as_("mai").name == "github"
        refused(error, "ghép nhánh chính vào đề xuất")
        assert forge.tip() == before
        return
    assert forge.read(merge, "content/mau/cu/moi.md") == "Mới."
    assert forge.read(merge, "content/mau/khac/moi.md") is None


def test_who_is_asking(forge: Driver) -> None:
    assert forge.as_("mai").me() == "mai"


def test_a_report_disturbs_nothing(forge: Driver) -> None:
    number, head = opened(forge)
    for passed in (False, True, True):
        forge.as_("may").report(
            number, Report(head, passed=passed, line="Đủ.", summary="Đủ bước.\n")
        )
    assert [event.act for event in forge.as_("mai").history(number)] == [Act.OPENED]
    assert forge.as_("mai").proposal(number).reviews == ()
