// Keys: / search, j k rows, o open, ? keys. Every page works without this file. The menu under one's name turns them off
// (WCAG 2.1.4): then the root element says so.
const isOn = () => !document.documentElement.classList.contains("no-keys");
const dialog = document.getElementById("keys-dialog");

const typing = (target) =>
  target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;

const rows = () => [...document.querySelectorAll("[data-row]")];

function move(step) {
  const all = rows();
  if (all.length === 0) return;
  const at = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
  const link = next.querySelector("[data-open]");
  link?.focus();
  next.scrollIntoView({ block: "nearest" });
}

const actions = {
  "/": () => document.getElementById("find")?.focus(),
  "?": () => dialog?.showModal(),
  j: () => move(1),
  k: () => move(-1),
  "[": () => document.querySelector("[data-previous]")?.click(),
  "]": () => document.querySelector("[data-next]")?.click(),
  t: () => document.getElementById("time")?.focus(),
  v: () => {
    const now = document.querySelector("[data-view]");
    (now?.nextElementSibling ?? now?.parentElement.firstElementChild)?.click();
  },
  o: () => document.activeElement?.closest("[data-row]")?.querySelector("[data-open]")?.click(),
};

document.addEventListener("keydown", (event) => {
  if (!isOn() || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

document.querySelector("[data-keys-open]")?.addEventListener("click", (event) => {
  if (!dialog || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  dialog.showModal();
});

// The menu under one's name closes as menus do.
const menu = document.querySelector("details.who");
document.addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});
menu?.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !menu.open) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
