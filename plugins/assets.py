"""Style sheets, scripts, their words and the mark, under names made from what they hold.

One style sheet a portal: the theme's parts one after the other, with the portal's accent; a second
for pages with forms and those of the relay, which most readers never meet. A name that changes with
its content may be kept by caches for ever.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from pathlib import Path

from plugins.files import copy
from plugins.modules import squeezed, write_sealing
from plugins.search.words import browser_words
from regulation.model import Look
from regulation.portal import Portal

_SHEETS = ("[1-4]", "[5-9]")
"""First letters of the names of a sheet's parts: of every page, of pages with forms."""


def write_static(
    portal: Portal, theme: Path, output: Path, packages: Path | None = None
) -> dict[str, str]:
    """Writes the portal's style sheet, scripts and mark, and what the scripts of search must know.

    Args:
        portal: The portal.
        theme: The folder of templates and static files.
        output: The folder of the site.
        packages: The folder of npm's packages, ``node_modules``; none where there is none.

    Returns:
        Their addresses from the root of the site: ``css``, ``forms``, ``mark``, ``search-words``,
        one for each script, and ``age`` where the portal has keys to seal to and the package that
        seals in the browser is installed.
    """
    look = portal.regulation.look
    mark = portal.path / look.mark
    source = theme / "static"
    every, forms = (squeeze(_joined(source.glob(f"css/{part}-*.css"))) for part in _SHEETS)
    urls = {
        "css": _write(output, "cong", ".css", f"{tokens(look)}{every}"),
        "forms": _write(output, "forms", ".css", forms),
    }
    for script in sorted(source.glob("js/*.js")):
        urls[script.stem] = _write(output, script.stem, ".js", script_text(script))
    words = json.dumps(browser_words(), ensure_ascii=False, separators=(",", ":"))
    urls["search-words"] = _write(output, "search-words", ".json", words)
    digest = hashlib.sha256(mark.read_bytes()).hexdigest()[:8]
    urls["mark"] = f"/static/mark.{digest}{mark.suffix}"
    copy(mark, output / urls["mark"].lstrip("/"))
    if portal.regulation.sealing and packages and (age := write_sealing(packages, output)):
        urls["age"] = age
    return urls


def _joined(parts: Iterable[Path]) -> str:
    return "".join(part.read_text(encoding="utf-8") for part in sorted(parts))


def _write(output: Path, stem: str, suffix: str, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    url = f"/static/{stem}.{digest}{suffix}"
    target = output / url.lstrip("/")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text, encoding="utf-8")
    return url


def script_text(script: Path) -> str:
    """A script without comments and indentation, a fifth of what would be sent."""
    return squeezed(script.read_text(encoding="utf-8"))


def tokens(look: Look) -> str:
    """The accent as custom properties, for both schemes."""
    return (
        f":root{{--accent:{look.accent}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{--accent:{look.accent_dark}}}}}\n"
    )


def squeeze(css: str) -> str:
    """CSS without comments and blanks that only weigh; what stands in quotation marks is left."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    parts = re.split(r'("[^"]*")', css)
    for index in range(0, len(parts), 2):
        part = re.sub(r"\s*\n\s*", "\n", parts[index])
        part = re.sub(r"\s*([{};,])\s*", r"\1", part)
        parts[index] = re.sub(r":\s+", ":", part).replace(";}", "}")
    return "".join(parts).strip()
