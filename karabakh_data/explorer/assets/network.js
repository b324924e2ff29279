"use strict";
/* The network: who addresses, accuses or speaks for whom, in the statements that are chosen. */
Explorer.network = (() => {
  const { el, svg, clipped, textWidth, redraw } = Explorer.dom;
  const { data, state, records, label, values, set, hashOf } = Explorer.store;
  const { counted, spaced, side } = Explorer.words;
  const chart = document.getElementById("network-chart");
  const camps = Object.keys(data.camps);
  const HALF = 13; // half the height of a name's box
  const GAP = 30; // least room between two boxes, so that arrows are seen
  let chosenPair = "";

  /** Who → whom, with the statements that say so. */
  function pairs(chosen) {
    const column = data.relations[state.who];
    const found = new Map();
    for (const [id, record] of chosen) {
      if (record.table !== "statements") continue;
      for (const speaker of values(record, "speaker_ids")) {
        for (const target of values(record, column)) {
          const key = `${speaker}>${target}`;
          if (!found.has(key)) found.set(key, { key, speaker, target, statements: [] });
          found.get(key).statements.push(id);
        }
      }
    }
    return d3.sort(found.values(), (a, b) => d3.descending(a.statements.length, b.statements.length) || d3.ascending(a.key, b.key));
  }

  const campOf = (id) => records.get(id)?.camps[0] || "";

  function draw(chosen) {
    const found = pairs(chosen);
    const total = d3.sum(found, (pair) => pair.statements.length);
    const says = data.columns.statements[data.relations[state.who]].says;
    document.getElementById("network-says").textContent =
      `${counted(found.length, "pair")}, linked ${counted(total, "time")} by the statements chosen. ${says}`;
    drawTable(found);
    if (!found.length) {
      chart.replaceChildren(el("p", { class: "nothing" }, `Among the statements chosen, nobody ${state.who} anybody.`));
      return;
    }
    const width = Math.max(300, chart.clientWidth);
    const { nodes, links, height } = layout(found, width);
    const picture = svg("svg", {
      viewBox: `0 0 ${width} ${height}`, width, height, role: "group",
      "aria-label": `Network: who ${state.who} whom; the same as a list beside it`,
    });
    picture.append(svg("defs", {}, arrowHead("arrow"), arrowHead("arrow-on")));
    picture.append(...links.map((link) => edge(link)), ...nodes.map(nodeLink));
    redraw(chart, picture);
    mark();
  }

  const arrowHead = (id) => svg("marker", {
    id, viewBox: "0 0 10 10", refX: 9, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto",
  }, svg("path", { d: "M0,1L10,5L0,9z" }));

  /** Positions: sides apart, no name over another, the same every time. */
  function layout(found, width) {
    const ids = [...new Set(found.flatMap((pair) => [pair.speaker, pair.target]))].sort();
    const nodes = ids.map((id) => ({ id, name: clipped(label(id), 28), camp: campOf(id) }));
    nodes.forEach((node) => (node.half = textWidth(node.name, 12.5) / 2 + 17));
    const links = found.map((pair) => ({ ...pair, source: pair.speaker, target: pair.target }));
    const upright = width < 520;
    const span = Math.max(upright ? 420 : 340, nodes.length * (upright ? 46 : 26));
    const along = (node) => ({ [camps[0]]: 0.15, [camps[1]]: 0.85 })[node.camp] ?? 0.5;
    d3.forceSimulation(nodes)
      .force("link", d3.forceLink(links).id((node) => node.id).distance((one) => (upright ? 100 : one.source.half + one.target.half + 30)).strength(0.3))
      .force("charge", d3.forceManyBody().strength(upright ? -420 : -700))
      .force("x", d3.forceX((node) => (upright ? 0.5 : along(node)) * width).strength(0.13))
      .force("y", d3.forceY((node) => (upright ? along(node) : 0.5) * span).strength(0.16))
      .stop().tick(320);
    const [low, high] = d3.extent(nodes, (node) => node.x);
    const squeeze = d3.scaleLinear([low, high], [70, width - 70]).clamp(true);
    if (high - low > width - 140 || low < 70 || high > width - 70) nodes.forEach((node) => (node.x = squeeze(node.x)));
    for (let round = 0; round < 200; round++) {
      nodes.forEach((node) => (node.x = Math.min(width - node.half - 1, Math.max(node.half + 1, node.x))));
      if (!separated(nodes, upright)) break;
    }
    const [top, bottom] = d3.extent(nodes, (node) => node.y);
    nodes.forEach((node) => (node.y += 44 - top));
    return { nodes, links, height: bottom - top + 76 };
  }

  /** Push names apart that overlap; true where any did. */
  function separated(nodes, upright) {
    let moved = false;
    for (const [at, one] of nodes.entries()) {
      for (const other of nodes.slice(at + 1)) {
        const x = one.half + other.half + GAP - Math.abs(one.x - other.x);
        const y = 2 * HALF + GAP - Math.abs(one.y - other.y);
        if (x <= 0 || y <= 0) continue;
        moved = true;
        const axis = x < y && !upright ? "x" : "y";
        const room = axis === "x" ? x : y;
        const way = Math.sign(other[axis] - one[axis]) || 1;
        one[axis] -= (way * room) / 2;
        other[axis] += (way * room) / 2;
      }
    }
    return moved;
  }

  /** Where the line from a point to the middle of a name meets its border. */
  function border(node, [x, y], gap) {
    const [dx, dy] = [x - node.x, y - node.y];
    const reach = Math.min((node.half + gap) / Math.abs(dx || 1e-9), (HALF + gap) / Math.abs(dy || 1e-9), 1);
    return [node.x + dx * reach, node.y + dy * reach];
  }

  function edge(link) {
    const { source: a, target: b } = link;
    const number = link.statements.length;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const length = Math.hypot(dx, dy) || 1;
    const bend = Math.min(38, length * 0.18);
    const [cx, cy] = [(a.x + b.x) / 2 - (dy / length) * bend, (a.y + b.y) / 2 + (dx / length) * bend];
    const path = a === b
      ? `M${a.x - 14},${a.y - HALF}C${a.x - 34},${a.y - 50} ${a.x + 34},${a.y - 50} ${a.x + 14},${a.y - HALF - 2}`
      : `M${border(a, [cx, cy], 1)}Q${cx},${cy} ${border(b, [cx, cy], 3)}`;
    const text = `${label(a.id)} ${state.who} ${label(b.id)}: ${counted(number, "statement")}`;
    const group = svg("g", { class: "edge", "data-pair": link.key, onclick: () => choose(link.key) }, svg("title", {}, text));
    group.append(
      svg("path", { class: "hit-line", d: path }),
      svg("path", { class: "line", d: path, "stroke-width": 1 + Math.sqrt(number) * 0.8, "marker-end": "url(#arrow)" }),
    );
    if (number > 1) {
      const middle = a === b ? [a.x, a.y - 41] : [(a.x + 2 * cx + b.x) / 4, (a.y + 2 * cy + b.y) / 4];
      group.append(
        svg("circle", { class: "count-ring", cx: middle[0], cy: middle[1], r: 8.5 }),
        svg("text", { class: "count", x: middle[0], y: middle[1] + 4 }, String(number)),
      );
    }
    return group;
  }

  function nodeLink(node) {
    const inside = side(node.camp);
    return svg("a", {
      href: hashOf({ id: node.id }), class: `node tone-${node.camp || "none"}`, "data-id": node.id,
      "aria-label": `${label(node.id)}${node.camp ? `, ${inside}` : ""}`,
    },
    svg("title", {}, `${label(node.id)}${node.camp ? ` (${inside})` : ""}`),
    svg("rect", { class: "box", x: node.x - node.half, y: node.y - HALF, width: 2 * node.half, height: 2 * HALF, rx: 5 }),
    Explorer.glyphs.shape(node.camp, 84, { transform: `translate(${node.x - node.half + 13},${node.y})` }),
    svg("text", { class: "name", x: node.x - node.half + 24, y: node.y + 4.5 }, node.name));
  }

  /** Choose a pair: its line stands out, and its statements come into view. */
  function choose(key) {
    chosenPair = chosenPair === key ? "" : key;
    mark();
    const row = document.querySelector("#network-table tr.on");
    row?.querySelector("a")?.focus({ preventScroll: true });
    const box = document.getElementById("network-table");
    if (row) box.scrollTop = row.offsetTop - 40;
  }

  function mark() {
    const keys = new Set();
    for (const group of chart.querySelectorAll(".edge")) {
      const [speaker, target] = group.dataset.pair.split(">");
      const on = group.dataset.pair === chosenPair || (state.id && [speaker, target].includes(state.id));
      group.classList.toggle("on", Boolean(on));
      group.querySelector(".line").setAttribute("marker-end", `url(#${on ? "arrow-on" : "arrow"})`);
      if (on) keys.add(group.dataset.pair);
    }
    for (const node of chart.querySelectorAll(".node")) {
      node.classList.toggle("open", node.dataset.id === state.id);
      node.setAttribute("href", hashOf({ id: node.dataset.id }));
    }
    for (const row of document.querySelectorAll("#network-table tr[data-pair]")) row.classList.toggle("on", keys.has(row.dataset.pair));
  }

  function drawTable(found) {
    const link = (id, text = label(id)) => el("a", { href: hashOf({ id }) }, text);
    const rows = found.map((pair) => el("tr", { "data-pair": pair.key },
      el("th", { scope: "row" }, Explorer.glyphs.icon(campOf(pair.speaker)), " ", link(pair.speaker)),
      el("td", {}, Explorer.glyphs.icon(campOf(pair.target)), " ", link(pair.target)),
      el("td", {}, el("ul", { class: "inline" }, pair.statements.map((id) => el("li", {},
        link(id, `${spaced(records.get(id).word)}: ${label(id)}`)))))));
    document.getElementById("network-table").replaceChildren(el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Pairs" },
      el("table", { class: "plain" },
        el("caption", {}, `Who ${state.who} whom`),
        el("thead", {}, el("tr", {}, ["Who", "Whom", "Statements"].map((name) => el("th", { scope: "col" }, name)))),
        el("tbody", {}, rows))));
  }

  function legend() {
    document.getElementById("network-legend").replaceChildren(...camps.map((name) => el("span", { class: "sample", role: "listitem" },
      Explorer.glyphs.icon(name), side(name))));
  }

  function switches() {
    legend();
    const box = document.getElementById("relations");
    for (const name of Object.keys(data.relations)) {
      const input = el("input", { type: "radio", name: "who", value: name, onchange: () => set({ who: name }) });
      box.append(el("label", {}, input, ` ${name}`));
    }
  }

  function showSwitch() {
    for (const input of document.querySelectorAll("#relations input")) input.checked = input.value === state.who;
  }

  return { draw, mark, switches, showSwitch };
})();
