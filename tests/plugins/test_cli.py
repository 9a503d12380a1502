"""The command as people meet it: Vietnamese, one line a mistake, exit codes that mean something."""

import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer

import cong
from regulation.vietnamese import fold
from tests.small import PORTAL, ROOT, Small, clean_environment
from tests.small import cong as run

ENGLISH = re.compile(
    r"\b(?:Options?|Commands?|Arguments?|Usage|Show|message|exit|help\.|default|required|Try|Error|"
    r"No such|Missing|Invalid|value|Got|unexpected|Did you mean|Possible|does not|requires|bool|"
    r"str|Prints|Aborted)\b"
)
VERBS: list[str] = typer.main.get_command(cong.command()).list_commands(None)  # type: ignore[attr-defined]


def marked(text: str) -> bool:
    """Whether a text is Vietnamese written with its marks."""
    return fold(text) != text.lower()


@dataclass(frozen=True)
class Done:
    """What a command wrote, and its exit code."""

    returncode: int
    stdout: str
    stderr: str


Typed = Callable[..., Done]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Types a command in a folder, without starting another process for it."""

    def run_here(folder: Path, *words: str) -> Done:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(sys, "argv", ["cong", *words])
        for name in ("COLUMNS", "FORCE_COLOR", "NO_COLOR"):
            monkeypatch.delenv(name, raising=False)
        with pytest.raises(SystemExit) as left:
            cong.main()
        return Done(int(left.value.code or 0), *capsys.readouterr())

    return run_here


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_help_is_vietnamese_throughout(tmp_path: Path, typed: Typed, verb: str) -> None:
    done = typed(tmp_path, *([verb] if verb else []), "--help")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Cách dùng: cong" in done.stdout
    assert ENGLISH.search(done.stdout) is None, ENGLISH.search(done.stdout)
    assert "<" not in done.stdout
    told = re.findall(r"^│ (?:[* ]  )?(?:--\S+|[a-z]+) .*│$", done.stdout, re.M)
    assert told
    for line in told:
        assert marked(line), line


def test_another_process_answers_as_this_one_does(tmp_path: Path, typed: Typed) -> None:
    for words in ((), ("--help",), ("build", "--help"), ("biuld",), ("check",)):
        apart, here = run(tmp_path, *words), typed(tmp_path, *words)
        assert Done(apart.returncode, apart.stdout, apart.stderr) == here


def test_without_a_verb_the_help_is_shown(tmp_path: Path, typed: Typed) -> None:
    done = typed(tmp_path)
    assert done.returncode == 2
    assert "Cách dùng: cong [TÙY CHỌN] LỆNH" in done.stdout
    for verb in VERBS:
        assert f"│ {verb} " in done.stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("biuld", "Không có lệnh “biuld”; có phải “build” không?"),
        ("xyz", r"Không có lệnh “xyz”; các lệnh: build, serve, check"),
        ("build --prtal laocai-cchc", "Không có tùy chọn “--prtal”; có phải “--portal” không?"),
        ("check --xyz", "Không có tùy chọn “--xyz”; các tùy chọn: --portal, --all"),
        ("build -q", "Không có tùy chọn “-q”; các tùy chọn: --portal"),
        ("serve --port nhiều", "--port: Giá trị “nhiều” không đúng kiểu; ở đây phải là số nguyên."),
        ("serve --port 99999", "--port: “99999” phải từ 0 đến 65535."),
        ("serve --port", "Tùy chọn --port phải có giá trị theo sau."),
        ("build --all=1", "Tùy chọn --all không nhận giá trị."),
        ("build laocai-cchc", "Thừa “laocai-cchc”: lệnh này chỉ nhận các tùy chọn"),
    ],
)
def test_what_is_typed_wrong_is_named_with_the_nearest_that_is_right(
    tmp_path: Path, typed: Typed, words: str, told: str
) -> None:
    done = typed(tmp_path, *words.split())
    assert done.returncode == 2
    assert done.stdout == ""
    first, second = done.stderr.splitlines()
    assert first.startswith(told)
    assert re.fullmatch(r"Xem cách dùng: cong( \w+)? --help", second)
    assert ENGLISH.search(done.stderr) is None


@pytest.mark.parametrize("verb", ["build", "serve", "check", "duties"])
def test_an_unknown_portal_is_told_with_those_there_are(
    drawn: Small, typed: Typed, verb: str
) -> None:
    done = typed(drawn.root, verb, "--portal", "portal-nhỏ")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "Không có cổng “portal-nhỏ”" in done.stderr
    assert PORTAL in done.stderr


@pytest.mark.parametrize("verb", ["build", "serve", "check", "duties"])
def test_outside_a_checkout_one_line_says_where_to_go(
    tmp_path: Path, typed: Typed, verb: str
) -> None:
    done = typed(tmp_path, verb)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "Không tìm thấy thư mục gốc của Cổng" in done.stderr


def test_the_command_works_from_a_folder_below_the_root(house: Small) -> None:
    done = run(house.folder / "tin-tuc", "build", "--portal", PORTAL)
    assert done.returncode == 0, done.stderr
    assert (house.output / "index.html").is_file()


def test_a_build_says_in_one_line_what_it_made_and_where(house: Small, tmp_path: Path) -> None:
    done = house.cong("build", "--all", "--output", str(tmp_path / "ra"))
    assert done.returncode == 0
    assert done.stderr == ""
    told, _, where = done.stdout.partition(" → ")
    assert re.fullmatch(rf"✓ {PORTAL}: \d+ trang, 1 mục mẫu, [\d.,]+ giây", told)
    assert where == f"{tmp_path}/ra/{PORTAL}\n"
    assert (tmp_path / "ra" / PORTAL / "index.html").is_file()


def test_a_fault_in_one_portal_does_not_keep_the_others_from_being_built(house: Small) -> None:
    other = house.root / "content" / "cong-hong"
    other.mkdir()
    (other / "portal.yml").write_text("id: cong-hong\n", encoding="utf-8")
    done = house.cong("build", "--all")
    assert done.returncode == 1
    assert f"✓ {PORTAL}" in done.stdout
    assert "content/cong-hong/portal.yml" in done.stderr
    assert not (house.root / "output" / "cong-hong").exists()


@pytest.mark.parametrize("setting", [{}, {"GITHUB_ACTIONS": "true"}])
def test_nothing_is_coloured_in_a_pipe(house: Small, setting: dict[str, str]) -> None:
    house.write("tin-tuc/2026/mau.md", "hỏng")
    for words in (("build", "--portal", PORTAL), ("--help",), ("biuld",)):
        done = house.cong(*words, **setting)
        assert "\x1b" not in done.stdout + done.stderr, words


def on_terminal(folder: Path, *words: str, **environment: str) -> str:
    """What the command writes to a terminal."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "cong", *words],
        cwd=folder,
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=clean_environment(TERM="xterm-256color", **environment),
    )
    os.close(slave)
    written = b""
    try:
        while part := os.read(master, 65536):
            written += part
    except OSError:
        pass  # the terminal is gone with the process
    finally:
        os.close(master)
        process.wait(60)
    return written.decode("utf-8", "replace")


