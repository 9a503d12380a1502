// The search page. Its address says all that was asked, so that it can be sent, kept and gone back
// to; nothing else remembers it. Without this script the page shows the other ways to what is there.
const PER_PAGE = 10;
const LONGEST = 200;
const PAUSE = 150;
const COMPOSING_PAUSE = 300;
const TELLING_PAUSE = 700;
const SLOW = 300;
const SUMMARY = 220;
const VALUES = 8;

const part = (name) => document.getElementById(name);
const found = part("found");
const field = part("q");
const form = field.form;
const filters = found.querySelector(".filters");
const groups = [...filters.querySelectorAll("details")];
const years = filters.querySelector("form");
const failed = part("failed");
const words = JSON.parse(part("search-words").textContent);
const language = document.documentElement.lang;
const portal = document.title;
const names = groups.filter((group) => group.dataset.name)
  .map((group) => [group.dataset.facet, group.dataset.name]);

let asked = read(location.search);
let result = null;
let ticket = 0;
let pause = 0;
let telling = 0;
let tries = 0;
let opening = null;
// Whether the address is one that typing made: the next letter replaces it.
let draft = false;

// --- what is asked, as the address says it --------------------------------------------------------

function read(query) {
  const given = new URLSearchParams(query);
  const year = (name) => (/^[0-9]{4}$/.test(given.get(name)) ? Number(given.get(name)) : null);
  const values = [];
  for (const [facet, name] of names) {
    for (const value of new Set(given.getAll(name))) {
      if (value) values.push([facet, value.slice(0, LONGEST)]);
    }
  }
  const [from, to] = [year("tu"), year("den")];
  const turned = from !== null && to !== null && from > to;
  const page = given.get("trang");
  return {
    text: (given.get("q") || "").slice(0, LONGEST),
    values,
    from: turned ? to : from,
    to: turned ? from : to,
    sort: given.get("xep") === "moi" ? "date" : "score",
    page: /^[1-9][0-9]{0,4}$/.test(page) ? Number(page) : 1,
  };
}

function address(state) {
  const text = state.text.trim();
  if (!text) return location.pathname;
  const given = new URLSearchParams({ q: text });
  for (const [facet, name] of names) {
    for (const [other, value] of state.values) if (other === facet) given.append(name, value);
  }
  if (state.from !== null) given.append("tu", state.from);
  if (state.to !== null) given.append("den", state.to);
  if (state.sort === "date") given.append("xep", "moi");
  if (state.page > 1) given.append("trang", state.page);
  return `${location.pathname}?${given}`;
}

const same = (one, other) => one[0] === other[0] && one[1] === other[1];
const narrowed = (state) => state.values.length > 0 || state.from !== null || state.to !== null;
const free = (state) => ({ ...state, values: [], from: null, to: null, page: 1 });

function turn(state, value) {
  const rest = state.values.filter((other) => !same(other, value));
  const on = rest.length === state.values.length;
  return { ...state, values: on ? [...rest, value] : rest, page: 1 };
}

// --- asking ---------------------------------------------------------------------------------------

function open() {
  if (!opening) {
    const { find, show, terms, index, folder } = found.dataset;
    // A browser does not ask again for a module that did not come, unless under another name.
    const at = (place) => (tries ? `${place}?${tries}` : place);
    const places = { terms: at(terms), index: at(index), words: found.dataset.words, folder, language };
    opening = Promise.all([
      import(at(show)),
      import(at(find)).then((module) => module.openSearch(places)),
    ]);
    opening.catch(() => {
      opening = null;
      tries += 1;
    });
  }
  return opening;
}

/** Shows what a state finds; tells whether it did, and is not overtaken by another. */
async function show(state, { typing = false } = {}) {
  const mine = ++ticket;
  clearTimeout(pause);
  asked = state;
  const text = state.text.trim();
  document.title = text ? `${text} – ${portal}` : portal;
  if (part("other")) part("other").search = text ? `?${new URLSearchParams({ q: text })}` : "";
  if (!text) {
    found.hidden = true;
    failed.hidden = true;
    clear();
    browse(true);
    tell("");
    return false;
  }
  found.hidden = false;
  if (!result && failed.hidden) browse(false);
  const slow = setTimeout(() => {
    if (mine !== ticket) return;
    part("count").textContent = words.searching;
    tell(words.searching);
  }, SLOW);
  try {
    const [tools, search] = await open();
    const answer = await search.find(text, {
      values: state.values,
      // Before year 1 is what has no date: it is of no year, and no filter by years keeps it.
      years: state.from === null && state.to === null ? null : [state.from || 1, state.to || 9999],
      sort: state.sort,
      page: state.page,
      perPage: PER_PAGE,
      typing,
    });
    if (mine !== ticket) return false;
    const last = Math.max(1, Math.ceil(answer.total / PER_PAGE));
    if (state.page > last) {
      clearTimeout(slow);
      const nearest = { ...state, page: last };
      history.replaceState(null, "", address(nearest));
      return show(nearest);
    }
    result = answer;
    draw(state, tools, search, typing);
    return true;
  } catch (error) {
    if (mine === ticket) fail(error);
    return false;
  } finally {
    clearTimeout(slow);
  }
}

