// Asks the browser's own search of several sites, and plain lunr.js beside it, and answers in JSON.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import lunr from "lunr";

const { find, terms, index, words, sets } = JSON.parse(readFileSync(0, "utf-8"));
const { openSearch } = await import(pathToFileURL(find));

const addresses = { terms: "/terms.js", index: "/index.js", words: "/words.json", folder: "/i/" };
const files = { [addresses.terms]: terms, [addresses.index]: index, [addresses.words]: words };

// The network of a browser: addresses from the root of a site, answered from files.
function network(folder) {
  const at = (address) => files[address] || join(folder, address.slice(addresses.folder.length));
  return {
    module: (address) => import(pathToFileURL(at(address))),
    async fetch(address) {
      try {
        return new Response(readFileSync(at(address)));
      } catch (error) {
        if (error.code !== "ENOENT") throw error;
        return new Response(null, { status: 404 });
      }
    },
  };
}

async function ours({ folder, language, queries }) {
  const search = await openSearch({ ...addresses, language }, network(folder));
  const answers = [];
  for (const { text, typing } of queries) {
    const { items, total, suggestion } = await search.find(text, { typing });
    answers.push({
      urls: items.map(({ url }) => url), total, suggestion: suggestion ? suggestion.text : "",
    });
  }
  return answers;
}

// As whoever knows nothing of Vietnamese puts it in: three fields and lunr's own pipeline.
function plain({ documents, queries }) {
  const built = lunr(function build() {
    this.ref("url");
    ["title", "summary", "body"].forEach((name) => this.field(name));
    documents.forEach((one) => this.add(one));
  });
  return queries.map(({ text, typing }) => {
    const tokens = lunr.tokenizer(text).map(String);
    const found = built.query((query) => {
      tokens.forEach((token) => query.term(token, {}));
      const last = typing && lunr.trimmer(new lunr.Token(tokens[tokens.length - 1], {})).toString();
      if (last) query.term(last, { wildcard: lunr.Query.wildcard.TRAILING, usePipeline: false });
    });
    return { urls: found.slice(0, 10).map(({ ref }) => ref), total: found.length, suggestion: "" };
  });
}

const answers = [];
for (const one of sets) answers.push({ ours: await ours(one), lunr: plain(one) });
process.stdout.write(JSON.stringify(answers));
