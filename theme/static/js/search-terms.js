// How a text and a query become terms: the same rules as plugins/search/*.py, which explain them.
// One table of examples is run against both sides. Ranges of characters are written out, for
// browsers hold different editions of Unicode; no lookbehind, for older Safari.

const TONED = 1;
const FOLDED = 0.25;
const PAIR = 3;
const NUMBER = 3;
const DOCUMENT = 8;
const PART = 5;
const SYMBOL = 3;
const PER_CENT = 1;
const ABBREVIATION = 3;
const NEAR = 0.5;

const MAX_LENGTH = 48;
const MOST_CODES = 6;
const LONGEST_SYLLABLE = 7;
const STRANGE = 1000;

const LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0370-\u037d\u037f-\u0386" +
  "\u0388-\u052f\u0531-\u1fff\u3041-\u30ff\u3105-\u318f\u3400-\u4dbf\u4e00-\u9fff" +
  "\uac00-\ud7a3\ufb00-\ufb06";
const INSIDE = "\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufe0f\ufeff\u00b2\u00b3";
const BLANK = "\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";
const PIECE = new RegExp(`[0-9${LETTER}](?:[0-9${LETTER}${INSIDE}]|['\u2019](?=[${LETTER}]))*`, "g");
const BLANKS = new RegExp(`[${BLANK}]`);
const UNSEEN = new RegExp(`[${BLANK}${INSIDE}]`, "g");
const STOP = /[!?;…|•。]/;
const EMPTY_LINE = new RegExp(`(?:\r\n?|\n)[${BLANK}]*[\r\n]|\u2029`);
const HYPHENS = "-\u2010\u2011\u2012\u2013\u2212";
const SIGNS = "-/.,&";

const ASCII = /^[0-9A-Za-z]+$/;
const DIGITS = /^[0-9]+$/;
const MONEY = /^([0-9]+)([đĐ]|[vV][nN][đĐdD])$/;
const DOCUMENT_NUMBER = /^[0-9]{1,6}[a-z]?$/;
const CODE = /^[a-z][a-z0-9]*$/;
const ASSEMBLY = /^(?:qh|ubtvqh)[0-9ivx]+$/;
const YEAR = /^(?:19|20)[0-9]{2}$/;

const ROMAN = new Map(
  "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx xxi".split(" ")
    .map((figure, at) => [figure, String(at + 1)]),
);
const LIKE_WORDS = /^(?:v?i|v|xi?)$/;
const CAPITALS = /^[IVX]+$/;
const BEFORE_ROMAN =
  /^(?:bac|cap|chuong|doan|dot|hang|khoa|ki|loai|luc|muc|nhom|phan|qui|tap|vuc|vung)$/;
const LEAP_YEAR = "2000";

const INVISIBLE = /[\u00ad\u200b-\u200d\u2060\ufe0f\ufeff]/g;
const LIGATURES = ["ff", "fi", "fl", "ffi", "ffl", "st", "st"];
const CASED = /^[\u0000-\u052f\u1e00-\u1eff]*$/;
const LATIN_MARKS = /([a-z\u00df-\u024f\u0250-\u02af])[\u0300-\u036f]+/g;
const MOVED_TONE = /^([bcdđghklmnprstvx]{0,3})(?:o([àảãáạèẻẽéẹ])|u([ỳỷỹýỵ]))$/;
const FINAL_Y = /^(?:qu|[bcdđghklmnpqrstvx]{0,2}[hklmstv])[yỳỷỹýỵ]$/;
const MOVED_BACK = /^q([ùủũúụ])([aey])$/;
const TONES_OF = { a: "àảãáạ", e: "èẻẽéẹ", i: "ìỉĩíị", o: "òỏõóọ", u: "ùủũúụ", y: "ỳỷỹýỵ" };

const VOWELS = "aăâeêioôơuưy";
const MARKS = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"];
const STOPS_TONE = /(?:c|ch|p|t)$/;
const TELEX_TONES = { s: 4, f: 1, r: 2, x: 3, j: 5 };
const VNI_TONES = { 1: 4, 2: 1, 3: 2, 4: 3, 5: 5, 0: 0 };
const ROOF = { a: "â", e: "ê", o: "ô" };
const HORN = { u: "ư", o: "ơ", a: "ă" };

const LETTER_AND_TONE = new Map();
for (const vowel of VOWELS) {
  MARKS.forEach((mark, tone) => {
    LETTER_AND_TONE.set((vowel + mark).normalize("NFC"), [vowel, tone]);
  });
}

// Words

