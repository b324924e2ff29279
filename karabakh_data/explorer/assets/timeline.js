"use strict";
/* The timeline: ceasefires, incidents, and statements in a lane for each camp. */
Explorer.timeline = (() => {
  const { el, svg, clipped, textWidth, redraw } = Explorer.dom;
  const { data, state, values, hashOf } = Explorer.store;
  const { date: dateText, who, standing, camp, theCamp, spaced, counted } = Explorer.words;
  const { dateMark, away } = Explorer.glyphs;
  const LEAST = 760;
  const TOP = 30;
  const PARTS = [["declared", "D"], ["effective", "E"], ["ended", "X"]];
  const ROW = { ceasefires: 46, incidents: 21, statements: 15 };
  const chart = document.getElementById("timeline-chart");
  const readout = document.getElementById("timeline-readout");
  const HINT = "Point at a sign to read it, select it to open its record. With the keyboard: arrow keys move between signs.";
  let current = "";

  /* --- What is drawn --- */

  function lanes(chosen) {
    const of = (table) => chosen.filter(([, record]) => record.table === table && Object.keys(record.dates).length);
    const made = [
      { title: "Ceasefires", table: "ceasefires", items: of("ceasefires") },
      ...incidentLanes(of("incidents")),
      ...Object.keys(data.camps).map((name) => ({
        title: `Statements by ${theCamp(name)}`, table: "statements", camp: name,
        items: of("statements").filter(([, record]) => record.camps.includes(name)),
      })),
    ];
    const order = ([, record]) => Object.values(record.dates)[0];
    const start = (item) => order(item).from ?? order(item).to;
    return made.filter((lane) => lane.items.length).map((lane) => ({ ...lane, items: d3.sort(lane.items, start) }));
  }

  /** Incidents under those who affirm them: both sides, one, or else others; then those that nobody is named to affirm. */
  function incidentLanes(items) {
    const names = Object.keys(data.camps);
    const sides = names.slice(0, 2);
    const affirming = ([, record]) => new Set(values(record, "affirmed_by").map((one) => (names.includes(one) ? one : "outside")));
    const key = (item) => {
      const found = affirming(item);
      if (sides.every((side) => found.has(side))) return "both";
      return names.find((name) => found.has(name)) || (values(item[1], "denied_by").length ? "denied" : "told");
    };
    const groups = d3.group(items, key);
    const titles = [
      ["both", "Incidents affirmed by both sides"], ...names.map((name) => [name, `Incidents affirmed by ${theCamp(name)}`]),
      ["denied", "Incidents that are only denied"], ["told", "Incidents told in the articles’ own voice"],
    ];
    return titles.map(([name, title]) => ({
      title, table: "incidents", camp: names.includes(name) ? name : "", items: groups.get(name) || [],
    }));
  }

  /** The dates of a record that the timeline draws: [[what, letter, date]]. */
  function dated(record) {
    if (record.table !== "ceasefires") return [["", "", Object.values(record.dates)[0]]];
    return PARTS.filter(([name]) => record.dates[name]).map(([name, letter]) => [name, letter, record.dates[name]]);
  }

  function saying(id, record) {
    const when = dated(record).map(([name, , date]) => (name ? `${name} ${dateText(date)}` : dateText(date))).join("; ");
    if (record.table === "statements") return `${when}. ${who(record)}, ${spaced(record.word)}: ${record.label}`;
    return `${record.label}, ${when}. ${standing(record)}`;
  }

  /* --- Places --- */

  const TIP = 8; // room for the tip of a line
  const OPEN = 34; // length of a line whose other end nobody tells

  /** Where a date begins and ends, in pixels; `cut` where it goes on beyond what is drawn, `away` where all of it does. */
  function extent(date, scale, width) {
    const from = scale.dayNumber(date.from ?? date.to);
    const to = scale.dayNumber(date.to ?? date.from) + 1;
    if (date.to !== null && to <= scale.first) return { x0: TIP, x1: TIP + 6, away: -1 };
    if (date.from !== null && from >= scale.last) return { x0: width - TIP - 6, x1: width - TIP, away: 1 };
    const cut = [date.from !== null && from < scale.first, date.to !== null && to > scale.last];
    const end = date.to === null && date.lasts ? width - TIP : cut[1] ? width - TIP : scale.x(to);
    const start = date.from === null && date.lasts ? TIP : cut[0] ? TIP : scale.x(from);
    if (date.from === null && !date.lasts) return { x0: Math.max(TIP, end - OPEN), x1: end, cut };
    if (date.to === null && !date.lasts) return { x0: start, x1: Math.min(start + OPEN, width - TIP), cut };
    if (date.from !== date.to) return { x0: start, x1: end, cut };
    const middle = (start + end) / 2; // a day's sign is no wider where days are
    return { x0: middle - 7, x1: middle + 7, cut };
  }

  function placed(lane, scale, width) {
    const ends = [];
    const items = lane.items.map(([id, record]) => {
      const dates = dated(record).map(([name, letter, date]) => ({ name, letter, date, ...extent(date, scale, width) }));
      let x0 = d3.min(dates, (one) => Math.min(one.x0, (one.x0 + one.x1) / 2 - 7)) - 3;
      let x1 = d3.max(dates, (one) => Math.max(one.x1, (one.x0 + one.x1) / 2 + 7)) + 3;
      if (dates.some(({ date }) => date.uncertain || date.approximate)) x1 += 9;
      const item = { id, record, dates, x0, x1 };
      if (lane.table !== "statements") {
        item.text = clipped(record.label, 72);
        item.under = lane.table === "ceasefires" ? clipped(standing(record), 70) : "";
        const size = Math.max(textWidth(item.text, 12.5), textWidth(item.under, 11.5)) + 8;
        item.left = x1 + size > width && x0 - size > 0;
        item.below = !item.left && x1 + size > width;
        if (item.left) x0 -= size;
        else if (!item.below) x1 += size;
      }
      const rows = item.below ? 2 : 1;
      const free = (row) => d3.range(row, row + rows).every((one) => (ends[one] ?? -Infinity) <= x0);
      item.row = d3.range(ends.length + 1).find(free);
      d3.range(item.row, item.row + rows).forEach((row) => (ends[row] = x1 + 4));
      return item;
    });
    return { ...lane, items, rows: ends.length };
  }

  /* --- Drawing --- */

  function draw(chosen) {
    const width = Math.max(LEAST, chart.clientWidth) - 2;
    const shown = lanes(chosen);
    const dates = shown.flatMap((lane) => lane.items.flatMap(([, record]) => dated(record).map(([, , date]) => date)));
    const scale = Explorer.scale.make(dates, [state.from, state.to], width, state.scale === "even");
    drawTable(shown);
    sayScale();
    readout.textContent = HINT;
    if (!scale) {
      chart.replaceChildren(el("p", { class: "nothing" }, "No statement, ceasefire or incident with a date is chosen."));
      return;
    }
    const made = shown.map((lane) => placed(lane, scale, width));
    let y = TOP;
    for (const lane of made) {
      lane.y = y;
      y += 30 + lane.rows * ROW[lane.table] + 10;
    }
    const picture = svg("svg", {
      viewBox: `0 0 ${width} ${y}`, width, height: y, role: "group", "aria-label": "Timeline; the same as a table below it",
    });
    picture.append(background(scale, y), axis(scale, y));
    made.forEach((lane) => picture.append(laneGroup(lane, width)));
    const scrolled = chart.scrollLeft;
    rove(picture);
    redraw(chart, picture);
    chart.scrollLeft = scrolled;
    mark();
  }

  function background(scale, height) {
    const group = svg("g", { "aria-hidden": "true" });
    for (const { from, to, kind } of scale.parts) {
      if (kind !== Explorer.scale.NARROW) continue;
      group.append(svg("rect", { class: "short", x: scale.x(from), y: TOP - 6, width: scale.x(to) - scale.x(from), height: height - TOP }));
    }
    return group;
  }

  function axis(scale, height) {
    const texts = new Map(scale.ticks.map((tick) => [tick.at, tick.text]));
    const drawn = d3.axisTop(scale.x).tickValues([...texts.keys()]).tickFormat((at) => texts.get(at))
      .tickSize(-(height - TOP)).tickPadding(6);
    const group = svg("g", { class: "axis", transform: `translate(0,${TOP - 6})`, "aria-hidden": "true" });
    d3.select(group).call(drawn).attr("font-size", null).attr("font-family", null);
    return group;
  }

  function laneGroup(lane, width) {
    const title = `${lane.title} (${lane.items.length})`;
    const group = svg("g", { role: "group", "aria-label": title, class: `lane tone-${lane.camp || "none"}`, "data-lane": `${lane.table} ${lane.camp || ""}`.trim() });
    group.append(
      svg("path", { class: "rule", d: `M0,${lane.y}H${width}` }),
      svg("text", { class: "lane-title", x: lane.camp ? 18 : 0, y: lane.y + 19 }, title),
    );
    if (lane.camp) group.append(Explorer.glyphs.shape(lane.camp, 80, { transform: `translate(7,${lane.y + 15})` }));
    for (const item of lane.items) {
      const y = lane.y + 30 + item.row * ROW[lane.table] + ROW[lane.table] / 2;
      group.append(markLink(lane, item, y, width));
    }
    return group;
  }

  function markLink(lane, item, y, width) {
    const text = saying(item.id, item.record);
    const link = svg("a", {
      href: hashOf({ id: item.id }), class: "mark", "aria-label": text, "data-id": item.id, tabindex: "-1",
      onpointerenter: () => (readout.textContent = text), onfocus: () => {
        readout.textContent = text;
        current = item.id;
      },
    });
    link.append(svg("title", {}, text));
    link.append(svg("rect", {
      class: "hit", x: item.x0, y: y - ROW[lane.table] / 2, width: item.x1 - item.x0, height: ROW[lane.table], rx: 3,
    }));
    const band = lane.table === "ceasefires" && ceasefireBand(item, y);
    if (band) link.append(band);
    const spread = item.dates.length > 1 && lane.table === "ceasefires" ? 13 : 0;
    item.dates.forEach((one, at) => {
      const offset = (at - (item.dates.length - 1) / 2) * spread;
      link.append(one.away
        ? away(one.away < 0 ? one.x0 : one.x1, y + offset, one.away)
        : dateMark(one.date, one.x0, one.x1, y + offset, { camp: lane.camp, letter: one.letter, cut: one.cut }));
    });
    if (item.text) {
      const x = item.left ? item.x0 - 6 : item.below ? item.x0 + 4 : item.x1 + 4;
      const anchor = item.left ? "end" : "start";
      const rise = item.below ? ROW[lane.table] : item.under ? -3 : 4;
      link.append(svg("text", { class: "name", x, y: y + rise, "text-anchor": anchor }, item.text));
      if (item.under) link.append(svg("text", { class: "under", x, y: y + 12, "text-anchor": anchor }, item.under));
    }
    return link;
  }

  /** From the start of a ceasefire to its end, where both are told. */
  function ceasefireBand(item, y) {
    const x = (name) => item.dates.find((one) => one.name === name);
    const start = x("effective") || x("declared");
    const end = x("ended");
    if (!start || !end || start.away || end.away) return null;
    const left = Math.min(start.x0, end.x0);
    return svg("rect", { class: "band", x: left, y: y - 17, width: Math.max(start.x1, end.x1) - left, height: 34, rx: 4 });
  }

  /* --- Keyboard --- */

  /** One sign is in the tab order; the arrow keys go to the others. */
  function rove(picture) {
    const groups = [...picture.querySelectorAll(".lane")].map((lane) => [...lane.querySelectorAll(".mark")]);
    const all = groups.flat();
    (all.find((one) => one.dataset.id === current) || all[0])?.setAttribute("tabindex", "0");
    const go = (link) => {
      if (!link) return;
      all.forEach((one) => one.setAttribute("tabindex", one === link ? "0" : "-1"));
      current = link.dataset.id;
      link.focus();
    };
    picture.addEventListener("keydown", (event) => {
      const lane = groups.findIndex((group) => group.includes(event.target));
      if (lane < 0) return;
      const at = groups[lane].indexOf(event.target);
      const next = {
        ArrowRight: () => groups[lane][at + 1], ArrowLeft: () => groups[lane][at - 1],
        ArrowDown: () => groups[lane + 1]?.[0], ArrowUp: () => groups[lane - 1]?.[0],
        Home: () => all[0], End: () => all.at(-1),
      }[event.key];
      if (!next) return;
      event.preventDefault();
      go(next());
    });
  }

  /** Show which record is open. */
  function mark() {
    for (const link of chart.querySelectorAll(".mark")) {
      link.classList.toggle("open", link.dataset.id === state.id);
      link.setAttribute("href", hashOf({ id: link.dataset.id }));
    }
  }

  /* --- Words beside it --- */

  function sayScale() {
    document.getElementById("scale-says").textContent = state.scale === "even"
      ? "Every day has the same width."
      : "Days on which something is dated are drawn wide, the time between them narrow: distances are not to scale. "
        + "Stretches that are much shortened are shaded.";
    if (chart.clientWidth < LEAST) document.getElementById("scale-says").append(" The picture scrolls sideways.");
  }

  function drawTable(shown) {
    const rows = shown.flatMap((lane) => lane.items.map(([id, record]) => el("tr", {},
      el("td", {}, dated(record).map(([name, , date]) => el("div", {}, name ? `${name}: ` : "", dateText(date)))),
      el("td", {}, lane.title),
      el("th", { scope: "row" }, el("a", { href: hashOf({ id }) }, record.label)),
      el("td", {}, record.table === "statements" ? `${who(record)}, ${spaced(record.word)}` : standing(record)))));
    const head = ["When", "Lane", "Record", "Who, or how it stands"].map((name) => el("th", { scope: "col" }, name));
    document.getElementById("timeline-table").replaceChildren(el("table", { class: "plain" },
      el("caption", {}, `${counted(rows.length, "sign")} on the timeline`),
      el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows)));
  }

  function legend() {
    const on = (text, more) => ({ text, from: "2000-01-01", to: "2000-01-01", lasts: false, ...more });
    const stretch = { to: "2000-02-01" };
    const signs = [
      ["one day", on("", {}), {}], ["day uncertain", on("", { uncertain: true }), {}],
      ["about that day", on("", { approximate: true }), {}], ["some day in this stretch", on("", stretch), {}],
      ["lasts", on("", { ...stretch, lasts: true }), {}], ["goes on, or end not told", on("", { to: null, lasts: true }), {}],
      ["on or before", on("", { from: null, to: "2000-01-01" }), {}],
      ...PARTS.map(([name, letter]) => [`ceasefire ${name}`, on("", {}), { letter }]),
    ];
    const drawn = signs.map(([text, date, options]) => {
      const long = date.from !== date.to;
      const sign = dateMark(date, long ? 8 : 14, long ? 36 : 30, 9, options);
      return el("span", { class: "sample", role: "listitem" },
        svg("svg", { viewBox: long ? "0 0 46 18" : "11 0 28 18", width: long ? 46 : 28, height: 18, "aria-hidden": "true" }, sign), text);
    });
    const sides = Object.keys(data.camps).map((name) => el("span", { class: "sample", role: "listitem" },
      Explorer.glyphs.icon(name), camp(name)));
    document.getElementById("timeline-legend").replaceChildren(...sides, ...drawn);
  }

  return { draw, mark, legend };
})();
