// On a page of the portal, as it is built: whoever holds window.handed hands over a query and gets
// how many results are in the document after how many milliseconds. With ?q= in the address that
// query is asked as soon as the script runs.
const list = document.getElementById("bench");

function draw(rows) {
  list.replaceChildren(...rows.map(([url, title, text]) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = url;
    link.textContent = title;
    const below = document.createElement("p");
    below.textContent = text;
    item.append(link, below);
    return item;
  }));
}

function ready(search) {
  window.handed = async (text) => {
    const began = performance.now();
    draw(await search(text));
    return { shown: list.children.length, ms: performance.now() - began };
  };
  const asked = new URLSearchParams(location.search).get("q");
  if (asked) window.handed(asked);
}

