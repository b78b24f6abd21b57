// Keys: / search, j k rows, o open, ? help. Every page works without this file.
const STORE = "ringer-keys";
const isOn = () => localStorage.getItem(STORE) !== "off";

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
  "?": () => location.assign("/help"),
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
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

// Single keys can be turned off (WCAG 2.1.4).
const form = document.querySelector("[data-keys]");
if (form) {
  form.hidden = false;
  const box = form.querySelector("input");
  box.checked = isOn();
  box.addEventListener("change", () => localStorage.setItem(STORE, box.checked ? "on" : "off"));
}
