"""What the regulations require, and what proves it: never hidden, never proven by nothing."""

import io
import json
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from regulation import verbs
from regulation.duties import (
    DUTIES_FILE,
    Mark,
    PortalDuty,
    Standing,
    State,
    duties,
    find_marks,
    load_duties,
    marks_in,
    standings,
)
from regulation.findings import Finding, Mistyped, Refused
from regulation.portal import Portal

from .conftest import House

REAL = ("quangnam-cchc", "quangnam", "laocai-cchc", "khanhhoa-dvc")
NUMBERS = {"G": 6, "S": 9, "M": 7, "C": 28, "P": 9, "F": 6, "O": 10}


# --- the data --------------------------------------------------------------------------------


def test_every_duty_is_on_record_in_order() -> None:
    expected = [f"{letter}{n}" for letter, last in NUMBERS.items() for n in range(1, last + 1)]
    assert list(duties()) == expected


def test_every_duty_is_in_both_languages_and_asked_of_a_portal_that_is() -> None:
    for duty in duties().values():
        assert duty.text.vi, duty.id
        assert duty.text.en, duty.id
        assert set(duty.clauses) <= set(REAL), duty.id
        for clauses in duty.clauses.values():
            assert all(clause.startswith(("Điều ", "Phần căn cứ")) for clause in clauses), duty.id


@pytest.mark.parametrize(
    ("duty", "portal", "clauses"),
    [
        ("G1", "quangnam-cchc", ("Điều 10.2", "Điều 10.3", "Điều 10.4")),
        ("C17", "quangnam", ("Điều 7.2.d", "Điều 7.2.m")),
        ("C28", "khanhhoa-dvc", ("Điều 10",)),
        ("C28", "quangnam", None),
        ("S8", "laocai-cchc", ("Điều 4.4", "Điều 4.6")),
        ("G3", "khanhhoa-dvc", None),
    ],
)
def test_a_duty_names_the_clauses_that_ask_it(
    duty: str, portal: str, clauses: tuple[str, ...] | None
) -> None:
    assert duties()[duty].clauses.get(portal) == clauses
    assert duties()[duty].asked_of(portal) is (clauses is not None)


GOOD = """\
duties:
  - id: G1
    text: Một
    rooms: [regulation]
    clauses: {portal-nho: Điều 1}
"""


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "message"),
    [
        (
            "id: G1",
            "id: X1",
            2,
            "duties[0].id",
            "Mã nghĩa vụ “X1” phải là một chữ cái trong G, S, M, C, P, F, O và một số, ví dụ C17.",
        ),
        ("    text: Một\n", "", 2, "duties[0].text", "Thiếu mục “text”; hãy thêm vào."),
        (
            "[regulation]",
            "[regulatoin]",
            4,
            "duties[0].rooms[0]",
            "Giá trị “regulatoin” không có trong danh sách; có phải “regulation” không?",
        ),
        (
            "{portal-nho: Điều 1}",
            "{portal-nho: []}",
            5,
            "duties[0].clauses.portal-nho",
            "Danh sách này đang trống; hãy điền ít nhất một dòng.",
        ),
        (
            "{portal-nho: Điều 1}",
            "{}",
            5,
            "duties[0].clauses",
            "Danh sách này đang trống; hãy điền ít nhất một dòng.",
        ),
        (
            "  - id: G1",
            "  - {id: G1, text: Hai, rooms: [theme], clauses: {a: Điều 2}}\n  - id: G1",
            3,
            "duties[1].id",
            "Mã nghĩa vụ “G1” dùng hai lần; hãy đổi một.",
        ),
    ],
)
def test_a_mistake_in_the_file_is_one_finding(
    tmp_path: Path, old: str, new: str, line: int, key: str, message: str
) -> None:
    path = tmp_path / "duties.yml"
    path.write_text(GOOD.replace(old, new), encoding="utf-8")
    with pytest.raises(Refused) as caught:
        load_duties(path)
    assert caught.value.findings == (Finding(DUTIES_FILE, message, line, key),)