def test_mistakes_are_coloured_on_a_terminal_unless_nobody_wants_that(house: Small) -> None:
    house.write("tin-tuc/2026/mau.md", "hỏng")
    told = on_terminal(house.root, "check", "--portal", PORTAL)
    assert "\x1b[31m" in told
    assert "\x1b[31m" not in on_terminal(house.root, "check", "--portal", PORTAL, NO_COLOR="1")


def test_a_terminal_shows_how_far_the_build_is(house: Small) -> None:
    told = on_terminal(house.root, "build", "--portal", PORTAL)
    assert re.search(r"\d+/\d+ trang", told)
    assert f"✓ {PORTAL}" in told


def test_one_portal_and_all_of_them_are_not_built_at_once(house: Small) -> None:
    done = house.cong("build", "--portal", PORTAL, "--all")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "--all: lỗi: Đã ghi --portal thì không ghi --all; hãy bỏ một.\n"
    assert not (house.root / "output").exists()


def test_a_folder_that_is_no_portal_is_told_when_all_are_built(house: Small) -> None:
    other = house.root / "content" / "cong-quen"
    other.mkdir()
    (other / "agencies.yml").write_text("agencies: []\n", encoding="utf-8")
    done = house.cong("build", "--all")
    assert done.returncode == 1
    assert f"✓ {PORTAL}" in done.stdout
    assert done.stderr.startswith("content/cong-quen: lỗi: Thư mục này không có portal.yml")