function small(word) {
  let text = word.replace(INVISIBLE, "")
    .replace(/[\ufb00-\ufb06]/g, (char) => LIGATURES[char.charCodeAt(0) - 0xfb00]);
  if (/['\u2019]/.test(text)) {
    if (text.length > 2 && /['\u2019][sS]$/.test(text)) text = text.slice(0, -2);
    text = text.replace(/['\u2019]/g, "");
  }
  text = text.replace(/([mM])([²³])/g, (_, metre, power) => metre + (power === "²" ? "2" : "3"))
    .replace(/[²³]/g, "");
  if (CASED.test(text)) {
    const plain = (part) => part.replace(/[\u00f0\u0256]/g, "đ").replace(/\u0130/g, "i");
    const letters = [...plain(text.normalize("NFC"))].map((char) => char.toLowerCase()).join("");
    text = plain(letters).normalize("NFC");
  }
  return text.slice(0, MAX_LENGTH);
}

function bare(toned) {
  if (!CASED.test(toned)) return toned;
  return toned.normalize("NFD").replace(LATIN_MARKS, "$1").replace(/đ/g, "d").normalize("NFC");
}

// Small letters of Vietnamese without their marks: most words need no more than this.
const PLAIN = new Map([["đ", "d"]]);
LETTER_AND_TONE.forEach((_, letter) => PLAIN.set(letter, bare(letter)));
for (const letter of "bcdfghjklmnpqrstvwxz") PLAIN.set(letter, letter);

// A word of such letters only without its marks; nothing for any other.
function plainOf(word) {
  if (word.length > MAX_LENGTH) return "";
  let plain = "";
  for (const letter of word) {
    const found = PLAIN.get(letter);
    if (!found) return "";
    plain += found;
  }
  return plain;
}

const keys = new Map();

// What two spellings of one word have in common: [toned, folded]. Compared, never shown.
export function key(word) {
  let found = keys.get(word);
  if (!found) {
    found = makeKey(word);
    if (keys.size > 20000) keys.clear();
    keys.set(word, found);
  }
  return found;
}

function makeKey(word) {
  if (ASCII.test(word)) {
    let plain = word.toLowerCase().slice(0, MAX_LENGTH);
    if (FINAL_Y.test(plain)) plain = `${plain.slice(0, -1)}i`;
    return [plain, plain];
  }
  const plain = plainOf(word);
  let toned = plain ? word : small(word);
  const moved = MOVED_TONE.exec(toned);
  if (moved) {
    const [, onset, afterO, afterU] = moved;
    const [letter, tone] = LETTER_AND_TONE.get(afterO || afterU);
    toned = onset + TONES_OF[afterO ? "o" : "u"][tone - 1] + letter;
  }
  const back = MOVED_BACK.exec(toned);
  if (back) toned = `qu${TONES_OF[back[2]][TONES_OF.u.indexOf(back[1])]}`;
  if (FINAL_Y.test(toned)) {
    const tone = TONES_OF.y.indexOf(toned[toned.length - 1]);
    toned = toned.slice(0, -1) + (TONES_OF.i[tone] || "i");
  }
  return [toned, plainOf(toned) || bare(toned)];
}

// "qui" may become "quyết".
function beginnings(folded) {
  const other = folded.replace(/i$/, "y");
  return other !== folded && FINAL_Y.test(other) ? [folded, other] : [folded];
}

function phraseKeys(phrase) {
  return phrase.split(/[ -]/).map(key);
}

// Words near to one that the index does not have

// One letter apart: added, lost, changed, or two swapped.
export function oneSlip(one, other) {
  if (one.length > other.length) return oneSlip(other, one);
  if (one === other || other.length - one.length > 1) return false;
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  if (one.length < other.length) return one.slice(at) === other.slice(at + 1);
  if (one.slice(at + 1) === other.slice(at + 1)) return true;
  return at + 1 < one.length && one[at] === other[at + 1] && one[at + 1] === other[at] &&
    one.slice(at + 2) === other.slice(at + 2);
}

function ordered(found, limit) {
  found.sort((a, b) => a[0] - b[0] || b[1] - a[1] || (a[2] < b[2] ? -1 : 1));
  return found.slice(0, limit).map((entry) => entry[2]);
}

// Entries are [word, how many items have it], in the order of the words.
export function near(word, entries, limit) {
  const found = [];
  for (const [entry, count] of entries) {
    if (entry === word) found.push([0, count, entry]);
    else if (Math.abs(entry.length - word.length) <= 1 && oneSlip(word, entry)) {
      found.push([1, count, entry]);
    }
  }
  return ordered(found, limit);
}

export function beginning(prefix, entries, limit) {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (entries[middle][0] < prefix) low = middle + 1;
    else high = middle;
  }
  const found = [];
  for (; low < entries.length && entries[low][0].startsWith(prefix); low += 1) {
    found.push([0, entries[low][1], entries[low][0]]);
  }
  return ordered(found, limit);
}

export function widened(group, words, how, tones) {
  const weight = (tones ? FOLDED + TONED : FOLDED) * NEAR;
  const ways = words.map((term) => (
    { how, must: [{ kind: "folded", term, weight }], also: [], toned: [""] }
  ));
  return { ...group, alternatives: [...group.alternatives, ...ways] };
}

// Numbers and dates

const withoutNoughts = (digits) => digits.replace(/^0+/, "") || digits.slice(-1);

function dayOf(day, month, year) {
  if (!/^[0-9]{1,2}$/.test(day) || !/^[0-9]{1,2}$/.test(month)) return "";
  if (!/^[1-9][0-9]{3}$/.test(year)) return "";
  const [d, m, y] = [Number(day), Number(month), Number(year)];
  const days = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  if (m < 1 || m > 12 || d < 1 || d > days[m - 1]) return "";
  if (m === 2 && d === 29 && (y % 4 || (y % 100 === 0 && y % 400))) return "";
  return `${year}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}`;
}

function piecesOf(text) {
  const pieces = [];
  let end = 0;
  for (const match of text.matchAll(PIECE)) {
    const start = match.index;
    const gap = text.slice(end, start);
    let sign = gap.replace(UNSEEN, "");
    if (sign.length !== 1) sign = "";
    else if (HYPHENS.includes(sign)) sign = "-";
    else if (!SIGNS.includes(sign)) sign = "";
    const tight = !BLANKS.test(gap);
    const first = !pieces.length || STOP.test(gap) || EMPTY_LINE.test(gap) ||
      (!tight && /[.:]/.test(gap));
    end = start + match[0].length;
    const money = MONEY.exec(match[0]);
    if (money) {
      const middle = start + money[1].length;
      const [toned, folded] = key(money[2]);
      pieces.push({
        start, end: middle, toned: money[1], folded: money[1], digits: true, sign, tight, first,
      });
      pieces.push({
        start: middle, end, toned, folded, digits: false, sign: "", tight: true, first: false,
      });
      continue;
    }
    const [toned, folded] = key(match[0]);
    pieces.push({ start, end, toned, folded, digits: DIGITS.test(folded), sign, tight, first });
  }
  return pieces;
}

// Reads pieces from a place on; each reader returns where it ended, or 0.
class Maker {
  constructor(text, words) {
    this.text = text;
    this.words = words;
    this.pieces = piecesOf(text);
    this.tokens = [];
    this.position = -1;
  }

  add(kind, term, toned, position, start, end, flags = {}) {
    this.tokens.push({
      kind, term, toned, position, start, end,
      stop: false, part: false, chain: false, first: false, ...flags,
    });
  }

  word(at, part = false) {
    const piece = this.pieces[at];
    const roman = this.roman(at);
    const number = piece.digits || roman;
    const term = roman || (piece.digits ? withoutNoughts(piece.folded) : piece.folded);
    this.position += 1;
    if (term) {
      this.add(
        number ? "number" : "word", term, number ? "" : piece.toned,
        this.position, piece.start, piece.end, { part, chain: true, first: piece.first },
      );
    }
    if (roman) {
      this.add(
        "word", piece.folded, piece.toned, this.position, piece.start, piece.end, { part: true },
      );
    }
    return at + 1;
  }

  // quý III, khóa XV
  roman(at) {
    const piece = this.pieces[at];
    const value = ROMAN.get(piece.toned);
    if (!at || !value || piece.first || piece.sign) return "";
    if (!BEFORE_ROMAN.test(this.pieces[at - 1].folded)) return "";
    const written = this.text.slice(piece.start, piece.end);
    return LIKE_WORDS.test(piece.toned) && !CAPITALS.test(written) ? "" : value;
  }

  whole(kind, term, at, end, part = false) {
    this.add(kind, term, "", this.position + 1, this.pieces[at].start, end, { part });
  }

  joined(at, signs, tight = true) {
    const piece = this.pieces[at];
    return Boolean(piece && piece.sign && signs.includes(piece.sign) && (piece.tight || !tight));
  }

  date(at) {
    const { pieces } = this;
    const figures = at + (pieces[at].folded === "ngay" ? 1 : 0);
    if (figures >= pieces.length || !pieces[figures].digits) return 0;
    if (figures > at && (pieces[figures].first || pieces[figures].sign)) return 0;
    return this.dateInFigures(at, figures) || this.dateInWords(at, figures) ||
      this.dateInWordsWithoutYear(at, figures);
  }

  dateInFigures(at, figures) {
    const { pieces } = this;
    const after = figures + 3;
    const sign = figures + 1 < pieces.length ? pieces[figures + 1].sign : "";
    if (!sign || !"/-.".includes(sign) || this.joined(figures, "/-.,")) return 0;
    const joined = (place) => this.joined(place, sign, sign !== "/");
    if (!joined(figures + 1) || !joined(figures + 2)) {
      return sign === "/" ? this.dateWithoutYear(at, figures) : 0;
    }
    if (this.joined(after, sign === "." ? "/-" : "/-.")) return 0;
    const three = pieces.slice(figures, after);
    const [a, b, c] = three.map((piece) => piece.folded);
    const day = dayOf(a, b, c) || (sign === "-" && dayOf(c, b, a));
    if (!day) return 0;
    this.day(day, at, pieces[after - 1].end);
    this.position += 1;
    for (const piece of three) {
      if (piece.folded.length === 4) {
        this.add(
          "number", piece.folded, "", this.position, piece.start, piece.end, { part: true },
        );
      }
    }
    if (after < pieces.length) pieces[after].first = true;
    return after;
  }

  // A day of a year, then of any year.
  day(day, at, end) {
    this.whole("date", day, at, end);
    this.whole("date", day.slice(5), at, end, true);
  }

  // 7/1, which may be numbers besides.
  dateWithoutYear(at, figures) {
    const after = figures + 2;
    if (!this.joined(figures + 1, "/") || this.joined(after, "/-.")) return 0;
    return this.ofAnyYear(at, after, figures, figures + 1);
  }

  ofAnyYear(at, after, first, second) {
    const day = dayOf(this.pieces[first].folded, this.pieces[second].folded, LEAP_YEAR);
    if (!day) return 0;
    this.whole("date", day.slice(5), at, this.pieces[after - 1].end);
    for (let i = at; i < after; i += 1) this.word(i, true);
    return after;
  }

  dateInWords(at, figures) {
    const { pieces } = this;
    if (figures + 3 >= pieces.length || pieces[figures + 1].folded !== "thang") return 0;
    const named = pieces[figures + 3].folded === "nam";
    const after = figures + (named ? 5 : 4);
    if (after > pieces.length) return 0;
    if (pieces.slice(figures + 1, after).some((piece) => piece.first)) return 0;
    if (!named && !this.joined(figures + 3, "/", false)) return 0;
    const day = dayOf(
      pieces[figures].folded, pieces[figures + 2].folded, pieces[after - 1].folded,
    );
    if (!day) return 0;
    this.day(day, at, pieces[after - 1].end);
    for (let i = at; i < after; i += 1) this.word(i, true);
    return after;
  }

  // ngày 7 tháng 1
  dateInWordsWithoutYear(at, figures) {
    const after = figures + 3;
    if (figures === at || after > this.pieces.length || this.joined(after, "/-.")) return 0;
    const [month, number] = this.pieces.slice(figures + 1, after);
    if (month.first || number.first || number.sign || month.folded !== "thang") return 0;
    return this.ofAnyYear(at, after, figures, figures + 2);
  }

  document(at) {
    const { pieces } = this;
    const { kinds } = this.words;
    if (!DOCUMENT_NUMBER.test(pieces[at].folded)) return this.codesAlone(at);
    if (this.joined(at, "/.,")) return 0;
    const number = withoutNoughts(pieces[at].folded);
    if (this.joined(at + 1, "-") && kinds.has(pieces[at + 1].folded)) {
      const [codes, after] = this.codes(at + 2);
      if (codes.length) {
        const kind = pieces[at + 1].folded;
        const issuer = codes.join("-");
        const terms = [`${number}-${kind}/${issuer}`, `${number}-${kind}`, `${kind}/${issuer}`];
        return this.written(at, after, terms);
      }
    }
    let after = at + 1;
    let year = "";
    if (this.joined(after, "/", false) && YEAR.test(pieces[after].folded)) {
      year = pieces[after].folded;
      after += 1;
    }
    const [codes, end] = this.codes(after);
    const sure = codes.length && (kinds.has(codes[0]) || codes.length > 1 || ASSEMBLY.test(codes[0]));
    if (!year && !sure) return 0;
    if (!codes.length) {
      if (at && /^(?:thang|qui)$/.test(pieces[at - 1].folded)) return 0;
      return this.written(at, after, [`${number}/${year}`]);
    }
    const symbol = codes.join("-");
    const terms = year ? [`${number}/${year}/${symbol}`, `${number}/${year}`] : [];
    terms.push(`${number}/${symbol}`);
    if (codes.length > 1) terms.push(`${number}/${codes[0]}`, symbol);
    return this.written(at, end, terms);
  }

  codes(from) {
    const codes = [];
    let at = from;
    while (codes.length < MOST_CODES) {
      const joined = codes.length ? this.joined(at, "-&") : this.joined(at, "/", false);
      if (!joined || !CODE.test(this.pieces[at].folded)) break;
      codes.push(this.pieces[at].folded);
      at += 1;
    }
    return [codes, at];
  }

  codesAlone(at) {
    const kind = this.pieces[at].folded;
    const { kinds, syllables } = this.words;
    if (!kinds.has(kind) || syllables.has(kind) || !this.joined(at + 1, "-")) return 0;
    if (!CODE.test(this.pieces[at + 1].folded)) return 0;
    return this.written(at, at + 2, [`${kind}-${this.pieces[at + 1].folded}`]);
  }

  written(at, after, terms) {
    terms.forEach((term, i) => {
      this.whole("document", term, at, this.pieces[after - 1].end, i > 0);
    });
    for (let i = at; i < after; i += 1) this.word(i, true);
    return after;
  }

  number(at) {
    const { pieces } = this;
    if (!pieces[at].digits) return 0;
    let value = pieces[at].folded;
    let after = at + 1;
    const sign = this.joined(after, ".,") ? pieces[after].sign : "";
    if (sign && value.length <= 3 && value[0] !== "0") {
      while (this.joined(after, sign) && /^[0-9]{3}$/.test(pieces[after].folded)) {
        value += pieces[after].folded;
        after += 1;
      }
    }
    const signs = after > at + 1 ? ",.".replace(sign, "") : ".,";
    let fraction = "";
    if (this.joined(after, signs) && pieces[after].digits) {
      fraction = pieces[after].folded;
      after += 1;
    }
    const whole = withoutNoughts(value);
    const term = fraction ? `${whole}.${fraction}` : whole;
    const { start, first } = pieces[at];
    const { end } = pieces[after - 1];
    const percent = /^[ \u00a0]?%/.exec(this.text.slice(end, end + 2));
    if (after === at + 1 && !percent) return 0;
    if (percent) {
      this.whole("number", `${term.slice(0, MAX_LENGTH)}%`, at, end + percent[0].length);
    }
    this.position += 1;
    this.add("number", term.slice(0, MAX_LENGTH), "", this.position, start, end, {
      part: Boolean(percent), chain: true, first,
    });
    if (fraction) {
      this.add("number", whole.slice(0, MAX_LENGTH), "", this.position, start, end, { part: true });
    }
    return after;
  }
}

// What was looked for

const isTerm = (token) => !token.part;
const same = (one, other) => one.length === other.length && one.every((word, i) => word === other[i]);

function wordsWay(how, keysOf, toned, share = 1) {
  const must = keysOf.map(([, term]) => ({ kind: "folded", term, weight: FOLDED * share }));
  const also = toned
    ? keysOf.map(([term]) => ({ kind: "toned", term, weight: TONED * share }))
    : [];
  for (let i = 1; i < keysOf.length; i += 1) {
    also.push({ kind: "pair", term: `${keysOf[i - 1][1]} ${keysOf[i][1]}`, weight: PAIR * share });
  }
  return { how, must, also, toned: keysOf.map(([term]) => (toned ? term : "")) };
}

function exactWays(token, tokens) {
  const way = (how, term, weight) => (
    { how, must: [{ kind: token.kind, term, weight }], also: [], toned: [""] }
  );
  const parts = tokens.filter((other) => (
    other.part && other.start === token.start && other.kind === token.kind
  ));
  if (token.kind === "document") {
    const numbered = parts.filter((part) => /^[0-9]/.test(part.term));
    return [
      way("typed", token.term, /^[0-9]/.test(token.term) ? DOCUMENT : SYMBOL),
      ...numbered.map((part) => way("part", part.term, PART)),
    ];
  }
  if (token.kind === "number") {
    const chained = parts.filter((part) => part.chain);
    return [
      way("typed", token.term, NUMBER),
      ...chained.map((part) => way("part", part.term, PER_CENT)),
    ];
  }
  return [way("typed", token.term, NUMBER)];
}

function neighbours(chain) {
  const seen = new Set();
  chain.forEach((link, at) => {
    for (let i = at + 1; i < chain.length && !chain[i].first; i += 1) {
      const pair = `${link.key[1]} ${chain[i].key[1]}`;
      if (chain[i].group !== link.group) seen.add(pair);
      if (!chain[i].optional) break;
    }
  });
  return [...seen].map((term) => ({ kind: "pair", term, weight: PAIR }));
}

// Keystrokes

function put(letters, plain, marked) {
  const at = letters.lastIndexOf(plain);
  if (at >= 0) letters[at] = marked;
  return at >= 0;
}

function horn(letters, breve) {
  const text = letters.join("");
  for (const pair of ["uo", "ưo", "uơ"]) {
    const at = text.lastIndexOf(pair);
    if (at >= 0) {
      letters.splice(at, 2, "ư", "ơ");
      return true;
    }
  }
  const open = text.lastIndexOf("ua");
  if (open >= 0 && text.slice(0, open) !== "q") {
    letters[open] = "ư";
    return true;
  }
  const at = Math.max(...[...(breve ? "uoa" : "uo")].map((vowel) => letters.lastIndexOf(vowel)));
  if (at >= 0) letters[at] = HORN[letters[at]];
  return at >= 0;
}

function agree(onset, rime) {
  const front = "eêiy".includes(rime[0]);
  if (["k", "gh", "ngh"].includes(onset)) return front;
  if (onset === "c" || onset === "ng") return !front;
  if (onset === "g") return !front || rime[0] === "i";
  if (onset === "qu") return !"ouư".includes(rime[0]) && !rime.startsWith("ia");
  if (onset === "gi") return !"iy".includes(rime[0]);
  return true;
}

// The rules, with the words that `plugins.search.words.browser_words` gives.
// The syllables there are, without marks. There are thousands: whether a word is one is looked up.
function foldedSyllables({ onsets, rimes }) {
  const plain = onsets.map((onset) => [onset, bare(onset)]);
  const folded = new Map();
  for (const rime of rimes) {
    const key = bare(rime);
    folded.set(key, [...(folded.get(key) || []), rime]);
  }
  return {
    has: (word) => plain.some(([onset, start]) => (
      word.startsWith(start) &&
      (folded.get(word.slice(start.length)) || []).some((rime) => agree(onset, rime))
    )),
  };
}

export function searchTerms(data) {
  const stopWords = new Set(data.stopWords.map((word) => key(word)[0]));
  const foldedStopWords = new Set(data.stopWords.map((word) => key(word)[1]));
  const pairsOf = (pairs, i) => new Set(pairs.map((pair) => (
    phraseKeys(pair).map((each) => each[i]).join(" ")
  )));
  const kept = pairsOf(data.kept, 0);
  const foldedKept = pairsOf([...data.kept, ...data.lookAlikes], 1);
  const kindOf = new Map(Object.entries(data.kindOf));
  const rimes = new Set(data.rimes);
  const syllables = foldedSyllables(data);
  const words = { kinds: new Set(data.kinds), syllables };
  const mayBeGrammar = (folded) => folded.map((word, at) => (
    foldedStopWords.has(word) &&
    !foldedKept.has(folded.slice(Math.max(0, at - 1), at + 1).join(" ")) &&
    !foldedKept.has(folded.slice(at, at + 2).join(" "))
  ));
  const left = (folded) => {
    const doubtful = mayBeGrammar(folded);
    return folded.filter((_, at) => !doubtful[at]);
  };
  const names = new Map(Object.entries(data.abbreviations).map(([short, spelled]) => [
    short,
    spelled.map((name) => phraseKeys(name).filter(([toned]) => !stopWords.has(toned))),
  ]));
  const otherNames = [1, 0].map((which) => new Map(
    Object.entries(data.otherNames).map(([said, meant]) => [
      phraseKeys(said).map((each) => each[which]).join(" "), meant.map(phraseKeys),
    ]),
  ));
  // What is left of them in a query typed with tones, or without.
  const tonedNames = new Map();
  const foldedNames = new Map();
  names.forEach((spelled, short) => {
    tonedNames.set(short, spelled.map((name) => name.map(([toned]) => toned)));
    foldedNames.set(short, data.abbreviations[short].map((name) => (
      left(phraseKeys(name).map(([, folded]) => folded))
    )));
  });

  function isSyllable(word) {
    const tones = [];
    const base = [...word].map((char) => {
      const [letter, tone] = LETTER_AND_TONE.get(char) || [char, 0];
      if (tone) tones.push(tone);
      return letter;
    }).join("");
    if (tones.length > 1) return false;
    return data.onsets.some((onset) => {
      const rime = base.slice(onset.length);
      if (!base.startsWith(onset) || !rimes.has(rime) || !agree(onset, rime)) return false;
      return !STOPS_TONE.test(rime) || tones[0] >= 4;
    });
  }

  function analyse(text) {
    const made = new Maker(text, words);
    let at = 0;
    while (at < made.pieces.length) {
      at = made.date(at) || made.document(at) || made.number(at) || made.word(at);
    }
    const chain = made.tokens.filter((token) => token.chain);
    chain.forEach((token, i) => {
      if (token.kind !== "word" || !stopWords.has(token.toned)) return;
      if (i && !token.first && kept.has(`${chain[i - 1].toned} ${token.toned}`)) return;
      const after = chain[i + 1];
      if (after && !after.first && kept.has(`${token.toned} ${after.toned}`)) return;
      token.stop = true;
    });
    return made.tokens;
  }

  function composed(typed, letters, tone) {
    if (letters.slice(-2).join("") === "ươ") letters.splice(-2, 2, "u", "ơ");
    const plain = letters.join("");
    let places = letters.map((_, i) => i).filter((i) => VOWELS.includes(letters[i]));
    if (!places.length) return "";
    const marked = places.filter((i) => !"aeiouy".includes(letters[i]));
    if (places.length > 1 && /^(?:qu|gi)/.test(plain)) places = places.slice(1);
    let at = places[places.length - 1];
    if (marked.length) at = marked[marked.length - 1];
    else if (at === letters.length - 1 && places.length > 1) at = places[places.length - 2];
    letters[at] = (letters[at] + MARKS[tone]).normalize("NFC");
    const word = letters.join("");
    return word !== typed && isSyllable(word) ? word : "";
  }

  function readTelex(word) {
    if (!/^[a-z]+$/.test(word)) return "";
    const letters = [];
    let tone = 0;
    for (const char of word) {
      const voiced = letters.some((letter) => VOWELS.includes(letter));
      if (TELEX_TONES[char] && voiced) tone = TELEX_TONES[char];
      else if (char === "z" && voiced) tone = 0;
      else if (char === "w") {
        if (!horn(letters, true)) letters.push("ư");
      } else if (char === "d" && letters[0] === "d") letters[0] = "đ";
      else if (!(ROOF[char] && put(letters, char, ROOF[char]))) letters.push(char);
    }
    return composed(word, letters, tone);
  }

  function readVni(word) {
    if (!/^[a-z][a-z0-9]*[0-9][a-z0-9]*$/.test(word)) return "";
    const letters = [];
    let tone = 0;
    for (const char of word) {
      let done = true;
      if (char in VNI_TONES) tone = VNI_TONES[char];
      else if (char === "6") {
        const at = Math.max(...["a", "e", "o"].map((vowel) => letters.lastIndexOf(vowel)));
        done = at >= 0;
        if (done) letters[at] = ROOF[letters[at]];
      } else if (char === "7") done = horn(letters, false);
      else if (char === "8") done = put(letters, "a", "ă");
      else if (char === "9") done = letters[0] === "d" && put(letters, "d", "đ");
      else letters.push(char);
      if (!done) return "";
    }
    return composed(word, letters, tone);
  }

  function splitRun(word, known) {
    const best = Array(word.length).fill(null);
    best.push([0, 0, 0]);
    for (let at = word.length - 1; at >= 0; at -= 1) {
      for (let length = Math.min(LONGEST_SYLLABLE, word.length - at); length > 0; length -= 1) {
        const rest = best[at + length];
        const piece = word.slice(at, at + length);
        if (!rest || !syllables.has(piece)) continue;
        const count = rest[0] + 1;
        const items = Number(known(key(piece)[1]));
        const rare = rest[1] + (items ? Math.clz32(items) : STRANGE);
        const now = best[at];
        if (!now || count < now[0] || (count === now[0] && rare < now[1])) {
          best[at] = [count, rare, length];
        }
      }
    }
    const pieces = [];
    for (let at = 0; best[at] && best[at][2]; at += best[at][2]) {
      pieces.push(word.slice(at, at + best[at][2]));
    }
    return pieces.length > 1 ? pieces : [];
  }

  function decoded(token, known) {
    if (token.toned === token.term) {
      const telex = readTelex(token.term);
      if (telex) return ["telex", [key(telex)]];
      const vni = readVni(token.term);
      if (vni) return ["vni", [key(vni)]];
    }
    const pieces = splitRun(token.term, known);
    if (!pieces.length) return null;
    if (token.toned.length !== token.term.length) return ["split", pieces.map(key)];
    let at = 0;
    const cut = pieces.map((piece) => {
      at += piece.length;
      return key(token.toned.slice(at - piece.length, at));
    });
    return ["split", cut];
  }

  function kindBefore(units, at) {
    const before = [];
    for (let i = at - 1; i >= Math.max(0, at - 6) && units[i].kind === "word"; i -= 1) {
      if (before.length || units[i].term !== "so") before.unshift(units[i].term);
    }
    for (let length = Math.min(4, before.length); length > 0; length -= 1) {
      const kind = kindOf.get(before.slice(-length).join(" "));
      if (kind) return kind;
    }
    const last = before[before.length - 1];
    return words.kinds.has(last) && !syllables.has(last) ? last : "";
  }

  function abbreviation(units, at) {
    for (const length of [2, 1]) {
      const taken = units.slice(at, at + length);
      const short = taken.map((token) => token.term).join(" ");
      const all = taken.length === length && taken.every((token) => token.kind === "word");
      if (all && names.has(short)) return [short, at + length];
    }
    return ["", at];
  }

  // What stands there under another name or shortened, and where that ends.
  function named(units, at, tones) {
    const [short, after] = abbreviation(units, at);
    if (short) return [names.get(short), after];
    const known = otherNames[Number(tones)];
    for (const length of [3, 2]) {
      const taken = units.slice(at, at + length);
      const said = taken.map(({ toned, term }) => (tones ? toned : term)).join(" ");
      const all = taken.length === length && taken.every((token) => token.kind === "word");
      if (all && known.has(said)) return [known.get(said), at + length];
    }
    return [[], at];
  }

  function shorten(groups, chain, tones) {
    const links = chain.filter((link) => !link.optional);
    const there = links.map((link) => link.key[tones ? 0 : 1]);
    (tones ? tonedNames : foldedNames).forEach((spelled, short) => {
      for (const wanted of spelled) {
        const size = wanted.length;
        if (size < 2) continue;
        for (let at = 0; at + size <= there.length; at += 1) {
          if (!same(there.slice(at, at + size), wanted)) continue;
          const parts = short.split(" ").map((word) => [word, word]);
          const share = ABBREVIATION / FOLDED / size / parts.length;
          const way = { ...wordsWay("abbreviation", parts, false, share), also: [] };
          const told = JSON.stringify(way);
          for (const index of new Set(links.slice(at, at + size).map((link) => link.group))) {
            const group = groups[index];
            if (!group.alternatives.some((other) => JSON.stringify(other) === told)) {
              group.alternatives.push(way);
            }
          }
        }
      }
    });
  }

  // `known` says about how many items have a folded word.
  function readQuery(text, known) {
    const tokens = analyse(text);
    let units = tokens.filter(isTerm);
    const tones = units.some((token) => (
      token.kind === "word" && token.toned !== token.term && !names.has(token.term)
    ));
    if (tones && !units.every((token) => token.stop)) units = units.filter((token) => !token.stop);
    let doubtful = mayBeGrammar(units.map((token) => token.term));
    if (tones || doubtful.every(Boolean)) doubtful = doubtful.map(() => false);
    const groups = [];
    const chain = [];
    let broken = true;
    const link = (made, group, optional, first = false) => {
      chain.push({ key: made, group, optional, first: broken || first });
      broken = false;
    };
    let at = 0;
    while (at < units.length) {
      const token = units[at];
      const here = groups.length;
      broken = broken || token.first;
      const group = { typed: "", alternatives: [], optional: false, unknown: false, begins: [] };
      groups.push(group);
      if (token.kind !== "word") {
        group.typed = text.slice(token.start, token.end);
        group.alternatives = exactWays(token, tokens);
        const kind = token.kind === "number" ? kindBefore(units, at) : "";
        if (kind && DIGITS.test(token.term)) {
          const must = [{ kind: "document", term: `${token.term}/${kind}`, weight: PART }];
          group.alternatives.push({ how: "part", must, also: [], toned: [""] });
        }
        if (token.kind !== "date") {
          for (const inside of tokens) {
            if (inside.chain && token.start <= inside.start && inside.start < token.end) {
              link([inside.term, inside.term], here, false, inside.first);
            }
          }
        }
        broken = token.kind === "date";
        at += 1;
        continue;
      }
      const [meant, after] = named(units, at, tones);
      if (meant.length) {
        const typed = units.slice(at, after).map(({ toned, term }) => [toned, term]);
        group.typed = text.slice(token.start, units[after - 1].end);
        if (after === units.length && after === at + 1) group.begins = beginnings(token.term);
        const typedWay = wordsWay("typed", typed, tones);
        // What is said under another name counts in this form only: "sổ đỏ" is no "sơ đồ".
        if (tones && typed.length > 1 && otherNames[1].has(typed.map(([toned]) => toned).join(" "))) {
          typedWay.must = typed.map(([term]) => ({ kind: "toned", term, weight: FOLDED + TONED }));
          typedWay.also = typedWay.also.filter(({ kind }) => kind === "pair");
        }
        group.alternatives = [typedWay];
        for (const name of meant) {
          group.alternatives.push(wordsWay("abbreviation", name, true, 1 / name.length));
        }
        for (const made of typed) link(made, here, false);
        at = after;
        continue;
      }
      let made = [[token.toned, token.term]];
      group.typed = text.slice(token.start, token.end);
      group.alternatives = [wordsWay("typed", made, tones)];
      group.optional = doubtful[at];
      if (at === units.length - 1) group.begins = beginnings(token.term);
      const isKnown = known(token.term);
      const read = isKnown || syllables.has(token.term) ? null : decoded(token, known);
      if (read) {
        made = read[1];
        const toned = read[0] !== "split" || token.toned !== token.term;
        group.alternatives.push(wordsWay(read[0], made, toned));
        group.optional = units.length > 1 && made.length === 1 && stopWords.has(made[0][0]);
      }
      group.unknown = !read && !isKnown;
      for (const each of made) link(each, here, group.optional);
      at += 1;
    }
    shorten(groups, chain, tones);
    return { groups, also: neighbours(chain), tones };
  }

  // The ranges to mark, [start, end], in the text as given.
  function highlight(text, query) {
    const tokens = analyse(text);
    const all = tokens.filter((token) => token.chain);
    const row = all.filter((token) => !token.stop);
    const ranges = [];
    for (const group of query.groups) {
      for (const way of group.alternatives) {
        const { kind } = way.must[0];
        if (kind !== "folded" && kind !== "toned") {
          for (const token of tokens) {
            if (token.kind === kind && way.must.some((want) => want.term === token.term)) {
              ranges.push([token.start, token.end]);
            }
          }
          continue;
        }
        const size = way.must.length;
        const surely = !group.optional && (way.toned[0] || query.groups.length === 1);
        const among = surely && size === 1 ? all : row;
        for (let at = 0; at + size <= among.length; at += 1) {
          const fits = way.must.every((want, i) => {
            const token = among[at + i];
            const toned = way.toned[i];
            const term = key(want.term)[1];
            return token.kind === "word" && token.term === term && !(i && token.first) &&
              (!toned || token.toned === toned || token.toned === term);
          });
          if (fits) ranges.push([among[at].start, among[at + size - 1].end]);
        }
      }
    }
    ranges.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const joined = [];
    for (const [start, end] of ranges) {
      const before = joined[joined.length - 1];
      if (before && start < before[1]) before[1] = Math.max(before[1], end);
      else joined.push([start, end]);
    }
    return joined;
  }

  return { analyse, readQuery, highlight, readTelex, readVni, splitRun };
}
