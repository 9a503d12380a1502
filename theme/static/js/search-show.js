// How what was found is put into a page: always as text, never as HTML.

/** An address of this site as the index gives it, or nothing: it may lead nowhere else. */
export function ownAddress(address) {
  const plain = /^\/(?![/\\])[^\\\u0000-\u0020\u007f]*$/.test(address);
  return plain && new URL(address, location.origin).origin === location.origin ? address : "";
}

/** A number as the portal writes it: 1.234 in Vietnamese, 1,234 in English. */
export function numberText(number, language) {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, language === "vi" ? "." : ",");
}

/** A day in figures, 22/11/2026, from 2026-11-22. */
export function dayText(day) {
  return day.split("-").reverse().join("/");
}

/** Words with their parts filled in: "Trang {page}" and { page: 2 }. */
export function filled(words, parts) {
  return words.replace(/\{(\w+)\}/g, (all, name) => (name in parts ? String(parts[name]) : all));
}

/** Puts words into an element; their parts are texts or elements. */
export function put(target, words, parts) {
  words.split(/\{(\w+)\}/).forEach((piece, at) => {
    target.append(at % 2 ? parts[piece] : piece);
  });
  return target;
}

/** Marks with nothing but blanks between them as one. */
function joined(text, marks) {
  const made = [];
  for (const [start, end] of marks) {
    const last = made[made.length - 1];
    if (last && start >= last[1] && !text.slice(last[1], start).trim()) last[1] = end;
    else made.push([start, end]);
  }
  return made;
}

/** Puts a text into an element, what stands between two places of `marks` in `mark` elements. */
export function marked(target, text, marks, name = "mark") {
  let at = 0;
  for (const [start, end] of joined(text, marks)) {
    if (start < at || end <= start || end > text.length) continue;
    const part = document.createElement(name);
    part.textContent = text.slice(start, end);
    target.append(text.slice(at, start), part);
    at = end;
  }
  target.append(text.slice(at));
  return target;
}

/** So much of a long text as shows its first mark: `{ text, marks }`, cut between words. */
export function around(text, marks, most) {
  if (text.length <= most) return { text, marks };
  const first = marks.length ? marks[0] : [0, 0];
  let from = 0;
  if (first[1] > most * 0.8) {
    from = text.indexOf(" ", Math.max(0, first[0] - most / 3)) + 1;
    if (from > first[0]) from = first[0];
  }
  let to = Math.min(text.length, from + most);
  if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), first[1]);
  const before = from ? "… " : "";
  return {
    text: before + text.slice(from, to) + (to < text.length ? " …" : ""),
    marks: marks
      .filter(([start, end]) => start >= from && end <= to)
      .map((pair) => pair.map((place) => place - from + before.length)),
  };
}
