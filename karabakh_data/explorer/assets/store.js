"use strict";
/* The records, what of them is chosen, and the address that says so. */
Explorer.store = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const records = new Map(Object.entries(data.records));
  const DEFAULTS = {
    id: "", q: "", table: "main", camp: "", act: "", from: "", to: "",
    who: Object.keys(data.relations)[0], scale: "", sort: "date", down: "",
  };
  const acts = d3.rollup([...records.values()].filter((one) => one.table === "statements"), (found) => found.length, (one) => one.word);
  const CHOICES = {
    table: ["main", "all", ...Object.keys(data.tables)],
    camp: ["", ...Object.keys(data.camps)],
    act: ["", ...acts.keys()],
    who: Object.keys(data.relations),
    scale: ["", "even"],
    sort: ["date", "table", "label", "who", "word", "standing"],
    down: ["", "1"],
  };
  const state = { ...DEFAULTS };
  const listeners = [];

  /* --- Records --- */

  const label = (id) => (records.has(id) ? records.get(id).label : id);
  const values = (record, column) => record.cells[column] || [];
  const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase("en");
  const searched = new Map();

  function searchText(id) {
    if (!searched.has(id)) {
      const record = records.get(id);
      const cells = Object.values(record.cells).flat();
      searched.set(id, fold([id, record.label, ...cells, ...cells.map(label)].join("\n")));
    }
    return searched.get(id);
  }

  /* --- Filters --- */

  /** First and last day of all dates of a record; an open end has none, and hides nothing. */
  function reach(record) {
    const dates = Object.values(record.dates);
    if (!dates.length) return null;
    const open = (end) => dates.some((date) => date[end] === null);
    const sorted = (end) => dates.map((date) => date[end]).sort();
    return { from: open("from") ? "" : sorted("from")[0], to: open("to") ? "~" : sorted("to").at(-1) };
  }

  function passes(id, record, { anyTable = false } = {}) {
    const inTable = state.table === "all" || record.table === state.table
      || (state.table === "main" && data.main.includes(record.table));
    if (!anyTable && !inTable) return false;
    if (state.camp && !record.camps.includes(state.camp)) return false;
    if (state.act && !(record.table === "statements" && record.word === state.act)) return false;
    if (state.from || state.to) {
      const spans = reach(record);
      if (!spans || (state.from && spans.to < state.from) || (state.to && spans.from > state.to)) return false;
    }
    const words = fold(state.q).split(/\s+/).filter(Boolean);
    return !words.length || words.every((word) => searchText(id).includes(word));
  }

  const chosen = (options) => [...records].filter(([id, record]) => passes(id, record, options));

  /* --- The address: #id&q=…&camp=… --- */

  function hashOf(changed = {}) {
    const wanted = { ...state, ...changed };
    const parts = Object.keys(DEFAULTS)
      .filter((name) => name !== "id" && wanted[name] !== DEFAULTS[name])
      .map((name) => `${name}=${encodeURIComponent(wanted[name])}`);
    return "#" + [wanted.id && encodeURIComponent(wanted.id), ...parts].filter(Boolean).join("&");
  }

  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return "";
    }
  }

  function readHash() {
    const read = { ...DEFAULTS };
    for (const part of location.hash.slice(1).split("&").filter(Boolean)) {
      const at = part.indexOf("=");
      if (at < 0) read.id = decoded(part);
      else if (Object.hasOwn(DEFAULTS, part.slice(0, at))) read[part.slice(0, at)] = decoded(part.slice(at + 1));
    }
    for (const [name, allowed] of Object.entries(CHOICES)) {
      if (!allowed.includes(read[name])) read[name] = DEFAULTS[name];
    }
    for (const name of ["from", "to"]) if (!/^\d{4}-\d{2}-\d{2}$/.test(read[name])) read[name] = "";
    return read;
  }

  function tell(before) {
    const changed = new Set(Object.keys(state).filter((name) => state[name] !== before[name]));
    if (changed.size) listeners.forEach((listener) => listener(state, changed));
  }

  /** Change what is chosen. Opening a record is a step in the browser's history; a filter is not. */
  function set(changed) {
    const before = { ...state };
    Object.assign(state, changed);
    const address = hashOf();
    if (address !== (location.hash || "#")) {
      const step = "id" in changed && changed.id && changed.id !== before.id ? "pushState" : "replaceState";
      history[step](null, "", address);
    }
    tell(before);
  }

  function follow() {
    const before = { ...state };
    Object.assign(state, readHash());
    tell(before);
  }

  addEventListener("hashchange", follow);
  addEventListener("popstate", follow);
  Object.assign(state, readHash());

  return {
    data, records, acts, state, DEFAULTS, label, values, chosen, set, hashOf,
    onChange: (listener) => listeners.push(listener),
  };
})();