/** Goes to a state as a link would: a new entry of the browser's history. */
function go(state) {
  draft = false;
  if (address(state) !== location.pathname + location.search) {
    history.pushState(null, "", address(state));
  }
  if (field.value.trim() !== state.text.trim()) field.value = state.text;
  return show(state);
}

/** Keeps the address up with what is typed: one entry for what was typed in one go. */
function keep(state) {
  try {
    history[draft ? "replaceState" : "pushState"](null, "", address(state));
    draft = true;
  } catch {
    // Some browsers take no more than a hundred changes in half a minute; the next one will do.
  }
}

function typed(wait) {
  clearTimeout(pause);
  pause = setTimeout(() => {
    if (field.value.trim() === asked.text.trim()) return;
    const state = { ...asked, text: field.value, page: 1 };
    keep(state);
    show(state, { typing: true });
  }, wait);
}

// --- showing --------------------------------------------------------------------------------------

/** Shows or hides the other ways to what is there. */
function browse(seen) {
  part("browse").hidden = !seen;
  part("browse").querySelector(".with-script").hidden = !found.hidden;
  found.classList.toggle("alone", seen);
}

/** Says something to who does not see the page. */
function tell(text, wait = 0) {
  clearTimeout(telling);
  telling = setTimeout(() => { part("told").textContent = text; }, wait);
}

function clear() {
  result = null;
  part("count").textContent = words.searching;
  part("count").classList.add("waiting");
  for (const name of ["hits", "chosen", "pages", "sorts", "meant"]) part(name).textContent = "";
  for (const name of ["chosen", "pages", "sorts", "meant", "none"]) part(name).hidden = true;
  filters.hidden = true;
  found.querySelector(".to-filters").hidden = true;
}

function fail(error) {
  const offline = error.kind ? error.kind === "offline" : navigator.onLine === false;
  const why = offline ? words.offline : words.broken;
  clear();
  opening = null;
  part("count").textContent = words.failed;
  part("count").classList.remove("waiting");
  failed.querySelector("p").textContent = why;
  failed.hidden = false;
  browse(true);
  tell(`${words.failed}. ${why}`);
}

function element(name, parent, text = "", className = "") {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  parent.append(made);
  return made;
}

function link(state, parent, text = "") {
  const made = element("a", parent, text);
  made.href = address(state);
  made.dataset.go = "";
  return made;
}

function heading(state, tools) {
  const { total, whole } = result;
  const key = total ? (whole ? (total === 1 ? "found_one" : "found") : "found_more")
    : narrowed(state) ? "none_filtered" : "none";
  const count = tools.numberText(total, language);
  return tools.filled(words[result.empty ? "nothing" : key], { count, text: state.text.trim() });
}

function draw(state, tools, search, typing) {
  const { items, total } = result;
  const said = heading(state, tools);
  const pages = Math.ceil(total / PER_PAGE);
  const where = state.page > 1 ? tools.filled(words.page_of, { page: state.page, pages }) : "";
  part("count").textContent = where ? `${said} · ${where}` : said;
  part("count").classList.remove("waiting");
  failed.hidden = true;
  meant(state, tools);
  chosen(state, tools);
  sorts(state, total);
  hits(items, tools);
  pager(state, pages, tools);
  part("none").hidden = total > 0 || result.empty;
  browse(!total);
  if (!total) filters.hidden = true;
  found.querySelector(".to-filters").hidden = !total;
  tell([said, where, part("meant").textContent].filter(Boolean).join(". "), typing ? TELLING_PAUSE : 0);
  const facets = search.facets().filter((facet) => facet.values.length > 1).map((facet) => facet.name);
  for (const group of groups) {
    const { facet } = group.dataset;
    group.hidden = !(facet === "years" ? search.years().length > 1 : facets.includes(facet));
    group.dataset.stale = "";
  }
  // The filters show with their first counts, not before: nothing moves under a reader's hand.
  const mine = result;
  const counted = groups.filter((group) => group.open && !group.hidden);
  if (total) {
    Promise.all(counted.map((group) => count(group, tools, search))).then(() => {
      if (mine === result) filters.hidden = false;
    });
  }
}

