// The network, live: pans and zooms, is walked by keys, and in exploring grows in place. The drawing that the page
// came with is read for it, and stays for print and wherever this fails; every action is a link of the page.

const SHAPES = {
  circle: ["ellipse"],
  triangle: ["polygon", "0 -1 1 0.8 -1 0.8"],
  wide: ["polygon", "-1 -0.68 1 -0.68 1 0.68 -1 0.68"],
  house: ["polygon", "0 -1 1 -0.15 0.8 1 -0.8 1 -1 -0.15"],
  trapezoid: ["polygon", "-0.64 -0.8 0.64 -0.8 1 0.8 -1 0.8"],
  square: ["polygon", "-0.85 -0.85 0.85 -0.85 0.85 0.85 -0.85 0.85"],
  octagon: ["octagon"],
  hexagon: ["hexagon"],
  page: ["polygon", "-0.76 -1 0.33 -1 0.76 -0.57 0.76 1 -0.76 1"],
  diamond: ["diamond"],
};
const BUST =
  "-0.9 1 -0.82 0.6 -0.5 0.3 -0.14 0.16 -0.34 0.02 -0.5 -0.28 -0.46 -0.64 -0.24 -0.92 0 -1 0.24 -0.92 0.46 -0.64 " +
  "0.5 -0.28 0.34 0.02 0.14 0.16 0.5 0.3 0.82 0.6 0.9 1";
const KINDS = {
  person: ["--ink", "--node-person"],
  contact: ["--blue", "--node-contact"],
  address: ["--green", "--node-address"],
  device: ["--vermillion", "--node-device"],
  document: ["--purple", "--node-document"],
  payment: ["--orange", "--node-payment"],
  history: ["--sky", "--node-history"],
  near: ["--soft", "--sunken"],
};
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const text = (parent, selector) => parent.querySelector(selector)?.textContent.trim() ?? "";

