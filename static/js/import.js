// Import: refuses a file that is too large before it is sent, and shows progress without loading the page again.
// Every page works without this file.
const send = document.querySelector("form.send");
if (send) {
  const field = send.querySelector("input[type=file]");
  const said = send.querySelector("[data-said]");
  const usual = said.textContent;
  field.addEventListener("change", () => {
    const file = field.files[0];
    const over = file && file.size > Number(send.dataset.limit);
    field.setCustomValidity(over ? `At most ${send.dataset.limitSaid}` : "");
    said.textContent = over
      ? `${file.name} is larger than ${send.dataset.limitSaid}. Compress it with gzip, split it, or import it in a terminal.`
      : usual;
  });
  send.addEventListener("submit", () => {
    said.textContent = "Sending the file…";
  });
}

const mapping = document.querySelector("#columns-form");
mapping?.addEventListener("change", () => {
  for (const note of mapping.querySelectorAll("[data-stale]")) note.hidden = false;
});

const going = document.querySelector("[data-progress]");
if (going) {
  const live = going.querySelector("[data-live]");
  let stage = "";
  let tenth = -1;
  const show = (now) => {
    going.querySelector("[data-stage]").textContent = now.said;
    const bar = going.querySelector("[data-bar]");
    if (now.measured) {
      bar.max = now.size;
      bar.value = now.done;
    } else {
      bar.removeAttribute("value");
      // What is read cannot be stopped any more.
      going.querySelector("form")?.remove();
    }
    for (const { id, value } of now.figures) {
      const place = going.querySelector(`[data-figure="${id}"]`);
      if (place) place.textContent = value;
    }
    // Said aloud when something else is done, and at every tenth of the file, not every second.
    const at = now.measured ? Math.floor((10 * now.done) / now.size) : -1;
    if (now.stage !== stage || at !== tenth) {
      live.textContent = at > 0 ? `${now.said} ${at * 10} percent read` : now.said;
      stage = now.stage;
      tenth = at;
    }
  };
  const ask = async () => {
    try {
      const answer = await fetch(going.dataset.progress, { headers: { accept: "application/json" } });
      const now = await answer.json();
      if (!answer.ok || now.state !== "running") {
        location.reload();
        return;
      }
      show(now);
      setTimeout(ask, 1000);
    } catch {
      // The server may be busy or stopped: ask again, and less often.
      setTimeout(ask, 5000);
    }
  };
  setTimeout(ask, 500);
}
