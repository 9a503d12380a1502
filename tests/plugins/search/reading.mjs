// Reads an index as the browser would, a line of JSON for each line of JSON: [what, ...with what].
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [script, wordsFile] = process.argv.slice(2);
const beside = (name) => pathToFileURL(join(dirname(script), name)).href;
const terms = await import(pathToFileURL(script));
const { Index, Unreadable } = await import(beside("search-index.js"));
const words = JSON.parse(readFileSync(wordsFile, "utf-8"));
const rules = { ...terms.searchTerms(words), key: terms.key };

function indexOf(folder, spoilt = {}) {
  return new Index(async (name) => {
    if (name in spoilt) return spoilt[name];
    return new Uint8Array(readFileSync(join(folder, name)));
  }, rules);
}

async function asked(index, text, { query: changed, ...options }) {
  await index.open();
  const query = await index.query(text);
  const { items, total, whole, matches } = await index.search({ ...query, ...changed }, options);
  const shown = await Promise.all(items.map(([item]) => index.shown(item)));
  return {
    query, items, total, whole, matches: [...matches], shown, fetched: [...index.fetched.keys()],
  };
}

const answers = {
  search: (folder, text, options) => asked(indexOf(folder), text, options),
  async counts(folder, text, options, facet) {
    const index = indexOf(folder);
    const { matches } = await asked(index, text, options);
    const { values = [], years = null } = options;
    const { values: all } = index.manifest.facets.find(({ name }) => name === facet);
    const texts = all.map((value) => value.text);
    return [
      [...await index.counts(matches, facet, texts, values, years)],
      [...await index.yearCounts(matches, values)],
    ];
  },
  async pieces(folder, words_) {
    const index = await indexOf(folder).open();
    return Promise.all(words_.map(async (word) => [
      await index.frequency(word), index.piecesOf(word), index.pieceOf(word),
    ]));
  },
  // Every byte of every file changed, and every file cut off at every eighth: what was refused, and
  // what was answered otherwise.
  async spoilt(folder, names, text, options) {
    const told = async (given) => {
      const index = indexOf(folder, given);
      const { items, total, shown } = await asked(index, text, options);
      const words_ = [...await index.piece(0)];
      return JSON.stringify({ items, total, shown, words_ });
    };
    const right = await told({});
    const counts = { refused: 0, same: 0, wrong: [] };
    const files = Object.fromEntries(names.map((name) => (
      [name, new Uint8Array(readFileSync(join(folder, name)))]
    )));
    for (const [name, whole] of Object.entries(files)) {
      for (let at = 0; at < whole.length; at += 1) {
        const changed = whole.slice();
        changed[at] ^= 1 << (at % 8);
        for (const spoilt of at % 8 ? [changed] : [changed, whole.slice(0, at)]) {
          try {
            if (await told({ ...files, [name]: spoilt }) === right) counts.same += 1;
            else counts.wrong.push([name, at]);
          } catch (error) {
            if (!(error instanceof Unreadable)) throw error;
            counts.refused += 1;
          }
        }
      }
    }
    return counts;
  },
};

// A server that is told what goes wrong: at the nth request for a name that begins so (from 1) it
// serves another folder from then on, or this once is down, has nothing, or something spoilt.
function serverOf(start, faults) {
  let folder = start;
  const requests = [];
  const fetch = async (address, options) => {
    const name = address.replace("https://portal.example/", "");
    requests.push([name, options.cache || ""]);
    for (const fault of faults) {
      if (!name.startsWith(fault.name) || fault.times <= 0) continue;
      fault.after = (fault.after || 0) - 1;
      if (fault.after >= 0) continue;
      fault.times = (fault.times || 1) - 1;
      if (fault.how === "swap") folder = fault.folder;
      if (fault.how === "down") throw new TypeError("Failed to fetch");
      if (fault.how === "cut") return { ok: true, arrayBuffer: async () => { throw new TypeError("cut"); } };
      if (fault.how === "missing") return new Response("Not found", { status: 404 });
      if (fault.how === "other") return new Response("{}");
      if (fault.how === "page") return new Response("<!doctype html><title>Không có</title>");
    }
    if (name === "words.json") return new Response(readFileSync(wordsFile));
    try {
      return new Response(readFileSync(join(folder, name)));
    } catch (error) {
      return new Response("Not found", { status: 404 });
    }
  };
  return { requests, fetch };
}

const ADDRESSES = {
  terms: "search-terms.js", index: "search-index.js", words: "https://portal.example/words.json",
  folder: "https://portal.example/",
};

// Opens a search and does one thing after another with it; what each gave, and the requests.
async function session(folder, faults, steps) {
  const { requests, fetch } = serverOf(folder, faults);
  const language = existsSync(join(folder, "en.bin")) ? "en" : "vi";
  const module = async (name) => {
    if (faults.some((fault) => fault.module === name)) throw new TypeError("Importing failed");
    return import(beside(name.replace("?again", "")));
  };
  const { openSearch, SearchFailed } = await import(beside("search-find.js"));
  const results = [];
  const given = [];
  let search;
  const does = {
    open: async () => {
      search = await openSearch({ ...ADDRESSES, language }, { module, fetch });
    },
    find: async (text, options) => {
      results.push(await search.find(text, options));
      return results[results.length - 1];
    },
    counts: async (facet, which = 0) => [...await search.counts(results[which], facet)],
    years: async (which = 0) => [...await search.yearCounts(results[which])],
    has: async () => [search.facets(), search.years()],
    both: async (...texts) => Promise.all(texts.map((text) => search.find(text))),
  };
  for (const [what, ...args] of [["open"], ...steps]) {
    try {
      given.push(await does[what](...args));
    } catch (error) {
      if (!(error instanceof SearchFailed)) throw error;
      given.push({ failed: error.kind });
      if (!search) break;
    }
  }
  return { given: given.slice(search ? 1 : 0), requests };
}

answers.session = session;

for await (const line of createInterface({ input: process.stdin })) {
  const [what, ...args] = JSON.parse(line);
  let answer;
  try {
    answer = await answers[what](...args);
  } catch (error) {
    answer = { error: String(error && error.stack) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