# --- marks -----------------------------------------------------------------------------------


def marks(text: str) -> tuple[list[tuple[str, str | None, int, str]], list[tuple[int, str]]]:
    found, wrong = marks_in(text, "tests/test_a.py", {"G1", "G2", "C17"}, {"quangnam", "mau"})
    return [(m.duty, m.portal, m.line, m.test) for m in found], [(f.line, f.message) for f in wrong]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '@pytest.mark.duty("G1")\ndef test_a(): ...\n',
            [("G1", None, 1, "test_a")],
        ),
        (
            '@mark.duty("G1", "G2")\nasync def test_a(): ...\n',
            [("G1", None, 1, "test_a"), ("G2", None, 1, "test_a")],
        ),
        (
            '@pytest.mark.duty("C17", portal="quangnam")\ndef test_a(): ...\n',
            [("C17", "quangnam", 1, "test_a")],
        ),
        (
            '@pytest.mark.duty("C17", portal=["quangnam", "mau"])\ndef test_a(): ...\n',
            [("C17", "quangnam", 1, "test_a"), ("C17", "mau", 1, "test_a")],
        ),
        (
            '@pytest.mark.duty("G1")\nclass TestA:\n'
            '    @pytest.mark.duty("G2")\n    def test_b(self): ...\n',
            [("G1", None, 1, "TestA"), ("G2", None, 3, "TestA.test_b")],
        ),
        (
            'pytestmark = [pytest.mark.browser, pytest.mark.duty("G1")]\n',
            [("G1", None, 1, "")],
        ),
        ('pytestmark = pytest.mark.duty("G1")\n', [("G1", None, 1, "")]),
        ('pytestmark: list = [pytest.mark.duty("G1")]\n', [("G1", None, 1, "")]),
        (
            'class TestA:\n    pytestmark = pytest.mark.duty("G1")\n',
            [("G1", None, 2, "TestA")],
        ),
        (
            '@pytest.mark.parametrize("a", [pytest.param(1, marks=pytest.mark.duty("G1"))])\n'
            "def test_a(a): ...\n",
            [("G1", None, 1, "test_a")],
        ),
    ],
)
def test_a_mark_is_found_wherever_pytest_finds_it(
    text: str, expected: list[tuple[str, str | None, int, str]]
) -> None:
    assert marks(text) == (expected, [])


@pytest.mark.parametrize(
    "text",
    [
        '@pytest.mark.skip\n@pytest.mark.duty("G1")\ndef test_a(): ...\n',
        '@pytest.mark.skipif(True, reason="x")\n@pytest.mark.duty("G1")\ndef test_a(): ...\n',
        '@pytest.mark.parametrize("a", [pytest.param(1, marks=[pytest.mark.duty("G1"), '
        "pytest.mark.skip])])\ndef test_a(a): ...\n",
        '@pytest.mark.skip(reason="x")\n@pytest.mark.duty("G1")\ndef test_a(): ...\n',
        '@pytest.mark.duty("G1")\n@pytest.mark.xfail\ndef test_a(): ...\n',
        '@pytest.mark.skip\nclass TestA:\n    @pytest.mark.duty("G1")\n    def test_b(self): ...\n',
        'pytestmark = pytest.mark.skip\n@pytest.mark.duty("G1")\ndef test_a(): ...\n',
        'def test_a(request):\n    request.applymarker(pytest.mark.duty("G1"))\n',
        '# @pytest.mark.duty("G1")\n',
    ],
)
def test_what_does_not_run_proves_nothing(text: str) -> None:
    assert marks(text) == ([], [])


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            '\n@pytest.mark.duty("G9")\ndef test_a(): ...\n',
            2,
            "Không có nghĩa vụ nào mang mã “G9”; hãy sửa lại mã.",
        ),
        (
            '@pytest.mark.duty("C177")\ndef test_a(): ...\n',
            1,
            "Không có nghĩa vụ nào mang mã “C177”; có phải “C17” không?",
        ),
        (
            '@pytest.mark.duty("nghĩa vụ")\ndef test_a(): ...\n',
            1,
            "Không có nghĩa vụ nào mang mã “nghĩa vụ”; hãy sửa lại mã.",
        ),
        (
            '@pytest.mark.duty("G1", portal="quang-nam")\ndef test_a(): ...\n',
            1,
            "Không có cổng nào mang mã “quang-nam”; có phải “quangnam” không?",
        ),
        (
            "@pytest.mark.duty(ID)\ndef test_a(): ...\n",
            1,
            "Mã nghĩa vụ phải viết thẳng trong dấu nháy kép.",
        ),
        (
            "@pytest.mark.duty()\ndef test_a(): ...\n",
            1,
            "Dấu duty chưa ghi mã nghĩa vụ nào, ví dụ C17.",
        ),
        (
            '@pytest.mark.duty("G1")\ndef helper(): ...\n',
            1,
            "“helper” không phải kiểm thử, nên không chứng minh nghĩa vụ nào.",
        ),
        (
            "def test_a(:\n",
            1,
            "Không đọc được tệp kiểm thử (invalid syntax); hãy sửa lỗi cú pháp Python.",
        ),
    ],
)
def test_a_wrong_mark_is_one_finding(text: str, line: int, message: str) -> None:
    assert marks(text) == ([], [(line, message)])


