"""Which words can be Vietnamese syllables, by their spelling."""

from dataclasses import dataclass
from functools import lru_cache

from .tones import Tone, split_tone
from .wellformed import nfc

# Longest first, so that ngh is tried before ng and n; the empty onset is last.
ONSETS = [
    *"ngh ch gh gi kh ng nh ph qu th tr b c d đ g h k l m n p r s t v x".split(" "),
    "",
]
RIMES = frozenset(
    """
    a ac ach ai am an ang anh ao ap at au ay
    ăc ăm ăn ăng ăp ăt
    âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et
    ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
    oc oe oen oeo oet oi om on ong ooc oong op ot
    ô ôc ôi ôm ôn ông ôp ôt
    ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu
    ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
    y ych yêm yên yêng yêt yêu yn ynh yt
    """.split()
)
_STOPS = ("c", "ch", "p", "t")
_FRONT = tuple("eêiy")


@dataclass(frozen=True, slots=True)
class Syllable:
    """A syllable (âm tiết) in its parts, lower case: `nước` is n, ươc, sắc."""

    onset: str
    rime: str
    tone: Tone


@lru_cache(maxsize=8192)
def parse_syllable(word: str, any_tone: bool = False) -> Syllable | None:
    """Part `word` into onset, rime and tone, or return None if it cannot be a syllable.

    Judged by spelling alone (k, gh, ngh before e, ê, i; sắc or nặng before a final c, ch, p, t;
    one tone mark), not by a list of words. `any_tone` waives the rule on final c, ch, p, t.
    """
    letters, tones = [], []
    for char in nfc(word).lower():
        letter, tone = split_tone(char)
        letters.append(letter)
        if tone is not Tone.NGANG:
            tones.append(tone)
    if not letters or len(tones) > 1:
        return None
    base, tone = "".join(letters), (tones[0] if tones else Tone.NGANG)
    for onset in ONSETS:
        rime = base[len(onset) :]
        if not base.startswith(onset) or rime not in RIMES or not _agree(onset, rime):
            continue
        if any_tone or not rime.endswith(_STOPS) or tone in (Tone.SAC, Tone.NANG):
            return Syllable(onset, rime, tone)
    return None


def _agree(onset: str, rime: str) -> bool:
    front = rime.startswith(_FRONT)
    match onset:
        case "k" | "gh" | "ngh":
            return front
        case "c" | "ng":
            return not front
        case "g":
            return not front or rime.startswith("i")
        case "qu":
            return not rime.startswith(("o", "u", "ư")) and not rime.startswith("ia")
        case "gi":
            return not rime.startswith(("i", "y"))
        case _:
            return True
