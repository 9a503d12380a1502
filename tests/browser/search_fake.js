// Stands in for search-find.js where a test must choose what is found, and when.
// window.held: whether answers wait; window.release(n) lets the n-th question be answered.
const item = {
  url: "/", title: "", date: null, section: "", kind: "", agency: "", summary: "", titleMarks: [], summaryMarks: [],
};
const plain = { whole: true, missing: [], otherTones: [], loosened: false, suggestion: null, empty: false };
const waiting = [];

window.asked = [];
window.release = (at) => waiting[at]();

export async function openSearch() {
  if (window.failing) throw Object.assign(new Error(), { kind: window.failing });
  return {
    async find(text, options) {
      window.asked.push({ text, ...options });
      if (window.held) await new Promise((done) => { waiting.push(done); });
      if (window.failing) throw Object.assign(new Error(), { kind: window.failing });
      const told = window.answer || { items: [{ title: `Về ${text}` }] };
      const items = told.items.map((one) => ({ ...item, ...one }));
      return { text, total: items.length, ...plain, ...told, items };
    },
    facets: () => [{ name: "kind", values: [{ text: "Tin bài", items: 2 }, { text: "Lịch", items: 1 }] }],
    years: () => [],
    counts: async () => new Map([["Tin bài", 2], ["Lịch", 0]]),
    yearCounts: async () => new Map(),
  };
}
