"""``cong check``: what it prints, and what its exit code says."""

import re

from tests.small import PORTAL, Small

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
    assert done.returncode == 0


def test_square_brackets_in_content_are_printed_as_they_stand(house: Small) -> None:
    house.change(NEWS, "Nội dung.", "[bold]x[/bold] [đậm](khong-co.md)")
    done = house.cong("check", "--portal", PORTAL)
    assert "“khong-co.md”" in done.stderr
