"use strict";
/* The signs of sides and dates. Shape and letter carry the meaning; colour only repeats it. */
Explorer.glyphs = (() => {
  const { svg } = Explorer.dom;
  const SHAPES = [d3.symbolSquare, d3.symbolDiamond, d3.symbolCircle, d3.symbolTriangle];
  const camps = Object.keys(Explorer.store.data.camps);

  /** A side's shape around 0, 0. */
  function shape(camp, size, attributes = {}) {
    const at = camps.indexOf(camp);
    const path = d3.symbol(SHAPES[at] || d3.symbolCircle, size)();
    return svg("path", { d: path, class: `shape tone-${camp || "none"}`, ...attributes });
  }

  /** The shape as a small picture that stands in text. */
  function icon(camp) {
    return svg("svg", { class: "icon", viewBox: "-8 -8 16 16", width: 14, height: 14, "aria-hidden": "true" }, shape(camp, 80));
  }

  const arrow = (x, y, way) => svg("path", { class: "tip", d: `M${x},${y - 4}l${way * 7},4l${-way * 7},4z` });

  /**
   * A date as closely as it is known.
   *
   * At most a day: a shape, hollow and with its sign (? ~) where the source is in doubt. Some day in a stretch: a line with
   * ends and a hollow shape. A stretch that lasts: a bar. An open end, or one beyond what is drawn (`cut`): a tip.
   */
  function dateMark(date, x0, x1, y, { camp = "", letter = "", cut = [] } = {}) {
    const doubt = [date.uncertain && "?", date.approximate && "~"].filter(Boolean).join("");
    const open = date.from === null || date.to === null;
    const exact = !open && date.from === date.to;
    const group = svg("g", { class: `date tone-${camp || "none"}${doubt ? " doubt" : ""}${date.approximate ? " rough" : ""}` });
    const middle = (x0 + x1) / 2;
    if (!exact && date.lasts) {
      group.append(svg("rect", { class: "bar", x: x0, y: y - 3.5, width: Math.max(3, x1 - x0), height: 7, rx: 2 }));
    } else if (!exact) {
      group.append(svg("path", { class: "stretch", d: `M${x0},${y}H${x1}` }));
      if (date.from !== null && !cut[0]) group.append(svg("path", { class: "stretch", d: `M${x0},${y - 4}v8` }));
      if (date.to !== null && !cut[1]) group.append(svg("path", { class: "stretch", d: `M${x1},${y - 4}v8` }));
    }
    if (date.from === null || cut[0]) group.append(arrow(x0, y, -1));
    if (date.to === null || cut[1]) group.append(arrow(x1, y, 1));
    if (letter) {
      group.append(
        svg("circle", { class: exact && !doubt ? "seal" : "seal hollow", cx: middle, cy: y, r: 6.5 }),
        svg("text", { class: exact && !doubt ? "seal-letter" : "seal-letter on-hollow", x: middle, y: y + 3.2 }, letter),
      );
    } else if (exact || !date.lasts) {
      const sure = exact && !doubt;
      const mark = shape(camp, exact ? 64 : 44, { transform: `translate(${middle},${y})` });
      mark.classList.toggle("hollow", !sure);
      group.append(mark);
    }
    if (doubt) group.append(svg("text", { class: "sign", x: (exact ? middle + (letter ? 8 : 5) : x1 + 3), y: y + 4 }, doubt));
    return group;
  }

  /** The sign of a date that lies before or after what is drawn. */
  const away = (x, y, way) => svg("g", { class: "date tone-none" }, arrow(x, y, way));

  return { shape, icon, dateMark, away };
})();
