"""The words of the pages: theme/words.yml, read and checked."""

from pathlib import Path
from string import Formatter

from regulation.findings import Finding, Refused
from regulation.model import Words
from regulation.reading import build, read_yaml

WORDS = "theme/words.yml"
"""The file, from the root of the checkout."""


def load_words(path: Path) -> dict[str, Words]:
    """The words of the pages, by key.

    Raises:
        Refused: The file is missing, or something in it cannot be used.
    """
    document = read_yaml(path, WORDS)
    if not isinstance(document.value, dict):
        raise Refused([Finding(WORDS, "Tệp phải gồm các mục “tên: lời”; hãy lấy lại tệp.")])
    words: dict[str, Words] = {}
    found: list[Finding] = []
    for key, value in document.value.items():
        try:
            words[key] = build(Words, value, document, WORDS, (key,))
            for text in (words[key].vi, words[key].en):
                tuple(Formatter().parse(text))
        except Refused as refused:
            found += refused.findings
        except ValueError:
            message = "Dấu { } trong lời phải đi thành cặp và bao một tên; hãy sửa lại."
            found.append(Finding(WORDS, message, document.line((key,)), key))
    if found:
        raise Refused(found)
    return words
