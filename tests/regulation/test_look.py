"""How a portal looks: an accent that can be read, a mark that can be shown."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.look import contrast

from .conftest import House

ACCENTS = 'look: {accent: "#0b5c8a", accent_dark: "#7cc4e8"}'
colours = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_an_accent_that_cannot_be_read_is_told_with_its_ratio(house: House) -> None:
    pale = 'look: {accent: "#ffdd33", accent_dark: "#222222"}'
    house.change("portal.yml", ACCENTS, pale)
    light, dark = house.faults()
    assert (light.key, dark.key) == ("look.accent", "look.accent_dark")
    assert light.line == dark.line == house.line("portal.yml", pale)
    assert "1,3:1 trên nền trắng, khó đọc; hãy chọn màu sẫm hơn, ít nhất 4,5:1" in light.message
    assert "sáng hơn" in dark.message


def test_a_missing_mark_is_told(house: House) -> None:
    (house.folder / "mark.svg").unlink()
    (finding,) = house.faults()
    assert finding.key == "look.mark"
    assert finding.message == (
        "Không có tệp biểu trưng “mark.svg” trong thư mục của cổng; hãy thêm tệp."
    )


def test_a_mark_that_is_no_picture_is_told(house: House) -> None:
    house.write("mark.svg", "không phải hình")
    (finding,) = house.faults()
    assert finding.message.startswith("mark.svg: Tệp này không phải hình SVG; hãy xuất lại")


def test_a_mark_from_outside_the_portals_folder_is_told(house: House, tmp_path: Path) -> None:
    outside = tmp_path / "mark.svg"
    outside.write_bytes((house.folder / "mark.svg").read_bytes())
    (house.folder / "mark.svg").unlink()
    (house.folder / "mark.svg").symlink_to(outside)
    (finding,) = house.faults()
    assert "Không có tệp biểu trưng" in finding.message


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == pytest.approx(1)


@given(colours, colours)
def test_contrast_is_the_same_both_ways_round(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001
