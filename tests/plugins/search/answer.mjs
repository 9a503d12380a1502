// Answers as the browser would, a line of JSON for each line of JSON: [what, ...with what].
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [script, words] = process.argv.slice(2);
const module = await import(pathToFileURL(script));
const rules = module.searchTerms(JSON.parse(readFileSync(words, "utf-8")));

// Python counts code points, a browser counts half an emoji.
const HALF = /[\ud800-\udfff]/;
const points = (text, at) => (HALF.test(text) ? [...text.slice(0, at)].length : at);
const knows = (list) => { const known = new Set(list); return (word) => known.has(word); };

const answers = {
  key: (word) => module.key(word),
  analyse: (text) => rules.analyse(text).map((token) => ({
    ...token, start: points(text, token.start), end: points(text, token.end),
  })),
  query: (text, known) => rules.readQuery(text, knows(known)),
  highlight: (text, query, known) => rules.highlight(text, rules.readQuery(query, knows(known)))
    .map((range) => range.map((at) => points(text, at))),
  telex: (word) => rules.readTelex(word),
  vni: (word) => rules.readVni(word),
  split: (word, known) => rules.splitRun(word, knows(known)),
  slip: (one, other) => module.oneSlip(one, other),
  near: (word, entries, limit) => module.near(word, entries, limit),
  beginning: (prefix, entries, limit) => module.beginning(prefix, entries, limit),
  widened: (text, near, tones) => rules.readQuery(text, () => false).groups
    .map((group) => module.widened(group, near, "near", tones)),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [what, ...args] = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(answers[what](...args))}\n`);
}
