/* Search, filters, keys, theme and printing; without it the whole page is there and can be read. */
"use strict";
(() => {
  const root = document.documentElement;
  const form = document.getElementById("filters");
  const search = document.getElementById("search");
  const found = document.getElementById("found");
  const rows = [...document.querySelectorAll("[data-kind]")];
  const words = new Map();

  /* The text of a row, read when somebody first searches. */
  function text(row) {
    if (!words.has(row)) words.set(row, `${row.dataset.model} ${row.dataset.team} ${row.textContent}`.toLowerCase());
    return words.get(row);
  }

  /* A row that knows nothing of a filter, as a test of severities, is not held back by it. */
  function matches(row, chosen, terms) {
    for (const [name, value] of chosen)
      if (row.dataset[name] !== undefined && !row.dataset[name].split(" ").includes(value) && row.dataset[name] !== value) return false;
    return terms.every((term) => text(row).includes(term));
  }

  const filters = () => [...form.querySelectorAll("select")].map((one) => [one.name, one.value]).filter(([, value]) => value);
  const terms = () => search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const narrowed = () => filters().length + terms().length > 0;
  const plural = (kind, all) => (all === 1 ? kind : `${kind}s`);

  /* One objective or alert that differs between environments has several rows and counts once. */
  function filter() {
    const [chosen, wanted] = [filters(), terms()];
    const counts = {};
    for (const row of rows) {
      row.hidden = !matches(row, chosen, wanted);
      const count = (counts[row.dataset.kind] ??= { shown: new Set(), all: new Set() });
      count.all.add(row.dataset.which ?? row);
      if (!row.hidden) count.shown.add(row.dataset.which ?? row);
    }
    for (const model of document.querySelectorAll(".model"))
      model.hidden = model.querySelector(".alert") ? !model.querySelector(".alert:not([hidden])") : narrowed();
    for (const part of document.querySelectorAll(".none")) {
      const own = part.parentElement.querySelectorAll("[data-kind]");
      part.hidden = [...own].some((row) => !row.hidden);
    }
    found.textContent = ["objective", "alert", "test"].filter((kind) => counts[kind])
      .map((kind) => `${counts[kind].shown.size} of ${counts[kind].all.size} ${plural(kind, counts[kind].all.size)}`).join(", ");
  }

  let waiting = 0;
  function soon() {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(filter);
  }

  const alerts = () => [...document.querySelectorAll(".alert:not([hidden])")];
  const heads = () => alerts().map((alert) => alert.querySelector("summary"));

  function walk(event) {
    const known = heads();
    const here = known.indexOf(document.activeElement);
    const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: known.length - 1 }[event.key];
    if (next === undefined) return;
    if (here < 0 && !(document.activeElement === search && event.key === "ArrowDown")) return;
    event.preventDefault();
    (next < 0 ? search : known[Math.min(next, known.length - 1)])?.focus();
  }

  function clear() {
    form.reset();
    filter();
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/" && !event.target.closest("input, select, textarea")) {
      event.preventDefault();
      search.focus();
      search.select();
    } else if (event.key === "Escape" && narrowed()) clear();
    else walk(event);
  });
  form.addEventListener("input", soon);
  form.addEventListener("reset", () => setTimeout(filter));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    heads()[0]?.focus();
  });

  const open = document.getElementById("open");
  open.addEventListener("click", () => {
    const wanted = open.getAttribute("aria-pressed") !== "true";
    open.setAttribute("aria-pressed", String(wanted));
    for (const alert of alerts()) alert.open = wanted;
  });

  /* A link to an alert opens it, and shows it where a filter hides it. */
  function follow() {
    const place = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (!place) return;
    if (place.closest("[hidden]")) clear();
    if (place.classList.contains("alert")) place.open = true;
    place.scrollIntoView();
  }
  addEventListener("hashchange", follow);

  const theme = document.getElementById("theme");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
  const press = () => theme.setAttribute("aria-pressed", String(dark()));
  theme.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    press();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", press);

  /* On paper nothing can be opened: what needs attention is, and what somebody has searched for. */
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = alerts().filter((alert) => !alert.open && (narrowed() || alert.dataset.state !== "proven"));
    for (const alert of opened) alert.open = true;
  });
  addEventListener("afterprint", () => {
    for (const alert of opened) alert.open = false;
  });

  for (const control of [form, theme, open]) control.hidden = false;
  press();
  filter();
  follow();
})();
