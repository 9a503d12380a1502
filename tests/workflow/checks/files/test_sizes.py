"""How big, how many points, and what a camera wrote."""

import struct
import zlib

import pytest
from PIL import Image

from regulation.findings import Severity
from regulation.pictures import MAX_PIXELS
from tests.workflow.checks.files.made import MEDIA, mp4, photograph, picture
from workflow.checks.files.sizes import LIMITS, MB, check


def told(name: str, data: bytes) -> list[str]:
    return [f"{f.severity.value}: {f.message}" for f in check(MEDIA + name, data)]


@pytest.mark.parametrize(
    ("name", "group"), [("a.pdf", "document"), ("a.png", "picture"), ("a.csv", "text")]
)
def test_a_file_over_the_limit_of_its_kind_is_refused(name: str, group: str) -> None:
    assert told(name, bytes(LIMITS[group])) == []
    (found,) = told(name, bytes(LIMITS[group] + 1))
    assert found.startswith("lỗi: ")
    assert f"quá {LIMITS[group] // MB} MB; hãy" in found


def test_what_the_forge_would_not_take_says_so() -> None:
    assert told("a.mp4", bytes(95 * MB)) == []
    (found,) = told("a.mp4", bytes(101 * 1024 * 1024))
    assert found.endswith("Kho không nhận tệp quá 100 MB.")
    assert "nặng 105,9 MB" in found


def wide(width: int, height: int) -> bytes:
    """The head of a PNG that says it is very big."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        sealed = struct.pack(">I", zlib.crc32(kind + body))
        return struct.pack(">I", len(body)) + kind + body + sealed

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 99))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + body + chunk(b"IEND", b"")


@pytest.mark.duty("O3")
@pytest.mark.parametrize("size", [(10_000, 6_001), (14_000, 14_000), (200_000, 200_000)])
def test_a_small_file_of_very_many_points_is_refused_without_drawing_it(
    size: tuple[int, int],
) -> None:
    assert size[0] * size[1] > MAX_PIXELS
    (found,) = told("a.png", wide(*size))
    assert "60 triệu điểm ảnh" in found


def test_a_picture_of_many_points_is_let_through() -> None:
    assert told("a.png", wide(10_000, 6_000)) == []


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_the_place_where_a_photograph_was_taken_is_told(form: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = 1  # else Pillow writes none into a PNG
    exif.get_ifd(0x8825).update({1: "N", 2: (15.0, 34.0, 12.0)})
    (found,) = check(MEDIA + "a.jpg", picture(form, exif=exif))
    assert found.severity is Severity.WARNING
    assert "nơi chụp (tọa độ GPS)" in found.message
    assert "Remove Properties" in found.message
    assert found.basis == "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15"


def test_place_and_owner_are_two_things() -> None:
    assert len(told("a.jpg", photograph(gps=True, owner="Nguyen Van A"))) == 2
    assert "tên người chụp" in told("a.jpg", photograph(owner="Nguyen Van A"))[0]
    assert "số máy ảnh" in told("a.jpg", photograph(serial="12345678"))[0]


def test_a_place_in_adobes_words_is_told() -> None:
    data = picture() + b"<x:xmpmeta exif:GPSLatitude='15,34.2N'/>"
    assert "tọa độ" in told("a.jpg", data)[0]


def test_the_place_of_a_film_is_told() -> None:
    assert "nơi quay" in told("a.mp4", mp4(more=b"\0\0\0\x1e\xa9xyz\0\x12+15.5739+108.4740/"))[0]
    assert told("a.mp4", mp4()) == []


def test_a_photograph_without_them_has_no_finding() -> None:
    assert told("a.jpg", photograph()) == []


def test_a_broken_picture_is_not_the_matter_of_sizes() -> None:
    assert told("a.jpg", b"\xff\xd8\xff" + bytes(40)) == []
