// Ours, by its own way in; everything that is needed in any case is asked for at once, as the search
// page does.
function ahead(address) {
  const link = document.createElement("link");
  link.rel = "preload";
  link.as = "fetch";
  link.crossOrigin = "";
  link.href = address;
  document.head.append(link);
}

ready(async (text) => {
  const { find, ...addresses } = list.dataset;
  const { terms, index, words, folder, language } = addresses;
  [words, `${folder}${language}.bin`].forEach(ahead);
  const [{ openSearch }] = await Promise.all([find, terms, index].map((at) => import(at)));
  const search = await openSearch(addresses);
  const { items } = await search.find(text, { page: 1, perPage: 10 });
  return items.map(({ url, title, summary }) => [url, title, summary]);
});
