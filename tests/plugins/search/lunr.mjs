// lunr.js itself: a whole index of documents beside the union of shards, asked the same.
import { readFileSync } from 'node:fs';
import lunr from 'lunr';

function whole(corpus) {
  const builder = new lunr.Builder();
  builder.ref('id');
  corpus.fields.forEach(([name, boost]) => builder.field(name, { boost }));
  corpus.documents.forEach((document, id) => builder.add({ ...document, id: String(id) }));
  return builder.build();
}

function union(shards) {
  const vectors = new Map();
  for (const shard of shards) {
    for (const [ref, flat] of shard.fieldVectors) {
      const elements = vectors.get(ref) ?? [];
      for (let i = 0; i < flat.length; i += 2) elements.push([flat[i], flat[i + 1]]);
      vectors.set(ref, elements);
    }
  }
  const inverted = shards.flatMap((shard) => shard.invertedIndex);
  inverted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return lunr.Index.load({
    ...shards[0],
    fieldVectors: [...vectors].map(([ref, elements]) => [
      ref,
      elements.sort((a, b) => a[0] - b[0]).flat(),
    ]),
    invertedIndex: inverted,
  });
}

function ask(index, terms) {
  return index
    .query((query) => {
      terms.forEach(([term, boost]) => query.term(term, { boost, usePipeline: false }));
    })
    .map(({ ref, score }) => [Number(ref), score]);
}

const answers = JSON.parse(readFileSync(0, 'utf-8')).map((corpus) => {
  const index = whole(corpus);
  return corpus.queries.map(({ terms, shards }) => [
    ask(index, terms),
    ask(union(shards.map((number) => corpus.shards[number])), terms),
  ]);
});
process.stdout.write(JSON.stringify(answers));
