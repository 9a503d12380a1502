// lunr as its guide to pre-building tells. What its query language knows means words here.
function script(address) {
  return new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = address;
    element.onload = resolve;
    element.onerror = reject;
    document.head.append(element);
  });
}

ready(async (text) => {
  const get = async (address) => (await fetch(address)).json();
  const [index, shown] = await Promise.all([
    get("/lunr/index.json"), get("/lunr/shown.json"), script("/lunr/lunr.js"),
  ]);
  const found = window.lunr.Index.load(index).search(text.replace(/[:~^*+-]/g, " "));
  return found.slice(0, 10).map(({ ref }) => [ref, shown[ref][0], shown[ref][2]]);
});
