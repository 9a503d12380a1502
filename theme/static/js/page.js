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
// The search page shows what was typed and keeps it in the field.
const typed = document.querySelector("[data-typed]");
const words = new URLSearchParams(location.search).get("q")?.trim().slice(0, 200);
if (typed && words) {
  typed.querySelector("strong").textContent = words;
  typed.hidden = false;
  document.getElementById("q").value = words;
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
