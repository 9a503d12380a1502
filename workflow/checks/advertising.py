"""Advertising only where the regulation allows it, and called so (C28).

A portal's clause of kind ``advertising`` says whether. Where: in the sections that rest on the same
clause. Whether a text advertises is a guess from its words and addresses, hence a reminder.
"""

import datetime as dt
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlsplit

from regulation.findings import Finding, Severity
from regulation.items import Item
from regulation.library import Shelf, texts_of
from regulation.model import Clause
from regulation.portal import Portal
from regulation.vietnamese import fold
from regulation.yamlfile import VIETNAM

_SIGNS: tuple[str, ...] = (
    r"khuyến mãi|khuyến mại",
    r"giảm giá|giảm ngay [0-9]+ ?%|ưu đãi lên đến|ưu đãi đến [0-9]+ ?%",
    r"mua ngay|đặt mua|đặt hàng ngay|mua [0-9]+ tặng [0-9]+|giá chỉ từ|giá sốc|giá gốc",
    r"miễn phí vận chuyển|freeship|giao hàng tận nơi|trả góp 0 ?%",
    r"hotline đặt hàng|inbox|liên hệ đặt hàng|đăng ký nhận quà|quà tặng kèm|voucher|mã giảm",
    r"cam kết chất lượng|uy tín hàng đầu|số 1 việt nam|tốt nhất thị trường|hàng chính hãng",
    r"cơ hội đầu tư sinh lời|cam kết lợi nhuận|mở bán|chiết khấu",
    r"bài pr|bài viết được tài trợ|nội dung tài trợ|advertorial|sponsored",
)
_WORDS = re.compile(r"\b(?:" + "|".join(fold(sign) for sign in _SIGNS) + r")\b")
_SHOPS = re.compile(
    r"(?:^|\.)(?:shopee|lazada|tiki|sendo|shp|bit|accesstrade|adpia|masoffer)\.(?:vn|com|ee|ly)\Z"
)
_TRACKED = frozenset(("affiliate_id", "aff_id", "aff_sid", "ref_id", "utm_campaign", "gclid"))
ENOUGH = 2
"""So many signs of advertising, of different kinds, make a text look like it."""


def check(item: Item, library: Shelf, now: dt.datetime) -> Iterator[Finding]:
    """Items that look like advertising where none may be, or that do not say that they are."""
    del now
    portal = library.portal
    rule = _rule(portal, item)
    if rule is None or item.status == "withdrawn":
        return
    basis = "; ".join(rule.basis)
    place = {*rule.basis} & {*portal.section(item.section).basis}
    if rule.allowed and place:
        if "quang cao" not in fold(item.title):
            message = (
                "Mục quảng cáo phải nói rõ là quảng cáo ngay ở tiêu đề; hãy mở đầu tiêu đề bằng "
                "“Quảng cáo:”."
            )
            yield Finding(item.path, message, item.line("title"), "title", basis)
        return
    signs = _signs(item, portal)
    if len(signs) < ENOUGH:
        return
    shown = ", ".join(f"“{sign}”" for sign in signs[:3])
    if rule.allowed:
        where = ", ".join(f"“{s.title}”" for s in portal.sections if {*s.basis} & {*rule.basis})
        what = f"quảng cáo chỉ được đăng ở chuyên mục {where}; hãy chuyển sang đó hoặc bỏ phần ấy"
    else:
        what = "cổng này không đăng quảng cáo; hãy bỏ phần ấy"
    message = f"Bài có dấu hiệu quảng cáo ({shown}), {what}."
    yield Finding(item.path, message, item.body_line, "", basis, Severity.WARNING)


def _rule(portal: Portal, item: Item) -> Clause | None:
    on = item.posted.astimezone(VIETNAM).date()
    rules = portal.in_force(portal.regulation.clauses, on)
    return next((rule for rule in rules if rule.kind == "advertising"), None)


def _signs(item: Item, portal: Portal) -> list[str]:
    """Words and addresses of advertising in an item, each once."""
    text = fold(" ".join((item.title, item.summary, item.body)))
    found = dict.fromkeys(match[0] for match in _WORDS.finditer(text))
    for part in texts_of(item, portal):
        for link in part.text.links:
            try:
                parts = urlsplit(link.target)
            except ValueError:
                continue
            keys = {key for key, _ in parse_qsl(parts.query)}
            if _SHOPS.search(parts.hostname or "") or keys & _TRACKED:
                found[parts.hostname or link.target] = None
    return list(found)
