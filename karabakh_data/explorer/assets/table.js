"use strict";
/* The table of records: sorted by any column, as many rows as are asked for. */
Explorer.table = (() => {
  const { el, bdi } = Explorer.dom;
  const { data, state, set, hashOf } = Explorer.store;
  const { who, standing, spaced, counted, date: dateText } = Explorer.words;
  const STEP = 50;
  const box = document.getElementById("table");
  const COLUMNS = [
    ["date", "Date", ([, record]) => record.listed],
    ["table", "Kind", ([, record]) => record.table],
    ["label", "Record", ([, record]) => record.label],
    ["who", "Who", ([, record]) => who(record)],
    ["word", "Type", ([, record]) => record.word],
    ["standing", "How it stands", ([, record]) => standing(record)],
  ];
  let most = STEP;
  let refocus = "";

  /** By the bounds of the date, an open start by its end; a record without a date comes last either way. */
  function dateKey([, record]) {
    const date = dateOf(record);
    return date ? `${date.from ?? date.to}/${date.to ?? "~"}/${date.text}` : null;
  }

  const dateOf = (record) => Object.values(record.dates).find((one) => one.text === record.listed);

  function listedDate(record) {
    const date = dateOf(record);
    return date ? el("span", { title: date.text }, dateText(date)) : "";
  }

  function sorted(chosen) {
    const key = state.sort === "date" ? dateKey : COLUMNS.find(([name]) => name === state.sort)[2];
    const order = state.down ? d3.descending : d3.ascending;
    const compare = (a, b) => (state.sort === "date" ? order(a, b) : (state.down ? -1 : 1) * a.localeCompare(b, "en"));
    const keyed = chosen.map((entry) => [key(entry) || null, entry]);
    keyed.sort(([a, one], [b, other]) => (a === null) - (b === null) || (a === null ? 0 : compare(a, b)) || d3.ascending(one[0], other[0]));
    return keyed.map(([, entry]) => entry);
  }

  function heading([name, title]) {
    const on = state.sort === name;
    const way = on ? (state.down ? "descending" : "ascending") : null;
    const turn = () => {
      refocus = name;
      set({ sort: name, down: on && !state.down ? "1" : "" });
    };
    return el("th", { scope: "col", "aria-sort": way, class: `col-${name}` },
      el("button", { type: "button", class: "sort", "data-sort": name, onclick: turn }, title,
        el("span", { "aria-hidden": "true" }, on ? (state.down ? " ▼" : " ▲") : "")));
  }

  function row([id, record]) {
    const cells = COLUMNS.map((column) => [column[0], column[1], column[2]([id, record])]);
    return el("tr", { "data-id": id, class: id === state.id ? "open" : null }, cells.map(([name, title, text]) => {
      const given = { class: `col-${name}`, "data-name": title };
      if (name === "label") return el("th", { scope: "row", ...given }, el("a", { href: hashOf({ id }) }, bdi(text)));
      if (!text) return el("td", given);
      if (name === "date") return el("td", given, listedDate(record));
      if (name === "who" && record.table !== "incidents") return el("td", given, record.camps.map((one) => Explorer.glyphs.icon(one)), " ", bdi(text));
      return el("td", given, name === "word" || name === "table" ? spaced(text) : bdi(text));
    }));
  }

  function draw(chosen) {
    const ordered = sorted(chosen);
    const shown = ordered.slice(0, most);
    const more = ordered.length - shown.length;
    box.replaceChildren(
      el("table", { class: "records" },
        el("caption", {}, `${counted(ordered.length, "record")}, sorted by ${COLUMNS.find(([name]) => name === state.sort)[1].toLowerCase()}`
          + (state.down ? ", downwards" : "")),
        el("thead", {}, el("tr", {}, COLUMNS.map(heading))),
        el("tbody", {}, shown.map(row))),
      more > 0 ? el("p", {}, el("button", { type: "button", onclick: () => {
        const next = shown.length;
        most += STEP;
        draw(chosen);
        box.querySelectorAll("tbody a")[next]?.focus();
      } }, `Show ${Math.min(STEP, more)} more of ${counted(more, "record")}`)) : "",
    );
    if (refocus) box.querySelector(`[data-sort="${refocus}"]`).focus();
    refocus = "";
  }

  function mark() {
    for (const one of box.querySelectorAll("tbody tr")) {
      one.classList.toggle("open", one.dataset.id === state.id);
      one.querySelector("a").setAttribute("href", hashOf({ id: one.dataset.id }));
    }
  }

  return { draw, mark, all: () => (most = Infinity) };
})();
