"""Pictures: small, sharp, upright, and silent about who took them where."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from plugins.pictures import Picture, make, prepare, srcset
from regulation.findings import Refused
from regulation.pictures import PictureError
from tests.small import SVG, Small, jpeg, png

Maker = Callable[[str, bytes], Picture]


@pytest.fixture
def made(tmp_path: Path) -> Maker:
    def build(name: str, data: bytes) -> Picture:
        (tmp_path / name).write_bytes(data)
        return make(tmp_path / name, f"media/{name}", tmp_path / "cache", tmp_path / "site")

    return build


def opened(folder: Path, url: str) -> Image.Image:
    return Image.open(io.BytesIO((folder / "site" / url.lstrip("/")).read_bytes()))


def test_a_photograph_is_sent_as_webp_in_a_few_widths(made: Maker, tmp_path: Path) -> None:
    picture = made("anh.jpg", jpeg(1600, 900))
    assert [width for _, width in picture.sources] == [400, 800, 1200]
    assert (picture.width, picture.height) == (1200, 675)
    for url, width in picture.sources:
        with opened(tmp_path, url) as sent:
            assert (sent.format, sent.width) == ("WEBP", width)
            assert abs(sent.height - width * 9 / 16) <= 1


@pytest.mark.parametrize("width", [120, 399, 400, 401, 800, 950, 1200])
def test_nothing_is_ever_made_larger_than_it_was(made: Maker, tmp_path: Path, width: int) -> None:
    picture = made("anh.jpg", jpeg(width, 300))
    assert picture.width == width
    widths = [wide for _, wide in picture.sources]
    assert widths == sorted({*widths})
    assert max(widths) == width
    for url, wide in picture.sources:
        with opened(tmp_path, url) as sent:
            assert sent.width == wide <= width


def test_what_the_camera_wrote_stays_behind(made: Maker, tmp_path: Path) -> None:
    data = jpeg(900, 600, secret="Nguyen Van A")
    assert b"Nguyen Van A" in data
    for url, _ in made("anh.jpg", data).sources:
        sent = (tmp_path / "site" / url.lstrip("/")).read_bytes()
        assert b"Exif" not in sent
        assert b"EXIF" not in sent
        assert b"XMP " not in sent
        assert b"Nguyen Van A" not in sent
        with opened(tmp_path, url) as picture:
            assert not picture.getexif()


def test_a_picture_held_sideways_is_turned_upright(made: Maker, tmp_path: Path) -> None:
    picture = made("anh.jpg", jpeg(800, 600, orientation=6))
    assert (picture.width, picture.height) == (600, 800)
    with opened(tmp_path, picture.sources[-1][0]) as sent:
        assert sent.size == (600, 800)
        corner = sent.convert("L").getpixel((580, 20))
        assert isinstance(corner, int)
        assert corner > 200, "the white corner stood top left before the turn"


def test_a_see_through_ground_stays_see_through(made: Maker, tmp_path: Path) -> None:
    with opened(tmp_path, made("hinh.png", png()).src) as sent:
        assert sent.mode == "RGBA"


def test_a_picture_is_made_once_and_taken_from_the_cache_after(made: Maker, tmp_path: Path) -> None:
    first = made("anh.jpg", jpeg())
    cached = sorted((tmp_path / "cache").iterdir())
    times = [path.stat().st_mtime_ns for path in cached]
    assert made("anh.jpg", jpeg()) == first
    assert sorted((tmp_path / "cache").iterdir()) == cached
    assert [path.stat().st_mtime_ns for path in cached] == times
    assert not list((tmp_path / "cache").glob("*.part"))


def test_the_name_is_made_from_what_the_picture_shows(made: Maker) -> None:
    one, other = made("anh.jpg", jpeg(900)), made("anh.jpg", jpeg(901))
    assert {url for url, _ in one.sources}.isdisjoint(url for url, _ in other.sources)
    assert one.src.startswith("/media/anh.")


def test_an_svg_is_sent_as_it_is(made: Maker, tmp_path: Path) -> None:
    data = SVG.format(640, 360).encode()
    picture = made("so-do.svg", data)
    assert (picture.width, picture.height) == (640, 360)
    assert (tmp_path / "site" / picture.src.lstrip("/")).read_bytes() == data
    assert srcset(picture, [picture.src]) == ""


def test_the_middle_width_serves_browsers_that_know_no_srcset(made: Maker) -> None:
    picture = made("anh.jpg", jpeg(1600, 900))
    assert picture.src == picture.sources[1][0]
    told = srcset(picture, [url for url, _ in picture.sources])
    assert told.endswith(f"{picture.sources[2][0]} 1200w")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("anh.jpg", "Đây là văn bản.".encode()),
        ("anh.jpg", jpeg()[:2000]),
        ("anh.jpg", png()),
        ("anh.png", png()[:200]),
        ("anh.svg", b"<svg xmlns='http://www.w3.org/2000/svg'></svg>"),
        ("anh.svg", b"<html></html>"),
        ("anh.bmp", b"BM"),
        ("anh.jpg", b""),
    ],
)
def test_what_is_no_picture_is_refused_in_one_vietnamese_sentence(
    made: Maker, tmp_path: Path, name: str, data: bytes
) -> None:
    with pytest.raises(PictureError, match="hãy"):
        made(name, data)


def test_every_file_that_is_no_picture_is_told_at_once(drawn: Small, tmp_path: Path) -> None:
    item = drawn.library()[0].items[0]
    for name in ("a.jpg", "b.png"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    wanted = {"a.jpg": item, "b.png": item}
    with pytest.raises(Refused) as refused:
        prepare(wanted, tmp_path, tmp_path / "cache", tmp_path / "site")
    assert [f.path for f in refused.value.findings] == [
        f"content/portal-nho/{name}" for name in wanted
    ]
    assert item.path in str(refused.value)


def test_a_page_shows_its_picture_with_sizes_and_words(drawn: Small) -> None:
    page = (drawn.output / "tin-tuc/2026/cau-moi/index.html").read_text(encoding="utf-8")
    assert 'width="900" height="600" alt="Cây cầu nhìn từ bờ Bắc"' in page
    assert " 400w, " in page
    assert "cau.jpg" not in page
    assert not (drawn.output / "media/cau.jpg").exists(), "the camera's own file stays at home"
