"""Quảng Nam's agencies post to their own sections themselves."""

import datetime as dt

import pytest

from regulation.loading import load_portal
from regulation.yamlfile import VIETNAM

from .town import QuangNam, settle

STAFF = {"an": "nguoi-dang-tai", "tu": "thanh-vien-tu-phap", "chau": "truong-ban"}
ARTICLE = """\
---
id: ho-tich-tai-nha
title: Ai được đăng ký khai sinh tại nhà
summary: Ba trường hợp được đăng ký khai sinh tại nhà và giấy tờ phải có.
posted: 2026-11-22 08:00
agency: {agency}
source: Phòng Hộ tịch
---

Công chức hộ tịch đến tận nhà khi cha mẹ ốm đau, khuyết tật hoặc ở xa.
"""


@pytest.mark.duty("S1", portal="quangnam")
@pytest.mark.timeout(300)
def test_an_agency_posts_to_its_section_itself_and_to_no_other(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    town = settle(tmp_path_factory.mktemp("town"), STAFF, QuangNam)
    today = dt.datetime.now(VIETNAM).date()
    portal = load_portal(town.portal, town.root, today)
    (agency,) = portal.owners(portal.section("pho-bien-phap-luat"), today)
    text = ARTICLE.format(agency=agency.id)
    town.sits_down("an")
    main = town.git("rev-parse", "main")

    # The officer whom the agency named types the command; nobody enters it for them.
    elsewhere = town.portal / "huong-dan-thue" / "2026" / "ho-tich-tai-nha.md"
    elsewhere.parent.mkdir(parents=True, exist_ok=True)
    elsewhere.write_text(text, encoding="utf-8")
    refused = town.cong("an", "propose", "Khai sinh tại nhà")
    assert refused.code == 1
    assert f"Cơ quan “{agency.id}” không phụ trách chuyên mục “Hướng dẫn" in refused.text
    own = town.portal / "pho-bien-phap-luat" / "2026" / "ho-tich-tai-nha.md"
    own.parent.mkdir(parents=True, exist_ok=True)
    elsewhere.rename(own)
    said = town.cong("an", "propose", "Khai sinh tại nhà")
    assert said.code == 0, said.text
    assert "Chuyển đến: Thành viên phụ trách pháp luật, chính sách và thuế" in said.text
    assert town.git("rev-parse", "main") == main

    town.cong("tu", "approve", "1")
    assert "✓ Đã nhập đề xuất 1" in town.cong("chau", "approve", "1").text
    stands = town.git("show", "main:content/quangnam/pho-bien-phap-luat/2026/ho-tich-tai-nha.md")
    assert f"agency: {agency.id}" in stands
