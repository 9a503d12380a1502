// lunr's index of rows of JSON, as its guide makes one: title, summary and body, asked by address.
import { createReadStream, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import lunr from 'lunr';

const [, , rows, folder] = process.argv;
const builder = new lunr.Builder();
builder.pipeline.add(lunr.trimmer, lunr.stopWordFilter, lunr.stemmer);
builder.searchPipeline.add(lunr.stemmer);
builder.ref('url');
for (const field of ['title', 'summary', 'body']) builder.field(field);
const shown = {};
for await (const line of createInterface({ input: createReadStream(rows) })) {
  const row = JSON.parse(line);
  builder.add(row);
  shown[row.url] = [row.title, row.date, row.shown];
}
writeFileSync(`${folder}/index.json`, JSON.stringify(builder.build()));
writeFileSync(`${folder}/shown.json`, JSON.stringify(shown));
