"""Vietnamese text: what is stored, compared, sorted, addressed, converted and shown.

Pure functions on strings. Everything that returns Vietnamese text returns it in NFC.
"""

from .collation import sort_key
from .detection import LegacyFinding, convert, detect_legacy
from .documents import KIND_NAMES_VI, DocumentNumber, FoundNumber, find_document_numbers
from .fold import fold, fold_for_search, slug
from .formats import (
    format_date,
    format_date_long,
    format_money,
    format_number,
    format_percent,
    format_time,
    parse_number,
)
from .legacy import Legacy, from_unicode, to_unicode
from .syllables import Syllable, parse_syllable
from .tones import Tone, normalise_tones
from .wellformed import BadCharacter, Reason, find_bad_characters, is_nfc, nfc

__all__ = [
    "KIND_NAMES_VI",
    "BadCharacter",
    "DocumentNumber",
    "FoundNumber",
    "Legacy",
    "LegacyFinding",
    "Reason",
    "Syllable",
    "Tone",
    "convert",
    "detect_legacy",
    "find_bad_characters",
    "find_document_numbers",
    "fold",
    "fold_for_search",
    "format_date",
    "format_date_long",
    "format_money",
    "format_number",
    "format_percent",
    "format_time",
    "from_unicode",
    "is_nfc",
    "nfc",
    "normalise_tones",
    "parse_number",
    "parse_syllable",
    "slug",
    "sort_key",
    "to_unicode",
]