/** What is not there as it was typed, and what may have been meant. */
function meant(state, tools) {
  const { missing, otherTones, suggestion, loosened, total, empty } = result;
  const line = part("meant");
  line.textContent = "";
  const toned = total ? otherTones : [];
  line.hidden = empty || !(missing.length || toned.length || suggestion || (loosened && total));
  if (line.hidden) return;
  const quoted = (each) => ({ words: each.map((word) => `“${word}”`).join(", ") });
  if (missing.length) line.append(`${tools.filled(words.missing, quoted(missing))} `);
  if (toned.length) line.append(`${tools.filled(words.other_tones, quoted(toned))} `);
  if (suggestion) {
    const text = document.createElement("a");
    text.href = address({ ...state, text: suggestion.text, page: 1 });
    text.dataset.go = "";
    tools.marked(text, suggestion.text, suggestion.marks, "strong");
    tools.put(line, words.meant, { text });
  } else if (total && missing.length) {
    line.append(words.shown_rest);
  } else if (total && loosened) {
    line.append(words.loosened);
  }
}

function chosen(state, tools) {
  const list = part("chosen");
  list.textContent = "";
  list.hidden = !narrowed(state);
  if (list.hidden) return;
  const chip = (text, without) => {
    const made = link(without, element("li", list), `${text} `);
    made.setAttribute("aria-label", tools.filled(words.remove_filter, { value: text }));
    element("span", made, "×").setAttribute("aria-hidden", "true");
  };
  for (const value of state.values) chip(value[1], turn(state, value));
  const { from, to } = state;
  if (from !== null || to !== null) {
    const key = from === to ? "years_one" : from === null ? "years_to" : to === null ? "years_from" : "years_both";
    chip(tools.filled(words[key], { from, to }), { ...state, from: null, to: null, page: 1 });
  }
  link(free(state), element("li", list), words.clear_filters).className = "clear";
}

function sorts(state, total) {
  const line = part("sorts");
  line.textContent = "";
  line.hidden = total < 2;
  if (line.hidden) return;
  line.append(`${words.sort}: `);
  [["score", words.sort_score], ["date", words.sort_date]].forEach(([sort, text], at) => {
    if (at) line.append(" · ");
    if (sort === state.sort) element("strong", line, text);
    else link({ ...state, sort, page: 1 }, line, text);
  });
}

function hits(items, tools) {
  const list = part("hits");
  list.textContent = "";
  for (const item of items) {
    const box = element("div", element("li", list, "", "entry"));
    const title = element("h3", box);
    const leads = tools.ownAddress(item.url);
    if (leads) title.append(Object.assign(document.createElement("a"), { href: leads }));
    tools.marked(title.firstChild || title, item.title, item.titleMarks);
    const facts = element("p", box, "", "meta");
    const told = [item.kind, item.section, item.agency];
    told.filter((text, at) => text && text !== item.title && told.indexOf(text) === at)
      .forEach((text) => facts.append(facts.firstChild ? " · " : "", text));
    if (item.date) {
      if (facts.firstChild) facts.append(" · ");
      element("time", facts, tools.dayText(item.date)).dateTime = item.date;
    }
    if (item.summary) {
      const { text, marks } = tools.around(item.summary, item.summaryMarks, SUMMARY);
      tools.marked(element("p", box), text, marks);
    }
  }
}

function pager(state, pages, tools) {
  const nav = part("pages");
  nav.textContent = "";
  nav.hidden = pages < 2;
  if (nav.hidden) return;
  const to = (page, parent, text) => {
    const made = link({ ...state, page }, parent, text);
    made.dataset.go = "top";
    return made;
  };
  if (state.page > 1) to(state.page - 1, nav, `← ${words.previous_page}`).rel = "prev";
  const list = element("ol", nav);
  const near = new Set([1, state.page - 1, state.page, state.page + 1, pages]);
  let before = 0;
  for (const page of [...near].filter((one) => one > 0 && one <= pages)) {
    if (page > before + 1) element("li", list, "…").setAttribute("aria-hidden", "true");
    before = page;
    const place = element("li", list);
    if (page === state.page) {
      element("span", place, String(page)).setAttribute("aria-current", "page");
    } else {
      const label = tools.filled(words.page_of, { page, pages });
      to(page, place, String(page)).setAttribute("aria-label", label);
    }
  }
  if (state.page < pages) to(state.page + 1, nav, `${words.next_page} →`).rel = "next";
}

// --- filters --------------------------------------------------------------------------------------

/** Counts the values of an open filter, after the results are there. */
async function count(group, tools, search) {
  for (const old of group.querySelectorAll(".uncounted")) old.remove();
  const { facet } = group.dataset;
  const [state, mine] = [asked, result];
  try {
    const numbers = await (facet === "years" ? search.yearCounts(mine) : search.counts(mine, facet));
    if (mine !== result) return;
    if (facet === "years") yearLists(state, search, numbers, tools);
    else values(group, state, numbers, tools);
    delete group.dataset.stale;
  } catch {
    if (mine === result) element("p", group, words.uncounted, "quiet uncounted");
  }
}

