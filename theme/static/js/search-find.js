// Finds what somebody typed: reads the query with what the index knows, widens it by near and
// longer words, asks the index, and tells honestly what could not be found or read. No page in here.

const MOST_TEXT = 200;
const NEAR_WORDS = 4;
const LONGER_WORDS = 4;
// Pieces of the dictionary that one unfinished word may cost: about 1.5 KB each.
const MOST_PIECES = 6;
const MOST_LISTS = 64;
const PAGE = 10;
// A word of which a tenth of all items tell is no reason to show any of them.
const COMMON = 0.1;
const FEW = 5;
// An existing word that so few items have, beside one so many times as frequent, may be a slip.
const RARE = 3;
const MORE_FREQUENT = 30;

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
// Beside it on the keyboard, or beside it in how Vietnamese is spoken.
const BESIDE = {
  a: "qwsz", b: "vghnp", c: "xdfvkqst", d: "serfcxgv", e: "wsdr", f: "drtgvcp", g: "ftyhbvdr",
  h: "gyujnb", i: "ujkoy", j: "huikmn", k: "jiolmcq", l: "kopnr", m: "njk", n: "bhjml", o: "iklp",
  p: "olbf", q: "wackh", r: "edftgvl", s: "awedxzt", t: "rfgycs", u: "yhji", v: "cfgbd", w: "qase",
  x: "zsdc", y: "tghui", z: "asx",
};
// How a key is written where a final y became i.
const WRITTEN = new Map("kí ký kì ký kĩ kỹ kỉ kỷ kị kỵ lí lý mĩ mỹ tỉ tỷ ti ty hi hy hỉ hỷ".split(" ")
  .reduce((pairs, word, i, all) => (i % 2 ? pairs : [...pairs, [word, all[i + 1]]]), []));
const AFTER_QU = { i: "y", ì: "ỳ", ỉ: "ỷ", ĩ: "ỹ", í: "ý", ị: "ỵ" };

// `kind` is "offline": the network does not answer; or "broken": a file is missing, spoilt or older
// than what names it, although everything was asked for anew.
export class SearchFailed extends Error {
  constructor(kind, cause) {
    super(`search: ${kind}${cause ? ` (${cause.message || cause})` : ""}`);
    this.kind = kind;
    this.cause = cause;
  }
}

class Missing extends Error {}

async function answerOf(get, address, options) {
  let response;
  try {
    response = await get(address, options);
  } catch (error) {
    throw new SearchFailed("offline", error);
  }
  if (!response.ok) throw new Missing(`${address}: ${response.status}`);
  return response;
}

async function bytesOf(get, address, options) {
  const response = await answerOf(get, address, options);
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    throw new SearchFailed("offline", error);
  }
}

function written(form) {
  const letter = /^qu[iìỉĩíị]$/.test(form) && AFTER_QU[form[2]];
  return letter ? `qu${letter}` : WRITTEN.get(form) || form;
}

// Words one slip away whose first letter was not touched, but for its being lost or swapped.
function slips(word) {
  const found = [word.slice(1), word[1] + word[0] + word.slice(2)];
  for (let at = 1; at <= word.length; at += 1) {
    const [before, after] = [word.slice(0, at), word.slice(at)];
    found.push(before + after.slice(1));
    if (after.length > 1) found.push(before + after[1] + after[0] + after.slice(2));
    for (const letter of LETTERS) {
      found.push(before + letter + after, before + letter + after.slice(1));
    }
  }
  return found;
}

// Words of which the first letter, or one before it, is another.
function firstSlips(word) {
  const found = [];
  for (const letter of BESIDE[word[0]]) found.push(letter + word.slice(1), letter + word);
  return found;
}

const typedWord = (group) => {
  const [{ how, must }] = group.alternatives;
  return how === "typed" && must.length === 1 && must[0].kind === "folded" ? must[0].term : "";
};

// The pairs of a query in which one word is another.
function pairsWith(query, word, other) {
  const found = [];
  for (const { kind, term, weight } of query.also) {
    const parts = term.split(" ");
    if (parts.includes(word)) {
      const changed = parts.map((part) => (part === word ? other : part)).join(" ");
      found.push({ kind, term: changed, weight: weight / 2 });
    }
  }
  return found;
}

class Search {
  constructor({ modules, rules, get, folder, language, data }) {
    this.terms = modules.terms;
    this.modules = modules.index;
    this.rules = rules;
    this.get = get;
    this.folder = folder;
    this.language = language;
    this.data = data;
    this.index = data ? this.indexOf(data) : null;
    this.retries = 0;
    this.renewing = null;
    this.states = new WeakMap();
  }

