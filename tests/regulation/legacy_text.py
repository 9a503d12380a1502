"""Writes Vietnamese in the encodings from before Unicode, from their tables as published.

Nobody's browser does it, and neither does the product: it only reads such text. So the tables here
stand apart from those that are tested.
"""

import unicodedata

from regulation.vietnamese import Legacy

LETTERS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"

# The letters in the order of the VNI and TCVN3 tables as published: none, then huyền, hỏi, ngã,
# sắc, nặng for each vowel.
PUBLISHED = {
    Legacy.TCVN3: (
        "a µ ¶ · ¸ ¹ ¨ » ¼ ½ ¾ Æ © Ç È É Ê Ë e Ì Î Ï Ð Ñ ª Ò Ó Ô Õ Ö i × Ø Ü Ý Þ o ß á â ã ä "
        "« å æ ç è é ¬ ê ë ì í î u ï ñ ò ó ô \u00ad õ ö ÷ ø ù y ú û ü ý þ ®"
    ),
    Legacy.VNI: (
        "a aø aû aõ aù aï aê aè aú aü aé aë aâ aà aå aã aá aä e eø eû eõ eù eï eâ eà eå eã eá eä "
        "i ì æ ó í ò o oø oû oõ où oï oâ oà oå oã oá oä ô ôø ôû ôõ ôù ôï u uø uû uõ uù uï "
        "ö öø öû öõ öù öï y yø yû yõ yù î ñ"
    ),
    Legacy.VIQR: (
        "a a` a? a~ a' a. a( a(` a(? a(~ a(' a(. a^ a^` a^? a^~ a^' a^. e e` e? e~ e' e. "
        "e^ e^` e^? e^~ e^' e^. i i` i? i~ i' i. o o` o? o~ o' o. o^ o^` o^? o^~ o^' o^. "
        "o+ o+` o+? o+~ o+' o+. u u` u? u~ u' u. u+ u+` u+? u+~ u+' u+. y y` y? y~ y' y. dd"
    ),
}
_SMALL = {
    legacy: dict(zip(LETTERS, codes.split(" "), strict=True)) for legacy, codes in PUBLISHED.items()
}
_CODES = {
    legacy: codes | {letter.upper(): code.upper() for letter, code in codes.items()}
    for legacy, codes in _SMALL.items()
}
# TCVN3 has seven capitals; the others are written small.
_CODES[Legacy.TCVN3] = (
    {letter.upper(): code for letter, code in _SMALL[Legacy.TCVN3].items()}
    | _SMALL[Legacy.TCVN3]
    | {plain: plain for plain in "AEIOUY"}
    | dict(zip("ĂÂÊÔƠƯĐ", "¡¢£¤¥¦§", strict=True))
)
_SHAPES = {"a": "(^", "e": "^", "o": "^+", "u": "+"}


def from_unicode(text: str, legacy: Legacy) -> str:
    """Vietnamese text as `legacy` writes it; in VIQR a backslash keeps a sign from joining."""
    text = unicodedata.normalize("NFC", text)
    codes = _CODES[legacy]
    if legacy is not Legacy.VIQR:
        return "".join(codes.get(char, char) for char in text)
    result = []
    joining = ""  # the marks that would join the letter just written
    for char, after in zip(text, (text + " ")[1:], strict=True):
        if char == "\\" or char in joining or (char in "dD" and after in "dDđĐ"):
            result.append("\\" + char)
            joining = ""
            continue
        code = codes.get(char, char)
        result.append(code)
        # A vowel takes one tone, and before it one mark of its shape.
        vowel = code[0].lower() in "aeiouy" and code[-1] not in "`?~'."
        joining = "`?~'." if vowel else ""
        joining += _SHAPES.get(code.lower(), "") if vowel else ""
    return "".join(result)