def test_a_wrong_parameter_is_a_finding() -> None:
    found, wrong = marks('@pytest.mark.duty("G1", cong="mau")\ndef test_a(): ...\n')
    assert wrong == [(1, "Dấu duty không có tham số “cong”.")]
    assert found == [("G1", None, 1, "test_a")]


@given(st.text())
def test_no_text_makes_the_scan_fail(text: str) -> None:
    marks_in(text, "tests/test_a.py", {"G1"}, {"mau"})


def test_only_files_that_pytest_collects_are_read(tmp_path: Path) -> None:
    mark = '@pytest.mark.duty("G1")\ndef test_a(): ...\n'
    for name in ("test_a.py", "sub/b_test.py", "helpers.py", "sub/test_c.txt"):
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests" / name).write_text(mark, encoding="utf-8")
    (tmp_path / "tests" / "test_d.py").write_bytes(b"# \xff\n")
    found, wrong = find_marks(tmp_path / "tests", tmp_path, {"G1"}, set())
    assert [str(m) for m in found] == ["tests/sub/b_test.py::test_a", "tests/test_a.py::test_a"]
    assert [(f.path, f.line) for f in wrong] == [("tests/test_d.py", 1)]


def test_the_marks_of_this_checkout_are_right() -> None:
    root = Path(__file__).parents[2]
    known = {folder.name for folder in (root / "content").iterdir()}
    found, wrong = find_marks(root / "tests", root, duties(), known)
    assert [str(finding) for finding in wrong] == []
    assert any(mark.duty == "G2" for mark in found)


def test_a_mark_reads_as_pytest_names_the_test() -> None:
    assert str(Mark("G1", None, "tests/test_a.py", 1, "TestA.test_b")) == (
        "tests/test_a.py::TestA::test_b"
    )
    assert str(Mark("G1", None, "tests/test_a.py", 1)) == "tests/test_a.py"


# --- the question ----------------------------------------------------------------------------


def duty(duty_id: str, **clauses: str) -> PortalDuty:
    asked = {name.replace("_", "-"): clause for name, clause in clauses.items()}
    return PortalDuty.model_validate(
        {"id": duty_id, "text": "Một nghĩa vụ", "rooms": ["content"], "clauses": asked}
    )


C1 = duty("C1", portal_nho="Điều 6.2")
C2 = duty("C2", portal_nho="Điều 6.1", khac="Điều 1")
C23 = duty("C23", khac="Điều 1")
LISTED: Mapping[tuple[str, str], int] = {("portal-nho", "tin-tuc"): 1, ("portal-nho", "van-ban"): 0}


