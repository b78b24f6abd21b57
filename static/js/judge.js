// Judging: what would change is shown in the form itself, and y, h and n decide about a ring. Every page works without this
// file: "See what changes" is then a page, and the forms stand on the pages.
const wait = 250;
const running = new WeakMap();

async function look(form) {
  const place = form.querySelector("[data-effect]");
  if (!place) return;
  running.get(form)?.abort();
  const control = new AbortController();
  running.set(form, control);
  const body = new URLSearchParams(new FormData(form));
  body.set("part", "effect");
  const slow = setTimeout(() => {
    place.textContent = "Looking at what would change…";
  }, wait);
  try {
    const answer = await fetch("/judge", { method: "POST", body, signal: control.signal });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const effect = page.querySelector(".effect");
    if (answer.ok && effect) place.replaceChildren(effect);
    else place.textContent = page.querySelector("main .verdict, main h1")?.textContent ?? "That cannot be told now.";
  } catch (error) {
    if (error.name !== "AbortError") place.textContent = "The server does not answer; nothing is lost.";
  } finally {
    clearTimeout(slow);
  }
}

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-judge]");
  if (form && event.target.name === "verdict") look(form);
});

document.addEventListener("click", (event) => {
  const see = event.target.closest("button[data-see]");
  if (see) {
    const form = see.form;
    const choice = form.querySelector("input[name=verdict][type=radio]");
    if (choice && !form.querySelector("input[name=verdict]:checked")) return;
    event.preventDefault();
    look(form);
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog").close();
});

// y, h, n: the ring of the page, else the row that is focused or previewed.
const dialog = document.getElementById("verdict-dialog");
const typing = (target) =>
  target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
const ring = () =>
  document.activeElement?.closest("[data-ring]") ??
  document.querySelector("tr.current[data-ring], section.decide[data-ring]");

function decide(verdict, what) {
  const id = ring()?.dataset.ring;
  if (!id) return false;
  const form = dialog.querySelector("[data-quick]");
  form.elements.ring_id.value = id;
  form.elements.verdict.value = verdict;
  form.querySelector("[data-what]").textContent = what;
  form.querySelector("[data-which]").textContent = id;
  dialog.showModal();
  form.elements.why.focus();
  return true;
}

function aside() {
  const id = ring()?.dataset.ring;
  if (!id) return false;
  const form = dialog.querySelector("[data-aside]");
  form.elements.ring_id.value = id;
  form.requestSubmit();
  return true;
}

const keys = {
  y: () => decide("confirmed", "Confirm as suspected: ring"),
  n: () => decide("dismissed", "Dismiss: ring"),
  h: aside,
};

document.addEventListener("keydown", (event) => {
  if (!dialog || document.documentElement.classList.contains("no-keys")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  if (keys[event.key]?.()) event.preventDefault();
});
