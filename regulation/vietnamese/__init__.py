"""Vietnamese text: what is stored, compared, sorted, addressed, converted and shown.

Pure functions on strings. Everything that returns Vietnamese text returns it in NFC.
"""

from .collation import sort_key
from .detection import LegacyFinding, detect_legacy
from .documents import DocumentNumber
from .fold import fold, slug
from .formats import format_date, format_money, format_number, format_time
from .legacy import Legacy, to_unicode
from .syllables import Syllable, parse_syllable
from .tones import Tone
from .wellformed import BadCharacter, Reason, find_bad_characters, is_nfc, nfc

__all__ = [
    "BadCharacter",
    "DocumentNumber",
    "Legacy",
    "LegacyFinding",
    "Reason",
    "Syllable",
    "Tone",
    "detect_legacy",
    "find_bad_characters",
    "fold",
    "format_date",
    "format_money",
    "format_number",
    "format_time",
    "is_nfc",
    "nfc",
    "parse_syllable",
    "slug",
    "sort_key",
    "to_unicode",
]