def stand(
    portal: Portal, asked: PortalDuty, listed: Mapping[tuple[str, str], int], *found: Mark
) -> Standing:
    (standing,) = standings([asked], [portal], listed, found)
    return standing


def test_a_section_proves_a_duty_when_it_holds_something(portal: Portal) -> None:
    proven = stand(portal, C2, LISTED)
    assert (proven.state, proven.sections, proven.proofs) == (
        State.PROVEN,
        ("tin-tuc",),
        ("tin-tuc",),
    )
    assert stand(portal, C1, LISTED).state is State.OPEN
    assert stand(portal, C2, {}).state is State.OPEN
    assert stand(portal, C1, {("khac", "van-ban"): 3}).state is State.OPEN


def test_a_test_proves_a_duty_for_its_portal_or_for_every_one(portal: Portal) -> None:
    everywhere = Mark("C1", None, "tests/test_a.py", 1, "test_a")
    here = Mark("C1", "portal-nho", "tests/test_a.py", 2, "test_b")
    elsewhere = Mark("C1", "khac", "tests/test_a.py", 3, "test_c")
    other = Mark("C2", None, "tests/test_a.py", 4, "test_d")
    assert stand(portal, C1, {}, everywhere, here, elsewhere, other).tests == (everywhere, here)
    assert stand(portal, C1, {}, elsewhere, other).state is State.OPEN


def test_what_is_not_asked_is_neither_proven_nor_open(portal: Portal) -> None:
    mark = Mark("C23", None, "tests/test_a.py", 1)
    standing = stand(portal, C23, {("portal-nho", "so-lieu"): 9}, mark)
    assert (standing.state, standing.proofs) == (State.NOT_ASKED, ())


def test_every_duty_stands_at_every_portal(portal: Portal) -> None:
    found = standings([C1, C23], [portal, portal], {}, [])
    assert [(s.duty.id, s.portal) for s in found] == [
        ("C1", "portal-nho"),
        ("C1", "portal-nho"),
        ("C23", "portal-nho"),
        ("C23", "portal-nho"),
    ]


# --- the command -----------------------------------------------------------------------------


@pytest.fixture
def app(house: House, monkeypatch: pytest.MonkeyPatch) -> typer.Typer:
    """The command in a checkout with the small portal, three duties and one marked test."""
    (house.root / "pyproject.toml").touch()
    (house.root / "tests").mkdir()
    (house.root / "tests" / "test_a.py").write_text(
        '@pytest.mark.duty("C1")\ndef test_van_ban(): ...\n', encoding="utf-8"
    )
    known = {each.id: each for each in (C1, C2, duty("C3", portal_nho="Điều 1"), C23)}
    monkeypatch.setattr(verbs, "duties", lambda: known)
    monkeypatch.chdir(house.folder)
    app = typer.Typer()
    app.callback()(lambda: None)
    app.command("duties")(verbs.show_duties)
    return app


def test_a_pipe_gets_one_duty_a_line_with_its_proofs(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["duties"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "content\tC1\tMột nghĩa vụ\tportal-nho: ✓ van-ban, tests/test_a.py::test_van_ban",
        "content\tC2\tMột nghĩa vụ\tportal-nho: ✓ tin-tuc",
        "content\tC3\tMột nghĩa vụ\tportal-nho: ✓ van-ban",
        "content\tC23\tMột nghĩa vụ\tportal-nho: —",
        "3/3 nghĩa vụ được chứng minh; 0 còn mở",
    ]


def test_an_empty_section_leaves_its_duty_open(app: typer.Typer, house: House) -> None:
    house.change("van-ban/2026/quy-che.md", "source:", "status: draft\nsource:")
    result = CliRunner().invoke(app, ["duties", "--open"])
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "content\tC3\tMột nghĩa vụ\tportal-nho: mở",
        "2/3 nghĩa vụ được chứng minh; 1 còn mở",
    ]


