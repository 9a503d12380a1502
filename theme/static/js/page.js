// What a page adds when scripts run: copying its link and printing it. Nothing depends on this.
for (const button of document.querySelectorAll("[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = words; }, 3000);
  });
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
// Suggestions come with the first visit to the search field; its form works without them.
const find = document.querySelector(".find[data-modules]");
if (find) {
  const field = find.elements.q;
  let tries = 0;
  const begin = async () => {
    field.removeEventListener("focus", begin);
    // A browser does not ask again for a module that did not come, unless under another name.
    const modules = find.dataset.modules.split(" ").map((at) => (tries ? `${at}?${tries}` : at));
    try {
      const [box, show, finder] = await Promise.all(modules.map((at) => import(at)));
      const [, , , terms, index] = modules;
      const { words, folder } = find.dataset;
      const language = document.documentElement.lang;
      let search = null;
      box.start(find, show, () => {
        if (!search) {
          search = finder.openSearch({ terms, index, words, folder, language });
          search.catch(() => { search = null; });
        }
        return search;
      });
    } catch {
      tries += 1;
      const said = find.querySelector("[role=status]");
      said.className = "told";
      said.textContent = find.dataset.fails;
      field.addEventListener("blur", () => { said.className = "hidden"; }, { once: true });
      field.addEventListener("focus", begin);
    }
  };
  field.addEventListener("focus", begin);
  if (document.activeElement === field) begin();
}
// The open menu closes with Escape and when the reader goes elsewhere.
const menu = document.querySelector(".menu");
if (menu) {
  const close = () => { menu.open = false; };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      close();
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) close();
  });
}