  // Reading, and once more

  indexOf(data) {
    const manifest = `${this.language}.bin`;
    const read = (name) => (name === manifest ? data : this.bytes(name));
    return new this.modules.Index(async (name) => read(name), this.rules, this.language);
  }

  bytes(name) {
    // What is spoilt in the browser's cache is not read from there again.
    const options = this.retries ? { cache: "reload" } : {};
    return bytesOf(this.get, this.folder + name, options);
  }

  async renew() {
    const data = await bytesOf(this.get, `${this.folder}${this.language}.bin`, { cache: "reload" });
    const same = this.data && data.length === this.data.length &&
      data.every((byte, i) => byte === this.data[i]);
    if (same) return;
    this.data = data;
    this.index = this.indexOf(data);
  }

  // Does something with the index; if that has gone or is spoilt, once more with what is there now.
  async attempt(work) {
    const unreadable = (error) => (
      error instanceof Missing || error instanceof this.modules.Unreadable
    );
    try {
      if (!this.index) throw new Missing("no manifest");
      return await work(await this.index.open());
    } catch (error) {
      if (!unreadable(error)) throw error;
    }
    this.retries += 1;
    try {
      if (!this.renewing) {
        this.renewing = this.renew();
        const done = () => { this.renewing = null; };
        this.renewing.then(done, done);
      }
      await this.renewing;
      return await work(await this.index.open());
    } catch (error) {
      throw unreadable(error) ? new SearchFailed("broken", error) : error;
    } finally {
      this.retries -= 1;
    }
  }

  // What there is to filter by

  facets() {
    return this.index.manifest.facets.map(({ name, values }) => (
      { name, values: values.map(({ text, items }) => ({ text, items })) }
    ));
  }

  // Items without a date are of no year.
  years() {
    return this.index.manifest.years.filter(({ year }) => year);
  }

  counts(result, facet) {
    return this.attempt(async (index) => {
      const { matches, asked } = await this.state(result, index);
      const of = index.manifest.facets.find(({ name }) => name === facet) || { values: [] };
      const most = [...of.values].sort((a, b) => b.items - a.items).slice(0, MOST_LISTS);
      const texts = most.map(({ text }) => text);
      return index.counts(matches, facet, texts, asked.values, asked.years);
    });
  }

  yearCounts(result) {
    return this.attempt(async (index) => {
      const { matches, asked } = await this.state(result, index);
      const counts = await index.yearCounts(matches, asked.values);
      counts.delete(0);
      return counts;
    });
  }

  // What a result was found by; if the index has changed since, what the new one finds.
  async state(result, index) {
    let state = this.states.get(result);
    if (state.index !== index) {
      const { matches } = await this.look(index, state.text, state.asked);
      state = { ...state, index, matches };
      this.states.set(result, state);
    }
    return state;
  }

  // Finding

  find(typed, options = {}) {
    const asked = {
      values: [], years: null, sort: "score", page: 1, perPage: 10, typing: false, ...options,
    };
    const text = typed.slice(0, MOST_TEXT).replace(/[\ud800-\udbff]$/, "");
    return this.attempt(async (index) => {
      const looked = await this.look(index, text, asked);
      const { query, found, matches, missing, otherTones, loosened } = looked;
      const [shown, hint] = await Promise.all([
        Promise.all(found.items.map(([item]) => index.shown(item))),
        looked.near.length ? null : this.rareWord(index, looked, asked),
      ]);
      const items = shown.map((item) => ({
        ...item,
        titleMarks: this.rules.highlight(item.title, query),
        summaryMarks: this.rules.highlight(item.summary, query),
      }));
      const result = {
        text, total: found.total, whole: found.whole, items, missing, otherTones, loosened,
        suggestion: await this.suggestion(index, text, query, hint ? [hint] : looked.near, items),
        empty: !query.groups.length,
      };
      this.states.set(result, { index, text, asked, matches });
      return result;
    });
  }

