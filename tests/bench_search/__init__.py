"""``make bench-search``: search measured as a visitor's browser meets it, beside Pagefind and lunr.

`index` makes ours and measures the making, `others` theirs; `site` puts them behind one nginx
(`server`), and `visits` asks them in Chromium. `__main__` prints the tables.
"""
