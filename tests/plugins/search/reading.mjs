// Reads an index as the browser would, a line of JSON for each line of JSON: [what, ...with what].
import { readFileSync } from "node:fs";
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
    if (name in spoilt) return new Uint8Array(Buffer.from(spoilt[name], "base64"));
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
    return [
      [...await index.counts(matches, facet, values, years)],
      [...await index.yearCounts(matches, values)],
    ];
  },
  async pieces(folder, words_) {
    const index = await indexOf(folder).open();
    return Promise.all(words_.map(async (word) => [
      await index.hasWord(word), index.piecesOf(word), index.pieceOf(word),
    ]));
  },
  // For each of the spoilt files what is answered with it: null if it is refused.
  spoilt: (folder, name, all, text, options) => Promise.all(all.map(async (data) => {
    try {
      const index = indexOf(folder, { [name]: data });
      const { items, total, shown } = await asked(index, text, options);
      return { items, total, shown, words: [...await index.piece(0)] };
    } catch (error) {
      if (error instanceof Unreadable || error.code === "ENOENT") return null;
      throw error;
    }
  })),
};

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
