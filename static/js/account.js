// Passwords that can be looked at while they are typed, and texts that can be copied whole.
function beside(field, text, act) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet";
  button.textContent = text;
  button.addEventListener("click", () => act(button));
  field.closest("label").after(button);
  return button;
}

for (const field of document.querySelectorAll('input[type="password"]')) {
  const name = field.closest("label").textContent.trim();
  const said = (shown) => `${shown ? "Hide" : "Show"}: ${name}`;
  const button = beside(field, "Show", () => {
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-label", said(shown));
  });
  button.classList.add("eye");
  button.setAttribute("aria-label", said(false));
  // A password is sent as one, so that the browser keeps it as one.
  field.form?.addEventListener("submit", () => { field.type = "password"; });
}

for (const field of document.querySelectorAll("input[data-copy]")) {
  if (!navigator.clipboard) continue;
  beside(field, "Copy", async (button) => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Press Ctrl+C";
    }
  });
}
