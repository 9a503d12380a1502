// Reads the index of search: the same rules as plugins/search/reader.py and what it is made of,
// whose docstrings tell every file byte by byte. Here files are fetched side by side, each once.
// Ranking works on sorted typed arrays and on arrays with a place for every item.

const EDITION = 1;
const HEADER = 9;
const PAGE = 64;
const BATCH = 32;
const NO_FILE = 0;
const MOST_TAILS = 8;
const MOST_FORMS = 28;
const SHARD = 0;
const ITEMS = 1;
const LETTERS = { folded: "w", toned: "w", pair: "p", number: "n", date: "d", document: "c" };

const WEIGHTS = new Float64Array(256).map((_, byte) => 2 ** ((byte - 128) / 8));
const SUMS = new Int32Array(256).map((_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});
const ENCODER = new TextEncoder();
const DECODER = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// A file is cut off, spoilt, or another one than expected.
export class Unreadable extends Error {}

function unless(fine, fault) {
  if (!fine) throw new Unreadable(fault);
}

// Bytes

function crc32(bytes, before = 0) {
  let sum = ~before;
  for (let i = 0; i < bytes.length; i += 1) sum = SUMS[(sum ^ bytes[i]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

const textHash = (text) => crc32(ENCODER.encode(text));
const fingerprint = (text) => crc32(ENCODER.encode(text).reverse()) >>> 8;

function decode(bytes) {
  try {
    return DECODER.decode(bytes);
  } catch (error) {
    throw new Unreadable("a text is no UTF-8");
  }
}

class Cursor {
  constructor(data) {
    this.data = data;
    this.at = 0;
  }

  byte() {
    unless(this.at < this.data.length, "bytes are missing");
    this.at += 1;
    return this.data[this.at - 1];
  }

  varint() {
    let value = 0;
    for (let unit = 1; unit < 2 ** 35; unit *= 128) {
      const byte = this.byte();
      value += (byte & 127) * unit;
      if (byte < 128) {
        unless(value < 2 ** 32, "a number is too large");
        return value;
      }
    }
    throw new Unreadable("a number is too long");
  }

  // How many of something follow: never more than bytes are left.
  fitting(count) {
    unless(count <= this.data.length - this.at, "a count is too large");
    return count;
  }

  many(read) {
    const found = [];
    for (let left = this.fitting(this.varint()); left > 0; left -= 1) found.push(read());
    return found;
  }

  take(size) {
    this.at += this.fitting(size);
    return this.data.subarray(this.at - size, this.at);
  }

  hash() {
    return hashAt(this.take(3), 0);
  }

  text() {
    return decode(this.take(this.varint()));
  }

  front(before) {
    const shared = this.varint();
    unless(shared <= before.length, "a word shares more than there is");
    const rest = this.take(this.varint());
    const word = new Uint8Array(shared + rest.length);
    word.set(before.subarray(0, shared));
    word.set(rest, shared);
    return word;
  }

  // Rising numbers below a limit.
  gaps(count, limit) {
    const numbers = new Uint32Array(this.fitting(count));
    let next = 0;
    for (let i = 0; i < count; i += 1) {
      next += this.varint();
      numbers[i] = next;
      next += 1;
    }
    unless(next <= limit, "an item that is not there");
    return numbers;
  }

  end() {
    unless(this.at === this.data.length, "bytes are left over");
  }
}

function hashAt(hashes, place) {
  const at = place * 3;
  unless(at >= 0 && at + 3 <= hashes.length, "a file that the manifest does not name");
  return hashes[at] | (hashes[at + 1] << 8) | (hashes[at + 2] << 16);
}

function named(letter, number, hash) {
  return `${letter}/${number.toString(16)}-${hash.toString(16).padStart(6, "0")}.bin`;
}

// What a file holds, if it is whole, of this kind and edition, and the one that was asked for.
function payloadOf(letter, data, expected) {
  unless(data.length >= HEADER && decode(data.subarray(0, 3)) === "CGX", "no file of the index");
  unless(data[3] === letter.charCodeAt(0), "a file of another kind");
  unless(data[4] === EDITION, "a file of another edition");
  const told = (data[5] | (data[6] << 8) | (data[7] << 16) | (data[8] << 24)) >>> 0;
  const payload = data.subarray(HEADER);
  unless(crc32(payload, crc32(data.subarray(3, 5))) === told, "a file is spoilt");
  unless(expected === undefined || ((told & 0xffffff) || 1) === expected, "another file");
  return payload;
}

// Files

function readManifest(payload) {
  const cursor = new Cursor(payload);
  const items = cursor.varint();
  const bits = cursor.varint();
  const perFile = cursor.varint();
  const [shards, files] = [0, 0].map(() => {
    const size = cursor.varint();
    const paged = cursor.byte();
    unless(paged < 2, "a table of an unknown kind");
    return { size, paged, hashes: cursor.take(3 * (paged ? Math.ceil(size / PAGE) : size)) };
  });
  const agrees = bits <= 32 && shards.size === 2 ** bits && perFile &&
    files.size === Math.ceil(items / (perFile * BATCH));
  unless(agrees, "a manifest that disagrees with itself");
  let before = new Uint8Array(0);
  const pieces = cursor.many(() => {
    before = cursor.front(before);
    return { first: decode(before), hash: cursor.hash() };
  });
  const facets = cursor.many(() => ({
    name: cursor.text(),
    values: cursor.many(() => (
      { text: cursor.text(), items: cursor.varint(), hash: cursor.hash() }
    )),
  }));
  const years = cursor.many(() => ({ year: cursor.varint(), items: cursor.varint() }));
  cursor.end();
  return { items, bits, perFile, shards, files, pieces, facets, years };
}

function readCount(cursor) {
  const value = cursor.varint();
  const items = value >>> 2;
  return { items, fields: items + (value & 1 ? cursor.varint() : 0), tail: (value & 2) > 0 };
}

function readBlock(cursor, count, forms, limit) {
  const items = cursor.gaps(count, limit);
  const weights = cursor.take(count);
  const masks = new Uint32Array(forms > 1 ? count : 0).map(() => cursor.varint());
  return { items, weights, masks };
}

function readEntry(cursor, word, limit) {
  const count = readCount(cursor);
  const forms = word
    ? cursor.many(() => ({ text: cursor.text(), count: readCount(cursor) }))
    : [];
  let size = count.items;
  let layers = [];
  if (count.tail) {
    size = cursor.varint();
    layers = cursor.many(() => (
      { items: cursor.varint(), best: cursor.byte(), hash: cursor.hash() }
    ));
    const all = layers.reduce((sum, layer) => sum + layer.items, size);
    unless(all === count.items, "a term's counts disagree");
  }
  return { count, forms, layers, head: readBlock(cursor, size, forms.length, limit) };
}

function readShard(payload, limit) {
  const terms = new Map();
  const pairs = new Map();
  if (payload.length) {
    const cursor = new Cursor(payload);
    let before = new Uint8Array(0);
    cursor.many(() => {
      before = cursor.front(before);
      unless(before.length, "a term is empty");
      const key = decode(before);
      terms.set(key, readEntry(cursor, key[0] === "w", limit));
    });
    let print = -1;
    cursor.many(() => {
      print += cursor.varint() + 1;
      pairs.set(print, readEntry(cursor, false, limit));
    });
    cursor.end();
  }
  return { terms, pairs };
}

function readPiece(payload) {
  const cursor = new Cursor(payload);
  const words = new Map();
  let before = new Uint8Array(0);
  while (cursor.at < payload.length) {
    before = cursor.front(before);
    words.set(decode(before), Math.floor(2 ** (cursor.byte() / 2)));
  }
  return words;
}

// The items of a file, whose hash is that of its batch.
function readItems(payload, hash, number) {
  const cursor = new Cursor(payload);
  unless(cursor.hash() === hash && cursor.varint() === number, "other items");
  let rows;
  try {
    rows = JSON.parse(decode(payload.subarray(cursor.at)));
  } catch (error) {
    throw new Unreadable("items that make no sense");
  }
  const texts = (row) => Array.isArray(row) && row.length === 7 &&
    row.every((text) => typeof text === "string");
  unless(Array.isArray(rows) && rows.every(texts), "items that make no sense");
  return rows.map(([url, title, date, section, kind, agency, summary]) => (
    { url, title, date, section, kind, agency, summary }
  ));
}

// Ranking

// How many of so many words must match: all of two, then three quarters.
export function enough(groups) {
  return groups <= 2 ? groups : Math.max(2, Math.floor(groups * 0.75));
}

const NOTHING = {
  items: new Uint32Array(0), weights: new Uint8Array(0),
  idf: 0, count: { items: 0 }, missing: 0, least: 0,
};

const told = ({ kind, term, weight }) => `${kind} ${term} ${weight}`;

const itemsOf = (entry) => (entry ? entry.count.items : 0);
const counted = (query) => query.groups.filter((group) => !group.optional);

// Every term that a query wants, once for each weight.
function wantedOf(query) {
  const found = new Map();
  const take = (wanted) => found.set(told(wanted), wanted);
  for (const group of query.groups) {
    for (const way of group.alternatives) {
      way.must.forEach(take);
      way.also.forEach(take);
    }
  }
  query.also.forEach(take);
  return found;
}

function common(one, other) {
  const found = new Uint32Array(Math.min(one.length, other.length));
  let size = 0;
  let at = 0;
  for (let i = 0; i < one.length; i += 1) {
    while (at < other.length && other[at] < one[i]) at += 1;
    if (other[at] === one[i]) {
      found[size] = one[i];
      size += 1;
    }
  }
  return found.subarray(0, size);
}

// The loops over items are functions of their own: a browser makes such fast within their first run,
// and a first query is most of what it runs.

// Keeps the better scores, and who has one; how many those are now.
function better(items, scores, best, having, before) {
  let count = before;
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i];
    const had = best[item];
    if (had === 0) {
      having[count] = item;
      count += 1;
    }
    if (scores[i] > had) best[item] = scores[i];
  }
  return count;
}

// Adds what items have of a group; how many have anything now.
function addGroup({ total, share, sure, rare, any }, before, having, best, counts, telling, known) {
  let count = before;
  for (let i = 0; i < having.length; i += 1) {
    const item = having[i];
    if (total[item] === 0) {
      any[count] = item;
      count += 1;
    }
    total[item] += best[item];
    sure[item] += counts;
    share[item] += telling;
    rare[item] |= known;
  }
  return count;
}

// Adds what items with a rare word may have in the tail of a common one.
function addChance({ total, share, sure, rare }, any, best, chance, counts, telling) {
  for (let i = 0; i < any.length; i += 1) {
    const item = any[i];
    if (rare[item] && best[item] === 0) {
      total[item] += chance;
      sure[item] += counts;
      share[item] += telling;
    }
  }
}

// Adds what a term is worth to the scores of sorted items.
function weigh(items, scores, having, weights, worth) {
  let at = 0;
  for (let i = 0; i < items.length; i += 1) {
    const item = items[i];
    while (at < having.length && having[at] < item) at += 1;
    if (having[at] === item) scores[i] += worth * WEIGHTS[weights[at]];
  }
}

class Ranking {
  constructor(size, query, wanted, read, least) {
    this.size = size;
    this.query = query;
    this.wanted = wanted;
    this.terms = new Map();
    const shared = new Map();
    for (const [name, one] of wanted) {
      const what = `${one.kind} ${one.term}`;
      if (!shared.has(what)) shared.set(what, this.term(one, read(one)));
      this.terms.set(name, shared.get(what));
    }
    this.infer(wanted);
    const groups = counted(query);
    this.least = least === null ? enough(groups.length) : least;
    const tailed = (groups.length ? groups : query.groups)
      .filter((group) => group.alternatives.some((way) => (
        way.must.some((one) => this.of(one).missing > 0)
      )));
    // Whether tails may have items that were not found: with a rare word they are found.
    this.more = tailed.length >= Math.max(1, this.least);
  }

  of(wanted) {
    return this.terms.get(told(wanted));
  }

  term(wanted, read) {
    if (!read) return NOTHING;
    const { entry, blocks } = read;
    let { count } = entry;
    let bit = -1;
    if (wanted.kind === "toned") {
      bit = entry.forms.findIndex((form) => form.text === wanted.term);
      if (bit < 0) return NOTHING;
      count = entry.forms[bit].count;
    }
    const { items, weights } = this.having(blocks, bit);
    const missing = count.items - items.length;
    const rest = entry.layers[blocks.length - 1];
    const idf = Math.log(1 + Math.abs((this.size - count.fields + 0.5) / (count.fields + 0.5)));
    return { items, weights, idf, count, missing, least: missing && rest ? rest.best : 0 };
  }

  // Sorted items of blocks with the bytes of their weights, of all forms or of one.
  having(blocks, bit) {
    if (blocks.length === 1 && (bit < 0 || !blocks[0].masks.length)) return blocks[0];
    const packed = new Float64Array(blocks.reduce((sum, block) => sum + block.items.length, 0));
    let end = 0;
    for (const { items, weights, masks } of blocks) {
      for (let i = 0; i < items.length; i += 1) {
        if (bit < 0 || !masks.length || (masks[i] >>> bit) & 1) {
          packed[end] = items[i] * 256 + weights[i];
          end += 1;
        }
      }
    }
    if (blocks.length > 1) packed.subarray(0, end).sort();
    const items = new Uint32Array(end);
    const weights = new Uint8Array(end);
    for (let i = 0; i < end; i += 1) {
      items[i] = packed[i] / 256;
      weights[i] = packed[i] - items[i] * 256;
    }
    return { items, weights };
  }

  // Who has a pair has both its words, as often at least, whatever part was read of those.
  infer(wanted) {
    const pairs = [...wanted.values()].filter((one) => one.kind === "pair");
    for (const one of wanted.values()) {
      const word = this.of(one);
      if ((one.kind !== "folded" && one.kind !== "number") || !word.missing) continue;
      for (const pair of pairs) {
        if (pair.term.split(" ").includes(one.term)) this.add(word, this.of(pair));
      }
      word.missing = Math.max(0, word.missing);
    }
  }

  add(word, pair) {
    const most = word.items.length + pair.items.length;
    const items = new Uint32Array(most);
    const weights = new Uint8Array(most);
    let size = 0;
    let at = 0;
    for (let i = 0; i <= pair.items.length; i += 1) {
      const next = i < pair.items.length ? pair.items[i] : Infinity;
      for (; at < word.items.length && word.items[at] <= next; at += 1) {
        items[size] = word.items[at];
        weights[size] = word.weights[at];
        size += 1;
      }
      if (i < pair.items.length && !(size && items[size - 1] === next)) {
        items[size] = next;
        weights[size] = Math.min(pair.weights[i], word.least);
        size += 1;
      }
    }
    word.missing -= size - word.items.length;
    word.items = items.subarray(0, size);
    word.weights = weights.subarray(0, size);
  }

  weigh(items, scores, wanted) {
    const term = this.of(wanted);
    weigh(items, scores, term.items, term.weights, wanted.weight * term.idf);
  }

  // The best of a group's alternatives for every item, 0 for those that have none; and those that
  // have one.
  group(group) {
    const best = new Float64Array(this.size);
    const having = new Uint32Array(this.size);
    let count = 0;
    for (const way of group.alternatives) {
      const must = way.must.map((one) => this.of(one).items).sort((a, b) => a.length - b.length);
      if (!must.length) continue;
      const items = must.reduce(common);
      const scores = new Float64Array(items.length);
      for (const one of way.must) this.weigh(items, scores, one);
      for (const one of way.also) this.weigh(items, scores, one);
      count = better(items, scores, best, having, count);
    }
    return { best, having: having.subarray(0, count) };
  }

  // What an item that no head has may be taken to get of a group.
  chance(group) {
    let most = 0;
    for (const way of group.alternatives) {
      if (!way.must.some((one) => this.of(one).missing > 0)) continue;
      let worth = 0;
      for (const one of [...way.must, ...way.also]) {
        const term = this.of(one);
        const others = this.size - term.items.length;
        if (term.missing > 0 && others) {
          worth += one.weight * term.idf * WEIGHTS[term.least] * (term.missing / others);
        }
      }
      most = Math.max(most, worth);
    }
    return most;
  }

  // How telling a group is: by its rarest word.
  telling(group) {
    const must = [].concat(...group.alternatives.map((way) => way.must));
    return Math.max(0, ...must.map((one) => this.of(one).idf));
  }

  // Every item that matches, rising, and its score.
  scores() {
    const { size } = this;
    const sums = {
      total: new Float64Array(size), share: new Float64Array(size), sure: new Uint16Array(size),
      rare: new Uint8Array(size), any: new Uint32Array(size),
    };
    let count = 0;
    let whole = 0;
    const tailed = [];
    for (const group of this.query.groups) {
      const { best, having } = this.group(group);
      const chance = this.chance(group);
      const counts = group.optional ? 0 : 1;
      const telling = group.optional ? 0 : this.telling(group);
      whole += telling;
      count = addGroup(sums, count, having, best, counts, telling, chance > 0 ? 0 : counts);
      if (chance > 0) tailed.push({ best, chance, counts, telling });
    }
    const any = sums.any.subarray(0, count);
    for (const { best, chance, counts, telling } of tailed) {
      addChance(sums, any, best, chance, counts, telling);
    }
    const { total, share, sure } = sums;
    const found = new Uint32Array(count);
    let end = 0;
    for (let i = 0; i < count; i += 1) {
      if (sure[any[i]] >= this.least) {
        found[end] = any[i];
        end += 1;
      }
    }
    const items = found.subarray(0, end).sort();
    const scores = new Float64Array(end);
    for (let i = 0; i < end; i += 1) scores[i] = total[items[i]];
    for (const wanted of this.query.also) this.weigh(items, scores, wanted);
    let squares = 0;
    for (const [name, { weight }] of this.wanted) {
      if (this.terms.get(name).count.items) squares += weight ** 2;
    }
    const length = Math.sqrt(squares) || 1;
    for (let i = 0; i < end; i += 1) {
      const covered = whole ? share[items[i]] / whole : 1;
      scores[i] = scores[i] * covered * covered / length;
    }
    return { items, scores };
  }
}

// A page of them: the best first, or the newest.
function pageOf(items, scores, sort, from, to) {
  if (sort === "date") {
    const end = items.length;
    return [...items.subarray(Math.max(0, end - to), Math.max(0, end - from))].reverse()
      .map((item, i) => [item, scores[end - from - 1 - i]]);
  }
  // Only what can be on the page is put in order.
  const worst = scores.length > to ? scores.slice().sort()[scores.length - to] : 0;
  const rows = [];
  for (let i = 0; i < scores.length; i += 1) {
    if (scores[i] >= worst) rows.push(i);
  }
  rows.sort((a, b) => scores[b] - scores[a] || b - a);
  return rows.slice(from, to).map((i) => [items[i], scores[i]]);
}

// `fetchBytes(name)` promises a file by its name below the index's folder; `rules` are those of
// `searchTerms` with `key`.
export class Index {
  constructor(fetchBytes, rules, language = "vi") {
    this.fetchBytes = fetchBytes;
    this.rules = rules;
    this.language = language;
    // What was fetched, by name, in bytes.
    this.fetched = new Map();
    this.made = new Map();
    this.manifest = null;
  }

  // Reads the manifest, without which nothing else can be asked.
  async open() {
    this.manifest = await this.once("manifest", async () => (
      readManifest(payloadOf("m", await this.get(`${this.language}.bin`)))
    ));
    return this;
  }

  // What lies where

  once(what, make) {
    let promise = this.made.get(what);
    if (!promise) {
      promise = make();
      this.made.set(what, promise);
      promise.catch(() => this.made.delete(what));
    }
    return promise;
  }

  async get(name) {
    const data = await this.fetchBytes(name);
    this.fetched.set(name, data.length);
    return data;
  }

  // A file that is named by what it holds.
  async read(letter, number, hash) {
    return payloadOf(letter, await this.get(named(letter, number, hash)), hash);
  }

  async hash(table, which, number) {
    if (!table.paged) return hashAt(table.hashes, number);
    unless(number >= 0 && number < table.size, "a file that the manifest does not name");
    const at = Math.floor(number / PAGE);
    const page = at * 2 + which;
    const hashes = await this.once(`p${page}`, () => (
      this.read("p", page, hashAt(table.hashes, at))
    ));
    return hashAt(hashes, number % PAGE);
  }

  // What the index says of a key; null if it does not have it.
  async entry(key) {
    const { bits, shards, items } = this.manifest;
    const number = bits ? textHash(key) >>> (32 - bits) : 0;
    const shard = await this.once(`s${number}`, async () => {
      const hash = await this.hash(shards, SHARD, number);
      if (hash === NO_FILE) return readShard(new Uint8Array(0), items);
      return readShard(await this.read("s", number, hash), items);
    });
    return (key[0] === "p" ? shard.pairs.get(fingerprint(key)) : shard.terms.get(key)) || null;
  }

  keyOf({ kind, term }) {
    return LETTERS[kind] + (kind === "toned" ? this.rules.key(term)[1] : term);
  }

  // What a result shows of an item.
  async shown(number) {
    const { items, perFile, files } = this.manifest;
    unless(number >= 0 && number < items, "an item that is not there");
    const at = Math.floor(number / perFile);
    const rows = await this.once(`i${at}`, async () => {
      const hash = await this.hash(files, ITEMS, Math.floor(at / BATCH));
      const found = readItems(payloadOf("i", await this.get(named("i", at, hash))), hash, at);
      const size = Math.min(perFile, items - at * perFile);
      unless(found.length === size, "a file of items that is too short");
      return found;
    });
    return rows[number % perFile];
  }

  // The numbers of the dictionary's pieces that may have words which begin so.
  piecesOf(prefix) {
    const { pieces } = this.manifest;
    return [...pieces.keys()].filter((i) => (
      (pieces[i].first <= prefix || pieces[i].first.startsWith(prefix)) &&
      !(i + 1 < pieces.length && pieces[i + 1].first <= prefix)
    ));
  }

  // The number of the piece that has a word, if any has; -1 if none can.
  pieceOf(word) {
    const { pieces } = this.manifest;
    let low = 0;
    let high = pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (pieces[middle].first <= word) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  // Folded words of a piece and about how many items have each, in their order.
  piece(number) {
    const { first, hash } = this.manifest.pieces[number];
    return this.once(`w${number}`, async () => (
      readPiece(await this.read("w", textHash(first), hash))
    ));
  }

  // About how many items have a word.
  async frequency(word) {
    const at = this.pieceOf(word);
    return at < 0 ? 0 : (await this.piece(at)).get(word) || 0;
  }

  // What somebody typed, read with what this index knows.
  async query(text) {
    const answers = new Map();
    let open = new Set();
    const reading = (guess) => this.rules.readQuery(text, (word) => {
      if (!answers.has(word)) open.add(word);
      return answers.has(word) ? answers.get(word) : guess;
    });
    const typed = new Set(this.rules.analyse(text).map((token) => token.term));
    let query = reading(1);
    const asked = open;
    open = new Set();
    // What is wanted whether the words are known or not comes in one step.
    const either = wantedOf(reading(0));
    const sure = [...wantedOf(query).values()].filter((one) => either.has(told(one)));
    open = asked;
    const ahead = Promise.all(sure.map((one) => this.entry(this.keyOf(one))));
    while (open.size) {
      const words = [...open];
      const known = await Promise.all(words.map((word) => (
        typed.has(word) ? this.entry(`w${word}`).then(itemsOf) : this.frequency(word)
      )).concat(ahead));
      words.forEach((word, i) => answers.set(word, known[i]));
      open = new Set();
      query = reading(1);
    }
    await ahead;
    return query;
  }

  // Searching

  // For each group how many items may have it: by its most frequent alternative, of which its rarest
  // word.
  async having(query) {
    const entries = await this.entries(wantedOf(query));
    const items = (one) => itemsOf(entries.get(this.keyOf(one)));
    return query.groups.map(({ alternatives }) => Math.max(0, ...alternatives.map((way) => (
      Math.min(...way.must.map(items))
    ))));
  }

  // The groups of words typed with tones that no item has with these, nor without any: who is found
  // by their letters alone has another word.
  async otherTones({ groups }) {
    const found = await Promise.all(groups.map(async ({ alternatives }) => {
      const [{ how, must, toned }] = alternatives;
      const plain = alternatives.length > 1 || how !== "typed" || must.length > 1;
      if (plain || must[0].kind !== "folded" || !toned[0] || toned[0] === must[0].term) return false;
      const entry = await this.entry(this.keyOf(must[0]));
      const like = (form) => form.text === toned[0] || form.text === must[0].term;
      return entry !== null && entry.forms.length < MOST_FORMS && !entry.forms.some(like);
    }));
    return groups.filter((_, i) => found[i]);
  }

  // A page of what a query finds, at least `least` of its groups matching; `most` files of tails
  // are fetched. `matches` are all that match before filters.
  async search(query, options = {}) {
    const {
      values = [], years = null, sort = "score", page = 1, perPage = 10, least = null,
      most = MOST_TAILS,
    } = options;
    const wanted = wantedOf(query);
    const [entries, kept] = await Promise.all([this.entries(wanted), this.kept(values, years)]);
    const to = page * perPage;
    for (let layers = 0; ;) {
      const read = await this.blocks(entries, layers);
      const readOf = (one) => read.get(this.keyOf(one));
      const ranking = new Ranking(this.manifest.items, query, wanted, readOf, least);
      const all = ranking.scores();
      let { items, scores } = all;
      if (kept) {
        scores = scores.filter((_, i) => kept[items[i]]);
        items = items.filter((item) => kept[item]);
      }
      const more = ranking.more && (sort === "date" || items.length < to)
        ? this.deeper(query, entries, layers, ranking.least, sort, most)
        : layers;
      if (more <= layers) {
        return {
          items: pageOf(items, scores, sort, to - perPage, to), total: items.length,
          whole: !ranking.more, matches: all.items,
        };
      }
      layers = more;
    }
  }

  // The entries of what is wanted, by key.
  async entries(wanted) {
    const keys = [...new Set([...wanted.values()].map((one) => this.keyOf(one)))];
    const found = await Promise.all(keys.map((key) => this.entry(key)));
    return new Map(keys.map((key, i) => [key, found[i]]).filter(([, entry]) => entry));
  }

  // Each with its head and so many layers of its tail.
  async blocks(entries, layers) {
    const keys = [...entries.keys()];
    const read = await Promise.all(keys.map(async (key) => {
      const entry = entries.get(key);
      const tails = entry.layers.slice(0, layers).map((layer, i) => (
        this.tail(textHash(key) * 64 + i, layer, entry.forms.length)
      ));
      return { entry, blocks: [entry.head, ...await Promise.all(tails)] };
    }));
    return new Map(keys.map((key, i) => [key, read[i]]));
  }

  tail(number, layer, forms) {
    return this.once(`t${number}`, async () => {
      const cursor = new Cursor(await this.read("t", number, layer.hash));
      const block = readBlock(cursor, layer.items, forms, this.manifest.items);
      cursor.end();
      return block;
    });
  }

  // How many layers of tails are read next.
  deeper(query, entries, layers, least, sort, most) {
    const groups = counted(query);
    const depths = (groups.length ? groups : query.groups).map((group) => {
      const terms = [].concat(...group.alternatives.map((way) => way.must));
      return Math.max(0, ...terms.map((one) => {
        const entry = entries.get(this.keyOf(one));
        return entry ? entry.layers.length : 0;
      }));
    }).sort((a, b) => b - a);
    // With as many, fewer groups than must match have a rest.
    const needed = depths[Math.max(1, least) - 1] || 0;
    let next = sort === "date" ? needed : Math.min(needed, Math.max(1, 2 * layers));
    const files = (depth) => [...entries.values()]
      .reduce((sum, entry) => sum + Math.min(depth, entry.layers.length), 0);
    while (next > layers && files(next) > most) next -= 1;
    return next;
  }

  // Filters and counts

  // The items of a value, rising; none if no item has it.
  listed(facet, text) {
    return this.once(`f${facet}=${text}`, async () => {
      const { facets, items } = this.manifest;
      const { values } = facets.find(({ name }) => name === facet) || { values: [] };
      const value = values.find((one) => one.text === text);
      if (!value) return new Uint32Array(0);
      const cursor = new Cursor(await this.read("f", textHash(`${facet}=${text}`), value.hash));
      const found = cursor.gaps(value.items, items);
      cursor.end();
      return found;
    });
  }

  // For every item whether filters keep it: of one facet any of its values may be, of each facet
  // one must; years are [first, last], each may be null. Null if there are none.
  async kept(values, years) {
    if (!values.length && !years) return null;
    const { items } = this.manifest;
    const lists = await Promise.all(values.map(([facet, text]) => this.listed(facet, text)));
    const kept = new Uint8Array(items);
    const [first, last] = years || [null, null];
    let end = 0;
    for (const one of this.manifest.years) {
      const fits = (first === null || one.year >= first) && (last === null || one.year <= last);
      if (fits) kept.fill(1, end, end + one.items);
      end += one.items;
    }
    for (const facet of new Set(values.map(([name]) => name))) {
      const any = new Uint8Array(items);
      lists.forEach((list, i) => {
        if (values[i][0] === facet) list.forEach((item) => { any[item] = 1; });
      });
      for (let item = 0; item < items; item += 1) kept[item] &= any[item];
    }
    return kept;
  }

  // How many of `matches` have each of some values of a facet: the other filters apply, but not its
  // own.
  async counts(matches, facet, texts, values, years) {
    const [kept, ...lists] = await Promise.all([
      this.kept(values.filter(([name]) => name !== facet), years),
      ...texts.map((text) => this.listed(facet, text)),
    ]);
    const among = new Uint8Array(this.manifest.items);
    matches.forEach((item) => { among[item] = kept ? kept[item] : 1; });
    return new Map(lists.map((list, i) => [
      texts[i], list.reduce((sum, item) => sum + among[item], 0),
    ]));
  }

  // The same of each year; 0 is for items without a date.
  async yearCounts(matches, values) {
    const kept = await this.kept(values, null);
    const counts = new Map();
    let end = 0;
    let at = 0;
    for (const { year, items } of this.manifest.years) {
      end += items;
      let count = 0;
      for (; at < matches.length && matches[at] < end; at += 1) {
        count += kept ? kept[matches[at]] : 1;
      }
      counts.set(year, count);
    }
    return counts;
  }
}