@pytest.mark.parametrize(
    "base",
    ["xem-thu", "//a", "//", "/a b/", "/a/../b", "https://a.example", "/a?b", "/đường", "/.x"],
)
def test_an_odd_base_is_refused_in_one_line(drawn: Small, typed: Typed, base: str) -> None:
    done = typed(drawn.root, "build", "--portal", PORTAL, "--base", base)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith(f"--base: lỗi: Đường dẫn “{base}” không dùng được; hãy viết")


@pytest.mark.parametrize("base", ["/", "/xem-thu", "/xem-thu/", "/a/b.c"])
def test_a_base_may_end_in_a_slash(house: Small, base: str) -> None:
    done = house.cong("build", "--portal", PORTAL, "--base", base)
    assert done.returncode == 0, done.stderr
    page = (house.output / "index.html").read_text(encoding="utf-8")
    assert f'href="{base.rstrip("/")}/tin-tuc/"' in page


def test_what_the_machine_refuses_is_told_in_vietnamese(house: Small, tmp_path: Path) -> None:
    (tmp_path / "tep").write_text("", encoding="utf-8")
    done = house.cong("build", "--portal", PORTAL, "--output", str(tmp_path / "tep"))
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "một phần của đường dẫn là tệp, không phải thư mục" in done.stderr
    assert ENGLISH.search(done.stderr) is None


def test_words_that_are_missing_or_broken_are_told_in_a_line_each(house: Small) -> None:
    (house.root / "theme").unlink()
    shutil.copytree(ROOT / "theme", house.root / "theme")
    name = "theme/words.yml"
    words = house.root / name
    good = words.read_text(encoding="utf-8")
    for bad, told in (
        (None, f"{name}: lỗi: Không có tệp này; hãy tạo tệp hoặc sửa lại tên."),
        ("a: [", f"{name}:2: lỗi: Không đọc được YAML"),
        ("- a\n", f"{name}: lỗi: Tệp phải gồm các mục “tên: lời”; hãy lấy lại tệp."),
        (good + "them: {en: x}\n", "[them.vi] lỗi: Thiếu mục “vi”; hãy thêm vào."),
        (good + 'them: "a {"\n', "[them] lỗi: Dấu { } trong lời phải đi thành cặp"),
        (
            good.replace("\nhome:", "\nhomf:"),
            "theme/words.yml: lỗi: Thiếu mục “home”; hãy thêm vào.",
        ),
        (good.replace("{event}", "{evnt}"), "[due_text] lỗi: Lời “"),
        (good.replace("\nskip", "\nskipp", 1), "theme: lỗi: Mẫu trang cần một giá trị không có"),
    ):
        words.unlink(missing_ok=True)
        if bad is not None:
            words.write_text(bad, encoding="utf-8")
        done = house.cong("build", "--portal", PORTAL)
        assert done.returncode == 1, told
        assert len(done.stderr.splitlines()) == 1, done.stderr
        assert told in done.stderr
        assert not house.output.exists()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "home.html",
            "{% nope %}",
            "theme/templates/home.html:1: lỗi: Mẫu trang viết sai ở dòng này; hãy xem lại các dấu "
            "{% %} và {{ }}.\n",
        ),
        (
            "items/article.html",
            "\n{{ a",
            "theme/templates/items/article.html:2: lỗi: Mẫu trang viết sai ở dòng này; hãy xem lại "
            "các dấu {% %} và {{ }}.\n",
        ),
        (
            "home.html",
            '{% extends "nen.html" %}',
            "theme/templates/nen.html: lỗi: Không có mẫu trang này; hãy lấy lại tệp, hoặc sửa tên "
            "ở mẫu gọi đến nó.\n",
        ),
    ],
)
def test_a_broken_template_is_told_at_its_line(
    house: Small, name: str, text: str, told: str
) -> None:
    (house.root / "theme").unlink()
    shutil.copytree(ROOT / "theme", house.root / "theme")
    assert (house.root / "theme" / "templates" / name).is_file()
    (house.root / "theme" / "templates" / name).write_text(text, encoding="utf-8")
    done = house.cong("build", "--portal", PORTAL)
    assert (done.returncode, done.stderr) == (1, told)


