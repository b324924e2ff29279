"use strict";
/* What happens when: the filters, the colours, and drawing anew where something changed. */
(() => {
  const { el } = Explorer.dom;
  const { data, acts, state, chosen, set, onChange, DEFAULTS } = Explorer.store;
  const { counted, spaced, camp } = Explorer.words;
  const form = document.getElementById("filters");
  const scale = document.getElementById("scale");
  const theme = document.getElementById("theme");

  function options(name, entries) {
    form.elements[name].replaceChildren(...entries.map(([value, text]) => el("option", { value }, text)));
  }

  function fillFilters() {
    const tables = Object.entries(data.tables);
    options("table", [["main", data.main.map(spaced).join(", ")], ["all", "all kinds"], ...tables.map(([name, { rows }]) => [name, `${spaced(name)} (${rows})`])]);
    options("camp", [["", "any"], ...Object.keys(data.camps).map((name) => [name, camp(name)])]);
    options("act", [["", "any"], ...d3.sort(acts, ([name]) => name).map(([name, number]) => [name, `${spaced(name)} (${number})`])]);
  }

  function showFilters() {
    for (const name of ["q", "table", "camp", "act", "from", "to"]) {
      if (form.elements[name].value !== state[name]) form.elements[name].value = state[name];
    }
    scale.value = state.scale;
    Explorer.network.showSwitch();
  }

  let waiting = 0;
  form.addEventListener("input", ({ target }) => {
    clearTimeout(waiting);
    const apply = () => set({ [target.name]: target.value });
    if (target.name === "q") waiting = setTimeout(apply, 150);
    else apply();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    set({ ...DEFAULTS, id: state.id, who: state.who, scale: state.scale, sort: state.sort, down: state.down });
    showFilters();
  });
  scale.addEventListener("change", () => set({ scale: scale.value }));

  /* --- Colours: as the system has them, unless chosen --- */

  const KEPT = "karabakh-data-colours";
  function paint(choice) {
    if (choice) document.documentElement.dataset.theme = choice;
    else delete document.documentElement.dataset.theme;
    theme.value = choice;
  }
  theme.addEventListener("change", () => {
    paint(theme.value);
    try {
      localStorage.setItem(KEPT, theme.value);
    } catch { /* some browsers keep nothing for files */ }
  });
  try {
    const kept = localStorage.getItem(KEPT);
    if (["light", "dark"].includes(kept)) paint(kept);
  } catch { /* as above */ }

  /* --- Drawing --- */

  const FILTERS = ["q", "table", "camp", "act", "from", "to"];
  function draw(changed) {
    const some = (...names) => !changed || names.some((name) => changed.has(name));
    if (some(...FILTERS, "scale", "who")) showFilters();
    const filtered = some(...FILTERS);
    if (filtered || some("scale")) Explorer.timeline.draw(chosen());
    if (filtered || some("who")) Explorer.network.draw(chosen({ anyTable: true }));
    if (filtered || some("sort", "down")) Explorer.table.draw(chosen());
    if (filtered) tellCount();
    if (some("id")) Explorer.panel.show();
    [Explorer.timeline, Explorer.network, Explorer.table].forEach((part) => part.mark());
  }

  function tellCount() {
    const by = d3.rollups(chosen(), (found) => found.length, ([, record]) => record.table);
    const total = d3.sum(by, ([, number]) => number);
    const parts = by.map(([name, number]) => `${spaced(name)} ${number}`).join(", ");
    const found = document.getElementById("found");
    found.textContent = total ? `${counted(total, "record")} found${by.length > 1 ? `: ${parts}` : ""}` : "No record found. Clear a filter to see more.";
  }

  document.querySelector("[data-jump]").addEventListener("click", (event) => {
    event.preventDefault(); // the address belongs to records and filters
    const target = document.getElementById("records");
    target.scrollIntoView();
    target.focus();
  });

  addEventListener("beforeprint", () => {
    Explorer.table.all();
    Explorer.table.draw(chosen());
  });

  let width = document.querySelector("main").clientWidth;
  new ResizeObserver(() => {
    const now = document.querySelector("main").clientWidth;
    if (now === width) return;
    width = now;
    requestAnimationFrame(() => {
      Explorer.timeline.draw(chosen());
      Explorer.network.draw(chosen({ anyTable: true }));
    });
  }).observe(document.querySelector("main"));

  fillFilters();
  Explorer.timeline.legend();
  Explorer.network.switches();
  onChange((_, changed) => draw(changed));
  draw();
  document.documentElement.dataset.ready = "";
})();
