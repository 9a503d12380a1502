"""A package of npm as browsers read it: its modules, copied out of ``node_modules``.

The package that seals what is typed is made of small modules that name others by package
(``@noble/hashes/sha2.js``), for programs that bundle. Nothing is bundled here: the modules that are
reached are copied, each as a file of its own, and only the names in ``import … from`` are changed
into relative ones. So no Node is needed to build, and what runs can be held against the package.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from rjsmin import jsmin

SEALING = "age-encryption"
"""The package that seals: age, by the author of age (github.com/FiloSottile/typage)."""

LEFT_OUT: Mapping[str, tuple[str, ...]] = {
    "@noble/post-quantum/hybrid.js": ("MLKEM768P256", "MLKEM768X25519"),
    "@noble/curves/nist.js": ("p256",),
    "@noble/hashes/scrypt.js": ("scrypt",),
}
"""Modules that are not sent, and the names that others take from them: half of the weight, only for
kinds of keys and passphrases that ``regulation.recipients`` refuses (it takes X25519 alone)."""

_ABSENT = "absent.js"
_NOTICES = "LICENSES.txt"

# At the beginning of a line: what is indented or stands after “*” is the text of a comment.
_IMPORT = re.compile(
    r"""^(?:import|export)\b(?:[\w$\s{},*]*?\bfrom\b)?\s*(?P<quote>["'])(?P<name>[^"'\n]+)(?P=quote)""",
    re.MULTILINE,
)


class NotThere(Exception):
    """A package is not installed, or not whole."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module and what it names.

    Attributes:
        path: Where it lies below ``node_modules``.
        text: As it is in the package.
        named: What each name in it means: the path of another module, ``None`` if left out.
    """

    path: PurePosixPath
    text: str
    named: Mapping[str, PurePosixPath | None]


def names_in(text: str) -> Iterator[re.Match[str]]:
    """The names after ``import`` and ``from`` in a module: the group ``name`` of each match."""
    return _IMPORT.finditer(text)


def reached(packages: Path, package: str = SEALING) -> dict[PurePosixPath, Module]:
    """Every module that is reached from a package's entry, the entry first.

    Args:
        packages: The folder ``node_modules``.
        package: The package's name.

    Raises:
        NotThere: It, or something that it needs, is not installed.
    """
    found: dict[PurePosixPath, Module] = {}
    waiting = [_resolved(packages, PurePosixPath("index.js"), package)]
    while waiting:
        path = waiting.pop(0)
        if path in found:
            continue
        try:
            text = (packages / path).read_text(encoding="utf-8")
        except OSError as error:
            raise NotThere(str(path)) from error
        named = {
            name: None if name in LEFT_OUT else _resolved(packages, path, name)
            for name in (match["name"] for match in names_in(text))
        }
        found[path] = Module(path, text, named)
        waiting += [other for other in named.values() if other]
    return found


def _resolved(packages: Path, path: PurePosixPath, name: str) -> PurePosixPath:
    """What a name means in a module, as Node reads it; for packages that list their modules."""
    if name.startswith("."):
        return PurePosixPath(os.path.normpath(path.parent / name))
    parts = 2 if name.startswith("@") else 1
    package, inner = "/".join(name.split("/")[:parts]), "/".join(name.split("/")[parts:])
    # The nearest folder of packages has it: a package may have brought another version for itself.
    for folder in (path.parent, *path.parent.parents):
        place = folder / "node_modules" / package
        if folder == PurePosixPath("."):
            place = PurePosixPath(package)
        try:
            said = json.loads((packages / place / "package.json").read_text(encoding="utf-8"))
        except OSError:
            continue
        listed = said.get("exports", said.get("main"))
        if isinstance(listed, dict):
            listed = listed.get(f"./{inner}" if inner else ".")
        while isinstance(listed, dict):
            listed = listed.get("import", listed.get("default"))
        if isinstance(listed, str):
            return PurePosixPath(os.path.normpath(place / listed))
    raise NotThere(name)


def rewritten(module: Module) -> str:
    """The module with relative names, and otherwise as it is in the package."""

    def relative(match: re.Match[str]) -> str:
        target = module.named[match["name"]]
        to = address(target) if target else PurePosixPath(_ABSENT)
        way = os.path.relpath(to, address(module.path).parent)
        way = way if way.startswith(".") else f"./{way}"
        start, end = (at - match.start() for at in match.span("name"))
        return f"{match[0][:start]}{way}{match[0][end:]}"

    return _IMPORT.sub(relative, module.text)


def address(path: PurePosixPath) -> PurePosixPath:
    """Where a module lies below the folder of the copy, in letters that no server minds."""
    return PurePosixPath(str(path).replace("@", ""))


def squeezed(script: str) -> str:
    """Without comments and indentation, but for the lines that say whose work it is."""
    return str(jsmin(script, keep_bang_comments=True))


def sealing_files(packages: Path) -> dict[str, str]:
    """Every file of the copy, the entry first: its name below the folder of the copy, its text.

    Raises:
        NotThere: The package is not installed whole.
    """
    modules = reached(packages)
    files = {str(address(path)): squeezed(rewritten(each)) for path, each in modules.items()}
    absent = sorted(name for names in LEFT_OUT.values() for name in names)
    files[_ABSENT] = "".join(f"export const {name}=undefined;\n" for name in absent)
    files[_NOTICES] = _notices(packages, modules)
    return files


def _notices(packages: Path, modules: Mapping[PurePosixPath, Module]) -> str:
    """The licences of the packages, which ask to go wherever the work goes."""
    names = sorted({"/".join(p.parts[: 2 if p.parts[0][0] == "@" else 1]) for p in modules})
    try:
        texts = [(packages / name / "LICENSE").read_text(encoding="utf-8") for name in names]
    except OSError as error:
        raise NotThere(str(error.filename)) from error
    return "\n".join(f"{name}\n\n{text}" for name, text in zip(names, texts, strict=True))


def write_sealing(packages: Path, output: Path) -> str:
    """Copies the modules into a site, under a folder named by what they hold.

    Args:
        packages: The folder ``node_modules``.
        output: The folder of the site.

    Returns:
        The address of the entry; empty where the package is not installed, and nothing is written.
    """
    try:
        files = sealing_files(packages)
    except NotThere:
        return ""
    digest = hashlib.sha256(json.dumps(files).encode()).hexdigest()[:8]
    folder = f"/static/age.{digest}/"
    for name, text in files.items():
        target = output / folder.lstrip("/") / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder + next(iter(files))
