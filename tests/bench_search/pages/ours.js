// Ours, by its own way in.
ready(async (text) => {
  const { find, ...addresses } = list.dataset;
  const { openSearch } = await import(find);
  const search = await openSearch(addresses);
  const { items } = await search.find(text, { page: 1, perPage: 10 });
  return items.map(({ url, title, summary }) => [url, title, summary]);
});