# --- what nobody foresaw ---------------------------------------------------------------------

BROKEN = "import sys, cong; cong.command = lambda: {}[1]; sys.argv = ['cong', 'check']; cong.main()"


@pytest.mark.parametrize("debug", ["", "1"])
def test_a_fault_of_ours_is_one_line_and_a_trace_only_when_asked_for(debug: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BROKEN],
        env=clean_environment(CONG_DEBUG=debug),
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    if debug:
        assert done.stderr.startswith("Traceback")
    else:
        assert done.stderr == (
            "cong: lỗi của phần mềm (KeyError), không phải của bài viết hay lệnh đã gõ; hãy gõ lại "
            "với CONG_DEBUG=1 đứng trước rồi gửi những gì hiện ra cho người phụ trách phần mềm của "
            "Cổng.\n"
        )


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "POSIX"},
    ],
)
def test_vietnamese_is_told_in_utf8_whatever_is_set(
    house: Small, environment: dict[str, str]
) -> None:
    done = house.cong("check", **environment)
    assert done.stdout == "✓ 1 cổng, 14 mục: không có lỗi.\n"
    done = house.cong("check", "--portal", "khong-co", **environment)
    assert (done.returncode, done.stderr[:11]) == (2, "--portal: l")
    assert "Không có cổng" in done.stderr


@pytest.mark.parametrize("output", ["", " "])
def test_an_output_without_a_name_is_mistyped(house: Small, output: str) -> None:
    before = sorted(house.root.iterdir())
    done = house.cong("build", "--portal", PORTAL, "--output", output)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "--output: lỗi: Tên thư mục đang để trống; hãy ghi tên thư mục, hoặc bỏ --output.\n"
    )
    assert sorted(house.root.iterdir()) == before


@pytest.mark.parametrize("words", [(), ("accounts",)])
def test_a_command_without_a_verb_shows_its_help_and_is_mistyped(
    house: Small, words: tuple[str, ...]
) -> None:
    done = house.cong(*words)
    assert done.returncode == 2
    assert "Cách dùng: cong" in done.stdout + done.stderr


def stopped(folder: Path, *words: str, after: float) -> tuple[int, str]:
    """Exit code and error output of a command that Ctrl+C stops after some seconds."""
    process = subprocess.Popen(
        [sys.executable, "-c", "import cong; print(flush=True); cong.main()", *words],
        cwd=folder,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout
    process.stdout.readline()
    time.sleep(after)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    return process.returncode, told


@pytest.mark.parametrize("verb", ["build", "check", "duties"])
def test_ctrl_c_ends_a_command_in_one_line_whenever_it_comes(verb: str) -> None:
    for after in (0.1, 0.25, 0.6, 1.5):
        words = ["--output", "/nonexistent"] if verb == "build" else []
        code, told = stopped(ROOT, verb, *words, after=after)
        if code != 130:  # it was done before
            assert code in (0, 1) and "Traceback" not in told, told
            continue
        assert [line for line in told.splitlines() if line] == ["Đã dừng theo Ctrl+C."]


def test_the_installed_command_is_the_same_as_the_module() -> None:
    assert cong.command().info.name == "cong"
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert 'cong = "cong:main"' in text
    assert 'py-modules = ["cong", "cong_vi"]' in text