  // Reads a text, widens it, and asks the index.
  async look(index, text, asked) {
    const typed = await index.query(text);
    const had = await index.having(typed);
    const { query, near } = await this.widen(index, typed, had, asked.typing);
    const counts = await index.having(query);
    const unfinished = (group) => asked.typing && group.begins.length > 0;
    const absent = query.groups.some((group, i) => (
      !counts[i] && !group.optional && !unfinished(group)
    ));
    // A word for which near ones are looked for is not there, either.
    const replaced = new Set(near.map(({ at }) => at));
    const missing = query.groups.filter((group, i) => (
      (!counts[i] || replaced.has(i)) && !group.optional && !unfinished(group)
    )).map((group) => group.typed);
    const otherTones = (await index.otherTones(query)).filter((group) => !unfinished(group))
      .map((group) => group.typed);
    let groups = query.groups.map((group, i) => (
      counts[i] ? group : { ...group, optional: true }
    ));
    const nothing = { items: [], total: 0, whole: true, matches: new Uint32Array(0) };
    const looked = {
      query, counts, near, missing, otherTones, found: nothing, loosened: false,
    };
    const left = () => groups.filter((group) => !group.optional).length;
    // Doubtful words of grammar alone are not what was looked for.
    if (groups.length && (left() || !absent)) {
      let least = this.modules.enough(left());
      const half = Math.max(2, Math.ceil(left() / 2));
      const search = () => index.search({ ...query, groups }, { ...asked, least });
      looked.found = await search();
      const strict = looked.found.matches.length;
      // Fewer than a page are joined by what has half of the words; by date it might come first.
      const few = () => looked.found.matches.length <
        (least > half && asked.sort !== "date" ? PAGE : 1);
      while (few() && least > 1) {
        least -= 1;
        if (least === 1) {
          const many = Math.max(FEW, COMMON * index.manifest.items);
          groups = groups.map((group, i) => (
            counts[i] > many ? { ...group, optional: true } : group
          ));
          if (!left()) break;
        }
        looked.found = await search();
      }
      looked.loosened = !strict && looked.found.matches.length > 0;
    }
    return { ...looked, matches: looked.found.matches };
  }

  // Near words for what the index does not have, longer ones for what is still being typed.
  async widen(index, query, had, typing) {
    const near = [];
    const last = query.groups.length - 1;
    const groups = await Promise.all(query.groups.map(async (typed, i) => {
      let group = typed;
      const word = typedWord(group);
      if (typing && i === last && group.begins.length) {
        const longer = await this.longer(index, word || group.begins[0], group.begins);
        if (!longer) return last ? { ...group, optional: true } : group;
        if (longer.length) return this.wider(query, group, word, longer, "prefix");
        // Nothing begins so: whatever follows, it is no word of the index.
        group = { ...group, begins: [] };
      }
      // What may be grammar is in no text's words, and is no slip for that.
      if (had[i] || !word || group.optional) return group;
      const words = await this.nearWords(index, query, word);
      if (!words.length) return group;
      near.push({ at: i, words });
      return this.wider(query, group, word, words, "near");
    }));
    near.sort((a, b) => a.at - b.at);
    return { query: { ...query, groups }, near };
  }

  // A group with more alternatives; who has them beside the same neighbours is better.
  wider(query, group, word, words, how) {
    const made = this.terms.widened(group, words, how, query.tones);
    const alternatives = made.alternatives.map((way, i) => (
      i < group.alternatives.length
        ? way
        : { ...way, also: word ? pairsWith(query, word, way.must[0].term) : [] }
    ));
    return { ...made, alternatives };
  }

  // The most frequent words that begin so; null if too much would have to be read to know them.
  async longer(index, word, begins) {
    const pieces = new Set([].concat(...begins.map((begin) => index.piecesOf(begin))));
    if (begins[0].length < 2 || pieces.size > MOST_PIECES) return null;
    const entries = await this.entries(index, pieces);
    const found = [].concat(...begins.map((begin) => (
      this.terms.beginning(begin, entries, LONGER_WORDS + 1)
    )));
    return found.filter((other) => other !== word).slice(0, LONGER_WORDS);
  }

  // Words one slip away: those that stand beside its neighbours, then the most frequent. Read are
  // the pieces of the dictionary that can hold one that begins alike, mostly one to three; only if
  // none of these has the neighbours, those of words with another first letter, of such as are
  // beside it. With any letter at all it would be the whole dictionary.
  async nearWords(index, query, word) {
    if (!/^[a-z]{3,}$/.test(word)) return [];
    // In keys a final y may be an i: "quuy" is as near to "quy" as "quui" to "qui".
    const spelled = word.endsWith("y") ? [word, `${word.slice(0, -1)}i`] : [word];
    let found = [];
    for (const slipped of [slips, firstSlips]) {
      const others = [].concat(...spelled.map(slipped));
      const pieces = new Set(others.map((other) => index.pieceOf(other)).filter((at) => at >= 0));
      const entries = await this.entries(index, pieces);
      const may = new Set(others);
      may.delete(word);
      const there = entries.filter(([one]) => may.has(one));
      const words = [].concat(...spelled.map((one) => this.terms.near(one, there, NEAR_WORDS)));
      const beside = await this.together(index, query, word, words);
      found.push(...words.map((one, i) => [one, beside[i]]));
      found = found.sort((a, b) => b[1] - a[1]).slice(0, NEAR_WORDS);
      if (found.length && (found[0][1] || query.groups.length === 1)) break;
    }
    return found.map(([one]) => one);
  }

