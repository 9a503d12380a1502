"""What no regulation may leave out: two persons, the head last, secrecy, a way for messages."""

import pytest

from regulation.findings import Finding
from regulation.promises import LAW

from .conftest import House

RULES = "portal.yml"
HEAD = "title: Phê duyệt, role: head}"
MEMBER = (
    "  - {id: bien-tap, basis: Điều 4 Quy chế, title: Biên tập, role: member, by_field: true}\n"
)
NOT_HEAD = (
    "Bước cuối phải do Trưởng ban phê duyệt (role: head) nhưng đang ghi “member”; hãy sửa role "
    "hoặc thêm bước phê duyệt của Trưởng ban ở sau."
)
ALONE = (
    "Trước bước phê duyệt của Trưởng ban phải có người khác xem bài; hãy thêm bước của thành viên "
    "phụ trách lĩnh vực."
)
SAME = (
    "distinct: false để một người làm hai bước, không còn hai người xem một bài; hãy bỏ dòng này "
    "hoặc ghi true."
)
GROUND = "  - {id: ngoai-pham-vi, basis: Điều 8 Quy chế, title: Ngoài phạm vi}\n"
ROUTE = '    title: "Phản ánh, kiến nghị"\n'


@pytest.mark.parametrize(
    ("old", "new", "at", "key", "message"),
    [
        pytest.param(
            HEAD,
            HEAD.replace("head", "member"),
            "id: phe-duyet",
            "steps[1].role",
            NOT_HEAD,
            id="the last is a member",
        ),
        pytest.param(
            HEAD,
            HEAD.replace("}", ", valid_to: 2026-12-31}"),
            "id: bien-tap",
            "steps[0].role",
            NOT_HEAD,
            id="the head leaves later",
        ),
        pytest.param(MEMBER, "", "steps:", "steps", ALONE, id="the head alone"),
        pytest.param(
            HEAD,
            HEAD.replace("}", ", distinct: false}"),
            "id: phe-duyet",
            "steps[1].distinct",
            SAME,
            id="one person twice",
        ),
        pytest.param(
            "grounds:\n" + GROUND,
            "",
            "id: portal-nho",
            "grounds",
            "Quy chế chưa có lý do từ chối nào nên không ai từ chối được bài; hãy ghi ít nhất một "
            "lý do, kèm căn cứ.",
            id="no grounds",
        ),
        pytest.param(
            ROUTE,
            f"{ROUTE}    valid_to: 2025-12-31\n",
            "routes:",
            "routes",
            "Cổng nhận ý kiến của người dân nhưng quy chế chưa nói chuyển đi đâu, ai trả lời; hãy "
            "ghi ít nhất một nơi chuyển, kèm căn cứ.",
            id="no route any more",
        ),
    ],
)
def test_what_is_promised_is_not_left_out(
    house: House, old: str, new: str, at: str, key: str, message: str
) -> None:
    house.change(RULES, old, new)
    (finding,) = house.faults()
    assert finding == Finding(house.shown(RULES), message, finding.line, key)
    text = (house.folder / RULES).read_text(encoding="utf-8").splitlines()
    assert at in text[finding.line - 1] or key == "grounds"


@pytest.mark.parametrize("sealed", ["", "    sealed: false\n"])
def test_a_denunciation_is_kept_secret(house: House, sealed: str) -> None:
    house.change(RULES, "kinds: [feedback, petition]\n", f"kinds: denunciation\n{sealed}")
    (finding,) = house.faults()
    assert finding.message == "Tố cáo phải được giữ kín; hãy ghi sealed: true."
    assert finding.basis == LAW
    where = "sealed: false" if sealed else "kinds: denunciation"
    assert finding.line == house.line(RULES, where)
    if sealed:
        house.change(RULES, "sealed: false", "sealed: true")
        assert house.faults() == ()


def test_steps_that_ended_are_asked_nothing(house: House) -> None:
    old = MEMBER.replace("bien-tap", "cu").replace("}", ", distinct: false, valid_to: 2025-12-31}")
    house.change(RULES, MEMBER, MEMBER + old)
    assert house.faults() == ()