def test_a_program_gets_data(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["duties", "--json", "--portal", "portal-nho"])
    assert result.exit_code == 0
    data = json.loads(result.stdout)
    assert (data["asked"], data["proven"], data["open"]) == (3, 3, 0)
    assert data["duties"][0] == {
        "id": "C1",
        "text": {"vi": "Một nghĩa vụ", "en": ""},
        "rooms": ["content"],
        "portals": {
            "portal-nho": {
                "state": "proven",
                "basis": ["Điều 6.2"],
                "sections": ["van-ban"],
                "tests": [
                    {"test": "tests/test_a.py::test_van_ban", "path": "tests/test_a.py", "line": 1}
                ],
            }
        },
    }


def test_an_unknown_portal_is_named(app: typer.Typer) -> None:
    result = CliRunner().invoke(app, ["duties", "--portal", "portal-nhỏ"])
    assert result.stdout == ""
    assert isinstance(result.exception, Mistyped)
    assert str(result.exception) == (
        "--portal: lỗi: Không có cổng “portal-nhỏ”. Các cổng: portal-nho."
    )


def test_a_portal_named_twice_is_shown_once(app: typer.Typer) -> None:
    once = CliRunner().invoke(app, ["duties", "--portal", "portal-nho"])
    twice = CliRunner().invoke(app, ["duties", "--portal", "portal-nho", "--portal", "portal-nho"])
    assert twice.stdout == once.stdout


def test_a_broken_regulation_is_told_and_nothing_else(app: typer.Typer, house: House) -> None:
    house.change("portal.yml", "unit: hour", "unit: hous")
    result = CliRunner().invoke(app, ["duties"])
    assert result.stdout == ""
    assert isinstance(result.exception, Refused)
    told = str(result.exception)
    assert told.startswith("content/portal-nho/portal.yml:50: [deadlines[0].unit] lỗi: ")


def test_a_wrong_mark_is_told_beside_the_duties(app: typer.Typer, house: House) -> None:
    (house.root / "tests" / "test_b.py").write_text(
        '@pytest.mark.duty("X1")\ndef test_b(): ...\n', encoding="utf-8"
    )
    result = CliRunner().invoke(app, ["duties"])
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 5
    assert result.stderr == (
        "tests/test_b.py:1: lỗi: Không có nghĩa vụ nào mang mã “X1”; hãy sửa lại mã.\n"
    )


def test_outside_a_checkout_one_line_says_so(
    app: typer.Typer, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    result = CliRunner().invoke(app, ["duties"])
    assert result.stdout == ""
    assert "Không tìm thấy thư mục gốc của Cổng" in str(result.exception)


def drawn(portal: Portal) -> str:
    rows: list[verbs.Row] = [
        (C1, standings([C1], [portal], {}, [])),
        (C2, standings([C2], [portal], LISTED, [])),
        (C23, standings([C23], [portal], {}, [])),
    ]
    out = io.StringIO()
    console = Console(file=out, width=80, force_terminal=True)
    console.print(verbs.as_table(rows, [portal.id]))
    return out.getvalue()


def test_a_terminal_gets_a_table_in_colour(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    text = drawn(portal)
    for sign in ("\x1b[32m", "\x1b[33m", "✓ 1/0", "mở", "—", "portal-", "Nghĩa vụ"):
        assert sign in text


def test_no_color_is_respected(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = drawn(portal)
    assert "\x1b[3" not in text
    assert "✓ 1/0" in text


def test_several_portals_are_summed_up_each(portal: Portal) -> None:
    pair = [portal, portal]
    rows: list[verbs.Row] = [(each, standings([each], pair, LISTED, [])) for each in (C1, C2, C23)]
    assert verbs.summary(rows, ["mot", "hai"]) == [
        "1/2 nghĩa vụ được chứng minh; 1 còn mở",
        "  mot: 1/2, 1 còn mở",
        "  hai: 1/2, 1 còn mở",
    ]
