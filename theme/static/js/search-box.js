// Suggestions below the search field of every page: a combobox with a list, as the WAI-ARIA
// Authoring Practices describe it. The field stays a field of a form, which works without this.
const PAUSE = 120;
// While a syllable is being composed its letters change under the writer's hands.
const COMPOSING_PAUSE = 300;
// Counts are told when the hands rest: read out at every letter they would drown what is typed.
const TELLING_PAUSE = 700;
const MOST = 6;

/**
 * Makes the field of a form a combobox.
 *
 * @param form the search form; its data-* attributes hold words and addresses
 * @param show the module search-show.js
 * @param open gives a promise of the portal's `Search`; asked again after it failed
 */
export function start(form, show, open) {
  const field = form.elements.q;
  const words = form.dataset;
  const said = form.querySelector("[role=status]");
  const list = document.createElement("div");
  list.id = "suggestions";
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", words.name);
  field.after(list);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");

  let asked = "";
  let ticket = 0;
  let pause = 0;
  let telling = 0;
  let active = null;

  const here = () => document.activeElement === field;

  function tell(text, seen = false) {
    clearTimeout(telling);
    said.className = seen && here() ? "told" : "hidden";
    if (seen || !text) said.textContent = text;
    else telling = setTimeout(() => { said.textContent = text; }, TELLING_PAUSE);
  }

  function choose(option) {
    if (active) active.setAttribute("aria-selected", "false");
    active = option;
    if (!option) {
      field.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function unfold() {
    list.hidden = !list.firstChild || !here();
    field.setAttribute("aria-expanded", String(!list.hidden));
  }

  function close() {
    choose(null);
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
  }

  /** Forgets what was found, and answers that are still to come. */
  function empty() {
    ticket += 1;
    asked = "";
    clearTimeout(pause);
    close();
    list.textContent = "";
    tell("");
  }

  function option(address) {
    const made = document.createElement("a");
    made.href = address;
    made.id = `suggestion-${list.childNodes.length + 1}`;
    made.tabIndex = -1;
    made.setAttribute("role", "option");
    made.setAttribute("aria-selected", "false");
    list.append(made);
    return made;
  }

  function line(target, name) {
    const made = document.createElement("span");
    made.className = name;
    target.append(made);
    return made;
  }

  function draw(text, items) {
    close();
    list.textContent = "";
    for (const item of items) {
      const address = show.ownAddress(item.url);
      if (!address) continue;
      const made = option(address);
      show.marked(line(made, "title"), item.title, item.titleMarks);
      const facts = [item.section || item.kind, item.date && show.dayText(item.date)];
      line(made, "quiet").textContent = facts.filter(Boolean).join(" · ");
    }
    const count = list.childNodes.length;
    if (!count) {
      tell(show.filled(words.none, { text }), true);
      return;
    }
    const all = option(`${form.action}?${new URLSearchParams({ q: text })}`);
    all.className = "all";
    all.textContent = show.filled(words.all, { text });
    unfold();
    tell(show.filled(words.hits, { count }));
  }

  async function ask() {
    const text = field.value.trim();
    if (text === asked) return;
    if (!text) {
      empty();
      return;
    }
    asked = text;
    const mine = ++ticket;
    try {
      const search = await open();
      const given = { values: [], years: null, sort: "score", page: 1, perPage: MOST };
      const found = await search.find(text, { ...given, typing: true });
      if (mine !== ticket) return;
      if (found.empty) empty();
      else draw(text, found.items);
    } catch (error) {
      if (mine !== ticket) return;
      empty();
      tell(words.fails, true);
    }
  }

  function soon(wait) {
    clearTimeout(pause);
    pause = setTimeout(ask, wait);
  }

  function step(by) {
    const options = [...list.childNodes];
    const at = options.indexOf(active);
    if (at < 0) return by > 0 ? options[0] : options[options.length - 1];
    return options[(at + by + options.length) % options.length];
  }

  field.addEventListener("input", (event) => soon(event.isComposing ? COMPOSING_PAUSE : PAUSE));
  field.addEventListener("compositionend", () => soon(PAUSE));
  field.addEventListener("keydown", (event) => {
    // Until a syllable is composed its keys belong to the keyboard's own program.
    if (event.isComposing || event.keyCode === 229) return;
    const shown = !list.hidden;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        if (event.altKey) {
          if (event.key === "ArrowDown") unfold();
          else close();
        } else {
          if (!shown) unfold();
          if (!list.hidden) choose(step(event.key === "ArrowDown" ? 1 : -1));
        }
        if (list.firstChild) event.preventDefault();
        break;
      case "Enter":
        if (shown && active) {
          event.preventDefault();
          active.click();
        } else {
          close();
        }
        break;
      case "Escape":
        event.preventDefault();
        if (shown) {
          close();
          tell("");
        } else {
          field.value = "";
          empty();
        }
        break;
      case "Tab":
        close();
        break;
      case "Home":
      case "End":
      case "ArrowLeft":
      case "ArrowRight":
        choose(null);
        break;
      default:
    }
  });
  // A press on a suggestion leaves the focus where it is; the click that follows is a link's own.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  field.addEventListener("click", unfold);
  field.addEventListener("blur", () => {
    close();
    tell("");
  });
  form.addEventListener("submit", () => {
    ticket += 1;
    clearTimeout(pause);
  });
  // What is needed for any query may come while the first word is being typed.
  open().catch(() => {});
  soon(0);
}