function values(group, state, numbers, tools) {
  const { facet } = group.dataset;
  const on = state.values.filter((value) => value[0] === facet).map((value) => value[1]);
  const told = [...numbers].filter(([text, items]) => items > 0 || on.includes(text));
  for (const text of on) if (!numbers.has(text)) told.push([text, 0]);
  told.sort((one, other) => other[1] - one[1]);
  const list = group.querySelector("ul");
  const held = list.contains(document.activeElement) ? document.activeElement.dataset.value : null;
  list.textContent = "";
  told.forEach(([text, items], at) => {
    const row = element("li", list);
    row.hidden = at >= VALUES && !on.includes(text) && !("all" in group.dataset);
    const made = link(turn(state, [facet, text]), row, text);
    made.dataset.value = text;
    if (on.includes(text)) {
      made.setAttribute("aria-current", "true");
      made.setAttribute("aria-label", tools.filled(words.remove_filter, { value: text }));
    }
    element("span", row, tools.numberText(items, language), "quiet");
    if (text === held) made.focus({ preventScroll: true });
  });
  const hidden = [...list.children].filter((row) => row.hidden).length;
  const more = group.querySelector("p");
  more.hidden = !hidden;
  more.firstChild.textContent = tools.filled(words.more_values, { count: hidden });
}

function yearLists(state, search, numbers, tools) {
  const told = search.years().map(({ year }) => year).sort((one, other) => other - one);
  for (const [name, mine] of [["tu", state.from], ["den", state.to]]) {
    const list = years.elements[name];
    list.textContent = "";
    element("option", list, words.year_any).value = "";
    for (const year of told) {
      const items = numbers.get(year) || 0;
      if (!items && year !== mine) continue;
      const made = element("option", list, `${year} (${tools.numberText(items, language)})`);
      made.value = String(year);
      made.selected = year === mine;
    }
  }
}

// --- what a reader does ---------------------------------------------------------------------------

field.addEventListener("input", (event) => typed(event.isComposing ? COMPOSING_PAUSE : PAUSE));
field.addEventListener("compositionend", () => typed(PAUSE));
form.addEventListener("submit", (event) => {
  event.preventDefault();
  clearTimeout(pause);
  const text = field.value;
  const state = text.trim() === asked.text.trim() ? { ...asked, text } : { ...asked, text, page: 1 };
  if (draft) history.replaceState(null, "", address(state));
  go(state);
  // On a phone the keyboard covers what was found.
  if (matchMedia("(pointer: coarse)").matches) field.blur();
});
found.addEventListener("click", async (event) => {
  const to = event.target.closest("a[data-go]");
  if (!to || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const inFilters = filters.contains(to);
  const shown = await go(read(to.search));
  if (!shown || inFilters) return;
  part("count").focus({ preventScroll: true });
  if (to.dataset.go === "top") part("count").scrollIntoView({ block: "start" });
});
years.addEventListener("submit", (event) => {
  event.preventDefault();
  const given = new URLSearchParams({ q: asked.text });
  for (const name of ["tu", "den"]) given.append(name, years.elements[name].value);
  const { from, to } = read(given);
  go({ ...asked, from, to, page: 1 });
});
for (const group of groups) {
  group.addEventListener("toggle", () => {
    if (!group.open || !result || !("stale" in group.dataset)) return;
    open().then(([tools, search]) => count(group, tools, search), fail);
  });
  const more = group.querySelector("button.other[type=button]");
  if (more) {
    more.addEventListener("click", () => {
      const rows = [...group.querySelectorAll("li")].filter((row) => row.hidden);
      group.dataset.all = "";
      for (const row of rows) row.hidden = false;
      more.parentElement.hidden = true;
      if (rows.length) rows[0].querySelector("a").focus();
    });
  }
}
failed.querySelector("button").addEventListener("click", async () => {
  if (await show(asked)) part("count").focus({ preventScroll: true });
});
addEventListener("popstate", () => {
  const state = read(location.search);
  if (address(state) === address(asked)) return;
  draft = false;
  field.value = state.text;
  show(state);
});

// Beside the results there is room for one filter, and for those that are used. The counts of each
// are some twenty small files: on a phone they are asked for when a filter is opened.
if (matchMedia("(min-width: 860px)").matches) {
  const used = asked.values.map(([facet]) => facet);
  groups.forEach((group, at) => { group.open = !at || used.includes(group.dataset.facet); });
}
// What was typed before this script came is not lost.
if (!field.value || asked.text) field.value = asked.text;
show({ ...asked, text: field.value });
part("browse").classList.add("ready");
