// Pagefind as its guide to the search API tells, without options.
ready(async (text) => {
  const pagefind = await import("/pagefind/pagefind.js");
  const found = await pagefind.search(text);
  const data = await Promise.all(found.results.slice(0, 10).map((result) => result.data()));
  return data.map(({ url, meta, plain_excerpt: excerpt }) => [url, meta.title, excerpt]);
});
