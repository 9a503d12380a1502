"""Pelican's settings. ``cong build`` reads them; ``pelican`` itself can too.

The portal is named by CONG_PORTAL in the environment, or by ``cong build --portal``.
"""

import datetime as dt
import os
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import StrictUndefined, select_autoescape

CONG_ROOT = str(Path(__file__).resolve().parent)
CONG_PORTAL = os.environ.get("CONG_PORTAL", "quangnam-cchc")
CONG_NOW = dt.datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
CONG_BASE = ""
# Beside the environment that runs: a published commit is built in a folder of its own, by what is
# installed in the checkout.
CONG_PACKAGES = str(Path(sys.prefix).parent / "node_modules")
CONG_PRODUCTION = False
CONG_ALLOW_SAMPLES = False

SITENAME = CONG_PORTAL
SITEURL = ""
PATH = f"{CONG_ROOT}/content/{CONG_PORTAL}"
OUTPUT_PATH = f"{CONG_ROOT}/output/{CONG_PORTAL}"
CACHE_PATH = f"{CONG_ROOT}/.cache/pictures"
THEME = f"{CONG_ROOT}/theme"
# Static files are written by plugins.assets under names made from what they hold.
THEME_STATIC_PATHS: list[str] = []
TIMEZONE = "Asia/Ho_Chi_Minh"
DEFAULT_LANG = "vi"
DEFAULT_DATE_FORMAT = "%d/%m/%Y"

PLUGINS = ["plugins.prepare", "plugins.reader", "plugins.pages", "plugins.writer"]
READERS = {"html": None, "rst": None}
ARTICLE_PATHS = [""]
ARTICLE_EXCLUDES = ["media", "data"]
PAGE_PATHS: list[str] = []
STATIC_PATHS: list[str] = []
# A translation is the same item in another file; our own library joins the two.
ARTICLE_TRANSLATION_ID = ""
ARTICLE_ORDER_BY = "relative_source_path"
TYPOGRIFY = False
SUMMARY_MAX_LENGTH = None

# Lists, feeds and archives are pages of ours (plugins/pages.py).
DIRECT_TEMPLATES: list[str] = []
CATEGORY_SAVE_AS = TAG_SAVE_AS = AUTHOR_SAVE_AS = ""
YEAR_ARCHIVE_SAVE_AS = MONTH_ARCHIVE_SAVE_AS = DAY_ARCHIVE_SAVE_AS = ""
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
PAGINATION_PATTERNS = (
    (1, "{url}", "{save_as}"),
    (2, "{base_name}/trang-{number}/", "{base_name}/trang-{number}/index.html"),
)

TEMPLATE_EXTENSIONS = [".html", ".txt"]
JINJA_ENVIRONMENT = {
    "autoescape": select_autoescape(["html"]),
    "undefined": StrictUndefined,
    "trim_blocks": True,
    "lstrip_blocks": True,
}
DELETE_OUTPUT_DIRECTORY = False
LOAD_CONTENT_CACHE = CACHE_CONTENT = False
