"""``cong check``: what it prints, and what its exit code says."""

import re

from tests.small import PORTAL, Small, article

NEWS = "tin-tuc/2026/mau.md"


def test_a_faultless_checkout_is_one_line_and_code_0(house: Small) -> None:
    done = house.cong("check")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "✓ 1 cổng, 14 mục: không có lỗi.\n"


def test_every_mistake_is_a_line_of_its_own_however_long_and_the_count_comes_last(
    house: Small,
) -> None:
    long = "rất-" * 60
    house.change(NEWS, "sample: true", f"sample: {long}\n{long}: 1")
    done = house.cong("check", "--portal", PORTAL)
    assert (done.returncode, done.stdout) == (1, "")
    *lines, last = done.stderr.splitlines()
    assert len(lines) == 2
    assert all(re.match(rf"content/{PORTAL}/{NEWS}:[89]: \[", line) for line in lines)
    assert last == "✗ 2 lỗi, 0 điều nên xem lại."


def test_a_portal_may_be_named_more_than_once(house: Small) -> None:
    done = house.cong("check", "--portal", PORTAL, "--portal", PORTAL)
    assert done.stdout == "✓ 1 cổng, 14 mục: không có lỗi.\n"


def test_one_portal_and_all_of_them_are_not_asked_for_at_once(house: Small) -> None:
    done = house.cong("check", "--portal", PORTAL, "--all")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--all: lỗi: Đã ghi --portal thì không ghi --all; hãy bỏ một.\n"


def test_a_folder_of_content_that_is_no_portal_is_told_when_all_are_checked(house: Small) -> None:
    stray = house.root / "content" / "cong-moi" / "tin-tuc"
    stray.mkdir(parents=True)
    assert house.cong("check", "--all").returncode == 0  # Git does not see an empty folder either
    (stray / "tin.md").write_text("x", encoding="utf-8")
    for words in ((), ("--all",)):
        done = house.cong("check", *words)
        assert done.returncode == 1
        assert done.stderr.splitlines()[0] == (
            "content/cong-moi: lỗi: Thư mục này không có portal.yml nên không phải là cổng; hãy "
            "thêm portal.yml hoặc chuyển thư mục ra khỏi content/."
        )
    assert house.cong("check", "--portal", PORTAL).returncode == 0


def test_a_checkout_without_a_portal_is_told(house: Small) -> None:
    house.folder.rename(house.root / "elsewhere")
    done = house.cong("check")
    assert done.returncode == 1
    assert "content: lỗi: Chưa có cổng nào; hãy tạo content/<mã cổng>/portal.yml." in done.stderr


def test_a_reminder_changes_no_exit_code(house: Small) -> None:
    house.write(NEWS, article("mau", posted="2099-04-01 08:00").replace("2026", "2099"))
    (house.folder / "tin-tuc" / "2099").mkdir()
    (house.folder / NEWS).rename(house.folder / "tin-tuc" / "2099" / "mau.md")
    done = house.cong("check")
    assert done.returncode == 0
    assert "tin-tuc/2099/mau.md:5: [posted] nhắc: Ngày đăng 01/04/2099" in done.stderr
    assert done.stdout == "✓ 1 cổng, 14 mục: không có lỗi, 1 điều nên xem lại.\n"


def test_square_brackets_in_content_are_printed_as_they_stand(house: Small) -> None:
    house.change(NEWS, "Nội dung.", "[bold]x[/bold] [đậm](khong-co.md)")
    done = house.cong("check", "--portal", PORTAL)
    assert "“khong-co.md”" in done.stderr
