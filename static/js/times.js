// Moments in the viewer's own time zone, unless one was chosen: then the server has written them in it. Days stay days.
const format = new Intl.DateTimeFormat("en-GB", {
  year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
});

function written(moment) {
  const part = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute} ${part.timeZoneName}`;
}

function rewrite(root) {
  for (const time of root.querySelectorAll('time[datetime$="Z"]:not([data-local])')) {
    const moment = new Date(time.dateTime);
    if (Number.isNaN(moment.getTime())) continue;
    time.dataset.local = "";
    time.textContent = written(moment);
  }
}

if (!document.documentElement.dataset.zone) {
  rewrite(document);
  // What is put into the page later too.
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) if (node instanceof Element) rewrite(node);
    }
  }).observe(document.body, { childList: true, subtree: true });
}