  async entries(index, pieces) {
    const numbers = [...pieces].sort((a, b) => a - b);
    const read = await Promise.all(numbers.map((at) => index.piece(at)));
    return [].concat(...read.map((words) => [...words]));
  }

  // A word that hardly any item has, if its neighbours are mostly beside one much more frequent.
  async rareWord(index, { query, counts, found }, { typing, perPage }) {
    if (typing || found.total >= perPage || found.whole === false) return null;
    for (const [i, group] of query.groups.entries()) {
      const word = typedWord(group);
      if (!word || !counts[i] || counts[i] > RARE || group.optional) continue;
      const words = await this.nearWords(index, query, word);
      const entries = await Promise.all(words.map((one) => index.entry(`w${one}`)));
      const frequent = words.filter((_, at) => (
        entries[at] && entries[at].count.items >= counts[i] * MORE_FREQUENT
      ));
      const [own] = await this.together(index, query, word, [word]);
      const beside = await this.together(index, query, word, frequent);
      const alone = query.groups.length === 1;
      const fitting = frequent.filter((_, at) => alone || beside[at] > own);
      if (fitting.length) return { at: i, words: fitting };
    }
    return null;
  }

  // For each of some words how many items have it beside the neighbours of one that was typed.
  async together(index, query, word, words) {
    return Promise.all(words.map(async (other) => {
      const pairs = pairsWith(query, word, other);
      const entries = await Promise.all(pairs.map(({ term }) => index.entry(`p${term}`)));
      return entries.reduce((sum, entry) => sum + (entry ? entry.count.items : 0), 0);
    }));
  }

  // What was typed with the best of near words, as people write it: as a result has it, or else in
  // its most frequent form.
  async suggestion(index, text, query, near, items) {
    if (!near.length) return null;
    const starts = [];
    query.groups.reduce((from, { typed }, i) => {
      starts[i] = text.indexOf(typed, from);
      return starts[i] + typed.length;
    }, 0);
    let [made, end] = ["", 0];
    const marks = [];
    for (const { at, words } of near) {
      const { typed } = query.groups[at];
      let form = await this.form(index, words[0], items);
      if (/^[A-ZĐ]/.test(typed)) form = form[0].toUpperCase() + form.slice(1);
      made += text.slice(end, starts[at]);
      marks.push([made.length, made.length + form.length]);
      made += form;
      end = starts[at] + typed.length;
    }
    return { text: made + text.slice(end), marks };
  }

  async form(index, word, items) {
    for (const { title } of items) {
      const token = this.rules.analyse(title)
        .find((one) => one.kind === "word" && one.term === word && !one.stop);
      if (token) return title.slice(token.start, token.end).toLowerCase();
    }
    const entry = await index.entry(`w${word}`);
    return entry && entry.forms.length ? written(entry.forms[0].text) : word;
  }
}

// Loads the scripts, the words and the manifest side by side. Rejects with `SearchFailed`.
export async function openSearch({ terms, index, words, folder, language }, load = {}) {
  const bring = load.module || ((address) => import(address));
  const get = load.fetch || ((address, options) => fetch(address, options));
  // A browser remembers that a module did not come, unless it is asked for by another name.
  const script = (address) => bring(address).catch(() => bring(`${address}?again`));
  const table = async (options) => (await answerOf(get, words, options)).json();
  const done = await Promise.allSettled([
    script(terms),
    script(index),
    table({}).catch((error) => {
      if (error instanceof SearchFailed) throw error;
      return table({ cache: "reload" });
    }),
    bytesOf(get, `${folder}${language}.bin`, {}),
  ]);
  const reasons = done.map(({ reason }) => reason);
  const offline = reasons.find((reason) => reason instanceof SearchFailed);
  if (offline) throw offline;
  // A script that is not there though the network answers: the page is older than the site.
  const broken = reasons.slice(0, 3).find(Boolean);
  if (broken) throw new SearchFailed("broken", broken);
  const [one, other, told, data] = done.map(({ value }) => value);
  let rules;
  try {
    rules = { ...one.searchTerms(told), key: one.key };
  } catch (error) {
    throw new SearchFailed("broken", error);
  }
  const modules = { terms: one, index: other };
  const search = new Search({ modules, rules, get, folder, language, data });
  await search.attempt(() => true);
  return search;
}