const make = (tag, attributes, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

// What the drawing of the page shows, as elements of the canvas.
function read(svg) {
  const found = new Map();
  for (const a of svg.querySelectorAll("a[data-id]")) {
    const position = { x: Number(a.dataset.x), y: Number(a.dataset.y) };
    const kind = Object.keys(KINDS).find((k) => a.classList.contains(k)) ?? "near";
    const flags = ["selected", "dim", "cut", "many"].filter((f) => a.classList.contains(f));
    const data = {
      id: a.dataset.id,
      label: text(a, ".label"),
      hint: text(a, "title"),
      href: a.getAttribute("href"),
      outline: a.dataset.shape,
    };
    if (a.querySelectorAll("polygon").length > 1) flags.push("many");
    found.set(data.id, { group: "nodes", data, position, classes: [kind, ...flags].join(" ") });
    // Letter or bust: a node of its own on top, since a node has one label.
    found.set(`${data.id} badge`, {
      group: "nodes",
      data: { id: `${data.id} badge`, letter: text(a, ".letter") },
      position: { ...position },
      classes: ["badge", kind, ...flags.filter((f) => f === "dim"), a.querySelector(".letter") ? "" : "bust"].join(" "),
    });
  }
  for (const path of svg.querySelectorAll("path[data-a]")) {
    const { a, b } = path.dataset;
    const id = `${a} ${b} ${path.classList[0]}`;
    const data = { id, source: a, target: b, width: Number(path.getAttribute("stroke-width")) };
    if (found.has(a) && found.has(b)) found.set(id, { group: "edges", data, classes: path.getAttribute("class") });
  }
  return found;
}

// The colors of the theme, worked out by the browser.
function colors(within) {
  const probe = make("span", { hidden: "" });
  within.append(probe);
  const of = (name) => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const names = ["--ink", "--sheet", "--wire", "--against", "--focus", ...Object.values(KINDS).flat()];
  const all = Object.fromEntries(names.map((name) => [name, of(name)]));
  probe.remove();
  return all;
}

function style(within) {
  const color = colors(within);
  const font = getComputedStyle(document.body).fontFamily;
  const rules = [
    {
      selector: "node",
      style: {
        width: 24,
        height: 24,
        "border-width": 1.6,
        label: "data(label)",
        "font-family": font,
        "font-size": 11,
        "min-zoomed-font-size": 5,
        "text-valign": "bottom",
        "text-margin-y": 4,
        "text-outline-width": 3,
        "text-outline-color": color["--sheet"],
        color: color["--ink"],
        "overlay-opacity": 0,
      },
    },
    { selector: "node.many", style: { "border-width": 4, "border-style": "double" } },
    { selector: "node.near", style: { "border-style": "dashed" } },
    { selector: "node.cut", style: { "outline-width": 1, "outline-offset": 3, "outline-color": color["--ink"] } },
    {
      selector: "node.selected",
      style: {
        "outline-width": 3,
        "outline-offset": 3,
        "outline-color": color["--focus"],
        "outline-opacity": 1,
        "font-weight": "bold",
        "z-index": 5,
      },
    },
    {
      selector: "node.cursor",
      style: { "underlay-color": color["--focus"], "underlay-opacity": 0.35, "underlay-padding": 9, "z-index": 6 },
    },
    {
      selector: "edge",
      style: {
        "curve-style": "haystack",
        "haystack-radius": 0,
        width: "data(width)",
        "line-color": color["--wire"],
        "overlay-opacity": 0,
      },
    },
    { selector: "edge.near", style: { "line-style": "dashed", "curve-style": "straight" } },
    {
      selector: "edge.bridge",
      style: { "line-style": "dotted", "curve-style": "straight", width: 4, "line-color": color["--against"] },
    },
    { selector: ".dim", style: { opacity: 0.28 } },
    { selector: "edge.dim", style: { opacity: 0.16 } },
  ];
  for (const [kind, [edge, fill]] of Object.entries(KINDS)) {
    const own = { "border-color": color[edge], "background-color": color[fill], color: color[edge] };
    rules.push({ selector: `node.${kind}`, style: own });
  }
  for (const [outline, [shape, points]] of Object.entries(SHAPES)) {
    const own = points ? { shape, "shape-polygon-points": points } : { shape };
    rules.push({ selector: `node[outline = "${outline}"]`, style: own });
  }
  // Last, so that a badge is no node with a shape and a border.
  rules.push({
    selector: "node.badge",
    style: {
      label: "data(letter)",
      width: 12,
      height: 11,
      "background-opacity": 0,
      "border-width": 0,
      "font-size": 10,
      "font-weight": "bold",
      "text-valign": "center",
      "text-margin-y": 0,
      "text-outline-width": 0,
      events: "no",
      "z-index": 10,
    },
  });
  rules.push({
    selector: "node.bust",
    style: {
      shape: "polygon",
      "shape-polygon-points": BUST,
      "background-opacity": 1,
      "background-color": color["--ink"],
      label: "",
    },
  });
  return rules;
}

class Live {
  constructor(figure) {
    this.mode = figure.dataset.network;
    const said = this.mode === "explore" ? "The list of nodes says the same." : "The tables below say the same.";
    this.box = make("div", {
      class: "live",
      tabindex: "0",
      role: "application",
      "aria-label": `The network. Press Enter to explore, Escape to leave. ${said}`,
    });
    this.status = make("output", { "aria-live": "polite" });
    const button = (name, label, act) => {
      const element = make("button", { type: "button", "aria-label": label, title: label }, name);
      element.addEventListener("click", act);
      return element;
    };
    const zoom = make(
      "div",
      { class: "zoom", role: "group", "aria-label": "Zoom" },
      button("+", "Zoom in", () => this.zoom(1.3)),
      button("−", "Zoom out", () => this.zoom(1 / 1.3)),
      button("Fit", "Fit everything in", () => this.fit()),
    );
    const more = this.mode === "explore" ? " · e expand · x hide · g group · a in common · c compare · u undo" : "";
    const keys = make("span", { class: "keys" }, `Enter: arrows walk, Enter selects, f fit${more}`);
    this.stand = make(
      "div",
      { class: "stand" },
      zoom,
      this.box,
      make("p", { class: "told" }, this.status, keys),
    );
    figure.prepend(this.stand);
    this.draw(figure);
    figure.classList.add("is-live");
    this.listen();
  }

  draw(figure) {
    this.cy = cytoscape({
      container: this.box,
      elements: [...read(figure.querySelector("svg.network")).values()],
      style: style(this.stand),
      layout: { name: "preset", fit: false },
      minZoom: 0.1,
      maxZoom: 4,
      autoungrabify: true,
      autounselectify: true,
      boxSelectionEnabled: false,
      userZoomingEnabled: false,
    });
    this.fit(0);
  }

  listen() {
    const { cy, box } = this;
    const node = (event) => (event.target === cy ? null : event.target);
    cy.on("mouseover", "node", (event) => {
      this.say(node(event));
      box.style.cursor = "pointer";
    });
    cy.on("mouseout", "node", () => {
      box.style.cursor = "";
      this.status.textContent = "";
    });
    cy.on("tap", "node", (event) => this.choose(node(event), event.originalEvent?.shiftKey));
    // The wheel scrolls the page until the network is entered, or Ctrl is held.
    box.addEventListener(
      "wheel",
      (event) => cy.userZoomingEnabled(event.ctrlKey || box.contains(document.activeElement)),
      { capture: true, passive: true },
    );
    box.addEventListener("keydown", (event) => this.key(event));
    box.addEventListener("focusout", () => this.leave());
    const restyle = () => cy.style(style(this.stand));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
    new MutationObserver(restyle).observe(document.documentElement, { attributes: true });
  }

  nodes() {
    return this.cy.nodes().not(".badge");
  }

  zoom(factor) {
    const { cy } = this;
    cy.zoom({ level: cy.zoom() * factor, renderedPosition: { x: cy.width() / 2, y: cy.height() / 2 } });
  }

  fit(duration = calm.matches ? 0 : 200) {
    const { cy } = this;
    const fit = { eles: cy.elements(), padding: 26 };
    if (duration === 0) cy.fit(fit.eles, fit.padding);
    else cy.animate({ fit, duration });
    // A few nodes are not blown up to fill the room.
    if (duration === 0 && cy.zoom() > 1.25) cy.zoom(1.25), cy.center();
  }

  say(node) {
    this.status.textContent = node?.data("hint") ?? "";
  }

  choose(node, adds) {
    const href = node.data("href");
    if (this.mode !== "explore" || !href.startsWith("/explore")) return void location.assign(href);
    if (!adds || node.hasClass("many")) return void go(href);
    const url = new URL(location.href);
    const chosen = new Set(url.searchParams.getAll("sel").flatMap((s) => s.split(",")).filter(Boolean));
    if (!chosen.delete(node.id())) chosen.add(node.id());
    url.searchParams.delete("sel");
    if (chosen.size > 0) url.searchParams.set("sel", [...chosen].join(","));
    go(url.pathname + url.search);
  }

  enter() {
    this.entered = true;
    this.box.classList.add("entered");
    const nodes = this.nodes();
    const chosen = nodes.filter(".selected");
    this.move(this.cursor?.inside() ? this.cursor : (chosen.nonempty() ? chosen : nodes)[0]);
  }

  leave() {
    this.entered = false;
    this.box.classList.remove("entered");
    this.cy.nodes(".cursor").removeClass("cursor");
  }

  move(node) {
    if (!node) return;
    this.cursor = node;
    this.cy.nodes(".cursor").removeClass("cursor");
    node.addClass("cursor");
    const joined = node.neighborhood("node").length;
    this.status.textContent = `${node.data("hint")}${node.hasClass("selected") ? ", selected" : ""}; ${joined} joined to it`;
    const { x, y } = node.renderedPosition();
    const { cy } = this;
    if (x < 20 || y < 20 || x > cy.width() - 20 || y > cy.height() - 20) cy.center(node);
  }

  // The neighbour in a direction; where there is none, whoever else is there.
  toward(dx, dy) {
    const here = this.cursor.position();
    const nearest = (nodes) => {
      let best = null;
      let least = Infinity;
      nodes.forEach((node) => {
        const [x, y] = [node.position("x") - here.x, node.position("y") - here.y];
        const far = Math.hypot(x, y);
        const along = x * dx + y * dy;
        if (far === 0 || along < far * 0.5) return;
        const cost = far * (2 - along / far);
        if (cost < least) [best, least] = [node, cost];
      });
      return best;
    };
    return nearest(this.cursor.neighborhood("node")) ?? nearest(this.nodes().not(this.cursor));
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.entered) {
      if (event.key !== "Enter") return;
      this.enter();
    } else {
      const act = this.keys()[event.key];
      if (!act) return;
      act(event);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  keys() {
    const walk = (dx, dy) => () => this.move(this.toward(dx, dy));
    const own = (act) => () => {
      const row = document.querySelector(`[data-node="${CSS.escape(this.cursor.id())}"]`);
      const links = [...(row?.querySelectorAll(`a[data-act="${act}"]`) ?? [])];
      const link = links.find((l) => !l.closest(".faint")) ?? links[0];
      if (link) go(link.getAttribute("href"));
      else this.status.textContent = row ? "There is nothing more of that here" : "Select it first: it is on another page of the list";
    };
    const page = (act) => () => {
      const link = document.querySelector(`[data-explore] a[data-act="${act}"]`);
      if (!link) this.status.textContent = act === "compare" ? "Select two applicants first" : "There is nothing to undo";
      else link.click();
    };
    const all = {
      ArrowLeft: walk(-1, 0),
      ArrowRight: walk(1, 0),
      ArrowUp: walk(0, -1),
      ArrowDown: walk(0, 1),
      Enter: (event) => this.choose(this.cursor, event.shiftKey),
      Escape: () => {
        this.leave();
        this.status.textContent = "Left the network";
      },
      f: () => this.fit(),
      "+": () => this.zoom(1.3),
      "-": () => this.zoom(1 / 1.3),
    };
    if (this.mode !== "explore") return all;
    return Object.assign(all, {
      e: own("expand"),
      x: own("hide"),
      g: own("group"),
      u: page("undo"),
      c: page("compare"),
      a: () => {
        const shared = document.querySelector('#chosen a[data-act="shared"]');
        if (shared) shared.click();
        else document.getElementById("chosen")?.focus();
      },
    });
  }

  // Takes over what a new drawing shows: newcomers come, nobody moves.
  update(svg) {
    const { cy } = this;
    const next = read(svg);
    cy.batch(() => {
      cy.elements().forEach((element) => {
        if (!next.has(element.id())) element.remove();
      });
      const fresh = [];
      for (const [id, element] of next) {
        const known = cy.getElementById(id);
        if (known.empty()) {
          fresh.push(element);
          continue;
        }
        known.data(element.data);
        known.classes(element.classes);
        if (element.position) known.position(element.position);
      }
      this.fresh = cy.add(fresh).nodes().not(".badge");
    });
    const outside = this.fresh.some((node) => {
      const { x, y } = node.renderedPosition();
      return x < 10 || y < 10 || x > cy.width() - 10 || y > cy.height() - 10;
    });
    if (outside) this.fit();
    if (this.entered) this.move(this.cursor?.inside() ? this.cursor : this.nodes()[0]);
  }
}

const lives = new Map();

// Follows a link of exploring in place: the page of that address is asked for, and its parts take the place of ours.
let asked = 0;
async function go(href, keep = false) {
  const number = ++asked;
  const root = document.querySelector("[data-explore]");
  let fresh;
  try {
    const answer = await fetch(href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    fresh = page.querySelector("[data-explore]");
  } catch {
    fresh = null;
  }
  // Something else was asked for in the meantime.
  if (number !== asked) return;
  const figure = root?.querySelector("[data-network]");
  const after = fresh?.querySelector("[data-network]");
  const live = lives.get("explore");
  if (!figure || !after || !live) return void location.assign(href);
  if (!keep) history.pushState(null, "", href);
  const active = document.activeElement;
  const row = active?.closest("[data-node]")?.dataset.node;
  const place = active === live.box ? "live" : row ? "row" : active?.closest("#chosen") ? "chosen" : "";
  const entered = live.entered;
  const scrolled = root.querySelector(".rows-of-nodes")?.scrollTop ?? 0;
  document.adoptNode(fresh);
  after.prepend(live.stand);
  after.classList.add("is-live");
  root.replaceWith(fresh);
  const list = fresh.querySelector(".rows-of-nodes");
  if (list) list.scrollTop = scrolled;
  live.cy.resize();
  live.update(after.querySelector("svg.network"));
  const to = {
    live: live.box,
    row: row && fresh.querySelector(`[data-node="${CSS.escape(row)}"] a[data-open]`),
    chosen: fresh.querySelector("#chosen"),
  }[place];
  to?.focus({ preventScroll: true });
  if (place === "live" && entered) live.enter();
  else live.status.textContent = text(fresh, ".verdict");
}

document.addEventListener("click", (event) => {
  if (event.defaultPrevented || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const link = event.target.closest?.("[data-explore] a[href^='/explore?']");
  if (!link || !lives.has("explore") || link.href.includes("format=")) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});

document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-twin]");
  if (!form || !lives.has("explore")) return;
  event.preventDefault();
  go(`/explore?${new URLSearchParams(new FormData(form))}`);
});

addEventListener("popstate", () => {
  if (lives.has("explore")) go(location.pathname + location.search, true);
});

for (const figure of document.querySelectorAll("[data-network]")) {
  const before = [...figure.children];
  try {
    if (figure.querySelector("svg.network a")) lives.set(figure.dataset.network, new Live(figure));
  } catch (error) {
    // The drawing of the page stays.
    figure.replaceChildren(...before);
    figure.classList.remove("is-live");
    console.warn("the network stays a drawing:", error);
  }
}
